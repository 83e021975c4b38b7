//! Where deliveries are kept: each is a line of the capture before it is answered. Lines of deliveries
//! that come at the same time are written together.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio::task::yield_now;

use super::commits::Commits;
use crate::capture::record::Record;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::input::Log;
use crate::outcome::verification::Verification;

/// Lines of bodies above this length are made one at a time, and so many bytes wait together at most.
const LARGE: usize = 256 << 10;

/// An open capture.
pub struct Capture {
    log: Mutex<Log>,
    waiting: Mutex<Batch>,
    /// With placeholders for values.
    redact: bool,
    /// What is answered is on the disk.
    commits: Option<Commits>,
}

/// Lines that will be written together.
#[derive(Default)]
struct Batch {
    lines: Vec<u8>,
    /// Whom to tell; none before the first line.
    told: Option<watch::Sender<Option<Appended>>>,
}

/// Which line of the capture it was, where they are counted.
type Appended = Result<Option<u64>>;

/// Whose turn it is to write the lines that wait: they are written when it ends, however it ends.
struct Turn<'a>(&'a Capture);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut log = self.0.log();
        let Batch { lines, told } = std::mem::take(&mut *lock(&self.0.waiting));
        // Who filled the batch has written it.
        let Some(told) = told else { return };
        let appended = log.append(&lines).map(|()| self.0.count());
        drop(log);
        told.send_replace(Some(appended));
    }
}

impl Capture {
    /// Opens a capture, or begins it.
    ///
    /// # Errors
    /// `write` when it cannot be opened, or synced where it is to be.
    pub fn open(path: &Path, redact: bool, sync: bool) -> Result<Self> {
        let log = Log::open(path)?;
        let commits = match sync {
            true => Some(Commits::new(log.syncer())?),
            false => None,
        };
        Ok(Self { log: Mutex::new(log), waiting: Mutex::default(), redact, commits })
    }

    /// Keeps a delivery: what is known of it survives the end of this process, and where that was asked
    /// for, of the machine.
    ///
    /// # Errors
    /// When it is not kept.
    pub async fn keep(&self, record: &Record<'_, Verification>) -> Result<()> {
        let line = match record.body.len() > LARGE {
            true => self.append_large(record)?,
            false => {
                let line = if self.redact { record.redacted_line() } else { record.line() };
                self.append(line).await?
            }
        };
        match (&self.commits, line) {
            (Some(commits), Some(line)) => commits.on_disk(line).await,
            _ => Ok(()),
        }
    }

    /// Appends a line. Who comes first lets those go before who are ready as well, and then writes for
    /// all: a write for each costs as much as the rest of a small delivery. Who fills the batch writes at
    /// once, since lines are no part of what bodies may take.
    async fn append(&self, line: Vec<u8>) -> Appended {
        let (mut appended, turn, is_full) = {
            let mut batch = lock(&self.waiting);
            batch.lines.extend_from_slice(&line);
            drop(line);
            let is_full = batch.lines.len() >= LARGE;
            match &batch.told {
                Some(told) => (told.subscribe(), is_full.then(|| Turn(self)), is_full),
                None => {
                    let (told, appended) = watch::channel(None);
                    batch.told = Some(told);
                    (appended, Some(Turn(self)), is_full)
                }
            }
        };
        if turn.is_some() && !is_full {
            yield_now().await;
        }
        drop(turn);
        match appended.wait_for(Option::is_some).await.ok().and_then(|told| told.clone()) {
            Some(appended) => appended,
            // Whoever should have told has gone: nothing is known of the line.
            None => Err(Error::new(Failure::Write, "the capture is not written any more")),
        }
    }

    /// Appends a line that takes more memory than its body, which has its share: they are made in turn,
    /// and as far as possible not as a whole.
    fn append_large(&self, record: &Record<'_, Verification>) -> Appended {
        let mut log = self.log();
        match self.redact {
            false => log.append_pieces(|out| record.write(out))?,
            true => log.append(&record.redacted_line())?,
        }
        Ok(self.count())
    }

    /// Counts a write, before anybody else can append.
    fn count(&self) -> Option<u64> {
        self.commits.as_ref().map(Commits::appended)
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        lock(&self.log)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::Arc;
    use std::task::{Context, Waker};

    use super::*;

    /// What became of lines that come at the same time.
    async fn together(capture: Capture, lines: Vec<String>) -> Vec<Appended> {
        let capture = Arc::new(capture);
        let append = |line: String| {
            let capture = capture.clone();
            tokio::spawn(async move { capture.append(line.into_bytes()).await })
        };
        let tasks: Vec<_> = lines.into_iter().map(append).collect();
        let mut appended = Vec::new();
        for task in tasks {
            appended.push(task.await.unwrap());
        }
        appended
    }

    #[tokio::test]
    async fn lines_that_come_together_are_there_once_and_written_together() {
        for sync in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("calls");
            let lines: Vec<String> = (0..50).map(|n| format!("{n}\n")).collect();
            let capture = Capture::open(&path, false, sync).unwrap();
            for appended in together(capture, lines.clone()).await {
                assert_eq!(appended.unwrap(), sync.then_some(1), "one write for all");
            }
            assert_eq!(std::fs::read_to_string(&path).unwrap(), lines.concat());
        }
    }

    #[tokio::test]
    async fn no_more_waits_than_fits() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("calls");
        let capture = Arc::new(Capture::open(&path, false, true).unwrap());
        let line = |n: u8| [&vec![b'a' + n; LARGE / 4 - 1][..], b"\n"].concat();
        let append = |n| {
            let capture = capture.clone();
            tokio::spawn(async move {
                let appended = capture.append(line(n)).await;
                (appended, lock(&capture.waiting).lines.len())
            })
        };
        let tasks: Vec<_> = (0..10).map(append).collect();
        let mut batches = Vec::new();
        for task in tasks {
            let (appended, waiting) = task.await.unwrap();
            assert!(waiting < LARGE, "{waiting}");
            batches.extend(appended.unwrap());
        }
        assert_eq!(batches, [1, 1, 1, 1, 2, 2, 2, 2, 3, 3]);
        assert!(std::fs::read(&path).unwrap() == (0..10).flat_map(line).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn who_goes_before_its_turn_leaves_nobody_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("calls");
        let capture = Capture::open(&path, false, false).unwrap();
        let mut nobody = Context::from_waker(Waker::noop());
        let mut gone = Box::pin(capture.append(b"gone\n".to_vec()));
        assert!(gone.as_mut().poll(&mut nobody).is_pending());
        let mut other = pin!(capture.append(b"other\n".to_vec()));
        assert!(other.as_mut().poll(&mut nobody).is_pending());
        drop(gone);
        assert!(other.await.is_ok());
        assert_eq!(std::fs::read(&path).unwrap(), b"gone\nother\n");
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_write_that_fails_fails_for_all_whose_lines_were_in_it() {
        let capture = Capture::open(Path::new("/dev/full"), false, false).unwrap();
        for appended in together(capture, vec!["one\n".to_owned(), "two\n".to_owned()]).await {
            assert_eq!(appended.unwrap_err().code, Failure::DiskFull);
        }
    }
}
