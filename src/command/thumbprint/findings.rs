//! What is wrong with certificates that were looked at, and with the way a host was seen.

use super::plan::Plan;
use crate::cert::{Certificate, Chain};
use crate::finding::{Code, Finding, Severity};
use crate::net::Sight;
use crate::policy;
use crate::tls::Handshake;

/// What is wrong with the certificates themselves.
pub fn of_certificates(plan: &Plan, chain: &Chain) -> Vec<Finding> {
    let of = |certificate: &Certificate| {
        let expiry = policy::expiry(certificate, plan.limits, plan.now);
        expiry.into_iter().chain(policy::strength(certificate)).collect::<Vec<_>>()
    };
    chain.path().into_iter().flat_map(of).collect()
}

/// What is wrong with the way a host was seen.
pub fn of_sight(sight: &Sight, subject: &str, has_pins: bool) -> Vec<Finding> {
    let handshake = &sight.handshake;
    let mut findings = Vec::new();
    if let Some(message) = obsolete(handshake).filter(|_| sight.in_plain_text) {
        findings.push(
            Finding::new(Code::ProtocolObsolete, subject, message)
                .help("enable TLS 1.3, or TLS 1.2 with ECDHE and AES-GCM, on the server"),
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
                .help("anyone can copy a certificate: the thumbprint proves nothing"),
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
        Some("TLSv1.2") => Some(format!(
            "it speaks TLSv1.2 only with suites that clients are dropping, here {suite}"
        )),
        protocol => {
            let protocol = protocol.unwrap_or("an unknown protocol");
            Some(format!("it speaks only {protocol}, which current clients refuse"))
        }
    }
}
