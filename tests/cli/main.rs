//! End-to-end tests: the built binary, one module a command.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    missing_docs
)]

#[path = "../harness/mod.rs"]
mod harness;

mod app_store;
mod audit;
mod auto;
mod check;
mod check_rotation;
mod check_state;
mod demo;
mod diagnosis;
mod diff;
mod explain;
mod fail_closed;
mod general;
mod grammar;
mod help;
mod hidden;
mod inspect;
mod inspect_forms;
mod inspect_looks;
mod inspect_text;
mod inspect_wrapped;
mod listen;
mod looks;
mod merge;
mod message_signatures;
mod mint;
mod packed;
mod passwords;
mod peers;
mod probe;
mod readme;
mod replay;
mod replay_answers;
mod replay_captures;
mod replay_credentials;
mod replay_interrupted;
mod replay_journal;
mod replay_killed;
mod replay_looks;
mod replay_told;
mod replay_ways;
mod reports;
mod resign;
mod schema;
mod scheme_files;
mod schemes;
mod send;
mod shards;
mod sign;
mod signing_cert;
mod socks;
mod standards;
mod stores;
mod strangers;
mod thumbprint;
mod tokens;
mod trust;
mod vectors;
mod verify;
mod written;
