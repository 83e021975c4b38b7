//! What OpenSSL writes behind a certificate in a `TRUSTED CERTIFICATE` block (`X509_CERT_AUX` of its
//! x509_aux.h): the purposes that it may be trusted for, and those it must not.

use crate::cert::Certificate;
use crate::der::{Reader, tag};
use crate::error::Malformed;

/// anyExtendedKeyUsage.
const ANY: &str = "2.5.29.37.0";

/// A certificate's marks, as dotted object identifiers of purposes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marks {
    /// The certificate they are about.
    pub certificate: Certificate,
    /// What it may be trusted for; empty when nothing is listed, and then there is no limit.
    pub trusted: Vec<String>,
    /// What it must not be trusted for.
    pub rejected: Vec<String>,
}

impl Marks {
    /// Whether they forbid a purpose, as OpenSSL's `X509_check_trust` has it.
    pub fn forbid(&self, purpose: &str) -> bool {
        let lists = |list: &[String]| list.iter().any(|one| one == purpose || one == ANY);
        lists(&self.rejected) || (!self.trusted.is_empty() && !lists(&self.trusted))
    }

    /// Reads what stands behind the certificate; nothing at all marks nothing.
    pub(super) fn read(
        certificate: &Certificate,
        behind: &[u8],
    ) -> Result<Option<Self>, Malformed> {
        let mut reader = Reader::new("trust settings", behind);
        if reader.is_empty() {
            return Ok(None);
        }
        let mut lists = reader.sequence("trust settings")?;
        let trusted = lists.optional(tag::SEQUENCE, "purposes")?;
        let rejected = lists.optional(tag::context(0), "purposes")?;
        let purposes = |list: Option<crate::der::Value<'_>>| {
            let mut purposes = Vec::new();
            let Some(mut reader) = list.map(|list| list.reader()) else { return Ok(purposes) };
            while !reader.is_empty() {
                purposes.push(reader.oid("a purpose")?);
            }
            Ok(purposes)
        };
        Ok(Some(Self {
            certificate: certificate.clone(),
            trusted: purposes(trusted)?,
            rejected: purposes(rejected)?,
        }))
    }
}
