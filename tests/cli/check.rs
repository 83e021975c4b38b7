//! `check`: policy files, right and wrong, and what their checks say of files and of peers on loopback.

mod broken;
mod contract;
mod init;
mod kinds;
mod misuse;

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::harness::Tool;

/// Writes a policy into a folder.
fn policy(folder: &Path, text: &str) {
    fs::write(folder.join("hookprint.toml"), text).unwrap();
}

/// `check` in a folder.
fn check(folder: &Path, args: &[&str]) -> Tool {
    Tool::new(["check"]).args(args).dir(folder)
}

/// The report of `check` in a folder, and its exit code.
fn report(folder: &Path, args: &[&str]) -> (Value, i32) {
    let outcome = check(folder, args).args(["--json"]).run();
    let report = serde_json::from_str(&outcome.stdout)
        .unwrap_or_else(|error| panic!("{error}: {outcome:?}"));
    (report, outcome.code)
}

/// The item of that subject.
fn item<'a>(report: &'a Value, subject: &str) -> &'a Value {
    let items = report["items"].as_array().unwrap();
    items.iter().find(|item| item["subject"] == subject).unwrap_or_else(|| panic!("{report:#}"))
}

/// The codes of the findings of an item, each with its severity.
fn codes(item: &Value) -> Vec<(&str, &str)> {
    let findings = item["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|finding| (finding["code"].as_str().unwrap(), finding["severity"].as_str().unwrap()))
        .collect()
}
