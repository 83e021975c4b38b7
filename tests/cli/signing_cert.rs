//! Certificates that senders sign with: the right one verifies; one that is over, for another name, of
//! nobody's authority or from another host is refused with the reason, and nothing is fetched for a request.

use std::fs;
use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use time::macros::datetime;

use crate::harness::{Outcome, Tool};

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
        let named = format!("SignatureCertChainUrl: {address}");
        Tool::new(["verify", "-", "--scheme", "alexa", "--no-diagnose", "--at", at])
            .args(["--header", &named, "--header", &self.signature])
            .args(more)
            .dir(self.folder.path())
            .stdin(BODY)
            .run()
    }
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
    assert!(outcome.code(2).stderr.contains("signs with none"));
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
        assert!(said.contains("Alexa skills publishes none there"), "{said}");
    }
}
