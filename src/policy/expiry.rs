//! When a certificate stops, or starts, to work.

use std::time::Duration;

use time::OffsetDateTime;

use crate::cert::{Certificate, rfc3339};
use crate::finding::{Code, Finding, Severity};

const DAY: i64 = 86_400;

/// How long before the end a certificate is worth a word. What was asked for is kept as it is. The
/// defaults count at most as a part of the certificate's own lifetime: one that lives for a week is
/// not about to end for the whole of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// From here on it is a warning; without one 30 days, at most a third of the lifetime.
    pub warn: Option<Duration>,
    /// From here on it is critical; without one 7 days, at most a tenth of the lifetime.
    pub crit: Option<Duration>,
}

impl Limits {
    /// How many seconds before its end a certificate that lives for so many is worth a warning, and
    /// critical.
    pub fn seconds(self, lifetime: i64) -> (i64, i64) {
        let limit = |given: Option<Duration>, days: i64, part: i64| match given {
            Some(limit) => i64::try_from(limit.as_secs()).unwrap_or(i64::MAX),
            None => (days * DAY).min(lifetime / part),
        };
        (limit(self.warn, 30, 3), limit(self.crit, 7, 10))
    }

    /// Severity of having so many seconds left of a lifetime of so many seconds.
    fn severity(self, remaining: i64, lifetime: i64) -> Option<Severity> {
        let (warn, crit) = self.seconds(lifetime);
        if remaining < crit {
            Some(Severity::Critical)
        } else if remaining < warn {
            Some(Severity::Warning)
        } else {
            None
        }
    }
}

/// `certificate-expired`, `certificate-expires-soon` or `certificate-not-yet-valid`, if it is so.
/// Both bounds belong to the validity (RFC 5280 section 4.1.2.5); parts of a second do not count.
pub fn expiry(certificate: &Certificate, limits: Limits, now: OffsetDateTime) -> Option<Finding> {
    let (now, start, end) = (
        now.unix_timestamp(),
        certificate.not_before.unix_timestamp(),
        certificate.not_after.unix_timestamp(),
    );
    let name = certificate.short_name();
    let finding = |code, message: String| Some(Finding::new(code, certificate.name(), message));
    if now > end {
        let date = rfc3339(certificate.not_after);
        let message = format!("{name} expired {} ago, at {date}", distance(now - end));
        return finding(Code::CertificateExpired, message)
            .map(|finding| finding.help("install its replacement, and remove this one"));
    }
    if now < start {
        let date = rfc3339(certificate.not_before);
        let message = format!("{name} becomes valid in {}, at {date}", distance(start - now));
        return finding(Code::CertificateNotYetValid, message)
            .map(|finding| finding.help("wait, or check this machine's clock"));
    }
    let severity = limits.severity(end - now, end - start)?;
    let date = rfc3339(certificate.not_after);
    let message = format!("{name} expires in {}, at {date}", distance(end - now));
    finding(Code::CertificateExpiresSoon, message).map(|finding| {
        finding.severity(severity).help("renew it, and tell anyone who pins it about the new one")
    })
}

/// A length of time in its two largest fitting units or less: `12 days`, `3 hours`, `1 minute`.
fn distance(seconds: i64) -> String {
    let units = [("day", DAY), ("hour", 3_600), ("minute", 60), ("second", 1)];
    let (unit, length) =
        units.into_iter().find(|(_, length)| seconds >= *length).unwrap_or(("second", 1));
    match seconds / length {
        1 => format!("1 {unit}"),
        count => format!("{count} {unit}s"),
    }
}

#[cfg(test)]
mod tests {
    use time::Duration as Span;
    use time::macros::datetime;

    use super::*;
    use crate::cert::tests::sample;

    /// The sample is valid from 2026-01-01 to 2026-12-31.
    fn at(now: OffsetDateTime) -> Option<(Code, Severity)> {
        expiry(&sample(), Limits::default(), now).map(|finding| (finding.code, finding.severity))
    }

    #[test]
    fn bounds_belong_to_the_validity() {
        let start = datetime!(2026-01-01 0:00 UTC);
        let end = datetime!(2026-12-31 0:00 UTC);
        let not_yet = Some((Code::CertificateNotYetValid, Severity::Critical));
        let expired = Some((Code::CertificateExpired, Severity::Critical));
        assert_eq!(at(start - Span::seconds(1)), not_yet);
        assert_eq!(at(start - Span::milliseconds(1)), not_yet);
        assert_eq!(at(start), None);
        assert_eq!(
            at(end + Span::milliseconds(999)).map(|it| it.0),
            Some(Code::CertificateExpiresSoon)
        );
        assert_eq!(at(end + Span::seconds(1)), expired);
    }

    #[test]
    fn limits_are_warning_and_critical() {
        let end = datetime!(2026-12-31 0:00 UTC);
        let soon = |severity| Some((Code::CertificateExpiresSoon, severity));
        assert_eq!(at(end - Span::days(30)), None);
        assert_eq!(at(end - Span::days(30) + Span::seconds(1)), soon(Severity::Warning));
        assert_eq!(at(end - Span::days(7)), soon(Severity::Warning));
        assert_eq!(at(end - Span::days(7) + Span::seconds(1)), soon(Severity::Critical));
    }

    #[test]
    fn short_lives_have_short_limits() {
        // Six days: a third is two days, a tenth is 14.4 hours.
        let limits = Limits::default();
        let severity = |hours: i64| limits.severity(hours * 3_600, 6 * DAY);
        assert_eq!(severity(49), None);
        assert_eq!(severity(47), Some(Severity::Warning));
        assert_eq!(severity(15), Some(Severity::Warning));
        assert_eq!(severity(14), Some(Severity::Critical));
    }

    #[test]
    fn what_was_asked_for_is_kept_whatever_the_lifetime() {
        let days = |count: u64| Some(Duration::from_secs(count * DAY.unsigned_abs()));
        let limits = Limits { warn: days(60), crit: days(14) };
        let severity = |remaining: i64| limits.severity(remaining * DAY, 90 * DAY);
        assert_eq!(severity(10), Some(Severity::Critical));
        assert_eq!(severity(14), Some(Severity::Warning));
        assert_eq!(severity(59), Some(Severity::Warning));
        assert_eq!(severity(60), None);
        // One that was asked for does not lift the other.
        let only_warn = Limits { warn: days(60), crit: None };
        assert_eq!(only_warn.severity(8 * DAY, 90 * DAY), Some(Severity::Warning));
    }

    #[test]
    fn distances() {
        assert_eq!(distance(12 * DAY + 5), "12 days");
        assert_eq!(distance(DAY), "1 day");
        assert_eq!(distance(7_300), "2 hours");
        assert_eq!(distance(0), "0 seconds");
    }

    #[test]
    fn distances_change_their_unit_where_it_is_full() {
        assert_eq!(distance(1), "1 second");
        assert_eq!(distance(59), "59 seconds");
        assert_eq!(distance(60), "1 minute");
        assert_eq!(distance(3_599), "59 minutes");
        assert_eq!(distance(3_600), "1 hour");
        assert_eq!(distance(DAY - 1), "23 hours");
    }

    #[test]
    fn the_message_says_how_long_it_is() {
        let message = |now| expiry(&sample(), Limits::default(), now).unwrap().message;
        let (start, end) = (datetime!(2026-01-01 0:00 UTC), datetime!(2026-12-31 0:00 UTC));
        let (before, soon, after) = (
            message(start - Span::hours(5)),
            message(end - Span::days(3)),
            message(end + Span::days(2)),
        );
        assert!(before.contains("becomes valid in 5 hours, at 2026-01-01"), "{before}");
        assert!(soon.contains("expires in 3 days, at 2026-12-31"), "{soon}");
        assert!(after.contains("expired 2 days ago, at 2026-12-31"), "{after}");
    }

    #[test]
    fn thresholds_are_compared_in_seconds_of_the_lifetime() {
        // Nine days: a third is three days, a tenth is 21.6 hours; at most 30 and 7 days of long ones.
        let severity =
            |hours: i64, days: i64| Limits::default().severity(hours * 3_600, days * DAY);
        assert_eq!((severity(72, 9), severity(71, 9)), (None, Some(Severity::Warning)));
        assert_eq!(
            (severity(22, 9), severity(21, 9)),
            (Some(Severity::Warning), Some(Severity::Critical))
        );
        assert_eq!((severity(720, 4000), severity(719, 4000)), (None, Some(Severity::Warning)));
        assert_eq!(
            (severity(168, 4000), severity(167, 4000)),
            (Some(Severity::Warning), Some(Severity::Critical))
        );
    }

    #[test]
    fn a_certificate_is_measured_by_its_own_lifetime() {
        let mut certificate = sample();
        certificate.not_after = certificate.not_before + Span::days(6);
        let at = |hours| {
            let now = certificate.not_after - Span::hours(hours);
            expiry(&certificate, Limits::default(), now).map(|finding| finding.severity)
        };
        assert_eq!(
            (at(49), at(47), at(14)),
            (None, Some(Severity::Warning), Some(Severity::Critical))
        );
    }
}
