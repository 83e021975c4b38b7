//! What may be a shared secret: bytes that both sides know, and nobody else.
//!
//! A public key, a certificate or a key set is known to everybody: as the secret of a MAC it lets
//! everybody sign (RFC 8725 section 2.1). A private key is no shared secret either: it signs with an
//! algorithm of its own, and its text given as a secret is a mistake. All of them are told by their form,
//! whatever the scheme.

use crate::der::{Reader, tag};
use crate::digest;
use crate::error::{Error, Kind, Result};
use crate::failure::Failure;
use crate::secret::Secret;

/// Kinds of OpenSSH keys (RFC 4253 section 6.6, RFC 5656, RFC 8709, and those of security keys).
const OPENSSH: &[&str] = &[
    "ssh-rsa",
    "ssh-dss",
    "ssh-ed25519",
    "ssh-ed448",
    "ecdsa-sha2-",
    "sk-ssh-ed25519",
    "sk-ecdsa-sha2-",
];

/// The most bytes that are looked at: no key is as long, and a secret may be.
const LONGEST: usize = 1 << 20;

/// Refuses what is no shared secret.
///
/// # Errors
/// `secret-empty` for nothing but blanks, `secret-malformed` for a key, a certificate or a key set.
pub(super) fn check(secret: &Secret) -> Result<()> {
    if secret.expose().trim_ascii().is_empty() {
        return Err(empty("the secret is empty"));
    }
    let Some(form) = document(secret.expose()) else { return Ok(()) };
    let message = format!("the secret is {form}, not a shared secret");
    Err(Error::new(Failure::SecretMalformed, message).kind(Kind::Usage).help(
        "anyone who has it could sign: a MAC needs its own secret. A public key, as PEM or JSON \
         Web Key Set, checks tokens and HTTP Message Signatures: give it with --jwks FILE",
    ))
}

/// A secret that is none.
pub(super) fn empty(message: &str) -> Error {
    Error::new(Failure::SecretEmpty, message)
        .help("anyone can sign with an empty key: check the variable or file it comes from")
}

/// What the bytes are, if they are a key, a certificate or a key set in a form of its own, perhaps in
/// base64 or hex.
fn document(bytes: &[u8]) -> Option<&'static str> {
    let bytes = bytes.get(..LONGEST).unwrap_or(bytes);
    plain(bytes).or_else(|| {
        let is_blank = |byte: &u8| byte.is_ascii_whitespace();
        let text = Secret::new(bytes.iter().copied().filter(|byte| !is_blank(byte)).collect());
        let text = std::str::from_utf8(text.expose()).ok()?;
        let decoded = [digest::unbase64(text), digest::unhex(text)];
        decoded.into_iter().flatten().map(Secret::new).find_map(|bytes| plain(bytes.expose()))
    })
}

fn plain(bytes: &[u8]) -> Option<&'static str> {
    if is_der(bytes) {
        return Some("a key or certificate in DER");
    }
    if is_openssh(bytes) {
        return Some("an OpenSSH key");
    }
    let text = std::str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}').trim_ascii();
    if text.contains("-----BEGIN ") || text.contains("---- BEGIN ") {
        return Some("a key or certificate in PEM");
    }
    if text.starts_with('{') && is_json_web_key(text) {
        return Some("a JSON Web Key or a set of them");
    }
    if text.starts_with("<RSAKeyValue") {
        return Some("an RSA key in XML");
    }
    text.lines().any(is_openssh_line).then_some("an OpenSSH key")
}

/// One SEQUENCE and nothing behind it, made of whole values, which begins as keys (version or modulus:
/// INTEGER), certificates and public keys (SEQUENCE) and PKCS#7 (OBJECT IDENTIFIER) do.
fn is_der(bytes: &[u8]) -> bool {
    let mut outer = Reader::new("DER", bytes);
    let Ok(mut inner) = outer.sequence("a SEQUENCE") else { return false };
    let mut tags = Vec::new();
    while let Ok(Some(value)) = inner.next("a value") {
        tags.push(value.tag);
    }
    let begins = [tag::INTEGER, tag::SEQUENCE, tag::OID];
    outer.is_empty()
        && inner.is_empty()
        && tags.len() > 1
        && tags.first().is_some_and(|first| begins.contains(first))
}

/// The bytes of an OpenSSH key: its kind behind its length (RFC 4253 section 6.6).
fn is_openssh(bytes: &[u8]) -> bool {
    let Some((length, rest)) = bytes.split_first_chunk::<4>() else { return false };
    let kind = usize::try_from(u32::from_be_bytes(*length)).ok().and_then(|end| rest.get(..end));
    kind.and_then(|kind| std::str::from_utf8(kind).ok()).is_some_and(is_openssh_kind)
}

/// A line of `authorized_keys`, `known_hosts` or a `.pub` file.
fn is_openssh_line(line: &str) -> bool {
    let words: Vec<&str> = line.split_ascii_whitespace().take(8).collect();
    words.windows(2).any(|pair| is_openssh_kind(pair[0]) && pair[1].starts_with("AAAA"))
}

fn is_openssh_kind(word: &str) -> bool {
    OPENSSH.iter().any(|kind| word.starts_with(kind))
}

/// A JSON Web Key, a set of them, or one of keys by name, with more or less care in its making.
fn is_json_web_key(text: &str) -> bool {
    let value: serde_json::Result<serde_json::Value> = serde_json::from_str(text);
    let Ok(serde_json::Value::Object(object)) = value else { return false };
    object.contains_key("kty") || object.get("keys").is_some_and(serde_json::Value::is_array)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::encoding::AsDer;
    use aws_lc_rs::rsa::{KeyPair, KeySize};
    use aws_lc_rs::signature::KeyPair as _;

    use super::*;

    const ED25519: &str = "MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=";

    fn code(bytes: &[u8]) -> Option<Failure> {
        check(&Secret::new(bytes.to_vec())).err().map(|error| error.code)
    }

    #[test]
    fn what_everybody_may_know_is_no_secret() {
        let der = digest::unbase64(ED25519).unwrap();
        let rsa = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let pkcs1 = rsa.public_key().as_ref().to_vec();
        let spki: aws_lc_rs::encoding::PublicKeyX509Der<'_> = rsa.public_key().as_der().unwrap();
        let json = r#"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}"#;
        let ssh = "AAAAC3NzaC1lZDI1NTE5AAAAICa0C4+T//PYlxEvfrxYKyMtvXJRfQgv6Dz7MN3OQ9G7";
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{ED25519}\n-----END PUBLIC KEY-----\n");
        for bytes in [
            der.clone(),
            ED25519.into(),
            digest::base64url(&der).into(),
            digest::hex(&der).into(),
            format!("{}\n{}\n", &ED25519[..30], &ED25519[30..]).into(),
            pem.clone().into(),
            digest::base64(pem.as_bytes()).into(),
            pkcs1,
            spki.as_ref().to_vec(),
            digest::base64(spki.as_ref()).into(),
            json.into(),
            format!("\u{feff} {json}\n").into(),
            digest::base64(json.as_bytes()).into(),
            r#"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#.into(),
            r#"{"g1":"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}"#.into(),
            format!("ssh-ed25519 {ssh} me@host").into(),
            format!("# keys\nno-pty,command=\"x\" ssh-ed25519 {ssh}\n").into(),
            format!("host.example ssh-ed25519 {ssh}").into(),
            ssh.into(),
            "ecdsa-sha2-nistp256 AAAAE2VjZHNh".into(),
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----".into(),
            "---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n".into(),
            "<RSAKeyValue><Modulus>AQ==</Modulus></RSAKeyValue>".into(),
        ] {
            let shown = String::from_utf8_lossy(&bytes).into_owned();
            assert_eq!(code(&bytes), Some(Failure::SecretMalformed), "{shown}");
        }
    }

    #[test]
    fn secrets_are_secrets() {
        for bytes in [
            &b"s3cret"[..],
            b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            b"{\"not\":\"a key\"}",
            b"0123456789abcdef0123456789abcdef",
            b"024567890123456789012345678901234567890123456789012345",
            b"0\x06\x02\x01\x05\x04\x01", // one byte short
            &[0xff; 64],
            &[0; 32],
            b"ssh-rsa is what I call my secret",
        ] {
            assert_eq!(code(bytes), None, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn nothing_is_never_a_secret() {
        for bytes in [&b""[..], b" ", b"\r\n\t"] {
            assert_eq!(code(bytes), Some(Failure::SecretEmpty));
        }
    }
}
