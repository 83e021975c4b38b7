//! Key pairs of schemes: the public key that checks, and the private key that signs, in the forms that
//! senders hand them out.

use super::key::{Algorithm, SigningKey, VerifyingKey};
use super::scheme::{self, Scheme, SecretForm};
use super::secret_form::key_bytes;
use crate::digest;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::secret::Secret;

/// A public key and the algorithm that a scheme uses it with.
#[derive(Clone)]
pub struct PublicKey {
    key: VerifyingKey,
    algorithm: Algorithm,
}

/// A private key and the algorithm that a scheme uses it with.
pub struct PrivateKey {
    key: SigningKey,
    algorithm: Algorithm,
}

impl PublicKey {
    /// Reads a key: PEM, base64 of SubjectPublicKeyInfo, or the raw bytes in the form of the scheme.
    ///
    /// # Errors
    /// `secret-malformed` when it is no public key of the scheme's kind.
    pub fn read(scheme: &Scheme, secret: &Secret) -> Result<Self> {
        let algorithm = algorithm(scheme.algorithm);
        let key = match pem(secret) {
            Some(text) => {
                let mut blocks = digest::pem_blocks(text);
                let first = blocks.find(|(label, _)| *label == "PUBLIC KEY");
                first.and_then(|(_, der)| VerifyingKey::public(&der?))
            }
            None if scheme.secret == SecretForm::Pem => None,
            None => VerifyingKey::public(key_bytes(scheme, secret)?.expose()),
        };
        let key = key.filter(|key| key.kind() == algorithm.kind());
        key.map(|key| Self { key, algorithm }).ok_or_else(|| {
            let (name, algorithm) = (&scheme.name, scheme.algorithm);
            Error::new(
                Failure::SecretMalformed,
                format!("scheme {name} needs a public key for {algorithm}, and this is not one"),
            )
            .help("give the sender's public key as PEM or base64, not a shared secret")
        })
    }

    /// Whether `signature` is right for `content`.
    pub fn verifies(&self, content: &[u8], signature: &[u8]) -> bool {
        self.key.verifies(self.algorithm, content, signature)
    }
}

impl PrivateKey {
    /// Reads a private key: PEM (PKCS#8, SEC 1, PKCS#1), or for Ed25519 also the raw seed.
    ///
    /// # Errors
    /// `secret-malformed` when it is no private key of the scheme's kind.
    pub fn read(scheme: &Scheme, secret: &Secret) -> Result<Self> {
        let algorithm = algorithm(scheme.algorithm);
        if algorithm.is_only_checked() {
            let name = &scheme.name;
            return Err(Error::usage(format!(
                "{name} uses SHA-1, which is only verified, never used to sign"
            ))
            .help(
                "its sender's signatures are verified; for its newer form see `hookprint schemes`",
            ));
        }
        let key = match pem(secret) {
            Some(text) => SigningKey::from_pem(text),
            None if algorithm == Algorithm::Ed25519 => seed(scheme, secret),
            None => None,
        };
        let key = key.filter(|key| key.kind() == algorithm.kind());
        key.map(|key| Self { key, algorithm }).ok_or_else(|| {
            let (name, algorithm) = (&scheme.name, scheme.algorithm);
            Error::new(
                Failure::SecretMalformed,
                format!(
                    "scheme {name} signs with a private key for {algorithm}, and this is not one"
                ),
            )
            .help("give an unencrypted private key in PEM, for example file:key.pem")
        })
    }

    /// A key of the same kind that nobody else has.
    pub(super) fn stranger(&self) -> Option<Self> {
        Some(Self { key: self.key.stranger()?, algorithm: self.algorithm })
    }

    /// The signature over `content`.
    ///
    /// # Errors
    /// `secret-malformed` when the library cannot sign with it.
    pub fn sign(&self, content: &[u8]) -> Result<Vec<u8>> {
        self.key
            .sign(self.algorithm, content)
            .ok_or_else(|| Error::new(Failure::SecretMalformed, "the private key could not sign"))
    }
}

/// How schemes with key pairs sign: ECDSA in DER, RSA with PKCS#1 v1.5.
fn algorithm(of_scheme: scheme::Algorithm) -> Algorithm {
    match of_scheme {
        scheme::Algorithm::Ed25519 => Algorithm::Ed25519,
        scheme::Algorithm::EcdsaP256 => Algorithm::EcdsaP256Der,
        scheme::Algorithm::EcdsaP256Sha1 => Algorithm::EcdsaP256Sha1,
        scheme::Algorithm::RsaSha1 => Algorithm::RsaSha1,
        _ => Algorithm::RsaSha256,
    }
}

/// An Ed25519 key written as its seed, or as seed and public key (`whsk_...`).
fn seed(scheme: &Scheme, secret: &Secret) -> Option<SigningKey> {
    let text = secret.expose();
    let text = text.strip_prefix(b"whsk_").unwrap_or(text);
    let bytes = key_bytes(scheme, &Secret::new(text.to_vec())).ok()?;
    SigningKey::of_seed(bytes.expose())
}

fn pem(secret: &Secret) -> Option<&str> {
    std::str::from_utf8(secret.expose()).ok().filter(|text| text.contains("-----BEGIN"))
}
