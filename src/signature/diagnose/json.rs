//! JSON text taken apart without loss, to be written again in another layout: the order of members,
//! repeated names, the spelling of numbers and of strings are all kept unless a [`Style`] changes them.
//!
//! Values lie flat in one list and nesting is kept on a list of our own, so that no input can exhaust
//! the stack.

use std::collections::HashSet;
use std::ops::Range;

use super::spelling::{Escape, quote, quoted, unescaped};

/// Deeper nesting is not taken apart: indenting it would cost its square.
const DEEPEST: usize = 256;

/// A JSON document.
#[derive(Debug)]
pub struct Tree<'a> {
    /// Bytes of the text that it was.
    length: usize,
    values: Vec<Value<'a>>,
}

/// One value. Children are places in [`Tree::values`].
#[derive(Debug)]
enum Value<'a> {
    /// A number, `true`, `false` or `null`, as it is spelled.
    Word(&'a str),
    /// What stands between the quotes, escapes unread.
    Text(&'a str),
    Array(Vec<usize>),
    /// Names are what stands between the quotes.
    Object(Vec<(&'a str, usize)>),
}

impl<'a> Tree<'a> {
    /// Takes a document apart; `None` when the bytes are no JSON or nested too deep.
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        // The grammar is checked here, so that what follows only has to find its way.
        serde_json::from_slice::<serde::de::IgnoredAny>(bytes).ok()?;
        let mut tree = Self { length: text.len(), values: Vec::new() };
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
            if let Some((container, name)) = open.last_mut() {
                match (tree.values.get_mut(*container), name.take()) {
                    (Some(Value::Array(items)), _) => items.push(place),
                    (Some(Value::Object(members)), Some(name)) => members.push((name, place)),
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
                members.iter().all(|(name, _)| is_plain_text(name) && names.insert(unescaped(name)))
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
        let (_, place) = members.iter().find(|(known, _)| *known == name)?;
        self.values.get(*place)
    }

    /// Sorts the members of every object by name, as `sort_keys` of Python does.
    pub fn sort(&mut self) {
        self.sort_by(|name| name);
    }

    /// Whether the members of every object stand sorted by name.
    pub fn is_sorted(&self) -> bool {
        self.values.iter().all(|value| match value {
            Value::Object(members) => members.is_sorted_by_key(|(name, _)| unescaped(name)),
            _ => true,
        })
    }

    /// Whether one of its words, or an empty container, is written otherwise so.
    pub fn is_changed_by(&self, style: &Style) -> bool {
        self.values.iter().any(|value| match value {
            Value::Word(word) => style.word.is_some_and(|write| write(word) != *word),
            Value::Text(_) => false,
            Value::Array(items) => items.is_empty() && (style.empty)("[]") != "[]",
            Value::Object(members) => members.is_empty() && (style.empty)("{}") != "{}",
        })
    }

    /// Sorts the members of every object by what `key` makes of their names. Whether no two of one object
    /// are the same.
    pub fn sort_by<K: Ord>(&mut self, key: impl Fn(String) -> K) -> bool {
        let mut is_distinct = true;
        for value in &mut self.values {
            if let Value::Object(members) = value {
                members.sort_by_cached_key(|(name, _)| key(unescaped(name)));
                is_distinct &= members.windows(2).all(|pair| {
                    pair[0].0 != pair[1].0 && unescaped(pair[0].0) != unescaped(pair[1].0)
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
        self.values.iter().flat_map(|value| {
            let (text, members) = match value {
                Value::Text(raw) => (Some(*raw), &[][..]),
                Value::Object(members) => (None, members.as_slice()),
                Value::Word(_) | Value::Array(_) => (None, &[][..]),
            };
            text.into_iter().chain(members.iter().map(|(name, _)| *name))
        })
    }

    /// The document in another style, without a final newline.
    pub fn write(&self, style: &Style) -> Vec<u8> {
        // Most styles are no longer: what grows by doubling takes three times as much.
        let mut out = Vec::with_capacity(self.length);
        self.write_into(&mut out, style, None);
        out
    }

    /// The same in a place that has room from what was written before, perhaps with another word in place
    /// of the value of that number.
    pub fn write_into(&self, out: &mut Vec<u8>, style: &Style, instead: Option<(usize, &str)>) {
        out.clear();
        let mut open: Vec<Open> = Vec::new();
        let mut next = Some(0);
        loop {
            if let Some(place) = next.take() {
                match self.values.get(place) {
                    Some(Value::Word(_)) if instead.is_some_and(|(number, _)| number == place) => {
                        out.extend(instead.iter().flat_map(|(_, word)| word.as_bytes()));
                    }
                    Some(Value::Word(word)) => match style.word {
                        None => out.extend_from_slice(word.as_bytes()),
                        Some(write) => out.extend_from_slice(write(word).as_bytes()),
                    },
                    Some(Value::Text(raw)) => quote(raw, style.escape, out),
                    Some(Value::Array(items)) if items.is_empty() => {
                        out.extend_from_slice((style.empty)("[]").as_bytes());
                    }
                    Some(Value::Object(members)) if members.is_empty() => {
                        out.extend_from_slice((style.empty)("{}").as_bytes());
                    }
                    Some(container) => {
                        let inline = style.layout.keeps_in_line(container);
                        let depth = open.last().map_or(0, |parent| parent.depth);
                        let depth = depth + usize::from(!inline);
                        out.push(container.brackets()[0]);
                        open.push(Open { place, written: 0, depth, inline });
                    }
                    None => {}
                }
            }
            let Some(parent) = open.last_mut() else { return };
            let container = &self.values[parent.place];
            match container.child(parent.written) {
                Some((name, child)) => {
                    style.layout.before_member(parent, out);
                    if let Some(name) = name {
                        quote(name, style.escape, out);
                        out.extend_from_slice(style.layout.colon.as_bytes());
                    }
                    parent.written += 1;
                    next = Some(child);
                }
                None => {
                    style.layout.before_end(parent, out);
                    out.push(container.brackets()[1]);
                    open.pop();
                }
            }
        }
    }
}

/// A container that is being written.
struct Open {
    place: usize,
    /// Members written so far.
    written: usize,
    /// Levels of indentation of its members.
    depth: usize,
    /// Whether its members stay in one line.
    inline: bool,
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

    fn brackets(&self) -> [u8; 2] {
        if matches!(self, Self::Array(_)) { *b"[]" } else { *b"{}" }
    }

    /// Name and place of its member of that number; an array gives no names.
    fn child(&self, number: usize) -> Option<(Option<&str>, usize)> {
        match self {
            Self::Array(items) => items.get(number).map(|place| (None, *place)),
            Self::Object(members) => members.get(number).map(|(name, place)| (Some(*name), *place)),
            _ => None,
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

/// Where blanks stand.
#[derive(Clone, Copy, Debug, Default)]
pub struct Layout {
    /// Between members.
    pub comma: &'static str,
    /// Between name and value.
    pub colon: &'static str,
    /// One level of indentation; all in one line when `None`.
    pub indent: Option<&'static str>,
    /// What ends a line.
    pub line_end: &'static str,
    /// A blank inside the brackets of one line, as in `{ "a": 1 }`.
    pub padded: bool,
    /// Arrays stay in one line, as in `[ 1, 2 ]`.
    pub inline_arrays: bool,
}

impl Layout {
    fn keeps_in_line(&self, container: &Value) -> bool {
        self.indent.is_none() || self.inline_arrays && matches!(container, Value::Array(_))
    }

    fn before_member(&self, parent: &Open, out: &mut Vec<u8>) {
        let first = parent.written == 0;
        match (parent.inline, self.indent) {
            (false, _) if first => self.new_line(parent.depth, out),
            (false, _) => {
                out.extend_from_slice(self.comma.as_bytes());
                self.new_line(parent.depth, out);
            }
            (true, None) if first => self.pad(out),
            (true, None) => out.extend_from_slice(self.comma.as_bytes()),
            (true, Some(_)) => out.extend_from_slice(if first { b" " } else { b", " }),
        }
    }

    fn before_end(&self, parent: &Open, out: &mut Vec<u8>) {
        match (parent.inline, self.indent) {
            (false, _) => self.new_line(parent.depth - 1, out),
            (true, None) => self.pad(out),
            (true, Some(_)) => out.push(b' '),
        }
    }

    fn new_line(&self, depth: usize, out: &mut Vec<u8>) {
        out.extend_from_slice(self.line_end.as_bytes());
        let indent = self.indent.unwrap_or_default().as_bytes();
        (0..depth).for_each(|_| out.extend_from_slice(indent));
    }

    fn pad(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if self.padded { b" " } else { b"" });
    }
}

/// How a document is written.
#[derive(Clone, Copy)]
pub struct Style {
    /// Where blanks stand.
    pub layout: Layout,
    /// How strings are written; as they are spelled when `None`.
    pub escape: Option<Escape>,
    /// How numbers, `true`, `false` and `null` are written.
    pub word: Option<fn(&str) -> String>,
    /// How an empty container is written.
    pub empty: fn(&'static str) -> &'static str,
}

impl Style {
    /// Nothing but these blanks.
    pub fn of(layout: Layout) -> Self {
        Self { layout, escape: None, word: None, empty: |brackets| brackets }
    }
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
