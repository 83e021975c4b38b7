//! Beside the providers' own libraries: what they sign is verified here, what is signed here they accept,
//! and what they refuse is never a plain `ok`.
//!
//! One test a row of [`rows::ROWS`], which is one scheme and one library. A library that is not installed
//! makes its tests `ignored`, or fails them with `HOOKPRINT_PEERS=all`; `tests/sdk/install.sh` installs
//! them. What the tests find out is the table of `docs/interop.md`, which they hold.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod audited;
mod cases;
mod driver;
mod library;
#[path = "../peers/needs.rs"]
#[allow(dead_code)]
mod needs;
mod ours;
#[path = "../harness/receiver.rs"]
#[allow(dead_code)]
mod receiver;
mod rows;
mod spellings;
mod table;
#[path = "../harness/tool.rs"]
#[allow(dead_code)]
mod tool;
mod trial;

use libtest_mimic::{Arguments, Trial};

fn main() {
    let rows = rows::ROWS.iter().map(|row| {
        let name = format!("{}::{} {}", row.language.name(), row.scheme, row.package);
        Trial::ignorable_test(name, move || {
            Ok(needs::attempt(move || table::hold(row, &trial::run(row))))
        })
    });
    let audited = audited::ROWS.iter().map(|row| {
        let name = format!("audit::{} {}", row.scheme, row.package);
        Trial::ignorable_test(name, move || Ok(needs::attempt(move || audited::hold(row))))
    });
    let table = Trial::test("the_table_has_these_rows", || {
        table::has_these_rows();
        Ok(())
    });
    let conclusion =
        libtest_mimic::run(&Arguments::from_args(), rows.chain(audited).chain([table]).collect());
    table::update();
    conclusion.exit();
}
