//! PKCS#7 and CMS SignedData (RFC 5652), DER and BER: the certificates in it. Signatures are not
//! looked at.
//!
//! ```text
//! ContentInfo  SEQUENCE { OID signedData, [0] SignedData }
//! SignedData   SEQUENCE { INTEGER version, SET digests, SEQUENCE content,
//!                         [0] certificates, [1] revocation lists, SET signers }
//! ```

use super::{Bundle, Entry, Opening};
use crate::cert::Certificate;
use crate::der::{Reader, tag};
use crate::error::{Error, Result};
use crate::failure::Failure;

const FORMAT: &str = "PKCS#7";
const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";

/// Content types by their last number: `1.2.840.113549.1.7.x`.
const TYPES: [(&str, &str); 6] = [
    ("1.2.840.113549.1.7.1", "Data"),
    ("1.2.840.113549.1.7.3", "EnvelopedData"),
    ("1.2.840.113549.1.7.4", "SignedAndEnvelopedData"),
    ("1.2.840.113549.1.7.5", "DigestedData"),
    ("1.2.840.113549.1.7.6", "EncryptedData"),
    ("1.2.840.113549.1.9.16.1.23", "AuthEnvelopedData"),
];

/// The name of a content type; the OID itself when it has none here.
pub(super) fn type_name(oid: &str) -> &str {
    TYPES.iter().find(|(known, _)| *known == oid).map_or(oid, |(_, name)| name)
}

/// What the OIDs of content types begin with: PKCS#7, S/MIME, and their kin of SM2 (GM/T 0010).
const ARCS: [&[u8]; 3] = [
    b"\x2a\x86\x48\x86\xf7\x0d\x01\x07",
    b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01",
    b"\x2a\x81\x1c\xcf\x55\x06\x01\x04\x02",
];

/// Whether it begins like a ContentInfo: a SEQUENCE that begins with the OID of a content type.
pub(super) fn looks_like(bytes: &[u8]) -> bool {
    let head = match bytes {
        [0x30, length, rest @ ..] if *length <= 0x80 => rest,
        [0x30, length, rest @ ..] if *length <= 0x88 => {
            rest.get(usize::from(length & 0x7f)..).unwrap_or_default()
        }
        _ => return false,
    };
    matches!(head, [tag::OID, _, oid @ ..] if ARCS.iter().any(|arc| oid.starts_with(arc)))
}

/// Reads a PKCS#7 file.
pub(super) fn read(opening: &Opening<'_>) -> Result<Bundle> {
    let mut bundle = Bundle::new("pkcs7");
    let (certificates, failure, rest) = certificates(opening.bytes)?;
    bundle.entries = certificates.into_iter().map(|it| Entry::trusted(None, it)).collect();
    bundle.failure = failure;
    if rest > 0 {
        bundle.note(format!("{rest} bytes follow the PKCS#7 structure"));
    }
    if memchr::memmem::find(opening.bytes, b"<plist").is_some() {
        bundle.note(
            "it signs a configuration profile, and these are the signer's certificates; those in the \
             profile: openssl smime -verify -noverify -inform der -in FILE -out profile.plist",
        );
    }
    bundle.or_failure()
}

/// The certificates of a SignedData in stored order, the first one that could not be read, and
/// how many bytes follow.
pub(super) fn certificates(bytes: &[u8]) -> Result<(Vec<Certificate>, Option<Error>, usize)> {
    let mut outer = Reader::new(FORMAT, bytes);
    let mut info = outer.sequence("a ContentInfo")?;
    let content_type = info.oid("a content type")?;
    if content_type != SIGNED_DATA {
        let name = type_name(&content_type);
        let message = format!("PKCS#7 {name} carries no certificates in clear");
        return Err(Error::new(Failure::Unsupported, message));
    }
    let content = info.expect(tag::context(0), "the content")?;
    let mut signed = content.reader().sequence("SignedData")?;
    signed.unsigned("a version")?;
    signed.expect(tag::SET, "digest algorithms")?;
    signed.expect(tag::SEQUENCE, "the signed content")?;
    let mut found = Vec::new();
    let mut failure = None;
    if let Some(certificates) = signed.optional(tag::context(0), "certificates")? {
        let mut certificates = certificates.reader();
        while let Some(value) = certificates.next("a certificate")? {
            // Attribute certificates and other kinds have context tags.
            if value.tag != tag::SEQUENCE {
                continue;
            }
            match Certificate::parse(value.encoded) {
                Ok(certificate) => found.push(certificate),
                Err(mut malformed) => {
                    malformed.offset += value.offset;
                    failure.get_or_insert(Error::from(malformed));
                }
            }
        }
    }
    signed.optional(tag::context(1), "revocation lists")?;
    check_signers(&mut signed)?;
    Ok((found, failure, outer.rest().len()))
}

/// Steps through the signers, so that damage is noticed wherever it is:
/// `SEQUENCE { INTEGER version, id, SEQUENCE digest, [0]?, SEQUENCE algorithm, OCTET STRING, [1]? }`
fn check_signers(signed: &mut Reader<'_>) -> Result<()> {
    let mut signers = signed.expect(tag::SET, "signers")?.reader();
    while !signers.is_empty() {
        let mut signer = signers.sequence("a signer")?;
        signer.unsigned("the version of a signer")?;
        match signer.peek() {
            Some(tag::SEQUENCE) => {
                let mut id = signer.sequence("issuer and serial number")?;
                let mut names = id.sequence("an issuer")?;
                while !names.is_empty() {
                    let mut parts = names.expect(tag::SET, "part of a name")?.reader();
                    while !parts.is_empty() {
                        let mut part = parts.sequence("an attribute of a name")?;
                        part.oid("the type of an attribute")?;
                        part.any("the value of an attribute")?;
                    }
                }
                id.expect(tag::INTEGER, "a serial number")?;
            }
            // [0] subjectKeyIdentifier
            Some(0x80 | 0xa0) => drop(signer.any("a key identifier")?),
            _ => return Err(signer.malformed("a signer's identifier").into()),
        }
        signer.expect(tag::SEQUENCE, "a digest algorithm")?;
        signer.optional(tag::context(0), "signed attributes")?;
        signer.expect(tag::SEQUENCE, "a signature algorithm")?;
        signer.octets("a signature")?;
    }
    Ok(())
}
