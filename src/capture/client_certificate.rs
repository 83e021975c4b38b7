//! The certificate of a caller, as a line of `.har.ndjson` has it.

use std::io::{self, Write};

use serde::Serialize;

use crate::cert::thumbprint::{Kind, Thumbprint};
use crate::cert::{Chain, rfc3339};
use crate::json;

/// The certificate of a caller, written with every delivery of a connection and made once.
#[derive(Clone, Debug)]
pub struct ClientCertificate {
    /// An object in JSON that lacks its end.
    end_entity: String,
    /// Everything that was presented, end-entity first: a list in JSON.
    chain_pem: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EndEntity<'a> {
    subject: &'a str,
    issuer: &'a str,
    serial: &'a str,
    not_before: String,
    not_after: String,
    san: &'a [String],
    sha1: String,
    sha256: String,
    spki_sha256: String,
}

impl ClientCertificate {
    /// The first of a chain; none when it is empty.
    pub fn of(chain: &Chain) -> Option<Self> {
        let it = chain.end_entity()?;
        let print = |kind| Thumbprint::of(it, kind).text();
        let end_entity = EndEntity {
            subject: it.subject(),
            issuer: it.issuer(),
            serial: &it.serial,
            not_before: rfc3339(it.not_before),
            not_after: rfc3339(it.not_after),
            san: &it.extensions.alt_names,
            sha1: print(Kind::Sha1),
            sha256: print(Kind::Sha256),
            spki_sha256: print(Kind::Spki),
        };
        let mut end_entity = json::text(&end_entity).ok()?;
        end_entity.pop();
        let chain_pem: Vec<String> = chain.certificates().iter().map(|one| one.pem()).collect();
        Some(Self { end_entity, chain_pem: json::text(&chain_pem).ok()? })
    }

    /// Writes it with what became of it, as JSON.
    pub(super) fn write(
        &self,
        out: &mut impl Write,
        verified: Option<bool>,
        verify_error: Option<&str>,
    ) -> io::Result<()> {
        out.write_all(self.end_entity.as_bytes())?;
        out.write_all(match verified {
            None => b",\"verified\":null,\"verifyError\":",
            Some(true) => b",\"verified\":true,\"verifyError\":",
            Some(false) => b",\"verified\":false,\"verifyError\":",
        })?;
        match verify_error {
            None => out.write_all(b"null")?,
            Some(error) => json::string(out, error)?,
        }
        out.write_all(b",\"chainPem\":")?;
        out.write_all(self.chain_pem.as_bytes())?;
        out.write_all(b"}")
    }
}
