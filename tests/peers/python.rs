//! Python packages that tests need, in a folder of their own: `target/peers-venv`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::needs;

/// A Python that has this module, of those that tests/peers/requirements.txt lists.
pub fn with(module: &str) -> PathBuf {
    found(module).unwrap_or_else(|| needs::missing(module, &how("requirements")))
}

/// A Python that has this engine, of those that tests/peers/requirements-engines.txt lists: 770 MB, that
/// only HOOKPRINT_PEERS=engines demands.
pub fn with_engine(module: &str) -> PathBuf {
    found(module).unwrap_or_else(|| {
        let why = format!("not installed: {module} ({})", how("requirements-engines"));
        let wanted = std::env::var_os("HOOKPRINT_PEERS").is_some_and(|it| it == "engines");
        assert!(!wanted, "HOOKPRINT_PEERS=engines, but {why}");
        needs::ignore(&why)
    })
}

fn found(module: &str) -> Option<PathBuf> {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers-venv/bin/python");
    // Where it is: to import an engine takes seconds.
    let find =
        format!("import importlib.util as u, sys; sys.exit(u.find_spec('{module}') is None)");
    let found = Command::new(&python).args(["-c", &find]).output();
    found.is_ok_and(|found| found.status.success()).then_some(python)
}

fn how(list: &str) -> String {
    format!(
        "python3 -m venv target/peers-venv; \
         target/peers-venv/bin/pip install --no-deps -r tests/peers/{list}.txt"
    )
}
