//! A text as it is searched: case, quotes, `_` and runs of white space do not count, colours and escapes
//! are taken off, frames of stack traces left out. Every byte remembers where it came from.

use std::borrow::Cow;

/// The longest line that is looked at, in bytes.
const LONGEST_LINE: usize = 64 << 10;

/// A text, folded.
#[derive(Debug, Default)]
pub struct Folded {
    /// What is searched; lines end with `\n`, those that were escaped too.
    pub text: String,
    /// The line in which each line of `text` stands, from 1, and where it begins there.
    lines: Vec<(usize, u64)>,
    /// How many lines were longer than what is looked at.
    pub cut: u64,
}

impl Folded {
    /// A whole text.
    pub fn of(text: &str) -> Self {
        let mut folded = Self { text: String::with_capacity(text.len()), ..Self::default() };
        for (number, line) in (1..).zip(text.lines()) {
            let shown = cut(line, LONGEST_LINE);
            folded.cut += u64::from(shown.len() < line.len());
            folded.lines.push((folded.text.len(), number));
            if !is_frame(line) {
                fold(shown, &mut folded.text);
            }
            folded.text.push('\n');
        }
        folded
    }

    /// The line of the source, from 1, from which a byte came.
    pub fn line_of(&self, at: usize) -> u64 {
        let index = self.lines.partition_point(|(start, _)| *start <= at);
        index.checked_sub(1).map_or(1, |index| self.lines[index].1)
    }

    /// Where the line around a byte begins and ends.
    pub fn around(&self, at: usize) -> (usize, usize) {
        let start = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        let end = self.text[at..].find('\n').map_or(self.text.len(), |end| at + end);
        (start, end)
    }
}

/// What bytes say: UTF-8, or UTF-16 with its mark; what is neither is replaced.
pub fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    let wide = |read: fn([u8; 2]) -> u16| {
        let units = bytes[2..].chunks_exact(2).map(|pair| read([pair[0], pair[1]]));
        char::decode_utf16(units).map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    match bytes {
        [0xff, 0xfe, ..] => Cow::Owned(wide(u16::from_le_bytes)),
        [0xfe, 0xff, ..] => Cow::Owned(wide(u16::from_be_bytes)),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        _ => String::from_utf8_lossy(bytes),
    }
}

/// The beginning of a text, of at most so many bytes.
pub fn cut(text: &str, most: usize) -> &str {
    let most = most.min(text.len());
    let end = (0..=most).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or_default()]
}

/// A pattern or other short text, folded in the same way.
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold(text, &mut out);
    out.trim().to_owned()
}

/// Folds a line.
fn fold(line: &str, out: &mut String) {
    let bytes = line.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let (said, length) = match byte {
            0x1b => (None, colour(&bytes[at..])),
            b'\\' => escaped(&bytes[at..]),
            b'%' => match hex(bytes.get(at + 1..at + 3)) {
                Some(code @ 0x20..0x7f) => (Some(code as u8), 3),
                _ => (Some(b'%'), 1),
            },
            0x80.. => {
                let end = at
                    + 1
                    + bytes[at + 1..].iter().take_while(|next| **next & 0xc0 == 0x80).count();
                other(&line[at..end], out);
                at = end;
                continue;
            }
            byte => (Some(byte), 1),
        };
        at += length;
        if let Some(byte) = said {
            put(byte, out);
        }
    }
}

fn put(byte: u8, out: &mut String) {
    match byte {
        b'\n' => out.push('\n'),
        b'"' | b'\'' | b'`' => out.push('\''),
        b'_' | 0..=b' ' | 0x7f => {
            if !out.ends_with([' ', '\n']) {
                out.push(' ');
            }
        }
        byte => out.push(char::from(byte.to_ascii_lowercase())),
    }
}

/// Quotes and blanks of typographers; every other letter is left as it is.
fn other(letter: &str, out: &mut String) {
    match letter {
        "\u{2018}" | "\u{2019}" | "\u{201c}" | "\u{201d}" | "\u{ab}" | "\u{bb}" => put(b'\'', out),
        "\u{a0}" | "\u{202f}" | "\u{2009}" => put(b' ', out),
        letter => out.push_str(letter),
    }
}

/// How long an escape sequence for colours is.
fn colour(bytes: &[u8]) -> usize {
    if bytes.get(1) != Some(&b'[') {
        return 1;
    }
    let codes = bytes[2..].iter().take_while(|byte| (0x20..0x40).contains(*byte)).count();
    let is_ended = bytes.get(2 + codes).is_some_and(|byte| (0x40..0x7f).contains(byte));
    2 + codes + usize::from(is_ended)
}

/// A character that is written with a backslash, as in JSON.
fn escaped(bytes: &[u8]) -> (Option<u8>, usize) {
    match bytes.get(1) {
        Some(b'n' | b'r') => (Some(b'\n'), 2),
        Some(b't') => (Some(b' '), 2),
        Some(quoted @ (b'"' | b'\'' | b'/')) => (Some(*quoted), 2),
        Some(b'\\') => (None, 1),
        Some(b'u') => match hex(bytes.get(2..6)) {
            Some(code @ 0..0x80) => (Some(code as u8), 6),
            _ => (Some(b'\\'), 1),
        },
        _ => (Some(b'\\'), 1),
    }
}

fn hex(digits: Option<&[u8]>) -> Option<u32> {
    let digits = digits.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Whether a line says where in a program something happened, and not what: it names classes and files
/// that are called like errors.
fn is_frame(line: &str) -> bool {
    let line = line.trim_start();
    let is_java_or_node = line.starts_with("at ")
        && (line.contains('(')
            || line.rsplit(':').next().is_some_and(|end| end.parse::<u32>().is_ok()));
    let is_python = line.starts_with("File \"") && line.contains("\", line ");
    let is_go = line.contains(".go:") && !line.contains(": ") && line.starts_with('/');
    is_java_or_node || is_python || is_go
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dressings_come_off() {
        for text in [
            "tlsv1 alert  Unknown\tCA",
            "TLSV1_ALERT_UNKNOWN_CA",
            "\u{1b}[31mtlsv1\u{1b}[0m alert unknown ca",
            "tlsv1%20alert%20unknown%20ca",
            "tlsv1\u{a0}alert unknown ca",
            r"tlsv1\talert unknown\u0020ca",
        ] {
            assert_eq!(folded(text), "tlsv1 alert unknown ca", "{text:?}");
        }
        assert_eq!(folded("didn\u{2019}t \\\"x\\\" `y`"), "didn't 'x' 'y'");
        for text in
            ["\\", "%", "%2", "\u{1b}", "\u{1b}[", "\u{1b}[3ä", "\\u12", "ä\u{301}", "%zz", "\\\\n"]
        {
            folded(text);
        }
    }

    #[test]
    fn lines_are_those_of_the_source() {
        let text = Folded::of("one\n{\"e\":\"two\\nthree\"}\n\tat a.B(C.java:1)\nfour");
        assert_eq!(text.text, "one\n{'e':'two\nthree'}\n\nfour\n");
        for (word, line) in [("one", 1), ("two", 2), ("three", 2), ("four", 4)] {
            let at = text.text.find(word).unwrap();
            assert_eq!(text.line_of(at), line, "{word}");
        }
        let (start, end) = text.around(text.text.find("hree").unwrap());
        assert_eq!(&text.text[start..end], "three'}");
    }

    #[test]
    fn long_lines_are_cut_and_frames_left_out() {
        let long = format!("{}ä", "x".repeat(LONGEST_LINE - 1));
        let text = Folded::of(&format!("{long}\nb"));
        assert_eq!((text.cut, text.text.len()), (1, LONGEST_LINE - 1 + 1 + 2));
        for frame in [
            "    at TLSSocket.onConnectSecure (node:_tls_wrap:1674:34)",
            "\tat java.base/sun.security.ssl.Alert.createSSLException(Alert.java:131)",
            "  File \"/usr/lib/python3.11/ssl.py\", line 1346, in do_handshake",
            "\t/usr/lib/go/src/net/http/client.go:597 +0x1e",
        ] {
            assert!(is_frame(frame), "{frame}");
        }
        for line in [
            "at the end it failed",
            "2026/11/22 main.go:12: x509: certificate has expired",
            "File x",
        ] {
            assert!(!is_frame(line), "{line}");
        }
    }

    #[test]
    fn wide_text_is_read_by_its_mark() {
        let wide: Vec<u8> = "\u{feff}ünknown".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decoded(&wide), "ünknown");
        let wide: Vec<u8> = "\u{feff}ca".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decoded(&wide), "ca");
        assert_eq!(decoded(b"\xef\xbb\xbfa\xff\0"), "a\u{fffd}\0");
        assert_eq!(decoded(b"\xff\xfe"), "");
    }
}
