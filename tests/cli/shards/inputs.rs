//! Inputs that are awkward to cut: of any length of lines, with both kinds of their ends, and none.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::harness::Pki;
use crate::harness::pki::Wish;

/// The moment that everything is judged at.
pub const AT: &str = "2026-11-25T00:00:00Z";
/// How captures are verified.
pub const VERIFY: &str = "verify --scheme github --secret file:secret --no-diagnose";

const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";

/// A folder with a secret, a certificate, and a folder of certificates.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write("secret", KEY);
        folder.write("wrong", b"another secret of 32 bytes......");
        let pki = Pki::new("Test CA");
        let pem = pki.issue(&Wish::default()).certificate_pem;
        folder.write("a.pem", pem.as_bytes());
        fs::create_dir(folder.path().join("store")).unwrap();
        for number in 0..9 {
            folder.write(&format!("store/{number}.pem"), pem.repeat(number % 3 + 1).as_bytes());
        }
        folder.write("store/notes.txt", b"nothing");
        folder.write("store/cut.pem", &pem.as_bytes()[..pem.len() / 2]);
        folder
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, bytes).unwrap();
        if name == "secret" {
            #[cfg(unix)]
            fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))
                .unwrap();
        }
        path
    }
}

/// A delivery with a body of so many bytes and more, signed as github does; every fifth wrongly.
pub fn entry(length: usize) -> String {
    let body = format!("{{\"a\":\"{}\"}}", "x".repeat(length));
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, KEY);
    let mut signature =
        hookprint::digest::hex(aws_lc_rs::hmac::sign(&key, body.as_bytes()).as_ref());
    if length % 5 == 4 {
        signature = signature.replace('0', "1");
    }
    let headers = [
        ("Host", "hooks.example"),
        ("X-Hub-Signature-256", &format!("sha256={signature}")),
        ("Content-Length", &body.len().to_string()),
    ];
    let head: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = STANDARD.encode(format!("POST /hook HTTP/1.1\r\n{head}\r\n"));
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| format!(r#"{{"name":"{name}","value":"{value}"}}"#))
        .collect();
    format!(
        r#"{{"startedDateTime":"{AT}","request":{{"method":"POST","url":"https://hooks.example/hook","httpVersion":"HTTP/1.1","headers":[{}],"postData":{{"mimeType":"","text":{}}}}},"_raw":{{"headBase64":"{head}","bodyBase64":"{}"}}}}"#,
        headers.join(","),
        serde_json::to_string(&body).unwrap(),
        STANDARD.encode(&body)
    )
}

/// Captures, and how many shards each is cut into.
pub fn captures() -> Vec<(Vec<u8>, &'static [u64])> {
    let entries: Vec<String> = (0..120).map(|number| entry(number * 7)).collect();
    let mixed: String = entries
        .iter()
        .enumerate()
        .map(|(number, entry)| match number % 6 {
            0 => format!("{entry}\r\n"),
            1 => format!("{entry}\n\n\r\n"),
            2 => format!("{}\n", &entry[..40]),
            _ => format!("{entry}\n"),
        })
        .collect();
    // All lines are as long as each other, so that each of two shards begins with one.
    let even = format!("{}\n", entry(10)).repeat(64);
    let long = format!("{}\n{}\n{}\n", entry(1), entry(5 << 20), entry(2));
    vec![
        (mixed.trim_end().as_bytes().to_vec(), &[1, 2, 7, 64]),
        (even.into_bytes(), &[2, 64]),
        (long.into_bytes(), &[2, 7]),
    ]
}

/// Lists of targets, and how many shards each is cut into.
pub fn targets() -> Vec<(Vec<u8>, &'static [u64])> {
    let mut mixed = String::from("# targets\n\n");
    for number in 0..90 {
        let target = if number % 4 == 0 { "file:none.pem" } else { "file:a.pem" };
        mixed += target;
        mixed += if number % 3 == 0 { "\r\n" } else { "\n" };
        if number % 10 == 0 {
            mixed += "\n# more\n";
        }
    }
    mixed += "not a host\nfile:a.pem";
    let even = "file:a.pem\n".repeat(64);
    let long = format!("file:a.pem\n{}\nfile:a.pem\n", "x".repeat(5 << 20));
    vec![
        (mixed.into_bytes(), &[1, 2, 7, 64]),
        (even.into_bytes(), &[2, 64]),
        (long.into_bytes(), &[2, 7]),
    ]
}
