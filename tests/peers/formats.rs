//! What we write, read by programs that know the format and not this program.

#[path = "../library/formats/sample.rs"]
pub mod sample;

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use crate::harness::Tool;
use crate::needs;
use sample::render;

tests!(python_reads_the_csv, xmllint_reads_the_junit_report, groff_reads_the_man_pages,);

/// What a program says of `input`.
fn run(program: &str, args: &[&str], input: &str) -> String {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    needs::program(program);
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {args:?}: {errors}\n{input}");
    String::from_utf8(output.stdout).unwrap()
}

fn python_reads_the_csv() {
    let script = "import csv, json, sys, io
text = io.TextIOWrapper(sys.stdin.buffer, 'utf-8', newline='')
print(json.dumps(list(csv.DictReader(text, strict=True))))";
    let rows = run("python3", &["-c", script], &render("csv", &sample::items()));
    let rows: Vec<serde_json::Value> = serde_json::from_str(&rows).unwrap();
    let records = |kind| rows.iter().filter(|row| row["record"] == kind).count();
    assert_eq!((records("item"), records("certificate")), (7, 6));
    assert_eq!((records("finding"), records("failure")), (6, 2));
    for (name, cell) in rows.iter().flat_map(|row| row.as_object().unwrap()) {
        let text = cell.as_str().unwrap_or_else(|| panic!("{name} is missing or one too many"));
        assert!(!text.starts_with(['=', '+', '@', '\t', '\r']), "{name} is a formula: {text}");
        assert!(!text.starts_with('-') || name == "remaining_days", "{name}: {text}");
    }
    let first = sample::items()[0].outcome.first_to_end().unwrap().spki_sha256();
    assert_eq!(rows[1]["spki"], format!("sha256//{first}"));
    let facts: serde_json::Value =
        serde_json::from_str(rows[0]["facts"].as_str().unwrap()).unwrap();
    assert_eq!(
        facts,
        serde_json::json!({
            "address": "192.0.2.10:443",
            "server_name": "hooks.example",
            "client_certificate": "not-requested",
            "trusted": true,
            "proven": true
        })
    );
}

fn xmllint_reads_the_junit_report() {
    let schema = format!("{}/tests/data/junit.xsd", env!("CARGO_MANIFEST_DIR"));
    for (items, path, expected) in [
        (sample::items(), "count(//testcase)", "7"),
        (sample::items(), "count(//failure)", "1"),
        (sample::items(), "count(//error)", "2"),
        (sample::items(), "string(//failure/@type)", "certificate-expires-soon"),
        (sample::items(), "string(/testsuites/@errors)", "2"),
        (sample::items()[..1].to_vec(), "count(//testcase[not(*)])", "1"),
        (Vec::new(), "string(//error/@message)", "nothing was found to check"),
    ] {
        let xml = render("junit", &items);
        run("xmllint", &["--noout", "--schema", &schema, "-"], &xml);
        let found = run("xmllint", &["--xpath", path, "-"], &xml);
        assert_eq!(found.trim(), expected, "{path}");
    }
}

fn groff_reads_the_man_pages() {
    needs::program("groff");
    let folder = tempfile::tempdir().unwrap();
    Tool::new(["man", "--dir", "."]).dir(folder.path()).run().code(0);
    for page in fs::read_dir(folder.path()).unwrap() {
        let mut groff = Command::new("groff");
        groff.args(["-man", "-Tutf8", "-ww", "-z"]).arg(page.unwrap().path());
        let output = groff.output().unwrap();
        let warnings = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && warnings.is_empty(), "{groff:?}: {warnings}");
    }
}
