//! Would a TLS client trust this chain, and if not, why not? The answer is that of rustls (webpki);
//! the reasons are ours, in words, because one "unknown issuer" has many causes.

use rustls::pki_types::{CertificateDer, ServerName, TrustAnchor, UnixTime};
use time::OffsetDateTime;
use webpki::{EndEntityCert, Error as Refusal, KeyUsage};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use super::anchors::Anchors;
use super::provider;
use crate::cert::algorithms::signature_name;
use crate::cert::{Certificate, Chain, rfc3339};
use crate::finding::Code;

/// What a certificate is to be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To prove who a TLS server is.
    Server,
    /// To prove who a TLS client is.
    Client,
}

impl Purpose {
    /// The name in extended key usage.
    pub fn name(self) -> &'static str {
        match self {
            Self::Server => "serverAuth",
            Self::Client => "clientAuth",
        }
    }
}

/// One reason not to trust a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The finding it is.
    pub code: Code,
    /// What is wrong, as a lower-case fragment.
    pub text: String,
    /// What to do, if that is known.
    pub help: Option<String>,
}

/// Whether a chain is trusted: no problem, or the reasons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Reasons not to trust it, the most fundamental first.
    pub problems: Vec<Problem>,
}

impl Verdict {
    /// Whether there is nothing against it.
    pub fn is_trusted(&self) -> bool {
        self.problems.is_empty()
    }

    /// All reasons in one line.
    pub fn text(&self) -> Option<String> {
        let texts: Vec<&str> = self.problems.iter().map(|problem| problem.text.as_str()).collect();
        (!texts.is_empty()).then(|| texts.join("; "))
    }
}

/// Judges a chain as presented, at a moment, for a purpose and, if there is one, a name.
pub fn verdict(
    chain: &Chain,
    name: Option<&ServerName<'_>>,
    anchors: &Anchors,
    now: OffsetDateTime,
    purpose: Purpose,
) -> Verdict {
    let Some(end_entity) = chain.end_entity() else {
        let problem = Problem::new(Code::IssuerUnknown, "no certificate was presented");
        return Verdict { problems: vec![problem] };
    };
    let case = Case { chain, end_entity, anchors, now, purpose };
    let mut problems = Vec::new();
    if let Err(refusal) = case.path() {
        problems = case.explain(&refusal);
    }
    problems.extend(name.and_then(|name| case.name_problem(name)));
    Verdict { problems }
}

/// Whether the certificate at this place of the chain, or those between, really issued the first
/// one: names and signatures, all the way. Anybody can put a famous intermediate into a chain.
pub fn is_linked(chain: &Chain, position: usize) -> bool {
    let path = chain.path();
    let Some(wanted) = chain.certificates().get(position) else { return false };
    let Some(end) = path.iter().position(|certificate| *certificate == wanted) else {
        return false;
    };
    let issues = |pair: &[&Certificate]| is_signed_by(pair[0], pair[1].der()) && pair[1].is_ca();
    path[..=end].windows(2).all(issues)
}

/// The verdict about certificates that need not even parse, presented by a server.
pub fn verdict_of_der(
    chain: &[CertificateDer<'_>],
    name: &ServerName<'_>,
    anchors: &Anchors,
    now: OffsetDateTime,
) -> Verdict {
    let parsed: Result<Vec<_>, _> =
        chain.iter().map(|der| Certificate::parse(der.to_vec())).collect();
    match parsed {
        Ok(chain) => verdict(&Chain::new(chain), Some(name), anchors, now, Purpose::Server),
        Err(malformed) => {
            let problem = Problem::new(Code::IssuerUnknown, malformed.to_string());
            Verdict { problems: vec![problem] }
        }
    }
}

impl Problem {
    fn new(code: Code, text: impl Into<String>) -> Self {
        Self { code, text: text.into(), help: None }
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

struct Case<'a> {
    chain: &'a Chain,
    end_entity: &'a Certificate,
    anchors: &'a Anchors,
    now: OffsetDateTime,
    purpose: Purpose,
}

impl Case<'_> {
    /// Builds a path to an anchor, as a TLS client would.
    fn path(&self) -> Result<(), Refusal> {
        if self.anchors.holds(self.end_entity.der()) {
            // Trusted by itself, as OpenSSL has it: a self-signed certificate given with --ca.
            // webpki knows no such thing; what is left to check is what is written in it.
            let in_time = self.time_problem(self.end_entity).is_none();
            return if in_time { Ok(()) } else { Err(Refusal::UnknownIssuer) };
        }
        let certificates = self.chain.certificates().iter();
        let anchors: Vec<TrustAnchor<'_>> =
            certificates.flat_map(|one| self.anchors.named(one.issuer_der())).collect();
        let intermediates: Vec<CertificateDer<'_>> =
            self.chain.intermediates().iter().map(|one| one.der().into()).collect();
        let der = CertificateDer::from(self.end_entity.der());
        let usage = match self.purpose {
            Purpose::Server => KeyUsage::server_auth(),
            Purpose::Client => KeyUsage::client_auth(),
        };
        let now = u64::try_from(self.now.unix_timestamp()).unwrap_or(0);
        let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(now));
        let algorithms = provider().signature_verification_algorithms.all;
        EndEntityCert::try_from(&der)?
            .verify_for_usage(algorithms, &anchors, &intermediates, now, usage, None, None)
            .map(|_| ())
    }

    /// The reasons for a refusal: what we find ourselves, else what the library says.
    fn explain(&self, refusal: &Refusal) -> Vec<Problem> {
        let path = self.chain.path();
        let mut problems = Vec::new();
        problems.extend(self.anchor_problem(&path));
        problems.extend(path.iter().filter_map(|certificate| self.time_problem(certificate)));
        problems
            .extend(path.iter().skip(1).filter_map(|certificate| authority_problem(certificate)));
        problems.extend(self.purpose_problem());
        problems.extend(path.iter().filter_map(|certificate| weak_signature(certificate, refusal)));
        if problems.is_empty() {
            problems.push(library_problem(refusal, self.end_entity));
        }
        problems
    }

    /// Where the path ends, when that is not at an anchor.
    fn anchor_problem(&self, path: &[&Certificate]) -> Option<Problem> {
        let last = path.last()?;
        let issuer = last.issuer();
        if self.anchors.holds(last.der()) {
            return None;
        }
        let mut named = self.anchors.certificates_named(last.issuer_der()).peekable();
        if named.peek().is_some() {
            return (!named.any(|anchor| is_signed_by(last, anchor))).then(|| {
                Problem::new(
                    Code::IssuerUnknown,
                    format!("a trust anchor has the name of the issuer, {issuer}, but another key"),
                )
                .help("it was renewed with a new key, or somebody uses its name")
            });
        }
        if path.len() == 1 && last.is_self_issued() {
            return Some(
                Problem::new(
                    Code::SelfSigned,
                    format!("it is self-signed and not among the {}", self.known()),
                )
                .help("give it with --ca FILE, or pin it"),
            );
        }
        if last.is_self_issued() {
            return Some(
                Problem::new(
                    Code::IssuerUnknown,
                    format!("its root {issuer} is not among the {}", self.known()),
                )
                .help("give a private authority with --ca FILE"),
            );
        }
        Some(match last.extensions.issuer_addresses.first() {
            Some(address) => Problem::new(
                Code::ChainIncomplete,
                format!(
                    "the intermediate certificate {issuer} is missing; it can be had at {address}"
                ),
            )
            .help("let the server send it after its own certificate"),
            None => Problem::new(
                Code::IssuerUnknown,
                format!(
                    "the issuer {issuer} is neither in the chain nor among the {}",
                    self.known()
                ),
            )
            .help(
                "give a private authority with --ca FILE; an intermediate belongs into the chain",
            ),
        })
    }

    fn known(&self) -> String {
        match self.anchors.len() {
            1 => "1 trust anchor".to_owned(),
            count => format!("{count} trust anchors"),
        }
    }

    fn time_problem(&self, certificate: &Certificate) -> Option<Problem> {
        let name = certificate.short_name();
        if certificate.not_after < self.now {
            let since = rfc3339(certificate.not_after);
            Some(Problem::new(Code::CertificateExpired, format!("{name} expired at {since}")))
        } else if certificate.not_before > self.now {
            let from = rfc3339(certificate.not_before);
            let text = format!("{name} is not valid before {from}");
            Some(Problem::new(Code::CertificateNotYetValid, text))
        } else {
            None
        }
    }

    fn purpose_problem(&self) -> Option<Problem> {
        let purpose = self.purpose.name();
        let usages = self.end_entity.extensions.extended_key_usage.as_ref()?;
        (!usages.iter().any(|usage| usage == purpose)).then(|| {
            let listed = usages.join(", ");
            let text = format!("it may not be used for {purpose}, only for {listed}");
            Problem::new(Code::PurposeMissing, text)
        })
    }

    fn name_problem(&self, name: &ServerName<'_>) -> Option<Problem> {
        let der = CertificateDer::from(self.end_entity.der());
        let matches = EndEntityCert::try_from(&der)
            .is_ok_and(|certificate| certificate.verify_is_valid_for_subject_name(name).is_ok());
        if matches {
            return None;
        }
        let names = &self.end_entity.extensions.alt_names;
        let listed = match names.len() {
            0 => "it has no subject alternative name at all".to_owned(),
            1..=8 => format!("it is for {}", names.join(", ")),
            count => format!("it is for {} and {} more", names[..8].join(", "), count - 8),
        };
        let asked = name.to_str();
        Some(Problem::new(Code::NameMismatch, format!("it is not for {asked}: {listed}")))
    }
}

fn authority_problem(certificate: &Certificate) -> Option<Problem> {
    (!certificate.is_ca() && certificate.version >= 3).then(|| {
        let name = certificate.short_name();
        Problem::new(
            Code::IssuerUnknown,
            format!("{name} issued a certificate but is no authority"),
        )
    })
}

/// Said only where the library refused because of an algorithm.
fn weak_signature(certificate: &Certificate, refusal: &Refusal) -> Option<Problem> {
    let algorithm = signature_name(&certificate.signature_oid);
    let refused = matches!(refusal, Refusal::UnsupportedSignatureAlgorithmContext(_));
    let weak = ["sha1", "md5", "md2"]
        .iter()
        .any(|digest| algorithm.to_ascii_lowercase().replace('-', "").contains(digest));
    (refused && weak && !certificate.is_self_issued()).then(|| {
        let name = certificate.short_name();
        Problem::new(Code::SignatureWeak, format!("{name} is signed with {algorithm}"))
    })
}

fn library_problem(refusal: &Refusal, end_entity: &Certificate) -> Problem {
    let text = match refusal {
        Refusal::CaUsedAsEndEntity => "a certificate authority presents its own certificate".into(),
        Refusal::UnsupportedCertVersion => {
            format!("it is an X.509 certificate of version {}", end_entity.version)
        }
        Refusal::UnsupportedCriticalExtension => {
            "it has a critical extension that TLS libraries do not know".into()
        }
        Refusal::InvalidSignatureForPublicKey => "a signature in the chain is wrong".into(),
        Refusal::NameConstraintViolation => "its authority may not issue for this name".into(),
        Refusal::PathLenConstraintViolated => {
            "the chain is longer than its authority allows".into()
        }
        other => format!("TLS libraries refuse it: {other:?}"),
    };
    Problem::new(Code::IssuerUnknown, text)
}

/// Whether the anchor's key made the signature of the certificate, under any algorithm.
fn is_signed_by(certificate: &Certificate, anchor: &[u8]) -> bool {
    let Ok((_, anchor)) = X509Certificate::from_der(anchor) else { return false };
    let key = &anchor.tbs_certificate.subject_pki.subject_public_key.data;
    let algorithms = provider().signature_verification_algorithms.all;
    algorithms.iter().any(|algorithm| {
        algorithm.verify_signature(key, certificate.tbs(), certificate.signature()).is_ok()
    })
}

pub mod strict;
#[cfg(test)]
mod tests;
