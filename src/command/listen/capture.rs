//! Where deliveries are kept: each is a line of the capture before it is answered. Lines of deliveries
//! that come at the same time are written together, by a thread of their own where there are many: a
//! third of what a small delivery costs is the system's copy.

use std::path::Path;
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

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
/// Fewer bytes than these are written at once: to wake a thread for them costs as much.
const LITTLE: usize = 32 << 10;
/// How long the last write is waited for: nobody may read from a pipe any more.
const GRACE: Duration = Duration::from_secs(2);

/// An open capture.
pub struct Capture {
    lines: Arc<Lines>,
    writer: Writer,
    /// With placeholders for values.
    redact: bool,
}

/// The lines, and where they go.
struct Lines {
    waiting: Mutex<Batch>,
    written: Mutex<Written>,
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

/// Whose lock this is may append.
struct Written {
    log: Log,
    /// Room for the batch after the next.
    spare: Vec<u8>,
}

/// Which line of the capture it was, where they are counted.
type Appended = Result<Option<u64>>;

/// Whose turn it is to see to it that the lines that wait are written: they are when it ends, however it
/// ends.
struct Turn<'a>(&'a Capture);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let Capture { lines, writer, .. } = self.0;
        let length = lock(&lines.waiting).lines.len();
        let is_idle = || lines.written.try_lock().ok();
        match (length < LITTLE).then(is_idle).flatten() {
            Some(written) => lines.write(written),
            None => writer.wake(lines),
        }
    }
}

impl Lines {
    /// Writes those that wait, and tells whoever waits for it.
    fn write(&self, mut written: MutexGuard<'_, Written>) {
        let mut waiting = lock(&self.waiting);
        // Others may have written them.
        let Some(told) = waiting.told.take() else { return };
        let mut lines = std::mem::replace(&mut waiting.lines, std::mem::take(&mut written.spare));
        drop(waiting);
        let appended = written.log.append(&lines).map(|()| self.count());
        lines.clear();
        lines.shrink_to(LARGE);
        written.spare = lines;
        drop(written);
        told.send_replace(Some(appended));
    }

    /// Counts a write, before anybody else can append.
    fn count(&self) -> Option<u64> {
        self.commits.as_ref().map(Commits::appended)
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

    /// Has the lines that wait written soon.
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
        let log = Log::open(path)?;
        let commits = match sync {
            true => Some(Commits::new(log.syncer())?),
            false => None,
        };
        let written = Mutex::new(Written { log, spare: Vec::new() });
        let lines = Arc::new(Lines { waiting: Mutex::default(), written, commits });
        Ok(Self { writer: Writer::new(lines.clone())?, lines, redact })
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
        match (&self.lines.commits, line) {
            (Some(commits), Some(line)) => commits.on_disk(line).await,
            _ => Ok(()),
        }
    }

    /// Appends a line. Who comes first lets those go before who are ready as well, and then has all of
    /// them written: a write for each costs as much as the rest of a small delivery.
    async fn append(&self, line: Vec<u8>) -> Appended {
        let (mut appended, turn, is_full) = {
            let mut batch = self.batch();
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
            None => Err(Error::new(Failure::Write, "the capture is no longer written")),
        }
    }

    /// Where a line goes. Who finds it full writes it first, since lines are no part of what bodies may
    /// take.
    fn batch(&self) -> MutexGuard<'_, Batch> {
        loop {
            let batch = lock(&self.lines.waiting);
            if batch.lines.len() < LARGE {
                return batch;
            }
            drop(batch);
            self.lines.write(lock(&self.lines.written));
        }
    }

    /// Appends a line that takes more memory than its body, which has its share: they are made in turn,
    /// and as far as possible not as a whole.
    fn append_large(&self, record: &Record<'_, Verification>) -> Appended {
        let mut written = lock(&self.lines.written);
        match self.redact {
            false => written.log.append_pieces(|mut out| record.write(&mut out))?,
            true => written.log.append(&record.redacted_line())?,
        }
        Ok(self.lines.count())
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
    async fn together(capture: Arc<Capture>, lines: Vec<String>) -> Vec<Appended> {
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
        for (sync, width) in [(false, 0), (true, 0), (false, 5000), (true, 5000)] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("calls");
            let lines: Vec<String> = (0..50).map(|n| format!("{n:0width$}\n")).collect();
            let capture = Arc::new(Capture::open(&path, false, sync).unwrap());
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
                (appended, lock(&capture.lines.waiting).lines.len())
            })
        };
        let tasks: Vec<_> = (0..10).map(append).collect();
        let mut batches = Vec::new();
        for task in tasks {
            let (appended, waiting) = task.await.unwrap();
            assert!(waiting <= LARGE, "{waiting}");
            batches.extend(appended.unwrap());
        }
        assert!(batches.is_sorted() && batches.len() == 10, "{batches:?}");
        assert!(batches.chunk_by(u64::eq).all(|batch| batch.len() <= 4), "{batches:?}");
        assert!(std::fs::read(&path).unwrap() == (0..10).flat_map(line).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn what_was_handed_over_is_written_before_the_capture_ends() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("calls");
        let line = [&[b'x'; LITTLE][..], b"\n"].concat();
        let capture = Capture::open(&path, false, false).unwrap();
        let mut gone = Box::pin(capture.append(line.clone()));
        assert!(gone.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        drop(gone);
        drop(capture);
        assert!(std::fs::read(&path).unwrap() == line);
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
        let capture = Arc::new(Capture::open(Path::new("/dev/full"), false, false).unwrap());
        for width in [1, LITTLE] {
            let lines = [1, 2].map(|n| format!("{n:0width$}\n"));
            for appended in together(capture.clone(), lines.into()).await {
                assert_eq!(appended.unwrap_err().code, Failure::DiskFull);
            }
        }
    }
}
