//! `--password`: what it opens, the forms that are tried, and stores that have none.

use std::fs;
use std::path::PathBuf;

use crate::harness::{Outcome, Tool};

/// When all of the stores are valid.
const NOW: &str = "2027-06-01";

fn stores() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/stores"))
}

fn run(args: &[&str]) -> Outcome {
    let tool = Tool::new(args).args(["--at", NOW]).dir(&stores());
    tool.env("PASSWORD", "changeit").env("WRONG", "mistyped").run()
}

#[test]
fn it_opens_targets_pins_and_identities() {
    let password = ["--password", "env:PASSWORD"];
    let with = |args: &[&str]| run(&[args, &password].concat());
    let sha1 = with(&["thumbprint", "modern.p12", "--only", "sha1"]).code(0).stdout.clone();
    assert_eq!(sha1.trim().len(), 40);
    let sealed = run(&["thumbprint", "modern.p12", "--only", "sha1"]).code(3);
    assert!(sealed.stderr.contains("give it with --password"), "{}", sealed.stderr);
    for verb in ["inspect", "thumbprint"] {
        let report =
            with(&[verb, "modern.p12", "--pin", "new=@client.jks", "--json"]).code(0).json();
        assert_eq!(report["items"][0]["facts"]["matched_pin"]["label"], "new", "{verb}");
        with(&[verb, "modern.p12", "--pin", "@key-ed25519.pem"]).code(1);
    }
    // A store that is looked at and one that is pinned, with a password each.
    let both = ["--password", "a=env:WRONG", "--password", "b=env:PASSWORD"];
    let args = ["inspect", "modern.p12", "--pin", "@legacy.p12", "--json"];
    let report = run(&[&args[..], &both].concat()).code(0).json();
    let protection = &report["items"][0]["facts"]["protection"];
    assert_eq!(protection["opened_with"], "password b");
    let wrong = run(&["thumbprint", "modern.p12", "--password", "env:WRONG", "--json"]);
    assert_eq!(wrong.code(3).json()["items"][0]["failure"]["code"], "password-wrong");
}

#[test]
fn one_that_opens_nothing_is_an_error() {
    for args in [
        &["thumbprint", "127.0.0.1:1"][..],
        &["replay", "--payload", "expect.jsonl", "--to", "https://127.0.0.1:1"],
        &["listen", "--addr", "127.0.0.1:0", "--for", "1s"],
    ] {
        let outcome = run(&[args, &["--password", "env:PASSWORD"]].concat());
        let said = &outcome.code(2).stderr;
        assert!(said.contains("there is nothing for --password to open"), "{args:?}: {said}");
    }
}

#[test]
fn a_store_without_password_is_opened_whatever_was_given() {
    let report = run(&["inspect", "empty-password.p12", "--password", "env:WRONG", "--json"]);
    let item = report.code(0).json()["items"][0].take();
    let notes = item["facts"]["notes"].to_string();
    assert!(notes.contains("it has no password; the one given is not needed"), "{notes}");
    assert_eq!(item["facts"]["entries"][0]["kind"], "key");
    let opened_with = &item["facts"]["protection"]["opened_with"];
    assert!(opened_with == "empty password" || opened_with == "null password", "{opened_with}");
}

#[test]
fn what_editors_make_of_a_password_file_is_tried_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let utf16 = |text: &str| -> Vec<u8> {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        [0xff, 0xfe].into_iter().chain(units).collect()
    };
    for (bytes, note) in [
        (b"\xef\xbb\xbfchangeit\n".to_vec(), "starts with a byte order mark"),
        (b"changeit \n".to_vec(), "ends with spaces or a newline"),
        (b"changeit\n\n".to_vec(), "ends with spaces or a newline"),
        (b"changeit\r\n\r\n".to_vec(), "ends with spaces or a newline"),
        (utf16("changeit"), "is in UTF-16"),
        (utf16("changeit\r\n"), "is in UTF-16"),
    ] {
        let path = folder.path().join("password");
        fs::write(&path, &bytes).unwrap();
        for store in ["modern.p12", "client.jks", "sealed-aes.pem", "no-mac.p12"] {
            let source = format!("file:{}", path.display());
            let report = run(&["inspect", store, "--password", &source, "--json"]).json();
            assert_eq!(
                report["items"][0]["facts"]["entries"][0]["kind"], "key",
                "{store} {bytes:?}"
            );
            let notes = report["items"][0]["facts"]["notes"].to_string();
            assert!(notes.contains(note), "{store} {bytes:?}: {notes}");
        }
    }
    // The exact one counts first: then there is nothing to say.
    let report = run(&["inspect", "modern.p12", "--password", "env:PASSWORD", "--json"]).json();
    assert_eq!(report["items"][0]["facts"]["notes"], serde_json::Value::Null);
}

#[test]
fn thumbprint_says_it_as_inspect_does() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("password");
    fs::write(&path, b"\xef\xbb\xbfchangeit\n").unwrap();
    let source = format!("file:{}", path.display());
    for (store, note) in [
        ("modern.p12", "the password given starts with a byte order mark"),
        ("empty-password.p12", "it has no password; the one given is not needed"),
    ] {
        let args = ["thumbprint", store, "--password", &source];
        let said = run(&args).stdout;
        assert!(said.contains(&format!("note: {note}")), "{said}");
        let report = run(&[&args[..], &["--json"]].concat()).json();
        let notes = report["items"][0]["facts"]["notes"].to_string();
        assert!(notes.contains(note), "{notes}");
    }
    let report = run(&["thumbprint", "modern.p12", "--password", "env:PASSWORD", "--json"]).json();
    assert_eq!(report["items"][0]["facts"]["notes"], serde_json::Value::Null);
}
