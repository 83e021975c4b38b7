//! Keys that sign and check, and the algorithms they serve.
//!
//! The kind of a key decides what it may check: a public key never becomes the secret of a MAC, so
//! that a sender who knows the public key cannot choose the algorithm (RFC 8725 section 2.1).

use std::sync::Arc;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{
    self, ECDSA_P256_SHA1_ASN1, ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED,
    ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_SHA256, RSA_PSS_2048_8192_SHA512, RSA_PSS_SHA512, RsaPublicKeyComponents,
    VerificationAlgorithm,
};
use aws_lc_rs::{hmac, rsa};
use zeroize::Zeroizing;

use super::{mac, shared};
use crate::der::write;
use crate::digest;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::secret::Secret;

/// A signature algorithm of RFC 7518 or RFC 9421.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// HMAC with SHA-256.
    HmacSha256,
    /// HMAC with SHA-384.
    HmacSha384,
    /// HMAC with SHA-512.
    HmacSha512,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RsaSha256,
    /// RSASSA-PKCS1-v1_5 with SHA-1: only checked.
    RsaSha1,
    /// RSASSA-PSS with SHA-512.
    RsaPssSha512,
    /// ECDSA on P-256 with SHA-256, written as r and s of 32 bytes each.
    EcdsaP256,
    /// The same, written as a DER sequence of r and s (RFC 3279 section 2.2.3).
    EcdsaP256Der,
    /// ECDSA on P-256 with SHA-1, in DER: only checked.
    EcdsaP256Sha1,
    /// Ed25519 (RFC 8032).
    Ed25519,
}

/// What a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A secret that both sides know.
    Shared,
    /// RSA, 2048 to 8192 bits.
    Rsa,
    /// A point on P-256.
    P256,
    /// A point on Curve25519, for signatures.
    Ed25519,
}

impl Kind {
    /// The name in prose.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shared => "a shared secret",
            Self::Rsa => "an RSA key",
            Self::P256 => "a P-256 key",
            Self::Ed25519 => "an Ed25519 key",
        }
    }
}

impl Algorithm {
    /// The kind of key it needs.
    pub fn kind(self) -> Kind {
        match self {
            Self::HmacSha256 | Self::HmacSha384 | Self::HmacSha512 => Kind::Shared,
            Self::RsaSha256 | Self::RsaSha1 | Self::RsaPssSha512 => Kind::Rsa,
            Self::EcdsaP256 | Self::EcdsaP256Der | Self::EcdsaP256Sha1 => Kind::P256,
            Self::Ed25519 => Kind::Ed25519,
        }
    }

    /// Whether nothing new is signed with it: it rests on SHA-1.
    pub fn is_only_checked(self) -> bool {
        matches!(self, Self::RsaSha1 | Self::EcdsaP256Sha1)
    }

    fn hmac(self) -> hmac::Algorithm {
        match self {
            Self::HmacSha384 => hmac::HMAC_SHA384,
            Self::HmacSha512 => hmac::HMAC_SHA512,
            _ => hmac::HMAC_SHA256,
        }
    }
}

/// The algorithms of public keys, and how each is checked; those of one kind stand together.
const VERIFICATION: [(Algorithm, &dyn VerificationAlgorithm); 7] = [
    (Algorithm::Ed25519, &ED25519),
    (Algorithm::EcdsaP256, &ECDSA_P256_SHA256_FIXED),
    (Algorithm::EcdsaP256Der, &ECDSA_P256_SHA256_ASN1),
    (Algorithm::EcdsaP256Sha1, &ECDSA_P256_SHA1_ASN1),
    (Algorithm::RsaSha256, &RSA_PKCS1_2048_8192_SHA256),
    (Algorithm::RsaSha1, &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY),
    (Algorithm::RsaPssSha512, &RSA_PSS_2048_8192_SHA512),
];

/// A key that checks signatures: a shared secret, or a public key.
#[derive(Clone, Debug)]
pub struct VerifyingKey {
    kind: Kind,
    /// The secret, or a SubjectPublicKeyInfo, or (P-256, Ed25519) the bare point.
    bytes: Secret,
    /// The public key, read once for each algorithm of its kind.
    parsed: Arc<[(Algorithm, ParsedPublicKey)]>,
}

impl VerifyingKey {
    /// A shared secret.
    ///
    /// # Errors
    /// `secret-empty`; `secret-malformed` for what others know: a public key never becomes a secret.
    pub fn shared(secret: Secret) -> Result<Self> {
        shared::check(&secret)?;
        Ok(Self { kind: Kind::Shared, bytes: secret, parsed: Arc::default() })
    }

    /// The public key in a DER SubjectPublicKeyInfo, a bare Ed25519 key (32 bytes) or a bare P-256
    /// point (65 bytes); `None` for any other.
    pub fn public(bytes: &[u8]) -> Option<Self> {
        let parse = |(algorithm, how)| Some((algorithm, ParsedPublicKey::new(how, bytes).ok()?));
        let (first, _) = VERIFICATION.into_iter().find_map(parse)?;
        let of_kind = VERIFICATION.into_iter().filter(|(it, _)| it.kind() == first.kind());
        let parsed = of_kind.filter_map(parse).collect();
        Some(Self { kind: first.kind(), bytes: Secret::new(bytes.to_vec()), parsed })
    }

    /// An RSA public key of its modulus and exponent, big-endian; `None` when too small or too large.
    pub fn rsa(modulus: &[u8], exponent: &[u8]) -> Option<Self> {
        let bare = |number: &[u8]| {
            let zeros = number.iter().take_while(|byte| **byte == 0).count();
            number.get(zeros..).unwrap_or_default().to_vec()
        };
        let components = RsaPublicKeyComponents { n: bare(modulus), e: bare(exponent) };
        Self::public(components.as_der().ok()?.as_ref())
    }

    /// The public keys in PEM text: `PUBLIC KEY` and `CERTIFICATE` blocks, in order.
    pub fn from_pem(text: &str) -> Vec<Self> {
        pem_blocks(text)
            .filter_map(|(label, der)| match label {
                "PUBLIC KEY" => Self::public(&der),
                "CERTIFICATE" => Self::of_certificate(&der),
                _ => None,
            })
            .collect()
    }

    /// The public key in a DER certificate.
    pub fn of_certificate(der: &[u8]) -> Option<Self> {
        let (_, certificate) = x509_parser::parse_x509_certificate(der).ok()?;
        Self::public(certificate.public_key().raw)
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// A public key as it was read (see [`Self::public`]); `None` for a shared secret.
    pub(super) fn public_bytes(&self) -> Option<&[u8]> {
        (self.kind != Kind::Shared).then(|| self.bytes.expose())
    }

    /// Whether it is a secret so short that it can be guessed.
    pub fn is_weak(&self) -> bool {
        self.kind == Kind::Shared && self.bytes.len() < mac::STRONG
    }

    /// Whether `signature` over `message` is this key's, under an algorithm for its kind.
    pub fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        if algorithm.kind() != self.kind {
            return false;
        }
        if self.kind == Kind::Shared {
            let key = hmac::Key::new(algorithm.hmac(), self.bytes.expose());
            return hmac::verify(&key, message, signature).is_ok();
        }
        let parsed = self.parsed.iter().find(|(it, _)| *it == algorithm);
        parsed.is_some_and(|(_, key)| key.verify_sig(message, signature).is_ok())
    }
}

/// A key that makes signatures.
pub enum SigningKey {
    /// A shared secret.
    Shared(Secret),
    /// An RSA private key.
    Rsa(Box<RsaKeyPair>),
    /// A P-256 private key.
    P256(Box<EcdsaKeyPair>),
    /// An Ed25519 private key.
    Ed25519(Box<Ed25519KeyPair>),
}

impl SigningKey {
    /// The private key that stands in PEM in a secret; else the secret itself, shared.
    ///
    /// # Errors
    /// `secret-empty`, and `secret-malformed` for PEM without a private key that signs here: its text
    /// is never taken for a shared secret.
    pub fn of_secret(secret: Secret) -> Result<Self> {
        let text = std::str::from_utf8(secret.expose()).ok();
        let Some(text) = text.filter(|text| text.contains("-----BEGIN ")) else {
            shared::check(&secret)?;
            return Ok(Self::Shared(secret));
        };
        Self::from_pem(text).ok_or_else(|| {
            let message = "the PEM text has no private key to sign with: RSA of 2048 bits or more, \
                           P-256 or Ed25519, not encrypted";
            Error::new(Failure::SecretMalformed, message)
                .help("openssl pkey -in KEY decrypts one; a public key only verifies")
        })
    }

    /// The private key in a DER PKCS#8 document; `None` for another kind or a damaged one.
    pub fn private(der: &[u8]) -> Option<Self> {
        if let Ok(key) = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der) {
            return Some(Self::Ed25519(Box::new(key)));
        }
        if let Ok(key) = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der) {
            return Some(Self::P256(Box::new(key)));
        }
        RsaKeyPair::from_pkcs8(der).ok().map(|key| Self::Rsa(Box::new(key)))
    }

    /// The Ed25519 key of a seed (32 bytes), or of a seed and its public key (64 bytes).
    pub fn of_seed(bytes: &[u8]) -> Option<Self> {
        let (seed, public) = bytes.split_at_checked(32)?;
        let pair = match public {
            [] => Ed25519KeyPair::from_seed_unchecked(seed),
            public => Ed25519KeyPair::from_seed_and_public_key(seed, public),
        };
        pair.ok().map(|key| Self::Ed25519(Box::new(key)))
    }

    /// The first private key in PEM text, unencrypted PKCS#8 (`PRIVATE KEY`) or one algorithm's own
    /// form (`EC PRIVATE KEY`, `RSA PRIVATE KEY`).
    pub fn from_pem(text: &str) -> Option<Self> {
        pem_blocks(text).map(|(label, der)| (label, Zeroizing::new(der))).find_map(
            |(label, der)| match label {
                "PRIVATE KEY" => Self::private(&der),
                "RSA PRIVATE KEY" => {
                    RsaKeyPair::from_der(&der).ok().map(|key| Self::Rsa(Box::new(key)))
                }
                "EC PRIVATE KEY" => {
                    EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_FIXED_SIGNING, &der)
                        .ok()
                        .map(|key| Self::P256(Box::new(key)))
                }
                _ => None,
            },
        )
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Shared(_) => Kind::Shared,
            Self::Rsa(_) => Kind::Rsa,
            Self::P256(_) => Kind::P256,
            Self::Ed25519(_) => Kind::Ed25519,
        }
    }

    /// The key that checks what this one signs.
    pub fn verifying(&self) -> Option<VerifyingKey> {
        match self {
            Self::Shared(secret) => VerifyingKey::shared(secret.clone()).ok(),
            Self::Rsa(key) => {
                let der: rsa::PublicKey = key.public_key().clone();
                VerifyingKey::public(der.as_ref())
            }
            Self::P256(key) => VerifyingKey::public(key.public_key().as_ref()),
            Self::Ed25519(key) => VerifyingKey::public(key.public_key().as_ref()),
        }
    }

    /// The signature over `message`; `None` when the key is not of the algorithm's kind.
    pub fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Option<Vec<u8>> {
        if algorithm.kind() != self.kind() || algorithm.is_only_checked() {
            return None;
        }
        let random = SystemRandom::new();
        match self {
            Self::Shared(secret) => {
                let key = hmac::Key::new(algorithm.hmac(), secret.expose());
                Some(hmac::sign(&key, message).as_ref().to_vec())
            }
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                let padding: &'static dyn signature::RsaEncoding = match algorithm {
                    Algorithm::RsaPssSha512 => &RSA_PSS_SHA512,
                    _ => &RSA_PKCS1_SHA256,
                };
                key.sign(padding, &random, message, &mut signature).ok()?;
                Some(signature)
            }
            Self::P256(key) => {
                let signature = key.sign(&random, message).ok()?.as_ref().to_vec();
                Some(match algorithm {
                    Algorithm::EcdsaP256Der => der_of(&signature),
                    _ => signature,
                })
            }
            Self::Ed25519(key) => Some(key.sign(message).as_ref().to_vec()),
        }
    }
}

/// A signature of r and s as `SEQUENCE { r INTEGER, s INTEGER }`.
fn der_of(fixed: &[u8]) -> Vec<u8> {
    let (r, s) = fixed.split_at(fixed.len() / 2);
    write::sequence(&[&write::magnitude(r), &write::magnitude(s)])
}

/// Label and DER of every well-formed PEM block; what cannot be read is passed over.
fn pem_blocks(text: &str) -> impl Iterator<Item = (&str, Vec<u8>)> {
    digest::pem_blocks(text).filter_map(|(label, der)| Some((label, der?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_signs_and_checks_and_refuses_the_others() {
        let ed25519 = SigningKey::Ed25519(Box::new(Ed25519KeyPair::generate().unwrap()));
        let p256 = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let rsa = RsaKeyPair::generate(rsa::KeySize::Rsa2048).unwrap();
        let keys = [
            (SigningKey::Shared(Secret::new(b"k".to_vec())), vec![Algorithm::HmacSha512]),
            (ed25519, vec![Algorithm::Ed25519]),
            (SigningKey::P256(Box::new(p256)), vec![Algorithm::EcdsaP256]),
            (SigningKey::Rsa(Box::new(rsa)), vec![Algorithm::RsaSha256, Algorithm::RsaPssSha512]),
        ];
        for (key, algorithms) in &keys {
            for algorithm in algorithms {
                let signature = key.sign(*algorithm, b"message").unwrap();
                let verifying = key.verifying().unwrap();
                assert!(verifying.verifies(*algorithm, b"message", &signature), "{algorithm:?}");
                assert!(!verifying.verifies(*algorithm, b"massage", &signature), "{algorithm:?}");
            }
            for (other, algorithms) in &keys {
                if other.kind() != key.kind() {
                    assert!(key.sign(algorithms[0], b"message").is_none());
                }
            }
        }
    }

    #[test]
    fn a_public_key_is_told_by_its_bytes() {
        assert!(VerifyingKey::public(b"not a key").is_none());
        assert!(VerifyingKey::rsa(&[0, 0], &[1, 0, 1]).is_none());
        let pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----\n";
        let keys = VerifyingKey::from_pem(pem);
        assert_eq!(keys.iter().map(VerifyingKey::kind).collect::<Vec<_>>(), [Kind::Ed25519]);
    }

    #[test]
    fn pem_is_never_taken_for_a_shared_secret() {
        let of = |text: &str| SigningKey::of_secret(Secret::new(text.into()));
        assert_eq!(of("s3cret").map(|key| key.kind()).ok(), Some(Kind::Shared));
        for text in
            [r#"{"keys":[]}"#, "MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs="]
        {
            assert_eq!(
                of(text).err().map(|error| error.code),
                Some(Failure::SecretMalformed),
                "{text}"
            );
        }
        assert_eq!(of("").err().map(|error| error.code), Some(Failure::SecretEmpty));
        for label in ["PUBLIC KEY", "ENCRYPTED PRIVATE KEY", "PRIVATE KEY"] {
            let text = format!("-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n");
            assert_eq!(
                of(&text).err().map(|error| error.code),
                Some(Failure::SecretMalformed),
                "{label}"
            );
        }
    }
}
