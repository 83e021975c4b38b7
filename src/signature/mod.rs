//! Signatures of webhooks: made, checked, and explained when they do not match.
//!
//! A scheme is data ([`scheme`], read by [`loader`]). [`content`] puts together what a request signs,
//! [`sign`] makes headers for it, [`verify`] judges the ones it came with. Two standards need more
//! than a table: bearer tokens ([`token`]) and HTTP Message Signatures ([`http_message`]); what there
//! is to say of them stands in [`standard`].

mod bare;
pub mod called;
pub mod candidates;
pub mod challenge;
mod checks;
pub mod content;
pub mod detect;
pub mod diagnose;
pub mod forge;
mod form;
pub mod http_message;
pub mod jcs;
mod json_object;
mod jwk_thumbprint;
pub mod key;
pub mod key_set;
pub mod loader;
#[cfg(test)]
mod loader_tests;
pub mod lookup;
pub mod mac;
mod members;
pub mod message;
pub mod moment;
pub mod pattern;
pub mod problem;
#[cfg(test)]
mod property_tests;
pub mod resign;
pub mod scheme;
mod scheme_key;
pub mod secret_form;
mod shared;
pub mod sign;
mod signed_bytes;
pub mod signing_certificate;
pub mod spelling;
pub mod standard;
#[cfg(test)]
mod stream_tests;
pub mod template;
pub mod token;
pub mod url;
pub mod verify;
#[cfg(test)]
mod verify_tests;

pub use message::Message;
pub use problem::Problem;
pub use scheme::Scheme;
pub use sign::{Fresh, Signer};
pub use verify::{Outcome, Verifier};
