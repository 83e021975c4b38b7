//! `inspect` of files that other programs write, refuse or may not read.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::harness::forms::forms;
use crate::harness::pki::{NOW, Wish};
use crate::harness::{Pki, Tool};
use crate::needs;

tests!(
    files_without_permission_are_said_and_the_others_shown,
    the_system_bundle_does_not_drown_in_findings,
    what_is_said_of_openssl_is_so_and_the_repair_repairs,
    letters_in_other_encodings_are_tried_and_named,
    ciphers_that_are_not_read_are_named_with_the_way_out,
);

const STORES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/stores");

fn files_without_permission_are_said_and_the_others_shown() {
    // Permissions mean nothing to root: the tool runs as nobody then.
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    if is_root {
        needs::program("setpriv");
    }
    let folder = tempfile::tempdir().unwrap();
    let own = Pki::new("Example CA").issue(&Wish { name: "hooks.example", ..Wish::default() });
    fs::write(folder.path().join("chain.pem"), own.certificate_pem).unwrap();
    fs::create_dir(folder.path().join("sub")).unwrap();
    let mode = |name: &str, mode| {
        let path = folder.path().join(name);
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    mode("", 0o755);
    mode("sub", 0o000);
    fs::copy(folder.path().join("chain.pem"), folder.path().join("closed.pem")).unwrap();
    mode("closed.pem", 0o000);
    // Nobody may not look into the folder of the build.
    let elsewhere = tempfile::tempdir().unwrap();
    fs::set_permissions(elsewhere.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let tool = elsewhere.path().join("hookprint");
    fs::copy(env!("CARGO_BIN_EXE_hookprint"), &tool).unwrap();
    let mut command = match is_root {
        true => {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&tool);
            command
        }
        false => Command::new(&tool),
    };
    let args = ["inspect", "chain.pem", "closed.pem", ".", "--at", NOW, "--json"];
    let output = command.args(args).current_dir(folder.path()).output().unwrap();
    mode("sub", 0o755);
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let seen: Vec<(String, String)> = report["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            let name = item["subject"].as_str().unwrap().trim_start_matches("./").to_owned();
            (name, item["failure"]["code"].as_str().unwrap_or("ok").to_owned())
        })
        .collect();
    let expected = [
        ("chain.pem", "ok"),
        ("closed.pem", "permission"),
        ("chain.pem", "ok"),
        ("closed.pem", "permission"),
        ("sub", "permission"),
    ];
    assert_eq!(seen, expected.map(|(name, code)| (name.to_owned(), code.to_owned())));
}

fn the_system_bundle_does_not_drown_in_findings() {
    let bundle = "/etc/ssl/certs/ca-certificates.crt";
    if !std::path::Path::new(bundle).is_file() {
        needs::ignore(&format!("{bundle} is not there"));
    }
    let outcome = Tool::new(["inspect", bundle, "--json", "--at", NOW]).run();
    let report = outcome.json();
    let findings = report["items"][0]["findings"].as_array().unwrap();
    let about_time = |code: &str| code.starts_with("certificate-");
    let others =
        findings.iter().filter(|finding| !about_time(finding["code"].as_str().unwrap())).count();
    assert!(others <= 3, "{findings:#?}");
}

fn what_is_said_of_openssl_is_so_and_the_repair_repairs() {
    needs::program("openssl");
    let folder = tempfile::tempdir().unwrap();
    let takes = |file: &Path| {
        let mut openssl = Command::new("openssl");
        openssl.args(["x509", "-noout", "-in"]).arg(file);
        openssl.output().unwrap().status.success()
    };
    for (name, text, is_standard) in forms() {
        let file = folder.path().join("x.pem");
        fs::write(&file, &text).unwrap();
        assert_eq!(takes(&file), is_standard, "{name}");
        let repaired = Tool::new(["inspect", "x.pem", "--pem"]).dir(folder.path()).run();
        fs::write(folder.path().join("new.pem"), repaired.code(0).stdout.as_bytes()).unwrap();
        assert!(takes(&folder.path().join("new.pem")), "{name}");
    }
}

fn letters_in_other_encodings_are_tried_and_named() {
    needs::program("openssl");
    let folder = tempfile::tempdir().unwrap();
    let store = |name: &str, password: &[u8]| {
        fs::write(folder.path().join("secret"), password).unwrap();
        let key = Path::new(STORES).join("key-p384.pem");
        let made = Command::new("openssl")
            .args(["pkcs8", "-topk8", "-passout", "file:secret", "-out", name, "-in"])
            .arg(key)
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    };
    store("latin1.pem", b"p\xe4ss\n");
    store("utf8.pem", "p\u{e4}ss\n".as_bytes());
    store("twice.pem", "p\u{c3}\u{a4}ss\n".as_bytes());
    let note = |name: &str, password: &[u8]| {
        fs::write(folder.path().join("given"), password).unwrap();
        let args = ["inspect", name, "--password", "file:given", "--json"];
        let report = Tool::new(args).dir(folder.path()).run().json();
        assert_eq!(report["items"][0]["facts"]["entries"][0]["kind"], "key", "{name}");
        report["items"][0]["facts"]["notes"].to_string()
    };
    let typed = "p\u{e4}ss".as_bytes();
    assert!(note("latin1.pem", typed).contains("encoded in Latin-1 instead of UTF-8"));
    assert!(note("utf8.pem", b"p\xe4ss").contains("read as Latin-1 and encoded in UTF-8"));
    assert!(note("twice.pem", typed).contains("read as Latin-1 and encoded in UTF-8"));
    assert!(note("utf8.pem", "p\u{c3}\u{a4}ss".as_bytes()).contains("encoded in Latin-1"));
    assert_eq!(note("utf8.pem", typed), "null");
}

/// A PKCS#12 file that OpenSSL encrypts with this cipher; `None` if it does not know it.
fn encrypted_with(cipher: &str, folder: &Path) -> Option<Vec<u8>> {
    let made = Command::new("openssl")
        .args(["pkcs12", "-export", "-passout", "pass:changeit", "-out", "x.p12"])
        .args(["-provider", "default", "-provider", "legacy"])
        .args(["-keypbe", cipher, "-certpbe", cipher, "-in"])
        .arg(Path::new(STORES).join("key-p384.pem"))
        .current_dir(folder)
        .output()
        .unwrap();
    made.status.success().then(|| fs::read(folder.join("x.p12")).unwrap())
}

fn ciphers_that_are_not_read_are_named_with_the_way_out() {
    needs::program("openssl");
    let folder = tempfile::tempdir().unwrap();
    let mut made = 0;
    for (cipher, name) in [
        ("CAMELLIA-128-CBC", "Camellia-128-CBC"),
        ("CAMELLIA-256-CBC", "Camellia-256-CBC"),
        ("ARIA-256-CBC", "ARIA-256-CBC"),
        ("SEED-CBC", "SEED-CBC"),
    ] {
        let Some(store) = encrypted_with(cipher, folder.path()) else { continue };
        made += 1;
        let args = ["inspect", "-", "--at", NOW, "--json", "--password", "env:PASSWORD"];
        let tool = Tool::new(args).env("PASSWORD", "changeit").stdin(store);
        let failure = &tool.run().code(3).item()["failure"];
        assert_eq!(failure["code"], "unsupported", "{failure}");
        assert!(failure["message"].as_str().unwrap().contains(name), "{failure}");
        let help = failure["help"].as_str().unwrap();
        assert!(help.contains("openssl pkcs12 -export"), "{help}");
    }
    assert!(made > 0, "openssl made none of them");
}
