//! Cutting text into PEM blocks, without copying, in one pass.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use memchr::{memchr, memchr_iter, memchr2, memmem, memrchr2};

use crate::digest::{self, Bulk};
use crate::error::Malformed;

/// What a block begins with.
pub const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// Labels are short; what is longer is text that looks like one.
const MAX_LABEL: usize = 64;

/// Padding or none, since people lose it.
static BASE64: LazyLock<Bulk> = LazyLock::new(|| {
    digest::bulk(
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    )
});

/// One block: `-----BEGIN label-----`, body, `-----END label-----`.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    /// What stands behind BEGIN.
    pub label: &'a str,
    /// Byte offset of the BEGIN line.
    pub offset: usize,
    /// Text between the block before and this one.
    pub preamble: &'a [u8],
    /// What stands before BEGIN in the same line.
    pub before: &'a [u8],
    /// Whether the END of the block before stands in the same line.
    pub is_joined: bool,
    /// Text between the BEGIN and END lines.
    pub body: &'a [u8],
    /// What stands behind END; `None` if there is no END line.
    pub end_label: Option<&'a [u8]>,
    /// What stands behind the dashes of END in the same line, as far as that is looked at.
    pub after: &'a [u8],
}

/// All blocks of a text, in order.
pub fn blocks(text: &[u8]) -> impl Iterator<Item = Block<'_>> {
    let begin = memmem::Finder::new(BEGIN);
    let dashes = memmem::Finder::new(DASHES);
    let mut at = 0;
    let mut has_ended = false;
    std::iter::from_fn(move || {
        let preamble = at;
        loop {
            let offset = at + begin.find(&text[at..])?;
            let label_start = offset + BEGIN.len();
            at = label_start;
            let window = &text[label_start..text.len().min(label_start + MAX_LABEL)];
            let window = window.split(|byte| *byte == b'\n').next().unwrap_or_default();
            let Some(length) = dashes.find(window) else { continue };
            let Ok(label) = std::str::from_utf8(&window[..length]) else { continue };
            let start = label_start + length + DASHES.len();
            let body = dashes.find(&text[start..]).map_or(text.len(), |found| start + found);
            at = body;
            let mut end_label = None;
            if let Some(rest) = text[body..].strip_prefix(END) {
                let window = &rest[..rest.len().min(MAX_LABEL)];
                let length = dashes.find(window).or_else(|| memchr(b'\n', window));
                let length = length.unwrap_or(window.len());
                end_label = Some(&window[..length]);
                at = body + END.len() + length;
                at += if text[at..].starts_with(DASHES) { DASHES.len() } else { 0 };
            }
            let after = &text[at..text.len().min(at + MAX_LABEL)];
            let after = after.split(|byte| *byte == b'\n').next().unwrap_or_default();
            let (before, is_joined) = match memrchr2(b'\n', b'\r', &text[preamble..offset]) {
                Some(line) => (&text[preamble + line + 1..offset], false),
                None => (&text[preamble..offset], has_ended),
            };
            has_ended = end_label.is_some();
            let (preamble, body) = (&text[preamble..offset], &text[start..body]);
            return Some(Block {
                label,
                offset,
                preamble,
                before,
                is_joined,
                body,
                end_label,
                after,
            });
        }
    })
}

impl<'a> Block<'a> {
    /// Whether BEGIN stands at the start of a line, or behind blanks: else it may be a comment or
    /// a string that only looks like a block.
    pub fn begins_line(&self) -> bool {
        let before = self.before.strip_prefix(b"\xef\xbb\xbf").unwrap_or(self.before);
        before.trim_ascii().is_empty()
    }

    /// Byte offset of the body.
    fn body_offset(&self) -> usize {
        self.offset + BEGIN.len() + self.label.len() + DASHES.len()
    }

    /// The header lines (RFC 1421) and the base64 that follows them.
    pub fn split(&self) -> (&'a [u8], &'a [u8]) {
        let start = self.body.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let first = &self.body[start..];
        let first = &first[..memchr(b'\n', first).unwrap_or(first.len())];
        if memchr(b':', first).is_none() {
            return (&[], self.body);
        }
        // An empty line ends the headers.
        let mut at = start;
        while let Some(length) = memchr(b'\n', &self.body[at..]) {
            let line = &self.body[at..at + length];
            at += length + 1;
            if line.trim_ascii().is_empty() {
                return self.body.split_at(at);
            }
        }
        (self.body, &[])
    }

    /// The value of a header, as `DEK-Info`.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        let (headers, _) = self.split();
        headers.split(|byte| *byte == b'\n').find_map(|line| {
            let (found, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
            found.trim().eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// Whether the body begins as base64 of a SEQUENCE does, however it goes on.
    pub fn begins_like_der(&self) -> bool {
        let text = self.split().1.trim_ascii_start();
        matches!(text, [b'M', b'A'..=b'P', ..])
    }

    /// `friendlyName` among the bag attributes that OpenSSL prints before a block.
    pub fn friendly_name(&self) -> Option<&'a str> {
        let at = memmem::rfind(self.preamble, b"friendlyName:")?;
        let line = &self.preamble[at + b"friendlyName:".len()..];
        let line = &line[..memchr(b'\n', line).unwrap_or(line.len())];
        std::str::from_utf8(line).ok().map(str::trim).filter(|name| !name.is_empty())
    }

    /// The bytes that the body stands for.
    pub fn decode(&self) -> Result<Vec<u8>, Malformed> {
        let (headers, mut body) = self.split();
        let body_offset = self.body_offset() + headers.len();
        if self.end_label.is_none() {
            body = &body[..base64_lines(body)];
        }
        let text = without_breaks(body);
        BASE64.decode(&text).map_err(|error| {
            let (nth, expected) = match error {
                base64::DecodeError::InvalidByte(nth, _) => (nth, "base64"),
                _ => (text.len(), "more base64"),
            };
            Malformed::new("PEM", body_offset + position(body, nth), expected)
        })
    }
}

/// Base64 without line breaks and blanks, and without line breaks written as `\n` (as in JSON and
/// environment files).
fn without_breaks(body: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(body.len());
    if memchr2(b' ', b'\\', body).or_else(|| memchr2(b'\t', b'\r', body)).is_none() {
        // As it should be: whole lines at a time.
        let mut start = 0;
        for end in memchr_iter(b'\n', body) {
            text.extend_from_slice(&body[start..end]);
            start = end + 1;
        }
        text.extend_from_slice(&body[start..]);
        return text;
    }
    let mut bytes = body.iter().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' if matches!(bytes.peek(), Some(b'n' | b'r')) => drop(bytes.next()),
            byte if byte.is_ascii_whitespace() => {}
            byte => text.push(*byte),
        }
    }
    text
}

/// Where the `nth` character that counts stands in the body.
fn position(body: &[u8], nth: usize) -> usize {
    let mut counting = (0..body.len()).filter(|at| !body[*at].is_ascii_whitespace());
    counting.nth(nth).unwrap_or(body.len())
}

/// Length of the leading lines that can be base64.
fn base64_lines(body: &[u8]) -> usize {
    let is_base64 = |byte: &u8| {
        byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || b"+/=\\".contains(byte)
    };
    let mut at = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        if !line.iter().all(is_base64) {
            break;
        }
        at += line.len();
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> Vec<(String, Result<Vec<u8>, Malformed>)> {
        blocks(text.as_bytes()).map(|block| (block.label.to_owned(), block.decode())).collect()
    }

    #[test]
    fn every_shape_gives_the_same_bytes() {
        for text in [
            "-----BEGIN A-----\nAAEC\nAwQF\n-----END A-----\n",
            "-----BEGIN A-----\r\nAAEC\r\nAwQF\r\n-----END A-----",
            "text\n-----BEGIN A-----\nAAECAwQF\n-----END A-----\nmore text",
            "-----BEGIN A----- AAEC AwQF -----END A-----",
            "-----BEGIN A-----AAECAwQF-----END A-----",
            "    -----BEGIN A-----\n    AAEC\n    AwQF\n    -----END A-----\n",
            "\u{feff}-----BEGIN A-----\n\nAAEC\n\nAwQF\n-----END A-----\n",
            "-----BEGIN A-----\\nAAEC\\nAwQF\\n-----END A-----\\n",
            "-----BEGIN A-----\nAAEC\nAwQF\n",
            "-----BEGIN A-----\nAAEC\nAwQF\nsome: text\n",
            "-----BEGIN A-----\nX: y\n z\n\nAAEC\nAwQF\n-----END A-----\n",
            "-----BEGIN A-----\nAAEC\nAwQF\n-----END A",
        ] {
            assert_eq!(decoded(text), [("A".into(), Ok(vec![0, 1, 2, 3, 4, 5]))], "{text}");
        }
    }

    #[test]
    fn several_blocks_and_lost_ends() {
        let text = "-----BEGIN A-----\nAAEC\n-----BEGIN B-----\nAwQF\n-----END B-----\n";
        let found = decoded(text);
        assert_eq!(found[0], ("A".into(), Ok(vec![0, 1, 2])));
        assert_eq!(found[1], ("B".into(), Ok(vec![3, 4, 5])));
        assert!(blocks(text.as_bytes()).next().unwrap().end_label.is_none());
        assert!(decoded("-----BEGIN \n-----BEGIN ").is_empty());
    }

    #[test]
    fn damage_is_said_with_its_offset() {
        let text = "-----BEGIN A-----\nAAEC\nAw*F\n-----END A-----\n";
        let error = decoded(text).remove(0).1.unwrap_err();
        assert_eq!((error.offset, &text[25..26]), (25, "*"));
        let cut = decoded("-----BEGIN A-----\nAAECA\n-----END A-----\n").remove(0).1;
        assert_eq!(cut.unwrap_err().expected, "more base64");
    }

    #[test]
    fn headers_and_bag_attributes() {
        let text = "Bag Attributes\n  friendlyName: old one\n-----BEGIN A-----\nProc-Type: 4,ENCRYPTED\n\
                    DEK-Info: AES-128-CBC,00\n\nAAEC\n-----END A-----\n";
        let block = blocks(text.as_bytes()).next().unwrap();
        assert_eq!(block.header("dek-info"), Some("AES-128-CBC,00"));
        assert_eq!(block.friendly_name(), Some("old one"));
    }

    #[test]
    fn many_openings_without_end_take_linear_time() {
        let text = "-----BEGIN A-----\n".repeat(200_000);
        assert_eq!(blocks(text.as_bytes()).count(), 200_000);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_cut_without_panic(text in "(-----(BEGIN|END) [A-B]?(-----)?|[A-Za-z+/=: \n\r\\\\]{0,9}){0,20}") {
            for block in blocks(text.as_bytes()) {
                let _ = (block.decode(), block.header("DEK-Info"), block.friendly_name());
                proptest::prop_assert!(text[block.offset..].starts_with("-----BEGIN "));
            }
        }
    }
}
