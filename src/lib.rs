//! hookprint: who is calling, with which certificate, under which signature, and until when.
pub mod capture;
pub mod cert;
pub mod command;
pub mod der;
pub mod digest;
pub mod error;
pub mod fact;
pub mod http;
pub mod net;
pub mod policy;
pub mod render;
pub mod secret;
pub mod signature;
pub mod store;
pub mod tls;
