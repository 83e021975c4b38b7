//! `mint`: what it writes is what other tools open, and nothing is overwritten.

use std::path::Path;

use crate::harness::{Tool, assert_golden, steady_keys};

const FILES: [&str; 11] = [
    "ca.pem",
    "ca.key",
    "server.pem",
    "server.key",
    "client.pem",
    "client.p12",
    "client-next.p12",
    "client-expired.p12",
    "client-not-yet.p12",
    "client-serverauth.p12",
    "impostor.p12",
];

fn mint(folder: &Path, more: &[&str]) -> std::path::PathBuf {
    let pki = folder.join("pki");
    Tool::new(["mint".as_ref(), pki.as_os_str()]).args(more).run().code(0);
    pki
}

#[test]
fn every_file_is_there_and_private_ones_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let pki = mint(folder.path(), &[]);
    for name in FILES {
        let mode = std::fs::metadata(pki.join(name)).unwrap().permissions().mode() & 0o777;
        let is_public = matches!(name, "ca.pem" | "server.pem");
        assert_eq!(mode, if is_public { 0o644 } else { 0o600 }, "{name}");
    }
}

#[test]
fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let pki = mint(folder.path(), &[]);
    let before = std::fs::read(pki.join("ca.pem")).unwrap();
    let again = Tool::new(["mint".as_ref(), pki.as_os_str()]).run().code(2);
    assert!(again.stderr.contains("already exists"), "{}", again.stderr);
    assert_eq!(std::fs::read(pki.join("ca.pem")).unwrap(), before);
}

#[test]
fn the_bad_ones_are_bad_in_the_way_they_say() {
    let folder = tempfile::tempdir().unwrap();
    let pki = mint(folder.path(), &["--name", "hooks.example"]);
    let ca = pki.join("ca.pem");
    for (name, code, finding) in [
        ("client.p12", 0, None),
        ("client-next.p12", 0, None),
        ("client-expired.p12", 1, Some("certificate-expired")),
        ("client-not-yet.p12", 1, Some("certificate-not-yet-valid")),
        ("client-serverauth.p12", 1, Some("purpose-missing")),
        ("impostor.p12", 1, Some("issuer-unknown")),
    ] {
        let outcome = Tool::new(["inspect", "--json", "--for", "client", "--password", "env:P"])
            .env("P", "hookprint")
            .args([Path::new("--ca"), &ca, &pki.join(name)])
            .run()
            .code(code);
        let item = outcome.item();
        let codes: Vec<&str> = item["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|finding| finding["severity"] == "critical")
            .map(|finding| finding["code"].as_str().unwrap())
            .collect();
        assert_eq!(codes, finding.into_iter().collect::<Vec<_>>(), "{name}");
    }
}

#[test]
fn without_its_password_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let pki = folder.path().join("pki");
    Tool::new(["mint".as_ref(), pki.as_os_str()]).args(["--password", "env:NONE"]).run().code(2);
    assert!(!pki.exists());
}

#[test]
fn what_people_see() {
    const AT: [&str; 2] = ["--at", "2026-06-01T00:00:00Z"];
    let run = |name: &str, more: &[&str], columns: &str, code: i32| {
        let folder = tempfile::tempdir().unwrap();
        let tool = Tool::new([&["mint", "pki"], &AT, more].concat()).env("COLUMNS", columns);
        let seen = tool.dir(folder.path()).run().code(code).stdout;
        assert_golden(&format!("mint/{name}"), &steady_keys(&seen));
    };
    for columns in ["80", "120"] {
        run(&format!("files-{columns}.txt"), &[], columns, 0);
        run(&format!("quiet-{columns}.txt"), &["-q"], columns, 0);
        run(&format!("verbose-{columns}.txt"), &["-v", "--name", "hooks.example"], columns, 0);
    }
    run("files.json", &["--json"], "80", 0);
    run("failure.json", &["--json", "--password", "env:NONE"], "80", 2);
}
