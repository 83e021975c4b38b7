//! Captures as other people's compressors leave them.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::harness::Tool;
use crate::needs;

tests!(what_compressors_write_is_read);

/// The numbers of the requests that are read of it.
fn seen(folder: &Path, name: &str) -> Vec<String> {
    let verify = ["verify", name, "--scheme", "github", "--secret", "env:S", "--format", "ndjson"];
    let tool = Tool::new(verify).args(["--no-diagnose"]).env("S", "0123456789abcdef").dir(folder);
    let items = tool.run().code(1).ndjson();
    let subject = |item: &serde_json::Value| item["subject"].as_str().unwrap().to_owned();
    items.iter().map(|item| subject(item).replacen(name, "", 1)).collect()
}

fn what_compressors_write_is_read() {
    needs::programs(&["gzip", "zstd"]);
    let folder = tempfile::tempdir().unwrap();
    let line = |n: u64| {
        format!(
            "{{\"startedDateTime\":\"2026-11-22T05:00:00Z\",\"request\":{{\"method\":\"POST\",\
             \"url\":\"https://a/{:x}\",\"headers\":[]}}}}\n",
            n.wrapping_mul(n) * 2_654_435_761
        )
    };
    let text: String = (0..4_000).map(line).collect();
    fs::write(folder.path().join("plain"), &text).unwrap();
    let plain = seen(folder.path(), "plain");
    assert_eq!(plain.len(), 4_000);
    for (line, name) in [
        ("gzip -1 -c plain > a", "a"),
        ("gzip -9 -c plain > b", "b"),
        // In pieces, as a rotation leaves them.
        ("split -l 900 plain p. && for p in p.*; do gzip -c $p; done > c", "c"),
        ("zstd -q -1 plain -o d", "d"),
        ("zstd -q --ultra -22 --no-check plain -o e", "e"),
        ("zstd -q -3 --long=27 -T2 -c < plain > f", "f"),
        ("for p in p.*; do zstd -q -19 -c $p; done > g", "g"),
    ] {
        let run = Command::new("sh").args(["-c", line]).current_dir(folder.path()).status();
        assert!(run.unwrap().success(), "{line}");
        assert_eq!(seen(folder.path(), name), plain, "{line}");
    }
}
