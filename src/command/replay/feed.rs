//! The requests to send, one after the other: read from the captures as they are wanted, numbered,
//! filtered, bounded and repeated. No more than one is held.

use std::io::Read;
use std::path::PathBuf;

use time::OffsetDateTime;

use super::filter::Filter;
use super::run::Clock;
use crate::args::capture::CaptureArgs;
use crate::args::shard::ShardArgs;
use crate::capture::{self, Captured, Captures};
use crate::error::{Error, Result};
use crate::input::unpack::unpack;
use crate::input::{Input, lines};
use crate::render::progress::Total;
use crate::report::Position;

/// Captures of so many bytes are read once more to count what is to be sent.
const COUNTED: u64 = 64 << 20;

/// Where requests come from.
pub enum Origin {
    /// Captures of any format; `-` is `stdin`.
    Files {
        /// The files.
        paths: Vec<PathBuf>,
        /// Standard input, when one of them is `-`.
        stdin: Option<Box<dyn Read + Send>>,
    },
    /// One request that was put together from options.
    One(Box<Captured>),
}

/// A request, its number among all requests of the captures, and what it is called.
pub struct Numbered {
    /// From 1, counted before the filter: the same in every run.
    pub n: u64,
    /// File and place in it.
    pub subject: String,
    /// The request.
    pub captured: Captured,
}

/// What could not be read.
pub struct Unread {
    /// Where it stands, if it is a request; else nothing of its file can be read.
    pub position: Option<Position>,
    /// What it is called.
    pub subject: String,
    /// Why.
    pub error: Error,
}

/// Reads one request after the other.
pub struct Feed {
    origin: Origin,
    filter: Option<Filter>,
    reading: CaptureArgs,
    clock: Clock,
    sharding: ShardArgs,
    /// Requests to give at most, those of earlier runs included.
    left: u64,
    rounds: u64,
    input: Input,
    next_file: usize,
    current: Option<(String, Captures<'static>)>,
    n: u64,
}

impl Feed {
    /// Gives what the filter takes of every file, so many times, at most `limit` requests.
    pub fn new(origin: Origin, filter: Option<Filter>, limit: u64, rounds: u64) -> Self {
        Self {
            origin,
            filter,
            reading: CaptureArgs::default(),
            clock: Clock { start: OffsetDateTime::UNIX_EPOCH, running: None },
            sharding: ShardArgs::default(),
            left: limit,
            rounds,
            input: Input::default(),
            next_file: 0,
            current: None,
            n: 0,
        }
    }

    /// Reads captures in this way, by this clock.
    #[must_use]
    pub fn reading(self, reading: CaptureArgs, clock: Clock) -> Self {
        Self { reading, clock, ..self }
    }

    /// Gives what belongs to this part alone.
    #[must_use]
    pub fn part(self, sharding: ShardArgs) -> Self {
        Self { sharding, ..self }
    }

    /// How many requests there are, counted beside the work: of lines that are all sent without looking at
    /// them, of what is not too large by reading it once more.
    pub fn total(&self) -> Total {
        let Origin::Files { paths, stdin: None } = &self.origin else { return Total::Unknown };
        if self.is_live() {
            // What is read of a pipe to count it is not there any more.
            return Total::Unknown;
        }
        let (paths, filter, left, rounds) =
            (paths.clone(), self.filter.clone(), self.left, self.rounds);
        let (reading, clock, sharding) = (self.reading.clone(), self.clock, self.sharding.clone());
        Total::Counted(Box::new(move || {
            let input = Input::default();
            let size: u64 = paths.iter().filter_map(|path| input.length(path)).sum();
            if size <= COUNTED {
                let mut feed =
                    Self::new(Origin::Files { paths, stdin: None }, filter, left, rounds)
                        .reading(reading, clock)
                        .part(sharding);
                return Some(std::iter::from_fn(|| feed.next()).count() as u64);
            }
            let is_ours = |path: &PathBuf| path.extension().is_some_and(|end| end == "ndjson");
            if filter.is_some() || !sharding.shard().is_whole() || !paths.iter().all(is_ours) {
                return None;
            }
            let lines = paths.iter().map(|path| lines(path)).sum::<Option<u64>>()?;
            Some(lines.saturating_mul(rounds).min(left))
        }))
    }

    /// Whether reading can wait for somebody who writes: not all of it are files.
    pub fn is_live(&self) -> bool {
        let Origin::Files { paths, .. } = &self.origin else { return false };
        paths.iter().any(|path| self.input.length(path).is_none())
    }

    /// The same for another thread, before anything is read.
    pub fn elsewhere(self) -> impl FnOnce() -> Self + Send {
        let Self { origin, filter, reading, clock, sharding, left, rounds, .. } = self;
        move || Self::new(origin, filter, left, rounds).reading(reading, clock).part(sharding)
    }

    /// The next request; an error is about one request or one file, and the next call goes on.
    pub fn next(&mut self) -> Option<Result<Numbered, Unread>> {
        if self.left == 0 {
            return None;
        }
        loop {
            if let Origin::One(captured) = &self.origin {
                if self.rounds == 0 {
                    return None;
                }
                self.rounds -= 1;
                let captured = captured.as_ref().clone();
                let numbered = self.number(captured.name.clone(), captured);
                if self.sharding.deal().takes(numbered.n - 1, || numbered.subject.clone()) {
                    return Some(Ok(numbered));
                }
                continue;
            }
            let Some((file, captures)) = &mut self.current else {
                match self.open()? {
                    Ok(opened) => self.current = Some(opened),
                    Err(unread) => return Some(Err(unread)),
                }
                continue;
            };
            match captures.next() {
                None => self.current = None,
                Some(Err(error)) => {
                    // It has a place in the count, or what comes after it would move.
                    let (position, subject) = (Some(Position::number(self.n)), file.clone());
                    self.n += 1;
                    if self.sharding.deal().takes(self.n - 1, || subject.clone()) {
                        return Some(Err(Unread { position, subject, error }));
                    }
                }
                Some(Ok(captured)) => {
                    let subject = format!("{file} {}", captured.name);
                    let is_taken = self.filter.as_ref().is_none_or(|it| it.takes(&captured));
                    if is_taken && self.sharding.deal().takes(self.n, || subject.clone()) {
                        self.left -= 1;
                        return Some(Ok(self.number(subject, captured)));
                    }
                    self.n += 1;
                }
            }
        }
    }

    fn number(&mut self, subject: String, captured: Captured) -> Numbered {
        self.n += 1;
        Numbered { n: self.n, subject, captured }
    }

    /// The next file of this round, or the first of the next; `None` after the last round.
    fn open(&mut self) -> Option<Result<(String, Captures<'static>), Unread>> {
        let Origin::Files { paths, stdin } = &mut self.origin else { return None };
        if self.next_file == paths.len() {
            self.next_file = 0;
            self.rounds = self.rounds.saturating_sub(1);
        }
        if self.rounds == 0 {
            return None;
        }
        let path = paths.get(self.next_file)?;
        self.next_file += 1;
        let name = self.sharding.name(path);
        let source = match path.as_os_str() == "-" {
            true => {
                stdin.take().ok_or_else(|| Error::usage("standard input can only be read once"))
            }
            false => self.input.stream(path),
        };
        let captures = source.and_then(|source| {
            let source = unpack(source, self.reading.unpacking.max_ratio);
            capture::load(source, &self.reading.options(path, self.clock.now()))
        });
        Some(match captures {
            Ok(captures) => Ok((name, captures)),
            Err(error) => Err(Unread { position: None, subject: name, error }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"startedDateTime":"2026-11-22T05:00:00Z","request":{"method":"POST","url":"https://a/b","headers":[]}}"#;

    fn feed(lines: &str, filter: Option<&str>, limit: u64, rounds: u64) -> Vec<(u64, String)> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.har.ndjson");
        std::fs::write(&path, lines).unwrap();
        let paths = vec![path.clone(), folder.path().join("none")];
        let filter = filter.map(|filter| filter.parse().unwrap());
        let mut feed = Feed::new(Origin::Files { paths, stdin: None }, filter, limit, rounds);
        let mut given = Vec::new();
        while let Some(next) = feed.next() {
            given.push(match next {
                Ok(numbered) => (numbered.n, numbered.captured.request.method),
                Err(unread) => (0, unread.error.code.to_string()),
            });
        }
        given
    }

    #[cfg(unix)]
    #[test]
    fn nobody_reads_a_pipe_to_count_it() {
        let folder = tempfile::tempdir().unwrap();
        let [file, pipe] = ["file", "pipe"].map(|name| folder.path().join(name));
        std::fs::write(&file, LINE).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for (paths, is_live) in [(vec![file.clone()], false), (vec![file, pipe], true)] {
            let feed = Feed::new(Origin::Files { paths, stdin: None }, None, u64::MAX, 1);
            assert_eq!(feed.is_live(), is_live);
            assert_eq!(matches!(feed.total(), Total::Unknown), is_live);
        }
    }

    #[test]
    fn numbers_count_what_the_filter_leaves_out_and_go_on_in_the_next_round() {
        let get = LINE.replace("POST", "GET");
        let lines = format!("{LINE}\n{get}\n{{}}\n{LINE}\n");
        let given = feed(&lines, Some("method=POST"), u64::MAX, 2);
        let numbers: Vec<_> = given.iter().map(|(n, what)| (*n, what.as_str())).collect();
        assert_eq!(
            numbers,
            [
                (1, "POST"),
                (0, "malformed"),
                (4, "POST"),
                (0, "not-found"),
                (5, "POST"),
                (0, "malformed"),
                (8, "POST"),
                (0, "not-found"),
            ]
        );
        let limited = feed(&lines, Some("method=POST"), 3, 2);
        assert_eq!(limited.last().unwrap().0, 5);
    }
}
