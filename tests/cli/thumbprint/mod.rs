//! `thumbprint`, end to end.

mod failures;
mod identity;
mod looks;
mod pins;
mod starttls;
mod streams;
mod ways;
