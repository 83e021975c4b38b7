//! What every end-to-end test needs: the tool, certificates with fixed dates, golden files.
#![allow(dead_code, unused_imports)]

pub mod caller;
pub mod forms;
pub mod golden;
pub mod holder;
pub mod listener;
pub mod looks;
pub mod peer;
pub mod peers;
pub mod picture;
pub mod pki;
pub mod receiver;
pub mod recorder;
pub mod relay;
pub mod renewals;
pub mod running;
pub mod s_server;
pub mod steady;
pub mod tls;
pub mod tool;

pub use caller::Caller;
pub use golden::assert_golden;
pub use peer::Peer;
pub use pki::Pki;
pub use receiver::Receiver;
pub use recorder::{Given, Recorder};
pub use running::Running;
pub use s_server::SServer;
pub use steady::{steady, steady_keys, steady_times};
pub use tool::{Outcome, Tool};
