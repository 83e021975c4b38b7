//! Outcomes: what a command found out about one thing, with real fields. Machine formats serialise
//! them (the keys are those of `schema/report.schema.json`), layouts for people are given them typed.

pub mod audit;
pub mod check;
pub mod delivery;
pub mod difference;
pub mod exchange;
pub mod explanation;
pub mod history;
pub mod inspection;
pub mod listed;
pub mod merged;
pub mod minted;
pub mod probe;
pub mod rotation;
pub mod scheme;
pub mod seen;
pub mod signing;
pub mod step;
pub mod text;
pub mod verification;

use std::borrow::Cow;

use serde::Serialize;

use crate::cert::Description;
use audit::Audit;
use check::Check;
use delivery::{Caller, Delivery, Received};
use difference::Difference;
use exchange::{Replay, Totals};
use explanation::Explanation;
use inspection::{Inspection, Inspections};
use listed::Listed;
use merged::{Merged, Sums};
use minted::Minted;
use probe::Probe;
use rotation::Rotation;
use scheme::Scheme;
use seen::{Seen, Wanted};
use signing::Signing;
use step::Step;
use text::Text;
use verification::Verification;

/// What a command found out about one thing; a variant a command.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Outcome {
    /// `audit`: what came of a test, or of all of them.
    Audit(Audit),
    /// `listen`: a caller that was refused during the handshake.
    Caller(Box<Caller>),
    /// `check`: a check of a policy.
    Check(Box<Check>),
    /// `listen`: a request that arrived.
    Delivery(Box<Delivery>),
    /// `diff`: an old identity and the new one in its place.
    Difference(Box<Difference>),
    /// `explain`: what something means.
    Explanation(Box<Explanation>),
    /// `inspect`: a file.
    Inspection(Box<Inspection>),
    /// `merge`: a row of an earlier run.
    Merged(Merged),
    /// `mint`: a file that was written.
    Minted(Box<Minted>),
    /// Nothing: it could not be looked at.
    Nothing {},
    /// `probe`: a column of the matrix, or what there is to say of all of them.
    Probe(Probe),
    /// `replay`: a request, or what there is to say of all of them.
    Replay(Replay),
    /// `check`: where a rotation stands.
    Rotation(Box<Rotation>),
    /// `schemes`: a scheme.
    Scheme(Box<Scheme>),
    /// `thumbprint`: what a host serves, or a file holds.
    Seen(Box<Seen>),
    /// `sign`: the headers of a payload.
    Signing(Box<Signing>),
    /// `demo`: a step.
    Step(Step),
    /// `completions`, `man`: text and nothing else.
    Text(Text),
    /// `verify`: the check of a request.
    Verification(Box<Verification>),
}

/// What a command says about all things together, beside their tally; a variant a command.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Summary {
    /// `inspect`: how much was looked at.
    Inspections(Inspections),
    /// `merge`: the sums of all runs.
    Merged(Sums),
    /// `replay`: what came of all requests.
    Replay(Totals),
    /// Nothing.
    Nothing {},
    /// `listen`: everything that was received.
    Received(Received),
}

impl Default for Outcome {
    fn default() -> Self {
        Self::Nothing {}
    }
}

impl Default for Summary {
    fn default() -> Self {
        Self::Nothing {}
    }
}

impl Outcome {
    /// Whether it is the very thing that was asked for, which is shown also where only what is wrong is.
    pub fn is_asked_for(&self) -> bool {
        match self {
            Self::Explanation(_) => true,
            Self::Inspection(inspection) => inspection.is_pem,
            // What is wrong by the tests is shown with all of them.
            Self::Audit(Audit::Totals(totals)) => totals.has_holes(),
            Self::Audit(audit) => matches!(audit, Audit::Planned(_)),
            // What is wrong in the columns is shown with all of them.
            Self::Probe(Probe::Comparison(comparison)) => !comparison.passed,
            Self::Probe(probe) => matches!(probe, Probe::Planned(_)),
            Self::Replay(replay) => matches!(replay, Replay::Draft(_)),
            _ => self.verbatim().is_some(),
        }
    }

    /// What `inspect` found in a file, if it is that.
    pub fn inspection(&self) -> Option<&Inspection> {
        match self {
            Self::Inspection(inspection) => Some(inspection),
            _ => None,
        }
    }

    /// Everything that a check found out, or the one thing that this is.
    pub fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Check(check) => check.outcomes().collect(),
            alone => vec![alone],
        }
    }

    /// The certificate that ends first of those that it shows.
    pub fn first_to_end(&self) -> Option<Listed<'_>> {
        let all = self.certificates().into_iter().map(|(_, one)| one);
        all.min_by_key(Listed::not_after)
    }

    /// Every certificate that it shows, under the alias of its entry or "", in the order of the report.
    pub fn certificates(&self) -> Vec<(Cow<'_, str>, Listed<'_>)> {
        fn listed<'a>(
            all: impl IntoIterator<Item = (&'a str, &'a Description)>,
        ) -> Vec<(Cow<'a, str>, Listed<'a>)> {
            all.into_iter().map(|(alias, one)| (alias.into(), Listed::Described(one))).collect()
        }
        match self {
            Self::Caller(caller) => listed(caller.certificates().map(|one| ("", one))),
            Self::Check(check) => check.outcomes().flat_map(Self::certificates).collect(),
            Self::Delivery(delivery) => listed(delivery.certificates().map(|one| ("", one))),
            Self::Difference(it) => listed(it.old.iter().chain(&it.new).map(|one| ("", one))),
            Self::Inspection(inspection) => listed(inspection.certificates()),
            Self::Merged(merged) => {
                let all = merged.certificates().into_iter();
                all.map(|(alias, one)| (alias.into(), one)).collect()
            }
            Self::Minted(minted) => listed([("", &minted.certificate)]),
            Self::Replay(replay) => listed(replay.certificate().map(|one| ("", one))),
            Self::Seen(seen) => listed(seen.chain.iter().map(|one| ("", one))),
            _ => Vec::new(),
        }
    }

    /// What is printed as it stands instead of a description: a value for `$(...)`, header lines, PEM.
    pub fn verbatim(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Inspection(inspection) => inspection.pem().map(Cow::Owned),
            Self::Scheme(scheme) => scheme.table.as_deref().map(Cow::Borrowed),
            Self::Seen(seen) => match &seen.wanted {
                Wanted::Lines(lines) => Some(Cow::Borrowed(lines)),
                Wanted::EndEntity | Wanted::Chain => None,
            },
            Self::Signing(signing) => Some(Cow::Owned(signing.printed())),
            Self::Text(text) => Some(Cow::Borrowed(&text.text)),
            _ => None,
        }
    }

    /// Whether people are shown all of it, as with `-v`.
    pub fn is_detailed(&self) -> bool {
        matches!(self, Self::Seen(seen) if seen.wanted == Wanted::Chain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_an_empty_object() {
        assert_eq!(serde_json::to_string(&Outcome::default()).unwrap(), "{}");
        assert_eq!(serde_json::to_string(&Summary::default()).unwrap(), "{}");
    }

    /// Of a value for `$(...)` a report has the keys all the same; text has none.
    #[test]
    fn what_is_printed_as_it_stands_is_asked_for() {
        let seen = |wanted| {
            let (served, matched_pin, times, refusal) = (None, None, None, None);
            let (chain, notes) = (Vec::new(), Vec::new());
            let seen = Seen { served, matched_pin, chain, times, refusal, notes, wanted };
            Outcome::Seen(Box::new(seen))
        };
        for (outcome, printed, is_detailed, keys) in [
            (Outcome::default(), None, false, "{}"),
            (Outcome::Text(Text::new("x\n")), Some("x\n"), false, "{}"),
            (seen(Wanted::EndEntity), None, false, r#"{"matched_pin":null,"chain":[]}"#),
            (seen(Wanted::Chain), None, true, r#"{"matched_pin":null,"chain":[]}"#),
            (
                seen(Wanted::Lines("0a\n".to_owned())),
                Some("0a\n"),
                false,
                r#"{"matched_pin":null,"chain":[]}"#,
            ),
        ] {
            assert_eq!(outcome.verbatim().as_deref(), printed, "{outcome:?}");
            assert_eq!(outcome.is_asked_for(), printed.is_some(), "{outcome:?}");
            assert_eq!(outcome.is_detailed(), is_detailed, "{outcome:?}");
            assert_eq!(serde_json::to_string(&outcome).unwrap(), keys);
        }
    }
}
