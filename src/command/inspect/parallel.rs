//! Work on all processors, results in the order of the jobs.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use crate::error::Result;

/// Calls `work` for each job on as many threads as there are processors, and `take` with the
/// results on this thread, in the order of the jobs. The first error of `take` ends it all.
pub fn each_in_order<J: Sync, R: Send>(
    jobs: &[J],
    work: impl Fn(&J) -> R + Sync,
    mut take: impl FnMut(&J, R) -> Result<()>,
) -> Result<()> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(jobs.len());
    if threads < 2 {
        return jobs.iter().try_for_each(|job| take(job, work(job)));
    }
    let next = AtomicUsize::new(0);
    let stopped = AtomicBool::new(false);
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads {
            let (sender, work, next, stopped) = (sender.clone(), &work, &next, &stopped);
            scope.spawn(move || {
                while !stopped.load(Ordering::Relaxed) {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(place) else { return };
                    if sender.send((place, work(job))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut early = BTreeMap::new();
        let mut wanted = 0;
        for (place, result) in receiver {
            early.insert(place, result);
            while let Some(result) = early.remove(&wanted) {
                if let Err(error) = take(&jobs[wanted], result) {
                    stopped.store(true, Ordering::Relaxed);
                    return Err(error);
                }
                wanted += 1;
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn results_come_in_order_whatever_takes_how_long() {
        let jobs: Vec<u64> = (0..50).collect();
        let mut seen = Vec::new();
        let work = |job: &u64| {
            thread::sleep(std::time::Duration::from_micros((50 - job) * 20));
            job * 2
        };
        each_in_order(&jobs, work, |job, result| {
            seen.push((*job, result));
            Ok(())
        })
        .unwrap();
        assert_eq!(seen, jobs.iter().map(|job| (*job, job * 2)).collect::<Vec<_>>());
    }

    #[test]
    fn an_error_ends_it() {
        let jobs: Vec<u32> = (0..1000).collect();
        let mut taken = 0;
        let outcome = each_in_order(
            &jobs,
            |job| *job,
            |_, _| {
                taken += 1;
                if taken == 3 { Err(Error::usage("enough")) } else { Ok(()) }
            },
        );
        assert_eq!((taken, outcome.is_err()), (3, true));
    }
}
