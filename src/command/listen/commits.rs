//! `--sync`: an answer waits until its line of the capture is on the disk. One sync serves everybody who
//! came before it began (group commit), so a slow disk makes answers late and not few.

use std::iter;
use std::sync::mpsc;
use std::thread;

use crate::error::{Error, Result};
use crate::failure::Failure;

/// Brings lines to the disk on a thread of its own, which ends with it.
pub struct Commits<T>(mpsc::Sender<T>);

impl<T: Send + 'static> Commits<T> {
    /// Begins, with a first sync: a file that cannot be synced is refused before anybody calls. `tell` is
    /// told what became of each.
    ///
    /// # Errors
    /// That of the sync, or when the system gives no thread.
    pub fn new(
        sync: impl Fn() -> Result<()> + Send + 'static,
        tell: impl Fn(T, Result<()>) + Send + 'static,
    ) -> Result<Self> {
        sync()?;
        let (written, waiting) = mpsc::channel();
        let work = move || {
            // A system that failed to write forgets what it was: then nothing is known of any later one.
            let mut failure: Option<Error> = None;
            while let Ok(first) = waiting.recv() {
                // Taken before the sync begins: whatever is taken, it brings to the disk.
                let taken: Vec<T> = iter::once(first).chain(waiting.try_iter()).collect();
                failure = failure.or_else(|| {
                    let error = sync().err()?;
                    Some(error.help("nothing more is kept: stop it, and check the disk"))
                });
                let committed = failure.clone().map_or(Ok(()), Err);
                taken.into_iter().for_each(|one| tell(one, committed.clone()));
            }
        };
        thread::Builder::new()
            .name("sync".to_owned())
            .spawn(work)
            .map_err(|error| Error::new(Failure::Write, format!("no thread: {error}")))?;
        Ok(Self(written))
    }

    /// Has lines that were appended brought to the disk.
    pub fn commit(&self, lines: T) {
        // The thread goes only when this does.
        let _ = self.0.send(lines);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::sync::{Arc, Condvar, Mutex, PoisonError};

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

    #[test]
    fn one_sync_serves_all_who_came_before_it_began_and_nobody_else() {
        let (disk, (told, synced)) = (Arc::new(Disk::default()), mpsc::channel());
        let at_work = disk.clone();
        disk.allow();
        let tell = move |line: u64, committed: Result<()>| told.send((line, committed)).unwrap();
        let commits = Commits::new(move || at_work.sync(), tell).unwrap();
        let append = |line: u64| {
            disk.written.store(line, Ordering::SeqCst);
            commits.commit(line);
        };
        let has_begun = |times: usize| {
            while disk.begun.lock().unwrap().len() < times {
                thread::sleep(std::time::Duration::from_millis(1));
            }
        };
        append(1);
        has_begun(2);
        // These come while the disk is at work for the first.
        (2..=51).for_each(append);
        assert!(synced.try_recv().is_err());
        disk.allow();
        assert_eq!(synced.recv().unwrap().0, 1);
        has_begun(3);
        assert!(synced.try_recv().is_err(), "that sync was not theirs");
        disk.allow();
        for line in 2..=51 {
            let (served, committed) = synced.recv().unwrap();
            assert!(committed.is_ok() && served == line);
        }
        assert_eq!(disk.begun.lock().unwrap()[..], [0, 1, 51], "one for all of them");
    }

    #[test]
    fn after_a_failure_nothing_is_promised_any_more() {
        let calls = AtomicU64::new(0);
        let sync = move || match calls.fetch_add(1, Ordering::SeqCst) {
            0 | 1 => Ok(()),
            2 => Err(Error::new(Failure::Write, "broken")),
            _ => Ok(()),
        };
        let (told, synced) = mpsc::channel();
        let tell = move |(), committed: Result<()>| told.send(committed).unwrap();
        let commits = Commits::new(sync, tell).unwrap();
        commits.commit(());
        synced.recv().unwrap().unwrap();
        for _ in 0..2 {
            commits.commit(());
            assert_eq!(synced.recv().unwrap().unwrap_err().message, "broken");
        }
        let broken = || Err(Error::new(Failure::Write, "no disk"));
        assert!(Commits::new(broken, |(), _| {}).is_err());
    }
}
