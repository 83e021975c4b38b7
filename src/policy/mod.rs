//! Judging: from values, rules and a moment to findings. Pure; nothing here looks at the world.
//!
//! Each function is named by what it looks at, and none knows a command or an output format.

mod expiry;
mod strength;

pub use expiry::{Limits, expiry};
pub use strength::strength;
