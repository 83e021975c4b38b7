//! The certificate of a caller, as a line of `.har.ndjson` has it.

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::cert::thumbprint::{Kind, Thumbprint};
use crate::cert::{Chain, rfc3339};

/// The certificate of a caller; the same for all deliveries of a connection.
#[derive(Clone, Debug)]
pub struct ClientCertificate {
    end_entity: EndEntity,
    /// Everything that was presented, end-entity first: a list in JSON, which is written with every
    /// delivery and made once.
    chain_pem: Box<RawValue>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct EndEntity {
    subject: String,
    issuer: String,
    serial: String,
    not_before: String,
    not_after: String,
    san: Vec<String>,
    sha1: String,
    sha256: String,
    spki_sha256: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Presented<'a> {
    #[serde(flatten)]
    end_entity: &'a EndEntity,
    verified: Option<bool>,
    verify_error: Option<&'a str>,
    chain_pem: &'a RawValue,
}

impl ClientCertificate {
    /// The first of a chain; none when it is empty.
    pub fn of(chain: &Chain) -> Option<Self> {
        let it = chain.end_entity()?;
        let print = |kind| Thumbprint::of(it, kind).text();
        let end_entity = EndEntity {
            subject: it.subject().to_owned(),
            issuer: it.issuer().to_owned(),
            serial: it.serial.clone(),
            not_before: rfc3339(it.not_before),
            not_after: rfc3339(it.not_after),
            san: it.extensions.alt_names.clone(),
            sha1: print(Kind::Sha1),
            sha256: print(Kind::Sha256),
            spki_sha256: print(Kind::Spki),
        };
        let chain_pem: Vec<String> = chain.certificates().iter().map(|one| one.pem()).collect();
        Some(Self { end_entity, chain_pem: to_raw_value(&chain_pem).unwrap_or_default() })
    }

    /// The same with what became of it.
    pub(super) fn judged<'a>(
        &'a self,
        verified: Option<bool>,
        verify_error: Option<&'a str>,
    ) -> Presented<'a> {
        let Self { end_entity, chain_pem } = self;
        Presented { end_entity, verified, verify_error, chain_pem }
    }
}
