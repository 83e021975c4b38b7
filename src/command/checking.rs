//! The check of a request's signature, the same for `verify` and `listen`: one way from the options to
//! a checker, and from a request to what is known of it and its findings.

mod bearer;
mod checker;
pub mod explain;
mod key_source;
mod keys;
mod options;
mod signing_cert;
mod standard;
mod token_chain;

pub use checker::{Checker, Moments};
pub use options::{AUTO, MessageArgs, TokenArgs, Wish};

use crate::finding::Finding;
use crate::outcome::Outcome;
use crate::outcome::verification::Verification;
use crate::report::Item;

/// What came of a check.
#[derive(Debug, Default)]
pub struct Checked {
    /// What is known of the signature.
    pub verification: Verification,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
}

impl Checked {
    /// As the item about `subject`.
    pub fn item(self, subject: &str) -> Item {
        let outcome = Outcome::Verification(Box::new(self.verification));
        Item { outcome, findings: self.findings, ..Item::new(subject) }
    }

    /// The finding that is about the signature itself, if there is one.
    pub fn explainable(&mut self) -> Option<&mut Finding> {
        explain::explainable(&mut self.findings)
    }
}
