//! Key sets: the keys an issuer publishes (RFC 7517), or the ones that were agreed on.

use serde_json::{Map, Value};

use super::key::{Algorithm, VerifyingKey};
use super::{json_object, jwk_thumbprint, key};
use crate::der;
use crate::digest;
use crate::error::{Error, Kind, Malformed, Result};
use crate::failure::Failure;
use crate::secret::Secret;

/// More keys than this are refused: each one may cost a check.
const MOST: usize = 256;

/// One key of a set.
#[derive(Clone, Debug)]
pub struct JsonWebKey {
    /// Its name (`kid`).
    pub id: Option<String>,
    /// What the user calls it, where it came as a secret.
    pub label: Option<String>,
    /// The one algorithm it is for (`alg`), if it says so.
    pub algorithm: Option<String>,
    /// Its thumbprint (RFC 7638), where it is a public key.
    thumbprint: Option<String>,
    /// The key.
    pub key: VerifyingKey,
}

impl JsonWebKey {
    fn new(key: VerifyingKey) -> Self {
        let thumbprint = jwk_thumbprint::of(&key);
        Self { id: None, label: None, algorithm: None, thumbprint, key }
    }

    /// What it is called: by the user, or by its issuer.
    pub fn name(&self) -> Option<&str> {
        self.label.as_deref().or(self.id.as_deref())
    }

    /// Whether it may check a signature of that algorithm, which has these names: of its kind, and
    /// what it says it is for.
    pub(super) fn serves(&self, names: &[&str], algorithm: Algorithm) -> bool {
        let said = self.algorithm.as_deref().is_none_or(|own| names.contains(&own));
        said && self.key.kind() == algorithm.kind()
    }

    /// Whether that is what it is called: by its issuer, by the user, or by what it is.
    fn is_called(&self, name: &str) -> bool {
        [&self.id, &self.label, &self.thumbprint].into_iter().flatten().any(|own| own == name)
    }
}

/// A key that is named and not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Its name.
    pub key_id: String,
    /// The names there are.
    pub known: Vec<String>,
}

/// Keys to check tokens and HTTP Message Signatures with.
#[derive(Clone, Debug, Default)]
pub struct KeySet(Vec<JsonWebKey>);

impl KeySet {
    /// One shared secret, called `label`. Public keys in PEM are taken as those keys, never as the bytes
    /// of a secret.
    ///
    /// # Errors
    /// `secret-empty`, and `secret-malformed` for what is neither secret nor public key in PEM.
    pub fn of_secret(label: &str, secret: Secret) -> Result<Self> {
        let pem =
            std::str::from_utf8(secret.expose()).ok().filter(|text| text.contains("-----BEGIN "));
        let keys = match pem {
            Some(text) => VerifyingKey::from_pem(text),
            None => vec![VerifyingKey::shared(secret)?],
        };
        if keys.is_empty() {
            let message = "the PEM text has no public key to check with: RSA of 2048 to 8192 bits, \
                           P-256 or Ed25519";
            return Err(Error::new(Failure::SecretMalformed, message)
                .kind(Kind::Usage)
                .help("openssl pkey -in KEY -pubout prints the public key of a private one"));
        }
        let mut set = Self::of_keys(keys);
        set.0.iter_mut().for_each(|key| key.label = Some(label.to_owned()));
        Ok(set)
    }

    /// Keys without names.
    pub fn of_keys(keys: Vec<VerifyingKey>) -> Self {
        Self(keys.into_iter().map(JsonWebKey::new).collect())
    }

    /// Reads a JWK Set (`{"keys": [...]}`), one JWK, Google's map of key ids to PEM certificates, PEM,
    /// or one public key or certificate in DER. Keys of kinds that are not checked here are passed over.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let malformed = |offset, expected: &str| Malformed::new("key set", offset, expected);
        let der = VerifyingKey::public(bytes).or_else(|| VerifyingKey::of_certificate(bytes));
        if let Some(key) = der.filter(|_| bytes.starts_with(&[der::tag::SEQUENCE])) {
            return Ok(Self::of_keys(vec![key]));
        }
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
        let object = json_object::parse(text.as_bytes())
            .ok_or_else(|| malformed(0, "a JSON object in which no name appears twice"))?;
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

    /// The keys that may have made a signature which names its key so: the ones that are called so, and
    /// no other; where none is, those that nobody gave an id (a secret or PEM file has no place for one);
    /// all of them where it names none. Each comes with its number.
    pub(super) fn of_id(&self, id: Option<&str>) -> Result<Vec<(usize, &JsonWebKey)>, Unknown> {
        let all = || self.0.iter().enumerate();
        let Some(id) = id else { return Ok(all().collect()) };
        let named: Vec<_> = all().filter(|(_, key)| key.is_called(id)).collect();
        if !named.is_empty() {
            return Ok(named);
        }
        let nameless: Vec<_> = all().filter(|(_, key)| key.id.is_none()).collect();
        if nameless.is_empty() && !self.0.is_empty() {
            let known = self.0.iter().filter_map(|key| key.id.clone()).collect();
            return Err(Unknown { key_id: id.to_owned(), known });
        }
        Ok(nameless)
    }

    /// These keys and those.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// Whether a key is called so, or no key has an id.
    pub fn names(&self, id: &str) -> bool {
        self.0.iter().any(|key| key.is_called(id)) || self.0.iter().all(|key| key.id.is_none())
    }

    /// The id of a shared secret among them, or an empty one.
    pub fn shared(&self) -> Option<&str> {
        let shared = self.0.iter().find(|one| one.key.kind() == key::Kind::Shared)?;
        Some(shared.id.as_deref().unwrap_or_default())
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
    // What it is said to be for must be readable, and be this (RFC 7517 sections 4.2 and 4.3).
    let is_for_signatures = fields.get("use").is_none_or(|purpose| purpose == "sig");
    let operations = fields.get("key_ops").map(|all| all.as_array().map(Vec::as_slice));
    let checks =
        operations.is_none_or(|all| all.is_some_and(|all| all.iter().any(|one| one == "verify")));
    let is_text = |name: &str| fields.get(name).is_none_or(Value::is_string);
    if !is_for_signatures || !checks || !is_text("kid") || !is_text("alg") {
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
        ("oct", _) => VerifyingKey::shared(Secret::new(bytes("k")?)).ok()?,
        _ => return None,
    };
    let owned = |name| text(name).map(str::to_owned);
    Some(JsonWebKey { id: owned("kid"), algorithm: owned("alg"), ..JsonWebKey::new(key) })
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
    Some(JsonWebKey { id: Some(id.clone()), ..JsonWebKey::new(key) })
}
