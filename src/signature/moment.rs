//! Times of signing, in the four ways senders write them.

use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

use super::scheme::Unit;
use crate::clock;
use crate::http::date;

/// The moment that `text` says, or why it says none.
pub fn parse(text: &str, unit: Unit) -> Result<OffsetDateTime, String> {
    let shown = || if text.len() <= 40 { format!(" {text}") } else { String::new() };
    match unit {
        Unit::Seconds | Unit::Milliseconds => {
            if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(format!("the timestamp{} is not a number", shown()));
            }
            let digits = text.trim_start_matches('0').len();
            let other = match (unit, digits) {
                (Unit::Seconds, 12..=14) => Some("milliseconds, where seconds are expected"),
                (Unit::Milliseconds, 9..=10) => Some("seconds, where milliseconds are expected"),
                _ => None,
            };
            if let Some(other) = other {
                return Err(format!("the timestamp {text} is in {other}"));
            }
            // 13 digits of seconds lie beyond the year 30000, 16 digits of milliseconds as well.
            let number: i64 = text.parse().map_err(|_| too_long(digits))?;
            let moment = match unit {
                Unit::Seconds => OffsetDateTime::from_unix_timestamp(number),
                _ => OffsetDateTime::from_unix_timestamp_nanos(i128::from(number) * 1_000_000),
            };
            moment.map_err(|_| too_long(digits))
        }
        Unit::Rfc3339 => OffsetDateTime::parse(text, &Rfc3339)
            .ok()
            .and_then(|moment| moment.checked_to_offset(UtcOffset::UTC))
            .ok_or_else(|| format!("the timestamp{} is not an RFC 3339 time", shown())),
        Unit::Rfc3339Utc => parse(text, Unit::Rfc3339)
            .or_else(|error| parse(&format!("{text}Z"), Unit::Rfc3339).map_err(|_| error)),
        Unit::HttpDate => {
            date::parse(text).ok_or_else(|| format!("the timestamp{} is not an HTTP date", shown()))
        }
    }
}

fn too_long(digits: usize) -> String {
    format!("the timestamp is a number of {digits} digits, which is not a time")
}

/// The moment as a sender writes it.
pub fn write(moment: OffsetDateTime, unit: Unit) -> String {
    let moment = clock::utc(moment);
    match unit {
        Unit::Seconds => moment.unix_timestamp().to_string(),
        Unit::Milliseconds => (moment.unix_timestamp_nanos() / 1_000_000).to_string(),
        Unit::Rfc3339 | Unit::Rfc3339Utc => moment.format(&Rfc3339).unwrap_or_default(),
        Unit::HttpDate => date::write(moment),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn each_unit_both_ways() {
        let moment = datetime!(2026-11-22 05:00:07 UTC);
        for unit in Unit::ALL {
            assert_eq!(parse(&write(moment, *unit), *unit), Ok(moment), "{unit}");
        }
        assert_eq!(write(moment, Unit::HttpDate), "Sun, 22 Nov 2026 05:00:07 GMT");
    }

    #[test]
    fn what_senders_write_besides() {
        let box_time = parse("2020-01-01T00:00:00-07:00", Unit::Rfc3339).unwrap();
        assert_eq!(box_time, datetime!(2020-01-01 07:00 UTC));
        let orb = parse("2026-11-22T05:00:07.25", Unit::Rfc3339Utc).unwrap();
        assert_eq!(orb, datetime!(2026-11-22 05:00:07.25 UTC));
        assert!(parse("2026-11-22T05:00:07", Unit::Rfc3339).is_err());
        let scalr = parse("Thu 07 Sep 2017 06:30:04 UTC", Unit::HttpDate).unwrap();
        assert_eq!(scalr, datetime!(2017-09-07 06:30:04 UTC));
    }

    #[test]
    fn what_is_no_time_is_said_so() {
        let long = "1".repeat(40);
        assert_eq!(
            parse(&long, Unit::Seconds).unwrap_err(),
            "the timestamp is a number of 40 digits, which is not a time"
        );
        assert!(parse("999999999999999", Unit::Seconds).is_err());
        assert_eq!(
            parse("1795000000123", Unit::Seconds).unwrap_err(),
            "the timestamp 1795000000123 is in milliseconds, where seconds are expected"
        );
        assert_eq!(
            parse("1795000000", Unit::Milliseconds).unwrap_err(),
            "the timestamp 1795000000 is in seconds, where milliseconds are expected"
        );
        assert_eq!(parse("-1", Unit::Seconds).unwrap_err(), "the timestamp -1 is not a number");
        for (text, unit) in [
            ("", Unit::Seconds),
            ("now", Unit::Rfc3339),
            // In UTC it is later than the last year.
            ("9999-12-31T23:59:59-23:59", Unit::Rfc3339),
            ("9999-12-31T23:59:59-23:59", Unit::Rfc3339Utc),
            ("é", Unit::HttpDate),
        ] {
            assert!(parse(text, unit).is_err(), "{text}");
        }
    }
}
