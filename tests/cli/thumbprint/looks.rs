//! What people see, in a narrow and in a wide terminal, kept in `tests/golden/thumbprint/`.

use super::pins::sha1;
use crate::harness::pki::{NOW, Pair, Pki, Wish};
use crate::harness::tls::{config, serve_tls};
use crate::harness::{Peer, Tool, assert_golden, steady};

/// Columns of the terminals.
const WIDTHS: [&str; 2] = ["80", "120"];

fn serving(address: (&str, u16), chain: &[Pair]) -> Peer {
    let config = config(chain);
    Peer::start_at(address, move |stream| serve_tls(stream, config.clone()))
}

#[test]
fn what_people_see() {
    let folder = tempfile::tempdir().unwrap();
    let pki = Pki::new("Example Issuing CA 3");
    let wish = |key| Wish { name: "hooks.example", key, ..Wish::default() };
    let (old, new) = (pki.issue(&wish(2)), pki.issue(&wish(3)));
    let (old_pin, new_pin) = (format!("old={}", sha1(&old)), format!("new={}", sha1(&new)));
    let other_pin = format!("partner={}", "4c21c5018ba88e42e608ebea7203c063931a1d01");
    std::fs::write(folder.path().join("ca.pem"), &pki.ca.certificate_pem).unwrap();
    let other = Pki::new("Another CA").ca.certificate_pem;
    std::fs::write(folder.path().join("other.pem"), other).unwrap();
    let first = serving(("127.0.0.1", 0), &[new, pki.ca]);
    let port: u16 = first.target().rsplit_once(':').unwrap().1.parse().unwrap();
    let second = serving(("127.0.0.2", port), &[old]);
    let at = |address: &str| format!("hooks.example:{port}:{address}");
    let (one, two, three) = (at("127.0.0.1"), at("127.0.0.2"), at("127.0.0.3"));
    let host = format!("hooks.example:{port}");
    let only = ["--resolve", one.as_str(), "--ca", "other.pem"];
    let trusted = ["--resolve", one.as_str(), "--ca", "ca.pem"];
    let pins = ["--pin", &old_pin, "--pin", &new_pin];
    let all =
        ["--ca", "ca.pem", "--resolve", &one, "--resolve", &two, "--resolve", &three, "--all-ips"];
    // The anchors of the system are those of another CA, too; but a pin passes over them.
    let at_system = ["--resolve", one.as_str()];
    let cases: [(&str, &[&str], &[&str], i32); 13] = [
        ("match", &at_system, &pins, 0),
        ("both", &only, &pins, 1),
        ("mismatch", &only, &["--pin", &other_pin], 1),
        ("untrusted", &only, &[], 0),
        ("trusted", &trusted, &[], 0),
        ("chain", &trusted, &["--chain"], 0),
        ("addresses", &all, &pins, 1),
        ("failure", &["--resolve", &three], &[], 3),
        ("verbose", &trusted, &["-v", "--tries", "2"], 0),
        ("expired", &trusted, &["--at", "2027-03-01T00:00:00Z"], 1),
        ("only", &trusted, &["--only", "sha256", "--chain"], 0),
        ("as-all", &trusted, &["--as", "all"], 0),
        ("only-failed", &all, &["--only", "sha1"], 3),
    ];
    for (name, way, more, code) in &cases {
        let run = |columns: &str, format: &[&str]| {
            let at: &[&str] = if more.contains(&"--at") { &[] } else { &["--at", NOW] };
            let args = [&["thumbprint", &host], at, way, more, format].concat();
            let tool = Tool::new(args).env("COLUMNS", columns).env("SSL_CERT_FILE", "other.pem");
            steady(&tool.dir(folder.path()).run().code(*code).stdout)
        };
        for width in WIDTHS {
            let seen = run(width, &[]);
            let fits = |line: &&str| line.chars().count() <= width.parse().unwrap();
            let is_cut = ["only", "as-all"].contains(name);
            assert!(is_cut || seen.lines().all(|line| fits(&line)), "{name} {width}: {seen}");
            assert_golden(&format!("thumbprint/{name}-{width}.txt"), &seen);
        }
        assert_golden(&format!("thumbprint/{name}.json"), &run("80", &["--json"]));
    }
    assert!(second.calls() > 0);
}

#[test]
fn what_people_see_of_files() {
    let folder = tempfile::tempdir().unwrap();
    let pki = Pki::new("Example Issuing CA 3");
    let pair = pki.issue(&Wish { name: "hooks.example", key: 3, ..Wish::default() });
    let text = format!("{}{}", pki.ca.certificate_pem, pair.certificate_pem);
    std::fs::write(folder.path().join("bundle.pem"), text).unwrap();
    std::fs::write(folder.path().join("broken.pem"), "-----BEGIN CERTIFICATE-----\n").unwrap();
    let pin = format!("new={}", sha1(&pair));
    let cases: [(&str, &[&str], i32); 4] = [
        ("file", &["bundle.pem", "--chain"], 0),
        ("file-notes", &["bundle.pem", "--pin", &pin, "--password", "env:P"], 0),
        ("file-failure", &["broken.pem"], 3),
        ("files", &["bundle.pem", "broken.pem", "bundle.pem", "-q"], 3),
    ];
    for (name, args, code) in cases {
        let run = |columns: &str, format: &[&str]| {
            let args = [&["thumbprint", "--at", NOW], args, format].concat();
            let tool = Tool::new(args).env("COLUMNS", columns).env("P", "changeit");
            steady(&tool.dir(folder.path()).run().code(code).stdout)
        };
        for width in WIDTHS {
            assert_golden(&format!("thumbprint/{name}-{width}.txt"), &run(width, &[]));
        }
        assert_golden(&format!("thumbprint/{name}.json"), &run("80", &["--json"]));
    }
}
