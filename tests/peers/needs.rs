//! What a test needs and a machine may not have: other people's programs, and material that lies beside
//! the repository.

use std::panic::{UnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};

use libtest_mimic::Completion;

/// Programs and the Debian package of each. `.ci/run` installs them.
const PROGRAMS: &str = include_str!("programs.txt");

/// Why a test cannot be done here; travels up the stack as a panic that nobody prints.
struct Ignored(String);

/// Does a test, unless it says that it cannot be done here.
pub fn attempt(test: impl FnOnce() + UnwindSafe) -> Completion {
    match catch_unwind(test) {
        Ok(()) => Completion::Completed,
        Err(payload) => match payload.downcast::<Ignored>() {
            Ok(ignored) => Completion::ignored_with(ignored.0),
            Err(failed) => resume_unwind(failed),
        },
    }
}

/// Ends a test that cannot be done here. To be called on its own thread.
pub fn ignore(why: &str) -> ! {
    resume_unwind(Box::new(Ignored(why.to_owned())))
}

/// A program that the rest of the test runs.
pub fn program(program: &str) {
    let mut rows = PROGRAMS.lines().filter_map(|line| line.split_once(' '));
    let Some((_, package)) = rows.find(|(name, _)| *name == program) else {
        panic!("{program} has no row in tests/peers/programs.txt");
    };
    // It runs source files, which a Java without its compiler cannot.
    if !is_on_path(program) || (program == "java" && !is_on_path("javac")) {
        missing(program, &format!("apt-get install {package}"));
    }
}

/// Programs that the rest of the test runs.
pub fn programs(programs: &[&str]) {
    programs.iter().for_each(|name| program(name));
}

/// Ends a test for want of what `how` installs: all of it may be demanded.
pub fn missing(what: &str, how: &str) -> ! {
    let why = format!("not installed: {what} ({how})");
    let all = std::env::var_os("HOOKPRINT_PEERS").is_some_and(|peers| peers == "all");
    assert!(!all, "HOOKPRINT_PEERS=all, but {why}");
    ignore(&why)
}

/// Material beside the repository, `../shared/NAME`. A clone does not have it.
pub fn shared(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(name);
    if !path.exists() {
        ignore(&format!("../shared/{name} is not there"));
    }
    path
}

pub fn is_on_path(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    // Where Debian puts jars.
    let jars = PathBuf::from("/usr/share/java");
    std::env::split_paths(&paths).chain([jars]).any(|folder| folder.join(program).is_file())
}
