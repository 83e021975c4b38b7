//! When a request is sent again: after which pause, and which failures and statuses may pass.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use crate::failure::Failure;

/// The first pause; each further one is twice as long.
const FIRST: Duration = Duration::from_millis(500);
/// The longest pause of our own choice.
const LONGEST: Duration = Duration::from_secs(30);
/// The longest pause a server may ask for; when it wants more, we give up and say so.
pub const PATIENCE: Duration = Duration::from_secs(300);

/// Whether an answer of this status may be another one later (RFC 9110, RFC 6585).
pub fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504)
}

/// Whether a failure before anything was sent may not be there the next time. A wrong name, a
/// missing trust or a refusal with an alert will.
pub fn may_pass(failure: Failure) -> bool {
    use Failure::{Closed, Proxy, Refused, Reset, Timeout, Unreachable};
    matches!(failure, Refused | Unreachable | Timeout | Closed | Reset | Proxy)
}

/// The pause before try `tries + 1`: exponential, and spread at random between half of that and
/// all of it, so that lanes which failed together do not come back together.
pub fn pause(tries: u32) -> Duration {
    let full = FIRST.saturating_mul(1 << tries.saturating_sub(1).min(16)).min(LONGEST);
    full.mul_f64(0.5 + random() / 2.0)
}

/// Why nothing is tried again when the server asks for such a pause, and what to do.
pub fn out_of_patience(pause: Duration) -> String {
    format!(
        "it asks to wait {} s (Retry-After), and the limit is {} s: send it again later; with \
         --journal the same command continues",
        pause.as_secs(),
        PATIENCE.as_secs()
    )
}

/// Between 0 and 1; need not be hard to guess.
fn random() -> f64 {
    let bits = RandomState::new().build_hasher().finish() >> 11;
    bits as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_otherwise_the_next_time() {
        for status in [408, 425, 429, 500, 502, 503, 504] {
            assert!(is_passing(status), "{status}");
        }
        for status in [200, 304, 400, 401, 403, 404, 409, 413, 426, 428, 501, 505] {
            assert!(!is_passing(status), "{status}");
        }
        for failure in ["refused", "unreachable", "timeout", "closed", "reset", "proxy"] {
            assert!(may_pass(failure.parse().unwrap()), "{failure}");
        }
        for failure in ["dns", "untrusted", "tls-alert", "not-tls", "unsupported"] {
            assert!(!may_pass(failure.parse().unwrap()), "{failure}");
        }
    }

    #[test]
    fn pauses_double_and_are_bounded() {
        for (tries, most) in [(1, 500), (2, 1_000), (3, 2_000), (7, 30_000), (1_000, 30_000)] {
            for _ in 0..50 {
                let pause = pause(tries).as_millis();
                assert!((most / 2..=most).contains(&pause), "{tries}: {pause}");
            }
        }
        let some: std::collections::HashSet<_> = (0..20).map(|_| pause(5)).collect();
        assert!(some.len() > 10, "not spread");
    }
}
