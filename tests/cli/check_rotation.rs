//! `check` of a rotation: one policy and one state through all phases, against receivers that know the old
//! authority, the new one, or both.

use std::fs;
use std::path::Path;

use rcgen::ExtendedKeyUsagePurpose as Use;
use serde_json::Value;
use time::macros::datetime;

use crate::harness::listener::Listener;
use crate::harness::pki::Wish;
use crate::harness::{Outcome, Pki, Tool, assert_golden, steady};

/// Writes a file that only its owner can read.
fn private(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

/// A folder with an old and a new identity, each of its own authority, and what a receiver needs.
fn world() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| private(&folder.path().join(name), &text);
    let (old, new) = (Pki::new("Old Test CA"), Pki::new("The New Test CA"));
    let client = |pki: &Pki, key| {
        let pair =
            pki.issue(&Wish { name: "bot.example", purpose: Use::ClientAuth, key, ..Wish::live() });
        pair.certificate_pem + &pair.key_pem
    };
    write("old.pem", client(&old, 21));
    write("new.pem", client(&new, 22));
    write("old-ca.pem", old.ca.certificate_pem.clone());
    write("new-ca.pem", new.ca.certificate_pem.clone());
    write("both.pem", old.ca.certificate_pem.clone() + &new.ca.certificate_pem);
    let server = old.issue(&Wish { key: 23, ..Wish::live() });
    write("server.pem", server.certificate_pem);
    write("server.key", server.key_pem);
    folder
}

/// A receiver that demands a certificate of these authorities.
fn receiver(folder: &Path, addr: &str, client_ca: &str) -> Listener {
    let own = ["--cert", "server.pem", "--key", "server.key", "--client-cert", "require"];
    Listener::with(
        Tool::new(["listen", "--addr", addr, "--client-ca", client_ca]).args(own).dir(folder),
    )
}

/// Writes the policy for receivers on this port at both addresses.
fn policy(folder: &Path, port: u16) {
    let pin = Tool::new(["thumbprint", "server.pem", "--only", "sha1"]).dir(folder).run().code(0);
    let pin = pin.stdout.trim();
    let policy = format!(
        r#"version = 1
[defaults]
owner = "payments@example"
ca = "both.pem"
resolve = ["localhost:{port}:127.0.0.1", "localhost:{port}:127.0.0.2"]

[pins.server]
old = {{ value = "ff6c0105042833b2f22da83379056fad6f3d3ba4", until = 2026-12-05 }}
new = "{pin}"

[[endpoint]]
name = "server"
target = "localhost:{port}"
pins = "server"

[[bundle]]
name = "bot old"
path = "old.pem"
for = "client"

[[bundle]]
name = "bot new"
path = "new.pem"
for = "client"

[[trust]]
name = "client CAs"
path = "both.pem"

[[probe]]
name = "hooks"
url = "https://localhost:{port}/bot"
accept = {{ old = "old.pem", new = "new.pem" }}
reject = ["none", "stranger"]
rate = "1000/s"

[[rotation]]
name = "bot 2026"
old = "bundle:bot old"
new = "bundle:bot new"
seen_in = ["probe:hooks", "endpoint:server", "trust:client CAs"]
phases = {{ publish = 2026-11-20, both = 2026-11-24, drop_old = 2026-12-06 }}
"#
    );
    fs::write(folder.join("hookprint.toml"), policy).unwrap();
}

/// A check of the policy at this moment, with one state; the first address trusts these authorities, the
/// second one those.
fn run(folder: &Path, at: &str, trusted: [&str; 2], options: &[&str]) -> Outcome {
    let first = receiver(folder, "127.0.0.1:0", trusted[0]);
    let port = first.addr.port();
    let _second = receiver(folder, &format!("127.0.0.2:{port}"), trusted[1]);
    policy(folder, port);
    Tool::new(["check", "--state", "state.json", "--at", at]).args(options).dir(folder).run()
}

fn item<'a>(report: &'a Value, subject: &str) -> &'a Value {
    let items = report["items"].as_array().unwrap();
    items.iter().find(|item| item["subject"] == subject).unwrap_or_else(|| panic!("{report:#}"))
}

/// The codes of an item's findings with their severities, and its failure.
fn codes(item: &Value) -> Vec<String> {
    let findings = item["findings"].as_array().unwrap().iter();
    let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
    let mut codes: Vec<String> =
        findings.map(|one| format!("{} {}", text(one, "code"), text(one, "severity"))).collect();
    codes.extend(item["failure"]["code"].as_str().map(str::to_owned));
    codes.sort();
    codes.dedup();
    codes
}

/// What the rotation says: its phase, its day, how many places are as wanted, and the codes.
fn told(report: &Value) -> String {
    let rotation = item(report, "rotation bot 2026");
    let facts = &rotation["facts"];
    let change = facts["change"].as_str().unwrap();
    format!(
        "{} {}/{} {}/{} {change}: {}",
        facts["phase"].as_str().unwrap(),
        facts["day"],
        facts["days"],
        facts["places_as_wanted"],
        facts["places"],
        codes(rotation).join(", ")
    )
}

#[test]
fn each_phase_wants_something_else_and_one_state_knows_what_changed() {
    let folder = world();
    let runs = [
        ("2026-11-18T12:00:00Z", ["old-ca.pem", "old-ca.pem"], 0),
        ("2026-11-22T12:00:00Z", ["old-ca.pem", "old-ca.pem"], 0),
        ("2026-11-24T12:00:00Z", ["both.pem", "old-ca.pem"], 1),
        ("2026-11-27T12:00:00Z", ["both.pem", "both.pem"], 0),
        ("2026-12-08T12:00:00Z", ["new-ca.pem", "both.pem"], 0),
        ("2026-12-21T12:00:00Z", ["new-ca.pem", "both.pem"], 1),
    ];
    let mut said = Vec::new();
    for (at, trusted, code) in runs {
        let report = run(folder.path(), at, trusted, &["--json"]).code(code).json();
        said.push((told(&report), codes(item(&report, "probe hooks")).join(", ")));
    }
    let expected = [
        ("before null/null 6/6 new: ", ""),
        (
            "publish 3/4 2/6 worse: rotation-gap warning",
            "client-certificate-refused warning, identity-not-offered warning, rotation-gap warning",
        ),
        (
            "both 1/12 4/6 worse: rotation-gap critical",
            "client-certificate-refused critical, identity-not-offered warning, rotation-gap critical",
        ),
        ("both 4/12 6/6 better: ", ""),
        ("after null/null 3/6 worse: old-still-accepted warning", ""),
        ("after null/null 3/6 worse: old-still-accepted critical", ""),
    ];
    let said: Vec<_> = said.iter().map(|(one, other)| (one.as_str(), other.as_str())).collect();
    assert_eq!(said, expected);
}

#[test]
fn people_see_what_changed_the_days_and_the_next_step() {
    let folder = world();
    run(folder.path(), "2026-11-18T12:00:00Z", ["old-ca.pem", "old-ca.pem"], &[]).code(0);
    for width in ["80", "120"] {
        let first = receiver(folder.path(), "127.0.0.1:0", "both.pem");
        let port = first.addr.port();
        let _second = receiver(folder.path(), &format!("127.0.0.2:{port}"), "old-ca.pem");
        policy(folder.path(), port);
        fs::copy(folder.path().join("state.json"), folder.path().join("copy.json")).unwrap();
        let outcome = Tool::new(["check", "--state", "copy.json", "--at", "2026-11-25T12:00:00Z"])
            .env("COLUMNS", width)
            .dir(folder.path())
            .run()
            .code(1);
        assert_golden(
            &format!("check/both-{width}.txt"),
            &steady(&outcome.stdout).replace(&port.to_string(), "40443"),
        );
        for line in outcome.stdout.lines().filter(|line| !line.starts_with("next:")) {
            assert!(line.len() <= width.parse().unwrap(), "{line}");
        }
    }
}

#[test]
fn what_cannot_be_told_is_not_green() {
    let folder = world();
    let receiver = receiver(folder.path(), "127.0.0.1:0", "both.pem");
    let port = receiver.addr.port();
    policy(folder.path(), port);
    // Nobody answers at the second address.
    let at = ["check", "--json", "--at", "2026-11-27T12:00:00Z"];
    let report = Tool::new(at).dir(folder.path()).run().code(3).json();
    let rotation = item(&report, "rotation bot 2026");
    assert_eq!(codes(rotation), ["unclear"], "{rotation:#}");
    assert_eq!(
        (&rotation["facts"]["places"], &rotation["facts"]["places_as_wanted"]),
        (&6.into(), &4.into())
    );
    let offline = Tool::new(at).args(["--offline", "--only", "rotation"]).dir(folder.path());
    let report = offline.run().code(3).json();
    assert_eq!(
        report["items"].as_array().unwrap().len(),
        2,
        "the rotation, and that nothing was checked"
    );
    assert_eq!(codes(item(&report, "rotation bot 2026")), ["check-skipped info"]);
}

/// A bundle that lives from one of these moments to the other.
fn bundle(folder: &Path, name: &str, days: [time::OffsetDateTime; 2]) {
    let [not_before, not_after] = days;
    let wish =
        Wish { name: "bot.example", purpose: Use::ClientAuth, key: 31, not_before, not_after };
    let pair = Pki::new("Old Test CA").issue(&wish);
    private(&folder.join(name), &(pair.certificate_pem + &pair.key_pem));
}

#[test]
fn dates_that_cannot_be_kept_are_told_without_the_network() {
    let folder = world();
    policy(folder.path(), 9);
    let validate = || {
        let report = Tool::new(["check", "--validate", "--json"]).dir(folder.path()).run();
        let item = report.item();
        (
            report.code,
            codes(&item),
            item["findings"][0]["message"].as_str().unwrap_or_default().to_owned(),
        )
    };
    assert_eq!(validate(), (0, Vec::new(), String::new()));
    bundle(
        folder.path(),
        "old.pem",
        [datetime!(2026-01-01 0:00 UTC), datetime!(2026-11-23 23:59:59 UTC)],
    );
    let (code, codes, message) = validate();
    assert_eq!((code, codes), (1, vec!["rotation-impossible critical".to_owned()]));
    assert_eq!(
        message,
        "the old certificate expires at 2026-11-23T23:59:59Z, and the new one is not used before \
         2026-11-24"
    );
    bundle(
        folder.path(),
        "new.pem",
        [datetime!(2026-12-01 0:00 UTC), datetime!(2026-12-02 0:00 UTC)],
    );
    let report = Tool::new(["check", "--validate", "--json"]).dir(folder.path()).run().code(1);
    assert_eq!(report.item()["findings"].as_array().unwrap().len(), 3);
}
