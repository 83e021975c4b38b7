//! Whole files that are encoded once more, and files that are something else altogether.

use crate::digest;
use crate::error::Error;

/// First bytes of files that people hand over by mistake.
const OTHERS: [(&[u8], &str); 14] = [
    (b"PK\x03\x04", "a ZIP archive; unpack it first"),
    (b"\x1f\x8b", "gzip-compressed; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it first"),
    (b"%PDF", "a PDF document"),
    (b"<", "XML or HTML; was an error page saved in its place?"),
    (b"{", "JSON"),
    (b"\x7fELF", "a program"),
    (b"ssh-", "an SSH public key, not a certificate"),
    (b"ecdsa-sha2-", "an SSH public key, not a certificate"),
    (b"---- BEGIN SSH2", "an SSH public key, not a certificate"),
    (b"PuTTY-User-Key-File", "a PuTTY key; export it with puttygen"),
    (b"SSH PRIVATE KEY FILE", "an old SSH key"),
    (b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5", "a KeePass database"),
    (b"SQLite format 3\0", "an SQLite database; is it NSS's cert9.db? export with pk12util"),
];

/// Base64 of DER is longer than this.
const SHORTEST: usize = 64;

/// The bytes inside, and what was said about the outside.
pub(super) fn remove(bytes: &[u8]) -> Option<(Vec<u8>, &'static str)> {
    if let Some(text) = utf16(bytes) {
        return Some((
            text.into_bytes(),
            "UTF-16 text, as PowerShell's `>` writes; most other tools cannot read that",
        ));
    }
    // Base64 is ASCII: this looks at the first wrong byte and no further.
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=-_\r\n\t ".contains(byte);
    if bytes.len() < SHORTEST || !bytes.iter().all(is_base64) {
        return None;
    }
    let text: String =
        bytes.split(u8::is_ascii_whitespace).flatten().map(|it| char::from(*it)).collect();
    Some((digest::unbase64(&text)?, "base64 of the file itself; decode it for other tools"))
}

/// Text of two octets a character, by its byte-order mark or by the zeros between ASCII.
fn utf16(bytes: &[u8]) -> Option<String> {
    let little = match bytes {
        [0xff, 0xfe, ..] | [b'-', 0, b'-', 0, ..] => true,
        [0xfe, 0xff, ..] | [0, b'-', 0, b'-', ..] => false,
        _ => return None,
    };
    let unit = |pair: &[u8; 2]| {
        if little { u16::from_le_bytes(*pair) } else { u16::from_be_bytes(*pair) }
    };
    let characters = char::decode_utf16(bytes.as_chunks::<2>().0.iter().map(unit));
    Some(characters.map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

/// What a file that is no keystore is instead.
pub(super) fn unrecognised(bytes: &[u8]) -> Error {
    let text = bytes.trim_ascii_start();
    if text.is_empty() {
        let what = if bytes.is_empty() { "the file is empty" } else { "the file is blank" };
        return Error::input("unrecognised", what);
    }
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    match OTHERS.iter().find(|(start, _)| text.starts_with(start)) {
        Some((_, what)) => Error::input("unrecognised", format!("no certificate or key: {what}")),
        None => Error::input("unrecognised", "no certificate or key of a known format").help(
            "PEM, DER, PKCS#7, PKCS#12, JKS, JCEKS and BKS are known, whatever the file is called",
        ),
    }
}
