//! `listen`: what callers get, what is reported, what is kept.

mod challenges;
mod checks;
mod credentials;
mod crowded;
mod enforced;
mod forwarded;
mod limits;
mod looks;
mod memory;
mod signatures;
mod streamed;
mod synced;
mod usage;
mod wire;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use serde_json::Value;

use crate::harness::Tool;
use crate::harness::listener::Listener;
pub use crate::harness::listener::{captured, items};
use crate::harness::pki::{NOW, Pki, Wish};

#[test]
fn deliveries_are_captured_byte_for_byte_and_come_back_equal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deliveries.har.ndjson");
    let file = path.to_str().unwrap();
    let listener = Listener::start(&["--plain", "--json", "--capture", file]);
    let first = b"POST /a?b=%20 HTTP/1.1\r\nhOST: x\r\nX-Sig:  \xe9 \r\nx-sig: 2\r\nContent-Length: 5\r\n\r\n\xff\0{}\n";
    let second = b"PUT /chunks HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\nX-T: 1\r\n\r\n";
    let third = b"HEAD / HTTP/1.0\r\n\r\n";
    let answer = listener.send(&[&first[..], second, third].concat());
    assert_eq!(answer.matches("HTTP/1.1 200 OK\r\n").count(), 3, "{answer}");
    assert!(answer.ends_with("Connection: close\r\n\r\n"), "{answer}");
    let outcome = listener.interrupt();
    assert_eq!(outcome.code, 0, "{outcome:?}");

    let kept = captured(&path);
    assert_eq!(kept.len(), 3);
    let head = |number: usize| kept[number].head.clone().unwrap();
    assert_eq!([head(0), kept[0].request.body.clone()].concat(), first);
    assert_eq!((&kept[1].request.body[..], &head(1)[..]), (&b"abcde"[..], &second[..61]));
    assert_eq!(head(2), third);
    let said = kept.iter().map(|one| one.notes.len()).collect::<Vec<_>>();
    // What stands behind the chunks of the second is captured, and not sent again.
    assert_eq!(said, [0, 1, 0]);
    assert!(kept[1].notes[0].message.contains("trailers"));

    let items = items(&outcome.stdout);
    assert_eq!(items[0]["facts"]["path"], "/a?b=%20");
    assert_eq!(items[0]["facts"]["request_bytes"], 5);
    assert_eq!(items[1]["facts"]["method"], "PUT");
    assert_eq!(items[1]["facts"]["client"], Value::Null);
    assert_eq!(items[1]["facts"]["client_verdict"], "not-asked");
    let sha256 = hookprint::digest::hex(&hookprint::digest::sha256(b"abcde"));
    assert_eq!(items[1]["facts"]["body_sha256"], sha256.as_str());

    // What was captured is sent again, and captured again: nothing has changed.
    let again = folder.path().join("again.har.ndjson");
    let listener = Listener::start(&["--plain", "--capture", again.to_str().unwrap()]);
    for one in &kept {
        let mut bytes = one.head.clone().unwrap();
        match one.request.headers.get("transfer-encoding") {
            Some(_) => bytes.extend_from_slice(b"5\r\nabcde\r\n0\r\n\r\n"),
            None => bytes.extend_from_slice(&one.request.body),
        }
        let mut stream = TcpStream::connect(listener.addr).unwrap();
        stream.write_all(&bytes).unwrap();
        stream.read_exact(&mut [0; 12]).unwrap();
    }
    assert_eq!(listener.interrupt().code, 0);
    for (before, after) in kept.iter().zip(captured(&again)) {
        assert_eq!((&before.request, &before.head), (&after.request, &after.head));
    }
}

#[cfg(unix)]
#[test]
fn captures_are_private() {
    use std::os::unix::fs::MetadataExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deliveries.har.ndjson");
    let listener =
        Listener::start(&["--plain", "--count", "2", "--capture", path.to_str().unwrap()]);
    for number in 0..2 {
        listener.send(
            format!("POST /{number} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{{}}").as_bytes(),
        );
    }
    assert_eq!(listener.wait().code, 0);
    assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
}

#[cfg(unix)]
#[test]
fn a_capture_that_is_moved_away_or_removed_is_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (path, moved) = (folder.path().join("calls"), folder.path().join("calls.1"));
    for sync in [&[][..], &["--sync"]] {
        let options = ["--plain", "--capture", path.to_str().unwrap()];
        let listener = Listener::start(&[&options, sync].concat());
        let post = |target: &str| {
            let call = format!("POST /{target} HTTP/1.0\r\nContent-Length: 0\r\n\r\n");
            let answer = listener.send(call.as_bytes());
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        };
        post("first");
        std::fs::rename(&path, &moved).unwrap();
        post("second");
        let targets =
            |path| captured(path).into_iter().map(|one| one.request.target).collect::<Vec<_>>();
        assert_eq!(
            (targets(&moved), targets(&path)),
            (vec!["/first".into()], vec!["/second".into()])
        );
        std::fs::remove_file(&path).unwrap();
        post("third");
        assert_eq!(listener.interrupt().code, 0);
        assert_eq!(targets(&path), ["/third"]);
        std::fs::remove_file(&path).unwrap();
    }
}

#[test]
fn signatures_are_checked_reported_and_enforced() {
    let body = r#"{"foo":1,"bar":2}"#;
    let call = |signature: &str| {
        format!(
            "POST /k HTTP/1.1\r\nHost: x\r\nConnection: close\r\nKindly-HMAC: {signature}\r\n\
             Kindly-HMAC-algorithm: HMAC-SHA-256 (base64 encoded)\r\nContent-Length: 17\r\n\r\n{body}"
        )
    };
    let right = call("uEeD0Q7eW9btdx6LFvvlpwkzQBWdbknsQkg1C27Cx7Q=");
    let wrong = call("AAAA0Q7eW9btdx6LFvvlpwkzQBWdbknsQkg1C27Cx7Q=");
    for (enforce, status, code) in [(false, "200", 1), (true, "401", 1)] {
        let mut args = vec!["--plain", "--json", "--verify", "kindly", "--secret", "k=env:SECRET"];
        args.extend(enforce.then_some("--enforce"));
        let tool = Tool::new(["listen", "--addr", ":0"]).args(args).env("SECRET", "examplekey");
        let listener = Listener::with(tool);
        assert!(listener.send(right.as_bytes()).starts_with("HTTP/1.1 200"));
        let answer = listener.send(wrong.as_bytes());
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
        let outcome = listener.interrupt();
        assert_eq!(outcome.code, code, "{outcome:?}");
        let items = items(&outcome.stdout);
        assert_eq!(items[0]["facts"]["verify"]["ok"], true);
        assert_eq!(items[0]["facts"]["verify"]["matched_secret"], "k");
        assert_eq!(items[1]["findings"][0]["code"], "signature-mismatch");
        assert!(!outcome.stdout.contains("examplekey") && !outcome.stderr.contains("examplekey"));
    }
}

#[test]
fn the_application_behind_gets_the_same_bytes() {
    let application = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", application.local_addr().unwrap());
    let sent = b"POST /app HTTP/1.1\r\nhost: x\r\nX-a: \xe9\r\nCONNECTION: close\r\nContent-Length: 3\r\n\r\nabc";
    // What is of this connection stays here.
    let passed = b"POST /app HTTP/1.1\r\nhost: x\r\nX-a: \xe9\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc";
    let served = std::thread::spawn(move || {
        let (mut stream, _) = application.accept().unwrap();
        let mut bytes = vec![0; passed.len()];
        stream.read_exact(&mut bytes).unwrap();
        stream
            .write_all(b"HTTP/1.1 202 Fine\r\nX-B: 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")
            .unwrap();
        bytes
    });
    let listener = Listener::start(&["--plain", "--count", "1", "--forward", &url]);
    let answer = listener.send(sent);
    assert_eq!(served.join().unwrap(), passed);
    assert!(answer.starts_with("HTTP/1.1 202 Fine\r\nX-B: 1\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\nok"), "{answer}");
    assert_eq!(listener.wait().code, 0);

    let listener =
        Listener::start(&["--plain", "--count", "1", "--json", "--forward", "http://127.0.0.1:1"]);
    assert!(listener.send(sent).starts_with("HTTP/1.1 502 "));
    let outcome = listener.wait();
    assert_eq!(
        (outcome.code, &items(&outcome.stdout)[0]["failure"]["code"]),
        (3, &"refused".into())
    );
}

#[test]
fn answers_are_as_asked_for() {
    let call = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    let listener =
        Listener::start(&["--plain", "--respond", "503:{\"later\":true}", "--delay", "200ms"]);
    let started = std::time::Instant::now();
    let answer = listener.send(call);
    assert!(started.elapsed() >= std::time::Duration::from_millis(200));
    assert!(
        answer
            .starts_with("HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n")
    );
    assert!(answer.ends_with("{\"later\":true}"), "{answer}");
    let waiting = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    let mut stream = TcpStream::connect(listener.addr).unwrap();
    stream.write_all(waiting).unwrap();
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"{}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 503"));
    let outcome = listener.interrupt();
    assert!(outcome.stdout.contains("2 deliveries, 0 refused"), "{}", outcome.stdout);
}

#[test]
fn other_machines_are_kept_out_unless_allowed() {
    let outcome = Tool::new(["listen", "--addr", "0.0.0.0:0", "--for", "100ms"]).run();
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("--allow-remote"), "{}", outcome.stderr);
    let outcome = Tool::new(["listen", "--addr", "[::1]:0", "--for", "100ms"]).run();
    assert_eq!(outcome.code, 3, "nothing came, so nothing was checked");
}

#[test]
fn redacted_captures_hold_no_values() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("redacted.har.ndjson");
    let listener = Listener::start(&[
        "--plain",
        "--count",
        "1",
        "--redact",
        "--capture",
        path.to_str().unwrap(),
    ]);
    listener.send(b"POST /a?t=hunter2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer hunter2\r\nContent-Length: 15\r\n\r\n{\"p\":\"hunter2\"}");
    assert_eq!(listener.wait().code, 0);
    let text = std::fs::read_to_string(&path).unwrap();
    let json: Value = serde_json::from_str(&text).unwrap();
    assert!(!text.contains("hunter2") && json["_raw"].is_null());
    assert_eq!(json["request"]["postData"]["text"], "{\"p\":\"redacted-1\"}");
}

#[test]
fn what_a_proxy_claims_is_shown_as_claimed() {
    let pem = Pki::new("strangers").issue(&Wish { name: "caller", ..Wish::live() }).certificate_pem;
    let escaped = pem.replace('\n', "%0A").replace(' ', "%20").replace('+', "%2B");
    let listener = Listener::start(&["--plain", "--json", "--at", NOW, "--count", "1"]);
    let answer = listener.send(
        format!("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nssl-client-cert: {escaped}\r\nssl-client-verify: SUCCESS\r\n\r\n").as_bytes(),
    );
    assert!(answer.starts_with("HTTP/1.1 200"));
    let facts = &items(&listener.wait().stdout)[0]["facts"];
    assert_eq!(facts["client"], Value::Null, "a header proves nothing");
    assert_eq!(facts["claimed"][0]["dialect"], "ingress-nginx");
    assert_eq!(facts["claimed"][0]["client"][0]["subject"], "CN=caller");
    assert_eq!(facts["claimed"][0]["fields"][0], "verify=SUCCESS");
}
