//! From values to findings: pure functions of what was seen, the rules and the moment.

pub mod evidence;
mod pins;
pub mod refusal;
mod response;
mod trust;

pub use pins::{Pinned, pins};
pub use refusal::refusal;
pub use response::{Expected, response};
pub use trust::trust;
