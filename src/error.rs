//! Errors: what could not be done, why, and what to do about it.
//!
//! An error is not a finding: a finding is a bad answer, an error is no answer. An error about one
//! target becomes the failure of its item; only usage and output errors end the run.

use std::fmt;
use std::io;

use serde::{Deserialize, Serialize};

use crate::failure::Failure;
pub use crate::failure::Kind;

/// The result of everything that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A TLS alert (RFC 8446 section 6.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Registered name, for example `unknown_ca`.
    pub name: String,
    /// Number on the wire, for example 48.
    pub number: u8,
}

/// What could not be done. `message` says what happened, `help` what to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    /// Why, for example `password-wrong`.
    pub code: Failure,
    /// Who has to act.
    pub kind: Kind,
    /// Lower-case fragment, subject first.
    pub message: String,
    /// The next step, if there is one.
    pub help: Option<String>,
    /// The TLS alert that the peer sent, for `tls-alert`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert: Option<Alert>,
}

impl Error {
    /// An error without help, of the kind that its failure usually is.
    pub fn new(code: Failure, message: impl Into<String>) -> Self {
        Self { code, kind: code.row().kind, message: message.into(), help: None, alert: None }
    }

    /// The command line is wrong.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Failure::Usage, message)
    }

    /// Says who has to act, where it is somebody else than usually.
    #[must_use]
    pub fn kind(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the alert that the peer sent.
    #[must_use]
    pub fn alert(mut self, name: impl Into<String>, number: u8) -> Self {
        self.alert = Some(Alert { name: name.into(), number });
        self
    }

    /// Puts the thing it is about in front of the message.
    #[must_use]
    pub fn about(mut self, subject: impl fmt::Display) -> Self {
        self.message = format!("{subject}: {}", self.message);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// What one of our own readers said by way of [`io::Read`]; `None` when the system said it.
pub fn said(error: &io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref()
}

/// What went wrong while writing to `name`.
pub fn cannot_write(name: &str, error: &io::Error) -> Error {
    let code = match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::ClosedPipe,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Failure::DiskFull,
        _ => Failure::Write,
    };
    Error::new(code, format!("cannot write {name}: {error}"))
}

/// Bytes that do not follow their format: what was expected, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Name of the format, for example `PKCS#12`.
    pub format: &'static str,
    /// Byte offset from the start of the input.
    pub offset: usize,
    /// What should have stood there.
    pub expected: String,
}

impl Malformed {
    /// At byte `offset` of a `format`, `expected` should have stood.
    pub fn new(format: &'static str, offset: usize, expected: impl Into<String>) -> Self {
        Self { format, offset, expected: expected.into() }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "damaged {}: expected {} at byte {}", self.format, self.expected, self.offset)
    }
}

impl From<Malformed> for Error {
    fn from(malformed: Malformed) -> Self {
        Self::new(Failure::Malformed, malformed.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_names_format_offset_and_expectation() {
        let error = Error::from(Malformed::new("PKCS#12", 17, "a SEQUENCE")).about("client.p12");
        assert_eq!(error.code, Failure::Malformed);
        assert_eq!(error.message, "client.p12: damaged PKCS#12: expected a SEQUENCE at byte 17");
    }
}
