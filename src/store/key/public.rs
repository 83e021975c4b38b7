//! The public half of a private key.

use aws_lc_rs::agreement::{self, Algorithm, ECDH_P256, ECDH_P384, ECDH_P521, X25519};
use aws_lc_rs::signature::{
    Ed25519KeyPair, KeyPair, ML_DSA_44_SIGNING, ML_DSA_65_SIGNING, ML_DSA_87_SIGNING,
};
use zeroize::Zeroizing;

use super::form::Parts;
use super::lattice;
use crate::der::{Reader, tag, write};

/// Curves whose points can be computed: OID, algorithm, octets of the private number.
const CURVES: [(&str, &Algorithm, usize); 3] = [
    ("1.2.840.10045.3.1.7", &ECDH_P256, 32),
    ("1.3.132.0.34", &ECDH_P384, 48),
    ("1.3.132.0.35", &ECDH_P521, 66),
];

/// The arc of signatures of NIST, in which ML-DSA and then SLH-DSA have their OIDs.
const SLH_DSA: &str = "2.16.840.1.101.3.4.3.";
/// The arc of ML-KEM.
const ML_KEM: &str = "2.16.840.1.101.3.4.4.";

/// Content of the BIT STRING that stands in certificates of this key. Computed where that is
/// possible, since a public key beside the private one may be another's; else taken from there.
pub fn derive(parts: &Parts<'_>) -> Option<Vec<u8>> {
    let key = parts.key;
    match parts.oid.as_str() {
        "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.7" | "1.2.840.113549.1.1.10" => rsa(key),
        "1.2.840.10045.2.1" => ec(parts),
        // The seed is an OCTET STRING in the OCTET STRING (RFC 8410 section 7).
        "1.3.101.112" => {
            let seed = Reader::new("Ed25519 key", key).octets("a seed").ok()?;
            let pair = Ed25519KeyPair::from_seed_unchecked(&seed).ok()?;
            Some(pair.public_key().as_ref().to_vec())
        }
        "1.3.101.110" => {
            let number = Reader::new("X25519 key", key).octets("a number").ok()?;
            let private = agreement::PrivateKey::from_private_key(&X25519, &number).ok()?;
            Some(private.compute_public_key().ok()?.as_ref().to_vec())
        }
        "2.16.840.1.101.3.4.3.17" => lattice::ml_dsa(&ML_DSA_44_SIGNING, key),
        "2.16.840.1.101.3.4.3.18" => lattice::ml_dsa(&ML_DSA_65_SIGNING, key),
        "2.16.840.1.101.3.4.3.19" => lattice::ml_dsa(&ML_DSA_87_SIGNING, key),
        oid if oid.starts_with(ML_KEM) => lattice::ml_kem(key).or_else(|| beside(parts)),
        oid if oid.starts_with(SLH_DSA) => slh_dsa(key),
        _ => beside(parts),
    }
}

/// What stands beside the private key: its file says so, and nothing here can say better.
fn beside(parts: &Parts<'_>) -> Option<Vec<u8>> {
    parts.public.map(<[u8]>::to_vec)
}

/// The second half of the private key (FIPS 205 section 9.1), which stands there as it is (RFC 9909).
fn slh_dsa(key: &[u8]) -> Option<Vec<u8>> {
    let (_, public) = key.split_at_checked(key.len() / 2)?;
    [32, 48, 64].contains(&public.len()).then(|| public.to_vec())
}

/// RSAPublicKey: modulus and public exponent stand in the private key (RFC 8017 appendix A.1).
fn rsa(key: &[u8]) -> Option<Vec<u8>> {
    let mut numbers = Reader::new("RSA key", key).sequence("").ok()?;
    numbers.any("a version").ok()?;
    let modulus = numbers.expect(tag::INTEGER, "").ok()?;
    let exponent = numbers.expect(tag::INTEGER, "").ok()?;
    Some(write::sequence(&[modulus.encoded, exponent.encoded]))
}

/// The point, uncompressed.
fn ec(parts: &Parts<'_>) -> Option<Vec<u8>> {
    let mut key = Reader::new("EC key", parts.key).sequence("").ok()?;
    key.any("a version").ok()?;
    let number = key.expect(tag::OCTET_STRING, "").ok()?.content;
    let mut algorithm = parts.algorithm.reader();
    algorithm.any("an OID").ok()?;
    let curve = algorithm.oid("a curve").unwrap_or_default();
    if let Some((_, algorithm, octets)) = CURVES.iter().find(|(oid, ..)| *oid == curve) {
        let missing = octets.checked_sub(number.len())?;
        let mut padded = Zeroizing::new(vec![0; *octets]);
        padded[missing..].copy_from_slice(number);
        let private = agreement::PrivateKey::from_private_key(algorithm, &padded).ok()?;
        return Some(private.compute_public_key().ok()?.as_ref().to_vec());
    }
    key.optional(tag::context(0), "parameters").ok()?;
    let inside = key.optional(tag::context(1), "a public key").ok()?;
    let inside = inside.and_then(|value| value.reader().any("").ok()?.bits().ok());
    inside.or(parts.public).map(<[u8]>::to_vec)
}

/// Whether two public keys are the same one. A point may be compressed (SEC1 section 2.3.3):
/// `02|03 x` stands for `04 x y`, where 03 says that y is odd.
pub fn equal(ours: &[u8], theirs: &[u8]) -> bool {
    match (ours, theirs) {
        ([4, point @ ..], [sign @ (2 | 3), x @ ..])
        | ([sign @ (2 | 3), x @ ..], [4, point @ ..]) => {
            let odd = point.last().is_some_and(|last| last & 1 == 1);
            point.len() == 2 * x.len() && point.starts_with(x) && odd == (*sign == 3)
        }
        _ => ours == theirs,
    }
}
