//! Changed bodies made and tried on all processors, none twice, and what comes of them taken in their
//! order: the outcome is the same as if they had been tried one after the other.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::num::NonZero;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::thread;

use foldhash::quality::RandomState;

use super::bodies::{Body, Change};
use crate::parallel;

/// Shorter bodies are tried before threads are awake.
const SHORT: usize = 16 << 10;
/// Most bytes of bodies, as they were given, that are changed at the same time, but for one.
const MOST_HELD: usize = 32 << 20;

/// Where a body stands in the order of trial: the round, the item of the round, the body of that item.
type Place = (usize, usize, usize);

/// The bodies that were made, each with the first place where it stands.
struct Seen {
    random: RandomState,
    places: Mutex<HashMap<u64, Place>>,
}

impl Seen {
    fn hash(&self, body: &[u8]) -> u64 {
        self.random.hash_one(body)
    }

    /// The first place known of a body that stands at `place`, too.
    fn first(&self, hash: u64, place: Place) -> Place {
        let Ok(mut places) = self.places.lock() else { return place };
        let first = places.entry(hash).or_insert(place);
        *first = place.min(*first);
        *first
    }
}

/// What is done to each body, on any thread. The last is what it has in common with those before it.
type Work<'r, C, R> = dyn Fn(Change, &Body<'_>, &mut C) -> R + Sync + 'r;

/// Rounds of changed bodies: each is done before the next begins.
pub struct Rounds<'r, C, R> {
    threads: usize,
    seen: Seen,
    round: usize,
    /// Room of bodies that were written before.
    spare: Mutex<Vec<Vec<u8>>>,
    work: &'r Work<'r, C, R>,
    take: &'r mut dyn FnMut(R) -> ControlFlow<()>,
}

/// The bodies of one item, made one after the other.
pub struct Kin<'k, C, R> {
    seen: &'k Seen,
    place: Place,
    work: &'k Work<'k, C, R>,
    common: C,
    done: Vec<Done<R>>,
}

/// A body that was made; without a result when it was known already.
struct Done<R> {
    hash: u64,
    place: Place,
    result: Option<R>,
}

impl<C: Default, R> Kin<'_, C, R> {
    /// The next body, which has nothing in common with those before it.
    pub fn other(&mut self, change: Change, bytes: &[u8]) -> u64 {
        self.common = C::default();
        self.alike(change, bytes)
    }

    /// The next body, which differs from the one before it in nothing but line ends at its end. Returns its
    /// hash.
    pub fn alike(&mut self, change: Change, bytes: &[u8]) -> u64 {
        let (hash, place) = (self.seen.hash(bytes), self.place);
        let is_first = self.seen.first(hash, place) == place;
        let result = is_first.then(|| (self.work)(change, &Body::new(bytes), &mut self.common));
        self.done.push(Done { hash, place, result });
        self.place.2 += 1;
        hash
    }
}

impl<'r, C: Default, R: Send> Rounds<'r, C, R> {
    /// Rounds of the changes of that body, which is not tried itself.
    pub fn of(
        body: &[u8],
        work: &'r Work<'r, C, R>,
        take: &'r mut dyn FnMut(R) -> ControlFlow<()>,
    ) -> Self {
        let most = MOST_HELD / body.len().max(1);
        let threads = match body.len() >= SHORT && most > 1 {
            true => thread::available_parallelism().map_or(1, NonZero::get).min(most),
            false => 1,
        };
        let seen = Seen { random: RandomState::default(), places: Mutex::default() };
        seen.first(seen.hash(body), Place::default());
        Self { threads, seen, round: 0, spare: Mutex::default(), work, take }
    }

    /// Makes bodies of each item, and has them tried; ends when the last has been taken, or `take` says so.
    /// What else comes of each item goes to `also`.
    pub fn round<I: Send, O: Send>(
        &mut self,
        items: Vec<I>,
        make: impl Fn(I, &mut Vec<u8>, &mut Kin<'_, C, R>) -> O + Sync,
        mut also: impl FnMut(O),
    ) -> ControlFlow<()> {
        self.round += 1;
        let threads = self.threads.min(items.len());
        let (seen, spare, work, take) = (&self.seen, &self.spare, self.work, &mut *self.take);
        let round = self.round;
        let made = |(number, item)| {
            let room = spare.lock().ok().and_then(|mut spare| spare.pop());
            let (mut room, place) = (room.unwrap_or_default(), (round, number, 0));
            let mut kin = Kin { seen, place, work, common: C::default(), done: Vec::new() };
            let other = make(item, &mut room, &mut kin);
            if let Ok(mut spare) = spare.lock() {
                spare.push(room);
            }
            (kin.done, other)
        };
        let items = items.into_iter().enumerate();
        let ended = parallel::each_on_threads(threads, items, 1, made, |(done, other)| {
            also(other);
            for Done { hash, place, result } in done {
                // Whatever stands before it has been made by now.
                if let Some(result) = result.filter(|_| seen.first(hash, place) == place)
                    && take(result).is_break()
                {
                    return Err(());
                }
            }
            Ok(())
        });
        if ended.is_err() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

#[cfg(test)]
#[path = "rounds_tests.rs"]
mod tests;
