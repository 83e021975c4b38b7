//! `.har.ndjson` in bulk: lines cut out by the million, their exact bytes taken without parsing the
//! rest of the entry.

use std::io::{ErrorKind, Read};
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::PAD;

use super::canonical::{Bytes, shows};
use super::{Captured, MAX_RECORD, entry, sendable, too_large, unreadable};
use crate::digest::{self, Bulk};
use crate::error::{Error, Result};

/// Bytes read at once: enough lines to keep a thread busy, few enough to stay in its cache.
const CHUNK: usize = 512 << 10;

/// A read that yields less than a pipe holds comes from a source that has no more at this moment: what is there is
/// worked on instead of waiting for more.
const PIPE: usize = 64 << 10;

/// What is written in another way is read in full.
static BASE64: LazyLock<Bulk> = LazyLock::new(|| digest::bulk(PAD));

/// Cuts a capture into chunks of whole lines.
pub struct Chunks<R> {
    source: R,
    /// The beginning of a line that the last chunk did not end.
    rest: Vec<u8>,
    line: usize,
    /// Where that line begins, in bytes.
    offset: u64,
    over: bool,
    /// Why reading ended, until the lines before that have been given out.
    failure: Option<Error>,
}

/// One line of a capture.
pub struct Line<'a> {
    /// Its number in what is read, from 1.
    pub number: usize,
    /// Where it begins in the capture, in bytes.
    pub offset: u64,
    /// What is in it, without blanks around it.
    pub bytes: &'a [u8],
}

/// Whole lines of a capture.
#[derive(Default)]
pub struct Chunk {
    /// Number of the first line, from 1.
    first: usize,
    /// Where that line begins, in bytes.
    offset: u64,
    buffer: Vec<u8>,
    /// How much of the buffer is lines; the rest is left as it is, because zeroing gigabytes takes
    /// time.
    filled: usize,
    /// Where the newlines stand.
    ends: Vec<usize>,
}

impl<R: Read> Chunks<R> {
    /// Chunks of what `source` yields.
    pub fn new(source: R) -> Self {
        Self { source, rest: Vec::new(), line: 1, offset: 0, over: false, failure: None }
    }

    /// The same behind so many bytes of the capture.
    #[must_use]
    pub fn behind(self, offset: u64) -> Self {
        Self { offset, ..self }
    }

    /// The next lines, in the memory of a chunk that was done with; `None` at the end.
    pub fn next(&mut self, used: Chunk) -> Result<Option<Chunk>> {
        let mut buffer = used.buffer;
        let mut filled = self.rest.len();
        buffer.resize(buffer.len().max(CHUNK).max(filled * 2), 0);
        buffer[..filled].copy_from_slice(&self.rest);
        self.rest.clear();
        let mut searched = 0;
        while !self.over {
            let count = match self.source.read(&mut buffer[filled..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.failure = Some(unreadable(error));
                    0
                }
                Ok(count) => count,
            };
            filled += count;
            self.over = count == 0;
            if count >= PIPE && filled < buffer.len() {
                continue;
            }
            if let Some(end) = memchr::memrchr(b'\n', &buffer[searched..filled])
                && !self.over
            {
                let end = searched + end + 1;
                self.rest.extend_from_slice(&buffer[end..filled]);
                filled = end;
                break;
            }
            searched = filled;
            if filled > MAX_RECORD {
                self.over = true;
                return Err(too_large(MAX_RECORD));
            }
            if filled == buffer.len() {
                buffer.resize(filled * 2, 0);
            }
        }
        if filled == 0 {
            return self.failure.take().map_or(Ok(None), Err);
        }
        let (first, offset, mut ends) = (self.line, self.offset, used.ends);
        ends.clear();
        ends.extend(memchr::memchr_iter(b'\n', &buffer[..filled]));
        self.line += ends.len();
        self.offset += filled as u64;
        Ok(Some(Chunk { first, offset, buffer, filled, ends }))
    }
}

impl Chunk {
    /// Number of bytes of its lines.
    pub fn length(&self) -> u64 {
        self.filled as u64
    }

    /// Its lines that are not blank.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let bytes = &self.buffer[..self.filled];
        let ends = self.ends.iter().copied().chain(Some(bytes.len()));
        let mut start = 0;
        ends.enumerate().filter_map(move |(index, end)| {
            let line = bytes.get(start..end).unwrap_or_default().trim_ascii();
            let offset = self.offset + start as u64;
            start = end + 1;
            (!line.is_empty()).then_some(Line { number: self.first + index, offset, bytes: line })
        })
    }
}

/// Reads one line in full.
///
/// # Errors
/// `malformed` when it is no entry; `capture-torn` when it ends too early to be one.
pub fn parse(line: &[u8], number: usize) -> Result<Captured> {
    entry::parse(line, format!("line {number}")).and_then(sendable)
}

/// The exact bytes of a line, and what it shows beside them.
pub struct Exact<'a> {
    /// The head, as it came.
    pub head: &'a [u8],
    /// The body.
    pub body: &'a [u8],
    body_base64: &'a [u8],
    rest: &'a [u8],
}

/// Takes the exact bytes of head and body out of a line that ends as [`super::record`] writes it:
/// `,"_raw":{"headBase64":"...","bodyBase64":"..."}}`. The last brace closes the entry, so that
/// `_raw` is its member and not text of it. `None` for any other line: read that with [`parse`].
pub fn exact<'a>(
    line: &'a [u8],
    head: &'a mut Vec<u8>,
    body: &'a mut Vec<u8>,
) -> Option<Exact<'a>> {
    let line = line.strip_suffix(b"\"}}")?;
    let (line, body_base64) = line.split_at_checked(memchr::memrchr(b'"', line)? + 1)?;
    let line = line.strip_suffix(b"\",\"bodyBase64\":\"")?;
    let (line, head_base64) = line.split_at_checked(memchr::memrchr(b'"', line)? + 1)?;
    let rest = line.strip_suffix(b",\"_raw\":{\"headBase64\":\"")?;
    rest.starts_with(b"{").then_some(())?;
    let (head, body) = (decode(head_base64, head)?, decode(body_base64, body)?);
    Some(Exact { head, body, body_base64, rest })
}

impl Exact<'_> {
    /// Whether the line certainly shows the request that its head, taken apart, and body are. If not,
    /// read it with [`parse`], which refuses one that shows another.
    pub fn is_shown(&self, method: &str, target: &str, headers: &[(&str, &[u8])]) -> bool {
        let Self { head, body, body_base64, rest } = *self;
        shows(rest, &Bytes { head, method, target, headers, body, body_base64 })
    }
}

/// The bytes of `text`, in memory that only grows: clearing what is written over takes time.
fn decode<'a>(text: &[u8], into: &'a mut Vec<u8>) -> Option<&'a [u8]> {
    let most = base64::decoded_len_estimate(text.len());
    if into.len() < most {
        into.resize(most, 0);
    }
    let length = BASE64.decode_slice(text, into).ok()?;
    into.get(..length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    #[test]
    fn the_tail_of_a_line_is_read_and_nothing_that_looks_like_it() {
        let tail = r#","_raw":{"headBase64":"R0VU","bodyBase64":"e30="}}"#;
        let (mut head, mut body) = (Vec::new(), Vec::new());
        let mut read = |line: &str| {
            exact(line.as_bytes(), &mut head, &mut body)
                .map(|exact| (exact.head.to_vec(), exact.body.to_vec()))
        };
        let line = format!(r#"{{"_seq":1{tail}"#);
        assert_eq!(read(&line), Some((b"GET".to_vec(), b"{}".to_vec())));
        for line in [
            format!(r#"{{"a":"{}"#, tail.replace('"', "\\\"")),
            line.replace("e30=", "e30"),
            line.replace("e30=", "e3\"0="),
            line.replace("e30=", "e3-_"),
            line.replace(",\"_raw\"", ",\"raw\""),
            line.trim_end_matches('}').to_owned(),
            tail.to_owned(),
        ] {
            assert_eq!(read(&line), None, "{line}");
        }
    }

    #[test]
    fn chunks_hold_whole_lines_and_count_them() {
        let long = "x".repeat(CHUNK);
        let text = format!("a\n\n{long}\nb\n{long}{long}\nc");
        let mut seen = Vec::new();
        let mut chunks = Chunks::new(text.as_bytes());
        let mut used = Chunk::default();
        while let Some(chunk) = chunks.next(used).unwrap() {
            for line in chunk.lines() {
                assert!(text.as_bytes()[line.offset as usize..].starts_with(line.bytes));
                seen.push((line.number, line.bytes.len()));
            }
            used = chunk;
        }
        assert_eq!(seen, [(1, 1), (3, CHUNK), (4, 1), (5, 2 * CHUNK), (6, 1)]);
    }

    #[test]
    fn a_line_without_end_is_refused() {
        let endless = std::io::repeat(b'x');
        let error = Chunks::new(endless).next(Chunk::default()).err().unwrap();
        assert_eq!(error.code, Failure::TooLarge);
    }
}
