//! DER without a container: one certificate or several in a row, or one private key.

use super::key::{Key, PrivateKey};
use super::{Bundle, Content, Entry, OpenedWith, Opening, key};
use crate::cert::{Certificate, Request, RevocationList};
use crate::der::{Reader, tag};
use crate::error::{Error, Malformed, Result};
use crate::failure::Failure;

/// What a DER value is, by the tags it begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outline {
    Certificate,
    Key,
    EncryptedKey,
    Request,
    Revocations,
    /// Certificates in a row inside a SEQUENCE.
    PkiPath,
    /// Something else that is known by name.
    Named(&'static str),
    Unknown,
}

/// Whether it begins with a SEQUENCE whose length makes sense for a file.
pub(super) fn looks_like(bytes: &[u8]) -> bool {
    // Text can begin with "0" too.
    let head = &bytes[..bytes.len().min(32)];
    if head.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n')) {
        return false;
    }
    matches!(bytes, [0x30, 0x80..=0x88, ..])
        || matches!(bytes, [0x30, length, inner, ..]
        // Text can begin with "0": a short SEQUENCE is believed if something fitting is in it.
        if usize::from(*length) <= bytes.len() && matches!(*inner, tag::INTEGER | tag::SEQUENCE))
}

/// Whether it is a certificate by its outline, be it damaged inside.
pub(super) fn is_certificate(bytes: &[u8]) -> bool {
    let first = Reader::new("DER", bytes).any("a value");
    first.is_ok_and(|first| {
        outline(first.encoded) == Outline::Certificate && {
            // Version 3, and then a serial number: nothing else begins so.
            let tbs = Reader::new("DER", first.content).sequence("");
            tbs.is_ok_and(|tbs| tbs.peek() == Some(tag::context(0)))
        }
    })
}

/// Reads a DER file.
pub(super) fn read(opening: &Opening<'_>) -> Result<Bundle> {
    let mut bundle = Bundle::new("der");
    let mut reader = Reader::new("DER", opening.bytes);
    let first = reader.any("a value")?;
    let add = |bundle: &mut Bundle, der: &[u8], offset: usize| {
        let certificate = Certificate::parse(der)
            .map_err(|malformed| Malformed { offset: malformed.offset + offset, ..malformed })?;
        bundle.entries.push(Entry::trusted(None, certificate));
        Ok::<_, Error>(())
    };
    match outline(first.encoded) {
        Outline::Certificate => {
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
        Outline::Request => bundle.requests.push(Request::parse(first.encoded)?),
        Outline::Revocations => bundle.revocations.push(RevocationList::parse(first.encoded)?),
        Outline::PkiPath => {
            // The anchor comes first (RFC 6066 section 10.1): turned round, as it is presented.
            bundle.format = "pkipath";
            let mut certificates = first.reader();
            while let Some(value) = certificates.next("a certificate")? {
                add(&mut bundle, value.encoded, value.offset)?;
            }
            bundle.entries.reverse();
        }
        Outline::Named(name) => {
            return Err(Error::new(
                Failure::Unrecognised,
                format!("{name}, not a certificate or key"),
            ));
        }
        Outline::Unknown => {
            return Err(Error::new(Failure::Unrecognised, "DER, but not of a certificate or key"));
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
/// PkiPath        SEQUENCE { certificate SEQUENCE { SEQUENCE, SEQUENCE, BIT STRING }, ... }
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
    let holds_certificate = || {
        let first = outer.clone().sequence("").and_then(|mut first| first.sequence(""));
        let tags = first.map(|tbs| tags(&tbs)).unwrap_or_default();
        matches!(tags, [0xa0, INTEGER, SEQUENCE, SEQUENCE, SEQUENCE])
            || matches!(tags, [INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE])
    };
    match (tags(&inner), tags(&outer)[1]) {
        ([SEQUENCE, SEQUENCE, tag::BIT_STRING, 0, _], 0 | SEQUENCE) if holds_certificate() => {
            Outline::PkiPath
        }
        ([tag::OID, ..], tag::OCTET_STRING) => Outline::EncryptedKey,
        ([tag::OID, ..], tag::BIT_STRING) => Outline::Named("a public key"),
        ([0xa0, INTEGER, SEQUENCE, SEQUENCE, SEQUENCE], _) => Outline::Certificate,
        ([INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE], _) => Outline::Certificate,
        ([INTEGER, SEQUENCE, SEQUENCE, 0xa0, _], _) => Outline::Request,
        ([INTEGER, SEQUENCE, SEQUENCE, 0x17 | 0x18, _], _)
        | ([SEQUENCE, SEQUENCE, 0x17 | 0x18, ..], _) => Outline::Revocations,
        // Broken or odd, but nothing else has a signature at its end.
        (_, SEQUENCE) => Outline::Certificate,
        _ => Outline::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Passwords, open, open_found};
    use crate::cert::tests::sample;
    use crate::der::write as der;
    use crate::failure::Failure;

    #[test]
    fn a_pkipath_is_turned_round() {
        let (anchor, end_entity) = (sample(), sample());
        let path = der::sequence(&[anchor.der(), end_entity.der()]);
        let bundle = open(&path, &Passwords::none()).unwrap();
        assert_eq!(bundle.format, "pkipath");
        let found: Vec<_> = bundle.certificates().cloned().collect();
        assert_eq!(found, [end_entity, anchor]);
    }

    #[test]
    fn text_that_begins_with_zero_is_no_der() {
        for text in [&b"0800 1234567890\n"[..], b"0\x30\x02", b"00000000"] {
            assert_eq!(open(text, &Passwords::none()).unwrap_err().code, Failure::Unrecognised);
        }
        // Octets that only begin like DER are something else in a folder.
        let octets = [&[0x30, 0x82, 0xff, 0xff, 0x02][..], &[7; 100]].concat();
        assert_eq!(open(&octets, &Passwords::none()).unwrap_err().code, Failure::Malformed);
        assert_eq!(
            open_found(&octets, &Passwords::none(), false).unwrap_err().code,
            Failure::Unrecognised
        );
    }

    #[test]
    fn an_algorithm_and_a_key_without_an_envelope_are_no_pkcs7() {
        // id-ecPublicKey and prime256v1, as trust lists have the inside of a SubjectPublicKeyInfo.
        let algorithm = *b"\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
        let key = [&algorithm[..], &[0x03, 0x42, 0x00, 0x04], &[7; 64]].concat();
        let error = open(&key, &Passwords::none()).unwrap_err();
        assert_eq!(error.code, Failure::Unrecognised, "{error}");
    }

    #[test]
    fn nested_sequences_take_no_stack() {
        let mut value = Vec::new();
        for _ in 0..2_000 {
            value = der::sequence(&[&value]);
        }
        assert!(open(&value, &Passwords::none()).is_err());
    }
}
