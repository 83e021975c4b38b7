//! A document of YAML 1.2 as a value of JSON. What it takes is measured as it is built: an alias costs what it stands
//! for, so that a few lines that double each other are refused before they have grown.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};
use serde_json::{Map, Number, Value};

use crate::capture::room::{Room, excerpt};
use crate::error::{Error, Result};
use crate::failure::Failure;

/// Values stand so deep in each other.
const MAX_DEPTH: usize = 200;
/// What a value takes besides its text, in bytes: it may be a member of an object.
const VALUE: usize = 120;

/// The first document of a text.
///
/// # Errors
/// `malformed` where it is no YAML, or has keys that are no texts; `too-large` when there is no room.
pub(super) fn value(text: &str, mut room: Room) -> Result<Value> {
    let (mut open, mut anchors) = (Vec::<Open>::new(), HashMap::new());
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let at = error.marker();
            damaged(at.line(), at.col() + 1, error.info())
        })?;
        let refused = |what: &str| damaged(span.start.line(), span.start.col() + 1, what);
        if open.len() > MAX_DEPTH {
            let message = format!("values stand more than {MAX_DEPTH} deep in each other");
            return Err(Error::new(Failure::TooLarge, message));
        }
        let before = room.left();
        room.take(VALUE)?;
        let (value, anchor, taken) = match event {
            Event::SequenceStart(anchor, _) => {
                open.push(Open { anchor, room: before, holds: Holds::List(Vec::new()) });
                continue;
            }
            Event::MappingStart(anchor, _) => {
                let holds = Holds::Members(Map::new(), None);
                open.push(Open { anchor, room: before, holds });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(Open { anchor, room: before, holds }) = open.pop() else { continue };
                (holds.value(), anchor, before - room.left())
            }
            Event::Scalar(text, style, anchor, tag) => {
                room.take(text.len())?;
                (scalar(&text, style, tag.as_deref()), anchor, before - room.left())
            }
            Event::Alias(anchor) => {
                let Some((value, size)) = anchors.get(&anchor) else {
                    return Err(refused("an alias stands within what it stands for"));
                };
                room.take(*size)?;
                (Value::clone(value), 0, *size)
            }
            Event::DocumentEnd | Event::StreamEnd => break,
            Event::Nothing | Event::StreamStart | Event::DocumentStart(_) => continue,
        };
        if anchor > 0 {
            room.take(taken)?;
            anchors.insert(anchor, (value.clone(), taken));
        }
        match open.last_mut() {
            Some(around) => around.holds.take(value).map_err(refused)?,
            None => return Ok(value),
        }
    }
    Ok(Value::Null)
}

/// A list or an object that has begun.
struct Open {
    anchor: usize,
    /// What was left when it began.
    room: usize,
    holds: Holds,
}

enum Holds {
    List(Vec<Value>),
    /// Members, and the key whose value is next.
    Members(Map<String, Value>, Option<String>),
}

impl Holds {
    fn take(&mut self, value: Value) -> Result<(), &'static str> {
        match self {
            Self::List(values) => values.push(value),
            Self::Members(members, key) => match (key.take(), value) {
                (Some(name), _) if members.contains_key(&name) => return Err("a key stands twice"),
                (Some(name), value) => drop(members.insert(name, value)),
                (None, Value::String(name)) => *key = Some(name),
                (None, Value::Null) => *key = Some(String::new()),
                (None, Value::Array(_) | Value::Object(_)) => return Err("a key is no text"),
                (None, plain) => *key = Some(plain.to_string()),
            },
        }
        Ok(())
    }

    fn value(self) -> Value {
        match self {
            Self::List(values) => Value::Array(values),
            Self::Members(members, _) => Value::Object(members),
        }
    }
}

/// What a scalar is by the core schema (YAML 1.2.2 section 10.3.2). What is quoted, or has a tag, is a text.
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    if style != ScalarStyle::Plain || tag.is_some() {
        return Value::String(text.to_owned());
    }
    let of_radix = |prefix: &str, radix| {
        let digits = text.strip_prefix(prefix).filter(|it| !it.starts_with(['+', '-']))?;
        i64::from_str_radix(digits, radix).ok()
    };
    let is_number = || {
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        digits.starts_with(|first: char| first.is_ascii_digit() || first == '.')
            && digits.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte))
    };
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => of_radix("0x", 16)
            .or_else(|| of_radix("0o", 8))
            .map(Value::from)
            .or_else(|| is_number().then(|| number(text)).flatten())
            .unwrap_or_else(|| Value::String(text.to_owned())),
    }
}

/// A number as JavaScript has it, which writes a whole one without a point.
fn number(text: &str) -> Option<Value> {
    if let Ok(whole) = text.parse::<i64>() {
        return Some(whole.into());
    }
    let float: f64 = text.parse().ok()?;
    match float.fract() == 0.0 && float.abs() < 9e15 {
        true => Some((float as i64).into()),
        false => Number::from_f64(float).map(Value::Number),
    }
}

fn damaged(line: usize, column: usize, what: &str) -> Error {
    let message = format!("damaged YAML at line {line}, column {column}: {}", excerpt(what));
    Error::new(Failure::Malformed, message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Result<Value> {
        value(text, Room::new(1 << 20))
    }

    #[test]
    fn values_are_those_of_the_core_schema() {
        let text = "\
a: [1, +2, -3, 0x1F, 0o17, 1.5, 1.0, 1e3, .5]\nb: ['1', \"true\", !!str 1, 1.2.3, 1e, 0x, yes, 1_000]
c: {~: null, d: }\ne: True\nf: |-\n  {\n    \"a\": 1\n  }\ng: >-\n  folded\n  text\n1: one\n";
        assert_eq!(
            read(text).unwrap(),
            json!({
                "a": [1, 2, -3, 31, 15, 1.5, 1, 1000, 0.5],
                "b": ["1", "true", "1", "1.2.3", "1e", "0x", "yes", "1_000"],
                "c": {"": null, "d": null},
                "e": true,
                "f": "{\n  \"a\": 1\n}",
                "g": "folded text",
                "1": "one",
            })
        );
        assert_eq!(read("").unwrap(), Value::Null);
        assert_eq!(read("--- a\n--- b\n").unwrap(), json!("a"), "the first document");
    }

    #[test]
    fn aliases_stand_for_what_they_name_and_do_not_grow() {
        let text = "a: &x {b: [1]}\nc: *x\nd: [*x, *x]\n";
        let one = json!({"b": [1]});
        assert_eq!(read(text).unwrap(), json!({"a": one, "c": one, "d": [one, one]}));
        let mut bomb = "v0: &v0 [a, a, a, a, a, a, a, a, a]\n".to_owned();
        for level in 1..10 {
            let below = [&*format!("*v{}", level - 1)].repeat(9).join(", ");
            bomb.push_str(&format!("v{level}: &v{level} [{below}]\n"));
        }
        assert_eq!(read(&bomb).unwrap_err().code, Failure::TooLarge);
        assert_eq!(read("a: &a [*a]\n").unwrap_err().code, Failure::Malformed);
    }

    #[test]
    fn what_is_too_deep_or_no_yaml_is_refused() {
        for deep in ["[".repeat(5000), "- ".repeat(5000), "{a: ".repeat(5000)] {
            assert!(read(&deep).is_err());
        }
        for (text, place) in
            [("a: [1\nb: 2", "line 2"), ("a: 1\na: 2\n", "line 2"), ("? [a]\n: 1", "line 1")]
        {
            let error = read(text).unwrap_err();
            assert!(error.code == Failure::Malformed && error.message.contains(place), "{error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "([ ]{0,4}(- |\\? )?(a|\"b\"|'c'|&a|\\*a|[{\\[|>\\]}]|!!str|---)?(: ?(x|1|'|\"|\\||>-|[{]|&a|\\*a)?)?\n){0,20}") {
            let _ = read(&text);
        }

        #[test]
        fn what_serde_json_writes_is_read_as_it_is(numbers: Vec<i32>, texts: Vec<String>, flag: bool) {
            let value = json!({"n": numbers, "t": texts, "f": flag, "null": null});
            proptest::prop_assert_eq!(read(&value.to_string()).unwrap(), value);
        }
    }
}
