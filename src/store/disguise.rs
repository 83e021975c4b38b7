//! Whole files that are encoded once more, and files that are something else altogether.

use memchr::memmem;

use super::pem::mend::mend;
use super::{Irregularity, foreign};
use crate::der::{Reader, tag};
use crate::digest;
use crate::error::Error;
use crate::failure::Failure;

/// First bytes of files that people hand over by mistake.
const OTHERS: [(&[u8], &str); 13] = [
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
    (b"SSH PRIVATE KEY FILE", "an old SSH key"),
    (b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5", "a KeePass database"),
    (b"SQLite format 3\0", "an SQLite database; is it NSS's cert9.db? export with pk12util"),
];

/// Base64 of DER is longer than this.
const SHORTEST: usize = 64;

/// The bytes as they were meant, and what had become of them.
pub(super) fn remove(bytes: &[u8]) -> Option<(Vec<u8>, Irregularity)> {
    if let Some(text) = utf16(bytes) {
        return Some((text.into_bytes(), Irregularity::Utf16));
    }
    if let Some(mended) = mend(bytes) {
        return Some(mended);
    }
    if let Some(der) = saved_as_text(bytes) {
        return Some((der, Irregularity::SavedAsText));
    }
    // Base64 is ASCII: this looks at the first wrong byte and no further.
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=-_\r\n\t ".contains(byte);
    if bytes.len() < SHORTEST || !bytes.iter().all(is_base64) {
        return None;
    }
    let text: String =
        bytes.split(u8::is_ascii_whitespace).flatten().map(|it| char::from(*it)).collect();
    Some((digest::unbase64(&text)?, Irregularity::Base64))
}

/// DER of which a program made text in a way that can be undone: Latin-1 that became UTF-8, and
/// newlines that became CR LF. Only if one whole value comes out of it.
fn saved_as_text(bytes: &[u8]) -> Option<Vec<u8>> {
    let is_whole = |der: &[u8]| {
        let mut reader = Reader::new("DER", der);
        reader.expect(tag::SEQUENCE, "").is_ok() && reader.is_empty()
    };
    if bytes.first() != Some(&tag::SEQUENCE) || bytes.is_ascii() {
        return None;
    }
    let latin1 = std::str::from_utf8(bytes).ok().and_then(|text| {
        text.chars().map(|char| u8::try_from(u32::from(char)).ok()).collect::<Option<Vec<u8>>>()
    });
    if let Some(der) = latin1 {
        return is_whole(&der).then_some(der);
    }
    let mut der = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = memmem::find(rest, b"\r\n") {
        der.extend_from_slice(&rest[..at]);
        rest = &rest[at + 1..];
    }
    der.extend_from_slice(rest);
    (der.len() < bytes.len() && is_whole(&der)).then_some(der)
}

/// Damage that says where it comes from.
pub(super) fn damage(bytes: &[u8]) -> Option<Error> {
    const REPLACEMENT: &[u8] = b"\xef\xbf\xbd";
    let head = &bytes[..bytes.len().min(1 << 10)];
    let is_der = bytes.first() == Some(&tag::SEQUENCE) || bytes.starts_with(REPLACEMENT);
    if !is_der || memmem::find_iter(head, REPLACEMENT).count() < 4 {
        return None;
    }
    let message =
        "it was DER or PKCS#12, but was saved as text: bytes were replaced by U+FFFD (EF BF BD)";
    Some(Error::new(Failure::Malformed, message).help(
        "this cannot be undone: copy the original again as a binary file \
         (git: `*.p12 binary` in .gitattributes; PowerShell: Copy-Item, not Get-Content; HTTP: no text mode)",
    ))
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
pub(super) fn unrecognised(bytes: &[u8], is_found: bool) -> Error {
    let foreign = || foreign::name(bytes).filter(|(_, is_store)| *is_store || !is_found);
    if let Some(error) = damage(bytes).or_else(|| Some(foreign()?.0)) {
        return error;
    }
    let text = bytes.trim_ascii_start();
    if text.is_empty() {
        let what = if bytes.is_empty() { "the file is empty" } else { "the file is blank" };
        return Error::new(Failure::Unrecognised, what);
    }
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    match OTHERS.iter().find(|(start, _)| text.starts_with(start)) {
        Some((_, what)) => {
            Error::new(Failure::Unrecognised, format!("no certificate or key: {what}"))
        }
        None => Error::new(Failure::Unrecognised, "no certificate or key in a known format")
            .help(format!("{} are recognised, whatever the file name", super::known_formats())),
    }
}
