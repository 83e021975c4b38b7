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
pub mod field;
mod reason;
mod target;

pub use reason::Reason;
pub use target::Message;

use field::{Bare, Dictionary, Item, Member, Parameters};

use super::key::{Algorithm, Kind, SigningKey, VerifyingKey};
use crate::http::Headers;

/// Names of RFC 9421 section 3.3. RSA keys are tried with both where none is named.
const ALGORITHMS: &[(&str, Algorithm)] = &[
    ("hmac-sha256", Algorithm::HmacSha256),
    ("ed25519", Algorithm::Ed25519),
    ("ecdsa-p256-sha256", Algorithm::EcdsaP256),
    ("rsa-pss-sha512", Algorithm::RsaPssSha512),
    ("rsa-v1_5-sha256", Algorithm::RsaSha256),
];

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
    /// A number among the parameters.
    pub fn number(&self, name: &str) -> Option<i64> {
        match self.parameters.get(name) {
            Some(Bare::Integer(number) | Bare::Date(number)) => Some(*number),
            _ => None,
        }
    }

    /// Whether a component of that name is covered.
    pub fn covers(&self, name: &str) -> bool {
        self.components.iter().any(|item| matches!(&item.value, Bare::Text(text) if text == name))
    }

    /// The bytes under the signature (RFC 9421 section 2.5).
    pub fn base(&self, message: &Message) -> Result<String, Reason> {
        let mut base = String::new();
        for (index, component) in self.components.iter().enumerate() {
            if self.components[..index].contains(component) {
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

    fn algorithms(&self, kind: Kind) -> Result<Vec<Algorithm>, Reason> {
        let Some(named) = self.parameters.text("alg") else {
            let fitting = ALGORITHMS.iter().filter(|(_, algorithm)| algorithm.kind() == kind);
            return Ok(fitting.map(|(_, algorithm)| *algorithm).collect());
        };
        match ALGORITHMS.iter().find(|(name, _)| *name == named) {
            None => Err(Reason::AlgorithmUnsupported(named.to_owned())),
            Some((_, algorithm)) if algorithm.kind() != kind => {
                Err(Reason::AlgorithmMismatch { named: named.to_owned(), kind })
            }
            Some((_, algorithm)) => Ok(vec![*algorithm]),
        }
    }
}

/// The signatures that the headers carry, in the order of `Signature-Input`.
pub fn signatures(headers: &Headers) -> Result<Vec<Signature>, Reason> {
    let inputs = dictionary(headers, "Signature-Input")?;
    let values = dictionary(headers, "Signature")?;
    if inputs.len() > MOST {
        return Err(Reason::TooMany(inputs.len()));
    }
    let mut found = Vec::new();
    for (label, input) in inputs {
        let Member::List(components, parameters) = input else {
            return Err(Reason::Input(label, "is no list in parentheses"));
        };
        let value = values.iter().find(|(name, _)| *name == label).map(|(_, member)| member);
        match value {
            Some(Member::Item(Item { value: Bare::Bytes(bytes), .. })) => {
                found.push(Signature { label, components, parameters, bytes: bytes.clone() });
            }
            Some(_) => {
                return Err(Reason::Input(label, "has no bytes between colons in Signature"));
            }
            None => return Err(Reason::Input(label, "is not in Signature")),
        }
    }
    if found.is_empty() { Err(Reason::Missing("Signature-Input")) } else { Ok(found) }
}

fn dictionary(headers: &Headers, name: &'static str) -> Result<Dictionary, Reason> {
    let lines: Vec<&[u8]> = headers.all(name).collect();
    if lines.is_empty() {
        return Err(Reason::Missing(name));
    }
    field::dictionary(&lines.join(&b", "[..])).map_err(|malformed| Reason::Field(name, malformed))
}

/// What is asked of a signature beside being right.
#[derive(Clone, Debug, Default)]
pub struct Expectations {
    /// How far `created` may be from now, in seconds, both ways; any when `None`.
    pub tolerance: Option<i64>,
    /// Only signatures with this label.
    pub label: Option<String>,
}

/// A signature that is right.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified {
    /// The signature.
    pub signature: Signature,
    /// Which of the keys made it.
    pub key: usize,
    /// Under which algorithm.
    pub algorithm: &'static str,
    /// Whether the body is covered: by a Content-Digest that is signed and right.
    pub covers_body: bool,
}

/// The first signature of the message that is right under one of the keys at `now` (Unix seconds), or
/// why the last one is not.
pub fn verify(
    message: &Message,
    keys: &[VerifyingKey],
    expected: &Expectations,
    now: i64,
) -> Result<Verified, Reason> {
    let wanted = |signature: &Signature| {
        expected.label.as_ref().is_none_or(|label| *label == signature.label)
    };
    let mut refused = Reason::Missing("Signature-Input");
    for signature in signatures(&message.request.headers)?.into_iter().filter(wanted) {
        match check(message, &signature, keys, expected, now) {
            Ok((key, algorithm, covers_body)) => {
                return Ok(Verified { signature, key, algorithm, covers_body });
            }
            Err(reason) => refused = reason,
        }
    }
    Err(refused)
}

fn check(
    message: &Message,
    signature: &Signature,
    keys: &[VerifyingKey],
    expected: &Expectations,
    now: i64,
) -> Result<(usize, &'static str, bool), Reason> {
    let base = signature.base(message)?;
    let mut refused = Reason::Mismatch { label: signature.label.clone() };
    let mut found = None;
    for (index, key) in keys.iter().enumerate() {
        match signature.algorithms(key.kind()) {
            Ok(algorithms) => {
                let right = |algorithm: &Algorithm| {
                    key.verifies(*algorithm, base.as_bytes(), &signature.bytes)
                };
                if let Some(algorithm) = algorithms.into_iter().find(right) {
                    found = Some((index, algorithm));
                    break;
                }
            }
            Err(reason) if keys.len() == 1 => refused = reason,
            Err(_) => {}
        }
    }
    let Some((key, algorithm)) = found else { return Err(refused) };
    let name = ALGORITHMS.iter().find(|(_, known)| *known == algorithm).map(|(name, _)| *name);
    check_time(signature, expected, now)?;
    let covers_body = signature.covers("content-digest");
    if covers_body {
        content_digest::check(&message.request.headers, &message.request.body)?;
    }
    Ok((key, name.unwrap_or_default(), covers_body))
}

fn check_time(signature: &Signature, expected: &Expectations, now: i64) -> Result<(), Reason> {
    let age = signature.number("created").map(|created| now.saturating_sub(created));
    if let (Some(tolerance), Some(age)) = (expected.tolerance, age) {
        if age > tolerance {
            return Err(Reason::Stale { age, tolerance });
        }
        if age < -tolerance {
            return Err(Reason::InFuture { seconds: -age, tolerance });
        }
    }
    match signature.number("expires") {
        Some(end) if end <= now => Err(Reason::Expired { seconds: now.saturating_sub(end) }),
        _ => Ok(()),
    }
}

/// What to sign, and how to call it.
#[derive(Clone, Debug)]
pub struct Order {
    /// Name of the signature, a structured field key.
    pub label: String,
    /// Names of the components to cover; those whose header is not there are left out.
    pub components: Vec<String>,
    /// When it is signed, Unix seconds.
    pub created: i64,
    /// Name of the key, if it has one.
    pub key_id: Option<String>,
}

/// The headers that sign the message: `Content-Digest` when it is to be covered and not there, then
/// `Signature-Input` and `Signature`. `Err` when a component cannot be had or the key does not fit.
pub fn sign(message: &Message, key: &SigningKey, order: &Order) -> Result<Headers, Reason> {
    let mut added = Headers::new();
    let mut request = message.request.clone();
    let asks = |name: &str| order.components.iter().any(|component| component == name);
    if asks("content-digest") && request.headers.get("content-digest").is_none() {
        let digest = content_digest::of(&request.body);
        request.headers.push("Content-Digest", digest.clone());
        added.push("Content-Digest", digest);
    }
    let there = |name: &&String| name.starts_with('@') || request.headers.get(name).is_some();
    let component =
        |name: &String| Item { value: Bare::Text(name.clone()), parameters: Parameters::default() };
    let mut parameters = Parameters::default();
    parameters.set("created", Bare::Integer(order.created));
    if let Some(id) = &order.key_id {
        parameters.set("keyid", Bare::Text(id.clone()));
    }
    let named = ALGORITHMS.iter().find(|(_, algorithm)| algorithm.kind() == key.kind());
    let (name, algorithm) = named.ok_or(Reason::Missing("a key"))?;
    parameters.set("alg", Bare::Text((*name).to_owned()));
    let mut signature = Signature {
        label: order.label.clone(),
        components: order.components.iter().filter(there).map(component).collect(),
        parameters,
        bytes: Vec::new(),
    };
    let base = signature.base(&Message { request: &request, url: message.url })?;
    signature.bytes = key.sign(*algorithm, base.as_bytes()).ok_or(Reason::Missing("a key"))?;
    added.push("Signature-Input", format!("{}={}", order.label, signature.input()));
    added.push("Signature", format!("{}={}", order.label, Bare::Bytes(signature.bytes)));
    Ok(added)
}

#[cfg(test)]
mod tests;
