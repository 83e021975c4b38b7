//! TLS without sockets: what to offer, what was seen, what an alert is called, and the plain-text
//! handshake of servers too old for a TLS library. Looking and judging are separate: a recorder
//! keeps the chain whatever its trust; only a client with a [`Gate`] refuses.

pub mod alert;
mod client;
pub mod legacy;
mod proof;
mod recorder;

pub use client::{
    Client, Handshake, Settings, Signatures, Versions, protocol_name, provider, suite_name,
};
pub use recorder::{CertificateRequest, Gate, Refused};
