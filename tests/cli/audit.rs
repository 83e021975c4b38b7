//! `audit`: holes are named by their ids, receivers as they should be are accused of nothing, and nothing is
//! claimed where nothing can be told.

mod bounds;
mod certificates;
mod holes;
mod right;
mod screen;

use std::path::Path;

use serde_json::Value;

use crate::harness::{Outcome, Tool};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const BODY: &str = r#"{"id":"evt_1","amount":1200}"#;

/// A folder with the body of the good request.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("body.json"), BODY).unwrap();
    folder
}

/// An audit of this URL, as fast as may be.
fn tool(folder: &Path, url: &str, options: &str) -> Tool {
    let rate: &[&str] = if options.contains("--rate") { &[] } else { &["--rate", "20/s"] };
    let payload: &[&str] =
        if options.contains("--request") { &[] } else { &["--payload", "body.json"] };
    let words = options.split_whitespace();
    Tool::new(["audit", url]).args(rate).args(payload).args(words).env("S", SECRET).dir(folder)
}

/// The facts of each test, by its id.
fn outcomes(report: &Value) -> Vec<(String, String)> {
    let items = report["items"].as_array().unwrap().iter();
    let tests = items.filter(|item| item["facts"]["outcome"].is_string());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    tests.map(|item| (text(&item["facts"]["test"]), text(&item["facts"]["outcome"]))).collect()
}

fn outcome<'a>(all: &'a [(String, String)], id: &str) -> &'a str {
    all.iter().find(|(test, _)| test == id).map_or("none", |(_, outcome)| outcome)
}

/// Every finding of at least a warning as `code test`, every failure as its code.
fn accusations(outcome: &Outcome) -> Vec<String> {
    let report = outcome.json();
    let mut told = Vec::new();
    for item in report["items"].as_array().unwrap() {
        let test = item["facts"]["test"].as_str().unwrap_or("all");
        for finding in item["findings"].as_array().unwrap() {
            if finding["severity"] != "info" {
                told.push(format!("{} {test}", finding["code"].as_str().unwrap()));
            }
        }
        if let Some(code) = item["failure"]["code"].as_str() {
            told.push(format!("{code} {test}"));
        }
    }
    told
}

/// The last item, on all tests together.
fn totals(report: &Value) -> &Value {
    &report["items"].as_array().unwrap().last().unwrap()["facts"]
}

#[test]
fn a_test_is_explained_and_nobody_is_called() {
    let said = Tool::new(["audit", "--explain", "stale"]).run().code(0).stdout;
    let asked = Tool::new(["explain", "audit:stale"]).run().code(0).stdout;
    assert_eq!(said, asked);
    for word in ["must be refused", "GHSA-q9g3-q6fj-hc2x", "docs/audit.md"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    Tool::new(["audit", "--explain", "stail"]).run().code(2);
    Tool::new(["audit", "--explain", "stale", "http://127.0.0.1:9"]).run().code(2);
    Tool::new(["audit", "--payload", "x"]).run().code(2);
}
