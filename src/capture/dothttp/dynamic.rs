//! Variables that have another value each time: `{{$guid}}`, `{{$timestamp}}` and their like.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use time::format_description::well_known::Rfc2822;
use time::macros::format_description;
use time::{Duration, Month, OffsetDateTime, UtcOffset};

/// The longest text that is made up, in characters.
const LONGEST: u64 = 1000;
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const DIGITS: &[u8] = b"0123456789";

/// The value of `$name argument...`, or of `$random.name(arguments)`, if it is known.
pub(super) fn value(text: &str, now: OffsetDateTime) -> Option<String> {
    let end = text.find([' ', '\t', '(']).unwrap_or(text.len());
    let (name, arguments) = text.split_at(end);
    let arguments = arguments.trim().trim_start_matches('(').trim_end_matches(')');
    let mut words = arguments.split([' ', '\t', ',']).filter(|word| !word.is_empty());
    let (first, second, third) = (words.next(), words.next(), words.next());
    let number = |word: Option<&str>| word.and_then(|word| word.parse::<i64>().ok());
    let length = || number(first).and_then(|length| u64::try_from(length).ok());
    match (name, first) {
        ("$guid" | "$uuid" | "$random.uuid", None) => Some(uuid()),
        ("$timestamp", _) => Some(moved(now, first, second)?.unix_timestamp().to_string()),
        ("$isoTimestamp", None) => iso(now),
        ("$datetime", Some("iso8601")) => iso(moved(now, second, third)?),
        ("$datetime", Some("rfc1123")) => {
            let text = moved(now, second, third)?.format(&Rfc2822).ok()?;
            Some(text.replace("+0000", "GMT"))
        }
        ("$randomInt", None) => Some(below(1001).to_string()),
        ("$randomInt" | "$random.integer", Some(_)) => {
            between(number(first)?, number(second)?).map(|value| value.to_string())
        }
        ("$random.float", Some(_)) => {
            let (from, to) = (first?.parse::<f64>().ok()?, second?.parse::<f64>().ok()?);
            // 53 bits, as many as a fraction has.
            let part = (random() >> 11) as f64 / (1_u64 << 53) as f64;
            Some((from + (to - from) * part).to_string()).filter(|_| from < to)
        }
        ("$random.alphabetic", Some(_)) => letters(length()?, LETTERS),
        ("$random.alphanumeric", Some(_)) => letters(length()?, &[LETTERS, DIGITS].concat()),
        ("$random.hexadecimal", Some(_)) => letters(length()?, b"0123456789ABCDEF"),
        ("$random.email", None) => Some(format!("{}@example.com", letters(10, LETTERS)?)),
        _ => None,
    }
}

/// A moment so many years, quarters, months, weeks, days, hours, minutes, seconds or milliseconds later.
fn moved(now: OffsetDateTime, count: Option<&str>, unit: Option<&str>) -> Option<OffsetDateTime> {
    let now = now.to_offset(UtcOffset::UTC);
    let (count, unit) = match (count, unit) {
        (None, None) => return Some(now),
        (count, unit) => (count?.parse::<i32>().ok()?, unit?),
    };
    let months = match unit {
        "y" => 12,
        "Q" => 3,
        "M" => 1,
        _ => {
            let unit = match unit {
                "w" => Duration::WEEK,
                "d" => Duration::DAY,
                "h" => Duration::HOUR,
                "m" => Duration::MINUTE,
                "s" => Duration::SECOND,
                "ms" => Duration::MILLISECOND,
                _ => return None,
            };
            return now.checked_add(unit.checked_mul(count)?);
        }
    };
    let month = now
        .year()
        .checked_mul(12)?
        .checked_add(count.checked_mul(months)?)?
        .checked_add(i32::from(u8::from(now.month())) - 1)?;
    let year = month.div_euclid(12);
    let month = Month::try_from(u8::try_from(month.rem_euclid(12)).ok()? + 1).ok()?;
    // The last of a month that is shorter.
    let day = now.day().min(month.length(year));
    now.replace_day(1)
        .ok()?
        .replace_year(year)
        .ok()?
        .replace_month(month)
        .ok()?
        .replace_day(day)
        .ok()
}

/// `2026-11-22T05:00:00.000Z`
fn iso(moment: OffsetDateTime) -> Option<String> {
    let form =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    moment.to_offset(UtcOffset::UTC).format(form).ok()
}

/// A UUID of version 4 (RFC 9562 section 5.4).
fn uuid() -> String {
    let (high, low) = (random(), random());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        (low >> 48) & 0x3fff | 0x8000,
        low & 0xffff_ffff_ffff
    )
}

fn letters(length: u64, of: &[u8]) -> Option<String> {
    let one = |_| of.get(below(of.len() as u64) as usize).map(|byte| char::from(*byte));
    (1..=LONGEST).contains(&length).then(|| (0..length).filter_map(one).collect())
}

/// From the first number up to, and without, the second.
fn between(from: i64, to: i64) -> Option<i64> {
    let width = u64::try_from(to.checked_sub(from)?).ok().filter(|width| *width > 0)?;
    from.checked_add(i64::try_from(below(width)).ok()?)
}

fn below(end: u64) -> u64 {
    ((u128::from(random()) * u128::from(end)) >> 64) as u64
}

/// Values must differ, they need not be secret: the seed of the standard hash maps is random enough.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-11-30 05:00:00.25 UTC);

    fn value(text: &str) -> Option<String> {
        super::value(text, NOW)
    }

    #[test]
    fn moments_are_those_of_the_clients() {
        for (text, expected) in [
            ("$timestamp", "1796014800"),
            ("$timestamp -1 d", "1795928400"),
            ("$timestamp 3 M", "1803790800"),
            ("$timestamp -1 y", "1764478800"),
            ("$isoTimestamp", "2026-11-30T05:00:00.250Z"),
            ("$datetime iso8601", "2026-11-30T05:00:00.250Z"),
            ("$datetime iso8601 3 M", "2027-02-28T05:00:00.250Z"),
            ("$datetime iso8601 -2 Q", "2026-05-30T05:00:00.250Z"),
            ("$datetime rfc1123 1 h", "Mon, 30 Nov 2026 06:00:00 GMT"),
        ] {
            assert_eq!(value(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_made_up_has_its_form_and_differs() {
        let uuid = value("$guid").unwrap();
        let parts: Vec<_> = uuid.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
        assert!(uuid.as_bytes()[14] == b'4' && b"89ab".contains(&uuid.as_bytes()[19]), "{uuid}");
        assert_ne!(value("$uuid"), value("$random.uuid"));
        for _ in 0..100 {
            let number: i64 = value("$randomInt -2 3").unwrap().parse().unwrap();
            assert!((-2..3).contains(&number));
            let number: i64 = value("$random.integer(5, 7)").unwrap().parse().unwrap();
            assert!((5..7).contains(&number));
            assert!(value("$randomInt").unwrap().parse::<u16>().unwrap() <= 1000);
            let number: f64 = value("$random.float(1, 2)").unwrap().parse().unwrap();
            assert!((1.0..2.0).contains(&number));
        }
        let text = value("$random.hexadecimal(20)").unwrap();
        assert!(text.len() == 20 && text.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_eq!(value("$random.alphanumeric(7)").unwrap().len(), 7);
        assert!(value("$random.email").unwrap().contains('@'));
    }

    #[test]
    fn what_is_not_known_has_no_value() {
        for text in [
            "$processEnv HOME",
            "$dotenv X",
            "$randomInt 3 3",
            "$randomInt 9223372036854775807 -9223372036854775808",
            "$random.alphabetic(1001)",
            "$random.alphabetic(-1)",
            "$datetime \"YYYY\"",
            "$localDatetime iso8601",
            "$timestamp 1",
            "$timestamp 2147483647 y",
            "$timestamp 1 x",
            "$guid x",
            "guid",
        ] {
            assert_eq!(value(text), None, "{text}");
        }
    }
}
