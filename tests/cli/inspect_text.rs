//! `inspect`: certificates and keystores inside text: Kubernetes objects, settings, JSON of secret
//! stores, metadata, header values, and our own captures.

use std::fs;

use hookprint::digest::base64;
use serde_json::{Value, json};

use crate::harness::pki::{NOW, Pair, Wish};
use crate::harness::{Pki, Tool};

fn pair() -> (Pair, Pki) {
    let pki = Pki::new("Example CA");
    (pki.issue(&Wish { name: "hooks.example", ..Wish::default() }), pki)
}

fn der(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    hookprint::digest::unbase64(&body).unwrap()
}

/// The report about standard input.
fn report(text: &str, args: &[&str], code: i32) -> Value {
    let tool = Tool::new(["inspect", "-", "--at", NOW, "--json"]).args(args);
    tool.stdin(text).run().code(code).json()
}

fn subjects(report: &Value) -> Vec<&str> {
    let items = report["items"].as_array().unwrap();
    items.iter().map(|item| item["subject"].as_str().unwrap()).collect()
}

/// A PKCS#12 file with the password `hunter2`, as mint writes it.
fn store() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pw"), "hunter2").unwrap();
    let args = ["mint", "m", "--password", "file:pw"];
    Tool::new(args).dir(folder.path()).run().code(0);
    fs::read(folder.path().join("m/client.p12")).unwrap()
}

#[test]
fn secrets_of_kubernetes_are_named_by_namespace_name_and_key() {
    let (pair, pki) = pair();
    let data = json!({
        "tls.crt": base64(pair.certificate_pem.as_bytes()),
        "tls.key": base64(pair.key_pem.as_bytes()),
        "ca.crt": base64(pki.ca.certificate_pem.as_bytes()),
        "token": base64(b"do-not-print-me"),
    });
    let secret = |name: &str| {
        json!({"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
               "metadata": {"name": name, "namespace": "shop"}, "data": data})
    };
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "roots"},
                     "data": {"ca.crt": pki.ca.certificate_pem, "note": "text"}});
    let list =
        json!({"apiVersion": "v1", "items": [secret("a"), map, secret("b")], "kind": "List"});
    let outcome = Tool::new(["inspect", "-", "--at", NOW, "--json"]).stdin(list.to_string()).run();
    assert!(!outcome.stdout.contains("do-not-print-me") && !outcome.stdout.contains("PRIVATE KEY"));
    let found = outcome.code(0).json();
    let expected =
        ["shop/a:tls.crt", "shop/a:ca.crt", "roots:ca.crt", "shop/b:tls.crt", "shop/b:ca.crt"];
    let mut names = subjects(&found);
    names.sort_unstable();
    let mut sorted = expected.to_vec();
    sorted.sort_unstable();
    assert_eq!(names, sorted);
    let of = |name: &str| {
        found["items"].as_array().unwrap().iter().find(|it| it["subject"] == name).unwrap().clone()
    };
    assert_eq!(of("shop/a:tls.crt")["facts"]["entries"][0]["key"]["matches"], true);
    assert_eq!(of("roots:ca.crt")["findings"], json!([]));
    // One object, without a list; and the same as YAML.
    assert_eq!(subjects(&report(&secret("a").to_string(), &[], 0)).len(), 2);
    let yaml = format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n  namespace: shop\ndata:\n  \
         tls.crt: {}\n  tls.key: {}\n",
        base64(pair.certificate_pem.as_bytes()),
        base64(pair.key_pem.as_bytes()),
    );
    let found = report(&yaml, &["--for", "server", "--allow", "chain-incomplete"], 0);
    assert_eq!(subjects(&found), ["shop/a:tls.crt"]);
    // A key that belongs to another certificate.
    let other = pki.issue(&Wish { name: "other.example", key: 5, ..Wish::default() });
    let yaml = yaml.replace(&base64(pair.key_pem.as_bytes()), &base64(other.key_pem.as_bytes()));
    let codes = report(&yaml, &[], 1);
    assert_eq!(codes["items"][0]["findings"][0]["code"], "key-mismatch");
}

#[test]
fn the_password_of_a_store_stands_beside_it() {
    let secret = |key: &str| {
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "j", "namespace": "n"},
               "data": {"store.p12": base64(&store()), key: base64(b"hunter2")}})
        .to_string()
    };
    let allow = ["--allow", "certificate-not-yet-valid"];
    let found = report(&secret("pass"), &["--password-key", "pass", allow[0], allow[1]], 0);
    assert_eq!(subjects(&found), ["n/j:store.p12"]);
    assert_eq!(found["items"][0]["facts"]["entries"][0]["kind"], "key");
    let found = report(&secret("pass"), &[], 3);
    assert_eq!(found["items"][0]["failure"]["code"], "password-required");
    let found = report(&secret("other"), &["--password-key", "pass"], 3);
    assert!(found["items"][0]["failure"]["message"].as_str().is_some());
    // Whatever the length of the store, and with it the padding: the next line is another value.
    let settings = format!("CLIENT_P12={}\nCLIENT_PW='hunter2'\n", base64(&store()));
    let found = report(&settings, &["--password-key", "CLIENT_PW", allow[0], allow[1]], 0);
    assert_eq!(subjects(&found), ["-:CLIENT_P12"]);
}

#[test]
fn every_text_names_its_certificates_by_their_keys() {
    let (pair, pki) = pair();
    let (pem, ca) = (&pair.certificate_pem, der(&pki.ca.certificate_pem));
    let once = base64(&der(pem));
    let escaped = hookprint::http::percent::encode(pem.as_bytes(), b"-._~");
    let kubeconfig = format!(
        "apiVersion: v1\nkind: Config\nclusters:\n- cluster:\n    certificate-authority-data: {0}\n    \
         server: https://x\n  name: prod\nusers:\n- name: admin\n  user:\n    \
         client-certificate-data: {1}\n    client-key-data: {2}\n",
        base64(pki.ca.certificate_pem.as_bytes()),
        base64(pem.as_bytes()),
        base64(pair.key_pem.as_bytes()),
    );
    for (text, expected) in [
        (kubeconfig, vec!["clusters/prod:certificate-authority-data", "users/admin:client-certificate-data"]),
        (format!("A=b\nCLIENT_CERT=\"{once}\"\n"), vec!["-:CLIENT_CERT"]),
        (format!("CERT=data:application/x-x509-ca-cert;base64,{once}\n"), vec!["-:CERT"]),
        (format!("CERT={}\n", base64(base64(pem.as_bytes()).as_bytes())), vec!["-:CERT"]),
        (json!({"id": "https://v/secrets/x", "contentType": "application/x-pem-file", "value": pem}).to_string(), vec!["-:value"]),
        (json!({"SecretString": json!({"cert": pem, "user": "x"}).to_string()}).to_string(), vec!["-:SecretString.cert"]),
        (json!({"data": {"data": {"certificate": pem}}, "lease_duration": 0}).to_string(), vec!["-:data.data.certificate"]),
        (json!({"keys": [{"kid": "1", "x5c": [once, base64(&ca)]}]}).to_string(), vec!["-:keys[0].x5c"]),
        (format!("<md:KeyDescriptor><ds:X509Certificate>{once}</ds:X509Certificate></md:KeyDescriptor>"), vec!["-:X509Certificate"]),
        (format!("X-Forwarded-Client-Cert: Hash=00;Cert=\"{escaped}\"\n"), vec!["-:Cert"]),
        (format!("Client-Cert: :{once}:\n"), vec!["-:Client-Cert"]),
        (escaped.clone(), vec!["-"]),
        (format!("<dict><key>PayloadContent</key><data>{once}</data></dict>"), vec!["-:PayloadContent"]),
    ] {
        let found = report(&text, &[], 0);
        assert_eq!(subjects(&found), expected, "{text}");
        assert!(found["summary"]["certificates"].as_u64().unwrap() > 0);
    }
    let chain = json!({"keys": [{"x5c": [once, base64(&ca)]}]}).to_string();
    assert_eq!(report(&chain, &[], 0)["summary"]["certificates"], 2);
}

#[test]
fn a_capture_shows_each_caller_once() {
    let (pair, pki) = pair();
    let other = pki.issue(&Wish { name: "other.example", key: 5, ..Wish::default() });
    let line = |at: &str, client: Option<&Pair>| {
        let client = client.map(|pair| json!({"chainPem": [pair.certificate_pem]}));
        json!({"startedDateTime": at, "request": {}, "_clientCertificate": client}).to_string()
    };
    let lines = [
        line("2026-05-01T10:00:00.000Z", Some(&pair)),
        line("2026-05-02T10:00:00.000Z", None),
        line("2026-05-04T10:00:00.000Z", Some(&pair)),
        line("2026-05-03T10:00:00.000Z", Some(&other)),
    ];
    let text = format!("{}\n{{torn", lines.join("\n"));
    let found = report(&text, &[], 0);
    let facts = &found["items"][0]["facts"];
    assert_eq!(facts["format"], "har.ndjson");
    assert_eq!(facts["entries"].as_array().unwrap().len(), 2);
    assert_eq!(
        facts["entries"][0]["seen"],
        json!({"first": "2026-05-01T10:00:00.000Z", "last": "2026-05-04T10:00:00.000Z", "count": 2})
    );
    assert_eq!(facts["notes"][0], "4 deliveries, 1 of them without a client certificate");
    assert_eq!(facts["notes"][1], "1 line could not be read as JSON");
    let har = json!({"log": {"version": "1.2", "entries": [serde_json::from_str::<Value>(&lines[0]).unwrap()]}});
    assert_eq!(
        report(&har.to_string(), &[], 0)["items"][0]["facts"]["entries"][0]["seen"]["count"],
        1
    );
}
