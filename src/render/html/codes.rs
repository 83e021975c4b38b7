//! What the codes on the page mean, from their pages.

use std::collections::BTreeSet;

use crate::explain::pages;
use crate::outcome::explanation::{Explanation, Kind};
use crate::render::html::markup::Markup;
use crate::render::remark::{Remark, remarks};
use crate::report::{Item, Status};

/// The codes of findings and failures that were told, in the order of the alphabet.
#[derive(Debug, Default)]
pub struct Codes(BTreeSet<(String, bool)>);

impl Codes {
    /// Adds those of an item.
    pub fn add(&mut self, item: &Item) {
        for remark in remarks(item) {
            let code = (remark.code.to_owned(), remark.status == Status::Failed);
            self.0.insert(code);
        }
    }

    /// Each with its explanation.
    pub fn section(&self) -> Markup {
        let mut section = Markup::default();
        if self.0.is_empty() {
            return section;
        }
        section.raw("<h2>What the codes mean</h2>\n");
        for (code, is_failure) in &self.0 {
            let wanted = if *is_failure { Kind::Failure } else { Kind::Finding };
            let pages = pages::of(code);
            for page in pages.iter().filter(|page| page.kind == wanted) {
                explain(&mut section, page);
            }
        }
        section
    }
}

/// A code that leads to its explanation. One can be that of a finding and of a failure.
pub fn link(out: &mut Markup, remark: &Remark<'_>) {
    out.raw(if remark.status == Status::Failed { "<a href=\"#failure-" } else { "<a href=\"#" });
    out.text(remark.code).raw("\">").text(remark.code).raw("</a>");
}

fn explain(out: &mut Markup, one: &Explanation) {
    out.raw(if one.kind == Kind::Failure { "<section id=\"failure-" } else { "<section id=\"" });
    out.text(&one.id).raw("\"><h3>").text(&one.id).raw("</h3>\n<dl>");
    let severity = one.page.as_ref().and_then(|page| page.severity);
    out.fact(
        "is",
        &match severity {
            Some(severity) => format!("{} ({})", one.title, severity.name()),
            None => format!("{} (failure)", one.title),
        },
    );
    out.fact("means", &one.meaning);
    if let Some(page) = &one.page {
        out.fact("raised by", &page.raised_by);
        out.fact("severity", page.severity_changes.as_deref().unwrap_or_default());
    }
    out.fact("what to do", &one.next).facts("related", &one.related);
    out.raw("</dl></section>\n");
}
