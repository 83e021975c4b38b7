//! Keys that nobody else has, of the kind of ours.

use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair};

use crate::secret::Secret;
use crate::signature::key::{Kind, SigningKey};
use crate::signature::resign::Resigner;
use crate::signature::sign::random_hex;
use crate::signature::token::{self, Token};

impl SigningKey {
    /// A key of the same kind; `None` when the system gives no random bytes.
    pub(in crate::signature) fn stranger(&self) -> Option<Self> {
        of_kind(self.kind())
    }
}

impl Resigner {
    /// The same with a key that nobody else has: what it signs must be refused.
    pub(super) fn stranger(&self) -> Option<Self> {
        match self {
            Self::Scheme(signer) => Some(Self::Scheme(Box::new(signer.stranger()?))),
            Self::Token { key, .. } | Self::Message { key, .. } => self.with_key(key.stranger()?),
            Self::Given { header, token } => {
                let text = std::str::from_utf8(token.expose()).ok()?;
                let (claims, id) = claims(text)?;
                let made = token::sign(&claims, &stranger_of(text)?, id.as_deref())?;
                Some(Self::Given { header: header.clone(), token: Secret::new(made.into_bytes()) })
            }
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
            Self::Token { .. } | Self::Message { .. } | Self::Given { .. } => None,
        }
    }

    /// The same by another key; `None` where a scheme says what a key is.
    pub(super) fn with_key(&self, other: SigningKey) -> Option<Self> {
        match self {
            Self::Scheme(_) | Self::Given { .. } => None,
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

/// A key of the kind that the algorithm of this token takes.
fn stranger_of(text: &str) -> Option<SigningKey> {
    of_kind(match token::named(text).0?.as_str() {
        "RS256" => Kind::Rsa,
        "ES256" => Kind::P256,
        "EdDSA" | "Ed25519" => Kind::Ed25519,
        _ => Kind::Shared,
    })
}

fn of_kind(kind: Kind) -> Option<SigningKey> {
    Some(match kind {
        Kind::Shared => SigningKey::Shared(Secret::new(random_hex().into_bytes())),
        Kind::Rsa => SigningKey::Rsa(Box::new(RsaKeyPair::generate(KeySize::Rsa2048).ok()?)),
        Kind::P256 => {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok()?;
            SigningKey::P256(Box::new(pair))
        }
        Kind::Ed25519 => SigningKey::Ed25519(Box::new(Ed25519KeyPair::generate().ok()?)),
    })
}

/// What a token claims, as JSON, and the id of its key.
fn claims(text: &str) -> Option<(String, Option<String>)> {
    let parsed = Token::parse(text).ok()?;
    let id = parsed.key_id().map(str::to_owned);
    Some((serde_json::Value::Object(parsed.claims().clone()).to_string(), id))
}
