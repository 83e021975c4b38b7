//! The report: items, their tally, and the reporter that hands each item to the renderers.

mod count;
mod place;
mod reach;
mod reporter;
mod resumed;

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Instant;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::error::Error;
use crate::finding::{Finding, Severity};
use crate::outcome::{Outcome, Summary};
use crate::policy::Limits;

pub use crate::finding::Status;
pub use count::Count;
pub use place::Place;
pub use reach::{Part, Position, Reach};
pub use reporter::{Interrupter, Reporter};
pub use resumed::{Found, Resumed};

/// One thing looked at: what is there, what is wrong with it, or why it could not be looked at.
#[derive(Clone, Debug, Default)]
pub struct Item {
    /// Where its record stands in the input, where rows are numbered. Nowhere, if it is about the run.
    pub position: Option<Position>,
    /// What was looked at, as the user named it.
    pub subject: String,
    /// Where that is written, if not in its name.
    pub place: Option<Place>,
    /// What is there.
    pub outcome: Outcome,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// Why it could not be looked at.
    pub failure: Option<Error>,
    /// From where on the end of its certificates was worth a word.
    pub limits: Limits,
    /// How long it took, in milliseconds.
    pub elapsed_ms: f64,
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

    /// How long it took, in milliseconds; `None` of a row that does not say it.
    pub fn took(&self) -> Option<f64> {
        (!matches!(self.outcome, Outcome::Merged(_))).then_some(self.elapsed_ms)
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

/// How many items came out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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

    /// Counts all of another tally.
    pub fn extend(&mut self, more: &Self) {
        self.items += more.items;
        self.ok += more.ok;
        self.info += more.info;
        self.warning += more.warning;
        self.critical += more.critical;
        self.failed += more.failed;
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
    /// Whether rows have numbers, and an end mark behind them.
    pub is_numbered: bool,
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
    /// How far the run came.
    pub reach: Reach,
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
    /// Everything has been written; `is_complete` says whether that is all there is to say.
    fn commit(&mut self, is_complete: bool) -> io::Result<()>;
}

/// Where nothing goes.
impl Sink for io::Sink {
    fn commit(&mut self, _: bool) -> io::Result<()> {
        Ok(())
    }
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
    /// Whether it says how things are, and not what happened: nothing is left out of it.
    pub shows_old_news: bool,
    /// Whether it ends with an end mark, also where the run was interrupted.
    pub is_numbered: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;
    use crate::finding::Code;

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
}
