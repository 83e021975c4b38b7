//! `check --init`: what it finds becomes a policy that `check` takes as it is.

use std::fs;
use std::path::Path;

use super::{check, codes, item, report};
use crate::harness::Tool;

#[test]
fn a_folder_with_stores_and_a_configuration_becomes_a_policy() {
    let folder = tempfile::tempdir().unwrap();
    Tool::new(["mint", "pki"]).dir(folder.path()).run().code(0);
    let stores = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/stores");
    fs::create_dir(folder.path().join("certs")).unwrap();
    for name in ["client.jks", "trust.jks", "all-clear.p12", "modern.p12"] {
        fs::copy(stores.join(name), folder.path().join("certs").join(name)).unwrap();
    }
    fs::rename(folder.path().join("pki/ca.pem"), folder.path().join("certs/client-ca.pem"))
        .unwrap();
    fs::create_dir(folder.path().join("nginx")).unwrap();
    let nginx = "server {\n  listen 443 ssl; # ssl_client_certificate none.pem;\n  \
                 ssl_certificate ../pki/server.pem;\n  ssl_certificate_key ../pki/server.key;\n  \
                 ssl_client_certificate certs/client-ca.pem;\n}\n";
    fs::write(folder.path().join("nginx/nginx.conf"), nginx).unwrap();
    fs::write(folder.path().join("pki/notes.pem"), "no certificate").unwrap();

    let told = check(folder.path(), &["--init", "hooks.example", "127.0.0.1:1"]).run();
    assert_eq!(told.code, 0, "{told:?}");
    let text = fs::read_to_string(folder.path().join("hookprint.toml")).unwrap();
    for line in [
        "target = \"hooks.example\"",
        "[[trust]]\nname = \"certs/client-ca.pem\"",
        "path = \"certs/client.jks\"\npassword = \"env:CLIENT_JKS\"\nfor = \"client\"",
        "path = \"pki/client.p12\"\npassword = \"env:CLIENT_P12\"",
        "path = \"pki/server.pem\"\nkey = \"pki/server.key\"\nfor = \"server\"",
    ] {
        assert!(text.contains(line), "{line}:\n{text}");
    }
    assert!(!text.contains("notes.pem"), "{text}");

    // As it is.
    assert_eq!(check(folder.path(), &["--validate"]).run().code, 0, "{text}");
    let (found, code) = report(folder.path(), &["--offline"]);
    assert!(code == 1 || code == 3, "it was read, and passwords are missing: {found:#}");
    assert_eq!(item(&found, "trust certs/client-ca.pem")["status"], "ok", "{found:#}");
    let server = item(&found, "bundle pki/server.pem");
    assert!(codes(server).contains(&("chain-incomplete", "critical")), "{server:#}");
    assert!(codes(server).iter().all(|(code, _)| *code != "key-missing"), "{server:#}");
    let count = text.matches("\n[[").count();
    assert_eq!(found["items"].as_array().unwrap().len(), count, "{text}\n{found:#}");
    // And with its examples taken as they are meant.
    let all = text
        .replace("\n# owner", "\nowner")
        .replace("\n# warn", "\nwarn")
        .replace("\n# crit", "\ncrit");
    fs::write(folder.path().join("all.toml"), all.replace("\n# providers", "\nproviders")).unwrap();
    assert_eq!(check(folder.path(), &["all.toml", "--validate"]).run().code, 0, "{all}");

    let told = check(folder.path(), &["--init"]).run();
    assert!(told.code == 3 && told.stderr.contains("already exists"), "{told:?}");
    assert_eq!(fs::read_to_string(folder.path().join("hookprint.toml")).unwrap(), text);
    let other = tempfile::tempdir().unwrap();
    let told = check(other.path(), &["--init", "not a host"]).run();
    assert!(told.code == 2 && !other.path().join("hookprint.toml").exists(), "{told:?}");
}
