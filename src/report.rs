//! The report: items, their tally, and the reporter that hands each item to the renderers.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;
use time::OffsetDateTime;

use crate::error::{Error, Result, cannot_write};
use crate::failure::Failure;
use crate::finding::{Code, Finding, Severity};
use crate::outcome::{Outcome, Summary};

/// One thing looked at: what is there, what is wrong with it, or why it could not be looked at.
#[derive(Clone, Debug, Default)]
pub struct Item {
    /// What was looked at, as the user named it.
    pub subject: String,
    /// What is there.
    pub outcome: Outcome,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// Why it could not be looked at.
    pub failure: Option<Error>,
    /// How long it took, in milliseconds.
    pub elapsed_ms: f64,
}

/// The worst there is to say about an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// No finding.
    Ok,
    /// At most findings of that severity.
    Found(Severity),
    /// It could not be looked at.
    Failed,
}

impl Item {
    /// An item about `subject`, nothing known yet.
    pub fn new(subject: impl Into<String>) -> Self {
        Self { subject: subject.into(), ..Self::default() }
    }

    /// An item that could not be looked at.
    pub fn failed(subject: impl Into<String>, failure: Error) -> Self {
        Self { subject: subject.into(), failure: Some(failure), ..Self::default() }
    }

    /// The same, with the time that it took.
    #[must_use]
    pub fn since(mut self, started: Instant) -> Self {
        self.elapsed_ms = (started.elapsed().as_secs_f64() * 1e6).round() / 1e3;
        self
    }

    /// The worst there is to say.
    pub fn status(&self) -> Status {
        match (&self.failure, self.findings.iter().map(|finding| finding.severity).max()) {
            (Some(_), _) => Status::Failed,
            (None, Some(severity)) => Status::Found(severity),
            (None, None) => Status::Ok,
        }
    }
}

impl Status {
    /// `ok`, `info`, `warning`, `critical` or `failed`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Found(severity) => severity.name(),
            Self::Failed => "failed",
        }
    }
}

/// How many items came out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// All items.
    pub items: u64,
    /// Without any finding.
    pub ok: u64,
    /// With findings of at most this severity.
    pub info: u64,
    /// With findings of at most this severity.
    pub warning: u64,
    /// With a critical finding.
    pub critical: u64,
    /// That could not be looked at.
    pub failed: u64,
}

impl Tally {
    /// Counts one more item. (A failed item may carry findings too; those count for the exit code.)
    pub fn add(&mut self, status: Status) {
        self.items += 1;
        match status {
            Status::Ok => self.ok += 1,
            Status::Found(Severity::Info) => self.info += 1,
            Status::Found(Severity::Warning) => self.warning += 1,
            Status::Found(Severity::Critical) => self.critical += 1,
            Status::Failed => self.failed += 1,
        }
    }
}

/// What stands above all items.
#[derive(Clone, Debug)]
pub struct Header {
    /// The command that ran.
    pub command: &'static str,
    /// The moment everything is judged at.
    pub at: OffsetDateTime,
    /// From where a finding fails the run; never without.
    pub fail_on: Option<Severity>,
}

/// What stands below all items.
#[derive(Clone, Debug)]
pub struct Closing {
    /// How many came out how.
    pub tally: Tally,
    /// What a command adds to the summary, for example latencies.
    pub summary: Summary,
    /// The exit code of the process.
    pub exit_code: u8,
}

/// An output format at work: it sees items, never certificates, and writes where it is told.
pub trait Renderer: Send {
    /// Shows one item, at once or at the end; until then it keeps it, which costs nothing.
    fn item(&mut self, item: &Arc<Item>, out: &mut dyn Write) -> io::Result<()>;
    /// Ends the report.
    fn finish(&mut self, closing: &Closing, out: &mut dyn Write) -> io::Result<()>;
}

/// Where a report goes. A file appears under its name only when it is complete.
pub trait Sink: Write + Send {
    /// Everything has been written.
    fn commit(&mut self) -> io::Result<()>;
}

/// A renderer and where it writes.
pub struct Stream {
    /// The format.
    pub renderer: Box<dyn Renderer>,
    /// Where it goes.
    pub sink: Box<dyn Sink>,
    /// The file's name, or `stdout`.
    pub name: String,
    /// Whether people read it who read stderr as well.
    pub for_people: bool,
    /// Whether everything that is known is shown, which people are only when they ask for it.
    pub shows_everything: bool,
}

/// Takes items one by one, counts them and hands them to every stream.
pub struct Reporter {
    streams: Vec<Stream>,
    allow: Vec<Code>,
    tally: Tally,
    worst: Option<Severity>,
    /// Whether items without any finding are counted only.
    quiet: bool,
    /// What the command adds to the summary.
    pub summary: Summary,
    /// Somebody ended the run before it was done.
    pub interrupted: bool,
}

impl Reporter {
    /// A reporter that counts findings of the `allow`ed codes as `info`.
    pub fn new(streams: Vec<Stream>, allow: Vec<Code>) -> Self {
        Self {
            streams,
            allow,
            tally: Tally::default(),
            worst: None,
            quiet: false,
            summary: Summary::default(),
            interrupted: false,
        }
    }

    /// Shows only what is wrong, in every format; values for `$(...)` are shown all the same.
    #[must_use]
    pub fn quiet(self, quiet: bool) -> Self {
        Self { quiet, ..self }
    }

    /// Takes one item.
    ///
    /// # Errors
    /// When a stream cannot be written: it is given up, and the others get the item all the same.
    pub fn item(&mut self, mut item: Item) -> Result<()> {
        if let Some(failure) = &mut item.failure {
            // Every format shows the subject itself.
            let named = failure.message.strip_prefix(&item.subject);
            if let Some(rest) = named.and_then(|rest| rest.strip_prefix(": ")) {
                failure.message = rest.to_owned();
            }
        }
        for finding in &mut item.findings {
            if self.allow.contains(&finding.code) {
                finding.severity = Severity::Info;
            }
            self.worst = self.worst.max(Some(finding.severity));
        }
        self.tally.add(item.status());
        let is_wrong = item.status() >= Status::Found(Severity::Warning);
        if self.quiet && !is_wrong && !item.outcome.is_asked_for() {
            return Ok(());
        }
        let item = Arc::new(item);
        self.each(|stream| stream.renderer.item(&item, &mut stream.sink))
    }

    /// The run ends with this error: whoever asked for a report finds it there. `subject` is what
    /// could not be done. People find it on stderr.
    pub fn fail(&mut self, subject: &str, error: &Error) {
        let item = Item::failed(subject, error.clone());
        self.tally.add(item.status());
        let item = Arc::new(item);
        // Of streams that break now as well, the first one has been told.
        let _ = self.each(|stream| match stream.for_people {
            true => Ok(()),
            false => stream.renderer.item(&item, &mut stream.sink),
        });
    }

    /// Does something with every stream; one that breaks is given up. That nobody reads stdout any
    /// more ends the run only where nobody else gets a report.
    fn each(&mut self, mut work: impl FnMut(&mut Stream) -> io::Result<()>) -> Result<()> {
        let mut first = None;
        self.streams.retain_mut(|stream| {
            let broken = work(stream).err().map(|error| cannot_write(&stream.name, &error));
            let holds = broken.is_none();
            first = first.take().or(broken);
            holds
        });
        match first {
            Some(error) if error.code != Failure::ClosedPipe || self.streams.is_empty() => {
                Err(error)
            }
            _ => Ok(()),
        }
    }

    /// Whether any stream shows items without any finding.
    pub fn shows_ok(&self) -> bool {
        !self.quiet && !self.streams.is_empty()
    }

    /// Whether any stream shows everything that is known. If none does, what people are not shown need
    /// not be computed.
    pub fn shows_everything(&self) -> bool {
        self.streams.iter().any(|stream| stream.shows_everything)
    }

    /// Counts items without any finding that no stream shows.
    pub fn passed(&mut self, count: u64) {
        self.tally.items += count;
        self.tally.ok += count;
    }

    /// How many came out how, so far.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// The worst finding so far, in failed items too.
    pub fn worst(&self) -> Option<Severity> {
        self.worst
    }

    /// Ends every stream, also where another one breaks.
    ///
    /// # Errors
    /// The first stream that cannot be written.
    pub fn finish(mut self, exit_code: u8) -> Result<()> {
        let summary = std::mem::take(&mut self.summary);
        let closing = Closing { tally: self.tally, summary, exit_code };
        self.each(|Stream { renderer, sink, .. }| {
            renderer.finish(&closing, sink).and_then(|()| sink.commit())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_is_the_worst_finding_and_failure_outranks_it() {
        let mut item = Item::new("x");
        assert_eq!(item.status().name(), "ok");
        item.findings.push(Finding::new(Code::PinOld, "x", "m"));
        item.findings.push(Finding::new(Code::PinMismatch, "x", "m"));
        assert_eq!(item.status().name(), "critical");
        item.failure = Some(Error::new(Failure::Malformed, "m"));
        assert_eq!(item.status().name(), "failed");
    }

    #[test]
    fn the_subject_of_a_failure_is_not_said_twice() {
        struct Messages(std::sync::mpsc::Sender<String>);
        impl Renderer for Messages {
            fn item(&mut self, item: &Arc<Item>, _: &mut dyn Write) -> io::Result<()> {
                let message = item.failure.as_ref().map(|failure| failure.message.clone());
                self.0.send(message.unwrap_or_default()).map_err(io::Error::other)
            }
            fn finish(&mut self, _: &Closing, _: &mut dyn Write) -> io::Result<()> {
                Ok(())
            }
        }
        struct Nowhere;
        impl Write for Nowhere {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        impl Sink for Nowhere {
            fn commit(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let (sender, messages) = std::sync::mpsc::channel();
        let stream = Stream {
            renderer: Box::new(Messages(sender)),
            sink: Box::new(Nowhere),
            name: "nowhere".to_owned(),
            for_people: false,
            shows_everything: true,
        };
        let mut reporter = Reporter::new(vec![stream], Vec::new());
        let failure = Error::new(Failure::NotFound, "a.p12: no such file");
        reporter.item(Item::failed("a.p12", failure)).unwrap();
        assert_eq!(messages.recv().unwrap(), "no such file");
    }

    #[test]
    fn allowed_codes_count_as_info() {
        let mut reporter = Reporter::new(Vec::new(), vec![Code::PinMismatch]);
        let mut item = Item::new("x");
        item.findings.push(Finding::new(Code::PinMismatch, "x", "m"));
        reporter.item(item).unwrap();
        assert_eq!(reporter.worst(), Some(Severity::Info));
        assert_eq!(reporter.tally().info, 1);
    }
}
