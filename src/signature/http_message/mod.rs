//! HTTP Message Signatures (RFC 9421): the request says in `Signature-Input` which of its parts are
//! signed, and carries the signature in `Signature`. The body is covered by way of `Content-Digest`
//! (RFC 9530), if that header is among the parts.
//!
//! ```text
//! "@method": POST                                  signature base: one line for each component,
//! "@authority": hooks.example                      then the parameters of the signature;
//! "content-digest": sha-256=:RK/0...=:             no newline at the end
//! "@signature-params": ("@method" "@authority" "content-digest");created=1618884473;keyid="k"
//! ```

mod component;
pub mod content_digest;
mod coverage;
pub mod field;
mod identifier;
mod reason;
mod target;
mod verify;

pub use coverage::{Required, Shortcoming};
pub use reason::Reason;
pub use verify::{Expectations, TOLERANCE, Verified, verify};

use field::{Bare, Dictionary, Item, Member, Parameters};

use super::key::{Algorithm, SigningKey};
use super::message::{Line, Message};
use crate::http::Headers;

/// Names of RFC 9421 section 3.3, and those that keys give themselves (RFC 7518 section 3.1, RFC 9864).
/// RSA keys are tried with both where none is named.
const ALGORITHMS: &[(&str, &[&str], Algorithm)] = &[
    ("hmac-sha256", &["HS256"], Algorithm::HmacSha256),
    ("ed25519", &["EdDSA", "Ed25519"], Algorithm::Ed25519),
    ("ecdsa-p256-sha256", &["ES256"], Algorithm::EcdsaP256),
    ("rsa-pss-sha512", &["PS512"], Algorithm::RsaPssSha512),
    ("rsa-v1_5-sha256", &["RS256"], Algorithm::RsaSha256),
];

/// Parameters of a signature (RFC 9421 section 2.3): the name, whether a value is of its type, and what
/// is wrong with one that is not. Others are not known, and what they demand cannot be kept.
const PARAMETERS: &[(&str, IsType, &str)] = &[
    ("created", is_integer, "has a created that is not an integer"),
    ("expires", is_integer, "has an expires that is not an integer"),
    ("keyid", is_text, "has a keyid that is not quoted text"),
    ("alg", is_text, "has an alg that is not quoted text"),
    ("nonce", is_text, "has a nonce that is not quoted text"),
    ("tag", is_text, "has a tag that is not quoted text"),
];

/// Whether a value is of a type.
type IsType = fn(&Bare) -> bool;

fn is_integer(value: &Bare) -> bool {
    matches!(value, Bare::Integer(_))
}

fn is_text(value: &Bare) -> bool {
    matches!(value, Bare::Text(_))
}

/// More signatures in one request than this are refused: each may cost a public-key operation.
const MOST: usize = 32;

/// What is signed when nothing else is asked for.
pub const USUAL_COMPONENTS: &[&str] =
    &["@method", "@authority", "@path", "@query", "content-type", "content-digest"];

/// One signature of a request, read but not checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    /// Its name in both headers.
    pub label: String,
    /// What it covers, in order.
    pub components: Vec<Item>,
    /// `created`, `expires`, `keyid`, `alg`, `nonce`, `tag`, in the order they came.
    pub parameters: Parameters,
    /// The signature itself.
    pub bytes: Vec<u8>,
}

impl Signature {
    /// Unix seconds among the parameters.
    pub fn number(&self, name: &str) -> Option<i64> {
        match self.parameters.get(name) {
            Some(Bare::Integer(number)) => Some(*number),
            _ => None,
        }
    }

    /// The id of the key that should have made it.
    pub fn key_id(&self) -> Option<&str> {
        self.parameters.text("keyid")
    }

    /// The bytes under the signature (RFC 9421 section 2.5).
    pub fn base(&self, message: &Message<'_>) -> Result<String, Reason> {
        let mut base = String::new();
        for (index, component) in self.components.iter().enumerate() {
            let before = &self.components[..index];
            if before.iter().any(|one| identifier::is_same(one, component)) {
                return Err(Reason::Component(component.to_string(), "is covered twice"));
            }
            let value = component::value(message, component)?;
            base.push_str(&format!("{component}: {value}\n"));
        }
        base.push_str(&format!("\"@signature-params\": {}", self.input()));
        Ok(base)
    }

    fn input(&self) -> Member {
        Member::List(self.components.clone(), self.parameters.clone())
    }

    /// Whether the types of its parameters are right.
    fn check_parameters(&self) -> Result<(), Reason> {
        for (name, value) in &self.parameters.0 {
            let wrong = match PARAMETERS.iter().find(|(known, ..)| known == name) {
                Some((_, is_right, _)) if is_right(value) => continue,
                Some((.., wrong)) => *wrong,
                None => "has a parameter that is not known (RFC 9421 section 2.3)",
            };
            return Err(Reason::Input(self.label.clone(), wrong));
        }
        Ok(())
    }
}

/// The ids of the keys that the signatures of a request name, as far as they can be read.
pub fn key_ids(headers: &[Line<'_>]) -> Vec<String> {
    let signatures = signatures(headers).unwrap_or_default();
    signatures.iter().filter_map(|one| one.key_id().map(str::to_owned)).collect()
}

/// The signatures that the headers carry, in the order of `Signature-Input`.
pub fn signatures(headers: &[Line<'_>]) -> Result<Vec<Signature>, Reason> {
    let inputs = dictionary(headers, "Signature-Input")?;
    let values = dictionary(headers, "Signature")?;
    if inputs.len() > MOST {
        return Err(Reason::TooMany(inputs.len()));
    }
    let mut found = Vec::new();
    for (label, input) in inputs {
        let Member::List(components, parameters) = input else {
            return Err(Reason::Input(label, "is not a list in parentheses"));
        };
        let value = values.iter().find(|(name, _)| *name == label).map(|(_, member)| member);
        match value {
            Some(Member::Item(Item { value: Bare::Bytes(bytes), .. })) => {
                let bytes = bytes.clone();
                let signature = Signature { label, components, parameters, bytes };
                signature.check_parameters()?;
                found.push(signature);
            }
            Some(_) => {
                return Err(Reason::Input(label, "has no bytes between colons in Signature"));
            }
            None => return Err(Reason::Input(label, "is not in Signature")),
        }
    }
    if found.is_empty() { Err(Reason::Missing("Signature-Input")) } else { Ok(found) }
}

fn dictionary(headers: &[Line<'_>], name: &'static str) -> Result<Dictionary, Reason> {
    let named = headers.iter().filter(|(one, _)| one.eq_ignore_ascii_case(name));
    let lines: Vec<&[u8]> = named.map(|(_, value)| *value).collect();
    if lines.is_empty() {
        return Err(Reason::Missing(name));
    }
    field::distinct(&lines.join(&b", "[..])).map_err(|malformed| Reason::Field(name, malformed))
}

/// The component of that name, without parameters.
pub fn component(name: &str) -> Item {
    Item { value: Bare::Text(name.to_owned()), parameters: Parameters::default() }
}

/// What to sign, and how to call it.
#[derive(Clone, Debug)]
pub struct Order {
    /// Name of the signature, a structured field key.
    pub label: String,
    /// The components to cover; those whose header is not there are left out.
    pub components: Vec<Item>,
    /// When it is signed, Unix seconds.
    pub created: i64,
    /// Name of the key, if it has one.
    pub key_id: Option<String>,
}

/// Name of the algorithm that [`sign`] takes for this key.
pub fn algorithm_name(key: &SigningKey) -> Option<&'static str> {
    algorithm_of(key).map(|(name, _)| name)
}

fn algorithm_of(key: &SigningKey) -> Option<(&'static str, Algorithm)> {
    let named = ALGORITHMS.iter().find(|(.., algorithm)| algorithm.kind() == key.kind());
    named.map(|(name, _, algorithm)| (*name, *algorithm))
}

/// The headers that sign the message: `Content-Digest` when it is to be covered and not there, then
/// `Signature-Input` and `Signature`. `Err` when a component cannot be had or the key does not fit.
pub fn sign(message: &Message<'_>, key: &SigningKey, order: &Order) -> Result<Headers, Reason> {
    let mut added = Headers::new();
    let is_asked = order.components.contains(&component(content_digest::NAME));
    let digest = (is_asked && message.all(content_digest::NAME).next().is_none())
        .then(|| content_digest::of(message.body));
    let mut headers = message.headers.to_vec();
    if let Some(digest) = &digest {
        headers.push(("Content-Digest", digest.as_bytes()));
        added.push("Content-Digest", digest.as_str());
    }
    let message = Message { headers: &headers, ..*message };
    let there = |component: &&Item| match &component.value {
        Bare::Text(name) => name.starts_with('@') || message.all(name).next().is_some(),
        _ => true,
    };
    let mut parameters = Parameters::default();
    parameters.set("created", Bare::Integer(order.created));
    if let Some(id) = &order.key_id {
        parameters.set("keyid", Bare::Text(id.clone()));
    }
    let (name, algorithm) = algorithm_of(key).ok_or(Reason::Missing("a key"))?;
    parameters.set("alg", Bare::Text(name.to_owned()));
    let mut signature = Signature {
        label: order.label.clone(),
        components: order.components.iter().filter(there).cloned().collect(),
        parameters,
        bytes: Vec::new(),
    };
    let base = signature.base(&message)?;
    signature.bytes = key.sign(algorithm, base.as_bytes()).ok_or(Reason::Missing("a key"))?;
    added.push("Signature-Input", format!("{}={}", order.label, signature.input()));
    added.push("Signature", format!("{}={}", order.label, Bare::Bytes(signature.bytes)));
    Ok(added)
}

#[cfg(test)]
mod strict_tests;
#[cfg(test)]
mod tests;
