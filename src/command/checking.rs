//! The check of a request's signature, the same for `verify` and `listen`: one way from the options to
//! a checker, and from a request to its facts and findings.

mod checker;
pub mod explain;
mod keys;
mod options;
mod ring;
mod standard;

use crate::fact::{Facts, Value};

/// What is told of every check, whatever the scheme: null where it has no meaning, or is not known.
fn blank(scheme: impl Into<Value>) -> Facts {
    Facts::new()
        .with("scheme", scheme)
        .with("matched_secret", Value::Null)
        .with("signed_at", Value::Null)
        .with("age_seconds", Value::Null)
        .with("candidates", 0)
        .with("payload_bytes", Value::Null)
        .with("payload_sha256", Value::Null)
}

pub use checker::{Checker, Moments, Wish};
pub use options::{MessageArgs, TokenArgs};
