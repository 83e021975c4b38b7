//! Algorithms by their object identifiers: kinds of keys with their sizes, signature algorithms.

use std::borrow::Cow;

use serde::Serialize;
use x509_parser::asn1_rs::{Any, Tag};
use x509_parser::prelude::{FromDer, SubjectPublicKeyInfo};
use x509_parser::public_key::PublicKey as Parsed;

use super::names::dotted;

/// Key algorithms that are known by name. The size of an RSA or DSA key is read from the key.
const KEYS: [(&str, &str, Option<u32>); 31] = [
    ("1.2.840.113549.1.1.1", "RSA", None),
    ("1.2.840.113549.1.1.10", "RSA-PSS", None),
    ("1.2.840.113549.1.1.7", "RSA-OAEP", None),
    ("1.2.840.10045.2.1", "EC", None),
    ("1.2.840.10040.4.1", "DSA", None),
    ("1.2.840.10046.2.1", "DH", None),
    ("1.3.101.110", "X25519", Some(256)),
    ("1.3.101.111", "X448", Some(448)),
    ("1.3.101.112", "Ed25519", Some(256)),
    ("1.3.101.113", "Ed448", Some(456)),
    ("1.2.643.2.2.19", "GOST R 34.10-2001", Some(256)),
    ("1.2.643.7.1.1.1.1", "GOST R 34.10-2012-256", Some(256)),
    ("1.2.643.7.1.1.1.2", "GOST R 34.10-2012-512", Some(512)),
    ("2.16.840.1.101.3.4.3.17", "ML-DSA-44", None),
    ("2.16.840.1.101.3.4.3.18", "ML-DSA-65", None),
    ("2.16.840.1.101.3.4.3.19", "ML-DSA-87", None),
    ("2.16.840.1.101.3.4.4.1", "ML-KEM-512", None),
    ("2.16.840.1.101.3.4.4.2", "ML-KEM-768", None),
    ("2.16.840.1.101.3.4.4.3", "ML-KEM-1024", None),
    ("2.16.840.1.101.3.4.3.20", "SLH-DSA-SHA2-128s", None),
    ("2.16.840.1.101.3.4.3.21", "SLH-DSA-SHA2-128f", None),
    ("2.16.840.1.101.3.4.3.22", "SLH-DSA-SHA2-192s", None),
    ("2.16.840.1.101.3.4.3.23", "SLH-DSA-SHA2-192f", None),
    ("2.16.840.1.101.3.4.3.24", "SLH-DSA-SHA2-256s", None),
    ("2.16.840.1.101.3.4.3.25", "SLH-DSA-SHA2-256f", None),
    ("2.16.840.1.101.3.4.3.26", "SLH-DSA-SHAKE-128s", None),
    ("2.16.840.1.101.3.4.3.27", "SLH-DSA-SHAKE-128f", None),
    ("2.16.840.1.101.3.4.3.28", "SLH-DSA-SHAKE-192s", None),
    ("2.16.840.1.101.3.4.3.29", "SLH-DSA-SHAKE-192f", None),
    ("2.16.840.1.101.3.4.3.30", "SLH-DSA-SHAKE-256s", None),
    ("2.16.840.1.101.3.4.3.31", "SLH-DSA-SHAKE-256f", None),
];

/// Named curves: OID, name, bits.
const CURVES: [(&str, &str, u32); 11] = [
    ("1.2.840.10045.3.1.1", "P-192", 192),
    ("1.3.132.0.33", "P-224", 224),
    ("1.2.840.10045.3.1.7", "P-256", 256),
    ("1.3.132.0.34", "P-384", 384),
    ("1.3.132.0.35", "P-521", 521),
    ("1.3.132.0.10", "secp256k1", 256),
    ("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1", 256),
    ("1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1", 384),
    ("1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1", 512),
    ("1.2.156.10197.1.301", "SM2", 256),
    ("1.3.132.0.8", "secp160r1", 160),
];

/// Signature algorithms: OID, name, and whether its digest is broken for signatures.
const SIGNATURES: [(&str, &str, bool); 22] = [
    ("1.2.840.113549.1.1.2", "md2WithRSAEncryption", true),
    ("1.2.840.113549.1.1.4", "md5WithRSAEncryption", true),
    ("1.2.840.113549.1.1.5", "sha1WithRSAEncryption", true),
    ("1.3.14.3.2.29", "sha1WithRSA", true),
    ("1.3.14.3.2.3", "md5WithRSA", true),
    ("1.2.840.10040.4.3", "dsa-with-SHA1", true),
    ("1.2.840.10045.4.1", "ecdsa-with-SHA1", true),
    ("1.2.840.113549.1.1.14", "sha224WithRSAEncryption", false),
    ("1.2.840.113549.1.1.11", "sha256WithRSAEncryption", false),
    ("1.2.840.113549.1.1.12", "sha384WithRSAEncryption", false),
    ("1.2.840.113549.1.1.13", "sha512WithRSAEncryption", false),
    ("1.2.840.113549.1.1.10", "RSASSA-PSS", false),
    ("1.2.840.10045.4.3.1", "ecdsa-with-SHA224", false),
    ("1.2.840.10045.4.3.2", "ecdsa-with-SHA256", false),
    ("1.2.840.10045.4.3.3", "ecdsa-with-SHA384", false),
    ("1.2.840.10045.4.3.4", "ecdsa-with-SHA512", false),
    ("2.16.840.1.101.3.4.3.1", "dsa-with-SHA224", false),
    ("2.16.840.1.101.3.4.3.2", "dsa-with-SHA256", false),
    ("1.2.643.2.2.3", "GOST R 34.11-94 with GOST R 34.10-2001", false),
    ("1.2.643.7.1.1.3.2", "GOST R 34.10-2012 with GOST R 34.11-2012-256", false),
    ("1.2.643.7.1.1.3.3", "GOST R 34.10-2012 with GOST R 34.11-2012-512", false),
    ("1.2.156.10197.1.501", "SM2-with-SM3", false),
];

/// The kind and size of a public key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublicKey {
    /// Name, for example `RSA`, `EC`, `Ed25519`, `ML-DSA-65`; the dotted OID when it has none here.
    pub algorithm: Cow<'static, str>,
    /// Size in bits, where the notion exists.
    pub bits: Option<u32>,
    /// Named curve, only for `EC`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub curve: Option<&'static str>,
}

impl PublicKey {
    /// Kind and size of the key in a SubjectPublicKeyInfo (DER, RFC 5280 section 4.1.2.7).
    pub fn parse(spki: &[u8]) -> Option<Self> {
        SubjectPublicKeyInfo::from_der(spki).ok().map(|(_, spki)| Self::of(&spki))
    }

    pub(super) fn of(spki: &SubjectPublicKeyInfo<'_>) -> Self {
        let oid = dotted(&spki.algorithm.algorithm);
        let parameters = spki.algorithm.parameters.as_ref();
        let (algorithm, mut bits) = match KEYS.iter().find(|(known, ..)| *known == oid) {
            Some((_, name, bits)) => (Cow::Borrowed(*name), *bits),
            None => (Cow::Owned(oid), None),
        };
        let mut curve = None;
        match algorithm.as_ref() {
            "RSA" | "RSA-PSS" | "RSA-OAEP" => bits = modulus_bits(spki),
            "DSA" | "DH" => bits = parameters.and_then(|any| first_integer_bits(any.data)),
            "EC" => (curve, bits) = curve_of(parameters, spki.subject_public_key.data.len()),
            _ => {}
        }
        Self { algorithm, bits, curve }
    }

    /// One short phrase: `RSA 2048`, `EC P-256`, `Ed25519`.
    pub fn short(&self) -> String {
        match (self.curve, self.bits) {
            (Some(curve), _) => format!("{} {curve}", self.algorithm),
            (None, Some(bits)) if !self.algorithm.starts_with("Ed") => {
                format!("{} {bits}", self.algorithm)
            }
            _ => self.algorithm.to_string(),
        }
    }
}

/// Bits of the modulus: the first INTEGER of RSAPublicKey (RFC 8017 appendix A.1.1).
fn modulus_bits(spki: &SubjectPublicKeyInfo<'_>) -> Option<u32> {
    if let Ok(Parsed::RSA(key)) = spki.parsed() {
        return Some(significant_bits(key.modulus));
    }
    let (_, sequence) = Any::from_der(&spki.subject_public_key.data).ok()?;
    first_integer_bits(sequence.data)
}

fn first_integer_bits(content: &[u8]) -> Option<u32> {
    let (_, integer) = Any::from_der(content).ok()?;
    (integer.tag() == Tag::Integer).then(|| significant_bits(integer.data))
}

fn significant_bits(number: &[u8]) -> u32 {
    let start = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
    match &number[start..] {
        [] => 0,
        [first, rest @ ..] => (8 - first.leading_zeros()) + 8 * rest.len() as u32,
    }
}

/// The named curve; explicit parameters are known by the length of the point only.
fn curve_of(parameters: Option<&Any<'_>>, point: usize) -> (Option<&'static str>, Option<u32>) {
    let oid = parameters.and_then(|any| any.as_oid().ok()).map(|oid| dotted(&oid));
    match oid.and_then(|oid| CURVES.iter().find(|(known, ..)| *known == oid)) {
        Some((_, name, bits)) => (Some(name), Some(*bits)),
        None => (None, point.checked_sub(1).map(|bytes| bytes as u32 * 4).filter(|bits| *bits > 0)),
    }
}

/// Name of a signature algorithm; the OID itself when it has none here.
pub fn signature_name(oid: &str) -> &str {
    let named = SIGNATURES.iter().find(|(known, ..)| *known == oid).map(|(_, name, _)| *name);
    let same_as_key = || KEYS.iter().find(|(known, ..)| *known == oid).map(|(_, name, _)| *name);
    named.or_else(same_as_key).unwrap_or(oid)
}

/// Whether the digest of a signature algorithm no longer resists forgery (MD2, MD5, SHA-1).
pub fn is_weak_signature(oid: &str) -> bool {
    SIGNATURES.iter().any(|(known, _, weak)| *known == oid && *weak)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_counted_from_the_first_one() {
        assert_eq!(significant_bits(&[0, 0x80, 0]), 16);
        assert_eq!(significant_bits(&[0x01]), 1);
        assert_eq!(significant_bits(&[0]), 0);
    }

    #[test]
    fn names() {
        assert_eq!(signature_name("1.2.840.113549.1.1.11"), "sha256WithRSAEncryption");
        assert_eq!(signature_name("1.3.101.112"), "Ed25519");
        assert_eq!(signature_name("1.2.3"), "1.2.3");
        assert!(is_weak_signature("1.2.840.113549.1.1.5"));
    }
}
