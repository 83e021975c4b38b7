//! The journal under fire: killed at any moment, nothing is lost and nothing is sent twice.

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::receiver::{Receiver, answer, capture};
use crate::harness::{Outcome, Tool};

fn replay(folder: &Path, to: &str, jobs: &str) -> Tool {
    let journal = ["replay", "a.har.ndjson", "--journal", "journal", "--format", "ndjson", "--to"];
    Tool::new(journal).args([to, "--jobs", jobs]).dir(folder)
}

/// How often each number arrived.
fn arrived(receiver: &Receiver) -> HashMap<usize, usize> {
    let mut times = HashMap::new();
    for received in receiver.received() {
        let number = String::from_utf8(received.body).unwrap().parse().unwrap();
        *times.entry(number).or_insert(0) += 1;
    }
    times
}

#[test]
fn killed_at_fifty_moments_nothing_is_lost_and_nothing_comes_twice() {
    const COUNT: usize = 6_000;
    let receiver = Receiver::start(|_, stream| {
        thread::sleep(Duration::from_micros(300));
        drop(stream.write_all(&answer("200 OK")));
    });
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.har.ndjson"), capture(COUNT)).unwrap();
    for round in 0..50_u64 {
        let mut command = replay(folder.path(), &receiver.url(), "8").into_command();
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Each round another moment: while it starts, then after ever more requests, and some
        // microseconds into the next.
        let wanted = receiver.count() + (round * 31 % 97) as usize;
        let started = Instant::now();
        while receiver.count() < wanted && started.elapsed() < Duration::from_secs(5) {
            thread::sleep(Duration::from_micros(100));
        }
        thread::sleep(Duration::from_micros(round * 7_919 % 3_000));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let before = arrived(&receiver).len();
    assert!(before > 50 && before < COUNT, "the kills met nothing: {before} had arrived");
    let last = replay(folder.path(), &receiver.url(), "8").run();
    let times = arrived(&receiver);
    assert!(times.values().all(|times| *times == 1), "something came twice");
    let unknown: Vec<usize> = last
        .ndjson()
        .iter()
        .filter(|item| item["failure"]["code"] == "outcome-unknown")
        .map(|item| item["subject"].as_str().unwrap().rsplit(' ').next().unwrap().parse().unwrap())
        .collect();
    for number in 1..=COUNT {
        assert!(times.contains_key(&number) || unknown.contains(&number), "{number} is lost");
    }
    assert!(unknown.len() <= 50 * 8, "more unknown than could be on their way");
    let resent = replay(folder.path(), &receiver.url(), "8").args(["--resend-unknown"]).run();
    resent.code(0);
    let times = arrived(&receiver);
    for number in 1..=COUNT {
        let most = 1 + usize::from(unknown.contains(&number));
        assert!((1..=most).contains(&times[&number]), "{number} came {} times", times[&number]);
    }
}

#[test]
fn what_failed_is_sent_again_and_what_was_answered_is_not() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.har.ndjson"), capture(6)).unwrap();
    let broken = Receiver::start(|received, stream| {
        let status = if received.body == b"3" { "500 no" } else { "204 ok" };
        let text = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
        match received.body.as_slice() {
            // The fifth is taken, and never answered.
            b"5" => drop(stream.shutdown(std::net::Shutdown::Both)),
            _ => drop(stream.write_all(text.as_bytes())),
        }
    });
    let first = replay(folder.path(), &broken.url(), "1").run().code(1);
    let states = statuses(&first);
    assert_eq!(states, ["204", "204", "500", "204", "closed", "204"]);
    let second = replay(folder.path(), &broken.url(), "1").run().code(1);
    assert_eq!(statuses(&second), ["500", "outcome-unknown"]);
    let numbers: Vec<_> = broken.received().into_iter().map(|one| one.body).collect();
    assert_eq!(numbers, [b"1", b"2", b"3", b"4", b"5", b"6", b"3"]);
    // Another destination is another story.
    let other = replay(folder.path(), "http://127.0.0.1:9", "1").run().code(3);
    assert!(other.stderr.contains("the journal is for deliveries to http://127.0.0.1:"));
}

fn statuses(outcome: &Outcome) -> Vec<String> {
    let items = outcome.ndjson();
    let word = |item: &serde_json::Value| match &item["failure"]["code"] {
        serde_json::Value::String(code) => code.clone(),
        _ => item["facts"]["status"].to_string(),
    };
    items.iter().map(word).collect()
}

#[test]
fn a_capture_that_was_changed_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.har.ndjson");
    fs::write(&path, capture(3)).unwrap();
    let receiver = Receiver::always(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    replay(folder.path(), &receiver.url(), "1").run().code(0);
    // A longer capture is no other one.
    fs::write(&path, capture(4)).unwrap();
    let outcome = replay(folder.path(), &receiver.url(), "1").run().code(0);
    assert_eq!(outcome.ndjson().len(), 1);
    let changed = capture(4).replace("X-Number", "X-Other");
    fs::write(&path, changed).unwrap();
    let outcome = replay(folder.path(), &receiver.url(), "1").run().code(3);
    assert_eq!(outcome.ndjson()[0]["failure"]["code"], "journal-mismatch");
    assert_eq!(receiver.received().len(), 4);
}

#[test]
fn all_was_done_before() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.har.ndjson"), capture(3)).unwrap();
    let receiver = Receiver::always(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    replay(folder.path(), &receiver.url(), "1").run().code(0);
    let again = replay(folder.path(), &receiver.url(), "1").run().code(0);
    assert_eq!(again.ndjson()[0]["facts"]["done_before"], 3);
    assert_eq!(receiver.received().len(), 3);
}

/// A disk that is full, played by a limit on the size of files.
#[cfg(unix)]
#[test]
fn a_full_disk_stops_the_run_before_more_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.har.ndjson"), capture(200)).unwrap();
    let receiver = Receiver::always(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let script = format!(
        "trap '' XFSZ; ulimit -f 4; exec {} replay a.har.ndjson --to {} --journal journal --json",
        env!("CARGO_BIN_EXE_hookprint"),
        receiver.url()
    );
    let mut command = std::process::Command::new("bash");
    let output = command.args(["-c", &script]).current_dir(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let items = report["items"].as_array().unwrap();
    let failed = items.iter().filter(|item| item["status"] == "failed").collect::<Vec<_>>();
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert_eq!(failed[0]["failure"]["kind"], "output");
    let sent = receiver.received().len();
    assert!(sent > 5 && sent < 60, "{sent} were sent");
    assert_eq!(items.len(), sent + 1, "each that was sent is reported");
    // Room again: it goes on where it was, with at most the last one unknown.
    let rest = replay(folder.path(), &receiver.url(), "1").run();
    let unknown = rest.ndjson().iter().filter(|item| item["status"] == "failed").count();
    assert!(unknown <= 1);
    assert_eq!(receiver.received().len() + unknown, 200 + unknown);
}
