//! Deadlines that are hardly ever reached: what comes in time sets no timer.

use std::future::Future;
use std::pin::Pin;

use tokio::time::{Instant, Sleep, sleep_until};

/// What comes of work, if it ends by then. A timer is made once it has to wait.
pub(super) async fn within<T>(deadline: Instant, work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        done = work => Some(done),
        () = async { sleep_until(deadline).await } => None,
    }
}

/// The deadline of a connection, which moves on with every request: the timer stays as it was set, and looks
/// again when it fires.
pub(super) struct Alarm(Pin<Box<Sleep>>);

impl Alarm {
    /// Set for that moment.
    pub(super) fn new(deadline: Instant) -> Self {
        Self(Box::pin(sleep_until(deadline)))
    }

    /// Waits until the deadline.
    pub(super) async fn at(&mut self, deadline: Instant) {
        let Self(timer) = self;
        if deadline < timer.deadline() {
            timer.as_mut().reset(deadline);
        }
        loop {
            timer.as_mut().await;
            if timer.deadline() >= deadline {
                return;
            }
            timer.as_mut().reset(deadline);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};
    use std::time::Duration;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn is_over(alarm: &mut Alarm, deadline: Instant) -> bool {
        let waiting = std::pin::pin!(alarm.at(deadline));
        waiting.poll(&mut Context::from_waker(Waker::noop())) == Poll::Ready(())
    }

    #[tokio::test]
    async fn it_fires_at_the_deadline_it_is_asked_about_and_at_no_other() {
        let now = Instant::now();
        let mut alarm = Alarm::new(now + HOUR);
        assert!(!is_over(&mut alarm, now + HOUR));
        // Earlier than it was set.
        alarm.at(now).await;
        // It has fired, and the deadline has moved on.
        assert!(!is_over(&mut alarm, now + HOUR) && !is_over(&mut alarm, now + 2 * HOUR));
        let soon = Instant::now() + Duration::from_millis(1);
        assert!(!is_over(&mut alarm, now + HOUR));
        alarm.at(soon).await;
        assert!(Instant::now() >= soon && is_over(&mut alarm, soon));
        assert!(!is_over(&mut alarm, now + HOUR));
    }
}
