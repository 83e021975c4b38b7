//! `openssl s_server` on loopback, and the certificates it shows, made by `openssl`.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::Running;

/// A running `openssl s_server`.
pub struct SServer {
    child: Running,
    target: String,
    folder: TempDir,
    printed: Arc<Mutex<String>>,
}

impl SServer {
    /// Shows a certificate for `localhost` with a key made with these arguments of `openssl req`,
    /// and takes these further arguments of `openssl s_server`.
    pub fn start(key: &[&str], server: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        make_certificate(folder.path(), "server", key);
        Self::start_in(folder, &[&["-cert", "server.pem", "-key", "server.key"], server].concat())
    }

    /// Takes just these arguments, with files of this folder.
    pub fn start_in(folder: TempDir, arguments: &[&str]) -> Self {
        let child = Command::new("openssl")
            .args(["s_server", "-accept", "127.0.0.1:0", "-naccept", "64"])
            .args(arguments)
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child = Running(child.unwrap());
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let target = loop {
            let line = lines.next().expect("openssl s_server did not start").unwrap();
            if let Some(address) = line.strip_prefix("ACCEPT ") {
                break address.trim().to_owned();
            }
        };
        // Whatever it prints later must not fill the pipe.
        let printed = Arc::new(Mutex::new(String::new()));
        let later = Arc::clone(&printed);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                later.lock().unwrap().extend([&line, "\n"]);
            }
        });
        Self { child, target, folder, printed }
    }

    /// `127.0.0.1:PORT`.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// Waits until it has printed this; fails when it does not.
    pub fn wait_for(&self, text: &str) {
        let started = Instant::now();
        while !self.printed.lock().unwrap().contains(text) {
            let waited = started.elapsed();
            assert!(waited < Duration::from_secs(60), "{}", self.printed.lock().unwrap());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// A file beside the certificate.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The SHA-1 thumbprint of its certificate, by openssl.
    pub fn sha1(&self) -> String {
        sha1(&self.path("server.pem"))
    }
}

/// Makes `NAME.pem` and `NAME.key` in the folder.
pub fn make_certificate(folder: &Path, name: &str, key: &[&str]) {
    let (certificate, key_file) = (format!("{name}.pem"), format!("{name}.key"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-nodes", "-days", "90", "-subj", "/CN=localhost"])
        .args(["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"])
        .args(["-keyout", &key_file, "-out", &certificate])
        .args(key)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

/// The SHA-1 thumbprint of a certificate file, by openssl.
pub fn sha1(path: &Path) -> String {
    let output = Command::new("openssl")
        .args(["x509", "-noout", "-fingerprint", "-sha1", "-in"])
        .arg(path)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_once('=').unwrap().1.trim().replace(':', "").to_lowercase()
}
