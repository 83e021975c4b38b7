//! What a later run makes of a journal.
//!
//! A program that is killed leaves filler behind the last line, and perhaps a torn one before it. A hole in a line
//! that others follow is damage: they stay true, and whatever it may have been about has an unknown outcome, unless a
//! later line tells it.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use serde::Deserialize;

use super::{Mark, head};
use crate::error::{Error, Malformed, Result};
use crate::failure::Failure;
use crate::http::credential::masked;
use crate::input::{FILLER, cannot_read};

/// The longest line that is read, in bytes; ours are under 300.
pub const LINE_LIMIT: u64 = 4096;
/// A hole of this size is a block that a power cut kept from the disk; a smaller one is damage.
const BLOCK: u64 = 512;
/// Requests whose states are kept together.
const PAGE: u64 = 256;
/// So many requests can be announced in one line.
pub const RANGE: u64 = 4096;

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
    Head { journal: u32, to: String, boot: Option<String> },
    Announced { from: u64, upto: u64 },
    Request { n: u64, digest: String, state: String, done: Option<bool> },
}

/// Reads every whole line; the machine runs since `boot`. Gives what they say, and the offset at which the
/// next line belongs: behind the last line, of which all that follows is filler or was never promised.
///
/// # Errors
/// `malformed` with the number of the line, `journal-mismatch`.
pub fn read(source: impl Read, to: &str, boot: Option<&str>) -> Result<(Memory, u64)> {
    let mut source = BufReader::with_capacity(64 << 10, source);
    let mut memory = Memory { boot: boot.map(str::to_owned), ..Memory::default() };
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
            let help = "is it the wrong file? --journal creates a new one if there is none";
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

/// Whether these bytes are what a kill in the middle of the first line leaves, or a power cut.
fn is_torn_head(line: &[u8], to: &str) -> bool {
    let end = line.iter().rposition(|byte| ![FILLER, 0].contains(byte)).map_or(0, |last| last + 1);
    let torn = &line[..end];
    // Which boot it names does not matter, and the first version named none.
    let named = head(to, Some(""));
    let upto_boot = &named.as_bytes()[..named.len() - "\"}\n".len()];
    let is_boot =
        |rest: &[u8]| rest.iter().all(|byte| byte.is_ascii_hexdigit() || b"-\"}".contains(byte));
    let first = head(to, None).replacen("2,", "1,", 1);
    first.as_bytes().starts_with(torn)
        || upto_boot.starts_with(torn)
        || torn.strip_prefix(upto_boot).is_some_and(is_boot)
}

/// What a damaged line is about, where that can still be read: `{"n":1,"digest":"2c26b46b",`
fn about(line: &[u8]) -> Option<(u64, Mark)> {
    let (n, rest) = str::from_utf8(line).ok()?.strip_prefix("{\"n\":")?.split_once(',')?;
    let mark = rest.strip_prefix("\"digest\":\"")?.split_once('"')?.0;
    Some((n.parse().ok()?, Mark::parse(mark).filter(|_| mark.len() == 8)?))
}

/// In place of a mark and a [`Past`]: it may have left, whichever request it was.
const ANNOUNCED: u32 = Past::Unknown as u32;

/// What earlier runs left: four bytes for each request.
#[derive(Debug, Default)]
pub struct Memory {
    /// A mark and, in the lowest two bits, a [`Past`].
    pages: HashMap<u64, Vec<u32>>,
    /// The last request that a line is about.
    last: u64,
    /// How many lines may be lost of which nothing is known.
    lost: u64,
    /// Since when the machine runs, and whether the lines being read were written since.
    boot: Option<String>,
    is_of_this_boot: bool,
}

impl Memory {
    /// Whether the last line was written since the machine runs: the next ones need no head of their own.
    pub fn is_of_this_boot(&self) -> bool {
        self.is_of_this_boot
    }

    /// What is known about request `n`, if it is the one it was then.
    pub fn past(&self, n: u64, mark: Mark) -> Result<Past> {
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
        if slot >> 2 == mark.0 || slot == ANNOUNCED {
            return Ok(past);
        }
        let what = format!("request {n} of the capture is not the one in the journal");
        Err(Error::new(Failure::JournalMismatch, what).help(
            "the journal belongs to another capture, or the capture was changed; use a new one",
        ))
    }

    fn set(&mut self, n: u64, mark: Mark, past: Past) {
        let page = self.pages.entry(n / PAGE).or_insert_with(|| vec![0; PAGE as usize]);
        page[(n % PAGE) as usize] = mark.0 << 2 | past as u32;
        self.last = self.last.max(n);
    }

    /// Takes in that a request was announced, before the machine was started anew: it may have left.
    fn announce(&mut self, n: u64) {
        let page = self.pages.entry(n / PAGE).or_insert_with(|| vec![0; PAGE as usize]);
        let slot = &mut page[(n % PAGE) as usize];
        // What is done stays done.
        if *slot & 3 != Past::Done as u32 {
            *slot = *slot & !3 | ANNOUNCED;
        }
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
            Line::Head { journal: 1 | 2, to: known, boot } if known == to => {
                self.is_of_this_boot = boot.is_some() && boot == self.boot;
                Ok(())
            }
            Line::Head { journal: 1 | 2, to: known, .. } => {
                let what = format!("the journal is for deliveries to {}", masked(&known));
                let help = format!("for {} use a new one", masked(to));
                Err(Error::new(Failure::JournalMismatch, what).help(help))
            }
            Line::Head { .. } => Err(damaged("version 1 or 2")),
            Line::Announced { from, upto } => {
                if from == 0 || upto < from || upto - from >= RANGE {
                    return Err(damaged("an announcement"));
                }
                // Since the machine runs, what has left has a line of its own.
                if !self.is_of_this_boot {
                    (from..=upto).for_each(|n| self.announce(n));
                }
                Ok(())
            }
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
