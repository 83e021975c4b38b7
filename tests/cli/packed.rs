//! Compressed input by command: read like what is in it, cut off and bombs named; a payload is signed as
//! it is.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use crate::harness::{Outcome, Pki, Receiver, Tool};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

/// A capture of so many requests, each with another body.
fn capture(count: usize) -> String {
    let line = |n: usize| {
        format!(
            "{{\"startedDateTime\":\"2026-11-22T05:00:00Z\",\"request\":{{\"method\":\"POST\",\
             \"url\":\"https://a/{n}\",\"headers\":[],\"postData\":{{\"text\":\"{}\"}}}}}}\n",
            n * n * 2_654_435_761
        )
    };
    (0..count).map(line).collect()
}

fn verify(folder: &Path, args: &[&str]) -> Outcome {
    let usual = ["verify", "--scheme", "github", "--secret", "env:S", "--format", "ndjson"];
    let usual = [&usual[..], &["--no-diagnose"]].concat();
    Tool::new(usual).args(args).env("S", "0123456789abcdef").dir(folder).run()
}

fn without_times(outcome: &Outcome) -> Vec<serde_json::Value> {
    let mut items = outcome.ndjson();
    items.iter_mut().for_each(|item| item["elapsed_ms"] = 0.into());
    items
}

#[test]
fn captures_are_verified_as_if_they_were_not_compressed() {
    let folder = tempfile::tempdir().unwrap();
    let text = capture(3_000);
    fs::write(folder.path().join("plain"), &text).unwrap();
    let plain = without_times(&verify(folder.path(), &["plain"]).code(1));
    assert_eq!(plain.len(), 3_000);
    let (start, end) = text.split_at(100_000);
    for packed in [gzip, zstd] {
        // Two members, as two runs of a logger leave them.
        let packed = [packed(start.as_bytes()), packed(end.as_bytes())].concat();
        fs::write(folder.path().join("plain"), &packed).unwrap();
        assert_eq!(without_times(&verify(folder.path(), &["plain"]).code(1)), plain);
        let cut = &packed[..packed.len() - 40];
        fs::write(folder.path().join("plain"), cut).unwrap();
        let mut seen = without_times(&verify(folder.path(), &["plain"]).code(1));
        let failure = seen.pop().unwrap()["failure"].clone();
        assert_eq!(failure["code"], "malformed");
        let message = failure["message"].as_str().unwrap();
        assert!(message.contains("data is truncated after"), "{message}");
        // The last line that came may be cut off, too; all before it are as they were.
        let torn = seen.pop_if(|item| item["failure"]["code"] == "capture-torn");
        assert!(seen.len() + usize::from(torn.is_some()) > 1, "{seen:?}");
        assert!(plain.starts_with(&seen));
    }
}

#[test]
fn a_capture_of_which_nothing_is_left_is_cut_off_and_no_payload() {
    let folder = tempfile::tempdir().unwrap();
    for (packed, kind) in [(gzip as fn(&[u8]) -> Vec<u8>, "gzip"), (zstd, "zstd")] {
        let packed = packed(capture(20).as_bytes());
        fs::write(folder.path().join("cut"), &packed[..packed.len().min(30)]).unwrap();
        let failure = verify(folder.path(), &["cut"]).code(3).ndjson()[0]["failure"].clone();
        let message = failure["message"].as_str().unwrap_or_default();
        assert!(message.contains(&format!("{kind} data is truncated")), "{failure}");
    }
}

#[test]
fn a_bomb_is_named_with_its_ratio_which_can_be_raised() {
    let folder = tempfile::tempdir().unwrap();
    let line = capture(1);
    fs::write(folder.path().join("bomb"), gzip(line.repeat(30_000).as_bytes())).unwrap();
    let seen = verify(folder.path(), &["bomb", "--max-ratio", "20"]).code(1).ndjson();
    let failure = &seen.last().unwrap()["failure"];
    assert_eq!(failure["code"], "too-large");
    assert_eq!(failure["message"], "unpacks to more than 20 times its size");
    assert!(failure["help"].as_str().unwrap().contains("--max-ratio"));
    assert!((2..30_000).contains(&seen.len()));
    let all = verify(folder.path(), &["bomb", "--max-ratio", "100000"]).code(1).ndjson();
    assert_eq!(all.len(), 30_000);
    assert!(
        verify(folder.path(), &["bomb", "--max-ratio", "0"]).code(2).stderr.contains("1 or more")
    );
}

#[test]
fn a_payload_is_what_was_signed_compressed_or_not() {
    let folder = tempfile::tempdir().unwrap();
    for body in [gzip(b"{}"), gzip(capture(2).as_bytes())] {
        fs::write(folder.path().join("body"), &body).unwrap();
        let sign =
            ["sign", "body", "--scheme", "github", "--secret", "env:S", "--only", "signature"];
        let sign = Tool::new(sign).env("S", "0123456789abcdef").dir(folder.path()).run().code(0);
        verify(folder.path(), &["body", "--signature", sign.stdout.trim()]).code(0);
    }
}

#[test]
fn captures_are_sent_again_and_targets_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let receiver = Receiver::always(OK);
    for packed in [gzip, zstd] {
        fs::write(folder.path().join("a"), packed(capture(5).as_bytes())).unwrap();
        let replay = ["replay", "a", "--to", &receiver.url(), "--quiet"];
        Tool::new(replay).dir(folder.path()).run().code(0);

        fs::write(folder.path().join("targets"), packed(b"127.0.0.1:1\nno host\n127.0.0.1:2"))
            .unwrap();
        let looked = ["thumbprint", "--targets", "targets", "--format", "ndjson"];
        let looked = Tool::new(looked).dir(folder.path()).run().code(3).ndjson();
        let subjects: Vec<_> =
            looked.iter().map(|item| item["subject"].as_str().unwrap()).collect();
        assert_eq!(subjects.len(), 3, "{subjects:?}");
    }
    assert_eq!(receiver.received().len(), 10);
    let packed = zstd(b"127.0.0.1:1\n127.0.0.1:2\n");
    let looked = ["thumbprint", "--targets", "-", "--format", "ndjson"];
    let looked = Tool::new(looked).stdin(&packed[..packed.len() - 5]).run().code(3).ndjson();
    let said = looked.last().unwrap()["failure"]["message"].as_str().unwrap().to_owned();
    assert!(said.contains("is truncated after"), "{said}");
}

/// A small capture of each format that came to be read last, as fuzzing starts from it.
const SAMPLES: [&str; 9] = [
    "bruno",
    "bruno_export",
    "insomnia",
    "ngrok",
    "postman",
    "request_bin",
    "sqs",
    "vegeta",
    "webhook_site",
];

fn sample(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    fs::read_to_string(root.join(format!("capture_{name}/sample"))).unwrap()
}

#[test]
fn every_format_is_read_compressed_as_it_is_read_else() {
    let folder = tempfile::tempdir().unwrap();
    let drafts = |bytes: &[u8]| {
        fs::write(folder.path().join("a"), bytes).unwrap();
        let replay =
            ["replay", "a", "--to", "http://127.0.0.1:1", "--dry-run", "--format", "ndjson"];
        without_times(&Tool::new(replay).dir(folder.path()).run().code(0))
    };
    for name in SAMPLES {
        let text = sample(name);
        let plain = drafts(text.as_bytes());
        assert!(!plain.is_empty(), "{name}");
        for packed in [gzip, zstd] {
            assert_eq!(drafts(&packed(text.as_bytes())), plain, "{name}");
        }
    }
}

#[test]
fn a_bomb_of_any_format_is_refused_with_its_ratio() {
    let folder = tempfile::tempdir().unwrap();
    for name in SAMPLES {
        let text = sample(name);
        // Blanks in the first object of a list, or behind all.
        let at = text.find("[{").map_or(text.len(), |at| at + 2);
        let blanks = if text.contains("[{") { " " } else { "\n" }.repeat(40 << 20);
        let bomb = gzip([&text[..at], &blanks, &text[at..]].concat().as_bytes());
        fs::write(folder.path().join("a"), bomb).unwrap();
        let replay = ["replay", "a", "--to", "http://127.0.0.1:1", "--dry-run", "--json"];
        let failure = Tool::new(replay).dir(folder.path()).run().code(3).item()["failure"].clone();
        assert_eq!(failure["code"], "too-large", "{name}: {failure}");
        let message = failure["message"].as_str().unwrap();
        assert!(message.ends_with("unpacks to more than 200 times its size"), "{name}: {message}");
    }
}

#[test]
fn a_compressed_bundle_is_inspected_when_it_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let pki = Pki::new("the authority");
    let pem = pki.ca.certificate_pem.as_bytes();
    let packed = gzip(pem);
    fs::write(folder.path().join("ca.pem.gz"), &packed).unwrap();
    let inspect = |args: &[&str]| Tool::new(["inspect", "--json"]).args(args).dir(folder.path());
    let plain = inspect(&["-"]).stdin(pem).run().code(0).item()["facts"].clone();
    assert_eq!(inspect(&["ca.pem.gz"]).run().code(0).item()["facts"], plain);
    assert_eq!(inspect(&["-"]).stdin(packed.clone()).run().code(0).item()["facts"], plain);
    fs::write(folder.path().join("ca.pem.gz"), &packed[..packed.len() - 3]).unwrap();
    let failure = inspect(&["ca.pem.gz"]).run().code(3).item()["failure"].clone();
    assert!(failure["message"].as_str().unwrap().contains("is truncated after"), "{failure}");
}
