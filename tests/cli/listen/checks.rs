//! What `listen` checks on receive: pins of files, keys that an issuer changes, why a signature is
//! wrong; and answers that change.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use hookprint::digest::{base64url, hex, sha256};
use hookprint::secret::Secret;
use hookprint::signature::key::SigningKey;
use hookprint::signature::token;
use serde_json::{Value, json};

use super::items;
use crate::harness::listener::Listener;
use crate::harness::pki::{NOW, Pki, Wish};
use crate::harness::{Receiver, Tool};

/// The key pair of that number: an issuer publishes the public half.
fn pair(number: usize) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[number as u8 + 1; 32]).unwrap()
}

/// A bearer token signed with the key of that number.
fn bearer(number: usize) -> String {
    let key = SigningKey::Ed25519(Box::new(pair(number)));
    let claims = r#"{"iss":"me","exp":4102444800,"iat":1700000000}"#;
    let token = token::sign(claims, &key, Some(&format!("k{number}"))).unwrap();
    format!("Authorization: Bearer {token}\r\n")
}

/// A key set of the keys of these numbers, with these header lines.
fn published(numbers: impl Iterator<Item = usize>, headers: &str) -> Vec<u8> {
    let key = |number: usize| {
        let x = base64url(pair(number).public_key().as_ref());
        json!({ "kty": "OKP", "crv": "Ed25519", "kid": format!("k{number}"), "x": x })
    };
    let text = json!({ "keys": numbers.map(key).collect::<Vec<_>>() }).to_string();
    let length = text.len();
    format!("HTTP/1.1 200 OK\r\n{headers}Content-Length: {length}\r\n\r\n{text}").into_bytes()
}

/// A key set of the keys up to that number.
fn key_set(last: usize) -> Vec<u8> {
    published(0..=last, "")
}

fn post(headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("POST /hook HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}

#[test]
fn keys_that_the_issuer_changes_are_fetched_again_but_not_for_everybody() {
    let last = Arc::new(AtomicUsize::new(0));
    let of_issuer = last.clone();
    let issuer = Receiver::start(move |_, stream| {
        drop(stream.write_all(&key_set(of_issuer.load(Ordering::SeqCst))));
    });
    let url = format!("{}/keys", issuer.url());
    let listener = Listener::start(&[
        "--plain",
        "--json",
        "--enforce",
        "--verify",
        "jwt",
        "--jwks",
        &url,
        "--issuer",
        "me",
    ]);
    let status = |headers: &str| listener.send(&post(headers, "{}"))[9..12].to_owned();
    assert_eq!((status(&bearer(0)).as_str(), issuer.count()), ("200", 1));
    last.store(1, Ordering::SeqCst);
    assert_eq!((status(&bearer(1)).as_str(), issuer.count()), ("200", 2), "a new key is found");
    assert_eq!(status(&bearer(0)), "200", "the old one stays");
    // Whoever makes key ids up does not make us ask the issuer again and again.
    for number in 0..3 {
        let key = SigningKey::of_secret(Secret::new(b"somebody else's key".to_vec())).unwrap();
        let made_up = token::sign("{}", &key, Some(&format!("made-up-{number}"))).unwrap();
        assert_eq!(status(&format!("Authorization: Bearer {made_up}\r\n")), "401");
    }
    assert_eq!(issuer.count(), 2);
    let outcome = listener.interrupt();
    let items = items(&outcome.stdout);
    assert_eq!(items[1]["facts"]["verify"]["key_id"], "k1");
    assert_eq!(items.last().unwrap()["findings"][0]["code"], "token-invalid");
}

#[test]
fn an_issuer_that_is_gone_leaves_the_keys_that_are_known() {
    let issuer = Receiver::start(|_, stream| drop(stream.write_all(&key_set(0))));
    let url = format!("{}/keys", issuer.url());
    let listener = Listener::start(&[
        "--plain", "--json", "--verify", "jwt", "--jwks", &url, "--issuer", "me", "--count", "2",
    ]);
    drop(issuer);
    std::thread::sleep(Duration::from_millis(50));
    listener.send(&post(&bearer(1), "{}"));
    listener.send(&post(&bearer(0), "{}"));
    let items = items(&listener.wait().stdout);
    let help = items[0]["findings"][0]["help"].as_str().unwrap();
    assert!(help.starts_with("the keys could not be fetched again: http://127.0.0.1:"), "{help}");
    assert_eq!(items[1]["facts"]["verify"]["ok"], true);
}

/// Says whether the answer has that status within ten seconds, asking again and again.
fn becomes(listener: &Listener, headers: &str, status: &str) -> bool {
    let started = Instant::now();
    loop {
        if listener.send(&post(headers, "{}"))[9..12] == *status {
            return true;
        }
        if started.elapsed() > Duration::from_secs(10) {
            return false;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_key_that_is_withdrawn_stops_working_and_so_do_keys_that_cannot_be_had_again() {
    let first = Arc::new(AtomicUsize::new(0));
    let of_issuer = first.clone();
    let issuer = Receiver::start(move |_, stream| {
        let first = of_issuer.load(Ordering::SeqCst);
        drop(stream.write_all(&published(first..=1, "Cache-Control: max-age=1\r\n")));
    });
    let url = format!("{}/keys", issuer.url());
    let listener = Listener::start(&[
        "--plain",
        "--json",
        "--enforce",
        "--verify",
        "jwt",
        "--jwks",
        &url,
        "--issuer",
        "me",
    ]);
    assert!(becomes(&listener, &bearer(0), "200"));
    first.store(1, Ordering::SeqCst);
    assert!(becomes(&listener, &bearer(0), "401"), "a key that is withdrawn");
    assert!(becomes(&listener, &bearer(1), "200"), "the other one stays");
    drop(issuer);
    assert!(becomes(&listener, &bearer(1), "401"), "nobody knows whether it is still good");
    let items = items(&listener.interrupt().stdout);
    let finding = items.last().unwrap()["findings"][0].clone();
    assert_eq!(finding["code"], "keys-stale");
    let message = finding["message"].as_str().unwrap();
    assert!(message.contains("too old") && message.contains(&url), "{message}");
}

#[test]
fn a_secret_that_is_published_is_none() {
    let issuer = Receiver::start(|_, stream| {
        let text = r#"{"keys":[{"kty":"oct","kid":"s","k":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"}]}"#;
        let length = text.len();
        drop(write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{text}"));
    });
    let url = format!("{}/keys", issuer.url());
    let args = ["listen", "--addr", ":0", "--plain", "--verify", "jwt", "--jwks", &url];
    let outcome = Tool::new(args).run().code(3);
    assert!(outcome.stderr.contains("publishes a shared secret"), "{}", outcome.stderr);
    assert!(!outcome.stderr.contains("listening"), "{}", outcome.stderr);
    let args = ["verify", "-", "--scheme", "jwt", "--jwks", &url, "--json"];
    let report = Tool::new(args).stdin("a.b.c").run().code(3).json();
    assert_eq!(report["items"][0]["failure"]["code"], "secret-published");
}

#[test]
fn a_pin_may_be_the_file_of_the_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let pki = Pki::new("callers");
    for (name, key) in [("old", 7), ("new", 8), ("other", 9)] {
        let purpose = rcgen::ExtendedKeyUsagePurpose::ClientAuth;
        let pair = pki.issue(&Wish { name, purpose, key, ..Wish::live() });
        std::fs::write(folder.path().join(format!("{name}.pem")), pair.certificate_pem).unwrap();
        std::fs::write(folder.path().join(format!("{name}.key")), pair.key_pem).unwrap();
    }
    std::fs::write(folder.path().join("body"), "{}").unwrap();
    let args = ["listen", "--addr", ":0", "--at", NOW, "--json", "--client-cert", "require"];
    let pins = ["--client-pin", "old=@old.pem", "--client-pin", "@new.pem"];
    let listener = Listener::with(Tool::new(args).args(pins).dir(folder.path()));
    let status = |name: &str| {
        let (cert, key) = (format!("{name}.pem"), format!("{name}.key"));
        let to = ["replay", "--payload", "body", "--to", &listener.url, "--insecure", "--json"];
        let own = ["--cert", &cert, "--key", &key, "--at", NOW];
        let report = Tool::new(to).args(own).dir(folder.path()).run().json();
        report["items"][0]["facts"]["status"].as_i64().unwrap()
    };
    assert_eq!([status("old"), status("new"), status("other")], [200, 200, 403]);
    let items = items(&listener.interrupt().stdout);
    assert_eq!(items[0]["facts"]["matched_pin"]["label"], "old");
    let missing = Tool::new(["listen", "--client-pin", "@none.pem"]).dir(folder.path()).run();
    assert!(missing.code(3).stderr.contains("none.pem"));
}

/// A signature over the body with a newline behind it, as `echo '{}' | openssl dgst` makes it.
fn wrongly_signed() -> Vec<u8> {
    let made = Tool::new(["sign", "-", "--scheme", "github", "--secret", "env:S"])
        .args(["--only", "signature"])
        .env("S", "0123456789abcdef0123")
        .stdin("{\"a\":1}\n")
        .run()
        .code(0);
    post(&format!("X-Hub-Signature-256: sha256={}\r\n", made.stdout.trim()), "{\"a\":1}")
}

#[test]
fn a_mismatch_is_explained_and_nobody_waits_for_it() {
    let listen = |args: &[&str]| {
        let tool = Tool::new(["listen", "--addr", ":0", "--plain", "--verify", "github"]);
        Listener::with(tool.args(["--secret", "env:S"]).args(args).env("S", "0123456789abcdef0123"))
    };
    let listener = listen(&["--count", "1", "--json", "--enforce"]);
    assert!(listener.send(&wrongly_signed()).starts_with("HTTP/1.1 401 "));
    let outcome = listener.wait();
    let verify = items(&outcome.stdout)[0]["facts"]["verify"].clone();
    assert_eq!(verify["diagnosis"][0]["change"], "body-final-newline-added", "{verify}");
    assert!(verify["tried"].as_i64().unwrap() > 0);
    assert_eq!(verify["payload_sha256"], hex(&sha256(b"{\"a\":1}")));

    let listener = listen(&["--count", "1"]);
    listener.send(&wrongly_signed());
    let text = listener.wait().stdout;
    assert!(text.contains("but it does after one change: add a final newline"), "{text}");
    assert_eq!(text.matches("next:").count(), 1, "{text}");

    let listener = listen(&["--count", "1", "--json", "--no-diagnose"]);
    listener.send(&wrongly_signed());
    let item = items(&listener.wait().stdout)[0].clone();
    assert_eq!(item["facts"]["verify"]["diagnosis"], Value::Null);
    assert_eq!(item["findings"][0]["code"], "signature-mismatch");
}

/// A long body that nothing explains takes the longest to diagnose: the burst behind it does not. One is explained
/// at a time, so none of the burst would be left out if each were answered when it is explained.
#[test]
fn a_burst_of_mismatches_is_answered_at_once() {
    let tool = Tool::new(["listen", "--addr", ":0", "--plain", "--verify", "github", "--json"]);
    let tool = tool.args(["--secret", "env:S"]).env("S", "0123456789abcdef0123");
    let listener = Listener::with(tool);
    let header = format!("X-Hub-Signature-256: sha256={}\r\n", "ab".repeat(32));
    let long = format!("{{\"a\":\"{}\"}}", "x, ".repeat(200_000));
    for number in 0..20 {
        let body = if number == 0 { long.as_str() } else { "{}" };
        assert!(listener.send(&post(&header, body)).starts_with("HTTP/1.1 200 "));
    }
    let items = items(&listener.interrupt().stdout);
    assert_eq!(items.len(), 20);
    let explained = items.iter().filter(|item| !item["facts"]["verify"]["tried"].is_null());
    assert!((1..20).contains(&explained.count()));
}

#[test]
fn several_answers_are_given_in_turn() {
    let answers = ["--respond", "503", "--respond", "429:later", "--respond", "200"];
    let listener = Listener::start(&[&["--plain"][..], &answers].concat());
    let status = |listener: &Listener| {
        listener.send(&post("", "{}")).get(9..12).unwrap_or("none").to_owned()
    };
    let statuses: Vec<String> = (0..5).map(|_| status(&listener)).collect();
    assert_eq!(statuses, ["503", "429", "200", "200", "200"]);
    let silent = Listener::start(&["--plain", "--respond", "none", "--respond", "200"]);
    assert_eq!([status(&silent), status(&silent)], ["none", "200"]);
    let outcome = silent.interrupt();
    assert!(outcome.stdout.contains("POST /hook: 2 bytes, not answered"), "{}", outcome.stdout);
    // So that what a sender does about them can be tried: this one tries again.
    let again = Listener::start(&[&["--plain"][..], &answers].concat());
    let args = ["replay", "--payload", "-", "--retries", "3", "--json", "--to", &again.url];
    let report = Tool::new(args).stdin("{}").run().code(0).json();
    assert_eq!(report["items"][0]["facts"]["attempts"], 3);
}
