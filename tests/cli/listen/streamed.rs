//! Bodies that go on to the application while they come: what it sees of them and when, what is kept, and what
//! becomes of those that break off.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver as Inbox, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::{captured, items};
use crate::harness::Tool;
use crate::harness::listener::Listener;

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const LONG: Option<Duration> = Some(Duration::from_secs(60));

/// An application for one call, which says what it does with that.
fn application<T: Send + 'static>(
    work: impl FnOnce(TcpStream) -> T + Send + 'static,
) -> (String, JoinHandle<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let working = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(LONG).unwrap();
        work(stream)
    });
    (url, working)
}

/// Reads until this has come.
fn until(stream: &mut TcpStream, end: &str) -> String {
    let (mut bytes, mut byte) = (Vec::new(), [0]);
    while !bytes.ends_with(end.as_bytes()) {
        stream.read_exact(&mut byte).unwrap();
        bytes.push(byte[0]);
    }
    String::from_utf8(bytes).unwrap()
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(LONG).unwrap();
    stream
}

/// The answer, to its end.
fn answer(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

/// A request in two parts, how it comes out, and its body.
const PARTS: [(&str, &str, &str, &str); 2] = [
    (
        "POST /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 11\r\n\r\nfirst",
        "second",
        "second",
        "\r\n\r\nfirstsecond",
    ),
    (
        "POST /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nfi\r\n3\r\nrst\r\n",
        "6\r\nsecond\r\n0\r\nX-Sum: 1\r\n\r\n",
        "X-Sum: 1\r\n\r\n",
        "\r\n\r\n5\r\nfirst\r\n6\r\nsecond\r\n0\r\nX-Sum: 1\r\n\r\n",
    ),
];

#[test]
fn a_body_reaches_the_application_before_its_end() {
    let folder = tempfile::tempdir().unwrap();
    for (number, (first, second, end, seen)) in PARTS.into_iter().enumerate() {
        for keeps in [true, false] {
            let path = folder.path().join(format!("{number}.har.ndjson"));
            let (tell, told) = channel();
            let (url, working) = application(move |mut stream| {
                let begun = until(&mut stream, "rst");
                tell.send(()).unwrap();
                let rest = until(&mut stream, end);
                stream.write_all(OK).unwrap();
                begun + &rest
            });
            let mut args = vec!["--plain", "--json", "--forward", &url];
            args.extend(keeps.then_some(["--capture", path.to_str().unwrap()]).iter().flatten());
            let listener = Listener::start(&args);
            let mut stream = connect(listener.addr);
            stream.write_all(first.as_bytes()).unwrap();
            told.recv().unwrap();
            stream.write_all(second.as_bytes()).unwrap();
            let answer = answer(&mut stream);
            assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("ok"), "{answer}");
            let got = working.join().unwrap();
            assert!(got.ends_with(seen), "{got}");
            let item = items(&listener.interrupt().stdout).remove(0);
            assert_eq!(item["facts"]["request_bytes"], 11, "{item}");
            let sha256 = hookprint::digest::hex(&hookprint::digest::sha256(b"firstsecond"));
            assert_eq!(item["facts"]["body_sha256"], sha256.as_str());
            if keeps {
                assert_eq!(captured(&path)[0].request.body, b"firstsecond");
            }
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_large_body_passes_in_little_memory() {
    const SIZE: usize = 100_000_000;
    let (url, working) = application(|mut stream| {
        until(&mut stream, "\r\n\r\n");
        let (mut length, mut piece) = (0, vec![0; 1 << 16]);
        while length < SIZE {
            length += stream.read(&mut piece).unwrap();
        }
        stream.write_all(OK).unwrap();
        length
    });
    let args = ["--plain", "--json", "--max-body", "200MB", "--timeout", "5m", "--forward", &url];
    let listener = Listener::start(&args);
    let before = listener.memory("VmHWM");
    let mut stream = connect(listener.addr);
    let head = format!(
        "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {SIZE}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let piece = vec![b'x'; 1_000_000];
    (0..SIZE / piece.len()).for_each(|_| stream.write_all(&piece).unwrap());
    assert!(answer(&mut stream).starts_with("HTTP/1.1 200 "));
    let most = listener.memory("VmHWM");
    assert!(most - before < 20_000, "{before} kB, then {most} kB");
    assert_eq!(working.join().unwrap(), SIZE);
    let item = items(&listener.interrupt().stdout).remove(0);
    assert_eq!(item["facts"]["request_bytes"], SIZE);
}

/// Sends the second part of a body once the application has done its work with the first; the answer, the report,
/// and what was captured.
fn meanwhile(
    work: impl FnOnce(TcpStream, Sender<()>) + Send + 'static,
) -> (String, Vec<serde_json::Value>, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kept.har.ndjson");
    let (tell, told): (Sender<()>, Inbox<()>) = channel();
    let (url, working) = application(move |mut stream| {
        until(&mut stream, "first");
        work(stream, tell);
    });
    let capture = path.to_str().unwrap();
    let listener = Listener::start(&["--plain", "--json", "--forward", &url, "--capture", capture]);
    let mut stream = connect(listener.addr);
    stream.write_all(PARTS[0].0.as_bytes()).unwrap();
    told.recv().unwrap();
    stream.write_all(PARTS[0].1.as_bytes()).unwrap();
    let answer = answer(&mut stream);
    working.join().unwrap();
    let body = captured(&path).remove(0).request.body;
    (answer, items(&listener.interrupt().stdout), body)
}

#[test]
fn an_answer_that_comes_early_waits_for_the_end_of_the_body() {
    let early = b"HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\n";
    for is_whole in [true, false] {
        let (answer, items, body) = meanwhile(move |mut stream, tell| {
            stream.write_all(early).unwrap();
            if is_whole {
                stream.write_all(b"no\n").unwrap();
                // It reads no more.
                drop(stream);
                tell.send(()).unwrap();
            } else {
                tell.send(()).unwrap();
                until(&mut stream, "second");
                stream.write_all(b"no\n").unwrap();
            }
        });
        assert!(answer.starts_with("HTTP/1.1 413 ") && answer.ends_with("no\n"), "{answer}");
        assert_eq!(items[0]["facts"]["status"], 413);
        assert_eq!(body, b"firstsecond", "what is captured is all of it");
    }
}

#[test]
fn an_application_that_breaks_off_is_told_of_once_the_body_has_come() {
    let (answer, items, body) = meanwhile(|stream, tell| {
        stream.shutdown(Shutdown::Both).unwrap();
        drop(stream);
        tell.send(()).unwrap();
    });
    assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
    assert_eq!(items[0]["status"], "failed", "{items:#?}");
    assert_eq!(body, b"firstsecond");
}

#[test]
fn a_sender_that_breaks_off_breaks_off_at_the_application() {
    for (first, ..) in PARTS {
        for ends in [Shutdown::Write, Shutdown::Both] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("kept.har.ndjson");
            let (tell, told) = channel();
            let (url, working) = application(move |mut stream| {
                until(&mut stream, "rst");
                tell.send(()).unwrap();
                let mut rest = Vec::new();
                let _ = stream.read_to_end(&mut rest);
                String::from_utf8(rest).unwrap()
            });
            let capture = path.to_str().unwrap();
            let args = ["--plain", "--json", "--forward", &url, "--capture", capture];
            let listener = Listener::start(&args);
            let mut stream = connect(listener.addr);
            stream.write_all(first.as_bytes()).unwrap();
            told.recv().unwrap();
            stream.shutdown(ends).unwrap();
            let rest = working.join().unwrap();
            assert!(rest.trim().is_empty(), "nothing says that this was all: {rest:?}");
            if matches!(ends, Shutdown::Write) {
                assert!(answer(&mut stream).starts_with("HTTP/1.1 400 "));
            }
            drop(stream);
            let items = items(&listener.interrupt().stdout);
            assert_eq!((items.len(), &items[0]["status"]), (1, &"failed".into()), "{items:#?}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), "");
        }
    }
}

#[test]
fn what_is_checked_first_is_read_to_its_end_first() {
    let (url, working) = application(|mut stream| {
        let got = until(&mut stream, "second");
        stream.write_all(OK).unwrap();
        got
    });
    let tool = Tool::new(["listen", "--addr", ":0", "--plain", "--json", "--forward", &url]);
    let checked = ["--verify", "github", "--secret", "env:S"];
    let listener = Listener::with(tool.args(checked).env("S", "x"));
    let mut broken = connect(listener.addr);
    broken.write_all(PARTS[0].0.as_bytes()).unwrap();
    broken.shutdown(Shutdown::Write).unwrap();
    assert!(answer(&mut broken).starts_with("HTTP/1.1 400 "));
    let mut whole = connect(listener.addr);
    whole.write_all([PARTS[0].0, PARTS[0].1].concat().as_bytes()).unwrap();
    assert!(answer(&mut whole).starts_with("HTTP/1.1 200 "));
    // The only call that it got.
    assert!(working.join().unwrap().ends_with("firstsecond"));
    listener.interrupt();
}
