//! `schemes`: the list, one in full, the table to copy from.

use std::fs;

use hookprint::signature::loader;

use crate::harness::{Tool, assert_golden, steady};

#[test]
fn the_list_has_all_and_can_be_filtered() {
    let all = Tool::new(["schemes"]).run().code(0).stdout;
    for name in loader::names() {
        assert!(all.lines().any(|line| line.starts_with(name)), "{name}");
    }
    assert!(all.lines().all(|line| line.chars().count() <= 100));
    let items = Tool::new(["schemes", "--filter", "SHA1", "--format", "ndjson"]).run().code(0);
    let items = items.ndjson();
    assert!(items.len() > 5 && items.len() < 30);
    assert!(items.iter().all(|item| item.to_string().to_lowercase().contains("sha1")));
    Tool::new(["schemes", "--filter", "no such text"]).run().code(3);
}

#[test]
fn one_in_full_has_an_example_that_verifies_and_its_source() {
    let item = Tool::new(["schemes", "kindly", "--json"]).run().code(0).item();
    let facts = &item["facts"];
    assert!(facts["source"].as_str().unwrap().starts_with("https://"));
    assert_eq!((&facts["read_on"], &facts["grade"]), (&"2026-11-22".into(), &"confirmed".into()));
    let example = facts["example"].as_array().unwrap();
    let headers = example.iter().flat_map(|line| ["--header", line.as_str().unwrap()]);
    Tool::new(["verify", "-", "--scheme", "kindly", "--secret", "env:S"])
        .args(headers.collect::<Vec<_>>().as_slice())
        .env("S", "00112233445566778899aabbccddeeff")
        .stdin("{\"foo\":1,\"bar\":2}")
        .run()
        .code(0);
    let page = Tool::new(["schemes", "kindly"]).run().code(0).stdout;
    assert!(page.starts_with("kindly  Kindly\n"), "{page}");
    assert!(page.contains("https://docs.kindly.ai/guides-and-examples/hmac"), "{page}");
    let unknown = Tool::new(["schemes", "hubspot"]).run().code(2).stderr;
    assert!(unknown.contains("did you mean hubspot-v3"), "{unknown}");
}

#[test]
fn what_is_known_of_a_scheme_is_said_to_be_old_after_120_days() {
    let show =
        |at: &str, more: &[&str]| Tool::new(["schemes", "--at", at]).args(more).run().code(0);
    let findings = |at: &str, name: &str| {
        show(at, &[name, "--json"]).item()["findings"].as_array().unwrap().clone()
    };
    assert!(findings("2027-03-22T23:59:00Z", "stripe").is_empty());
    let old = findings("2027-03-23T00:00:00Z", "stripe");
    assert_eq!((&old[0]["code"], &old[0]["severity"]), (&"scheme-fact-old".into(), &"info".into()));
    assert!(findings("2037-03-23", "jwt").is_empty(), "a standard does not age");
    let page = show("2027-03-23", &["stripe"]).stdout;
    assert!(page.contains("how Stripe signs was read on 2026-11-22, 121 days ago"), "{page}");
    assert!(page.contains("check https://github.com/stripe/"), "{page}");
}

/// What `--toml` prints is a file that `--scheme-file` reads, with the same meaning.
#[test]
fn every_table_printed_can_be_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy.toml");
    for name in ["stripe", "adyen-standard", "gitlab", "docusign"] {
        let table = Tool::new(["schemes", name, "--toml"]).run().code(0).stdout;
        fs::write(&path, &table).unwrap();
        let file = path.to_str().unwrap();
        let run =
            |args: &[&str]| Tool::new(["schemes", name, "--json"]).args(args).run().code(0).item();
        assert_eq!(run(&["--scheme-file", file])["facts"], run(&[])["facts"], "{name}");
    }
}

#[test]
fn the_standards_are_listed_and_shown() {
    let all = Tool::new(["schemes"]).run().code(0).stdout;
    for name in ["jwt", "google-id-token", "http-message-signature"] {
        assert!(all.lines().any(|line| line.starts_with(name)), "{name}");
        let page = Tool::new(["schemes", name]).run().code(0).stdout;
        assert!(page.starts_with(&format!("{name}  ")), "{page}");
        for word in ["options", "--tolerance DURATION", "example", "source", "https://"] {
            assert!(page.contains(word), "{name}: {word}: {page}");
        }
        for format in
            ["json", "ndjson", "csv", "junit", "sarif", "github", "markdown", "nagios", "html"]
        {
            Tool::new(["schemes", name, "--format", format]).run().code(0);
        }
        let toml = Tool::new(["schemes", name, "--toml"]).run().code(2).stderr;
        assert!(toml.contains("not a table that can be copied"), "{toml}");
    }
    let facts = Tool::new(["schemes", "jwt", "--json"]).run().code(0).item()["facts"].clone();
    let header = facts["example"][0].as_str().unwrap();
    Tool::new(["verify", "-", "--scheme", "jwt", "--secret", "env:S", "--header", header])
        .args(["--at", "2026-11-22T05:00:00Z"])
        .env("S", "00112233445566778899aabbccddeeff")
        .stdin("{}")
        .run()
        .code(0);
    let facts = Tool::new(["schemes", "http-message-signature", "--json"]).run().code(0).item();
    let lines = facts["facts"]["example"].as_array().unwrap().clone();
    let lines = lines.iter().flat_map(|line| ["--header", line.as_str().unwrap()]);
    Tool::new(["verify", "-", "--scheme", "http-message-signature", "--secret", "env:S"])
        .args(lines.collect::<Vec<_>>())
        .args(["--url", "https://hooks.example/in", "--header", "Content-Type: application/json"])
        .args(["--at", "2026-11-22T05:00:00Z"])
        .env("S", "00112233445566778899aabbccddeeff")
        .stdin("{\"foo\":1,\"bar\":2}")
        .run()
        .code(0);
    let unknown = Tool::new(["schemes", "google"]).run().code(2).stderr;
    assert!(unknown.contains("google-id-token"), "{unknown}");
}

/// A file from a stranger takes no name that is taken, and lets no secret travel, unless it may.
#[test]
fn a_scheme_file_may_do_only_what_it_is_allowed_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("schemes.toml");
    let write = |text: &str| fs::write(&path, text).unwrap();
    let run = |verb: &str, more: &[&str]| {
        let scheme = ["--secret", "env:S", "--scheme-file", path.to_str().unwrap()];
        let signature = if verb == "verify" { &["--signature", "00"][..] } else { &[] };
        Tool::new([verb, "-"])
            .args([&scheme[..], signature, more].concat())
            .env("S", "0123456789abcdef0123456789abcdef")
            .stdin("{}")
            .run()
    };
    write("[stripe]\nsignature = \"X-Trace\"\nalg = \"token\"\n");
    for verb in ["sign", "verify"] {
        let outcome = run(verb, &["--scheme", "stripe"]).code(2);
        assert!(outcome.stderr.contains("has the name of a built-in one"), "{}", outcome.stderr);
        let outcome = run(verb, &["--scheme", "stripe", "--override-scheme"]).code(2);
        assert!(outcome.stderr.contains("--allow-token-scheme"), "{}", outcome.stderr);
        assert_eq!(outcome.stdout, "");
    }
    let allowed = ["--scheme", "stripe", "--override-scheme", "--allow-token-scheme"];
    let outcome = run("sign", &allowed).code(0);
    assert!(outcome.stderr.contains("scheme stripe is the one of "), "{}", outcome.stderr);
    assert_eq!(outcome.stdout, "X-Trace: 0123456789abcdef0123456789abcdef\n");

    // A token by another name, and by inheritance.
    write("[mine]\nextends = \"telegram\"\nsignature = \"X-Trace\"\n");
    assert_eq!(run("sign", &["--scheme", "mine"]).code(2).stdout, "");
    assert_eq!(run("sign", &[]).code(2).stdout, "");
    run("sign", &["--scheme", "telegram"]).code(0);
    for name in ["auto", "jwt", "hmac-sha256"] {
        write(&format!("[{name}]\nsignature = \"X\"\nencoding = \"hex\"\n"));
        let outcome = run("sign", &["--scheme", name, "--override-scheme"]);
        assert!(name == "jwt" || outcome.stderr.contains("is reserved"), "{}", outcome.stderr);
    }
}

#[test]
fn the_schemes_without_a_sender_are_listed() {
    let found = Tool::new(["schemes", "--filter", "hmac-sha512", "--json"]).run().code(0).json();
    let items = found["items"].as_array().unwrap();
    assert!(items.iter().any(|item| item["subject"] == "hmac-sha512"), "{found}");
}

/// On a narrow terminal a row goes on below; in a file it is a line.
#[test]
fn rows_fit_the_terminal() {
    for columns in [60, 80] {
        let tool = Tool::new(["schemes"]).env("COLUMNS", columns.to_string());
        let text = tool.run().code(0).stdout;
        let long = text.lines().find(|line| line.chars().count() > columns);
        assert_eq!(long, None, "{columns}");
        assert!(text.contains("http-message-signature"), "{text}");
    }
    let lines = Tool::new(["schemes"]).run().code(0).stdout.lines().count();
    assert!(lines > loader::names().count(), "{lines}");
}

#[test]
fn what_people_see() {
    let cases: [(&str, &[&str], i32); 8] = [
        ("all", &[], 0),
        ("filtered", &["--filter", "sha1"], 0),
        ("none", &["--filter", "no such text"], 3),
        ("stripe", &["stripe"], 0),
        ("kindly", &["kindly", "-v"], 0),
        ("adyen-standard", &["adyen-standard"], 0),
        ("google-id-token", &["google-id-token"], 0),
        ("table", &["stripe", "--toml"], 0),
    ];
    for (name, more, code) in cases {
        let run = |columns: &str, format: &[&str]| {
            let args = [&["schemes", "--at", "2026-11-25T00:00:00Z"], more, format].concat();
            steady(&Tool::new(args).env("COLUMNS", columns).run().code(code).stdout)
        };
        for columns in ["80", "120"] {
            assert_golden(&format!("schemes/{name}-{columns}.txt"), &run(columns, &[]));
        }
        assert_golden(&format!("schemes/{name}.json"), &run("80", &["--json"]));
    }
}
