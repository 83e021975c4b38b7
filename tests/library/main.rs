//! The library, driven as a crate: what reads files, validates paths, signs and renders, beside other
//! people's programs and their published cases.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    missing_docs
)]

#[path = "../needs/mod.rs"]
mod needs;

mod corpus;
mod formats;
mod hostile;
mod limbo;
mod made;
mod path;
mod programs;
mod roundtrip;
mod stores;
#[cfg(target_os = "linux")]
mod threads;
mod vectors;
