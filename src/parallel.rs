//! Work on all processors, results in the order of what it was done to.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::num::NonZero;
use std::sync::{Mutex, mpsc};
use std::thread;

use serde::ser::{Error, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::value::to_raw_value;

/// Small things that a worker takes at a time: enough that taking them costs nothing.
const SHARE: usize = 1_000;
/// Values that a worker makes JSON of at a time.
const JSON_SHARE: usize = 250;
/// Shares that are done and wait for each worker's turn.
const WAITING: usize = 2;

/// Calls `work` for each item on as many threads as there are processors, and `take` with the
/// results on this thread, in the order of the items. A worker takes `share` items at a time. The
/// first error of `take` ends it all.
pub fn each_in_order<I, R, E>(
    items: I,
    share: usize,
    work: impl Fn(I::Item) -> R + Sync,
    take: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E>
where
    I: ExactSizeIterator + Send,
    I::Item: Send,
    R: Send,
{
    let shares = items.len().div_ceil(share);
    // To find out how many processors there are, files are read: small things do not ask.
    let threads = match shares {
        0 | 1 => 1,
        _ => thread::available_parallelism().map_or(1, NonZero::get).min(shares),
    };
    each_on_threads(threads, items, share, work, take)
}

/// The same on so many threads: for work that waits more than it computes.
pub fn each_on_threads<I, R, E>(
    threads: usize,
    mut items: I,
    share: usize,
    work: impl Fn(I::Item) -> R + Sync,
    mut take: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E>
where
    I: ExactSizeIterator + Send,
    I::Item: Send,
    R: Send,
{
    if threads < 2 {
        return items.try_for_each(|item| take(work(item)));
    }
    let source = Mutex::new((0_usize, items));
    let next = || {
        let mut source = source.lock().ok()?;
        let (number, items) = &mut *source;
        let taken: Vec<I::Item> = items.by_ref().take(share).collect();
        *number += 1;
        (!taken.is_empty()).then_some((*number - 1, taken))
    };
    let (sender, receiver) = mpsc::sync_channel(threads * WAITING);
    thread::scope(|scope| {
        for _ in 0..threads {
            let (sender, work, next) = (sender.clone(), &work, &next);
            scope.spawn(move || {
                while let Some((number, taken)) = next() {
                    let results: Vec<R> = taken.into_iter().map(work).collect();
                    // Nobody listens any more after an error.
                    if sender.send((number, results)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut early = BTreeMap::new();
        let mut wanted = 0;
        for (number, results) in receiver {
            early.insert(number, results);
            while let Some(results) = early.remove(&wanted) {
                results.into_iter().try_for_each(&mut take)?;
                wanted += 1;
            }
        }
        Ok(())
    })
}

/// `work` done to each of many small things, in their order.
pub fn map<I, R>(items: I, work: impl Fn(I::Item) -> R + Sync) -> Vec<R>
where
    I: ExactSizeIterator + Send,
    I::Item: Send,
    R: Send,
{
    let mut all = Vec::with_capacity(items.len());
    let Ok(()) = each_in_order(items, SHARE, work, |result| {
        all.push(result);
        Ok::<(), Infallible>(())
    });
    all
}

/// Serializes a list, of many values on all processors.
///
/// # Errors
/// When a value or the list cannot be written.
pub fn serialize<T: Serialize + Sync, S: Serializer>(
    values: &[T],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    if values.len() <= JSON_SHARE {
        return values.serialize(serializer);
    }
    let mut list = serializer.serialize_seq(Some(values.len()))?;
    let write_share = |share: &[T]| share.iter().map(to_raw_value).collect::<Result<Vec<_>, _>>();
    each_in_order(values.chunks(JSON_SHARE), 1, write_share, |written| {
        written.map_err(S::Error::custom)?.iter().try_for_each(|it| list.serialize_element(it))
    })?;
    list.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_whatever_takes_how_long() {
        for share in [1, 7] {
            let mut seen = Vec::new();
            let work = |item: u64| {
                thread::sleep(std::time::Duration::from_micros((50 - item) * 20));
                item * 2
            };
            let Ok(()) = each_in_order(
                0..50_u32,
                share,
                |item| work(item.into()),
                |result| {
                    seen.push(result);
                    Ok::<(), Infallible>(())
                },
            );
            assert_eq!(seen, (0..50).map(|item| item * 2).collect::<Vec<u64>>());
        }
    }

    #[test]
    fn an_error_ends_it() {
        for share in [1, 10] {
            let mut taken = 0;
            let outcome = each_in_order(
                0..1000_u32,
                share,
                |item| item,
                |_| {
                    taken += 1;
                    if taken == 3 { Err("enough") } else { Ok(()) }
                },
            );
            assert_eq!((taken, outcome), (3, Err("enough")));
        }
    }

    #[test]
    fn many_small_things() {
        assert_eq!(map(0..2_500_u32, |item| item + 1), (1..=2_500).collect::<Vec<u32>>());
        assert!(map(0..0_u32, |item| item).is_empty());
    }
    #[test]
    fn lists_of_any_length_are_the_same_list() {
        #[derive(Serialize)]
        struct List(#[serde(serialize_with = "serialize")] Vec<usize>);
        for length in [0, 1, JSON_SHARE, 3 * JSON_SHARE + 1] {
            let values: Vec<usize> = (0..length).collect();
            let expected = serde_json::to_string(&values).unwrap();
            assert_eq!(serde_json::to_string(&List(values.clone())).unwrap(), expected);
            assert_eq!(serde_json::to_value(List(values)).unwrap().to_string(), expected);
        }
    }
}
