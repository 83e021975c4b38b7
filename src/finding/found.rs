//! A finding: one thing that is wrong.

use serde::{Deserialize, Serialize};

use super::{Code, Severity};

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which kind.
    pub code: Code,
    /// How bad here.
    pub severity: Severity,
    /// What it is about: a certificate's name, an alias, a header.
    pub subject: String,
    /// What is wrong, as a lower-case fragment.
    pub message: String,
    /// What to do next.
    pub help: Option<String>,
}

impl Finding {
    /// A finding with the severity of its rule.
    pub fn new(code: Code, subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.rule().severity,
            subject: subject.into(),
            message: message.into(),
            help: None,
        }
    }

    /// The same, as bad as this situation makes it.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Adds what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
