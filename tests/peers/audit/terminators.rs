//! Who shows which certificate: what is believed of headers, and how names are compared.

use std::path::Path;
use std::process::Command;

use super::nginx::Nginx;
use super::{Audited, Receiver, SECRET, audit, identities, ours, partner};
use crate::{needs, node, python};

/// Audits what a certificate opens.
fn audited(url: &str, folder: &Path) -> Audited {
    let partner = partner(folder);
    let partner = partner.iter().map(String::as_str);
    let args = ["--payload", "BODY", "--only", "certificate,headers"].into_iter().chain(partner);
    audit(url, &args.collect::<Vec<_>>(), SECRET)
}

pub fn pinned() {
    let folder = identities();
    let receiver = Receiver::of("certificate.mjs", Some(folder.path()));
    audited(&receiver.url("https"), folder.path()).names("certificate.mjs", &[]);
}

pub fn envoy() {
    let folder = identities();
    let receiver = Receiver::of("xfcc.mjs", Some(folder.path()));
    audited(&receiver.url("https"), folder.path()).names("xfcc.mjs", &["xfcc"]);
}

pub fn express() {
    let folder = identities();
    let libraries = node::folder("express");
    let mut command = node::command();
    command.arg(ours("receivers/express.cjs")).arg(folder.path());
    command.env("NODE_PATH", libraries.join("node_modules"));
    let receiver = Receiver::start(command);
    audited(&receiver.url("https"), folder.path()).names("express.cjs", &["x-arr-clientcert"]);
}

pub fn go() {
    needs::program("go");
    let folder = identities();
    let program = folder.path().join("trusting");
    let mut build = Command::new("go");
    build.args(["build", "-o"]).arg(&program).arg(ours("receivers/trusting.go"));
    assert!(build.env("GO111MODULE", "off").status().unwrap().success());
    let mut command = Command::new(program);
    command.arg(folder.path());
    let receiver = Receiver::start(command);
    audited(&receiver.url("https"), folder.path()).names("trusting.go", &["x-amzn-mtls"]);
}

pub fn flask() {
    needs::programs(&["nginx", "python3"]);
    let folder = identities();
    let mut command = Command::new(python::with("flask"));
    command.arg(ours("receivers/behind_nginx.py"));
    let receiver = Receiver::start(command);
    let server = "ssl_verify_client optional; ssl_client_certificate ca.pem;";
    let location = format!(
        "proxy_pass http://127.0.0.1:{};
         proxy_set_header Ssl-Client-Verify $ssl_client_verify;
         proxy_set_header Ssl-Client-S-Dn $ssl_client_s_dn;",
        receiver.port
    );
    let nginx = Nginx::start(folder.path(), server, &location);
    audited(&nginx.url(), folder.path()).names("behind_nginx.py", &["x-ssl-client"]);
}

pub fn open_rule() {
    needs::program("nginx");
    let server = "ssl_verify_client on; ssl_client_certificate ca.pem;";
    for (rule, ids) in [
        // As documentation of providers has it.
        (r#"!~ "CN=hooks.partner.example""#, &["lookalike-suffix", "lookalike-dot"][..]),
        (
            r#"!~ "hooks.partner.example""#,
            &["lookalike-suffix", "lookalike-prefix", "lookalike-dot", "name-in-other-field"],
        ),
        (r#"!= "CN=hooks.partner.example""#, &[]),
    ] {
        let folder = identities();
        let location = format!("if ($ssl_client_s_dn {rule}) {{ return 403; }} return 200 ok;");
        let nginx = Nginx::start(folder.path(), server, &location);
        audited(&nginx.url(), folder.path()).names(rule, ids);
    }
}
