//! Keys that are too short and signatures that can be forged.

use crate::cert::Certificate;
use crate::cert::algorithms::{PublicKey, is_weak_signature, signature_name};
use crate::finding::{Code, Finding};

/// The least bits of a key, by the beginning of its algorithm's name (NIST SP 800-57 part 1,
/// table 2: 112 bits of strength).
const LEAST_BITS: [(&str, u32); 4] = [("RSA", 2048), ("DSA", 2048), ("DH", 2048), ("EC", 224)];

/// `key-weak` and `signature-weak`. The signature of a self-issued certificate protects nothing,
/// so its digest does not matter.
pub fn strength(certificate: &Certificate) -> Vec<Finding> {
    let name = certificate.short_name();
    let mut findings = Vec::new();
    if let Some(least) = least_bits(&certificate.key) {
        let key = certificate.key.short();
        let message = format!("{name} has the key {key}, below the minimum of {least} bits");
        findings.push(
            Finding::new(Code::KeyWeak, certificate.subject(), message)
                .help("make a new key (RSA 2048, or EC P-256) and have it certified"),
        );
    }
    if is_weak_signature(&certificate.signature_oid) && !certificate.is_self_issued() {
        let algorithm = signature_name(&certificate.signature_oid);
        let message = format!("{name} is signed with {algorithm}, which TLS libraries refuse");
        findings.push(
            Finding::new(Code::SignatureWeak, certificate.subject(), message)
                .help("have it issued again with SHA-256"),
        );
    }
    findings
}

/// The minimum that this key is below.
fn least_bits(key: &PublicKey) -> Option<u32> {
    let (_, least) = LEAST_BITS.iter().find(|(name, _)| {
        key.algorithm == *name
            || key.algorithm.strip_prefix(name).is_some_and(|it| it.starts_with('-'))
    })?;
    key.bits.filter(|bits| bits < least).map(|_| *least)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(algorithm: &str, bits: Option<u32>) -> PublicKey {
        PublicKey { algorithm: algorithm.to_owned().into(), bits, curve: None }
    }

    #[test]
    fn minima() {
        for (algorithm, bits, least) in [
            ("RSA", Some(1024), Some(2048)),
            ("RSA", Some(2048), None),
            ("RSA-PSS", Some(1024), Some(2048)),
            ("EC", Some(192), Some(224)),
            ("EC", Some(256), None),
            ("EC", None, None),
            ("Ed25519", Some(256), None),
            ("ECX", Some(1), None),
        ] {
            assert_eq!(least_bits(&key(algorithm, bits)), least, "{algorithm} {bits:?}");
        }
    }

    #[test]
    fn a_root_signed_with_sha1_is_no_finding() {
        let mut certificate = crate::cert::tests::sample();
        certificate.signature_oid = "1.2.840.113549.1.1.5".to_owned();
        assert!(certificate.is_self_issued());
        assert_eq!(strength(&certificate), []);
    }
}
