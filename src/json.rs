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

/// Writes a string in quotes, as [`write()`] does, with eight characters at a time: for long text with many
/// quotes in it.
///
/// # Errors
/// Those of the writer.
pub fn string(out: &mut (impl Write + ?Sized), text: &str) -> io::Result<()> {
    let mut block = Block { bytes: [0; BLOCK], length: 0 };
    block.put([b'"']);
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if block.length > BLOCK - LONGEST {
            block.flush(out)?;
        }
        let rest = &bytes[at..];
        let word = rest.first_chunk().copied().unwrap_or_else(|| {
            // A NUL has no short escape, so nothing behind the end is taken.
            let mut word = [0; WORD];
            word[..rest.len()].copy_from_slice(rest);
            word
        });
        let taken = match is_plain_word(word) {
            true => {
                block.put(word);
                WORD
            }
            false => block.put_escaped(word),
        };
        at += taken;
        if taken < WORD && at < bytes.len() {
            let char = text[at..].chars().next().unwrap_or_default();
            at += char.len_utf8();
            block.put_char(char);
        }
    }
    block.put([b'"']);
    block.flush(out)
}

/// So many bytes of a string are written at once: a write costs as much as a dozen characters.
const BLOCK: usize = 256;
/// So many characters are looked at together.
const WORD: usize = 8;
/// As many short escapes, a long one of two units behind them, and a quote.
const LONGEST: usize = 2 * WORD + 12 + 1;

/// How many bytes stand for each byte, and the last of them, which a backslash is before where it is the
/// second; none where only its character tells.
const ESCAPES: [(u8, u8); 256] = {
    let (mut escapes, mut byte) = ([(0, 0); 256], 0);
    while byte < escapes.len() {
        escapes[byte] = match byte as u8 {
            itself @ (b'"' | b'\\') => (2, itself),
            b'\n' => (2, b'n'),
            b'\r' => (2, b'r'),
            b'\t' => (2, b't'),
            0x08 => (2, b'b'),
            0x0c => (2, b'f'),
            itself @ b' '..=b'~' => (1, itself),
            _ => (0, 0),
        };
        byte += 1;
    }
    escapes
};

/// A part of a string, ready to be written.
struct Block {
    bytes: [u8; BLOCK],
    length: usize,
}

impl Block {
    /// Appends bytes, for which there is room.
    fn put<const N: usize>(&mut self, bytes: [u8; N]) {
        if let Some(place) = self.bytes.get_mut(self.length..).and_then(<[u8]>::first_chunk_mut) {
            *place = bytes;
            self.length += N;
        }
    }

    /// Appends bytes, with their short escapes, before the first that has a long one; says how many. Where
    /// there are quotes there are many: whether a byte is one decides no jump.
    fn put_escaped(&mut self, word: [u8; WORD]) -> usize {
        let (mut end, mut taken) = (self.length, 0);
        for byte in word {
            let (width, last) = ESCAPES[usize::from(byte)];
            if width == 0 {
                break;
            }
            // There is room; the remainder spares the processor that question.
            self.bytes[end % BLOCK] = b'\\';
            end += usize::from(width);
            self.bytes[(end - 1) % BLOCK] = last;
            taken += 1;
        }
        self.length = end;
        taken
    }

    /// Appends a character, or its escape.
    fn put_char(&mut self, char: char) {
        if char < ' ' || invisible::is_dangerous(char) {
            escaped(char).bytes().for_each(|byte| self.put([byte]));
        } else {
            char.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| self.put([byte]));
        }
    }

    fn flush(&mut self, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
        out.write_all(&self.bytes[..std::mem::take(&mut self.length)])
    }
}

/// Whether all of these bytes are printable ASCII, and no quote or backslash.
fn is_plain_word(bytes: [u8; WORD]) -> bool {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let word = u64::from_le_bytes(bytes);
    // The highest bit of a byte is set where it, or one before it, is below a bound; or above one.
    let below = |word: u64, bound: u64| word.wrapping_sub(EACH * bound);
    let is = |byte: u8| below(word ^ (EACH * u64::from(byte)), 1);
    let low = (below(word, 0x20) | is(b'"') | is(b'\\')) & !word;
    let high = word | word.wrapping_add(EACH);
    (low | high) & (EACH << 7) == 0
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
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), every);
    }

    #[test]
    fn many_at_a_time_they_are_the_same() {
        let every: String = (0..=u32::from(char::MAX)).filter_map(char::from_u32).collect();
        let check = |piece: &str| {
            let mut written = Vec::new();
            string(&mut written, piece).unwrap();
            assert!(written == text(piece).unwrap().as_bytes(), "{} of {piece:?}", piece.len());
        };
        check(&every);
        let wide = "\u{e0041}\u{1f600}é\u{7f}\0\"".repeat(50);
        for text in [&every[..600], &wide, &"plain, 8 at a time".repeat(40), &"\"".repeat(600)] {
            for start in (0..20).filter_map(|start| text.get(start..)) {
                let ends = (0..20).chain(220..280).filter_map(|end| start.get(..end));
                ends.for_each(check);
            }
        }
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
