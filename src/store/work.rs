//! How much key derivation one file may cause: counts come from the file, so they are weighed
//! before anything is derived.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Error, Result};
use crate::failure::Failure;

/// Iteration counts above this are refused whatever they cost. The highest in use is 1,000,000
/// (`openssl pkcs12 -iter`, password managers); OWASP asks for 600,000.
const MAX_ITERATIONS: u64 = 10_000_000;

/// Work for one file and password, in SHA-256 compressions (0.06 to 0.25 µs each). A file of
/// 1,000,000 iterations with SHA-512 everywhere takes 16 million.
const MAX_COST: u64 = 20_000_000;

/// Memory that scrypt may take, in bytes. OpenSSL's default parameters take 16 MiB.
const MAX_MEMORY: u64 = 128 << 20;

/// How many things a file may hold. The largest trust stores have a few hundred; whoever joins
/// all the certificates of a company in one file stays far below.
pub(super) const MAX_ENTRIES: usize = 500_000;

/// How many private keys a file may hold: each costs a curve point.
pub(super) const MAX_KEYS: usize = 2_000;

/// Fails with `too-large` if there are more than `limit`.
pub(super) fn at_most(limit: usize, count: usize, what: &str) -> Result<()> {
    if count <= limit {
        return Ok(());
    }
    Err(Error::new(Failure::TooLarge, format!("more than {limit} {what} in one file")))
}

/// Work still allowed. Shared by everything that is decrypted in one file, now or later.
#[derive(Debug)]
pub(crate) struct Work(AtomicU64);

impl Work {
    /// Allows the full cost for each of so many passwords.
    pub fn new(passwords: usize) -> Self {
        Self(AtomicU64::new(MAX_COST.saturating_mul(passwords.clamp(1, 1000) as u64)))
    }

    /// Takes the cost of `iterations`, each of `compressions`, off what is allowed.
    pub fn spend(&self, iterations: u64, compressions: u64) -> Result<()> {
        let refused = |why: &str| {
            let message = format!("{iterations} iterations of key derivation {why}");
            Err(Error::new(Failure::Unsupported, message)
                .help("such a count is excessive; write the file again with 600000 or fewer"))
        };
        if iterations > MAX_ITERATIONS {
            return refused(&format!("are more than {MAX_ITERATIONS}"));
        }
        let cost = iterations.saturating_mul(compressions);
        let left = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(cost));
        if left.is_ok() { Ok(()) } else { refused("exceed the work allowed for one file") }
    }

    /// Refuses more memory than scrypt may take.
    pub fn memory(&self, bytes: u64) -> Result<()> {
        if bytes <= MAX_MEMORY {
            return Ok(());
        }
        let message = format!("scrypt with {} MiB of memory", bytes >> 20);
        Err(Error::new(Failure::Unsupported, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_sums_are_bounded() {
        let work = Work::new(0);
        let error = work.spend(10_000_001, 1).unwrap_err();
        assert_eq!(error.code, Failure::Unsupported);
        assert!(error.message.starts_with("10000001 iterations"), "{error}");
        for _ in 0..2 {
            work.spend(1_000_000, 10).unwrap();
        }
        assert!(work.spend(1, 1).unwrap_err().message.contains("exceed the work"));
        assert_eq!(at_most(1, 2, "keys").unwrap_err().code, Failure::TooLarge);
        assert!(Work::new(0).memory(u64::MAX).is_err());
    }
}
