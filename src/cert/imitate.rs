//! Certificates with the very names of others, for trying whether a server can tell them apart. Names are
//! copied as they stand, byte for byte; nothing of it is ever written to a disk.

use rustls::SignatureScheme;
use rustls::sign::SigningKey;
use time::OffsetDateTime;
use x509_parser::oid_registry::OID_X509_EXT_SUBJECT_ALT_NAME;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::Certificate;
use crate::der::tag;
use crate::der::write::{context, magnitude, octets, oid, sequence, set, unsigned, value};
use crate::error::{Error, Result};
use crate::failure::Failure;

/// Signatures that a certificate can have, in the order of preference, and how each is named in it.
const SIGNATURES: [(SignatureScheme, &str, bool); 7] = [
    (SignatureScheme::ECDSA_NISTP256_SHA256, "1.2.840.10045.4.3.2", false),
    (SignatureScheme::ECDSA_NISTP384_SHA384, "1.2.840.10045.4.3.3", false),
    (SignatureScheme::ECDSA_NISTP521_SHA512, "1.2.840.10045.4.3.4", false),
    (SignatureScheme::RSA_PKCS1_SHA256, "1.2.840.113549.1.1.11", true),
    (SignatureScheme::RSA_PKCS1_SHA384, "1.2.840.113549.1.1.12", true),
    (SignatureScheme::RSA_PKCS1_SHA512, "1.2.840.113549.1.1.13", true),
    (SignatureScheme::ED25519, "1.3.101.112", false),
];

/// The subject of a certificate.
#[derive(Clone, Debug)]
pub struct Names {
    /// Its name (DER).
    pub subject: Vec<u8>,
    /// Its alternative names: the content of the extension, if it has one.
    pub alt_names: Option<Vec<u8>>,
}

/// What a certificate should say.
#[derive(Clone, Debug)]
pub struct Likeness<'a> {
    /// Its subject.
    pub names: &'a Names,
    /// Name of its issuer (DER).
    pub issuer: &'a [u8],
    /// Key identifier of its issuer, where that has one.
    pub issuer_key_id: Option<&'a [u8]>,
    /// Its extended key usage, as an OID; `None` makes an authority.
    pub purpose: Option<&'a str>,
    /// Start of validity.
    pub not_before: OffsetDateTime,
    /// End of validity.
    pub not_after: OffsetDateTime,
}

impl Names {
    /// Those of a certificate.
    pub fn of(certificate: &Certificate) -> Self {
        let parsed = X509Certificate::from_der(certificate.der()).ok();
        let alt_names = parsed.and_then(|(_, parsed)| {
            let extensions = parsed.extensions().iter();
            let found = extensions.clone().find(|one| one.oid == OID_X509_EXT_SUBJECT_ALT_NAME);
            found.map(|one| one.value.to_vec())
        });
        Self { subject: certificate.subject_der().to_vec(), alt_names }
    }

    /// A common name, which is a host's name too.
    pub fn host(name: &str) -> Self {
        let alt_names = Some(sequence(&[&value(0x82, name.as_bytes())]));
        Self { alt_names, ..Self::common(name) }
    }

    /// A common name and nothing else.
    pub fn common(name: &str) -> Self {
        Self { subject: sequence(&[&attribute("2.5.4.3", name)]), alt_names: None }
    }

    /// A common name, and another name as that of the organisation it belongs to.
    pub fn of_organisation(organisation: &str, name: &str) -> Self {
        let parts = [attribute("2.5.4.10", organisation), attribute("2.5.4.3", name)];
        Self { subject: sequence(&[&parts[0], &parts[1]]), alt_names: None }
    }
}

/// A part of a name.
fn attribute(number: &str, text: &str) -> Vec<u8> {
    let text = value(tag::UTF8_STRING, text.as_bytes());
    set(vec![sequence(&[&oid(number), &text])])
}

/// A certificate that says so about `key`, signed with `signer`.
///
/// # Errors
/// `unsupported` when the signer's key signs no certificates that are understood everywhere.
pub fn make(
    likeness: &Likeness<'_>,
    key: &dyn SigningKey,
    signer: &dyn SigningKey,
) -> Result<Certificate> {
    let unsupported =
        || Error::new(Failure::Unsupported, "this kind of key cannot sign certificates here");
    let (algorithm, signer) = SIGNATURES
        .iter()
        .find_map(|(scheme, number, has_null)| {
            let signer = signer.choose_scheme(&[*scheme])?;
            let null: &[u8] = if *has_null { &[tag::NULL, 0] } else { &[] };
            Some((sequence(&[&oid(number), null]), signer))
        })
        .ok_or_else(unsupported)?;
    let spki = key.public_key().ok_or_else(unsupported)?;
    let validity = [likeness.not_before, likeness.not_after].map(utc_time);
    let tbs = sequence(&[
        &context(0, &unsigned(2)),
        &magnitude(&serial()?),
        &algorithm,
        likeness.issuer,
        &sequence(&[&validity[0], &validity[1]]),
        &likeness.names.subject,
        &spki,
        &context(3, &extensions(likeness)),
    ]);
    let signature = signer.sign(&tbs).map_err(|_| unsupported())?;
    let bits = value(tag::BIT_STRING, &[&[0], &signature[..]].concat());
    Ok(Certificate::parse(sequence(&[&tbs, &algorithm, &bits]))?)
}

fn extensions(likeness: &Likeness<'_>) -> Vec<u8> {
    const TRUE: &[u8] = &[0x01, 0x01, 0xff];
    let extension = |number: &str, critical: &[u8], content: &[u8]| {
        sequence(&[&oid(number), critical, &octets(content)])
    };
    let bits = |unused: u8, bits: u8| value(tag::BIT_STRING, &[unused, bits]);
    let mut all = match likeness.purpose {
        None => vec![
            extension("2.5.29.19", TRUE, &sequence(&[TRUE])),
            // keyCertSign and cRLSign (RFC 5280 section 4.2.1.3).
            extension("2.5.29.15", TRUE, &bits(1, 0x06)),
        ],
        Some(purpose) => vec![
            extension("2.5.29.19", TRUE, &sequence(&[])),
            // digitalSignature
            extension("2.5.29.15", TRUE, &bits(7, 0x80)),
            extension("2.5.29.37", &[], &sequence(&[&oid(purpose)])),
        ],
    };
    if let Some(names) = &likeness.names.alt_names {
        all.push(extension("2.5.29.17", &[], names));
    }
    if let Some(id) = likeness.issuer_key_id {
        all.push(extension("2.5.29.35", &[], &sequence(&[&value(0x80, id)])));
    }
    sequence(&[&all.concat()])
}

/// UTCTime, which is for the years until 2049 (RFC 5280 section 4.1.2.5.1).
fn utc_time(moment: OffsetDateTime) -> Vec<u8> {
    let text = format!(
        "{:02}{:02}{:02}{:02}{:02}{:02}Z",
        moment.year().rem_euclid(100),
        u8::from(moment.month()),
        moment.day(),
        moment.hour(),
        moment.minute(),
        moment.second()
    );
    value(0x17, text.as_bytes())
}

/// A serial number that nobody else has.
fn serial() -> Result<[u8; 16]> {
    let mut bytes = [0; 16];
    aws_lc_rs::rand::fill(&mut bytes)
        .map_err(|_| Error::new(Failure::TlsError, "the system provides no random bytes"))?;
    bytes[0] = bytes[0] & 0x3f | 0x40;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use rcgen::KeyPair;
    use rustls::crypto::aws_lc_rs;
    use time::macros::datetime;

    use super::*;
    use crate::cert::tests::sample;

    fn key() -> std::sync::Arc<dyn SigningKey> {
        let der = KeyPair::generate().unwrap().serialize_der();
        let der = rustls::pki_types::PrivatePkcs8KeyDer::from(der);
        aws_lc_rs::sign::any_supported_type(&der.into()).unwrap()
    }

    #[test]
    fn names_are_those_of_the_other_to_the_byte() {
        let other = sample();
        let (own, authority) = (key(), key());
        let likeness = Likeness {
            names: &Names::of(&other),
            issuer: other.issuer_der(),
            issuer_key_id: Some(b"\x01\x02"),
            purpose: Some("1.3.6.1.5.5.7.3.2"),
            not_before: datetime!(2026-11-01 0:00 UTC),
            not_after: datetime!(2027-11-01 12:30:59 UTC),
        };
        let made = make(&likeness, &*own, &*authority).unwrap();
        assert_eq!(made.subject_der(), other.subject_der());
        assert_eq!(made.issuer_der(), other.issuer_der());
        assert_eq!(made.extensions.alt_names, other.extensions.alt_names);
        assert_eq!(made.not_before, likeness.not_before);
        assert_eq!(made.not_after, likeness.not_after);
        assert_eq!(made.extensions.extended_key_usage.as_deref().unwrap(), ["clientAuth"]);
        assert_eq!(made.extensions.authority_key_id.as_deref(), Some(&b"\x01\x02"[..]));
        assert!(!made.is_ca() && made.spki() != other.spki());
        assert_eq!(made.spki(), &*own.public_key().unwrap());
        let again = make(&likeness, &*own, &*authority).unwrap();
        assert_ne!(made.serial, again.serial);
    }

    #[test]
    fn an_authority_is_one_and_a_host_has_its_name_twice() {
        let (own, name) = (key(), Names::host("a.example"));
        let likeness = Likeness {
            names: &name,
            issuer: &name.subject,
            issuer_key_id: None,
            purpose: None,
            not_before: datetime!(2026-11-01 0:00 UTC),
            not_after: datetime!(2027-11-01 0:00 UTC),
        };
        let made = make(&likeness, &*own, &*own).unwrap();
        assert!(made.is_ca() && made.is_self_issued());
        assert_eq!(
            (made.subject(), &*made.extensions.alt_names),
            ("CN=a.example", &["DNS:a.example".to_owned()][..])
        );
        assert_eq!(made.extensions.key_usage.as_deref().unwrap(), ["keyCertSign", "cRLSign"]);
    }
}
