//! `thumbprint`, end to end.

mod failures;
mod pins;
mod servers;
mod starttls;
mod streams;
mod ways;
