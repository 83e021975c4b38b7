//! The journal: what became of each request, on disk before the next one is sent.
//!
//! One JSON object a line. A request has a line `sending` before it leaves, and a second one when
//! its outcome is known; the last line about a request counts:
//!
//! ```text
//! {"journal":1,"to":"https://hooks.example"}
//! {"n":1,"digest":"2c26b46b","state":"sending"}
//! {"n":1,"digest":"2c26b46b","state":"answered","status":200,"done":true}
//! ```
//!
//! `n` counts the requests of the captures from 1, whether the filter takes them or not. A program
//! that is killed leaves filler behind the last line, and perhaps torn lines before or in it. A torn
//! `sending` was never sent, because it was not on disk; a torn outcome leaves the request at
//! `sending`: its outcome is unknown.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use serde::Deserialize;

use crate::digest;
use crate::error::{Error, Malformed, Result};
use crate::http::Request;
use crate::input::{Durable, FILLER, cannot_read};

/// The longest line that is read, in bytes; ours are under 300.
const LINE_LIMIT: u64 = 4096;
/// Requests whose states are kept together.
const PAGE: u64 = 256;

/// What is known about a request from an earlier run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Past {
    /// Nothing.
    New,
    /// It was sent, and no answer was read.
    Unknown,
    /// It was not delivered: no connection, or an answer that was not wanted.
    Failed,
    /// It was answered as wanted, or with 2xx.
    Done,
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State<'a> {
    /// It is about to leave.
    Sending,
    /// An answer came; `done` when it is not to be sent again.
    Answered {
        /// HTTP status.
        status: u16,
        /// Whether it is not to be sent again.
        done: bool,
    },
    /// It did not arrive, for this reason (a failure code).
    Failed(&'a str),
    /// It may have arrived; this failure came instead of an answer.
    Unknown(&'a str),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Head { journal: u32, to: String },
    Request { n: u64, digest: String, state: String, done: Option<bool> },
}

/// Tells requests apart: the first 30 bits of SHA-256 over what is sent of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark(u32);

impl Mark {
    /// The mark of a request as it stands in the capture.
    pub fn of(request: &Request) -> Self {
        let lines: usize = request.headers.iter().map(|h| h.name.len() + h.value.len() + 2).sum();
        let head = request.method.len() + request.target.len() + 2;
        let mut bytes = Vec::with_capacity(head + lines + request.body.len());
        for part in [request.method.as_bytes(), b" ", request.target.as_bytes(), b"\n"] {
            bytes.extend_from_slice(part);
        }
        for line in request.headers.iter() {
            for part in [line.name.as_bytes(), b":", &line.value, b"\n"] {
                bytes.extend_from_slice(part);
            }
        }
        bytes.extend_from_slice(&request.body);
        let sha256 = digest::sha256(&bytes);
        Self(u32::from_be_bytes([sha256[0], sha256[1], sha256[2], sha256[3]]) >> 2)
    }

    fn parse(text: &str) -> Option<Self> {
        u32::from_str_radix(text, 16).ok().filter(|number| *number < 1 << 30).map(Self)
    }
}

/// What earlier runs left: four bytes for each request.
#[derive(Debug, Default)]
pub struct Memory {
    /// A mark and, in the lowest two bits, a [`Past`].
    pages: HashMap<u64, Vec<u32>>,
}

impl Memory {
    /// What is known about request `n`, if it is the one it was then.
    ///
    /// # Errors
    /// `journal-mismatch` when another request stands in its place now.
    pub fn past(&self, n: u64, mark: Mark) -> Result<Past> {
        let slot = self.pages.get(&(n / PAGE)).map_or(0, |page| page[(n % PAGE) as usize]);
        let past = match slot & 3 {
            0 => return Ok(Past::New),
            1 => Past::Unknown,
            2 => Past::Failed,
            _ => Past::Done,
        };
        if slot >> 2 != mark.0 {
            return Err(Error::input(
                "journal-mismatch",
                format!("request {n} of the capture is not the one that the journal knows"),
            )
            .help(
                "the journal belongs to another capture, or the capture was changed; use a new one",
            ));
        }
        Ok(past)
    }

    fn set(&mut self, n: u64, mark: Mark, past: Past) {
        let page = self.pages.entry(n / PAGE).or_insert_with(|| vec![0; PAGE as usize]);
        page[(n % PAGE) as usize] = mark.0 << 2 | past as u32;
    }

    /// Takes one line in; the line that names the destination must name `to`.
    fn take(&mut self, line: &[u8], to: &str) -> Result<()> {
        let damaged = |what: &str| Error::from(Malformed::new("journal line", 0, what));
        match serde_json::from_slice(line).map_err(|_| damaged("a state of a request"))? {
            Line::Head { journal: 1, to: known } if known == to => Ok(()),
            Line::Head { journal: 1, to: known } => Err(Error::input(
                "journal-mismatch",
                format!("the journal is about deliveries to {known}"),
            )
            .help(format!("for {to} use a new one"))),
            Line::Head { .. } => Err(damaged("version 1")),
            Line::Request { n, digest, state, done } => {
                let mark = Mark::parse(&digest).ok_or_else(|| damaged("a digest"))?;
                let past = match (state.as_str(), done) {
                    ("sending" | "unknown", _) => Past::Unknown,
                    ("answered", Some(true)) => Past::Done,
                    ("answered" | "failed", _) => Past::Failed,
                    _ => return Err(damaged("a known state")),
                };
                self.set(n, mark, past);
                Ok(())
            }
        }
    }
}

/// Reads every whole line. Gives what they say, and the offset at which the next line belongs.
///
/// # Errors
/// `malformed` with the number of the line, `journal-mismatch`.
pub fn read(source: impl Read, to: &str) -> Result<(Memory, u64)> {
    let mut source = BufReader::with_capacity(64 << 10, source);
    let mut memory = Memory::default();
    let (mut end, mut number, mut line) = (0, 0_u64, Vec::new());
    loop {
        line.clear();
        let length = source.by_ref().take(LINE_LIMIT).read_until(b'\n', &mut line);
        let length = length.map_err(|error| cannot_read(Path::new("journal"), &error))?;
        number += 1;
        // What a kill leaves: a torn line, filler. Lines may even follow on a hole, after a power cut:
        // nobody was told that they were on disk. A file system may have put zeros for the filler.
        let filled = line.windows(2).any(|pair| pair == [FILLER; 2]) || line.contains(&0);
        if filled || !line.ends_with(b"\n") {
            let whole = !filled && length as u64 == LINE_LIMIT;
            return match whole || number == 1 && !is_torn_head(&line, to) {
                true => Err(no_journal(number)),
                false => Ok((memory, end)),
            };
        }
        memory.take(&line, to).map_err(|error| error.about(format!("line {number}")))?;
        end += length as u64;
    }
}

/// Somebody's file, named by mistake, is not cut to nothing.
fn no_journal(line: u64) -> Error {
    Error::from(Malformed::new("journal", 0, "lines of a journal"))
        .about(format!("line {line}"))
        .help("is it another file? --journal makes a new one where there is none")
}

/// The first line: which destination the others are about. A blank, which a fragment may hold, is
/// written as an escape, or two of them would look like filler.
fn head(to: &str) -> String {
    let head = serde_json::json!({ "journal": 1, "to": to }).to_string();
    format!("{}\n", head.replace(' ', "\\u0020"))
}

/// Whether these bytes are what a kill in the middle of the first line leaves.
fn is_torn_head(line: &[u8], to: &str) -> bool {
    let end = line.iter().rposition(|byte| ![FILLER, 0].contains(byte)).map_or(0, |last| last + 1);
    head(to).as_bytes().starts_with(&line[..end])
}

/// Appends the line about request `n` to `out`.
pub fn write(out: &mut String, n: u64, mark: Mark, state: State<'_>) {
    use std::fmt::Write;
    let head = format_args!("{{\"n\":{n},\"digest\":\"{:08x}\",\"state\":", mark.0);
    // Writing into memory cannot fail. Failure codes need no escaping: they are ours.
    let _ = match state {
        State::Sending => writeln!(out, "{head}\"sending\"}}"),
        State::Answered { status, done } => {
            writeln!(out, "{head}\"answered\",\"status\":{status},\"done\":{done}}}")
        }
        State::Failed(code) => writeln!(out, "{head}\"failed\",\"code\":\"{code}\"}}"),
        State::Unknown(code) => writeln!(out, "{head}\"unknown\",\"code\":\"{code}\"}}"),
    };
}

/// Opens the journal, or begins one: what it knows, and the file, ready to append to.
///
/// # Errors
/// Those of [`read`] and of [`Durable::open`].
pub fn open(path: &Path, to: &str) -> Result<(Memory, Durable)> {
    let mut file = Durable::open(path)?;
    let (memory, end) = read(file.contents(), to).map_err(|error| error.about(file.name()))?;
    file.cut(end)?;
    if end == 0 {
        file.append(head(to).as_bytes())?;
    }
    Ok((memory, file))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TO: &str = "https://a";
    const HEAD: &str = "{\"journal\":1,\"to\":\"https://a\"}\n";

    fn lines(states: &[(u64, State<'_>)]) -> String {
        let mut text = HEAD.to_owned();
        for (n, state) in states {
            write(&mut text, *n, Mark(7), *state);
        }
        text
    }

    #[test]
    fn the_last_line_about_a_request_counts() {
        let text = lines(&[
            (1, State::Sending),
            (1, State::Answered { status: 200, done: true }),
            (2, State::Sending),
            (3, State::Sending),
            (3, State::Answered { status: 503, done: false }),
            (1_000_000, State::Failed("refused")),
            (5, State::Sending),
            (5, State::Unknown("timeout")),
        ]);
        let (memory, end) = read(text.as_bytes(), TO).unwrap();
        assert_eq!(end, text.len() as u64);
        for (n, past) in [
            (1, Past::Done),
            (2, Past::Unknown),
            (3, Past::Failed),
            (4, Past::New),
            (5, Past::Unknown),
            (1_000_000, Past::Failed),
        ] {
            assert_eq!(memory.past(n, Mark(7)).unwrap(), past, "{n}");
        }
        assert_eq!(memory.past(1, Mark(8)).unwrap_err().code, "journal-mismatch");
    }

    #[test]
    fn another_destination_and_a_damaged_line_are_refused() {
        let text = lines(&[(1, State::Sending)]);
        assert_eq!(read(text.as_bytes(), "https://b").unwrap_err().code, "journal-mismatch");
        let damaged = text.replace("sending", "sleeping");
        let error = read(damaged.as_bytes(), TO).unwrap_err();
        assert!(error.code == "malformed" && error.message.starts_with("line 2: "), "{error}");
        let long = format!("{HEAD}{}", "x".repeat(10_000));
        assert_eq!(read(long.as_bytes(), TO).unwrap_err().code, "malformed");
    }

    #[test]
    fn a_torn_line_is_cut_before_the_next_is_appended() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let (_, mut file) = open(&path, TO).unwrap();
        file.append(b"{\"n\":1,\"digest\":\"00000007\",\"sta").unwrap();
        drop(file);
        let (memory, mut file) = open(&path, TO).unwrap();
        assert_eq!(memory.past(1, Mark(7)).unwrap(), Past::New);
        file.append(b"x").unwrap();
        drop(file);
        assert_eq!(std::fs::read(&path).unwrap(), format!("{HEAD}x").as_bytes());
    }

    #[test]
    fn a_file_that_is_no_journal_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes");
        for text in ["a token", "two  blanks\n", "\0\u{1}binary", "{\"other\"", "x\n"] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(open(&path, TO).unwrap_err().code, "malformed", "{text:?}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
        for text in ["", "   ", "\0\0", "{\"journal\":1,\"to\":\"h    ", HEAD.trim_end()] {
            std::fs::write(&path, text).unwrap();
            drop(open(&path, TO).unwrap());
            assert_eq!(std::fs::read_to_string(&path).unwrap(), HEAD, "{text:?}");
        }
    }

    #[test]
    fn filler_ends_the_lines_with_or_without_a_hole() {
        let whole = lines(&[(1, State::Sending)]);
        let end = whole.len() as u64;
        let rest = lines(&[(2, State::Sending), (3, State::Sending)]).split_off(HEAD.len());
        let filler = " ".repeat(10_000);
        let zeros = format!("{whole}{}", "\0".repeat(10_000));
        assert_eq!(read(zeros.as_bytes(), TO).unwrap().1, end);
        for torn in [String::new(), rest[..17].to_owned(), rest.replace("sending", &filler)] {
            let text = format!("{whole}{torn}{filler}");
            let (memory, found) = read(text.as_bytes(), TO).unwrap();
            assert_eq!((found, memory.past(1, Mark(7)).unwrap()), (end, Past::Unknown), "{torn}");
            assert_eq!(memory.past(2, Mark(8)).unwrap(), Past::New);
            assert_eq!(memory.past(3, Mark(8)).unwrap(), Past::New);
        }
        // Somebody may write JSON with blanks.
        let spaced = whole.replace(",\"", ", \"");
        assert_eq!(read(spaced.as_bytes(), TO).unwrap().1, spaced.len() as u64);
        let folder = tempfile::tempdir().unwrap();
        let (path, odd) = (folder.path().join("journal"), "https://a/#b   c");
        drop(open(&path, odd).unwrap());
        assert!(read(&*std::fs::read(&path).unwrap(), odd).unwrap().1 > 0);
    }

    proptest! {
        /// However a journal is cut, nothing that was done is forgotten but its last line.
        #[test]
        fn a_cut_loses_the_last_line_only(count in 1_u64..20, cut in 0_usize..2000) {
            let states: Vec<_> = (1..=count)
                .flat_map(|n| [(n, State::Sending), (n, State::Answered { status: 200, done: true })])
                .collect();
            let text = lines(&states);
            let cut = cut.min(text.len());
            let (memory, end) = read(&text.as_bytes()[..cut], TO).unwrap();
            let whole = text[..cut].matches('\n').count().saturating_sub(1) as u64;
            prop_assert_eq!(end, text[..cut].rfind('\n').map_or(0, |at| at as u64 + 1));
            for n in 1..=count {
                let expected = match whole {
                    lines if lines >= 2 * n => Past::Done,
                    lines if lines == 2 * n - 1 => Past::Unknown,
                    _ => Past::New,
                };
                prop_assert_eq!(memory.past(n, Mark(7)).unwrap(), expected);
            }
        }
    }
}
