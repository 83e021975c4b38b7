//! Who calls? A client certificate judged by the side that received it.

use serde::{Serialize, Serializer};
use time::OffsetDateTime;

use crate::cert::pin::MatchedPin;
use crate::cert::{Certificate, Chain, Pin, rfc3339};
use crate::clock::PeerTime;
use crate::finding::{Code, Finding, Severity};
use crate::policy::{pins, strength};
use crate::tls::Anchors;
use crate::tls::path::{self, Below, Problem, Purpose, verdict};

/// What is asked of callers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Demand {
    /// Nothing: they are not asked for a certificate.
    #[default]
    Nothing,
    /// They may send one; what is wrong with it is said, and keeps nobody out.
    Shown,
    /// They may send none, but one that is sent must pass.
    Fit,
    /// One must be sent and pass.
    Required,
}

/// What a receiver wants to see.
#[derive(Debug, Default)]
pub struct Admission {
    /// What is asked of callers.
    pub demand: Demand,
    /// Authorities of callers; none means that the chain is not judged.
    pub anchors: Option<Anchors>,
    /// Accepted thumbprints; none means any.
    pub pins: Vec<Pin>,
}

/// What a caller presented and proved to own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presented {
    /// The certificates as far as they can be read; empty when there is none.
    pub chain: Chain,
    /// Why one cannot be read, if so; those after it were not looked at.
    pub unreadable: Option<String>,
}

impl Presented {
    /// Reads certificates (DER), end-entity first.
    pub fn parse(ders: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let mut certificates = Vec::new();
        for (index, der) in ders.into_iter().enumerate() {
            match Certificate::parse(der) {
                Ok(certificate) => certificates.push(certificate),
                Err(error) => {
                    let place = index + 1;
                    let reason =
                        format!("certificate {place} of the chain cannot be read: {error}");
                    return Self { chain: Chain::new(certificates), unreadable: Some(reason) };
                }
            }
        }
        Self { chain: Chain::new(certificates), unreadable: None }
    }
}

/// How a caller was judged. The word for it and the refusal follow from the same findings, so they
/// cannot disagree.
#[derive(Clone, Debug, Default)]
pub struct Admitted {
    demand: Demand,
    evidence: Evidence,
    /// The pin that matches.
    pub matched_pin: Option<MatchedPin>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// What became of a caller, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody asked for a certificate.
    NotAsked,
    /// There is none.
    Missing,
    /// It fails, and is not let in.
    Refused,
    /// It fails, and is let in, because nothing is enforced.
    Unfit,
    /// There was nothing to check it against.
    Unchecked,
    /// It passes.
    Accepted,
}

impl Verdict {
    /// The word for it, in reports and for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotAsked => "not-asked",
            Self::Missing => "missing",
            Self::Refused => "refused",
            Self::Unfit => "unfit",
            Self::Unchecked => "unchecked",
            Self::Accepted => "accepted",
        }
    }

    /// Whether a certificate was checked, and passed.
    pub fn is_fit(self) -> Option<bool> {
        match self {
            Self::Accepted => Some(true),
            Self::Refused | Self::Unfit => Some(false),
            Self::NotAsked | Self::Missing | Self::Unchecked => None,
        }
    }
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// What there was to judge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Evidence {
    /// No certificate.
    #[default]
    None,
    /// One, and nothing to check it against.
    Unchecked,
    /// One, and authorities or pins.
    Checked,
}

impl Admitted {
    /// What is wrong, in one line: the critical findings.
    pub fn reason(&self) -> Option<String> {
        let critical = self.findings.iter().filter(|one| one.severity == Severity::Critical);
        let messages: Vec<&str> = critical.map(|one| one.message.as_str()).collect();
        (!messages.is_empty()).then(|| messages.join("; "))
    }

    /// Why the caller is not let in, if it is not.
    pub fn refusal(&self) -> Option<String> {
        self.reason().filter(|_| matches!(self.demand, Demand::Fit | Demand::Required))
    }

    /// What became of the caller.
    pub fn verdict(&self) -> Verdict {
        match (self.demand, self.evidence) {
            (Demand::Nothing, _) => Verdict::NotAsked,
            (_, Evidence::None) => Verdict::Missing,
            _ if self.refusal().is_some() => Verdict::Refused,
            _ if self.reason().is_some() => Verdict::Unfit,
            (_, Evidence::Unchecked) => Verdict::Unchecked,
            (_, Evidence::Checked) => Verdict::Accepted,
        }
    }
}

/// Judges what a caller presented.
pub fn caller(presented: &Presented, admission: &Admission, now: PeerTime) -> Admitted {
    let now = now.moment();
    let Presented { chain, unreadable } = presented;
    let demand = admission.demand;
    let unreadable = unreadable.as_ref().map(|reason| {
        Finding::new(Code::ChainInvalid, "caller", reason.as_str())
            .help("have the caller send its certificate and intermediates as they were issued")
    });
    let Some(end_entity) = chain.end_entity() else {
        return match unreadable {
            Some(finding) => Admitted {
                demand,
                evidence: Evidence::Unchecked,
                matched_pin: None,
                findings: vec![finding],
            },
            None => missing(admission),
        };
    };
    let subject = end_entity.short_name();
    let mut findings = match &admission.anchors {
        Some(anchors) => untrusted(chain, anchors, now, subject),
        None => unanchored(end_entity, now),
    };
    let below = Below { purpose: Purpose::Client, name: None, now };
    let pinned = pins(chain, &admission.pins, below, subject);
    findings.extend(pinned.findings.into_iter().map(received));
    findings.extend(unreadable);
    let evidence = match admission.anchors.is_none() && admission.pins.is_empty() {
        true => Evidence::Unchecked,
        false => Evidence::Checked,
    };
    if evidence == Evidence::Checked {
        findings.extend(weak_key(end_entity));
    }
    Admitted { demand, evidence, matched_pin: pinned.matched, findings }
}

fn missing(admission: &Admission) -> Admitted {
    let mut findings = Vec::new();
    if admission.demand == Demand::Required {
        let finding = Finding::new(
            Code::ClientCertificateMissing,
            "caller",
            "no client certificate was sent",
        );
        findings.push(match &admission.anchors {
            Some(_) => finding.help(
                "give the sender one; if it has one, its issuer may not be in --client-ca, and \
                 many clients then send none",
            ),
            None => finding.help(
                "give the sender a certificate, or look for a proxy that \
                                  terminates TLS",
            ),
        });
    }
    Admitted { demand: admission.demand, findings, ..Admitted::default() }
}

/// Where authorities are given, whatever is wrong with the chain keeps the caller out.
fn untrusted(chain: &Chain, anchors: &Anchors, now: OffsetDateTime, subject: &str) -> Vec<Finding> {
    let verdict = verdict(chain, &path::Demand::of_peer(anchors, Purpose::Client, now));
    let finding = |problem: Problem| {
        let finding =
            Finding::new(problem.code, subject, problem.text).severity(Severity::Critical);
        match problem.code {
            Code::IssuerUnknown | Code::SelfSigned | Code::ChainIncomplete => finding.help(
                "to let this caller in, add the issuer to --client-ca; an intermediate may also be \
                 sent by the caller",
            ),
            Code::PurposeMissing => {
                finding.help("the caller needs a certificate with the clientAuth purpose")
            }
            _ => Finding { help: problem.help, ..finding },
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

/// Where somebody is let in for what his key proves, a key that can be broken keeps him out.
fn weak_key(end_entity: &Certificate) -> impl Iterator<Item = Finding> {
    let weak = strength(end_entity).into_iter().filter(|one| one.code == Code::KeyWeak);
    weak.map(|finding| {
        finding.severity(Severity::Critical).help(
            "anyone who breaks this key can pose as its owner: the caller needs a new one \
                   (RSA 2048, or EC P-256)",
        )
    })
}

/// What pins say about a server, said about a caller.
fn received(mut finding: Finding) -> Finding {
    match finding.code {
        Code::PinMismatch => {
            finding.message = finding.message.replace("served", "presented");
            finding.help = Some(
                "if the caller renewed its certificate, add the new thumbprint with another \
                 --client-pin; if not, someone else is calling"
                    .to_owned(),
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
#[path = "caller_tests.rs"]
mod tests;
