//! From values to findings: pure functions of what was seen, the rules and the moment.

pub mod evidence;
pub mod refusal;
mod response;

pub use refusal::refusal;
pub use response::{Expected, response};
