//! Reports what was received, on a thread of its own: who reads the report slowly, or not at all, keeps
//! no caller waiting. Rows that find no place in the queue are counted like all others, and not shown.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot, watch};

use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::report::{Count, Item, Reporter, Status};

/// Rows that may wait to be reported.
const BACKLOG: usize = 4096;
/// Rows that are taken at once.
const SHARE: usize = 256;
/// How long the thread rests when it has reported all there was: to be woken by every single row
/// would cost callers more than the row does, and nobody sees it come later.
const REST: Duration = Duration::from_millis(2);

/// The way into the report.
#[derive(Clone)]
pub struct Rows {
    /// Whether deliveries with which nothing is wrong are shown; if not, they only have to be counted.
    pub shows_ok: bool,
    queue: mpsc::Sender<Row>,
    missed: Arc<Mutex<Count>>,
}

/// An item; none for one with which nothing is wrong, and which nobody is shown.
type Row = Option<Box<Item>>;

/// The thread that reports.
pub struct Reporting {
    done: oneshot::Receiver<(Reporter, Result<()>)>,
    missed: Arc<Mutex<Count>>,
}

impl Rows {
    /// Begins to report to `reporter`; when that cannot be written, `stop` is told.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn report_to(reporter: Reporter, stop: watch::Sender<bool>) -> Result<(Self, Reporting)> {
        let (queue, rows) = mpsc::channel(BACKLOG);
        let (missed, shows_ok) = (reporter.count_of_none(), reporter.shows_ok());
        let missed = Arc::new(Mutex::new(missed));
        let (sender, done) = oneshot::channel();
        let work = move || {
            let mut reporter = reporter;
            let written = report(&mut reporter, rows);
            if written.is_err() {
                let _ = stop.send(true);
            }
            let _ = sender.send((reporter, written));
        };
        thread::Builder::new()
            .name("report".to_owned())
            .spawn(work)
            .map_err(|error| Error::new(Failure::Write, format!("no thread: {error}")))?;
        Ok((Self { shows_ok, queue, missed: missed.clone() }, Reporting { done, missed }))
    }

    /// Reports an item, if there is a place for it in the queue; else it is counted. Nobody waits.
    pub fn put(&self, item: Item) {
        self.send(Some(item.into()));
    }

    /// Counts an item with which nothing is wrong, and which nobody is shown.
    pub fn pass(&self) {
        self.send(None);
    }

    fn send(&self, row: Row) {
        // It is closed only when the report could not be written; then we stop anyway.
        if let Err(TrySendError::Full(row)) = self.queue.try_send(row) {
            let mut missed = self.missed.lock().unwrap_or_else(PoisonError::into_inner);
            match row {
                Some(mut item) => missed.add(&mut item),
                None => missed.tally.add(Status::Ok),
            }
        }
    }
}

impl Reporting {
    /// Waits until everything is reported: all ways into the report are gone by then, or it could not
    /// be written. Returns the reporter, and how many rows it has only counted.
    pub async fn end(&mut self) -> (Option<Reporter>, u64, Result<()>) {
        let Ok((mut reporter, written)) = (&mut self.done).await else { return (None, 0, Ok(())) };
        let missed = self.missed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        reporter.missed(&missed);
        (Some(reporter), missed.tally.items, written)
    }
}

fn report(reporter: &mut Reporter, mut rows: mpsc::Receiver<Row>) -> Result<()> {
    let mut taken = Vec::with_capacity(SHARE);
    while rows.blocking_recv_many(&mut taken, SHARE) > 0 {
        for row in taken.drain(..) {
            match row {
                Some(item) => reporter.item(*item)?,
                None => reporter.passed(1, reporter.tally().items + 1),
            }
        }
        if rows.is_empty() {
            thread::sleep(REST);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Code, Finding};

    /// What is counted of 300 items, a third of which have a finding.
    async fn counted(mut put: impl FnMut(&Rows, Option<Item>)) -> crate::report::Tally {
        let reporter = Reporter::new(Vec::new(), Vec::new());
        let (rows, mut reporting) = Rows::report_to(reporter, watch::channel(false).0).unwrap();
        assert!(!rows.shows_ok, "there is nobody to show anything to");
        for number in 0..300 {
            let finding = || Finding::new(Code::PinMismatch, "x", "it is another");
            let item = Item { findings: vec![finding()], ..Item::new("x") };
            put(&rows, (number % 3 == 0).then_some(item));
        }
        drop(rows);
        let (reporter, unreported, written) = reporting.end().await;
        assert!(written.is_ok() && unreported == 0);
        reporter.unwrap().tally()
    }

    #[tokio::test]
    async fn what_is_not_shown_counts_as_if_it_were() {
        let shown = counted(|rows, item| rows.put(item.unwrap_or_else(|| Item::new("x")))).await;
        let passed = counted(|rows, item| item.map_or_else(|| rows.pass(), |item| rows.put(item)));
        assert_eq!(passed.await, shown);
        assert_eq!((shown.items, shown.ok), (300, 200));
    }
}
