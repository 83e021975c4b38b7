//! `verify`: a mismatch is explained, in words and in facts, and the repair it names repairs.

use std::fs;
use std::process::Command;

use crate::harness::Tool;

const HEADER: &str = "Kindly-HMAC: uUZ0VRTFosPNY1Zfs6ywlGuy0tCoCmIau6mxH9mnJFA=";
const SECRET: &str = "kindly-demo-secret";

fn verify(folder: &std::path::Path, args: &[&str]) -> Tool {
    Tool::new(["verify", "body.json", "--scheme", "kindly", "--secret", "env:SECRET"])
        .args(["--header", HEADER])
        .args(args)
        .env("SECRET", SECRET)
        .dir(folder)
}

fn folder(body: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("body.json"), body).unwrap();
    folder
}

/// The last example of the contract, to the letter.
#[test]
fn a_final_newline_reads_as_it_should_and_the_repair_repairs() {
    let folder = folder("{\"message\":\"hei\",\"chat_id\":\"42\"}\n");
    let outcome = verify(folder.path(), &[]).run().code(1);
    assert_eq!(
        outcome.stdout,
        "FAIL  body.json: signature does not match
      but it does after one change: remove the final newline of the body (byte 33, 0x0A)
      an editor or echo added it; the sender signed 32 bytes
      next: printf %s \"$(cat body.json)\" > body.json, and hash the raw request bytes in your receiver
"
    );
    let item = verify(folder.path(), &["--json"]).run().code(1).item();
    let facts = &item["facts"];
    assert_eq!(facts["diagnosis"][0]["change"], "body-final-newline-removed");
    assert!(facts["tried"].as_u64().unwrap() > 1);
    assert_eq!(facts["diagnosis_cut"], false);

    let help = facts["diagnosis"][0]["help"].as_str().unwrap();
    let (command, _) = help.split_once(", and").unwrap();
    let shell = Command::new("sh").args(["-c", command]).current_dir(folder.path()).status();
    assert!(shell.unwrap().success());
    let algorithm = "Kindly-HMAC-algorithm: HMAC-SHA-256 (base64 encoded)";
    verify(folder.path(), &["--header", algorithm]).run().code(0);
}

#[test]
fn two_changes_are_numbered() {
    let folder = folder("{\"message\":\"hei\",\"chat_id\":\"42\"}\n");
    let outcome = verify(folder.path(), &[]).env("SECRET", "kindly-demo-secret\n").run().code(1);
    assert!(outcome.stdout.contains("but it does after 2 changes:\n"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("1. remove the line end after the secret\n"));
    assert!(outcome.stdout.contains("2. remove the final newline of the body"));
}

/// Which of two things happened between sender and receiver, the bytes do not tell.
#[test]
fn a_charset_is_not_laid_on_the_sender_alone() {
    let text = "{\"message\":\"h\u{e9}\"}";
    let (once, twice) = (b"{\"message\":\"h\xe9\"}", "{\"message\":\"h\u{c3}\u{a9}\"}");
    for (body, why) in
        [(&once[..], "was written in ISO 8859-1"), (twice.as_bytes(), "was taken for")]
    {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("body.json"), body).unwrap();
        fs::write(folder.path().join("sent.json"), text).unwrap();
        let signed =
            Tool::new(["sign", "sent.json", "--scheme", "kindly", "--secret", "env:SECRET"])
                .env("SECRET", SECRET)
                .dir(folder.path())
                .run()
                .code(0)
                .stdout;
        let header = signed.lines().find(|line| line.starts_with("Kindly-HMAC: ")).unwrap();
        let outcome = Tool::new(["verify", "body.json", "--scheme", "kindly"])
            .args(["--secret", "env:SECRET", "--header", header])
            .env("SECRET", SECRET)
            .dir(folder.path())
            .run()
            .code(1);
        let said = outcome.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            said.contains(&format!("the body {why}")) && said.contains(", or the sender"),
            "{said}"
        );
    }
}

#[test]
fn nothing_found_says_what_was_tried_and_never_the_secret() {
    let folder = folder("{\"message\":\"hei\",\"chat_id\":\"42\"}");
    for args in [&[][..], &["--json"], &["-v"]] {
        let outcome = verify(folder.path(), args).env("SECRET", "sk_live_4242424242").run().code(1);
        assert!(outcome.stdout.contains("a secret API key"), "{}", outcome.stdout);
        assert!(outcome.stdout.contains("no known change explains it"), "{}", outcome.stdout);
        assert!(!outcome.stdout.contains("4242424242"), "{}", outcome.stdout);
        assert!(!outcome.stdout.contains("uUZ0"), "the header's value helps a forger");
    }
    let plain = verify(folder.path(), &["--no-diagnose", "--json"]).env("SECRET", "wrong").run();
    assert!(plain.code(1).item()["facts"].get("diagnosis").is_none());
}

/// 10 KiB must take 100 ms in a release build; here only that it is not slower than allowed at all.
#[test]
fn a_body_of_half_a_mebibyte_is_cut_short_in_time() {
    let member = "\"caf\u{e9}/<\": [1.0, {}, \"x\"], ";
    let body = format!("{{{}\"end\": 1}}\n", member.repeat((1 << 19) / member.len() - 2));
    let folder = folder(&body);
    let outcome = verify(folder.path(), &["--json"]).run().code(1);
    assert!(outcome.elapsed.as_secs() < 10, "{:?}", outcome.elapsed);
    assert!(outcome.item()["facts"]["diagnosis"].as_array().unwrap().is_empty());
}

/// What streams by is read once more to be explained.
#[test]
fn a_long_body_is_explained_too() {
    let body = "x".repeat(3 << 20);
    let folder = folder(&body);
    let run = |args: &[&str]| {
        Tool::new(args)
            .args(["--scheme", "kindly", "--secret", "env:SECRET"])
            .env("SECRET", SECRET)
            .dir(folder.path())
            .run()
    };
    let signed = run(&["sign", "body.json"]).code(0).stdout;
    let header = signed.lines().next().unwrap().to_owned();
    fs::write(folder.path().join("body.json"), format!("{body}\n")).unwrap();
    let item = run(&["verify", "body.json", "--json", "--header", &header]).code(1).item();
    assert_eq!(item["facts"]["diagnosis"][0]["change"], "body-final-newline-removed");
}

/// A search that was cut never says that there is no cause.
#[test]
fn a_search_that_was_cut_says_so() {
    let folder = folder("{\"message\": \"hei\"}");
    let outcome = verify(folder.path(), &["--diagnose-time", "0s"]).run().code(1);
    assert!(outcome.stdout.contains("time ran out before everything was tried"));
    assert!(outcome.stdout.contains("--diagnose-time 1m"), "{}", outcome.stdout);
    assert!(!outcome.stdout.contains("no known change"), "{}", outcome.stdout);
    let item = verify(folder.path(), &["--diagnose-time", "0s", "--json"]).run().code(1).item();
    assert_eq!(item["facts"]["diagnosis_cut"], true);

    let deep = format!("{}{}", "[ ".repeat(200), "] ".repeat(200));
    fs::write(folder.path().join("body.json"), deep).unwrap();
    let outcome = verify(folder.path(), &["--diagnose-time", "20s"]).run().code(1);
    assert!(outcome.stdout.contains("nested deeper than 127 levels"), "{}", outcome.stdout);
    assert!(!outcome.stdout.contains("no known change"), "{}", outcome.stdout);
}

/// JSON of more than 4 MiB is written again, too.
#[test]
fn a_body_of_five_mebibytes_is_taken_apart() {
    let compact = format!("{{\"a\":\"{}\",\"b\":1.0}}", "x".repeat(5 << 20));
    let folder = folder(&compact);
    let signed = Tool::new(["sign", "body.json", "--scheme", "github", "--secret", "env:SECRET"]);
    let header = signed.env("SECRET", SECRET).dir(folder.path()).run().code(0).stdout;
    fs::write(folder.path().join("body.json"), compact.replace(':', ": ")).unwrap();
    let args = ["verify", "body.json", "--scheme", "github", "--secret", "env:SECRET"];
    let outcome = Tool::new(args)
        .args(["--header", header.trim_end(), "--diagnose-time", "5m", "--json"])
        .env("SECRET", SECRET)
        .dir(folder.path())
        .deadline(std::time::Duration::from_secs(300))
        .run()
        .code(1);
    assert_eq!(outcome.item()["facts"]["diagnosis"][0]["change"], "body-json-compact");
}

/// The header holds the signature alone.
#[test]
fn what_is_missing_around_a_signature_is_named() {
    let folder = folder("{}");
    let verify = |scheme: &str, header: &str| {
        Tool::new(["verify", "body.json", "--scheme", scheme, "--secret", "env:SECRET"])
            .args(["--header", header])
            .env("SECRET", SECRET)
            .dir(folder.path())
            .run()
            .code(1)
            .stdout
    };
    let sign = ["sign", "body.json", "--scheme", "github", "--secret", "env:SECRET"];
    let header = Tool::new(sign).env("SECRET", SECRET).dir(folder.path()).run().code(0).stdout;
    let bare = header.trim_end().replace("sha256=", "");
    let said = verify("github", &bare);
    assert!(said.contains("only the signature, without `sha256=` before it"), "{said}");
    assert!(said.contains("after one change: write the signature as the scheme does"), "{said}");
    assert!(!said.contains("base64 is expected"), "{said}");
    assert_eq!(said.matches("next: ").count(), 1, "{said}");
    let hex = bare.split_once(": ").unwrap().1;
    let said = verify("stripe", &format!("Stripe-Signature: {}", hex.replace('a', "b")));
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains("only the signature, without `v1=` before it and `t=` next to it"),
        "{said}"
    );
    assert_eq!(said.matches("next: ").count(), 1, "{said}");
}
