//! Changes of the secret: another form of the key, or text that came with it.

use super::cause::{Advice, BASE64_KEY, HEX_KEY, Hint, TEXT_KEY, TRIMMED};
use crate::digest;
use crate::http::percent;

/// One change of the secret.
pub struct Row {
    /// Its words.
    pub advice: Advice,
    /// The changed secret; `None` where it does not apply.
    pub apply: fn(&[u8]) -> Option<Vec<u8>>,
    /// Whether the result is the key itself; else the scheme makes the key of it.
    pub is_key: bool,
}

const fn text(
    name: &'static str,
    message: &'static str,
    why: &'static str,
    help: &'static str,
    apply: fn(&[u8]) -> Option<Vec<u8>>,
) -> Row {
    Row { advice: Advice { name, message, why, help, code: TRIMMED }, apply, is_key: false }
}

const fn key(
    name: &'static str,
    message: &'static str,
    why: &'static str,
    code: &'static [Hint],
    apply: fn(&[u8]) -> Option<Vec<u8>>,
) -> Row {
    let help = "derive the key like this in your receiver; in your own scheme, set `secret = ...`";
    Row { advice: Advice { name, message, why, help, code }, apply, is_key: true }
}

/// All changes, in the order they are tried.
pub const ROWS: &[Row] = &[
    text(
        "secret-newline-removed",
        "remove the line end after the secret",
        "an editor or echo added it to the secret",
        "store it without: printf %s \"$SECRET\" > FILE",
        |secret| cut(secret, secret.trim_ascii_end_matches(b"\r\n")),
    ),
    text(
        "secret-trimmed",
        "remove the spaces around the secret",
        "they were copied along with the secret",
        "store the secret without spaces around it",
        |secret| cut(secret, secret.trim_ascii()),
    ),
    text(
        "secret-newline-added",
        "add a line feed to the secret",
        "the sender's copy ends with a line feed: it was saved with an editor or echo",
        "set the secret again at the sender, without the line feed",
        |secret| Some([secret, b"\n"].concat()),
    ),
    text(
        "secret-crlf-added",
        "add CR and LF to the secret",
        "the sender's copy ends with a Windows line ending",
        "set the secret again at the sender, without the line end",
        |secret| Some([secret, b"\r\n"].concat()),
    ),
    text(
        "secret-unquoted",
        "remove the quotes around the secret",
        "they come from a .env or YAML file whose parser kept them",
        "store the secret without quotes",
        unquoted,
    ),
    text(
        "secret-quoted",
        "put double quotes around the secret",
        "the sender's copy has the quotes of a .env or YAML file",
        "set the secret again at the sender, without quotes",
        |secret| Some([b"\"", secret, b"\""].concat()),
    ),
    text(
        "secret-byte-order-mark-removed",
        "remove the byte order mark before the secret",
        "a Windows editor added it to the file",
        "store the secret as UTF-8 without a byte order mark",
        |secret| secret.strip_prefix(b"\xef\xbb\xbf").map(<[u8]>::to_vec),
    ),
    text(
        "secret-percent-decoded",
        "decode the %XX of the secret",
        "it was copied out of a URL or a form",
        "store the decoded secret",
        |secret| changed(secret, percent::decode(secret, false)),
    ),
    text(
        "secret-lower-case",
        "use the secret in lower case",
        "the sender keeps it in lower case",
        "store the secret in lower case",
        |secret| changed(secret, secret.to_ascii_lowercase()),
    ),
    text(
        "secret-upper-case",
        "use the secret in upper case",
        "the sender keeps it in upper case",
        "store the secret in upper case",
        |secret| changed(secret, secret.to_ascii_uppercase()),
    ),
    text(
        "secret-whsec-added",
        "put whsec_ before the secret",
        "it is part of the secret, and was cut off when it was copied",
        "store the secret in full, as the sender's console shows it",
        |secret| with_prefix(b"whsec_", secret),
    ),
    text(
        "secret-shpss-added",
        "put shpss_ before the secret",
        "it is part of the secret, and was cut off when it was copied",
        "store the secret in full, as the sender's console shows it",
        |secret| with_prefix(b"shpss_", secret),
    ),
    key(
        "secret-as-text",
        "use the whole text of the secret as the key",
        "it looks encoded, but the sender does not decode it",
        TEXT_KEY,
        |secret| Some(secret.trim_ascii().to_vec()),
    ),
    key(
        "secret-prefix-cut",
        "use the secret without its prefix",
        "what comes before the last underscore only says what kind of secret it is",
        TEXT_KEY,
        |secret| Some(without_prefix(secret)?.to_vec()),
    ),
    key(
        "secret-prefix-cut-base64-decoded",
        "remove the prefix of the secret and decode the rest as base64",
        "the key is the decoded base64, as in Standard Webhooks",
        BASE64_KEY,
        |secret| unbase64(without_prefix(secret)?),
    ),
    key(
        "secret-base64-decoded",
        "decode the secret as base64",
        "the key is the decoded base64",
        BASE64_KEY,
        unbase64,
    ),
    key(
        "secret-hex-decoded",
        "decode the secret as hex",
        "the key is the decoded hex",
        HEX_KEY,
        unhex,
    ),
    key(
        "secret-prefix-cut-hex-decoded",
        "remove the prefix of the secret and decode the rest as hex",
        "the key is the decoded hex",
        HEX_KEY,
        |secret| unhex(without_prefix(secret)?),
    ),
    key(
        "secret-sha256",
        "use the SHA-256 of the secret as the key",
        "the sender hashes the secret first",
        &[("Python", "hashlib.sha256(secret.encode()).digest()")],
        |secret| Some(digest::sha256(secret.trim_ascii()).to_vec()),
    ),
    key(
        "secret-sha256-hex",
        "use the SHA-256 of the secret, in hex, as the key",
        "the sender hashes the secret first and keeps the hex",
        &[("Python", "hashlib.sha256(secret.encode()).hexdigest().encode()")],
        |secret| Some(digest::hex(&digest::sha256(secret.trim_ascii())).into_bytes()),
    ),
    key(
        "secret-base64-encoded",
        "encode the secret as base64",
        "the sender's key is the base64 text of it",
        &[("Python", "base64.b64encode(secret)")],
        |secret| Some(digest::base64(secret.trim_ascii()).into_bytes()),
    ),
    key(
        "secret-hex-encoded",
        "encode the secret as hex",
        "the sender's key is the hex text of it",
        &[("Python", "secret.hex().encode()")],
        |secret| Some(digest::hex(secret.trim_ascii()).into_bytes()),
    ),
    key(
        "secret-empty",
        "use an empty key",
        "the sender has no secret set but signs anyway: anyone could",
        &[],
        |_| Some(Vec::new()),
    ),
];

fn with_prefix(prefix: &[u8], secret: &[u8]) -> Option<Vec<u8>> {
    let secret = secret.trim_ascii();
    (!secret.starts_with(prefix)).then(|| [prefix, secret].concat())
}

fn changed(before: &[u8], after: Vec<u8>) -> Option<Vec<u8>> {
    (after != before).then_some(after)
}

fn cut(before: &[u8], after: &[u8]) -> Option<Vec<u8>> {
    (after.len() < before.len()).then(|| after.to_vec())
}

fn unquoted(secret: &[u8]) -> Option<Vec<u8>> {
    match secret.trim_ascii() {
        [first @ (b'"' | b'\'' | b'`'), inner @ .., last] if first == last => Some(inner.to_vec()),
        _ => None,
    }
}

/// What stands after `whsec_`, `v1,whsec_`, `sk_live_`: the last underscore among the first 16 bytes.
fn without_prefix(secret: &[u8]) -> Option<&[u8]> {
    let secret = secret.trim_ascii();
    let head = secret.get(..secret.len().min(16))?;
    let end = head.iter().rposition(|byte| *byte == b'_')?;
    secret.get(end + 1..).filter(|rest| !rest.is_empty())
}

fn ascii(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes.trim_ascii()).ok().filter(|text| !text.is_empty())
}

fn unbase64(secret: &[u8]) -> Option<Vec<u8>> {
    digest::unbase64(ascii(secret)?)
}

fn unhex(secret: &[u8]) -> Option<Vec<u8>> {
    digest::unhex(ascii(secret)?)
}

/// Cuts bytes from the end of a slice.
trait CutEnd {
    fn trim_ascii_end_matches(&self, bytes: &[u8]) -> &[u8];
}

impl CutEnd for [u8] {
    fn trim_ascii_end_matches(&self, bytes: &[u8]) -> &[u8] {
        let end = self.iter().rposition(|byte| !bytes.contains(byte)).map_or(0, |last| last + 1);
        &self[..end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(name: &str, secret: &[u8]) -> Option<Vec<u8>> {
        let row = ROWS.iter().find(|row| row.advice.name == name).unwrap();
        (row.apply)(secret)
    }

    #[test]
    fn each_row_changes_what_it_says() {
        for (name, secret, expected) in [
            ("secret-newline-removed", "k\r\n", "k"),
            ("secret-trimmed", " k\t", "k"),
            ("secret-newline-added", "k", "k\n"),
            ("secret-crlf-added", "k", "k\r\n"),
            ("secret-unquoted", "'k'\n", "k"),
            ("secret-quoted", "k", "\"k\""),
            ("secret-byte-order-mark-removed", "\u{feff}k", "k"),
            ("secret-percent-decoded", "a%2Fb+", "a/b+"),
            ("secret-lower-case", "aB", "ab"),
            ("secret-upper-case", "aB", "AB"),
            ("secret-whsec-added", "aGk=\n", "whsec_aGk="),
            ("secret-shpss-added", "0a1b", "shpss_0a1b"),
            ("secret-as-text", "whsec_aGk=\n", "whsec_aGk="),
            ("secret-prefix-cut", "whsec_aGk=", "aGk="),
            ("secret-prefix-cut-base64-decoded", "v1,whsec_aGk=", "hi"),
            ("secret-base64-decoded", "aGk", "hi"),
            ("secret-hex-decoded", "6869", "hi"),
            ("secret-prefix-cut-hex-decoded", "key_6869", "hi"),
            ("secret-base64-encoded", "hi", "aGk="),
            ("secret-hex-encoded", "hi", "6869"),
            ("secret-empty", "hi", ""),
            (
                "secret-sha256-hex",
                "abc",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            ),
        ] {
            assert_eq!(apply(name, secret.as_bytes()).unwrap(), expected.as_bytes(), "{name}");
        }
        assert_eq!(apply("secret-sha256", b"abc").unwrap(), digest::sha256(b"abc"));
        assert_eq!(apply("secret-trimmed", b"k"), None);
        assert_eq!(apply("secret-prefix-cut", b"k"), None);
        assert_eq!(apply("secret-unquoted", b"\"k'"), None);
    }
}
