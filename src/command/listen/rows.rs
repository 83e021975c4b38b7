//! Reports what was received, on a thread of its own: who reads the report slowly, or not at all, keeps
//! no caller waiting. Rows that find no place in the queue are counted like all others, and not shown.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot, watch};

use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::report::{Count, Item, Reporter};

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
    queue: mpsc::Sender<Item>,
    missed: Arc<Mutex<Count>>,
}

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
        let missed = Arc::new(Mutex::new(reporter.count_of_none()));
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
        Ok((Self { queue, missed: missed.clone() }, Reporting { done, missed }))
    }

    /// Reports a row, if there is a place for it in the queue; else it is counted. Nobody waits.
    pub fn put(&self, item: Item) {
        // It is closed only when the report could not be written; then we stop anyway.
        if let Err(TrySendError::Full(mut item)) = self.queue.try_send(item) {
            self.missed.lock().unwrap_or_else(PoisonError::into_inner).add(&mut item);
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

fn report(reporter: &mut Reporter, mut rows: mpsc::Receiver<Item>) -> Result<()> {
    let mut taken = Vec::with_capacity(SHARE);
    while rows.blocking_recv_many(&mut taken, SHARE) > 0 {
        taken.drain(..).try_for_each(|item| reporter.item(item))?;
        if rows.is_empty() {
            thread::sleep(REST);
        }
    }
    Ok(())
}
