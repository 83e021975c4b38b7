//! Callers that speak another protocol are named rightly; what comes behind chunks is kept; answers have
//! the header lines that were asked for; every row says when.

use super::items;
use crate::harness::Caller;
use crate::harness::listener::Listener;

#[test]
fn application_protocols_that_are_not_ours_are_named() {
    let listener = Listener::start(&["--json"]);
    let cases = [
        (&["http/1.0"][..], "the caller speaks only http/1.0, and this is http/1.1"),
        (&["acme-tls/1"], "TLS-ALPN-01, RFC 8737"),
        (&["h2"], "the caller speaks only HTTP/2"),
        (&["h2", "http/1.1"], ""),
        (&[], ""),
    ];
    for (offered, said) in &cases {
        let (status, _) = Caller::new(None).offering(offered).post(listener.addr, "");
        assert_eq!(status == 200, said.is_empty(), "{offered:?}");
    }
    // A handshake that fails is reported when the caller knows already, and may have gone on.
    let items = items(&listener.interrupt().stdout);
    let told = |item: &serde_json::Value| {
        assert!(item["facts"]["at"].as_str().unwrap().ends_with('Z'), "{item}");
        item["failure"]["message"].as_str().map(str::to_owned)
    };
    let told: Vec<String> = items.iter().filter_map(told).collect();
    for (offered, said) in cases.iter().filter(|(_, said)| !said.is_empty()) {
        assert_eq!(
            told.iter().filter(|one| one.contains(said)).count(),
            1,
            "{offered:?}: {told:?}"
        );
    }
    assert_eq!((items.len(), told.len()), (cases.len(), 3), "{told:?}");
}

#[test]
fn tls_where_plain_http_is_spoken_is_named_at_once() {
    let listener = Listener::start(&["--plain", "--json", "--timeout", "30s"]);
    // The first bytes of a ClientHello, with no end of a line in them.
    assert!(listener.send(&[22, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]).starts_with("HTTP/1.1 400 "));
    let items = items(&listener.interrupt().stdout);
    let message = items[0]["failure"]["message"].as_str().unwrap();
    assert_eq!(message, "the caller speaks TLS, and this is plain HTTP: have it call http://");
    assert!(items[0]["facts"]["peer"].as_str().unwrap().starts_with("127.0.0.1:"));
}

#[test]
fn nobody_is_given_a_tunnel() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kept.har.ndjson");
    let listener = Listener::start(&["--plain", "--json", "--capture", path.to_str().unwrap()]);
    let answer = listener.send(b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 501 Not Implemented\r\n"), "{answer}");
    assert!(answer.contains("Connection: close"), "{answer}");
    let outcome = listener.interrupt();
    assert_eq!(outcome.code, 3, "{outcome:?}");
    let message = items(&outcome.stdout)[0]["failure"]["message"].to_string();
    assert!(message.contains("takes this for a proxy"), "{message}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "");
}

#[test]
fn what_comes_behind_the_chunks_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kept.har.ndjson");
    let listener =
        Listener::start(&["--plain", "--count", "1", "--capture", path.to_str().unwrap()]);
    listener.send(
        b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\
          Trailer: X-Sum\r\n\r\n2\r\n{}\r\n0\r\nX-Sum: abc\r\nx-more: 1\r\n\r\n",
    );
    assert_eq!(listener.wait().code, 0);
    let line: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let expected = serde_json::json!([
        {"name": "X-Sum", "value": "abc"},
        {"name": "x-more", "value": "1"},
    ]);
    assert_eq!(line["_trailers"], expected);
}

#[test]
fn answers_have_the_header_lines_that_were_asked_for() {
    let headers = ["Content-Type: text/xml", "Retry-After: 5"];
    let headers = headers.iter().flat_map(|header| ["--respond-header", header]);
    let args: Vec<_> =
        ["--plain", "--respond", "503:<later/>"].into_iter().chain(headers).collect();
    let listener = Listener::start(&args);
    let answer = listener.send(b"GET / HTTP/1.0\r\n\r\n");
    assert_eq!(
        answer,
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 8\r\nContent-Type: text/xml\r\n\
         Retry-After: 5\r\nConnection: close\r\n\r\n<later/>"
    );
    listener.interrupt();
}
