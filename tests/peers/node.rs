//! Programs from npm that tests need, in a folder of their own: `target/peers-node`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::needs;

/// The folder with this package, which tests/peers/package.json lists, and all others.
pub fn folder(package: &str) -> PathBuf {
    needs::program("node");
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers-node");
    let installed = std::fs::read_to_string(folder.join("package-lock.json")).ok();
    // What was installed is what is pinned now.
    if installed.as_deref() != Some(include_str!("package-lock.json")) {
        let how = "npm ci in a copy of tests/peers/package*.json called target/peers-node; .ci/run does it";
        needs::missing(package, how);
    }
    folder
}

/// Runs node.
pub fn command() -> Command {
    let mut command = Command::new("node");
    command.env("NODE_NO_WARNINGS", "1");
    command
}
