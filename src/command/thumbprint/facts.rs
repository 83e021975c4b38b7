//! The facts and findings of what was looked at, under the names of the report.

use rustls::pki_types::ServerName;
use time::OffsetDateTime;

use super::plan::Plan;
use crate::cert::{Certificate, Chain, names};
use crate::digest::hex;
use crate::fact::{Facts, Value};
use crate::finding::{Code, Finding, Severity};
use crate::net::Sight;
use crate::policy::{self, Pinned};
use crate::tls::{CertificateRequest, Handshake, Verdict};

/// Facts about a host.
pub fn of_host(
    sight: &Sight,
    chain: &Chain,
    sent_name: Option<&ServerName<'static>>,
    verdict: &Verdict,
    pinned: &Pinned,
    now: OffsetDateTime,
) -> Facts {
    let handshake = &sight.handshake;
    let request = handshake.request.as_ref();
    let asked = if request.is_some() { "requested" } else { "not-requested" };
    let name = sent_name.and_then(|name| match name {
        ServerName::DnsName(name) => Some(name.as_ref().to_owned()),
        _ => None,
    });
    Facts::new()
        .with("address", sight.address.map(|address| address.to_string()))
        .with("server_name", name)
        .with("protocol", handshake.protocol)
        .with("cipher_suite", handshake.cipher_suite.clone())
        .with("key_exchange", handshake.key_exchange.clone())
        .with("alpn", handshake.alpn.clone())
        .with("client_certificate", asked)
        .with("accepted_issuers", request.map(issuers).unwrap_or_default())
        .with("trusted", verdict.is_trusted())
        .with("trust_problem", verdict.text())
        .with("proven", handshake.proven)
        .with("matched_pin", pinned.matched.clone())
        .with("chain", certificates(chain, now))
}

/// Facts about a file.
pub fn of_file(chain: &Chain, pinned: &Pinned, notes: Vec<String>, now: OffsetDateTime) -> Facts {
    let facts = Facts::new()
        .with("matched_pin", pinned.matched.clone())
        .with("chain", certificates(chain, now));
    if notes.is_empty() { facts } else { facts.with("notes", notes) }
}

fn certificates(chain: &Chain, now: OffsetDateTime) -> Value {
    let facts = chain.certificates().iter().map(|one| Value::Map(one.facts(now)));
    Value::List(facts.collect())
}

fn issuers(request: &CertificateRequest) -> Vec<String> {
    let name = |der: &Vec<u8>| names::distinguished_name(der).unwrap_or_else(|| hex(der));
    request.issuers.iter().map(name).collect()
}

/// What is wrong with the certificates themselves.
pub fn certificate_findings(plan: &Plan, chain: &Chain) -> Vec<Finding> {
    let of = |certificate: &Certificate| {
        let expiry = policy::expiry(certificate, plan.limits, plan.now);
        expiry.into_iter().chain(policy::strength(certificate)).collect::<Vec<_>>()
    };
    chain.path().into_iter().flat_map(of).collect()
}

/// What is wrong with the way a host was seen.
pub fn sight_findings(sight: &Sight, subject: &str, has_pins: bool) -> Vec<Finding> {
    let handshake = &sight.handshake;
    let mut findings = Vec::new();
    if let Some(message) = obsolete(handshake).filter(|_| sight.in_plain_text) {
        findings.push(
            Finding::new(Code::ProtocolObsolete, subject, message)
                .help("switch on TLS 1.3, or TLS 1.2 with ECDHE and AES-GCM, on the server"),
        );
    }
    if !handshake.proven {
        let message = if sight.in_plain_text && handshake.signature_scheme.is_none() {
            "it could not be asked to prove that it holds the key: its protocol is too old for that"
        } else {
            "it did not prove that it holds the key of this certificate"
        };
        let severity = if has_pins { Severity::Critical } else { Severity::Warning };
        findings.push(
            Finding::new(Code::PossessionUnproven, subject, message)
                .severity(severity)
                .help("anybody can copy a certificate: do not take the thumbprint as a proof"),
        );
    }
    findings
}

/// What is too old about a handshake, if it is the protocol or the suite.
fn obsolete(handshake: &Handshake) -> Option<String> {
    let suite = handshake.cipher_suite.as_deref().unwrap_or("an unknown suite");
    let is_modern = suite.contains("_ECDHE_")
        && ["_GCM_", "_CHACHA20_"].iter().any(|aead| suite.contains(aead));
    match handshake.protocol {
        Some("TLSv1.2") if is_modern => None,
        Some("TLSv1.2") => {
            Some(format!("it speaks TLSv1.2 only with suites that clients give up, here {suite}"))
        }
        protocol => {
            let protocol = protocol.unwrap_or("an unknown protocol");
            Some(format!("it speaks only {protocol}, which current clients refuse"))
        }
    }
}
