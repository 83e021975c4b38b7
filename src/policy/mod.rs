//! From values to findings: pure functions of what was seen, the rules and the moment.

pub mod caller;
mod pins;
mod trust;

pub use pins::{Pinned, pins};
pub use trust::trust;
