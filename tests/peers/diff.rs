//! `diff`: the planted renewals again, from stores that openssl and keytool made.

use std::path::Path;
use std::process::Command;

use crate::harness::pki::Pair;
use crate::harness::renewals::{Renewal, assert_told, renewals};
use crate::needs;

tests!(what_is_planted_is_told_from_pkcs12, what_is_planted_is_told_from_jks,);

fn run(folder: &Path, line: &str) {
    let mut words = line.split_whitespace();
    let output = Command::new(words.next().unwrap()).args(words).current_dir(folder).output();
    let output = output.unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{line}\n{}", String::from_utf8_lossy(&said));
}

fn store(folder: &Path, name: &str, chain: &[Pair]) {
    std::fs::write(folder.join("chain.pem"), Renewal::pem(chain, false)).unwrap();
    std::fs::write(folder.join("key.pem"), &chain[0].key_pem).unwrap();
    let key = if chain.len() == 1 { "-nokeys" } else { "-inkey key.pem" };
    run(
        folder,
        &format!(
            "openssl pkcs12 -export -in chain.pem {key} -name hooks -passout pass:changeit -out {name}.p12"
        ),
    );
}

fn what_is_planted_is_told_from_pkcs12() {
    needs::program("openssl");
    let folder = tempfile::tempdir().unwrap();
    for renewal in renewals() {
        store(folder.path(), "old", &renewal.old);
        store(folder.path(), "new", &renewal.new);
        assert_told(&renewal, ["old.p12", "new.p12"], folder.path(), "svix", false);
    }
}

fn what_is_planted_is_told_from_jks() {
    needs::programs(&["openssl", "keytool"]);
    let folder = tempfile::tempdir().unwrap();
    for renewal in renewals() {
        for (name, chain) in [("old", &renewal.old), ("new", &renewal.new)] {
            let _ = std::fs::remove_file(folder.path().join(format!("{name}.jks")));
            store(folder.path(), name, chain);
            let passwords = "-storepass changeit -noprompt";
            run(
                folder.path(),
                &match chain.len() {
                    1 => format!(
                        "keytool -importcert -alias hooks -file chain.pem -storetype JKS -keystore {name}.jks {passwords}"
                    ),
                    _ => format!(
                        "keytool -importkeystore -srckeystore {name}.p12 -srcstorepass changeit \
                     -destkeystore {name}.jks -deststoretype JKS -deststorepass changeit -noprompt"
                    ),
                },
            );
        }
        assert_told(&renewal, ["old.jks", "new.jks"], folder.path(), "svix", false);
    }
}
