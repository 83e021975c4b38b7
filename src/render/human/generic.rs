//! The layout of commands that have none of their own: every fact under its name.

use crate::render::human::{Layout, Look, Row};
use crate::report::{Closing, Item};

/// Facts under their names.
pub const LAYOUT: Layout = Layout { command: "", streams: true, full, rows, summary };

/// The verdict line and every fact.
pub fn full(item: &Item, look: &Look) -> Vec<String> {
    let message = item.failure.as_ref().map(|failure| format!(": {}", look.text(&failure.message)));
    let mark = look.mark(item.status());
    let mut lines =
        vec![format!("{mark}  {}{}", look.text(&item.subject), message.unwrap_or_default())];
    lines.extend(item.facts.iter().map(|(name, value)| look.fact(name, &look.value(value))));
    lines.extend(look.verdicts(item));
    lines
}

fn rows(item: &Item, look: &Look) -> Vec<Row> {
    let cells = vec![look.text(&item.subject).into_owned()];
    vec![Row { status: item.status(), order: 0, cells }]
}

fn summary(_: &Closing, _: &[Row], _: &Look) -> String {
    String::new()
}
