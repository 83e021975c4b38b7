//! `schemes`: the list, one in full, the table to copy from.

use std::fs;

use hookprint::signature::loader;

use crate::harness::Tool;

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
    let header = facts["example"][0].as_str().unwrap();
    Tool::new(["verify", "-", "--scheme", "kindly", "--secret", "env:S", "--header", header])
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
        for format in ["json", "ndjson", "csv", "junit", "sarif", "github", "markdown", "nagios"] {
            Tool::new(["schemes", name, "--format", format]).run().code(0);
        }
        let toml = Tool::new(["schemes", name, "--toml"]).run().code(2).stderr;
        assert!(toml.contains("no table that could be copied"), "{toml}");
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
        .env("S", "00112233445566778899aabbccddeeff")
        .stdin("{\"foo\":1,\"bar\":2}")
        .run()
        .code(0);
    let unknown = Tool::new(["schemes", "google"]).run().code(2).stderr;
    assert!(unknown.contains("google-id-token"), "{unknown}");
}
