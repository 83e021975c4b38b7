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
        text = &text[prefixed(text, prefix.as_bytes())..];
    }
    let decoded = |decode: fn(&str) -> Option<Vec<u8>>| {
        let text = std::str::from_utf8(text).ok().map(str::trim);
        text.and_then(decode).ok_or_else(|| undecodable(scheme))
    };
    let key = match scheme.secret {
        SecretForm::Utf8 | SecretForm::Pem => text.to_vec(),
        SecretForm::Base64 | SecretForm::Spki => decoded(digest::unbase64)?,
        SecretForm::Hex => decoded(digest::unhex)?,
        SecretForm::Sha1 => digest::sha1(text).to_vec(),
        SecretForm::Sha256 => digest::sha256(text).to_vec(),
        SecretForm::Basic => basic(text),
    };
    if key.is_empty() || text.is_empty() {
        return Err(empty("nothing is left of the secret once it is decoded"));
    }
    Ok(Secret::new(key))
}

/// How many bytes at the front are `prefix`, in which `*` stands for letters and digits.
fn prefixed(text: &[u8], prefix: &[u8]) -> usize {
    let mut rest = text;
    let mut parts = prefix.split(|byte| *byte == b'*');
    let first = parts.next().unwrap_or_default();
    let Some(after) = rest.strip_prefix(first) else { return 0 };
    rest = after;
    for part in parts {
        let word = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let Some(after) = rest[word..].strip_prefix(part).filter(|_| word > 0) else { return 0 };
        rest = after;
    }
    text.len() - rest.len()
}

/// Name and password as they travel (RFC 7617): base64, which they may be already.
fn basic(text: &[u8]) -> Vec<u8> {
    let text = text.trim_ascii();
    let is_pair = |bytes: &[u8]| bytes.contains(&b':');
    let decoded = std::str::from_utf8(text).ok().and_then(digest::unbase64);
    match decoded.map(Secret::new) {
        Some(pair) if !is_pair(text) && is_pair(pair.expose()) => text.to_vec(),
        _ => digest::base64(text).into_bytes(),
    }
}

fn undecodable(scheme: &Scheme) -> Error {
    let (name, form) = (&scheme.name, scheme.secret);
    Error::new(
        Failure::SecretMalformed,
        format!("the secret is not {form}, as scheme {name} requires"),
    )
    .help("copy it again from the sender's console, in full and without quotes")
}

#[cfg(test)]
mod tests {
    use super::super::loader::built_in;
    use super::*;

    fn key(scheme: &Scheme, text: &str) -> String {
        let key = key_bytes(scheme, &Secret::new(text.into())).unwrap();
        String::from_utf8(key.expose().to_vec()).unwrap()
    }

    #[test]
    fn a_prefix_may_have_a_word_in_it() {
        let mut scheme = built_in("github").unwrap();
        scheme.secret_prefix = Some("signkey-*-".to_owned());
        for (text, expected) in [
            ("signkey-test-0a1b", "0a1b"),
            ("signkey-prod-signkey-x-1", "signkey-x-1"),
            ("signkey--0a1b", "signkey--0a1b"),
            ("signkey-test", "signkey-test"),
            ("other", "other"),
        ] {
            assert_eq!(key(&scheme, text), expected);
        }
    }

    #[test]
    fn name_and_password_travel_as_base64_whichever_is_given() {
        let scheme = built_in("postmark").unwrap();
        for text in ["user:pass", "dXNlcjpwYXNz", "user:pass\n"] {
            assert_eq!(key(&scheme, text), "dXNlcjpwYXNz");
        }
        assert_eq!(key(&scheme, "dXNlcg=="), "ZFhObGNnPT0=", "no pair: taken as it is");
    }
}
