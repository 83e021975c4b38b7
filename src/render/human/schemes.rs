//! `schemes`: a line for each, or one with everything that is known about it.

use crate::fact::Value;
use crate::render::human::look::{INDENT, width};
use crate::render::human::{Layout, Look, Paint, Row};
use crate::report::{Closing, Item};

/// A line each, in columns of fixed width: names and headers are known beforehand.
pub const LAYOUT: Layout = Layout { command: "schemes", streams: true, full, rows, summary };

fn full(item: &Item, look: &Look) -> Vec<String> {
    if item.failure.is_some() {
        return super::generic::full(item, look);
    }
    match item.facts.get("value") {
        Some(_) => page(item, look),
        None => line(item, look),
    }
}

fn line(item: &Item, look: &Look) -> Vec<String> {
    let facts = &item.facts;
    // A standard leaves the choice to the sender.
    let algorithm = match facts.text("algorithm").matches(", ").count() {
        0 => format!("{} {}", facts.text("algorithm"), facts.text("encoding")),
        more => format!("{} algorithms", more + 1),
    };
    let name = look.paint(&format!("{:<25}", look.text(&item.subject)), Paint::Strong);
    let header = look.text(facts.text("header"));
    let cut = header.char_indices().nth(43).map_or(header.len(), |(at, _)| at);
    let start = format!("{name} {algorithm:<20}");
    let header = &header[..cut];
    match look.folds && width(&start) + 1 + width(header) > look.width {
        true => vec![start.trim_end().to_owned(), format!("{INDENT}{header}")],
        false => vec![format!("{start} {header}")],
    }
}

fn page(item: &Item, look: &Look) -> Vec<String> {
    let facts = &item.facts;
    let title = look.paint(&look.text(&item.subject), Paint::Strong);
    let mut lines = vec![format!("{title}  {}", look.text(facts.text("title")))];
    for (name, value) in facts.iter().filter(|(name, _)| *name != "title") {
        let is_empty =
            matches!(value, Value::Null) || matches!(value, Value::List(list) if list.is_empty());
        if is_empty {
            continue;
        }
        match value {
            Value::List(values) => {
                lines.push(format!("{INDENT}{}", look.paint(name, Paint::Dim)));
                lines.extend(values.iter().map(|value| format!("{INDENT}  {}", look.value(value))));
            }
            value => {
                lines.extend(look.facts(name, &look.value(value), 17));
            }
        }
    }
    lines
}

fn rows(_: &Item, _: &Look) -> Vec<Row> {
    Vec::new()
}

fn summary(closing: &Closing, _: &[Row], _: &Look) -> String {
    format!("{} schemes", closing.tally.items)
}
