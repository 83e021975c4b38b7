//! Does an endpoint refuse what it must refuse? What is tried is a table (`table`); one answer is judged by
//! rules (`judge`), the tests together by what they came to (`whole`).

pub mod baseline;
pub mod judge;
pub mod table;
pub mod whole;

use serde::{Deserialize, Serialize};

use super::probe::By;
use super::words::words;
use table::Test;

/// Tests that are about the same thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// Is the signature computed, of the right bytes, and compared as a whole?
    Signature,
    /// Is a call that is too old refused?
    Time,
    /// Is the same call refused the second time?
    Replay,
    /// Is the client certificate demanded, and looked at?
    Certificate,
    /// Can a header take the place of the certificate?
    Headers,
    /// Is there another way in?
    Doors,
    /// Does it stand what is no call of its sender?
    Robustness,
}

words! { Group {
    Signature "signature"
    Time "time"
    Replay "replay"
    Certificate "certificate"
    Headers "headers"
    Doors "doors"
    Robustness "robustness"
} }

impl Group {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 7] = [
        Self::Signature,
        Self::Time,
        Self::Replay,
        Self::Certificate,
        Self::Headers,
        Self::Doors,
        Self::Robustness,
    ];
}

/// What should become of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expected {
    /// To be refused.
    Refused,
    /// To be let in.
    Accepted,
}

words! { Expected { Refused "refused" Accepted "accepted" } }

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was let in.
    Accepted,
    /// It was refused.
    Refused,
    /// That cannot be told.
    Unclear,
    /// It says nothing here: it was not tried.
    NotApplicable,
}

words! { Outcome {
    Accepted "accepted"
    Refused "refused"
    Unclear "unclear"
    NotApplicable "not-applicable"
} }

/// What came of one test, as the report has it.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Its id.
    pub test: &'static str,
    /// What it is about.
    pub group: Group,
    /// What was changed in the good request.
    pub change: String,
    /// What should become of it.
    pub expected: Expected,
    /// What became of it.
    pub outcome: Outcome,
    /// Who refused it.
    pub by: Option<By>,
    /// Status of the answer, if one came.
    pub status: Option<u16>,
    /// Name of the TLS alert, if one came.
    pub alert: Option<String>,
    /// From the first step to the answer, in milliseconds.
    pub elapsed_ms: f64,
    /// SHA-256 of the bytes that were sent, in hex; `None` where nothing was.
    pub request_sha256: Option<String>,
    /// Why it was not tried, or cannot be told.
    pub why: Option<String>,
    /// Ages at which an old call was let in, in seconds: those that were tried, the least first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ages: Vec<i64>,
    /// Whether an answer had the secret in it, or the signature that would have been right.
    #[serde(skip)]
    pub echoes: bool,
    /// Whether an answer had a challenge in it, as a page.
    #[serde(skip)]
    pub reflects: bool,
    /// Words of the answer by which it tells what was checked.
    #[serde(skip)]
    pub tells: Vec<&'static str>,
}

impl Row {
    /// A test that was not tried, for this reason.
    pub fn untried(test: &'static Test, why: impl Into<String>) -> Self {
        Self {
            test: &test.id,
            group: test.group,
            change: test.change.clone(),
            expected: test.expected,
            outcome: Outcome::NotApplicable,
            by: None,
            status: None,
            alert: None,
            elapsed_ms: 0.0,
            request_sha256: None,
            why: Some(why.into()),
            ages: Vec::new(),
            echoes: false,
            reflects: false,
            tells: Vec::new(),
        }
    }

    /// Whether it was let in and should not have been.
    pub fn is_hole(&self) -> bool {
        (self.expected, self.outcome) == (Expected::Refused, Outcome::Accepted)
    }
}
