//! What is wrong with a keystore: every certificate once, then each entry with its key.

use std::collections::{HashMap, HashSet};

use time::OffsetDateTime;

use crate::cert::Certificate;
use crate::finding::{Code, Finding};
use crate::policy::{self, Limits};
use crate::store::{Bundle, Entry};

/// By which rules files are judged.
pub struct Rules {
    /// The moment to judge at.
    pub now: OffsetDateTime,
    /// How early an end is announced.
    pub limits: Limits,
    /// Whether the certificates themselves are wanted.
    pub pem: bool,
}

/// Everything that is wrong with the contents of a file.
pub fn bundle(bundle: &Bundle, rules: &Rules) -> Vec<Finding> {
    let names = Names::of(bundle);
    let mut findings = Vec::new();
    let mut seen = HashSet::new();
    for certificate in bundle.certificates().filter(|one| seen.insert(one.der())) {
        let name = names.of_certificate(certificate);
        let about = policy::expiry(certificate, rules.limits, rules.now)
            .into_iter()
            .chain(policy::strength(certificate));
        findings.extend(about.map(|finding| Finding { subject: name.clone(), ..finding }));
    }
    findings.extend(bundle.entries.iter().filter_map(|entry| mismatch(entry, &names)));
    findings
}

/// `key-mismatch`.
fn mismatch(entry: &Entry, names: &Names<'_>) -> Option<Finding> {
    let certificate = entry.chain.first().filter(|_| entry.key_matches() == Some(false))?;
    let name = certificate.short_name();
    let message = format!("the private key does not belong to {name}");
    Some(
        Finding::new(Code::KeyMismatch, names.of_certificate(certificate), message)
            .help("find the key that its request was made with, or have the new key certified"),
    )
}

/// What findings call a certificate: its subject, with the serial number where the file holds
/// another certificate of the same subject, as it does during a renewal.
struct Names<'a> {
    by_subject: HashMap<&'a [u8], Known<'a>>,
}

enum Known<'a> {
    One(&'a Certificate),
    Several,
}

impl<'a> Names<'a> {
    fn of(bundle: &'a Bundle) -> Self {
        let mut by_subject = HashMap::new();
        for certificate in bundle.certificates() {
            by_subject
                .entry(certificate.subject_der())
                .and_modify(|known| {
                    if matches!(known, Known::One(one) if *one != certificate) {
                        *known = Known::Several;
                    }
                })
                .or_insert(Known::One(certificate));
        }
        Self { by_subject }
    }

    fn of_certificate(&self, certificate: &Certificate) -> String {
        match self.by_subject.get(certificate.subject_der()) {
            Some(Known::Several) => {
                format!("{} (serial {})", certificate.subject(), certificate.serial)
            }
            _ => certificate.subject().to_owned(),
        }
    }
}
