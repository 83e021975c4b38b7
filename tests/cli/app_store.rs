//! Notifications of the App Store: tokens in the body that bring their certificate. The certificates are
//! those of tests/sdk/certificates.

use std::fs;

use hookprint::digest;
use hookprint::secret::Secret;
use hookprint::signature::key::{Algorithm, SigningKey};
use serde_json::{Value, json};

use crate::harness::{Outcome, Tool};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sdk/certificates");
const AT: &str = "2026-11-25T12:00:00Z";
const ASKED: [&str; 4] = ["--audience", "com.example.app", "--issuer", "Sandbox"];

/// The certificates of that file, as `x5c` has them.
fn chain(file: &str) -> Vec<String> {
    let pem = fs::read_to_string(format!("{FOLDER}/{file}")).unwrap();
    let blocks = pem.split("-----BEGIN CERTIFICATE-----").skip(1);
    let body = |block: &str| block.split("-----END").next().unwrap().split_whitespace().collect();
    blocks.map(body).collect()
}

/// A notification whose token has this header beside its algorithm.
fn notification(header: Value) -> Value {
    let claims = json!({
        "notificationType": "TEST",
        "signedDate": 1_795_608_000_000_u64,
        "data": {"bundleId": "com.example.app", "environment": "Sandbox"},
    });
    let parts = [header, claims].map(|part| digest::base64url(part.to_string().as_bytes()));
    let signed = parts.join(".");
    let key = include_str!("../sdk/p256.pem").as_bytes().to_vec();
    let key = SigningKey::of_secret(Secret::new(key)).unwrap();
    let signature = key.sign(Algorithm::EcdsaP256, signed.as_bytes()).unwrap();
    json!({"signedPayload": format!("{signed}.{}", digest::base64url(&signature))})
}

fn of_chain(chain: &[String]) -> Value {
    notification(json!({"alg": "ES256", "x5c": chain}))
}

fn verified(body: &Value, root: &str, more: &[&str]) -> Outcome {
    Tool::new(["verify", "-", "--scheme", "app-store", "--at", AT])
        .args([format!("--signing-ca={FOLDER}/{root}")])
        .args(more)
        .stdin(body.to_string())
        .run()
}

fn words(outcome: &Outcome) -> String {
    outcome.stdout.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_chain_to_the_root_with_the_marks_of_the_app_store_counts() {
    let right = of_chain(&chain("app-store.pem"));
    let outcome = verified(&right, "app-store-root.pem", &ASKED).code(0);
    assert!(outcome.stdout.starts_with("ok "), "{}", outcome.stdout);
    let mut more = right.clone();
    more["other"] = 1.into();
    let outcome = verified(&more, "app-store-root.pem", &ASKED);
    assert!(words(&outcome).contains("does not cover the other members"), "{}", outcome.stdout);
}

#[test]
fn no_other_chain_counts() {
    let [own, other] = ["app-store.pem", "sender.pem"].map(chain);
    let right = of_chain(&own);
    let foreign = [own[0].clone(), own[0].clone(), own[2].clone()];
    let unmarked = [other[0].clone(), other[1].clone(), other[1].clone()];
    let broken = vec!["!".to_owned(); 3];
    for (body, root, said) in [
        (&right, "authority.pem", "its certificates are not the sender's"),
        (&of_chain(&own[..2]), "app-store-root.pem", "there are 2 of them, not 3"),
        (&of_chain(&foreign), "app-store-root.pem", "lacks the mark 1.2.840.113635.100.6.2.1"),
        (&of_chain(&unmarked), "authority.pem", "lacks the mark 1.2.840.113635.100.6.11.1"),
        (&of_chain(&broken), "app-store-root.pem", "has no certificates (x5c)"),
        (&notification(json!({"alg": "ES256"})), "app-store-root.pem", "has no certificates (x5c)"),
        (&json!({"signedPayload": "a.b"}), "app-store-root.pem", "3 parts separated by dots"),
        (&json!({}), "app-store-root.pem", "member /signedPayload of the body is missing"),
    ] {
        let outcome = verified(body, root, &ASKED).code(1);
        assert!(words(&outcome).contains(said), "{said}: {}", outcome.stdout);
    }
}

#[test]
fn it_must_be_for_this_app_of_this_environment_and_new() {
    let right = of_chain(&chain("app-store.pem"));
    for (asked, said) in [
        (&["--issuer", "Sandbox"][..], "no --audience says who it must be for"),
        (&["--audience", "com.example.other", "--issuer", "Sandbox"], "not for com.example.other"),
        (&["--audience", "com.example.app"], "from Sandbox, not from Production"),
    ] {
        let outcome = verified(&right, "app-store-root.pem", asked).code(1);
        assert!(words(&outcome).contains(said), "{said}: {}", outcome.stdout);
    }
    let late = [&ASKED[..], &["--at", "2026-11-25T12:05:11Z"]].concat();
    let late = Tool::new(["verify", "-", "--scheme", "app-store"])
        .args([format!("--signing-ca={FOLDER}/app-store-root.pem")])
        .args(late)
        .stdin(right.to_string())
        .run()
        .code(1);
    assert!(words(&late).contains("it was issued 311 s ago"), "{}", late.stdout);
}

#[test]
fn it_needs_a_root_and_takes_no_key() {
    let run = |args: &[&str]| {
        Tool::new(["verify", "-", "--scheme", "app-store"])
            .args(args)
            .env("S", "0123456789abcdef")
            .stdin("{}")
            .run()
            .code(2)
            .stderr
    };
    assert!(run(&[]).contains("--signing-ca FILE"));
    assert!(run(&["--secret", "env:S"]).contains("--secret does not apply to app-store"));
    let stripe = Tool::new(["verify", "-", "--scheme", "stripe", "--secret", "env:S"])
        .args(["--signing-ca", "ca.pem"])
        .env("S", "0123456789abcdef")
        .stdin("{}")
        .run()
        .code(2);
    assert!(stripe.stderr.contains("--signing-ca does not apply to stripe"), "{}", stripe.stderr);
    let sign = Tool::new(["sign", "-", "--scheme", "app-store", "--secret", "env:S"])
        .env("S", "0123456789abcdef")
        .stdin("{}")
        .run()
        .code(2);
    assert!(sign.stderr.contains("only Apple can sign"), "{}", sign.stderr);
}
