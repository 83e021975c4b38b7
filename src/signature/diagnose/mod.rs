#![allow(dead_code)]
//! Why a signature does not match: known causes are tried as changes, and what matches is proof.

mod dialect;
mod json;
mod spelling;
