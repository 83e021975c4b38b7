//! `--sync`: an answer waits until its line of the capture is on the disk. One sync serves everybody who
//! came before it began (group commit), so a slow disk makes answers late and not few.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;

use tokio::sync::watch;

use crate::error::{Error, Result};
use crate::failure::Failure;

/// Brings lines to the disk on a thread of its own, which ends with it.
pub struct Commits {
    appended: Arc<AtomicU64>,
    wake: mpsc::Sender<()>,
    synced: watch::Receiver<Synced>,
}

/// How far the disk has come.
struct Synced {
    /// So many lines are on the disk.
    lines: u64,
    /// Why nothing is known of any later one: a system that failed to write forgets what it was.
    failure: Option<Error>,
}

impl Commits {
    /// Begins, with a first sync: a file that cannot be synced is refused before anybody calls.
    ///
    /// # Errors
    /// That of the sync, or when the system gives no thread.
    pub fn new(sync: impl Fn() -> Result<()> + Send + 'static) -> Result<Self> {
        sync()?;
        let appended = Arc::new(AtomicU64::new(0));
        let (wake, woken) = mpsc::channel();
        let (told, synced) = watch::channel(Synced { lines: 0, failure: None });
        let count = appended.clone();
        let work = move || {
            while woken.recv().is_ok() {
                while woken.try_recv().is_ok() {}
                // Counted before the sync begins: whatever is counted, it brings to the disk.
                let lines = count.load(Ordering::Acquire);
                let failure = sync().err();
                let is_over = failure.is_some();
                told.send_modify(|synced| match failure {
                    None => synced.lines = lines,
                    Some(_) => synced.failure = failure,
                });
                if is_over {
                    return;
                }
            }
        };
        thread::Builder::new()
            .name("sync".to_owned())
            .spawn(work)
            .map_err(|error| Error::new(Failure::Write, format!("no thread: {error}")))?;
        Ok(Self { appended, wake, synced })
    }

    /// A line was appended; which one it is. Called while nobody else can append.
    pub fn appended(&self) -> u64 {
        self.appended.fetch_add(1, Ordering::AcqRel) + 1
    }

    /// Waits until that line is on the disk.
    ///
    /// # Errors
    /// When that is not known.
    pub async fn on_disk(&self, line: u64) -> Result<()> {
        // The thread has gone only after a failure, which everybody finds.
        let _ = self.wake.send(());
        let mut synced = self.synced.clone();
        let reached = synced
            .wait_for(|synced| synced.lines >= line || synced.failure.is_some())
            .await
            .map(|synced| if synced.lines >= line { None } else { synced.failure.clone() });
        match reached {
            Ok(None) => Ok(()),
            Ok(Some(error)) => Err(error.help("nothing more is kept: stop it, and check the disk")),
            Err(_) => Err(Error::new(Failure::Write, "the capture is no longer synced")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Condvar, Mutex, PoisonError};

    use super::*;

    /// A disk whose syncs take until they are let through; it knows what was there when each began.
    #[derive(Default)]
    struct Disk {
        written: AtomicU64,
        allowed: Mutex<u64>,
        changed: Condvar,
        begun: Mutex<Vec<u64>>,
    }

    impl Disk {
        fn sync(&self) -> Result<()> {
            let mut allowed = self.allowed.lock().unwrap_or_else(PoisonError::into_inner);
            self.begun.lock().unwrap().push(self.written.load(Ordering::SeqCst));
            while *allowed == 0 {
                allowed = self.changed.wait(allowed).unwrap();
            }
            *allowed -= 1;
            Ok(())
        }

        fn allow(&self) {
            *self.allowed.lock().unwrap() += 1;
            self.changed.notify_all();
        }
    }

    #[tokio::test]
    async fn one_sync_serves_all_who_came_before_it_began_and_nobody_else() {
        let disk = Arc::new(Disk::default());
        let synced = disk.clone();
        disk.allow();
        let commits = Arc::new(Commits::new(move || synced.sync()).unwrap());
        let append = || {
            disk.written.fetch_add(1, Ordering::SeqCst);
            let (commits, line) = (commits.clone(), commits.appended());
            tokio::spawn(async move { commits.on_disk(line).await })
        };
        let has_begun = |times: usize| {
            let disk = disk.clone();
            async move {
                while disk.begun.lock().unwrap().len() < times {
                    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                }
            }
        };
        let first = append();
        has_begun(2).await;
        // These come while the disk is at work for the first.
        let others: Vec<_> = (0..50).map(|_| append()).collect();
        tokio::task::yield_now().await;
        assert!(!first.is_finished());
        disk.allow();
        first.await.unwrap().unwrap();
        has_begun(3).await;
        assert!(others.iter().all(|other| !other.is_finished()), "that sync was not theirs");
        disk.allow();
        for other in others {
            other.await.unwrap().unwrap();
        }
        let begun = disk.begun.lock().unwrap().clone();
        assert_eq!(begun[..3], [0, 1, 51], "one for all of them");
        // One more may have been asked for by those who were served already.
        disk.allow();
    }

    #[tokio::test]
    async fn after_a_failure_nothing_is_promised_any_more() {
        let calls = AtomicU64::new(0);
        let sync = move || match calls.fetch_add(1, Ordering::SeqCst) {
            0 | 1 => Ok(()),
            2 => Err(Error::new(Failure::Write, "broken")),
            _ => Ok(()),
        };
        let commits = Commits::new(sync).unwrap();
        let first = commits.appended();
        commits.on_disk(first).await.unwrap();
        for _ in 0..2 {
            let line = commits.appended();
            assert_eq!(commits.on_disk(line).await.unwrap_err().message, "broken");
        }
        assert!(commits.on_disk(first).await.is_ok(), "what was there stays there");
        let broken = || Err(Error::new(Failure::Write, "no disk"));
        assert!(Commits::new(broken).is_err());
    }
}
