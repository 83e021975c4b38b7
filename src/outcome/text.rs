//! Text that is the answer itself: completions, man pages, and nothing at all where only values were wanted.

use serde::Serialize;

/// Text for people and `$(...)`; a report has no keys for it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Text {
    /// As it is printed.
    #[serde(skip)]
    pub text: String,
}

impl Text {
    /// This text.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }
}
