//! Whoever asked for a report gets one, whatever ended the run; and what a failure is called.

use std::fs;
use std::path::Path;

use hookprint::render::FORMATS;
use serde_json::Value;

use crate::harness::pki::{Pki, Wish};
use crate::harness::{Peer, Running, Tool};

/// Runs that an error ends before anything is looked at: the arguments, the exit code, the code of
/// the failure and a word of its message. `DIR` is a folder with the files of [`folder`].
const ENDED: &[(&str, i32, &str, &str)] = &[
    // The command line.
    ("inspect --no-such-option", 2, "usage", "--no-such-option"),
    ("diff", 2, "usage", "<NEW>"),
    ("thumbprint a.example --insecure", 2, "usage", "--cert"),
    ("thumbprint a.example --pin zz", 2, "usage", "--pin"),
    ("thumbprint a.example --warn 30", 2, "usage", "--warn"),
    ("verify DIR/text --scheme nonsense --secret env:SECRET", 2, "usage", "nonsense"),
    ("verify DIR/text --scheme github --secret env:NOT_SET", 2, "usage", "NOT_SET"),
    ("verify DIR/text --scheme github", 2, "usage", "no secret"),
    ("verify - --scheme github --secret stdin", 2, "usage", "standard input"),
    ("sign - --secret -", 2, "usage", "standard input"),
    ("replay DIR/request.http --to ftp://a", 2, "usage", "--to"),
    ("replay DIR/request.http --to http://a.example", 2, "usage", "not encrypted"),
    ("listen --addr 192.0.2.1:0", 2, "usage", "other machines"),
    // What an unset variable leaves behind.
    ("listen --addr :0 --url ", 2, "usage", "empty"),
    (
        "replay DIR/request.http --to http://localhost --resign github --secret env:SECRET --id ",
        2,
        "usage",
        "empty",
    ),
    (
        "send github --to http://localhost --payload DIR/text --secret env:SECRET --event ",
        2,
        "usage",
        "empty",
    ),
    // Files that are named.
    ("inspect DIR/ca.pem --password file:DIR/none", 3, "not-found", "none"),
    ("inspect DIR/ca.pem --ca DIR/none", 3, "not-found", "none"),
    ("thumbprint DIR/ca.pem --pin @DIR/none", 3, "not-found", "none"),
    ("thumbprint DIR/ca.pem --pin-file DIR/none", 3, "not-found", "none"),
    ("thumbprint --targets DIR/none", 3, "not-found", "none"),
    ("thumbprint 127.0.0.1:1 --ca DIR/none", 3, "not-found", "none"),
    ("thumbprint 127.0.0.1:1 --ca DIR/text", 3, "unrecognised", "text"),
    ("thumbprint 127.0.0.1:1 --cert DIR/none", 3, "not-found", "none"),
    ("thumbprint 127.0.0.1:1 --cert DIR/ca.pem", 3, "key-missing", "ca.pem"),
    ("thumbprint 127.0.0.1:1 --cert DIR/key.pem", 3, "certificate-missing", "key.pem"),
    ("thumbprint 127.0.0.1:1 --cert DIR/ca.pem --key DIR/key.pem", 3, "key-mismatch", "ca.pem"),
    ("thumbprint 127.0.0.1:1 --cert DIR/two.pem", 3, "alias-ambiguous", "two.pem"),
    ("replay DIR/request.http --to https://127.0.0.1:1 --cert DIR/text", 3, "unrecognised", "text"),
    ("replay DIR/request.http --to https://127.0.0.1:1 --ca DIR/none", 3, "not-found", "none"),
    (
        "verify DIR/text --scheme x --scheme-file DIR/none --secret env:SECRET",
        3,
        "not-found",
        "none",
    ),
    ("verify DIR/text --scheme jwt --jwks DIR/none", 3, "not-found", "none"),
    ("verify DIR/text --scheme jwt --jwks DIR/text", 3, "malformed", "text"),
    ("verify DIR/text --scheme jwt --jwks http://127.0.0.1:1/keys", 3, "refused", "127.0.0.1:1"),
    ("listen --addr :0 --count 1 --client-ca DIR/none", 3, "not-found", "none"),
    ("listen --addr :0 --plain --key DIR/key.pem", 2, "usage", "--plain"),
    ("listen --addr :0 --plain --password env:SECRET", 2, "usage", "--plain"),
    ("listen --addr :0 --plain --alias a", 2, "usage", "--plain"),
    ("mint DIR", 2, "usage", "already exists"),
    // Where they are written.
    ("inspect DIR/ca.pem --output DIR/none/report", 3, "write", "none"),
    ("inspect DIR/ca.pem --report json=DIR/none/report", 3, "write", "none"),
    ("listen --addr :0 --count 1 --capture DIR/none/capture", 3, "write", "none"),
    // Networks that are not to be used.
    ("replay DIR/request.http --to http://127.0.0.1:1 --offline", 3, "offline", "127.0.0.1:1"),
    ("verify DIR/text --scheme jwt --jwks https://a.example/ --offline", 3, "offline", "a.example"),
    (
        "listen --addr :0 --verify jwt --jwks https://a.example/ --offline",
        3,
        "offline",
        "a.example",
    ),
    ("thumbprint 127.0.0.1:1 --offline", 3, "offline", ""),
];

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let pki = Pki::new("Test CA");
    let (one, two) = (pki.issue(&Wish::default()), pki.issue(&Wish { key: 3, ..Wish::default() }));
    write("text", "no certificate, and no keys\n");
    write("ca.pem", &pki.ca.certificate_pem);
    write("key.pem", &one.key_pem);
    write(
        "two.pem",
        &[&one, &two].map(|pair| pair.certificate_pem.clone() + &pair.key_pem).concat(),
    );
    write("request.http", "POST /hook HTTP/1.1\r\nHost: a.example\r\n\r\n");
    folder
}

fn run(line: &str, folder: &Path, further: &[&str]) -> crate::harness::Outcome {
    let line = line.replace("DIR", folder.to_str().unwrap());
    Tool::new(line.split(' ').chain(further.iter().copied())).env("SECRET", "s3cret").run()
}

/// The failure of the only item of a report that says what the exit code says.
fn failure(report: &Value, code: i32) -> (String, String) {
    assert_eq!(report["exit_code"], code, "{report}");
    assert_eq!(report["items"].as_array().unwrap().len(), 1, "{report}");
    let item = &report["items"][0];
    assert_eq!(item["status"], "failed", "{report}");
    let text = |name: &str| item["failure"][name].as_str().unwrap_or_default().to_owned();
    let subject = item["subject"].as_str().unwrap_or_default();
    (text("code"), format!("{subject}: {}", text("message")))
}

#[test]
fn a_run_that_fails_writes_every_report_and_none_of_yesterday_stays() {
    let folder = folder();
    for (line, code, failed, word) in ENDED {
        let old = folder.path().join("yesterday");
        fs::write(&old, "all was well").unwrap();
        let report = format!("json={}", old.display());
        let outcome = run(line, folder.path(), &["--json", "--report", &report]).code(*code);
        // What cannot be written elsewhere does not come to stdout.
        let elsewhere = line.contains("--output").then(String::new);
        let stdout = Some(outcome.stdout.clone()).filter(|text| Some(text) != elsewhere.as_ref());
        for report in stdout.into_iter().chain([fs::read_to_string(&old).unwrap()]) {
            let report = serde_json::from_str(&report)
                .unwrap_or_else(|error| panic!("{line}: {error}: {report}\n{}", outcome.stderr));
            let (found, message) = failure(&report, *code);
            assert_eq!((&*found, message.contains(word)), (*failed, true), "{line}: {message}");
        }
    }
}

#[test]
fn people_read_it_on_stderr_once() {
    let folder = folder();
    for (line, code, _, word) in ENDED {
        let outcome = run(line, folder.path(), &[]).code(*code);
        let said = outcome.stdout.clone() + &outcome.stderr;
        assert!(said.contains(word), "{line}: {said}");
        assert_eq!(said.matches("error: ").count() + said.matches("????").count(), 1, "{said}");
    }
}

#[test]
fn each_format_says_it() {
    let folder = folder();
    for format in ["ndjson", "csv", "junit", "sarif", "github", "prometheus", "markdown", "html"] {
        let line = format!("inspect DIR/ca.pem --ca DIR/none --format {format}");
        let said = run(&line, folder.path(), &[]).code(3).stdout;
        let word = if format == "prometheus" { "not-found" } else { "no such file" };
        assert!(said.contains(word), "{format}: {said}");
    }
    // Monitoring is told UNKNOWN, also about a wrong command line: 2 would be CRITICAL.
    for line in ["inspect DIR/ca.pem --ca DIR/none", "inspect --no-such-option"] {
        let said = run(line, folder.path(), &["--format", "nagios"]).code(3).stdout;
        assert!(said.starts_with("UNKNOWN"), "{said}");
    }
}

#[test]
fn only_what_is_wrong_in_every_format() {
    let folder = folder();
    let line = "inspect DIR/ca.pem DIR/none --at 2026-06-01T00:00:00Z -q";
    let rows = run(line, folder.path(), &["--format", "ndjson"]).code(3).ndjson();
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert!(rows[0]["subject"].as_str().unwrap().ends_with("none"));
    let report = run(line, folder.path(), &["--json"]).code(3).json();
    assert_eq!((&report["summary"]["ok"], &report["summary"]["failed"]), (&1.into(), &1.into()));
    // Values for $(...) are no report of what is right.
    let line = "thumbprint DIR/ca.pem --only sha1 -q";
    assert_eq!(run(line, folder.path(), &[]).code(0).stdout.trim().len(), 40);
}

/// -q leaves out what is right, whatever the format; what could not be looked at is said, and stays.
#[test]
fn quiet_holds_in_every_format() {
    let folder = folder();
    let line = "inspect DIR/ca.pem DIR/none --at 2026-06-01T00:00:00Z -q --format";
    for format in FORMATS {
        let said = run(line, folder.path(), &[format.name]).code(3).stdout;
        assert!(!said.contains("ca.pem"), "{}: {said}", format.name);
        // A calendar has only ends of certificates.
        assert_eq!(said.contains("none"), format.name != "ics", "{}: {said}", format.name);
        let nothing = run(line, folder.path(), &[format.name, "-q"]).code(3);
        assert_eq!((&*nothing.stdout, &*nothing.stderr), ("", ""), "{}", format.name);
    }
}

/// What nobody could look at is no finding: `--fail-on never` does not make it right. Whoever asks only
/// whether everything was tried says so.
#[test]
fn a_dead_host_is_not_forgiven_with_the_findings() {
    let folder = folder();
    let dead = "thumbprint 127.0.0.1:1 --fail-on never";
    for format in FORMATS {
        run(dead, folder.path(), &["--format", format.name]).code(3);
        let complete = ["--exit", "complete", "--format", format.name];
        run(dead, folder.path(), &complete).code(0);
    }
    let expired = "inspect DIR/ca.pem --at 2100-01-01T00:00:00Z";
    run(expired, folder.path(), &[]).code(1);
    run(expired, folder.path(), &["--fail-on", "never"]).code(0);
}

/// Where a thing stands is said to those who show it there: the line of a list, of a capture, a file.
#[test]
fn what_is_wrong_is_shown_where_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("hosts.txt", "# ours\n\n  127.0.0.1:1\nnot a host\n");
    let capture = crate::harness::receiver::capture(2);
    write("a.har.ndjson", &capture);
    write("b.pem", "no certificate");
    let places = |line: &str| {
        let tool =
            Tool::new(line.split(' ')).args(["--format", "sarif", "--report", "github=notes"]);
        let report = tool.env("S", "0123456789abcdef0123").dir(folder.path()).run().json();
        let notes = fs::read_to_string(folder.path().join("notes")).unwrap();
        let results = report["runs"][0]["results"].as_array().unwrap().iter();
        let place = |result: &Value| {
            let place = &result["locations"][0]["physicalLocation"];
            let file = place["artifactLocation"]["uri"].as_str().unwrap().to_owned();
            let line = place["region"]["startLine"].as_u64().unwrap();
            assert!(notes.contains(&format!(" file={file},line={line},")), "{notes}");
            format!("{file}:{line}:{}", place["region"]["endColumn"])
        };
        let mut places: Vec<_> = results.map(place).collect();
        places.sort();
        places.dedup();
        places
    };
    assert_eq!(places("thumbprint --targets hosts.txt"), ["hosts.txt:3:12", "hosts.txt:4:11"]);
    assert_eq!(places("inspect b.pem none.p12"), ["b.pem:1:2", "none.p12:1:2"]);
    let verify = "verify a.har.ndjson --scheme slack --secret env:S";
    assert_eq!(places(verify), ["a.har.ndjson:1:2", "a.har.ndjson:2:2"]);
    write("hookprint.toml", "version = 1\n\n[[bundle]]\nname = \"b\"\npath = \"b.pem\"\n");
    assert_eq!(places("check"), ["hookprint.toml:3:11"]);
    // A request that arrives stands in no file.
    let delivered = "listen --addr 127.0.0.1:0 --plain --for 100ms";
    assert_eq!(places(delivered), [""; 0]);
}

#[test]
fn what_nobody_reads_does_not_cost_the_others_their_report() {
    let folder = folder();
    let (tool, path) = (env!("CARGO_BIN_EXE_hookprint"), folder.path().display());
    let script = format!(
        "{tool} inspect {path}/ca.pem {path}/two.pem --format ndjson --report json={path}/report | head -c 1 > /dev/null"
    );
    let outcome = std::process::Command::new("bash").args(["-c", &script]).output().unwrap();
    assert!(outcome.stderr.is_empty(), "{}", String::from_utf8_lossy(&outcome.stderr));
    let report = fs::read(folder.path().join("report")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    assert_eq!(report["summary"]["items"], 2);
}

/// Failures of the middle of a run, and of items.
#[test]
fn failures_have_their_names() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let entry = r#"{"startedDateTime":"2026-11-22T05:00:00Z","request":{"method":"POST","url":"https://a/b","headers":[]}}"#;
    fs::write(path("torn.har.ndjson"), format!("{entry}\n{entry}\n{}", &entry[..30])).unwrap();
    fs::write(path("empty"), "").unwrap();
    let not_found = Peer::saying(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    let jwks = format!("http://{}/keys", not_found.target());
    let secret = "env:SECRET";
    for (args, code) in [
        (
            vec!["verify", "torn.har.ndjson", "--scheme", "github", "--secret", secret],
            "capture-torn",
        ),
        (vec!["verify", "text", "--scheme", "jwt", "--jwks", &jwks], "http-status"),
        (vec!["sign", "text", "--scheme", "github", "--secret", "file:empty"], "secret-empty"),
        (vec!["sign", "text", "--scheme", "svix", "--secret", secret], "secret-malformed"),
        (
            vec![
                "sign",
                "text",
                "--scheme",
                "http-message-signature",
                "--secret",
                secret,
                "--url",
                "x",
            ],
            "signature-incomplete",
        ),
        (vec!["inspect", "/proc/self/mem"], "unreadable"),
        (
            "verify text --scheme gitlab-token --secret env:SECRET --signature other --write-signed-body fixed"
                .split(' ')
                .collect(),
            "signed-body-unknown",
        ),
    ] {
        let tool =
            Tool::new(&args).args(["--json"]).dir(folder.path()).env("SECRET", "not base64!");
        let report = tool.run().json();
        let failures = report["items"].as_array().unwrap().iter();
        let mut codes = failures.filter_map(|item| item["failure"]["code"].as_str());
        assert!(codes.any(|found| found == code), "{args:?}: {report}");
    }
}

#[test]
fn a_journal_serves_one_run_at_a_time() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let held = Peer::start(crate::harness::peer::drain);
    let (url, journal) = (format!("http://{}", held.target()), path("journal"));
    let request = path("request.http");
    let args = ["replay", &request, "--to", &url, "--journal", &journal, "--json"];
    let mut first = Tool::new(args).into_command();
    let _first = Running(first.stdout(std::process::Stdio::null()).spawn().unwrap());
    while held.calls() == 0 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let report = Tool::new(args).run().code(3).json();
    assert_eq!(failure(&report, 3).0, "journal-in-use");
}

/// How long it took is measured for signatures, too, whatever the payload is.
#[test]
fn signing_and_verifying_take_time() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("body"), vec![b'a'; 600 << 10]).unwrap();
    let capture = crate::harness::receiver::capture(2);
    fs::write(folder.path().join("a.har.ndjson"), capture).unwrap();
    for (args, has_signature) in [
        (&["sign", "body", "--scheme", "github"][..], false),
        (&["sign", "body", "--scheme", "http-message-signature"], false),
        (&["verify", "body", "--scheme", "github"], true),
        (&["verify", "body", "--scheme", "jwt"], false),
        (&["verify", "a.har.ndjson", "--scheme", "github"], false),
    ] {
        let signature: &[&str] = if has_signature { &["--signature", "sha256=00"] } else { &[] };
        let tool = Tool::new(args).args(["--secret", "env:S", "--json"]).args(signature);
        let report = tool.env("S", "0123456789abcdef0123").dir(folder.path()).run().json();
        for item in report["items"].as_array().unwrap() {
            assert!(item["elapsed_ms"].as_f64().unwrap() > 0.0, "{args:?}: {item}");
        }
    }
}

/// `-` is stdout, and never a file of that name; what people read goes to stderr then. What is read again
/// cannot go there, and is refused.
#[test]
fn a_dash_is_stdout() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("body"), "{}").unwrap();
    let run = |args: &[&str]| {
        let sign = ["sign", "body", "--scheme", "github", "--secret", "env:S"];
        let tool = Tool::new(sign).args(args).env("S", "0123456789abcdef0123");
        let outcome = tool.dir(folder.path()).run();
        assert!(!folder.path().join("-").exists(), "{args:?}");
        outcome
    };
    let plain = run(&["--output", "-"]).code(0);
    assert!(plain.stdout.starts_with("X-Hub-Signature-256: sha256="), "{}", plain.stdout);
    run(&["--json", "--output", "-"]).code(0).item();
    let both = run(&["--report", "json=-"]).code(0);
    both.item();
    assert!(both.stderr.contains("X-Hub-Signature-256: sha256="), "{}", both.stderr);
    let file = run(&["--report", "json=-", "--output", "lines"]).code(0);
    file.item();
    assert!(fs::read_to_string(folder.path().join("lines")).unwrap().starts_with("X-Hub-"));
    let silent = run(&["-qq", "--report", "json=-"]).code(0);
    silent.item();
    assert_eq!(silent.stderr, "");
    for args in [
        &["listen", "--capture", "-"][..],
        &["listen", "--prometheus-file", "-"],
        &["replay", "body", "--to", "http://127.0.0.1:1", "--journal", "-"],
        &["verify", "body", "--write-signed-body", "-"],
        &["audit", "http://127.0.0.1:1", "--evidence", "-"],
        &["mint", "-"],
        &["man", "--dir", "-"],
    ] {
        let outcome = Tool::new(args).dir(folder.path()).run().code(2);
        assert!(outcome.stderr.contains("must go to a file"), "{args:?}: {}", outcome.stderr);
        assert!(!folder.path().join("-").exists(), "{args:?}");
    }
    for args in [
        &["--json", "--report", "junit=-"][..],
        &["--report", "json=-", "--report", "csv=-"],
        &["--output", "-", "--report", "json=-"],
    ] {
        let outcome = run(args).code(2);
        assert!(outcome.stderr.contains("two reports cannot both go to stdout"), "{args:?}");
    }
}
