//! Why a message is not taken: with the status a server answers it with.

use std::borrow::Cow;
use std::fmt;

use crate::error::{Error, Kind};
use crate::failure::Failure;

/// A message that breaks the rules of HTTP/1.1 or our limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The status to answer a request with.
    pub status: u16,
    /// What is wrong: a lower-case fragment, subject first.
    pub message: Cow<'static, str>,
}

impl Refusal {
    /// It is not HTTP/1.1, or it could be read in two ways (RFC 9112 section 11.2).
    pub(crate) fn malformed(message: impl Into<Cow<'static, str>>) -> Self {
        Self { status: 400, message: message.into() }
    }

    /// Any other reason, with its status.
    pub(crate) fn with_status(status: u16, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, message: message.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal.status {
            413 => Failure::TooLarge,
            503 => Failure::OwnLimit,
            _ => Failure::HttpMalformed,
        };
        Self::new(code, refusal.message).kind(Kind::Network)
    }
}
