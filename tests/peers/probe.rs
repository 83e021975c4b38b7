//! Whether a client certificate is enforced, told right of real servers: each in its modes, in TLS 1.2 and
//! 1.3, next door and far away, and never otherwise than `replay` and `thumbprint` tell it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::harness::listener::Listener;
use crate::harness::peers::{self, Peer, free_port, listening};
use crate::harness::receiver::{Receiver, answer};
use crate::harness::{Tool, relay};
use crate::needs;

tests!(
    apache,
    go,
    haproxy,
    java,
    java_25,
    listen,
    nginx,
    node,
    openssl,
    python,
    resumed_sessions,
    stunnel,
);

/// What each server is to do.
const TABLE: &str = include_str!("probe.txt");

/// The identities of the table, in its order.
const IDENTITIES: [&str; 7] =
    ["none", "stranger", "same-subject", "same-issuer", "good", "expired", "serverauth"];

/// How far away servers are.
const DELAYS: [u64; 3] = [0, 80, 400];

/// A folder with the files of an authority, a server and a caller.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    Tool::new(["mint", "pki"]).dir(folder.path()).run().code(0);
    for entry in fs::read_dir(folder.path().join("pki")).unwrap() {
        let path = entry.unwrap().path();
        fs::rename(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    fs::write(folder.path().join("empty"), "").unwrap();
    // Apache and HAProxy may serve as another user.
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    folder
}

/// A server in one mode: its row in the table, the path to ask for, and how to start it.
type Mode = (&'static str, &'static str, fn(&Path) -> Peer);

fn assert_modes(modes: &[Mode]) {
    let wrong: Vec<String> = thread::scope(|scope| {
        let judged: Vec<_> = modes
            .iter()
            .map(|(row, path, start)| {
                scope.spawn(move || {
                    let folder = folder();
                    let peer = start(folder.path());
                    judge(row, path, peer.port, folder.path())
                })
            })
            .collect();
        judged.into_iter().flat_map(|judged| judged.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// What is wrong with what is told of a server.
fn judge(row: &str, path: &str, port: u16, folder: &Path) -> Vec<String> {
    let mut wrong = Vec::new();
    for delay in DELAYS {
        let far = relay::start(port, Duration::from_millis(delay));
        let to = format!("https://localhost:{}{path}", far.target().rsplit(':').next().unwrap());
        let report = probe(&to, folder);
        let columns: Vec<&Value> = report["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|item| item["facts"]["rows"].is_array())
            .collect();
        if columns.len() != 2 {
            wrong.push(format!("{row}, {delay} ms: not two versions: {report:#}"));
            continue;
        }
        for column in columns {
            let told = line(&column["facts"]);
            let wanted = wanted(row);
            let fits = |(told, wanted): (&str, &str)| wanted == "-" || told == wanted;
            if !told.split(' ').zip(wanted.split(' ')).all(fits) {
                let version = &column["facts"]["protocol"];
                wrong.push(format!(
                    "{row}, {version}, {delay} ms:\n  told   {told}\n  wanted {wanted}\n{column:#}"
                ));
            }
            if delay == 0 {
                wrong.extend(disagreements(row, &to, &column["facts"], folder));
            }
        }
    }
    wrong
}

/// The row of the table for a server: verdict and outcomes.
fn wanted(row: &str) -> String {
    let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
    let mut found = rows.filter_map(|line| line.strip_prefix(row)?.strip_prefix(' '));
    let line = found.next().unwrap_or_else(|| panic!("{row} has no row in probe.txt"));
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same of what was told.
fn line(facts: &Value) -> String {
    let word = |identity: &&str| {
        match outcome(facts, identity) {
            "accepted" => "in",
            "refused" => "out",
            _ => "?",
        }
        .to_owned()
    };
    let verdict = facts["verdict"].as_str().unwrap().to_owned();
    [verdict].into_iter().chain(IDENTITIES.iter().map(word)).collect::<Vec<_>>().join(" ")
}

fn outcome<'a>(facts: &'a Value, identity: &str) -> &'a str {
    let rows = facts["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["identity"] == *identity);
    row.unwrap_or_else(|| panic!("no row {identity}: {facts:#}"))["outcome"].as_str().unwrap()
}

/// Every identity in both versions. Silence would be waited for longer than the test may take.
fn probe(to: &str, folder: &Path) -> Value {
    let mut tool = Tool::new(["probe", to, "--json", "--ca", "ca.pem", "--test-ca", "ca.key"])
        .args(["--accept", "good=client.pem", "--patience", "10m", "--timeout", "100s"])
        .args(["--rate", "1000/s", "--jobs", "14"]);
    for identity in IDENTITIES.iter().filter(|identity| **identity != "good") {
        tool = tool.args(["--reject", identity]);
    }
    tool.dir(folder).deadline(Duration::from_secs(110)).run().json()
}

/// Where `replay` or `thumbprint` say of the same server what `probe` does not.
fn disagreements(row: &str, to: &str, facts: &Value, folder: &Path) -> Vec<String> {
    let version = facts["protocol"].as_str().unwrap().trim_start_matches("TLSv");
    let mut wrong = Vec::new();
    for (identity, file) in [("none", None), ("good", Some("client.pem"))] {
        let told = outcome(facts, identity);
        let own = file.map(|file| vec!["--cert", file]).unwrap_or_default();
        let replayed = Tool::new(["replay", "--json", "--method", "GET", "--payload", "empty"])
            .args(["--to", to, "--ca", "ca.pem", "--tls", version])
            .args(&own)
            .dir(folder)
            .run();
        let item = replayed.json()["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|item| item["facts"]["method"] == "GET")
            .cloned()
            .unwrap();
        let word = item["facts"]["client_certificate"].as_str().unwrap_or("-");
        let agrees = match told {
            "refused" => word == "refused",
            "accepted" => ["accepted", "not-offered", "not-requested"].contains(&word),
            _ => word == "requested-late",
        };
        if !agrees {
            wrong.push(format!("{row}, {version}, {identity}: {told}, but replay says {word}"));
        }
    }
    let seen = Tool::new(["thumbprint", "--json", "--ca", "ca.pem", "--cert", "client.pem"])
        .arg_of(to)
        .dir(folder)
        .run();
    let word = seen.item()["facts"]["client_certificate"].as_str().unwrap_or("-").to_owned();
    let agrees = match outcome(facts, "good") {
        "refused" => word != "accepted",
        "accepted" => word != "refused",
        _ => word == "not-requested",
    };
    if !agrees {
        wrong.push(format!("{row}, {version}: {facts:#}, but thumbprint says {word}"));
    }
    wrong
}

trait Target {
    /// With the host and port of a URL.
    fn arg_of(self, url: &str) -> Self;
}

impl Target for Tool {
    fn arg_of(self, url: &str) -> Self {
        let host = url.trim_start_matches("https://").split('/').next().unwrap();
        self.args([host])
    }
}

fn nginx() {
    needs::program("nginx");
    assert_modes(&[
        ("nginx-on", "/", peers::nginx),
        ("nginx-optional", "/", |folder| peers::nginx_with(folder, "optional")),
        ("nginx-optional_no_ca", "/", |folder| peers::nginx_with(folder, "optional_no_ca")),
        ("nginx-off", "/", |folder| peers::nginx_with(folder, "off")),
    ]);
}

fn apache() {
    needs::program("apache2");
    assert_modes(&[
        ("apache-require", "/page", |folder| peers::apache_with(folder, "require")),
        ("apache-optional_no_ca", "/page", |folder| peers::apache_with(folder, "optional_no_ca")),
        ("apache-location", "/late/page", peers::apache),
    ]);
}

fn openssl() {
    needs::program("openssl");
    assert_modes(&[
        ("openssl-verify", "/", |folder| peers::openssl_with(folder, "-verify 5")),
        ("openssl-Verify", "/", |folder| peers::openssl_with(folder, "-Verify 5")),
        ("openssl-strict", "/", peers::openssl),
    ]);
}

fn node() {
    needs::program("node");
    assert_modes(&[
        ("node-true", "/", peers::node),
        ("node-false", "/", |folder| peers::node_with(folder, "rejectUnauthorized: false")),
    ]);
}

fn python() {
    needs::program("python3");
    assert_modes(&[
        ("python-required", "/", peers::python),
        ("python-optional", "/", |folder| peers::python_with(folder, "CERT_OPTIONAL")),
    ]);
}

fn java() {
    needs::program("java");
    assert_modes(&[
        ("java-need", "/", peers::java),
        ("java-want", "/", |folder| peers::java_with(folder, "java", "setWantClientAuth")),
    ]);
}

/// Where Debian and others put it; no package of Debian 12 has it.
const JAVA_25: &str = "/usr/lib/jvm/temurin-25-jdk-amd64/bin/java";

fn java_25() {
    if !Path::new(JAVA_25).exists() {
        needs::ignore("there is no JDK 25 below /usr/lib/jvm");
    }
    assert_modes(&[
        ("java-need", "/", |folder| peers::java_with(folder, JAVA_25, "setNeedClientAuth")),
        ("java-want", "/", |folder| peers::java_with(folder, JAVA_25, "setWantClientAuth")),
    ]);
}

fn haproxy() {
    needs::program("haproxy");
    fn start(folder: &Path, verifying: &str) -> Peer {
        let port = free_port();
        let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
        fs::write(folder.join("both.pem"), read("server.pem") + &read("server.key")).unwrap();
        let configuration = format!(
            "defaults\n  mode http\n  timeout client 60s\n  timeout connect 5s\n  timeout server 60s\n\
             frontend hooks\n  bind 127.0.0.1:{port} ssl crt both.pem ca-file ca.pem verify {verifying} \
             ssl-min-ver TLSv1.2\n  http-request return status 200 content-type text/plain string ok\n"
        );
        fs::write(folder.join("haproxy.cfg"), configuration).unwrap();
        let mut command = Command::new("haproxy");
        command.args(["-db", "-f", "haproxy.cfg"]).stdout(Stdio::null()).stderr(Stdio::null());
        listening("haproxy", command, folder, port)
    }
    assert_modes(&[
        ("haproxy-required", "/", |folder| start(folder, "required")),
        ("haproxy-optional", "/", |folder| start(folder, "optional")),
    ]);
}

fn stunnel() {
    needs::program("stunnel");
    let folder = folder();
    let behind = Receiver::start(|_, stream| {
        let _ = std::io::Write::write_all(stream, &answer("200 OK"));
    });
    let (port, backend) = (free_port(), behind.address);
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    // It takes just the callers whose certificates it has.
    fs::write(folder.path().join("callers.pem"), read("ca.pem") + &read("client.pem")).unwrap();
    let configuration = format!(
        "foreground = yes\npid =\nsyslog = no\n[hooks]\naccept = 127.0.0.1:{port}\nconnect = {backend}\n\
         cert = server.pem\nkey = server.key\nCAfile = callers.pem\nverifyPeer = yes\nrequireCert = yes\n"
    );
    fs::write(folder.path().join("stunnel.conf"), configuration).unwrap();
    let mut command = Command::new("stunnel");
    command.arg("stunnel.conf").stdout(Stdio::null()).stderr(Stdio::null());
    let peer = listening("stunnel", command, folder.path(), port);
    let wrong = judge("stunnel-verifypeer", "/", peer.port, folder.path());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn go() {
    needs::program("go");
    const SOURCE: &str = r#"package main
import ("crypto/tls"; "crypto/x509"; "fmt"; "io"; "log"; "net"; "net/http"; "os")
func main() {
	pem, _ := os.ReadFile("ca.pem")
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	modes := map[string]tls.ClientAuthType{"verify": tls.RequireAndVerifyClientCert,
		"any": tls.RequireAnyClientCert, "given": tls.VerifyClientCertIfGiven}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil { panic(err) }
	fmt.Printf("port :%d\n", listener.Addr().(*net.TCPAddr).Port)
	server := &http.Server{ErrorLog: log.New(io.Discard, "", 0),
		TLSConfig: &tls.Config{ClientCAs: pool, ClientAuth: modes[os.Args[1]]},
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("ok")) })}
	server.ServeTLS(listener, "server.pem", "server.key")
}
"#;
    fn start(folder: &Path, mode: &str) -> Peer {
        fs::write(folder.join("peer.go"), SOURCE).unwrap();
        let mut build = Command::new("go");
        build.args(["build", "-o", "peer", "peer.go"]).current_dir(folder);
        build.env("GO111MODULE", "off").env("GOCACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/go"));
        assert!(build.status().unwrap().success());
        let mut command = Command::new(folder.join("peer"));
        command.arg(mode);
        peers::announced("go", command, folder)
    }
    assert_modes(&[
        ("go-require-and-verify", "/", |folder| start(folder, "verify")),
        ("go-require-any", "/", |folder| start(folder, "any")),
        ("go-verify-if-given", "/", |folder| start(folder, "given")),
    ]);
}

fn listen() {
    let folder = folder();
    let own = "--cert server.pem --key server.key --client-ca ca.pem --client-cert require";
    let tool = Tool::new(["listen", "--addr", ":0"]).args(own.split(' ')).dir(folder.path());
    let listener = Listener::with(tool);
    let wrong = judge("listen-require", "/", listener.addr.port(), folder.path());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// A session carries the identity that it was made with: nginx and Node resume it, in both versions with
/// tickets, and let in whom they let in before, and nobody else.
fn resumed_sessions() {
    needs::programs(&["nginx", "node"]);
    let starts: [fn(&Path) -> Peer; 2] = [peers::nginx, peers::node];
    for start in starts {
        let folder = folder();
        let peer = start(folder.path());
        let to = format!("https://localhost:{}/", peer.port);
        let report = Tool::new(["probe", &to, "--json", "--resume", "--rate", "1000/s"])
            .args(["--ca", "ca.pem", "--accept", "good=client.pem"])
            .dir(folder.path())
            .run()
            .code(0)
            .json();
        let rows: Vec<&Value> = report["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|item| item["facts"]["rows"].as_array())
            .flatten()
            .filter(|row| row["door"].is_string())
            .collect();
        let of = |identity: &str| rows.iter().filter(|row| row["identity"] == identity).count();
        assert_eq!(of("good"), 4, "{}: {report:#}", peer.name);
        for row in rows {
            let wanted = if row["identity"] == "good" { "accepted" } else { "refused" };
            assert_eq!(row["outcome"], wanted, "{}: {row:#}", peer.name);
            assert_eq!(row["resumed"], true, "{}: {row:#}", peer.name);
        }
    }
}
