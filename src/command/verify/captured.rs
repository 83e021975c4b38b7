//! Captures: every request in one is an item, and a million of them need no more memory than one.
//!
//! Ours are verified in bulk. Each worker reads the next chunk of lines itself, while it is warm in
//! its cache, and puts the promise of an answer into a queue: taken in turn, the report keeps the
//! order of the file and memory does not grow with it.

use std::io::{Cursor, Read};
use std::mem::MaybeUninit;
use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use super::{Args, HELD};
use crate::capture::bulk::{Chunk, Chunks, Line, exact, parse};
use crate::capture::{self, FORMATS};
use crate::command::Context;
use crate::command::checking::Checker;
use crate::error::Result;
use crate::input::unpack::{head_until, unpack};
use crate::input::{Before, Piece, cannot_read};
use crate::render::progress::Progress;
use crate::report::{Item, Position, Reporter};
use crate::shard::Deal;
use crate::signature::Message;

/// Answers that wait for the reporter, for each worker.
const WAITING: usize = 2;
/// How long what has passed may stay untold, for want of numbers: an interruption loses no more than that.
const UNTOLD: Duration = Duration::from_secs(10);
/// Most header lines of a delivery that is read without copying them; one with more is copied.
const LINES: usize = 64;

/// What came of a line.
enum Step {
    /// So many are as they should be, up to the line `last` of the piece, and no report shows them.
    Passed { count: u64, last: u64 },
    /// To be reported.
    Item(Position, Box<Item>),
}

/// What came of a chunk.
struct Done {
    steps: Vec<Step>,
    bytes: u64,
}

/// The promise of what comes of a chunk.
type Answer = Receiver<Result<Done>>;

/// Where workers get their chunks, one at a time.
struct Intake<R> {
    chunks: Chunks<R>,
    /// The answers in the order of the file; an error is the last.
    order: SyncSender<Result<Answer>>,
}

impl<R: Read> Intake<R> {
    /// The next chunk and where its answer goes; `None` when there is nothing left to do.
    fn next(&mut self, used: Chunk) -> Option<(Chunk, SyncSender<Result<Done>>)> {
        let (answer, promise) = sync_channel(1);
        let (chunk, promise) = match self.chunks.next(used) {
            Ok(chunk) => (Some(chunk?), Ok(promise)),
            Err(error) => (None, Err(error)),
        };
        self.order.send(promise).ok()?;
        chunk.map(|chunk| (chunk, answer))
    }
}

/// Verifies every request of a capture, unpacked if it is compressed.
pub fn run(
    checker: &Checker,
    args: &Args,
    context: &Context,
    capture: impl Read + Send + 'static,
    reporter: &mut Reporter,
    progress: Progress,
) -> Result<()> {
    let subject = &*args.sharding.name(&args.payload);
    for finding in checker.about_secrets(subject) {
        context.note(&format!("{}: {}", finding.code.id(), finding.message));
    }
    let mut capture = unpack(capture, args.reading.unpacking.max_ratio);
    let start = head_until(&mut capture, HELD, capture::is_of_lines)
        .map_err(|error| cannot_read(&args.payload, &error))?;
    let ours = FORMATS.iter().find(|format| format.name == ".har.ndjson");
    let is_ours = ours.is_some_and(|format| (format.looks_like)(&start));
    let source = Cursor::new(start).chain(capture);
    let deal = args.sharding.deal();
    if is_ours {
        let piece = match context.input.piece(&args.payload, deal)? {
            Some(piece) => piece,
            None => {
                let before = args.sharding.first(&args.payload).into();
                Piece { reader: Box::new(source), before, offset: 0, deal }
            }
        };
        return in_bulk(checker, subject, piece, reporter, progress);
    }
    let captures = capture::load(source, &args.reading.options(Path::new(subject), context.now))?;
    let mut captures = captures.zip(0..).peekable();
    while let Some((captured, n)) = captures.next() {
        // An error that nothing follows may hide that there was more.
        reporter.is_cut_short = captured.is_err() && captures.peek().is_none();
        let name = captured.as_ref().map_or("", |captured| &captured.name);
        if n < reporter.from() || !deal.takes(n, || format!("{subject} {name}")) {
            continue;
        }
        let item = match captured {
            Ok(captured) => checker.captured(subject, &captured),
            Err(error) => Item::failed(subject, error),
        };
        reporter.record(Position::number(n), [item])?;
    }
    Ok(())
}

/// Verifies every line of a capture of ours.
fn in_bulk(
    checker: &Checker,
    subject: &str,
    piece: Piece,
    reporter: &mut Reporter,
    mut progress: Progress,
) -> Result<()> {
    let (shows_ok, from) = (reporter.shows_ok(), reporter.from());
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let (order, answers) = sync_channel(workers * WAITING);
    let Piece { reader, before, offset, deal } = piece;
    let chunks = Chunks::new(reader).behind(offset);
    // Of a piece of something else it is not known where it begins.
    let knows_offset = offset > 0 || before.lines()? == 0;
    let intake = Mutex::new(Intake { chunks, order });
    thread::scope(|scope| {
        // The threads own it together, so that its end of the queue closes with the last of them.
        let intake = std::sync::Arc::new(intake);
        for _ in 0..workers {
            let intake = intake.clone();
            let mut worker = Worker {
                checker,
                subject,
                before: &before,
                from,
                deal,
                knows_offset,
                shows_ok,
                head: Vec::new(),
                body: Vec::new(),
            };
            scope.spawn(move || {
                let mut used = Chunk::default();
                loop {
                    // A worker that panicked there ends the run.
                    let Ok(Some((chunk, answer))) =
                        intake.lock().map(|mut intake| intake.next(used))
                    else {
                        return;
                    };
                    let steps = worker.chunk(&chunk);
                    let done = steps.map(|steps| Done { steps, bytes: chunk.length() });
                    if answer.send(done).is_err() {
                        return;
                    }
                    used = chunk;
                }
            });
        }
        drop(intake);
        let told = Told { reporter, before: &before, offset, passed: 0, last: 0 };
        report(subject, answers, told, &mut progress)
    })
}

/// Reports what comes of the chunks. Whatever ends it closes the queue, which stops the workers.
fn report(
    subject: &str,
    answers: Receiver<Result<Answer>>,
    mut told: Told<'_>,
    progress: &mut Progress,
) -> Result<()> {
    let started = Instant::now();
    for answer in answers {
        let done = match answer.map(|answer| answer.recv()) {
            Ok(Ok(done)) => done,
            // A worker that died; its panic ends the scope.
            Ok(Err(_)) => return Ok(()),
            Err(error) => Err(error),
        };
        let counted = match done.is_err() || started.elapsed() > UNTOLD {
            true => told.before.lines(),
            false => Ok(0),
        };
        told.tell();
        let done = match done.and_then(|done| counted.map(|_| done)) {
            Ok(done) => done,
            Err(error) => {
                told.reporter.is_cut_short = true;
                return told.reporter.item(Item::failed(subject, error));
            }
        };
        for step in done.steps {
            match step {
                Step::Passed { count, last } => {
                    (told.passed, told.last) = (told.passed + count, last);
                }
                Step::Item(position, item) => {
                    told.tell();
                    told.reporter.record(position, [*item])?;
                }
            }
        }
        progress.add(done.bytes);
    }
    told.finish();
    Ok(())
}

/// What a reporter is told of a piece whose numbers nobody may have asked for.
struct Told<'a> {
    reporter: &'a mut Reporter,
    before: &'a Before,
    /// Bytes before the piece.
    offset: u64,
    /// How many passed that it has not been told of.
    passed: u64,
    /// The last of them, from 1.
    last: u64,
}

impl Told<'_> {
    /// Tells what passed, if the lines before it are counted.
    fn tell(&mut self) {
        if let Some(lines) = self.before.known() {
            self.passed_behind(lines);
        }
    }

    /// Tells what passed, at the end of the piece. All of it was looked at, so that any number behind it will do: there
    /// are not more lines before it than bytes.
    fn finish(mut self) {
        self.passed_behind(self.before.known().unwrap_or(self.offset));
    }

    fn passed_behind(&mut self, lines: u64) {
        self.reporter.passed(std::mem::take(&mut self.passed), lines + self.last);
    }
}

struct Worker<'a> {
    checker: &'a Checker,
    subject: &'a str,
    before: &'a Before,
    /// The first line that no earlier run has reported.
    from: u64,
    deal: Deal,
    knows_offset: bool,
    shows_ok: bool,
    head: Vec<u8>,
    body: Vec<u8>,
}

impl Worker<'_> {
    fn chunk(&mut self, chunk: &Chunk) -> Result<Vec<Step>> {
        let mut steps = Vec::new();
        let takes_all = self.from == 0 && self.deal.shard.is_whole();
        for line in chunk.lines() {
            if !takes_all && !self.takes(&line)? {
                continue;
            }
            let step = match self.quick(&line) {
                Some(None) => Step::Passed { count: 1, last: line.number as u64 },
                told => {
                    let number = self.number(&line)?;
                    let offset = self.knows_offset.then_some(line.offset);
                    let position = Position { n: number as u64 - 1, offset };
                    let item = told.flatten().unwrap_or_else(|| self.slow(number, line.bytes));
                    Step::Item(position, item)
                }
            };
            match (steps.last_mut(), step) {
                (Some(Step::Passed { count, last }), Step::Passed { last: after, .. }) => {
                    (*count, *last) = (*count + 1, after);
                }
                (_, step) => steps.push(step),
            }
        }
        Ok(steps)
    }

    /// The number of a line in the whole capture, from 1.
    fn number(&self, line: &Line<'_>) -> Result<usize> {
        Ok(self.before.lines()? as usize + line.number)
    }

    fn takes(&self, line: &Line<'_>) -> Result<bool> {
        let number = self.number(line)?;
        let n = number as u64 - 1;
        let is_dealt = || self.deal.takes(n, || format!("{} line {number}", self.subject));
        Ok(n >= self.from && is_dealt())
    }

    /// The common case: exact bytes, which are what is shown, a signature over the body, and it is
    /// right. It only ever says yes, with an item where that is shown; whatever else there is to say is
    /// found out by [`Self::slow`].
    fn quick(&mut self, line: &Line<'_>) -> Option<Option<Box<Item>>> {
        // An item says what else fits, where the scheme is not named, and what was expected, where that is asked for.
        if self.shows_ok && (self.checker.scheme().is_none() || self.checker.show_expected) {
            return None;
        }
        // Only what is shown has to be timed.
        let started = self.shows_ok.then(Instant::now);
        let exact = exact(line.bytes, &mut self.head, &mut self.body)?;
        let (head, body) = (exact.head, exact.body);
        let mut lines = [const { MaybeUninit::uninit() }; LINES];
        let mut request = httparse::Request::new(&mut []);
        let read = request.parse_with_uninit_headers(head, &mut lines);
        read.ok().filter(httparse::Status::is_complete)?;
        let headers: Vec<_> = request.headers.iter().map(|line| (line.name, line.value)).collect();
        let message = Message {
            method: request.method?,
            url: None,
            target: "",
            headers: &headers,
            body,
            complete: true,
        };
        let (verifier, outcome) = self.checker.pass(&message)?;
        if !exact.is_shown(request.method?, request.path?, &headers) {
            return None;
        }
        let Some(started) = started else { return Some(None) };
        let number = self.before.lines().ok()? as usize + line.number;
        let subject = format!("{} line {number}", self.subject);
        let item =
            self.checker.passed(&subject, verifier, outcome, body).item(&subject).since(started);
        Some(Some(Box::new(item)))
    }

    fn slow(&self, number: usize, line: &[u8]) -> Box<Item> {
        Box::new(match parse(line, number) {
            Ok(captured) => self.checker.captured(self.subject, &captured),
            Err(error) => Item::failed(self.subject, error),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Input;
    use crate::shard::By;

    #[test]
    fn what_passed_is_told_once_when_its_numbers_are_known_or_at_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines");
        std::fs::write(&path, "a\nb\nc\nd\n").unwrap();
        let deal = Deal { shard: "2/2".parse().unwrap(), by: By::Place };
        for is_asked in [true, false] {
            let Piece { before, offset, .. } =
                Input::default().piece(&path, deal).unwrap().unwrap();
            let mut reporter = Reporter::new(Vec::new(), Vec::new());
            let mut told =
                Told { reporter: &mut reporter, before: &before, offset, passed: 2, last: 2 };
            told.tell();
            assert_eq!(told.reporter.tally().ok, 0);
            if is_asked {
                assert_eq!(before.lines().unwrap(), 2);
                told.tell();
                assert_eq!(told.reporter.tally().ok, 2);
            }
            told.finish();
            assert_eq!(reporter.tally().ok, 2);
            assert_eq!(before.known(), is_asked.then_some(2));
        }
    }
}
