//! Facts about certificates in few words.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::cert::names;
use crate::fact::Facts;

/// Days of a hundred years.
const CENTURY: i64 = 36_525;

pub fn certificates(count: usize) -> String {
    if count == 1 { "1 certificate".to_owned() } else { format!("{count} certificates") }
}

pub fn format_name(facts: &Facts) -> String {
    match facts.text("format") {
        "pkcs7" => "PKCS#7".to_owned(),
        "pkcs12" => "PKCS#12".to_owned(),
        other => other.to_ascii_uppercase(),
    }
}

/// What an entry is, in a word or two.
pub fn state(entry: &Facts) -> &'static str {
    let matches = entry.map("key").and_then(|key| key.bool("matches"));
    match (entry.text("kind"), matches, entry.list("chain").is_empty()) {
        // Of a certificate, too, whose key is in another file.
        (_, Some(true), _) => "key ok",
        ("key", Some(false), _) => "wrong key",
        ("key", None, true) => "key only",
        ("key", None, false) => "key",
        ("sealed", ..) => "key sealed",
        ("secret", ..) => "secret key",
        _ => "trusted",
    }
}

pub fn groups<'a>(facts: &'a Facts, name: &str) -> impl Iterator<Item = &'a Facts> {
    facts.list(name).iter().filter_map(|value| value.as_map())
}

/// The subject of a certificate; if that is empty, its first alternative name. Findings call it so.
pub fn subject(certificate: &Facts) -> &str {
    let first = || certificate.list("alt_names").first()?.as_text();
    match certificate.text("subject") {
        "" => first().unwrap_or(names::EMPTY),
        subject => subject,
    }
}

/// What a certificate is called where there is little room: its subject from the common name on,
/// else its first alternative name, else the whole subject.
pub fn short_subject(certificate: &Facts) -> &str {
    let subject = certificate.text("subject");
    let first = || certificate.list("alt_names").first()?.as_text();
    names::from_common_name(subject).or_else(first).unwrap_or_else(|| self::subject(certificate))
}

/// `RSA 2048`, `EC P-256`, `Ed25519`.
pub fn short_key(key: &Facts) -> String {
    let algorithm = key.text("algorithm");
    match (key.text("curve"), key.int("bits")) {
        ("", Some(bits)) if !algorithm.starts_with("Ed") => format!("{algorithm} {bits}"),
        ("", _) => algorithm.to_owned(),
        (curve, _) => format!("{algorithm} {curve}"),
    }
}

/// How much of the lifetime is used, of 1.
pub fn used(certificate: &Facts) -> f64 {
    let moment = |name| OffsetDateTime::parse(certificate.text(name), &Rfc3339).ok();
    let (Some(start), Some(end)) = (moment("not_before"), moment("not_after")) else { return 0.0 };
    let lifetime = (end - start).as_seconds_f64() / 86_400.0;
    let remaining = certificate.int("remaining_days").unwrap_or(0) as f64;
    if lifetime > 0.0 { 1.0 - remaining / lifetime } else { 1.0 }
}

/// `12 d`, `-3 d`: whole days to come, or that are over, as sentences count them; beyond a century
/// the number says nothing any more.
pub fn days(certificate: &Facts) -> String {
    match certificate.int("remaining_days") {
        Some(days) if days > CENTURY => ">100 y".to_owned(),
        // The fact is rounded down, so what is over has one day too many.
        Some(days) if days < 0 => format!("-{} d", -days - 1),
        Some(days) => format!("{days} d"),
        None => String::new(),
    }
}

pub fn remaining(certificate: &Facts) -> String {
    match certificate.int("remaining_days") {
        Some(1) => "in 1 day".to_owned(),
        Some(days) if days >= 0 => format!("in {days} days"),
        Some(-1) => "less than a day ago".to_owned(),
        Some(-2) => "1 day ago".to_owned(),
        // Days are rounded down, so those that are over have one too many.
        Some(days) => format!("{} days ago", -days - 1),
        None => String::new(),
    }
}

pub fn day(moment: &str) -> &str {
    moment.get(..10).unwrap_or(moment)
}

/// At most so many characters, the end left out.
pub fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(2)).collect();
    format!("{kept}..")
}
