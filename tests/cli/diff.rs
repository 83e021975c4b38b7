//! `diff`: what a renewal changes for peers, from files and from live hosts.

use std::fs;
use std::path::Path;

use crate::harness::looks::every_look;
use crate::harness::pki::{NOW, Pki, Wish};
use crate::harness::renewals::{Renewal, assert_told, renewals};
use crate::harness::tls::{config, serve_tls};
use crate::harness::{Peer, Tool, assert_golden};

fn write(folder: &Path, renewal: &Renewal) {
    fs::write(folder.join("old.pem"), Renewal::pem(&renewal.old, false)).unwrap();
    fs::write(folder.join("new.pem"), Renewal::pem(&renewal.new, renewal.is_swapped)).unwrap();
}

#[test]
fn what_is_planted_is_told_from_pem() {
    let folder = tempfile::tempdir().unwrap();
    for renewal in renewals() {
        write(folder.path(), &renewal);
        assert_told(&renewal, ["old.pem", "new.pem"], folder.path(), "webex-connect", true);
    }
}

#[test]
fn what_is_planted_is_told_from_live_hosts() {
    let folder = tempfile::tempdir().unwrap();
    for renewal in renewals() {
        write(folder.path(), &renewal);
        let [before, after] = [&renewal.old, &renewal.new].map(|chain| {
            let config = config(chain);
            Peer::start(move |stream| serve_tls(stream, config.clone()))
        });
        assert_told(&renewal, [&before.target(), "new.pem"], folder.path(), "webex-connect", true);
        if renewal.is_refused_by_provider {
            // What is uploaded is a file; the peer counts as called all the same.
            Tool::new(["thumbprint", &after.target()]).run();
            continue;
        }
        // A server sends its own certificate first.
        assert_told(&renewal, ["old.pem", &after.target()], folder.path(), "", false);
    }
}

/// A file with the certificates of two partners, of which one is renewed, one stays and one goes.
#[test]
fn identities_are_paired_and_what_has_no_successor_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let ca = Pki::new("Example CA");
    let made = |name, key| ca.issue(&Wish { name, key, ..Wish::default() }).certificate_der;
    let callers = |name: &str, calls: &[Vec<u8>]| {
        let line = |der: &Vec<u8>| {
            let pem = pem(der);
            let at = "2026-05-01T00:00:00Z";
            serde_json::json!({"startedDateTime": at, "request": {"method": "POST"},
                "_clientCertificate": {"chainPem": [pem]}})
            .to_string()
        };
        let lines: Vec<String> = calls.iter().map(line).collect();
        fs::write(folder.path().join(name), lines.join("\n")).unwrap();
    };
    callers("old.ndjson", &[made("a.example", 2), made("b.example", 3), made("c.example", 4)]);
    callers(
        "new.ndjson",
        &[made("b.example", 3), made("a.example", 5), made("d.example", 6), made("e.example", 7)],
    );
    let outcome = Tool::new(["diff", "old.ndjson", "new.ndjson", "--json", "--at", NOW]);
    let report = outcome.dir(folder.path()).run().code(0).json();
    let items = report["items"].as_array().unwrap();
    let subjects: Vec<&str> = items.iter().map(|item| item["subject"].as_str().unwrap()).collect();
    assert_eq!(
        subjects,
        [
            "old.ndjson:a.example -> new.ndjson:a.example",
            "old.ndjson:b.example -> new.ndjson:b.example",
            "old.ndjson:c.example -> nothing",
            "nothing -> new.ndjson:d.example",
            "nothing -> new.ndjson:e.example",
        ]
    );
    assert_eq!(items[1]["facts"]["same_certificate"], true);
    assert_eq!(items[2]["findings"][0]["code"], "renewal-missing");
    assert_eq!(items[3]["facts"]["old"], serde_json::Value::Null);
    assert_eq!(items[3]["findings"], serde_json::json!([]));
}

fn pem(der: &[u8]) -> String {
    let encoded = hookprint::digest::base64(der);
    format!("-----BEGIN CERTIFICATE-----\n{encoded}\n-----END CERTIFICATE-----\n")
}

#[test]
fn pins_authorities_and_the_wrong_way_round() {
    let folder = tempfile::tempdir().unwrap();
    let (ca, other) = (Pki::new("Example CA"), Pki::new("Other example CA"));
    let old = ca.issue(&Wish { key: 2, ..Wish::default() });
    let later = time::macros::datetime!(2027-06-01 0:00 UTC);
    let new = ca.issue(&Wish { key: 3, not_after: later, ..Wish::default() });
    for (name, text) in [
        ("old.pem", &old.certificate_pem),
        ("new.pem", &new.certificate_pem),
        ("ca.pem", &ca.ca.certificate_pem),
        ("other.pem", &other.ca.certificate_pem),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let diff = |args: &[&str], code| {
        let args = [&["diff", "--json", "--at", NOW], args].concat();
        Tool::new(args).dir(folder.path()).run().code(code).item()
    };
    let severity = |item: &serde_json::Value| item["findings"][0]["severity"].clone();
    assert_eq!(severity(&diff(&["old.pem", "new.pem"], 0)), "warning");
    assert_eq!(severity(&diff(&["old.pem", "new.pem", "--pin", "@old.pem"], 1)), "critical");
    let both = ["old.pem", "new.pem", "--pin", "@old.pem", "--pin", "new=@new.pem"];
    assert_eq!(diff(&both, 0)["findings"], serde_json::json!([]));
    let by_authority = |item: &serde_json::Value| item["facts"]["peers"][5]["accepts"].clone();
    // The issuer is in neither file: nobody can tell.
    assert_eq!(by_authority(&diff(&["old.pem", "new.pem"], 0)), serde_json::Value::Null);
    assert_eq!(by_authority(&diff(&["old.pem", "new.pem", "--ca", "ca.pem"], 0)), true);
    assert_eq!(by_authority(&diff(&["old.pem", "new.pem", "--ca", "other.pem"], 0)), false);
    let swapped = diff(&["new.pem", "old.pem"], 0);
    let note = swapped["facts"]["notes"][0].as_str().unwrap();
    assert!(note.contains("the wrong way round?"), "{note}");
}

#[test]
fn bad_input_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let ca = Pki::new("Example CA");
    fs::write(folder.path().join("a.pem"), ca.ca.certificate_pem.as_bytes()).unwrap();
    fs::write(folder.path().join("key.pem"), ca.ca.key_pem.as_bytes()).unwrap();
    fs::write(
        folder.path().join("none.har.ndjson"),
        "{\"startedDateTime\":\"\",\"_clientCertificate\":null}",
    )
    .unwrap();
    let run = |args: &[&str]| Tool::new(args).dir(folder.path()).run();
    for (args, code, said) in [
        (&["diff", "a.pem", "missing.pem"][..], 3, "missing.pem"),
        (&["diff", "a.pem", "key.pem"], 3, "no certificate found"),
        (&["diff", "a.pem", "none.har.ndjson"], 3, "no caller showed a client certificate"),
        (&["diff", "a.pem", "a b"], 2, "is not a host"),
        (&["diff", "a.pem", "no/such.p12"], 3, "such.p12"),
        (&["diff", "a.pem", "a.pem", "--servername", "x"], 2, "--servername is for hosts"),
        (&["diff", "a.pem", "hooks.example", "--provider", "webex-connect"], 2, "NEW is a host"),
        (&["diff", "a.pem"], 2, "<NEW>"),
    ] {
        let outcome = run(args);
        let all = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(outcome.code == code && all.contains(said), "{args:?}: {} {all}", outcome.code);
    }
}

/// An annotation points at a file that is there: at the new one, where that is a file.
#[test]
fn annotations_point_at_the_new_file() {
    let folder = tempfile::tempdir().unwrap();
    let all = renewals();
    let renewal = all.iter().find(|one| one.name == "other issuer").unwrap();
    write(folder.path(), renewal);
    let config = config(&renewal.new);
    let peer = Peer::start(move |stream| serve_tls(stream, config.clone()));
    let host = peer.target();
    for (new, file) in [("new.pem", "new.pem"), (&host, "old.pem")] {
        let tool = Tool::new(["diff", "old.pem", new, "--format", "github"]).dir(folder.path());
        let told = tool.run().stdout;
        let notes: Vec<&str> = told.lines().filter(|line| line.starts_with("::")).collect();
        let wanted = format!(" file={file},line=1,");
        assert!(!notes.is_empty() && notes.iter().all(|it| it.contains(&wanted)), "{told}");
    }
}

#[test]
fn how_it_looks() {
    let folder = tempfile::tempdir().unwrap();
    let all = renewals();
    let renewal = all.iter().find(|one| one.name == "other issuer").unwrap();
    write(folder.path(), renewal);
    let looks = every_look(folder.path(), || Tool::new(["diff", "old.pem", "new.pem"]));
    assert_golden("diff/other-issuer.txt", &looks);
}

#[test]
fn neither_side_can_be_read_and_each_says_why() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("empty.pem"), "").unwrap();
    fs::write(folder.path().join("text.pem"), "no certificate\n").unwrap();
    let told = Tool::new(["diff", "empty.pem", "text.pem"]).dir(folder.path()).run().code(3).stdout;
    assert!(told.contains("empty.pem  the file is empty"), "{told}");
    assert!(
        told.lines().any(|line| line.starts_with("????  text.pem   ") && line.len() > 30),
        "{told}"
    );
}
