//! Certificates that senders sign with: the right one verifies; one that is over, for another name, of
//! nobody's authority or from another host is refused with the reason, and nothing is fetched for a request.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use time::macros::datetime;

use crate::harness::pki::{Pki, Wish};
use crate::harness::tls::config;
use crate::harness::{Outcome, Peer, Tool};

const BODY: &str = r#"{"version":"1.0","request":{"timestamp":"2027-01-15T08:00:00Z"}}"#;
const AT: &str = "2027-01-15T08:00:00Z";
const ADDRESS: &str = "https://s3.amazonaws.com/echo.api/echo-api-cert-4.pem";

/// Files with a key, the authority, and a chain for each of these names.
fn files(folder: &Path, names: &[&str]) {
    let file = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    let key_pem = include_str!("../data/rsa.pem");
    let key = KeyPair::from_pem(key_pem).unwrap();
    let mut authority = CertificateParams::default();
    authority.distinguished_name.push(DnType::CommonName, "Test Authority");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = KeyPair::generate().unwrap();
    let certificate = authority.self_signed(&root).unwrap();
    let issuer = Issuer::new(authority, root);
    for name in names {
        let mut leaf = CertificateParams::new(vec![(*name).to_owned()]).unwrap();
        leaf.not_before = datetime!(2026-06-01 0:00 UTC);
        leaf.not_after = datetime!(2027-06-01 0:00 UTC);
        file(name, &leaf.signed_by(&key, &issuer).unwrap().pem());
    }
    file("key.pem", key_pem);
    file("ca.pem", &certificate.pem());
}

struct Delivery {
    folder: tempfile::TempDir,
    signature: String,
}

impl Delivery {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        files(folder.path(), &["echo-api.amazon.com", "evil.example"]);
        let sign = ["sign", "-", "--scheme", "alexa", "--secret", "file:key.pem"];
        let outcome = Tool::new(sign).dir(folder.path()).stdin(BODY).run().code(0);
        Self { signature: outcome.stdout.trim_end().to_owned(), folder }
    }

    fn judged(&self, address: &str, at: &str, more: &[&str]) -> Outcome {
        self.judging(address, at, more).run()
    }

    fn judging(&self, address: &str, at: &str, more: &[&str]) -> Tool {
        let named = format!("SignatureCertChainUrl: {address}");
        Tool::new(["verify", "-", "--scheme", "alexa", "--no-diagnose", "--at", at])
            .args(["--header", &named, "--header", &self.signature])
            .args(more)
            .dir(self.folder.path())
            .stdin(BODY)
    }

    /// The certificate that its sender publishes, as somebody serves it who is `name`, vouched for by the
    /// authority of `anchors`: a proxy leads to a server of ours, everything else is as it always is.
    fn fetched(&self, name: &str, anchors: &str, answer: &str) -> Outcome {
        let authority = Pki::new("Web Authority");
        fs::write(self.folder.path().join("web.pem"), &authority.ca.certificate_pem).unwrap();
        let server = config(&[authority.issue(&Wish { name, ..Wish::live() })]);
        let answer = answer.to_owned();
        let proxy = Peer::start(move |mut stream| {
            // One byte at a time: what follows the head is TLS.
            let asked = head(BufReader::with_capacity(1, &stream));
            assert_eq!(asked.lines().next(), Some("CONNECT s3.amazonaws.com:443 HTTP/1.1"));
            let _ = stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n");
            let connection = rustls::ServerConnection::new(server.clone()).unwrap();
            let mut tls = rustls::StreamOwned::new(connection, stream);
            let asked = head(BufReader::new(&mut tls));
            if asked.starts_with("GET /echo.api/echo-api-cert-4.pem HTTP/1.1\r\n") {
                let _ = tls.write_all(answer.as_bytes());
                tls.conn.send_close_notify();
                let _ = tls.flush();
            }
        });
        let args = ["--signing-cert", ADDRESS, "--signing-ca", "ca.pem"];
        let tool = self.judging(ADDRESS, AT, &args).env("SSL_CERT_FILE", anchors);
        tool.env("HTTPS_PROXY", format!("http://{}", proxy.target())).run()
    }

    /// An answer with one of the files.
    fn served(&self, name: &str) -> String {
        let pem = fs::read_to_string(self.folder.path().join(name)).unwrap();
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{pem}", pem.len())
    }
}

/// Reads to the empty line.
fn head(mut reader: impl BufRead) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && matches!(reader.read_line(&mut head), Ok(1..)) {}
    head
}

const TRUSTED: [&str; 4] = ["--signing-cert", "echo-api.amazon.com", "--signing-ca", "ca.pem"];

#[test]
fn the_senders_own_certificate_verifies() {
    let delivery = Delivery::new();
    let outcome = delivery.judged(ADDRESS, AT, &TRUSTED).code(0);
    assert!(outcome.stdout.contains("echo-api.amazon.com"), "{}", outcome.stdout);
}

#[test]
fn another_certificate_is_refused_with_the_reason() {
    let delivery = Delivery::new();
    for (at, more, reason) in [
        ("2027-07-01T00:00:00Z", &TRUSTED[..], "expired"),
        (AT, &["--signing-cert", "evil.example", "--signing-ca", "ca.pem"], "is for evil.example"),
        (AT, &["--signing-cert", "echo-api.amazon.com"], "is not trusted"),
        (AT, &["--signing-cert", "key.pem"], "no certificate"),
        (AT, &["--signing-cert", "https://evil.example/c.pem"], "publishes no certificate there"),
        (AT, &["--signing-cert", ADDRESS, "--offline"], "offline"),
    ] {
        let outcome = delivery.judged(ADDRESS, at, more);
        assert_ne!(outcome.code, 0, "{reason}");
        let said = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(said.contains(reason), "{reason}: {said}");
    }
    let outcome = Tool::new(["verify", "-", "--scheme", "stripe", "--signing-cert", "x"]).run();
    assert!(outcome.code(2).stderr.contains("does not sign with a certificate"));
}

#[test]
fn the_certificate_that_the_sender_publishes_verifies() {
    let delivery = Delivery::new();
    let answer = delivery.served("echo-api.amazon.com");
    let outcome = delivery.fetched("s3.amazonaws.com", "web.pem", &answer).code(0);
    assert!(outcome.stdout.contains(ADDRESS), "{}", outcome.stdout);
}

#[test]
fn a_certificate_that_is_served_by_others_or_otherwise_is_refused() {
    let delivery = Delivery::new();
    let (own, web) = (delivery.served("echo-api.amazon.com"), "web.pem");
    let moved = "HTTP/1.1 302 Found\r\nLocation: https://a.example/\r\nContent-Length: 0\r\n\r\n";
    let long = format!("HTTP/1.1 200 OK\r\n\r\n{}{}", own, "\n".repeat(1 << 20));
    for (name, anchors, answer, reason) in [
        ("s3.evil.example", web, own.as_str(), "s3.evil.example"),
        ("s3.amazonaws.com", "ca.pem", own.as_str(), "not trusted"),
        ("s3.amazonaws.com", web, moved, "redirects are not followed"),
        ("s3.amazonaws.com", web, &long, "more than 1 MiB"),
        ("s3.amazonaws.com", web, &delivery.served("evil.example"), "is for evil.example"),
        ("s3.amazonaws.com", web, &delivery.served("key.pem"), "no certificate"),
    ] {
        let outcome = delivery.fetched(name, anchors, answer).code(3);
        let said = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(said.contains(reason), "{reason}: {said}");
    }
}

/// The request may say what it likes: its address is never fetched, and must be one of the sender's.
#[test]
fn a_request_that_names_another_host_is_refused() {
    let delivery = Delivery::new();
    for address in
        ["https://evil.example/echo.api/cert.pem", "http://s3.amazonaws.com/echo.api/c.pem"]
    {
        let outcome = delivery.judged(address, AT, &TRUSTED).code(1);
        let said = outcome.stdout.replace("\n        ", " ");
        assert!(said.contains("where Amazon Alexa skills publishes none"), "{said}");
    }
}
