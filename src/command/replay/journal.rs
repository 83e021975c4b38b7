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
//! `n` counts the requests of the captures from 1, whether the filter takes them or not. Below stand, in
//! this order: the lines, how they come to the disk, and what a later run makes of them.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use tokio::sync::{Mutex, Notify, OnceCell};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::digest;
use crate::error::{Error, Malformed, Result};
use crate::failure::Failure;
use crate::http::Request;
use crate::input::{Durable, FILLER, cannot_read};

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is about to leave.
    Sending,
    /// An answer came; `done` when it is not to be sent again.
    Answered {
        /// HTTP status.
        status: u16,
        /// Whether it is not to be sent again.
        done: bool,
    },
    /// It did not arrive, for this reason.
    Failed(Failure),
    /// It may have arrived; this failure came instead of an answer.
    Unknown(Failure),
}

/// Tells requests apart: the first 30 bits of SHA-256 over what is sent of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark(u32);

impl Mark {
    /// The mark of a request as it stands in the capture.
    fn of(request: &Request) -> Self {
        let mut bytes = [&request.method, " ", &request.target, "\n"].concat().into_bytes();
        for line in request.headers.iter() {
            bytes.extend([line.name.as_bytes(), b":", &line.value, b"\n"].concat());
        }
        bytes.extend_from_slice(&request.body);
        let sha256 = digest::sha256(&bytes);
        Self(u32::from_be_bytes([sha256[0], sha256[1], sha256[2], sha256[3]]) >> 2)
    }

    fn parse(text: &str) -> Option<Self> {
        u32::from_str_radix(text, 16).ok().filter(|number| *number < 1 << 30).map(Self)
    }
}

/// A request and what is known about it from earlier runs.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    n: u64,
    mark: Mark,
    /// What became of it then.
    pub past: Past,
}

impl Entry {
    /// The line that says this about it.
    pub fn line(self, state: State) -> String {
        let Self { n, mark: Mark(mark), .. } = self;
        // Codes of failures need no escaping: they are ours.
        let state = match state {
            State::Sending => "\"sending\"".to_owned(),
            State::Answered { status, done } => {
                format!("\"answered\",\"status\":{status},\"done\":{done}")
            }
            State::Failed(failure) => format!("\"failed\",\"code\":\"{failure}\""),
            State::Unknown(failure) => format!("\"unknown\",\"code\":\"{failure}\""),
        };
        format!("{{\"n\":{n},\"digest\":\"{mark:08x}\",\"state\":{state}}}\n")
    }
}

/// The first line: which destination the others are about. A blank, which a fragment may hold, is
/// written as an escape, or two of them would look like filler.
fn head(to: &str) -> String {
    let head = serde_json::json!({ "journal": 1, "to": to }).to_string();
    format!("{}\n", head.replace(' ', "\\u0020"))
}

/// How long the first of several lanes waits for the others: short beside any network but loopback.
const GATHERING: Duration = Duration::from_millis(1);

/// An open journal. The lines of every lane that waits reach the disk with one `fsync`:
///
/// ```text
/// lane 1 ─┐            ┌─ all lanes wait: nobody is held up ─► write, fdatasync, here and now
/// lane 2 ─┼─► batch ─►─┤
/// lane 3 ─┘            └─ one does not come: after GATHERING ─► write, fdatasync on a thread
/// ```
///
/// Lanes that go on together come back together, so the first way is the usual one: no thread is
/// woken, and there are as few syncs as can be. What comes while a thread writes is written next.
#[derive(Debug)]
pub struct Journal {
    memory: Memory,
    file: Arc<Mutex<Durable>>,
    /// Lanes that have not ended.
    lanes: Cell<usize>,
    /// What is written next.
    batch: RefCell<Rc<Batch>>,
    /// The first error: nothing is written after it.
    failed: RefCell<Option<Error>>,
}

/// Lines that reach the disk together.
#[derive(Debug, Default)]
struct Batch {
    lines: RefCell<String>,
    waiting: Cell<usize>,
    full: Notify,
    written: OnceCell<Result<()>>,
}

impl Journal {
    /// Opens a journal for so many lanes, or begins one.
    ///
    /// # Errors
    /// Those of [`read`] and of [`Durable::open`].
    pub fn open(path: &Path, to: &str, lanes: usize) -> Result<Self> {
        let mut file = Durable::open(path)?;
        let (memory, end) = read(file.contents(), to).map_err(|error| error.about(file.name()))?;
        file.cut(end)?;
        if end == 0 {
            file.append(head(to).as_bytes())?;
        }
        let (file, lanes) = (Arc::new(Mutex::new(file)), Cell::new(lanes));
        Ok(Self { memory, file, lanes, batch: RefCell::default(), failed: RefCell::default() })
    }

    /// Request `n`, and what is known of it.
    ///
    /// # Errors
    /// `journal-mismatch` when another request stood in its place then.
    pub fn entry(&self, n: u64, request: &Request) -> Result<Entry> {
        let mark = Mark::of(request);
        Ok(Entry { n, mark, past: self.memory.past(n, mark)? })
    }

    /// Appends lines; they are on disk when this returns.
    ///
    /// # Errors
    /// `disk-full`, `write`; after the first error every later call fails in the same way.
    pub async fn commit(&self, lines: &str) -> Result<()> {
        let batch = self.batch.borrow().clone();
        batch.lines.borrow_mut().push_str(lines);
        batch.waiting.set(batch.waiting.get() + 1);
        let is_full = batch.waiting.get() >= self.lanes.get();
        if is_full {
            batch.full.notify_waiters();
        } else {
            let _ = timeout(GATHERING, batch.full.notified()).await;
        }
        batch.written.get_or_init(|| self.write(&batch, is_full)).await.clone()
    }

    /// Writes a batch, here or on a thread, once the one before is written.
    async fn write(&self, batch: &Batch, here: bool) -> Result<()> {
        let mut file = self.file.clone().lock_owned().await;
        self.batch.take();
        self.failed.borrow().clone().map_or(Ok(()), Err)?;
        let lines = batch.lines.borrow().clone();
        let written = match here {
            true => file.append(lines.as_bytes()),
            false => spawn_blocking(move || file.append(lines.as_bytes()))
                .await
                .unwrap_or_else(|_| Err(Error::new(Failure::Write, "the journal is closed"))),
        };
        let help = "nothing more was sent; make room and run the same command again to go on";
        written.map_err(|error| self.failed.borrow_mut().insert(error.help(help)).clone())
    }

    /// One lane has ended: nobody needs to wait for it.
    pub fn leave(&self) {
        self.lanes.update(|lanes| lanes - 1);
    }
}

// A program that is killed leaves filler behind the last line, and perhaps torn lines before or in it. A
// torn `sending` was never sent, because it was not on disk; a torn outcome leaves the request at
// `sending`: its outcome is unknown. A hole in a line that others follow is damage: they stay true, and
// whatever it may have been about has an unknown outcome, unless a later line tells it.

/// The longest line that is read, in bytes; ours are under 300.
const LINE_LIMIT: u64 = 4096;
/// A hole of this size is a block that a power cut kept from the disk; a smaller one is damage.
const BLOCK: u64 = 512;
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

#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Head { journal: u32, to: String },
    Request { n: u64, digest: String, state: String, done: Option<bool> },
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
    // Since the last line that was whole: what each was about, and its length.
    let mut damaged = Vec::new();
    loop {
        line.clear();
        let length = next_line(&mut source, &mut line);
        let length = length.map_err(|error| cannot_read(Path::new("journal"), &error))?;
        number += 1;
        at += length;
        let (is_ended, has_hole) = (line.ends_with(b"\n"), has_hole(&line));
        let is_endless = !is_ended && !has_hole && length == LINE_LIMIT;
        let is_other = number == 1 && (!is_ended || has_hole) && !is_torn_head(&line, to);
        let about_line = |error: Error| error.about(format!("line {number}"));
        if is_endless || is_other {
            // Somebody's file, named by mistake, is not cut to nothing.
            let error = Error::from(Malformed::new("journal", 0, "lines of a journal"));
            let help = "is it another file? --journal makes a new one where there is none";
            return Err(about_line(error.help(help)));
        }
        if !is_ended {
            return Ok((memory, end));
        }
        if has_hole {
            damaged.push((about(&line), length));
            if length >= BLOCK {
                continue;
            }
        }
        damaged.drain(..).for_each(|(about, length)| memory.lose(about, length));
        if !has_hole {
            memory.take(&line, to).map_err(about_line)?;
        }
        end = at;
    }
}

/// Reads a line, and gives its length. Of one with a long hole the beginning is kept, and its end.
fn next_line(source: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<u64> {
    let mut length = source.by_ref().take(LINE_LIMIT).read_until(b'\n', line)? as u64;
    if length < LINE_LIMIT || line.ends_with(b"\n") || !has_hole(line) {
        return Ok(length);
    }
    let mut piece = Vec::new();
    while !piece.ends_with(b"\n") {
        piece.clear();
        let more = source.by_ref().take(LINE_LIMIT).read_until(b'\n', &mut piece)?;
        length += more as u64;
        if more == 0 {
            return Ok(length);
        }
    }
    line.push(b'\n');
    Ok(length)
}

/// Whether a line has a hole. A file system may have put zeros for the filler; our lines have no two
/// blanks in them.
fn has_hole(line: &[u8]) -> bool {
    line.windows(2).any(|pair| pair == [FILLER; 2]) || line.contains(&0)
}

/// Whether these bytes are what a kill in the middle of the first line leaves.
fn is_torn_head(line: &[u8], to: &str) -> bool {
    let end = line.iter().rposition(|byte| ![FILLER, 0].contains(byte)).map_or(0, |last| last + 1);
    head(to).as_bytes().starts_with(&line[..end])
}

/// What a damaged line is about, where that can still be read: `{"n":1,"digest":"2c26b46b",`
fn about(line: &[u8]) -> Option<(u64, Mark)> {
    let (n, rest) = str::from_utf8(line).ok()?.strip_prefix("{\"n\":")?.split_once(',')?;
    let mark = rest.strip_prefix("\"digest\":\"")?.split_once('"')?.0;
    Some((n.parse().ok()?, Mark::parse(mark).filter(|_| mark.len() == 8)?))
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

impl Memory {
    /// What is known about request `n`, if it is the one it was then.
    fn past(&self, n: u64, mark: Mark) -> Result<Past> {
        let slot = self.pages.get(&(n / PAGE)).map_or(0, |page| page[(n % PAGE) as usize]);
        let is_lost = self.lost > 0 && n <= self.last.saturating_add(self.lost);
        let past = match slot & 3 {
            // A line about it may be lost; it is not sent a second time for that.
            0 if is_lost => return Ok(Past::Unknown),
            0 => return Ok(Past::New),
            1 => Past::Unknown,
            2 => Past::Failed,
            _ => Past::Done,
        };
        if slot >> 2 == mark.0 {
            return Ok(past);
        }
        let what = format!("request {n} of the capture is not the one that the journal knows");
        Err(Error::new(Failure::JournalMismatch, what).help(
            "the journal belongs to another capture, or the capture was changed; use a new one",
        ))
    }

    fn set(&mut self, n: u64, mark: Mark, past: Past) {
        let page = self.pages.entry(n / PAGE).or_insert_with(|| vec![0; PAGE as usize]);
        page[(n % PAGE) as usize] = mark.0 << 2 | past as u32;
        self.last = self.last.max(n);
    }

    /// Takes in that a line is damaged.
    fn lose(&mut self, about: Option<(u64, Mark)>, length: u64) {
        let Some((n, mark)) = about else {
            // So many lines may have stood there: the shortest has 40 bytes.
            self.lost = self.lost.saturating_add(length / 40 + 1);
            return;
        };
        // What is done stays done.
        if self.past(n, mark) != Ok(Past::Done) {
            self.set(n, mark, Past::Unknown);
        }
    }

    /// Takes one line in; the line that names the destination must name `to`.
    fn take(&mut self, line: &[u8], to: &str) -> Result<()> {
        let damaged = |what: &str| Error::from(Malformed::new("journal line", 0, what));
        match serde_json::from_slice(line).map_err(|_| damaged("a state of a request"))? {
            Line::Head { journal: 1, to: known } if known == to => Ok(()),
            Line::Head { journal: 1, to: known } => {
                let what = format!("the journal is about deliveries to {known}");
                let help = format!("for {to} use a new one");
                Err(Error::new(Failure::JournalMismatch, what).help(help))
            }
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

#[cfg(test)]
#[path = "journal_tests.rs"]
mod tests;
