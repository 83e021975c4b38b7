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
use std::time::Instant;

use super::{Args, HELD};
use crate::capture::bulk::{Chunk, Chunks, exact, parse};
use crate::capture::{self, FORMATS};
use crate::command::Context;
use crate::command::checking::Checker;
use crate::error::Result;
use crate::input::unpack::{head, unpack};
use crate::input::{Piece, cannot_read};
use crate::render::progress::Progress;
use crate::report::{Item, Position, Reporter};
use crate::shard::Deal;
use crate::signature::Message;

/// Answers that wait for the reporter, for each worker.
const WAITING: usize = 2;
/// Most header lines of a delivery that is read without copying them; one with more is copied.
const LINES: usize = 64;

/// What came of a line.
enum Step {
    /// So many are as they should be, all before the number `next`, and no report shows them.
    Passed { count: u64, next: u64 },
    /// To be reported.
    Item(Position, Box<Item>),
}

/// What came of a chunk.
struct Done {
    steps: Vec<Step>,
    bytes: u64,
}

/// Where workers get their chunks, one at a time.
struct Intake<R> {
    chunks: Chunks<R>,
    /// The answers in the order of the file; an error is the last.
    order: SyncSender<Result<Receiver<Done>>>,
}

impl<R: Read> Intake<R> {
    /// The next chunk and where its answer goes; `None` when there is nothing left to do.
    fn next(&mut self, used: Chunk) -> Option<(Chunk, SyncSender<Done>)> {
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
    let start = head(&mut capture, HELD).map_err(|error| cannot_read(&args.payload, &error))?;
    let ours = FORMATS.iter().find(|format| format.name == ".har.ndjson");
    let is_ours = ours.is_some_and(|format| (format.looks_like)(&start));
    let source = Cursor::new(start).chain(capture);
    let deal = args.sharding.deal();
    if is_ours {
        let piece = match context.input.piece(&args.payload, deal)? {
            Some(piece) => piece,
            None => {
                let lines = args.sharding.first(&args.payload);
                Piece { reader: Box::new(source), lines, offset: 0, deal }
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
    let Piece { reader, lines, offset, deal } = piece;
    let chunks = Chunks::new(reader).behind(lines, offset);
    // Of a piece of something else it is not known where it begins.
    let knows_offset = lines == 0 || offset > 0;
    let intake = Mutex::new(Intake { chunks, order });
    thread::scope(|scope| {
        // The threads own it together, so that its end of the queue closes with the last of them.
        let intake = std::sync::Arc::new(intake);
        for _ in 0..workers {
            let intake = intake.clone();
            let mut worker = Worker {
                checker,
                subject,
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
                    let done = Done { steps: worker.chunk(&chunk), bytes: chunk.length() };
                    if answer.send(done).is_err() {
                        return;
                    }
                    used = chunk;
                }
            });
        }
        drop(intake);
        report(subject, answers, reporter, &mut progress)
    })
}

/// Reports what comes of the chunks. Whatever ends it closes the queue, which stops the workers.
fn report(
    subject: &str,
    answers: Receiver<Result<Receiver<Done>>>,
    reporter: &mut Reporter,
    progress: &mut Progress,
) -> Result<()> {
    for answer in answers {
        let done = match answer.map(|answer| answer.recv()) {
            Ok(Ok(done)) => done,
            // A worker that died; its panic ends the scope.
            Ok(Err(_)) => return Ok(()),
            Err(error) => {
                reporter.is_cut_short = true;
                return reporter.item(Item::failed(subject, error));
            }
        };
        for step in done.steps {
            match step {
                Step::Passed { count, next } => reporter.passed(count, next),
                Step::Item(position, item) => {
                    reporter.record(position, [*item])?;
                }
            }
        }
        progress.add(done.bytes);
    }
    Ok(())
}

struct Worker<'a> {
    checker: &'a Checker,
    subject: &'a str,
    /// The first line that no earlier run has reported.
    from: u64,
    deal: Deal,
    knows_offset: bool,
    shows_ok: bool,
    head: Vec<u8>,
    body: Vec<u8>,
}

impl Worker<'_> {
    fn chunk(&mut self, chunk: &Chunk) -> Vec<Step> {
        let mut steps = Vec::new();
        for line in chunk.lines() {
            let n = line.number as u64 - 1;
            if n < self.from
                || !self.deal.takes(n, || format!("{} line {}", self.subject, line.number))
            {
                continue;
            }
            let position = Position { n, offset: self.knows_offset.then_some(line.offset) };
            let step = match self.quick(line.number, line.bytes) {
                Some(Some(item)) => Step::Item(position, item),
                Some(None) => Step::Passed { count: 1, next: position.n + 1 },
                None => Step::Item(position, self.slow(line.number, line.bytes)),
            };
            match (steps.last_mut(), step) {
                (Some(Step::Passed { count, next }), Step::Passed { next: after, .. }) => {
                    (*count, *next) = (*count + 1, after);
                }
                (_, step) => steps.push(step),
            }
        }
        steps
    }

    /// The common case: exact bytes, which are what is shown, a signature over the body, and it is
    /// right. It only ever says yes, with an item where that is shown; whatever else there is to say is
    /// found out by [`Self::slow`].
    fn quick(&mut self, number: usize, line: &[u8]) -> Option<Option<Box<Item>>> {
        // An item says what else fits, where the scheme is not named, and what was expected, where that is asked for.
        if self.shows_ok && (self.checker.scheme().is_none() || self.checker.show_expected) {
            return None;
        }
        // Only what is shown has to be timed.
        let started = self.shows_ok.then(Instant::now);
        let exact = exact(line, &mut self.head, &mut self.body)?;
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
