//! More callers than there is room for, and reports that nobody reads.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::captured;
use crate::harness::listener::Listener;
use crate::harness::{Running, Tool};

const GOOD: &[u8] =
    b"POST /good HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";

#[test]
fn idle_connections_make_room_for_callers_and_that_is_said_once() {
    let listener = Listener::with(Tool::new(["listen", "--addr", ":0", "--plain", "-q"]).files(64));
    let connect = || {
        let stream = TcpStream::connect(listener.addr).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream
    };
    let mut busy = connect();
    let expecting = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
                      Expect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    busy.write_all(expecting).unwrap();
    // Once this has come, it is known to have begun.
    busy.read_exact(&mut [0; 25]).unwrap();
    let mut idle: Vec<_> = (0..60).map(|_| connect()).collect();
    for _ in 0..3 {
        assert!(listener.send(GOOD).starts_with("HTTP/1.1 200"));
    }
    assert_eq!(idle[0].read(&mut [0]).unwrap(), 0, "who is idle longest goes first");
    for (stream, rest) in [(&mut busy, &b"{}"[..]), (&mut idle[59], GOOD)] {
        stream.write_all(rest).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    let stderr = listener.interrupt().stderr;
    let told = "warning: all 32 connections are in use (this process may open only 64 files; \
                ulimit -n allows more): idle ones are closed for new callers\n";
    assert_eq!(stderr.matches(told).count(), 1, "{stderr}");
}

/// A listener whose output nobody reads.
fn unread(args: &[&str]) -> (Running, SocketAddr) {
    let tool = Tool::new(["listen", "--addr", ":0", "--plain", "--json"]).args(args);
    let child = tool.into_command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = Running(child.unwrap());
    let mut line = String::new();
    let mut stderr = BufReader::with_capacity(1, child.stderr.take().unwrap());
    stderr.read_line(&mut line).unwrap();
    child.stderr = Some(stderr.into_inner());
    (child, line.trim().rsplit('/').next().unwrap().parse().unwrap())
}

/// Calls so often, and reads each answer.
fn call(address: SocketAddr, times: usize) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let request = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}".repeat(100);
    for _ in 0..times / 100 {
        stream.write_all(&request).unwrap();
        stream.read_exact(&mut [0; 3800]).unwrap();
    }
}

fn interrupt(child: &Running) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
}

#[test]
fn a_report_that_nobody_reads_keeps_no_caller_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("calls.har.ndjson");
    let (mut child, address) = unread(&["--capture", path.to_str().unwrap()]);
    call(address, 7000);
    interrupt(&child);
    let (mut stdout, mut stderr) = (String::new(), String::new());
    child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let report: Value = serde_json::from_str(&stdout).unwrap();
    let (shown, summary) = (report["items"].as_array().unwrap().len(), &report["summary"]);
    assert!((1000..7000).contains(&shown), "{shown}");
    assert_eq!(summary["unreported"], 7000 - shown);
    assert_eq!((&summary["items"], &summary["ok"]), (&7000.into(), &7000.into()));
    let told = format!("warning: {} rows were counted but not shown", 7000 - shown);
    assert!(stderr.contains(&told), "{stderr}");
    assert_eq!(captured(&path).len(), 7000, "the capture has them all");
}

#[test]
fn a_report_that_nobody_reads_does_not_keep_it_from_ending() {
    let (mut child, address) = unread(&[]);
    call(address, 1000);
    interrupt(&child);
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(child.try_wait().unwrap(), None, "it waits for a reader");
    let status = loop {
        // Two that come before it has looked are one.
        interrupt(&child);
        std::thread::sleep(Duration::from_millis(200));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
    };
    assert_eq!(status.code(), Some(130));
}
