//! What became of our own certificate at a server that was looked at: not asked for, not shown, taken,
//! refused, or not to be told.

use time::OffsetDateTime;

use crate::error::Error;
use crate::fact::Facts;
use crate::finding::{Code, Finding, Severity};
use crate::net::Sight;
use crate::policy;
use crate::policy::situation::{Sign, Situation};
use crate::tls::path::Strictness;
use crate::tls::{CertificateRequest, Identity};

/// Our certificate, and the server it was meant for.
pub struct About<'a> {
    /// Our certificate.
    pub own: &'a Identity,
    /// What was seen.
    pub sight: &'a Sight,
    /// What the server is called.
    pub peer: &'a str,
    /// The moment to judge at.
    pub now: OffsetDateTime,
}

/// What became of it.
pub struct Fate {
    /// `not-requested`, `requested` (and not shown), `accepted`, `refused`, or `unknown`.
    pub word: &'static str,
    /// Why it was refused, as far as that is known.
    pub refusal: Option<Facts>,
    /// What is to be said.
    pub findings: Vec<Finding>,
}

impl Fate {
    fn new(word: &'static str, findings: impl IntoIterator<Item = Finding>) -> Self {
        Self { word, refusal: None, findings: findings.into_iter().collect() }
    }
}

impl About<'_> {
    /// Judges.
    pub fn fate(&self) -> Fate {
        let Self { own, sight, peer, .. } = *self;
        let Some(request) = &sight.handshake.request else {
            let message = "it did not ask for the client certificate that was given, at least not in the \
                           handshake";
            let code = Code::ClientCertificateNotRequested;
            let finding = Finding::new(code, peer, message).help(
                "some servers ask only after they have read a request (Apache in a <Location>, IIS): \
                 hookprint replay shows that",
            );
            return Fate::new("not-requested", [finding]);
        };
        if let Some(error) = &sight.withheld {
            let message = format!("the client certificate was not shown: {}", error.message);
            let finding = Finding::new(Code::IdentityNotOffered, peer, message).help(
                "say whom it may be shown to with --pin or --ca; --insecure shows it to anybody",
            );
            return Fate::new("requested", [finding]);
        }
        let mut fate = match &sight.refused {
            None => Fate::new("accepted", []),
            Some(error) if error.alert.is_none() && sight.ends_without == Some(true) => {
                self.always_ends()
            }
            Some(error) => self.refused(error, request),
        };
        if fate.word == "accepted" {
            fate.findings.extend(self.faults());
        }
        fate.findings.extend(policy::own::unlisted(request, &own.chain, &own.file, peer));
        fate
    }

    /// What is wrong with our certificate although the handshake let it pass: many servers look at it
    /// there, others only when a request comes.
    fn faults(&self) -> impl Iterator<Item = Finding> {
        let Self { own, now, .. } = *self;
        policy::own::faults(&own.chain, now, Strictness::Shared).into_iter().map(|one| {
            Finding::new(one.code, &own.file, one.text).severity(Severity::Warning).help(
                "the handshake let it pass; nginx and others refuse it with the answer to a request: \
                 hookprint replay shows that",
            )
        })
    }

    /// The server goes away without a word, with our certificate and without.
    fn always_ends(&self) -> Fate {
        if self.sight.finished && self.sight.tickets > 0 {
            return Fate::new("accepted", []);
        }
        let message = format!(
            "{} closed the connection without a word, with our certificate as without any: whether it \
             takes ours cannot be told",
            self.peer
        );
        let finding = Finding::new(Code::ClientCertificateRefused, self.peer, message)
            .severity(Severity::Warning)
            .help("hookprint replay sends a request with it, and shows what comes back");
        Fate::new("unknown", [finding])
    }

    fn refused(&self, error: &Error, request: &CertificateRequest) -> Fate {
        let Self { own, sight, peer, now } = *self;
        let refusal = policy::refusal(&Situation {
            peer,
            sign: error.alert.as_ref().map_or(Sign::Closed, Sign::Alert),
            protocol: sight.handshake.protocol,
            connected: sight.finished,
            request: Some(request),
            identity: Some(own),
            now,
        });
        let Some(mut refusal) = refusal else {
            let finding = Finding::new(Code::ClientCertificateRefused, peer, &error.message);
            return Fate::new("unknown", [finding.severity(Severity::Warning)]);
        };
        if refusal.is_certain {
            return Fate {
                word: "refused",
                refusal: Some(refusal.facts),
                findings: vec![refusal.finding],
            };
        }
        if sight.ends_without == Some(false) {
            refusal.finding.message.push_str("; without any certificate it does something else");
        }
        Fate {
            word: "unknown",
            refusal: Some(refusal.facts),
            findings: vec![refusal.finding.severity(Severity::Warning)],
        }
    }
}
