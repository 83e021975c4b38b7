//! `replay` of what was captured for another host: which credentials go along, and who is told.

use crate::harness::receiver::Receiver;
use crate::harness::{Outcome, Tool};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
const CAPTURE: &str = "POST /hook?page=1&access_token=s3cret HTTP/1.1\r\nHost: old.example\r\n\
    Authorization: Bearer s3cret\r\nCookie: id=s3cret\r\nX-Api-Key: s3cret\r\nX-Kept: 1\r\n\
    Content-Length: 2\r\n\r\n{}";
const NAMES: &str = "Authorization, Cookie, X-Api-Key, ?access_token";

fn replay(capture: &str, to: &str, more: &[&str]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("r.http"), capture).unwrap();
    std::fs::write(folder.path().join("token"), "0123456789abcdef").unwrap();
    Tool::new(["replay", "r.http", "--to", to]).args(more).dir(folder.path()).run()
}

#[test]
fn credentials_for_another_host_are_named_and_never_shown() {
    let receiver = Receiver::always(OK);
    let outcome = replay(CAPTURE, &receiver.url(), &["--json"]).code(0);
    let item = outcome.item();
    let finding = &item["findings"][0];
    assert_eq!(finding["code"], "credentials-carried", "{item}");
    assert_eq!((&finding["severity"], &item["status"]), (&"info".into(), &"info".into()));
    let message = finding["message"].as_str().unwrap();
    assert_eq!(message, format!("{NAMES}: captured for old.example, sent to 127.0.0.1"));
    assert!(finding["help"].as_str().unwrap().contains("--strip-credentials"));
    assert!(!finding.to_string().contains("s3cret"), "{finding}");
    let sent = &receiver.received()[0].head;
    assert_eq!(sent.matches("s3cret").count(), 4, "noted, and sent as it was: {sent}");
    // People are told before anything goes, too, whatever stdout carries.
    for format in ["human", "json"] {
        let outcome = replay(CAPTURE, &receiver.url(), &["--dry-run", "--format", format]).code(0);
        let note = format!("{NAMES}: captured for old.example");
        assert!(outcome.stderr.contains("note: ") || format == "json", "{}", outcome.stderr);
        assert!(format!("{}{}", outcome.stdout, outcome.stderr).contains(&note));
    }
    assert_eq!(receiver.count(), 1);
}

/// Whoever knows the path of such a hook may call it; the value is made up.
#[test]
fn a_destination_that_lets_its_callers_in_is_masked_unless_it_is_asked_for() {
    const HOOK: &str = "/services/T00000000/B00000000/aZbYcXdWeVfUgThSiRjQkPlO";
    let receiver = Receiver::always(OK);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("r.http"), CAPTURE).unwrap();
    let to = format!("{}{HOOK}", receiver.url());
    let replay = |to: &str, more: &[&str]| {
        let args = ["replay", "r.http", "-v", "--strip-credentials", "--journal", "j", "--to", to];
        Tool::new(args).args(more).dir(folder.path()).run()
    };
    let other = to.replace("T00000000", "T00000001");
    // Sent; nothing left to do; a journal of another destination.
    for (to, code) in [(&to, 0), (&to, 0), (&other, 3)] {
        let outcome = replay(to, &[]).code(code);
        let said = outcome.stdout + &outcome.stderr;
        assert!(said.contains("/B00000000/***") && !said.contains("aZbYcX"), "{said}");
    }
    let outcome = replay(&to, &["--show-secrets"]).code(0);
    assert!(outcome.stdout.contains(&format!("{HOOK}: nothing left to do")), "{}", outcome.stdout);
}

#[test]
fn stripped_credentials_do_not_arrive_and_those_of_the_other_host_do() {
    let receiver = Receiver::always(OK);
    let strip = ["--strip-credentials", "--json"];
    let outcome = replay(CAPTURE, &receiver.url(), &strip).code(0);
    assert_eq!(outcome.item()["findings"], serde_json::json!([]));
    let sent = receiver.received()[0].head.clone();
    assert!(sent.starts_with("POST /hook?page=1 HTTP/1.1\r\n"), "{sent}");
    assert!(!sent.contains("s3cret") && sent.contains("X-Kept: 1"), "{sent}");
    // What was named on the command line is meant.
    let own = [&strip[..], &["-H", "Authorization: Bearer mine"]].concat();
    replay(CAPTURE, &receiver.url(), &own).code(0);
    assert!(receiver.received()[1].head.contains("Authorization: Bearer mine\r\n"));
    let own = ["--json", "-H", "Authorization: Bearer mine", "-H", "Cookie:", "-H", "X-Api-Key: k"];
    let item = replay(CAPTURE, &receiver.url(), &own).code(0).item();
    let message = item["findings"][0]["message"].as_str().unwrap();
    assert!(message.starts_with("?access_token: captured"), "{message}");
    // A token that is written anew is no captured one.
    let gitlab = "POST / HTTP/1.1\r\nHost: old.example\r\nX-Gitlab-Token: s3cret\r\n\r\n";
    let resign = ["--json", "--resign", "gitlab-token", "--secret", "file:token"];
    for more in [&[][..], &["--strip-credentials"]] {
        let item = replay(gitlab, &receiver.url(), &[&resign, more].concat()).code(0).item();
        assert_eq!(item["findings"], serde_json::json!([]));
        let sent = receiver.received().pop().unwrap().head;
        assert!(sent.contains("X-Gitlab-Token: 0123456789abcdef\r\n"), "{sent}");
    }
}

#[test]
fn the_same_host_keeps_its_credentials_without_a_word_and_notes_come_once() {
    let receiver = Receiver::always(OK);
    let same = CAPTURE.replace("old.example", "127.0.0.1:9");
    let item = replay(&same, &receiver.url(), &["--json"]).code(0).item();
    assert_eq!(item["findings"], serde_json::json!([]));
    let more = ["--repeat", "3", "--json"];
    let report = replay(CAPTURE, &receiver.url(), &more).code(0).json();
    assert_eq!(report["summary"]["info"], 1, "{report}");
    assert_eq!(report["summary"]["ok"], 2, "{report}");
}
