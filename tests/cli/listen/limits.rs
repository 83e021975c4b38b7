//! Callers that break rules or limits cost themselves only.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::{captured, items};
use crate::harness::listener::Listener;

const GOOD: &[u8] =
    b"POST /good HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";

#[test]
fn broken_and_oversized_requests_are_refused_and_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deliveries.har.ndjson");
    let file = path.to_str().unwrap();
    let listener = Listener::start(&["--plain", "--json", "--max-body", "10", "--capture", file]);
    let huge = format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "y".repeat(70_000));
    let chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    let cases = [
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n12345678901".to_owned(), 413),
        (format!("{chunked}5\r\n12345\r\n6\r\n123456\r\n0\r\n\r\n"), 413),
        (format!("{chunked}5\r\n1234567\r\n"), 400),
        (huge, 431),
        ("GET / HTTP/1.1\r\n\r\n".to_owned(), 400),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
                .to_owned(),
            400,
        ),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), 505),
        ("\0\x01\x02 garbage\r\n\r\n".to_owned(), 400),
    ];
    for (bytes, status) in &cases {
        let answer = listener.send(bytes.as_bytes());
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{bytes:.60}: {answer}");
        assert!(answer.contains("Connection: close"), "{answer}");
    }
    assert!(listener.send(GOOD).starts_with("HTTP/1.1 200"));
    let outcome = listener.interrupt();
    assert_eq!(outcome.code, 3);
    let kept = captured(&path);
    assert_eq!((kept.len(), &kept[0].request.target[..]), (1, "/good"));
    let items = items(&outcome.stdout);
    assert_eq!(items.len(), cases.len() + 1);
    assert_eq!(items[0]["failure"]["code"], "too-large");
    assert_eq!(items[2]["failure"]["code"], "http-malformed");
}

#[test]
fn slow_and_idle_callers_do_not_keep_others_waiting() {
    let slow = |listener: &Listener| {
        let mut stream = TcpStream::connect(listener.addr).unwrap();
        stream.write_all(b"POST /slow HTTP/1.1\r\n").unwrap();
        stream
    };
    let listener = Listener::start(&["--plain", "--timeout", "1h"]);
    let idle: Vec<_> = (0..1000).map(|_| TcpStream::connect(listener.addr).unwrap()).collect();
    let never = slow(&listener);
    assert!(listener.send(GOOD).starts_with("HTTP/1.1 200"));
    // Idle callers do not hold it up.
    drop(never);
    let outcome = listener.interrupt();
    assert!(outcome.stdout.contains("1 deliveries"), "{}", outcome.stdout);
    drop(idle);

    let listener = Listener::start(&["--plain", "--timeout", "1s"]);
    let started = Instant::now();
    let mut answer = String::new();
    slow(&listener).read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(started.elapsed() >= Duration::from_millis(900), "{:?}", started.elapsed());
    listener.interrupt();
}

#[cfg(unix)]
#[test]
fn a_second_interrupt_is_obeyed_at_once() {
    let listener = Listener::start(&["--plain", "--delay", "20s"]);
    let mut stream = TcpStream::connect(listener.addr).unwrap();
    stream.write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n").unwrap();
    std::thread::sleep(Duration::from_millis(200));
    listener.signal();
    std::thread::sleep(Duration::from_millis(200));
    let outcome = listener.interrupt();
    assert!(outcome.elapsed < Duration::from_secs(10), "{:?}", outcome.elapsed);
}

#[cfg(unix)]
#[test]
fn an_interrupted_listen_has_the_code_of_what_it_saw() {
    let code = |args: &[&str], requests: &[&[u8]]| {
        let listener = Listener::start(&[&["--plain"], args].concat());
        requests.iter().for_each(|request| drop(listener.send(request)));
        listener.interrupt().code
    };
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "0123456789abcdef").unwrap();
    let source = format!("file:{}", secret.display());
    let verify = ["--verify", "github", "--secret", &source];
    assert_eq!(code(&[], &[GOOD]), 0);
    assert_eq!(code(&verify, &[GOOD]), 1, "a signature is missing");
    assert_eq!(code(&[], &[]), 3, "nothing arrived");
    assert_eq!(code(&[], &[GOOD, b"GET / HTTP/1.1\r\n\r\n"]), 3, "one could not be read");
}

#[test]
fn what_is_no_tls_is_named() {
    let listener = Listener::start(&["--json", "--timeout", "3s"]);
    assert!(listener.send(GOOD).contains("this port speaks TLS"));
    listener.send(b"\x00\x01garbage");
    listener.send(b"SSH-2.0-x\r\n");
    listener.send(b"\x16\x03\x01\x00\x05hello");
    // A handshake that never goes on.
    listener.send(b"\x16\x03\x01\x40\x00");
    let outcome = listener.interrupt();
    let items = items(&outcome.stdout);
    let mut codes: Vec<_> =
        items.iter().map(|item| item["failure"]["code"].as_str().unwrap().to_owned()).collect();
    codes.sort();
    assert_eq!(codes, ["not-tls", "not-tls", "not-tls", "timeout", "tls-error"], "{items:#?}");
    assert!(items[2]["failure"]["message"].as_str().unwrap().contains("SSH"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_answered_503_and_reported() {
    let listener =
        Listener::start(&["--plain", "--json", "--count", "1", "--capture", "/dev/full"]);
    assert!(listener.send(GOOD).starts_with("HTTP/1.1 503 "));
    let outcome = listener.wait();
    assert_eq!(outcome.code, 3);
    assert_eq!(items(&outcome.stdout)[0]["failure"]["code"], "disk-full");
}

#[test]
fn a_burst_is_captured_completely() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("burst.har.ndjson");
    let listener = Listener::start(&["--plain", "-q", "--capture", path.to_str().unwrap()]);
    let addr = listener.addr;
    let lanes: Vec<_> = (0..50)
        .map(|lane| {
            std::thread::spawn(move || {
                let mut stream = TcpStream::connect(addr).unwrap();
                for number in 0..20 {
                    let body = format!("{{\"lane\":{lane},\"number\":{number}}}");
                    let head = format!(
                        "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n",
                        body.len()
                    );
                    stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
                    stream.read_exact(&mut [0; 38]).unwrap();
                }
            })
        })
        .collect();
    for lane in lanes {
        lane.join().unwrap();
    }
    assert_eq!(listener.interrupt().code, 0);
    let mut bodies: Vec<_> = captured(&path)
        .into_iter()
        .map(|one| serde_json::from_slice::<serde_json::Value>(&one.request.body).unwrap())
        .map(|body| (body["lane"].as_u64().unwrap(), body["number"].as_u64().unwrap()))
        .collect();
    bodies.sort_unstable();
    let expected: Vec<_> =
        (0..50).flat_map(|lane| (0..20).map(move |number| (lane, number))).collect();
    assert_eq!(bodies, expected);
}
