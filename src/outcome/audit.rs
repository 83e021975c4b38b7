//! What `audit` found out: what came of each test, and of all of them together.

use serde::Serialize;

use crate::error::Error;
use crate::finding::Finding;
use crate::policy::audit::{Expected, Group, Row};

/// An item of `audit`.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Audit {
    /// One test.
    Test(Box<Row>),
    /// A test that would be tried, or why it would not be.
    Planned(Box<Planned>),
    /// All of them together.
    Totals(Box<Totals>),
}

/// A test that would be tried.
#[derive(Clone, Debug, Serialize)]
pub struct Planned {
    /// Its id.
    pub test: &'static str,
    /// What it is about.
    pub group: Group,
    /// What is changed in the good request.
    pub change: &'static str,
    /// What should become of it.
    pub expected: Expected,
    /// Method and URL.
    pub request: String,
    /// Why it would not be tried.
    pub why: Option<String>,
}

/// All tests together.
#[derive(Clone, Debug, Serialize)]
pub struct Totals {
    /// How often the good request was sent, and let in.
    pub controls: u32,
    /// How many requests were sent in all.
    pub requests: u32,
    /// How many forged calls were refused.
    pub refused: u32,
    /// How many calls were let in.
    pub accepted: u32,
    /// How many tests say nothing here.
    pub not_applicable: u32,
    /// Of how many it cannot be told.
    pub unclear: u32,
    /// Status of the good request.
    pub control_status: Option<u16>,
    /// The tests themselves, for those who show a table.
    #[serde(skip)]
    pub rows: Vec<Tried>,
}

/// A test in the table, with what is wrong by it.
#[derive(Clone, Debug)]
pub struct Tried {
    /// What came of it.
    pub row: Row,
    /// What is wrong by it.
    pub findings: Vec<Finding>,
    /// Why it cannot be told.
    pub failure: Option<Error>,
}

impl Totals {
    /// Whether anything is wrong by a test, or cannot be told.
    pub fn has_holes(&self) -> bool {
        self.rows.iter().any(|tried| !tried.findings.is_empty() || tried.failure.is_some())
    }
}
