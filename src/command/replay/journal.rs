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
//!
//! A hole in a line that others follow is damage: they stay true, and whatever the damaged line may have
//! been about has an unknown outcome, unless a later line tells it.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use serde::Deserialize;

use crate::digest;
use crate::error::{Error, Malformed, Result};
use crate::failure::Failure;
use crate::http::Request;
use crate::input::{Durable, FILLER, cannot_read};

/// The longest line that is read, in bytes; ours are under 300.
const LINE_LIMIT: u64 = 4096;
/// A hole of this size is a block that a power cut kept from the disk; a smaller one is damage.
const BLOCK: u64 = 512;
/// The shortest line about a request, in bytes.
const SHORTEST: u64 = 40;
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
    /// The last request that a line is about.
    last: u64,
    /// How many lines may be lost of which nothing is known.
    lost: u64,
}

/// A line with a hole in it.
struct Damaged {
    /// What it is about, where that can still be read.
    about: Option<(u64, Mark)>,
    /// How many lines may have stood there.
    lines: u64,
}

impl Damaged {
    fn of(line: &[u8], length: u64) -> Self {
        // {"n":1,"digest":"2c26b46b",
        let about = || {
            let (n, rest) = str::from_utf8(line).ok()?.strip_prefix("{\"n\":")?.split_once(',')?;
            let mark = rest.strip_prefix("\"digest\":\"")?.split_once('"')?.0;
            Some((n.parse().ok()?, Mark::parse(mark).filter(|_| mark.len() == 8)?))
        };
        Self { about: about(), lines: length / SHORTEST + 1 }
    }
}

impl Memory {
    /// What is known about request `n`, if it is the one it was then.
    ///
    /// # Errors
    /// `journal-mismatch` when another request stands in its place now.
    pub fn past(&self, n: u64, mark: Mark) -> Result<Past> {
        let slot = self.pages.get(&(n / PAGE)).map_or(0, |page| page[(n % PAGE) as usize]);
        let past = match slot & 3 {
            // A line about it may be lost; it is not sent a second time for that.
            0 if self.lost > 0 && n <= self.last.saturating_add(self.lost) => {
                return Ok(Past::Unknown);
            }
            0 => return Ok(Past::New),
            1 => Past::Unknown,
            2 => Past::Failed,
            _ => Past::Done,
        };
        if slot >> 2 != mark.0 {
            return Err(Error::new(
                Failure::JournalMismatch,
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
        self.last = self.last.max(n);
    }

    /// Takes in that a line is damaged.
    fn lose(&mut self, damaged: &Damaged) {
        match damaged.about {
            // What is done stays done.
            Some((n, mark)) if !matches!(self.past(n, mark), Ok(Past::Done)) => {
                self.set(n, mark, Past::Unknown);
            }
            Some(_) => {}
            None => self.lost = self.lost.saturating_add(damaged.lines),
        }
    }

    /// Takes one line in; the line that names the destination must name `to`.
    fn take(&mut self, line: &[u8], to: &str) -> Result<()> {
        let damaged = |what: &str| Error::from(Malformed::new("journal line", 0, what));
        match serde_json::from_slice(line).map_err(|_| damaged("a state of a request"))? {
            Line::Head { journal: 1, to: known } if known == to => Ok(()),
            Line::Head { journal: 1, to: known } => Err(Error::new(
                Failure::JournalMismatch,
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

/// Reads every whole line. Gives what they say, and the offset at which the next line belongs: behind
/// the last line, of which all that follows is filler or was never known to be on disk.
///
/// # Errors
/// `malformed` with the number of the line, `journal-mismatch`.
pub fn read(source: impl Read, to: &str) -> Result<(Memory, u64)> {
    let mut source = BufReader::with_capacity(64 << 10, source);
    let mut memory = Memory::default();
    let (mut end, mut at, mut number, mut line) = (0, 0, 0_u64, Vec::new());
    // Since the last line that was whole.
    let mut damaged: Vec<Damaged> = Vec::new();
    loop {
        line.clear();
        let length = next_line(&mut source, &mut line);
        let length = length.map_err(|error| cannot_read(Path::new("journal"), &error))?;
        number += 1;
        at += length;
        let is_ended = line.ends_with(b"\n");
        let is_endless = !is_ended && !is_filled(&line) && length == LINE_LIMIT;
        if is_endless || number == 1 && (!is_ended || is_filled(&line)) && !is_torn_head(&line, to)
        {
            return Err(no_journal(number));
        }
        // A file system may have put zeros for the filler.
        match is_filled(&line) {
            _ if !is_ended => return Ok((memory, end)),
            true => {
                damaged.push(Damaged::of(&line, length));
                if length >= BLOCK {
                    continue;
                }
            }
            false => {}
        }
        damaged.drain(..).for_each(|one| memory.lose(&one));
        if !is_filled(&line) {
            memory.take(&line, to).map_err(|error| error.about(format!("line {number}")))?;
        }
        end = at;
    }
}

/// Reads a line, and gives its length. Of one with a long hole the beginning is kept, and its end.
fn next_line(source: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<u64> {
    let mut length = source.by_ref().take(LINE_LIMIT).read_until(b'\n', line)? as u64;
    if length < LINE_LIMIT || line.ends_with(b"\n") || !is_filled(line) {
        return Ok(length);
    }
    loop {
        let more = source.fill_buf()?;
        let found = memchr::memchr(b'\n', more);
        let count = found.map_or(more.len(), |place| place + 1);
        source.consume(count);
        length += count as u64;
        if found.is_some() {
            line.push(b'\n');
        }
        if count == 0 || found.is_some() {
            return Ok(length);
        }
    }
}

/// Whether a line has a hole: our lines have no two blanks in them.
fn is_filled(line: &[u8]) -> bool {
    line.windows(2).any(|pair| pair == [FILLER; 2]) || line.contains(&0)
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
#[path = "journal_tests.rs"]
mod tests;
