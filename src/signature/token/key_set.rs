//! Key sets: the keys an issuer publishes (RFC 7517), or the one that was agreed on.

use serde_json::{Map, Value};

use super::Reason;
use crate::digest;
use crate::error::Malformed;
use crate::secret::Secret;
use crate::signature::key::{Algorithm, VerifyingKey};

/// More keys than this are refused: each one may cost a check.
const MOST: usize = 256;

/// One key of a set.
#[derive(Clone, Debug)]
pub struct JsonWebKey {
    /// Its name (`kid`).
    pub id: Option<String>,
    /// The one algorithm it is for (`alg`), if it says so.
    pub algorithm: Option<String>,
    /// The key.
    pub key: VerifyingKey,
}

impl JsonWebKey {
    /// Whether it may check a signature of that algorithm: of its kind, and what it says it is for.
    pub(super) fn serves(&self, name: &str, algorithm: Algorithm) -> bool {
        let said = self.algorithm.as_deref().is_none_or(|own| own == name);
        said && self.key.kind() == algorithm.kind()
    }
}

/// Keys to check tokens with.
#[derive(Clone, Debug, Default)]
pub struct KeySet(Vec<JsonWebKey>);

impl KeySet {
    /// One shared secret. A public key in PEM is taken as that key, never as the bytes of a secret.
    pub fn of_secret(secret: Secret) -> Self {
        let pem =
            std::str::from_utf8(secret.expose()).ok().filter(|text| text.contains("-----BEGIN "));
        match pem {
            Some(text) => Self::of_keys(VerifyingKey::from_pem(text)),
            None => Self::of_keys(vec![VerifyingKey::shared(secret)]),
        }
    }

    /// Keys without names.
    pub fn of_keys(keys: Vec<VerifyingKey>) -> Self {
        let unnamed = |key| JsonWebKey { id: None, algorithm: None, key };
        Self(keys.into_iter().map(unnamed).collect())
    }

    /// Reads a JWK Set (`{"keys": [...]}`), one JWK, Google's map of key ids to PEM certificates, or
    /// PEM. Keys of kinds that are not checked here are passed over.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let malformed = |offset, expected: &str| Malformed::new("key set", offset, expected);
        let text = std::str::from_utf8(bytes)
            .map_err(|error| malformed(error.valid_up_to(), "JSON or PEM text"))?;
        let text = text.trim_start_matches('\u{feff}').trim_ascii();
        if !text.starts_with('{') {
            let keys = VerifyingKey::from_pem(text);
            return match keys.is_empty() {
                true => Err(malformed(0, "a JSON Web Key Set or a PEM public key")),
                false => Ok(Self::of_keys(keys)),
            };
        }
        let object: Map<String, Value> =
            serde_json::from_str(text).map_err(|_| malformed(0, "a JSON object"))?;
        let keys: Vec<JsonWebKey> = match object.get("keys") {
            Some(Value::Array(keys)) if keys.len() > MOST => {
                return Err(malformed(0, &format!("at most {MOST} keys")));
            }
            Some(Value::Array(keys)) => {
                keys.iter().filter_map(Value::as_object).filter_map(json_web_key).collect()
            }
            Some(_) => return Err(malformed(0, "keys to be an array")),
            None if object.contains_key("kty") => json_web_key(&object).into_iter().collect(),
            None => object.iter().take(MOST).filter_map(certificate).collect(),
        };
        match keys.is_empty() {
            true => Err(malformed(0, "an RSA, P-256, Ed25519 or oct key for signatures")),
            false => Ok(Self(keys)),
        }
    }

    /// The keys that a token with that key id may be signed by: the ones of that name, or all of them
    /// where either side gives no names.
    pub(super) fn of_id(&self, id: Option<&str>) -> Result<Vec<&JsonWebKey>, Reason> {
        let Some(id) = id.filter(|_| self.0.iter().any(|key| key.id.is_some())) else {
            return Ok(self.0.iter().collect());
        };
        let named: Vec<_> = self.0.iter().filter(|key| key.id.as_deref() == Some(id)).collect();
        if named.is_empty() {
            let known = self.0.iter().filter_map(|key| key.id.clone()).collect();
            return Err(Reason::KeyUnknown { key_id: id.to_owned(), known });
        }
        Ok(named)
    }

    /// These keys and those.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// Whether a key of that name would be found, or names do not count.
    pub fn names(&self, id: &str) -> bool {
        self.of_id(Some(id)).is_ok()
    }

    /// All keys, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, JsonWebKey> {
        self.0.iter()
    }

    /// Number of keys.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn json_web_key(fields: &Map<String, Value>) -> Option<JsonWebKey> {
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    let bytes = |name: &str| text(name).and_then(digest::unbase64);
    if text("use").is_some_and(|purpose| purpose != "sig") {
        return None;
    }
    let key = match (text("kty")?, text("crv")) {
        ("RSA", _) => VerifyingKey::rsa(&bytes("n")?, &bytes("e")?)?,
        ("EC", Some("P-256")) => {
            // Uncompressed point: 04, x and y of 32 bytes each (SEC 1 section 2.3.3).
            let point = [&[4][..], &padded(&bytes("x")?)?, &padded(&bytes("y")?)?].concat();
            VerifyingKey::public(&point)?
        }
        ("OKP", Some("Ed25519")) => {
            VerifyingKey::public(&bytes("x").filter(|point| point.len() == 32)?)?
        }
        ("oct", _) => VerifyingKey::shared(Secret::new(bytes("k").filter(|k| !k.is_empty())?)),
        _ => return None,
    };
    let owned = |name| text(name).map(str::to_owned);
    Some(JsonWebKey { id: owned("kid"), algorithm: owned("alg"), key })
}

/// A coordinate as 32 bytes; some issuers leave leading zeros out.
fn padded(coordinate: &[u8]) -> Option<[u8; 32]> {
    let mut full = [0; 32];
    full.get_mut(32_usize.checked_sub(coordinate.len())?..)?.copy_from_slice(coordinate);
    Some(full)
}

/// One entry of `https://www.googleapis.com/oauth2/v1/certs`: key id and PEM certificate.
fn certificate((id, pem): (&String, &Value)) -> Option<JsonWebKey> {
    let key = VerifyingKey::from_pem(pem.as_str()?).into_iter().next()?;
    Some(JsonWebKey { id: Some(id.clone()), algorithm: None, key })
}
