//! What a test needs and a machine may not have: other people's programs, and material that lies
//! beside the repository. A test that misses it is skipped and says so; a missing program is a
//! failure with `HOOKPRINT_PEERS=all`.

#![allow(dead_code, clippy::panic, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Programs and the Debian package of each. `.ci/run` installs them.
const PROGRAMS: &str = include_str!("programs");

/// Whether a program is installed.
pub fn installed(program: &str) -> bool {
    let mut rows = PROGRAMS.lines().filter_map(|line| line.split_once(' '));
    let Some((_, package)) = rows.find(|(name, _)| *name == program) else {
        panic!("{program} has no row in tests/needs/programs");
    };
    // It runs source files, which a Java without its compiler cannot.
    let is_there = is_on_path(program) && (program != "java" || is_on_path("javac"));
    if !is_there {
        missing(program, package);
    }
    is_there
}

/// Skips for want of a program that this package has, or fails.
pub fn missing(program: &str, package: &str) {
    let all = std::env::var_os("HOOKPRINT_PEERS").is_some_and(|peers| peers == "all");
    assert!(!all, "HOOKPRINT_PEERS=all, but {program} is not installed: apt-get install {package}");
    skipped(&format!("{program} is not installed (apt-get install {package})"));
}

/// Material beside the repository, `../shared/NAME`. A clone does not have it.
pub fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(name);
    let is_there = path.exists();
    if !is_there {
        skipped(&format!("../shared/{name} is not there"));
    }
    is_there.then_some(path)
}

/// Says once that a test does not do all it could: in the file that `HOOKPRINT_SKIPPED` names, or on
/// standard error, past libtest, which swallows what `eprintln!` prints.
pub fn skipped(why: &str) {
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a thread");
    let line = format!("SKIPPED: {} {test}: {why}\n", env!("CARGO_CRATE_NAME"));
    if !SAID.lock().unwrap().insert(line.clone()) {
        return;
    }
    match std::env::var_os("HOOKPRINT_SKIPPED") {
        Some(file) => {
            let file = std::fs::OpenOptions::new().append(true).create(true).open(file);
            file.unwrap().write_all(line.as_bytes()).unwrap();
        }
        None => std::io::stderr().write_all(line.as_bytes()).unwrap(),
    }
}

fn is_on_path(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder| folder.join(program).is_file())
}
