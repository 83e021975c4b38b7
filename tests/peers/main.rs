//! Beside other people's programs, and material that lies beside the repository.
//!
//! What a machine does not have makes a test `ignored`, or fails it with `HOOKPRINT_PEERS=all`. That is
//! known while a test runs, and libtest takes it from an attribute: these tests have a runner of their
//! own, and stand in the list of their module. One that is left out is dead code, and a warning.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    missing_docs
)]

use libtest_mimic::{Arguments, Trial};

#[path = "../harness/mod.rs"]
mod harness;
mod needs;
mod node;

/// A test: its name, and what it does.
type Test = (&'static str, fn());

/// Lists the tests of a module.
macro_rules! tests {
    ($($name:ident),+ $(,)?) => {
        pub const TESTS: &[crate::Test] = &[$((stringify!($name), $name)),+];
    };
}

#[cfg(unix)]
mod action;
mod audit;
mod callers;
mod captures;
#[cfg(unix)]
mod ci;
mod completions;
mod corpus;
mod diff;
mod explained;
mod formats;
mod har;
mod identity;
mod inspect;
mod late_requests;
mod limbo;
mod mint;
mod packed;
mod pages;
mod path;
mod probe;
mod programs;
#[cfg(unix)]
mod progress;
mod prompt;
mod python;
mod refusals;
mod repairs;
mod sbom;
mod scale;
mod sent;
mod servers;
mod signatures;
mod socks;
#[cfg(unix)]
mod starttls;
mod stores;
mod vectors;
#[cfg(target_os = "linux")]
mod wiped;

/// The modules with their tests.
const MODULES: &[(&str, &[Test])] = &[
    #[cfg(unix)]
    ("action", action::TESTS),
    ("audit", audit::TESTS),
    ("callers", callers::TESTS),
    ("captures", captures::TESTS),
    #[cfg(unix)]
    ("ci", ci::TESTS),
    ("completions", completions::TESTS),
    ("corpus", corpus::TESTS),
    ("diff", diff::TESTS),
    ("explained", explained::TESTS),
    ("formats", formats::TESTS),
    ("har", har::TESTS),
    ("identity", identity::TESTS),
    ("inspect", inspect::TESTS),
    ("late_requests", late_requests::TESTS),
    ("limbo", limbo::TESTS),
    ("mint", mint::TESTS),
    ("packed", packed::TESTS),
    ("pages", pages::TESTS),
    ("path", path::TESTS),
    ("probe", probe::TESTS),
    ("programs", programs::TESTS),
    #[cfg(unix)]
    ("progress", progress::TESTS),
    ("prompt", prompt::TESTS),
    ("refusals", refusals::TESTS),
    ("repairs", repairs::TESTS),
    ("sbom", sbom::TESTS),
    ("scale", scale::TESTS),
    ("sent", sent::TESTS),
    ("servers", servers::TESTS),
    ("signatures", signatures::TESTS),
    ("socks", socks::TESTS),
    #[cfg(unix)]
    ("starttls", starttls::TESTS),
    ("stores", stores::TESTS),
    ("vectors", vectors::TESTS),
    #[cfg(target_os = "linux")]
    ("wiped", wiped::TESTS),
];

fn main() {
    let trials = MODULES.iter().flat_map(|(module, tests)| {
        tests.iter().map(move |&(name, test)| {
            let name = format!("{module}::{name}");
            Trial::ignorable_test(name, move || Ok(needs::attempt(test)))
        })
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}
