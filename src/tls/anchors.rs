//! Trust anchors, found by the name of an issuer. Verifying one chain needs one or two of the 140
//! that a system has, so they are only sorted by name here and read when they are wanted.

use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use webpki::anchor_from_trusted_cert;

use super::variables;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::input::Input;
use crate::store::pem::Marks;
use crate::store::{self, Passwords};

/// Where Linux distributions and BSDs keep all their anchors in one file. The folder beside it holds
/// the same ones in 290 files.
const BUNDLES: [&str; 6] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/usr/local/share/certs/ca-root-nss.crt",
];

/// Certificates that verification may start from.
#[derive(Debug, Default)]
pub struct Anchors {
    certificates: Vec<CertificateDer<'static>>,
    /// The value of a subject name (its DER without tag and length), and who has it.
    by_subject: HashMap<Vec<u8>, Vec<usize>>,
    /// What some of them may be trusted for (`TRUSTED CERTIFICATE`).
    marks: Vec<Marks>,
}

impl Anchors {
    /// These certificates (DER). What is no certificate is left out.
    pub fn new(certificates: impl IntoIterator<Item = CertificateDer<'static>>) -> Self {
        let mut anchors = Self::default();
        for certificate in certificates {
            anchors.add(certificate);
        }
        anchors
    }

    fn add(&mut self, certificate: CertificateDer<'static>) {
        let Ok(anchor) = anchor_from_trusted_cert(&certificate) else { return };
        let subject = anchor.subject.as_ref().to_vec();
        self.by_subject.entry(subject).or_default().push(self.certificates.len());
        self.certificates.push(certificate);
    }

    /// Takes others in.
    pub(super) fn extend(&mut self, others: Self) {
        others.certificates.into_iter().for_each(|certificate| self.add(certificate));
        self.marks.extend(others.marks);
    }

    /// Every certificate of a file of any format [`store::open`] reads.
    ///
    /// # Errors
    /// Those of reading, and `unrecognised` when there is no certificate in it.
    pub fn from_file(bytes: &[u8]) -> Result<Self> {
        let bundle = store::open(bytes, &Passwords::none())?;
        let certificates = bundle.certificates();
        let mut anchors =
            Self::new(certificates.map(|one| CertificateDer::from(one.der().to_vec())));
        if anchors.certificates.is_empty() {
            return Err(Error::new(Failure::Unrecognised, "it contains no certificate"));
        }
        anchors.marks = bundle.marks;
        Ok(anchors)
    }

    /// The anchors of the operating system; none when it has none.
    fn of_system() -> Self {
        let known = BUNDLES.iter().map(Path::new);
        known
            .filter_map(from_bundle)
            .next()
            .unwrap_or_else(|| Self::new(rustls_native_certs::load_native_certs().certs))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.certificates.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.certificates.is_empty()
    }

    /// Those with this subject name (DER), as certificates.
    pub fn certificates_named(
        &self,
        name: &[u8],
    ) -> impl Iterator<Item = &CertificateDer<'static>> {
        let places = self.by_subject.get(value(name)).map(Vec::as_slice).unwrap_or_default();
        places.iter().filter_map(|place| self.certificates.get(*place))
    }

    /// Their subject names (the values, without tag and length), each once: what a server may list
    /// as acceptable.
    pub fn subjects(&self) -> impl Iterator<Item = &[u8]> {
        self.by_subject.keys().map(Vec::as_slice)
    }

    /// Whether this very certificate is among them.
    pub fn holds(&self, der: &[u8]) -> bool {
        self.certificates.iter().any(|certificate| certificate.as_ref() == der)
    }

    /// Whether this certificate is marked as not to be trusted for a purpose (dotted identifier).
    pub fn rejects(&self, der: &[u8], purpose: &str) -> bool {
        self.marks.iter().any(|marks| marks.certificate.der() == der && marks.forbid(purpose))
    }
}

/// Anchors that are read when they are first needed.
#[derive(Debug, Default)]
pub struct LazyAnchors {
    given: Option<Anchors>,
    system: OnceLock<Anchors>,
}

impl LazyAnchors {
    /// These and no others: they were named on the command line.
    pub fn given(anchors: Anchors) -> Self {
        Self { given: Some(anchors), system: OnceLock::new() }
    }

    /// Those of the operating system, or those that the environment names instead
    /// (`SSL_CERT_FILE`, `SSL_CERT_DIR`).
    ///
    /// # Errors
    /// When the environment names anchors that cannot be had.
    pub fn system() -> Result<Self> {
        let system = match variables::anchors()? {
            Some(anchors) => OnceLock::from(anchors),
            None => OnceLock::new(),
        };
        Ok(Self { given: None, system })
    }

    /// None at all, where nobody will ask for any.
    pub fn none() -> Self {
        Self { given: None, system: OnceLock::from(Anchors::default()) }
    }

    /// Whether they were named on the command line, so that a chain must lead to them even beside a
    /// pin.
    pub fn is_given(&self) -> bool {
        self.given.is_some()
    }

    /// The anchors.
    pub fn get(&self) -> &Anchors {
        self.given.as_ref().unwrap_or_else(|| self.system.get_or_init(Anchors::of_system))
    }
}

fn from_bundle(path: &Path) -> Option<Anchors> {
    let pem = Input::default().read(path).ok()?;
    // (Files of users go through `store`, which knows all the ways in which PEM can be odd.)
    let anchors = Anchors::new(CertificateDer::pem_slice_iter(&pem).flatten());
    (!anchors.is_empty()).then_some(anchors)
}

/// A DER value without its tag and length: `30 len ...` or `30 8n len... ...`.
fn value(der: &[u8]) -> &[u8] {
    let header = match der.get(1) {
        Some(length @ 0x81..=0x84) => 2 + usize::from(length & 0x7f),
        _ => 2,
    };
    der.get(header..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cert::Certificate;

    #[test]
    fn anchors_are_found_by_their_subject() {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new(vec![]).unwrap();
        params.distinguished_name.push(rcgen::DnType::OrganizationName, "x".repeat(200));
        let pem = params.self_signed(&key).unwrap().pem();
        let text = format!("text\n{pem}\nmore\n{pem}");
        let anchors = Anchors::new(CertificateDer::pem_slice_iter(text.as_bytes()).flatten());
        assert_eq!(anchors.len(), 2);
        let file = Anchors::from_file(pem.as_bytes()).unwrap();
        let certificate = Certificate::parse(file.certificates[0].to_vec()).unwrap();
        assert_eq!(anchors.certificates_named(certificate.subject_der()).count(), 2);
        assert_eq!(anchors.certificates_named(b"\x30\x00").count(), 0);
        assert!(anchors.holds(certificate.der()));
        assert!(Anchors::from_file(b"nothing").is_err());
    }

    #[test]
    fn the_value_of_short_and_long_names() {
        assert_eq!(value(&[0x30, 1, 7]), [7]);
        assert_eq!(value(&[0x30, 0x81, 1, 7]), [7]);
        assert!(value(&[0x30]).is_empty());
    }
}
