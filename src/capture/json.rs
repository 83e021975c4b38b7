//! Large JSON, read without holding it: the keys it starts with, and the elements of one array.

use std::io::BufRead;

use super::{MAX_RECORD, Source, too_large, unreadable, whole};
use crate::error::{Error, Malformed, Result};

/// The most members whose names are looked at to tell what an object is.
const MAX_KEYS: usize = 1000;

/// Names of the members of the object that `start` begins with, as far as it goes. Of an array,
/// those of its first element.
pub fn keys(start: &[u8]) -> Vec<String> {
    let mut cutter = Cutter::new(start);
    let mut keys = Vec::new();
    let mut walk = || -> Result<()> {
        if cutter.peek()? == Some(b'[') {
            cutter.take(b'[')?;
        }
        cutter.take(b'{')?;
        while keys.len() < MAX_KEYS {
            keys.push(cutter.key()?);
            cutter.value(None)?;
            cutter.take(b',')?;
        }
        Ok(())
    };
    // It ends with an error at the end of the object, or where `start` is cut off.
    let _ = walk();
    keys
}

/// The same of the first element of the array under `path`.
pub(super) fn keys_under(start: &[u8], path: &[&str]) -> Vec<String> {
    Elements::under(start, path).map(|elements| keys(elements.cutter.reader)).unwrap_or_default()
}

/// Whether all of these names are among them.
pub(super) fn has_all(keys: &[String], names: &[&str]) -> bool {
    names.iter().all(|name| keys.iter().any(|key| key == name))
}

/// The elements of the array under `path`, as bytes, one at a time.
pub struct Elements<R> {
    cutter: Cutter<R>,
    state: State,
}

#[derive(PartialEq)]
enum State {
    First,
    Later,
    Over,
}

impl<R: BufRead> Elements<R> {
    /// Goes to the array that stands under `path`, a name per level, and skips what is before it.
    pub fn under(reader: R, path: &[&str]) -> Result<Self> {
        let mut cutter = Cutter::new(reader);
        for name in path {
            cutter.take(b'{')?;
            while cutter.key()? != *name {
                cutter.value(None)?;
                cutter.take(b',')?;
            }
        }
        cutter.take(b'[')?;
        Ok(Self { cutter, state: State::First })
    }

    fn step(&mut self) -> Result<Option<Vec<u8>>> {
        if self.cutter.peek()? == Some(b']') {
            return Ok(None);
        }
        if self.state == State::Later {
            self.cutter.take(b',')?;
        }
        self.state = State::Later;
        let mut element = Vec::new();
        self.cutter.value(Some(&mut element))?;
        Ok(Some(element))
    }
}

impl<R: BufRead> Iterator for Elements<R> {
    type Item = Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.state == State::Over {
            return None;
        }
        let element = self.step().transpose();
        if !matches!(element, Some(Ok(_))) {
            self.state = State::Over;
        }
        element
    }
}

/// The values of a capture that is one object, or a list of them, as bytes.
pub(super) fn objects<'a>(
    mut source: Source<'a>,
) -> Result<Box<dyn Iterator<Item = Result<Vec<u8>>> + 'a>> {
    let is_list = source.fill_buf().map_err(unreadable)?.trim_ascii_start().starts_with(b"[");
    Ok(match is_list {
        true => Box::new(Elements::under(source, &[])?),
        false => Box::new(std::iter::once(whole(source))),
    })
}

/// The members of the object that `text` is, as names and the bytes of their values.
pub(super) fn members(text: &[u8]) -> Result<Members<'_>> {
    let mut cutter = Cutter::new(text);
    cutter.take(b'{')?;
    Ok(Members { cutter, is_first: true })
}

/// See [`members`].
pub(super) struct Members<'a> {
    cutter: Cutter<&'a [u8]>,
    is_first: bool,
}

impl Members<'_> {
    /// The next one; `None` at the end of the object.
    pub(super) fn next(&mut self) -> Result<Option<(String, Vec<u8>)>> {
        if self.cutter.peek()? == Some(b'}') {
            return Ok(None);
        }
        if !std::mem::take(&mut self.is_first) {
            self.cutter.take(b',')?;
        }
        let name = self.cutter.key()?;
        let mut value = Vec::new();
        self.cutter.value(Some(&mut value))?;
        Ok(Some((name, value)))
    }
}

/// Cuts JSON into values by its brackets and quotes; what is inside them is for serde_json.
struct Cutter<R> {
    reader: R,
    offset: usize,
}

impl<R: BufRead> Cutter<R> {
    fn new(reader: R) -> Self {
        Self { reader, offset: 0 }
    }

    /// The next byte that is no blank; it stays where it is.
    fn peek(&mut self) -> Result<Option<u8>> {
        loop {
            let bytes = self.reader.fill_buf().map_err(unreadable)?;
            if bytes.is_empty() {
                return Ok(None);
            }
            let blanks = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let found = bytes.get(blanks).copied();
            self.advance(blanks);
            if found.is_some() {
                return Ok(found);
            }
        }
    }

    fn take(&mut self, wanted: u8) -> Result<()> {
        if self.peek()? != Some(wanted) {
            let wanted = char::from(wanted);
            return Err(Malformed::new("JSON", self.offset, format!("'{wanted}'")).into());
        }
        self.advance(1);
        Ok(())
    }

    /// The name of a member and its colon.
    fn key(&mut self) -> Result<String> {
        if self.peek()? != Some(b'"') {
            return Err(Malformed::new("JSON", self.offset, "the name of a member").into());
        }
        let mut name = Vec::new();
        self.value(Some(&mut name))?;
        let offset = self.offset;
        let name = serde_json::from_slice(&name)
            .map_err(|_| Error::from(Malformed::new("JSON", offset, "a string")))?;
        self.take(b':')?;
        Ok(name)
    }

    /// One whole value, copied to `out` if it is wanted.
    fn value(&mut self, mut out: Option<&mut Vec<u8>>) -> Result<()> {
        let (mut depth, mut in_string, mut escaped, mut length) = (0_usize, false, false, 0_usize);
        if matches!(self.peek()?, None | Some(b',' | b':' | b']' | b'}')) {
            return Err(Malformed::new("JSON", self.offset, "a value").into());
        }
        loop {
            let bytes = self.reader.fill_buf().map_err(unreadable)?;
            if bytes.is_empty() {
                return match depth == 0 && !in_string {
                    true => Ok(()),
                    false => Err(Malformed::new("JSON", self.offset, "the end of a value").into()),
                };
            }
            let mut used = 0;
            let mut complete = false;
            for &byte in bytes {
                if in_string {
                    match byte {
                        _ if escaped => escaped = false,
                        b'\\' => escaped = true,
                        b'"' => {
                            in_string = false;
                            complete = depth == 0;
                        }
                        _ => {}
                    }
                } else {
                    match byte {
                        b'"' => in_string = true,
                        b'[' | b'{' => depth += 1,
                        // The bracket of what is around a number or a literal.
                        b']' | b'}' | b',' if depth == 0 => {
                            self.advance_copying(used, out);
                            return Ok(());
                        }
                        b']' | b'}' => {
                            depth -= 1;
                            complete = depth == 0;
                        }
                        _ => {}
                    }
                }
                used += 1;
                if complete {
                    break;
                }
            }
            length += used;
            if out.is_some() && length > MAX_RECORD {
                return Err(too_large(MAX_RECORD));
            }
            self.advance_copying(used, out.as_deref_mut());
            if complete {
                return Ok(());
            }
        }
    }

    fn advance_copying(&mut self, count: usize, out: Option<&mut Vec<u8>>) {
        if let Some(out) = out
            && let Ok(bytes) = self.reader.fill_buf()
        {
            out.extend_from_slice(&bytes[..count.min(bytes.len())]);
        }
        self.advance(count);
    }

    fn advance(&mut self, count: usize) {
        self.reader.consume(count);
        self.offset += count;
    }
}

/// JSON text without the blanks between its tokens; numbers, escapes and order stay as they are.
pub(super) fn compact(text: &str) -> Vec<u8> {
    let (mut in_string, mut escaped) = (false, false);
    let mut out = text.as_bytes().to_vec();
    out.retain(|&byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            _ => return in_string || !byte.is_ascii_whitespace(),
        }
        true
    });
    out
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use proptest::prelude::*;

    use super::*;

    fn elements(text: &str, path: &[&str], capacity: usize) -> Result<Vec<String>> {
        let reader = BufReader::with_capacity(capacity, text.as_bytes());
        Elements::under(reader, path)?
            .map(|element| element.map(|bytes| String::from_utf8(bytes).unwrap()))
            .collect()
    }

    #[test]
    fn elements_are_cut_at_any_buffer_size() {
        let text = r#" {"a":[1,{"log":2}], "log" : {"version":"1.2]","entries":[ {"x":"}\"]"} , 12 ,"s,", [ ] ]}}"#;
        for capacity in 1..20 {
            let found = elements(text, &["log", "entries"], capacity).unwrap();
            assert_eq!(found.len(), 4);
            assert_eq!(found[0], r#"{"x":"}\"]"}"#);
            assert_eq!(found[1].trim(), "12");
            assert_eq!((found[2].as_str(), found[3].as_str()), (r#""s,""#, "[ ]"));
        }
        assert_eq!(elements("[]", &[], 8).unwrap().len(), 0);
    }

    #[test]
    fn cut_off_or_odd_json_is_an_error_with_its_offset() {
        for text in
            ["", "{", r#"{"log":{"entries":{}}}"#, r#"{"log":{}}"#, r#"{"log":{"entries":[{"a":1"#]
        {
            let error = elements(text, &["log", "entries"], 8).unwrap_err();
            assert!(error.message.contains("at byte"), "{text}: {error}");
        }
        assert!(elements("[1 2]", &[], 8).unwrap().len() == 1);
        assert!(elements("[,]", &[], 8).is_err());
        assert!(elements("[1,]", &[], 8).is_err());
    }

    #[test]
    fn keys_of_a_beginning() {
        assert_eq!(keys(br#"{"id":1,"request":{"a":[]},"ev"#), ["id", "request"]);
        assert_eq!(keys(br#"[{"id":1}]"#), ["id"]);
        assert_eq!(keys(b"curl x"), Vec::<String>::new());
    }

    #[test]
    fn compacting_changes_blanks_only() {
        let text =
            "{ \"a\" : [ 1.0 , 1e5, 12345678901234567890123 ],\n\t\"b c\\\" \" : \"\\u0027 \" }";
        let compacted = compact(text);
        assert_eq!(
            String::from_utf8(compacted).unwrap(),
            "{\"a\":[1.0,1e5,12345678901234567890123],\"b c\\\" \":\"\\u0027 \"}"
        );
    }

    proptest! {
        #[test]
        fn cutting_never_panics_and_always_ends(text in "[\\[\\]{},:\"\\\\a1 ]{0,60}") {
            let _ = elements(&text, &["a"], 3);
            let _ = elements(&text, &[], 3);
            let _ = keys(text.as_bytes());
        }
    }
}
