//! Keys, secrets and what a token must say: a control that cannot be applied is an error.

use std::fs;
use std::path::Path;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair, RsaKeyPair};
use hookprint::digest::{base64, base64url};
use hookprint::signature::key::{Algorithm, SigningKey};
use serde_json::Value;

use crate::harness::Tool;
use crate::harness::listener::Listener;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// A token with this header and these claims, as text, with HMAC under these bytes.
fn hs256(header: &str, claims: &str, key: &[u8]) -> String {
    let signed = [header, claims].map(|part| base64url(part.as_bytes())).join(".");
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, key);
    let signature = aws_lc_rs::hmac::sign(&key, signed.as_bytes());
    format!("{signed}.{}", base64url(signature.as_ref()))
}

fn codes(item: &Value) -> Vec<String> {
    let findings = item["findings"].as_array().unwrap().iter();
    findings.map(|one| format!("{} {}", one["code"], one["severity"]).replace('"', "")).collect()
}

/// What `verify` says of a token in a request without a body.
fn judged(token: &str, args: &[&str]) -> Vec<String> {
    let request =
        format!("GET /hook HTTP/1.1\r\nHost: a.example\r\nAuthorization: Bearer {token}\r\n\r\n");
    let tool = Tool::new(["verify", "-", "--json"]).args(args).env("S", SECRET).stdin(request);
    codes(&tool.run().item())
}

#[test]
fn an_empty_secret_is_never_a_key() {
    for scheme in ["jwt", "http-message-signature", "github", "hmac-sha256", "stripe", "auto"] {
        for (value, beside) in [("", &[][..]), (" \n", &[]), ("", &["--secret", "env:GOOD"])] {
            let args = ["verify", "-", "--scheme", scheme, "--secret", "env:EMPTY"];
            let tool = Tool::new(args).args(beside).env("EMPTY", value).env("GOOD", SECRET);
            let outcome = tool.stdin("{}").run();
            let text = outcome.code(2).stderr;
            assert!(text.contains("the secret is empty"), "{scheme}: {text}");
        }
    }
    for scheme in ["jwt", "http-message-signature", "github"] {
        let args = ["listen", "--addr", ":0", "--plain", "--verify", scheme, "--enforce"];
        let secrets = ["--secret", "env:GOOD", "--secret", "env:EMPTY"];
        let tool = Tool::new(args).args(secrets).env("EMPTY", "").env("GOOD", SECRET);
        let text = tool.run().code(2).stderr;
        assert!(text.contains("the secret is empty") && !text.contains("listening"), "{text}");
        let sign = Tool::new(["sign", "-", "--scheme", scheme, "--secret", "env:EMPTY"]);
        sign.env("EMPTY", "").stdin("{}").run().code(2);
    }
}

#[test]
fn a_short_secret_is_weak_wherever_it_is_given() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("keys.json"), r#"{"kty":"oct","kid":"s","k":"c2hvcnQ"}"#).unwrap();
    for (scheme, key) in [
        ("jwt", ["--secret", "env:S"]),
        ("http-message-signature", ["--secret", "env:S"]),
        ("github", ["--secret", "env:S"]),
        ("jwt", ["--jwks", "keys.json"]),
    ] {
        let args = ["listen", "--addr", ":0", "--plain", "--verify", scheme];
        let tool = Tool::new(args).args(key).env("S", "short").dir(folder.path());
        let text = Listener::with(tool).interrupt().stderr;
        assert!(text.contains("secret-weak"), "{scheme}: {text}");
    }
}

/// Whoever knows a public key could sign if its bytes were the secret of a MAC.
#[test]
fn what_is_published_is_never_the_secret_of_a_mac() {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let public = pair.public_key().as_ref();
    let der = [&b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"[..], public].concat();
    let set =
        format!(r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","x":"{}"}}]}}"#, base64url(public));
    let blob = [&b"\0\0\0\x0bssh-ed25519\0\0\0 "[..], public].concat();
    let openssh = format!("ssh-ed25519 {} me@host\n", base64(&blob));
    let folder = tempfile::tempdir().unwrap();
    let forms: [(&str, Vec<u8>); 5] = [
        ("pub.der", der.clone()),
        ("pub.base64", base64(&der).into()),
        ("jwks.json", set.clone().into()),
        ("jwks.base64", base64(set.as_bytes()).into()),
        ("id.pub", openssh.into()),
    ];
    for (name, bytes) in forms {
        fs::write(folder.path().join(name), &bytes).unwrap();
        let secret = format!("file:{name}");
        let token = hs256(r#"{"alg":"HS256"}"#, r#"{"exp":4102444800}"#, &bytes);
        for scheme in ["jwt", "http-message-signature", "github", "hmac-sha1", "stripe"] {
            let verify = ["verify", "-", "--scheme", scheme, "--secret", &secret];
            let text = Tool::new(verify).dir(folder.path()).stdin(&*token).run().code(2).stderr;
            assert!(
                text.contains("not a shared secret") && text.contains("--jwks"),
                "{name}: {text}"
            );
            let sign = ["sign", "-", "--scheme", scheme, "--secret", &secret];
            Tool::new(sign).dir(folder.path()).stdin("{}").run().code(2);
        }
        let listen = ["listen", "--addr", ":0", "--plain", "--verify", "jwt", "--secret", &secret];
        Tool::new(listen).dir(folder.path()).run().code(2);
    }
    // Given as what they are, they check what their private half signed, and no MAC.
    let key = SigningKey::Ed25519(Box::new(pair));
    let signed =
        [r#"{"alg":"EdDSA"}"#, r#"{"exp":4102444800}"#].map(|one| base64url(one.as_bytes()));
    let signature = key.sign(Algorithm::Ed25519, signed.join(".").as_bytes()).unwrap();
    let right = format!("{}.{}", signed.join("."), base64url(&signature));
    for name in ["pub.der", "jwks.json"] {
        let path = folder.path().join(name);
        let keys = ["--scheme", "jwt", "--jwks", path.to_str().unwrap()];
        assert_eq!(judged(&right, &keys), [""; 0], "{name}");
        let forged =
            hs256(r#"{"alg":"HS256"}"#, r#"{"exp":4102444800}"#, &fs::read(&path).unwrap());
        assert_eq!(judged(&forged, &keys), ["token-invalid critical"], "{name}");
    }
}

#[test]
fn a_token_ends_and_says_each_thing_once() {
    let keys = ["--scheme", "jwt", "--secret", "env:S"];
    let of = |header: &str, claims: &str| hs256(header, claims, SECRET.as_bytes());
    let usual = r#"{"alg":"HS256"}"#;
    assert_eq!(judged(&of(usual, r#"{"exp":4102444800}"#), &keys), [""; 0]);
    assert_eq!(judged(&of(usual, "{}"), &keys), ["token-without-expiry warning"]);
    let timed = [&keys[..], &["--tolerance", "5m"]].concat();
    let untimed = ["token-without-expiry warning", "signature-untimed critical"];
    assert_eq!(judged(&of(usual, "{}"), &timed), untimed);
    for (header, claims) in [
        (r#"{"alg":"HS256","b64":false}"#, r#"{"exp":4102444800}"#),
        (r#"{"alg":"HS256","crit":["x"],"x":1}"#, r#"{"exp":4102444800}"#),
        (usual, r#"{"exp":1,"exp":4102444800}"#),
        (usual, r#"{"exp":"4102444800"}"#),
        (usual, r#"{"exp":null}"#),
    ] {
        assert_eq!(
            judged(&of(header, claims), &keys),
            ["token-invalid critical"],
            "{header}{claims}"
        );
    }
}

#[test]
fn a_token_does_not_cover_the_body() {
    let token = hs256(r#"{"alg":"HS256"}"#, r#"{"exp":4102444800}"#, SECRET.as_bytes());
    let request = format!(
        "POST / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Length: 2\r\n\r\n{{}}"
    );
    let args = ["verify", "-", "--scheme", "jwt", "--secret", "env:S", "--json"];
    let item = Tool::new(args).env("S", SECRET).stdin(request).run().code(0).item();
    assert_eq!(codes(&item), ["body-uncovered warning"]);
}

#[test]
fn google_signs_for_everybody() {
    let folder = tempfile::tempdir().unwrap();
    let set = r#"{"kty":"OKP","crv":"Ed25519","x":"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"}"#;
    fs::write(folder.path().join("certs.json"), set).unwrap();
    for (command, option) in [("verify", "--scheme"), ("listen", "--verify")] {
        let args = [command, option, "google-id-token", "--jwks", "certs.json"];
        let outcome = Tool::new(args).dir(folder.path()).run().code(2);
        assert!(outcome.stderr.contains("needs --audience"), "{}", outcome.stderr);
    }
}

/// What is asked of a token and given to something else would not be looked at.
#[test]
fn an_option_that_says_nothing_to_the_scheme_is_an_error() {
    let message = ["--scheme", "http-message-signature"];
    for (scheme, option) in [
        (&["--scheme", "github"][..], ["--audience", "x"]),
        (&["--scheme", "github"], ["--jwks", "keys.json"]),
        (&["--scheme", "github"], ["--require-component", "@path"]),
        (&[], ["--email", "a@b.example"]),
        (&["--scheme", "auto"], ["--audience", "x"]),
        (&["--scheme", "auto"], ["--subject", "x"]),
        (&["--scheme", "jwt"], ["--require-component", "@path"]),
        (&message, ["--issuer", "x"]),
    ] {
        let args = ["verify", "-", "--secret", "env:S"];
        let tool = Tool::new(args).args(scheme).args(option).env("S", SECRET).stdin("{}");
        let text = tool.run().code(2).stderr;
        assert!(text.contains(option[0]), "{scheme:?} {text}");
    }
    for option in ["--audience", "--issuer", "--email", "--subject", "--jwks"] {
        let args = ["verify", "-", "--scheme", "jwt", "--secret", "env:S", option, ""];
        let text = Tool::new(args).env("S", SECRET).stdin("{}").run().code(2).stderr;
        assert!(text.contains("empty"), "{option}: {text}");
    }
}

/// Google signs for everybody who asks: without a word about whom, nobody is let in.
#[test]
fn an_enforced_google_token_is_of_somebody_in_particular() {
    let folder = tempfile::tempdir().unwrap();
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let private = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).unwrap();
    let text = base64(private.as_ref());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n");
    fs::write(folder.path().join("key.pem"), pem).unwrap();
    // RSAPublicKey (RFC 8017 appendix A.1.1): of 2048 bits, the modulus stands at byte 9.
    let modulus = base64url(&pair.public_key().as_ref()[9..265]);
    let set = format!(r#"{{"keys":[{{"kty":"RSA","kid":"g1","n":"{modulus}","e":"AQAB"}}]}}"#);
    fs::write(folder.path().join("jwks.json"), set).unwrap();
    let agent = "agent@my-project.iam.gserviceaccount.com";
    let (url, issuer) = ("https://hooks.example/df", "https://accounts.google.com");
    let sign = ["sign", "-", "--scheme", "jwt", "--secret", "file:key.pem", "--id", "g1"];
    let says = ["--audience", url, "--issuer", issuer, "--email", agent, "--subject", "1234"];
    let signed = Tool::new(sign).args(says).dir(folder.path()).stdin("").run().code(0);
    let header = signed.stdout.trim();
    assert!(header.starts_with("Authorization: Bearer eyJ"), "{header}");
    let request =
        format!("GET /df HTTP/1.1\r\nHost: hooks.example\r\n{header}\r\nConnection: close\r\n\r\n");
    for (who, status, codes_of_it) in [
        (&[][..], "401", &["token-subject-unchecked critical"][..]),
        (&["--email", agent], "200", &[]),
        (&["--subject", "1234"], "200", &[]),
        (
            &["--email", "other@my-project.iam.gserviceaccount.com"],
            "401",
            &["token-invalid critical"],
        ),
    ] {
        let listen = ["listen", "--addr", ":0", "--plain", "--json", "--enforce", "--count", "1"];
        let verify = ["--verify", "google-id-token", "--jwks", "jwks.json", "--audience", url];
        let tool = Tool::new(listen).args(verify).args(who).dir(folder.path());
        let listener = Listener::with(tool);
        let answer = listener.send(request.as_bytes());
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{who:?}: {answer}");
        assert_eq!(codes(&listener.wait().item()), codes_of_it, "{who:?}");
    }
}

#[test]
fn a_list_of_pins_holds_one() {
    let folder = tempfile::tempdir().unwrap();
    let empty = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    empty("pins", "# none yet\n\n");
    let run = |args: &[&str], folder: &Path| Tool::new(args).dir(folder).run().code(3).stderr;
    for args in [
        &["thumbprint", "127.0.0.1:1", "--pin-file", "pins"][..],
        &["replay", "body", "--to", "https://127.0.0.1:1", "--pin-file", "pins"],
    ] {
        empty("body", "{}");
        let text = run(args, folder.path());
        assert!(text.contains("pins: it contains no pin"), "{text}");
    }
}
