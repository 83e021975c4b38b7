//! The languages, and the libraries that are installed for each.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::needs;

/// A language that providers have libraries in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Python,
    JavaScript,
}

const REQUIREMENTS: &str = include_str!("requirements.txt");
const PACKAGE: &str = include_str!("package.json");
const IN_PYTHON: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sdk/driver.py");
const IN_JAVASCRIPT: &str = include_str!("driver.mjs");

impl Language {
    pub fn name(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::JavaScript => "javascript",
        }
    }

    /// As people write it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Python => "Python",
            Self::JavaScript => "JavaScript",
        }
    }

    /// The version of a package that is pinned for it.
    pub fn version(self, package: &str) -> String {
        let version = match self {
            Self::Python => {
                let rows = REQUIREMENTS.lines().filter_map(|line| line.split_once("=="));
                let mut rows = rows.filter(|(name, _)| same(name, package));
                rows.next().map(|(_, version)| version.to_owned())
            }
            Self::JavaScript => {
                let pinned: serde_json::Value = serde_json::from_str(PACKAGE).unwrap();
                pinned["dependencies"][package].as_str().map(str::to_owned)
            }
        };
        version.unwrap_or_else(|| panic!("{package} is not pinned for {}", self.name()))
    }

    /// The driver of its libraries. Ends the test if they are not installed.
    pub fn driver(self) -> Command {
        let folder = self.folder();
        let (program, package) = match self {
            Self::Python => ("python3", "python3"),
            Self::JavaScript => ("node", "nodejs"),
        };
        needs::program(program);
        // What was installed is what is pinned now; the installer copies that when it is done.
        let pins = match self {
            Self::Python => ("requirements.txt", REQUIREMENTS),
            Self::JavaScript => ("package-lock.json", include_str!("package-lock.json")),
        };
        if std::fs::read_to_string(folder.join(pins.0)).ok().as_deref() != Some(pins.1) {
            let what = format!("libraries of providers for {package}");
            needs::missing(&what, "tests/sdk/install.sh");
        }
        let mut command = Command::new(program);
        match self {
            Self::Python => command.arg(IN_PYTHON).env("PYTHONPATH", &folder),
            Self::JavaScript => command
                .args(["--input-type=module", "--eval", IN_JAVASCRIPT])
                .env("NODE_NO_WARNINGS", "1")
                .current_dir(&folder),
        };
        command
    }

    fn folder(self) -> PathBuf {
        let name = match self {
            Self::Python => "sdk-python",
            Self::JavaScript => "sdk-node",
        };
        Path::new(env!("CARGO_MANIFEST_DIR")).join("target").join(name)
    }
}

/// Names of Python packages are the same in either case, and with `-` or `_`.
fn same(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.replace('_', "-").to_ascii_lowercase();
    plain(one) == plain(other)
}
