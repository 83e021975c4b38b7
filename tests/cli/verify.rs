//! `verify`: right, wrong, late, rotated; payloads and captures; each bad input its own sentence.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use hookprint::digest::base64;

use crate::harness::{Outcome, Running, Tool};

const BODY: &str = "{\"foo\":1,\"bar\":2}";
const KINDLY: &str = "Kindly-HMAC: uEeD0Q7eW9btdx6LFvvlpwkzQBWdbknsQkg1C27Cx7Q=";
const ALGORITHM: &str = "Kindly-HMAC-algorithm: HMAC-SHA-256 (base64 encoded)";
/// The example of GitHub's documentation.
const GITHUB: &str = "X-Hub-Signature-256: \
     sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

fn verify(args: &[&str]) -> Tool {
    Tool::new(["verify", "--no-diagnose"]).args(args).stdin(BODY)
}

fn codes(outcome: &Outcome) -> Vec<String> {
    let item = outcome.item();
    let findings = item["findings"].as_array().unwrap().iter();
    findings.map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
}

/// A signature by `sign` with the same arguments: the header lines.
fn signed(args: &[&str], secret: &str, body: &str) -> Vec<String> {
    let tool = Tool::new(["sign", "-", "--secret", "env:SECRET"]).args(args);
    let outcome = tool.env("SECRET", secret).stdin(body).run().code(0);
    outcome.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn the_first_secret_the_old_one_and_neither() {
    let run = |secrets: &[&str]| {
        let mut args =
            vec!["--scheme", "kindly", "--header", KINDLY, "--header", ALGORITHM, "--json"];
        secrets.iter().for_each(|secret| args.extend(["--secret", secret]));
        verify(&args).env("RIGHT", "examplekey").env("OTHER", "0123456789abcdef").run()
    };
    let right = run(&["RIGHT=env:RIGHT"]).code(0);
    assert_eq!(right.item()["facts"]["matched_secret"], "RIGHT");
    assert_eq!(codes(&right), ["secret-weak"]);
    let old = run(&["new=env:OTHER", "old=env:RIGHT"]).code(0);
    assert_eq!(old.item()["facts"]["matched_secret"], "old");
    assert_eq!(codes(&old), ["signature-old-secret", "secret-weak"]);
    let none = run(&["env:OTHER"]).code(1);
    assert_eq!(codes(&none), ["signature-mismatch"]);
    assert!(none.item()["facts"]["matched_secret"].is_null());
}

#[test]
fn the_expected_signature_is_shown_only_on_request() {
    let right = "uEeD0Q7eW9btdx6LFvvlpwkzQBWdbknsQkg1C27Cx7Q=";
    let wrong = format!("A{}", &right[1..]);
    let args = ["--scheme", "kindly", "--secret", "env:S", "--signature", &wrong];
    for format in [&[][..], &["--json"], &["-v"]] {
        let run = |more: &[&str]| {
            let args = [&args, format, more].concat();
            verify(&args).env("S", "examplekey").run().code(1).stdout
        };
        assert!(!run(&[]).contains(right));
        assert!(run(&["--show-expected"]).contains(right));
    }
}

#[test]
fn a_fixed_header_that_differs_is_no_mismatch() {
    let run = |algorithm: &str| {
        let header = format!("Kindly-HMAC-algorithm: {algorithm}");
        let args =
            ["--scheme", "kindly", "--secret", "env:S", "--header", KINDLY, "--header", &header];
        verify(&args).args(["--json"]).env("S", "examplekey").run()
    };
    assert_eq!(codes(&run("HMAC-SHA-256 (base64 encoded)").code(0)), ["secret-weak"]);
    assert_eq!(codes(&run("HMAC-SHA-512").code(1)), ["algorithm-mismatch", "secret-weak"]);
}

#[test]
fn late_and_early_are_told_from_wrong() {
    let secret = "0123456789abcdef";
    let lines =
        signed(&["--scheme", "stripe", "--timestamp", "2026-11-22T05:00:00Z"], secret, BODY);
    let run = |at: &str, more: &[&str]| {
        let args = [
            "--scheme", "stripe", "--secret", "env:S", "--header", &lines[0], "--at", at, "--json",
        ];
        verify(&[&args[..], more].concat()).env("S", secret).run()
    };
    let fine = run("2026-11-22T05:05:00Z", &[]).code(0);
    assert_eq!(fine.item()["facts"]["age_seconds"], 300);
    assert_eq!(fine.item()["facts"]["signed_at"], "2026-11-22T05:00:00Z");
    assert_eq!(codes(&run("2026-11-22T05:05:01Z", &[]).code(1)), ["signature-stale"]);
    assert_eq!(codes(&run("2026-11-22T04:54:59Z", &[]).code(1)), ["signature-in-future"]);
    run("2026-11-22T06:00:00Z", &["--tolerance", "1h"]).code(0);
    assert_eq!(
        codes(&run("2026-11-22T05:00:02Z", &["--tolerance", "1s"]).code(1)),
        ["signature-stale"]
    );
}

#[test]
fn each_bad_input_has_its_own_sentence() {
    let many = format!("t=1{}", ",v1=00".repeat(10_000));
    let long = format!("t={},v1={}", "1".repeat(40), "00".repeat(32));
    let cases = [
        ("", "signature-missing", "Stripe-Signature contains no item that looks like `v1={sig}`"),
        ("t=1,v0=ab", "signature-missing", "contains no item"),
        ("t=1,v1=xyz", "signature-malformed", "the signature in Stripe-Signature is not hex"),
        ("t=1,v1=abcd", "signature-malformed", "too short for hmac-sha256: 2 instead of 32 bytes"),
        (
            &format!("t=1,t=2,v1={}", "00".repeat(32)),
            "signature-malformed",
            "field t of Stripe-Signature appears 2 times",
        ),
        (
            &format!("v1={}", "00".repeat(32)),
            "signature-malformed",
            "field t of Stripe-Signature is missing",
        ),
        (&many, "signature-malformed", "contains 10000 signatures; at most 100 are checked"),
        (
            &long,
            "signature-malformed",
            "the timestamp is a number of 40 digits, which is not a time",
        ),
    ];
    for (value, code, message) in cases {
        let header = format!("Stripe-Signature: {value}");
        let args = ["--scheme", "stripe", "--secret", "env:S", "--header", &header, "--json"];
        let outcome = verify(&args).env("S", "0123456789abcdef").run().code(1);
        let findings = outcome.item()["findings"].clone();
        let found = findings.as_array().unwrap().iter().any(|finding| {
            finding["code"] == code && finding["message"].as_str().unwrap().contains(message)
        });
        assert!(found, "{message}: {findings}");
    }
    let header = "X-Other: 1";
    let args = ["--scheme", "stripe", "--secret", "env:S", "--header", header, "--json"];
    let outcome = verify(&args).env("S", "0123456789abcdef").run().code(1);
    assert_eq!(codes(&outcome), ["signature-missing"]);
    let empty = verify(&["--secret", "env:S", "--signature", "00"]).env("S", "").run().code(2);
    assert!(format!("{}{}", empty.stdout, empty.stderr).contains("the secret is empty"));
    let args = ["nowhere.json", "--secret", "env:S", "--signature", "00"];
    let absent = verify(&args).env("S", "x").run().code(3);
    assert!(absent.stdout.contains("nowhere.json"), "{}", absent.stdout);
}

#[test]
fn auto_finds_the_scheme_and_says_what_else_would_fit() {
    let args = ["--scheme", "auto", "--secret", "env:S", "--header", KINDLY, "--json"];
    let known = [&args[..], &["--header", ALGORITHM]].concat();
    let item = verify(&known).env("S", "examplekey").run().code(0).item();
    assert_eq!(item["facts"]["scheme"], "kindly");
    // Its header is never read as less than what Kindly requires.
    assert_eq!(item["facts"]["also_fits"], serde_json::json!([]));
    for other in [&args[..], &[&args[..], &["--header", "Kindly-HMAC-algorithm: md5"]].concat()] {
        let outcome = verify(other).env("S", "examplekey").run().code(1);
        assert!(codes(&outcome).contains(&"algorithm-mismatch".to_owned()), "{}", outcome.stdout);
    }
    let args = ["--scheme", "auto", "--secret", "env:S", "--header", GITHUB, "--json"];
    let item = verify(&args).env("S", "It's a Secret to Everybody").stdin("Hello, World!");
    let item = item.run().code(0).item();
    let others = item["facts"]["also_fits"].to_string();
    assert!(others.contains("--scheme hmac-sha256 --signature-header X-Hub"), "{others}");
    // A sender nobody knows: told from the shape of the value, and from its matching.
    let lines = signed(&["--signature-header", "X-Acme-Signature"], "0123456789abcdef", BODY);
    let args = ["--scheme", "auto", "--secret", "env:S", "--header", &lines[0], "--json"];
    let item = verify(&args).env("S", "0123456789abcdef").run().code(0).item();
    assert_eq!(
        item["facts"]["scheme_flags"],
        "--scheme hmac-sha256 --signature-header X-Acme-Signature --encoding hex"
    );
    let args = ["--scheme", "auto", "--secret", "env:S", "--header", "X-Request-Id: 1", "--json"];
    let outcome = verify(&args).env("S", "x").run().code(1);
    assert_eq!(codes(&outcome)[0], "signature-missing");
}

/// Only the URL that is configured or trusted counts; what a proxy did is proven, and said.
#[test]
fn the_url_is_the_configured_one_and_a_proxy_is_found_out() {
    let url = "https://public.example/hook";
    let lines = signed(&["--scheme", "square", "--url", url], "0123456789abcdef", BODY);
    let args = ["--scheme", "square", "--secret", "env:S", "--header", &lines[0], "--json"];
    let run =
        |more: &[&str]| verify(&[&args[..], more].concat()).env("S", "0123456789abcdef").run();
    let seen =
        ["--header", "X-Forwarded-Host: public.example", "--url", "http://10.0.0.7:8080/hook"];
    let explained = Tool::new(["verify"]).args([&args[..], &seen].concat()).stdin(BODY);
    let outcome = explained.env("S", "0123456789abcdef").run().code(1);
    assert_eq!(codes(&outcome), ["signature-mismatch"]);
    let cause = &outcome.item()["facts"]["diagnosis"][0];
    assert_eq!(cause["change"], "url-host-changed");
    let help = cause["help"].as_str().unwrap();
    assert!(help.starts_with("check it with --url https://public.example/hook, or with --trust"));
    assert_eq!(run(&["--url", url]).code(0).item()["facts"]["matched_url"], url);
    let both = run(&["--url", url, "--trust-forwarded"]).code(2);
    assert!(both.stderr.contains("--trust-forwarded"), "{}", both.stderr);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("request.http");
    for (target, host, more, code) in [
        ("/hook", "public.example", "", 0),
        ("/hook", "app:8080", "X-Forwarded-Host: public.example\r\n", 1),
        ("https://public.example/hook", "other.example", "", 1),
        ("https://other.example/hook", "public.example", "", 0),
    ] {
        let raw = format!(
            "POST {target} HTTP/1.1\r\nHost: {host}\r\n{}\r\n{more}Content-Length: 17\r\n\r\n{BODY}",
            lines[0]
        );
        fs::write(&path, raw).unwrap();
        let args = [path.to_str().unwrap(), "--scheme", "square", "--secret", "env:S"];
        verify(&args).env("S", "0123456789abcdef").run().code(code);
        if !more.is_empty() {
            let args = [&args[..], &["--trust-forwarded"]].concat();
            verify(&args).env("S", "0123456789abcdef").run().code(0);
        }
    }
}

/// What the sender's own library refuses is a warning at least.
#[test]
fn a_signature_in_capitals_matches_and_is_said() {
    let lines = signed(&["--scheme", "github"], "0123456789abcdef", BODY);
    let (name, hex) = lines[0].split_once("sha256=").unwrap();
    let header = format!("{name}sha256={}", hex.to_uppercase());
    let args = ["--scheme", "github", "--secret", "env:S", "--header", &header];
    let json = [&args[..], &["--json"]].concat();
    let outcome = verify(&json).env("S", "0123456789abcdef").run().code(0);
    assert_eq!(codes(&outcome), ["signature-spelling"]);
    assert_eq!(outcome.item()["status"], "warning");
    let strict = [&args[..], &["--fail-on", "warning"]].concat();
    verify(&strict).env("S", "0123456789abcdef").run().code(1);
}

#[test]
fn a_tolerance_without_a_time_and_a_body_without_a_signature_are_said() {
    let check = |scheme: &str, more: &[&str], code| {
        let lines = signed(&["--scheme", scheme], "0123456789abcdef", BODY);
        let args = ["--scheme", scheme, "--secret", "env:S", "--header", &lines[0], "--json"];
        let args = [&args[..], more].concat();
        codes(&verify(&args).env("S", "0123456789abcdef").run().code(code))
    };
    assert_eq!(check("github", &[], 0), [""; 0]);
    assert_eq!(check("github", &["--tolerance", "5m"], 1), ["signature-untimed"]);
    assert_eq!(check("telegram", &[], 0), ["body-uncovered"]);
}

/// What a scheme requires is demanded of a signature alone, too.
#[test]
fn a_signature_alone_does_not_pass_where_a_header_is_required() {
    let lines = signed(&["--scheme", "kindly"], "0123456789abcdef", BODY);
    let signature = lines[0].split_once(": ").unwrap().1;
    let args = ["--scheme", "kindly", "--secret", "env:S", "--signature", signature, "--json"];
    let outcome = verify(&args).env("S", "0123456789abcdef").run().code(1);
    assert_eq!(codes(&outcome), ["algorithm-mismatch"]);
    let shown = [&args[..], &["--header", ALGORITHM]].concat();
    verify(&shown).env("S", "0123456789abcdef").run().code(0);
}

/// A captured request: the raw message, and our own capture of several.
#[test]
fn captures_carry_their_headers() {
    let folder = tempfile::tempdir().unwrap();
    let raw = format!(
        "POST /in HTTP/1.1\r\nHost: a.example\r\n{KINDLY}\r\n\
         Kindly-HMAC-algorithm: HMAC-SHA-256 (base64 encoded)\r\nContent-Length: 17\r\n\r\n{BODY}"
    );
    let path = folder.path().join("request.http");
    fs::write(&path, &raw).unwrap();
    let file = path.to_str().unwrap();
    let args = [file, "--scheme", "kindly", "--secret", "env:S"];
    verify(&args).env("S", "examplekey").run().code(0);
    // A Windows editor has put its mark before it.
    fs::write(&path, format!("\u{feff}{raw}")).unwrap();
    verify(&args).env("S", "examplekey").run().code(0);
    fs::write(&path, raw.replace("Kindly-HMAC-algorithm", "X-None")).unwrap();
    let outcome = verify(&args).args(["--json"]).env("S", "examplekey").run().code(1);
    assert!(codes(&outcome).contains(&"algorithm-mismatch".to_owned()), "{}", outcome.stdout);
}

/// A line of `.har.ndjson` with a Kindly signature; `exact` chooses whether `_raw` is there.
fn line(body: &str, exact: bool) -> String {
    let lines = signed(&["--scheme", "kindly"], "0123456789abcdef", BODY);
    let pairs: Vec<_> = lines.iter().map(|line| line.split_once(": ").unwrap()).collect();
    let headers: Vec<_> = pairs
        .iter()
        .map(|(name, value)| serde_json::json!({"name": name, "value": value}))
        .collect();
    let mut entry = serde_json::json!({
        "startedDateTime": "2026-11-22T05:00:00Z",
        "request": {"method": "POST", "url": "https://a.example/in", "headers": headers,
                    "postData": {"mimeType": "application/json", "text": body}},
    });
    if exact {
        let head = format!("POST /in HTTP/1.1\r\n{}\r\n\r\n", lines.join("\r\n"));
        entry["_raw"] = serde_json::json!({
            "headBase64": base64(head.as_bytes()), "bodyBase64": base64(body.as_bytes()),
        });
    }
    entry.to_string()
}

/// As `tail -f` gives them: each is answered before the next one is written.
#[test]
fn lines_are_verified_while_the_capture_is_still_written() {
    let args = ["-", "--scheme", "kindly", "--secret", "env:S", "--format", "ndjson"];
    let mut command = verify(&args).env("S", "0123456789abcdef").into_command();
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut child = Running(child);
    let mut pipe = child.stdin.take().unwrap();
    let mut rows = BufReader::new(child.stdout.take().unwrap()).lines();
    // More than a pipe is thought to trickle, and less.
    for count in [1, 20, 2] {
        let lines = format!("{}\n", line(BODY, true)).repeat(count);
        pipe.write_all(lines.as_bytes()).unwrap();
        for _ in 0..count {
            let row = rows.next().unwrap().unwrap();
            assert!(row.contains(r#""status":"ok""#), "{row}");
        }
    }
    drop(pipe);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_capture_of_many_is_one_item_each_in_order_on_the_quick_and_the_slow_road() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("many.har.ndjson");
    let changed = BODY.replace('2', "3");
    let text = [
        line(BODY, true),
        line(&changed, true),
        String::new(),
        line(BODY, false),
        "{\"startedDateTime\":".to_owned(),
        line(BODY, true),
    ]
    .join("\n");
    fs::write(&path, text).unwrap();
    let file = path.to_str().unwrap();
    let args = [file, "--scheme", "kindly", "--secret", "env:S", "--format"];
    let run = |format: &str| verify(&args).args([format]).env("S", "0123456789abcdef").run();
    let items = run("ndjson").code(1).ndjson();
    let seen: Vec<_> = items
        .iter()
        .map(|item| {
            (
                item["subject"].as_str().unwrap().rsplit(' ').next().unwrap(),
                item["status"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(seen[..3], [("1", "ok"), ("2", "critical"), ("4", "ok")], "{items:#?}");
    assert_eq!(seen[3].1, "failed");
    assert_eq!(seen[4], ("6", "ok"));
    fs::write(&path, format!("\u{feff}{}", fs::read_to_string(&path).unwrap())).unwrap();
    let marked = run("ndjson").code(1).ndjson();
    let statuses = |items: &[serde_json::Value]| {
        items
            .iter()
            .map(|item| (item["subject"].clone(), item["status"].clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(statuses(&marked), statuses(&items));
    let shown =
        verify(&args).args(["ndjson", "--show-expected"]).env("S", "0123456789abcdef").run();
    let expects = |item: &serde_json::Value| item["facts"]["expected"].is_array();
    assert_eq!(shown.code(1).ndjson().iter().filter(|item| expects(item)).count(), 4);
    let human = run("human").code(1).stdout;
    assert!(human.ends_with("5 requests\n"), "{human}");
    let quiet = verify(&args).args(["human", "-q"]).env("S", "0123456789abcdef").run().code(1);
    assert!(!quiet.stdout.contains("ok  "), "{}", quiet.stdout);
    assert!(quiet.stdout.contains("line 2"), "{}", quiet.stdout);
}
