//! What is wrong with a signature: a finding's code, with the sentence that says it.

use crate::finding::{Code, Finding, Severity};

/// One thing that is wrong, whatever request it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Finding code.
    pub code: Code,
    /// Lower-case fragment that says what was found.
    pub message: String,
    /// What to do next.
    pub help: Option<String>,
    /// How bad it is here; `None` is as bad as its code says.
    pub severity: Option<Severity>,
}

impl Problem {
    /// A problem of that code.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: None, severity: None }
    }

    /// There is no signature to check.
    pub fn missing(message: impl Into<String>) -> Self {
        Self::new(Code::SignatureMissing, message)
    }

    /// There is something that cannot be a signature, or what it signs cannot be put together.
    pub fn malformed(message: impl Into<String>) -> Self {
        Self::new(Code::SignatureMalformed, message)
    }

    /// Adds what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same, as bad as this situation makes it.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// The finding about `subject`.
    pub fn finding(self, subject: &str) -> Finding {
        let finding = Finding::new(self.code, subject, self.message);
        let severity = self.severity.unwrap_or(finding.severity);
        let finding = finding.severity(severity);
        match self.help {
            Some(help) => finding.help(help),
            None => finding,
        }
    }
}
