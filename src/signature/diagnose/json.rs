//! JSON text taken apart without loss, to be written again in another layout: the order of members,
//! repeated names, the spelling of numbers and of strings are all kept unless a style changes them.
//!
//! Values lie flat in one list and nesting is kept on a list of our own, so that no input can exhaust
//! the stack.

use std::collections::HashSet;
use std::ops::Range;

use super::layout::Style;
use super::spelling::{quoted, unescaped};

/// Deeper nesting is not taken apart: indenting it would cost its square.
pub(super) const DEEPEST: usize = 256;

/// A JSON document.
#[derive(Debug)]
pub struct Tree<'a> {
    /// Bytes of the text that it was.
    pub(super) length: usize,
    pub(super) values: Vec<Value<'a>>,
    /// For each value, its name in the object around it: what stands between the quotes, escapes unread.
    pub(super) names: Vec<Option<&'a str>>,
}

/// One value. Children are places in [`Tree::values`].
#[derive(Debug)]
pub(super) enum Value<'a> {
    /// A number, `true`, `false` or `null`, as it is spelled.
    Word(&'a str),
    /// What stands between the quotes, escapes unread.
    Text(&'a str),
    Array(Vec<u32>),
    Object(Vec<u32>),
}

impl<'a> Tree<'a> {
    /// Takes a document apart; `None` when the bytes are no JSON or nested too deep.
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        // The grammar is checked here, so that what follows only has to find its way.
        serde_json::from_slice::<serde::de::IgnoredAny>(bytes).ok()?;
        let mut tree = Self { length: text.len(), values: Vec::new(), names: Vec::new() };
        // Containers that are open, each with the name that its next member will have.
        let mut open: Vec<(usize, Option<&str>)> = Vec::new();
        let mut rest = text;
        loop {
            rest = rest.trim_start_matches([' ', '\t', '\r', '\n', ',', ':']);
            let Some(first) = rest.bytes().next() else { return Some(tree) };
            let value = match first {
                b'}' | b']' => {
                    open.pop()?;
                    rest = &rest[1..];
                    continue;
                }
                b'{' => Value::Object(Vec::new()),
                b'[' => Value::Array(Vec::new()),
                b'"' => Value::Text(quoted(rest)?),
                _ => Value::Word(&rest[..word_length(rest)?]),
            };
            rest = &rest[value.length()..];
            if let (Value::Text(name), Some((container, pending @ None))) =
                (&value, open.last_mut())
                && matches!(tree.values.get(*container), Some(Value::Object(_)))
            {
                *pending = Some(name);
                continue;
            }
            let place = tree.values.len();
            let mut name = None;
            if let Some((container, pending)) = open.last_mut() {
                name = pending.take();
                match (tree.values.get_mut(*container), name) {
                    (Some(Value::Array(inner)), None) | (Some(Value::Object(inner)), Some(_)) => {
                        inner.push(u32::try_from(place).ok()?);
                    }
                    _ => return None,
                }
            }
            if matches!(value, Value::Object(_) | Value::Array(_)) {
                open.push((place, None));
                if open.len() > DEEPEST {
                    return None;
                }
            }
            tree.values.push(value);
            tree.names.push(name);
        }
    }

    /// The text of the member of that name of the outermost object, when it is a string.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.member(name)? {
            Value::Text(raw) => Some(unescaped(raw)),
            _ => None,
        }
    }

    /// Whether the outermost object has a member of that name spelled so: `true`, `1`.
    pub fn is_word(&self, name: &str, spelled: &str) -> bool {
        matches!(self.member(name), Some(Value::Word(word)) if *word == spelled)
    }

    /// Whether every program that reads and writes it keeps what it holds: whole numbers that a binary
    /// fraction holds, names once each, no lone half of a surrogate pair, nothing that some escape.
    pub fn is_plain(&self) -> bool {
        self.values.iter().all(|value| match value {
            Value::Word(word) => is_plain_word(word),
            Value::Text(raw) => is_plain_text(raw),
            Value::Array(_) => true,
            Value::Object(members) => {
                let mut names = HashSet::with_capacity(members.len());
                members.iter().all(|place| {
                    let name = self.name(*place);
                    is_plain_text(name) && names.insert(unescaped(name))
                })
            }
        })
    }

    /// The numbers of numbers and words, and where they stand in `text`, of which this is the tree.
    pub fn words_at(&self, text: &'a str) -> impl Iterator<Item = (usize, Range<usize>)> {
        self.values.iter().enumerate().filter_map(move |(number, value)| match value {
            Value::Word(word) => {
                // They are slices of the text.
                let start = (word.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
                let place = start..start + word.len();
                (text.get(place.clone()) == Some(*word)).then_some((number, place))
            }
            _ => None,
        })
    }

    /// The text of the document, when it is one string and nothing else.
    pub fn lone_text(&self) -> Option<String> {
        match self.values.first()? {
            Value::Text(raw) => Some(unescaped(raw)),
            _ => None,
        }
    }

    fn member(&self, name: &str) -> Option<&Value<'a>> {
        let Value::Object(members) = self.values.first()? else { return None };
        let place = members.iter().find(|place| self.name(**place) == name)?;
        self.values.get(*place as usize)
    }

    fn name(&self, place: u32) -> &'a str {
        name_in(&self.names, place)
    }

    /// Sorts the members of every object by name, as `sort_keys` of Python does.
    pub fn sort(&mut self) {
        self.sort_by(|name| name);
    }

    /// Whether the members of every object stand sorted by name.
    pub fn is_sorted(&self) -> bool {
        self.values.iter().all(|value| match value {
            Value::Object(members) => {
                members.is_sorted_by_key(|place| unescaped(self.name(*place)))
            }
            _ => true,
        })
    }

    /// Words and empty containers that are written otherwise so, by their number, in order.
    pub fn changes(&self, style: &Style) -> impl Iterator<Item = (usize, String)> {
        let (write, empty) = (style.word, style.empty);
        self.values.iter().enumerate().filter_map(move |(number, value)| {
            let (word, other) = match value {
                Value::Word(word) => (*word, write?(word)),
                Value::Array(items) if items.is_empty() => ("[]", empty("[]").to_owned()),
                Value::Object(members) if members.is_empty() => ("{}", empty("{}").to_owned()),
                _ => return None,
            };
            (other != word).then_some((number, other))
        })
    }

    /// Sorts the members of every object by what `key` makes of their names. Whether no two of one object
    /// are the same.
    pub fn sort_by<K: Ord>(&mut self, key: impl Fn(String) -> K) -> bool {
        let mut is_distinct = true;
        let name = |place: &u32| name_in(&self.names, *place);
        for value in &mut self.values {
            if let Value::Object(members) = value {
                members.sort_by_cached_key(|place| key(unescaped(name(place))));
                is_distinct &= members.is_sorted_by(|one, other| {
                    name(one) != name(other) && unescaped(name(one)) != unescaped(name(other))
                });
            }
        }
        is_distinct
    }

    /// Numbers, `true`, `false` and `null`, as they are spelled.
    pub fn words(&self) -> impl Iterator<Item = &'a str> {
        self.values.iter().filter_map(|value| match value {
            Value::Word(word) => Some(*word),
            _ => None,
        })
    }

    /// What stands between the quotes of every text and name, escapes unread.
    pub fn texts(&self) -> impl Iterator<Item = &'a str> {
        self.values.iter().zip(&self.names).flat_map(|(value, name)| {
            let text = match value {
                Value::Text(raw) => Some(*raw),
                Value::Word(_) | Value::Array(_) | Value::Object(_) => None,
            };
            text.into_iter().chain(*name)
        })
    }
}

fn name_in<'a>(names: &[Option<&'a str>], place: u32) -> &'a str {
    names.get(place as usize).copied().flatten().unwrap_or_default()
}

impl Value<'_> {
    /// Bytes it takes in the text; of a container, its opening bracket.
    fn length(&self) -> usize {
        match self {
            Self::Word(word) => word.len(),
            Self::Text(raw) => raw.len() + 2,
            Self::Array(_) | Self::Object(_) => 1,
        }
    }

    /// The place of its member of that number.
    pub(super) fn child(&self, number: usize) -> Option<u32> {
        match self {
            Self::Array(inner) | Self::Object(inner) => inner.get(number).copied(),
            Self::Word(_) | Self::Text(_) => None,
        }
    }
}

/// Whole numbers up to 2^53, as every writer writes them, and the three words.
fn is_plain_word(word: &str) -> bool {
    let digits = word.strip_prefix('-').unwrap_or(word);
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit())
        && digits.parse::<u64>().is_ok_and(|number| number <= 1 << 53)
        && word != "-0";
    is_number || ["true", "false", "null"].contains(&word)
}

/// U+007F is written as an escape by some; a lone half of a pair becomes U+FFFD.
fn is_plain_text(raw: &str) -> bool {
    !unescaped(raw).contains(['\u{7f}', '\u{fffd}'])
}

/// At least one byte, so that there is always a way on.
fn word_length(text: &str) -> Option<usize> {
    let end = text.find([',', ':', '{', '}', '[', ']', '"', ' ', '\t', '\r', '\n']);
    Some(end.unwrap_or(text.len())).filter(|length| *length > 0)
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
