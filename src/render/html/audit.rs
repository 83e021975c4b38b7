//! What `audit` tried: its groups of tests, and each test.

use crate::finding::Severity;
use crate::outcome::audit::{Audit, Planned, Tried};
use crate::policy::audit::{Expected, Group, Outcome, Row};
use crate::render::html::markup::Markup;
use crate::render::human::Look;
use crate::report::Status;

/// Every group with its tests.
pub fn groups(tests: &[Tried]) -> Markup {
    let mut out = Markup::default();
    if tests.is_empty() {
        return out;
    }
    out.raw("<h2>What was tried</h2>\n");
    for group in Group::ALL {
        let of: Vec<&Tried> = tests.iter().filter(|tried| tried.row.group == group).collect();
        if !of.is_empty() {
            one_group(&mut out, group, &of);
        }
    }
    out
}

fn one_group(out: &mut Markup, group: Group, tests: &[&Tried]) {
    let is_tried = |row: &Row| matches!(row.outcome, Outcome::Accepted | Outcome::Refused);
    let forged =
        || tests.iter().map(|one| &one.row).filter(|row| row.expected == Expected::Refused);
    let refused = forged().filter(|row| row.outcome == Outcome::Refused).count();
    out.raw("<h3>").raw(group.word());
    match forged().filter(|row| is_tried(row)).count() {
        0 if forged().next().is_none() => &mut *out,
        0 if forged().all(|row| row.outcome == Outcome::NotApplicable) => out.raw(": not tried"),
        0 => out.raw(": unclear"),
        all => out
            .raw(": ")
            .number(refused as u64)
            .raw(" of ")
            .number(all as u64)
            .raw(" forged calls refused"),
    };
    out.raw("</h3>\n");
    out.raw("<table class=rows><thead><tr><th scope=col>test<th scope=col>outcome");
    out.raw("<th scope=col>what was changed</thead>\n");
    for tried in tests {
        let row = &tried.row;
        out.raw("<tr class=")
            .raw(class(tried))
            .raw("><th scope=row>")
            .text(row.test)
            .raw("<td><b>");
        out.raw(match row.outcome {
            Outcome::NotApplicable => "not tried",
            tried => tried.word(),
        })
        .raw("</b>");
        if let Some(status) = row.status {
            out.raw(" ").number(status.into());
        }
        out.raw("<td class=wide>").text(&row.change);
        if let Some(why) = &row.why {
            out.raw("<small>").text(why).raw("</small>");
        }
        out.raw("\n");
    }
    out.raw("</table>\n");
}

/// How bad it is, as the class of its row; what was not tried is neither.
fn class(tried: &Tried) -> &'static str {
    let worst = tried.findings.iter().map(|finding| finding.severity).max();
    match (worst, tried.row.outcome) {
        (Some(severity), _) => Status::Found(severity).name(),
        (None, Outcome::Unclear) => Severity::Warning.name(),
        (None, Outcome::NotApplicable) => "none",
        (None, Outcome::Accepted | Outcome::Refused) => Status::Ok.name(),
    }
}

/// A test in full; what there is to say of all of them stands in the groups.
pub fn facts(out: &mut Markup, audit: &Audit, look: &Look) {
    match audit {
        Audit::Test(row) => test(out, row),
        Audit::Planned(it) => planned(out, it, look),
        Audit::Totals(_) => {}
    }
}

fn planned(out: &mut Markup, planned: &Planned, look: &Look) {
    out.raw("<dl>").fact("change", planned.change).fact("expected", planned.expected.word());
    out.fact("request", &look.url(&planned.request));
    out.fact("not tried", planned.why.as_deref().unwrap_or_default()).raw("</dl>\n");
}

fn test(out: &mut Markup, row: &Row) {
    out.raw("<dl>").fact("change", &row.change).fact("expected", row.expected.word());
    out.fact("by", row.by.map_or("", |by| by.word()));
    out.fact("status", &row.status.map(|status| status.to_string()).unwrap_or_default());
    out.fact("alert", row.alert.as_deref().unwrap_or_default());
    out.fact("why", row.why.as_deref().unwrap_or_default());
    let ages: Vec<String> = row.ages.iter().map(|seconds| format!("{seconds} s")).collect();
    out.facts("let in at", &ages);
    out.code("request", row.request_sha256.as_deref().unwrap_or_default()).raw("</dl>\n");
}
