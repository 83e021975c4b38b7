//! Group commit: the lines of every lane that waits reach the disk with one `fsync`.
//!
//! ```text
//! lane 1 ─┐            ┌─ all lanes wait: nobody is held up ─► write, fdatasync, here and now
//! lane 2 ─┼─► queue ─►─┤
//! lane 3 ─┘            └─ one does not come: after GATHERING ─► write, fdatasync on a thread
//! ```
//!
//! Lanes that go on together come back together, so the first way is the usual one: no thread is
//! woken, and there are as few syncs as can be. What comes while a thread writes is written next.

use std::cell::RefCell;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::input::Durable;

/// How long the first of several lanes waits for the others: short beside any network but loopback.
const GATHERING: Duration = Duration::from_millis(1);

/// A file to which lines are appended durably.
#[derive(Debug)]
pub struct Committer {
    state: RefCell<State>,
}

#[derive(Debug)]
struct State {
    /// `None` while a thread writes.
    file: Option<Durable>,
    /// Lanes that have not ended.
    lanes: usize,
    queue: String,
    waiting: Vec<oneshot::Sender<Result<()>>>,
    /// The first error: nothing is written after it.
    outcome: Result<()>,
}

impl Committer {
    /// For so many lanes.
    pub fn new(file: Durable, lanes: usize) -> Self {
        let (queue, waiting) = (String::new(), Vec::with_capacity(lanes));
        let state = State { file: Some(file), lanes, queue, waiting, outcome: Ok(()) };
        Self { state: RefCell::new(state) }
    }

    /// Appends lines; they are on disk when this returns.
    ///
    /// # Errors
    /// `disk-full`, `write`; after the first error every later call fails in the same way.
    pub async fn commit(&self, lines: &str) -> Result<()> {
        let (mut outcome, is_first) = self.state.borrow_mut().enqueue(lines);
        let mut is_waited_for = is_first;
        while is_waited_for {
            tokio::select! {
                biased;
                outcome = &mut outcome => return told(outcome),
                () = tokio::time::sleep(GATHERING) => {}
            }
            // While a thread writes what came before, ours has to wait.
            is_waited_for = !self.write_elsewhere().await;
        }
        told(outcome.await)
    }

    /// One lane has ended: nobody needs to wait for it.
    pub fn leave(&self) {
        let mut state = self.state.borrow_mut();
        state.lanes = state.lanes.saturating_sub(1);
    }

    /// Lets a thread write what is queued, while the other lanes go on. `false` if one does already.
    async fn write_elsewhere(&self) -> bool {
        let Some(mut batch) = self.state.borrow_mut().batch() else { return false };
        let Ok(batch) = spawn_blocking(move || {
            batch.write();
            batch
        })
        .await
        else {
            // The thread is gone with the file: whoever waits learns it from its closed channel.
            return true;
        };
        self.state.borrow_mut().finish(batch);
        true
    }
}

impl State {
    /// Queues lines. Gives where the outcome comes, and whether they are the first of a batch.
    fn enqueue(&mut self, lines: &str) -> (oneshot::Receiver<Result<()>>, bool) {
        let (done, outcome) = oneshot::channel();
        self.queue.push_str(lines);
        self.waiting.push(done);
        let is_first = self.waiting.len() == 1;
        if self.waiting.len() >= self.lanes
            && let Some(mut batch) = self.batch()
        {
            batch.write();
            self.finish(batch);
        }
        (outcome, is_first)
    }

    /// Everything that is queued, and the file; `None` while a thread has that.
    fn batch(&mut self) -> Option<Batch> {
        let file = self.file.take()?;
        let (lines, waiting) = (std::mem::take(&mut self.queue), std::mem::take(&mut self.waiting));
        Some(Batch { file, lines, waiting, outcome: self.outcome.clone() })
    }

    fn finish(&mut self, batch: Batch) {
        let Batch { file, mut lines, mut waiting, outcome } = batch;
        for done in waiting.drain(..) {
            // A lane that does not wait any more does not need to know.
            let _ = done.send(outcome.clone());
        }
        (self.file, self.outcome) = (Some(file), outcome);
        if self.waiting.is_empty() {
            lines.clear();
            (self.queue, self.waiting) = (lines, waiting);
        }
    }
}

/// Lines on their way to the disk.
struct Batch {
    file: Durable,
    lines: String,
    waiting: Vec<oneshot::Sender<Result<()>>>,
    outcome: Result<()>,
}

impl Batch {
    fn write(&mut self) {
        if self.outcome.is_ok() {
            self.outcome = self.file.append(self.lines.as_bytes()).map_err(|error| {
                error.help(
                    "nothing more was sent; make room and run the same command again to go on",
                )
            });
        }
    }
}

fn told(outcome: std::result::Result<Result<()>, oneshot::error::RecvError>) -> Result<()> {
    outcome.unwrap_or_else(|_| Err(Error::new(Failure::Write, "the journal is closed")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn committer(lanes: usize) -> (tempfile::TempDir, std::path::PathBuf, Committer) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let committer = Committer::new(Durable::open(&path).unwrap(), lanes);
        (folder, path, committer)
    }

    fn lines(path: &std::path::Path) -> String {
        std::fs::read_to_string(path).unwrap().trim_end_matches(' ').to_owned()
    }

    #[tokio::test]
    async fn lines_of_all_lanes_are_there_when_they_return() {
        let (_folder, path, committer) = committer(2);
        let (a, b) = tokio::join!(committer.commit("a\n"), committer.commit("b\n"));
        assert_eq!((a, b), (Ok(()), Ok(())));
        assert_eq!(lines(&path), "a\nb\n");
    }

    #[tokio::test]
    async fn nobody_waits_for_long_for_a_lane_that_does_not_come() {
        let (_folder, path, committer) = committer(3);
        committer.commit("a\n").await.unwrap();
        assert_eq!(lines(&path), "a\n");
        committer.leave();
        committer.leave();
        committer.commit("b\n").await.unwrap();
        // What is queued while a thread writes is not forgotten.
        let late = async {
            tokio::time::sleep(GATHERING).await;
            committer.commit("d\n").await
        };
        let (first, late) = tokio::join!(committer.commit("c\n"), late);
        assert_eq!((first, late), (Ok(()), Ok(())));
        assert_eq!(lines(&path), "a\nb\nc\nd\n");
    }

    #[tokio::test]
    async fn after_the_first_error_nothing_is_written() {
        let (_folder, _, committer) = committer(1);
        committer.state.borrow_mut().outcome = Err(Error::new(Failure::DiskFull, "full"));
        for _ in 0..2 {
            assert_eq!(committer.commit("a\n").await.unwrap_err().code, Failure::DiskFull);
        }
    }
}
