//! What is known about a connection: computed once, told with every delivery on it.

use std::net::SocketAddr;

use time::OffsetDateTime;

use crate::cert::thumbprint::{Kind, Thumbprint};
use crate::cert::{Certificate, Chain, rfc3339};
use crate::clock::PeerTime;
use crate::digest::base64;
use crate::fact::{Facts, Value};
use crate::finding::{Code, Finding};
use crate::http::Headers;
use crate::http::forwarded::{self, Claim};
use crate::policy::caller::{self as policy, Admission, Admitted};
use crate::tls::Caller;

/// A connection and its caller.
pub struct Session {
    /// Address of the caller.
    pub peer: SocketAddr,
    /// How its certificate was judged; none without TLS.
    pub admitted: Option<Admitted>,
    /// Its chain as facts, or null.
    pub client: Value,
    /// Protocol, suite and so on, for the report.
    pub transport: Facts,
    /// The same for the capture.
    pub tls: Option<Facts>,
    /// Its certificate for the capture.
    pub certificate: Option<Facts>,
}

impl Session {
    /// Judges the caller of a new connection, who is live: `present` is when it calls. What the
    /// report shows is as of `now`.
    pub fn new(
        peer: SocketAddr,
        caller: Option<Caller>,
        admission: &Admission,
        present: PeerTime,
        now: OffsetDateTime,
    ) -> Self {
        let Some(tls) = caller else {
            return Self {
                peer,
                admitted: None,
                client: Value::Null,
                transport: Facts::new(),
                tls: None,
                certificate: None,
            };
        };
        let (chain, unreadable) = parsed(tls.chain.iter().map(|der| der.to_vec()));
        let mut admitted = policy::caller(&chain, admission, present);
        if let Some(reason) = unreadable {
            admitted.verdict = "refused";
            admitted.findings.push(Finding::new(Code::IssuerUnknown, "caller", reason));
        }
        let end_entity = chain.end_entity();
        Self {
            peer,
            client: facts(&chain, now),
            transport: Facts::new()
                .with("protocol", tls.protocol)
                .with("cipher_suite", tls.cipher_suite.clone())
                .with("server_name", tls.server_name.clone())
                .with("resumed", tls.resumed),
            tls: Some(captured_tls(&tls)),
            certificate: end_entity.map(|one| captured_certificate(one, &chain, &admitted)),
            admitted: Some(admitted),
        }
    }

    /// `client_verdict` of the report.
    pub fn verdict(&self) -> &'static str {
        self.admitted.as_ref().map_or("not-asked", |admitted| admitted.verdict)
    }
}

/// Certificates as far as they can be read, and why not further.
pub fn parsed(ders: impl Iterator<Item = Vec<u8>>) -> (Chain, Option<String>) {
    let mut certificates = Vec::new();
    for der in ders {
        match Certificate::parse(der) {
            Ok(certificate) => certificates.push(certificate),
            Err(error) => return (Chain::new(certificates), Some(error.to_string())),
        }
    }
    (Chain::new(certificates), None)
}

/// A chain as the report shows it: null when there is none.
pub fn facts(chain: &Chain, now: OffsetDateTime) -> Value {
    let certificates = chain.certificates();
    if certificates.is_empty() {
        return Value::Null;
    }
    certificates.iter().map(|one| one.facts(now)).collect::<Vec<_>>().into()
}

fn captured_tls(caller: &Caller) -> Facts {
    Facts::new()
        .with("version", caller.protocol)
        .with("cipher", caller.cipher_suite.clone())
        .with("alpn", caller.alpn.clone())
        .with("sni", caller.server_name.clone())
        .with("resumed", caller.resumed)
}

fn captured_certificate(end_entity: &Certificate, chain: &Chain, admitted: &Admitted) -> Facts {
    let print = |kind| Thumbprint::of(end_entity, kind).text();
    let verified = match admitted.verdict {
        "accepted" => Some(true),
        "refused" => Some(false),
        _ => None,
    };
    Facts::new()
        .with("subject", end_entity.subject())
        .with("issuer", end_entity.issuer())
        .with("serial", end_entity.serial.as_str())
        .with("notBefore", rfc3339(end_entity.not_before))
        .with("notAfter", rfc3339(end_entity.not_after))
        .with("san", end_entity.extensions.alt_names.clone())
        .with("sha1", print(Kind::Sha1))
        .with("sha256", print(Kind::Sha256))
        .with("spkiSha256", print(Kind::Spki))
        .with("verified", verified.map_or(Value::Null, Value::Bool))
        .with("verifyError", admitted.reason())
        .with("chainPem", chain.certificates().iter().map(pem).collect::<Vec<_>>())
}

fn pem(certificate: &Certificate) -> String {
    let base64 = base64(certificate.der());
    let lines: Vec<&str> =
        (0..base64.len()).step_by(64).map(|at| &base64[at..base64.len().min(at + 64)]).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

/// What proxies claim in headers about the caller's certificate.
pub fn claimed(headers: &Headers, now: OffsetDateTime) -> Vec<Facts> {
    forwarded::claims(headers).into_iter().map(|claim| claim_facts(claim, now)).collect()
}

fn claim_facts(claim: Claim, now: OffsetDateTime) -> Facts {
    let (chain, unreadable) = parsed(claim.chain.into_iter());
    let fields = claim.fields.iter().map(|(name, value)| format!("{name}={value}"));
    let problems: Vec<String> = claim.problems.into_iter().chain(unreadable).collect();
    Facts::new()
        .with("dialect", claim.dialect)
        .with("client", facts(&chain, now))
        .with("fields", fields.collect::<Vec<_>>())
        .with("problems", problems)
}
