//! What became of our own certificate at a server that was looked at: not asked for, not shown, taken,
//! refused, or not to be told.

use time::OffsetDateTime;

use crate::error::Error;
use crate::finding::{Code, Finding, Severity};
use crate::net::Sight;
use crate::policy;
use crate::policy::refusal::{Explained, Refusal};
use crate::policy::situation::{ClientCertificate, Sign, Situation};
use crate::tls::path::Strictness;
use crate::tls::{CertificateRequest, Identity};

/// Our certificate, and the server it was meant for.
pub struct About<'a> {
    /// Our certificate.
    pub identity: &'a Identity,
    /// What was seen.
    pub sight: &'a Sight,
    /// What the server is called.
    pub peer: &'a str,
    /// The moment to judge at.
    pub now: OffsetDateTime,
}

/// What became of it.
pub struct Fate {
    /// In a word.
    pub word: ClientCertificate,
    /// Why it was refused, as far as that is known.
    pub refusal: Option<Refusal>,
    /// What is to be said.
    pub findings: Vec<Finding>,
}

impl Fate {
    /// In a word, with nothing known of a refusal.
    pub fn new(word: ClientCertificate, findings: impl IntoIterator<Item = Finding>) -> Self {
        Self { word, refusal: None, findings: findings.into_iter().collect() }
    }
}

impl About<'_> {
    /// Judges.
    pub fn fate(&self) -> Fate {
        let Self { identity, sight, peer, .. } = *self;
        let Some(request) = &sight.handshake.request else {
            let message =
                "it did not ask for the client certificate given, at least not in the handshake";
            let code = Code::ClientCertificateNotRequested;
            let finding = Finding::new(code, peer, message).help(
                "some servers ask only after they have read a request (Apache in a <Location>, IIS): \
                 hookprint replay shows that",
            );
            return Fate::new(ClientCertificate::NotRequested, [finding]);
        };
        if let Some(error) = &sight.withheld {
            let message = format!("the client certificate was not shown: {}", error.message);
            let finding = Finding::new(Code::IdentityNotOffered, peer, message).help(
                "say which servers may see it with --pin or --ca; --insecure shows it to any server",
            );
            return Fate::new(ClientCertificate::Requested, [finding]);
        }
        let mut fate = match &sight.refused {
            None => Fate::new(ClientCertificate::Accepted, []),
            Some(error) if error.alert.is_none() && sight.ends_without == Some(true) => {
                self.always_ends()
            }
            Some(error) => self.refused(error, request),
        };
        if fate.word == ClientCertificate::Accepted {
            fate.findings.extend(self.faults());
        }
        fate.findings.extend(policy::own::unlisted(request, &identity.chain, &identity.file, peer));
        fate
    }

    /// What is wrong with our certificate although the handshake let it pass: many servers look at it
    /// there, others only when a request comes.
    fn faults(&self) -> impl Iterator<Item = Finding> {
        let Self { identity, now, .. } = *self;
        policy::own::faults(&identity.chain, now, Strictness::Shared).into_iter().map(|one| {
            Finding::new(one.code, &identity.file, one.text).severity(Severity::Warning).help(
                "the handshake accepted it; nginx and others refuse it in their answer to a \
                 request: hookprint replay shows that",
            )
        })
    }

    /// The server goes away without a word, with our certificate and without.
    fn always_ends(&self) -> Fate {
        if self.sight.finished && self.sight.tickets > 0 {
            return Fate::new(ClientCertificate::Accepted, []);
        }
        let message = format!(
            "{} closed the connection without an answer, with and without our certificate: it is \
             unclear whether it accepts ours",
            self.peer
        );
        let finding = Finding::new(Code::ClientCertificateRefused, self.peer, message)
            .severity(Severity::Warning)
            .help("hookprint replay sends a request with it, and shows what comes back");
        Fate::new(ClientCertificate::Unknown, [finding])
    }

    fn refused(&self, error: &Error, request: &CertificateRequest) -> Fate {
        let Self { identity, sight, peer, now } = *self;
        let explained = policy::refusal(&Situation {
            peer,
            sign: error.alert.as_ref().map_or(Sign::Closed, Sign::Alert),
            protocol: sight.handshake.protocol,
            connected: sight.finished,
            request: Some(request),
            identity: Some(identity),
            now,
        });
        let Some(Explained { mut finding, refusal }) = explained else {
            let finding = Finding::new(Code::ClientCertificateRefused, peer, &error.message);
            return Fate::new(ClientCertificate::Unknown, [finding.severity(Severity::Warning)]);
        };
        let is_certain = refusal.certain;
        let refusal = Some(refusal);
        if is_certain {
            return Fate { word: ClientCertificate::Refused, refusal, findings: vec![finding] };
        }
        if sight.ends_without == Some(false) {
            finding.message.push_str("; without a certificate it behaves differently");
        }
        Fate {
            word: ClientCertificate::Unknown,
            refusal,
            findings: vec![finding.severity(Severity::Warning)],
        }
    }
}
