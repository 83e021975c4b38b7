//! Signatures of webhooks: made, checked, and explained when they do not match.

pub mod diagnose;
pub mod http_message;
pub mod key;
mod percent;
pub mod token;
