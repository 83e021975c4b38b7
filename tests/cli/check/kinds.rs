//! Each kind of check, run against files and peers, and what the policy wants beside what its command finds.

use std::fs;
use std::io::BufRead;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::{check, codes, item, policy, report};
use crate::harness::listener::Listener;
use crate::harness::pki::{Pair, Pki, Wish};
use crate::harness::tls::{config, serve_tls};
use crate::harness::{Peer, Tool};

/// A folder with what `mint` makes.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    Tool::new(["mint", "pki"]).dir(folder.path()).run().code(0);
    folder
}

fn serving(pair: Pair) -> Peer {
    let config = config(&[pair]);
    Peer::start(move |stream| serve_tls(stream, config.clone()))
}

fn sha256(folder: &Path, file: &str) -> String {
    let told = Tool::new(["thumbprint", file, "--only", "sha256"]).dir(folder).run();
    told.code(0).stdout.trim().to_owned()
}

/// An endpoint that serves `old`, in a policy with two pins.
#[test]
fn the_pin_that_is_served_must_be_the_wanted_one_of_its_time() {
    let folder = tempfile::tempdir().unwrap();
    let ca = Pki::new("Example CA");
    let pairs = [2, 3].map(|key| ca.issue(&Wish { key, ..Wish::live() }));
    let pins: Vec<String> = pairs
        .iter()
        .zip(["old.pem", "new.pem"])
        .map(|(pair, file)| {
            fs::write(folder.path().join(file), &pair.certificate_pem).unwrap();
            sha256(folder.path(), file)
        })
        .collect();
    let [old, new] = pairs.map(serving);
    let dated = format!(
        "old = {{ value = '{}', until = 2026-12-06 }}\nnew = {{ value = '{}', from = 2026-11-20 }}",
        pins[0], pins[1]
    );
    let undated = format!("old = '{}'", pins[0]);
    const GAP: (&str, &str) = ("rotation-gap", "critical");
    const MISMATCH: (&str, &str) = ("pin-mismatch", "critical");
    const OLD: (&str, &str) = ("pin-old", "warning");
    for (list, served, want, at, expected) in [
        (&dated, &old, "any", "2026-11-26", &[OLD][..]),
        (&dated, &new, "any", "2026-11-26", &[]),
        (&dated, &old, "both-known", "2026-11-26", &[OLD]),
        (&dated, &old, "both-known", "2026-11-19", &[OLD, GAP]),
        (&dated, &new, "both-known", "2026-12-07", &[GAP]),
        (&dated, &old, "any", "2026-12-06", &[OLD]),
        (&dated, &old, "any", "2026-12-07", &[OLD, MISMATCH]),
        (&dated, &new, "any", "2026-11-19", &[MISMATCH]),
        (&dated, &old, "new", "2026-11-26", &[OLD, MISMATCH]),
        (&dated, &new, "old", "2026-11-26", &[MISMATCH]),
        (&dated, &new, "none", "2026-11-26", &[MISMATCH]),
        (&undated, &new, "none", "2026-11-26", &[]),
        (&undated, &new, "any", "2026-11-26", &[MISMATCH]),
        (&undated, &old, "both-known", "2026-11-26", &[GAP]),
    ] {
        let target = served.target();
        policy(
            folder.path(),
            &format!(
                "[[endpoint]]\nname = 'x'\ntarget = '{target}'\nservername = 'localhost'\npins = 'p'\nwant = '{want}'\n\
                 [pins.p]\n{list}\n"
            ),
        );
        let (found, _) = report(folder.path(), &["--at", at]);
        let item = item(&found, "endpoint x");
        // The authority of the test is nobody's.
        let seen: Vec<_> =
            codes(item).into_iter().filter(|(code, _)| *code != "issuer-unknown").collect();
        let seen: Vec<_> =
            seen.into_iter().filter(|(code, _)| *code != "chain-incomplete").collect();
        assert_eq!(seen, expected, "{want} {at} {target}\n{item:#}");
        assert_eq!(item["facts"]["check"], "endpoint:x");
        assert!(item["facts"]["chain"][0]["sha256"].is_string(), "{item:#}");
    }
}

#[test]
fn files_are_compared_with_what_is_served_pinned_and_elsewhere() {
    let folder = folder();
    let own = ["--cert", "pki/server.pem", "--key", "pki/server.key"];
    let server = Listener::with(Tool::new(["listen", "--addr", ":0"]).args(own).dir(folder.path()));
    let (port, pin) = (server.addr.port(), sha256(folder.path(), "pki/server.pem"));
    let same = |path: &str, same_as: &str| {
        policy(
            folder.path(),
            &format!(
                "[defaults]\nca = 'pki/ca.pem'\n[pins.p]\nnow = '{pin}'\n\
                 [[bundle]]\nname = 'b'\npath = '{path}'\npassword = 'env:P'\nsame_as = {same_as}\n\
                 [[endpoint]]\nname = 'e'\ntarget = 'localhost:{port}'\n\
                 [[probe]]\nname = 'p'\nurl = 'https://localhost:{port}/x'\nexpect = 'not-requested'\n"
            ),
        );
        let told = check(folder.path(), &["--name", "b", "--json"]).env("P", "hookprint").run();
        let found: Value = serde_json::from_str(&told.stdout).unwrap();
        assert_eq!(
            found["items"].as_array().unwrap().len(),
            1,
            "only what is chosen is told: {found:#}"
        );
        let item = item(&found, "bundle b").clone();
        let codes: Vec<String> = codes(&item).iter().map(|(code, _)| (*code).to_owned()).collect();
        assert!(item["failure"].is_null(), "{item:#}");
        codes.iter().any(|code| code == "thumbprint-differs")
    };
    for place in
        ["'served:e'", "'served:p'", "'pin:p'", "'file:pki/server.pem'", "['served:e', 'pin:p']"]
    {
        assert!(!same("pki/server.pem", place), "{place}");
        assert!(same("pki/client.p12", place), "{place}");
    }
    assert!(
        !same("pki/client.pem", "'file:pki/client.p12'"),
        "the same identity in another format"
    );
    drop(server.interrupt());
}

#[test]
fn what_was_recorded_must_be_signed_with_the_wanted_secret() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("body", "{\"order\":7}");
    for name in ["old", "new"] {
        write(name, &format!("0123456789abcdef0123456789{name}\n"));
        let secret = format!("file:{name}");
        let told = Tool::new(["sign", "body", "--scheme", "github", "--secret", &secret])
            .dir(folder.path());
        let headers = told.run().code(0).stdout.trim().replace('\n', "\r\n");
        let request = format!(
            "POST /hook HTTP/1.1\r\nHost: a.example\r\n{headers}\r\nContent-Length: 11\r\n\r\n{{\"order\":7}}"
        );
        write(&format!("{name}.http"), &request);
    }
    for (capture, want, expected) in [
        ("new.http", "want = 'new'", None),
        ("old.http", "want = 'old'", None),
        ("old.http", "", None),
        ("old.http", "want = 'new'", Some(("signature-old-secret", "critical"))),
        ("new.http", "want = 'old'", Some(("signature-old-secret", "critical"))),
    ] {
        policy(
            folder.path(),
            &format!(
                "[[signature]]\nname = 's'\ncapture = '{capture}'\nscheme = 'github'\n\
                 secrets = {{ new = 'file:new', old = 'file:old' }}\n{want}\n"
            ),
        );
        let (found, code) = report(folder.path(), &[]);
        let item = item(&found, "signature s");
        let critical: Vec<_> =
            codes(item).into_iter().filter(|(_, severity)| *severity == "critical").collect();
        assert_eq!(critical, expected.into_iter().collect::<Vec<_>>(), "{capture} {want} {item:#}");
        assert_eq!(code, i32::from(expected.is_some()), "{item:#}");
        assert_eq!(item["facts"]["scheme"], "github");
    }
    let text = fs::read_to_string(folder.path().join("hookprint.toml")).unwrap();
    policy(folder.path(), &text.replace("new.http", "*.http").replace("want = 'old'", ""));
    let (found, code) = report(folder.path(), &[]);
    let parts = item(&found, "signature s")["facts"]["parts"].as_array().unwrap();
    let subjects: Vec<_> = parts.iter().map(|part| part["subject"].as_str().unwrap()).collect();
    assert_eq!((subjects, code), (vec!["new.http message", "old.http message"], 0), "{found:#}");
}

#[test]
fn endpoints_are_probed_and_trust_files_asked_for_each_provider() {
    let folder = folder();
    let own = ["--cert", "pki/server.pem", "--key", "pki/server.key", "--client-cert", "require"];
    let server = Listener::with(
        Tool::new(["listen", "--addr", ":0", "--client-ca", "pki/ca.pem"])
            .args(own)
            .dir(folder.path()),
    );
    let port = server.addr.port();
    policy(
        folder.path(),
        &format!(
            "[[probe]]\nname = 'hooks'\nurl = 'https://localhost:{port}/bot'\nca = 'pki/ca.pem'\n\
             accept = {{ old = 'pki/client.p12', new = 'pki/client-next.p12' }}\nreject = ['none', 'stranger']\n\
             password = 'env:P'\nrate = '1000/s'\nowner = 'us'\ntags = ['a', 'b']\n\
             [[trust]]\nname = 'cas'\npath = 'pki/ca.pem'\nproviders = ['pagerduty', 'webex-connect']\n"
        ),
    );
    let told = check(folder.path(), &["--json"]).env("P", "hookprint").run();
    let found: Value = serde_json::from_str(&told.stdout).unwrap();
    let hooks = item(&found, "probe hooks");
    assert!(hooks["failure"].is_null(), "{hooks:#}");
    assert!(codes(hooks).iter().all(|(_, severity)| *severity != "critical"), "{hooks:#}");
    assert_eq!(
        (&hooks["facts"]["owner"], &hooks["facts"]["tags"]),
        (&"us".into(), &serde_json::json!(["a", "b"]))
    );
    let parts = hooks["facts"]["parts"].as_array().unwrap();
    let rows = parts[0]["facts"]["rows"].as_array().unwrap();
    let labels: Vec<_> = rows.iter().map(|row| row["identity"].as_str().unwrap()).collect();
    assert!(
        ["old", "new", "none", "stranger"].iter().all(|label| labels.contains(label)),
        "{labels:?}"
    );
    let cas = item(&found, "trust cas");
    assert_eq!(cas["facts"]["parts"].as_array().unwrap().len(), 2, "{cas:#}");
    assert!(codes(cas).contains(&("trust-missing", "critical")), "{cas:#}");
    drop(server.interrupt());
}

#[test]
fn offline_what_needs_no_network_is_looked_at_and_the_rest_is_skipped() {
    let folder = folder();
    let endpoint = "[[endpoint]]\nname = 'e'\ntarget = '127.0.0.1:1'\n";
    policy(folder.path(), &format!("{endpoint}[[bundle]]\nname = 'b'\npath = 'pki/ca.pem'\n"));
    let (found, code) = report(folder.path(), &["--offline"]);
    let skipped = item(&found, "endpoint e");
    assert_eq!(codes(skipped), [("check-skipped", "info")]);
    assert_eq!((skipped["facts"]["skipped"].as_str(), code), (Some("offline"), 0), "{found:#}");
    assert_eq!(item(&found, "bundle b")["status"], "ok");
    policy(folder.path(), endpoint);
    let (found, code) = report(folder.path(), &["--offline"]);
    assert_eq!(
        (item(&found, "check")["failure"]["code"].as_str(), code),
        (Some("nothing-checked"), 3)
    );
}

#[test]
fn results_come_in_the_order_of_the_files_and_included_ones_are_read_where_they_are() {
    let folder = folder();
    let team = folder.path().join("teams/a");
    fs::create_dir_all(&team).unwrap();
    fs::copy(folder.path().join("pki/client.pem"), team.join("own.pem")).unwrap();
    let bundle = |name: &str, path: &str| format!("[[bundle]]\nname = '{name}'\npath = '{path}'\n");
    let text = format!(
        "include = 'teams/*/*.toml'\n[defaults]\nowner = 'all'\nwarn = '1h'\ncrit = '1h'\n{}{}{}",
        bundle("z", "pki/ca.pem"),
        "[[trust]]\nname = 't'\npath = 'pki/ca.pem'\n",
        bundle("a", "pki/server.pem"),
    );
    policy(folder.path(), &text);
    let team_text = format!("[defaults]\nowner = 'team'\n{}", bundle("team", "own.pem"));
    fs::write(team.join("hooks.toml"), team_text).unwrap();
    for jobs in ["1", "8"] {
        let (found, code) = report(folder.path(), &["--jobs", jobs]);
        let items = found["items"].as_array().unwrap();
        let told: Vec<_> = items
            .iter()
            .map(|item| {
                (item["subject"].as_str().unwrap(), item["facts"]["owner"].as_str().unwrap())
            })
            .collect();
        let expected =
            [("bundle z", "all"), ("trust t", "all"), ("bundle a", "all"), ("bundle team", "team")];
        assert_eq!((&told[..], code), (&expected[..], 0), "{found:#}");
        assert!(items.iter().all(|item| item["status"] == "ok"), "the defaults count: {found:#}");
    }
    let told = check(folder.path(), &["--list", "--name", "team", "--json"]).run();
    assert!(
        told.stdout.contains("hookprint inspect --warn=1h --crit=1h teams/a/own.pem"),
        "{told:?}"
    );
    let (one, two) = (
        report(folder.path(), &["hookprint.toml", "--shard", "1/2"]),
        report(folder.path(), &["hookprint.toml", "--shard", "2/2"]),
    );
    let count = |found: &Value| found["items"].as_array().unwrap().len();
    assert_eq!((count(&one.0), count(&two.0)), (2, 2));
}

#[test]
fn a_code_that_is_allowed_counts_as_info_in_its_check_alone() {
    let folder = folder();
    let bundle = |name: &str, more: &str| {
        format!(
            "[[bundle]]\nname = '{name}'\npath = 'pki/client-expired.p12'\npassword = 'env:P'\n{more}\n"
        )
    };
    policy(folder.path(), &(bundle("a", "allow = 'certificate-expired'") + &bundle("b", "")));
    let told = check(folder.path(), &["--json"]).env("P", "hookprint").run();
    let found: Value = serde_json::from_str(&told.stdout).unwrap();
    let severity = |name: &str| {
        let codes = codes(item(&found, name));
        codes.iter().find(|(code, _)| *code == "certificate-expired").unwrap().1.to_owned()
    };
    assert_eq!(
        (severity("bundle a"), severity("bundle b")),
        ("info".to_owned(), "critical".to_owned())
    );
    assert_eq!(told.code, 1);
}

/// What is known when somebody ends it is told; what was not looked at is not called fine.
#[test]
fn an_interrupt_tells_what_is_known() {
    let folder = folder();
    let silent = Peer::start(crate::harness::peer::drain);
    let endpoint = |n: u32| {
        format!("[[endpoint]]\nname = 'e{n}'\ntarget = '{}'\ntimeout = '5s'\n", silent.target())
    };
    policy(
        folder.path(),
        &format!("[[bundle]]\nname = 'b'\npath = 'pki/ca.pem'\n{}{}", endpoint(1), endpoint(2)),
    );
    let mut command = check(folder.path(), &["--jobs", "1", "--format", "ndjson"]).into_command();
    let pipe = std::process::Stdio::piped;
    let child = command.stdout(pipe()).stderr(pipe()).spawn().unwrap();
    calls(&silent, 1);
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("bundle b") && text.contains("endpoint e1") && !text.contains("endpoint e2"),
        "{text}"
    );
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains("finishing the checks under way; press Ctrl-C again to stop now\n"),
        "{told}"
    );
}

/// Whoever is in a hurry says it twice; nothing of a report that is not whole stays.
#[test]
fn a_second_interrupt_is_obeyed_at_once() {
    let folder = folder();
    let silent = Peer::start(crate::harness::peer::drain);
    let target = silent.target();
    policy(
        folder.path(),
        &format!("[[endpoint]]\nname = 'e'\ntarget = '{target}'\ntimeout = '1h'\n"),
    );
    let names = || {
        let all = std::fs::read_dir(folder.path()).unwrap();
        all.map(|entry| entry.unwrap().file_name()).collect::<std::collections::BTreeSet<_>>()
    };
    let before = names();
    let mut command = check(folder.path(), &["--json", "--output", "report"]).into_command();
    let child = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
    let mut child = crate::harness::Running(child);
    calls(&silent, 1);
    interrupt(&child);
    // Two signals that come at once are one.
    let mut stderr = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut told = String::new();
    while !told.contains("press Ctrl-C again") {
        assert_ne!(stderr.read_line(&mut told).unwrap(), 0, "{told}");
    }
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(names(), before);
}

fn calls(peer: &Peer, count: usize) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while peer.calls() < count {
        assert!(std::time::Instant::now() < deadline, "nobody called");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

fn interrupt(child: &std::process::Child) {
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
}
