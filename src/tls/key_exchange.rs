//! ServerKeyExchange of TLS 1.0 to 1.2: the server's half of an ephemeral Diffie-Hellman exchange, signed
//! with the key of its certificate. Our random bytes are under the signature, so it proves possession
//! although the handshake goes no further (RFC 5246 section 7.4.3, RFC 8422 section 5.4; RFC 4346
//! section 7.4.3 for what is older).

use md5::{Digest, Md5};
use rustls::SignatureScheme as Scheme;
use sha1::Sha1;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::RSAPublicKey;

use super::legacy::vector16;
use super::{proof, pss};

/// Random bytes of one side.
pub type Random = [u8; 32];

/// A signed exchange.
#[derive(Debug, PartialEq, Eq)]
pub struct Signed {
    /// The scheme, where the protocol names one.
    pub scheme: Option<Scheme>,
    /// Whether it was made with the key of the certificate.
    pub holds: bool,
}

/// What was agreed upon before it.
#[derive(Clone, Copy, Debug)]
pub struct Agreed<'a> {
    /// For example `TLSv1.2`.
    pub protocol: &'a str,
    /// Registered name of the suite.
    pub suite: &'a str,
    /// Random bytes of client and server.
    pub randoms: [Random; 2],
}

/// Checks the signature with the certificate (DER). `None` when the exchange is not signed, or cannot
/// be read.
pub fn signed(body: &[u8], agreed: &Agreed<'_>, certificate: &[u8]) -> Option<Signed> {
    let length = match agreed.suite {
        suite if suite.contains("_ECDHE_") => curve(body)?,
        suite if suite.contains("_DHE_") => group(body)?,
        _ => return None,
    };
    let (parameters, rest) = body.split_at_checked(length)?;
    let [client, server] = &agreed.randoms;
    let message = [client, server, parameters].concat();
    if agreed.protocol == "TLSv1.2" {
        let (scheme, rest) = rest.split_first_chunk::<2>()?;
        let scheme = Scheme::from(u16::from_be_bytes(*scheme));
        let (signature, _) = vector16(rest)?;
        let holds = proof::holds(certificate, scheme, &message, signature);
        return Some(Signed { scheme: Some(scheme), holds });
    }
    let (signature, _) = vector16(rest)?;
    let holds = match agreed.suite.contains("_ECDSA_") {
        true => proof::holds(certificate, Scheme::ECDSA_SHA1_Legacy, &message, signature),
        false => holds_twice_hashed(certificate, &message, signature),
    };
    Some(Signed { scheme: None, holds })
}

/// Length of ECDHE parameters: kind 3 (named), curve 2, point <1..> (RFC 8422 section 5.4).
fn curve(body: &[u8]) -> Option<usize> {
    match body {
        [3, _, _, length, ..] => Some(4 + usize::from(*length)),
        _ => None,
    }
}

/// Length of DHE parameters: p, g and the public value, each <1..> behind two bytes.
fn group(body: &[u8]) -> Option<usize> {
    let mut rest = body;
    for _ in 0..3 {
        (_, rest) = vector16(rest)?;
    }
    Some(body.len() - rest.len())
}

/// RSA before TLS 1.2: PKCS#1 type 1 over MD5 and SHA-1 side by side, without an algorithm's name.
fn holds_twice_hashed(certificate: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let Ok((_, certificate)) = X509Certificate::from_der(certificate) else { return false };
    let key = &certificate.tbs_certificate.subject_pki.subject_public_key.data;
    let Ok((_, key)) = RSAPublicKey::from_der(key) else { return false };
    let Some(block) = pss::recovered(&key, signature) else { return false };
    // 0, 1, 255 at least eight times, 0, digests
    let digests = [&Md5::digest(message)[..], &Sha1::digest(message)[..]].concat();
    let Some(padding) = signature.len().checked_sub(digests.len() + 3).filter(|one| *one >= 8)
    else {
        return false;
    };
    block == [&[0, 1][..], &vec![255; padding], &[0], &digests].concat()
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};

    use super::*;

    #[test]
    fn the_signature_binds_both_randoms_and_the_parameters() {
        let key = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(vec!["a.example".into()]).unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let signer =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &key.serialize_der())
                .unwrap();
        let parameters = [&[3, 0, 29, 4][..], b"anyp"].concat();
        let randoms = [[1; 32], [2; 32]];
        let message = [&randoms[0], &randoms[1], &parameters[..]].concat();
        let random = aws_lc_rs::rand::SystemRandom::new();
        let signature = signer.sign(&random, &message).unwrap();
        let length = u16::try_from(signature.as_ref().len()).unwrap().to_be_bytes();
        let body = [&parameters[..], &[4, 3], &length, signature.as_ref()].concat();
        let suite = "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256";
        let agreed = Agreed { protocol: "TLSv1.2", suite, randoms };
        let holds = |body: &[u8], agreed: &Agreed<'_>| {
            signed(body, agreed, certificate.der()).map(|signed| signed.holds)
        };
        assert_eq!(holds(&body, &agreed), Some(true));
        let replayed = Agreed { randoms: [[9; 32], [2; 32]], ..agreed };
        assert_eq!(holds(&body, &replayed), Some(false), "made for another hello");
        let mut changed = body.clone();
        changed[5] ^= 1;
        assert_eq!(holds(&changed, &agreed), Some(false), "other parameters");
        let open = Agreed { suite: "TLS_RSA_WITH_AES_128_CBC_SHA", ..agreed };
        assert_eq!(holds(&body, &open), None, "that exchange is not signed");
        for length in 0..body.len() {
            assert_ne!(holds(&body[..length], &agreed), Some(true));
        }
    }
}
