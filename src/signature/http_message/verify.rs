//! Whether a signature of a request is right, by which key, and over enough of it.

use super::coverage::{Required, Shortcoming, shortcomings};
use super::{ALGORITHMS, Reason, Signature, content_digest, signatures};
use crate::signature::key::Algorithm;
use crate::signature::key_set::KeySet;
use crate::signature::message::Message;

/// How far `created` may be from now, in seconds, unless told otherwise.
pub const TOLERANCE: i64 = 300;

/// What is asked of a signature beside being right.
#[derive(Clone, Debug, Default)]
pub struct Expectations {
    /// How far `created` may be from now, in seconds, both ways, where that was asked for: then it must
    /// be there, too. [`TOLERANCE`] when `None`.
    pub tolerance: Option<i64>,
    /// Only signatures with this label.
    pub label: Option<String>,
    /// Components that must be covered, whatever else is.
    pub required: Vec<Required>,
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
    /// Whether the body is covered: by a digest in Content-Digest that is signed, and was computed here.
    pub covers_body: bool,
    /// What it does not say although it is right.
    pub shortcomings: Vec<Shortcoming>,
}

/// The signature of the message that is right under one of the keys at `now` (Unix seconds) and says
/// most, the first of several; or why the last one is not right.
pub fn verify(
    message: &Message<'_>,
    keys: &KeySet,
    expected: &Expectations,
    now: i64,
) -> Result<Verified, Reason> {
    let wanted = |signature: &Signature| {
        expected.label.as_ref().is_none_or(|label| *label == signature.label)
    };
    let mut refused = Reason::Missing("Signature-Input");
    let mut right: Option<Verified> = None;
    for signature in signatures(message.headers)?.into_iter().filter(wanted) {
        match check(message, signature, keys, expected, now) {
            Ok(verified) if verified.shortcomings.is_empty() => return Ok(verified),
            Ok(verified) => {
                let lacks = |one: &Verified| one.shortcomings.len();
                if right.as_ref().is_none_or(|best| lacks(&verified) < lacks(best)) {
                    right = Some(verified);
                }
            }
            Err(reason) => refused = reason,
        }
    }
    right.ok_or(refused)
}

fn check(
    message: &Message<'_>,
    signature: Signature,
    keys: &KeySet,
    expected: &Expectations,
    now: i64,
) -> Result<Verified, Reason> {
    let base = signature.base(message)?;
    let (key, algorithm) = maker(&signature, keys, base.as_bytes())?;
    check_time(&signature, expected, now)?;
    let covers_body = content_digest::covers(&signature.components, message)?;
    let has_body = !message.body.is_empty();
    let shortcomings = shortcomings(&signature, expected, covers_body, has_body);
    Ok(Verified { signature, key, algorithm, covers_body, shortcomings })
}

/// The key that made the signature over `base`, among those that it may be by, and the algorithm.
fn maker(
    signature: &Signature,
    keys: &KeySet,
    base: &[u8],
) -> Result<(usize, &'static str), Reason> {
    let named = signature.parameters.text("alg");
    let is_named = |name: &str| named.is_none_or(|named| named == name);
    let rows: Vec<_> = ALGORITHMS.iter().filter(|(name, ..)| is_named(name)).collect();
    if rows.is_empty() {
        return Err(Reason::AlgorithmUnsupported(named.unwrap_or_default().to_owned()));
    }
    let candidates = keys.of_id(signature.key_id())?;
    let mut refused = match (candidates.first(), named) {
        (Some((_, key)), Some(named)) => {
            Reason::AlgorithmMismatch { named: named.to_owned(), kind: key.key.kind() }
        }
        _ => Reason::Mismatch { label: signature.label.clone() },
    };
    for (index, key) in candidates {
        let serves = |name: &'static str, own: &[&str], algorithm: Algorithm| {
            own.iter().chain([&name]).any(|name| key.serves(&[*name], algorithm))
        };
        for (name, own, algorithm) in &rows {
            if !serves(name, own, *algorithm) {
                continue;
            }
            if key.key.verifies(*algorithm, base, &signature.bytes) {
                return Ok((index, *name));
            }
            refused = Reason::Mismatch { label: signature.label.clone() };
        }
    }
    Err(refused)
}

fn check_time(signature: &Signature, expected: &Expectations, now: i64) -> Result<(), Reason> {
    let tolerance = expected.tolerance.unwrap_or(TOLERANCE);
    if let Some(age) = signature.number("created").map(|created| now.saturating_sub(created)) {
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
