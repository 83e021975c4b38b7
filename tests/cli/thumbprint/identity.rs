//! `thumbprint --cert`: our own identity, shown to servers that ask for one.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection};
use serde_json::Value;

use crate::harness::holder::{BOTH, Folder, PAIR};
use crate::harness::pki::NOW;
use crate::harness::{Peer, Tool, assert_golden, steady};

fn codes(item: &Value) -> Vec<&str> {
    let findings = item["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

#[test]
fn a_password_that_others_can_read_is_said_once() {
    let folder = Folder::new();
    let (peer, _) = folder.server();
    std::fs::set_permissions(folder.path().join("pw"), Permissions::from_mode(0o644)).unwrap();
    let more = [peer.target().as_str(), "--password", "file:pw"].map(str::to_owned);
    let more: Vec<&str> = BOTH.iter().copied().chain(more.iter().map(String::as_str)).collect();
    let report = folder.look(&peer.target(), &more).run().code(0).json();
    assert_eq!(codes(&report["items"][0]), ["secret-file-readable"]);
    assert_eq!(codes(&report["items"][1]), [""; 0]);
}

#[test]
fn an_identity_that_is_refused_is_said_to_be() {
    let folder = Folder::new();
    let (peer, callers) = folder.server();
    let item = folder.look(&peer.target(), &["--cert", "stranger.pem"]).run().code(1).item();
    assert_eq!(item["failure"], Value::Null);
    assert_eq!(item["facts"]["chain"][0]["subject"], "CN=localhost");
    assert_eq!(item["facts"]["client_certificate"], "refused");
    assert_eq!(codes(&item), ["client-certificate-refused", "identity-not-offered"], "{item}");
    let message = item["findings"][0]["message"].as_str().unwrap();
    assert!(message.contains("unknown_ca (48)"), "{message}");
    assert!(callers.lock().unwrap().is_empty());
    // Without any it is no finding: nobody tried to come in.
    let item = folder.look(&peer.target(), &[]).run().code(0).item();
    assert_eq!(codes(&item), [""; 0]);
}

/// A server that takes a certificate, or none unless it `requires` one, and then closes without a word.
fn closer(folder: &Folder, requires: bool) -> Peer {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(folder.pki.ca.certificate_der.clone().into()).unwrap();
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
    let verifier = if requires { verifier } else { verifier.allow_unauthenticated() };
    let key = rcgen::KeyPair::from_pem(&folder.server.key_pem).unwrap().serialize_der();
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(
            vec![folder.server.certificate_der.clone().into()],
            PrivatePkcs8KeyDer::from(key).into(),
        )
        .unwrap();
    let config = Arc::new(config);
    Peer::start(move |mut stream| {
        let mut connection = ServerConnection::new(config.clone()).unwrap();
        while connection.is_handshaking() && connection.complete_io(&mut stream).is_ok() {}
        while connection.wants_write() && connection.write_tls(&mut stream).is_ok() {}
    })
}

#[test]
fn a_server_that_closes_is_held_against_how_it_treats_those_without_a_certificate() {
    let folder = Folder::new();
    // It closes whoever comes: that says nothing of ours, which its TLS library has taken.
    let peer = closer(&folder, false);
    let item = folder.look(&peer.target(), PAIR).run().code(0).item();
    assert_eq!(item["facts"]["client_certificate"], "accepted", "{item}");
    assert_eq!(codes(&item), [""; 0], "{item}");
    assert_eq!(peer.calls(), 2, "once with it, once without");
    // It closes only those that have one: perhaps it refuses them as Node does, perhaps not.
    let peer = closer(&folder, true);
    let item = folder.look(&peer.target(), PAIR).run().code(0).item();
    assert_eq!(item["facts"]["client_certificate"], "unknown", "{item}");
    assert_eq!(codes(&item), ["client-certificate-refused"], "{item}");
    assert_eq!(item["findings"][0]["severity"], "warning", "{item}");
    let message = item["findings"][0]["message"].as_str().unwrap();
    assert!(message.contains("probably refused"), "{message}");
    assert!(message.contains("without a certificate it behaves differently"), "{message}");
}

#[test]
fn an_identity_that_cannot_be_used_is_refused_before_anything_is_sent() {
    let folder = Folder::new();
    // Nobody calls this address, or the failure would be another.
    let target = "127.0.0.1:1";
    let store = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/stores/modern.p12");
    for (identity, message) in [
        (&["--cert", "caller.pem"][..], "no private key"),
        (&["--cert", "none.pem"], "no such file"),
        (&["--cert", "caller.pem", "--key", "server.key"], "does not belong"),
        (&["--cert", "pw"], "no certificate or key in a known format"),
        (&["--cert", store, "--password", "file:wrong"], "password"),
        (&["--cert", store], "password"),
    ] {
        let outcome = folder.look(target, identity).run().code(3);
        assert_eq!(outcome.json()["items"][0]["status"], "failed", "{identity:?}");
        assert!(outcome.stderr.contains(message), "{identity:?}: {}", outcome.stderr);
    }
}

#[test]
fn a_server_that_does_not_ask_is_named() {
    let folder = Folder::new();
    let config = crate::harness::tls::config(std::slice::from_ref(&folder.server));
    let peer = Peer::start(move |stream| crate::harness::tls::serve_tls(stream, config.clone()));
    let item = folder.look(&peer.target(), PAIR).run().code(0).item();
    assert_eq!(item["facts"]["client_certificate"], "not-requested");
    assert_eq!(codes(&item), ["client-certificate-not-requested"]);
}

#[test]
fn what_people_see_of_an_identity() {
    let folder = Folder::new();
    let (asking, _) = folder.server();
    let closing = closer(&folder, true);
    let config = crate::harness::tls::config(std::slice::from_ref(&folder.server));
    let silent = Peer::start(move |stream| crate::harness::tls::serve_tls(stream, config.clone()));
    let cases: [(&str, &Peer, &[&str], i32); 6] = [
        ("identity-none", &asking, &[], 0),
        ("identity-accepted", &asking, PAIR, 0),
        ("identity-refused", &asking, &["--cert", "stranger.pem"], 1),
        ("identity-unknown", &closing, PAIR, 0),
        ("identity-not-requested", &silent, PAIR, 0),
        ("identity-withheld", &asking, &["--cert", "both.pem", "--pin", PIN, "-v"], 1),
    ];
    for (name, peer, identity, code) in cases {
        let run = |columns: &str, format: &[&str]| {
            let target = peer.target();
            let usual = ["thumbprint", &target, "--at", NOW, "--ca", "ca.pem"];
            let tool = Tool::new([&usual, identity, format].concat()).env("COLUMNS", columns);
            steady(&tool.dir(folder.path()).run().code(code).stdout)
        };
        for width in ["80", "120"] {
            assert_golden(&format!("thumbprint/{name}-{width}.txt"), &run(width, &[]));
        }
        assert_golden(&format!("thumbprint/{name}.json"), &run("80", &["--json"]));
    }
}

/// Of nobody.
const PIN: &str = "4c21c5018ba88e42e608ebea7203c063931a1d01";
