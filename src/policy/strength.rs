//! Keys that are too short and signatures that can be forged.

use crate::cert::Certificate;
use crate::cert::algorithms::{PublicKey, is_weak_signature, signature_name};
use crate::finding::{Code, Finding};

/// The least bits of a key, by the beginning of its algorithm's name (NIST SP 800-57 part 1,
/// table 2: 112 bits of strength).
const LEAST_BITS: [(&str, u32); 4] = [("RSA", 2048), ("DSA", 2048), ("DH", 2048), ("EC", 224)];

/// Kinds of keys that come in sizes that are all strong enough, by the beginnings of their names.
const FIXED: [&str; 7] = ["Ed25519", "Ed448", "X25519", "X448", "ML-DSA-", "ML-KEM-", "SLH-DSA-"];

/// `key-weak` and `signature-weak`. The signature of a self-issued certificate protects nothing,
/// so its digest does not matter.
pub fn strength(certificate: &Certificate) -> Vec<Finding> {
    let name = certificate.short_name();
    let mut findings = Vec::new();
    if let Some(least) = least_bits(&certificate.key) {
        let key = certificate.key.short();
        let message = format!("{name} has the key {key}, below the minimum of {least} bits");
        findings.push(
            Finding::new(Code::KeyWeak, certificate.name(), message)
                .help("create a new key (RSA 2048, or EC P-256) and have it certified"),
        );
    }
    if is_weak_signature(&certificate.signature_oid) && !certificate.is_self_issued() {
        let algorithm = signature_name(&certificate.signature_oid);
        let message = format!("{name} is signed with {algorithm}, which TLS libraries refuse");
        findings.push(
            Finding::new(Code::SignatureWeak, certificate.name(), message)
                .help("have it reissued with SHA-256"),
        );
    }
    findings
}

/// Why the strength of a certificate cannot be judged: its key, or what it is signed with, is of a
/// kind that nobody here knows a measure for.
pub fn strength_unknown(certificate: &Certificate) -> Option<String> {
    let key = &certificate.key;
    let has_size = key.bits.is_some() && LEAST_BITS.iter().any(|(name, _)| is_of(key, name));
    if !has_size && !FIXED.iter().any(|known| key.algorithm.starts_with(known)) {
        return Some(format!("there is no strength limit for keys of type {}", key.algorithm));
    }
    let signature = signature_name(&certificate.signature_oid);
    // What has no name here is shown by its number.
    let is_unnamed = signature.starts_with(|first: char| first.is_ascii_digit());
    (is_unnamed && !certificate.is_self_issued())
        .then(|| format!("there is no strength limit for signatures of type {signature}"))
}

/// The minimum that this key is below.
fn least_bits(key: &PublicKey) -> Option<u32> {
    let (_, least) = LEAST_BITS.iter().find(|(name, _)| is_of(key, name))?;
    key.bits.filter(|bits| bits < least).map(|_| *least)
}

/// Whether a key is of an algorithm, or of a form of it such as RSA-PSS.
fn is_of(key: &PublicKey, name: &str) -> bool {
    key.algorithm == name || key.algorithm.strip_prefix(name).is_some_and(|it| it.starts_with('-'))
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

    #[test]
    fn what_nobody_measures_is_named() {
        let why = |key: PublicKey, signature: &str| {
            let mut certificate = crate::cert::tests::sample();
            certificate.key = key;
            certificate.signature_oid = signature.to_owned();
            strength_unknown(&certificate)
        };
        let ecdsa = "1.2.840.10045.4.3.2";
        for known in
            [("EC", Some(256)), ("RSA-PSS", Some(2048)), ("Ed25519", None), ("ML-DSA-44", None)]
        {
            assert_eq!(why(key(known.0, known.1), ecdsa), None, "{known:?}");
        }
        for unknown in [("EC", None), ("GOST", Some(256)), ("ECX", Some(256))] {
            let said = why(key(unknown.0, unknown.1), ecdsa).unwrap();
            assert_eq!(said, format!("there is no strength limit for keys of type {}", unknown.0));
        }
        // The signature of a self-issued certificate protects nothing.
        assert_eq!(why(key("EC", Some(256)), "1.2.3.4"), None);
        let bundle = crate::policy::stored("modern.p12", "changeit");
        let mut issued = bundle.certificates().next().unwrap().clone();
        assert_eq!(strength_unknown(&issued), None);
        issued.signature_oid = "1.2.3.4".to_owned();
        let said = strength_unknown(&issued).unwrap();
        assert_eq!(said, "there is no strength limit for signatures of type 1.2.3.4");
    }
}
