//! How an item came out.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Severity;

/// The worst there is to say about an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// No finding.
    Ok,
    /// At most findings of that severity.
    Found(Severity),
    /// It could not be looked at.
    Failed,
}

impl Status {
    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "ok" => Some(Self::Ok),
            "failed" => Some(Self::Failed),
            _ => Severity::named(name).map(Self::Found),
        }
    }

    /// `ok`, `info`, `warning`, `critical` or `failed`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Found(severity) => severity.name(),
            Self::Failed => "failed",
        }
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Status {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::named(&name).ok_or_else(|| de::Error::custom("no status has that name"))
    }
}
