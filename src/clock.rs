//! The clock by which live peers are trusted.
//!
//! `--at` moves the moment at which files and signatures are judged (`Context.now`). It must never
//! move the moment at which a server is trusted with a payload, or a caller is let in: a certificate
//! that has expired would be good again. So that moment has a type of its own, and no way leads to it
//! from a moment that somebody chose.

use time::{OffsetDateTime, PrimitiveDateTime, UtcOffset};

/// The same moment in UTC, at most the last that there is: with an offset, a text can name one that is later
/// (9999-12-31T23:59:59-23:59).
pub fn utc(moment: OffsetDateTime) -> OffsetDateTime {
    let last = PrimitiveDateTime::MAX.assume_utc();
    moment.checked_to_offset(UtcOffset::UTC).unwrap_or(last)
}

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

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn every_moment_is_one_in_utc() {
        let noon = datetime!(2026-11-26 12:00 +2);
        assert_eq!(utc(noon), noon);
        assert_eq!(utc(noon).offset(), UtcOffset::UTC);
        let beyond = datetime!(9999-12-31 23:59:59 -23:59);
        assert_eq!(utc(beyond).year(), 9999);
        assert_eq!(utc(datetime!(0000-01-01 0:00 +23:59)).year(), -1);
    }
}
