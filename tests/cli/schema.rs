//! `schema/report.schema.json` accepts what each command really writes, and refuses what is wrong.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

fn schema() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/report.schema.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// What the schema says about one of its definitions.
pub fn complaints(definition: &str, instance: &Value) -> Vec<String> {
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": format!("#/$defs/{definition}"),
        "$defs": schema()["$defs"],
    });
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let errors = validator.iter_errors(instance);
    errors.map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn the_schema_is_a_schema_and_refuses_what_is_wrong() {
    assert!(jsonschema::meta::is_valid(&schema()));
    let item = json!({ "subject": "x", "status": "ok", "facts": {}, "findings": [],
        "failure": null, "elapsed_ms": 0.1 });
    assert!(complaints("item", &item).is_empty());
    for (key, value) in [
        ("status", json!("failed")),
        ("status", json!("fine")),
        ("findings", json!([{ "code": "nonsense" }])),
        ("failure", json!({ "code": "dns", "kind": "network", "message": "x", "help": null })),
        ("facts", json!({ "chain": [{ "subject": "CN=x" }] })),
        ("elapsed_ms", json!(-1)),
    ] {
        let mut wrong = item.clone();
        wrong[key] = value;
        assert!(!complaints("item", &wrong).is_empty(), "{wrong}");
    }
}

/// How each command is run: without a network, without a keyboard, and at once.
const RUNS: &[&[&str]] = &[
    &["thumbprint", "chain.pem", "none.pem", "127.0.0.1:1"],
    &["inspect", "chain.pem", "none.pem"],
    &["sign", "body.json", "--secret", "file:secret"],
    &["verify", "body.json", "--secret", "file:secret", "--header", "X-Signature: 00"],
    &["verify", "body.json", "--secret", "file:secret", "--signature", WRONG],
    &["replay", "request.http", "--to", "http://127.0.0.1:1/"],
    &[
        "send",
        "github",
        "--payload",
        "body.json",
        "--secret",
        "file:secret",
        "--to",
        "http://127.0.0.1:1/",
    ],
    &["listen", "--plain", "--addr", "127.0.0.1:0", "--for", "100ms"],
    &["probe", "https://127.0.0.1:1/"],
    &[
        "audit",
        "http://127.0.0.1:1/",
        "--payload",
        "body.json",
        "--scheme",
        "github",
        "--secret",
        "file:secret",
    ],
    &["check", "hookprint.toml"],
    &["explain", "certificate-expired"],
    &["diff", "chain.pem", "chain.pem"],
    &["diff", "chain.pem", "127.0.0.1:1"],
    &["schemes"],
    &["schemes", "stripe"],
    &["merge", "rows.ndjson"],
    &["mint", "pki"],
    &["demo"],
    &["completions", "bash"],
    &["man"],
];

const WRONG: &str = "00000000000000000000000000000000000000000000000000000000000000ff";

#[test]
fn every_command_writes_what_the_schema_says() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = rcgen::generate_simple_self_signed(["hooks.example".to_owned()]).unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("chain.pem", &certificate.cert.pem());
    write("body.json", "{\"order\":7}");
    write("secret", "0123456789abcdef0123456789abcdef\n");
    write("request.http", "POST /hook HTTP/1.1\r\nHost: a.example\r\nContent-Length: 2\r\n\r\n{}");
    write("hookprint.toml", "[[bundle]]\nname = \"own\"\npath = \"chain.pem\"\n");
    let rows = ["inspect", "chain.pem", "none.pem", "--end-mark"];
    write("rows.ndjson", &report(folder.path(), &rows, "ndjson"));
    let cli = hookprint::command::tree();
    for command in cli.get_subcommands().map(clap::Command::get_name) {
        let runs: Vec<_> = RUNS.iter().filter(|run| run[0] == command).collect();
        assert!(!runs.is_empty(), "{command} has no row here");
        for run in runs {
            let report = report(folder.path(), run, "json");
            let report: Value = serde_json::from_str(&report)
                .unwrap_or_else(|error| panic!("{run:?}: {error}: {report}"));
            assert_eq!(report["command"], command);
            let complaints = complaints("report", &report);
            assert!(complaints.is_empty(), "{run:?}: {complaints:#?}\n{report:#}");
            if command == "mint" {
                continue; // It refuses to overwrite.
            }
            for line in self::report(folder.path(), run, "ndjson").lines() {
                let row: Value = serde_json::from_str(line).unwrap();
                let definition = if row.get("end").is_some() { "end" } else { "item" };
                let complaints = self::complaints(definition, &row);
                assert!(complaints.is_empty(), "{run:?}: {complaints:#?}\n{line}");
            }
        }
    }
}

/// What a command writes to stdout; it must have understood its arguments.
fn report(folder: &Path, args: &[&str], format: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hookprint"));
    command.current_dir(folder).args(args).args(["--format", format]);
    let output = command.stdin(std::process::Stdio::null()).output().unwrap();
    assert_ne!(output.status.code(), Some(2), "{args:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}
