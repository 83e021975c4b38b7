//! Findings that are accepted for a while, by a file that says which, until when, and why.

use serde::Deserialize;
use time::OffsetDateTime;

use super::table::{named, tests};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::finding::{Code, Finding, RULES, Severity};
use crate::nearest::nearest;
use crate::policy::dated::Day;
use crate::policy::table;

/// What helps with a file of another shape.
const SHAPE: &str = "each [[accepted]] has id, until = \"2026-12-31\" and why";

/// What a file accepts.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    #[serde(default)]
    accepted: Vec<Accepted>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Accepted {
    /// Of a test, or the code of a finding.
    id: String,
    /// The last day.
    until: Day,
    why: String,
}

impl Baseline {
    /// Reads a file.
    ///
    /// # Errors
    /// `malformed`, with its place, or for an id that nothing has.
    pub fn parse(text: &str) -> Result<Self> {
        let baseline: Self = table::read_shaped(text, SHAPE)?;
        for entry in &baseline.accepted {
            let is_code = RULES.iter().any(|rule| rule.id == entry.id);
            if named(&entry.id).is_none() && !is_code {
                let error =
                    Error::new(Failure::Malformed, format!("there is nothing called {}", entry.id));
                let known = tests().iter().map(|test| test.id.as_str());
                return Err(error.help(match nearest(&entry.id, known) {
                    Some(near) => format!("did you mean {near}?"),
                    None => "`hookprint explain --list audit` lists the tests".to_owned(),
                }));
            }
            if entry.why.trim().is_empty() {
                let message = format!("{}: why is empty", entry.id);
                return Err(Error::new(Failure::Malformed, message)
                    .help("say who accepted it, and where that is recorded"));
            }
        }
        Ok(baseline)
    }

    /// Counts what is accepted as `info`, of a test or as such. What nothing was accepted by, or has
    /// ended, is told by [`Baseline::stale`].
    pub fn apply(
        &self,
        test: Option<&str>,
        findings: &mut [Finding],
        now: OffsetDateTime,
    ) -> Vec<usize> {
        let mut used = Vec::new();
        for finding in findings {
            let fits = |entry: &Accepted| {
                !entry.until.is_over(now)
                    && (Some(entry.id.as_str()) == test || entry.id == finding.code.id())
            };
            if let Some(at) = self.accepted.iter().position(fits) {
                let Accepted { until, why, .. } = &self.accepted[at];
                finding.severity = Severity::Info;
                finding.message.push_str(&format!(" (accepted until {until}: {why})"));
                used.push(at);
            }
        }
        used
    }

    /// `baseline-stale`: entries that have ended, and those that nothing was accepted by.
    pub fn stale(&self, used: &[usize], now: OffsetDateTime, subject: &str) -> Vec<Finding> {
        let left = self.accepted.iter().enumerate().filter(|(at, _)| !used.contains(at));
        let told = left.map(|(_, entry)| {
            let Accepted { id, until, .. } = entry;
            let (text, next) = match entry.until.is_over(now) {
                false => (
                    format!("{id} is accepted until {until}, but no longer found"),
                    "remove the entry from the baseline",
                ),
                true => (
                    format!("{id} was accepted until {until}, and no longer is"),
                    "fix it, or renew the entry",
                ),
            };
            Finding::new(Code::BaselineStale, subject, text).help(next)
        });
        told.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_with_what_the_file_needs() {
        let said = |text: &str| {
            let error = Baseline::parse(text).unwrap_err();
            (error.message, error.help.unwrap())
        };
        let row =
            |until: &str| format!("[[accepted]]\nid = \"unsigned\"\nuntil = {until}\nwhy = \"x\"");
        assert!(Baseline::parse(&row("\"2026-12-31\"")).is_ok());
        for until in ["2026-12-31", "\"soon\"", "7"] {
            let (message, help) = said(&row(until));
            assert_eq!(message, "line 3, column 9: not a date: write it as \"2026-12-01\"");
            assert!(help.starts_with("each [[accepted]] has"), "{help}");
        }
        let (_, help) =
            said("[[accepted]]\nid = \"zzzzzzzz\"\nuntil = \"2026-12-31\"\nwhy = \"x\"");
        assert!(help.contains("explain --list audit"), "{help}");
    }
}
