//! `mint`: other programs open what it writes.

use std::path::PathBuf;
use std::process::Command;

use crate::harness::Tool;
use crate::needs;

tests!(openssl_opens_the_store, keytool_opens_the_store,);

/// The store of a client.
fn minted(folder: &tempfile::TempDir) -> PathBuf {
    Tool::new(["mint", "pki"]).dir(folder.path()).run().code(0);
    folder.path().join("pki/client.p12")
}

fn openssl_opens_the_store() {
    needs::program("openssl");
    let folder = tempfile::tempdir().unwrap();
    let store = minted(&folder);
    let output = Command::new("openssl")
        .args(["pkcs12", "-nodes", "-passin", "pass:hookprint", "-in"])
        .arg(&store)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(text.matches("BEGIN CERTIFICATE").count(), 2);
    assert_eq!(text.matches("BEGIN PRIVATE KEY").count(), 1);
}

fn keytool_opens_the_store() {
    needs::program("keytool");
    let folder = tempfile::tempdir().unwrap();
    let store = minted(&folder);
    let output = Command::new("keytool")
        .args(["-list", "-storepass", "hookprint", "-keystore"])
        .arg(&store)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("client.localhost") && text.contains("PrivateKeyEntry"), "{text}");
}
