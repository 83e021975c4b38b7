//! What findings call a certificate.

use std::cell::OnceCell;
use std::collections::HashMap;

use crate::cert::Certificate;
use crate::store::Bundle;

/// What findings call a certificate: its subject, with the serial number where the file holds
/// another certificate of the same subject, as it does during a renewal.
pub struct Names<'a> {
    bundle: &'a Bundle,
    by_subject: OnceCell<HashMap<&'a [u8], Known<'a>>>,
}

enum Known<'a> {
    One(&'a Certificate),
    Several,
}

impl<'a> Names<'a> {
    /// Of the certificates of this file.
    pub fn of(bundle: &'a Bundle) -> Self {
        Self { bundle, by_subject: OnceCell::new() }
    }

    fn by_subject(&self) -> HashMap<&'a [u8], Known<'a>> {
        let mut by_subject = HashMap::new();
        for certificate in self.bundle.certificates() {
            by_subject
                .entry(certificate.subject_der())
                .and_modify(|known| {
                    if matches!(known, Known::One(one) if *one != certificate) {
                        *known = Known::Several;
                    }
                })
                .or_insert(Known::One(certificate));
        }
        by_subject
    }

    /// What this certificate is called.
    pub fn of_certificate(&self, certificate: &Certificate) -> String {
        let by_subject = self.by_subject.get_or_init(|| self.by_subject());
        match by_subject.get(certificate.subject_der()) {
            Some(Known::Several) => {
                format!("{} (serial {})", certificate.name(), certificate.serial)
            }
            _ => certificate.name().to_owned(),
        }
    }
}
