//! Sockets and names, and nowhere else. Every wait has a deadline, every buffer a limit.
//!
//! [`connect`] brings a connection to the point where TLS starts (look-up, proxy, STARTTLS);
//! [`handshake`] makes TLS of it; [`look`] does both and reads the chain of any server, of any age.

mod answer;
mod connect;
mod exchange;
mod fault;
pub mod files;
pub mod forward;
mod handshake;
pub mod interrupts;
mod look;
pub mod proxy;
mod records;
mod resolve;
mod runtime;
pub mod serve;
mod speech;
mod starttls;
mod target;
mod wire;

pub use connect::{Connection, Reach, Route, addresses, connect, connect_to};
pub use exchange::{Broken, Exchange, Lane, Peer, Stage, Timeouts};
pub use fault::{Deadline, Phase, from_io, from_tls};
pub use handshake::{Stream, Unfinished, handshake};
pub use look::{Sight, View, look};
pub use proxy::Proxy;
pub use resolve::{Family, Override};
pub use runtime::{block_on, block_on_many_cores};
pub use starttls::{PROTOCOLS, Protocol};
pub use target::{Endpoint, Target, server_name};
pub use wire::Wire;
