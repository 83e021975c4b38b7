//! The house holds: layers, places where the world is allowed, short files that say what they are, codes
//! that are raised, documents that name what is there, and what is generated from the source.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

#[path = "../needs/mod.rs"]
mod needs;

mod codes;
mod documents;
mod generated;
mod layers;
mod places;
mod source;
