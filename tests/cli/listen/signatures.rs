//! Signatures that `listen --enforce` lets in: what the sender's own library takes, and nothing else.

use super::items;
use crate::harness::Tool;
use crate::harness::listener::Listener;

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const FORM: &str = "To=%2B155&Body=hi";

fn listening(args: &[&str]) -> Listener {
    let all = ["listen", "--addr", ":0", "--plain", "--json", "--enforce", "--secret", "env:S"];
    Listener::with(Tool::new(all).args(args).env("S", SECRET))
}

/// The header lines that `sign` writes with these arguments.
fn signed(args: &[&str]) -> String {
    let tool = Tool::new(["sign", "-", "--secret", "env:S"]).args(args);
    let lines = tool.env("S", SECRET).stdin(FORM).run().code(0).stdout;
    lines.lines().map(|line| format!("{line}\r\n")).collect()
}

/// The status that a POST with these header lines is answered with.
fn status(listener: &Listener, target: &str, host: &str, headers: &str) -> String {
    let length = FORM.len();
    let request = format!(
        "POST {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\
         Content-Length: {length}\r\n\r\n{FORM}"
    );
    listener.send(request.as_bytes())[9..12].to_owned()
}

/// The codes that each delivery was reported with.
fn codes(listener: Listener) -> Vec<Vec<String>> {
    let of = |item: &serde_json::Value| {
        let findings = item["findings"].as_array().unwrap().iter();
        findings.map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
    };
    items(&listener.interrupt().stdout).iter().map(of).collect()
}

#[test]
fn the_caller_does_not_choose_the_url() {
    let listener = listening(&["--verify", "twilio"]);
    let twilio = |url: &str| signed(&["--scheme", "twilio", "--url", url]);
    let other = twilio("https://other.test/s");
    let forwarded = format!("{other}X-Forwarded-Host: other.test\r\nX-Forwarded-Proto: https\r\n");
    let standard = format!("{other}Forwarded: host=other.test;proto=https\r\n");
    assert_eq!(status(&listener, "/s", "own.test", &forwarded), "401");
    assert_eq!(status(&listener, "/s", "own.test", &standard), "401");
    assert_eq!(status(&listener, "https://other.test/s", "own.test", &other), "401");
    assert_eq!(status(&listener, "/s", "own.test", &twilio("http://own.test/s")), "200");
    assert_eq!(status(&listener, "/s", "own.test", &twilio("https://own.test/s")), "401");
    // A mismatch is reported once it is explained: the order of the reports is not that of the calls.
    let seen = codes(listener);
    let mismatches = seen.iter().filter(|codes| *codes == &["signature-mismatch"]);
    assert_eq!((mismatches.count(), seen.len()), (4, 5), "{seen:?}");

    let listener = listening(&["--verify", "twilio", "--trust-forwarded"]);
    assert_eq!(status(&listener, "/s", "own.test", &forwarded), "200");
    assert_eq!(status(&listener, "/s", "own.test", &standard), "200");
    let contradicting = format!("{forwarded}Forwarded: host=third.test\r\n");
    assert_eq!(status(&listener, "/s", "own.test", &contradicting), "401");
    drop(listener);

    let listener = listening(&["--verify", "twilio", "--url", "https://other.test/s"]);
    assert_eq!(status(&listener, "/s", "own.test", &other), "200");
    let query = twilio("https://other.test/s?a=1");
    assert_eq!(status(&listener, "/hidden/s?a=1", "own.test", &query), "200");
    assert_eq!(status(&listener, "/s", "own.test", &twilio("http://own.test/s")), "401");
}

#[test]
fn another_spelling_a_second_header_and_a_time_that_is_not_there_are_refused() {
    let github = signed(&["--scheme", "github"]);
    let (name, hex) = github.trim_end().split_once("sha256=").unwrap();
    let capitals = format!("{name}sha256={}\r\n", hex.to_uppercase());
    let wrong = format!("{name}sha256={}\r\n", "0".repeat(64));
    let listener = listening(&["--verify", "github"]);
    assert_eq!(status(&listener, "/", "x", &github), "200");
    assert_eq!(status(&listener, "/", "x", &capitals), "401");
    assert_eq!(status(&listener, "/", "x", &format!("{wrong}{github}")), "401");
    assert_eq!(status(&listener, "/", "x", &format!("{github}{wrong}")), "401");
    let seen = codes(listener);
    assert_eq!(seen[1], ["signature-spelling"]);
    assert!(seen[2..].iter().all(|codes| codes == &["signature-malformed"]), "{seen:?}");

    let listener = listening(&["--verify", "github", "--tolerance", "5m"]);
    assert_eq!(status(&listener, "/", "x", &github), "401");
    assert_eq!(codes(listener), [["signature-untimed"]]);

    let listener = listening(&["--verify", "kindly"]);
    let kindly = signed(&["--scheme", "kindly"]);
    assert_eq!(status(&listener, "/", "x", &kindly), "200");
    let alone = kindly.split_inclusive("\r\n").next().unwrap();
    assert_eq!(status(&listener, "/", "x", alone), "401");
    assert_eq!(codes(listener)[1], ["algorithm-mismatch"]);

    // A token says nothing of the body: that is reported, and could never be enforced.
    let listener = listening(&["--verify", "telegram"]);
    assert_eq!(status(&listener, "/", "x", &signed(&["--scheme", "telegram"])), "200");
    assert_eq!(codes(listener), [["body-uncovered"]]);
}

/// The form that `--scheme auto` prints is one that `listen` takes.
#[test]
fn a_generic_form_is_received_as_it_is_signed() {
    let form = ["--signature-header", "X-Acme", "--encoding", "base64", "--prefix", "v1="];
    let header = signed(&form);
    assert!(header.starts_with("X-Acme: v1="), "{header}");
    let listener = listening(&[&["--verify", "hmac-sha256"], &form[..]].concat());
    assert_eq!(status(&listener, "/", "x", &header), "200");
    drop(listener);
    let unused = Tool::new(["listen", "--addr", ":0", "--plain", "--prefix", "v1="]).run().code(2);
    assert!(unused.stderr.contains("--prefix has no effect without --verify"), "{}", unused.stderr);
}

/// A stranger may write any time: one that no year holds in UTC is malformed, and the delivery is told of.
#[test]
fn a_time_beyond_the_last_year_is_refused_and_told() {
    let listener = listening(&["--verify", "box"]);
    let stranger = "box-delivery-timestamp: 9999-12-31T23:59:59-23:59\r\nbox-signature-version: 1\r\n\
         box-signature-algorithm: HmacSHA256\r\n\
         box-signature-primary: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n";
    assert_eq!(status(&listener, "/", "own.test", stranger), "401");
    assert_eq!(status(&listener, "/", "own.test", &signed(&["--scheme", "box"])), "200");
    let mut seen = codes(listener);
    seen.sort_unstable();
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert!(seen[1].contains(&"signature-malformed".to_owned()), "{seen:?}");
}
