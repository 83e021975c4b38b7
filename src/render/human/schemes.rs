//! `schemes`: a line for each, or one with everything that is known about it.

use serde_json::Value;

use crate::outcome::Outcome;
use crate::outcome::scheme::Scheme;
use crate::render::human::look::{INDENT, width};
use crate::render::human::{Layout, Look, Paint, Row, generic};
use crate::report::{Closing, Item};

/// A line each, in columns of fixed width: names and headers are known beforehand.
pub const LAYOUT: Layout = Layout { command: "schemes", full, summary, ..generic::LAYOUT };

/// The grade of a scheme that is listed with that word.
const PARTLY: &str = "partly confirmed";

fn full(item: &Item, look: &Look) -> Vec<String> {
    match &item.outcome {
        Outcome::Scheme(scheme) if scheme.details.is_some() => page(item, scheme, look),
        Outcome::Scheme(scheme) => line(item, scheme, look),
        _ => generic::full(item, look),
    }
}

fn line(item: &Item, scheme: &Scheme, look: &Look) -> Vec<String> {
    // A standard leaves the choice to the sender.
    let algorithm = match scheme.algorithm.matches(", ").count() {
        0 => format!("{} {}", scheme.algorithm, scheme.encoding),
        more => format!("{} algorithms", more + 1),
    };
    let name = look.paint(&format!("{:<25}", look.text(&item.subject)), Paint::Strong);
    let header = look.text(&scheme.header);
    let (most, doubt) = match scheme.grade.as_deref() {
        Some(PARTLY) => (34, format!("  {}", look.paint(PARTLY, Paint::Warn))),
        _ => (43, String::new()),
    };
    let cut = header.char_indices().nth(most).map_or(header.len(), |(at, _)| at);
    let start = format!("{name} {algorithm:<20}");
    let header = format!("{}{doubt}", &header[..cut]);
    let heading = scheme.heading.map(|heading| format!("{}:", look.paint(heading, Paint::Dim)));
    let line = match look.folds && width(&start) + 1 + width(&header) > look.width {
        true => vec![start.trim_end().to_owned(), format!("{INDENT}{header}")],
        false => vec![format!("{start} {header}")],
    };
    heading.into_iter().chain(line).collect()
}

/// Every key under its name, which is also that of the table; what is empty is left out.
fn page(item: &Item, scheme: &Scheme, look: &Look) -> Vec<String> {
    let subject = look.paint(&look.text(&item.subject), Paint::Strong);
    let mut lines = vec![format!("{subject}  {}", look.text(&scheme.title))];
    for (name, value) in generic::facts(&item.outcome).iter().skip(1) {
        match value {
            Value::Null => {}
            Value::Array(values) if values.is_empty() => {}
            Value::Array(values) => {
                lines.push(format!("{INDENT}{}", look.paint(name, Paint::Dim)));
                let line = |value| format!("{INDENT}  {}", generic::value_text(value, look));
                lines.extend(values.iter().map(line));
            }
            value => lines.extend(look.facts(name, &generic::value_text(value, look), 17)),
        }
    }
    lines.extend(look.verdicts(item));
    lines
}

fn summary(closing: &Closing, _: &[Row], _: &Look) -> String {
    format!("{} schemes", closing.tally.items)
}
