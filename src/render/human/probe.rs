//! `probe`: one sentence, then who gets in where as a table, then what is wrong and what to do.

use crate::finding::Finding;
use crate::outcome::Outcome;
use crate::outcome::probe::{Comparison, Planned, Probe, Shown};
use crate::policy::probe::{Outcome as Became, Verdict};
use crate::render::human::look::{INDENT, width};
use crate::render::human::{Layout, Look, Paint, Row};
use crate::render::matrix;
use crate::report::{Closing, Item, Status};

/// All columns are shown together, below the sentence on all of them.
pub const LAYOUT: Layout = Layout { command: "probe", streams: true, full, rows, summary };

/// Blanks between the columns of the table.
const GAP: &str = "    ";

fn full(item: &Item, look: &Look) -> Vec<String> {
    match &item.outcome {
        Outcome::Probe(Probe::Comparison(comparison)) => compared(item, comparison, look),
        // It stands in the table.
        Outcome::Probe(Probe::Column(_)) => Vec::new(),
        Outcome::Probe(Probe::Planned(planned)) => vec![draft(item, planned, look)],
        _ => {
            let subject = look.text(&item.subject);
            let what = item.failure.as_ref().map(|failure| look.text(&failure.message));
            let text = format!("{subject}: {}", what.unwrap_or_default());
            let mut lines = look.verdict(item.status(), text.trim_end_matches(": "));
            lines.extend(look.verdicts(item));
            lines
        }
    }
}

fn draft(item: &Item, planned: &Planned, look: &Look) -> String {
    let (subject, request) = (look.text(&item.subject), look.url(&planned.request));
    format!("{subject}: {request}, expected {}", planned.expected.word())
}

fn compared(item: &Item, comparison: &Comparison, look: &Look) -> Vec<String> {
    let Comparison { table, headline, .. } = comparison;
    let status = table.iter().map(status).chain([item.status()]).max().unwrap_or(Status::Ok);
    if let (Some(held), true) = (comparison.held, comparison.passed) {
        let text = format!(
            "passed after {} s, held for {held} rounds: {} on {} columns",
            comparison.elapsed_seconds,
            look.text(&matrix::wanted(table)),
            comparison.columns
        );
        return look.verdict(status, &text);
    }
    // What is known to be wrong goes before what could not be told.
    let worst = table.iter().flat_map(|shown| &shown.findings).chain(&item.findings);
    let known = worst.map(|finding| Status::Found(finding.severity)).max();
    let critical = Status::Found(crate::finding::Severity::Critical);
    let mark = if known == Some(critical) { critical } else { status };
    let mut lines = look.verdict(mark, &format!("{}: {headline}", look.text(&item.subject)));
    lines.extend(matrix(table, look));
    lines.extend(said(item, table, headline, look));
    if look.verbose {
        lines.extend(table.iter().flat_map(|shown| details(shown, look)));
    }
    lines
}

fn status(shown: &Shown) -> Status {
    let findings = shown.findings.iter().map(|finding| Status::Found(finding.severity));
    let failed = shown.failure.iter().map(|_| Status::Failed);
    findings.chain(failed).max().unwrap_or(Status::Ok)
}

/// The table itself.
fn matrix(table: &[Shown], look: &Look) -> Vec<String> {
    let identities = matrix::identities(table);
    let names: Vec<String> = table.iter().map(|shown| matrix::name(&shown.column)).collect();
    let first = names.iter().map(|name| width(name)).max().unwrap_or(0);
    let labels: Vec<_> = identities.iter().map(|name| look.text(name)).collect();
    let widths: Vec<usize> = labels.iter().map(|label| width(label).max(7)).collect();
    let pad = |text: &str, columns: usize| {
        format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
    };
    let verdicts = table.iter().map(|shown| width(&verdict(shown, look))).max().unwrap_or(0);
    let cells: usize = widths.iter().map(|columns| columns + 4).sum();
    if look.folds && INDENT.len() + first + cells + GAP.len() + verdicts > look.width {
        return listed(table, &identities, look);
    }
    let mut head = format!("{INDENT}{}", " ".repeat(first));
    for (label, columns) in labels.iter().zip(&widths) {
        head.push_str("  ");
        head.push_str(&pad(&look.paint(label, Paint::Strong), *columns));
        head.push_str("  ");
    }
    let mut lines = vec![head.trim_end().to_owned()];
    for (shown, name) in table.iter().zip(&names) {
        let mut line = format!("{INDENT}{}", pad(name, first));
        for (identity, columns) in identities.iter().zip(&widths) {
            let cell = matrix::cell(&shown.column, identity);
            line.push_str("  ");
            line.push_str(&pad(&look.paint(&cell, paint(&cell)), *columns));
            line.push_str("  ");
        }
        line.push_str(GAP);
        line.push_str(&verdict(shown, look));
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// The table where it is wider than the terminal: below each place a line for each identity.
fn listed(table: &[Shown], identities: &[&str], look: &Look) -> Vec<String> {
    let mut lines = Vec::new();
    for shown in table {
        let name = look.paint(&matrix::name(&shown.column), Paint::Strong);
        lines.push(format!("{INDENT}{name}  {}", verdict(shown, look)));
        for identity in identities {
            let cell = matrix::cell(&shown.column, identity);
            let cell = look.paint(&format!("{cell:<7}"), paint(&cell));
            lines.push(format!("{INDENT}  {cell}  {}", look.text(identity)));
        }
    }
    lines
}

fn paint(cell: &str) -> Paint {
    match cell.as_bytes().first() {
        Some(b'I' | b'O') => Paint::Bad,
        Some(b'?') => Paint::Warn,
        _ => Paint::Good,
    }
}

fn verdict(shown: &Shown, look: &Look) -> String {
    let failed = shown.failure.as_ref().filter(|_| shown.column.verdict == Verdict::Unclear);
    let word = shown.column.verdict.word();
    match failed {
        Some(failure) => look.paint(&format!("{word}: {}", failure.code.id()), Paint::Warn),
        None => word.to_owned(),
    }
}

/// What is wrong, each once, although both versions of an address may say so.
fn said(item: &Item, table: &[Shown], headline: &str, look: &Look) -> Vec<String> {
    let mut told: Vec<&Finding> = Vec::new();
    let findings = table.iter().flat_map(|shown| &shown.findings).chain(&item.findings);
    for finding in findings {
        let is_same =
            |known: &&Finding| (known.code, &known.message) == (finding.code, &finding.message);
        if !told.iter().any(is_same) {
            told.push(finding);
        }
    }
    told.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let mut helped: Vec<&str> = Vec::new();
    let mut lines = Vec::new();
    for finding in told {
        // The same next step is said once.
        let is_new = finding.help.as_deref().is_none_or(|help| !helped.contains(&help));
        helped.extend(finding.help.as_deref());
        let help = finding.help.clone().filter(|_| is_new);
        lines.extend(look.finding(&Finding { help, ..finding.clone() }));
    }
    let mut failures: Vec<&str> = Vec::new();
    for shown in table {
        let Some(failure) = &shown.failure else { continue };
        let text = format!("{}: {}", matrix::name(&shown.column), look.text(&failure.message));
        lines.extend(look.wrap(&text, INDENT.len()));
        if let Some(help) = failure.help.as_deref().filter(|help| !failures.contains(help)) {
            failures.push(help);
            lines.extend(look.next(help));
        }
    }
    if let Some(failure) = &item.failure {
        if failure.message != headline {
            lines.extend(look.wrap(&look.text(&failure.message), INDENT.len()));
        }
        lines.extend(failure.help.iter().flat_map(|help| look.next(help)));
    }
    lines
}

/// A column in full: the server's lists, and each cell's sentence.
fn details(shown: &Shown, look: &Look) -> Vec<String> {
    let column = &shown.column;
    let mut lines = vec![format!("{INDENT}{}", look.paint(&matrix::name(column), Paint::Strong))];
    let fact = |name: &str, value: &str| look.fact(name, &look.text(value));
    let list = |all: &[String]| if all.is_empty() { "-".to_owned() } else { all.join("; ") };
    lines.push(fact("accepts", &list(&column.accepted_issuers)));
    lines.push(fact("schemes", &list(&column.signature_schemes)));
    if let Some(problem) = &column.trust_problem {
        lines.push(fact("trust", problem));
    }
    for row in &column.rows {
        let way = row.door.as_ref().map(|door| format!(" ({door})")).unwrap_or_default();
        let by = row.by.map(|by| format!(" by {}", by.word())).unwrap_or_default();
        let status = row.status.map(|status| format!(", {status}")).unwrap_or_default();
        let sentence = match row.sentence.is_empty() {
            true => String::new(),
            false => format!("; {}", row.sentence),
        };
        let what = match row.outcome {
            Became::Refused => format!("refused{by}{status}{sentence}"),
            other => format!("{}{status}{sentence}", other.word()),
        };
        lines.extend(look.wrap(
            &format!("{}{way}: {}", look.text(&row.identity), look.text(&what)),
            INDENT.len(),
        ));
    }
    lines
}

fn rows(_: &Item, _: &Look) -> Vec<Row> {
    Vec::new()
}

fn summary(_: &Closing, _: &[Row], _: &Look) -> String {
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::matrix::tests::table;

    #[test]
    fn a_table_that_is_wider_than_the_terminal_is_a_list() {
        let look = |width| Look { folds: true, ..Look::plain(width) };
        let wide = matrix(&table(), &look(120));
        assert!(wide.len() == 2 && wide[1].ends_with("?     -      required"), "{wide:?}");
        assert_eq!(
            matrix(&table(), &look(40)),
            [
                "      192.0.2.1 TLS 1.3  required",
                "        in  200  old",
                "        OUT  48  new",
                "        out 116  none",
                "        IN  404  stranger",
                "        ?     -  expired",
            ]
        );
    }
}
