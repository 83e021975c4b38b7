//! `demo`: each step with the command that does it and what that printed.

use crate::finding::Severity;
use crate::outcome::Outcome;
use crate::render::human::{Layout, Look, Paint, Row, generic};
use crate::report::{Closing, Item, Status};

/// What stands before each line that a command printed.
const MARGIN: &str = "  ";

/// A paragraph a step, as soon as it is done.
pub const LAYOUT: Layout = Layout { command: "demo", full, summary, ..generic::LAYOUT };

fn full(item: &Item, look: &Look) -> Vec<String> {
    let Outcome::Step(step) = &item.outcome else { return generic::full(item, look) };
    let mark = look.mark(item.status());
    let title = look.paint(&look.text(&item.subject), Paint::Strong);
    let command = look.paint(&format!("$ {}", look.text(&step.command)), Paint::Dim);
    let mut lines = vec![format!("{mark}  {title}"), format!("{MARGIN}{command}")];
    lines.extend(step.output.lines().map(|line| format!("{MARGIN}{}", printed(line, look))));
    if let Some(failure) = &item.failure {
        lines.push(look.paint(&format!("{MARGIN}{}", look.text(&failure.message)), Paint::Bad));
    }
    lines.push(String::new());
    lines
}

/// Columns that are left for what a command prints.
pub const fn inner(width: usize) -> usize {
    width - MARGIN.len()
}

/// A line of what the command printed, its verdict in colour as on a terminal.
fn printed(line: &str, look: &Look) -> String {
    let statuses = [
        Status::Ok,
        Status::Found(Severity::Warning),
        Status::Found(Severity::Critical),
        Status::Failed,
    ];
    let plain = Look { colour: false, ..*look };
    let verdict = statuses.into_iter().find_map(|status| {
        let rest = line.strip_prefix(&plain.mark(status))?;
        rest.starts_with(' ').then(|| format!("{}{}", look.mark(status), look.text(rest)))
    });
    verdict.unwrap_or_else(|| look.text(line).into_owned())
}

fn summary(closing: &Closing, _: &[Row], look: &Look) -> String {
    let tally = closing.tally;
    match tally.failed {
        0 => format!("{} steps, all as expected; nothing is left behind", tally.items),
        failed => look.paint(
            &format!("{failed} of {} steps did not give the expected result", tally.items),
            Paint::Bad,
        ),
    }
}
