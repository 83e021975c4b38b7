//! JSON as it is written: no character in it moves the cursor, reorders or hides text. A `\u` escape is
//! the same value to whoever reads it.

pub mod pointer;

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use crate::invisible;

/// Writes a value without blanks.
///
/// # Errors
/// Those of the writer, and of a value that is not JSON.
pub fn write(out: impl Write, value: &(impl Serialize + ?Sized)) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(out, Visible)).map_err(io::Error::from)
}

/// Appends a value to text in memory. What is visible shows in the whole at once: of many short strings each
/// would cost more than its characters do.
///
/// # Errors
/// When it is not JSON.
pub fn append(line: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) -> io::Result<()> {
    let start = line.len();
    serde_json::to_writer(&mut *line, value)?;
    if is_plain(&line[start..]) {
        return Ok(());
    }
    // Outside of its strings JSON is ASCII.
    let json = String::from_utf8(line.split_off(start)).map_err(io::Error::other)?;
    write_visible(line, &json)
}

/// A value as text.
///
/// # Errors
/// When it is not JSON.
pub fn text(value: &(impl Serialize + ?Sized)) -> io::Result<String> {
    let mut bytes = Vec::new();
    write(&mut bytes, value)?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// A character as its escape, `\u202e`; two of them above U+FFFF.
pub fn escaped(char: char) -> String {
    let mut units = [0; 2];
    char.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect()
}

/// Compact, with everything visible.
struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W: Write + ?Sized>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        write_visible(out, fragment)
    }

    /// Lists that were written elsewhere; outside of its strings JSON is ASCII.
    fn write_raw_fragment<W: Write + ?Sized>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        write_visible(out, fragment)
    }
}

fn write_visible(out: &mut (impl Write + ?Sized), text: &str) -> io::Result<()> {
    // What is below is escaped already.
    let is_hidden = |char: char| char >= '\x7f' && invisible::is_dangerous(char);
    let mut rest = text;
    while let Some(at) = hidden(rest, is_hidden) {
        let (before, from) = rest.split_at(at);
        out.write_all(before.as_bytes())?;
        let mut chars = from.chars();
        chars.next().map_or(Ok(()), |char| out.write_all(escaped(char).as_bytes()))?;
        rest = chars.as_str();
    }
    out.write_all(rest.as_bytes())
}

/// Where the first such character stands; most text is printable ASCII, which is told fast.
fn hidden(text: &str, is_hidden: impl Fn(char) -> bool) -> Option<usize> {
    // Whole blocks at a time, which a search for the first one is not.
    if is_plain(text.as_bytes()) {
        return None;
    }
    let mut at = 0;
    loop {
        at += text[at..].bytes().position(|byte| byte >= 0x7f)?;
        let char = text[at..].chars().next()?;
        if is_hidden(char) {
            return Some(at);
        }
        at += char.len_utf8();
    }
}

/// Whether all of it is printable ASCII, or below.
fn is_plain(text: &[u8]) -> bool {
    text.is_ascii() && memchr::memchr(0x7f, text).is_none()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::parallel;

    #[test]
    fn what_moves_or_hides_is_escaped_and_stays_the_same_value() {
        let shown = text("Zoë \u{202e}b\u{200b}\u{9b}\u{7f}\u{e0041}\n\"株").unwrap();
        assert_eq!(shown, r#""Zoë \u202eb\u200b\u009b\u007f\udb40\udc41\n\"株""#);
        let every: String = (0..=u32::from(char::MAX)).filter_map(char::from_u32).collect();
        let written = text(&every).unwrap();
        assert!(!written.chars().any(invisible::is_dangerous));
        let mut appended = b"\x7f".to_vec();
        append(&mut appended, &every).unwrap();
        assert!(appended == ["\x7f", &written].concat().as_bytes());
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), every);
    }

    #[derive(Serialize)]
    struct List(#[serde(serialize_with = "parallel::serialize")] Vec<String>);

    #[test]
    fn names_and_long_lists_are_escaped_too() {
        let written = text(&serde_json::json!({ "a\u{202e}": ["\u{feff}"] })).unwrap();
        assert_eq!(written, r#"{"a\u202e":["\ufeff"]}"#);
        let many = vec!["\u{2066}".to_owned(); 10_000];
        let written = text(&List(many.clone())).unwrap();
        assert!(written.is_ascii());
        assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), serde_json::json!(many));
    }
}
