//! Keys and the values computed with them: HMAC (RFC 2104), plain SHA-256, tokens, public keys.

use hmac::{Hmac, KeyInit, Mac as _};
use sha1::{Digest as _, Sha1};
use sha2::{Sha256, Sha384, Sha512};

use super::checks;
use super::problem::Problem;
use super::scheme::{Algorithm, Scheme};
use super::scheme_key::PublicKey;
use super::secret_form::key_bytes;
use super::shared;
use super::template::Content;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// A key that is ready to verify: what can be computed before the first request is computed.
#[derive(Clone)]
pub struct Key {
    secret: Secret,
    with: With,
    is_weak: bool,
}

/// Fewest bytes of a key that cannot be guessed.
pub(super) const STRONG: usize = 16;

/// What is wrong with a secret that is the key of a MAC as it stands, as those of tokens are.
pub fn weak_secret(label: &str, secret: &Secret) -> Option<Problem> {
    (secret.len() < STRONG).then(|| weak(label))
}

/// The secret called so is short.
pub fn weak(label: &str) -> Problem {
    checks::weak_secret(label)
}

#[derive(Clone)]
enum With {
    Mac(Box<State>),
    Public(PublicKey),
    /// The secret as it travels.
    Token(Secret),
}

/// A computation that takes the signed content piece by piece. A keyed one costs two compressions
/// to clone less than to make, which is what many small deliveries are made of.
#[derive(Clone)]
pub enum State {
    /// HMAC-SHA-1.
    HmacSha1(Hmac<Sha1>),
    /// HMAC-SHA-256.
    HmacSha256(Hmac<Sha256>),
    /// HMAC-SHA-384.
    HmacSha384(Hmac<Sha384>),
    /// HMAC-SHA-512.
    HmacSha512(Hmac<Sha512>),
    /// SHA-1 without a key.
    Sha1(Sha1),
    /// SHA-256 without a key.
    Sha256(Sha256),
}

/// Runs the same expression on whichever computation it is.
macro_rules! each {
    ($state:expr, $inner:ident => $do:expr) => {
        match $state {
            State::HmacSha1($inner) => $do,
            State::HmacSha256($inner) => $do,
            State::HmacSha384($inner) => $do,
            State::HmacSha512($inner) => $do,
            State::Sha1($inner) => $do,
            State::Sha256($inner) => $do,
        }
    };
}

impl State {
    /// A computation with this key; `None` when the algorithm is none of these.
    pub fn new(algorithm: Algorithm, key: &[u8]) -> Option<Self> {
        // HMAC takes keys of any length: longer ones than a block are hashed first.
        Some(match algorithm {
            Algorithm::HmacSha1 => Self::HmacSha1(Hmac::new_from_slice(key).ok()?),
            Algorithm::HmacSha256 => Self::HmacSha256(Hmac::new_from_slice(key).ok()?),
            Algorithm::HmacSha384 => Self::HmacSha384(Hmac::new_from_slice(key).ok()?),
            Algorithm::HmacSha512 => Self::HmacSha512(Hmac::new_from_slice(key).ok()?),
            Algorithm::Sha1 => Self::Sha1(Sha1::new()),
            Algorithm::Sha256 => Self::Sha256(Sha256::new()),
            _ => return None,
        })
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        each!(self, inner => inner.update(bytes));
    }

    /// The value over all bytes taken.
    pub fn finish(self) -> Vec<u8> {
        match self {
            Self::HmacSha1(inner) => inner.finalize().into_bytes().to_vec(),
            Self::HmacSha256(inner) => inner.finalize().into_bytes().to_vec(),
            Self::HmacSha384(inner) => inner.finalize().into_bytes().to_vec(),
            Self::HmacSha512(inner) => inner.finalize().into_bytes().to_vec(),
            Self::Sha1(inner) => inner.finalize().to_vec(),
            Self::Sha256(inner) => inner.finalize().to_vec(),
        }
    }
}

/// The MAC over `pieces`; `None` when the algorithm is no MAC.
pub fn mac(algorithm: Algorithm, key: &[u8], pieces: &[&[u8]]) -> Option<Vec<u8>> {
    let mut state = State::new(algorithm, key)?;
    pieces.iter().for_each(|piece| state.update(piece));
    Some(state.finish())
}

impl Key {
    /// The key that `secret` is under `scheme`.
    pub fn new(scheme: &Scheme, secret: &Secret) -> Result<Self> {
        if !scheme.algorithm.is_asymmetric() {
            shared::check(secret)?;
        }
        let (with, length) = match scheme.algorithm {
            Algorithm::Token => (With::Token(key_bytes(scheme, secret)?), secret.len()),
            algorithm if algorithm.is_asymmetric() => {
                (With::Public(PublicKey::read(scheme, secret)?), STRONG)
            }
            algorithm => {
                let key = key_bytes(scheme, secret)?;
                // `State::new` has an answer for every algorithm that is left.
                let state = State::new(algorithm, key.expose())
                    .ok_or_else(|| Error::usage(format!("{algorithm} has no shared key")))?;
                (With::Mac(Box::new(state)), key.len())
            }
        };
        Ok(Self { secret: secret.clone(), with, is_weak: length < STRONG })
    }

    /// The key of exactly these bytes, none perhaps: for what receivers must refuse. `None` where keys are
    /// pairs.
    pub(super) fn of_bytes(scheme: &Scheme, bytes: &Secret) -> Option<Self> {
        let with = match scheme.algorithm {
            Algorithm::Token => With::Token(bytes.clone()),
            algorithm => With::Mac(Box::new(State::new(algorithm, bytes.expose())?)),
        };
        Some(Self { secret: bytes.clone(), with, is_weak: true })
    }

    /// Whether it is so short that it can be guessed.
    pub fn is_weak(&self) -> bool {
        self.is_weak
    }

    /// The secret as it was given, for templates that sign it.
    pub fn secret(&self) -> &[u8] {
        self.secret.expose()
    }

    /// A computation to take the content piece by piece; `None` for tokens and public keys.
    pub fn state(&self) -> Option<State> {
        match &self.with {
            With::Mac(state) => Some(State::clone(state)),
            With::Public(_) | With::Token(_) => None,
        }
    }

    /// What a signature over the content must be equal to; `None` for public keys.
    pub fn expected(&self, content: &Content, body: &[u8]) -> Option<Vec<u8>> {
        match &self.with {
            With::Mac(state) => {
                let mut state = State::clone(state);
                content.pieces(body).iter().for_each(|piece| state.update(piece));
                Some(state.finish())
            }
            With::Token(token) => Some(token.expose().to_vec()),
            With::Public(_) => None,
        }
    }

    /// The public key, if it is one.
    pub fn public(&self) -> Option<&PublicKey> {
        match &self.with {
            With::Public(key) => Some(key),
            With::Mac(_) | With::Token(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest;

    /// RFC 4231 section 4.3 (test case 2) and RFC 2202 section 3 (test case 2).
    #[test]
    fn published_values() {
        let cases = [
            (Algorithm::HmacSha1, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
            (
                Algorithm::HmacSha256,
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                Algorithm::HmacSha384,
                "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47\
                 e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
            ),
            (
                Algorithm::HmacSha512,
                "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554\
                 9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
            ),
        ];
        for (algorithm, expected) in cases {
            let pieces: [&[u8]; 2] = [b"what do ya want ", b"for nothing?"];
            let value = mac(algorithm, b"Jefe", &pieces).unwrap();
            assert_eq!(digest::hex(&value), expected, "{algorithm}");
        }
    }
}
