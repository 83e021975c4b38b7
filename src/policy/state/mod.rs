//! What a run of `check` keeps for the next: how each check came out, since when, and what was seen. Values
//! only; the file is read and written by whoever runs the checks. There is never a secret in it.

mod compare;
mod notice;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize, Serializer};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::cert::rfc3339;
use crate::digest::{hex, sha256};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::finding::{Code, Finding, Status};

pub use compare::{Compared, Rules};
pub use notice::{Renewal, renewal};

/// Version of the file's shape, raised when a key changes its meaning.
const SCHEMA: u32 = 1;
/// How many of the last runs are remembered one by one.
const RECENT: usize = 10;

/// What is known from earlier runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct State {
    schema: u32,
    /// The moment at which the last run judged.
    pub at: Moment,
    /// What became of each check, under its kind and name.
    pub checks: BTreeMap<String, Past>,
}

/// What is known of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// How it came out last.
    pub verdict: Status,
    /// Since when it comes out like that.
    pub since: Moment,
    /// In how many runs running.
    pub runs: u64,
    /// When it was first run.
    pub first: Moment,
    /// When it was last well.
    pub green: Option<Moment>,
    /// When it was last looked at, which with `every` is not in each run.
    pub looked: Moment,
    /// What was wrong with it.
    pub findings: Vec<Key>,
    /// SHA-256 of the end-entity certificates that were seen last, in hex.
    pub certificates: Vec<String>,
    /// Since when it is these.
    pub certificates_since: Moment,
    /// The pins, by what they are called.
    pub pins: BTreeMap<String, Sighted>,
    /// How the last runs came out, and what they saw, the latest last.
    pub recent: Vec<String>,
}

/// When a pin matched what was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighted {
    /// When it was first asked for.
    pub known: Moment,
    /// When it first matched.
    pub first: Option<Moment>,
    /// When it last matched.
    pub last: Option<Moment>,
}

/// What tells a finding, or failure, of one run from another one: the same in the next run is the same
/// alert.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// Its code.
    pub code: String,
    /// How bad it is.
    pub status: Status,
    /// What it is about.
    pub subject: String,
    /// SHA-256 of the certificate that it is about, in hex; "" where it is about none.
    pub sha256: String,
}

/// How a check stands to the run before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// No run before has it.
    New,
    /// More is wrong.
    Worse,
    /// Less is wrong.
    Better,
    /// Nothing changed.
    Same,
    /// It is in the policy no more.
    Gone,
}

/// What this run says of a check.
#[derive(Clone, Debug)]
pub struct Present<'a> {
    /// Its kind and name.
    pub check: &'a str,
    /// How it came out.
    pub verdict: Status,
    /// What is wrong with it.
    pub findings: Vec<Key>,
    /// SHA-256 of the end-entity certificates that were seen, in hex.
    pub certificates: Vec<String>,
    /// The pins, the newest last: what they are called, and whether anything that was seen matches.
    pub pins: Vec<(String, bool)>,
    /// Whether something was seen that matches none of them.
    pub is_unpinned: bool,
    /// How often it is to be run; without it at each run.
    pub every: Option<Duration>,
    /// Whether it was run, and not only told again.
    pub is_fresh: bool,
}

impl State {
    /// A state that knows nothing yet.
    pub fn new(at: OffsetDateTime) -> Self {
        Self { schema: SCHEMA, at: Moment(at), checks: BTreeMap::new() }
    }

    /// Reads a state.
    ///
    /// # Errors
    /// `malformed`, `unsupported` where a newer version has written it.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        #[derive(Deserialize)]
        struct Head {
            schema: u32,
        }
        let damaged = |error: serde_json::Error| Error::new(Failure::Malformed, error.to_string());
        let Head { schema } = serde_json::from_slice(bytes).map_err(damaged)?;
        if schema != SCHEMA {
            let message = format!("a state of schema {schema}; this version knows {SCHEMA}");
            return Err(Error::new(Failure::Unsupported, message));
        }
        serde_json::from_slice(bytes).map_err(damaged)
    }

    /// The state in JSON, a check a line.
    pub fn text(&self) -> String {
        let checks = self.checks.iter().filter_map(|(name, past)| {
            let (name, past) = (serde_json::to_string(name), serde_json::to_string(past));
            Some(format!("{}:{}", name.ok()?, past.ok()?))
        });
        let checks = checks.collect::<Vec<_>>().join(",\n");
        let at = self.at;
        format!("{{\"schema\":{SCHEMA},\"at\":\"{at}\",\"checks\":{{\n{checks}}}}}\n")
    }

    /// The same where no moment lies after this one: the clock was set back, or the last run was given a
    /// later moment.
    #[must_use]
    pub fn until(mut self, now: OffsetDateTime) -> Self {
        if self.at.0 > now {
            self.at = Moment(now);
            self.checks.values_mut().for_each(|past| past.until(Moment(now)));
        }
        self
    }
}

impl Past {
    fn until(&mut self, now: Moment) {
        let pins = self.pins.values_mut();
        let pins =
            pins.flat_map(|pin| [Some(&mut pin.known), pin.first.as_mut(), pin.last.as_mut()]);
        let own =
            [&mut self.since, &mut self.first, &mut self.looked, &mut self.certificates_since];
        let all = own.into_iter().chain(self.green.as_mut()).chain(pins.flatten());
        all.for_each(|moment| *moment = now.min(*moment));
    }

    /// When it is to be run again, if that is after `now`. What could not be looked at is due at once.
    pub fn due(&self, every: Duration, now: OffsetDateTime) -> Option<OffsetDateTime> {
        let due = self.looked.0.checked_add(every.try_into().ok()?)?;
        (due > now && self.verdict != Status::Failed).then_some(due)
    }

    /// What is wrong with it, told again without looking; what is said of the time that passed is said anew.
    pub fn told_again(&self) -> Vec<(&Key, Finding)> {
        let all = self.findings.iter();
        all.filter_map(|key| Some((key, key.again(self.looked)?))).collect()
    }
}

impl Key {
    /// What it says, as of a moment, where that is not about the time that passed.
    fn again(&self, looked: Moment) -> Option<Finding> {
        let code: Code = self.code.parse().ok()?;
        let Status::Found(severity) = self.status else { return None };
        let message = format!("{}, as of {looked}", code.rule().title);
        let finding = Finding::new(code, self.subject.as_str(), message).severity(severity);
        (!compare::RAISED.contains(&code)).then_some(finding)
    }

    /// What an alert is known by: 16 hex digits that are the same in every run.
    pub fn id(&self, check: &str) -> String {
        let Self { code, subject, sha256: certificate, .. } = self;
        hex(&sha256([check, code, subject, certificate].join("\n").as_bytes())[..8])
    }
}

impl Change {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Worse => "worse",
            Self::Better => "better",
            Self::Same => "same",
            Self::Gone => "gone",
        }
    }
}

/// A moment as RFC 3339 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Moment(pub OffsetDateTime);

impl TryFrom<String> for Moment {
    type Error = time::error::Parse;

    fn try_from(text: String) -> Result<Self, time::error::Parse> {
        OffsetDateTime::parse(&text, &Rfc3339).map(Self)
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&rfc3339(self.0))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
