//! Dates as HTTP writes them (RFC 9110 section 5.6.7): `Sun, 22 Nov 2026 05:00:00 GMT`.

use std::time::Duration;

use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

use super::Headers;
use crate::clock;

/// What stands after the name of the day.
const AFTER_DAY: &[BorrowedFormatItem<'_>] =
    format_description!("[day] [month repr:short] [year] [hour]:[minute]:[second]");

/// The moment that a date says. `UTC` is taken for `GMT`, and the name of the day is not compared.
pub fn parse(text: &str) -> Option<OffsetDateTime> {
    let (_, rest) = text.split_once(' ')?;
    let rest = rest.strip_suffix("GMT").or(rest.strip_suffix("UTC"))?;
    PrimitiveDateTime::parse(rest.trim(), AFTER_DAY).ok().map(PrimitiveDateTime::assume_utc)
}

/// The moment, to the second.
pub fn write(moment: OffsetDateTime) -> String {
    let moment = clock::utc(moment);
    let day = &moment.weekday().to_string()[..3];
    format!("{day}, {} GMT", moment.format(AFTER_DAY).unwrap_or_default())
}

/// The pause the server asks for (`Retry-After`, RFC 9110 section 10.2.3): seconds or a date.
pub fn retry_after(headers: &Headers, now: OffsetDateTime) -> Option<Duration> {
    let text = headers.text("Retry-After")?;
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(Duration::from_secs(seconds.into()));
    }
    parse(text).map(|at| Duration::try_from(at - now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn both_ways() {
        let moment = datetime!(2026-11-22 05:00:07 UTC);
        assert_eq!(write(moment), "Sun, 22 Nov 2026 05:00:07 GMT");
        assert_eq!(parse("Sun, 22 Nov 2026 05:00:07 GMT"), Some(moment));
        for wrong in ["", "Sun", "Sun, 22 Nov 2026 05:00:07", "Sun, 32 Nov 2026 05:00:07 GMT"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
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
            let pause = retry_after(&headers.collect(), now);
            assert_eq!(pause.map(|pause| pause.as_secs()), seconds, "{value}");
        }
    }
}
