//! `check --state`: what a run knows of those before, and that no end of a run loses it.

mod kept;

use std::fs;
use std::path::Path;

use rcgen::ExtendedKeyUsagePurpose as Use;
use serde_json::Value;

use crate::harness::listener::Listener;
use crate::harness::pki::Wish;
use crate::harness::{Outcome, Pki, Tool};

/// A folder with a policy of bundles that are well on the first day, and a state to be kept in it.
fn world() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("ca.pem"), Pki::new("Test CA").ca.certificate_pem).unwrap();
    certificate(path, "a.pem", 21);
    certificate(path, "b.pem", 22);
    policy(path, &[("a", ""), ("b", "")]);
    folder
}

/// A certificate of a key of this number, for a long time.
fn certificate(folder: &Path, name: &str, key: u8) {
    let wish = Wish { name: "bot.example", purpose: Use::ClientAuth, key, ..Wish::live() };
    fs::write(folder.join(name), Pki::new("Test CA").issue(&wish).certificate_pem).unwrap();
}

/// A policy of these bundles, each with keys of its own.
fn policy(folder: &Path, bundles: &[(&str, &str)]) {
    let table = |(name, keys): &(&str, &str)| {
        format!("[[bundle]]\nname = \"{name}\"\npath = \"{name}.pem\"\nca = \"ca.pem\"\n{keys}\n")
    };
    let tables: String = bundles.iter().map(table).collect();
    fs::write(folder.join("hookprint.toml"), tables).unwrap();
}

fn day(number: u32) -> String {
    format!("2026-11-{number:02}T06:00:00Z")
}

fn tool(folder: &Path, at: u32, options: &str) -> Tool {
    Tool::new(["check", "--state", "state.json", "--at", &day(at)])
        .args(options.split_whitespace())
        .dir(folder)
}

fn json(folder: &Path, at: u32) -> Value {
    tool(folder, at, "--json").run().json()
}

fn items(report: &Value) -> &[Value] {
    report["items"].as_array().unwrap()
}

fn item<'a>(report: &'a Value, subject: &str) -> &'a Value {
    let found = items(report).iter().find(|item| item["subject"] == subject);
    found.unwrap_or_else(|| panic!("{report:#}"))
}

/// The codes of what is wrong with an item.
fn codes(item: &Value) -> Vec<&str> {
    let findings = item["findings"].as_array().unwrap().iter();
    let failure = item["failure"]["code"].as_str();
    findings.map(|finding| finding["code"].as_str().unwrap()).chain(failure).collect()
}

/// What changed, since when, and in how many runs.
fn known(item: &Value) -> (&str, &str, u64) {
    let facts = &item["facts"];
    let text = |key: &str| facts[key].as_str().unwrap_or("-");
    (text("change"), text("since"), facts["runs"].as_u64().unwrap_or(0))
}

#[test]
fn five_runs_know_what_changed_and_since_when() {
    let folder = world();
    let path = folder.path();
    let first = tool(path, 1, "--json").run().code(0);
    assert!(first.stderr.contains("state.json is created: every check is new"), "{}", first.stderr);
    assert_eq!(known(item(&first.json(), "bundle a")), ("new", &*day(1), 1));
    let second = json(path, 2);
    assert_eq!(known(item(&second, "bundle a")), ("same", &*day(1), 2));
    fs::write(path.join("a.pem"), "no certificate\n").unwrap();
    let third = json(path, 3);
    assert_eq!(known(item(&third, "bundle a")), ("worse", &*day(3), 1));
    assert_eq!(known(item(&third, "bundle b")), ("same", &*day(1), 3));
    let fourth = json(path, 4);
    assert_eq!(known(item(&fourth, "bundle a")), ("same", &*day(3), 2));
    certificate(path, "a.pem", 21);
    policy(path, &[("a", "")]);
    let fifth = json(path, 5);
    assert_eq!(known(item(&fifth, "bundle a")), ("better", &*day(5), 1));
    let gone = item(&fifth, "bundle b");
    assert_eq!((known(gone).0, &gone["status"], codes(gone).len()), ("gone", &"ok".into(), 0));
    assert_eq!(gone["facts"]["check"], "bundle:b");
    assert_eq!(items(&json(path, 6)).len(), 1, "it is said once");
}

#[test]
fn another_certificate_is_said_and_one_that_comes_and_goes() {
    let folder = world();
    let path = folder.path();
    json(path, 1);
    certificate(path, "a.pem", 31);
    let changed = json(path, 2);
    assert_eq!(codes(item(&changed, "bundle a")), ["certificate-changed"]);
    assert_eq!(known(item(&changed, "bundle a")).0, "same");
    assert!(codes(item(&json(path, 3), "bundle a")).is_empty());
    certificate(path, "a.pem", 21);
    json(path, 4);
    certificate(path, "a.pem", 31);
    assert_eq!(codes(item(&json(path, 5), "bundle a")), ["certificate-changed", "flapping"]);
}

#[test]
fn what_was_renewed_has_a_day_to_be_served() {
    let folder = world();
    let path = folder.path();
    let server = Pki::new("Test CA").issue(&Wish::live());
    fs::write(path.join("own.pem"), &server.certificate_pem).unwrap();
    fs::write(path.join("server.pem"), &server.certificate_pem).unwrap();
    fs::write(path.join("server.key"), &server.key_pem).unwrap();
    let serving =
        ["listen", "--addr", "127.0.0.1:0", "--cert", "server.pem", "--key", "server.key"];
    let receiver = Listener::with(Tool::new(serving).dir(path));
    let target = receiver.addr;
    let policy = format!(
        "[[endpoint]]\nname = \"hooks\"\ntarget = \"{target}\"\nca = \"ca.pem\"\n\
         [[bundle]]\nname = \"own\"\npath = \"own.pem\"\nca = \"ca.pem\"\nsame_as = \"served:hooks\"\n"
    );
    fs::write(path.join("hookprint.toml"), policy).unwrap();
    let severity = |at| {
        let report = json(path, at);
        let own = item(&report, "bundle own");
        let finding = own["findings"].as_array().unwrap().iter();
        let told =
            finding.map(|one| format!("{} {}", one["code"], one["severity"]).replace('"', ""));
        told.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(severity(1), "");
    let renewed = Pki::new("Test CA").issue(&Wish { key: 41, ..Wish::live() });
    fs::write(path.join("own.pem"), &renewed.certificate_pem).unwrap();
    assert_eq!(severity(2), "thumbprint-differs warning, certificate-changed info");
    assert_eq!(severity(3), "thumbprint-differs warning");
    assert_eq!(severity(4), "renewed-not-served critical");
}

#[test]
fn a_pin_that_nothing_matches_any_more_is_to_be_removed() {
    let folder = world();
    let path = folder.path();
    let pins = "[pins.bot]\nold = \"ff6c0105042833b2f22da83379056fad6f3d3ba4\"\nnew = \"PIN\"\n";
    policy(path, &[("a", "pins = \"bot\"")]);
    let pin = Tool::new(["thumbprint", "a.pem", "--only", "sha1"]).dir(path).run().code(0).stdout;
    let pin = pin.trim().to_owned();
    let tables = fs::read_to_string(path.join("hookprint.toml")).unwrap();
    fs::write(path.join("hookprint.toml"), pins.replace("PIN", &pin) + &tables).unwrap();
    assert!(codes(item(&json(path, 1), "bundle a")).is_empty());
    assert!(codes(item(&json(path, 8), "bundle a")).is_empty());
    let report = json(path, 9);
    let unused = &item(&report, "bundle a")["findings"][0];
    assert_eq!((&unused["code"], &unused["severity"]), (&"pin-unused".into(), &"info".into()));
    assert_eq!(unused["message"], format!("`old` was never seen since {}", day(1)));
    // Without a state nothing is known of earlier days.
    let stateless = Tool::new(["check", "--unused-after", "30d"]).dir(path).run().code(2);
    assert!(stateless.stderr.contains("--state"), "{}", stateless.stderr);
    let longer = tool(path, 9, "--json --unused-after 30d").run().json();
    assert!(codes(item(&longer, "bundle a")).is_empty());
}

#[test]
fn what_is_not_due_keeps_its_verdict_and_says_so() {
    let folder = world();
    let path = folder.path();
    policy(path, &[("a", "every = \"7d\""), ("b", "")]);
    json(path, 1);
    // Nobody looks at it before day 8.
    let expired = Wish {
        name: "bot.example",
        purpose: Use::ClientAuth,
        key: 21,
        not_after: time::macros::datetime!(2026-11-02 0:00 UTC),
        ..Wish::default()
    };
    fs::write(path.join("a.pem"), Pki::new("Test CA").issue(&expired).certificate_pem).unwrap();
    let second = json(path, 2);
    let a = item(&second, "bundle a");
    assert_eq!((&a["status"], &a["facts"]["skipped"]), (&"ok".into(), &"not-due".into()));
    assert_eq!(a["facts"]["due"], day(8));
    let eighth = json(path, 8);
    assert!(codes(item(&eighth, "bundle a")).contains(&"certificate-expired"));
    let ninth = json(path, 9);
    let a = item(&ninth, "bundle a");
    assert_eq!((&a["status"], &a["facts"]["skipped"]), (&"critical".into(), &"not-due".into()));
    let message = a["findings"][0]["message"].as_str().unwrap();
    assert!(message.ends_with(&format!("as of {}", day(8))), "{message}");
    assert_eq!(known(a), ("same", &*day(8), 2));
    assert!(!codes(item(&json(path, 15), "bundle a")).contains(&"overdue"));
    assert!(codes(item(&json(path, 16), "bundle a")).contains(&"overdue"));
}

/// The reports of one run: whoever reads what happened reads only that, and whoever reads how things are
/// reads all of it.
#[test]
fn only_what_changed_where_that_is_what_is_read() {
    let folder = world();
    let path = folder.path();
    json(path, 1);
    fs::write(path.join("a.pem"), "no certificate\n").unwrap();
    let formats = [
        ("json", false),
        ("ndjson", false),
        ("csv", false),
        ("github", false),
        ("markdown", false),
        ("human", false),
        ("html", true),
        ("junit", true),
        ("sarif", true),
        ("prometheus", true),
        ("nagios", true),
    ];
    let reports = || {
        let reports = formats.map(|(name, _)| format!("--report {name}={name}"));
        let report =
            tool(path, 2, &format!("--changes-only -qq {}", reports.join(" "))).run().code(3);
        assert_eq!(report.stdout, "");
        formats.map(|(name, shows_all)| {
            (name, shows_all, fs::read_to_string(path.join(name)).unwrap())
        })
    };
    fs::write(path.join("b.pem"), "no certificate\n").unwrap();
    let names = |text: &str, name: &str| {
        [format!("bundle {name}"), format!("{name}.pem")].iter().any(|it| text.contains(it))
    };
    for (name, _, text) in reports() {
        let is_news = names(&text, "a") && names(&text, "b");
        assert!(is_news, "{name}: both are news\n{text}");
    }
    for (name, shows_all, text) in reports() {
        assert_eq!(names(&text, "a"), shows_all, "{name}\n{text}");
    }
    let people = tool(path, 2, "--changes-only").run().code(3);
    assert_eq!(people.stdout, "");
    assert_eq!(
        tool(path, 2, "").run().code(3).stdout.lines().count(),
        4,
        "all is shown without it"
    );
}

#[test]
fn the_same_alert_has_the_same_key_in_every_run_and_format() {
    let folder = world();
    let path = folder.path();
    fs::write(path.join("a.pem"), "no certificate\n").unwrap();
    let key = |report: &Value| {
        let alert = &item(report, "bundle a")["facts"]["alerts"][0];
        assert_eq!(alert["subject"], "bundle a");
        alert["key"].as_str().unwrap().to_owned()
    };
    let first = key(&json(path, 1));
    assert_eq!(key(&json(path, 2)), first);
    let without = Tool::new(["check", "--json"]).dir(path).run().code(3).json();
    assert_eq!(key(&without), first, "with a state or without");
    assert_eq!(first.len(), 16);
    for format in ["csv", "github", "markdown", "junit", "prometheus", "nagios", "ndjson"] {
        let report = Tool::new(["check", "--format", format]).dir(path).run().code(3).stdout;
        assert!(report.contains(&first), "{format}\n{report}");
    }
    // In code scanning what could not be looked at is no result.
    policy(path, &[("a", "expect_count = 1"), ("b", "for = \"server\"")]);
    let report = Tool::new(["check", "--json"]).dir(path).run().json();
    let alerts = item(&report, "bundle b")["facts"]["alerts"].as_array().unwrap().clone();
    let sarif = Tool::new(["check", "--format", "sarif"]).dir(path).run().stdout;
    assert!(!alerts.is_empty());
    for alert in alerts {
        assert!(sarif.contains(alert["key"].as_str().unwrap()), "{alert}\n{sarif}");
    }
}

fn begin(outcome: &Outcome) -> &str {
    outcome.stderr.lines().next().unwrap_or_default()
}
