//! From values to findings: pure functions of what was seen, the rules and the moment.
//!
//! Each function is named by what it looks at; none knows a command or an output format.

pub mod audit;
mod calendar;
pub mod caller;
pub mod challenge;
mod dated;
pub mod enforcement;
pub mod evidence;
mod expiry;
mod form;
pub mod identity;
pub mod late;
pub mod named_pins;
pub mod own;
pub mod passed_on;
mod pins;
pub mod probe;
mod protection;
pub mod provider;
pub mod refusal;
pub mod renewal;
mod response;
pub mod rotation;
mod scheme;
pub mod situation;
pub mod state;
mod strength;
mod table;
mod trust;
mod words;

pub use calendar::{Calendar, calendar};
pub use dated::{Day, Grade, OLD_AFTER, Provenance};
pub use expiry::{Limits, expiry};
pub use form::form;
pub use pins::{Pinned, is_new, is_old, passed_over, pins};
pub use protection::{opens_with, protection};
pub use refusal::refusal;
pub use response::{Expected, malformed, response};
pub use scheme::scheme_age;
pub use strength::{strength, strength_unknown};
pub use table::LONGEST;
pub use trust::{Reliance, superfluous, trust};

/// A store of `tests/data/stores`, opened with this password.
#[cfg(test)]
fn stored(name: &str, password: &str) -> crate::store::Bundle {
    let path = format!("{}/tests/data/stores/{name}", env!("CARGO_MANIFEST_DIR"));
    let secret = crate::secret::Secret::new(password.as_bytes().to_vec());
    let passwords = crate::store::Passwords::new(vec![secret]);
    crate::store::open(&std::fs::read(path).unwrap(), &passwords).unwrap()
}
