//! Did the peer prove that it holds the private key? The signature of a handshake, checked with
//! every algorithm a server may still use: also SHA-1 and RSA keys of 1024 bits, which a TLS library
//! refuses. What is weak is said by a finding; what is proven is a fact.

use aws_lc_rs::digest;
use aws_lc_rs::signature::{self, VerificationAlgorithm};
use rustls::SignatureScheme as Scheme;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::RSAPublicKey;

use super::pss;

type Algorithm = &'static dyn VerificationAlgorithm;

/// The same signatures by keys that are certified for nothing else (id-RSASSA-PSS, RFC 8446 section
/// 4.2.3); rustls has no names for them.
const RSA_PSS_PSS_SHA256: Scheme = Scheme::Unknown(0x0809);
const RSA_PSS_PSS_SHA384: Scheme = Scheme::Unknown(0x080a);
const RSA_PSS_PSS_SHA512: Scheme = Scheme::Unknown(0x080b);

/// Algorithms per scheme, likeliest first. TLS 1.2 binds a scheme to a digest but not to a curve,
/// and the minimal size of an RSA key is part of the algorithm: hence more than one.
const ALGORITHMS: &[(Scheme, &[Algorithm])] = &[
    (
        Scheme::ECDSA_NISTP256_SHA256,
        &[
            &signature::ECDSA_P256_SHA256_ASN1,
            &signature::ECDSA_P384_SHA256_ASN1,
            &signature::ECDSA_P521_SHA256_ASN1,
        ],
    ),
    (
        Scheme::ECDSA_NISTP384_SHA384,
        &[
            &signature::ECDSA_P384_SHA384_ASN1,
            &signature::ECDSA_P256_SHA384_ASN1,
            &signature::ECDSA_P521_SHA384_ASN1,
        ],
    ),
    (
        Scheme::ECDSA_NISTP521_SHA512,
        &[
            &signature::ECDSA_P521_SHA512_ASN1,
            &signature::ECDSA_P384_SHA512_ASN1,
            &signature::ECDSA_P256_SHA512_ASN1,
        ],
    ),
    (
        Scheme::ECDSA_SHA1_Legacy,
        &[&signature::ECDSA_P256_SHA1_ASN1, &signature::ECDSA_P521_SHA1_ASN1],
    ),
    (Scheme::ED25519, &[&signature::ED25519]),
    (Scheme::RSA_PSS_SHA256, &[&signature::RSA_PSS_2048_8192_SHA256]),
    (Scheme::RSA_PSS_SHA384, &[&signature::RSA_PSS_2048_8192_SHA384]),
    (Scheme::RSA_PSS_SHA512, &[&signature::RSA_PSS_2048_8192_SHA512]),
    (RSA_PSS_PSS_SHA256, &[&signature::RSA_PSS_2048_8192_SHA256]),
    (RSA_PSS_PSS_SHA384, &[&signature::RSA_PSS_2048_8192_SHA384]),
    (RSA_PSS_PSS_SHA512, &[&signature::RSA_PSS_2048_8192_SHA512]),
    (Scheme::RSA_PKCS1_SHA256, &[&signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY]),
    (Scheme::RSA_PKCS1_SHA384, &[&signature::RSA_PKCS1_2048_8192_SHA384]),
    (Scheme::RSA_PKCS1_SHA512, &[&signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY]),
    (Scheme::RSA_PKCS1_SHA1, &[&signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY]),
    (Scheme::ML_DSA_44, &[&signature::ML_DSA_44]),
    (Scheme::ML_DSA_65, &[&signature::ML_DSA_65]),
    (Scheme::ML_DSA_87, &[&signature::ML_DSA_87]),
];

/// Whether `signature` over `message` was made with the key of the certificate (DER) under this
/// scheme. A scheme or key that cannot be checked proves nothing.
pub fn holds(certificate: &[u8], scheme: Scheme, message: &[u8], signature: &[u8]) -> bool {
    let Ok((_, certificate)) = X509Certificate::from_der(certificate) else { return false };
    let info = &certificate.tbs_certificate.subject_pki;
    let key = &info.subject_public_key.data;
    ALGORITHMS
        .iter()
        .filter(|(known, _)| *known == scheme)
        .flat_map(|(_, algorithms)| algorithms.iter())
        .any(|algorithm| algorithm.verify_sig(key, message, signature).is_ok())
        || holds_for_short_key(key, scheme, message, signature)
}

/// TLS 1.3 signs with PSS, and the library takes no RSA key below 2048 bits for that.
fn holds_for_short_key(key: &[u8], scheme: Scheme, message: &[u8], signature: &[u8]) -> bool {
    let hash = match scheme {
        Scheme::RSA_PSS_SHA256 | RSA_PSS_PSS_SHA256 => &digest::SHA256,
        Scheme::RSA_PSS_SHA384 | RSA_PSS_PSS_SHA384 => &digest::SHA384,
        Scheme::RSA_PSS_SHA512 | RSA_PSS_PSS_SHA512 => &digest::SHA512,
        _ => return false,
    };
    RSAPublicKey::from_der(key).is_ok_and(|(_, key)| pss::holds(&key, hash, message, signature))
}

/// The schemes to offer: all that can be checked, and Ed448, so that such a certificate is at least
/// shown.
pub fn schemes() -> Vec<Scheme> {
    ALGORITHMS.iter().map(|(scheme, _)| *scheme).chain([Scheme::ED448]).collect()
}

/// Whether the scheme signs with an RSA key.
pub fn is_rsa(scheme: Scheme) -> bool {
    let only_pss = [RSA_PSS_PSS_SHA256, RSA_PSS_PSS_SHA384, RSA_PSS_PSS_SHA512];
    only_pss.contains(&scheme) || scheme.as_str().is_some_and(|name| name.starts_with("RSA_"))
}

/// Whether a signature under this scheme can be forged: SHA-1 (RFC 9155).
pub fn is_forgeable(scheme: Scheme) -> bool {
    matches!(scheme, Scheme::RSA_PKCS1_SHA1 | Scheme::ECDSA_SHA1_Legacy)
}

/// Whether the scheme is RSASSA-PKCS1-v1_5, which signs no handshake of TLS 1.3.
pub fn is_pkcs1(scheme: Scheme) -> bool {
    scheme.as_str().is_some_and(|name| name.starts_with("RSA_PKCS1_"))
}

/// Whether the scheme signs with an ECDSA key.
pub fn is_ecdsa(scheme: Scheme) -> bool {
    scheme.as_str().is_some_and(|name| name.starts_with("ECDSA_"))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair};

    use super::*;

    #[test]
    fn only_the_right_key_over_the_right_message_is_a_proof() {
        let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
        let params = rcgen::CertificateParams::new(vec!["a.example".into()]).unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let signer =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_ASN1_SIGNING, &key.serialize_der())
                .unwrap();
        let random = aws_lc_rs::rand::SystemRandom::new();
        let signature = signer.sign(&random, b"message").unwrap();
        let scheme = Scheme::ECDSA_NISTP384_SHA384;
        assert!(holds(certificate.der(), scheme, b"message", signature.as_ref()));
        assert!(!holds(certificate.der(), scheme, b"another", signature.as_ref()));
        assert!(!holds(certificate.der(), Scheme::ED25519, b"message", signature.as_ref()));
        assert!(!holds(certificate.der(), Scheme::ED448, b"message", signature.as_ref()));
        assert!(!holds(b"no certificate", scheme, b"message", signature.as_ref()));
        let stranger = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
        let copy = rcgen::CertificateParams::new(vec![]).unwrap().self_signed(&stranger).unwrap();
        assert!(!holds(copy.der(), scheme, b"message", signature.as_ref()));
    }

    #[test]
    fn schemes_of_each_kind_are_offered() {
        let count =
            |kind: fn(Scheme) -> bool| schemes().into_iter().filter(|one| kind(*one)).count();
        assert_eq!((count(is_rsa), count(is_ecdsa)), (10, 4));
    }
}
