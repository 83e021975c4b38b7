//! Real senders, with and without a client certificate, and how they are judged.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rcgen::ExtendedKeyUsagePurpose;
use serde_json::Value;
use time::macros::datetime;

use crate::harness::listener::{Listener, captured, items};
use crate::harness::pki::{NOW, Pki, Wish};
use crate::needs;

tests!(
    curl_is_shown,
    openssl_is_shown,
    node_is_shown,
    python_is_shown,
    java_is_shown,
    a_certificate_that_fails_its_check_is_shown_captured_and_told_why,
    our_own_identity_is_read_from_any_store,
    old_and_new_pins_are_told_apart,
    no_moment_lets_an_expired_caller_in,
    jq_makes_a_har_of_a_capture,
);

/// The command of a sender that posts `{}` with or without a certificate.
type Sender = fn(&Listener, Option<&Files>) -> Command;

/// Certificate and key in PEM.
struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

/// Client certificates of all kinds, and the authority to trust.
struct Clients {
    folder: tempfile::TempDir,
    ca: String,
}

impl Clients {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (ours, theirs) = (Pki::new("callers"), Pki::new("strangers"));
        let client = || Wish {
            name: "caller",
            purpose: ExtendedKeyUsagePurpose::ClientAuth,
            key: 7,
            ..Wish::live()
        };
        let expired = Wish { not_after: datetime!(2026-02-01 0:00 UTC), ..client() };
        // Expired by the real clock, too.
        let late = Wish { not_after: datetime!(2025-08-01 0:00 UTC), ..client() };
        let wrong = Wish { purpose: ExtendedKeyUsagePurpose::ServerAuth, ..client() };
        for (name, pair) in [
            ("good", ours.issue(&client())),
            ("expired", ours.issue(&expired)),
            ("late", ours.issue(&late)),
            ("wrong", ours.issue(&wrong)),
            ("stranger", theirs.issue(&client())),
        ] {
            std::fs::write(folder.path().join(format!("{name}.pem")), pair.certificate_pem)
                .unwrap();
            std::fs::write(folder.path().join(format!("{name}.key")), pair.key_pem).unwrap();
        }
        let ca = folder.path().join("ca.pem");
        std::fs::write(&ca, &ours.ca.certificate_pem).unwrap();
        Self { ca: ca.to_str().unwrap().to_owned(), folder }
    }

    fn files(&self, name: &str) -> Files {
        let file = |kind: &str| self.folder.path().join(format!("{name}.{kind}"));
        Files { certificate: file("pem"), key: file("key") }
    }
}

fn curl(listener: &Listener, files: Option<&Files>) -> Command {
    let mut command = Command::new("curl");
    command.args(["-sk", "-o", "-", "-w", "%{http_code}", "-d", "{}", &listener.url]);
    if let Some(files) = files {
        command.arg("--cert").arg(&files.certificate).arg("--key").arg(&files.key);
    }
    command
}

fn openssl(listener: &Listener, files: Option<&Files>) -> Command {
    let mut command = Command::new("sh");
    let request =
        "POST / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\nContent-Length: 2\\r\\n\\r\\n{}";
    let identity =
        files.map(|files| format!("-cert {} -key {}", text(&files.certificate), text(&files.key)));
    command.arg("-c").arg(format!(
        "printf '{request}' | openssl s_client -quiet -ign_eof -connect {} {} 2>/dev/null",
        listener.addr,
        identity.unwrap_or_default()
    ));
    command
}

fn node(listener: &Listener, files: Option<&Files>) -> Command {
    let identity = files.map(|files| {
        format!(
            "cert:fs.readFileSync({:?}),key:fs.readFileSync({:?}),",
            text(&files.certificate),
            text(&files.key)
        )
    });
    let script = format!(
        "const fs=require('fs');const r=require('https').request({:?},{{method:'POST',rejectUnauthorized:false,{}}},\
         a=>{{console.log(a.statusCode);a.pipe(process.stdout)}});r.end('{{}}')",
        listener.url,
        identity.unwrap_or_default()
    );
    let mut command = Command::new("node");
    command.arg("-e").arg(script);
    command
}

fn python(listener: &Listener, files: Option<&Files>) -> Command {
    let identity = files.map(|files| {
        format!("c.load_cert_chain({:?},{:?})", text(&files.certificate), text(&files.key))
    });
    let script = format!(
        "import ssl,http.client\nc=ssl._create_unverified_context()\n{}\n\
         h=http.client.HTTPSConnection('127.0.0.1',{},context=c)\n\
         h.request('POST','/','{{}}')\na=h.getresponse()\nprint(a.status,a.read().decode())",
        identity.unwrap_or_default(),
        listener.addr.port()
    );
    let mut command = Command::new("python3");
    command.arg("-c").arg(script);
    command
}

fn java(listener: &Listener, files: Option<&Files>) -> Command {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/Sender.java");
    let mut command = Command::new("java");
    command.arg(program).arg(&listener.url);
    if let Some(files) = files {
        command.arg(&files.certificate).arg(&files.key);
    }
    command
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn said(mut command: Command) -> String {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn start(clients: &Clients, more: &[&str]) -> Listener {
    let args = ["--json", "--at", NOW, "--client-ca", &clients.ca];
    Listener::start(&[&args, more].concat())
}

/// A sender is shown without and with its certificate.
fn is_shown(program: &str, sender: Sender) {
    needs::program(program);
    let clients = Clients::new();
    let path = clients.folder.path().join("deliveries.har.ndjson");
    let listener = start(&clients, &["--capture", text(&path)]);
    for files in [None, Some(&clients.files("good"))] {
        let answer = said(sender(&listener, files));
        assert!(answer.contains("200"), "{answer}");
    }
    let outcome = listener.interrupt();
    assert_eq!(outcome.code, 0, "{outcome:?}");
    let items = items(&outcome.stdout);
    assert_eq!(items.len(), 2);
    assert_eq!(items[0]["facts"]["client"], Value::Null);
    assert_eq!(items[0]["facts"]["client_verdict"], "missing");
    assert_eq!(items[1]["facts"]["client"][0]["subject"], "CN=caller");
    assert_eq!(items[1]["facts"]["client_verdict"], "accepted");
    let captured = captured(&path);
    assert_eq!(captured.len(), 2);
    assert!(captured.iter().all(|one| one.request.body == b"{}" && one.notes.is_empty()));
}

fn curl_is_shown() {
    is_shown("curl", curl);
}

fn openssl_is_shown() {
    is_shown("openssl", openssl);
}

fn node_is_shown() {
    is_shown("node", node);
}

fn python_is_shown() {
    is_shown("python3", python);
}

fn java_is_shown() {
    is_shown("java", java);
}

fn a_certificate_that_fails_its_check_is_shown_captured_and_told_why() {
    needs::program("curl");
    let clients = Clients::new();
    let path = clients.folder.path().join("deliveries.har.ndjson");
    let listener = start(&clients, &["--client-cert", "require", "--capture", text(&path)]);
    for (name, status, reason) in [
        ("good", "200", ""),
        ("expired", "403", "caller expired at 2026-02-01T00:00:00Z"),
        ("wrong", "403", "may not be used for clientAuth"),
        ("stranger", "403", "is neither in the chain nor the only trust anchor"),
        ("", "403", "no client certificate was sent"),
    ] {
        let files = (!name.is_empty()).then(|| clients.files(name));
        let answer = said(curl(&listener, files.as_ref()));
        assert!(answer.ends_with(status) && answer.contains(reason), "{name}: {answer}");
    }
    let outcome = listener.interrupt();
    assert_eq!(outcome.code, 1);
    let items = items(&outcome.stdout);
    let codes: Vec<_> =
        items[1..].iter().map(|item| item["findings"][0]["code"].as_str()).collect();
    let expected = [
        "certificate-expired",
        "purpose-missing",
        "chain-incomplete",
        "client-certificate-missing",
    ];
    assert_eq!(codes, expected.map(Some));
    assert_eq!(items[3]["facts"]["client"][0]["issuer"], "CN=strangers");
    let text = std::fs::read_to_string(&path).unwrap();
    let kept: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(kept.len(), 5, "refused deliveries are kept too");
    assert_eq!(kept[0]["_clientCertificate"]["verified"], true);
    assert_eq!(kept[1]["_clientCertificate"]["verified"], false);
    assert!(kept[1]["_clientCertificate"]["verifyError"].as_str().unwrap().contains("expired"));
    assert_eq!(kept[1]["response"]["status"], 403);
}

fn our_own_identity_is_read_from_any_store() {
    needs::program("curl");
    let folder = tempfile::tempdir().unwrap();
    let pki = Pki::new("servers");
    let server = pki.issue(&Wish::live());
    let (pem, ca) = (folder.path().join("server.pem"), folder.path().join("ca.pem"));
    std::fs::write(&pem, format!("{}{}", server.key_pem, server.certificate_pem)).unwrap();
    std::fs::write(&ca, &pki.ca.certificate_pem).unwrap();
    std::fs::write(folder.path().join("password"), "secret\n").unwrap();
    let password = format!("file:{}", text(&folder.path().join("password")));
    // A note about the newline in the password file may not take the place of the first line.
    let listener =
        Listener::start(&["--cert", text(&pem), "--password", &password, "--count", "1"]);
    let mut command = Command::new("curl");
    command.args(["-s", "-w", "%{http_code}", "--cacert", text(&ca), &listener.url]);
    assert_eq!(said(command), "200");
    let outcome = listener.wait();
    assert!(outcome.stderr.contains("certificate localhost, sha1 "), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("note: one final newline"), "{}", outcome.stderr);
}

fn old_and_new_pins_are_told_apart() {
    needs::program("curl");
    let clients = Clients::new();
    let pem = std::fs::read(clients.files("good").certificate).unwrap();
    let bundle = hookprint::store::open(&pem, &hookprint::store::Passwords::none()).unwrap();
    let sha1 = hookprint::digest::hex(&hookprint::digest::sha1(
        bundle.certificates().next().unwrap().der(),
    ));
    let other = "4C21C5018BA88E42E608EBEA7203C063931A1D01";
    for (pins, status, verdict, code) in [
        ([format!("old={other}"), format!("new={sha1}")], "200", "accepted", None),
        ([format!("old={sha1}"), format!("new={other}")], "200", "accepted", Some("pin-old")),
        ([format!("old={other}"), format!("new={other}")], "403", "refused", Some("pin-mismatch")),
    ] {
        let args = [
            "--json",
            "--at",
            NOW,
            "--enforce",
            "--count",
            "1",
            "--client-pin",
            &pins[0],
            "--client-pin",
            &pins[1],
        ];
        let listener = Listener::start(&args);
        let answer = said(curl(&listener, Some(&clients.files("good"))));
        assert!(answer.ends_with(status), "{answer}");
        let items = items(&listener.wait().stdout);
        assert_eq!(items[0]["facts"]["client_verdict"], verdict);
        assert_eq!(items[0]["findings"][0]["code"].as_str(), code);
        let label = items[0]["facts"]["matched_pin"]["label"].as_str();
        assert_eq!(label.is_some(), verdict == "accepted");
    }
}

fn no_moment_lets_an_expired_caller_in() {
    needs::program("curl");
    let clients = Clients::new();
    for at in [&["--at", "2025-06-01T00:00:00Z"][..], &[]] {
        let admit = ["--client-ca", &clients.ca, "--client-cert", "require", "--json"];
        let listener = Listener::start(&[&admit[..], &["--count", "2"], at].concat());
        let answers =
            ["late", "good"].map(|name| said(curl(&listener, Some(&clients.files(name)))));
        assert!(answers[0].ends_with("403") && answers[1].ends_with("200"), "{answers:?}");
        let outcome = listener.wait();
        assert!(outcome.stdout.contains("caller expired at 2025-08-01"), "{}", outcome.stdout);
    }
}

fn jq_makes_a_har_of_a_capture() {
    needs::program("jq");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deliveries.har.ndjson");
    let listener = Listener::start(&["--plain", "--count", "2", "--capture", text(&path)]);
    for number in 0..2 {
        listener.send(
            format!("POST /{number} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{{}}").as_bytes(),
        );
    }
    assert_eq!(listener.wait().code, 0);
    // The line that the manual gives, then our reader of HAR files of other tools.
    let filter = r#"{log:{version:"1.2",creator:{name:"hookprint",version:"0.1.0"},entries:.}}"#;
    let har = Command::new("jq").args(["-s", filter]).arg(&path).output().unwrap();
    assert!(har.status.success());
    let json: Value = serde_json::from_slice(&har.stdout).unwrap();
    let schema = serde_json::from_str(include_str!("../data/har-1.2.json")).unwrap();
    let valid = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let wrong: Vec<_> = valid.iter_errors(&json).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(!valid.is_valid(&serde_json::json!({"log": {"version": "1.2"}})));
    let read: Vec<_> =
        hookprint::capture::load(&har.stdout[..], &hookprint::capture::Options::default())
            .unwrap()
            .collect();
    assert_eq!(read.len(), 2);
    assert_eq!(read[1].as_ref().unwrap().request.body, b"{}");
}
