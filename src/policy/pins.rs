//! Is what is served what was expected?

use crate::cert::pin::{Match, MatchedPin};
use crate::cert::thumbprint::{Kind, Thumbprint};
use crate::cert::{Chain, Pin, rfc3339};
use crate::finding::{Code, Finding, Severity};
use crate::tls::path::{Below, Pinning, name_problem, pinned};

/// Labels that say which of two accepted thumbprints is on its way out, and which is to come.
const OLD: [&str; 3] = ["old", "previous", "current"];
const NEW: [&str; 2] = ["new", "next"];

/// What the pins say about a chain.
#[derive(Clone, Debug, Default)]
pub struct Pinned {
    /// The pin that matches.
    pub matched: Option<MatchedPin>,
    /// What is wrong with the match, or with the pins.
    pub findings: Vec<Finding>,
}

impl Pinned {
    /// Whether the pin is on the end entity or its key, rather than on an authority.
    pub fn is_end_entity(&self) -> bool {
        self.matched.as_ref().is_some_and(|pin| pin.position == 0)
    }
}

/// Compares a chain with the accepted thumbprints. The end-entity certificate and its key are
/// looked at first; an authority counts only where the end entity leads to it by every rule.
pub fn pins(chain: &Chain, pins: &[Pin], below: Below<'_>, subject: &str) -> Pinned {
    let Some(end_entity) = chain.end_entity() else { return Pinned::default() };
    let mut judged = Pinned::default();
    for pin in pins {
        judged.findings.extend(oddities(pin));
    }
    if pins.is_empty() {
        return judged;
    }
    match pinned(chain, pins, below) {
        Pinning::Held(pin, found) => {
            judged.findings.extend(is_outgoing(pin, found, pins, subject));
            judged.matched = Some(found.with(pin));
        }
        Pinning::Missed(Some(problem)) => {
            let finding = Finding::new(Code::PinMismatch, subject, problem.text);
            judged.findings.push(finding.help(
                "a pinned authority is a trust anchor: name, dates, purpose and path below it count",
            ));
        }
        Pinning::Missed(None) => {
            let served = Thumbprint::of(end_entity, kind_of(pins)).text();
            let count = match pins.len() {
                1 => "the pin".to_owned(),
                many => format!("any of the {many} pins"),
            };
            let message = format!("no certificate served matches {count}; the first has {served}");
            judged.findings.push(Finding::new(Code::PinMismatch, subject, message).help(
                "if the certificate was renewed, add the new thumbprint next to the old one; \
                     if not, someone else is answering",
            ));
        }
    }
    judged
}

/// What a pin on the end entity passes over, and nobody should: dates, and the name.
pub fn passed_over(chain: &Chain, below: Below<'_>, subject: &str) -> Vec<Finding> {
    let Some(end_entity) = chain.end_entity() else { return Vec::new() };
    let name = end_entity.short_name();
    let mut findings = Vec::new();
    if end_entity.not_after < below.now {
        let text = format!("{name}, which is pinned, expired at {}", rfc3339(end_entity.not_after));
        findings.push(
            Finding::new(Code::CertificateExpired, subject, text)
                .help("have the server's owner renew it, and add a pin for the new one"),
        );
    } else if end_entity.not_before > below.now {
        let from = rfc3339(end_entity.not_before);
        let text = format!("{name}, which is pinned, is not valid before {from}");
        findings.push(Finding::new(Code::CertificateNotYetValid, subject, text));
    }
    let mismatch = below.name.and_then(|name| name_problem(end_entity, name));
    findings.extend(mismatch.map(|problem| {
        Finding::new(Code::NameMismatch, subject, problem.text)
            .severity(Severity::Warning)
            .help("the pin allows it; without the pin, the name would be refused")
    }));
    findings
}

/// The kind of thumbprint the user thinks in: that of the first pin.
fn kind_of(pins: &[Pin]) -> Kind {
    pins.first().and_then(|pin| pin.kinds.first().copied()).unwrap_or(Kind::Sha256)
}

/// Whether a label says that something is on its way out.
pub fn is_old(label: &str) -> bool {
    OLD.contains(&label.to_ascii_lowercase().as_str())
}

/// Whether a label says that something is to come.
pub fn is_new(label: &str) -> bool {
    NEW.contains(&label.to_ascii_lowercase().as_str())
}

/// `pin-old`, when the labels say that this certificate is to be replaced by another one; of two without
/// labels the first is the old one.
fn is_outgoing(pin: &Pin, found: Match, pins: &[Pin], subject: &str) -> Option<Finding> {
    let label = |pin: &Pin| pin.label.clone().unwrap_or_default();
    let newer = pins.iter().any(|other| is_new(&label(other))) && !is_new(&label(pin));
    let is_first_of_two = match pins {
        [old, new] => old.label.is_none() && new.label.is_none() && pin == old && old != new,
        _ => false,
    };
    let is_old = newer || is_old(&label(pin)) || is_first_of_two;
    (pins.len() > 1 && found.position == 0 && is_old).then(|| {
        let which = if is_first_of_two { ", the first of two and so the old one" } else { "" };
        let message = format!("it still serves the certificate of pin {}{which}", pin.name());
        Finding::new(Code::PinOld, subject, message)
            .help("keep both pins until every address serves the new certificate")
    })
}

/// What is odd about a pin itself.
fn oddities(pin: &Pin) -> Vec<Finding> {
    let mut findings: Vec<Finding> = pin
        .invisible
        .iter()
        .map(|(place, name)| {
            let message = format!("pin {} has a {name} at character {place}", pin.name());
            Finding::new(Code::PinInvisibleCharacter, pin.name(), message).help(
                "remove it where the pin is stored: programs that compare text will never match",
            )
        })
        .collect();
    if pin.is_of_nothing() {
        let message = format!("pin {} is the digest of nothing", pin.name());
        findings.push(
            Finding::new(Code::PinDigestUnlikely, pin.name(), message)
                .help("the command that produced it was given no certificate"),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cert::tests::sample;
    use crate::tls::Purpose;
    use rustls::pki_types::ServerName;
    use time::macros::datetime;

    const BELOW: Below<'static> =
        Below { purpose: Purpose::Server, name: None, now: datetime!(2026-11-22 0:00 UTC) };

    #[test]
    fn a_pin_on_the_end_entity_hides_neither_dates_nor_name() {
        let chain = Chain::new(vec![sample()]);
        let name = ServerName::try_from("other.example").unwrap();
        let codes = |below| -> Vec<Code> {
            passed_over(&chain, below, "x").iter().map(|finding| finding.code).collect()
        };
        assert_eq!(codes(BELOW), []);
        assert_eq!(codes(Below { name: Some(&name), ..BELOW }), [Code::NameMismatch]);
        let later = Below { now: datetime!(2027-11-22 0:00 UTC), ..BELOW };
        assert_eq!(codes(later), [Code::CertificateExpired]);
        let earlier = Below { now: datetime!(2025-11-22 0:00 UTC), ..BELOW };
        assert_eq!(codes(earlier), [Code::CertificateNotYetValid]);
    }

    fn judged(given: &[String]) -> Pinned {
        let parsed: Vec<Pin> = given.iter().map(|text| text.parse().unwrap()).collect();
        pins(&Chain::new(vec![sample()]), &parsed, BELOW, "a.example:443")
    }

    fn codes(pinned: &Pinned) -> Vec<Code> {
        pinned.findings.iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn old_new_and_no_match() {
        let certificate = sample();
        let chain = Chain::new(vec![certificate.clone()]);
        let right = Thumbprint::of(&certificate, Kind::Sha1).text();
        let wrong = "4C21C5018BA88E42E608EBEA7203C063931A1D01";
        let judge = |given: &[String]| {
            let parsed: Vec<Pin> = given.iter().map(|text| text.parse().unwrap()).collect();
            pins(&chain, &parsed, BELOW, "a.example:443")
        };
        let pinned = judge(&[format!("old={wrong}"), format!("new={right}")]);
        assert_eq!(pinned.matched.unwrap().label.as_deref(), Some("new"));
        assert!(pinned.findings.is_empty());
        let pinned = judge(&[format!("old={right}"), format!("new={wrong}")]);
        assert_eq!(codes(&pinned), [Code::PinOld]);
        assert_eq!(pinned.matched.unwrap().of.name(), "certificate");
        let pinned = judge(&[right.clone(), wrong.to_owned()]);
        assert_eq!(codes(&pinned), [Code::PinOld]);
        assert!(pinned.findings[0].message.contains(&format!("{right}, the first of two")));
        for fine in [
            vec![wrong.to_owned(), right.clone()],
            vec![right.clone(), wrong.to_owned(), wrong.replace('4', "5")],
            vec![format!("a={right}"), format!("b={wrong}")],
        ] {
            assert!(judge(&fine).findings.is_empty(), "{fine:?}");
        }
        let pinned = judge(&[wrong.to_owned()]);
        assert_eq!(codes(&pinned), [Code::PinMismatch]);
        assert!(pinned.findings[0].message.contains(&right));
        assert!(judge(&[]).matched.is_none());
        assert!(judge(&[]).findings.is_empty());
    }

    #[test]
    fn odd_pins_are_named() {
        let empty = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
        let pinned = judged(&[format!("\u{200e}{empty}")]);
        assert_eq!(
            codes(&pinned),
            [Code::PinInvisibleCharacter, Code::PinDigestUnlikely, Code::PinMismatch]
        );
        assert!(pinned.findings[0].message.contains("LEFT-TO-RIGHT MARK at character 1"));
    }

    #[test]
    fn the_last_second_and_the_first_belong_to_a_pinned_certificate() {
        let certificate = sample();
        let (start, end) = (certificate.not_before, certificate.not_after);
        let chain = Chain::new(vec![certificate]);
        for now in [start, end] {
            assert!(passed_over(&chain, Below { now, ..BELOW }, "x").is_empty(), "{now}");
        }
    }

    #[test]
    fn a_certificate_is_outgoing_by_the_labels_of_its_pins() {
        let pin = |label: &str| {
            let label = (!label.is_empty()).then(|| label.to_owned());
            Pin::on(&sample(), label)
        };
        for (matched, other, position, is_said) in [
            ("old", Some(""), 0, true),
            ("Previous", Some(""), 0, true),
            ("current", Some("other"), 0, true),
            ("", Some("new"), 0, true),
            ("a", Some("NEXT"), 0, true),
            ("new", Some("next"), 0, false),
            ("", Some("other"), 0, false),
            // There is nothing to change to, or it is not the certificate that is changed.
            ("old", None, 0, false),
            ("old", Some("new"), 1, false),
        ] {
            let matched = pin(matched);
            let pins: Vec<Pin> =
                [Some(matched.clone()), other.map(pin)].into_iter().flatten().collect();
            let found = Match { kind: Kind::Sha256, position };
            let finding = is_outgoing(&matched, found, &pins, "x");
            assert_eq!(finding.is_some(), is_said, "{pins:?} {position}");
        }
    }

    #[test]
    fn a_mismatch_shows_the_digest_that_was_asked_for() {
        let certificate = sample();
        let served = |kind| Thumbprint::of(&certificate, kind).text();
        let chain = Chain::new(vec![certificate.clone()]);
        let message = |given: &[&str]| {
            let given: Vec<Pin> = given.iter().map(|pin| pin.parse().unwrap()).collect();
            pins(&chain, &given, BELOW, "x").findings.remove(0).message
        };
        let (long, short) = ("1f".repeat(32), "1f".repeat(20));
        let said = message(&[&long]);
        assert!(said.contains("the pin;") && said.contains(&served(Kind::Sha256)), "{said}");
        let said = message(&[&short, &long]);
        assert!(said.contains("any of the 2 pins") && said.contains(&served(Kind::Sha1)), "{said}");
        let said = message(&[&format!("spki:{long}")]);
        assert!(said.contains(&served(Kind::Spki)), "{said}");
    }

    #[test]
    fn the_end_entity_is_what_stands_first() {
        let at = |position| Pinned {
            matched: Some(Match { kind: Kind::Sha1, position }.with(&Pin::on(&sample(), None))),
            findings: Vec::new(),
        };
        assert!(at(0).is_end_entity() && !at(1).is_end_entity());
        assert!(!Pinned::default().is_end_entity());
    }
}
