//! The layout of commands that have none of their own: every fact under its name.

use serde_json::Value;

use crate::outcome::Outcome;
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
    lines.extend(
        facts(&item.outcome).iter().map(|(name, value)| look.fact(name, &value_text(value, look))),
    );
    lines.extend(look.verdicts(item));
    lines
}

/// Every key of an outcome with its value, in the order of the report.
pub fn facts(outcome: &Outcome) -> serde_json::Map<String, Value> {
    match serde_json::to_value(outcome) {
        Ok(Value::Object(facts)) => facts,
        _ => serde_json::Map::new(),
    }
}

/// A value as one piece of text.
pub fn value_text(value: &Value, look: &Look) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(number) => format!("{number:.1}"),
            None => number.to_string(),
        },
        Value::String(text) => look.text(text).into_owned(),
        Value::Array(values) => {
            values.iter().map(|value| value_text(value, look)).collect::<Vec<_>>().join(", ")
        }
        Value::Object(facts) => {
            let fact = |(name, value)| format!("{name} {}", value_text(value, look));
            facts.iter().map(fact).collect::<Vec<_>>().join(", ")
        }
    }
}

fn rows(item: &Item, look: &Look) -> Vec<Row> {
    let why = item.failure.iter().map(|failure| look.text(&failure.message).into_owned());
    let cells = std::iter::once(look.text(&item.subject).into_owned()).chain(why).collect();
    vec![Row { status: item.status(), order: 0, cells }]
}

fn summary(_: &Closing, _: &[Row], _: &Look) -> String {
    String::new()
}
