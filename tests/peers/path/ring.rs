//! Keys of every kind, and signatures of every kind with them: also those that no library makes, such
//! as SHA-384 with P-256 or SHA-1 with RSA.

use std::sync::LazyLock;

use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING,
    EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
    RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512,
    RsaEncoding,
};
use hookprint::der::{Reader, write};
use num_bigint::BigUint;
use rustls::pki_types::{AlgorithmIdentifier, alg_id};

/// A digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn of(self, message: &[u8]) -> Vec<u8> {
        let algorithm = match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        };
        digest::digest(algorithm, message).as_ref().to_vec()
    }
}

/// An algorithm that a certificate can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    Pkcs1(Hash),
    Pss(Hash),
    Ecdsa(Hash),
    Ed25519,
}

impl Named {
    pub const ALL: [Self; 12] = [
        Self::Pkcs1(Hash::Sha1),
        Self::Pkcs1(Hash::Sha256),
        Self::Pkcs1(Hash::Sha384),
        Self::Pkcs1(Hash::Sha512),
        Self::Pss(Hash::Sha256),
        Self::Pss(Hash::Sha384),
        Self::Pss(Hash::Sha512),
        Self::Ecdsa(Hash::Sha1),
        Self::Ecdsa(Hash::Sha256),
        Self::Ecdsa(Hash::Sha384),
        Self::Ecdsa(Hash::Sha512),
        Self::Ed25519,
    ];

    /// The AlgorithmIdentifier.
    pub fn identifier(self) -> Vec<u8> {
        let known = |id: AlgorithmIdentifier| write::sequence(&[id.as_ref()]);
        match self {
            Self::Pkcs1(Hash::Sha1) => {
                write::sequence(&[&write::oid("1.2.840.113549.1.1.5"), &write::null()])
            }
            Self::Pkcs1(Hash::Sha256) => known(alg_id::RSA_PKCS1_SHA256),
            Self::Pkcs1(Hash::Sha384) => known(alg_id::RSA_PKCS1_SHA384),
            Self::Pkcs1(Hash::Sha512) => known(alg_id::RSA_PKCS1_SHA512),
            Self::Pss(Hash::Sha384) => known(alg_id::RSA_PSS_SHA384),
            Self::Pss(Hash::Sha512) => known(alg_id::RSA_PSS_SHA512),
            Self::Pss(_) => known(alg_id::RSA_PSS_SHA256),
            Self::Ecdsa(Hash::Sha1) => write::sequence(&[&write::oid("1.2.840.10045.4.1")]),
            Self::Ecdsa(Hash::Sha256) => known(alg_id::ECDSA_SHA256),
            Self::Ecdsa(Hash::Sha384) => known(alg_id::ECDSA_SHA384),
            Self::Ecdsa(Hash::Sha512) => known(alg_id::ECDSA_SHA512),
            Self::Ed25519 => known(alg_id::ED25519),
        }
    }

    /// Whether its digest can be forged, so that TLS libraries refuse it.
    pub fn is_weak(self) -> bool {
        matches!(self, Self::Pkcs1(Hash::Sha1) | Self::Ecdsa(Hash::Sha1))
    }
}

/// A key of the ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// P-256, by number.
    P256(usize),
    P384,
    P521,
    Rsa,
    Ed25519,
}

/// How something is really signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Used {
    pub key: Key,
    pub algorithm: Named,
}

impl Used {
    /// Every way there is.
    pub fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for algorithm in Named::ALL {
            let keys: &[Key] = match algorithm {
                Named::Pkcs1(_) | Named::Pss(_) => &[Key::Rsa],
                Named::Ecdsa(Hash::Sha1) => &[Key::P256(0)],
                Named::Ecdsa(_) => &[Key::P256(0), Key::P384, Key::P521],
                Named::Ed25519 => &[Key::Ed25519],
            };
            all.extend(keys.iter().map(|key| Self { key: *key, algorithm }));
        }
        all
    }
}

struct Ring {
    p256: Vec<EcdsaKeyPair>,
    p384: EcdsaKeyPair,
    p521: EcdsaKeyPair,
    rsa: RsaKeyPair,
    ed25519: Ed25519KeyPair,
}

static RING: LazyLock<Ring> = LazyLock::new(|| Ring {
    p256: (0..6).map(|_| ecdsa(&ECDSA_P256_SHA256_ASN1_SIGNING)).collect(),
    p384: ecdsa(&ECDSA_P384_SHA384_ASN1_SIGNING),
    p521: ecdsa(&ECDSA_P521_SHA512_ASN1_SIGNING),
    rsa: RsaKeyPair::generate(KeySize::Rsa2048).unwrap(),
    ed25519: Ed25519KeyPair::generate().unwrap(),
});

fn ecdsa(algorithm: &'static EcdsaSigningAlgorithm) -> EcdsaKeyPair {
    EcdsaKeyPair::generate(algorithm).unwrap()
}

impl Key {
    fn ecdsa(self) -> &'static EcdsaKeyPair {
        match self {
            Self::P256(number) => &RING.p256[number],
            Self::P384 => &RING.p384,
            Self::P521 => &RING.p521,
            _ => panic!("{self:?} is no EC key"),
        }
    }

    /// SubjectPublicKeyInfo.
    pub fn spki(self) -> Vec<u8> {
        let der: PublicKeyX509Der<'_> = match self {
            Self::Rsa => RING.rsa.public_key().as_der().unwrap(),
            Self::Ed25519 => RING.ed25519.public_key().as_der().unwrap(),
            _ => self.ecdsa().public_key().as_der().unwrap(),
        };
        der.as_ref().to_vec()
    }
}

/// A signature over the message.
pub fn sign(used: Used, message: &[u8]) -> Vec<u8> {
    match used.algorithm {
        Named::Ed25519 => RING.ed25519.sign(message).as_ref().to_vec(),
        Named::Pkcs1(Hash::Sha1) => pkcs1_sha1(message),
        Named::Pkcs1(_) | Named::Pss(_) => {
            let encoding: &'static dyn RsaEncoding = match used.algorithm {
                Named::Pkcs1(Hash::Sha384) => &RSA_PKCS1_SHA384,
                Named::Pkcs1(Hash::Sha512) => &RSA_PKCS1_SHA512,
                Named::Pkcs1(_) => &RSA_PKCS1_SHA256,
                Named::Pss(Hash::Sha384) => &RSA_PSS_SHA384,
                Named::Pss(Hash::Sha512) => &RSA_PSS_SHA512,
                _ => &RSA_PSS_SHA256,
            };
            let mut signature = vec![0; RING.rsa.public_modulus_len()];
            RING.rsa.sign(encoding, &SystemRandom::new(), message, &mut signature).unwrap();
            signature
        }
        Named::Ecdsa(hash) => {
            // ECDSA takes the leftmost bits of a digest as a number: a digest of another length is
            // cut, or filled up with zeros in front.
            let (algorithm, length) = match used.key {
                Key::P256(_) => (&digest::SHA256, 32),
                Key::P384 => (&digest::SHA384, 48),
                _ => (&digest::SHA512, 64),
            };
            let mut digest = hash.of(message);
            digest.truncate(length);
            let filled = [vec![0; length - digest.len()], digest].concat();
            let digest = Digest::import_less_safe(&filled, algorithm).unwrap();
            used.key.ecdsa().sign_digest(&digest).unwrap().as_ref().to_vec()
        }
    }
}

/// RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2.1) by hand: the library makes none with SHA-1.
fn pkcs1_sha1(message: &[u8]) -> Vec<u8> {
    let pkcs8: Pkcs8V1Der<'_> = RING.rsa.as_der().unwrap();
    let mut key = Reader::new("key", pkcs8.as_ref()).sequence("a key").unwrap();
    key.unsigned("a version").unwrap();
    key.sequence("an algorithm").unwrap();
    let inner = key.octets("a key").unwrap();
    let mut key = Reader::new("key", &inner).sequence("a key").unwrap();
    let mut numbers = (0..4).map(|_| BigUint::from_bytes_be(key.any("a number").unwrap().content));
    let (_, modulus, _, exponent) = (
        numbers.next().unwrap(),
        numbers.next().unwrap(),
        numbers.next().unwrap(),
        numbers.next().unwrap(),
    );
    let length = RING.rsa.public_modulus_len();
    let info = write::sequence(&[
        &write::sequence(&[&write::oid("1.3.14.3.2.26"), &write::null()]),
        &write::octets(&Hash::Sha1.of(message)),
    ]);
    let padding = vec![0xff; length - info.len() - 3];
    let encoded = [&[0, 1][..], &padding, &[0], &info].concat();
    let signature = BigUint::from_bytes_be(&encoded).modpow(&exponent, &modulus).to_bytes_be();
    [vec![0; length - signature.len()], signature].concat()
}
