//! Parts of an input that runs look at on their own: together they are the whole, byte for byte.

mod inputs;
mod resume;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::harness::receiver::{Receiver, answer, capture};
use crate::harness::{Outcome, Running, Tool};
use inputs::{AT, Folder, VERIFY};

/// A run over numbered rows: the rows, and what the end mark says.
struct Rows {
    rows: Vec<String>,
    end: Value,
}

impl Rows {
    #[track_caller]
    fn of(outcome: &Outcome) -> Self {
        let mut rows: Vec<String> = outcome.stdout.lines().map(str::to_owned).collect();
        let last = rows.pop().unwrap_or_else(|| panic!("nothing was written: {}", outcome.stderr));
        let last: Value = serde_json::from_str(&last).unwrap();
        Self { rows, end: last["end"].clone() }
    }

    fn numbers(&self) -> Vec<u64> {
        let number =
            |row: &String| serde_json::from_str::<Value>(row).unwrap()["n"].as_u64().unwrap();
        self.rows.iter().map(number).collect()
    }
}

fn run(folder: &Path, line: &str) -> Outcome {
    let line = format!("{line} --format ndjson --exit complete --at {AT}");
    Tool::new(line.split(' ')).dir(folder).run().code(0)
}

/// The shards of a run, put together by their numbers, are the whole run; their counts add up.
#[track_caller]
fn union_is_the_whole(folder: &Path, line: &str, further: &str, counts: &[u64]) {
    let whole = Rows::of(&run(folder, &format!("{line} --end-mark")));
    assert_eq!(whole.end["complete"], true);
    assert_eq!(whole.end["shard"], "1/1");
    for count in counts {
        let (mut rows, mut records, mut items) = (Vec::new(), 0, 0);
        for index in 1..=*count {
            let shard = Rows::of(&run(folder, &format!("{line} --shard {index}/{count}{further}")));
            assert!(shard.numbers().is_sorted());
            rows.extend(shard.numbers().into_iter().zip(shard.rows));
            assert_eq!(shard.end["shard"], format!("{index}/{count}"));
            assert_eq!(shard.end["input_sha256"] == whole.end["input_sha256"], further.is_empty());
            records += shard.end["input"].as_u64().unwrap();
            items += shard.end["items"].as_u64().unwrap();
        }
        // Rows of one record stay in their order.
        rows.sort_by_key(|(n, _)| *n);
        let rows: Vec<_> = rows.into_iter().map(|(_, row)| row).collect();
        assert!(rows == whole.rows, "{line}: {count} shards are not the whole");
        assert_eq!((records, items), (whole.end["input"].as_u64().unwrap(), items));
        assert_eq!(items, whole.end["items"].as_u64().unwrap());
    }
}

#[test]
fn shards_of_a_capture_are_together_the_whole() {
    for (text, counts) in inputs::captures() {
        let folder = Folder::new();
        folder.write("d.har.ndjson", &text);
        let line = format!("{VERIFY} d.har.ndjson");
        union_is_the_whole(folder.path(), &line, "", counts);
        union_is_the_whole(folder.path(), &line, " --shard-by hash", &[3]);
        union_is_the_whole(folder.path(), &format!("{line} -q"), "", &[7]);
    }
}

/// From a pipe, and in a capture that is read as a whole, records are dealt out by their numbers.
#[test]
fn shards_of_what_cannot_be_cut_are_together_the_whole() {
    let folder = Folder::new();
    let entry = inputs::entry(0);
    let har = format!("{{\"log\":{{\"entries\":[{}]}}}}", vec![entry; 20].join(","));
    folder.write("d.har", har.as_bytes());
    union_is_the_whole(folder.path(), &format!("{VERIFY} d.har"), "", &[1, 2, 7]);
    union_is_the_whole(folder.path(), &format!("{VERIFY} d.har"), " --shard-by hash", &[3]);
}

#[test]
fn shards_of_targets_and_files_are_together_the_whole() {
    let folder = Folder::new();
    for (text, counts) in inputs::targets() {
        folder.write("targets", &text);
        let line = "thumbprint --targets targets --jobs 256";
        union_is_the_whole(folder.path(), line, "", counts);
        union_is_the_whole(folder.path(), line, " --shard-by hash", &[3]);
    }
    // Named ones come first, and several files are one list.
    union_is_the_whole(
        folder.path(),
        "thumbprint a.pem no --targets targets --targets targets",
        "",
        &[5],
    );
    union_is_the_whole(folder.path(), "inspect store", "", &[1, 2, 7, 64]);
    union_is_the_whole(folder.path(), "inspect store", " --shard-by hash", &[3]);
}

#[test]
fn numbered_rows_say_where_they_stand_and_nothing_of_the_time() {
    let folder = Folder::new();
    let lines = [inputs::entry(0), String::new(), "{\"request\":1}".to_owned(), inputs::entry(3)];
    folder.write("d.har.ndjson", lines.join("\r\n").as_bytes());
    let rows = Rows::of(&run(folder.path(), &format!("{VERIFY} d.har.ndjson --end-mark")));
    assert_eq!(rows.numbers(), [0, 2, 3]);
    let text = lines.join("\r\n");
    for row in rows.rows.iter().map(|row| serde_json::from_str::<Value>(row).unwrap()) {
        let (n, offset) = (row["n"].as_u64().unwrap(), row["offset"].as_u64().unwrap());
        let line = &lines[usize::try_from(n).unwrap()];
        assert!(text[usize::try_from(offset).unwrap()..].starts_with(line), "{row}");
        assert!(row.get("elapsed_ms").is_none(), "{row}");
        assert!(n == 2 || row["subject"] == format!("d.har.ndjson line {}", n + 1), "{row}");
    }
    assert_eq!(rows.end["exit_code"], 3, "the verdict stays said: {}", rows.end);
    assert_eq!((&rows.end["input"], &rows.end["summary"]["failed"]), (&3.into(), &1.into()));
}

#[test]
fn a_piece_from_a_pipe_is_called_and_numbered_as_in_the_whole() {
    let folder = Folder::new();
    let line =
        format!("{VERIFY} - --origin day.har.ndjson --first-line 41 --format ndjson --end-mark");
    let piece = Tool::new(line.split(' ')).dir(folder.path()).stdin(inputs::entry(1)).run().code(0);
    let row = piece.ndjson()[0].clone();
    assert_eq!((&row["n"], &row["subject"]), (&40.into(), &"day.har.ndjson line 41".into()));
    assert_eq!(row.get("offset"), None, "nobody knows where the piece begins: {row}");
    for option in ["--origin x", "--first-line 2"] {
        let line = format!("{VERIFY} a.pem {option}");
        let said = Tool::new(line.split(' ')).dir(folder.path()).run().code(2).stderr;
        assert!(said.contains("standard input"), "{said}");
    }
}

#[test]
fn what_cannot_be_done_is_said_before_anything_is() {
    let folder = Folder::new();
    for (line, says) in [
        ("inspect store --end-mark", "ndjson"),
        ("inspect store --shard 3/2", "not a shard"),
        ("inspect store --shard 0/2", "not a shard"),
        ("inspect store --shard 1/1000001", "not a shard"),
        ("inspect store --shard-by hash", "--shard"),
        ("inspect store --shard 1/2 --expect-count 3", "--shard"),
    ] {
        let outcome = Tool::new(line.split(' ')).dir(folder.path()).run().code(2);
        assert!(outcome.stderr.contains(says), "{line}: {}", outcome.stderr);
    }
}

#[test]
fn the_exit_code_of_a_scheduler_is_whether_everything_was_looked_at() {
    let folder = Folder::new();
    folder.write("targets", b"file:a.pem\n127.0.0.1:1\nfile:none.pem\n");
    folder.write("d.har.ndjson", inputs::entry(0).as_bytes());
    let wrong = VERIFY.replace(":secret", ":wrong");
    for (line, verdict, complete) in [
        ("thumbprint --targets targets".to_owned(), 3, 0),
        (format!("{wrong} d.har.ndjson"), 1, 0),
        // No part is missing where there is nothing in it.
        ("inspect store --shard 64/64".to_owned(), 3, 0),
        (format!("{VERIFY} none.har.ndjson"), 3, 3),
        ("inspect store --no-such-option".to_owned(), 2, 2),
    ] {
        for (mode, code) in [("verdict", verdict), ("complete", complete)] {
            let line = format!("{line} --exit {mode}");
            Tool::new(line.split(' ')).dir(folder.path()).run().code(code);
        }
    }
}

#[cfg(unix)]
#[test]
fn a_run_that_is_told_to_end_says_where_it_was() {
    for (mode, code) in [("verdict", 130), ("complete", 3)] {
        let folder = Folder::new();
        let line = format!("thumbprint --targets - --format ndjson --end-mark --exit {mode}");
        let mut command = Tool::new(line.split(' ')).dir(folder.path()).into_command();
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut tool = Running(child.unwrap());
        let mut stdin = tool.stdin.take().unwrap();
        let mut stdout = BufReader::new(tool.stdout.take().unwrap());
        stdin.write_all(b"file:a.pem\n\nfile:a.pem\n").unwrap();
        let mut rows = String::new();
        stdout.read_line(&mut rows).unwrap();
        stdout.read_line(&mut rows).unwrap();
        assert_eq!(rows.lines().count(), 2);
        let told = Command::new("kill").args(["-TERM", &tool.id().to_string()]).status().unwrap();
        assert!(told.success());
        let mut end = String::new();
        stdout.read_to_string(&mut end).unwrap();
        let end: Value = serde_json::from_str(&end).unwrap();
        let end = &end["end"];
        assert_eq!((&end["complete"], &end["next"]), (&false.into(), &3.into()), "{end}");
        assert_eq!((&end["input"], &end["exit_code"]), (&2.into(), &130.into()), "{end}");
        assert_eq!(tool.wait().unwrap().code(), Some(code));
    }
}

#[cfg(unix)]
#[test]
fn an_input_that_changes_under_the_run_is_said() {
    let folder = Folder::new();
    let targets = folder.write("targets", &b"file:a.pem\n".repeat(100_000));
    let line = "thumbprint --targets targets --format ndjson --end-mark --exit complete";
    let mut command = Tool::new(line.split(' ')).dir(folder.path()).into_command();
    let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut tool = Running(child.unwrap());
    let mut stdout = BufReader::new(tool.stdout.take().unwrap());
    stdout.read_line(&mut String::new()).unwrap();
    fs::write(&targets, b"file:a.pem\n").unwrap();
    let rows: Vec<Value> =
        stdout.lines().map(|row| serde_json::from_str(&row.unwrap()).unwrap()).collect();
    let [.., row, last] = rows.as_slice() else { panic!("{} rows", rows.len()) };
    assert_eq!((&row["n"], &row["failure"]["code"]), (&Value::Null, &"input-changed".into()));
    assert_eq!(last["end"]["complete"], false);
    assert_eq!(tool.wait().unwrap().code(), Some(3));
}

/// Whatever comes back first, rows are in the order of the capture, and each request is sent by one
/// shard.
#[test]
fn requests_are_sent_by_one_shard_and_told_in_order() {
    const COUNT: u64 = 200;
    let receiver = Receiver::start(|received, stream| {
        let number: u64 = String::from_utf8_lossy(&received.body).parse().unwrap();
        thread::sleep(Duration::from_micros(number * 7_919 % 4_000));
        drop(stream.write_all(&answer("200 OK")));
    });
    let folder = Folder::new();
    folder.write("d.har.ndjson", capture(200).as_bytes());
    let mut numbers = Vec::new();
    for index in 0..3 {
        let line = format!(
            "replay d.har.ndjson --to {} --jobs 16 --shard 0-based:{index}/3",
            receiver.url()
        );
        let shard = Rows::of(&run(folder.path(), &line));
        assert!(shard.numbers().is_sorted(), "{:?}", shard.numbers());
        assert_eq!(shard.end["complete"], true);
        numbers.extend(shard.numbers());
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (0..COUNT).collect::<Vec<_>>());
    assert_eq!(receiver.count() as u64, COUNT);
}

#[test]
fn people_too_are_told_that_there_was_nothing_to_check() {
    let folder = Folder::new();
    folder.write("one.json", b"{}");
    folder.write("none", b"");
    for words in [
        "verify one.json --scheme github --secret env:SECRET --signature sha256=00 --shard 2/2",
        "thumbprint --targets none",
    ] {
        let tool = Tool::new(words.split(' ')).env("SECRET", "0123456789abcdef");
        let told = tool.dir(folder.path()).run().code(3);
        assert_eq!(told.stdout, "nothing was found to check\n", "{words}");
    }
}

#[test]
fn so_many_mismatches_are_diagnosed_and_the_others_counted() {
    let folder = Folder::new();
    let wrong = format!("{}\n", inputs::entry(4)).repeat(5);
    folder.write("d.har.ndjson", wrong.as_bytes());
    let verify = VERIFY.replace("--no-diagnose", "--diagnose-first 2");
    let rows = Rows::of(&run(folder.path(), &format!("{verify} d.har.ndjson --end-mark")));
    let rows: Vec<Value> = rows.rows.iter().map(|row| serde_json::from_str(row).unwrap()).collect();
    let diagnosed = rows.iter().filter(|row| !row["facts"]["diagnosis"].is_null());
    assert_eq!((rows.len(), diagnosed.count()), (5, 2), "{rows:#?}");
    let help = rows[4]["findings"][0]["help"].as_str().unwrap();
    assert!(help.contains("--diagnose-first"), "{help}");
}
