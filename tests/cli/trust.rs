//! What trust rests on: anchors by name or by the environment, pins on a server and on its authority,
//! and certificates that are no authority.

use std::path::Path;

use time::macros::datetime;

use crate::harness::caller::Caller;
use crate::harness::listener::Listener;
use crate::harness::pki::{Pair, Wish, fixed_key};
use crate::harness::{Outcome, Pki, Recorder, Tool};

/// Past by the real clock, wherever this runs.
fn expired() -> Wish<'static> {
    Wish { not_after: datetime!(2025-08-01 0:00 UTC), ..Wish::live() }
}

fn sha256(der: &[u8]) -> String {
    hookprint::digest::hex(&hookprint::digest::sha256(der))
}

struct Place {
    folder: tempfile::TempDir,
    pki: Pki,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pki = Pki::new("an authority");
        for (name, text) in [
            ("ca.pem", pki.ca.certificate_pem.clone()),
            ("other.pem", Pki::new("another authority").ca.certificate_pem),
            ("b", "secret payload".to_owned()),
        ] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        Self { folder, pki }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A server with this certificate that sends its authority along.
    fn server(&self, wish: &Wish<'_>) -> (Pair, Recorder) {
        let own = self.pki.issue(wish);
        let recorder =
            Recorder::sending(&own, &[&self.pki.ca.certificate_der], &self.pki, "answer");
        (own, recorder)
    }

    fn replay(&self, to: &Recorder, more: &[&str]) -> Outcome {
        self.replay_with(to, more, None)
    }

    fn replay_with(&self, to: &Recorder, more: &[&str], env: Option<(&str, &str)>) -> Outcome {
        let url = to.url();
        let tool = Tool::new(["replay", "--payload", "b", "--to", &url, "--json"]).args(more);
        let tool = match env {
            Some((name, value)) => tool.env(name, value),
            None => tool,
        };
        tool.dir(self.path()).run()
    }
}

fn codes(item: &serde_json::Value) -> Vec<String> {
    let findings = item["findings"].as_array().unwrap();
    findings.iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect()
}

fn arrived(recorder: &Recorder) -> bool {
    recorder.given().1.text.ends_with("secret payload")
}

#[test]
fn a_pinned_server_is_served_and_what_the_pin_passes_over_is_said() {
    let place = Place::new();
    for (wish, code, finding) in [
        (Wish::live(), 0, None),
        (expired(), 1, Some("certificate-expired")),
        (Wish { name: "other.example", ..Wish::live() }, 0, Some("name-mismatch")),
    ] {
        let (own, server) = place.server(&wish);
        let key = hookprint::digest::base64(&{
            let certificate = hookprint::cert::Certificate::parse(own.certificate_der.clone());
            hookprint::digest::sha256(certificate.unwrap().spki())
        });
        for pin in [sha256(&own.certificate_der), format!("sha256//{key}")] {
            let outcome = place.replay(&server, &["--pin", &pin]).code(code);
            assert!(arrived(&server), "{}", outcome.stdout);
            let expected: Vec<&str> = finding.into_iter().collect();
            assert_eq!(codes(&outcome.item()), expected, "{}", outcome.stdout);
        }
    }
}

#[test]
fn a_pinned_authority_is_an_anchor_below_which_every_rule_holds() {
    let place = Place::new();
    let pin = sha256(&place.pki.ca.certificate_der);
    for (wish, reason) in [
        (Wish::live(), None),
        (expired(), Some("localhost expired at")),
        (Wish { name: "other.example", ..Wish::live() }, Some("it is not for localhost")),
        (
            Wish { purpose: rcgen::ExtendedKeyUsagePurpose::ClientAuth, ..Wish::live() },
            Some("may not be used for serverAuth"),
        ),
    ] {
        let (_, server) = place.server(&wish);
        let outcome = place.replay(&server, &["--pin", &pin]);
        assert_eq!(arrived(&server), reason.is_none(), "{}", outcome.stdout);
        assert_eq!(outcome.code, if reason.is_some() { 3 } else { 0 });
        assert!(outcome.stdout.contains(reason.unwrap_or_default()), "{}", outcome.stdout);
        let target = server.address.to_string();
        let look = ["thumbprint", &target, "--servername", "localhost", "--pin", &pin, "--json"];
        let outcome = Tool::new(look).env("SSL_CERT_FILE", place.path().join("ca.pem")).run();
        let mismatch = codes(&outcome.item()).contains(&"pin-mismatch".to_owned());
        assert_eq!(mismatch, reason.is_some(), "{}", outcome.stdout);
        assert!(outcome.stdout.contains(reason.unwrap_or_default()), "{}", outcome.stdout);
    }
}

#[test]
fn anchors_and_pins_that_are_both_named_must_both_hold() {
    let place = Place::new();
    let (own, server) = place.server(&Wish::live());
    let (right, wrong) = (sha256(&own.certificate_der), sha256(b"another"));
    for (pin, anchors, holds) in [
        (&right, "ca.pem", true),
        (&right, "other.pem", false),
        (&wrong, "ca.pem", false),
        (&wrong, "other.pem", false),
    ] {
        let (_, server) = (&own, Recorder::start(&own, &place.pki, "answer"));
        let outcome = place.replay(&server, &["--pin", pin, "--ca", anchors]);
        assert_eq!(arrived(&server), holds, "{pin} {anchors}: {}", outcome.stdout);
    }
    let target = server.address.to_string();
    let look = ["thumbprint", &target, "--servername", "localhost", "--pin", &right, "--json"];
    for (anchors, code) in [("ca.pem", 0), ("other.pem", 1)] {
        Tool::new(look).args(["--ca", anchors]).dir(place.path()).run().code(code);
    }
}

#[test]
fn a_trust_variable_that_cannot_be_read_is_an_error_that_names_it() {
    let place = Place::new();
    let (_, server) = place.server(&Wish::live());
    let hashed = place.path().join("hashed");
    std::fs::create_dir_all(place.path().join("empty")).unwrap();
    std::fs::create_dir_all(&hashed).unwrap();
    std::fs::copy(place.path().join("ca.pem"), hashed.join("0a1b2c3d.0")).unwrap();
    for (name, value, holds) in [
        ("SSL_CERT_FILE", "ca.pem", true),
        ("SSL_CERT_FILE", "missing.pem", false),
        ("SSL_CERT_FILE", "b", false),
        ("SSL_CERT_FILE", "", false),
        ("SSL_CERT_FILE", "empty", false),
        ("SSL_CERT_DIR", "hashed", true),
        ("SSL_CERT_DIR", "empty:hashed", true),
        ("SSL_CERT_DIR", "missing:hashed", false),
        ("SSL_CERT_DIR", "empty", false),
        ("SSL_CERT_DIR", "", false),
    ] {
        let outcome = place.replay_with(&server, &[], Some((name, value)));
        assert_eq!(arrived(&server), holds, "{name}={value}: {}", outcome.stdout);
        if !holds {
            assert_eq!(outcome.code, 3, "{name}={value}: {}", outcome.stderr);
            assert!(outcome.stderr.contains(name), "{name}={value}: {}", outcome.stderr);
        }
    }
    // What was named holds, and nothing beside it.
    let outcome = place.replay_with(&server, &[], Some(("SSL_CERT_FILE", "other.pem"))).code(3);
    assert!(!arrived(&server), "{}", outcome.stdout);
}

/// A self-signed certificate that says nothing of being an authority, and one that its key has made.
fn customer_and_minted(purpose: rcgen::ExtendedKeyUsagePurpose) -> (rcgen::Certificate, Pair) {
    let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(rcgen::DnType::CommonName, "a customer");
    params.not_before = datetime!(2025-01-01 0:00 UTC);
    params.not_after = datetime!(2035-01-01 0:00 UTC);
    params.is_ca = rcgen::IsCa::ExplicitNoCa;
    params.extended_key_usages = vec![purpose];
    let customer = params.self_signed(&fixed_key(7)).unwrap();
    let issuer = rcgen::Issuer::new(params.clone(), fixed_key(7));
    let mut minted = params;
    minted.distinguished_name.push(rcgen::DnType::CommonName, "minted");
    let key = fixed_key(8);
    let certificate = minted.signed_by(&key, &issuer).unwrap();
    let pair = Pair {
        certificate_pem: certificate.pem(),
        certificate_der: certificate.der().to_vec(),
        key_pem: key.serialize_pem(),
    };
    (customer, pair)
}

#[test]
fn an_anchor_that_is_no_authority_vouches_for_itself_only() {
    let place = Place::new();
    let (customer, minted) = customer_and_minted(rcgen::ExtendedKeyUsagePurpose::ServerAuth);
    std::fs::write(place.path().join("customer.pem"), customer.pem()).unwrap();
    let own = Pair {
        certificate_pem: customer.pem(),
        certificate_der: customer.der().to_vec(),
        key_pem: fixed_key(7).serialize_pem(),
    };
    let itself = Recorder::start(&own, &place.pki, "answer");
    place.replay(&itself, &["--ca", "customer.pem"]).code(0);
    assert!(arrived(&itself));
    for more in [&[][..], &[customer.der().as_ref()]] {
        let server = Recorder::sending(&minted, more, &place.pki, "answer");
        let outcome = place.replay(&server, &["--ca", "customer.pem"]).code(3);
        assert!(!arrived(&server));
        assert!(outcome.stdout.contains("vouches only for itself"), "{}", outcome.stdout);
    }
}

#[test]
fn the_key_of_one_customer_mints_no_callers() {
    let place = Place::new();
    let (customer, minted) = customer_and_minted(rcgen::ExtendedKeyUsagePurpose::ClientAuth);
    std::fs::write(place.path().join("customer.pem"), customer.pem()).unwrap();
    let own = Pair {
        certificate_pem: customer.pem(),
        certificate_der: customer.der().to_vec(),
        key_pem: fixed_key(7).serialize_pem(),
    };
    let pem = place.path().join("customer.pem");
    let der = customer.der().to_vec();
    let minted_chain = [minted.certificate_der.clone(), der.clone()];
    for admit in [["--client-ca", pem.to_str().unwrap()], ["--client-pin", &sha256(&der)]] {
        let listener = Listener::start(&[&admit[..], &["--enforce", "--count", "3"]].concat());
        let address = listener.addr;
        let status =
            |chain: &[Vec<u8>], pair: &Pair| Caller::new(Some((chain, pair))).post(address, "").0;
        assert_eq!(status(std::slice::from_ref(&der), &own), 200, "{admit:?}");
        assert_eq!(status(&minted_chain[..1], &minted), 403, "{admit:?}");
        assert_eq!(status(&minted_chain, &minted), 403, "{admit:?}");
        listener.wait();
    }
}
