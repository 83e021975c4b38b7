//! Servers that want the client certificate only after they have read the request: a second handshake
//! in TLS 1.2, post-handshake authentication in TLS 1.3.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use rcgen::ExtendedKeyUsagePurpose;

use crate::harness::pki::{Pair, Wish};
use crate::harness::{Outcome, Pki, SServer, Tool, peers};
use crate::needs;

tests!(a_second_handshake_ends_the_wait_and_is_named, apache_that_asks_for_a_location_only,);

/// A folder with a server's and a caller's files, as [`peers`] want them.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let pki = Pki::new("an authority");
    let purpose = ExtendedKeyUsagePurpose::ClientAuth;
    let caller = pki.issue(&Wish { name: "caller", purpose, key: 4, ..Wish::live() });
    let server = pki.issue(&Wish::live());
    let both = |pair: &Pair| format!("{}{}", pair.certificate_pem, pair.key_pem);
    for (name, text) in [
        ("ca.pem", &pki.ca.certificate_pem),
        ("server.pem", &server.certificate_pem),
        ("server.key", &server.key_pem),
        ("client.pem", &both(&caller)),
        ("empty", &String::new()),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn replay(folder: &Path, to: &str, more: &[&str]) -> Outcome {
    Tool::new(["replay", "--json", "--method", "GET", "--payload", "empty", "--to", to])
        .args(more)
        .dir(folder)
        .run()
}

/// Holds that it was said, and that nobody is told to switch on what is on.
fn assert_late(outcome: &Outcome, word: &str) {
    let item = outcome.item();
    assert_eq!(item["facts"]["client_certificate"], word, "{}", outcome.stdout);
    let findings = item["findings"].as_array().unwrap();
    let late = findings.iter().find(|one| one["code"] == "client-certificate-late");
    let late = late.unwrap_or_else(|| panic!("not said: {}", outcome.stdout)).to_string();
    for name in ["Apache", "IIS", "Go, Rust or Node", "SSLVerifyClient require for the whole"] {
        assert!(late.contains(name), "{name}: {late}");
    }
    assert!(!outcome.stdout.contains("client-certificate-not-requested"), "{}", outcome.stdout);
    assert!(!outcome.stdout.contains("enable mutual TLS"), "{}", outcome.stdout);
}

fn a_second_handshake_ends_the_wait_and_is_named() {
    needs::program("openssl");
    let folder = folder();
    let server = SServer::start(&["-newkey", "rsa:2048"], &["-www", "-tls1_2"]);
    let to = format!("https://{}/renegcert", server.target());
    for more in [&["--insecure", "--cert", "client.pem"][..], &["--insecure"]] {
        // Far longer than a test may take: the question ends the wait, not the clock.
        let outcome = replay(folder.path(), &to, &[more, &["--timeout", "10m"]].concat()).code(3);
        assert_late(&outcome, "requested-late");
        let item = outcome.item();
        assert_eq!(item["failure"]["code"], "client-certificate-late", "{item}");
        assert_eq!(item["facts"]["status"], serde_json::Value::Null);
    }
    // The same server without that question answers.
    let to = format!("https://{}/", server.target());
    let outcome = replay(folder.path(), &to, &["--insecure"]);
    assert_eq!(outcome.item()["facts"]["status"], 200, "{}", outcome.stdout);
}

fn apache_that_asks_for_a_location_only() {
    needs::programs(&["apache2", "curl"]);
    let folder = folder();
    // Apache serves as another user.
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let apache = peers::apache(folder.path());
    let to = format!("https://localhost:{}/late/page", apache.port);
    for (tls, code) in [("1.2", 3), ("1.3", 1)] {
        let mut curl = Command::new("curl");
        curl.args(["-s", "-o", "/dev/null", "-w", "%{http_code}", "--tls-max", tls, &to]);
        curl.args(["--cacert", "ca.pem", "--cert", "client.pem"]).current_dir(folder.path());
        assert_eq!(curl.output().unwrap().stdout, b"200", "curl, TLS {tls}");
        let more = ["--ca", "ca.pem", "--cert", "client.pem", "--tls", tls, "--timeout", "10m"];
        let outcome = replay(folder.path(), &to, &more).code(code);
        assert_late(&outcome, "requested-late");
        let status = &outcome.item()["facts"]["status"];
        assert_eq!(status.as_u64(), (code == 1).then_some(403), "{}", outcome.stdout);
    }
    // Without Apache's own words, both reasons for a 403 are named, and how to tell them apart.
    let to = format!("https://localhost:{}/forbidden", apache.port);
    let more = ["--ca", "ca.pem", "--cert", "client.pem", "--tls", "1.3"];
    let outcome = replay(folder.path(), &to, &more).code(1);
    assert_late(&outcome, "unknown");
    let said = outcome.item()["findings"].to_string();
    assert!(said.contains("or it never asks") && said.contains("--tls 1.2"), "{said}");
    let outcome = replay(folder.path(), &to, &[&more[..5], &["1.2"]].concat()).code(1);
    assert!(outcome.stdout.contains("client-certificate-not-requested"), "{}", outcome.stdout);
}
