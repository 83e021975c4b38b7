//! Keys that nobody else has, of the kind of ours.

use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair};

use crate::secret::Secret;
use crate::signature::key::SigningKey;
use crate::signature::resign::Resigner;
use crate::signature::sign::random_hex;

impl SigningKey {
    /// A key of the same kind; `None` when the system gives no random bytes.
    pub(in crate::signature) fn stranger(&self) -> Option<Self> {
        Some(match self {
            Self::Shared(_) => Self::Shared(Secret::new(random_hex().into_bytes())),
            Self::Rsa(_) => Self::Rsa(Box::new(RsaKeyPair::generate(KeySize::Rsa2048).ok()?)),
            Self::P256(_) => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok()?;
                Self::P256(Box::new(pair))
            }
            Self::Ed25519(_) => Self::Ed25519(Box::new(Ed25519KeyPair::generate().ok()?)),
        })
    }
}

impl Resigner {
    /// The same with a key that nobody else has: what it signs must be refused.
    pub(super) fn stranger(&self) -> Option<Self> {
        match self {
            Self::Scheme(signer) => Some(Self::Scheme(Box::new(signer.stranger()?))),
            Self::Token { key, .. } | Self::Message { key, .. } => self.with_key(key.stranger()?),
        }
    }

    /// The same with a shared key of no bytes; `None` where keys are pairs, or the key itself travels.
    pub(super) fn keyless(&self) -> Option<Self> {
        let nothing = || Secret::new(Vec::new());
        match self {
            Self::Scheme(_) if self.carries_secret() => None,
            Self::Scheme(signer) => Some(Self::Scheme(Box::new(signer.keyed(nothing())?))),
            Self::Token { key: SigningKey::Shared(_), .. }
            | Self::Message { key: SigningKey::Shared(_), .. } => {
                self.with_key(SigningKey::Shared(nothing()))
            }
            Self::Token { .. } | Self::Message { .. } => None,
        }
    }

    /// The same by another key; `None` where a scheme says what a key is.
    pub(super) fn with_key(&self, other: SigningKey) -> Option<Self> {
        match self {
            Self::Scheme(_) => None,
            Self::Message { key_id, .. } => {
                Some(Self::Message { key: other, key_id: key_id.clone() })
            }
            Self::Token { key_id, header, prefix, claims, body, .. } => Some(Self::Token {
                key: other,
                key_id: key_id.clone(),
                header: header.clone(),
                prefix: *prefix,
                claims: claims.clone(),
                body: body.clone(),
            }),
        }
    }
}
