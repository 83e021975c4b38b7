//! The codes of findings and failures for the documentation and for `man`: the pages of `explain`.

use std::fmt::Write as _;

use crate::explain::pages;
use crate::outcome::explanation::{Explanation, Kind, Page};

/// Each code with its page in short, for the man page of `explain`.
pub fn terms() -> Vec<(String, String)> {
    let all = pages::all().into_iter();
    let term = |one: Explanation| {
        let page = one.page.as_ref()?;
        let text = format!(
            "{}: {}. {} Raised by {}. Fix: {}.",
            kind(&one, page),
            one.title,
            one.meaning,
            page.raised_by,
            one.next
        );
        Some((one.id.clone(), text))
    };
    all.filter_map(term).collect()
}

/// `docs/codes.md`.
pub fn markdown() -> String {
    let mut text = "# Codes of findings and failures\n\n\
        What `hookprint explain CODE` says of each, written once in `src/data/codes.toml` and the tables of \
        `src/finding.rs` and `src/failure.rs`. `--allow CODE` counts a finding as info.\n"
        .to_owned();
    for (title, wanted) in [("Findings", Kind::Finding), ("Failures", Kind::Failure)] {
        let _ = write!(text, "\n## {title}\n");
        for one in pages::all().iter().filter(|one| one.kind == wanted) {
            if let Some(page) = &one.page {
                section(one, page, &mut text);
            }
        }
    }
    text
}

fn section(one: &Explanation, page: &Page, text: &mut String) {
    let plain = |text: &str| text.replace('<', "&lt;");
    let _ = write!(text, "\n### {}\n\n{}: {}.\n", one.id, kind(one, page), one.title);
    let _ = write!(text, "\n{}\n", plain(&one.meaning));
    let _ =
        write!(text, "\n- Raised by: {}\n- Fix: {}\n", plain(&page.raised_by), plain(&one.next));
    if let Some(changes) = &page.severity_changes {
        let _ = writeln!(text, "- Severity: {changes}");
    }
    if !one.related.is_empty() {
        let links = one.related.iter().map(|code| format!("[{code}](#{code})"));
        let _ = writeln!(text, "- Related: {}", links.collect::<Vec<_>>().join(", "));
    }
    let _ = write!(text, "\n```\n{}\n```\n", page.example);
}

fn kind(one: &Explanation, page: &Page) -> &'static str {
    match (one.kind, page.severity) {
        (Kind::Failure, _) => "failure",
        (_, severity) => severity.map_or("finding", crate::finding::Severity::name),
    }
}
