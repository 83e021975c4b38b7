//! `inspect`: PEM that other programs refuse, files that only look like certificates, folders of
//! source code, requests and revocation lists.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::harness::Tool;
use crate::harness::forms::{BEGIN, END, forms, pem};
use crate::harness::pki::NOW;

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
    let report = report_of(folder.path(), "key.pub");
    let message = report["items"][0]["failure"]["message"].as_str().unwrap();
    assert_eq!(message, "a public key, and no certificate");
}
