//! `merge`: parts are the whole byte for byte, and parts that are none are named.

use std::fs;
use std::io::Write;
use std::path::Path;

use serde_json::Value;

use crate::harness::{Outcome, Tool, assert_golden};

const AT: &str = "2026-11-26T00:00:00Z";
const VERIFY: &[&str] =
    &["verify", "a.har.ndjson", "--scheme", "github", "--secret", "env:S", "--no-diagnose"];
const INSPECT: &[&str] = &["inspect", "stores", "--password", "env:P"];

fn run(folder: &Path, args: &[&str], more: &[&str]) -> Outcome {
    let tool = Tool::new(args).args(["--at", AT]).args(more).dir(folder);
    tool.env("S", "0123456789abcdef").env("P", "changeit").run()
}

/// Writes the rows of all parts, and returns their files.
fn parts(folder: &Path, args: &[&str], count: usize, more: &[&str]) -> Vec<String> {
    let part = |index: usize| {
        let (name, shard) = (format!("{index}.ndjson"), format!("{index}/{count}"));
        let part =
            ["--shard", &shard, "--format", "ndjson", "--output", &name, "--exit", "complete"];
        run(folder, args, &[&part, more].concat()).code(0);
        name
    };
    (1..=count).map(part).collect()
}

fn merge(folder: &Path, files: &[String], more: &[&str]) -> Outcome {
    let files: Vec<_> = files.iter().map(String::as_str).collect();
    run(folder, &["merge"], &[&files, more].concat())
}

/// Requests of which every third cannot be read, with blank lines and a long one among them.
fn capture(folder: &Path) {
    let line = |n: usize| match n % 7 {
        3 => "{\"startedDateTime\":\"2026-11-22T05:00:00Z\",\"req\r\n".to_owned(),
        5 => "\n".to_owned(),
        _ => format!(
            "{{\"startedDateTime\":\"{AT}\",\"request\":{{\"method\":\"POST\",\"url\":\"https://a/{n}\",\
             \"headers\":[],\"postData\":{{\"text\":\"\u{202e}{}\"}}}}}}\n",
            "x".repeat(if n == 40 { 300_000 } else { n })
        ),
    };
    let lines: String = (0..90).map(line).collect();
    fs::write(folder.join("a.har.ndjson"), lines.trim_end()).unwrap();
}

/// The folder with a capture, and with stores.
fn inputs() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    capture(folder.path());
    let stores = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/stores");
    fs::create_dir(folder.path().join("stores")).unwrap();
    for store in fs::read_dir(stores).unwrap().map(|entry| entry.unwrap().path()) {
        let copy = folder.path().join("stores").join(store.file_name().unwrap());
        fs::copy(&store, copy).unwrap();
    }
    folder
}

#[test]
fn the_parts_of_a_run_are_the_whole_byte_for_byte() {
    let folder = inputs();
    let folder = folder.path();
    for (args, counts) in [(VERIFY, &[1, 2, 7, 64][..]), (INSPECT, &[1, 3])] {
        for more in [&[][..], &["-q"], &["--shard-by", "hash"]] {
            let is_by_hash = more.len() == 2;
            let quiet = if is_by_hash { &[] } else { more };
            let numbered = [quiet, &["--format", "ndjson", "--end-mark"]].concat();
            let whole = run(folder, args, &numbered);
            for count in counts {
                let mut files = parts(folder, args, *count, more);
                files.reverse();
                let merged = merge(folder, &files, &["--format", "ndjson"]).code(whole.code);
                let rows = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
                let (mut expected, mut merged) = (rows(&whole.stdout), rows(&merged.stdout));
                if is_by_hash {
                    // Another way to divide is another option.
                    for last in [expected.last_mut().unwrap(), merged.last_mut().unwrap()] {
                        let mut end: Value = serde_json::from_str(last).unwrap();
                        end["end"]["input_sha256"] = Value::Null;
                        *last = end.to_string();
                    }
                }
                assert!(merged == expected, "{args:?} {more:?} {count}: {merged:#?} {expected:#?}");
            }
        }
    }
}

/// Certificates, findings and failures of a row are read back from it.
#[test]
fn every_format_says_of_merged_rows_what_it_says_of_the_run() {
    let folder = inputs();
    let folder = folder.path();
    let files = parts(folder, INSPECT, 3, &[]);
    for format in ["ics", "sarif", "github", "junit", "nagios", "markdown"] {
        let own = run(folder, INSPECT, &["--format", format]);
        let merged = merge(folder, &files, &["--format", format]).code(own.code);
        let without_command = |text: &str| text.replace("inspect", "merge");
        let lines = |text: &str| {
            let mut lines: Vec<_> = without_command(text).lines().map(str::to_owned).collect();
            lines.retain(|line| !line.contains("time=\""));
            lines
        };
        assert_eq!(lines(&merged.stdout), lines(&own.stdout), "{format}");
    }
    let own = run(folder, INSPECT, &["--format", "csv"]);
    let merged = merge(folder, &files, &["--format", "csv"]).code(own.code);
    // What a row does not say: the time it took; and which facts have room in a cell.
    let certificates = |text: &str| {
        let rows = text.lines().filter(|line| !line.starts_with("item,"));
        rows.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(certificates(&merged.stdout), certificates(&own.stdout));
    assert!(certificates(&own.stdout).len() > 20);
    let own = run(folder, INSPECT, &["--format", "prometheus"]).stdout;
    let merged = merge(folder, &files, &["--format", "prometheus"]).stdout;
    let dated = |text: &str| {
        let series = text.lines().filter(|line| !line.contains("elapsed"));
        series.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(dated(&merged), dated(&own));
    let report = merge(folder, &files, &["--json"]).json();
    assert_eq!(report["command"], "merge");
    assert_eq!(report["items"][0]["n"], 0);
    let own = run(folder, INSPECT, &["--json"]).json();
    assert_eq!(report["summary"], own["summary"]);
    for (merged, own) in
        report["items"].as_array().unwrap().iter().zip(own["items"].as_array().unwrap())
    {
        assert_eq!(merged["facts"], own["facts"]);
    }
}

/// The failures of a merge, as `code subject: message`.
fn problems(outcome: &Outcome) -> Vec<String> {
    let items = outcome.ndjson();
    let failures = items.iter().filter(|item| item.get("end").is_none());
    let text = |item: &Value, key: &str| item[key].as_str().unwrap_or_default().to_owned();
    failures
        .map(|item| {
            let failure = &item["failure"];
            format!(
                "{} {}: {}",
                text(failure, "code"),
                text(item, "subject"),
                text(failure, "message")
            )
        })
        .collect()
}

#[test]
fn parts_that_are_missing_doubled_torn_or_of_something_else_are_named() {
    let folder = inputs();
    let folder = folder.path();
    let files = parts(folder, VERIFY, 7, &[]);
    let merged = |files: &[String], more: &[&str]| {
        let more = [more, &["--format", "ndjson"]].concat();
        problems(&merge(folder, files, &more).code(3))
    };
    assert_eq!(merged(&files[..1], &[]), ["shard-missing shards: missing shards (of 7): 2 to 7"]);
    let some: Vec<_> = [1, 2, 4].map(|index| files[index].clone()).into();
    assert_eq!(
        merged(&some, &["--expect", "8"]),
        [
            "shard-missing shards: missing shards (of 7): 1, 4, 6 to 7",
            "count-differs shards: 7 shards, not 8"
        ]
    );
    let twice = [&files[..], &files[2..3]].concat();
    assert_eq!(merged(&twice, &[]), ["shard-double 3.ndjson: shard 3/7 is in 3.ndjson too"]);

    let text = fs::read_to_string(folder.join("4.ndjson")).unwrap();
    let write = |text: &str| fs::write(folder.join("4.ndjson"), text).unwrap();
    for (cut, why) in [
        (0, "the file is empty"),
        (text.len() - 1, "its last line is cut off"),
        (text.len() - 90, "its last line is cut off"),
        (text.trim_end().rfind('\n').unwrap() + 1, "its last line is not an end mark"),
        (text.find('\n').unwrap() + 1, "its last line is not an end mark"),
    ] {
        write(&text[..cut]);
        assert_eq!(merged(&files, &[]), [format!("end-mark-missing 4.ndjson: {why}")], "{cut}");
    }
    write(&text.replace("\"complete\":true", "\"complete\":false,\"next\":9"));
    assert_eq!(
        merged(&files, &[]),
        ["shard-missing 4.ndjson: shard 4/7 was interrupted before its end"]
    );
    fs::remove_file(folder.join("4.ndjson")).unwrap();
    assert_eq!(merged(&files, &[]), ["not-found 4.ndjson: no such file"]);

    let end = text.trim_end().rfind('\n').unwrap() + 1;
    let first = text.find('\n').unwrap() + 1;
    for (torn, problem) in [
        // A row less, a row that is none, one that is not in its place.
        (text[first..].to_owned(), "malformed 4.ndjson: its rows do not match its end mark"),
        (format!("{}{{}}\n{}", &text[..end], &text[end..]), "malformed 4.ndjson: line "),
        (
            format!("{}{}{}", &text[..end], &text[..first], &text[end..]),
            "malformed 4.ndjson: line ",
        ),
    ] {
        write(&torn);
        let outcome = merge(folder, &files, &["--format", "ndjson", "--fail-on", "never"]).code(3);
        let found = problems(&outcome).into_iter().find(|line| line.contains("4.ndjson:"));
        assert!(found.as_ref().is_some_and(|line| line.starts_with(problem)), "{found:?}");
        assert_eq!(outcome.ndjson().pop().unwrap()["end"]["complete"], false);
    }
    write(&text);

    // The same divided in another way, and the capture after somebody wrote to it.
    let of_two = run(folder, VERIFY, &["--shard", "1/2", "--format", "ndjson", "--output", "b"]);
    assert_ne!(of_two.code, 3);
    let others = ["1.ndjson".to_owned(), "b".to_owned()];
    let found = merged(&others, &[]);
    assert_eq!(found[0], "input-changed b: its shards differ from those of 1.ndjson");
    let capture = fs::read_to_string(folder.join("a.har.ndjson")).unwrap();
    fs::write(folder.join("a.har.ndjson"), capture + "\n\n").unwrap();
    run(folder, VERIFY, &["--shard", "2/7", "--format", "ndjson", "--output", "2.ndjson"]);
    let found = merged(&files, &[]);
    assert_eq!(
        found[0],
        "input-changed 2.ndjson: its input or options differ from those of 1.ndjson"
    );
}

#[test]
fn compressed_parts_are_read_and_people_are_told_in_a_line_each() {
    let folder = inputs();
    let folder = folder.path();
    let files = parts(folder, INSPECT, 2, &[]);
    let bytes = fs::read(folder.join("1.ndjson")).unwrap();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&bytes).unwrap();
    let packed = packed.finish().unwrap();
    let plain = merge(folder, &files, &["--format", "ndjson"]);
    fs::write(folder.join("1.ndjson"), &packed).unwrap();
    assert_eq!(merge(folder, &files, &["--format", "ndjson"]).stdout, plain.stdout);
    let told = merge(folder, &files, &["--expect", "2"]);
    assert_golden("merge/rows.txt", &told.stdout);
    let quiet = merge(folder, &files, &["-q"]);
    assert_golden("merge/quiet.txt", &quiet.stdout);
    let missing = merge(folder, &files[1..], &[]).code(3);
    assert_golden("merge/missing.txt", &missing.stdout);
    assert!(merge(folder, &["-".to_owned()], &[]).code(2).stderr.contains("standard input"));
}

/// All files are read side by side. A pipe among them has no end that could be looked at first.
#[cfg(unix)]
#[test]
fn more_parts_than_files_may_be_open_are_refused_before_anything_is_written() {
    let folder = inputs();
    let folder = folder.path();
    let files = parts(folder, VERIFY, 40, &[]);
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let rows = ["merge", "--format", "ndjson", "--at", AT];
    let merge = || Tool::new(rows).args(&files);
    // By default a shell allows fewer than it might.
    let soft = ["-c", "ulimit -Sn 40; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_hookprint")];
    let raised = std::process::Command::new("sh")
        .args(soft)
        .args(rows)
        .args(&files)
        .current_dir(folder)
        .output();
    let raised = raised.unwrap();
    let whole = merge().dir(folder).run().code(1);
    assert_eq!((raised.status.code(), raised.stdout), (Some(1), whole.stdout.into_bytes()));
    let few = merge().files(40).dir(folder).run().code(3);
    let message = "own-limit merge: 40 files are read side by side; this process may open only 40";
    assert_eq!(problems(&few), [message]);

    let made = std::process::Command::new("mkfifo").arg(folder.join("pipe")).status();
    assert!(made.unwrap().success());
    let pipe =
        Tool::new(["merge", "1.ndjson", "pipe", "--format", "ndjson"]).dir(folder).run().code(3);
    assert_eq!(problems(&pipe)[0], "unrecognised pipe: not a regular file");
}
