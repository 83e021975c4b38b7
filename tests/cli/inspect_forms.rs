//! `inspect`: PEM that other programs refuse, files that only look like certificates, folders of
//! source code, requests and revocation lists.

use std::fs;
use std::path::Path;
use std::process::Command;

use hookprint::digest::base64;
use serde_json::Value;

use crate::harness::forms::{BEGIN, END, forms, pem};
use crate::harness::pki::NOW;
use crate::harness::{Pki, Tool};

/// The report about a file of this text.
fn report(text: &[u8], args: &[&str], code: i32) -> Value {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("x.pem"), text).unwrap();
    let tool = Tool::new(["inspect", "x.pem", "--at", NOW, "--json"]).args(args);
    tool.dir(folder.path()).run().code(code).json()
}

#[test]
fn pem_that_other_programs_refuse_is_read_and_said() {
    for (name, text, is_standard) in forms() {
        let report = report(text.as_bytes(), &[], 0);
        let codes: Vec<&str> = report["items"][0]["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| finding["code"].as_str().unwrap())
            .collect();
        assert_eq!(codes.contains(&"pem-not-standard"), !is_standard, "{name}: {codes:?}");
        assert!(report["summary"]["certificates"].as_u64().unwrap() > 0, "{name}");
    }
}

#[test]
fn it_breaks_an_identity() {
    let text = pem().replace('\n', "\\n");
    let item = &report(text.as_bytes(), &["--for", "server"], 1)["items"][0];
    let findings = item["findings"].as_array().unwrap();
    let finding = findings.iter().find(|it| it["code"] == "pem-not-standard").unwrap();
    assert_eq!(finding["severity"], "critical");
    assert!(finding["message"].as_str().unwrap().contains("openssl, nginx, node"));
    assert_eq!(finding["help"], "hookprint inspect x.pem --pem > new.pem");
}

#[test]
fn stores_that_were_saved_as_text_are_named() {
    let pem = pem();
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("b"), body.as_bytes()).unwrap();
        let out = Command::new("base64").arg("-d").arg(folder.path().join("b")).output().unwrap();
        out.stdout
    };
    let lossy = String::from_utf8_lossy(&der).into_owned();
    let failure = &report(lossy.as_bytes(), &[], 3)["items"][0]["failure"];
    assert_eq!(failure["code"], "malformed");
    assert!(failure["message"].as_str().unwrap().contains("EF BF BD"), "{failure}");
    let latin: String = der.iter().map(|byte| char::from(*byte)).collect();
    let item = &report(latin.as_bytes(), &[], 0)["items"][0];
    assert_eq!(item["findings"][0]["code"], "pem-not-standard");
    assert_eq!(item["facts"]["format"], "der");
}

/// Documentation, examples and schemas are full of PEM that nobody can read, and nobody should. What is
/// called a store is broken all the same, and so is every file that somebody names.
#[test]
fn placeholders_are_passed_over_in_a_folder_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let good = pem();
    let cut: Vec<&str> = good.lines().take(4).chain([END]).collect();
    // The outer length is that of what is left, and the inner one is not.
    let short = base64(&[&b"\x30\x81\x84\x30\x82\x11\x70"[..], &[2; 128]].concat());
    write("good.pem", &good);
    write("docs.rst", &format!("Output::\n\n    {BEGIN}\n    {short}\n    {END}\n"));
    write("example.json", &format!("{{\"CertificateBody\":\"{BEGIN}<a long text>{END}\"}}"));
    write("schema.json", &format!("{{\"pattern\":\"{BEGIN}[^-]+{END}\"}}"));
    write("dummy.crt", &format!("{BEGIN}\nDummy; replace it with yours\n{END}\n"));
    let run = |args: &[&str], code| {
        let tool = Tool::new(["inspect", "--at", NOW]).args(args).dir(folder.path());
        tool.run().code(code)
    };
    let report = run(&[".", "--json"], 0).json();
    let summary = &report["summary"];
    assert_eq!((&summary["items"], &summary["files"]), (&1.into(), &1.into()), "{report:#}");
    assert_eq!((&summary["skipped"], &summary["placeholders"]), (&4.into(), &3.into()));
    let said = run(&["."], 0).stderr;
    assert!(said.contains("3 files have text like PEM that cannot be read"), "{said}");
    assert!(!said.contains("docs.rst"), "{said}");
    let said = run(&[".", "-v"], 0).stderr;
    for name in
        ["./docs.rst: damaged PEM", "example.json:CertificateBody: damaged PEM", "schema.json"]
    {
        assert!(said.contains(name), "{name}: {said}");
    }
    assert_eq!(run(&[".", "-q"], 0).stderr, "");
    // Nothing is lost: neither of what is named, nor of what is called a store, nor beside a good one.
    for name in ["docs.rst", "example.json", "schema.json", "dummy.crt"] {
        let failure = run(&[name, "--json"], 3).json()["items"][0]["failure"].clone();
        assert_eq!(failure["code"], "malformed", "{name}");
    }
    let short = format!("{BEGIN}\n{short}\n{END}\n");
    let (cut_beside, short_beside) = (format!("{}\n{good}", cut.join("\n")), short.clone() + &good);
    for (name, text) in [
        ("cut.crt", cut.join("\n")),
        ("cut-beside.pem", cut_beside),
        ("short", short),
        ("short-beside.txt", short_beside),
    ] {
        write(name, &text);
        let report = run(&[".", "--json"], 3).json();
        assert_eq!(report["summary"]["failed"], 1, "{name}: {report:#}");
        fs::remove_file(folder.path().join(name)).unwrap();
    }
    let encoded = base64(cut.join("\n").as_bytes());
    let secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: tls\n  namespace: shop\ndata:\n";
    write("secret.yaml", &format!("{secret}  tls.crt: {encoded}\n"));
    let report = run(&[".", "--json"], 3).json();
    assert_eq!(report["items"][1]["subject"], "./secret.yaml:shop/tls:tls.crt", "{report:#}");
}

#[test]
fn source_code_is_no_certificate_in_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("good.pem", &pem());
    write("src/pem.c", &format!("static const char *begin = \"{BEGIN}\";\n"));
    write("src/pem.py", &format!("if line == '{BEGIN}':\n    x = '{END}'\n"));
    write("README.md", &format!("{BEGIN}\n...\n{END}\n"));
    write("docs/cut.md", &format!("{BEGIN}\nMIIC....\n{END}\n"));
    write("numbers.txt", "0800 1234567890\n");
    write(
        "key.md",
        "-----BEGIN OPENSSH PRIVATE KEY-----\n...\n-----END OPENSSH PRIVATE KEY-----\n",
    );
    write("notes.txt", "-- BEGIN KEY CHANGES --\nnothing\n-- END --\n");
    write("dump.txt", "Certificate:\n    Data:\n        Version: 3\n    Signature Algorithm: x\n");
    let run = |args: &[&str], code| {
        let tool = Tool::new(["inspect", ".", "--at", NOW, "--json"]).args(args).dir(folder.path());
        tool.run().code(code).json()
    };
    let report = run(&[], 0);
    assert_eq!(report["summary"]["items"], 1, "{report:#}");
    assert_eq!(report["summary"]["skipped"], 8);
    // By name each has its sentence.
    let report = report_of(folder.path(), "numbers.txt");
    assert_eq!(report["items"][0]["failure"]["code"], "unrecognised");
    write(".gitignore", "ignored/\n");
    write("ignored/over.pem", &pem());
    write(".hidden/also.pem", &pem());
    assert_eq!(run(&[], 0)["summary"]["items"], 2);
    assert_eq!(run(&["--no-ignore"], 0)["summary"]["items"], 3);
    assert_eq!(run(&["--exclude", ".hidden/"], 0)["summary"]["items"], 1);
    // Where all is left out, that is why nothing is found.
    write(".gitignore", "*\n");
    let failure = run(&[], 3)["items"][0]["failure"].clone();
    assert_eq!(failure["code"], "not-found");
    assert!(failure["help"].as_str().unwrap().contains("--no-ignore"), "{failure}");
    let bad = Tool::new(["inspect", ".", "--exclude", "a{b"]).dir(folder.path()).run();
    assert!(bad.code(2).stderr.contains("unclosed"));
}

fn report_of(folder: &Path, file: &str) -> Value {
    Tool::new(["inspect", file, "--json"]).dir(folder).run().code(3).json()
}

#[test]
fn requests_and_revocation_lists_are_shown() {
    let folder = tempfile::tempdir().unwrap();
    let mut params = rcgen::CertificateParams::new(vec!["hooks.example".to_owned()]).unwrap();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(rcgen::DnType::CommonName, "hooks.example");
    let key = rcgen::KeyPair::generate().unwrap();
    let request = params.serialize_request(&key).unwrap().pem().unwrap();
    fs::write(folder.path().join("r.csr"), request).unwrap();
    fs::write(folder.path().join("key.pub"), key.public_key_pem()).unwrap();
    let report = Tool::new(["inspect", "r.csr", "--json"]).dir(folder.path()).run();
    let report = report.code(0).json();
    let item = &report["items"][0];
    assert_eq!((&item["status"], &item["failure"]), (&"ok".into(), &Value::Null));
    assert_eq!(item["facts"]["csr"][0]["subject"], "CN=hooks.example");
    assert_eq!(item["facts"]["csr"][0]["alt_names"][0], "DNS:hooks.example");
    // It is no certificate: what is asked of one has no answer.
    fs::write(folder.path().join("key.pem"), key.serialize_pem()).unwrap();
    let pin = format!("--pin={}", "0".repeat(40));
    for asked in ["--for=client", &pin, "--key=key.pem", "--ca=ca.pem", "--trusts=pagerduty"] {
        let ca = Pki::new("an authority").ca.certificate_pem;
        fs::write(folder.path().join("ca.pem"), ca).unwrap();
        let item = Tool::new(["inspect", "r.csr", asked, "--json"]).dir(folder.path()).run().item();
        assert_eq!(item["failure"]["code"], "not-found", "{asked}: {item}");
    }
    let both = Tool::new(["inspect", "r.csr", "r.csr", "--for", "client"]).dir(folder.path()).run();
    assert!(both.code(3).stdout.contains("no certificate found"));
    let report = report_of(folder.path(), "key.pub");
    let message = report["items"][0]["failure"]["message"].as_str().unwrap();
    assert_eq!(message, "a public key, not a certificate");
}
