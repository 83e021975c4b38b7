//! Facts about providers, one table each, and the checks they lead to.

mod check;
#[cfg(test)]
mod tests;
mod trusts;

use std::sync::LazyLock;

use serde::Deserialize;
use time::OffsetDateTime;

use super::dated::{Day, Grade, provenance};
use super::table;
use crate::error::{Error, Result};
use crate::finding::{Code, Finding};
use crate::nearest::did_you_mean;

pub use check::{Check, provider};
pub use trusts::{Trusts, anchors};

/// What lays newer facts over these.
const REMEDY: &str = "--providers-file FILE takes newer facts";

/// What is known about a provider.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// As given to `--provider`.
    pub name: String,
    /// As people write it.
    pub title: String,
    role: Role,
    /// Formats of the upload form; empty when the page does not say.
    #[serde(default)]
    formats: Vec<Form>,
    /// Exactly one private key with its certificate.
    #[serde(default)]
    one_key: bool,
    /// The form asks for the password of the store.
    #[serde(default)]
    password: bool,
    /// Self-signed certificates are refused.
    #[serde(default)]
    ca_signed: bool,
    /// Certificates of its own.
    #[serde(default)]
    presents: Vec<Presented>,
    /// What else to know.
    #[serde(default)]
    notes: Vec<String>,
    source: String,
    read_on: Day,
    holds_until: Option<Day>,
    grade: Grade,
}

/// A certificate that the provider presents. Each has its own source: pages of one provider differ.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Presented {
    /// Common name or DNS names; empty when the page does not say.
    #[serde(default)]
    names: Vec<String>,
    /// The authority, as its name is written.
    root: Option<String>,
    /// SHA-256 of that authority's certificate, in hex.
    root_sha256: Option<String>,
    /// What stands in the subject of that authority, whichever of its certificates it is.
    root_subject: Option<String>,
    /// It is presented where the others are refused.
    #[serde(default, rename = "fallback")]
    is_fallback: bool,
    /// The first day on which it is presented, where the page names one.
    holds_from: Option<Day>,
    note: Option<String>,
    source: String,
    read_on: Day,
    holds_until: Option<Day>,
    grade: Grade,
}

provenance!(Provider, Presented);

/// Who brings the certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Role {
    Upload,
    Presents,
    None,
}

/// A format of an upload form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Form {
    Pem,
    Der,
    Pkcs7,
    Pkcs12,
    Jks,
    Jceks,
    Bks,
    Bcfks,
}

impl Form {
    /// As the readers of stores call it.
    fn name(self) -> &'static str {
        match self {
            Self::Pem => "pem",
            Self::Der => "der",
            Self::Pkcs7 => "pkcs7",
            Self::Pkcs12 => "pkcs12",
            Self::Jks => "jks",
            Self::Jceks => "jceks",
            Self::Bks => "bks",
            Self::Bcfks => "bcfks",
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    provider: Vec<Provider>,
}

static TABLE: LazyLock<Vec<Provider>> = LazyLock::new(|| {
    let table: Result<Table> = table::read(include_str!("../data/providers.toml"));
    table.map(|table| table.provider).unwrap_or_default()
});

/// Every provider that comes with the tool.
pub fn providers() -> &'static [Provider] {
    &TABLE
}

/// The provider of that name: of the file of the user's, if there is one, else the built-in one.
///
/// # Errors
/// `malformed` with line and column when the file is wrong; a usage error when nobody has that name.
pub fn named(name: &str, file: Option<&str>) -> Result<Provider> {
    let own = match file {
        Some(text) => table::read::<Table>(text)?.provider,
        None => Vec::new(),
    };
    let all = || own.iter().chain(providers());
    if let Some(found) = all().find(|provider| provider.name == name) {
        return Ok(found.clone());
    }
    let error = Error::usage(format!("nothing is known of a provider {name}"));
    let near = did_you_mean(name, all().map(|one| one.name.as_str()));
    let otherwise = || "inspect --help lists them; --providers-file FILE adds yours".to_owned();
    Err(error.help(near.unwrap_or_else(otherwise)))
}

impl Provider {
    /// Whether it takes certificates that others call with.
    pub fn is_upload(&self) -> bool {
        self.role == Role::Upload
    }

    /// What else to know, and which certificates it presents by which page.
    pub fn notes(&self, now: OffsetDateTime) -> Vec<String> {
        let about = |text: &str| format!("{}: {text}", self.title);
        let notes = self.notes.iter().map(|note| about(note));
        notes.chain(self.presents.iter().map(|one| about(&one.sentence(now)))).collect()
    }

    /// `provider-fact-old`, where what is known of it, or of a certificate it presents, is old.
    pub fn age(&self, subject: &str, now: OffsetDateTime) -> Vec<Finding> {
        let own = self.provenance().age(Code::ProviderFactOld, subject, &self.title, now, REMEDY);
        let presented = self.presents.iter().filter_map(|one| {
            let what = format!("the certificate of {} ({})", self.title, one.shown());
            one.provenance().age(Code::ProviderFactOld, subject, &what, now, REMEDY)
        });
        own.into_iter().chain(presented).collect()
    }
}

impl Presented {
    fn shown(&self) -> String {
        match (self.names.as_slice(), &self.root) {
            ([], Some(root)) => root.clone(),
            ([], None) => "unnamed".to_owned(),
            (names, _) => names.join(" or "),
        }
    }

    /// `presents Google LLC under ROOT (SHA-256 ...), until 2026-12-01; note: SOURCE (read on ...)`.
    fn sentence(&self, now: OffsetDateTime) -> String {
        let holds = self.provenance().holds(now);
        let mut text = if holds { "presents" } else { "presented" }.to_owned();
        match (self.names.as_slice(), &self.root) {
            ([], root) => text.push_str(&format!(
                " a certificate under {}",
                root.as_deref().unwrap_or("an authority that is not named")
            )),
            (names, None) => text.push_str(&format!(" {}", names.join(" or "))),
            (names, Some(root)) => text.push_str(&format!(" {} under {root}", names.join(" or "))),
        }
        if let Some(sha256) = &self.root_sha256 {
            text.push_str(&format!(" (SHA-256 {sha256})"));
        }
        if let Some(day) = self.holds_until {
            text.push_str(&format!(", until {day}"));
        }
        if let Some(note) = &self.note {
            text.push_str(&format!("; {note}"));
        }
        format!("{text}: {}", self.provenance().text())
    }
}
