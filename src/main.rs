//! The binary: runs the library and returns its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    hookprint::run(std::env::args_os())
}
