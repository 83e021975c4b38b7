//! Where the signature is the secret itself, no output shows it; `sign` is asked for it, and says so.

use crate::harness::Tool;
use crate::harness::receiver::Receiver;

const SECRET: &str = "s3cret-0123456789abcdef";

#[test]
fn a_secret_that_travels_in_a_header_is_not_shown() {
    for scheme in ["gitlab-token", "telegram"] {
        let args = ["--resign", scheme, "--secret", "env:S", "--dry-run"];
        for (format, shows) in
            [("human", true), ("json", true), ("csv", true), ("markdown", false), ("html", true)]
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
    assert!(said("file:hunter2").contains("(not shown): no such file"));
}

/// A good password may be a word with a number.
#[test]
fn a_short_word_with_a_number_is_not_repeated_where_a_known_word_belongs() {
    let folder = tempfile::tempdir().unwrap();
    for (args, code) in [
        (&["hunter2"][..], 2),
        (&["schemes", "--format", "hunter2"], 2),
        (&["schemes", "--report", "hunter2=x"], 2),
        (&["verify", "-", "--scheme", "hunter2", "--secret", "env:KEY"], 2),
        (&["thumbprint", "127.0.0.1:1", "--starttls", "hunter2"], 2),
        (&["thumbprint", "file:hunter2"], 3),
        (&["thumbprint", "file:hunter2", "--json"], 3),
    ] {
        let outcome = Tool::new(args).env("KEY", SECRET).stdin("{}").dir(folder.path()).run();
        let all = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(!all.contains("hunter2") && all.contains("not shown"), "{args:?}: {all}");
        outcome.code(code);
    }
    let said = |args: &[&str]| Tool::new(args).run().code(2).stderr;
    assert!(said(&["schemes", "--frobnicate2"]).contains("--frobnicate2"));
    assert!(said(&["verifi"]).contains("verifi"));
}

/// What lets its holder in, in a URL: in its query, before its host, in its path.
const OPEN: &str =
    "https://hooks.example/services/T00/B00/aZbYcXdWeVfUgThSiRjQkPlO?token=hunter2&a=1";

#[test]
fn errors_do_not_repeat_credentials_of_urls() {
    for (args, code) in [
        (&["thumbprint", "https://a.example:x/in?token=hunter2"][..], 2),
        (&["thumbprint", "https://me:hunter2/@a.example"], 2),
        (&["replay", "-", "--to", "https://a.example:x/in?sig=hunter2"], 2),
        (&["replay", "-", "--to", "https://me:hunter2@a.example"], 2),
        (&["listen", "--forward", "http://me:hunter2@a.example"], 2),
        (&["verify", "-", "--scheme", "jwt", "--jwks", "http://127.0.0.1:1/?token=hunter2"], 3),
        (&["verify", "-", "--scheme", "jwt", "--offline", "--jwks", "https://a/?key=hunter2"], 3),
    ] {
        for format in ["human", "json"] {
            let outcome = Tool::new(args).args(["--format", format]).stdin("{}").run();
            let all = format!("{}{}", outcome.stdout, outcome.stderr);
            assert!(!all.contains("hunter2") && !all.is_empty(), "{args:?}: {all}");
            outcome.code(code);
        }
    }
    let tool = Tool::new(["thumbprint", "--targets", "-", "--json"]);
    let item = tool.stdin("https://a.example:x/in?token=hunter2").run().item();
    assert_eq!(item["subject"], "https://a.example:x/in?token=***");
    assert!(!item.to_string().contains("hunter2"), "{item}");
}

#[test]
fn people_see_credentials_of_urls_when_they_ask_for_them_and_programs_see_what_was_sent() {
    let receiver = Receiver::always(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let path = OPEN.strip_prefix("https://hooks.example").unwrap();
    let said = |args: &[&str]| {
        let tool = Tool::new(["replay", "--payload", "-", "-v", "--to"]);
        tool.args([format!("{}{path}", receiver.url())]).args(args).stdin("{}").run().code(0).stdout
    };
    let masked = said(&[]);
    assert_eq!(masked.matches("/services/T00/B00/***?token=***&a=1").count(), 2, "{masked}");
    assert!(!masked.contains("hunter2") && !masked.contains("aZbYcXdW"), "{masked}");
    assert_eq!(said(&["--show-secrets"]).matches(path).count(), 2);
    let page = said(&["--format", "html"]);
    assert!(!page.contains("hunter2") && page.contains("?token=***&amp;a=1"), "{page}");
    assert!(said(&["--json"]).contains(path));
    assert!(receiver.received().iter().all(|one| one.head.contains(path)), "as it was");
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
        "html",
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
