//! Revocation lists (RFC 5280 section 5): who issued one, and until when it holds.

use serde::Serialize;
use time::OffsetDateTime;
use x509_parser::prelude::FromDer;
use x509_parser::revocation_list::CertificateRevocationList;

use super::algorithms::signature_name;
use super::{moment, names, rfc3339};
use crate::error::Malformed;

/// What a revocation list says of itself; its signature has not been verified.
#[derive(Clone, Debug, Serialize)]
pub struct RevocationList {
    issuer: String,
    number: Option<String>,
    #[serde(serialize_with = "moment")]
    this_update: OffsetDateTime,
    #[serde(serialize_with = "moment")]
    next_update: Option<OffsetDateTime>,
    /// Whole days until the next one is due, once a moment to count from is known.
    remaining_days: Option<i64>,
    revoked: usize,
    signature_algorithm: String,
}

impl RevocationList {
    /// Reads one DER list.
    pub fn parse(der: &[u8]) -> Result<Self, Malformed> {
        let (_, parsed) = CertificateRevocationList::from_der(der)
            .map_err(|_| Malformed::new("revocation list", 0, "a revocation list"))?;
        let signature_oid = names::dotted(&parsed.signature_algorithm.algorithm);
        Ok(Self {
            issuer: names::text(parsed.issuer()),
            number: parsed.crl_number().map(|number| number.to_str_radix(16)),
            this_update: parsed.last_update().to_datetime(),
            next_update: parsed.next_update().map(|time| time.to_datetime()),
            remaining_days: None,
            revoked: parsed.iter_revoked_certificates().count(),
            signature_algorithm: signature_name(&signature_oid).to_owned(),
        })
    }

    /// The same in a report made at `now`.
    #[must_use]
    pub fn at(self, now: OffsetDateTime) -> Self {
        let remaining = self.next_update.map(|end| (end - now).whole_seconds().div_euclid(86_400));
        Self { remaining_days: remaining, ..self }
    }

    /// `a revocation list of CN=Root (3 certificates), till 2026-11-30`
    pub fn sentence(&self, now: OffsetDateTime) -> String {
        let revoked = match self.revoked {
            1 => "1 certificate".to_owned(),
            count => format!("{count} certificates"),
        };
        let end = match self.next_update {
            Some(end) if end < now => format!("expired at {}", rfc3339(end)),
            Some(end) => format!("next one by {}", rfc3339(end)),
            None => "without a date for the next one".to_owned(),
        };
        format!("a revocation list of {} ({revoked}), {end}", self.issuer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_list_says_until_when() {
        let mut params = rcgen::CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params.key_usages = vec![rcgen::KeyUsagePurpose::CrlSign];
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(rcgen::DnType::CommonName, "Root");
        let issuer = rcgen::Issuer::new(params, rcgen::KeyPair::generate().unwrap());
        let list = rcgen::CertificateRevocationListParams {
            this_update: datetime!(2026-11-01 0:00 UTC),
            next_update: datetime!(2026-12-01 0:00 UTC),
            crl_number: rcgen::SerialNumber::from(7_u64),
            issuing_distribution_point: None,
            revoked_certs: Vec::new(),
            key_identifier_method: rcgen::KeyIdMethod::Sha256,
        };
        let list = list.signed_by(&issuer).unwrap();
        let list = RevocationList::parse(list.der()).unwrap();
        let now = datetime!(2026-11-25 0:00 UTC);
        assert_eq!(
            serde_json::to_string(&list.clone().at(now)).unwrap(),
            r#"{"issuer":"CN=Root","number":"7","this_update":"2026-11-01T00:00:00Z","next_update":"2026-12-01T00:00:00Z","remaining_days":6,"revoked":0,"signature_algorithm":"ecdsa-with-SHA256"}"#
        );
        assert_eq!(
            list.sentence(now),
            "a revocation list of CN=Root (0 certificates), next one by 2026-12-01T00:00:00Z"
        );
    }
}
