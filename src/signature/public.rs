//! Signatures with a private and a public key: Ed25519, ECDSA on P-256, RSA with SHA-256.

use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair,
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
    VerificationAlgorithm,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{PrivateKeyDer, SubjectPublicKeyInfoDer};

use super::scheme::{Algorithm, Scheme, SecretForm};
use super::secret_form::key_bytes;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::secret::Secret;

/// A public key with the algorithm it is for.
#[derive(Clone)]
pub struct PublicKey(Arc<ParsedPublicKey>);

impl PublicKey {
    /// Reads a key: PEM, base64 of SubjectPublicKeyInfo, or the raw bytes in the form of the scheme.
    pub fn read(scheme: &Scheme, secret: &Secret) -> Result<Self> {
        let algorithm: &'static dyn VerificationAlgorithm = match scheme.algorithm {
            Algorithm::Ed25519 => &ED25519,
            Algorithm::EcdsaP256 => &ECDSA_P256_SHA256_ASN1,
            _ => &RSA_PKCS1_2048_8192_SHA256,
        };
        let unusable = || {
            let (name, algorithm) = (&scheme.name, scheme.algorithm);
            Error::new(
                Failure::SecretMalformed,
                format!("scheme {name} wants a public key for {algorithm}, and this is none"),
            )
            .help("give the sender's public key as PEM or base64, not a shared secret")
        };
        let bytes = if is_pem(secret) {
            let key = SubjectPublicKeyInfoDer::from_pem_slice(secret.expose());
            key.map_err(|_| unusable())?.to_vec()
        } else if scheme.secret == SecretForm::Pem {
            return Err(unusable());
        } else {
            key_bytes(scheme, secret)?.expose().to_vec()
        };
        ParsedPublicKey::new(algorithm, bytes)
            .map(|key| Self(Arc::new(key)))
            .map_err(|_| unusable())
    }

    /// Whether `signature` is right for `content`.
    pub fn verifies(&self, content: &[u8], signature: &[u8]) -> bool {
        self.0.verify_sig(content, signature).is_ok()
    }
}

/// A private key that signs.
pub enum PrivateKey {
    /// Ed25519.
    Ed25519(Ed25519KeyPair),
    /// ECDSA on P-256 with SHA-256.
    EcdsaP256(EcdsaKeyPair),
    /// RSA PKCS#1 v1.5 with SHA-256.
    RsaSha256(RsaKeyPair),
}

impl PrivateKey {
    /// Reads a private key: PEM (PKCS#8, SEC 1, PKCS#1), or for Ed25519 also the raw seed.
    pub fn read(scheme: &Scheme, secret: &Secret) -> Result<Self> {
        let (name, algorithm) = (&scheme.name, scheme.algorithm);
        let unusable = || {
            Error::new(
                Failure::SecretMalformed,
                format!("scheme {name} signs with a private key for {algorithm}, and this is none"),
            )
            .help("give an unencrypted private key in PEM, for example file:key.pem")
        };
        if !is_pem(secret) {
            return seed(scheme, secret).ok_or_else(unusable);
        }
        let key = PrivateKeyDer::from_pem_slice(secret.expose()).map_err(|_| unusable())?;
        let der = key.secret_der();
        match algorithm {
            Algorithm::Ed25519 => {
                Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map(Self::Ed25519)
            }
            Algorithm::EcdsaP256 => match &key {
                PrivateKeyDer::Pkcs8(_) => {
                    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, der)
                }
                _ => EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_ASN1_SIGNING, der),
            }
            .map(Self::EcdsaP256),
            _ => match &key {
                PrivateKeyDer::Pkcs8(_) => RsaKeyPair::from_pkcs8(der),
                _ => RsaKeyPair::from_der(der),
            }
            .map(Self::RsaSha256),
        }
        .map_err(|_| unusable())
    }

    /// The signature over `content`.
    pub fn sign(&self, content: &[u8]) -> Result<Vec<u8>> {
        let failed = |_| Error::new(Failure::SecretMalformed, "the private key could not sign");
        match self {
            Self::Ed25519(key) => Ok(key.sign(content).as_ref().to_vec()),
            Self::EcdsaP256(key) => {
                let signature = key.sign(&SystemRandom::new(), content).map_err(failed)?;
                Ok(signature.as_ref().to_vec())
            }
            Self::RsaSha256(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), content, &mut signature)
                    .map_err(failed)?;
                Ok(signature)
            }
        }
    }
}

/// An Ed25519 key written as its seed, or as seed and public key (`whsk_...`).
fn seed(scheme: &Scheme, secret: &Secret) -> Option<PrivateKey> {
    if scheme.algorithm != Algorithm::Ed25519 {
        return None;
    }
    let text = secret.expose();
    let text = text.strip_prefix(b"whsk_").unwrap_or(text);
    let bytes = key_bytes(scheme, &Secret::new(text.to_vec())).ok()?;
    let (seed, public) = bytes.expose().split_at_checked(32)?;
    let pair = if public.is_empty() {
        Ed25519KeyPair::from_seed_unchecked(seed)
    } else {
        Ed25519KeyPair::from_seed_and_public_key(seed, public)
    };
    pair.ok().map(PrivateKey::Ed25519)
}

fn is_pem(secret: &Secret) -> bool {
    secret.expose().windows(10).any(|window| window == b"-----BEGIN")
}
