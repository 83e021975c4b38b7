//! Bearer tokens: JSON Web Tokens in compact form (RFC 7519, RFC 7515), checked with the habits that
//! RFC 8725 asks for. Each way to fail is one [`Reason`].
//!
//! ```text
//! base64url(header) "." base64url(claims) "." base64url(signature)
//! ```

mod claims;
mod preset;
mod reason;

pub use claims::{Claims, Expectations};
pub use preset::{BodyClaim, Chained, Preset};
pub use reason::{Part, Reason};

use serde_json::{Map, Value};

use super::json_object;
use super::key::{Algorithm, Kind, SigningKey};
use super::key_set::{KeySet, Unknown};
use crate::digest;

/// Longer tokens are refused unread: header lines of that size reach no receiver.
const LONGEST: usize = 64 * 1024;

/// How long a token is good for, in seconds, where nothing says so: as Google's.
pub const LIFETIME: i64 = 3_600;

/// `alg` of RFC 7518 section 3.1 and RFC 8037 section 3.1, as far as they are checked here.
const ALGORITHMS: &[(&str, Algorithm)] = &[
    ("RS256", Algorithm::RsaSha256),
    ("ES256", Algorithm::EcdsaP256),
    ("EdDSA", Algorithm::Ed25519),
    ("Ed25519", Algorithm::Ed25519),
    ("HS256", Algorithm::HmacSha256),
    ("HS384", Algorithm::HmacSha384),
    ("HS512", Algorithm::HmacSha512),
];

/// A token taken apart; nothing about it has been checked.
#[derive(Clone, Debug)]
pub struct Token<'a> {
    /// What the signature covers: header, dot, claims, as received.
    signed: &'a str,
    signature: Vec<u8>,
    header: Map<String, Value>,
    claims: Map<String, Value>,
}

impl<'a> Token<'a> {
    /// Takes a compact token apart. A leading `Bearer ` is passed over.
    pub fn parse(text: &'a str) -> Result<Self, Reason> {
        let text = bare(text);
        if text.is_empty() {
            return Err(Reason::Empty);
        }
        if text.len() > LONGEST {
            return Err(Reason::TooLong(text.len()));
        }
        let parts: Vec<&str> = text.splitn(7, '.').collect();
        let [header, claims, signature] = parts[..] else {
            return Err(Reason::Parts(parts.len()));
        };
        Ok(Self {
            signed: &text[..header.len() + 1 + claims.len()],
            header: object(Part::Header, header)?,
            claims: object(Part::Claims, claims)?,
            signature: unbase64url(Part::Signature, signature)?,
        })
    }

    /// The id of the key that should have signed it.
    pub fn key_id(&self) -> Option<&str> {
        self.header.get("kid").and_then(Value::as_str)
    }

    /// The certificates that its header has, unchecked: DER, that of the signer first.
    ///
    /// # Errors
    /// When there are none, or they cannot be read.
    pub fn chain(&self) -> Result<Vec<Vec<u8>>, Reason> {
        let chain = self.header.get("x5c").and_then(Value::as_array).ok_or(Reason::ChainMissing)?;
        let one = |value: &Value| value.as_str().and_then(digest::unbase64);
        chain.iter().map(one).collect::<Option<_>>().ok_or(Reason::ChainMissing)
    }

    /// What it claims, unchecked.
    pub fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// The algorithm it names, unchecked.
    pub fn algorithm_name(&self) -> Option<&str> {
        self.header.get("alg").and_then(Value::as_str)
    }

    /// Whether it claims that Google issued it, unchecked.
    pub fn is_from_google(&self) -> bool {
        let issuer = self.claims.get("iss").and_then(Value::as_str);
        issuer.is_some_and(|issuer| claims::GOOGLE.contains(&issuer))
    }

    fn algorithm(&self) -> Result<Algorithm, Reason> {
        let name = self.algorithm_name().ok_or(Reason::NoAlgorithm)?;
        if name.eq_ignore_ascii_case("none") {
            return Err(Reason::AlgorithmNone);
        }
        let row = ALGORITHMS.iter().find(|(known, _)| *known == name);
        row.map(|(_, algorithm)| *algorithm)
            .ok_or_else(|| Reason::AlgorithmUnsupported(name.to_owned()))
    }
}

/// What the header of a token says, unchecked: algorithm and key id.
pub fn named(text: &str) -> (Option<String>, Option<String>) {
    let token = Token::parse(text).ok();
    let owned = |text: Option<&str>| text.map(str::to_owned);
    token.map_or((None, None), |token| (owned(token.algorithm_name()), owned(token.key_id())))
}

/// The claims of a token whose signature is by one of `keys` and that is as `expected` at `now`
/// (Unix seconds), and which of the keys made it; or the first reason why it is not.
pub fn verify(
    text: &str,
    keys: &KeySet,
    expected: &Expectations,
    now: i64,
) -> Result<(Claims, usize), Reason> {
    let token = Token::parse(text)?;
    let key = check_signature(&token, keys, expected)?;
    let claims = Claims::of(token.claims, expected.chained)?;
    expected.check(&claims, now)?;
    Ok((claims, key))
}

fn check_signature(token: &Token, keys: &KeySet, expected: &Expectations) -> Result<usize, Reason> {
    let algorithm = token.algorithm()?;
    let name = token.algorithm_name().unwrap_or_default();
    if let Some(only) = expected.algorithm
        && only != name
    {
        return Err(Reason::AlgorithmNotAllowed { token: name.to_owned(), wanted: only });
    }
    // An extension that must be understood and is not (RFC 7515 section 4.1.11).
    if token.header.contains_key("crit") {
        return Err(Reason::Critical);
    }
    // Claims that are not base64url must be announced as critical (RFC 7797 section 6).
    if token.header.get("b64").is_some_and(|encoded| *encoded != Value::Bool(true)) {
        return Err(Reason::Unencoded);
    }
    if token.header.get("kid").is_some_and(|id| !id.is_string()) {
        return Err(Reason::KeyIdType);
    }
    let candidates = keys.of_id(token.key_id())?;
    let mut fitting =
        candidates.iter().filter(|(_, key)| key.serves(&[name], algorithm)).peekable();
    if fitting.peek().is_none() {
        return Err(match candidates.iter().map(|(_, key)| key.key.kind()).next() {
            Some(kind) if algorithm.kind() == Kind::Shared && kind != Kind::Shared => {
                Reason::AlgorithmConfusion { token: name.to_owned(), kind }
            }
            Some(kind) => Reason::AlgorithmMismatch { token: name.to_owned(), kind },
            None => Reason::NoKeys,
        });
    }
    let message = token.signed.as_bytes();
    let made = fitting.find(|(_, key)| key.key.verifies(algorithm, message, &token.signature));
    made.map(|(index, _)| *index)
        .ok_or_else(|| Reason::SignatureWrong { key_id: token.key_id().map(str::to_owned) })
}

/// The first `alg` that such a key serves.
fn algorithm_of(key: &SigningKey) -> Option<&'static (&'static str, Algorithm)> {
    ALGORITHMS.iter().find(|(_, known)| known.kind() == key.kind())
}

/// Name of the algorithm that [`sign`] takes for this key.
pub fn algorithm_name(key: &SigningKey) -> Option<&'static str> {
    algorithm_of(key).map(|(name, _)| *name)
}

/// Makes a compact token of `claims` (JSON text). `None` when the key serves no algorithm of tokens.
pub fn sign(claims: &str, key: &SigningKey, key_id: Option<&str>) -> Option<String> {
    let (name, algorithm) = algorithm_of(key)?;
    let signed = to_be_signed(name, claims, key_id);
    let signature = key.sign(*algorithm, signed.as_bytes())?;
    Some(format!("{signed}.{}", digest::base64url(&signature)))
}

/// Makes a token of `claims` without a signature (`alg` none): what nobody may take.
pub(super) fn unsigned(claims: &str, key_id: Option<&str>) -> String {
    format!("{}.", to_be_signed("none", claims, key_id))
}

/// Header, dot and claims.
fn to_be_signed(algorithm: &str, claims: &str, key_id: Option<&str>) -> String {
    let mut header = Map::new();
    header.insert("alg".to_owned(), Value::from(algorithm));
    header.insert("typ".to_owned(), Value::from("JWT"));
    if let Some(id) = key_id {
        header.insert("kid".to_owned(), Value::from(id));
    }
    let header = Value::Object(header).to_string();
    [digest::base64url(header.as_bytes()), digest::base64url(claims.as_bytes())].join(".")
}

impl From<Unknown> for Reason {
    fn from(Unknown { key_id, known }: Unknown) -> Self {
        Self::KeyUnknown { key_id, known }
    }
}

fn bare(text: &str) -> &str {
    let text = text.trim_ascii();
    match text.split_at_checked(6) {
        Some((scheme, "")) if scheme.eq_ignore_ascii_case("bearer") => "",
        Some((scheme, token))
            if scheme.eq_ignore_ascii_case("bearer") && token.starts_with(' ') =>
        {
            token.trim_ascii()
        }
        _ => text,
    }
}

/// Bytes of base64url without padding, in the one spelling that RFC 7515 section 2 allows.
fn unbase64url(part: Part, text: &str) -> Result<Vec<u8>, Reason> {
    let bytes = digest::unbase64(text).filter(|bytes| digest::base64url(bytes) == text);
    bytes.ok_or(Reason::NotBase64(part))
}

fn object(part: Part, text: &str) -> Result<Map<String, Value>, Reason> {
    let bytes = unbase64url(part, text)?;
    json_object::parse(&bytes).ok_or(Reason::NotJson(part))
}

#[cfg(test)]
mod tests;
