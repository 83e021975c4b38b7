//! Whom we speak to: with which clock a live peer is trusted, which address is dialled, which
//! anchors and pins hold, and what reaches a peer that is not trusted: nothing.

use std::path::Path;
use std::process::Command;

use rcgen::ExtendedKeyUsagePurpose;
use time::macros::datetime;

use crate::harness::listener::Listener;
use crate::harness::pki::{Pair, Wish};
use crate::harness::{Given, Outcome, Pki, Recorder, Tool, installed};

/// Before the certificates of [`expired`] end.
const BEFORE: &str = "2025-06-01T00:00:00Z";

/// An authority, and a folder with its `ca.pem`, a `client.pem` of its own, and a payload `b`.
struct Place {
    folder: tempfile::TempDir,
    pki: Pki,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pki = Pki::new("an authority");
        let client = pki.issue(&caller(Wish::live()));
        let late = pki.issue(&caller(expired()));
        let both = |pair: &Pair| format!("{}{}", pair.certificate_pem, pair.key_pem);
        for (name, text) in [
            ("ca.pem", pki.ca.certificate_pem.clone()),
            ("other.pem", Pki::new("another authority").ca.certificate_pem),
            ("client.pem", both(&client)),
            ("late.pem", both(&late)),
            ("b", "secret payload".to_owned()),
        ] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        Self { folder, pki }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn server(&self, wish: &Wish<'_>) -> (Pair, Recorder) {
        let own = self.pki.issue(wish);
        let recorder = Recorder::start(&own, &self.pki, "{\"keys\":[]}");
        (own, recorder)
    }

    fn run(&self, arguments: &[&str]) -> Outcome {
        Tool::new(arguments).args(["--json"]).dir(self.path()).run()
    }

    fn replay(&self, to: &str, more: &[&str]) -> Outcome {
        self.run(&[&["replay", "--payload", "b", "--to", to][..], more].concat())
    }
}

fn caller(wish: Wish<'_>) -> Wish<'_> {
    Wish { name: "caller", purpose: ExtendedKeyUsagePurpose::ClientAuth, key: 4, ..wish }
}

/// Expired by the real clock, which is past 2025 wherever this runs.
fn expired() -> Wish<'static> {
    Wish { not_after: datetime!(2025-08-01 0:00 UTC), ..Wish::live() }
}

fn nothing(recorder: &Recorder) {
    assert_eq!(recorder.given().1, Given::default());
}

#[test]
fn no_moment_makes_an_expired_server_good_for_a_payload() {
    let place = Place::new();
    let (_, late) = place.server(&expired());
    let identity = ["--cert", "client.pem", "--ca", "ca.pem"];
    for at in [&["--at", BEFORE][..], &[]] {
        let outcome = place.replay(&late.url(), &[&identity[..], at].concat()).code(3);
        assert_eq!(outcome.item()["failure"]["code"], "untrusted", "{}", outcome.stdout);
        assert!(outcome.stdout.contains("localhost expired at 2025-08-01"), "{}", outcome.stdout);
        nothing(&late);
    }
    // Nor does any make a good one bad.
    let (_, good) = place.server(&Wish::live());
    let later = [&identity[..], &["--at", "2050-01-01T00:00:00Z"]].concat();
    let outcome = place.replay(&good.url(), &later);
    assert_eq!(outcome.json()["items"][1]["facts"]["status"], 200, "{}", outcome.stdout);
    assert!(good.given().1.text.ends_with("secret payload"));
}

#[test]
fn no_moment_makes_an_expired_server_good_for_keys() {
    let place = Place::new();
    let fetch = |recorder: &Recorder, at: &[&str]| {
        let url = format!("{}/keys", recorder.url());
        let verify = ["verify", "b", "--scheme", "jwt", "--audience", "a", "--jwks", &url];
        let tool = Tool::new(verify).args(["--header", "Authorization: Bearer x.y.z"]).args(at);
        tool.env("SSL_CERT_FILE", place.path().join("ca.pem")).dir(place.path()).run()
    };
    let (_, late) = place.server(&expired());
    for at in [&["--at", BEFORE][..], &[]] {
        let outcome = fetch(&late, at).code(3);
        assert!(outcome.stderr.contains("localhost expired at 2025-08-01"), "{}", outcome.stderr);
        nothing(&late);
    }
    let (_, good) = place.server(&Wish::live());
    fetch(&good, &["--at", "2050-01-01T00:00:00Z"]);
    assert!(good.given().1.text.starts_with("GET /keys "));
}

#[test]
fn no_moment_lets_an_expired_caller_in() {
    if !installed("curl") {
        return;
    }
    let place = Place::new();
    let ca = place.path().join("ca.pem");
    for at in [&["--at", BEFORE][..], &[]] {
        let admit = ["--client-ca", ca.to_str().unwrap(), "--client-cert", "require", "--json"];
        let listener = Listener::start(&[&admit[..], &["--count", "2"], at].concat());
        let status = |name: &str| {
            let mut curl = Command::new("curl");
            curl.args(["-sk", "-o", "/dev/null", "-w", "%{http_code}", "--cert"]);
            curl.arg(place.path().join(name)).args(["-d", "{}", &listener.url]);
            String::from_utf8(curl.output().unwrap().stdout).unwrap()
        };
        assert_eq!([status("late.pem"), status("client.pem")], ["403", "200"]);
        let outcome = listener.wait();
        assert!(outcome.stdout.contains("caller expired at 2025-08-01"), "{}", outcome.stdout);
    }
}
