//! The memory that the bodies of all connections may take together. A body has its share before it is
//! read: who does not get one waits, with its bytes still in the queue of the system.
//!
//! There are two rooms, so that a few large bodies do not keep the many small ones waiting. Who has a
//! share of the large room waits for nothing, and who has one of the small room waits only for the
//! large one: no two half-read bodies wait for each other.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::body::SMALL;
use crate::http::framing::Framing;

/// Shares are counted in so many bytes.
const UNIT: u64 = 1 << 10;
/// The small room is one part of so many.
const PARTS: u64 = 8;

/// Room for bodies.
#[derive(Debug)]
pub struct Budget {
    small: Arc<Semaphore>,
    large: Arc<Semaphore>,
    longest: u64,
}

/// The part of the room that one body has, until it is dropped.
#[derive(Debug, Default)]
pub struct Share {
    _permit: Option<OwnedSemaphorePermit>,
    covers: u64,
}

impl Budget {
    /// Room for `memory` bytes, and bodies of up to `longest`; both rooms have room for at least one.
    pub fn new(memory: u64, longest: u64) -> Self {
        let small = memory / PARTS;
        let room = |bytes: u64, least| Arc::new(Semaphore::new(units(bytes.max(least)) as usize));
        Self { small: room(small, SMALL), large: room(memory - small, longest), longest }
    }

    /// The least memory that has room for a body of that length beside small ones.
    pub fn least(longest: u64) -> u64 {
        let large = longest.saturating_add(longest.div_ceil(PARTS - 1)).saturating_add(UNIT);
        large.max(PARTS * SMALL)
    }

    /// A share for a body that is announced like this, once there is room. One that comes in chunks
    /// may be of any length: it begins as a small one.
    pub async fn share(&self, framing: Framing) -> Share {
        match framing {
            Framing::Empty | Framing::Length(0) => Share::default(),
            Framing::Length(length) if length > SMALL => Share::of(&self.large, length).await,
            Framing::Length(length) => match Share::at_once(&self.small, length)
                .or_else(|| Share::at_once(&self.large, length))
            {
                Some(share) => share,
                None => Share::of(&self.small, length).await,
            },
            Framing::Chunked | Framing::UntilClose => Share::of(&self.small, SMALL).await,
        }
    }

    /// Makes the share cover so many bytes, once there is room.
    pub async fn cover(&self, share: &mut Share, length: u64) {
        if length > share.covers {
            *share = Share::of(&self.large, self.longest).await;
        }
    }
}

impl Share {
    /// How many bytes the body may have.
    pub fn covers(&self) -> u64 {
        self.covers
    }

    async fn of(room: &Arc<Semaphore>, covers: u64) -> Self {
        // Nobody closes a room.
        let permit = room.clone().acquire_many_owned(units(covers)).await.ok();
        Self { _permit: permit, covers }
    }

    fn at_once(room: &Arc<Semaphore>, covers: u64) -> Option<Self> {
        let permit = room.clone().try_acquire_many_owned(units(covers)).ok()?;
        Some(Self { _permit: Some(permit), covers })
    }
}

fn units(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    const MIB: u64 = 1 << 20;

    /// The share, if there is room now.
    async fn now(budget: &Budget, framing: Framing) -> Option<Share> {
        timeout(Duration::from_millis(10), budget.share(framing)).await.ok()
    }

    #[tokio::test]
    async fn large_bodies_wait_for_each_other_and_small_ones_for_none() {
        let budget = Budget::new(8 * MIB, 4 * MIB);
        let large = Framing::Length(4 * MIB);
        let first = now(&budget, large).await.unwrap();
        assert_eq!(first.covers(), 4 * MIB);
        assert!(now(&budget, large).await.is_none(), "there are 7 MiB for large ones");
        let small: Vec<_> = {
            let mut small = Vec::new();
            while let Some(share) = now(&budget, Framing::Length(SMALL)).await {
                small.push(share);
            }
            small
        };
        assert_eq!(small.len() as u64, 4 * MIB / SMALL, "the small room, and what large ones left");
        assert!(now(&budget, Framing::Length(0)).await.is_some(), "nothing takes no room");
        drop(first);
        assert!(now(&budget, large).await.is_some(), "what is given back is had by others");
        drop(small);
    }

    #[tokio::test]
    async fn chunks_begin_small_and_get_all_they_may_become_at_once() {
        let budget = Budget::new(8 * MIB, 4 * MIB);
        let mut chunks = now(&budget, Framing::Chunked).await.unwrap();
        budget.cover(&mut chunks, SMALL).await;
        assert_eq!(chunks.covers(), SMALL);
        budget.cover(&mut chunks, SMALL + 1).await;
        assert_eq!(chunks.covers(), 4 * MIB);
        let mut others = now(&budget, Framing::Chunked).await.unwrap();
        let more = budget.cover(&mut others, SMALL + 1);
        assert!(timeout(Duration::from_millis(10), more).await.is_err());
        drop(chunks);
        budget.cover(&mut others, SMALL + 1).await;
        assert_eq!(others.covers(), 4 * MIB);
    }

    #[tokio::test]
    async fn what_is_least_has_room_for_the_longest() {
        for longest in [0, 1, SMALL, SMALL + 1, 10_000_000, 12_345_678_901] {
            let least = Budget::least(longest);
            let budget = Budget::new(least, longest);
            assert!(now(&budget, Framing::Length(longest)).await.is_some(), "{longest}");
            assert!(units(least - least / PARTS) >= units(longest), "{longest}");
        }
        assert_eq!(Budget::least(u64::MAX), u64::MAX);
        assert!(now(&Budget::new(u64::MAX, u64::MAX), Framing::Length(u64::MAX)).await.is_some());
    }
}
