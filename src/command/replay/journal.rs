//! The journal: what became of each request, so that a later run goes on where this one ended.
//!
//! One JSON object a line, written at once and in order; the last one about a request counts:
//!
//! ```text
//! {"journal":2,"to":"https://hooks.example","boot":"0f1c..."}      whoever writes, since which start of the machine
//! {"from":1,"upto":16}                                             on disk: these may leave from now on
//! {"n":1,"digest":"2c26b46b","state":"sending"}                    its connection stands, its first byte is next
//! {"n":1,"digest":"2c26b46b","state":"answered","status":200,"done":true}
//! ```
//!
//! An outcome is written with the next `sending`, of whichever lane, for a write costs a tenth of a request; it is
//! reported after that.
//!
//! `n` counts the requests of the captures from 1, whether the filter takes them or not. What a process wrote
//! before it was killed is there for as long as the machine runs: `sending` without an outcome is unknown, and
//! everything else is certain. After a power cut only what was synced is there, which is every announcement before
//! its first request left: whatever was announced and has no outcome is unknown then.
//!
//! ```text
//! lane 1 ─┐ announce ─► is it announced already? ─ yes ─► send
//! lane 2 ─┤                      │ no: wait              ▲
//! lane 3 ─┘             keep: announce some more ─► fdatasync, on a thread
//! ```
//!
//! `past` is what a later run makes of the lines.

pub mod past;

use std::cell::{Cell, RefCell};
use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use crate::digest;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::Request;
use crate::input::{Durable, boot};
use past::Memory;
pub use past::Past;

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
    fn line(self, state: State) -> String {
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

/// The line above those of a run: which destination they are about, and whether the page cache can be
/// trusted with them. A blank, which a fragment may hold, is written as an escape, or two of them would
/// look like filler.
fn head(to: &str, boot: Option<&str>) -> String {
    let mut head = serde_json::json!({ "journal": 2, "to": to });
    if let Some(boot) = boot {
        head["boot"] = boot.into();
    }
    format!("{}\n", head.to_string().replace(' ', "\\u0020"))
}

/// How long a line may wait for its `fdatasync`, and for how long at most requests are announced ahead:
/// what is lost, by a power cut, of what was certain.
const BEHIND: Duration = Duration::from_millis(10);
/// So many requests are announced ahead at most.
const AHEAD: u64 = 1024;

/// An open journal.
#[derive(Debug)]
pub struct Journal {
    memory: Memory,
    file: RefCell<Durable>,
    /// Lines that go with the next write.
    held: RefCell<String>,
    /// The requests that are announced, and that is on disk: from this number to that one.
    announced: Cell<(u64, u64)>,
    /// From a request above this number on, it is time to announce more.
    low: Cell<u64>,
    /// The highest number that was asked for.
    newest: Cell<u64>,
    /// Requests that wait for an announcement.
    wanted: RefCell<Vec<u64>>,
    /// Rounds of `keep` that have begun, and that are over.
    rounds: Cell<(u64, u64)>,
    /// Whether somebody waits for a round, and whether lines wait for their sync.
    is_awaited: Cell<bool>,
    is_dirty: Cell<bool>,
    pace: Cell<Option<Pace>>,
    /// How long the last sync took.
    sync: Cell<Duration>,
    /// Tells `keep` that somebody waits, or soon will; that there are new lines; and the lanes that a round
    /// is over.
    due: Notify,
    dirtied: Notify,
    over: Notify,
    /// The first error: nothing is written after it.
    failed: RefCell<Option<Error>>,
}

/// How fast requests are sent, as of late.
#[derive(Clone, Copy, Debug)]
struct Pace {
    since: Instant,
    newest: u64,
    per_second: f64,
}

impl Journal {
    /// Opens a journal, or begins one.
    ///
    /// # Errors
    /// Those of reading what an earlier run left, and of [`Durable::open`].
    pub fn open(path: &Path, to: &str) -> Result<Self> {
        let (mut file, boot) = (Durable::open(path)?, boot());
        let (memory, end) = past::read(file.contents(), to, boot.as_deref())
            .map_err(|error| error.about(file.name()))?;
        file.cut(end)?;
        if !memory.is_of_this_boot() {
            file.write(head(to, boot.as_deref()).as_bytes())?;
        }
        Ok(Self {
            memory,
            file: RefCell::new(file),
            held: RefCell::default(),
            announced: Cell::new((1, 0)),
            low: Cell::default(),
            newest: Cell::default(),
            wanted: RefCell::default(),
            rounds: Cell::default(),
            is_awaited: Cell::default(),
            is_dirty: Cell::default(),
            pace: Cell::default(),
            sync: Cell::default(),
            due: Notify::default(),
            dirtied: Notify::default(),
            over: Notify::default(),
            failed: RefCell::default(),
        })
    }

    /// Request `n`, and what is known of it.
    ///
    /// # Errors
    /// `journal-mismatch` when another request stood in its place then.
    pub fn entry(&self, n: u64, request: &Request) -> Result<Entry> {
        let mark = Mark::of(request);
        Ok(Entry { n, mark, past: self.memory.past(n, mark)? })
    }

    /// Has what becomes of a request written by the next [`Journal::flush`], of whichever lane, or in a moment.
    pub fn hold(&self, entry: Entry, state: State) {
        self.held.borrow_mut().push_str(&entry.line(state));
        self.soil();
    }

    /// Writes what is held: no kill takes it back.
    ///
    /// # Errors
    /// `disk-full`, `write`; after the first error every later call fails in the same way.
    pub fn flush(&self) -> Result<()> {
        let mut held = self.held.borrow_mut();
        if held.is_empty() {
            return self.check();
        }
        let written = self.write(&held);
        held.clear();
        written
    }

    /// Waits until a request may leave for the first time.
    ///
    /// # Errors
    /// Those of `flush`.
    pub async fn announce(&self, entry: Entry) -> Result<()> {
        self.newest.set(self.newest.get().max(entry.n));
        if entry.n > self.low.get() {
            self.due.notify_one();
        }
        let (from, upto) = self.announced.get();
        match (from..=upto).contains(&entry.n) {
            true => self.check(),
            false => self.announce_again(entry).await,
        }
    }

    /// Waits until a request that has an outcome may leave once more. What is held does not wait with it.
    ///
    /// # Errors
    /// Those of `flush`.
    pub async fn announce_again(&self, entry: Entry) -> Result<()> {
        self.flush()?;
        self.wanted.borrow_mut().push(entry.n);
        self.next_round().await
    }

    /// Waits until everything is on disk that was written so far.
    ///
    /// # Errors
    /// Those of `flush`.
    pub async fn settle(&self) -> Result<()> {
        match self.is_dirty.get() {
            true => self.next_round().await,
            false => self.check(),
        }
    }

    async fn next_round(&self) -> Result<()> {
        let round = self.rounds.get().0 + 1;
        self.is_awaited.set(true);
        self.due.notify_one();
        loop {
            let over = self.over.notified();
            self.check()?;
            if self.rounds.get().1 >= round {
                return Ok(());
            }
            over.await;
        }
    }

    /// Announces requests and brings lines to the disk, for as long as it is polled.
    ///
    /// # Errors
    /// Those of `flush`.
    pub async fn keep(&self) -> Result<()> {
        let behind = async || {
            while !self.is_dirty.get() {
                self.dirtied.notified().await;
            }
            sleep(BEHIND).await;
        };
        loop {
            while !self.is_awaited.get() && self.newest.get() <= self.low.get() {
                tokio::select! {
                    () = self.due.notified() => {}
                    () = behind() => break,
                }
            }
            let kept = self.round().await;
            self.over.notify_waiters();
            kept?;
        }
    }

    /// One announcement, if one is due, and one sync.
    async fn round(&self) -> Result<()> {
        let (begun, over) = self.rounds.get();
        self.rounds.set((begun + 1, over));
        self.is_awaited.set(false);
        self.flush()?;
        let wanted = self.wanted.take();
        let (mut from, mut upto) = self.announced.get();
        if !wanted.is_empty() || self.newest.get() > self.low.get() {
            let (ahead, newest) = (self.ahead(), self.newest.get());
            let next = newest.max(upto) + 1;
            if next > upto + 1 {
                from = next;
            }
            upto = next.max(newest + ahead + 1) - 1;
            self.write(&announcement(wanted.into_iter().chain(next..=upto)))?;
            self.low.set(upto - ahead / 2);
        }
        self.is_dirty.set(false);
        let (sync, started) = (self.file.borrow().syncer(), Instant::now());
        let synced = spawn_blocking(sync).await;
        self.sync.set(started.elapsed());
        let ended = || Error::new(Failure::Write, "the journal is closed");
        synced.unwrap_or_else(|_| Err(ended())).map_err(|error| self.fail(error))?;
        self.announced.set((from, upto));
        self.rounds.set((self.rounds.get().0, begun + 1));
        Ok(())
    }

    /// How many requests beyond the newest will leave before the next announcement is on disk.
    fn ahead(&self) -> u64 {
        let (now, newest) = (Instant::now(), self.newest.get());
        let begun = Pace { since: now, newest, per_second: 0.0 };
        let mut pace = self.pace.get().unwrap_or(begun);
        let elapsed = now - pace.since;
        if elapsed >= BEHIND {
            let per_second = (newest - pace.newest) as f64 / elapsed.as_secs_f64();
            pace = Pace { per_second, ..begun };
        }
        self.pace.set(Some(pace));
        ((pace.per_second * (BEHIND + self.sync.get()).as_secs_f64()) as u64).min(AHEAD)
    }

    /// Brings the last lines to the disk.
    ///
    /// # Errors
    /// Those of `flush`.
    pub fn finish(&self) -> Result<()> {
        self.flush()?;
        let sync = self.file.borrow().syncer();
        sync().map_err(|error| self.fail(error))
    }

    fn write(&self, lines: &str) -> Result<()> {
        self.check()?;
        let written = self.file.borrow_mut().write(lines.as_bytes());
        self.soil();
        written.map_err(|error| self.fail(error))
    }

    fn soil(&self) {
        if !self.is_dirty.replace(true) {
            self.dirtied.notify_one();
        }
    }

    fn check(&self) -> Result<()> {
        self.failed.borrow().clone().map_or(Ok(()), Err)
    }

    fn fail(&self, error: Error) -> Error {
        let help =
            "nothing more was sent; free some space and run the same command again to continue";
        self.failed.borrow_mut().get_or_insert_with(|| error.help(help)).clone()
    }
}

/// The lines that announce these requests, which are in order, with one line for neighbours.
fn announcement(numbers: impl Iterator<Item = u64>) -> String {
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for n in numbers {
        match ranges.last_mut() {
            Some((from, upto)) if *upto + 1 == n && n - *from < past::RANGE => *upto = n,
            _ => ranges.push((n, n)),
        }
    }
    ranges.iter().fold(String::new(), |mut lines, (from, upto)| {
        let _ = writeln!(lines, "{{\"from\":{from},\"upto\":{upto}}}");
        lines
    })
}

#[cfg(test)]
#[path = "journal_tests.rs"]
mod tests;
