//! What the application behind us gets: below which path, over which TLS, and what it is told of callers;
//! and how its answer comes back.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver as Inbox, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rcgen::ExtendedKeyUsagePurpose;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::items;
use crate::harness::listener::Listener;
use crate::harness::pki::{Pair, Pki, Wish};
use crate::harness::{Caller, Peer, Receiver};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

fn callers() -> (Pki, Pair) {
    let pki = Pki::new("callers");
    let purpose = ExtendedKeyUsagePurpose::ClientAuth;
    let pair = pki.issue(&Wish { name: "caller", purpose, key: 7, ..Wish::live() });
    (pki, pair)
}

/// A file in the folder with this text.
fn file(folder: &tempfile::TempDir, name: &str, text: &str) -> String {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn address(peer: &Peer) -> SocketAddr {
    peer.target().parse().unwrap()
}

/// An application that speaks TLS as this pair, and the heads that it got.
fn secure(pair: &Pair) -> (Peer, Arc<Mutex<Vec<String>>>) {
    let key = rcgen::KeyPair::from_pem(&pair.key_pem).unwrap().serialize_der();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![pair.certificate_der.clone().into()],
            PrivatePkcs8KeyDer::from(key).into(),
        )
        .unwrap();
    let (config, heads) = (Arc::new(config), Arc::new(Mutex::new(Vec::new())));
    let all = heads.clone();
    let peer = Peer::start(move |stream| {
        let connection = ServerConnection::new(config.clone()).unwrap();
        let mut stream = StreamOwned::new(connection, stream);
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") {
            if stream.read_exact(&mut byte).is_err() {
                return;
            }
            head.push(byte[0]);
        }
        all.lock().unwrap().push(String::from_utf8(head).unwrap());
        let _ = stream.write_all(OK);
        stream.conn.send_close_notify();
        let _ = stream.flush();
    });
    (peer, heads)
}

#[test]
fn only_the_certificate_that_passed_its_check_reaches_the_application() {
    let folder = tempfile::tempdir().unwrap();
    let (pki, pair) = callers();
    let ca = file(&folder, "ca.pem", &pki.ca.certificate_pem);
    let stranger = Pki::new("others").issue(&Wish {
        name: "stranger",
        purpose: ExtendedKeyUsagePurpose::ClientAuth,
        key: 8,
        ..Wish::live()
    });
    let forged = "Client-Cert: :AAAA:\r\nclient_cert: :AAAA:\r\nX-Forwarded-Client-Cert: Hash=00\r\n\
        X-SSL-Client-Verify: SUCCESS\r\n";
    let chain = [pair.certificate_der.clone(), pki.ca.certificate_der.clone()];
    let base64 = hookprint::digest::base64;
    for (form, expected) in [
        (
            "rfc9440",
            format!(
                "Client-Cert: :{}:\r\nClient-Cert-Chain: :{}:\r\n",
                base64(&chain[0]),
                base64(&chain[1])
            ),
        ),
        (
            "xfcc",
            format!(
                "X-Forwarded-Client-Cert: Hash={};Cert=\"{}\";Chain=\"{}{}\";Subject=\"CN=caller\";URI=;DNS=caller\r\n",
                hookprint::digest::hex(&hookprint::digest::sha256(&chain[0])),
                encoded(&pair.certificate_pem),
                encoded(&pair.certificate_pem),
                encoded(&pki.ca.certificate_pem),
            ),
        ),
    ] {
        let application = Receiver::always(OK);
        let url = application.url();
        let listener = Listener::start(&[
            "--client-ca",
            &ca,
            "--forward",
            &url,
            "--forward-client-cert",
            form,
        ]);
        let post =
            |chain: &[Vec<u8>], pair| Caller::new(Some((chain, pair))).post(listener.addr, forged);
        assert_eq!(post(&chain, &pair).0, 200);
        // Nothing is enforced, so these come through; but nobody vouches for them.
        assert_eq!(post(std::slice::from_ref(&stranger.certificate_der), &stranger).0, 200);
        assert_eq!(Caller::new(None).post(listener.addr, forged).0, 200);
        listener.interrupt();
        let rest = "Connection: close\r\n\r\n";
        let bare = "POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n";
        let heads: Vec<String> =
            application.received().into_iter().map(|received| received.head).collect();
        let none = format!("{bare}{rest}");
        assert_eq!(heads, [format!("{bare}{expected}{rest}"), none.clone(), none], "{form}");
    }
}

/// As Envoy does: newlines and marks of base64, and nothing else.
fn encoded(pem: &str) -> String {
    [("\n", "%0A"), (" ", "%20"), ("+", "%2B"), ("/", "%2F"), ("=", "%3D")]
        .iter()
        .fold(pem.replace('\r', ""), |text, (from, to)| text.replace(from, to))
}

#[test]
fn claims_of_a_proxy_of_ours_are_kept() {
    let application = Receiver::always(OK);
    let url = application.url();
    let listener = Listener::start(&["--plain", "--forward", &url, "--trust-forwarded"]);
    listener.send(b"POST / HTTP/1.0\r\nssl-client-cert: x\r\nContent-Length: 0\r\n\r\n");
    listener.interrupt();
    assert!(application.received()[0].head.contains("\r\nssl-client-cert: x\r\n"));
}

#[test]
fn an_application_over_tls_is_verified_and_called_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let pki = Pki::new("application");
    let ca = file(&folder, "ca.pem", &pki.ca.certificate_pem);
    let other = file(&folder, "other.pem", &Pki::new("other").ca.certificate_pem);
    let (good, heads) = secure(&pki.issue(&Wish::live()));
    let (misnamed, unseen) =
        secure(&pki.issue(&Wish { name: "elsewhere.example", ..Wish::live() }));
    let call = b"POST /a?b HTTP/1.1\r\nHost: hooks.example\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";
    let send = |address: SocketAddr, ca: &[&str]| {
        let url = format!("https://localhost:{}/in/", address.port());
        let args = [&["--plain", "--json", "--forward", &url], ca].concat();
        let listener = Listener::start(&args);
        let answer = listener.send(call);
        (answer, items(&listener.interrupt().stdout).remove(0))
    };
    let (answer, _) = send(address(&good), &["--forward-ca", &ca]);
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("ok"), "{answer}");
    for (address, ca) in [
        (address(&good), &["--forward-ca", &other][..]),
        (address(&good), &[]),
        (address(&misnamed), &["--forward-ca", &ca]),
    ] {
        let (answer, item) = send(address, ca);
        assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
        assert_eq!(item["failure"]["code"], "untrusted", "{item}");
    }
    let port = address(&good).port();
    let expected = format!(
        "POST /in/a?b HTTP/1.1\r\nContent-Length: 2\r\nHost: localhost:{port}\r\n\
         X-Forwarded-Host: hooks.example\r\nConnection: close\r\n\r\n"
    );
    assert_eq!(*heads.lock().unwrap(), [expected], "nobody else is sent anything");
    assert!(unseen.lock().unwrap().is_empty());
}

#[test]
fn paths_stay_below_that_of_the_application() {
    let application = Receiver::always(OK);
    let url = format!("{}/in", application.url());
    let listener = Listener::start(&["--plain", "--json", "--forward", &url]);
    let get = |target: &str| {
        let call = format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        listener.send(call.as_bytes())[9..12].to_owned()
    };
    assert_eq!([get("/"), get("/a?b"), get("/%2e%2e/admin")], ["200", "200", "400"]);
    let items = items(&listener.interrupt().stdout);
    assert_eq!(items[2]["failure"]["code"], "http-malformed");
    let lines: Vec<String> = application
        .received()
        .iter()
        .map(|received| received.head.lines().next().unwrap().to_owned())
        .collect();
    assert_eq!(lines, ["GET /in HTTP/1.1", "GET /in/a?b HTTP/1.1"]);
}

/// An application that answers in these pieces, each once it is told to go on.
fn stepwise(pieces: &'static [&'static [u8]], told: Inbox<()>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut bytes = [0; 1024];
        let _ = stream.read(&mut bytes);
        for piece in pieces {
            stream.write_all(piece).unwrap();
            let _ = told.recv();
        }
    });
    address
}

/// What comes until it ends like this.
fn until(stream: &mut TcpStream, end: &str) -> String {
    let (mut text, mut byte) = (String::new(), [0]);
    while !text.ends_with(end) {
        stream.read_exact(&mut byte).unwrap_or_else(|error| panic!("{error}: {text}"));
        text.push(char::from(byte[0]));
    }
    text
}

#[test]
fn answers_come_back_as_they_come() {
    let chunks: &[&[u8]] = &[
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: 1\r\n\r\n4\r\nfirs\r\n",
        b"1\r\nt\r\n",
        b"6\r\nsecond\r\n0\r\n\r\n",
    ];
    let length: &[&[u8]] = &[b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nfirs", b"t", b"second"];
    for (pieces, version, starts, ends) in [
        (chunks, "1.1", "4\r\nfirs\r\n1\r\nt\r\n", "6\r\nsecond\r\n0\r\n\r\n"),
        (chunks, "1.0", "first", "second"),
        (length, "1.1", "first", "second"),
    ] {
        let (tell, told) = channel();
        let url = format!("http://{}", stepwise(pieces, told));
        let folder = tempfile::tempdir().unwrap();
        let capture = file(&folder, "kept.har.ndjson", "");
        let listener = Listener::start(&["--plain", "--forward", &url, "--capture", &capture]);
        let mut stream = TcpStream::connect(listener.addr).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.write_all(format!("GET / HTTP/{version}\r\nHost: x\r\n\r\n").as_bytes()).unwrap();
        let head = until(&mut stream, "\r\n\r\n");
        assert_eq!(head.contains("Transfer-Encoding: chunked"), starts.contains('\r'), "{head}");
        assert_eq!(head.contains("Content-Length: 11"), pieces == length, "{head}");
        tell.send(()).unwrap();
        // All of this is here before the application goes on.
        assert_eq!(until(&mut stream, starts), starts);
        tell.send(()).unwrap();
        assert_eq!(until(&mut stream, ends), ends);
        drop((tell, stream));
        listener.interrupt();
        let kept: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(&capture).unwrap()).unwrap();
        let size = if pieces == length { 11 } else { -1 };
        assert_eq!(kept["response"]["bodySize"], size);
    }
}

#[test]
fn an_answer_that_breaks_off_is_not_made_whole() {
    let (tell, told) = channel::<()>();
    let pieces: &[&[u8]] = &[b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfirs\r\n"];
    let url = format!("http://{}", stepwise(pieces, told));
    let listener = Listener::start(&["--plain", "--json", "--forward", &url]);
    let mut stream = TcpStream::connect(listener.addr).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    until(&mut stream, "firs\r\n");
    drop(tell);
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "", "no last chunk: the caller knows");
    let outcome = listener.interrupt();
    let items = items(&outcome.stdout);
    assert_eq!(items[0]["facts"]["status"], 200);
    assert_eq!(items[1]["status"], "failed", "{items:?}");
    assert_eq!(outcome.code, 3);
}

#[test]
fn what_says_nothing_or_too_much_is_refused() {
    for (args, said) in [
        ("--forward http://192.0.2.1:1", "is another machine"),
        ("--forward http://127.0.0.1:1 --forward-ca x.pem", "--forward-ca does not apply"),
        ("--forward https://127.0.0.1:1 --forward-ca /nowhere.pem", "--forward-ca"),
        ("--forward http://127.0.0.1:1 --forward-client-cert xfcc", "no certificate is verified"),
        ("--forward http://127.0.0.1:1?a", "the query comes from the request"),
        ("--forward-ca x.pem", "--forward"),
        ("--trust-forwarded", "--trust-forwarded has no effect without --verify"),
        ("--forward http://127.0.0.1:1 --respond-header a:b", "--respond-header"),
        ("--respond-header Content-Length:1", "sets where an answer ends"),
    ] {
        let args = args.split_whitespace();
        let tool = crate::harness::Tool::new(["listen", "--addr", ":0"]).args(args.clone());
        let ended = Listener::try_with(tool).err();
        let ended = ended.unwrap_or_else(|| panic!("{args:?}: it listens"));
        assert!(ended.stderr.contains(said), "{args:?}: {}", ended.stderr);
        assert_eq!(ended.code, if said == "--forward-ca" { 3 } else { 2 }, "{args:?}");
    }
}
