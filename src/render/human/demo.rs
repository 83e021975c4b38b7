//! `demo`: each step with the command that does it and what that printed.

use crate::render::human::{Layout, Look, Paint, Row};
use crate::report::{Closing, Item};

/// A paragraph a step, as soon as it is done.
pub const LAYOUT: Layout =
    Layout { command: "demo", streams: true, full, rows: |_, _| Vec::new(), summary };

fn full(item: &Item, look: &Look) -> Vec<String> {
    let mark = look.mark(item.status());
    let title = look.paint(&look.text(&item.subject), Paint::Strong);
    let command = look.paint(&format!("$ {}", look.text(item.facts.text("command"))), Paint::Dim);
    let mut lines = vec![format!("{mark}  {title}"), format!("      {command}")];
    lines
        .extend(item.facts.text("output").lines().map(|line| format!("      {}", look.text(line))));
    if let Some(failure) = &item.failure {
        lines.push(look.paint(&format!("      {}", look.text(&failure.message)), Paint::Bad));
    }
    lines.push(String::new());
    lines
}

fn summary(closing: &Closing, _: &[Row], look: &Look) -> String {
    let tally = closing.tally;
    match tally.failed {
        0 => format!("{} steps, all as said; nothing is left behind", tally.items),
        failed => look.paint(
            &format!("{failed} of {} steps did not come out as said", tally.items),
            Paint::Bad,
        ),
    }
}
