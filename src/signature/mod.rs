//! Signatures of webhooks: made, checked, and explained when they do not match.

pub mod http_message;
pub mod key;
pub mod token;

use crate::http::percent;
