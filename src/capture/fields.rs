//! Header lines and parameters as JSON objects hold them: a name, and a text or a list of texts.

use std::collections::HashSet;

use serde_json::value::RawValue;

use super::json::{self, Elements};
use super::room::{Room, excerpt};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::Headers;

/// Calls `each` with every name and value, a list being several; `null` is none.
///
/// # Errors
/// `malformed` when a name stands twice, because two readers would take two values, and what
/// `each` returns.
pub(super) fn each(
    fields: &RawValue,
    mut each: impl FnMut(&str, String) -> Result<()>,
) -> Result<()> {
    if fields.get() == "null" {
        return Ok(());
    }
    let mut members = json::members(fields.get().as_bytes())?;
    let mut seen = HashSet::new();
    while let Some((name, value)) = members.next()? {
        match value.trim_ascii() {
            b"null" => {}
            text @ [b'[', ..] => {
                for element in Elements::under(text, &[])? {
                    let element = element?;
                    if element.trim_ascii().starts_with(b"\"") {
                        each(&name, text_of(&element)?)?;
                    }
                }
            }
            text => each(&name, text_of(text)?)?,
        }
        if !seen.insert(name.clone()) {
            let message = format!("{:?} appears twice in one object", excerpt(&name));
            return Err(Error::new(Failure::Malformed, message)
                .help("parsers differ in which of the two they use: remove one"));
        }
    }
    Ok(())
}

/// Header lines; a name for each value counts, as it is sent.
pub(super) fn lines(fields: &RawValue, room: &mut Room) -> Result<Headers> {
    let mut headers = Headers::new();
    each(fields, |name, value| {
        room.line(name, value.as_bytes())?;
        headers.push(name, value);
        Ok(())
    })?;
    Ok(headers)
}

/// Names and values, a name for each value.
pub(super) fn pairs(fields: &RawValue, room: &mut Room) -> Result<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    each(fields, |name, value| {
        room.line(name, value.as_bytes())?;
        pairs.push((name.to_owned(), value));
        Ok(())
    })?;
    Ok(pairs)
}

/// The texts of a list.
pub(super) fn texts(list: &RawValue, room: &mut Room) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    if list.get() != "null" {
        for element in Elements::under(list.get().as_bytes(), &[])? {
            let text = text_of(&element?)?;
            room.line("", text.as_bytes())?;
            texts.push(text);
        }
    }
    Ok(texts)
}

/// A text, or a number as it is written.
pub(super) fn plain(value: &RawValue) -> Option<String> {
    let number = || {
        Some(value.get()).filter(|text| text.starts_with(|c: char| c.is_ascii_digit() || c == '-'))
    };
    serde_json::from_str(value.get()).ok().or_else(|| number().map(str::to_owned))
}

/// A number, however it is written.
pub(super) fn number<T: std::str::FromStr>(value: &RawValue) -> Option<T> {
    plain(value)?.trim().parse().ok()
}

/// The content of a string; anything else as it is written.
fn text_of(value: &[u8]) -> Result<String> {
    match value.trim_ascii() {
        text @ [b'"', ..] => serde_json::from_slice(text)
            .map_err(|error| Error::new(Failure::Malformed, format!("damaged JSON: {error}"))),
        other => Ok(String::from_utf8_lossy(other).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, room: usize) -> Result<Vec<(String, String)>> {
        let raw: &RawValue = serde_json::from_str(text).unwrap();
        let lines = lines(raw, &mut Room::new(room))?;
        let text = |value: &[u8]| String::from_utf8(value.to_vec()).unwrap();
        Ok(lines.iter().map(|line| (line.name.clone(), text(&line.value))).collect())
    }

    #[test]
    fn texts_lists_and_others() {
        let read =
            read(r#" { "a" : "1\u00e9", "b":["2", 3, "4"],"c":null, "d":5.0 ,"e":[]}"#, 9999);
        let pairs: Vec<_> = [("a", "1é"), ("b", "2"), ("b", "4"), ("d", "5.0")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        assert_eq!(read.unwrap(), pairs);
        assert!(self::read("[]", 9).is_err() && self::read("{}", 9).unwrap().is_empty());
    }

    #[test]
    fn a_name_that_stands_twice_is_refused() {
        assert_eq!(read(r#"{"a":"1","\u0061":"2"}"#, 9999).unwrap_err().code, Failure::Malformed);
    }

    #[test]
    fn a_long_name_of_many_values_is_refused_before_it_is_repeated() {
        let text = format!(r#"{{"{}":[{}""]}}"#, "n".repeat(1000), r#""","#.repeat(1_000_000));
        assert_eq!(read(&text, 100_000).unwrap_err().code, Failure::TooLarge);
    }
}
