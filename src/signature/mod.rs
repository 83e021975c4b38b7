//! Webhook signatures. A scheme is data ([`scheme`], read by [`loader`]); a request is a [`message`];
//! [`sign`] makes headers for it, [`verify`] judges the ones it came with.

pub mod candidates;
pub mod form;
pub mod loader;
pub mod mac;
pub mod message;
pub mod moment;
pub mod pattern;
pub mod problem;
pub mod public;
pub mod scheme;
pub mod sign;
pub mod template;
pub mod url;
pub mod verify;

pub use message::Message;
pub use problem::Problem;
pub use scheme::Scheme;
pub use sign::{Fresh, Signer};
pub use verify::{Outcome, Verifier};
