//! Who is let in where it is enforced, and what those who are not are told: the answer, the report and
//! the capture say the same.

use std::io::Write;
use std::time::Duration;

use rcgen::ExtendedKeyUsagePurpose;
use serde_json::Value;
use time::OffsetDateTime;

use super::items;
use crate::harness::listener::Listener;
use crate::harness::pki::{Pair, Pki, Wish};
use crate::harness::{Caller, Peer, Receiver, Tool};

/// An authority in a file, and a caller of it.
struct Setting {
    folder: tempfile::TempDir,
    ca: String,
    pair: Pair,
}

impl Setting {
    fn new(not_after: OffsetDateTime) -> Self {
        let pki = Pki::new("callers");
        let pair = pki.issue(&Wish {
            name: "caller",
            purpose: ExtendedKeyUsagePurpose::ClientAuth,
            not_after,
            ..Wish::default()
        });
        let folder = tempfile::tempdir().unwrap();
        let ca = folder.path().join("ca.pem");
        std::fs::write(&ca, &pki.ca.certificate_pem).unwrap();
        Self { ca: ca.to_str().unwrap().to_owned(), pair, folder }
    }

    fn good() -> Self {
        Self::new(OffsetDateTime::now_utc() + Duration::from_secs(30 * 86_400))
    }

    fn pin(&self) -> String {
        hookprint::digest::hex(&hookprint::digest::sha256(&self.pair.certificate_der))
    }

    /// Presents its certificate, and these behind it.
    fn caller(&self, more: &[&[u8]]) -> Caller {
        let own = std::iter::once(self.pair.certificate_der.clone());
        let chain: Vec<_> = own.chain(more.iter().map(|der| der.to_vec())).collect();
        Caller::new(Some((&chain, &self.pair)))
    }
}

const GARBAGE: &[u8] = &[0x30, 0x03, 0x02, 0x01, 0x00];
const OTHER: &str = "4C21C5018BA88E42E608EBEA7203C063931A1D01";

#[test]
fn to_enforce_is_to_require_and_a_chain_must_be_readable() {
    let setting = Setting::good();
    let (ca, pin) = (setting.ca.as_str(), setting.pin());
    let ways: [&[&str]; 4] = [
        &["--client-ca", ca, "--enforce"],
        &["--client-pin", &pin, "--enforce"],
        &["--client-ca", ca, "--client-cert", "require"],
        &["--client-ca", ca, "--client-cert", "request", "--enforce"],
    ];
    for way in ways {
        let path = setting.folder.path().join("calls.har.ndjson");
        let listener =
            Listener::start(&[&["--json", "--capture", path.to_str().unwrap()], way].concat());
        let callers = [
            (setting.caller(&[]), 200, "accepted", Some(true)),
            (Caller::new(None), 403, "missing", None),
            (setting.caller(&[GARBAGE]), 403, "refused", Some(false)),
        ];
        for (caller, status, ..) in &callers {
            let (answered, body) = caller.post(listener.addr, "");
            assert_eq!(answered, *status, "{way:?}: {body}");
        }
        let outcome = listener.interrupt();
        let kept = std::fs::read_to_string(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let kept = kept.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let told = items(&outcome.stdout).into_iter().zip(kept);
        for ((_, status, verdict, verified), (item, kept)) in callers.iter().zip(told) {
            assert_eq!(item["facts"]["client_verdict"], *verdict, "{way:?}");
            assert_eq!(item["facts"]["status"], *status);
            assert_eq!(kept["response"]["status"], *status);
            assert_eq!(kept["_clientCertificate"]["verified"].as_bool(), *verified);
            assert_eq!(item["status"] == "critical", *status == 403, "{item}");
        }
    }
}

#[test]
fn what_is_only_reported_is_not_called_refused() {
    let setting = Setting::good();
    let listener = Listener::start(&["--json", "--client-pin", OTHER]);
    assert_eq!(setting.caller(&[]).post(listener.addr, "").0, 200);
    assert_eq!(setting.caller(&[GARBAGE]).post(listener.addr, "").0, 200);
    let items = items(&listener.interrupt().stdout);
    assert_eq!(items[0]["facts"]["client_verdict"], "unfit");
    assert_eq!(items[0]["findings"][0]["code"], "pin-mismatch");
    assert_eq!(items[1]["facts"]["client_verdict"], "unfit");
    let listener = Listener::start(&["--client-pin", OTHER]);
    assert_eq!(setting.caller(&[]).post(listener.addr, "").0, 200);
    let text = listener.interrupt().stdout;
    assert!(text.contains("unfit, but let in: nothing is enforced"), "{text}");
    // Required, and nothing to judge it by: nobody says that it was accepted.
    let listener = Listener::start(&["--json", "--client-cert", "require"]);
    assert_eq!(setting.caller(&[]).post(listener.addr, "").0, 200);
    assert_eq!(setting.caller(&[GARBAGE]).post(listener.addr, "").0, 403);
    assert_eq!(Caller::new(None).post(listener.addr, "").0, 403);
    let outcome = listener.interrupt();
    let verdicts: Vec<_> = super::items(&outcome.stdout)
        .iter()
        .map(|item| item["facts"]["client_verdict"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(verdicts, ["unchecked", "refused", "missing"]);
    assert!(outcome.stderr.contains("any certificate is accepted"), "{}", outcome.stderr);
}

#[test]
fn to_allow_a_finding_lets_nobody_in() {
    let setting = Setting::good();
    let args = ["--json", "--client-pin", OTHER, "--enforce", "--allow", "pin-mismatch"];
    let listener = Listener::start(&args);
    assert_eq!(setting.caller(&[]).post(listener.addr, "").0, 403);
    let item = items(&listener.interrupt().stdout)[0].clone();
    assert_eq!(item["facts"]["client_verdict"], "refused");
    assert_eq!(item["facts"]["status"], 403);
}

#[test]
fn what_cannot_be_applied_is_an_error_before_anybody_calls() {
    let setting = Setting::good();
    let empty = setting.folder.path().join("empty.pem");
    std::fs::write(&empty, "nothing\n").unwrap();
    let (ca, empty) = (setting.ca.as_str(), empty.to_str().unwrap());
    let from_empty = format!("@{empty}");
    let cases: [(&[&str], i32, &str); 11] = [
        (&["--client-ca", ca, "--client-cert", "off"], 2, "--client-cert off"),
        (&["--client-pin", OTHER, "--client-cert", "off", "--enforce"], 2, "--client-cert off"),
        (&["--client-cert", "require", "--enforce"], 2, "nothing says which certificates"),
        (&["--enforce"], 2, "nothing to enforce"),
        (&["--plain", "--enforce"], 2, "nothing to enforce"),
        (&["--plain", "--client-ca", ca], 2, "--plain"),
        (&["--audience", "me"], 2, "--audience has no effect without --verify"),
        (&["--tolerance", "5m"], 2, "--tolerance has no effect without --verify"),
        (&["--offline", "--forward", "http://127.0.0.1:9"], 3, "--offline"),
        (&["--client-ca", empty], 3, "--client-ca"),
        (&["--client-pin", &from_empty], 3, "--client-pin"),
    ];
    for (args, code, named) in cases {
        let started = Tool::new(["listen", "--addr", ":0", "--for", "1ms"]).args(args);
        let outcome = started.run().code(code);
        assert!(outcome.stderr.contains(named), "{args:?}: {}", outcome.stderr);
        assert!(!outcome.stderr.contains("listening on"), "{args:?}: {}", outcome.stderr);
    }
}

#[test]
fn strangers_are_not_told_why() {
    let setting = Setting::good();
    let secret = ["--verify", "github", "--secret", "env:S"];
    let with = |args: &[&str]| {
        let tool = Tool::new(["listen", "--addr", ":0", "--json", "--enforce"]);
        Listener::with(tool.args(args).env("S", "0123456789abcdef0123"))
    };
    let (open, remote): (&[&str], &[&str]) = (&[], &["--allow-remote"]);
    for (more, detail) in [(open, true), (remote, false)] {
        let listener = with(&[&["--client-pin", OTHER][..], more].concat());
        let (status, body) = setting.caller(&[]).post(listener.addr, "");
        assert_eq!(status, 403);
        assert_eq!(body.contains("matches the pin"), detail, "{body}");
        assert!(detail || body == "client certificate refused\n", "{body}");
        let finding = items(&listener.interrupt().stdout)[0]["findings"][0].clone();
        assert_eq!(finding["code"], "pin-mismatch", "the report says it all the same");

        let listener = with(&[&secret[..], more].concat());
        let (status, body) = Caller::new(None).post(listener.addr, "");
        assert_eq!(status, 401);
        assert_eq!(body.contains("X-Hub-Signature-256"), detail, "{body}");
        assert!(detail || body == "signature refused\n", "{body}");
        drop(listener.interrupt());
    }
    let silent = Peer::start(drop);
    let url = format!("http://{}", silent.target());
    let listener = Listener::start(&["--plain", "--allow-remote", "--forward", &url]);
    let answer = listener.send(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 502") && !answer.contains("127.0.0.1"), "{answer}");
    drop(listener.interrupt());
}

#[test]
fn a_resumed_session_keeps_the_certificate_and_its_judgement() {
    let setting = Setting::good();
    let caller = setting.caller(&[]);
    let stranger = setting.caller(&[GARBAGE]);
    let listener = Listener::start(&["--json", "--client-ca", &setting.ca, "--enforce"]);
    for (caller, status) in [(caller, 200), (stranger, 403)] {
        assert_eq!(caller.post(listener.addr, "").0, status);
        let mut again = caller.connect(listener.addr);
        assert_eq!(again.post("").0, status);
        assert!(again.is_resumed());
    }
    let items = items(&listener.interrupt().stdout);
    let told: Vec<_> = items
        .iter()
        .map(|item| (&item["facts"]["client_verdict"], &item["facts"]["resumed"]))
        .map(|(verdict, resumed)| (verdict.as_str().unwrap(), resumed.as_bool().unwrap()))
        .collect();
    let expected = [("accepted", false), ("accepted", true), ("refused", false), ("refused", true)];
    assert_eq!(told, expected);
}

#[test]
fn who_is_refused_does_not_reach_the_application() {
    let setting = Setting::good();
    let application = Receiver::start(|_, stream| {
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
    });
    let url = application.url();
    let listener = Listener::start(&["--client-ca", &setting.ca, "--enforce", "--forward", &url]);
    assert_eq!(Caller::new(None).post(listener.addr, "").0, 403);
    assert_eq!(setting.caller(&[GARBAGE]).post(listener.addr, "").0, 403);
    assert_eq!(application.count(), 0);
    assert_eq!(setting.caller(&[]).post(listener.addr, ""), (200, "ok".to_owned()));
    assert_eq!(application.count(), 1);
    drop(listener.interrupt());

    let tool = Tool::new(["listen", "--addr", ":0", "--enforce", "--forward", &url]);
    let tool = tool.args(["--verify", "github", "--secret", "env:S"]);
    let listener = Listener::with(tool.env("S", "0123456789abcdef0123"));
    assert_eq!(Caller::new(None).post(listener.addr, "").0, 401);
    assert_eq!(application.count(), 1);
    drop(listener.interrupt());
}
