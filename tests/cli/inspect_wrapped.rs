//! `inspect`: stores in wrappers that few programs make, ciphers that few read, keys that few have.

use std::fs;
use std::path::PathBuf;

use hookprint::der::write;
use hookprint::digest::base64;
use serde_json::{Value, json};

use crate::harness::{Outcome, Tool};

/// When all of the stores are valid.
const NOW: &str = "2027-06-01";

fn stores() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/stores"))
}

fn stored(name: &str) -> Vec<u8> {
    fs::read(stores().join(name)).unwrap()
}

fn run(bytes: &[u8], args: &[&str]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("x"), bytes).unwrap();
    let tool = Tool::new(["inspect", "x", "--at", NOW, "--json"]).args(args).dir(folder.path());
    tool.env("PASSWORD", "changeit").env("WRONG", "mistyped").run()
}

/// The only item about these bytes.
fn item(bytes: &[u8], args: &[&str], code: i32) -> Value {
    let report = run(bytes, args).code(code).json();
    assert_eq!(report["items"].as_array().unwrap().len(), 1, "{report:#}");
    report["items"][0].clone()
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = base64(der);
    let lines = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap());
    let body: Vec<&str> = lines.collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", body.join("\n"))
}

/// The certificate of a file with a single one.
fn certificate(name: &str) -> Vec<u8> {
    let text = String::from_utf8(stored(name)).unwrap();
    let body = text.split("-----BEGIN CERTIFICATE-----").nth(1).unwrap();
    let body = body.split("-----END").next().unwrap();
    hookprint::digest::unbase64(&body.split_whitespace().collect::<String>()).unwrap()
}

fn has_finding(item: &Value, code: &str, words: &str) -> bool {
    let findings = item["findings"].as_array().unwrap();
    findings.iter().any(|it| it["code"] == code && it["message"].as_str().unwrap().contains(words))
}

#[test]
fn a_file_with_only_a_key_is_one_item() {
    let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let item = item(key.as_bytes(), &[], 3);
    assert_eq!(item["failure"]["code"], "not-found");
    assert_eq!(item["facts"]["entries"][0]["kind"], "key");
    assert_eq!(item["facts"]["entries"][0]["key"]["curve"], "P-256");
    // Where one file has a certificate, another may have the key.
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("key.pem"), key).unwrap();
    fs::write(folder.path().join("c.pem"), stored("key-ed25519.pem")).unwrap();
    let tool = Tool::new(["inspect", "key.pem", "c.pem", "--at", NOW, "--json"]);
    let report = tool.dir(folder.path()).run().code(0).json();
    assert_eq!(report["summary"]["items"], 2);
    // What is looked for is all that can be read.
    let help = item["failure"]["help"].as_str().unwrap();
    for format in ["PEM", "DER", "PkiPath", "PKCS#7", "PKCS#12", "JCEKS", "UBER", "BCFKS", "text"] {
        assert!(help.contains(format), "{format}: {help}");
    }
}

#[test]
fn a_store_in_pem_is_opened_and_said() {
    let text = pem("PKCS12", &stored("modern.p12"));
    let opened = item(text.as_bytes(), &["--password", "env:PASSWORD"], 0);
    assert_eq!(opened["facts"]["format"], "pkcs12");
    assert_eq!(opened["facts"]["entries"][0]["key"]["matches"], true);
    assert!(has_finding(&opened, "pem-not-standard", "refuse"), "{opened:#}");
    let failure = |args: &[&str]| item(text.as_bytes(), args, 3)["failure"]["code"].clone();
    assert_eq!(failure(&["--password", "env:WRONG"]), "password-wrong");
    assert_eq!(failure(&[]), "password-required");
}

/// SignedData without signers: what `openssl crl2pkcs7 -nocrl` writes.
fn pkcs7(certificates: &[u8]) -> Vec<u8> {
    let signed = write::sequence(&[
        &write::unsigned(1),
        &write::set(Vec::new()),
        &write::sequence(&[&write::oid("1.2.840.113549.1.7.1")]),
        &write::context(0, certificates),
        &write::set(Vec::new()),
    ]);
    write::sequence(&[&write::oid("1.2.840.113549.1.7.2"), &write::context(0, &signed)])
}

/// What Apple signs: the certificates that are meant stand in the content, not beside it.
#[test]
fn a_signed_configuration_profile_says_where_its_certificates_are() {
    let plist = write::octets(b"<?xml version=\"1.0\"?><plist version=\"1.0\"><dict/></plist>");
    let signed = write::sequence(&[
        &write::unsigned(1),
        &write::set(Vec::new()),
        &write::sequence(&[&write::oid("1.2.840.113549.1.7.1"), &write::context(0, &plist)]),
        &write::context(0, &certificate("key-ed25519.pem")),
        &write::set(Vec::new()),
    ]);
    let oid = write::oid("1.2.840.113549.1.7.2");
    let file = write::sequence(&[&oid, &write::context(0, &signed)]);
    let text = item(&file, &[], 0).to_string();
    assert!(text.contains("openssl smime -verify -noverify"), "{text}");
}

#[test]
fn pkcs7_under_the_label_of_a_certificate_is_read_and_said() {
    let both = [certificate("key-ed25519.pem"), certificate("key-p384.pem")].concat();
    let text = pem("CERTIFICATE", &pkcs7(&both));
    let report = run(text.as_bytes(), &[]).code(0).json();
    assert_eq!(report["summary"]["certificates"], 2);
    assert!(has_finding(&report["items"][0], "pem-not-standard", "PKCS#7"), "{report:#}");
    let right = item(pem("PKCS7", &pkcs7(&both)).as_bytes(), &[], 0);
    assert_eq!(right["findings"], json!([]));
    // One without certificates is read, and has none, in every form.
    for bytes in [pkcs7(b""), pem("PKCS7", &pkcs7(b"")).into_bytes()] {
        let none = item(&bytes, &[], 3);
        assert_eq!(none["failure"]["message"], "it contains no certificate or key");
    }
}

#[test]
fn line_ends_that_a_program_put_into_octets_are_taken_out() {
    let damaged = |bytes: &[u8]| -> Vec<u8> {
        let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
        assert!(lines.len() > 1, "nothing to damage");
        lines.join(&b"\r\n"[..])
    };
    let found = item(&damaged(&certificate("key-ed25519.pem")), &[], 0);
    assert_eq!(found["facts"]["format"], "der");
    assert!(has_finding(&found, "pem-not-standard", ""), "{found:#}");
    let store = damaged(&stored("modern.p12"));
    let found = item(&store, &["--password", "env:PASSWORD"], 0);
    assert_eq!(found["facts"]["entries"][0]["key"]["matches"], true);
    assert!(has_finding(&found, "pem-not-standard", ""), "{found:#}");
}

/// A certificate for a public key, and the private key, as they stand in a file; nothing is signed.
fn identity(oid: &str, private: &[u8], public: &[u8]) -> Vec<u8> {
    let algorithm = write::sequence(&[&write::oid(oid)]);
    let bits = |content: &[u8]| write::value(0x03, &[&[0], content].concat());
    let name = write::sequence(&[&write::set(vec![write::sequence(&[
        &write::oid("2.5.4.3"),
        &write::value(0x0c, b"rare.example"),
    ])])]);
    let time = |text: &str| write::value(0x17, text.as_bytes());
    let validity = write::sequence(&[&time("260101000000Z"), &time("280101000000Z")]);
    let tbs = write::sequence(&[
        &write::context(0, &write::unsigned(2)),
        &write::unsigned(1),
        &algorithm,
        &name,
        &validity,
        &name,
        &write::sequence(&[&algorithm, &bits(public)]),
    ]);
    let certificate = write::sequence(&[&tbs, &algorithm, &bits(&[7; 64])]);
    let key = write::sequence(&[&write::unsigned(0), &algorithm, &write::octets(private)]);
    [pem("CERTIFICATE", &certificate), pem("PRIVATE KEY", &key)].concat().into_bytes()
}

#[test]
fn keys_of_slh_dsa_and_ml_kem_are_compared() {
    let ramp = |length: usize| -> Vec<u8> { (0..length).map(|at| (at % 251) as u8).collect() };
    // The second half of a private key of SLH-DSA is the public one (RFC 9909).
    for (oid, name, length) in [
        ("2.16.840.1.101.3.4.3.20", "SLH-DSA-SHA2-128s", 64),
        ("2.16.840.1.101.3.4.3.23", "SLH-DSA-SHA2-192f", 96),
        ("2.16.840.1.101.3.4.3.30", "SLH-DSA-SHAKE-256s", 128),
    ] {
        let private = ramp(length);
        let key = |public: &[u8]| {
            let item = &run(&identity(oid, &private, public), &[]).json()["items"][0];
            item["facts"]["entries"][0]["key"].clone()
        };
        let found = key(&private[length / 2..]);
        assert_eq!((&found["algorithm"], &found["matches"]), (&json!(name), &json!(true)));
        assert_eq!(key(&private[..length / 2])["matches"], false, "{name}");
    }
    // An expanded private key of ML-KEM has the public one in it (FIPS 203), a seed does not.
    for (oid, name, k) in
        [("2.16.840.1.101.3.4.4.1", "ML-KEM-512", 2), ("2.16.840.1.101.3.4.4.3", "ML-KEM-1024", 4)]
    {
        let expanded = ramp(768 * k + 96);
        let public = &expanded[384 * k..768 * k + 32];
        let key = |private: &[u8], public: &[u8]| {
            let item = &run(&identity(oid, private, public), &[]).json()["items"][0];
            item["facts"]["entries"][0]["key"].clone()
        };
        let found = key(&write::octets(&expanded), public);
        assert_eq!((&found["algorithm"], &found["matches"]), (&json!(name), &json!(true)));
        assert_eq!(key(&write::octets(&expanded), &ramp(public.len()))["matches"], false);
        assert_eq!(key(&write::value(0x80, &ramp(64)), public)["matches"], Value::Null);
    }
}

#[test]
fn a_secret_of_a_cloud_has_no_password_and_none_is_needed() {
    let secret = json!({
        "id": "https://vault.example/secrets/client/1",
        "contentType": "application/x-pkcs12",
        "value": base64(&stored("empty-password.p12")),
    });
    let text = secret.to_string();
    let found = item(text.as_bytes(), &[], 0);
    assert_eq!(found["subject"], "x:value");
    assert_eq!(found["facts"]["entries"][0]["key"]["matches"], true);
    let given = item(text.as_bytes(), &["--password", "env:WRONG"], 0);
    assert_eq!(given["facts"]["entries"][0]["key"]["matches"], true);
    let notes = given["facts"]["notes"].to_string();
    assert!(notes.contains("it has no password; the one given is not needed"), "{notes}");
}

/// Where no key belongs, each is one too many, also under a password and whatever holds it.
#[test]
fn no_key_belongs_there() {
    let folder = tempfile::tempdir().unwrap();
    Tool::new(["mint", "pki", "-q"]).dir(folder.path()).run().code(0);
    let run = |path: &str, args: &[&str], code: i32| {
        let tool = Tool::new(["inspect", path, "--no-keys", "--json"]).args(args);
        tool.dir(folder.path()).env("P", "hookprint").run().code(code).json()
    };
    let key = run("pki/server.key", &[], 1);
    let without = "there is a private key (EC P-256) without a password";
    assert!(has_finding(&key["items"][0], "key-unlisted", without), "{key:#}");
    let store = run("pki/client.p12", &["--password", "env:P"], 1);
    let under = "there is a private key (EC P-256) under a password";
    assert!(has_finding(&store["items"][0], "key-unlisted", under), "{store:#}");
    // One that stays closed may hold one: that is no all-clear.
    assert_eq!(run("pki/client.p12", &[], 3)["items"][0]["failure"]["code"], "password-required");
    run("pki/ca.pem", &[], 0);
    run("pki/client.pem", &["--allow", "key-unlisted"], 0);
    let listed = ["--exclude", "*.key", "--exclude", "*.p12", "--exclude", "client.pem"];
    run("pki", &listed, 0);
}
