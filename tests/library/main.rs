//! The library, driven as a crate, and its source tree: nothing here needs another program.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod formats;
mod hostile;
mod house;
mod made;
mod roundtrip;
#[cfg(target_os = "linux")]
mod threads;
