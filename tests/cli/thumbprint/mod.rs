//! `thumbprint`, end to end.

mod failures;
mod pins;
mod servers;
mod streams;
mod ways;
