//! Outcomes: what a command found out about one thing, with real fields. Machine formats serialise
//! them (the keys are those of `schema/report.schema.json`), layouts for people are given them typed.

pub mod delivery;
pub mod exchange;
pub mod inspection;
pub mod signing;
pub mod verification;

use serde::{Serialize, Serializer};
use time::OffsetDateTime;

use crate::cert::{Description, rfc3339};
use delivery::{Caller, Delivery, Received};
use exchange::{Replay, Totals};
use inspection::{Inspection, Inspections};
use signing::Signing;
use verification::Verification;

/// What a command found out about one thing; a variant a command.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Outcome {
    /// `listen`: a caller that was refused during the handshake.
    Caller(Box<Caller>),
    /// `listen`: a request that arrived.
    Delivery(Box<Delivery>),
    /// `inspect`: a file.
    Inspection(Box<Inspection>),
    /// `replay`: a request, or what there is to say of all of them.
    Replay(Replay),
    /// Nothing: it could not be looked at.
    Nothing {},
    /// `sign`: the headers of a payload.
    Signing(Box<Signing>),
    /// `verify`: the check of a request.
    Verification(Box<Verification>),
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
            Self::Inspection(inspection) => inspection.is_pem,
            Self::Replay(replay) => matches!(replay, Replay::Draft(_)),
            Self::Signing(_) => true,
            _ => false,
        }
    }

    /// Whether nothing was found out.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing {})
    }

    /// Every certificate that it shows, under the alias of its entry or "", in the order of the report.
    pub fn certificates(&self) -> Vec<(&str, &Description)> {
        match self {
            Self::Caller(caller) => caller.certificates().map(|one| ("", one)).collect(),
            Self::Delivery(delivery) => delivery.certificates().map(|one| ("", one)).collect(),
            Self::Inspection(inspection) => inspection.certificates().collect(),
            Self::Replay(replay) => replay.certificate().map(|it| ("", it)).into_iter().collect(),
            Self::Nothing {} | Self::Signing(_) | Self::Verification(_) => Vec::new(),
        }
    }
}

/// A moment as reports write it.
fn moment<S: Serializer>(at: &Option<OffsetDateTime>, serializer: S) -> Result<S::Ok, S::Error> {
    at.map(rfc3339).serialize(serializer)
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
