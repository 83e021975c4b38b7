//! Certificates for tests, made with fixed keys and dates: Ed25519 signatures are deterministic, so
//! the bytes are the same in each run and golden files can show thumbprints.

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, SerialNumber,
};
use time::OffsetDateTime;
use time::macros::datetime;

/// The moment tests judge at.
pub const NOW: &str = "2026-06-01T00:00:00Z";

/// A certificate and its key.
pub struct Pair {
    pub certificate_pem: String,
    pub certificate_der: Vec<u8>,
    pub key_pem: String,
}

/// A certificate authority that makes end-entity certificates.
pub struct Pki {
    pub ca: Pair,
    issuer: Issuer<'static, KeyPair>,
}

/// What kind of end-entity certificate is wanted.
pub struct Wish<'a> {
    pub name: &'a str,
    pub purpose: ExtendedKeyUsagePurpose,
    pub not_before: OffsetDateTime,
    pub not_after: OffsetDateTime,
    /// Number of the fixed key; two wishes with the same number share a key.
    pub key: u8,
}

impl Default for Wish<'_> {
    fn default() -> Self {
        Self {
            name: "localhost",
            purpose: ExtendedKeyUsagePurpose::ServerAuth,
            not_before: datetime!(2026-01-01 0:00 UTC),
            not_after: datetime!(2026-12-31 0:00 UTC),
            key: 2,
        }
    }
}

impl Wish<'_> {
    /// Valid now, whatever `--at` says: peers are trusted by the real clock.
    pub fn live() -> Self {
        Self {
            not_before: datetime!(2025-02-01 0:00 UTC),
            not_after: datetime!(2034-12-31 0:00 UTC),
            ..Self::default()
        }
    }
}

impl Pki {
    /// An authority called `name`.
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        params.serial_number = Some(SerialNumber::from(1u64));
        params.not_before = datetime!(2025-01-01 0:00 UTC);
        params.not_after = datetime!(2035-01-01 0:00 UTC);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = fixed_key(name.len() as u8 ^ 0x5a);
        let certificate = params.self_signed(&key).unwrap();
        let ca = Pair {
            certificate_pem: certificate.pem(),
            certificate_der: certificate.der().to_vec(),
            key_pem: key.serialize_pem(),
        };
        Self { ca, issuer: Issuer::new(params, key) }
    }

    /// An end-entity certificate.
    pub fn issue(&self, wish: &Wish<'_>) -> Pair {
        let mut params = CertificateParams::new(vec![wish.name.to_owned()]).unwrap();
        if wish.name == "localhost" {
            params.subject_alt_names.push(rcgen::SanType::IpAddress([127, 0, 0, 1].into()));
        }
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, wish.name);
        params.serial_number = Some(SerialNumber::from(u64::from(wish.key) + 0x1000));
        params.not_before = wish.not_before;
        params.not_after = wish.not_after;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![wish.purpose.clone()];
        params.use_authority_key_identifier_extension = true;
        let key = fixed_key(wish.key);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Pair {
            certificate_pem: certificate.pem(),
            certificate_der: certificate.der().to_vec(),
            key_pem: key.serialize_pem(),
        }
    }
}

/// An Ed25519 key whose 32 secret bytes are all `number` (PKCS#8, RFC 8410 section 7).
pub fn fixed_key(number: u8) -> KeyPair {
    let mut der = vec![
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    der.extend([number; 32]);
    let der = rustls::pki_types::PrivatePkcs8KeyDer::from(der);
    KeyPair::try_from(&der).unwrap()
}
