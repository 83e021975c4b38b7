//! Throw-away certificates: an authority and the identities it issues, for `mint`, `demo` and
//! `listen`. ECDSA P-256 with SHA-256; nothing here is meant to outlive a test.

use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose,
};
use time::OffsetDateTime;

use crate::cert::Certificate;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// Clocks differ: a fresh certificate is valid from a little earlier.
const SLACK: Duration = Duration::from_secs(3600);

/// What a certificate is for (extended key usage).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// TLS client, `clientAuth`.
    Client,
    /// TLS server, `serverAuth`.
    Server,
}

/// What an end-entity certificate should say.
#[derive(Clone, Debug)]
pub struct Wish<'a> {
    /// Common name.
    pub name: &'a str,
    /// DNS names and IP addresses it is for.
    pub alt_names: &'a [&'a str],
    /// What it is for.
    pub purpose: Purpose,
    /// Start of validity.
    pub not_before: OffsetDateTime,
    /// End of validity.
    pub not_after: OffsetDateTime,
}

/// A certificate and its private key.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The certificate.
    pub certificate: Certificate,
    /// Its private key, PKCS#8 DER.
    pub key: Secret,
    /// Its private key as PEM.
    pub key_pem: Secret,
}

/// A throw-away certificate authority.
pub struct Authority {
    /// Its own certificate.
    pub certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// An authority called `name`, valid from just before `now` for `lifetime`.
    pub fn new(name: &str, now: OffsetDateTime, lifetime: Duration) -> Result<Self> {
        let lifetime = time::Duration::try_from(lifetime).map_err(|_| out_of_years())?;
        let end = now.checked_add(lifetime).ok_or_else(out_of_years)?;
        let mut params = params(name, &[], now - SLACK, end)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().map_err(cannot_issue)?;
        let certificate = params.self_signed(&key).map_err(cannot_issue)?;
        let certificate = Certificate::parse(certificate.der().to_vec())?;
        Ok(Self { certificate, issuer: Issuer::new(params, key) })
    }

    /// Its private key as PEM.
    pub fn key_pem(&self) -> Secret {
        Secret::new(self.issuer.key().serialize_pem().into_bytes())
    }

    /// A certificate with a fresh key.
    pub fn issue(&self, wish: &Wish<'_>) -> Result<Issued> {
        let mut params = params(wish.name, wish.alt_names, wish.not_before, wish.not_after)?;
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![match wish.purpose {
            Purpose::Client => ExtendedKeyUsagePurpose::ClientAuth,
            Purpose::Server => ExtendedKeyUsagePurpose::ServerAuth,
        }];
        let key = KeyPair::generate().map_err(cannot_issue)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(cannot_issue)?;
        Ok(Issued {
            certificate: Certificate::parse(certificate.der().to_vec())?,
            key_pem: Secret::new(key.serialize_pem().into_bytes()),
            key: Secret::new(key.serialize_der()),
        })
    }
}

fn params(
    name: &str,
    alt_names: &[&str],
    not_before: OffsetDateTime,
    not_after: OffsetDateTime,
) -> Result<CertificateParams> {
    if not_before.year() < 0 {
        return Err(out_of_years());
    }
    let alt_names = alt_names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    let mut params = CertificateParams::new(alt_names).map_err(cannot_issue)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = not_before;
    params.not_after = not_after;
    Ok(params)
}

fn out_of_years() -> Error {
    Error::usage("no certificate can name such a time")
        .help("choose another --at: they know the years 0 to 9999")
}

fn cannot_issue(error: rcgen::Error) -> Error {
    Error::usage(format!("cannot create a certificate: {error}"))
        .help("names are DNS names or IP addresses, in ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cert::Chain;
    use time::macros::datetime;

    #[test]
    fn what_would_end_after_the_last_year_or_begin_before_the_first_is_refused() {
        let day = Duration::from_secs(86_400);
        for (now, is_fine) in [
            (datetime!(9999-12-30 0:00 UTC), true),
            (datetime!(9999-12-31 0:00 UTC), false),
            (datetime!(0000-01-01 0:00 UTC), false),
            (datetime!(0000-01-01 1:00 UTC), true),
        ] {
            assert_eq!(Authority::new("test CA", now, day).is_ok(), is_fine, "{now}");
        }
    }

    #[test]
    fn an_issued_certificate_is_for_its_purpose_and_leads_to_the_authority() {
        let now = datetime!(2026-11-22 0:00 UTC);
        let authority = Authority::new("test CA", now, Duration::from_secs(86_400)).unwrap();
        let wish = Wish {
            name: "caller",
            alt_names: &["caller.example", "192.0.2.1"],
            purpose: Purpose::Client,
            not_before: now,
            not_after: now + Duration::from_secs(86_400),
        };
        let issued = authority.issue(&wish).unwrap();
        let extensions = &issued.certificate.extensions;
        assert_eq!(extensions.alt_names, ["DNS:caller.example", "IP:192.0.2.1"]);
        assert_eq!(extensions.extended_key_usage.as_deref(), Some(&["clientAuth".into()][..]));
        let chain = Chain::new(vec![issued.certificate, authority.certificate.clone()]);
        assert!(chain.is_ordered() && chain.superfluous().is_empty());
        assert!(authority.certificate.is_ca());
    }
}
