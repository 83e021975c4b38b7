//! Is what is served what was expected?

use crate::cert::pin::Match;
use crate::cert::thumbprint::{Kind, Thumbprint};
use crate::cert::{Chain, Pin};
use crate::digest::equal;
use crate::fact::Facts;
use crate::finding::{Code, Finding};
use crate::tls::trust::is_linked;

/// Labels that say which of two accepted thumbprints is on its way out, and which is to come.
const OLD: [&str; 3] = ["old", "previous", "current"];
const NEW: [&str; 2] = ["new", "next"];

/// What the pins say about a chain.
#[derive(Clone, Debug, Default)]
pub struct Pinned {
    /// The pin that matches, as in the report.
    pub matched: Option<Facts>,
    /// What is wrong with the match, or with the pins.
    pub findings: Vec<Finding>,
}

/// Compares a chain with the accepted thumbprints. The end-entity certificate and its key are
/// looked at first; an intermediate counts only where it really issued what is before it.
pub fn pins(chain: &Chain, pins: &[Pin], subject: &str) -> Pinned {
    let Some(end_entity) = chain.end_entity() else { return Pinned::default() };
    let mut pinned = Pinned::default();
    for pin in pins {
        pinned.findings.extend(oddities(pin));
    }
    let prints = if pins.is_empty() { Vec::new() } else { prints(chain) };
    let found = pins
        .iter()
        .filter_map(|pin| Some((pin, find(pin, &prints)?)))
        .filter(|(_, found)| is_linked(chain, found.position))
        .min_by_key(|(_, found)| found.position);
    match found {
        Some((pin, found)) => {
            pinned.findings.extend(is_outgoing(pin, found, pins, subject));
            pinned.matched = Some(found.facts(pin));
        }
        None if pins.is_empty() => {}
        None => {
            let served = Thumbprint::of(end_entity, kind_of(pins)).text();
            let count = match pins.len() {
                1 => "the pin".to_owned(),
                many => format!("any of the {many} pins"),
            };
            let message = format!("no certificate served matches {count}; the first has {served}");
            pinned.findings.push(
                Finding::new(Code::PinMismatch, subject, message).help(
                    "if the certificate was renewed, add the new thumbprint beside the old one; if not, somebody else answers",
                ),
            );
        }
    }
    pinned
}

/// Every thumbprint of the chain, made once: lists of pins can be long.
fn prints(chain: &Chain) -> Vec<(Match, Vec<u8>)> {
    let kinds = [Kind::Sha1, Kind::Sha256, Kind::Spki];
    let certificates = chain.certificates().iter().enumerate();
    certificates
        .flat_map(|(position, certificate)| {
            kinds.map(|kind| (Match { kind, position }, Thumbprint::of(certificate, kind).bytes))
        })
        .collect()
}

fn find(pin: &Pin, prints: &[(Match, Vec<u8>)]) -> Option<Match> {
    let fits =
        |found: &Match, bytes: &[u8]| pin.kinds.contains(&found.kind) && equal(bytes, &pin.bytes);
    prints.iter().find(|(found, bytes)| fits(found, bytes)).map(|(found, _)| *found)
}

/// The kind of thumbprint the user thinks in: that of the first pin.
fn kind_of(pins: &[Pin]) -> Kind {
    pins.first().and_then(|pin| pin.kinds.first().copied()).unwrap_or(Kind::Sha256)
}

/// `pin-old`, when the labels say that this certificate is to be replaced by another one.
fn is_outgoing(pin: &Pin, found: Match, pins: &[Pin], subject: &str) -> Option<Finding> {
    let has_label = |pin: &Pin, labels: &[&str]| {
        let label = pin.label.as_deref().unwrap_or_default().to_ascii_lowercase();
        labels.contains(&label.as_str())
    };
    let newer = pins.iter().any(|other| has_label(other, &NEW)) && !has_label(pin, &NEW);
    (pins.len() > 1 && found.position == 0 && (newer || has_label(pin, &OLD))).then(|| {
        let message = format!("it still serves the certificate of pin {}", pin.name());
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
            Finding::new(Code::PinInvisibleCharacter, pin.name(), message)
                .help("remove it where the pin is stored: programs that compare text never match")
        })
        .collect();
    if pin.is_of_nothing() {
        let message = format!("pin {} is the digest of nothing", pin.name());
        findings.push(
            Finding::new(Code::PinDigestUnlikely, pin.name(), message)
                .help("the command that made it was given no certificate"),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cert::tests::sample;

    fn judged(given: &[String]) -> Pinned {
        let parsed: Vec<Pin> = given.iter().map(|text| text.parse().unwrap()).collect();
        pins(&Chain::new(vec![sample()]), &parsed, "a.example:443")
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
            pins(&chain, &parsed, "a.example:443")
        };
        let pinned = judge(&[format!("old={wrong}"), format!("new={right}")]);
        assert_eq!(pinned.matched.unwrap().text("label"), "new");
        assert!(pinned.findings.is_empty());
        let pinned = judge(&[format!("old={right}"), format!("new={wrong}")]);
        assert_eq!(codes(&pinned), [Code::PinOld]);
        assert_eq!(pinned.matched.unwrap().text("of"), "certificate");
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
}
