//! From the text of a secret to the bytes of its key, as the scheme says.

use super::scheme::{Scheme, SecretForm};
use super::shared::empty;
use crate::digest;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::secret::Secret;

/// The bytes of the key that the text of a secret stands for. A final newline is not part of a
/// secret that is base64 or hex.
pub fn key_bytes(scheme: &Scheme, secret: &Secret) -> Result<Secret> {
    let mut text = secret.expose();
    if let Some(prefix) = &scheme.secret_prefix {
        text = text.strip_prefix(prefix.as_bytes()).unwrap_or(text);
    }
    let decoded = |decode: fn(&str) -> Option<Vec<u8>>| {
        let text = std::str::from_utf8(text).ok().map(str::trim);
        text.and_then(decode).ok_or_else(|| undecodable(scheme))
    };
    let key = match scheme.secret {
        SecretForm::Utf8 | SecretForm::Pem => text.to_vec(),
        SecretForm::Base64 | SecretForm::Spki => decoded(digest::unbase64)?,
        SecretForm::Hex => decoded(digest::unhex)?,
        SecretForm::Sha256 => digest::sha256(text).to_vec(),
    };
    if key.is_empty() || text.is_empty() {
        return Err(empty("nothing is left of the secret once it is decoded"));
    }
    Ok(Secret::new(key))
}

fn undecodable(scheme: &Scheme) -> Error {
    let (name, form) = (&scheme.name, scheme.secret);
    Error::new(
        Failure::SecretMalformed,
        format!("the secret is not {form}, as scheme {name} wants it"),
    )
    .help("copy it again from the sender's console, whole and without quotes")
}
