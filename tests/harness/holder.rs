//! An identity in files of every kind, and a server that asks for it.

use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use rcgen::ExtendedKeyUsagePurpose;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection};

use super::pki::{NOW, Pair, Wish};
use super::{Peer, Pki, Tool};

/// What `thumbprint --cert` is given, in a folder of its own.
pub struct Folder {
    folder: tempfile::TempDir,
    pub pki: Pki,
    pub server: Pair,
    pub caller: Pair,
}

impl Folder {
    /// `ca.pem`, `server.pem`, `caller.pem`, `caller.key`, `both.pem`, `stranger.pem` (of another
    /// authority, with its key), and `pw`, `wrong`, which hold passwords.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pki = Pki::new("Receiver CA");
        let wish = |key| Wish {
            name: "caller",
            purpose: ExtendedKeyUsagePurpose::ClientAuth,
            key,
            ..Wish::live()
        };
        let caller = pki.issue(&wish(4));
        let stranger = Pki::new("Another CA").issue(&wish(5));
        let server = pki.issue(&Wish::live());
        let both = |pair: &Pair| format!("{}{}", pair.certificate_pem, pair.key_pem);
        for (name, text) in [
            ("ca.pem", &pki.ca.certificate_pem),
            ("server.pem", &server.certificate_pem),
            ("server.key", &server.key_pem),
            ("caller.pem", &caller.certificate_pem),
            ("caller.key", &caller.key_pem),
            ("both.pem", &both(&caller)),
            ("stranger.pem", &both(&stranger)),
            ("pw", &"changeit".to_owned()),
            ("wrong", &"changedit".to_owned()),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        }
        Self { folder, pki, server, caller }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// `caller.p12` of openssl.
    pub fn make_p12(&self) {
        self.runs(
                "openssl pkcs12 -export -in caller.pem -inkey caller.key -name caller -passout file:pw -out caller.p12",
            );
    }

    /// `caller.jks` of keytool.
    pub fn make_jks(&self) {
        self.runs(
            "keytool -importkeystore -srckeystore caller.p12 -srcstorepass changeit -destkeystore \
                 caller.jks -deststoretype JKS -deststorepass changeit -destkeypass changeit",
        );
    }

    fn runs(&self, line: &str) {
        let mut words = line.split_whitespace();
        let mut command = Command::new(words.next().unwrap());
        let output = command.args(words).current_dir(self.path()).output().unwrap();
        assert!(output.status.success(), "{line}\n{}", String::from_utf8_lossy(&output.stderr));
    }

    pub fn look(&self, target: &str, args: &[&str]) -> Tool {
        let usual = ["thumbprint", target, "--json", "--at", NOW, "--ca", "ca.pem"];
        Tool::new(usual).args(args).dir(self.path())
    }

    /// A server of rustls that requires a certificate of `ca.pem`, and the callers it has let in.
    pub fn server(&self) -> (Peer, Arc<Mutex<Vec<Vec<u8>>>>) {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(self.pki.ca.certificate_der.clone().into()).unwrap();
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
        let key = rcgen::KeyPair::from_pem(&self.server.key_pem).unwrap().serialize_der();
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier.build().unwrap())
            .with_single_cert(
                vec![self.server.certificate_der.clone().into()],
                PrivatePkcs8KeyDer::from(key).into(),
            )
            .unwrap();
        let (config, callers) = (Arc::new(config), Arc::new(Mutex::new(Vec::new())));
        let seen = Arc::clone(&callers);
        let peer = Peer::start(move |mut stream| {
            let mut connection = ServerConnection::new(config.clone()).unwrap();
            while connection.is_handshaking() {
                if connection.complete_io(&mut stream).is_err() {
                    return drop(stream.flush());
                }
            }
            let certificates = connection.peer_certificates().unwrap();
            seen.lock().unwrap().push(certificates[0].to_vec());
            let _ = connection.complete_io(&mut stream);
        });
        (peer, callers)
    }
}

pub const PAIR: &[&str] = &["--cert", "caller.pem", "--key", "caller.key"];
pub const BOTH: &[&str] = &["--cert", "both.pem"];
pub const P12: &[&str] = &["--cert", "caller.p12", "--password", "file:pw"];
pub const JKS: &[&str] = &["--cert", "caller.jks", "--password", "file:pw"];
