//! Old and new pins, values for `$(...)`, files, and addresses that disagree.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::harness::pki::{NOW, Pair, Wish};
use crate::harness::tls::{config, serve_tls};
use crate::harness::{Peer, Pki, Tool};

/// A TLS server on loopback that shows these certificates in turn.
fn serving(pairs: Vec<Vec<Pair>>) -> Peer {
    let configs: Vec<_> = pairs.iter().map(|chain| config(chain)).collect();
    let turn = AtomicUsize::new(0);
    Peer::start(move |stream| {
        serve_tls(stream, configs[turn.fetch_add(1, Ordering::SeqCst) % configs.len()].clone());
    })
}

/// An authority, and two certificates of it with different keys.
pub fn old_and_new() -> (Pki, Pair, Pair) {
    let pki = Pki::new("Example CA");
    let old = pki.issue(&Wish::default());
    let new = pki.issue(&Wish { key: 3, ..Wish::default() });
    (pki, old, new)
}

/// The SHA-1 that `thumbprint --only sha1 FILE` prints.
pub fn sha1(pair: &Pair) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("certificate");
    std::fs::write(&path, &pair.certificate_pem).unwrap();
    let file = format!("file:{}", path.display());
    Tool::new(["thumbprint", &file, "--only", "sha1"]).run().code(0).stdout.trim().to_owned()
}

fn codes(item: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = item["findings"].as_array().unwrap().iter();
    findings.map(|finding| (text(&finding["code"]), text(&finding["severity"]))).collect()
}

#[test]
fn the_night_of_the_rotation() {
    let (_, old, new) = old_and_new();
    let (old_pin, new_pin) = (sha1(&old), sha1(&new));
    let pins = [format!("old={}", old_pin.to_uppercase()), format!("new={new_pin}")];
    let peer = serving(vec![vec![new], vec![old]]);
    let target = peer.target();
    let look = || {
        let args = ["thumbprint", &target, "--pin", &pins[0], "--pin", &pins[1], "--at", NOW];
        Tool::new(args).args(["--json"]).run().code(0).item()
    };
    let item = look();
    assert_eq!(item["facts"]["matched_pin"]["label"], "new");
    assert_eq!(item["facts"]["matched_pin"]["of"], "certificate");
    assert_eq!(item["status"], "info", "trust is a side matter where a pin matches: {item}");
    let item = look();
    assert_eq!(item["facts"]["matched_pin"]["label"], "old");
    assert!(codes(&item).contains(&("pin-old".into(), "warning".into())), "{item}");
}

#[test]
fn a_pin_that_does_not_match_is_exit_code_1() {
    let (_, old, new) = old_and_new();
    let pin = sha1(&new);
    let peer = serving(vec![vec![old]]);
    let args = ["thumbprint", &peer.target(), "--pin", &pin, "--at", NOW];
    let outcome = Tool::new(args).run().code(1);
    assert!(outcome.stdout.contains("FAIL") && outcome.stdout.contains("matches no pin"));
    let spelled = format!("\u{200e}{pin}");
    let args = ["thumbprint", &peer.target(), "--pin", &spelled, "--at", NOW, "--json"];
    let item = Tool::new(args).run().code(1).item();
    assert!(item.to_string().contains("LEFT-TO-RIGHT MARK"), "{item}");
}

#[test]
fn tries_catch_a_node_that_was_not_renewed() {
    let (_, old, new) = old_and_new();
    let pins = [sha1(&old), sha1(&new)];
    let peer = serving(vec![vec![new], vec![old]]);
    let args = ["thumbprint", &peer.target(), "--tries", "5", "--at", NOW, "--json"];
    let report = Tool::new(args).run().code(0).json();
    let items = report["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!((&items[0]["facts"]["seen"], &items[1]["facts"]["seen"]), (&3.into(), &2.into()));
    let differs = |severity: &str| ("thumbprint-differs".to_owned(), severity.to_owned());
    assert!(!codes(&items[0]).iter().any(|(code, _)| code == "thumbprint-differs"));
    assert!(codes(&items[1]).contains(&differs("warning")), "{}", items[1]);
    let pinned = ["--pin", &pins[0], "--pin", &pins[1]];
    let report = Tool::new(args).args(pinned).run().code(1).json();
    let found = report["items"].as_array().unwrap().iter().flat_map(codes).collect::<Vec<_>>();
    assert!(found.contains(&differs("critical")), "{found:?}");
}

#[test]
fn certificates_of_files_as_pins_and_as_targets() {
    let (pki, old, new) = old_and_new();
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("renewed.pem");
    std::fs::write(&bundle, format!("{}{}", new.certificate_pem, pki.ca.certificate_pem)).unwrap();
    let list = folder.path().join("pins.txt");
    std::fs::write(&list, format!("# accepted\n\nold={}\n", sha1(&old))).unwrap();
    let ca = folder.path().join("ca.pem");
    std::fs::write(&ca, &pki.ca.certificate_pem).unwrap();
    let (at, list) = (format!("new=@{}", bundle.display()), list.display().to_string());
    let new_print = sha1(&new);
    let peer = serving(vec![vec![new]]);
    let args = ["thumbprint", &peer.target(), "--pin", &at, "--pin-file", &list, "--at", NOW];
    let trusted = ["--ca", ca.to_str().unwrap(), "--json"];
    let item = Tool::new(args).args(trusted).run().code(0).item();
    assert_eq!(item["facts"]["matched_pin"]["label"], "new");
    assert_eq!((&item["facts"]["trusted"], &item["status"]), (&true.into(), &"ok".into()));
    let file = bundle.display().to_string();
    let chain = Tool::new(["thumbprint", &file, "--only", "sha1", "--chain"]).run().code(0).stdout;
    assert_eq!(chain.lines().count(), 2);
    assert_eq!(chain.lines().next(), Some(new_print.as_str()));
}

#[test]
fn an_intermediate_counts_only_where_it_issued() {
    let (pki, old, _) = old_and_new();
    let stranger = Pki::new("Another CA").issue(&Wish { key: 9, ..Wish::default() });
    let ca = || Pair {
        certificate_pem: pki.ca.certificate_pem.clone(),
        certificate_der: pki.ca.certificate_der.clone(),
        key_pem: pki.ca.key_pem.clone(),
    };
    let pin = sha1(&ca());
    let peer = serving(vec![vec![old, ca()], vec![stranger, ca()]]);
    let args = ["thumbprint", &peer.target(), "--pin", &pin, "--at", NOW, "--json"];
    let item = Tool::new(args).run().code(0).item();
    assert_eq!(item["facts"]["matched_pin"]["of"], "intermediate");
    assert_eq!(item["facts"]["matched_pin"]["position"], 1);
    let item = Tool::new(args).run().code(1).item();
    assert_eq!(item["facts"]["matched_pin"], Value::Null);
}

#[test]
fn values_for_shells_and_nothing_else() {
    let (_, old, _) = old_and_new();
    let print = sha1(&old);
    let peer = serving(vec![vec![old]]);
    let run = |more: &[&str]| {
        let args = ["thumbprint", &peer.target(), "--at", NOW];
        Tool::new(args).args(more.iter()).run().code(0).stdout
    };
    assert_eq!(run(&["--only", "sha1"]), format!("{print}\n"));
    assert_eq!(run(&["--as", "dotnet"]), format!("{}\n", print.to_uppercase()));
    assert!(run(&["--as", "curl"]).starts_with("sha256//"));
    assert!(run(&["--as", "all"]).lines().count() >= 13);
    let failed = Tool::new(["thumbprint", "127.0.0.1:1", "--only", "sha1"]).run().code(3);
    assert_eq!(failed.stdout, "");
    assert!(failed.stderr.contains("127.0.0.1:1"), "{}", failed.stderr);
}

/// What `$(...)` takes is thumbprints and nothing else, of several files too.
#[test]
fn values_stand_alone() {
    let folder = tempfile::tempdir().unwrap();
    let ca = Pki::new("an authority").ca;
    std::fs::write(folder.path().join("ca.pem"), &ca.certificate_pem).unwrap();
    let run =
        |words: &str| Tool::new(words.split(' ')).dir(folder.path()).run().stdout.lines().count();
    assert_eq!(run("thumbprint ca.pem ca.pem --only sha1"), 2);
    assert_eq!(run("thumbprint ca.pem none.pem --as node"), 1);
    let certificate = ca.certificate_pem.lines().count();
    assert_eq!(run("inspect ca.pem ca.pem --pem"), 2 * certificate);
}
