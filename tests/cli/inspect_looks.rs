//! What is seen of `inspect`, by people and by programs, kept in `tests/golden/inspect`.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::json;
use tempfile::TempDir;
use time::macros::datetime;

use crate::harness::looks::{every_look, headed};
use crate::harness::pki::{NOW, Wish, fixed_key};
use crate::harness::{Pki, Tool, assert_golden};

/// A folder with identities, keys, bundles, what stands in texts, and what is none of them.
fn world() -> TempDir {
    let world = tempfile::tempdir().unwrap();
    let pki = Pki::new("Example CA");
    let client = pki.issue(&Wish {
        name: "caller.example",
        purpose: rcgen::ExtendedKeyUsagePurpose::ClientAuth,
        ..Wish::default()
    });
    let soon = datetime!(2026-06-12 0:00 UTC);
    let server =
        pki.issue(&Wish { name: "hooks.example", key: 5, not_after: soon, ..Wish::default() });
    let over = pki.issue(&Wish {
        name: "old.example",
        key: 3,
        not_before: datetime!(2025-05-01 0:00 UTC),
        not_after: datetime!(2026-05-20 0:00 UTC),
        ..Wish::default()
    });
    let write = |name: &str, text: &str| {
        let path = world.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    };
    let (ca, certificate) = (&pki.ca.certificate_pem, &client.certificate_pem);
    write("client.pem", &format!("{certificate}{}", client.key_pem));
    write("wrong.pem", &format!("{certificate}{}", server.key_pem));
    write("bare.pem", certificate);
    write("chain.pem", &format!("{certificate}{ca}"));
    write("disordered.pem", &format!("{ca}{}{}", server.certificate_pem, server.key_pem));
    write("server.key", &server.key_pem);
    write("ca.pem", ca);
    write("damaged.pem", &certificate[..certificate.len() / 2]);
    let many = |name: &str, key| pki.issue(&Wish { name, key, ..Wish::default() }).certificate_pem;
    let names = ["a.example", "b.example", "c.example", "d.example", "e.example"];
    let bundle: String = names.iter().zip(6..).map(|(name, key)| many(name, key)).collect();
    write("bundle.pem", &format!("{bundle}{}{}", over.certificate_pem, server.certificate_pem));
    write("tree/client.pem", certificate);
    write("tree/deeper/old.pem", &over.certificate_pem);
    write("tree/deeper/key.pem", &over.key_pem);
    write("tree/notes.txt", "nothing of interest");
    write("tree/empty", "");
    let mut wanted = rcgen::CertificateParams::new(vec!["wanted.example".to_owned()]).unwrap();
    wanted.distinguished_name = rcgen::DistinguishedName::new();
    wanted.distinguished_name.push(rcgen::DnType::CommonName, "wanted.example");
    let request = wanted.serialize_request(&fixed_key(9)).unwrap();
    write("wanted.csr", &request.pem().unwrap());
    let call = |at: &str, pem: Option<&str>| {
        let client = pem.map(|pem| json!({"chainPem": [pem]}));
        json!({"startedDateTime": at, "request": {}, "_clientCertificate": client}).to_string()
    };
    let calls = [
        call("2026-05-01T10:00:00.000Z", Some(certificate)),
        call("2026-05-02T10:00:00.000Z", None),
        call("2026-05-04T10:00:00.000Z", Some(certificate)),
        call("2026-05-03T10:00:00.000Z", Some(&over.certificate_pem)),
    ];
    write("calls.har.ndjson", &calls.join("\n"));
    let secret = |name: &str, pem: &str| {
        let data = json!({"tls.crt": hookprint::digest::base64(pem.as_bytes())});
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": "web"}, "data": data})
    };
    let secrets = [secret("caller", certificate), secret("old", &over.certificate_pem)];
    write(
        "secrets.json",
        &json!({"apiVersion": "v1", "kind": "List", "items": secrets}).to_string(),
    );
    world
}

fn stores() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/stores")
}

fn tool(words: &str) -> Tool {
    let words = format!("inspect {words}");
    Tool::new(words.split_whitespace()).env("PW", "changeit").env("BAD", "another")
}

#[test]
fn what_is_seen_of_files() {
    let world = world();
    for (name, words) in [
        ("alone", "bare.pem"),
        ("bundle", "bundle.pem"),
        ("calls", "calls.har.ndjson"),
        ("chain", "chain.pem --ca ca.pem"),
        ("client", "client.pem --for client --ca ca.pem"),
        ("count", "chain.pem --expect-count 3"),
        ("damaged", "damaged.pem"),
        ("disordered", "disordered.pem --for server --servername other.example --ca ca.pem"),
        ("folder", "tree --exclude empty"),
        ("foreign-key", "bare.pem --key server.key"),
        ("key-alone", "server.key"),
        ("missing", "none.pem"),
        ("own-key", "disordered.pem --key server.key --for client --ca ca.pem"),
        ("pem", "chain.pem --pem -q"),
        ("pinned", "chain.pem --pin sha1:d3a5068097b88cc15c98606404b76bc8a91eeceb"),
        ("pinned-wrong", "chain.pem --pin sha1:0000000000000000000000000000000000000000"),
        ("provided", "client.pem --provider webex-connect"),
        ("quiet", "bare.pem bundle.pem none.pem -q"),
        ("request", "wanted.csr"),
        ("secrets", "secrets.json"),
        ("several", "client.pem ca.pem server.key bundle.pem none.pem wanted.csr"),
        ("wrong-key", "wrong.pem --for client --ca ca.pem"),
    ] {
        let seen = every_look(world.path(), || tool(words));
        assert_golden(&format!("inspect/{name}.txt"), &seen);
    }
}

#[test]
fn what_is_seen_of_stores() {
    for (name, words) in [
        ("java", "trust.jks client.jks --password env:PW"),
        ("legacy", "legacy.p12 --password label=env:PW"),
        ("other-password", "modern.p12 --password env:BAD"),
        ("sealed", "modern.p12 sealed-aes.pem nameless.p12 sid-protected.pfx"),
        ("store", "modern.p12 --password env:PW"),
    ] {
        let seen = every_look(&stores(), || tool(words));
        assert_golden(&format!("inspect/{name}.txt"), &seen);
    }
}

/// The text without the times that were taken, which `csv` and `prometheus` write.
fn timeless(text: &str) -> String {
    let cell = |cell: &str| -> String {
        match cell.split_once('.') {
            Some((_, thousandths)) if thousandths.len() == 3 && cell.parse::<f64>().is_ok() => {
                "0.000"
            }
            _ => cell,
        }
        .to_owned()
    };
    let line = |line: &str| match line.strip_prefix("hookprint_item_elapsed_seconds") {
        Some(rest) => {
            let labels = rest.rsplit_once(' ').map_or(rest, |(labels, _)| labels);
            format!("hookprint_item_elapsed_seconds{labels} 0")
        }
        None => line.split(',').map(cell).collect::<Vec<_>>().join(","),
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_programs_see() {
    let world = world();
    for format in ["csv", "ics", "markdown", "nagios", "ndjson", "prometheus"] {
        let words = "client.pem bundle.pem calls.har.ndjson none.pem --format";
        let tool = tool(words).args([format, "--at", NOW]).dir(world.path());
        let seen = headed("no", &["--format", format], &tool.run());
        assert_golden(&format!("inspect/format-{format}.txt"), &timeless(&seen));
    }
}
