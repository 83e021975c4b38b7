//! `thumbprint --cert` with files that other programs wrote, shown to their servers.

use serde_json::Value;

use crate::harness::holder::{BOTH, Folder, JKS, P12, PAIR};
use crate::harness::{SServer, Tool};
use crate::needs;

tests!(
    an_identity_of_every_kind_is_presented,
    openssl_lets_us_in_with_it,
    an_issuer_that_is_not_listed_is_named,
);

fn codes(item: &Value) -> Vec<&str> {
    let findings = item["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

fn an_identity_of_every_kind_is_presented() {
    needs::programs(&["openssl", "keytool"]);
    let folder = Folder::new();
    let (peer, callers) = folder.server();
    folder.make_p12();
    folder.make_jks();
    let identities = [PAIR, BOTH, P12, JKS];
    for identity in &identities {
        let item = folder.look(&peer.target(), identity).run().code(0).item();
        assert_eq!(item["facts"]["client_certificate"], "accepted", "{identity:?}");
        assert_eq!(item["facts"]["accepted_issuers"], serde_json::json!(["CN=Receiver CA"]));
        assert_eq!((&item["facts"]["proven"], &item["status"]), (&true.into(), &"ok".into()));
    }
    let callers = callers.lock().unwrap();
    assert_eq!(*callers, vec![folder.caller.certificate_der.clone(); identities.len()]);
}

fn openssl_lets_us_in_with_it() {
    needs::program("openssl");
    let folder = Folder::new();
    folder.make_p12();
    let files = ["ca.pem", "server.pem", "server.key"];
    for version in ["-tls1_2", "-tls1_3"] {
        let own = tempfile::tempdir().unwrap();
        for name in files {
            std::fs::copy(folder.path().join(name), own.path().join(name)).unwrap();
        }
        let strict =
            "-cert server.pem -key server.key -CAfile ca.pem -Verify 2 -verify_return_error";
        let arguments: Vec<&str> = strict.split(' ').chain([version]).collect();
        let server = SServer::start_in(own, &arguments);
        for identity in [PAIR, P12] {
            let item = folder.look(server.target(), identity).run().code(0).item();
            assert_eq!(item["facts"]["client_certificate"], "accepted", "{item}");
            assert!(!item["findings"].to_string().contains("client-certificate"), "{item}");
        }
        server.wait_for("subject=CN = caller");
    }
}

fn an_issuer_that_is_not_listed_is_named() {
    needs::program("openssl");
    let folder = Folder::new();
    // Any certificate is let in, though one authority only is listed.
    let own = tempfile::tempdir().unwrap();
    for name in ["ca.pem", "server.pem", "server.key"] {
        std::fs::copy(folder.path().join(name), own.path().join(name)).unwrap();
    }
    let lax = "-cert server.pem -key server.key -CAfile ca.pem -verify 2";
    let server = SServer::start_in(own, &lax.split(' ').collect::<Vec<_>>());
    let look = |identity: &[&str]| folder.look(server.target(), identity).run().code(0).item();
    assert!(!codes(&look(PAIR)).contains(&"identity-not-offered"));
    let item = look(&["--cert", "stranger.pem"]);
    assert_eq!(item["facts"]["client_certificate"], "accepted", "{item}");
    assert_eq!(codes(&item)[0], "identity-not-offered", "{item}");
    assert!(
        item["findings"][0]["message"].as_str().unwrap().contains("from one authority"),
        "{item}"
    );
    // What the handshake lets pass is not right for that.
    let later = ["thumbprint", server.target(), "--json", "--at", "2040-01-01T00:00:00Z"];
    let later = Tool::new(later).args(["--ca", "ca.pem"]).args(PAIR).dir(folder.path());
    let item = later.run().code(1).item();
    assert_eq!(item["facts"]["client_certificate"], "accepted", "{item}");
    assert_eq!(codes(&item)[0], "certificate-expired", "{item}");
    assert_eq!(item["findings"][0]["subject"], "caller.pem", "{item}");
    assert_eq!(item["findings"][0]["severity"], "warning", "{item}");
}
