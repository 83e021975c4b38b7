//! HTTP Message Signatures (RFC 9421) that are right and say too little, or too much: `verify` and
//! `listen --enforce` give one answer.

use std::fs;
use std::path::Path;

use hookprint::digest::{base64, sha256};
use hookprint::secret::Secret;
use hookprint::signature::key::{Algorithm, SigningKey};
use serde_json::Value;

use crate::harness::Tool;
use crate::harness::listener::Listener;

const SECRET: &str = "house-secret-0123456789abcdef";
const OTHER: &str = "other-secret-0123456789abcdef";
const BODY: &str = r#"{"amount":1}"#;
/// 2026-11-30T00:53:20Z.
const CREATED: i64 = 1_796_000_000;
const AT: &str = "2026-11-30T00:54:00Z";

/// A request as it travels, signed over these identifiers with their values.
struct Signed<'a> {
    covered: &'a [(&'a str, &'a str)],
    parameters: &'a str,
    headers: &'a str,
    secret: &'a str,
    body: &'a str,
}

/// Over enough, at a moment that is known.
const RIGHT: Signed<'static> = Signed {
    covered: ENOUGH,
    parameters: ";created=1796000000",
    headers: "",
    secret: SECRET,
    body: "",
};
const ENOUGH: &[(&str, &str)] =
    &[("\"@method\"", "POST"), ("\"@authority\"", "hooks.example"), ("\"@path\"", "/hook")];

impl Signed<'_> {
    fn request(&self) -> Vec<u8> {
        let line = |(name, value): &(&str, &str)| format!("{name}: {value}\n");
        let names: Vec<&str> = self.covered.iter().map(|(name, _)| *name).collect();
        let input = format!("({}){}", names.join(" "), self.parameters);
        let base: String = self.covered.iter().map(line).collect();
        let base = format!("{base}\"@signature-params\": {input}");
        let key = SigningKey::of_secret(Secret::new(self.secret.into())).unwrap();
        let signature = base64(&key.sign(Algorithm::HmacSha256, base.as_bytes()).unwrap());
        let Self { headers, body, .. } = self;
        let length = body.len();
        format!(
            "POST /hook HTTP/1.1\r\nHost: hooks.example\r\nConnection: close\r\n{headers}\
             Signature-Input: sig={input}\r\nSignature: sig=:{signature}:\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        )
        .into_bytes()
    }

    /// Its findings under these options, and the status that `listen --enforce` answers it with.
    fn judged(&self, options: &[&str]) -> (Vec<(String, String)>, String) {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
        write("request.http", &self.request());
        write("secret", SECRET.as_bytes());
        let key = |name: &str, secret: &str| {
            format!(
                r#"{{"kty":"oct","kid":"{name}","k":"{}"}}"#,
                hookprint::digest::base64url(secret.as_bytes())
            )
        };
        let set = format!(r#"{{"keys":[{},{}]}}"#, key("A", SECRET), key("B", OTHER));
        write("jwks.json", set.as_bytes());
        let keys = match options.contains(&"--jwks") {
            true => &[][..],
            false => &["--secret", "file:secret"],
        };
        let outcome = Tool::new(["verify", "request.http", "--json", "--at", AT])
            .args(["--scheme", "http-message-signature"])
            .args(keys)
            .args(options)
            .dir(folder.path())
            .run();
        let item = outcome.item();
        let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
        let findings = item["findings"].as_array().unwrap();
        let findings: Vec<_> =
            findings.iter().map(|one| (text(one, "code"), text(one, "severity"))).collect();
        let is_critical = findings.iter().any(|(_, severity)| severity == "critical");
        assert_eq!(outcome.code, i32::from(is_critical), "{}", outcome.stdout);
        (findings, enforced(self, folder.path(), keys, options))
    }
}

fn enforced(signed: &Signed<'_>, folder: &Path, keys: &[&str], options: &[&str]) -> String {
    let tool = Tool::new(["listen", "--addr", ":0", "--plain", "--enforce", "--at", AT])
        .args(["--verify", "http-message-signature"])
        .args(keys)
        .args(options)
        .dir(folder);
    let listener = Listener::with(tool);
    let answer = listener.send(&signed.request());
    drop(listener.interrupt());
    answer.get(9..12).unwrap_or_default().to_owned()
}

/// What is found, in short, and the status.
fn outcome(signed: &Signed<'_>, options: &[&str]) -> String {
    let (findings, status) = signed.judged(options);
    let short = |(code, severity): &(String, String)| format!("{code} {severity}");
    let mut words: Vec<String> = findings.iter().map(short).collect();
    words.push(status);
    words.join(", ")
}

#[test]
fn what_is_covered_and_when_it_was_made() {
    let digest = format!("sha-256=:{}:", base64(&sha256(BODY.as_bytes())));
    let header = format!("Content-Digest: {digest}\r\n");
    let whole = [ENOUGH, &[("\"content-digest\"", digest.as_str())]].concat();
    let covered = Signed { covered: &whole, headers: &header, body: BODY, ..RIGHT };
    assert_eq!(outcome(&RIGHT, &[]), "200");
    assert_eq!(outcome(&covered, &["--require-component", "Content-Digest"]), "200");
    assert_eq!(outcome(&Signed { body: BODY, ..RIGHT }, &[]), "body-uncovered warning, 200");
    let required = ["--require-component", "content-digest"];
    let lacking = outcome(&Signed { body: BODY, ..RIGHT }, &required);
    assert_eq!(lacking, "coverage-thin critical, body-uncovered warning, 401");

    // Nothing, or the body alone, can be sent to another place.
    for covered in [&[][..], &[("\"content-digest\"", digest.as_str())]] {
        let thin = Signed { covered, headers: &header, ..RIGHT };
        assert!(outcome(&Signed { body: BODY, ..thin }, &[]).starts_with("coverage-thin warning"));
        assert!(outcome(&Signed { body: BODY, ..thin }, &[]).ends_with("401"));
    }

    let untimed = Signed { parameters: "", ..RIGHT };
    assert_eq!(outcome(&untimed, &[]), "signature-untimed warning, 200");
    assert_eq!(outcome(&untimed, &["--tolerance", "5m"]), "signature-untimed critical, 401");
    let old = Signed { parameters: ";created=1400000000", ..RIGHT };
    assert_eq!(outcome(&old, &[]), "signature-stale critical, 401");
    let early = format!(";created={}", CREATED + 1000);
    let early = Signed { parameters: &early, ..RIGHT };
    assert_eq!(outcome(&early, &[]), "signature-in-future critical, 401");
    assert_eq!(outcome(&early, &["--tolerance", "1h"]), "200");
}

/// A digest that nobody computes, or that is not covered, says nothing of the body.
#[test]
fn a_body_that_was_replaced_beside_a_digest_that_is_not_computed() {
    let replaced = r#"{"amount":9999}"#;
    let sha256 = format!("sha-256=:{}:", base64(&sha256(replaced.as_bytes())));
    let header = format!("Content-Digest: md5=:qoQ1HOPB19+8PJS74nePFw==:, {sha256}\r\n");
    let member = ("\"content-digest\";key=\"md5\"", ":qoQ1HOPB19+8PJS74nePFw==:");
    let covered = [ENOUGH, &[member]].concat();
    let signed = Signed { covered: &covered, headers: &header, body: replaced, ..RIGHT };
    assert_eq!(outcome(&signed, &[]), "body-uncovered warning, 200");
    let required = outcome(&signed, &["--require-component", "content-digest"]);
    assert!(
        required.starts_with("coverage-thin critical") && required.ends_with("401"),
        "{required}"
    );
}

#[test]
fn types_parameters_and_names_are_those_of_the_standard() {
    for parameters in [
        ";created=\"1400000000\";expires=\"1400000300\"",
        ";created=1796000000.5",
        ";created=1796000000;keyid=A",
        ";created=1796000000;created=1796000001",
    ] {
        let signed = Signed { parameters, ..RIGHT };
        assert_eq!(outcome(&signed, &[]), "signature-malformed critical, 401", "{parameters}");
    }
    for component in ["\"@method\";foo", "\"host\";key=\"hooks.example\"", "\"@sender\""] {
        let covered = [ENOUGH, &[(component, "POST")]].concat();
        let signed = Signed { covered: &covered, ..RIGHT };
        assert_eq!(outcome(&signed, &[]), "signature-malformed critical, 401", "{component}");
    }
}

#[test]
fn the_named_key_and_no_other() {
    let set = ["--jwks", "jwks.json"];
    let named = |parameters| Signed { parameters, ..RIGHT };
    assert_eq!(outcome(&named(";created=1796000000;keyid=\"A\""), &set), "200");
    for parameters in [
        ";created=1796000000;keyid=\"B\"",
        ";created=1796000000;keyid=\"C\"",
        ";created=1796000000;keyid=\"\"",
    ] {
        let refused = outcome(&named(parameters), &set);
        assert_eq!(refused, "signature-mismatch critical, 401", "{parameters}");
    }
    let other = named(";created=1796000000;keyid=\"A\";alg=\"ed25519\"");
    assert_eq!(outcome(&other, &set), "algorithm-mismatch critical, 401");
}

#[test]
fn what_can_never_be_covered_is_not_required() {
    for name in ["", "@status", "@new", "content-type;req", "a b"] {
        let args = ["verify", "-", "--scheme", "http-message-signature", "--secret", "env:S"];
        let outcome = Tool::new(args).args(["--require-component", name]).env("S", SECRET).run();
        let stderr = outcome.code(2).stderr;
        assert!(stderr.contains("--require-component"), "{name}: {stderr}");
    }
}
