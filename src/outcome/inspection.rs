//! `inspect`: what a file holds, how it is protected, and what was checked of it.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use crate::cert::algorithms::PublicKey;
use crate::cert::pin::MatchedPin;
use crate::cert::{Description, Request, RevocationList};
use crate::finding::Severity;
use crate::parallel;
use crate::store::{self, Kind};

/// What a keystore or certificate file holds.
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    /// As in [`store::Bundle::format`], or `har.ndjson` for a capture.
    pub format: &'static str,
    /// How it is protected; `None` for formats that never are.
    pub protection: Option<Protection>,
    /// What is in it, in stored order: there can be 100,000.
    #[serde(serialize_with = "parallel::serialize")]
    pub entries: Vec<Entry>,
    /// Certificate requests in it.
    #[serde(rename = "csr", skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<Request>,
    /// Revocation lists in it.
    #[serde(rename = "crl", skip_serializing_if = "Vec::is_empty")]
    pub revocations: Vec<RevocationList>,
    /// What to know about it, a sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Which pin matches what, if any does; only where pins were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matched_pin: Option<Option<MatchedPin>>,
    /// What was checked, for a purpose or provider.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// Whether people get the certificates themselves, in PEM, instead of a description.
    #[serde(skip)]
    pub is_pem: bool,
}

/// How a store is protected, and what opens it.
#[derive(Clone, Debug, Serialize)]
pub struct Protection {
    /// In the words of its format.
    #[serde(flatten)]
    pub scheme: store::Protection,
    /// Programs that are known to open it.
    pub opens_with: Vec<String>,
    /// Whether a MAC or digest over the whole file was there and right.
    pub integrity_verified: bool,
    /// Which password opened it, by its label where it has one.
    pub opened_with: String,
}

/// One thing in a file.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// Alias (Java) or friendlyName (PKCS#12).
    pub alias: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// The end-entity certificate and then its issuers as far as the file has them.
    pub chain: Vec<Description>,
    /// Its key, or one of another file that belongs to it.
    pub key: Option<Key>,
    /// When a capture has it as a caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<Sightings>,
}

/// A private key.
#[derive(Clone, Debug, Serialize)]
pub struct Key {
    /// Its kind and size; unknown while it is sealed.
    #[serde(flatten, serialize_with = "known_or_null")]
    pub kind: Option<PublicKey>,
    /// Whether it belongs to the certificate; `None` if nobody can tell.
    pub matches: Option<bool>,
}

/// When and how often a caller was seen.
#[derive(Clone, Debug, Serialize)]
pub struct Sightings {
    /// The first call, as the capture writes it.
    pub first: String,
    /// The last one.
    pub last: String,
    /// How many there are.
    pub count: u64,
}

/// One thing that was checked.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// A word.
    #[serde(rename = "check")]
    pub name: &'static str,
    /// How it came out.
    pub verdict: Verdict,
    /// What was seen.
    pub text: String,
}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing speaks against it.
    Ok,
    /// It could not be checked.
    Unknown,
    /// A finding of this severity does.
    #[serde(untagged)]
    Found(Severity),
}

/// What `inspect` looked at in all.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Inspections {
    /// Certificates found.
    pub certificates: u64,
    /// Things in folders that are no keystores.
    pub skipped: u64,
    /// Those of them with text like PEM that cannot be read: placeholders, in texts that nobody calls a store.
    #[serde(skip_serializing_if = "is_zero")]
    pub placeholders: u64,
    /// Files that are. Several items can stand in one.
    pub files: u64,
}

impl Inspection {
    /// Every certificate under the alias of its entry, in stored order.
    pub fn certificates(&self) -> impl Iterator<Item = (&str, &Description)> {
        self.entries.iter().flat_map(|entry| entry.chain.iter().map(|one| (entry.alias(), one)))
    }

    /// The certificates themselves, if people asked for them.
    pub fn pem(&self) -> Option<String> {
        let pem = || self.certificates().map(|(_, one)| one.certificate.pem()).collect();
        self.is_pem.then(pem)
    }
}

impl Entry {
    /// Its alias, or "".
    pub fn alias(&self) -> &str {
        self.alias.as_deref().unwrap_or_default()
    }
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// The keys of a kind of key, also where nothing is known.
fn known_or_null<S: Serializer>(
    kind: &Option<PublicKey>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Unknown {
        algorithm: Option<Cow<'static, str>>,
        bits: Option<u32>,
    }
    match kind {
        Some(kind) => kind.serialize(serializer),
        None => Unknown { algorithm: None, bits: None }.serialize(serializer),
    }
}
