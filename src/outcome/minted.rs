//! A file that `mint` wrote.

use serde::Serialize;

use crate::cert::Description;

/// A file for tests.
#[derive(Clone, Debug, Serialize)]
pub struct Minted {
    /// What it is, and for what.
    pub contains: &'static str,
    /// The certificate that it is about.
    pub certificate: Description,
}
