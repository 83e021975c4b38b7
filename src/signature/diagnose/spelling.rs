//! Strings of JSON text: the characters they stand for, and other spellings of the same.

use std::iter::Peekable;
use std::str::Chars;

/// Writes one character of a string; a half of a surrogate pair comes alone.
pub type Escape = fn(u32, &mut Vec<u8>);

/// Writes a string with its quotes; as it is spelled without an escape.
pub(super) fn quote(raw: &str, escape: Option<Escape>, out: &mut Vec<u8>) {
    out.push(b'"');
    match escape {
        None => out.extend_from_slice(raw.as_bytes()),
        Some(escape) => {
            // Most of a text is written by everybody as it is, and copied at once.
            let (bytes, mut at) = (raw.as_bytes(), 0);
            while at < bytes.len() {
                let start = at;
                while bytes.get(at).is_some_and(|byte| PLAIN[usize::from(*byte)]) {
                    at += 1;
                }
                out.extend_from_slice(&bytes[start..at]);
                let special = special(raw, at);
                characters(special).for_each(|character| escape(character, out));
                at += special.len();
            }
        }
    }
    out.push(b'"');
}

/// Whether no writer spells it otherwise, by byte.
const PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut plain: &[u8] = b" _-.,:;!?#$%()*@[]^{|}~0123456789abcdefghijklmnopqrstuvwxyz\
        ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    while let [byte, rest @ ..] = plain {
        table[*byte as usize] = true;
        plain = rest;
    }
    table
};

/// The characters and escapes from there up to the first plain byte.
fn special(raw: &str, start: usize) -> &str {
    let (bytes, mut at) = (raw.as_bytes(), start);
    while let Some(byte) = bytes.get(at) {
        at += match (byte, bytes.get(at + 1)) {
            (b'\\', Some(b'u')) => 6,
            (b'\\', _) => 2,
            _ if PLAIN[usize::from(*byte)] => break,
            _ => 1,
        };
    }
    raw.get(start..at).or_else(|| raw.get(start..)).unwrap_or_default()
}

/// Strings of JSON text in another spelling, everything between them untouched.
pub fn respell_strings(text: &str, escape: Escape) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('"') {
        let (before, string) = rest.split_at(start);
        let raw = quoted(string)?;
        out.extend_from_slice(before.as_bytes());
        quote(raw, Some(escape), &mut out);
        rest = &string[raw.len() + 2..];
    }
    out.extend_from_slice(rest.as_bytes());
    Some(out)
}

/// The text that a string stands for; halves of surrogate pairs become U+FFFD.
pub fn unescaped(raw: &str) -> String {
    characters(raw).map(|character| char::from_u32(character).unwrap_or('\u{fffd}')).collect()
}

/// Whether every character of a string is whole: no half of a surrogate pair stands alone.
pub fn is_whole(raw: &str) -> bool {
    !raw.contains('\\') || characters(raw).all(|character| char::from_u32(character).is_some())
}

/// The characters that the inside of a string stands for, halves of surrogate pairs as they are.
fn characters(raw: &str) -> impl Iterator<Item = u32> {
    let mut rest = raw.chars().peekable();
    std::iter::from_fn(move || {
        let first = rest.next()?;
        if first != '\\' {
            return Some(u32::from(first));
        }
        Some(match rest.next()? {
            'b' => 8,
            't' => 9,
            'n' => 10,
            'f' => 12,
            'r' => 13,
            'u' => {
                let high = four_digits(&mut rest);
                match (high, low_half(&rest)) {
                    (0xd800..0xdc00, Some(low)) => {
                        rest.nth(5);
                        0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)
                    }
                    _ => high,
                }
            }
            other => u32::from(other),
        })
    })
}

fn four_digits(rest: &mut Peekable<Chars<'_>>) -> u32 {
    let digits = rest.by_ref().take(4).filter_map(|character| character.to_digit(16));
    digits.fold(0, |number, digit| number * 16 + digit)
}

/// The second half of a surrogate pair, if it comes next.
fn low_half(rest: &Peekable<Chars<'_>>) -> Option<u32> {
    let mut ahead = rest.clone();
    let starts = ahead.next() == Some('\\') && ahead.next() == Some('u');
    let low = starts.then(|| four_digits(&mut ahead))?;
    (0xdc00..0xe000).contains(&low).then_some(low)
}

/// What stands between the quotes at the start of `text`.
pub(super) fn quoted(text: &str) -> Option<&str> {
    let mut escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })?;
    text.get(1..=end)
}

/// `\b \t \n \f \r`, by character.
pub(super) fn short(character: u32) -> Option<u8> {
    Some(match character {
        8 => b'b',
        9 => b't',
        10 => b'n',
        12 => b'f',
        13 => b'r',
        _ => return None,
    })
}

pub(super) fn hex4(unit: u32, capitals: bool, out: &mut Vec<u8>) {
    let digits: &[u8; 16] = if capitals { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
    out.extend_from_slice(b"\\u");
    for shift in [12, 8, 4, 0] {
        out.push(digits[(unit >> shift & 15) as usize]);
    }
}

/// `\uXXXX`, as a surrogate pair where one is needed (RFC 8259 section 7).
pub(super) fn unicode(character: u32, capitals: bool, out: &mut Vec<u8>) {
    match character.checked_sub(0x10000) {
        Some(high) => {
            hex4(0xd800 + (high >> 10), capitals, out);
            hex4(0xdc00 + (high & 0x3ff), capitals, out);
        }
        None => hex4(character, capitals, out),
    }
}

fn utf8(character: u32, out: &mut Vec<u8>) {
    match char::from_u32(character) {
        Some(known) => out.extend_from_slice(known.encode_utf8(&mut [0; 4]).as_bytes()),
        None => hex4(character, false, out),
    }
}

/// As JavaScript writes it: UTF-8, and escapes only where JSON needs them.
pub fn javascript(character: u32, out: &mut Vec<u8>) {
    match (character, short(character)) {
        (0x22 | 0x5c, _) => out.extend_from_slice(&[b'\\', character as u8]),
        (_, Some(letter)) => out.extend_from_slice(&[b'\\', letter]),
        (0..0x20, _) => hex4(character, false, out),
        _ => utf8(character, out),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn respelled(text: &str) -> Option<String> {
        let doubled: Escape =
            |character, out| out.extend_from_slice(format!("{character:x}.").as_bytes());
        respell_strings(text, doubled).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn runs_that_are_copied_end_where_something_is_spelled() {
        let writers = super::super::dialect::ESCAPES.iter().filter_map(|row| row.escape);
        for escape in writers {
            for raw in [
                "plain text",
                "a\\u00e9b",
                "\\ud83d\\ude00x\\\\",
                "\u{e9}\u{2028}/<a>&'=+`\u{7f}",
                "\\n",
                "",
            ] {
                let mut out = Vec::new();
                quote(raw, Some(escape), &mut out);
                let mut slowly = vec![b'"'];
                characters(raw).for_each(|character| escape(character, &mut slowly));
                slowly.push(b'"');
                assert_eq!(out, slowly, "{raw}");
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_spelled_as_character_by_character(text in "\\PC{0,40}") {
            let raw = serde_json::to_string(&text).unwrap();
            let raw = &raw[1..raw.len() - 1];
            for escape in super::super::dialect::ESCAPES.iter().filter_map(|row| row.escape) {
                let mut out = Vec::new();
                quote(raw, Some(escape), &mut out);
                let mut slowly = vec![b'"'];
                characters(raw).for_each(|character| escape(character, &mut slowly));
                slowly.push(b'"');
                proptest::prop_assert_eq!(out, slowly);
            }
        }
    }

    #[test]
    fn only_strings_are_spelled_anew() {
        assert_eq!(respelled("{ \"a/\\n\" : 1 }").unwrap(), "{ \"a2f.a.\" : 1 }");
        assert_eq!(respelled("\"\\ud83d\\ude00\\ud83d\\u0041\"").unwrap(), "\"1f600.d83d.41.\"");
        assert_eq!(respelled("\"a"), None);
        assert_eq!(respelled("\"a\\\""), None);
    }

    proptest! {
        #[test]
        fn escapes_are_read_as_serde_json_reads_them(text in "\\PC{0,12}") {
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(unescaped(quoted(&json).unwrap()), text);
        }

        #[test]
        fn no_text_panics(text in "[\"\\\\uD83d0-9a]{0,30}") {
            let _ = respelled(&text);
            let _ = unescaped(&text);
        }
    }
}
