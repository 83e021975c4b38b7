//! Outcomes: what a command found out about one thing, with real fields. Machine formats serialise
//! them (the keys are those of `schema/report.schema.json`), layouts for people are given them typed.

pub mod exchange;
pub mod inspection;

use serde::Serialize;

use crate::cert::Description;
use exchange::{Replay, Totals};
use inspection::{Inspection, Inspections};

/// What a command found out about one thing; a variant a command.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Outcome {
    /// `inspect`: a file.
    Inspection(Box<Inspection>),
    /// `replay`: a request, or what there is to say of all of them.
    Replay(Replay),
    /// Nothing: it could not be looked at.
    Nothing {},
}

/// What a command says about all things together, beside their tally; a variant a command.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Summary {
    /// `inspect`: how much was looked at.
    Inspections(Inspections),
    /// `replay`: what came of all requests.
    Replay(Totals),
    /// Nothing.
    Nothing {},
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
        matches!(self, Self::Replay(Replay::Draft(_)))
    }

    /// Whether nothing was found out.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing {})
    }

    /// Every certificate that it shows, under the alias of its entry or "", in the order of the report.
    pub fn certificates(&self) -> Vec<(&str, &Description)> {
        match self {
            Self::Inspection(inspection) => inspection.certificates().collect(),
            Self::Replay(replay) => replay.certificate().map(|it| ("", it)).into_iter().collect(),
            Self::Nothing {} => Vec::new(),
        }
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
}
