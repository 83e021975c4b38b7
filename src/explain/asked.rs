//! What one word asks for: a code, an alert by number or name, a number with its house, or a number
//! that several houses give.

use time::OffsetDateTime;

use crate::explain::causes::{self, Own, Whose};
use crate::explain::table::Row;
use crate::explain::{audit, pages, table};
use crate::outcome::explanation::{Explanation, Kind};
use crate::tls::alert::ALERTS;

/// The houses of a number, the likeliest first.
const HOUSES: &[&str] = &["tls", "curl", "exit", "openssl", "http", "winhttp", "iis"];

/// Everything that a word means; nothing when it is none of these.
pub fn asked(word: &str, own: Option<&Own>, now: OffsetDateTime) -> Vec<Explanation> {
    let word = word.trim();
    let page = pages::of(&word.to_ascii_lowercase());
    if !page.is_empty() {
        return page;
    }
    if let Some(id) = word.to_ascii_lowercase().strip_prefix(audit::PREFIX) {
        return audit::of(id.trim()).into_iter().collect();
    }
    let explained = |row, kind| explained(row, kind, own, now);
    if let Some((house, number)) = word.split_once(':') {
        let house = match house.to_ascii_lowercase().as_str() {
            "alert" => "tls".to_owned(),
            house => house.to_owned(),
        };
        let number = number.trim();
        return numbered(&house, number)
            .map(|(row, kind)| explained(row, kind))
            .into_iter()
            .collect();
    }
    if word.starts_with(|letter: char| letter.is_ascii_digit()) && !word.starts_with("0x") {
        let found = HOUSES.iter().filter_map(|house| numbered(house, word));
        return found.map(|(row, kind)| explained(row, kind)).collect();
    }
    let alert = named_alert(word).and_then(table::of_alert);
    alert.map(|row| explained(row, Kind::Alert)).into_iter().collect()
}

/// The row of a number of that house.
fn numbered(house: &str, number: &str) -> Option<(&'static Row, Kind)> {
    match house {
        "tls" => {
            let alert = number.parse().ok().or_else(|| named_alert(number))?;
            Some((table::of_alert(alert)?, Kind::Alert))
        }
        "exit" => Some((table::of_code(&format!("exit:{number}"))?, Kind::Exit)),
        _ => Some((table::of_code(&format!("{house}:{number}"))?, Kind::Number)),
    }
}

/// The number of an alert in any spelling: `unknown_ca`, `UnknownCA`, `unknown CA`, or that of Go.
fn named_alert(word: &str) -> Option<u8> {
    let plain = |text: &str| {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|letter| letter.to_ascii_lowercase()).collect::<String>()
    };
    let word = plain(word);
    let registered = ALERTS.iter().find(|(_, name)| plain(name) == word).map(|(number, _)| *number);
    registered.or_else(|| {
        let spelled = |row: &&Row| row.patterns.iter().any(|name| plain(name) == word);
        table::rows().iter().filter(|row| row.alert.is_some()).find(spelled)?.alert
    })
}

/// A row that was asked for.
pub fn explained(row: &Row, kind: Kind, own: Option<&Own>, now: OffsetDateTime) -> Explanation {
    let causes = causes::of(row, Whose::of(row), own, now);
    Explanation { causes, ..row.explained(kind) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    fn ids(word: &str) -> Vec<String> {
        let found = asked(word, None, datetime!(2026-11-22 5:00 UTC));
        found.into_iter().map(|one| format!("{:?} {}", one.kind, one.id)).collect()
    }

    #[test]
    fn words_and_numbers_in_every_spelling() {
        for (word, expected) in [
            ("certificate-expired", &["Finding certificate-expired"][..]),
            ("Key-Mismatch", &["Finding key-mismatch", "Failure key-mismatch"]),
            ("unknown_ca", &["Alert unknown_ca"]),
            ("UnknownCA", &["Alert unknown_ca"]),
            ("unknown certificate authority", &["Alert unknown_ca"]),
            ("tls:116", &["Alert certificate_required"]),
            ("tls:unknown_ca", &["Alert unknown_ca"]),
            ("48", &["Alert unknown_ca"]),
            ("35", &["Number curl-35"]),
            ("400", &["Number http-400"]),
            ("20", &["Alert bad_record_mac", "Number openssl-20"]),
            ("openssl:20", &["Number openssl-20"]),
            ("curl:56", &["Number curl-56"]),
            ("http:495", &["Number http-495"]),
            ("iis:403.16", &["Number iis-40316"]),
            ("exit:3", &["Exit exit-3"]),
            ("audit:stale", &["Audit audit:stale"]),
            ("Audit:Unsigned", &["Audit audit:unsigned"]),
            ("audit:nonsense", &[]),
            ("3", &["Exit exit-3", "Number openssl-3"]),
            ("999", &[]),
            ("tls:256", &[]),
            ("nonsense", &[]),
            ("", &[]),
        ] {
            assert_eq!(ids(word), expected, "{word}");
        }
    }

    #[test]
    fn an_alert_lists_its_causes_and_says_nothing_of_a_certificate_that_was_not_given() {
        let [alert] = &asked("48", None, datetime!(2026-11-22 5:00 UTC))[..] else { panic!() };
        let causes: Vec<_> = alert.causes.iter().map(|cause| cause.id.as_str()).collect();
        assert_eq!(causes[..3], ["intermediate-missing", "issuer-unknown", "self-signed"]);
        let texts: String =
            alert.causes.iter().map(|one| format!("{} {}", one.text, one.fix)).collect();
        assert!(!texts.contains('{') && alert.causes.iter().all(|cause| !cause.proven), "{texts}");
    }
}
