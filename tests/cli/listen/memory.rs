//! The bodies of all callers together have a bounded place in memory, and who is refused anyway has
//! none in it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::{captured, items};
use crate::harness::listener::Listener;
use crate::harness::{Caller, Tool};

const MEGABYTE: usize = 1_000_000;

fn head(length: usize) -> Vec<u8> {
    format!("POST /m HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n")
        .into_bytes()
}

/// Sends these pieces, and returns the status of the answer; 0 when there was none.
fn status(listener: &Listener, pieces: &[&[u8]]) -> u16 {
    let mut stream = TcpStream::connect(listener.addr).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(600))).unwrap();
    // A refusal may come before everything is written.
    let _ = pieces.iter().try_for_each(|piece| stream.write_all(piece));
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let text = String::from_utf8_lossy(&answer);
    text.strip_prefix("HTTP/1.1 ").and_then(|rest| rest[..3].parse().ok()).unwrap_or(0)
}

#[cfg(target_os = "linux")]
#[test]
fn many_large_bodies_stay_within_the_budget_and_are_all_answered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("calls.har.ndjson");
    let listener = Listener::start(&["--plain", "-qq", "--max-memory", "64MB", "--timeout", "1h"]);
    let body = vec![b'x'; 9 * MEGABYTE];
    let before = listener.memory("VmHWM");
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let send = || status(&listener, &[&head(body.len()), &body]);
        let callers: Vec<_> = (0..150).map(|_| scope.spawn(send)).collect();
        callers.into_iter().map(|caller| caller.join().unwrap()).collect()
    });
    assert_eq!(statuses, [200; 150], "they wait for each other");
    let most = listener.memory("VmHWM");
    // 64 MB, and what 150 connections and the program itself take.
    assert!(most - before < 64_000 + 24_000, "{before} kB, then {most} kB");
    let after = listener.memory("VmRSS");
    assert!(after < before + 24_000, "{before} kB, {after} kB when all is over");
    drop(listener.interrupt());

    // A line of a capture is longer than its body: such lines are made one at a time.
    let listener = Listener::start(&[
        "--plain",
        "-qq",
        "--max-memory",
        "16MB",
        "--capture",
        path.to_str().unwrap(),
    ]);
    let body = &body[..2 * MEGABYTE];
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| assert_eq!(status(&listener, &[&head(body.len()), body]), 200));
        }
    });
    let most = listener.memory("VmHWM");
    assert!(most - before < 16_000 + 3 * 2_000 + 16_000, "{before} kB, then {most} kB");
    drop(listener.interrupt());
    assert!(captured(&path).iter().all(|one| one.request.body == body));
}

#[test]
fn who_finds_no_room_is_told_and_small_bodies_find_theirs() {
    let args = ["--plain", "--json", "--max-body", "4MB", "--max-memory", "5MB"];
    let listener = Listener::start(&[&args[..], &["--timeout", "1s", "--delay", "4s"]].concat());
    let chunks = |size: usize| {
        let head =
            "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
        format!("{head}{size:x}\r\n{}\r\n0\r\n\r\n", "y".repeat(size)).into_bytes()
    };
    let whole = |size: usize| [head(size), vec![b'x'; size]].concat();
    let status = |bytes: Vec<u8>| status(&listener, &[&bytes]);
    std::thread::scope(|scope| {
        // It has all the room there is for large bodies, until it is answered.
        let mut holder = TcpStream::connect(listener.addr).unwrap();
        let expecting = String::from_utf8(head(4 * MEGABYTE)).unwrap();
        let expecting = expecting.replacen("\r\n", "\r\nExpect: 100-continue\r\n", 1);
        holder.write_all(expecting.as_bytes()).unwrap();
        let mut has_room = [0; 25];
        holder.read_exact(&mut has_room).unwrap();
        assert_eq!(&has_room, b"HTTP/1.1 100 Continue\r\n\r\n");
        holder.write_all(&[b'x'; 4 * MEGABYTE]).unwrap();
        let others = [
            (scope.spawn(|| status(whole(MEGABYTE))), 503),
            (scope.spawn(|| status(chunks(MEGABYTE))), 503),
            (scope.spawn(|| status(whole(2))), 200),
            (scope.spawn(|| status(chunks(60_000))), 200),
        ];
        for (other, expected) in others {
            assert_eq!(other.join().unwrap(), expected);
        }
        let mut answer = String::new();
        holder.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    });
    assert_eq!(status(chunks(MEGABYTE)), 200, "the room was given back");
    let items = items(&listener.interrupt().stdout);
    let failed = items.iter().filter(|item| item["failure"]["code"] == "own-limit");
    assert_eq!(failed.count(), 2, "{items:#?}");
}

/// Sends so many pieces, slower than is allowed, whatever is answered meanwhile; then the status of that.
fn slowly(mut stream: impl Read + Write, pieces: usize) -> std::io::Result<u16> {
    let piece = vec![b'x'; MEGABYTE];
    stream.write_all(&head(pieces * MEGABYTE))?;
    for _ in 0..pieces {
        std::thread::sleep(Duration::from_millis(300));
        stream.write_all(&piece)?;
    }
    let mut answer = [0; 12];
    stream.read_exact(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer[9..]).parse().unwrap())
}

#[test]
fn who_is_refused_while_it_sends_can_send_on_and_reads_the_answer() {
    let stranger = Caller::new(None);
    for plain in [&["--plain"][..], &[]] {
        let args = ["-qq", "--max-memory", "11429596", "--timeout", "1s"];
        let listener = Listener::start(&[&args, plain].concat());
        let call = || match plain {
            [] => slowly(stranger.connect(listener.addr), 9),
            _ => slowly(TcpStream::connect(listener.addr).unwrap(), 9),
        };
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let callers: Vec<_> = (0..12).map(|_| scope.spawn(call)).collect();
            callers.into_iter().map(|caller| caller.join().unwrap().unwrap()).collect()
        });
        assert!(statuses.contains(&503), "{statuses:?}");
        assert!(statuses.iter().all(|status| [408, 503].contains(status)), "{statuses:?}");
        drop(listener.interrupt());
    }
}

#[cfg(unix)]
#[test]
fn who_lingers_makes_room_for_callers_and_does_not_hold_up_the_end() {
    let tool = ["listen", "--addr", ":0", "--plain", "-qq", "--max-body", "1"];
    let listener = Listener::with(Tool::new(tool).files(64));
    let refused = || {
        let mut stream = TcpStream::connect(listener.addr).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        stream.write_all(&head(MEGABYTE)).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
        stream
    };
    let lingering: Vec<_> = (0..80).map(|_| refused()).collect();
    drop(listener.interrupt());
    drop(lingering);
}

#[test]
fn a_budget_without_room_for_one_body_is_an_error() {
    let start = |args: &[&str]| {
        Tool::new(["listen", "--addr", ":0", "--plain", "--for", "1ms"]).args(args).run()
    };
    let outcome = start(&["--max-memory", "10MB"]).code(2);
    assert!(outcome.stderr.contains("give at least 11429596 bytes"), "{}", outcome.stderr);
    start(&["--max-memory", "11429596"]).code(3);
    start(&["--max-body", "10GB"]).code(3);
}

#[test]
fn who_is_refused_whatever_it_sends_is_refused_by_its_head() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("calls.har.ndjson");
    let capture = path.to_str().unwrap();
    let args = ["--json", "--client-cert", "require", "--capture", capture];
    let listener = Listener::start(&args);
    let stranger = Caller::new(None);
    for headers in ["Content-Length: 9000000", "Transfer-Encoding: chunked"] {
        for expect in ["", "Expect: 100-continue\r\n"] {
            let head = format!("POST /m HTTP/1.1\r\nHost: x\r\n{expect}{headers}\r\n\r\n");
            let answer = stranger.connect(listener.addr).exchange(head.as_bytes()).unwrap();
            assert_eq!(answer.0, 403, "{headers} {expect} {answer:?}");
        }
    }
    // What came with the head is kept.
    assert_eq!(stranger.post(listener.addr, "").0, 403);
    let items = items(&listener.interrupt().stdout);
    assert_eq!(items.len(), 5);
    for item in &items[..4] {
        assert_eq!(item["facts"]["client_verdict"], "missing");
        assert_eq!(item["facts"]["request_bytes"], 0);
        assert_eq!(item["facts"]["body_sha256"], "");
    }
    assert_eq!(items[4]["facts"]["request_bytes"], 2);
    let kept = captured(&path);
    let noted: Vec<_> = kept.iter().map(|one| one.notes.len()).collect();
    assert_eq!(noted, [1, 1, 1, 1, 0], "nobody takes them for the whole request");
    assert!(kept[..4].iter().all(|one| one.head.is_none() && one.status == Some(403)));
    assert_eq!(kept[4].request.body, b"{}");
}
