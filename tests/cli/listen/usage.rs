//! When can the old one go? Which pins and secrets are in use, counted and told, and never the secrets.

use std::fs;

use rcgen::ExtendedKeyUsagePurpose;
use serde_json::Value;

use crate::harness::listener::Listener;
use crate::harness::pki::{Pki, Wish};
use crate::harness::{Caller, Tool};

const OLD: &str = "0123456789abcdef0123456789abcdef";
const NEW: &str = "fedcba9876543210fedcba9876543210";

fn github(secret: &str, body: &str) -> Vec<u8> {
    let tool = Tool::new(["sign", "-", "--scheme", "github", "--secret", "env:S"]);
    let lines = tool.env("S", secret).stdin(body).run().code(0).stdout;
    let header = lines.trim_end();
    let length = body.len();
    format!(
        "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{header}\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

fn listener(args: &[&str]) -> Listener {
    let tool = Tool::new(["listen", "--addr", ":0"]).args(args);
    Listener::with(tool.env("OLD", OLD).env("NEW", NEW))
}

#[test]
fn each_secret_is_counted_under_its_label() {
    let secrets = ["--secret", "new=env:NEW", "--secret", "old=env:OLD", "--secret", "env:NEVER"];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("listen.prom");
    let file = path.to_str().unwrap();
    let args =
        [&["--plain", "--verify", "github", "--prometheus-file", file], &secrets[..]].concat();
    let tool = |more: &[&str]| {
        let tool = Tool::new(["listen", "--addr", ":0"]).args(&args).args(more);
        Listener::with(
            tool.env("OLD", OLD).env("NEW", NEW).env("NEVER", "another secret of 32 bytes here"),
        )
    };
    let listener = tool(&["--json"]);
    assert!(fs::read_to_string(&path).unwrap().contains("hookprint_deliveries_total 0\n"));
    for (secret, body) in [(OLD, "1"), (NEW, "2"), (OLD, "3"), ("neither of these two", "4")] {
        assert!(listener.send(&github(secret, body)).starts_with("HTTP/1.1 200"));
    }
    let outcome = listener.interrupt();
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let used = report["summary"]["secrets"].as_array().unwrap();
    let told: Vec<_> =
        used.iter().map(|one| (one["label"].as_str().unwrap(), &one["count"])).collect();
    assert_eq!(told, [("new", &1.into()), ("old", &2.into()), ("env:NEVER", &0.into())]);
    assert!(used[1]["first_seen"].as_str() <= used[1]["last_seen"].as_str());
    assert_eq!(used[2]["last_seen"], Value::Null);
    let metrics = fs::read_to_string(&path).unwrap();
    for line in [
        "hookprint_deliveries_total 4\n",
        "hookprint_secret_deliveries_total{secret=\"old\"} 2\n",
        "hookprint_secret_deliveries_total{secret=\"env:NEVER\"} 0\n",
        "hookprint_secret_last_seen_seconds{secret=\"new\"} ",
    ] {
        assert!(metrics.contains(line), "{metrics}");
    }
    assert!(!metrics.contains(OLD) && !outcome.stdout.contains(OLD));

    // People are told the same below the total.
    let listener = tool(&[]);
    for body in ["1", "2"] {
        listener.send(&github(NEW, body));
    }
    let text = listener.interrupt().stdout;
    assert!(text.contains("secret     new: 2 since 20"), "{text}");
    assert!(text.contains("secret     old: not seen\n"), "{text}");
}

#[test]
fn each_pin_is_counted_and_only_what_is_let_in() {
    let pki = Pki::new("callers");
    let purpose = ExtendedKeyUsagePurpose::ClientAuth;
    let caller = |key| {
        let pair =
            pki.issue(&Wish { name: "caller", purpose: purpose.clone(), key, ..Wish::live() });
        let pin = hookprint::digest::hex(&hookprint::digest::sha256(&pair.certificate_der));
        (pair, pin)
    };
    let ((old, old_pin), (new, new_pin)) = (caller(7), caller(8));
    let (stranger, _) = caller(9);
    let (old_pin, bare) = (format!("old={old_pin}"), new_pin);
    let listener =
        listener(&["--json", "--enforce", "--client-pin", &old_pin, "--client-pin", &bare]);
    for (pair, status) in [(&old, 200), (&new, 200), (&old, 200), (&stranger, 403)] {
        let chain = [pair.certificate_der.clone()];
        assert_eq!(Caller::new(Some((&chain, pair))).post(listener.addr, "").0, status);
    }
    let report: Value = serde_json::from_str(&listener.interrupt().stdout).unwrap();
    let pins = &report["summary"]["pins"];
    assert_eq!((&pins[0]["label"], &pins[0]["count"]), (&"old".into(), &2.into()));
    assert_eq!((&pins[1]["label"], &pins[1]["count"]), (&bare.into(), &1.into()));
    assert_eq!(report["summary"].get("secrets"), None);
}

#[test]
fn a_file_that_cannot_be_written_is_an_error_before_anybody_calls() {
    let tool = Tool::new(["listen", "--addr", ":0", "--plain"]);
    let ended = tool.args(["--prometheus-file", "/nowhere/listen.prom"]).run();
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    assert!(ended.stderr.contains("/nowhere/listen.prom"), "{}", ended.stderr);
}
