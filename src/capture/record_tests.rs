//! Tests of what `listen` writes, by those who read it.

use crate::failure::Failure;
use proptest::prelude::*;

use super::super::{Captured, Options, bulk, load};
use super::*;
use crate::digest::{hex, sha256};
use crate::finding::Code;
use crate::http::head::RequestHead;

fn request(head: &[u8], body: &[u8]) -> Request {
    Request { body: body.to_vec(), ..RequestHead::parse(head).unwrap().into() }
}

fn written(head: &[u8], body: &[u8], redact: bool) -> Vec<u8> {
    let request = request(head, body);
    let verify = serde_json::json!({ "scheme": "kindly", "ok": true });
    let record = Record {
        seq: 7,
        received_at: time::macros::datetime!(2026-11-22 05:00:00.000000001 UTC),
        elapsed_ms: 1.5,
        origin: "https://127.0.0.1:8443",
        request: &request,
        body: &request.body,
        head,
        body_sha256: &hex(&sha256(body)),
        is_unread: false,
        trailers: &Headers::new(),
        response: &Response::text(200, "ok\n"),
        connection: &connection("[::1]:9".parse().unwrap(), None),
        client_certificate: None,
        verified: None,
        verify_error: None,
        verify: Some(&verify),
    };
    if redact {
        return record.redacted_line();
    }
    // A large one is written piece by piece.
    let mut pieces = Vec::new();
    record.write(&mut pieces).unwrap();
    let unread = Record { is_unread: true, verify_error: None, ..record };
    let mut unread_pieces = Vec::new();
    unread.write(&mut unread_pieces).unwrap();
    assert!(unread.line() == unread_pieces && unread_pieces.ends_with(b"\"}\n"));
    let line = record.line();
    assert!(line == pieces);
    line
}

fn read(line: &[u8]) -> Captured {
    load(line, &Options::default()).unwrap().next().unwrap().unwrap()
}

const HEAD: &[u8] = b"POST /a?b=%20&c HTTP/1.1\r\nhost: x\r\nX-A:\xe9\r\nx-a: 2\r\n\r\n";

#[test]
fn a_line_is_a_har_entry_and_reads_back() {
    let line = written(HEAD, b"{\"a\":1}", false);
    let json: serde_json::Value = serde_json::from_slice(&line).unwrap();
    assert_eq!(json["request"]["url"], "https://127.0.0.1:8443/a?b=%20&c");
    assert_eq!(json["request"]["queryString"][0]["value"], " ");
    assert_eq!(json["request"]["headers"][1]["value"], "é");
    assert_eq!(json["request"]["postData"]["text"], "{\"a\":1}");
    assert_eq!(json["_receivedAt"], "2026-11-22T05:00:00.000000001Z");
    assert_eq!(json["_verify"]["scheme"], "kindly");
    let captured = read(&line);
    assert_eq!(captured.request, request(HEAD, b"{\"a\":1}"));
    assert_eq!((captured.head.as_deref(), captured.peer.as_deref()), (Some(HEAD), Some("[::1]:9")));
    assert_eq!(captured.notes, []);
}

#[test]
fn a_redacted_line_keeps_the_digest_and_no_content() {
    let head = b"POST /a?token=s3cret HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer s3cret\r\n\
        X-Other: s3cret\r\nContent-Type: application/json\r\n\r\n";
    let body = br#"{"user":{"phone":"s3cret","n":12345},"list":["s3cret",true,null]}"#;
    let line = written(head, body, true);
    let text = String::from_utf8(line.clone()).unwrap();
    assert!(!text.contains("s3cret") && !text.contains("12345"), "{text}");
    let json: serde_json::Value = serde_json::from_slice(&line).unwrap();
    assert_eq!(json["_bodySha256"], hex(&sha256(body)));
    assert_eq!(json["_verify"]["ok"], true);
    assert!(json.get("_raw").is_none());
    assert_eq!(written(head, body, true), line, "placeholders are deterministic");
    assert_eq!(read(&line).notes[0].code, Code::BodyRebuilt);
}

proptest! {
    #[test]
    fn any_body_survives(body in proptest::collection::vec(any::<u8>(), 0..300)) {
        let captured = read(&written(HEAD, &body, false));
        prop_assert_eq!(captured.request.body, body);
        prop_assert_eq!(captured.notes, []);
    }
}

/// The bytes are shown, as the reader in bulk sees it.
fn is_shown(line: &[u8]) -> bool {
    let (mut head, mut body) = (Vec::new(), Vec::new());
    let exact = bulk::exact(line.trim_ascii_end(), &mut head, &mut body).unwrap();
    let request = RequestHead::parse_lines(exact.head).unwrap();
    let headers: Vec<_> =
        request.headers.iter().map(|line| (line.name.as_str(), &line.value[..])).collect();
    exact.is_shown(&request.method, &request.target, &headers)
}

#[test]
fn whatever_we_write_shows_what_it_holds() {
    for (head, body, at_once) in [
        (HEAD, &b"{\"a\":\"\\n\xc3\xa9\"}\r\n"[..], false),
        (b"POST /a?b=%20&c&=%ff HTTP/1.1\r\nHost: x\r\nX-A: \"\\\t\"\r\nx-a: \r\n\r\n", b"x", true),
        (b"GET / HTTP/1.0\r\n\r\n", b"", true),
        (b"PUT http://x.example/y?u=https://z HTTP/1.1\r\nHost: x\r\n\r\n", b"\xff\0", true),
        (b"GET /cb?u=https://x/ HTTP/1.1\r\nhost: \xc3\xa9\r\nhost2: \x80\xc3\r\n\r\n", b"", false),
        (b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", b"", true),
        (b"CONNECT b.example:443 HTTP/1.1\r\nHost: x\r\n\r\n", b"", true),
        (b"POST / HTTP/1.1\r\nHost: x\r\ncontent-type: a/b; c=\"d\"\r\n\r\n", b"a\x0bb", false),
        (b"POST / HTTP/1.1\r\nHost: x\r\ncontent-type: a/b; c=\"d\"\r\n\r\n", b"a\x7f\"b\\", true),
    ] {
        let line = written(head, body, false);
        let captured = read(&line);
        assert_eq!((captured.request.body, captured.notes), (body.to_vec(), vec![]));
        assert!(!at_once || is_shown(&line), "{}", String::from_utf8_lossy(&line));
    }
}

#[test]
fn an_entry_that_shows_another_request_is_refused_by_every_reader() {
    let head = b"POST /safe?a=1 HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nContent-Type: text/plain\r\n\r\n";
    let line = String::from_utf8(written(head, b"paid 10", false)).unwrap();
    let raw = |head: &[u8]| (base64(&head_of(&line)), base64(head));
    let [method, target, header, value, more] = [
        raw(b"PUT /safe?a=1 HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nContent-Type: text/plain\r\n\r\n"),
        raw(b"POST /evil?a=1 HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nContent-Type: text/plain\r\n\r\n"),
        raw(b"POST /safe?a=1 HTTP/1.1\r\nHost: x\r\nX-B: 1\r\nContent-Type: text/plain\r\n\r\n"),
        raw(b"POST /safe?a=1 HTTP/1.1\r\nHost: x\r\nX-A: 2\r\nContent-Type: text/plain\r\n\r\n"),
        raw(b"POST /safe?a=1 HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nContent-Type: text/plain\r\nZ: 1\r\n\r\n"),
    ];
    let text = |from: &str, to: &str| (from.to_owned(), to.to_owned());
    let shows_twice =
        text(r#","response":"#, r#","request":{"method":"GET","url":"/"},"response":"#);
    for ((from, to), part) in [
        (method, "the method is POST in request, PUT in _raw"),
        (target, "the URL"),
        (header, "the header line X-B"),
        (value, "the header line X-A"),
        (more, "request has 3 header lines, _raw has 4"),
        (text(&base64(b"paid 10"), &base64(b"paid 99")), "the body"),
        (text("\"text\":\"paid 10\"", "\"text\":\"paid 99\""), "the body"),
        (text("\"text\":\"paid 10\"", "\"params\":[{\"name\":\"a\"}]"), "postData has form fields"),
        (text("\"bodySize\":7", "\"bodySize\":8"), "the size of the body"),
        (
            text("{\"name\":\"a\",\"value\":\"1\"}", "{\"name\":\"a\",\"value\":\"2\"}"),
            "queryString",
        ),
        (text(&hex(&sha256(b"paid 10")), &hex(&sha256(b""))), "_bodySha256"),
        (shows_twice, "duplicate field `request`"),
    ] {
        assert_eq!(line.matches(&from).count(), 1, "{from}");
        let changed = line.replace(&from, &to);
        let read = load(changed.as_bytes(), &Options::default()).unwrap().next().unwrap();
        let error = read.unwrap_err();
        assert!(error.message.contains(part), "{part}: {error}");
        assert!(matches!(error.code, Failure::CaptureContradicts | Failure::Malformed), "{error}");
        // The digest is nothing that is shown or sent.
        assert!(part == "_bodySha256" || !is_shown(changed.as_bytes()), "{part}");
    }
}

fn head_of(line: &str) -> Vec<u8> {
    read(line.as_bytes()).head.unwrap()
}

#[test]
fn a_line_shows_no_character_that_hides_text_and_keeps_each() {
    let head = "POST /a?b=%E2%80%AE HTTP/1.1\r\nHost: x\r\nX-A: \u{202e}\r\n\r\n".as_bytes();
    let body = "{\"\u{200b}\":\"\u{9b}\u{e0041}\"}".as_bytes();
    let line = written(head, body, false);
    assert!(line.is_ascii() && is_shown(&line), "{}", String::from_utf8_lossy(&line));
    let (captured, in_bulk) = (read(&line), bulk::parse(&line, 1).unwrap());
    assert_eq!(captured.request, request(head, body));
    assert_eq!((captured.request, captured.notes), (in_bulk.request, vec![]));
    assert!(written(head, body, true).is_ascii());
}
