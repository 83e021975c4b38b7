//! What `check` found out: whose check it is, and what its command found out.

use serde::ser::Error as _;
use serde::{Serialize, Serializer};

use time::OffsetDateTime;

use crate::cert::moment;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::outcome::history::History;

/// A check of a policy.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Check {
    /// As others refer to it: `endpoint:cm.com`.
    pub check: String,
    /// Who is to act.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Words to choose it by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The command lines that it is, where they are listed instead of run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<String>,
    /// Why it was not looked at, if it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<Skipped>,
    /// When it is to be looked at again, where that is not in each run.
    #[serde(serialize_with = "moment", skip_serializing_if = "Option::is_none")]
    pub due: Option<OffsetDateTime>,
    /// How it stands to earlier runs.
    #[serde(flatten)]
    pub history: History,
    /// What its command found out, where that is one thing.
    #[serde(flatten, serialize_with = "beside")]
    pub facts: Outcome,
    /// All that it found out, where that are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

/// Why a check was not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Skipped {
    /// It needs the network.
    Offline,
    /// It was looked at not long ago, and is not due yet.
    NotDue,
}

impl Skipped {
    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Offline => "it needs the network",
            Self::NotDue => "it is not due yet",
        }
    }
}

/// One of several things that a check looked at.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    /// What was looked at.
    pub subject: String,
    /// The worst there is to say about it.
    pub status: &'static str,
    /// What is there.
    pub facts: Outcome,
    /// Why it could not be looked at.
    pub failure: Option<Error>,
}

impl Check {
    /// Everything that was found out, whether it is one thing or several.
    pub fn outcomes(&self) -> impl Iterator<Item = &Outcome> {
        std::iter::once(&self.facts).chain(self.parts.iter().map(|part| &part.facts))
    }
}

/// An outcome beside other facts. (It may be a check itself, as far as types can tell, and so on without
/// end: its value is made first.)
fn beside<S: Serializer>(facts: &Outcome, serializer: S) -> Result<S::Ok, S::Error> {
    serde_json::to_value(facts).map_err(S::Error::custom)?.serialize(serializer)
}
