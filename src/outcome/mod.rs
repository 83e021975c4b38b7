//! Outcomes: what a command found out about one thing, with real fields. Machine formats serialise
//! them (the keys are those of `schema/report.schema.json`), layouts for people are given them typed.

use serde::Serialize;

/// What a command found out about one thing; a variant a command.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Outcome {
    /// Nothing: it could not be looked at.
    Nothing {},
}

/// What a command says about all things together, beside their tally; a variant a command.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Summary {
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
    /// Whether nothing was found out.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing {})
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
