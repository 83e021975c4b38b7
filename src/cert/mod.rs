//! Certificates: what an X.509 certificate says (RFC 5280), read tolerantly and kept with its DER.
//!
//! Odd certificates (version 1, negative serial numbers, unknown algorithms, broken extensions) are
//! shown, not refused; judging them is the business of `policy`.

pub mod algorithms;
mod attributes;
pub mod chain;
mod damage;
mod describe;
pub mod imitate;
pub mod issue;

pub mod names;
pub mod pin;
mod request;
mod revocation;
pub mod spelling;
pub mod thumbprint;

use std::borrow::Cow;
use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

use time::OffsetDateTime;
use x509_parser::prelude::{
    FromDer, ParsedExtension, X509Certificate, X509Error, X509Extension, X509Name,
};

pub use chain::Chain;
pub use describe::{Description, moment, rfc3339};
pub use pin::Pin;
pub use request::Request;
pub use revocation::RevocationList;
pub use thumbprint::Thumbprint;

use crate::error::Malformed;
use algorithms::PublicKey;

/// A distinguished name: its text (RFC 4514) and where its DER stands in the certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Name {
    text: String,
    der: Range<usize>,
}

/// One X.509 certificate, read once and shared by all who look at it: a clone costs nothing.
#[derive(Clone)]
pub struct Certificate(Arc<Contents>);

/// What a certificate says; nothing in it has been verified.
#[derive(Clone)]
pub struct Contents {
    der: Vec<u8>,
    tbs: Range<usize>,
    spki: Range<usize>,
    signature: Range<usize>,
    subject: Name,
    issuer: Name,
    /// Version as people count it: 1, 2 or 3.
    pub version: u32,
    /// Serial number in lower-case hex with an even number of digits, `-` in front when negative.
    pub serial: String,
    /// Start of validity.
    pub not_before: OffsetDateTime,
    /// End of validity.
    pub not_after: OffsetDateTime,
    /// Kind and size of the key it certifies.
    pub key: PublicKey,
    /// Dotted OID of the algorithm it is signed with.
    pub signature_oid: String,
    /// What the extensions say.
    pub extensions: Extensions,
}

/// What the extensions say (RFC 5280 section 4.2). Absent and unreadable ones are empty.
#[derive(Clone, Debug, Default)]
pub struct Extensions {
    /// `DNS:...`, `IP:...`, `URI:...`, `email:...` and rarer kinds, in order.
    pub alt_names: Vec<String>,
    /// basicConstraints cA.
    pub is_ca: bool,
    /// basicConstraints pathLenConstraint.
    pub path_len: Option<u32>,
    /// keyUsage names in bit order; `None` when there is no such extension.
    pub key_usage: Option<Vec<&'static str>>,
    /// extKeyUsage names or dotted OIDs; `None` when there is no such extension.
    pub extended_key_usage: Option<Vec<Cow<'static, str>>>,
    /// subjectKeyIdentifier.
    pub subject_key_id: Option<Vec<u8>>,
    /// authorityKeyIdentifier's key identifier.
    pub authority_key_id: Option<Vec<u8>>,
    /// Addresses where the issuer's certificate can be had (authorityInfoAccess, caIssuers).
    pub issuer_addresses: Vec<String>,
    /// Dotted OIDs of certificatePolicies.
    pub policies: Vec<String>,
    /// Dotted OIDs of critical extensions that are not understood here.
    pub unknown_critical: Vec<String>,
}

impl Certificate {
    /// Reads one DER certificate; bytes after it are an error.
    pub fn parse(der: impl Into<Vec<u8>>) -> Result<Self, Malformed> {
        let der = der.into();
        let (rest, parsed) =
            X509Certificate::from_der(&der).map_err(|error| damaged(&der, &error))?;
        if !rest.is_empty() {
            let end = der.len() - rest.len();
            return Err(Malformed::new("certificate", end, "the end of the certificate"));
        }
        let within = |slice: &[u8]| {
            let start = (slice.as_ptr() as usize).wrapping_sub(der.as_ptr() as usize);
            let range = start..start.saturating_add(slice.len());
            if der.get(range.clone()).is_some() { range } else { 0..0 }
        };
        let name =
            |name: &X509Name<'_>| Name { text: names::text(name), der: within(name.as_raw()) };
        let contents = Contents {
            tbs: within(parsed.tbs_certificate.as_ref()),
            spki: within(parsed.public_key().raw),
            subject: name(parsed.subject()),
            issuer: name(parsed.issuer()),
            version: parsed.version().0.saturating_add(1),
            serial: names::serial(parsed.raw_serial()),
            not_before: parsed.validity().not_before.to_datetime(),
            not_after: parsed.validity().not_after.to_datetime(),
            key: PublicKey::of(parsed.public_key()),
            signature: within(&parsed.signature_value.data),
            signature_oid: names::dotted(&parsed.signature_algorithm.algorithm),
            extensions: Extensions::of(&parsed),
            der: Vec::new(),
        };
        Ok(Self(Arc::new(Contents { der, ..contents })))
    }
}

impl Contents {
    /// The whole certificate.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The part that is signed (TBSCertificate).
    pub fn tbs(&self) -> &[u8] {
        &self.der[self.tbs.clone()]
    }

    /// DER of SubjectPublicKeyInfo.
    pub fn spki(&self) -> &[u8] {
        &self.der[self.spki.clone()]
    }

    /// The signature itself.
    pub fn signature(&self) -> &[u8] {
        &self.der[self.signature.clone()]
    }

    /// Whether it has an extension with this dotted OID.
    pub fn has_extension(&self, oid: &str) -> bool {
        X509Certificate::from_der(&self.der).is_ok_and(|(_, parsed)| {
            parsed.extensions().iter().any(|one| names::dotted(&one.oid) == oid)
        })
    }

    /// Subject as text (RFC 4514).
    pub fn subject(&self) -> &str {
        &self.subject.text
    }

    /// Issuer as text (RFC 4514).
    pub fn issuer(&self) -> &str {
        &self.issuer.text
    }

    /// DER of the subject name.
    pub fn subject_der(&self) -> &[u8] {
        &self.der[self.subject.der.clone()]
    }

    /// Puts another issuer's name on it, as text.
    #[cfg(test)]
    pub(crate) fn set_issuer(&mut self, text: &str) {
        self.issuer.text = text.into();
    }

    /// DER of the issuer name.
    pub fn issuer_der(&self) -> &[u8] {
        &self.der[self.issuer.der.clone()]
    }

    /// Whether issuer and subject are the same name; says nothing about the signature.
    pub fn is_self_issued(&self) -> bool {
        self.subject_der() == self.issuer_der()
    }

    /// Whether it is a certificate authority: basicConstraints says so, or it is a self-issued
    /// certificate of version 1, from before that extension.
    pub fn is_ca(&self) -> bool {
        self.extensions.is_ca
    }

    /// The shortest name a person knows it by: the common name, an alternative name, the subject.
    pub fn short_name(&self) -> &str {
        let common = names::common_name(self.subject());
        common
            .or_else(|| self.extensions.alt_names.first().map(String::as_str))
            .unwrap_or_else(|| self.name())
    }

    /// What it is called where a name is needed: the subject, or if that is empty, as RFC 5280
    /// section 4.1.2.6 allows, the first alternative name.
    pub fn name(&self) -> &str {
        let alt_name = || self.extensions.alt_names.first().map_or(names::EMPTY, String::as_str);
        Some(self.subject()).filter(|subject| !subject.is_empty()).unwrap_or_else(alt_name)
    }

    /// Whole days until the end of validity, rounded down; negative when it is over.
    pub fn remaining_days(&self, now: OffsetDateTime) -> i64 {
        (self.not_after - now).whole_seconds().div_euclid(86_400)
    }
}

impl Extensions {
    fn of(certificate: &X509Certificate<'_>) -> Self {
        let mut found = Self::default();
        for extension in certificate.extensions() {
            found.add(extension);
        }
        found
    }

    fn add(&mut self, extension: &X509Extension<'_>) {
        match extension.parsed_extension() {
            ParsedExtension::SubjectAlternativeName(san) => {
                self.alt_names = san.general_names.iter().map(names::general_name).collect();
            }
            ParsedExtension::BasicConstraints(constraints) => {
                self.is_ca = constraints.ca;
                self.path_len = constraints.path_len_constraint;
            }
            ParsedExtension::KeyUsage(usage) => {
                self.key_usage = Some(names::key_usage(usage.flags))
            }
            ParsedExtension::ExtendedKeyUsage(usage) => {
                self.extended_key_usage = Some(names::extended_key_usage(usage));
            }
            ParsedExtension::SubjectKeyIdentifier(id) => self.subject_key_id = Some(id.0.to_vec()),
            ParsedExtension::AuthorityKeyIdentifier(id) => {
                self.authority_key_id = id.key_identifier.as_ref().map(|id| id.0.to_vec());
            }
            ParsedExtension::AuthorityInfoAccess(access) => {
                self.issuer_addresses = names::issuer_addresses(access);
            }
            ParsedExtension::CertificatePolicies(policies) => {
                self.policies =
                    policies.iter().map(|policy| names::dotted(&policy.policy_id)).collect();
            }
            ParsedExtension::UnsupportedExtension { oid } if extension.critical => {
                self.unknown_critical.push(names::dotted(oid));
            }
            _ => {}
        }
    }
}

fn damaged(der: &[u8], error: &x509_parser::nom::Err<X509Error>) -> Malformed {
    match error {
        x509_parser::nom::Err::Incomplete(_) => {
            Malformed::new("certificate", der.len(), "more bytes (it is truncated)")
        }
        x509_parser::nom::Err::Error(error) | x509_parser::nom::Err::Failure(error) => {
            damage::of(der, error)
        }
    }
}

impl Deref for Certificate {
    type Target = Contents;

    fn deref(&self) -> &Contents {
        &self.0
    }
}

/// Tests make odd certificates of good ones.
#[cfg(test)]
impl std::ops::DerefMut for Certificate {
    fn deref_mut(&mut self) -> &mut Contents {
        Arc::make_mut(&mut self.0)
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.der == other.der
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({})", self.subject())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use time::macros::datetime;

    /// A self-signed P-256 certificate for `hooks.example`, valid in 2026.
    pub(crate) fn sample() -> Certificate {
        let mut params = rcgen::CertificateParams::new(vec!["hooks.example".to_owned()]).unwrap();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(rcgen::DnType::CommonName, "hooks.example");
        params.not_before = datetime!(2026-01-01 0:00 UTC);
        params.not_after = datetime!(2026-12-31 0:00 UTC);
        let key = rcgen::KeyPair::generate().unwrap();
        Certificate::parse(params.self_signed(&key).unwrap().der().to_vec()).unwrap()
    }

    #[test]
    fn a_certificate_says_what_it_is() {
        let certificate = sample();
        assert_eq!(certificate.subject(), "CN=hooks.example");
        assert_eq!(certificate.short_name(), "hooks.example");
        assert_eq!(certificate.extensions.alt_names, ["DNS:hooks.example"]);
        assert_eq!(certificate.version, 3);
        assert!(certificate.is_self_issued());
        assert_eq!(certificate.key.curve, Some("P-256"));
        assert!(certificate.der().windows(4).any(|four| four == &certificate.spki()[..4]));
    }

    #[test]
    fn remaining_days_are_rounded_down() {
        let certificate = sample();
        assert_eq!(certificate.remaining_days(datetime!(2026-12-30 0:00 UTC)), 1);
        assert_eq!(certificate.remaining_days(datetime!(2026-12-30 0:01 UTC)), 0);
        assert_eq!(certificate.remaining_days(datetime!(2026-12-31 0:01 UTC)), -1);
    }

    #[test]
    fn bytes_after_it_are_an_error_with_their_place() {
        let mut der = sample().der().to_vec();
        let end = der.len();
        der.push(0);
        assert_eq!(Certificate::parse(der).unwrap_err().offset, end);
    }

    proptest::proptest! {
        #[test]
        fn changed_bytes_never_panic(at in 0usize..300, to in 0u8..=255) {
            let mut der = sample().der().to_vec();
            let at = at % der.len();
            der[at] = to;
            let _ = Certificate::parse(der);
        }
    }
}
