//! Certificates in few words.

use time::OffsetDateTime;

use crate::cert::{Description, rfc3339};
use crate::outcome::inspection::Entry;
use crate::store::Kind;

/// Days of a hundred years.
const CENTURY: i64 = 36_525;

pub fn certificates(count: usize) -> String {
    if count == 1 { "1 certificate".to_owned() } else { format!("{count} certificates") }
}

pub fn format_name(format: &str) -> String {
    match format {
        "pkcs7" => "PKCS#7".to_owned(),
        "pkcs12" => "PKCS#12".to_owned(),
        other => other.to_ascii_uppercase(),
    }
}

/// What an entry is, in a word or two.
pub fn state(entry: &Entry) -> &'static str {
    let matches = entry.key.as_ref().and_then(|key| key.matches);
    match (entry.kind, matches) {
        // Of a certificate, too, whose key is in another file.
        (_, Some(true)) => "key ok",
        (Kind::Key, Some(false)) => "wrong key",
        (Kind::Key, None) if entry.chain.is_empty() => "key only",
        (Kind::Key, None) => "key",
        (Kind::Sealed, _) => "key sealed",
        (Kind::Secret, _) => "secret key",
        (Kind::Trusted, _) => "trusted",
    }
}

/// How much of the lifetime is used, of 1.
pub fn used(described: &Description) -> f64 {
    let it = &described.certificate;
    let lifetime = (it.not_after - it.not_before).as_seconds_f64() / 86_400.0;
    if lifetime > 0.0 { 1.0 - described.remaining_days as f64 / lifetime } else { 1.0 }
}

/// `12 d`, `-3 d`: whole days to come, or that are over, as sentences count them; beyond a century
/// the number says nothing any more.
pub fn days(described: &Description) -> String {
    match described.remaining_days {
        days if days > CENTURY => ">100 y".to_owned(),
        // Days are rounded down, so those that are over have one too many.
        days if days < 0 => format!("-{} d", -days - 1),
        days => format!("{days} d"),
    }
}

/// When it ends or ended.
pub fn remaining(described: &Description) -> String {
    in_days(described.remaining_days)
}

/// So many days from now, rounded down: `in 30 days`, `2 days ago`.
pub fn in_days(days: i64) -> String {
    match days {
        1 => "in 1 day".to_owned(),
        days if days >= 0 => format!("in {days} days"),
        -1 => "less than a day ago".to_owned(),
        -2 => "1 day ago".to_owned(),
        // Rounded down, as above.
        days => format!("{} days ago", -days - 1),
    }
}

/// `2026-12-31`
pub fn day(moment: OffsetDateTime) -> String {
    rfc3339(moment).chars().take(10).collect()
}

/// At most so many characters, the end left out.
pub fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(2)).collect();
    format!("{kept}..")
}
