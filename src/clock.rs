//! The clock by which live peers are trusted.
//!
//! `--at` moves the moment at which files and signatures are judged (`Context.now`). It must never
//! move the moment at which a server is trusted with a payload, or a caller is let in: a certificate
//! that has expired would be good again. So that moment has a type of its own, and no way leads to it
//! from a moment that somebody chose.

use time::OffsetDateTime;

/// A moment of the real clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PeerTime(OffsetDateTime);

impl PeerTime {
    /// The moment itself (UTC).
    pub fn moment(self) -> OffsetDateTime {
        self.0
    }
}

/// The real clock. It is asked anew for every peer: a run can outlive a certificate.
#[derive(Clone, Copy, Debug, Default)]
pub struct PeerClock {
    /// Only tests can stop it.
    #[cfg(test)]
    stopped: Option<OffsetDateTime>,
}

impl PeerClock {
    /// The moment now.
    pub fn now(self) -> PeerTime {
        #[cfg(test)]
        if let Some(moment) = self.stopped {
            return PeerTime(moment);
        }
        PeerTime(OffsetDateTime::now_utc())
    }

    /// A clock that stands still at this moment.
    #[cfg(test)]
    pub fn stopped(moment: OffsetDateTime) -> Self {
        Self { stopped: Some(moment) }
    }
}
