//! DER without a container: one certificate or several in a row, or one private key.

use super::key::{Key, PrivateKey};
use super::{Bundle, Content, Entry, OpenedWith, Opening, key};
use crate::cert::Certificate;
use crate::der::{Reader, tag};
use crate::error::{Error, Malformed, Result};

/// What a DER value is, by the tags it begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outline {
    Certificate,
    Key,
    EncryptedKey,
    /// Something else that is known by name.
    Named(&'static str),
    Unknown,
}

/// Whether it begins with a SEQUENCE whose length makes sense for a file.
pub(super) fn looks_like(bytes: &[u8]) -> bool {
    matches!(bytes, [0x30, 0x80..=0x88, ..])
        || matches!(bytes, [0x30, length, inner, ..]
        // Text can begin with "0": a short SEQUENCE is believed if something fitting is in it.
        if usize::from(*length) <= bytes.len() && matches!(*inner, tag::INTEGER | tag::SEQUENCE))
}

/// Reads a DER file.
pub(super) fn read(opening: &Opening<'_>) -> Result<Bundle> {
    let mut bundle = Bundle::new("der");
    let mut reader = Reader::new("DER", opening.bytes);
    let first = reader.any("a value")?;
    match outline(first.encoded) {
        Outline::Certificate => {
            let add = |bundle: &mut Bundle, der: &[u8], offset: usize| {
                let certificate = Certificate::parse(der).map_err(|malformed| Malformed {
                    offset: malformed.offset + offset,
                    ..malformed
                })?;
                bundle.entries.push(Entry::trusted(None, certificate));
                Ok::<_, Error>(())
            };
            add(&mut bundle, first.encoded, 0)?;
            // `cat a.der b.der > both.der` happens.
            while outline(reader.rest()) == Outline::Certificate
                && let Ok(value) = reader.any("a certificate")
            {
                add(&mut bundle, value.encoded, value.offset)?;
            }
        }
        Outline::Key => {
            let key = Key::clear(PrivateKey::parse(first.encoded)?);
            bundle.entries.push(Entry::new(None, Vec::new(), Content::Key(Box::new(key))));
        }
        Outline::EncryptedKey => {
            let (key, scheme) = Key::encrypted(first.encoded, opening.means(OpenedWith::Nothing))?;
            bundle.protection.get_or_insert_default().add(scheme.name(), scheme.iterations());
            bundle.entries.push(Entry::new(None, Vec::new(), Content::Key(Box::new(key))));
        }
        Outline::Named(name) => {
            return Err(Error::input("unrecognised", format!("{name}, not a certificate or key")));
        }
        Outline::Unknown => {
            return Err(Error::input("unrecognised", "DER, but not of a certificate or key"));
        }
    }
    match reader.rest().len() {
        0 => {}
        rest => bundle.note(format!("{rest} bytes follow the DER value")),
    }
    Ok(bundle)
}

/// ```text
/// certificate    SEQUENCE { SEQUENCE { [0]?, INTEGER serial, SEQUENCE, SEQUENCE issuer, ... }, ... }
/// CRL            SEQUENCE { SEQUENCE { INTEGER version?, SEQUENCE, SEQUENCE, time, ... }, ... }
/// request        SEQUENCE { SEQUENCE { INTEGER 0, SEQUENCE subject, SEQUENCE key, [0] }, ... }
/// encrypted key  SEQUENCE { SEQUENCE { OID, parameters }, OCTET STRING }
/// public key     SEQUENCE { SEQUENCE { OID, parameters }, BIT STRING }
/// ```
fn outline(der: &[u8]) -> Outline {
    if key::looks_like_key(der) {
        return Outline::Key;
    }
    let tags = |reader: &Reader<'_>| {
        let mut reader = reader.clone();
        let mut tags = [0; 5];
        for tag in &mut tags {
            *tag = reader.any("").map_or(0, |value| value.tag);
        }
        tags
    };
    let Ok(outer) = Reader::new("DER", der).sequence("") else { return Outline::Unknown };
    let Ok(inner) = outer.clone().sequence("") else { return Outline::Unknown };
    const SEQUENCE: u8 = tag::SEQUENCE;
    const INTEGER: u8 = tag::INTEGER;
    match (tags(&inner), tags(&outer)[1]) {
        ([tag::OID, ..], tag::OCTET_STRING) => Outline::EncryptedKey,
        ([tag::OID, ..], tag::BIT_STRING) => Outline::Named("a public key"),
        ([0xa0, INTEGER, SEQUENCE, SEQUENCE, SEQUENCE], _) => Outline::Certificate,
        ([INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE], _) => Outline::Certificate,
        ([INTEGER, SEQUENCE, SEQUENCE, 0xa0, _], _) => Outline::Named("a certificate request"),
        ([INTEGER, SEQUENCE, SEQUENCE, 0x17 | 0x18, _], _)
        | ([SEQUENCE, SEQUENCE, 0x17 | 0x18, ..], _) => Outline::Named("a revocation list"),
        // Broken or odd, but nothing else has a signature at its end.
        (_, SEQUENCE) => Outline::Certificate,
        _ => Outline::Unknown,
    }
}
