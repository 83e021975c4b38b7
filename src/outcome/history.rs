//! How a check stands to earlier runs, and by what its alerts are known in all of them.

use serde::Serialize;
use time::OffsetDateTime;

use super::Outcome;
use crate::cert::moment;
use crate::policy::state::{Change, Key};

/// What a check is called in every run, and how it stands to those before.
#[derive(Clone, Debug, Default, Serialize)]
pub struct History {
    /// What is known of earlier runs, where a state is kept.
    #[serde(flatten)]
    pub known: Option<Known>,
    /// What is wrong, as it is known in every run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alerts: Vec<Alert>,
}

/// How a check stands to the runs before.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Known {
    /// What changed.
    pub change: Change,
    /// Since when it comes out like that.
    #[serde(serialize_with = "moment")]
    pub since: OffsetDateTime,
    /// In how many runs running.
    pub runs: u64,
    /// How long that is, in seconds.
    #[serde(skip)]
    pub age: i64,
    /// Whether there is anything that the run before did not say.
    #[serde(skip)]
    pub is_news: bool,
}

/// A finding or failure, as it is known in every run: an alert of the same key is the same alert.
#[derive(Clone, Debug, Serialize)]
pub struct Alert {
    /// The code.
    pub code: String,
    /// What it is about.
    pub subject: String,
    /// 16 hex digits.
    pub key: String,
}

impl Alert {
    /// What is known of a finding or failure of this check.
    pub fn of(key: &Key, check: &str) -> Self {
        let Key { code, subject, .. } = key;
        Self { code: code.clone(), subject: subject.clone(), key: key.id(check) }
    }
}

impl Outcome {
    /// How it stands to earlier runs, for a check.
    fn history(&self) -> Option<&History> {
        match self {
            Self::Check(check) => Some(&check.history),
            _ => None,
        }
    }

    /// What a finding or failure of this code is known by in every run.
    pub fn alert(&self, code: &str, subject: &str) -> Option<&str> {
        let alerts = &self.history()?.alerts;
        let is_it = |alert: &&Alert| alert.code == code && alert.subject == subject;
        alerts.iter().find(is_it).map(|alert| alert.key.as_str())
    }

    /// Whether the run before said all of it.
    pub fn is_old_news(&self) -> bool {
        let known = self.history().and_then(|history| history.known);
        known.is_some_and(|known| !known.is_news)
    }
}
