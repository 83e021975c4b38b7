//! What is wrong with a signature: a finding's code, with the sentence that says it.

/// One thing that is wrong. `policy::signature` makes a finding of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Finding code, for example `signature-mismatch`.
    pub code: &'static str,
    /// Lower-case fragment that says what was found.
    pub message: String,
    /// What to do next.
    pub help: Option<String>,
}

impl Problem {
    /// A problem of that code.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: None }
    }

    /// There is no signature to check.
    pub fn missing(message: impl Into<String>) -> Self {
        Self::new("signature-missing", message)
    }

    /// There is something that cannot be a signature, or what it signs cannot be put together.
    pub fn malformed(message: impl Into<String>) -> Self {
        Self::new("signature-malformed", message)
    }

    /// Adds what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
