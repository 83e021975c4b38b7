//! TLS without sockets: what to offer, what was seen, what an alert is called, and the plain-text
//! handshake of servers too old for a TLS library. Looking and judging are separate: a recorder
//! keeps the chain whatever its trust; only a client with a [`Gate`] refuses.

pub mod alert;
pub mod anchors;
mod client;
mod gate;
mod identity;
mod key_exchange;
pub mod legacy;
mod p521;
pub mod path;
mod proof;
mod pss;
mod recorder;
mod server;
mod variables;

pub use anchors::{Anchors, LazyAnchors};
pub use client::{
    Client, Handshake, Settings, Signatures, Versions, protocol_name, provider, suite_name,
};
pub use gate::Trusted;
pub use identity::Identity;
pub use path::{Purpose, Verdict};
pub use recorder::{CertificateRequest, Gate, Refused};
pub use server::{Asking, Caller, Presented, Server};
