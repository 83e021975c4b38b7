//! A step of `demo`, and how it came out.

use serde::Serialize;

/// A command that was run.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// As a user would type it.
    pub command: String,
    /// The exit code; -1 where a signal ended it.
    pub exit_code: i32,
    /// What it said, stdout before stderr.
    pub output: String,
}
