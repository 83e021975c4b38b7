//! Who calls? A client certificate judged by the side that received it.

use time::OffsetDateTime;

use crate::cert::{Certificate, Chain, Pin, rfc3339};
use crate::clock::PeerTime;
use crate::fact::Facts;
use crate::finding::{Code, Finding, Severity};
use crate::policy::pins;
use crate::tls::Anchors;
use crate::tls::trust::{Purpose, verdict};

/// What a receiver wants to see.
#[derive(Debug, Default)]
pub struct Admission {
    /// Whether a caller must present a certificate.
    pub required: bool,
    /// Authorities of callers; none means that the chain is not judged.
    pub anchors: Option<Anchors>,
    /// Accepted thumbprints; none means any.
    pub pins: Vec<Pin>,
}

/// How a caller was judged.
#[derive(Clone, Debug)]
pub struct Admitted {
    /// `accepted`, `refused`, `missing`, or `unchecked` when there was nothing to check it against.
    pub verdict: &'static str,
    /// The pin that matches, as in the report.
    pub matched_pin: Option<Facts>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

impl Admitted {
    /// Why the caller is not let in: the critical findings in one line.
    pub fn reason(&self) -> Option<String> {
        let critical = self.findings.iter().filter(|one| one.severity == Severity::Critical);
        let messages: Vec<&str> = critical.map(|one| one.message.as_str()).collect();
        (!messages.is_empty()).then(|| messages.join("; "))
    }
}

/// Judges the certificate that a caller presented and proved to own; an empty chain is none.
pub fn caller(chain: &Chain, admission: &Admission, now: PeerTime) -> Admitted {
    let now = now.moment();
    let Some(end_entity) = chain.end_entity() else { return missing(admission) };
    let subject = end_entity.short_name();
    let mut findings = match &admission.anchors {
        Some(anchors) => untrusted(chain, anchors, now, subject),
        None => unanchored(end_entity, now),
    };
    let pinned = pins::pins(chain, &admission.pins, subject);
    findings.extend(pinned.findings.into_iter().map(received));
    let unchecked = admission.anchors.is_none() && admission.pins.is_empty();
    let verdict = match findings.iter().any(|one| one.severity == Severity::Critical) {
        true => "refused",
        false if unchecked => "unchecked",
        false => "accepted",
    };
    Admitted { verdict, matched_pin: pinned.matched, findings }
}

fn missing(admission: &Admission) -> Admitted {
    let mut findings = Vec::new();
    if admission.required {
        let finding = Finding::new(
            Code::ClientCertificateMissing,
            "caller",
            "no client certificate was sent",
        );
        findings.push(match &admission.anchors {
            Some(_) => finding.help(
                "give the sender one; if it has one, its issuer may not be among those of --client-ca, and many clients then send none",
            ),
            None => finding.help("give the sender a certificate, or look for a proxy that ends TLS"),
        });
    }
    Admitted { verdict: "missing", matched_pin: None, findings }
}

/// Where authorities are given, whatever is wrong with the chain keeps the caller out.
fn untrusted(chain: &Chain, anchors: &Anchors, now: OffsetDateTime, subject: &str) -> Vec<Finding> {
    let verdict = verdict(chain, None, anchors, now, Purpose::Client);
    let finding = |problem: crate::tls::trust::Problem| {
        let finding =
            Finding::new(problem.code, subject, problem.text).severity(Severity::Critical);
        match problem.code {
            Code::IssuerUnknown | Code::SelfSigned => finding.help(
                "add the issuer to --client-ca if this caller is to be let in; an intermediate may also be sent by the caller",
            ),
            Code::ChainIncomplete => {
                finding.help("let the caller send its intermediate, or add it to --client-ca")
            }
            Code::PurposeMissing => {
                finding.help("the caller needs a certificate with the clientAuth purpose")
            }
            _ => finding,
        }
    };
    verdict.problems.into_iter().map(finding).collect()
}

/// Without authorities, time is still time, and a wrong purpose is worth a warning.
fn unanchored(end_entity: &Certificate, now: OffsetDateTime) -> Vec<Finding> {
    let subject = end_entity.short_name();
    let mut findings = Vec::new();
    if end_entity.not_after < now {
        let text = format!("{subject} expired at {}", rfc3339(end_entity.not_after));
        findings.push(Finding::new(Code::CertificateExpired, subject, text));
    } else if end_entity.not_before > now {
        let text = format!("{subject} is not valid before {}", rfc3339(end_entity.not_before));
        findings.push(Finding::new(Code::CertificateNotYetValid, subject, text));
    }
    if let Some(usages) = &end_entity.extensions.extended_key_usage
        && !usages.iter().any(|usage| usage == Purpose::Client.name())
    {
        let text = format!("it is not for clientAuth, only for {}", usages.join(", "));
        findings.push(
            Finding::new(Code::PurposeMissing, subject, text)
                .severity(Severity::Warning)
                .help("receivers that verify the chain refuse it"),
        );
    }
    findings
}

/// What pins say about a server, said about a caller.
fn received(mut finding: Finding) -> Finding {
    match finding.code {
        Code::PinMismatch => {
            finding.message = finding.message.replace("served", "presented");
            finding.help = Some(
                "if the caller renewed its certificate, add the new thumbprint with another --client-pin; if not, somebody else calls".to_owned(),
            );
        }
        Code::PinOld => {
            finding.message = finding.message.replace("it still serves", "the caller still uses");
            finding.help = Some("keep both pins until calls with the new one arrive".to_owned());
        }
        _ => {}
    }
    finding
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::cert::tests::sample;
    use crate::cert::thumbprint::{Kind, Thumbprint};
    use crate::clock::PeerClock;

    const NOW: OffsetDateTime = datetime!(2026-06-01 0:00 UTC);

    fn at(moment: OffsetDateTime) -> PeerTime {
        PeerClock::stopped(moment).now()
    }

    fn judged(admission: &Admission, now: OffsetDateTime) -> (&'static str, Vec<&'static str>) {
        let judged = caller(&Chain::new(vec![sample()]), admission, at(now));
        (judged.verdict, judged.findings.iter().map(|finding| finding.code.id()).collect())
    }

    #[test]
    fn none_matters_only_where_one_is_required() {
        let none = |required| {
            let judged =
                caller(&Chain::default(), &Admission { required, ..Admission::default() }, at(NOW));
            (judged.verdict, judged.reason().is_some())
        };
        assert_eq!(none(false), ("missing", false));
        assert_eq!(none(true), ("missing", true));
    }

    #[test]
    fn without_rules_nothing_is_checked_but_time() {
        let open = Admission::default();
        assert_eq!(judged(&open, NOW), ("unchecked", vec![]));
        let later = datetime!(2027-06-01 0:00 UTC);
        assert_eq!(judged(&open, later), ("refused", vec!["certificate-expired"]));
        let earlier = datetime!(2025-06-01 0:00 UTC);
        assert_eq!(judged(&open, earlier), ("refused", vec!["certificate-not-yet-valid"]));
    }

    #[test]
    fn a_pin_lets_in_and_keeps_out() {
        let certificate = sample();
        let chain = Chain::new(vec![certificate.clone()]);
        let right = Thumbprint::of(&certificate, Kind::Sha1).text();
        let wrong = "4C21C5018BA88E42E608EBEA7203C063931A1D01";
        let admission = |pins: &[String]| Admission {
            pins: pins.iter().map(|pin| pin.parse().unwrap()).collect(),
            ..Admission::default()
        };
        let judge = |pins: &[String]| caller(&chain, &admission(pins), at(NOW));
        let good = judge(&[format!("old={wrong}"), format!("new={right}")]);
        assert_eq!((good.verdict, good.matched_pin.unwrap().text("label")), ("accepted", "new"));
        let bad = judge(&[wrong.to_owned()]);
        assert_eq!(bad.verdict, "refused");
        assert!(bad.reason().unwrap().contains("presented"));
        let old = judge(&[format!("old={right}"), format!("new={wrong}")]);
        assert_eq!((old.verdict, old.findings[0].code), ("accepted", Code::PinOld));
        assert!(old.findings[0].message.starts_with("the caller still uses"));
    }

    #[test]
    fn an_unknown_authority_keeps_out() {
        let admission = Admission { anchors: Some(Anchors::default()), ..Admission::default() };
        assert_eq!(judged(&admission, NOW), ("refused", vec!["self-signed"]));
    }
}
