//! Callers without a certificate, with one that looks like the right one, and with headers that claim it; other
//! doors; and what no sender sends.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{StoresServerSessions, WebPkiClientVerifier};
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use super::{SECRET, accusations, outcome, outcomes, tool};
use crate::harness::listener::Listener;
use crate::harness::receiver::{Receiver, answer};
use crate::harness::{Outcome, Peer, Tool};

const CERTIFIED: &str = "--scheme github --secret env:S --json --ca pki/ca.pem --cert pki/client.pem \
                         --test-ca pki/ca.key";
const ALL: &str = "--only certificate,headers,doors,robustness";

/// A folder with what `mint` makes and a body.
fn folder() -> tempfile::TempDir {
    let folder = super::folder();
    Tool::new(["mint", "pki"]).dir(folder.path()).run().code(0);
    folder
}

/// `listen`, which takes whose certificate these options say.
fn listener(folder: &Path, options: &str) -> Listener {
    let own = "--cert pki/server.pem --key pki/server.key --verify github --secret env:S --enforce";
    let tool = Tool::new(["listen", "--addr", ":0"]).args(own.split(' '));
    Listener::with(tool.args(options.split(' ')).env("S", SECRET).dir(folder))
}

fn audit(folder: &Path, port: u16, options: &str) -> Outcome {
    tool(folder, &format!("https://localhost:{port}/pay"), options).run()
}

#[test]
fn a_receiver_that_knows_its_caller_is_accused_of_nothing() {
    let folder = folder();
    let options = "--client-ca pki/ca.pem --client-cert require --client-pin @pki/client.pem";
    let listener = listener(folder.path(), options);
    let run = audit(folder.path(), listener.addr.port(), &format!("{CERTIFIED} {ALL}"));
    assert_eq!(accusations(&run), [""; 0], "{}", run.stdout);
    let all = outcomes(&run.code(0).json());
    for (id, expected) in [
        ("no-certificate", "refused"),
        ("stranger", "refused"),
        ("same-subject", "refused"),
        ("same-issuer", "refused"),
        ("lookalike-suffix", "refused"),
        ("name-in-other-field", "refused"),
        ("expired", "refused"),
        ("not-yet", "refused"),
        ("serverauth-only", "refused"),
        ("xfcc", "refused"),
        ("header-underscores", "refused"),
        ("http", "refused"),
        ("no-sni", "refused"),
        ("ip-literal", "refused"),
        ("sni-host-differ", "not-applicable"),
        ("other-path-case", "refused"),
        ("get", "refused"),
        ("oversize", "refused"),
        ("chunked", "accepted"),
        ("gzip-body", "refused"),
        ("duplicate-length", "refused"),
        ("challenge-unverified", "not-applicable"),
    ] {
        assert_eq!(outcome(&all, id), expected, "{id}");
    }
}

#[test]
fn who_looks_at_the_issuer_alone_lets_other_names_in() {
    let folder = folder();
    let listener = listener(folder.path(), "--client-ca pki/ca.pem --client-cert require");
    let options = format!("{CERTIFIED} --only certificate --allowed-name hooks.example");
    let run = audit(folder.path(), listener.addr.port(), &options).code(1);
    let expected = ["lookalike-suffix", "lookalike-prefix", "lookalike-dot", "name-in-other-field"]
        .map(|id| format!("forged-accepted {id}"));
    assert_eq!(accusations(&run), expected, "{}", run.stdout);
}

#[test]
fn who_asks_and_does_not_insist_is_told_once() {
    let folder = folder();
    let listener = listener(folder.path(), "--client-cert request");
    let run = audit(folder.path(), listener.addr.port(), &format!("{CERTIFIED} {ALL}")).code(1);
    assert_eq!(accusations(&run), ["forged-accepted no-certificate"], "{}", run.stdout);
    assert!(run.stdout.contains("no-certificate was let in, so this would be too"));
}

/// What a server has seen of a call.
struct Seen<'a> {
    head: &'a str,
    /// The name that TLS was asked for.
    server_name: Option<&'a str>,
    /// Whether a session was to be resumed.
    came_back: bool,
}

/// Sessions that nobody finds again; whether one was looked for.
#[derive(Debug, Default)]
struct Forgotten(AtomicBool);

impl StoresServerSessions for Forgotten {
    fn put(&self, _: Vec<u8>, _: Vec<u8>) -> bool {
        true
    }

    fn get(&self, _: &[u8]) -> Option<Vec<u8>> {
        self.0.store(true, Ordering::SeqCst);
        None
    }

    fn take(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.get(key)
    }

    fn can_cache(&self) -> bool {
        true
    }
}

/// A server that asks for a certificate, and also lets in what this says.
fn lenient(folder: &Path, knows: impl Fn(&Seen<'_>) -> bool + Send + Sync + 'static) -> Peer {
    let read = |name: &str| fs::read(folder.join("pki").join(name)).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(&read("ca.pem")).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
    let verifier = verifier.allow_unauthenticated().build().unwrap();
    let key = PrivateKeyDer::from_pem_slice(&read("server.key")).unwrap();
    let certificate = CertificateDer::from_pem_slice(&read("server.pem")).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(vec![certificate], key)
        .unwrap();
    Peer::start(move |mut stream| {
        let mut first = [0];
        if !matches!(stream.peek(&mut first), Ok(1)) {
            return;
        }
        // What is no record of a TLS handshake.
        if first != [22] {
            let Some(head) = head(&mut stream) else { return };
            let is_known = knows(&Seen { head: &head, server_name: None, came_back: false });
            return answered(&mut stream, is_known);
        }
        let sessions = Arc::new(Forgotten::default());
        let mut config = config.clone();
        config.session_storage = sessions.clone();
        let connection = ServerConnection::new(Arc::new(config)).unwrap();
        let mut stream = StreamOwned::new(connection, stream);
        let Some(head) = head(&mut stream) else { return };
        let (server_name, came_back) =
            (stream.conn.server_name(), sessions.0.load(Ordering::SeqCst));
        let is_known = stream.conn.peer_certificates().is_some()
            || knows(&Seen { head: &head, server_name, came_back });
        answered(&mut stream, is_known);
        stream.conn.send_close_notify();
        let _ = stream.flush();
    })
}

/// The head of a request, in small letters.
fn head(stream: &mut impl Read) -> Option<String> {
    let mut heard = Vec::new();
    while !heard.windows(4).any(|four| four == b"\r\n\r\n") {
        let mut piece = [0; 4096];
        match stream.read(&mut piece) {
            Ok(count) if count > 0 => heard.extend(&piece[..count]),
            _ => return None,
        }
    }
    Some(String::from_utf8_lossy(&heard).to_ascii_lowercase())
}

fn answered(stream: &mut impl Write, is_known: bool) {
    let _ = stream.write_all(&answer(if is_known { "200 OK" } else { "403 Forbidden" }));
}

fn port(server: &Peer) -> u16 {
    server.target().rsplit(':').next().unwrap().parse().unwrap()
}

#[test]
fn who_leaves_another_way_in_is_told_which() {
    let folder = folder();
    type Knows = fn(&Seen<'_>) -> bool;
    let holes: [(&str, &str, Knows); 4] = [
        ("none", "certificate,doors", |_| false),
        // Who is looked for among those who were here is taken for one of them.
        ("resumed-without", "certificate", |seen| seen.came_back),
        // The name of another place, where nobody is asked for a certificate.
        ("sni-host-differ", "doors", |seen| seen.server_name == Some("localhost")),
        ("http", "doors", |seen| seen.server_name.is_none() && seen.head.contains("/http\r\n")),
    ];
    for (id, groups, knows) in holes {
        let server = lenient(folder.path(), knows);
        // By its address no name is asked for.
        let url = format!("https://127.0.0.1:{}/pay", port(&server));
        // The names in certificates are not what this is about.
        let names = "lookalike-suffix,lookalike-prefix,lookalike-dot,name-in-other-field";
        let options = format!("{CERTIFIED} --also localhost --only {groups} --skip {names}");
        let run = tool(folder.path(), &url, &options).run();
        let expected = if id == "none" { vec![] } else { vec![format!("forged-accepted {id}")] };
        assert_eq!(accusations(&run), expected, "{id}: {}", run.stdout);
        assert_eq!(run.code, i32::from(id != "none"), "{id}");
        let all = outcomes(&run.json());
        if id == "none" {
            for id in ["resumed-without", "sni-host-differ", "http"] {
                assert_eq!(outcome(&all, id), "refused", "{id}");
            }
        }
    }
}

#[test]
fn who_believes_a_header_is_told_which() {
    let folder = folder();
    for (header, id) in [
        ("\r\nx-ssl-client-verify: success", "x-ssl-client"),
        ("\r\nx-client-cert-dn: ", "x-client-cert-dn"),
        ("\r\nclient-cert: :", "client-cert"),
        ("\r\nx_client_cert_dn: ", "header-underscores"),
    ] {
        let server = lenient(folder.path(), move |seen| seen.head.contains(header));
        let options = format!("{CERTIFIED} --only headers");
        let run = audit(folder.path(), port(&server), &options).code(1);
        assert_eq!(accusations(&run), [format!("forged-accepted {id}")], "{}", run.stdout);
    }
}

#[test]
fn an_address_check_by_anybody_is_answered_with_a_page() {
    let folder = super::folder();
    let receiver = Receiver::start(|received, stream| {
        let challenge = received.head.split("hub.challenge=").nth(1);
        let challenge = challenge.and_then(|rest| rest.split(' ').next());
        let answered = match challenge {
            Some(word) => format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{word}",
                word.len()
            ),
            None => String::from_utf8(answer("200 OK")).unwrap(),
        };
        let _ = stream.write_all(answered.as_bytes());
    });
    let options = "--scheme meta --secret env:S --json --only robustness \
                   --skip get,oversize,chunked,gzip-body,duplicate-length";
    let run = tool(folder.path(), &receiver.url(), options).run().code(1);
    let expected =
        ["forged-accepted challenge-unverified", "challenge-reflected challenge-unverified"];
    assert_eq!(accusations(&run), expected, "{}", run.stdout);
}

#[test]
fn what_contradicts_itself_is_refused() {
    let folder = folder();
    for (options, code, words) in [
        (
            "--cert pki/client.pem --test-ca pki/client.pem --ca pki/ca.pem",
            2,
            "not a certificate authority",
        ),
        ("--test-ca pki/ca.key", 2, "--cert"),
        ("--allowed-name x", 2, "--cert"),
        ("--cert pki/client.pem --test-ca missing.pem", 3, "--test-ca"),
        ("--also a:b", 2, "--also"),
        ("--audience a", 2, "--scheme"),
    ] {
        let run = tool(folder.path(), "https://localhost:1/pay", options).run();
        let said = format!("{}{}", run.stdout, run.stderr);
        assert!(run.code == code && said.contains(words), "{options}: {}\n{said}", run.code);
    }
    let plain = tool(folder.path(), "http://127.0.0.1:1/", "--cert pki/client.pem").run().code(2);
    assert!(plain.stderr.contains("https://"), "{}", plain.stderr);
}
