//! Who signed a certificate? Checked with the algorithm that the certificate names, with its
//! parameters, and no other (RFC 5280 section 4.1.1.2): a signature that holds under another one is
//! no signature.

use x509_parser::public_key::PublicKey;

use super::node::Node;
use crate::cert::algorithms::{is_weak_signature, signature_name};
use crate::der::Reader;
use crate::tls::provider;

/// The least bits of an RSA key whose signatures TLS libraries take.
const LEAST_RSA_BITS: usize = 2048;

/// Why a signature does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// It was not made with this key under the algorithm named.
    Wrong,
    /// The certificate names this issuer by a key identifier or serial number that is not its.
    OtherIssuer,
    /// The algorithm named does not go with the issuer's key, or no TLS library knows it.
    Unfit,
    /// The issuer's RSA key is too short.
    ShortKey,
    /// Its digest can be forged.
    Weak,
    /// What is signed names another algorithm than stands beside the signature.
    Inconsistent,
}

/// Whether the issuer's key made the signature of the certificate.
pub fn by(certificate: &Node<'_>, issuer: &Node<'_>) -> Result<(), Refusal> {
    if certificate.inner_algorithm != certificate.outer_algorithm {
        return Err(Refusal::Inconsistent);
    }
    if !certificate.allows_issuer(issuer) {
        return Err(Refusal::OtherIssuer);
    }
    let named = content(certificate.outer_algorithm);
    let of_key = content(issuer.key_algorithm);
    let provider = provider();
    let mut fitting = provider
        .signature_verification_algorithms
        .all
        .iter()
        .filter(|one| one.signature_alg_id().as_ref() == named)
        .filter(|one| one.public_key_alg_id().as_ref() == of_key)
        .peekable();
    if fitting.peek().is_none() {
        let is_weak = is_weak_signature(&algorithm(certificate).1);
        return Err(if is_weak { Refusal::Weak } else { Refusal::Unfit });
    }
    let signature = &certificate.parsed.signature_value;
    let key = &issuer.parsed.public_key().subject_public_key.data;
    let tbs = certificate.parsed.tbs_certificate.as_ref();
    let holds = signature.unused_bits == 0
        && fitting.any(|one| one.verify_signature(key, tbs, &signature.data).is_ok());
    match holds {
        true => Ok(()),
        false if has_short_key(issuer) => Err(Refusal::ShortKey),
        false => Err(Refusal::Wrong),
    }
}

/// The name and the dotted identifier of the algorithm that a certificate is said to be signed
/// with.
pub fn algorithm(certificate: &Node<'_>) -> (String, String) {
    let oid = certificate.parsed.signature_algorithm.algorithm.to_id_string();
    (signature_name(&oid).to_string(), oid)
}

fn has_short_key(issuer: &Node<'_>) -> bool {
    match issuer.parsed.public_key().parsed() {
        Ok(PublicKey::RSA(key)) => {
            let zeros = key.modulus.iter().take_while(|byte| **byte == 0).count();
            (key.modulus.len() - zeros) * 8 < LEAST_RSA_BITS
        }
        _ => false,
    }
}

/// What stands in an AlgorithmIdentifier: as the library's tables have it, without tag and length.
fn content(algorithm: &[u8]) -> &[u8] {
    Reader::new("algorithm", algorithm).any("an algorithm").map_or(&[], |value| value.content)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use x509_parser::oid_registry::OID_PKCS1_RSAENCRYPTION;
    use x509_parser::x509::AlgorithmIdentifier;

    use super::super::tests::{authority, named, party};
    use super::*;
    use crate::der::write;

    /// Bytes of an RSA key with a modulus of so many octets (and a zero in front of them).
    fn rsa_key(octets: usize) -> Vec<u8> {
        let number = [vec![0], vec![0xff; octets]].concat();
        write::sequence(&[&write::value(crate::der::tag::INTEGER, &number), &[2, 3, 1, 0, 1]])
    }

    #[test]
    fn a_short_key_is_told_from_a_wrong_signature() {
        let root = party("root", None, authority);
        let leaf = party("leaf", Some(&root), named);
        let rsa: &[u8] = b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";
        let sha256: &[u8] = b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00";
        let [mut leaf, mut issuer] =
            [&leaf, &root].map(|one| Node::read(one.certificate.der()).unwrap());
        assert_eq!(by(&leaf, &issuer), Ok(()));
        assert!(!has_short_key(&issuer));
        (leaf.inner_algorithm, leaf.outer_algorithm) = (sha256, sha256);
        issuer.key_algorithm = rsa;
        issuer.parsed.tbs_certificate.subject_pki.algorithm =
            AlgorithmIdentifier::new(OID_PKCS1_RSAENCRYPTION, None);
        for (octets, expected) in
            [(255, Refusal::ShortKey), (256, Refusal::Wrong), (384, Refusal::Wrong)]
        {
            let key = Cow::Owned(rsa_key(octets));
            issuer.parsed.tbs_certificate.subject_pki.subject_public_key.data = key;
            assert_eq!(by(&leaf, &issuer), Err(expected), "{octets}");
        }
    }
}
