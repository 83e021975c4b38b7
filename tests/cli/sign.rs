//! `sign`: header lines for curl, the same for the same input, files of any size.

use std::fs;

use crate::harness::Tool;

const BODY: &str = "{\"foo\":1,\"bar\":2}";

fn sign(args: &[&str]) -> Tool {
    Tool::new(["sign", "-", "--secret", "env:SECRET"]).args(args).stdin(BODY)
}

/// The vectors that Kindly, GitHub and Slack publish.
#[test]
fn published_vectors_come_out() {
    let kindly = sign(&["--scheme", "kindly"]).env("SECRET", "examplekey").run().code(0);
    assert_eq!(
        kindly.stdout,
        "Kindly-HMAC: uEeD0Q7eW9btdx6LFvvlpwkzQBWdbknsQkg1C27Cx7Q=\n\
         Kindly-HMAC-algorithm: HMAC-SHA-256 (base64 encoded)\n"
    );
    assert!(kindly.stderr.contains("shorter than 16 bytes"), "{}", kindly.stderr);

    let github = sign(&["--scheme", "github"])
        .env("SECRET", "It's a Secret to Everybody")
        .stdin("Hello, World!")
        .run()
        .code(0);
    let right = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    assert_eq!(github.stdout, format!("X-Hub-Signature-256: sha256={right}\n"));
    assert_eq!(github.stderr, "");

    let slack = sign(&["--scheme", "slack", "--timestamp", "1531420618"])
        .env("SECRET", "8f742231b10e8888abcd99yyyzzz85a5")
        .stdin(SLACK_BODY)
        .run()
        .code(0);
    assert_eq!(
        slack.stdout,
        "X-Slack-Signature: v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503\n\
         X-Slack-Request-Timestamp: 1531420618\n"
    );
}

/// docs.slack.dev, "Verifying requests from Slack".
const SLACK_BODY: &str = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow\
&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner\
&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands\
%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN\
&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";

#[test]
fn the_same_time_and_id_give_the_same_lines() {
    let run = |args: &[&str]| {
        let args =
            [&["--scheme", "standard-webhooks", "--at", "2026-11-22T05:00:00Z"], args].concat();
        sign(&args).env("SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").run().code(0).stdout
    };
    let lines = run(&["--id", "msg_1"]);
    assert_eq!(lines, run(&["--id", "msg_1"]));
    assert!(lines.contains("webhook-timestamp: 1795323600\n"), "{lines}");
    assert!(lines.contains("webhook-id: msg_1\n"), "{lines}");
    assert_ne!(run(&[]), run(&[]), "ids are fresh");
}

#[test]
fn facts_and_single_values() {
    let item = sign(&["--scheme", "github", "--json"]).env("SECRET", "0123456789abcdef").run();
    let facts = &item.code(0).item()["facts"];
    assert_eq!(facts["scheme"], "github");
    assert_eq!((&facts["algorithm"], &facts["encoding"]), (&"hmac-sha256".into(), &"hex".into()));
    assert_eq!(facts["payload_bytes"], 17);
    assert_eq!(facts["payload_sha256"].as_str().unwrap().len(), 64);
    let signature = facts["signature"].as_str().unwrap();
    assert_eq!(facts["headers"][0]["value"], format!("sha256={signature}"));
    let only = |kind: &str| {
        let args = ["--scheme", "github", "--only", kind];
        sign(&args).env("SECRET", "0123456789abcdef").run().code(0).stdout
    };
    assert_eq!(only("signature"), format!("{signature}\n"));
    assert_eq!(only("value"), format!("sha256={signature}\n"));
}

#[test]
fn a_generic_scheme_is_shaped_by_flags() {
    let args = ["--scheme", "hmac-sha512", "--encoding", "base64", "--prefix", "v9 "];
    let more = ["--signature-header", "X-Acme", "--signed", "{method}:{body}", "--method", "PUT"];
    let outcome = sign(&args).args(more).env("SECRET", "0123456789abcdef").run().code(0);
    assert!(outcome.stdout.starts_with("X-Acme: v9 "), "{}", outcome.stdout);
    assert_eq!(outcome.stdout.trim_end().len(), "X-Acme: v9 ".len() + 88);
    let bad = sign(&["--signed", "{bdy}"]).env("SECRET", "x").run().code(2);
    assert!(bad.stderr.contains("unknown word {bdy}"), "{}", bad.stderr);
}

#[test]
fn what_is_missing_is_said_in_one_sentence() {
    let fails = |args: &[&str], secret: &str, code: i32, message: &str| {
        let outcome = sign(args).env("SECRET", secret).run().code(code);
        let text = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(text.contains(message), "{args:?}: {text}");
        assert!(secret.is_empty() || !text.contains(secret), "{text}");
    };
    let long = "0123456789abcdef";
    fails(&["--scheme", "twilio"], long, 2, "the URL that was called is not known");
    fails(
        &["--scheme", "sinch-callback"],
        "MDEyMzQ1Njc4OWFiY2RlZg==",
        2,
        "header content-type is missing",
    );
    fails(&["--scheme", "twilio", "--url", ""], long, 2, "is a variable unset?");
    fails(&["--scheme", "svix", "--id", ""], "MDEyMzQ1Njc4OWFiY2RlZg==", 2, "is a variable unset?");
    fails(&["--scheme", "github"], "", 2, "the secret is empty");
    fails(&["--scheme", "svix"], "whsec_", 2, "nothing is left of the secret");
    fails(&["--scheme", "svix"], "not!base64", 3, "the secret is not base64");
    fails(&["--scheme", "discord"], long, 3, "signs with a private key for ed25519");
    fails(&["--scheme", "nosuch"], long, 2, "there is no scheme named nosuch");
    fails(&["--scheme", "mailgun"], long, 2, "member /signature/timestamp of the body is missing");
    let missing = Tool::new(["sign", "nowhere.json", "--secret", "env:SECRET"]);
    let missing = missing.env("SECRET", long).run().code(3);
    assert!(missing.stdout.contains("nowhere.json"), "{}", missing.stdout);
}

#[test]
fn an_own_scheme_is_read_from_a_file_and_its_faults_are_located() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    fs::write(&path, "[acme]\nextends = \"stripe\"\nsignature = \"X-Acme\"\n").unwrap();
    let file = path.to_str().unwrap();
    let run = |args: &[&str]| sign(args).env("SECRET", "0123456789abcdef").run();
    let outcome = run(&["--scheme-file", file, "--timestamp", "1"]).code(0);
    assert!(outcome.stdout.starts_with("X-Acme: t=1,v1="), "{}", outcome.stdout);
    fs::write(&path, "[acme]\nextends = \"stripe\"\nsignatur = \"X-Acme\"\n").unwrap();
    let outcome = run(&["--scheme-file", file]).code(3);
    let text = format!("{}{}", outcome.stdout, outcome.stderr);
    assert!(text.contains("mine.toml: line 3, column 1: unknown field `signatur`"), "{text}");
}

/// A payload larger than what is held streams through, from a pipe too.
#[test]
fn a_long_payload_streams() {
    let body = vec![b'x'; 3 << 20];
    let args = ["--scheme", "stripe", "--timestamp", "1795323600"];
    let outcome = sign(&args).env("SECRET", "0123456789abcdef").stdin(body.clone()).run().code(0);
    let header = outcome.stdout.trim().to_owned();
    let verify = |body: Vec<u8>| {
        Tool::new(["verify", "-", "--scheme", "stripe", "--secret", "env:SECRET"])
            .args(["--at", "2026-11-22T05:00:00Z", "--header", &header])
            .env("SECRET", "0123456789abcdef")
            .stdin(body)
            .run()
    };
    let outcome = verify(body.clone()).code(0);
    assert!(outcome.stdout.contains("3145728 bytes"), "{}", outcome.stdout);
    let mut changed = body;
    changed[3_000_000] = b'y';
    verify(changed).code(1);
}
