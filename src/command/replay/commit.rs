//! Group commit: the lines of every lane that waits reach the disk with one `fsync`.
//!
//! ```text
//! lane 1 ─┐                 ┌─ gather ─► write, fdatasync ─► every lane that waited goes on
//! lane 2 ─┼─► queue ─► thread
//! lane 3 ─┘                 └─ (meanwhile the next ones queue up)
//! ```
//!
//! Lanes that go on together come back together. Waiting for them an eighth of the time that a sync
//! takes saves up to half of the syncs: without it the lanes fall into two groups that take turns.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::error::{Error, Result, cannot_write};
use crate::input::Durable;

/// The longest wait for other lanes.
const LONGEST_GATHERING: Duration = Duration::from_millis(2);

/// Lines to write, and whom to tell.
type Request = (String, oneshot::Sender<Result<()>>);

/// A file to which lines are appended durably.
#[derive(Debug)]
pub struct Committer {
    queue: Option<Sender<Request>>,
    writer: Option<JoinHandle<()>>,
}

impl Committer {
    /// Starts the writer for so many lanes.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(file: Durable, lanes: usize) -> Result<Self> {
        let (queue, requests) = channel();
        let writer = std::thread::Builder::new()
            .name("journal".into())
            .spawn(move || write(file, &requests, lanes))
            .map_err(|error| cannot_write("journal", &error))?;
        Ok(Self { queue: Some(queue), writer: Some(writer) })
    }

    /// Appends lines; they are on disk when this returns.
    ///
    /// # Errors
    /// `disk-full`, `write`; after the first error every later call fails in the same way.
    pub async fn commit(&self, lines: String) -> Result<()> {
        let gone = || Error::output("write", "the journal is closed");
        let (done, outcome) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or_else(gone)?;
        queue.send((lines, done)).map_err(|_| gone())?;
        outcome.await.map_err(|_| gone())?
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(writer) = self.writer.take() {
            // It ends by itself when the queue is gone; what it could not write it has told.
            let _ = writer.join();
        }
    }
}

fn write(mut file: Durable, requests: &Receiver<Request>, lanes: usize) {
    let mut outcome = Ok(());
    let mut last_sync = Duration::ZERO;
    while let Ok((mut lines, done)) = requests.recv() {
        let mut waiting = vec![done];
        let mut gather = || {
            while let Ok((more, done)) = requests.try_recv() {
                lines.push_str(&more);
                waiting.push(done);
            }
            waiting.len()
        };
        if gather() < lanes {
            std::thread::sleep((last_sync / 8).min(LONGEST_GATHERING));
            gather();
        }
        let started = Instant::now();
        if outcome.is_ok() {
            outcome = file.append(lines.as_bytes()).map_err(|error| {
                error.help(
                    "nothing more was sent; make room and run the same command again to go on",
                )
            });
        }
        last_sync = started.elapsed();
        for done in waiting {
            // A lane that does not wait any more does not need to know.
            let _ = done.send(outcome.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_of_all_lanes_are_there_when_they_return() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let committer = Committer::start(Durable::open(&path).unwrap(), 2).unwrap();
        let (a, b) = tokio::join!(committer.commit("a\n".into()), committer.commit("b\n".into()));
        assert_eq!((a, b), (Ok(()), Ok(())));
        assert_eq!(std::fs::read(&path).unwrap(), b"a\nb\n");
    }
}
