//! Signatures of webhooks: made, checked, and explained when they do not match.

pub mod key;
pub mod message;
mod percent;
pub mod token;
