//! A certificate in a path, parsed once more: rules look at what [`crate::cert::Certificate`] does
//! not keep, such as which extensions are critical and which algorithms are named.

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{ParsedExtension, X509Extension};
use x509_parser::oid_registry::Oid;
use x509_parser::prelude::FromDer;

use crate::der::{Reader, tag};

/// DER of a name without any part.
pub const EMPTY_NAME: [u8; 2] = [0x30, 0];

/// keyUsage bits (RFC 5280 section 4.2.1.3) as x509-parser counts them.
pub const DIGITAL_SIGNATURE: u16 = 1;
/// The bit of those that sign certificates.
pub const KEY_CERT_SIGN: u16 = 1 << 5;

/// A certificate, its DER and the algorithms it names.
pub struct Node<'a> {
    pub der: &'a [u8],
    pub parsed: X509Certificate<'a>,
    /// `signature` inside what is signed: the whole AlgorithmIdentifier.
    pub inner_algorithm: &'a [u8],
    /// `signatureAlgorithm` beside the signature.
    pub outer_algorithm: &'a [u8],
    /// The algorithm of the key it certifies.
    pub key_algorithm: &'a [u8],
}

impl<'a> Node<'a> {
    pub fn read(der: &'a [u8]) -> Option<Self> {
        let (_, parsed) = X509Certificate::from_der(der).ok()?;
        let mut certificate = Reader::new("certificate", der).sequence("a certificate").ok()?;
        let mut tbs = certificate.sequence("what is signed").ok()?;
        tbs.optional(tag::context(0), "a version").ok()?;
        tbs.expect(tag::INTEGER, "a serial number").ok()?;
        let inner = tbs.expect(tag::SEQUENCE, "an algorithm").ok()?;
        let outer = certificate.expect(tag::SEQUENCE, "an algorithm").ok()?;
        let mut key = tbs;
        for _ in ["issuer", "validity", "subject"] {
            key.expect(tag::SEQUENCE, "a name or dates").ok()?;
        }
        let mut key = key.sequence("a public key").ok()?;
        let key = key.expect(tag::SEQUENCE, "an algorithm").ok()?;
        Some(Self {
            der,
            parsed,
            inner_algorithm: inner.encoded,
            outer_algorithm: outer.encoded,
            key_algorithm: key.encoded,
        })
    }

    pub fn subject(&self) -> &[u8] {
        self.parsed.subject().as_raw()
    }

    pub fn issuer(&self) -> &[u8] {
        self.parsed.issuer().as_raw()
    }

    pub fn is_self_issued(&self) -> bool {
        self.subject() == self.issuer()
    }

    /// As people count it.
    pub fn version(&self) -> u32 {
        self.parsed.version().0.saturating_add(1)
    }

    /// As people know it.
    pub fn name(&self) -> String {
        let certificate = crate::cert::Certificate::parse(self.der);
        certificate.map_or_else(|_| "a certificate".into(), |it| it.short_name().to_owned())
    }

    /// The name of its issuer, in full (RFC 4514).
    pub fn issuer_text(&self) -> String {
        let certificate = crate::cert::Certificate::parse(self.der);
        certificate.map_or_else(|_| "its issuer".into(), |it| it.issuer().to_owned())
    }

    pub fn extension(&self, oid: &Oid<'_>) -> Option<&X509Extension<'a>> {
        self.parsed.extensions().iter().find(|one| one.oid == *oid)
    }

    /// keyUsage, where there is such an extension.
    pub fn key_usage(&self) -> Option<u16> {
        self.parsed.key_usage().ok().flatten().map(|usage| usage.value.flags)
    }

    /// subjectKeyIdentifier.
    pub fn key_id(&self) -> Option<&[u8]> {
        self.parsed.extensions().iter().find_map(|one| match one.parsed_extension() {
            ParsedExtension::SubjectKeyIdentifier(id) => Some(id.0),
            _ => None,
        })
    }

    /// The key identifier and the serial number by which it names the certificate of its issuer.
    pub fn issuer_id(&self) -> (Option<&[u8]>, Option<&[u8]>) {
        let found = self.parsed.extensions().iter().find_map(|one| match one.parsed_extension() {
            ParsedExtension::AuthorityKeyIdentifier(id) => {
                Some((id.key_identifier.as_ref().map(|id| id.0), id.authority_cert_serial))
            }
            _ => None,
        });
        found.unwrap_or_default()
    }

    /// Whether it names this issuer's certificate, or leaves open which it is.
    pub fn allows_issuer(&self, issuer: &Node<'_>) -> bool {
        let (key, serial) = self.issuer_id();
        let same_key = key.zip(issuer.key_id()).is_none_or(|(named, own)| named == own);
        same_key && serial.is_none_or(|serial| serial == issuer.parsed.raw_serial())
    }
}

/// A path from the end entity to an anchor, both included; only one certificate if that is trusted
/// by itself.
pub struct Path<'p, 'a> {
    pub nodes: Vec<&'p Node<'a>>,
}

impl<'a> Path<'_, 'a> {
    pub fn end_entity(&self) -> &Node<'a> {
        self.nodes[0]
    }

    pub fn issuers(&self) -> impl Iterator<Item = (usize, &Node<'a>)> {
        self.nodes.iter().copied().enumerate().skip(1)
    }

    pub fn is_anchor(&self, place: usize) -> bool {
        place + 1 == self.nodes.len()
    }
}
