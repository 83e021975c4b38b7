//! Where deliveries are kept: each is a line of the capture before it is answered. Those that come at the
//! same time are written together, by a thread of their own where there are many, which makes their lines
//! as well: that and the system's copy are a third of what a small delivery costs.

use std::path::Path;
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::yield_now;

use super::commits::Commits;
use super::entry::Entry;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::input::Log;

/// Lines of bodies above this length are written one at a time, and so many bytes are written together, or
/// one line more.
const LARGE: usize = 256 << 10;
/// Deliveries with fewer bytes than these are written at once: to wake a thread for them costs as much.
const LITTLE: usize = 4 << 10;
/// How long the last write is waited for: nobody may read from a pipe any more.
const GRACE: Duration = Duration::from_secs(2);

/// An open capture.
pub struct Capture {
    lines: Arc<Lines>,
    writer: Writer,
}

/// What becomes lines, and where those go.
struct Lines {
    waiting: Mutex<Batch>,
    written: Mutex<Written>,
    /// What is answered is on the disk.
    commits: Option<Commits<Vec<(Waiting, u64)>>>,
    /// With placeholders for values.
    redact: bool,
}

/// Deliveries that will be written together.
#[derive(Default)]
struct Batch {
    waiting: Vec<Waiting>,
    /// The length of all of them, in bytes.
    length: usize,
}

/// A delivery, and whom to give it back to.
struct Waiting {
    entry: Box<Entry>,
    told: oneshot::Sender<(Box<Entry>, Kept)>,
}

impl Waiting {
    fn tell(self, kept: Kept) {
        // Whoever does not wait any more has no use for it.
        let _ = self.told.send((self.entry, kept));
    }
}

/// Whose lock this is may append.
struct Written {
    log: Log,
    /// Lines that are not written yet; empty between two batches.
    lines: Vec<u8>,
    /// So many times something was written.
    writes: u64,
}

/// Which write to the capture a line was in.
pub type Kept = Result<u64>;

/// Whose turn it is to see to it that what waits is written: it is when this ends, however it ends.
struct Turn<'a>(&'a Capture);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let Capture { lines, writer } = self.0;
        let length = lock(&lines.waiting).length;
        let is_idle = || lines.written.try_lock().ok().filter(|written| written.log.is_free());
        match (length < LITTLE).then(is_idle).flatten() {
            Some(written) => lines.write(written),
            None => writer.wake(lines),
        }
    }
}

impl Lines {
    /// Writes all that waits, and gives it back once it is kept.
    fn write(&self, mut written: MutexGuard<'_, Written>) {
        let mut batch = std::mem::take(&mut *lock(&self.waiting)).waiting;
        // Whoever panicked here has left half a line.
        written.lines.clear();
        let mut kept = Vec::with_capacity(batch.len());
        for (at, Waiting { entry, .. }) in batch.iter_mut().enumerate() {
            let is_large = entry.delivery.body.len() > LARGE;
            if is_large || written.lines.len() >= LARGE {
                written.append(&mut kept, at);
            }
            let record = entry.record();
            match (self.redact, is_large) {
                (true, _) => written.lines.extend_from_slice(&record.redacted_line()),
                // Memory takes all of it.
                (false, false) => drop(record.write(&mut written.lines)),
                (false, true) => {
                    let done = written.log.append_pieces(|mut out| record.write(&mut out));
                    kept.push(done.map(|()| written.count()));
                }
            }
        }
        written.append(&mut kept, batch.len());
        drop(written);
        let mut uncommitted = Vec::new();
        for (waiting, kept) in batch.into_iter().zip(kept) {
            match (kept, &self.commits) {
                (Ok(write), Some(_)) => uncommitted.push((waiting, write)),
                (kept, _) => waiting.tell(kept),
            }
        }
        if let Some(commits) = self.commits.as_ref().filter(|_| !uncommitted.is_empty()) {
            commits.commit(uncommitted);
        }
    }
}

impl Written {
    /// Appends the lines of all deliveries before this one that are not written yet.
    fn append(&mut self, kept: &mut Vec<Kept>, end: usize) {
        if kept.len() < end {
            let done = self.log.append(&self.lines).map(|()| self.count());
            self.lines.clear();
            self.lines.shrink_to(2 * LARGE);
            kept.resize(end, done);
        }
    }

    fn count(&mut self) -> u64 {
        self.writes += 1;
        self.writes
    }
}

/// The thread that writes; it ends with the capture.
struct Writer {
    wake: Option<SyncSender<()>>,
    /// Nothing comes out of it; it is closed when the thread has ended.
    ended: Mutex<Receiver<()>>,
}

impl Writer {
    fn new(lines: Arc<Lines>) -> Result<Self> {
        // Who is woken once, and has not come yet, will see to all.
        let (wake, woken) = mpsc::sync_channel(1);
        let (end, ended) = mpsc::channel();
        let work = move || {
            let _end = end;
            woken.iter().for_each(|()| lines.write(lock(&lines.written)));
        };
        thread::Builder::new()
            .name("capture".to_owned())
            .spawn(work)
            .map_err(|error| Error::new(Failure::Write, format!("no thread: {error}")))?;
        Ok(Self { wake: Some(wake), ended: Mutex::new(ended) })
    }

    /// Has all that waits written soon.
    fn wake(&self, lines: &Lines) {
        let woken = self.wake.as_ref().map(|wake| wake.try_send(()));
        if !matches!(woken, Some(Ok(()) | Err(TrySendError::Full(())))) {
            lines.write(lock(&lines.written));
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.wake = None;
        // The end of the process should not cut a write.
        let _ = lock(&self.ended).recv_timeout(GRACE);
    }
}

impl Capture {
    /// Opens a capture, or begins it.
    ///
    /// # Errors
    /// `write` when it cannot be opened, or synced where it is to be.
    pub fn open(path: &Path, redact: bool, sync: bool) -> Result<Self> {
        let mut log = Log::open(path)?;
        let tell = |synced: Vec<(Waiting, u64)>, outcome: Result<()>| {
            for (waiting, write) in synced {
                waiting.tell(outcome.clone().map(|()| write));
            }
        };
        let commits = match sync {
            true => Some(Commits::new(log.syncer(), tell)?),
            false => None,
        };
        let written = Mutex::new(Written { log, lines: Vec::new(), writes: 0 });
        let lines = Arc::new(Lines { waiting: Mutex::default(), written, commits, redact });
        Ok(Self { writer: Writer::new(lines.clone())?, lines })
    }

    /// Keeps a delivery, and gives it back: what is known of it survives the end of this process, and where
    /// that was asked for, of the machine; or why it does not.
    ///
    /// Who comes first lets those go before who are ready as well, and then has all of them written: a
    /// write for each costs as much as the rest of a small delivery.
    ///
    /// # Errors
    /// When nothing is known of it any more.
    pub async fn keep(&self, entry: Box<Entry>) -> Result<(Box<Entry>, Kept)> {
        let (told, kept) = oneshot::channel();
        let turn = {
            let mut batch = lock(&self.lines.waiting);
            batch.length += entry.delivery.head.len() + entry.delivery.body.len();
            batch.waiting.push(Waiting { entry, told });
            (batch.waiting.len() == 1).then(|| Turn(self))
        };
        if turn.is_some() {
            yield_now().await;
        }
        drop(turn);
        let lost = |_| Error::new(Failure::Write, "the capture is no longer written");
        kept.await.map_err(lost)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "capture_tests.rs"]
mod tests;
