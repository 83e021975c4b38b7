//! `diff`: what changes when one certificate takes the place of another.

use serde::Serialize;

use crate::cert::Description;
use crate::policy::renewal::Change;

/// An old identity, the new one in its place, and what changes.
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    /// The old certificate; `None` where a new one replaces nothing.
    pub old: Option<Description>,
    /// The new one; `None` where nothing takes its place.
    pub new: Option<Description>,
    /// What changes from one to the other; nothing where one of them is missing.
    #[serde(flatten)]
    pub change: Option<Change>,
    /// What to know about it, a sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}
