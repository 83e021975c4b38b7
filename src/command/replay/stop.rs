//! The wish to end, and pauses that end with it.

use std::cell::Cell;
use std::future::Future;

use tokio::sync::Notify;

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
    use std::future::pending;

    use super::*;

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
