//! `replay` that is told to end: soon, and with what is known.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::receiver::{Receiver, answer, capture};
use crate::harness::{Running, Tool};

fn folder(requests: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.har.ndjson"), capture(requests)).unwrap();
    folder
}

fn replay(folder: &Path, to: &str) -> Tool {
    Tool::new(["replay", "a.har.ndjson", "--format", "json", "--to", to]).dir(folder)
}

/// However long the pause is that the server asks for, or `--rate`.
#[test]
fn an_interrupt_ends_a_pause() {
    let folder = folder(3);
    let busy = b"HTTP/1.1 503 x\r\nRetry-After: 200\r\nContent-Length: 0\r\n\r\n";
    let ok = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    for (answer, args) in [(&busy[..], ["--retries", "3"]), (ok, ["--rate", "1/h"])] {
        let receiver = Receiver::always(answer);
        let tool = replay(folder.path(), &receiver.url()).args(args);
        let mut command = tool.into_command();
        let child = command.stdout(Stdio::piped()).spawn().unwrap();
        let started = Instant::now();
        while receiver.count() < 1 {
            thread::sleep(Duration::from_millis(5));
        }
        thread::sleep(Duration::from_millis(100));
        let id = child.id().to_string();
        Command::new("kill").args(["-INT", &id]).status().unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(started.elapsed() < Duration::from_secs(100), "{args:?}");
        assert_eq!(output.status.code(), Some(130), "{args:?}");
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["items"].as_array().unwrap().len(), 1, "{args:?}: {report}");
        assert_eq!(receiver.count(), 1);
    }
}

/// However long nothing comes through the pipe, an answer is heard, and whoever ends it.
#[test]
fn an_interrupt_ends_a_wait_for_the_next_request() {
    let receiver = Receiver::always(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    let lines = capture(3);
    for jobs in ["1", "2"] {
        let before = receiver.count();
        let args = ["replay", "-", "-q", "--json", "--jobs", jobs, "--to", &receiver.url()];
        let mut command = Tool::new(args).into_command();
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut child = Running(child);
        let mut pipe = child.stdin.take().unwrap();
        // What it is shows in the first line.
        pipe.write_all(lines.as_bytes()).unwrap();
        let started = Instant::now();
        while receiver.count() < before + 3 {
            assert!(started.elapsed() < Duration::from_secs(60), "nothing was sent");
            thread::sleep(Duration::from_millis(5));
        }
        let id = child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        let code = loop {
            assert!(started.elapsed() < Duration::from_secs(120), "it does not end");
            match child.try_wait().unwrap() {
                Some(status) => break status.code(),
                None => thread::sleep(Duration::from_millis(5)),
            }
        };
        let mut report = String::new();
        child.stdout.take().unwrap().read_to_string(&mut report).unwrap();
        assert_eq!(code, Some(130), "{report}");
        assert!(report.contains("\"requests\":3,"), "{report}");
        drop(pipe);
    }
}

/// Whoever is in a hurry says it twice; what was on its way is unknown to the next run.
#[test]
fn a_second_interrupt_is_obeyed_at_once() {
    let folder = folder(3);
    // It answers when the test is over.
    let (over, until) = channel::<()>();
    let until = Mutex::new(until);
    let receiver = Receiver::start(move |_, _| {
        let _ = until.lock().unwrap().recv();
    });
    let args = ["--timeout", "1h", "--journal", "j"];
    let mut command = replay(folder.path(), &receiver.url()).args(args).into_command();
    let pipe = Stdio::piped;
    let mut child = Running(command.stdout(pipe()).stderr(pipe()).spawn().unwrap());
    while receiver.count() < 1 {
        thread::sleep(Duration::from_millis(5));
    }
    let id = child.id().to_string();
    let interrupt =
        || assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    interrupt();
    // Two signals that come at once are one.
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("finishing 1 request; press Ctrl-C again to stop now\n") {
        assert_ne!(stderr.read_line(&mut said).unwrap(), 0, "{said}");
    }
    interrupt();
    stderr.read_to_string(&mut said).unwrap();
    assert_eq!(said.matches("again to stop now").count(), 1, "{said}");
    let report: serde_json::Value = serde_json::from_reader(child.stdout.take().unwrap()).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(report["summary"]["outcome_unknown"], 1, "{report}");
    drop(over);
    let args = ["--journal", "j", "--limit", "1"];
    let outcome = replay(folder.path(), &receiver.url()).args(args).run().code(3);
    assert_eq!(outcome.item()["failure"]["code"], "outcome-unknown");
}

#[test]
fn an_interrupt_ends_what_is_on_its_way_and_sums_up() {
    let folder = folder(1000);
    let receiver = Receiver::start(|_, stream| {
        thread::sleep(Duration::from_millis(20));
        drop(stream.write_all(&answer("200 OK")));
    });
    let mut command = replay(folder.path(), &receiver.url()).into_command();
    let child = command.stdout(Stdio::piped()).spawn().unwrap();
    while receiver.received().len() < 3 {
        thread::sleep(Duration::from_millis(5));
    }
    let id = child.id().to_string();
    Command::new("kill").args(["-INT", &id]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let items = report["items"].as_array().unwrap();
    assert!(items.iter().all(|item| item["status"] == "ok"));
    assert_eq!(items.len(), receiver.received().len());
}
