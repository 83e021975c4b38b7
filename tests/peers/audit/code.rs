//! The lines of code in docs/audit.md: receivers of six languages are made of them, and audited. With any one
//! check left out its hole is named, so each of them is what keeps a forged call out.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use super::nginx::Nginx;
use super::{
    Audited, PRIVATE_KEY, PUBLIC_KEY, Receiver, STANDARD, audit, identities, ours, partner,
};
use crate::harness::Running;
use crate::harness::peers::{free_port, wait_for};
use crate::{needs, node, python};

const PAGE: &str = include_str!("../../../docs/audit.md");
const AUDIENCE: &str = "https://hooks.example/in";
const ISSUER: &str = "https://issuer.example";
/// The headings that have code below.
const KINDS: [&str; 5] = ["signature", "time", "replay", "token", "certificate"];

/// The blocks of a language, by the heading that they stand below.
fn blocks(language: &str) -> BTreeMap<&'static str, &'static str> {
    let code = PAGE.split_once("\n## In code\n").unwrap().1.split("\n## ").next().unwrap();
    let sections = code.split("\n### ").skip(1).filter_map(|section| section.split_once('\n'));
    let opening = format!("```{language}\n");
    let block = |text: &'static str| {
        Some(text.split_once(opening.as_str())?.1.split_once("```").unwrap().0)
    };
    sections.filter_map(|(kind, text)| Some((kind, block(text)?))).collect()
}

/// What all of them have to know, and the checks that are made.
fn told(command: &mut Command, checks: &[&str], thumbprints: &str) {
    let names = ["SECRET", "AUDIENCE", "ISSUER", "PUBLIC_KEY", "CHECKS", "THUMBPRINTS"];
    let checks = checks.join(",");
    let values = [STANDARD, AUDIENCE, ISSUER, PUBLIC_KEY, &checks, thumbprints];
    command.envs(names.into_iter().zip(values));
}

/// How a receiver is started: the program made of the page, and the folder of identities for TLS.
type Start = dyn Fn(&Path, Option<&Path>) -> Command;

/// Makes the receiver of a language, and audits it with all checks, and with one left out.
fn tried(language: &str, source: &str, start: &Start) {
    let program = tempfile::tempdir().unwrap();
    let file = program.path().join(source);
    written(language, source, &file);
    let run = |checks: &[&str], identities: Option<&Path>| {
        let thumbprint =
            identities.map(|folder| std::fs::read_to_string(folder.join("allowed")).unwrap());
        let mut command = start(&file, identities);
        told(&mut command, checks, &thumbprint.unwrap_or_default());
        Receiver::start(command)
    };
    judged(language, |checks| by_signature(&run(checks, None).url("http")));
    let token = run(&KINDS, None);
    by_token(&token.url("http")).names(language, &[]);
    let folder = identities();
    certified(language, |checks| {
        let receiver = run(checks, Some(folder.path()));
        by_certificate(&receiver.url("https"), folder.path())
    });
}

/// The receiver with the blocks of the page in it.
fn written(language: &str, source: &str, file: &Path) {
    let blocks = blocks(language);
    assert_eq!(blocks.len(), KINDS.len(), "{language}: {:?}", blocks.keys());
    let template = std::fs::read_to_string(ours("snippets").join(source)).unwrap();
    let mark = if source.ends_with(".py") || source.ends_with(".rb") { "#" } else { "//" };
    let mark = format!("{mark}{{snippets}}");
    assert!(template.contains(&mark), "{source}");
    let code = blocks.into_values().collect::<Vec<_>>().join("\n");
    std::fs::write(file, template.replace(&mark, &code)).unwrap();
}

/// All checks: nothing. One left out: its hole.
fn judged(language: &str, audited: impl Fn(&[&str]) -> Audited) {
    audited(&KINDS).names(language, &[]);
    for (without, ids) in
        [("signature", &["unsigned"][..]), ("time", &["stale"]), ("replay", &["replayed"])]
    {
        let checks: Vec<&str> = KINDS.into_iter().filter(|kind| *kind != without).collect();
        audited(&checks).names(&format!("{language} without {without}"), ids);
    }
}

fn certified(language: &str, audited: impl Fn(&[&str]) -> Audited) {
    audited(&KINDS).names(language, &[]);
    let ids = ["lookalike-suffix", "lookalike-prefix", "lookalike-dot", "name-in-other-field"];
    audited(&["signature", "time", "replay"])
        .names(&format!("{language} without certificate"), &ids);
}

/// Standard Webhooks; a call that is known already is answered with 2xx, and with another word.
const STANDARD_WEBHOOKS: [&str; 8] = [
    "--payload",
    "BODY",
    "--scheme",
    "standard-webhooks",
    "--secret",
    "env:SECRET",
    "--accepted-body",
    "done",
];

fn by_signature(url: &str) -> Audited {
    let groups = ["--only", "signature,time,replay,robustness"];
    audit(url, &[&STANDARD_WEBHOOKS[..], &groups].concat(), STANDARD)
}

fn by_token(url: &str) -> Audited {
    let secret = format!("file:{PRIVATE_KEY}");
    let args = ["--payload", "BODY", "--scheme", "jwt", "--secret", &secret];
    let claims = ["--audience", AUDIENCE, "--issuer", ISSUER, "--only", "signature,time"];
    audit(&url.replace("/in", "/token"), &[&args[..], &claims].concat(), STANDARD)
}

fn by_certificate(url: &str, folder: &Path) -> Audited {
    let partner = partner(folder);
    let partner: Vec<&str> = partner.iter().map(String::as_str).collect();
    let groups = ["--only", "certificate,headers"];
    audit(url, &[&STANDARD_WEBHOOKS[..], &groups, &partner].concat(), STANDARD)
}

pub fn javascript() {
    let libraries = node::folder("jsonwebtoken");
    tried("js", "receiver.mjs", &move |file, folder| {
        let mut command = node::command();
        command.arg(file).args(folder).env("NODE_LIBRARIES", &libraries);
        command
    });
}

pub fn python() {
    let python = python::with("jwt");
    tried("python", "receiver.py", &move |file, folder| {
        let mut command = Command::new(&python);
        command.arg(file).args(folder).env("HARNESS", ours("receivers"));
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command
    });
}

pub fn go() {
    needs::programs(&["go", "/usr/share/gocode/src/github.com/golang-jwt/jwt/token.go"]);
    tried("go", "receiver.go", &|file, folder| {
        let program = file.with_extension("run");
        if !program.exists() {
            let mut build = Command::new("go");
            build.args(["build", "-o"]).arg(&program).arg(file);
            build.env("GO111MODULE", "off").env("GOPATH", "/usr/share/gocode");
            assert!(build.status().unwrap().success());
        }
        let mut command = Command::new(program);
        command.args(folder);
        command
    });
}

pub fn java() {
    needs::programs(&["java", "keytool", "openssl", "gson.jar"]);
    tried("java", "Receiver.java", &|file, folder| {
        let classes = file.parent().unwrap();
        let path = format!("{}:/usr/share/java/gson.jar", classes.display());
        if !classes.join("Receiver.class").exists() {
            let mut compile = Command::new("javac");
            compile.args(["-cp", &path, "-d"]).arg(classes).arg(file);
            assert!(compile.status().unwrap().success());
        }
        if let Some(folder) = folder {
            java_stores(folder);
        }
        let mut command = Command::new("java");
        command.args(["-XX:TieredStopAtLevel=1", "-cp", &path, "Receiver"]).args(folder);
        command
    });
}

/// The same keys and certificates as Java reads them.
fn java_stores(folder: &Path) {
    if folder.join("ca.p12").exists() {
        return;
    }
    for line in [
        "openssl pkcs12 -export -in server.pem -inkey server.key -out server.p12 -passout pass:secret",
        "keytool -importcert -noprompt -alias ca -file ca.pem -keystore ca.p12 -storetype PKCS12 -storepass secret",
    ] {
        let mut words = line.split(' ');
        let mut command = Command::new(words.next().unwrap());
        command.args(words).current_dir(folder).stderr(Stdio::null()).stdout(Stdio::null());
        assert!(command.status().unwrap().success(), "{line}");
    }
}

pub fn ruby() {
    let library = "/usr/share/rubygems-integration/all/gems/jwt-2.5.0/lib/jwt.rb";
    needs::programs(&["ruby", library]);
    tried("ruby", "receiver.rb", &|file, folder| {
        let mut command = Command::new("ruby");
        command.arg(file).args(folder);
        command
    });
}

/// PHP has a server for trying out, without TLS: the page has nginx before it.
pub fn php() {
    needs::programs(&["php", "nginx"]);
    let program = tempfile::tempdir().unwrap();
    let file = program.path().join("receiver.php");
    written("php", "receiver.php", &file);
    let identities = identities();
    let folder = identities.path();
    let thumbprint = std::fs::read_to_string(folder.join("allowed")).unwrap();
    let nginx = blocks("nginx");
    let certified_by = |checks: &[&str], thumbprints: &str| {
        let seen = tempfile::tempdir().unwrap();
        let port = free_port();
        let mut command = Command::new("php");
        told(&mut command, checks, thumbprints);
        command.args(["-S", &format!("127.0.0.1:{port}")]).arg(&file).env("SEEN", seen.path());
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let php = Running(process.unwrap());
        wait_for(port);
        (php, seen, port)
    };
    let behind = |port: u16| {
        let location = format!("proxy_pass http://127.0.0.1:{port};");
        Nginx::start(folder, nginx["certificate"], &location)
    };
    judged("php", |checks| {
        let (_php, _seen, port) = certified_by(checks, &thumbprint);
        let nginx = behind(port);
        let partner = partner(folder);
        let partner: Vec<&str> = partner.iter().map(String::as_str).collect();
        let groups = ["--only", "signature,time,replay,robustness"];
        audit(&nginx.url(), &[&STANDARD_WEBHOOKS[..], &groups, &partner].concat(), STANDARD)
    });
    let (_php, _seen, port) = certified_by(&KINDS, &thumbprint);
    by_token(&format!("http://127.0.0.1:{port}/in")).names("php", &[]);
    certified("php", |checks| {
        let (_php, _seen, port) = certified_by(checks, &thumbprint);
        by_certificate(&behind(port).url(), folder)
    });
}
