//! `inspect`: files of every kind, folders, thresholds, bad input.

use std::fs;

use time::macros::datetime;

use crate::harness::pki::{NOW, Wish};
use crate::harness::{Pki, Tool, assert_golden};

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

/// A client identity and its authority: `client.pem` with its key, `ca.pem`, `bare.pem` without.
fn identity() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let pki = Pki::new("Example CA");
    let client = pki.issue(&Wish {
        name: "caller.example",
        purpose: rcgen::ExtendedKeyUsagePurpose::ClientAuth,
        ..Wish::default()
    });
    let server = pki.issue(&Wish { name: "hooks.example", key: 5, ..Wish::default() });
    let write = |name: &str, text: &str| {
        use std::os::unix::fs::PermissionsExt;
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    };
    write("client.pem", &format!("{}{}", client.certificate_pem, client.key_pem));
    write("wrong.pem", &format!("{}{}", client.certificate_pem, server.key_pem));
    write("bare.pem", &client.certificate_pem);
    write("server.pem", &format!("{}{}", server.certificate_pem, server.key_pem));
    write("server.key", &server.key_pem);
    let long = [&server.certificate_pem, &pki.ca.certificate_pem, &server.key_pem];
    write("long.pem", &long.map(String::as_str).concat());
    write("ca.pem", &pki.ca.certificate_pem);
    folder
}

/// The codes of the first item's findings, worst first, with their severities.
fn codes(folder: &tempfile::TempDir, args: &[&str]) -> (i32, Vec<String>) {
    let outcome = Tool::new(["inspect", "--at", NOW, "--json"]).args(args).dir(folder.path()).run();
    let report = outcome.json();
    let findings = report["items"][0]["findings"].as_array().unwrap().iter();
    let text = |finding: &serde_json::Value| {
        format!("{} {}", finding["severity"].as_str().unwrap(), finding["code"].as_str().unwrap())
    };
    (outcome.code, findings.map(text).collect())
}

#[test]
fn an_identity_is_judged_for_its_purpose() {
    let folder = identity();
    let judged = |args: &[&str]| codes(&folder, args);
    let ca = ["--ca", "ca.pem"];
    let with = |args: &[&'static str]| [args, &ca].concat();
    assert_eq!(judged(&with(&["client.pem", "--for", "client"])), (0, vec![]));
    assert_eq!(
        judged(&with(&["client.pem", "--for", "server"])),
        (1, vec!["critical purpose-missing".to_owned()])
    );
    assert_eq!(
        judged(&with(&["wrong.pem", "--for", "client"])),
        (1, vec!["critical key-mismatch".to_owned()])
    );
    assert_eq!(
        judged(&with(&["bare.pem", "--for", "client"])),
        (1, vec!["critical key-missing".to_owned()])
    );
    assert_eq!(
        judged(&with(&["server.pem", "--for", "server", "--servername", "other.example"])),
        (1, vec!["critical name-mismatch".to_owned()])
    );
    let name = ["server.pem", "--for", "server", "--servername", "hooks.example"];
    assert_eq!(judged(&with(&name)), (0, vec![]));
    let long = ["long.pem", "--for", "server"];
    assert_eq!(judged(&with(&long)), (0, vec!["info chain-superfluous".to_owned()]));
    // Without the authority the issuer is nowhere to be found.
    let (code, found) = judged(&["client.pem", "--for", "client", "--ca", "server.pem"]);
    assert_eq!(code, 1);
    assert_eq!(found[0], "critical chain-incomplete");
    // Without a purpose only what is wrong with any use is said.
    assert_eq!(judged(&["client.pem"]), (0, vec![]));
    assert_eq!(judged(&["client.pem", "--ca", "ca.pem"]), (0, vec![]));
}

#[test]
fn a_key_from_another_file_belongs_or_does_not() {
    let folder = identity();
    let run = |file: &str| {
        let args = ["inspect", file, "--key", "server.key", "--at", NOW, "--json"];
        Tool::new(args).dir(folder.path()).run()
    };
    let report = run("server.pem").code(0).json();
    assert_eq!(report["items"][0]["facts"]["entries"][0]["key"]["matches"], true);
    let report = run("bare.pem").code(1).json();
    assert_eq!(report["items"][0]["findings"][0]["code"], "key-mismatch");
}

#[test]
fn a_key_in_a_file_beside_is_found() {
    let folder = identity();
    let at = |name: &str| folder.path().join(name);
    let pem = fs::read_to_string(at("server.pem")).unwrap();
    let certificate = pem.split_inclusive("-----END CERTIFICATE-----\n").next().unwrap();
    fs::create_dir_all(at("pair/apart")).unwrap();
    fs::write(at("pair/cert.pem"), certificate).unwrap();
    fs::rename(at("server.key"), at("pair/key.pem")).unwrap();
    fs::write(at("pair/apart/bare.pem"), certificate).unwrap();
    let judged = |paths: &[&str]| -> Vec<(String, serde_json::Value, bool)> {
        let args = ["inspect", "--for", "server", "--ca", "ca.pem", "--at", NOW, "--json"];
        let report = Tool::new(args).args(paths).dir(folder.path()).run().json();
        let items = report["items"].as_array().unwrap().iter();
        let of = |item: &serde_json::Value| {
            let is_missing = item["findings"].to_string().contains("key-missing");
            let matches = item["facts"]["entries"][0]["key"]["matches"].clone();
            (item["subject"].as_str().unwrap().to_owned(), matches, is_missing)
        };
        items.map(of).collect()
    };
    let found = |name: &str| (name.to_owned(), true.into(), false);
    let missing = |name: &str| (name.to_owned(), serde_json::Value::Null, true);
    // In the same folder, or named together; not just anywhere below.
    let all = judged(&["pair"]);
    assert!(all.contains(&found("pair/cert.pem")), "{all:?}");
    assert!(all.contains(&missing("pair/apart/bare.pem")), "{all:?}");
    assert_eq!(judged(&["pair/cert.pem"]), [missing("pair/cert.pem")]);
    assert_eq!(judged(&["pair/apart/bare.pem", "pair/key.pem"])[0], found("pair/apart/bare.pem"));
}

#[test]
fn pins_and_providers() {
    let folder = identity();
    let pinned = |pin: &str, code| {
        let args = ["inspect", "bare.pem", "--pin", pin, "--at", NOW, "--json"];
        Tool::new(args).dir(folder.path()).run().code(code).json()
    };
    let report = pinned("new=@client.pem", 0);
    assert_eq!(report["items"][0]["facts"]["matched_pin"]["label"], "new");
    let report = pinned("@server.pem", 1);
    assert_eq!(report["items"][0]["findings"][0]["code"], "pin-mismatch");
    let (code, found) = codes(&folder, &["client.pem", "--provider", "webex-connect"]);
    assert_eq!((code, found.len()), (1, 2));
    assert_eq!(codes(&folder, &["client.pem", "--provider", "gitlab"]), (0, vec![]));
}

#[test]
fn facts_have_an_age_and_a_file_lies_over_them() {
    let folder = identity();
    let inspect = |args: &[&str]| {
        Tool::new(["inspect", "client.pem", "--password", "env:X", "--warn", "1d"])
            .args(args)
            .env("X", "x")
            .dir(folder.path())
            .run()
    };
    let found = |args: &[&str]| -> Vec<String> {
        let item = inspect(&[args, &["--json"]].concat()).item();
        let findings = item["findings"].as_array().unwrap().iter();
        findings.map(|it| it["code"].as_str().unwrap().to_owned()).collect()
    };
    let old = "provider-fact-old".to_owned();
    assert!(!found(&["--provider", "gitlab", "--at", "2027-03-22"]).contains(&old));
    assert!(found(&["--provider", "gitlab", "--at", "2027-03-23"]).contains(&old));
    let own = "[[provider]]\nname = \"ours\"\ntitle = \"Ours\"\nrole = \"upload\"\n\
               source = \"https://a.example/form\"\nread_on = \"2027-03-20\"\ngrade = \"A\"\n";
    fs::write(folder.path().join("own.toml"), own).unwrap();
    let with_file = ["--provider", "ours", "--providers-file", "own.toml", "--at", "2027-03-23"];
    assert!(!found(&with_file).contains(&old));

    fs::write(folder.path().join("own.toml"), own.replace("source", "sorce")).unwrap();
    let outcome = inspect(&with_file).code(3);
    assert!(
        outcome.stderr.contains("own.toml: line 5, column 1: unknown field `sorce`"),
        "{}",
        outcome.stderr
    );
    assert!(outcome.stderr.contains("did you mean source?"), "{}", outcome.stderr);
    let calendar = "[[lifetime]]\nform = \"2026-01-01\"\n";
    fs::write(folder.path().join("calendar.toml"), calendar).unwrap();
    let outcome = inspect(&["--calendar", "calendar.toml"]).code(3);
    assert!(outcome.stderr.contains("calendar.toml: line 2, column 1"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("did you mean from?"), "{}", outcome.stderr);
    let outcome = inspect(&["--provider", "webex-conect"]).code(2);
    assert!(outcome.stderr.contains("did you mean webex-connect?"), "{}", outcome.stderr);
}

#[test]
fn a_key_that_others_can_read_is_said() {
    use std::os::unix::fs::PermissionsExt;
    let folder = identity();
    let path = folder.path().join("client.pem");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(codes(&folder, &["client.pem"]), (0, vec!["warning key-readable".to_owned()]));
    assert_eq!(codes(&folder, &["bare.pem"]), (0, vec![]));
}

#[test]
fn what_people_see() {
    let folder = identity();
    let seen = |args: &[&str]| {
        let outcome = Tool::new(["inspect", "--at", "2026-12-20"]).args(args).dir(folder.path());
        outcome.run().stdout
    };
    assert_golden("inspect/one.txt", &seen(&["client.pem", "--for", "client", "--ca", "ca.pem"]));
    assert_golden("inspect/many.txt", &seen(&["client.pem", "ca.pem", "server.key", "none.pem"]));
    assert_golden("inspect/provider.txt", &seen(&["client.pem", "--provider", "webex-connect"]));
}

/// What a provider presents, held against a file that is to accept it.
#[test]
fn a_trust_file_is_told_what_it_will_not_accept() {
    let folder = tempfile::tempdir().unwrap();
    let (ca, other) = (Pki::new("Example CA"), Pki::new("Other example CA"));
    let purpose = rcgen::ExtendedKeyUsagePurpose::ClientAuth;
    let leaf = ca.issue(&Wish { name: "caller.example", purpose, ..Wish::default() });
    for (name, text) in [
        ("ca.pem", &ca.ca.certificate_pem),
        ("other.pem", &other.ca.certificate_pem),
        ("leaf.pem", &leaf.certificate_pem),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let inspect = |args: &[&str], code| {
        let args = [&["inspect", "--json"], args].concat();
        Tool::new(args).dir(folder.path()).run().code(code)
    };
    let said = |args: &[&str], code| {
        let item = inspect(args, code).item();
        let codes = item["findings"].as_array().unwrap().iter();
        codes.map(|it| it["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let at = ["--at", "2026-11-26T00:00:00Z"];
    assert_eq!(said(&[&["ca.pem", "--trusts", "leaf.pem"], &at[..]].concat(), 0), [""; 0]);
    assert_eq!(said(&[&["ca.pem", "--trusts", "ca.pem"], &at[..]].concat(), 0), [""; 0]);
    let missing = ["trust-missing".to_owned()];
    assert_eq!(said(&[&["other.pem", "--trusts", "leaf.pem"], &at[..]].concat(), 1), missing);
    assert_eq!(said(&[&["other.pem", "--trusts", "dialogflow-es"], &at[..]].concat(), 1), missing);
    let meta = ["other.pem", "--trusts", "meta"];
    // What cannot be told is not green.
    let unknown = inspect(&[&meta[..], &at[..]].concat(), 3).item();
    assert_eq!(unknown["facts"]["checks"][0]["verdict"], "unknown");
    assert_eq!(
        (&unknown["status"], &unknown["failure"]["code"]),
        (&"failed".into(), &"unclear".into())
    );
    let given = [&meta[..], &["--chain", "leaf.pem"], &at[..]].concat();
    assert_eq!(said(&given, 1), missing);
    assert_eq!(
        said(&[&["leaf.pem", "--trusts", "leaf.pem"], &at[..]].concat(), 0),
        ["anchor-not-ca"]
    );
    for (args, words) in [
        (&["ca.pem", "--trusts", "docusign"][..], "with --chain FILE"),
        (&["ca.pem", "--trusts", "pagerdut"], "did you mean pagerduty?"),
        (&["ca.pem", "--trusts", "leaf.pem", "--chain", "leaf.pem"], "--trusts names a file"),
        (&["ca.pem", "--chain", "leaf.pem"], "--trusts"),
    ] {
        let stderr = inspect(args, 2).stderr;
        assert!(stderr.contains(words), "{args:?}: {stderr}");
    }
}
