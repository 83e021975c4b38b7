//! `replay` for people: what a run is said to have been, and rows that fit the terminal.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::harness::Tool;
use crate::harness::receiver::{Receiver, answer, capture};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

fn folder(count: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.har.ndjson"), capture(count)).unwrap();
    folder
}

/// A run that sent nothing, or not everything, never says that all is as expected.
#[test]
fn an_empty_or_interrupted_run_is_not_as_expected() {
    let folder = folder(40);
    let receiver = Receiver::start(|_, stream| {
        thread::sleep(Duration::from_millis(20));
        drop(stream.write_all(&answer("200 OK")));
    });
    let human =
        || Tool::new(["replay", "a.har.ndjson", "--to", &receiver.url()]).dir(folder.path());
    let empty = human().args(["--filter", "method=DELETE"]).run().code(3);
    assert!(empty.stdout.contains("0 requests in"), "{}", empty.stdout);
    assert!(empty.stdout.contains(": nothing was sent"), "{}", empty.stdout);
    let whole = human().args(["--limit", "2"]).run().code(0);
    assert!(whole.stdout.contains(": all as expected"), "{}", whole.stdout);
    let child = human().into_command().stdout(Stdio::piped()).spawn().unwrap();
    while receiver.received().len() < 5 {
        thread::sleep(Duration::from_millis(5));
    }
    let id = child.id().to_string();
    Command::new("kill").args(["-INT", &id]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(130));
    assert!(text.contains(": interrupted before the end") && !text.contains("all as"), "{text}");
}

/// People are told of the time that they gave, not of the part of it that one try had.
#[test]
fn a_time_limit_is_told_as_it_was_given() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = silent.local_addr().unwrap().to_string();
    let args = ["thumbprint", &target, "--timeout", "600ms", "--retries", "2"];
    let text = Tool::new(args).run().code(3).stdout;
    assert!(text.contains("timed out after 0.6 s during the TLS handshake"), "{text}");
}

#[test]
fn rows_fit_the_terminal() {
    let folder = folder(3);
    let receiver = Receiver::always(OK);
    for columns in [60, 80] {
        let to = format!("{}/a/path/of/some/length/in", receiver.url());
        let tool = Tool::new(["replay", "a.har.ndjson", "--to", &to]).dir(folder.path());
        let text = tool.env("COLUMNS", columns.to_string()).run().code(0).stdout;
        let long = text.lines().find(|line| line.chars().count() > columns);
        assert_eq!(long, None, "{columns}: {text}");
    }
    let tool = Tool::new(["replay", "a.har.ndjson", "--to", &receiver.url()]).dir(folder.path());
    let text = tool.run().code(0).stdout;
    assert_eq!(text.lines().filter(|line| line.starts_with("ok  ")).count(), 3, "{text}");
}
