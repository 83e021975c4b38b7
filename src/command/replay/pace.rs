//! When a request is sent: at the pace of `--rate`, again after a pause, and not at all once the run is to
//! end.

use std::cell::Cell;
use std::future::Future;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::str::FromStr;
use std::time::Duration;

use time::OffsetDateTime;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::{Headers, date};

/// `10/s`, `90/m`, `1000/h`, or a number alone, which is each second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Time between two requests.
    pub interval: Duration,
}

impl FromStr for Rate {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refused = || Error::usage("not a rate, for example 10/s, 90/m or 1000/h");
        let (count, unit) = text.split_once('/').unwrap_or((text, "s"));
        let seconds = match unit {
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return Err(refused()),
        };
        let count: f64 = count.parse().map_err(|_| refused())?;
        // From one in a day to a million a second.
        let interval = seconds / count;
        if !(0.000_001..=86_400.0).contains(&interval) {
            return Err(refused());
        }
        Ok(Self { interval: Duration::from_secs_f64(interval) })
    }
}

/// Gives each request its turn. A request that comes late does not make the next ones hurry.
#[derive(Debug)]
pub struct Pace {
    rate: Option<Rate>,
    next: Cell<Option<Instant>>,
}

impl Pace {
    /// At this rate; without one as fast as it goes.
    pub fn new(rate: Option<Rate>) -> Self {
        Self { rate, next: Cell::new(None) }
    }

    /// Waits for the turn of the caller.
    pub async fn turn(&self) {
        let Some(rate) = self.rate else { return };
        let now = Instant::now();
        let mine = self.next.get().map_or(now, |next| next.max(now));
        self.next.set(Some(mine + rate.interval));
        sleep_until(mine).await;
    }
}

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

/// The pause the server asks for (`Retry-After`, RFC 9110 section 10.2.3): seconds or a date.
pub fn asked_for(headers: &Headers, now: OffsetDateTime) -> Option<Duration> {
    let text = headers.text("Retry-After")?;
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(Duration::from_secs(seconds.into()));
    }
    date::parse(text).map(|at| Duration::try_from(at - now).unwrap_or_default())
}

/// Between 0 and 1; need not be hard to guess.
fn random() -> f64 {
    let bits = RandomState::new().build_hasher().finish() >> 11;
    bits as f64 / (1_u64 << 53) as f64
}

/// Told once; what is on its way ends, nothing more begins.
#[derive(Debug, Default)]
pub struct Stop {
    is_told: Cell<bool>,
    pausing: Notify,
}

impl Stop {
    /// Lets nothing more begin.
    pub fn tell(&self) {
        self.is_told.set(true);
        self.pausing.notify_waiters();
    }

    /// Whether nothing more is to begin.
    pub fn is_told(&self) -> bool {
        self.is_told.get()
    }

    /// Waits for the end of a pause, which may be long, or for the wish to end.
    pub async fn or(&self, pause: impl Future<Output = ()>) {
        if !self.is_told() {
            tokio::select! {
                () = pause => {}
                () = self.pausing.notified() => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;
    use time::macros::datetime;

    #[test]
    fn rates() {
        for (text, millis) in [("10/s", 100), ("10", 100), ("60/m", 1000), ("0.5/s", 2000)] {
            assert_eq!(text.parse::<Rate>().unwrap().interval, Duration::from_millis(millis));
        }
        for bad in ["", "0", "-1/s", "10/d", "/s", "inf/s", "nan", "1e99/s"] {
            assert!(bad.parse::<Rate>().is_err(), "{bad}");
        }
    }

    #[tokio::test]
    async fn turns_are_evenly_spread() {
        let pace = Pace::new(Some("100/s".parse().unwrap()));
        let started = Instant::now();
        for _ in 0..6 {
            pace.turn().await;
        }
        assert!(started.elapsed() >= Duration::from_millis(50));
        let free = Pace::new(None);
        free.turn().await;
    }

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

    #[test]
    fn servers_may_ask_for_seconds_or_a_date() {
        let now = datetime!(2026-11-22 05:00 UTC);
        for (value, seconds) in [
            ("7", Some(7)),
            ("0", Some(0)),
            ("Sun, 22 Nov 2026 05:00:30 GMT", Some(30)),
            ("Sun, 22 Nov 2026 04:00:00 GMT", Some(0)),
            ("-1", None),
            ("soon", None),
            ("99999999999999999999", None),
        ] {
            let headers = [("Retry-After", value)];
            let headers = headers.iter().map(|(name, value)| crate::http::Header {
                name: (*name).into(),
                value: (*value).into(),
            });
            let pause = asked_for(&headers.collect(), now);
            assert_eq!(pause.map(|pause| pause.as_secs()), seconds, "{value}");
        }
    }

    #[tokio::test]
    async fn a_pause_ends_with_the_wish_to_end() {
        let stop = Stop::default();
        stop.or(std::future::ready(())).await;
        assert!(!stop.is_told());
        let later = async {
            tokio::task::yield_now().await;
            stop.tell();
        };
        tokio::join!(stop.or(pending()), stop.or(pending()), later);
        stop.or(pending()).await;
        assert!(stop.is_told());
    }
}
