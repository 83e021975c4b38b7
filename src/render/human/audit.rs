//! `audit`: one sentence, a line for each group of tests, then what is wrong and what to do.

use crate::finding::{Finding, Severity};
use crate::outcome::Outcome;
use crate::outcome::audit::{Audit, Planned, Totals, Tried};
use crate::policy::audit::{Expected, Group, Outcome as Became};
use crate::render::human::look::INDENT;
use crate::render::human::{Layout, Look, Paint, Row, explain};
use crate::report::{Closing, Item, Status};

/// All tests are shown together, below the sentence on all of them.
pub const LAYOUT: Layout = Layout { command: "audit", streams: true, full, rows, summary };

/// Columns for the name of a group, and for how many came out as they should.
const NAME: usize = 13;
const COUNT: usize = 18;

fn full(item: &Item, look: &Look) -> Vec<String> {
    match &item.outcome {
        Outcome::Audit(Audit::Totals(totals)) => together(item, totals, look),
        // It stands in its group.
        Outcome::Audit(Audit::Test(_)) => Vec::new(),
        Outcome::Audit(Audit::Planned(planned)) => vec![draft(planned, look)],
        Outcome::Explanation(_) => (explain::LAYOUT.full)(item, look),
        _ => {
            let mut lines = look.verdict(item.status(), &look.text(&item.subject));
            lines.extend(look.verdicts(item));
            lines
        }
    }
}

fn draft(planned: &Planned, look: &Look) -> String {
    let (test, request) = (planned.test, look.url(&planned.request));
    match &planned.why {
        Some(why) => format!("{test}: not tried: {}", look.text(why)),
        None => {
            format!("{test}: {request}, {}, expected {}", planned.change, planned.expected.word())
        }
    }
}

fn together(item: &Item, totals: &Totals, look: &Look) -> Vec<String> {
    let status = totals.rows.iter().map(status).chain([item.status()]).max().unwrap_or(Status::Ok);
    // What is known to be wrong goes before what could not be told.
    let severities = totals.rows.iter().flat_map(|tried| &tried.findings).chain(&item.findings);
    let worst = severities.map(|finding| finding.severity).max();
    let mark = match worst {
        Some(Severity::Critical) => Status::Found(Severity::Critical),
        _ => status,
    };
    let text = format!("{}: {}", look.text(&item.subject), headline(item, totals));
    let mut lines = look.verdict(mark, &text);
    if totals.controls > 0 {
        let answered = totals.control_status.map(|status| format!(" {status}")).unwrap_or_default();
        let times = match totals.controls {
            1 => "once".to_owned(),
            2 => "before and after".to_owned(),
            _ => "before, between and after".to_owned(),
        };
        lines.push(format!("{INDENT}{:NAME$}good request{answered}, {times}", "control"));
    }
    for group in Group::ALL {
        lines.extend(of_group(group, totals, look));
    }
    lines.extend(said(item, totals, look));
    lines
}

fn status(tried: &Tried) -> Status {
    match (&tried.failure, tried.findings.iter().map(|finding| finding.severity).max()) {
        (Some(_), _) => Status::Failed,
        (None, Some(severity)) => Status::Found(severity),
        (None, None) => Status::Ok,
    }
}

/// The sentence on all of them.
pub fn headline(item: &Item, totals: &Totals) -> String {
    let forged = totals.rows.iter().filter(|one| {
        one.row.expected == Expected::Refused
            && matches!(one.row.outcome, Became::Accepted | Became::Refused)
    });
    let (forged, holes) = (forged.count(), totals.rows.iter().filter(|one| is_wrong(one)).count());
    let unclear = match totals.unclear {
        0 => String::new(),
        many => format!("; {many} are unclear"),
    };
    if let (0, Some(failure)) = (holes, &item.failure) {
        return failure.code.id().to_owned();
    }
    match (holes, forged) {
        (0, 0) => format!("nothing was forged{unclear}"),
        (0, _) => format!("{forged} forged calls were refused{unclear}"),
        (holes, forged) => {
            let were = if holes == 1 { "was" } else { "were" };
            format!("{holes} of {forged} forged calls {were} accepted{unclear}")
        }
    }
}

fn is_wrong(tried: &Tried) -> bool {
    tried.row.is_hole() && tried.findings.iter().any(|finding| finding.severity > Severity::Info)
}

/// A group on a line, with what came out otherwise; `None` where none of it was tried.
fn of_group(group: Group, totals: &Totals, look: &Look) -> Vec<String> {
    let of = || totals.rows.iter().filter(|tried| tried.row.group == group);
    let tried: Vec<&Tried> =
        of().filter(|tried| tried.row.outcome != Became::NotApplicable).collect();
    if of().next().is_none() {
        return Vec::new();
    }
    if tried.is_empty() {
        let why = of().find_map(|tried| tried.row.why.as_deref()).unwrap_or_default();
        let text = format!("{INDENT}{:NAME$}not tried: {}", group.word(), look.text(why));
        return vec![text];
    }
    let forged: Vec<_> = tried.iter().filter(|one| one.row.expected == Expected::Refused).collect();
    let refused = forged.iter().filter(|one| one.row.outcome == Became::Refused).count();
    let count = match forged.len() {
        0 => String::new(),
        all => format!("{refused:>2} of {all:>2} refused"),
    };
    let others: Vec<String> = tried.iter().filter_map(|one| other(one, look)).collect();
    let mut lines = Vec::new();
    let first = format!("{INDENT}{:NAME$}{count:COUNT$}", group.word());
    for (at, text) in others.iter().enumerate() {
        let before = if at == 0 { first.clone() } else { " ".repeat(INDENT.len() + NAME + COUNT) };
        lines.push(format!("{before}{text}"));
    }
    if lines.is_empty() {
        lines.push(first.trim_end().to_owned());
    }
    lines
}

/// A test that did not come out as it should.
fn other(tried: &Tried, look: &Look) -> Option<String> {
    let row = &tried.row;
    let status = row.status.map(|status| format!(": {status}")).unwrap_or_default();
    let worst = tried.findings.iter().map(|finding| finding.severity).max();
    Some(match (worst, row.outcome) {
        (_, Became::Unclear) => look.paint(&format!("????  {}", row.test), Paint::Warn),
        (Some(Severity::Critical), _) => {
            look.paint(&format!("FAIL  {}{status}", row.test), Paint::Bad)
        }
        (Some(Severity::Warning), _) => {
            look.paint(&format!("warn  {}{status}", row.test), Paint::Warn)
        }
        (Some(Severity::Info), _) => format!("note  {}{status}", row.test),
        (None, _) => return None,
    })
}

/// What is wrong, worst first, with what to do about it; what is said of several tests once.
fn said(item: &Item, totals: &Totals, look: &Look) -> Vec<String> {
    let mut all: Vec<&Finding> =
        totals.rows.iter().flat_map(|tried| &tried.findings).chain(&item.findings).collect();
    all.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let mut lines: Vec<String> = Vec::new();
    for finding in all {
        lines.extend(look.finding(finding));
    }
    let failures = totals.rows.iter().filter_map(|tried| tried.failure.as_ref());
    if let Some(failure) = item.failure.as_ref().or(failures.into_iter().next()) {
        let text = format!("{}: {}", failure.code.id(), look.text(&failure.message));
        lines.extend(look.wrap(&text, INDENT.len()));
        lines.extend(failure.help.iter().flat_map(|help| look.next(help)));
    }
    if look.verbose {
        lines.extend(totals.rows.iter().map(|tried| detail(tried, look)));
    }
    lines
}

/// A test in a line.
fn detail(tried: &Tried, look: &Look) -> String {
    let row = &tried.row;
    let by = row.by.map(|by| format!(" by {}", by.word())).unwrap_or_default();
    let status = row.status.map(|status| format!(", {status}")).unwrap_or_default();
    let why = row.why.as_ref().map(|why| format!(": {}", look.text(why))).unwrap_or_default();
    format!("{INDENT}{:24}{}{by}{status}{why}", row.test, row.outcome.word())
}

fn rows(_: &Item, _: &Look) -> Vec<Row> {
    Vec::new()
}

fn summary(_: &Closing, _: &[Row], _: &Look) -> String {
    String::new()
}
