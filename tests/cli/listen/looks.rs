//! What people see of `listen`, and programs too, kept in `tests/golden/listen/`; what is captured.

use std::fs;

use hookprint::digest::{hex, sha256};
use rcgen::ExtendedKeyUsagePurpose;

use crate::harness::listener::Listener;
use crate::harness::looks::{LOOKS, headed, stable};
use crate::harness::peers::free_port;
use crate::harness::pki::{NOW, Pair, Pki, Wish};
use crate::harness::{Caller, Receiver, Tool, assert_golden};

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const CLAIMS: &str =
    r#"{"iss":"https://issuer.example","sub":"agent","aud":"a","iat":1780271000,"exp":1780275000}"#;
const BODY: &str = "{\"message\":\"hei\",\"chat_id\":\"42\"}\n";
const KINDLY: &str = "Kindly-HMAC: uUZ0VRTFosPNY1Zfs6ywlGuy0tCoCmIau6mxH9mnJFA=\r\n\
     Kindly-HMAC-algorithm: HMAC-SHA-256 (base64 encoded)\r\n";

/// What somebody does with the listener.
type Call<'a> = &'a dyn Fn(&Listener);

fn post(headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST /hook?a=1 HTTP/1.1\r\nHost: hooks.example\r\nConnection: close\r\n{headers}\
         Content-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// Every look at a listener with these options that gets this call, and what it captured in the last.
fn seen(options: &str, call: Call<'_>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let (ca, _) = pki();
    fs::write(folder.path().join("ca.pem"), ca.certificate_pem).unwrap();
    let mut seen = String::new();
    for (number, (columns, look)) in LOOKS.iter().enumerate() {
        let capture = format!("{number}.har.ndjson");
        let tool = Tool::new(["listen", "--addr", ":0", "--at", NOW, "--capture", &capture])
            .args(options.split_whitespace())
            .args(*look);
        let tool = tool.env("COLUMNS", columns).env("S", SECRET).env("DEMO", "kindly-demo-secret");
        let listener = Listener::with(tool.dir(folder.path()));
        call(&listener);
        let mut outcome = listener.interrupt();
        // It names a throw-away certificate.
        outcome.stderr.clear();
        seen += &headed(columns, look, &outcome);
        if number + 1 == LOOKS.len() {
            let captured = fs::read_to_string(folder.path().join(&capture)).unwrap();
            seen += &format!("== capture\n{}", stable(&captured));
        }
    }
    seen
}

/// The authority, and a caller that it knows.
fn pki() -> (Pair, Pair) {
    let pki = Pki::new("callers");
    let purpose = ExtendedKeyUsagePurpose::ClientAuth;
    let caller = pki.issue(&Wish { name: "caller", purpose, key: 7, ..Wish::live() });
    (pki.ca, caller)
}

/// The header lines that `sign` prints for `body`.
fn signed(args: &str, body: &str) -> String {
    let tool = Tool::new(["sign", "-", "--secret", "env:S", "--at", NOW]);
    let tool = tool.args(args.split_whitespace()).env("S", SECRET).stdin(body);
    let lines = tool.run().code(0).stdout;
    lines.lines().map(|line| format!("{line}\r\n")).collect()
}

#[test]
fn what_is_seen_of_deliveries() {
    let plain = |bytes: Vec<u8>| move |listener: &Listener| drop(listener.send(&bytes));
    let github = signed("--scheme github", "hello");
    let wrong = github.replace(|char: char| ('0'..='3').contains(&char), "4");
    let token = signed("--scheme jwt --id k1", CLAIMS);
    let message = "--scheme http-message-signature --id k1 --url https://hooks.example/hook?a=1";
    let message = signed(message, "hello");
    let claims = "X-SSL-Client-S-DN: CN=caller\r\nX-SSL-Client-Verify: SUCCESS\r\n\
         X-Forwarded-Client-Cert: Hash=11;Subject=\"CN=caller\"\r\n";
    let patient = "--diagnose-time 60s";
    let kindly = format!("--plain --verify kindly --secret env:DEMO {patient}");
    let of_github = format!("--plain --verify github --secret env:S {patient}");
    let jwt = "--plain --verify jwt --secret k1=env:S --enforce";
    let standard = "--plain --verify http-message-signature --secret k1=env:S";
    let cases: Vec<(&str, String, Vec<u8>)> = vec![
        ("plain", "--plain --respond 204".into(), post("X-A: \u{e9}\r\n", BODY)),
        ("redacted", "--plain --redact".into(), post("Authorization: Bearer x\r\n", BODY)),
        ("unanswered", "--plain --respond none".into(), post("", "")),
        ("claimed", "--plain".into(), post(claims, "")),
        ("signed", of_github.clone(), post(&github, "hello")),
        ("mismatch", of_github.clone(), post(&wrong, "hello")),
        ("mismatch-enforced", format!("{of_github} --enforce"), post(&wrong, "hello")),
        ("unsigned", of_github, post("", "hello")),
        ("explained", kindly.clone(), post(KINDLY, BODY)),
        ("explained-enforced", format!("{kindly} --enforce"), post(KINDLY, BODY)),
        ("unexplained", format!("{kindly} --no-diagnose").replace(patient, ""), post(KINDLY, BODY)),
        ("token", jwt.into(), post(&token, "")),
        ("token-body", jwt.into(), post(&token, "hello")),
        ("token-audience", format!("{jwt} --audience b"), post(&token, "")),
        ("message", standard.into(), post(&message, "hello")),
        ("message-thin", format!("{standard} --require-component x-a"), post(&message, "hello")),
        ("garbage", "--plain".into(), b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n".to_vec()),
        ("not-tls", String::new(), post("", "")),
    ];
    for (name, options, bytes) in cases {
        assert_golden(&format!("listen/{name}.txt"), &seen(&options, &plain(bytes)));
    }
}

#[test]
fn what_is_seen_of_callers() {
    let (ca, caller) = pki();
    let stranger = Pki::new("strangers").issue(&Wish { key: 8, ..Wish::live() });
    let chain = [caller.certificate_der.clone(), ca.certificate_der];
    let known = Caller::new(Some((&chain, &caller)));
    let unknown = [stranger.certificate_der.clone()];
    let unknown = Caller::new(Some((&unknown, &stranger)));
    let cut = [caller.certificate_der.clone(), vec![0x30, 0x03, 0x02, 0x01, 0x00]];
    let cut = Caller::new(Some((&cut, &caller)));
    let nobody = Caller::new(None);
    let pin = hex(&sha256(&caller.certificate_der));
    let other = "4c21c5018ba88e42e608ebea7203c063931a1d01";
    let pins = format!("--client-pin old={other} --client-pin new={pin}");
    let old = format!("--client-pin old={pin} --client-pin new={other}");
    let cases: [(&str, &str, &Caller); 9] = [
        ("accepted", "--client-ca ca.pem", &known),
        ("pinned", &pins, &known),
        ("pinned-old", &old, &known),
        ("unchecked", "", &known),
        ("unfit", "--client-ca ca.pem", &unknown),
        ("unreadable", "--client-ca ca.pem", &cut),
        ("refused", "--client-ca ca.pem --enforce", &unknown),
        ("missing", "--client-ca ca.pem --client-cert require", &nobody),
        ("anonymous", "--client-cert off", &nobody),
    ];
    for (name, options, caller) in cases {
        let call = |listener: &Listener| drop(caller.post(listener.addr, ""));
        assert_golden(&format!("listen/{name}.txt"), &seen(options, &call));
    }
}

#[test]
fn what_is_seen_of_an_application() {
    let call = |listener: &Listener| drop(listener.send(&post("", BODY)));
    let answers = Receiver::always(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok");
    let options = format!("--plain --forward {}", answers.url());
    assert_golden("listen/forwarded.txt", &seen(&options, &call));
    let options = format!("--plain --forward http://127.0.0.1:{}", free_port());
    assert_golden("listen/application-gone.txt", &seen(&options, &call));
}
