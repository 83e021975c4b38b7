//! `openssl verify` beside ours.

use std::path::Path;
use std::process::Command;

use hookprint::tls::Purpose;

use super::case::{Case, NOW, pem};
use crate::needs;

/// It is installed, in a version that knows what it is asked here.
pub fn demand() {
    needs::program("openssl");
    let version = Command::new("openssl").arg("version").output().unwrap();
    if !version.stdout.starts_with(b"OpenSSL 3") {
        needs::missing("openssl 3", "apt-get install openssl");
    }
}

/// Whether it accepts a case, and what it says.
pub fn verify(case: &Case, strict: bool, folder: &Path) -> (bool, String) {
    let write = |name: &str, text: String| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let all = |ders: &[Vec<u8>]| ders.iter().map(|der| pem("CERTIFICATE", der)).collect::<String>();
    let mut command = Command::new("openssl");
    command.args(["verify", "-partial_chain", "-no-CApath", "-no-CAstore"]);
    if strict {
        command.arg("-x509_strict");
    }
    command.args([
        "-purpose",
        match case.purpose {
            Purpose::Server => "sslserver",
            Purpose::Client => "sslclient",
        },
    ]);
    command.args(["-attime", &NOW.unix_timestamp().to_string()]);
    command.arg("-CAfile").arg(write("anchors.pem", case.anchors_pem()));
    if case.sent.len() > 1 {
        command.arg("-untrusted").arg(write("sent.pem", all(&case.sent[1..])));
    }
    if let Some(host) = case.host {
        let option = if host.parse::<std::net::IpAddr>().is_ok() {
            "-verify_ip"
        } else {
            "-verify_hostname"
        };
        command.args([option, host]);
    }
    command.arg(write("leaf.pem", all(&case.sent[..1])));
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}
