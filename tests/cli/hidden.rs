//! Where the signature is the secret itself, no output shows it; `sign` is asked for it, and says so.

use crate::harness::Tool;

const SECRET: &str = "s3cret-0123456789abcdef";

#[test]
fn a_secret_that_travels_in_a_header_is_not_shown() {
    for scheme in ["gitlab-token", "telegram"] {
        let args = ["--resign", scheme, "--secret", "env:S", "--dry-run"];
        for (format, shows) in [("human", true), ("json", true), ("csv", true), ("markdown", false)]
        {
            let to = ["--payload", "-", "--to", "https://a.example", "--format", format, "-v"];
            let tool = Tool::new(["replay"]).args(to).args(args).env("S", SECRET).stdin("{}");
            let outcome = tool.run().code(0);
            let all = format!("{}{}", outcome.stdout, outcome.stderr);
            assert!(!all.contains(SECRET), "{scheme} {format}: {all}");
            assert_eq!(all.contains("(the secret)"), shows, "{scheme} {format}: {all}");
        }
        let length = |secret: &str| {
            let to = ["--payload", "-", "--to", "https://a.example", "--json"];
            let tool = Tool::new(["replay"]).args(to).args(args).env("S", secret).stdin("{}");
            tool.run().code(0).item()["facts"]["request_bytes"].as_u64().unwrap()
        };
        let longer = format!("{SECRET}abc");
        assert_eq!(length(&longer), length(SECRET) + 3, "the length is that of what is sent");

        let verify = ["verify", "-", "--scheme", scheme, "--secret", "env:S", "--show-expected"];
        for signature in [SECRET, "wrong"] {
            let tool = Tool::new(verify).args(["--signature", signature, "-v"]);
            let outcome = tool.env("S", SECRET).stdin("{}").run();
            assert!(!format!("{}{}", outcome.stdout, outcome.stderr).contains(SECRET), "{scheme}");
            let tool = Tool::new(verify).args(["--signature", signature, "--json"]);
            let item = tool.env("S", SECRET).stdin("{}").run().item();
            assert_eq!(item["facts"]["expected"], serde_json::json!(["(the secret)"]), "{scheme}");
        }
        let sign = ["sign", "-", "--scheme", scheme, "--secret", "env:S"];
        let outcome = Tool::new(sign).env("S", SECRET).stdin("{}").run().code(0);
        assert!(outcome.stdout.contains(SECRET), "{}", outcome.stdout);
        assert!(
            outcome.stderr.contains("the signature is the secret itself"),
            "{}",
            outcome.stderr
        );
    }
}

/// Made of what signing secrets and tokens are made of.
const TYPED: &[&str] = &[
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "3f2a9c4b7d1e8f60a5b2c3d4e5f60718",
    "/bGcvU5Jq/x0Z9k=",
];

#[test]
fn a_secret_that_was_typed_where_a_name_belongs_is_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    for typed in TYPED {
        let (env, file, pin) =
            (format!("env:{typed}"), format!("file:{typed}"), format!("@{typed}"));
        let labelled = format!("new={env}");
        for (args, code) in [
            (&["verify", "-", "--scheme", "github", "--secret", &env][..], 2),
            (&["verify", "-", "--scheme", "github", "--secret", &labelled], 2),
            (&["verify", "-", "--scheme", "github", "--secret", &file], 3),
            (&["verify", typed, "--scheme", "github", "--secret", "env:KEY"], 3),
            (&["verify", "-", typed, "--scheme", "github", "--secret", "env:KEY"], 2),
            (&["verify", "-", "--scheme", typed, "--secret", "env:KEY"], 2),
            (&["verify", "-", "--scheme", "jwt", "--jwks", typed], 3),
            (&["verify", "-", "--scheme-file", typed, "--secret", "env:KEY"], 3),
            (&["sign", "-", "--scheme", "github", "--secret", &env], 2),
            (&["sign", typed, "--scheme", "github", "--secret", "env:KEY"], 3),
            (&["sign", "-", "--scheme", "github", "--secret", &file], 3),
            (&["replay", typed, "--to", "https://127.0.0.1:1"], 3),
            (&["replay", "--payload", typed, "--to", "https://127.0.0.1:1"], 3),
            (&["inspect", typed], 3),
            (&["inspect", "-", "--password", &env], 2),
            (&["inspect", "-", "--key", typed], 3),
            (&["inspect", "-", "--ca", typed], 3),
            (&["inspect", "-", "--pin", &pin], 3),
            (&["thumbprint", "127.0.0.1:1", "--cert", typed], 3),
            (&["listen", "--addr", ":0", "--verify", "github", "--secret", &env], 2),
            (&["mint", "--password", &file, "made"], 3),
            (&[typed], 2),
            (&["verify", "-", "--format", typed], 2),
        ] {
            for format in [&[][..], &["--json"]] {
                let tool = Tool::new(args).args(format).env("KEY", SECRET).stdin("{}");
                let outcome = tool.dir(folder.path()).run();
                let all = format!("{}{}", outcome.stdout, outcome.stderr);
                assert!(!all.contains(typed), "{args:?}: {all}");
                outcome.code(code);
            }
        }
    }
    let said = |secret: &str| {
        let args = ["sign", "-", "--scheme", "github", "--secret", secret];
        Tool::new(args).dir(folder.path()).run().stderr
    };
    assert!(said("env:MISSING_2").contains("environment variable MISSING_2 is not set"));
    assert!(said("env:hunter2").contains("env:SECRET, not env:$SECRET"));
    assert!(said("file:missing.txt").contains("missing.txt: no such file"));
    assert!(said("file:hunter2").contains("(not repeated): no such file"));
}

#[test]
fn no_format_writes_a_character_that_moves_or_hides_text() {
    let folder = tempfile::tempdir().unwrap();
    let name = "a\u{202e}b\u{200b}c\u{9b}d\u{2066}\u{e0041}é.pem";
    std::fs::write(folder.path().join(name), "no certificate").unwrap();
    for format in [
        "human",
        "json",
        "ndjson",
        "csv",
        "markdown",
        "sarif",
        "junit",
        "github",
        "prometheus",
        "nagios",
    ] {
        let tool = Tool::new(["inspect", name, "--format", format]).dir(folder.path());
        let shown = tool.run().stdout;
        let is_plain =
            |char: char| "\r\n".contains(char) || !hookprint::invisible::is_dangerous(char);
        assert!(!shown.is_empty() && shown.chars().all(is_plain), "{format}: {shown:?}");
    }
    let tool = Tool::new(["inspect", name, "--json"]).dir(folder.path());
    assert_eq!(tool.run().item()["subject"], name);
}
