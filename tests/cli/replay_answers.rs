//! Answers that break the rules, and journals with holes: what was answered is not sent again.

use std::fs;
use std::io::Write;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::harness::listener::Listener;
use crate::harness::pki::Wish;
use crate::harness::receiver::{Receiver, answer, capture};
use crate::harness::tls::{config, serve_tls};
use crate::harness::{Outcome, Peer, Pki, Tool};

fn replay(folder: &tempfile::TempDir, to: &str, more: &[&str]) -> Outcome {
    let usual = ["replay", "a.har.ndjson", "--journal", "journal", "--json", "--to", to];
    Tool::new(usual).args(more).dir(folder.path()).run()
}

fn folder(count: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.har.ndjson"), capture(count)).unwrap();
    folder
}

#[test]
fn a_status_that_was_read_counts_and_is_not_sent_for_again() {
    const CHUNKS: &str = "\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    const CODING: &str = "Transfer-Encoding: chunked";
    for (bytes, word) in [
        (format!("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n{CODING}{CHUNKS}"), "both"),
        (format!("HTTP/1.0 200 OK\r\n{CODING}{CHUNKS}"), "HTTP/1.0"),
        (format!("HTTP/1.1 200 OK\r\n{CODING}\r\n{CODING}{CHUNKS}"), "more than once"),
        (format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked{CHUNKS}"), "gzip"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 3, 3\r\n\r\nabc".into(), "3, 3"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc".into(), "disagree"),
        ("HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n".into(), "obs-fold"),
        ("HTTP/1.1 200 OK\r\nX-Bad Name: 1\r\nContent-Length: 0\r\n\r\n".into(), "is not allowed"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc".into(), "closed"),
        (format!("HTTP/1.1 200 OK\r\n{CODING}\r\n\r\n3\r\nab"), "closed"),
        ("HTTP/1.1 200 OK\r\nX: a".into(), "closed"),
    ] {
        let folder = folder(1);
        let given = bytes.clone();
        let receiver = Receiver::start(move |_, stream| {
            drop(stream.write_all(given.as_bytes()));
            drop(stream.shutdown(std::net::Shutdown::Write));
        });
        let outcome = replay(&folder, &receiver.url(), &[]).code(0);
        let item = outcome.item();
        assert_eq!(item["facts"]["status"], 200, "{bytes:?}: {item}");
        assert_eq!((&item["failure"], &item["status"]), (&Value::Null, &"warning".into()));
        let finding = &item["findings"][0];
        assert_eq!(finding["code"], "response-malformed", "{item}");
        assert!(finding["message"].as_str().unwrap().contains(word), "{word}: {finding}");
        replay(&folder, &receiver.url(), &["--resend-unknown"]);
        assert_eq!(receiver.count(), 1, "{bytes:?} was sent for again");
    }
}

#[test]
fn an_answer_without_an_end_is_an_answer() {
    let folder = folder(1);
    let receiver = Receiver::start(|_, stream| {
        drop(stream.write_all(b"HTTP/1.1 503 Busy\r\nContent-Length: 9\r\n\r\nabc"));
        thread::sleep(Duration::from_secs(20));
    });
    let outcome = replay(&folder, &receiver.url(), &["--timeout", "3s"]).code(1);
    let item = outcome.item();
    assert_eq!(item["facts"]["status"], 503, "{item}");
    assert!(item["findings"].to_string().contains("response-malformed"), "{item}");
    // Without a status line it may have arrived, as before.
    let folder = self::folder(1);
    let receiver = Receiver::always(b"HTTP/1.1 2");
    let item = replay(&folder, &receiver.url(), &[]).code(3).item();
    assert_eq!(item["facts"]["status"], Value::Null, "{item}");
    assert!(item["failure"]["help"].as_str().unwrap().contains("may have arrived"), "{item}");
}

#[test]
fn an_event_stream_has_no_end_and_its_status_counts() {
    let receiver = Receiver::start(|_, stream| {
        drop(stream.write_all(
            b"HTTP/1.1 202 Accepted\r\nContent-Type: text/event-stream; charset=utf-8\r\n\
              Transfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n",
        ));
        thread::sleep(Duration::from_secs(120));
    });
    let outcome = replay(&folder(1), &receiver.url(), &["--timeout", "1h"]).code(0);
    let item = outcome.item();
    assert_eq!((&item["facts"]["status"], &item["status"]), (&202.into(), &"ok".into()), "{item}");
}

#[test]
fn a_pause_that_is_too_long_is_told() {
    let busy = b"HTTP/1.1 429 Slow\r\nRetry-After: 86400\r\nContent-Length: 0\r\n\r\n";
    let receiver = Receiver::always(busy);
    for retries in ["0", "3"] {
        let item = replay(&folder(1), &receiver.url(), &["--retries", retries]).code(1).item();
        assert_eq!(item["facts"]["attempts"], 1, "{item}");
        let help = item["findings"][0]["help"].as_str().unwrap();
        assert!(
            help.contains("asks to wait 86400 s") && help.contains("the limit is 300 s"),
            "{help}"
        );
    }
}

#[test]
fn a_server_of_http_2_alone_is_named_and_took_nothing() {
    const SETTINGS: &[u8] =
        b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64\0\0\x08\x07\0\0\0\0\0\0\0\0\0\0\0\0\x01";
    let receiver = Receiver::always(SETTINGS);
    let folder = folder(1);
    let failure = replay(&folder, &receiver.url(), &[]).code(3).item()["failure"].clone();
    assert_eq!(failure["code"], "http-malformed", "{failure}");
    assert!(failure["message"].as_str().unwrap().contains("speaks only HTTP/2"), "{failure}");
    assert!(failure["help"].as_str().unwrap().contains("enable HTTP/1.1"), "{failure}");
    // What it cannot read it has not taken: the same command sends it again.
    replay(&folder, &receiver.url(), &[]).code(3);
    assert_eq!(receiver.count(), 2);
    // With TLS it refuses by an alert.
    let pair = Pki::new("a test CA").issue(&Wish::live());
    let mut only = (*config(&[pair])).clone();
    only.alpn_protocols = vec![b"h2".to_vec()];
    let only = Arc::new(only);
    let peer = Peer::start(move |stream| serve_tls(stream, only.clone()));
    let to = format!("https://{}", peer.target());
    let failure = replay(&self::folder(1), &to, &["--insecure"]).code(3).item()["failure"].clone();
    assert_eq!(failure["alert"]["name"], "no_application_protocol", "{failure}");
    assert!(failure["help"].as_str().unwrap().contains("enable HTTP/1.1"), "{failure}");
}

#[test]
fn an_expired_certificate_that_was_accepted_is_no_request_that_failed() {
    let folder = folder(2);
    let mint = ["mint", "pki", "--password", "env:S"];
    Tool::new(mint).env("S", "0123456789").dir(folder.path()).run().code(0);
    let listener = Listener::start(&["--client-cert", "request"]);
    let replay = ["replay", "a.har.ndjson", "--insecure", "--to", &listener.url, "--cert"];
    let own = ["pki/client-expired.p12", "--password", "env:S"];
    let tool = Tool::new(replay).args(own).env("S", "0123456789").dir(folder.path());
    let outcome = tool.run().code(1);
    let said = &outcome.stdout;
    assert!(said.contains("all as expected, except our own certificate"), "{said}");
    assert!(said.contains("client certificate accepted") && said.contains("expired at"), "{said}");
    let allowed = Tool::new(replay).args(own).args(["--allow", "certificate-expired"]);
    let outcome = allowed.env("S", "0123456789").dir(folder.path()).run().code(0);
    assert!(outcome.stdout.contains("all as expected\n"), "{}", outcome.stdout);
}

#[test]
fn a_hole_in_the_middle_of_a_journal_sends_nothing_twice() {
    for hole in ["  ".to_owned(), "\0".to_owned(), " ".repeat(9_000)] {
        let folder = folder(8);
        let receiver = Receiver::start(|_, stream| drop(stream.write_all(&answer("200 OK"))));
        replay(&folder, &receiver.url(), &[]).code(0);
        assert_eq!(receiver.count(), 8);
        let path = folder.path().join("journal");
        let journal = fs::read_to_string(&path).unwrap();
        // In the outcome of the fourth: eight lines follow.
        let at = journal.find("{\"n\":4,").unwrap() + 40;
        let at = at + journal[at..].find("answered").unwrap() + 3;
        let damaged = format!("{}{hole}{}", &journal[..at], &journal[at..]);
        fs::write(&path, &damaged).unwrap();
        let outcome = replay(&folder, &receiver.url(), &[]).code(3);
        assert_eq!(receiver.count(), 8, "sent twice: {}", outcome.stdout);
        let item = outcome.item();
        assert_eq!(item["failure"]["code"], "outcome-unknown", "{}", outcome.stdout);
        assert_eq!(fs::read_to_string(&path).unwrap().trim_end(), damaged.trim_end(), "cut");
    }
}
