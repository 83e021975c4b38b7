//! A certificate as formats list it, whether it was seen in this run or in the one whose row is read
//! back.

use serde::{Deserialize, Deserializer, de};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::cert::Description;

/// A certificate in a report.
#[derive(Clone, Debug)]
pub enum Listed<'a> {
    /// Seen in this run.
    Described(&'a Description),
    /// What an earlier run said of it.
    Told(Told),
}

/// What a row says of a certificate; the keys are those of [`Description`].
#[derive(Clone, Debug, Deserialize)]
pub struct Told {
    subject: String,
    issuer: String,
    #[serde(deserialize_with = "moment")]
    not_before: OffsetDateTime,
    #[serde(deserialize_with = "moment")]
    not_after: OffsetDateTime,
    remaining_days: i64,
    sha1: String,
    sha256: String,
    spki_sha256: String,
}

impl Listed<'_> {
    /// Its subject (RFC 4514).
    pub fn subject(&self) -> &str {
        match self {
            Self::Described(it) => it.certificate.subject(),
            Self::Told(it) => &it.subject,
        }
    }

    /// Its issuer (RFC 4514).
    pub fn issuer(&self) -> &str {
        match self {
            Self::Described(it) => it.certificate.issuer(),
            Self::Told(it) => &it.issuer,
        }
    }

    /// When its validity begins.
    pub fn not_before(&self) -> OffsetDateTime {
        match self {
            Self::Described(it) => it.certificate.not_before,
            Self::Told(it) => it.not_before,
        }
    }

    /// When its validity ends.
    pub fn not_after(&self) -> OffsetDateTime {
        match self {
            Self::Described(it) => it.certificate.not_after,
            Self::Told(it) => it.not_after,
        }
    }

    /// Whole days from the moment of the report, or of the earlier run, until it ends.
    pub fn remaining_days(&self) -> i64 {
        match self {
            Self::Described(it) => it.remaining_days,
            Self::Told(it) => it.remaining_days,
        }
    }

    /// SHA-1 over it, in hex.
    pub fn sha1(&self) -> String {
        match self {
            Self::Described(it) => it.sha1(),
            Self::Told(it) => it.sha1.clone(),
        }
    }

    /// SHA-256 over it, in hex.
    pub fn sha256(&self) -> String {
        match self {
            Self::Described(it) => it.sha256(),
            Self::Told(it) => it.sha256.clone(),
        }
    }

    /// SHA-256 over its public key, in base64.
    pub fn spki_sha256(&self) -> String {
        match self {
            Self::Described(it) => it.spki_sha256(),
            Self::Told(it) => it.spki_sha256.clone(),
        }
    }
}

fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<OffsetDateTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    OffsetDateTime::parse(&text, &Rfc3339).map_err(de::Error::custom)
}
