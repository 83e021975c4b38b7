//! The headers that a payload carries: what `sign` makes.

use serde::Serialize;

use crate::http::{Header, Headers};

/// A payload, signed.
#[derive(Clone, Debug, Serialize)]
pub struct Signing {
    /// The scheme.
    pub scheme: String,
    /// The header lines that carry the signature; none where the body does.
    pub headers: Headers,
    /// The signature without what stands around it.
    pub signature: String,
    /// The algorithm, by the name that it has in the scheme.
    pub algorithm: Option<&'static str>,
    /// How its bytes are written.
    pub encoding: &'static str,
    /// Length of the payload.
    pub payload_bytes: u64,
    /// Its SHA-256 in hex, where somebody is shown it.
    pub payload_sha256: Option<String>,
    /// The claims of a token, as they were signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims: Option<String>,
    /// What people, and `$(...)`, want of it.
    #[serde(skip)]
    pub wanted: Wanted,
}

impl Signing {
    /// What is wanted of it, in lines.
    pub fn printed(&self) -> String {
        match &self.wanted {
            Wanted::Lines => {
                let value = |line: &Header| String::from_utf8_lossy(&line.value).into_owned();
                self.headers
                    .iter()
                    .map(|line| format!("{}: {}\n", line.name, value(line)))
                    .collect()
            }
            Wanted::Signature => format!("{}\n", self.signature),
            Wanted::Value(value) => format!("{value}\n"),
        }
    }
}

/// What is printed of a signature.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// The header lines.
    Lines,
    /// The signature alone.
    Signature,
    /// This: the value of a header, or the token in it.
    Value(String),
}
