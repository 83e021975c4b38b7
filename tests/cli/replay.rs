//! `replay`: what is sent, what is said about it, and that every wait ends.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::receiver::{Receiver, answer, capture};
use crate::harness::{Pki, Tool, assert_golden};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

fn folder_with(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

fn replay(folder: &Path, to: &str) -> Tool {
    Tool::new(["replay", "--format", "json", "--to", to]).dir(folder)
}

#[test]
fn facts_are_exact_and_bytes_arrive_as_they_were() {
    let raw = b"POST /a?b=c HTTP/1.1\nhost: old.example\nX-One: 1\nx-one: 2\nConnection: close\n\n{\"a\": 1}\n";
    let folder = folder_with(&[("r.txt", raw)]);
    let receiver = Receiver::always(OK);
    let outcome = replay(folder.path(), &receiver.url()).args(["r.txt"]).run().code(0);
    let received = receiver.received().remove(0);
    let host = receiver.address;
    assert_eq!(
        received.head,
        format!(
            "POST /a?b=c HTTP/1.1\r\nhost: {host}\r\nX-One: 1\r\nx-one: 2\r\nContent-Length: 9\r\n\r\n"
        )
    );
    assert_eq!(received.body, b"{\"a\": 1}\n");
    let facts = outcome.item()["facts"].clone();
    for (name, value) in [
        ("method", "POST".into()),
        ("url", format!("http://{host}/a?b=c").into()),
        ("status", 200.into()),
        ("attempts", 1.into()),
        ("request_bytes", (received.head.len() + received.body.len()).into()),
        ("response_bytes", OK.len().into()),
        ("protocol", serde_json::Value::Null),
        ("resumed", serde_json::Value::Null),
        ("client_certificate", "not-requested".into()),
        (
            "response_sha256",
            "2689367b205c16ce32ed4200942b8b8b1e262dfc70d9bc9fbc77c49699a4f1df".into(),
        ),
    ] {
        assert_eq!(facts[name], value, "{name}");
    }
    let summary = outcome.json()["summary"].clone();
    assert_eq!((summary["requests"].clone(), summary["connections"].clone()), (1.into(), 1.into()));
    assert!(summary["latency_ms"]["p50"].as_f64().unwrap() > 0.0);
    assert_eq!(summary["histogram"][0]["count"], 1);
}

#[test]
fn filter_limit_repeat_and_one_connection_for_all() {
    let folder = folder_with(&[("a.har.ndjson", capture(10).as_bytes())]);
    let receiver = Receiver::always(OK);
    let args = ["a.har.ndjson", "--filter", "status=5xx not header.X-Number=4", "--repeat", "2"];
    replay(folder.path(), &receiver.url()).args(args).args(["--limit", "6"]).run().code(0);
    let bodies: Vec<_> = receiver.received().into_iter().map(|one| one.body).collect();
    assert_eq!(bodies, [&b"2"[..], b"6", b"8", b"10", b"2", b"6"]);
    assert!(receiver.received().iter().all(|one| one.connection == 1), "not kept alive");
}

#[test]
fn answers_that_pass_are_tried_again_and_retry_after_is_honoured() {
    let count = Arc::new(AtomicUsize::new(0));
    let seen = count.clone();
    let receiver = Receiver::start(move |_, stream| {
        let bytes = match seen.fetch_add(1, Ordering::SeqCst) {
            0 => b"HTTP/1.1 503 busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n".to_vec(),
            _ => answer("200 OK"),
        };
        drop(stream.write_all(&bytes));
    });
    let folder = folder_with(&[("b", b"{}")]);
    let started = Instant::now();
    let args = ["--payload", "b", "--retries", "2"];
    let outcome = replay(folder.path(), &receiver.url()).args(args).run().code(0);
    assert_eq!(outcome.item()["facts"]["attempts"], 2);
    assert!(started.elapsed() >= Duration::from_secs(1));
    // Without --retries one answer is all there is.
    count.store(0, Ordering::SeqCst);
    let outcome = replay(folder.path(), &receiver.url()).args(["--payload", "b"]).run().code(1);
    assert_eq!(outcome.item()["findings"][0]["code"], "status-unexpected");
    let args = ["--payload", "b", "--expect", "200,503"];
    count.store(0, Ordering::SeqCst);
    replay(folder.path(), &receiver.url()).args(args).run().code(0);
}

#[test]
fn redirects_are_not_followed() {
    let elsewhere = Receiver::always(OK);
    let location = elsewhere.url();
    let receiver = Receiver::start(move |_, stream| {
        let text = format!("HTTP/1.1 308 x\r\nLocation: {location}/b\r\nContent-Length: 0\r\n\r\n");
        drop(stream.write_all(text.as_bytes()));
    });
    let folder = folder_with(&[("b", b"{}")]);
    let outcome = replay(folder.path(), &receiver.url()).args(["--payload", "b"]).run().code(1);
    let codes: Vec<_> = outcome.item()["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["code"].clone())
        .collect();
    assert_eq!(codes, ["status-unexpected", "redirected"]);
    assert!(elsewhere.received().is_empty());
}

#[test]
fn a_dry_run_prints_exactly_what_would_be_sent() {
    let folder = folder_with(&[("b.json", br#"{"foo":1,"bar":2}"#), ("secret", b"examplekey")]);
    let args = ["--payload", "b.json", "--resign", "kindly", "--secret", "file:secret"];
    let outcome = Tool::new(["replay", "--to", "https://hooks.example/in", "--dry-run"])
        .args(args)
        .args(["-H", "Content-Type: application/json", "--at", "2026-11-22T05:00:00Z"])
        .dir(folder.path())
        .run()
        .code(0);
    assert_golden("replay/dry-run.txt", &outcome.stdout);
    let secret =
        Tool::new(["replay", "--to", "https://a", "--secret", "hunter2", "--payload", "b"]);
    let refused = secret.args(["--resign", "kindly"]).run().code(2);
    assert!(!refused.stderr.contains("hunter2"), "{}", refused.stderr);
}

/// A server that behaves in this way after it accepted.
fn silent(then: impl Fn(std::net::TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let then = Arc::new(then);
    thread::spawn(move || {
        for stream in listener.incoming().take(8) {
            let then = then.clone();
            thread::spawn(move || then(stream.unwrap()));
        }
    });
    port
}

#[test]
fn a_stall_in_any_phase_ends_at_the_deadline() {
    let folder = folder_with(&[("small", b"{}"), ("large", &vec![b'x'; 40_000_000])]);
    let hold = |stream: std::net::TcpStream| {
        thread::sleep(Duration::from_secs(120));
        drop(stream);
    };
    let wait = silent(hold);
    let head_only = silent(move |mut stream| {
        let mut buffer = [0; 4096];
        let _ = stream.read(&mut buffer);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
        hold(stream);
    });
    let trickle = silent(move |mut stream| {
        while stream.write_all(b"H").is_ok() {
            thread::sleep(Duration::from_millis(50));
        }
    });
    for (scheme, port, payload, option, phase) in [
        ("https", wait, "small", "--timeout", "during the TLS handshake"),
        ("https", wait, "small", "--handshake-timeout", "during the TLS handshake"),
        ("http", wait, "small", "--timeout", "while waiting for the answer"),
        ("http", wait, "small", "--answer-timeout", "while waiting for the answer"),
        ("http", wait, "large", "--timeout", "while sending the request"),
        ("http", trickle, "small", "--timeout", "while waiting for the answer"),
    ] {
        let to = format!("{scheme}://127.0.0.1:{port}");
        let args = ["--payload", payload, option, "400ms"];
        let outcome = replay(folder.path(), &to).args(args).run().code(3);
        let failure = outcome.item()["failure"].clone();
        assert_eq!(failure["code"], "timeout", "{to} {payload}: {failure}");
        assert!(failure["message"].as_str().unwrap().ends_with(phase), "{failure}");
        assert!(outcome.elapsed < Duration::from_secs(20), "{phase}: {:?}", outcome.elapsed);
    }
    // Its status was read: that is an answer, and no failure, though it has no end.
    let to = format!("http://127.0.0.1:{head_only}");
    let args = ["--payload", "small", "--timeout", "3s"];
    let outcome = replay(folder.path(), &to).args(args).run().code(0);
    assert_eq!(outcome.item()["facts"]["status"], 200, "{}", outcome.stdout);
    assert_eq!(outcome.item()["findings"][0]["code"], "response-malformed", "{}", outcome.stdout);
}

#[test]
fn a_server_that_is_not_trusted_gets_nothing() {
    let pki = Pki::new("test authority");
    let server = pki.issue(&crate::harness::pki::Wish::live());
    let client_pki = Pki::new("client authority");
    let client = client_pki.issue(&crate::harness::pki::Wish {
        name: "caller",
        purpose: rcgen::ExtendedKeyUsagePurpose::ClientAuth,
        key: 3,
        ..crate::harness::pki::Wish::live()
    });
    let identity = format!("{}{}", client.certificate_pem, client.key_pem);
    let folder = folder_with(&[
        ("b", b"secret payload"),
        ("ca.pem", client_pki.ca.certificate_pem.as_bytes()),
        ("right.pem", pki.ca.certificate_pem.as_bytes()),
        ("client.pem", identity.as_bytes()),
    ]);
    let seen = Arc::new(Mutex::new((0, false)));
    let port = tls_server(&server, &client_pki, seen.clone());
    let to = format!("https://localhost:{port}/");
    let args = ["--payload", "b", "--cert", "client.pem", "--at", crate::harness::pki::NOW];
    for tls in ["1.2", "1.3"] {
        let run = |more: &[&str]| {
            *seen.lock().unwrap() = (0, false);
            let outcome =
                replay(folder.path(), &to).args(args).args(["--tls", tls]).args(more).run();
            (outcome, *seen.lock().unwrap())
        };
        let (outcome, got) = run(&["--ca", "ca.pem"]);
        assert_eq!(outcome.item()["failure"]["code"], "untrusted", "{}", outcome.stdout);
        assert_eq!(got, (0, false), "TLS {tls}: bytes, certificate");
        let pin = "4C21C5018BA88E42E608EBEA7203C063931A1D01";
        let (outcome, got) = run(&["--ca", "right.pem", "--pin", pin]);
        assert_eq!(outcome.item()["failure"]["code"], "untrusted", "{}", outcome.stdout);
        assert_eq!(got, (0, false), "TLS {tls}: bytes, certificate");
        // The test would see what arrives: here it does.
        let (outcome, got) = run(&["--insecure"]);
        assert!(outcome.stderr.starts_with("warning: --insecure: "), "{}", outcome.stderr);
        assert!(got.0 > 14 && got.1, "{got:?} {}", outcome.stdout);
        let (outcome, _) = run(&["--ca", "right.pem"]);
        let outcome = outcome.code(0);
        assert_eq!(outcome.item()["facts"]["client_certificate"], "accepted");
    }
}

/// The moment tests judge at.
#[derive(Debug)]
struct Then;

impl rustls::time_provider::TimeProvider for Then {
    fn current_time(&self) -> Option<rustls::pki_types::UnixTime> {
        let seconds = time::macros::datetime!(2026-06-01 0:00 UTC).unix_timestamp();
        Some(rustls::pki_types::UnixTime::since_unix_epoch(Duration::from_secs(seconds as u64)))
    }
}

/// A TLS server that asks for a certificate and notes how many bytes came, and whether one did.
fn tls_server(
    own: &crate::harness::pki::Pair,
    clients: &Pki,
    seen: Arc<Mutex<(usize, bool)>>,
) -> u16 {
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from(clients.ca.certificate_der.clone())).unwrap();
    let verifier = rustls::server::WebPkiClientVerifier::builder_with_provider(
        Arc::new(roots),
        provider.clone(),
    );
    let verifier = verifier.allow_unauthenticated().build().unwrap();
    let chain = vec![CertificateDer::from(own.certificate_der.clone())];
    let key = PrivateKeyDer::from_pem_slice(own.key_pem.as_bytes()).unwrap();
    // Certificates of tests have fixed dates, so the clock stands still, too.
    let config = rustls::ServerConfig::builder_with_details(provider, Arc::new(Then))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key)
        .unwrap();
    let config = Arc::new(config);
    silent(move |mut stream| {
        let mut connection = rustls::ServerConnection::new(config.clone()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        let mut tls = rustls::Stream::new(&mut connection, &mut stream);
        let mut buffer = [0; 4096];
        while let Ok(length) = tls.read(&mut buffer) {
            let mut seen = seen.lock().unwrap();
            seen.0 += length;
            seen.1 |= tls.conn.peer_certificates().is_some();
            drop(seen);
            if length == 0 || buffer[..length].ends_with(b"secret payload") {
                break;
            }
        }
        seen.lock().unwrap().1 |= tls.conn.peer_certificates().is_some();
        let _ = tls.write_all(OK);
    })
}

#[test]
fn rate_is_kept_and_jobs_run_at_once() {
    let folder = folder_with(&[("a.har.ndjson", capture(12).as_bytes())]);
    // Nobody is answered before six are there.
    let six = Barrier::new(6);
    let receiver = Receiver::start(move |_, stream| {
        six.wait();
        drop(stream.write_all(&answer("200 OK")));
    });
    let args = ["a.har.ndjson", "--jobs", "6"];
    replay(folder.path(), &receiver.url()).args(args).run().code(0);
    let started = Instant::now();
    let args = ["a.har.ndjson", "--rate", "50/s", "--jobs", "12"];
    replay(folder.path(), &receiver.url()).args(args).run().code(0);
    assert!(started.elapsed() >= Duration::from_millis(11 * 20));
}
