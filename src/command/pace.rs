//! How fast requests follow each other, and the wish to end.

use std::cell::Cell;
use std::future::Future;
use std::str::FromStr;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use crate::error::{Error, Result};

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

    /// Whether anybody may have to wait for a turn.
    pub fn is_limited(&self) -> bool {
        self.rate.is_some()
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

/// A wish to end, told once.
#[derive(Debug, Default)]
pub struct Stop {
    is_told: Cell<bool>,
    waiting: Notify,
}

impl Stop {
    /// Ends what heeds it.
    pub fn tell(&self) {
        self.is_told.set(true);
        self.waiting.notify_waiters();
    }

    /// Whether it was told.
    pub fn is_told(&self) -> bool {
        self.is_told.get()
    }

    /// What comes of that, unless the wish to end comes first: a wait may be long.
    pub async fn or<T>(&self, wait: impl Future<Output = T>) -> Option<T> {
        if self.is_told() {
            return None;
        }
        tokio::select! {
            biased;
            value = wait => Some(value),
            () = self.waiting.notified() => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

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

    #[tokio::test]
    async fn a_wait_ends_with_the_wish_to_end() {
        let stop = Stop::default();
        assert_eq!(stop.or(std::future::ready(1)).await, Some(1));
        assert!(!stop.is_told());
        let later = async {
            tokio::task::yield_now().await;
            stop.tell();
        };
        let pause = || stop.or(pending::<()>());
        assert_eq!(tokio::join!(pause(), pause(), later), (None, None, ()));
        assert_eq!(pause().await, None);
        assert!(stop.is_told());
    }
}
