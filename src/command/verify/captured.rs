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
use crate::input::{cannot_read, named};
use crate::render::progress::Progress;
use crate::report::{Item, Reporter};
use crate::signature::{Message, Verifier};

/// Answers that wait for the reporter, for each worker.
const WAITING: usize = 2;
/// Most header lines of a delivery that is read without copying them; one with more is copied.
const LINES: usize = 64;

/// What came of a line.
enum Step {
    /// As it should be, and no report shows it.
    Passed(u64),
    /// To be reported.
    Item(Box<Item>),
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
    let subject = &*named::file(&args.payload);
    for finding in checker.about_secrets(subject) {
        context.note(&format!("{}: {}", finding.code.id(), finding.message));
    }
    let mut capture = unpack(capture, args.reading.unpacking.max_ratio);
    let start = head(&mut capture, HELD).map_err(|error| cannot_read(&args.payload, &error))?;
    let ours = FORMATS.iter().find(|format| format.name == ".har.ndjson");
    let is_ours = ours.is_some_and(|format| (format.looks_like)(&start));
    let source = Cursor::new(start).chain(capture);
    if is_ours {
        return in_bulk(checker, subject, source, reporter, progress);
    }
    let captures = capture::load(source, &args.reading.options(Path::new(subject)))?;
    for captured in captures {
        match captured {
            Ok(captured) => reporter.item(checker.captured(subject, &captured))?,
            Err(error) => reporter.item(Item::failed(subject, error))?,
        }
    }
    Ok(())
}

/// Verifies every line of a capture of ours.
fn in_bulk(
    checker: &Checker,
    subject: &str,
    source: impl Read + Send,
    reporter: &mut Reporter,
    mut progress: Progress,
) -> Result<()> {
    let shows_ok = reporter.shows_ok();
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let (order, answers) = sync_channel(workers * WAITING);
    let intake = Mutex::new(Intake { chunks: Chunks::new(source), order });
    thread::scope(|scope| {
        // The threads own it together, so that its end of the queue closes with the last of them.
        let intake = std::sync::Arc::new(intake);
        for _ in 0..workers {
            let intake = intake.clone();
            let mut worker =
                Worker { checker, subject, shows_ok, head: Vec::new(), body: Vec::new() };
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
            Err(error) => return reporter.item(Item::failed(subject, error)),
        };
        for step in done.steps {
            match step {
                Step::Passed(count) => reporter.passed(count),
                Step::Item(item) => progress.suspend(|| reporter.item(*item))?,
            }
        }
        progress.add(done.bytes >> 10);
    }
    Ok(())
}

struct Worker<'a> {
    checker: &'a Checker,
    subject: &'a str,
    shows_ok: bool,
    head: Vec<u8>,
    body: Vec<u8>,
}

impl Worker<'_> {
    fn chunk(&mut self, chunk: &Chunk) -> Vec<Step> {
        let mut steps = Vec::new();
        for (number, line) in chunk.lines() {
            let step = self.quick(number, line).unwrap_or_else(|| self.slow(number, line));
            match (steps.last_mut(), step) {
                (Some(Step::Passed(before)), Step::Passed(count)) => *before += count,
                (_, step) => steps.push(step),
            }
        }
        steps
    }

    /// The common case: exact bytes, which are what is shown, a signature over the body, and it is
    /// right. It only ever says yes; whatever else there is to say is found out by [`Self::slow`].
    fn quick(&mut self, number: usize, line: &[u8]) -> Option<Step> {
        let verifier: &Verifier = self.checker.streaming()?;
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
        let outcome = verifier.verify(&message, self.checker.moments().now);
        if outcome.matched.is_none() || !outcome.problems.is_empty() {
            return None;
        }
        if !exact.is_shown(request.method?, request.path?, &headers) {
            return None;
        }
        let Some(started) = started else { return Some(Step::Passed(1)) };
        let subject = format!("{} line {number}", self.subject);
        let item =
            self.checker.passed(&subject, verifier, outcome, body).item(&subject).since(started);
        Some(Step::Item(Box::new(item)))
    }

    fn slow(&self, number: usize, line: &[u8]) -> Step {
        let item = match parse(line, number) {
            Ok(captured) => self.checker.captured(self.subject, &captured),
            Err(error) => Item::failed(self.subject, error),
        };
        Step::Item(Box::new(item))
    }
}
