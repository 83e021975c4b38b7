//! The check of a request's signature, the same for `verify` and `listen`: one way from the options to
//! a checker, and from a request to its facts and findings.

mod checker;
pub mod explain;
mod keys;
mod options;
mod ring;
mod standard;

pub use checker::{Checker, Moments, Wish};
pub use options::{MessageArgs, TokenArgs};
