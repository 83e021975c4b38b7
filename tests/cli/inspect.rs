//! `inspect`: files of every kind, folders, thresholds, bad input.

use std::fs;

use time::macros::datetime;

use crate::harness::pki::{NOW, Wish};
use crate::harness::{Pki, Tool};

/// A folder with a chain that ends in 2026, one that ended, a key, and things that are neither.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let pki = Pki::new("Example CA");
    let good = pki.issue(&Wish { name: "hooks.example", ..Wish::default() });
    let over = pki.issue(&Wish {
        name: "old.example",
        not_before: datetime!(2025-05-01 0:00 UTC),
        not_after: datetime!(2026-05-20 0:00 UTC),
        key: 3,
        ..Wish::default()
    });
    fs::create_dir(folder.path().join("sub")).unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("chain.pem", &format!("{}{}", good.certificate_pem, pki.ca.certificate_pem));
    write("sub/old.pem", &over.certificate_pem);
    write("notes.txt", "nothing of interest");
    write("empty", "");
    folder
}

#[test]
fn a_folder_is_searched_and_what_is_no_keystore_is_counted() {
    let folder = folder();
    let outcome = Tool::new(["inspect", ".", "--at", NOW, "--json"]).dir(folder.path()).run();
    let report = outcome.code(1).json();
    assert_eq!(report["summary"]["items"], 2);
    assert_eq!(report["summary"]["certificates"], 3);
    assert_eq!(report["summary"]["skipped"], 2);
    assert_eq!(report["items"][0]["status"], "ok");
    assert_eq!(report["items"][1]["findings"][0]["code"], "certificate-expired");
    assert_eq!(report["items"][0]["facts"]["entries"][0]["chain"][0]["remaining_days"], 213);
}

#[test]
fn thresholds_decide_the_severity() {
    let folder = folder();
    let code = |args: &[&str], code| {
        let outcome = Tool::new(["inspect", "chain.pem", "--json"]).args(args).dir(folder.path());
        outcome.run().code(code).json()["items"][0]["status"].as_str().unwrap().to_owned()
    };
    assert_eq!(code(&["--at", "2026-11-30"], 0), "ok");
    assert_eq!(code(&["--at", "2026-12-02"], 0), "warning");
    assert_eq!(code(&["--at", "2026-12-02", "--fail-on", "warning"], 1), "warning");
    assert_eq!(code(&["--at", "2026-11-30", "-w", "60d", "-c", "32d"], 1), "critical");
    assert_eq!(code(&["--at", "2027-01-01"], 1), "critical");
    assert_eq!(code(&["--at", "2027-01-01", "--allow", "certificate-expired"], 0), "info");
}

#[test]
fn counts_are_exact_and_nothing_is_never_right() {
    let folder = folder();
    let run = |args: &[&str]| {
        Tool::new(["inspect", "--at", NOW, "--json"]).args(args).dir(folder.path()).run()
    };
    run(&["chain.pem", "--expect-count", "2"]).code(0);
    let report = run(&["chain.pem", "--expect-count", "3"]).code(3).json();
    assert_eq!(report["items"][1]["failure"]["code"], "count-differs");
    fs::create_dir(folder.path().join("none")).unwrap();
    let report = run(&["none"]).code(3).json();
    assert_eq!(report["items"][0]["failure"]["code"], "not-found");
}

#[test]
fn standard_input_and_pem_output() {
    let folder = folder();
    let pem = fs::read_to_string(folder.path().join("chain.pem")).unwrap();
    let outcome = Tool::new(["inspect", "-", "--pem", "--at", NOW]).stdin(pem.as_bytes()).run();
    assert_eq!(outcome.code(0).stdout, pem.replace("\r\n", "\n"));
}

#[test]
fn bad_input_has_a_code_and_a_sentence_each() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("cut.der"), &fs::read(at("chain.pem")).unwrap()[..100]).unwrap();
    fs::write(at("bomb.der"), b"\x30\x84\x7f\xff\xff\xff\x30\x03\x02\x01\x00").unwrap();
    fs::write(at("deep.der"), [0x30, 0x80].repeat(20_000)).unwrap();
    fs::File::create(at("huge.pem")).unwrap().set_len(1 << 30).unwrap();
    let made = std::process::Command::new("mkfifo").arg(at("pipe")).status();
    assert!(made.unwrap().success());
    for (name, code) in [
        ("missing.pem", "not-found"),
        ("notes.txt", "unrecognised"),
        ("empty", "unrecognised"),
        ("cut.der", "malformed"),
        ("bomb.der", "malformed"),
        ("deep.der", "malformed"),
        ("huge.pem", "too-large"),
        ("pipe", "timeout"),
    ] {
        let outcome = Tool::new(["inspect", name, "--json"]).dir(folder.path()).run().code(3);
        let failure = &outcome.json()["items"][0]["failure"];
        assert_eq!(failure["code"], code, "{name}: {failure}");
        assert!(!failure["message"].as_str().unwrap().is_empty());
    }
}
