//! Whom we speak to: with which clock a live peer is trusted, which address is dialled, which
//! anchors and pins hold, and what reaches a peer that is not trusted: nothing.

use std::path::Path;

use rcgen::ExtendedKeyUsagePurpose;
use time::macros::datetime;

use crate::harness::listener::Listener;
use crate::harness::pki::{Pair, Wish};
use crate::harness::{Given, Outcome, Pki, Recorder, Tool};

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
fn a_pin_holds_beside_insecure() {
    let place = Place::new();
    let (own, server) = place.server(&Wish::live());
    let sha256 = |der: &[u8]| hookprint::digest::hex(&hookprint::digest::sha256(der));
    let (right, wrong) = (sha256(&own.certificate_der), sha256(b"another"));
    for (pin, arrives) in [(&wrong, false), (&right, true)] {
        std::fs::write(place.path().join("pins"), format!("{pin}\n")).unwrap();
        for pinned in [&["--pin", pin][..], &["--pin-file", "pins"]] {
            let more = [&["--insecure", "--cert", "client.pem"], pinned].concat();
            let outcome = place.replay(&server.url(), &more);
            let given = server.given().1;
            assert_eq!(given.text.ends_with("secret payload"), arrives, "{}", outcome.stdout);
            assert_eq!(given.certificates, usize::from(arrives), "{pinned:?}");
            assert_eq!(outcome.code, if arrives { 0 } else { 3 });
            if !arrives {
                assert!(outcome.stdout.contains("no pin matches"), "{}", outcome.stdout);
            }
        }
    }
    // What was named and cannot be applied is not left out.
    for (more, code, word) in [
        (&["--insecure", "--pin-file", "none"][..], 3, "none: no such file"),
        (&["--insecure", "--ca", "ca.pem"], 2, "--ca has no effect with --insecure"),
        (&["--insecure", "--pin-file", "none", "--dry-run"], 3, "none: no such file"),
    ] {
        let outcome = place.replay(&server.url(), more).code(code);
        assert!(outcome.stderr.contains(word), "{more:?}: {}", outcome.stderr);
        assert_eq!(server.given().0, 0, "connections");
    }
}

#[test]
fn plain_http_goes_to_the_address_that_is_dialled_and_only_if_it_is_here() {
    let place = Place::new();
    let receiver =
        crate::harness::Receiver::always(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let (to, port) = (receiver.address.to_string(), receiver.address.port());
    let elsewhere = format!("localhost:{port}:203.0.113.1");
    let here = format!("hooks.example:{port}:127.0.0.1");
    let named = format!("http://localhost:{port}");
    let far = format!("http://hooks.example:{port}");
    let proxy = format!("http://{to}");
    for (url, way, word) in [
        (&named, &["--connect", "other.example:80"][..], "other.example:80 is another machine"),
        (&named, &["--connect", "203.0.113.1:80"], "203.0.113.1:80 is another machine"),
        (&named, &["--resolve", &elsewhere], "is at 203.0.113.1, another machine"),
        (&named, &["--proxy", &proxy], "forwards it"),
        (&far, &[], "is another machine"),
    ] {
        for dry in [&["--dry-run"][..], &[]] {
            let outcome = place.replay(url, &[way, dry].concat()).code(2);
            assert!(outcome.stderr.contains("is not encrypted"), "{}", outcome.stderr);
            assert!(outcome.stderr.contains(word), "{way:?}: {}", outcome.stderr);
            assert!(outcome.stderr.contains("or --insecure"), "{}", outcome.stderr);
        }
    }
    for name in ["http_proxy", "HTTP_PROXY", "ALL_PROXY"] {
        let command = ["replay", "--payload", "b", "--to", &named, "--connect", "other.example:80"];
        Tool::new(command).env(name, &proxy).dir(place.path()).run().code(2);
    }
    assert_eq!(receiver.count(), 0);
    // This machine by whatever name; and anywhere for who insists, through the proxy here.
    place.replay(&named, &[]).code(0);
    place.replay(&far, &["--connect", &to]).code(0);
    place.replay(&far, &["--resolve", &here]).code(0);
    assert_eq!(receiver.count(), 3);
    let outcome = place.replay(&far, &["--insecure", "--proxy", &proxy]);
    assert!(outcome.stderr.contains("can read everything"), "{}", outcome.stderr);
    assert!(receiver.received()[3].head.starts_with("CONNECT hooks.example:"));
}

#[test]
fn what_plain_http_cannot_apply_is_refused() {
    let place = Place::new();
    for option in [
        &["--cert", "client.pem"][..],
        &["--ca", "ca.pem"],
        &["--pin", "4C21C5018BA88E42E608EBEA7203C063931A1D01"],
        &["--tls", "1.3"],
    ] {
        let outcome = place.replay("http://127.0.0.9:1", option).code(2);
        let word = format!("{} needs an https:// destination", option[0]);
        assert!(outcome.stderr.contains(&word), "{}", outcome.stderr);
    }
}

#[test]
fn an_override_for_nobody_is_refused() {
    let place = Place::new();
    let to = "https://127.0.0.9:1";
    for way in [
        &["--resolve", "other.example:443:127.0.0.1"][..],
        &["--resolve", "127.0.0.9:1:127.0.0.1", "--connect", "127.0.0.1:2"],
    ] {
        let outcome = place.replay(to, way).code(2);
        assert!(
            outcome.stderr.contains("does not match the server that is dialled"),
            "{}",
            outcome.stderr
        );
        let look = ["thumbprint", "127.0.0.9:1"];
        let outcome = place.run(&[&look, way].concat()).code(2);
        assert!(outcome.stderr.contains("no target uses it"), "{}", outcome.stderr);
    }
    // In a stream of targets one may come for which it is: that none did is known at the end.
    std::fs::write(place.path().join("targets"), "127.0.0.9:1\n").unwrap();
    let look = ["thumbprint", "--targets", "targets", "--resolve", "a.example:443:127.0.0.1"];
    let outcome = place.run(&look).code(3);
    assert!(outcome.stderr.contains("warning: --resolve a.example:443: no target"));
    for control in [
        &["--ca", "ca.pem"][..],
        &["--cert", "client.pem"],
        &["--servername", "a.example"],
        &["--starttls", "smtp"],
        &["--connect", "127.0.0.9:1"],
        &["--proxy", "127.0.0.9:1"],
        &["--resolve", "a.example:443:127.0.0.1"],
        &["--no-servername"],
        &["--all-ips"],
        &["--both-keys"],
        &["--tries", "2"],
    ] {
        let outcome = place.run(&[&["thumbprint", "ca.pem"], control].concat()).code(2);
        let word = format!("{} is for hosts", control[0]);
        assert!(outcome.stderr.contains(&word), "{}", outcome.stderr);
    }
}

#[test]
fn variables_that_cannot_be_read_are_not_ignored() {
    use std::os::unix::ffi::OsStrExt;
    let place = Place::new();
    let not_text = std::ffi::OsStr::from_bytes(b"\xff\xfe");
    let socks = std::ffi::OsStr::new("socks4://127.0.0.9:1");
    let bits = std::ffi::OsStr::new("10.0.0.0/33");
    for (name, value) in [
        ("HTTPS_PROXY", not_text),
        ("HTTPS_PROXY", socks),
        ("all_proxy", not_text),
        ("NO_PROXY", not_text),
        ("NO_PROXY", bits),
    ] {
        for (verb, code) in [("replay", 2), ("thumbprint", 3)] {
            let arguments: &[&str] = match verb {
                "replay" => &["replay", "--payload", "b", "--to", "https://192.0.2.1"],
                _ => &["thumbprint", "192.0.2.1"],
            };
            let tool = Tool::new(arguments).dir(place.path());
            // With NO_PROXY there is a proxy to go around.
            let tool = if name == "NO_PROXY" { tool.env("ALL_PROXY", "127.0.0.9:1") } else { tool };
            let outcome = tool.env(name, value).run().code(code);
            let said = format!("{}{}", outcome.stdout, outcome.stderr);
            assert!(said.contains(name), "{verb} {name}={value:?}: {said}");
        }
    }
}

#[test]
fn our_certificate_is_shown_to_those_we_trust() {
    let place = Place::new();
    let (own, server) = place.server(&Wish::live());
    let right = hookprint::digest::hex(&hookprint::digest::sha256(&own.certificate_der));
    let wrong = "4C21C5018BA88E42E608EBEA7203C063931A1D01";
    let target = server.target();
    let look = |target: &str, more: &[&str]| {
        place.run(&[&["thumbprint", target, "--cert", "client.pem"], more].concat())
    };
    for (more, shown) in [
        (&[][..], 0),
        (&["--ca", "other.pem"], 0),
        (&["--pin", wrong], 0),
        (&["--pin", wrong, "--ca", "ca.pem"], 0),
        (&["--pin", wrong, "--insecure"], 0),
        (&["--servername", "other.example", "--ca", "ca.pem"], 0),
        (&["--ca", "ca.pem"], 1),
        (&["--pin", &right], 1),
        (&["--pin", &right, "--insecure"], 1),
        (&["--insecure"], 1),
    ] {
        let item = look(&target, more).item();
        let (connections, given) = server.given();
        assert_eq!(given.certificates, shown, "{more:?}: {item}");
        assert_eq!(connections, 2 - shown, "{more:?}: it is looked at all the same");
        assert_eq!(item["facts"]["chain"][0]["subject"], "CN=localhost", "{item}");
        let fate = if shown == 1 { "accepted" } else { "requested" };
        assert_eq!(item["facts"]["client_certificate"], fate, "{item}");
        let text = item["findings"].to_string();
        assert_eq!(text.contains("identity-not-offered"), shown == 0, "{more:?}: {text}");
        assert_eq!(text.contains("--insecure shows it to any server"), shown == 0, "{text}");
    }
    let outcome = look(&target, &["--insecure"]);
    assert!(outcome.stderr.starts_with("warning: --insecure: client.pem is shown to any server"));
    // The clock of peers, again: what is shown of the chain is as of --at, who sees us is not.
    let (_, late) = place.server(&expired());
    let item = look(&late.target(), &["--ca", "ca.pem", "--at", BEFORE]).item();
    assert_eq!(late.given().1, Given::default());
    assert_eq!(item["facts"]["trusted"], true, "{item}");
    let text = item["findings"].to_string();
    assert!(text.contains("was not shown: the server is not trusted: localhost expired"), "{text}");
    let outcome = place.run(&["thumbprint", &target, "--insecure"]).code(2);
    assert!(outcome.stderr.contains("--cert"), "{}", outcome.stderr);
}

#[test]
fn deliveries_are_passed_on_to_this_machine_only_unless_others_are_allowed() {
    for to in ["http://203.0.113.1:1", "http://app.example"] {
        let listen = ["listen", "--plain", "--addr", ":0", "--count", "1", "--forward", to];
        let outcome = Tool::new(listen).run().code(2);
        assert!(outcome.stderr.contains("is another machine"), "{}", outcome.stderr);
        assert!(outcome.stderr.contains("--allow-remote"), "{}", outcome.stderr);
    }
    let to = "http://app.example";
    let more = ["--plain", "--allow-remote", "--forward", to, "--for", "1ms"];
    assert_eq!(Listener::start(&more).wait().code, 3, "nothing came, but it listened");
}
