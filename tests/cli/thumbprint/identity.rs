//! `thumbprint --cert`: our own identity, shown to servers that ask for one.

use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use rcgen::ExtendedKeyUsagePurpose;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection};
use serde_json::Value;

use crate::harness::pki::{NOW, Pair, Wish};
use crate::harness::{Peer, Pki, SServer, Tool, assert_golden, installed, steady};

/// What `thumbprint --cert` is given, in a folder of its own.
struct Folder {
    folder: tempfile::TempDir,
    pki: Pki,
    server: Pair,
    caller: Pair,
}

impl Folder {
    /// `ca.pem`, `server.pem`, `caller.pem`, `caller.key`, `both.pem`, `stranger.pem` (of another
    /// authority, with its key), and `pw`, `wrong`, which hold passwords.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pki = Pki::new("Receiver CA");
        let wish = |key| Wish {
            name: "caller",
            purpose: ExtendedKeyUsagePurpose::ClientAuth,
            key,
            ..Wish::live()
        };
        let caller = pki.issue(&wish(4));
        let stranger = Pki::new("Another CA").issue(&wish(5));
        let server = pki.issue(&Wish::live());
        let both = |pair: &Pair| format!("{}{}", pair.certificate_pem, pair.key_pem);
        for (name, text) in [
            ("ca.pem", &pki.ca.certificate_pem),
            ("server.pem", &server.certificate_pem),
            ("server.key", &server.key_pem),
            ("caller.pem", &caller.certificate_pem),
            ("caller.key", &caller.key_pem),
            ("both.pem", &both(&caller)),
            ("stranger.pem", &both(&stranger)),
            ("pw", &"changeit".to_owned()),
            ("wrong", &"changedit".to_owned()),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        }
        Self { folder, pki, server, caller }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// `caller.p12` of openssl, if that is there.
    fn make_p12(&self) -> bool {
        installed("openssl")
            && self.runs(
                "openssl pkcs12 -export -in caller.pem -inkey caller.key -name caller -passout file:pw -out caller.p12",
            )
    }

    /// `caller.jks` of keytool, if that is there.
    fn make_jks(&self) -> bool {
        installed("keytool")
            && self.runs(
                "keytool -importkeystore -srckeystore caller.p12 -srcstorepass changeit -destkeystore \
                 caller.jks -deststoretype JKS -deststorepass changeit -destkeypass changeit",
            )
    }

    fn runs(&self, line: &str) -> bool {
        let mut words = line.split_whitespace();
        let mut command = Command::new(words.next().unwrap());
        let output = command.args(words).current_dir(self.path()).output().unwrap();
        assert!(output.status.success(), "{line}\n{}", String::from_utf8_lossy(&output.stderr));
        true
    }

    fn look(&self, target: &str, args: &[&str]) -> Tool {
        let usual = ["thumbprint", target, "--json", "--at", NOW, "--ca", "ca.pem"];
        Tool::new(usual).args(args).dir(self.path())
    }

    /// A server of rustls that requires a certificate of `ca.pem`, and the callers it has let in.
    fn server(&self) -> (Peer, Arc<Mutex<Vec<Vec<u8>>>>) {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(self.pki.ca.certificate_der.clone().into()).unwrap();
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
        let key = rcgen::KeyPair::from_pem(&self.server.key_pem).unwrap().serialize_der();
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier.build().unwrap())
            .with_single_cert(
                vec![self.server.certificate_der.clone().into()],
                PrivatePkcs8KeyDer::from(key).into(),
            )
            .unwrap();
        let (config, callers) = (Arc::new(config), Arc::new(Mutex::new(Vec::new())));
        let seen = Arc::clone(&callers);
        let peer = Peer::start(move |mut stream| {
            let mut connection = ServerConnection::new(config.clone()).unwrap();
            while connection.is_handshaking() {
                if connection.complete_io(&mut stream).is_err() {
                    return drop(stream.flush());
                }
            }
            let certificates = connection.peer_certificates().unwrap();
            seen.lock().unwrap().push(certificates[0].to_vec());
            let _ = connection.complete_io(&mut stream);
        });
        (peer, callers)
    }
}

const PAIR: &[&str] = &["--cert", "caller.pem", "--key", "caller.key"];
const BOTH: &[&str] = &["--cert", "both.pem"];
const P12: &[&str] = &["--cert", "caller.p12", "--password", "file:pw"];
const JKS: &[&str] = &["--cert", "caller.jks", "--password", "file:pw"];

fn codes(item: &Value) -> Vec<&str> {
    let findings = item["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

#[test]
fn an_identity_of_every_kind_is_presented() {
    let folder = Folder::new();
    let (peer, callers) = folder.server();
    let mut identities = vec![PAIR, BOTH];
    if folder.make_p12() {
        identities.push(P12);
        identities.extend(folder.make_jks().then_some(JKS));
    }
    for identity in &identities {
        let item = folder.look(&peer.target(), identity).run().code(0).item();
        assert_eq!(item["facts"]["client_certificate"], "accepted", "{identity:?}");
        assert_eq!(item["facts"]["accepted_issuers"], serde_json::json!(["CN=Receiver CA"]));
        assert_eq!((&item["facts"]["proven"], &item["status"]), (&true.into(), &"ok".into()));
    }
    let callers = callers.lock().unwrap();
    assert_eq!(*callers, vec![folder.caller.certificate_der.clone(); identities.len()]);
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
fn openssl_lets_us_in_with_it() {
    let folder = Folder::new();
    if !folder.make_p12() {
        return;
    }
    let files = ["ca.pem", "server.pem", "server.key"];
    for version in ["-tls1_2", "-tls1_3"] {
        let own = tempfile::tempdir().unwrap();
        for name in files {
            std::fs::copy(folder.path().join(name), own.path().join(name)).unwrap();
        }
        let strict =
            "-cert server.pem -key server.key -CAfile ca.pem -Verify 2 -verify_return_error";
        let arguments: Vec<&str> = strict.split(' ').chain([version]).collect();
        let server = SServer::start_in(own, &arguments);
        for identity in [PAIR, P12] {
            let item = folder.look(server.target(), identity).run().code(0).item();
            assert_eq!(item["facts"]["client_certificate"], "accepted", "{item}");
            assert!(!item["findings"].to_string().contains("client-certificate"), "{item}");
        }
        server.wait_for("subject=CN = caller");
    }
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
    assert!(message.contains("without any certificate it does something else"), "{message}");
}

#[test]
fn an_issuer_that_is_not_listed_is_named() {
    let folder = Folder::new();
    // Any certificate is let in, though one authority only is listed.
    if !installed("openssl") {
        return;
    }
    let own = tempfile::tempdir().unwrap();
    for name in ["ca.pem", "server.pem", "server.key"] {
        std::fs::copy(folder.path().join(name), own.path().join(name)).unwrap();
    }
    let lax = "-cert server.pem -key server.key -CAfile ca.pem -verify 2";
    let server = SServer::start_in(own, &lax.split(' ').collect::<Vec<_>>());
    let look = |identity: &[&str]| folder.look(server.target(), identity).run().code(0).item();
    assert!(!codes(&look(PAIR)).contains(&"identity-not-offered"));
    let item = look(&["--cert", "stranger.pem"]);
    assert_eq!(item["facts"]["client_certificate"], "accepted", "{item}");
    assert_eq!(codes(&item)[0], "identity-not-offered", "{item}");
    assert!(item["findings"][0]["message"].as_str().unwrap().contains("lists 1"), "{item}");
    // What the handshake lets pass is not right for that.
    let later = ["thumbprint", server.target(), "--json", "--at", "2040-01-01T00:00:00Z"];
    let later = Tool::new(later).args(["--ca", "ca.pem"]).args(PAIR).dir(folder.path());
    let item = later.run().code(1).item();
    assert_eq!(item["facts"]["client_certificate"], "accepted", "{item}");
    assert_eq!(codes(&item)[0], "certificate-expired", "{item}");
    assert_eq!(item["findings"][0]["subject"], "caller.pem", "{item}");
    assert_eq!(item["findings"][0]["severity"], "warning", "{item}");
}

#[test]
fn an_identity_that_cannot_be_used_is_refused_before_anything_is_sent() {
    let folder = Folder::new();
    // Nobody calls this address, or the failure would be another.
    let target = "127.0.0.1:1";
    let mut cases = vec![
        (&["--cert", "caller.pem"][..], "no private key"),
        (&["--cert", "none.pem"], "no such file"),
        (&["--cert", "caller.pem", "--key", "server.key"], "does not belong"),
        (&["--cert", "pw"], "no certificate or key of a known format"),
    ];
    if folder.make_p12() {
        cases.push((&["--cert", "caller.p12", "--password", "file:wrong"], "password"));
        cases.push((&["--cert", "caller.p12"], "password"));
    }
    for (identity, message) in cases {
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
