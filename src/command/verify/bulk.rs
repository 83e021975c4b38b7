//! Captures of ours, in bulk. Chunks of lines go to the workers in turn and come back in the same
//! order, so that the report keeps the order of the file and memory does not grow with it.

use std::io::Read;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::captured;
use super::judge::Judge;
use crate::capture::bulk::{Chunk, Chunks, exact, parse};
use crate::error::Result;
use crate::render::progress::Progress;
use crate::report::{Item, Reporter};
use crate::signature::{Message, Verifier};

/// Chunks that wait for each worker, and results that wait for the reporter.
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

/// A chunk that a worker is done with.
struct Done {
    steps: Vec<Step>,
    chunk: Chunk,
}

/// Verifies every line.
pub fn run(
    judge: &Judge<'_>,
    subject: &str,
    source: impl Read,
    reporter: &mut Reporter,
    mut progress: Progress,
) -> Result<()> {
    let shows_ok = reporter.shows_ok();
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let mut lanes: Vec<(SyncSender<Chunk>, Receiver<Done>)> = Vec::new();
        for _ in 0..workers {
            let (chunks, inbox) = sync_channel::<Chunk>(WAITING);
            let (outbox, results) = sync_channel(WAITING);
            scope.spawn(move || {
                let mut worker =
                    Worker { judge, subject, shows_ok, head: Vec::new(), body: Vec::new() };
                while let Ok(chunk) = inbox.recv() {
                    let steps = worker.chunk(&chunk);
                    if outbox.send(Done { steps, chunk }).is_err() {
                        return;
                    }
                }
            });
            lanes.push((chunks, results));
        }
        // The lane of chunk n is n modulo the lanes: taking results in turn keeps the order.
        let depth = (lanes.len() * WAITING) as u64;
        let (mut sent, mut taken) = (0, 0);
        let lane = |number: u64| &lanes[(number % lanes.len() as u64) as usize];
        let mut chunks = Chunks::new(source);
        let mut used = Vec::new();
        let failure = loop {
            let chunk = match chunks.next(used.pop().unwrap_or_default()) {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break None,
                Err(error) => break Some(error),
            };
            if lane(sent).0.send(chunk).is_err() {
                break None;
            }
            sent += 1;
            if sent - taken >= depth {
                used.extend(report(&lane(taken).1, reporter, &mut progress)?);
                taken += 1;
            }
        };
        while taken < sent {
            report(&lane(taken).1, reporter, &mut progress)?;
            taken += 1;
        }
        match failure {
            Some(error) => reporter.item(Item::failed(subject, error)),
            None => Ok(()),
        }
    })
}

/// Reports what came of the next chunk of a lane, and hands back its memory.
fn report(
    results: &Receiver<Done>,
    reporter: &mut Reporter,
    progress: &mut Progress,
) -> Result<Option<Chunk>> {
    // A lane without an answer is a worker that died; its panic ends the scope.
    let Ok(done) = results.recv() else { return Ok(None) };
    for step in done.steps {
        match step {
            Step::Passed(count) => reporter.passed(count),
            Step::Item(item) => progress.suspend(|| reporter.item(*item))?,
        }
    }
    progress.add(done.chunk.length() >> 10);
    Ok(Some(done.chunk))
}

struct Worker<'a> {
    judge: &'a Judge<'a>,
    subject: &'a str,
    shows_ok: bool,
    head: Vec<u8>,
    body: Vec<u8>,
}

impl Worker<'_> {
    fn chunk(&mut self, chunk: &Chunk) -> Vec<Step> {
        let mut steps = Vec::new();
        for (number, line, ended) in chunk.lines() {
            let step = self.quick(number, line).unwrap_or_else(|| self.slow(number, line, ended));
            match (steps.last_mut(), step) {
                (Some(Step::Passed(before)), Step::Passed(count)) => *before += count,
                (_, step) => steps.push(step),
            }
        }
        steps
    }

    /// The common case: exact bytes, a signature over the body, and it is right. It only ever says
    /// yes; whatever else there is to say is found out by [`Self::slow`].
    fn quick(&mut self, number: usize, line: &[u8]) -> Option<Step> {
        let verifier: &Verifier = self.judge.streaming()?;
        exact(line, &mut self.head, &mut self.body)?;
        let mut lines = [httparse::EMPTY_HEADER; LINES];
        let mut request = httparse::Request::new(&mut lines);
        request.parse(&self.head).ok().filter(httparse::Status::is_complete)?;
        let mut headers = [("", b"".as_slice()); LINES];
        let count = request.headers.len();
        for (ours, theirs) in headers.iter_mut().zip(request.headers.iter()) {
            *ours = (theirs.name, theirs.value);
        }
        let message = Message {
            method: request.method?,
            url: None,
            headers: &headers[..count],
            body: &self.body,
            complete: true,
        };
        let outcome = verifier.verify(&message, self.judge.now());
        if outcome.matched.is_none() || !outcome.problems.is_empty() {
            return None;
        }
        if !self.shows_ok {
            return Some(Step::Passed(1));
        }
        let subject = format!("{} line {number}", self.subject);
        Some(Step::Item(Box::new(self.judge.passed(&subject, verifier, outcome, &self.body))))
    }

    fn slow(&self, number: usize, line: &[u8], ended: bool) -> Step {
        let item = match parse(line, number, ended) {
            Ok(captured) => captured::item(self.judge, self.subject, &captured),
            Err(error) => Item::failed(self.subject, error),
        };
        Step::Item(Box::new(item))
    }
}
