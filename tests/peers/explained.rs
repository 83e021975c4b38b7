//! What real programs print when a client certificate is refused, pasted into `explain`: the planted cause
//! is among the first two, whoever says it. Six clients, six servers, every fault an identity can have,
//! TLS 1.2 and 1.3.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::harness::Tool;
use crate::harness::listener::Listener;
use crate::harness::peers::{self, Peer, Start};
use crate::needs;
use crate::refusals::make_identities;

tests!(
    curl,
    openssl,
    python,
    node,
    go,
    java,
    the_log_of_nginx,
    what_programs_say_of_their_own_files
);

/// An identity, `-` without any, and what may be told as its fault.
struct Case(&'static str, &'static [&'static str]);

const CASES: [Case; 13] = [
    Case("good", &[]),
    Case("-", &["none-given", "client-certificate-missing"]),
    Case("unknown-ca", &["issuer-unknown"]),
    Case("self-signed", &["self-signed"]),
    Case("expired", &["expired"]),
    Case("not-yet-valid", &["not-yet-valid"]),
    Case("wrong-purpose", &["purpose-missing"]),
    Case("no-intermediate", &["intermediate-missing"]),
    Case("wrong-key", &["wrong-key"]),
    Case("no-signing", &["identity-unfit"]),
    Case("path-too-long", &["identity-unfit"]),
    Case("cousin", &["issuer-unknown", "intermediate-missing"]),
    Case("twin", &["same-name", "issuer-unknown"]),
];

/// Clients that send no certificate whose issuer the server does not list: that is what is to be told.
const DROPPING: [&str; 2] = ["go", "java"];
const UNLISTED: [&str; 4] = ["unknown-ca", "self-signed", "no-intermediate", "cousin"];

/// Of a hundred, so many must be right.
const RIGHT: usize = 95;

/// Runs a client once for each case against a port, in the folder of the identities.
type Client = fn(&Path, u16, &[(&str, &str)]) -> Vec<String>;

fn curl() {
    each_server("curl", |folder, port, cases| {
        let one = |(identity, tls): &(&str, &str)| {
            let (version, most) = (format!("--tlsv{tls}"), ["--tls-max", tls]);
            let url = format!("https://localhost:{port}/");
            let mut curl = within("curl", folder);
            curl.args(["-v", "--cacert", "ca.pem", "--max-time", "10", &url, &version]).args(most);
            if *identity != "-" {
                curl.args(["--cert", &format!("{identity}.pem")]);
            }
            said(curl, "")
        };
        cases.iter().map(one).collect()
    });
}

fn openssl() {
    each_server("openssl", |folder, port, cases| {
        let one = |(identity, tls): &(&str, &str)| {
            let mut client = within("openssl", folder);
            client.args(["s_client", "-CAfile", "ca.pem", "-ign_eof", "-servername", "localhost"]);
            client.args([
                "-connect",
                &format!("localhost:{port}"),
                &format!("-tls{}", tls.replace('.', "_")),
            ]);
            if *identity != "-" {
                let file = format!("{identity}.pem");
                client.args(["-cert", &file, "-key", &file, "-cert_chain", &file]);
            }
            said(client, "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
        };
        cases.iter().map(one).collect()
    });
}

fn python() {
    each_server("python3", |folder, port, cases| {
        let mut client = within("python3", folder);
        client.arg(source("client.py")).arg(port.to_string());
        batch(client, cases)
    });
}

fn node() {
    each_server("node", |folder, port, cases| {
        let mut client = within("node", folder);
        client.arg(source("client.mjs")).arg(port.to_string());
        batch(client, cases)
    });
}

fn go() {
    each_server("go", |folder, port, cases| {
        let program = folder.join("client");
        if !program.exists() {
            let mut build = within("go", folder);
            build
                .args(["build", "-o", "client"])
                .arg(source("client.go"))
                .env("GOFLAGS", "-mod=mod");
            let told = said(build, "");
            assert!(program.exists(), "{told}");
        }
        let mut client = within("./client", folder);
        client.arg(port.to_string());
        batch(client, cases)
    });
}

fn java() {
    each_server("java", |folder, port, cases| {
        let mut client = within("java", folder);
        client
            .args(["-XX:TieredStopAtLevel=1", "-Xshare:auto"])
            .arg(source("Client.java"))
            .arg(port.to_string());
        batch(client, cases)
    });
}

/// What nginx writes into its log of callers that curl makes.
fn the_log_of_nginx() {
    needs::programs(&["nginx", "curl", "timeout"]);
    let folder = tempfile::tempdir().unwrap();
    make_identities(folder.path());
    let peer = peers::nginx(folder.path());
    let mut score = Score::default();
    for Case(identity, causes) in CASES {
        for tls in ["1.2", "1.3"] {
            let log = folder.path().join("nginx.log");
            let before = fs::read_to_string(&log).unwrap_or_default().len();
            let mut curl = within("curl", folder.path());
            let (version, url) =
                (format!("--tlsv{tls}"), format!("https://localhost:{}/", peer.port));
            curl.args([
                "-s",
                "--cacert",
                "ca.pem",
                "--max-time",
                "10",
                "--tls-max",
                tls,
                &version,
                &url,
            ]);
            if identity != "-" {
                curl.args(["--cert", &format!("{identity}.pem")]);
            }
            let answer = said(curl, "");
            let told = fs::read_to_string(&log).unwrap()[before..].to_owned();
            // What curl refuses itself, nginx never sees.
            if !told.contains("SSL certificate") && identity != "good" {
                assert!(identity == "wrong-key" || answer == "ok", "{identity} {answer} {told}");
                continue;
            }
            score.count("nginx's log", identity, tls, causes, &told, folder.path());
        }
    }
    score.assert();
}

/// Local faults: password, format, key, trust.
fn what_programs_say_of_their_own_files() {
    needs::programs(&["openssl", "curl", "keytool", "timeout"]);
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    make_identities(here);
    let run = |words: &str| {
        let mut all = words.split(' ');
        let mut command = within(all.next().unwrap(), here);
        command.args(all);
        said(command, "")
    };
    let export = "openssl pkcs12 -export -in good.pem -out good.p12 -passout pass:right";
    assert_eq!(run(export), "");
    run(&format!("{} -legacy", export.replace("good.p12", "old.p12")));
    let peer = peers::openssl(here);
    let at = format!("https://localhost:{}/", peer.port);
    for (words, expected) in [
        ("openssl pkcs12 -in good.p12 -passin pass:wrong", &["password-wrong"][..]),
        ("curl -v --cert-type P12 --cert good.p12:wrong AT", &["password-wrong"]),
        ("curl -v --cert good.p12 AT", &["unrecognised"]),
        ("openssl x509 -in server.key", &["unrecognised"]),
        ("openssl pkcs12 -in old.p12 -passin pass:right", &["protection-weak"]),
        ("keytool -list -keystore good.p12 -storepass wrong1", &["password-wrong"]),
        ("keytool -list -storetype JKS -keystore good.pem -storepass wrong1", &["unrecognised"]),
        ("curl -v https://localhost:1/", &["refused"]),
        ("curl -v https://none.invalid/", &["dns"]),
        ("curl -v --cacert none.pem AT", &["not-found"]),
        ("openssl verify -CAfile ca.pem no-intermediate.pem", &["chain-incomplete"]),
        ("openssl verify -CAfile ca.pem self-signed.pem", &["self-signed"]),
        (
            "openssl verify -CAfile ca.pem -untrusted expired.pem expired.pem",
            &["certificate-expired"],
        ),
        (
            "openssl verify -CAfile ca.pem -purpose sslclient -untrusted wrong-purpose.pem wrong-purpose.pem",
            &["purpose-missing"],
        ),
    ] {
        let told = run(&words.replace("AT", &at));
        let items = explained(&told, None);
        let causes = first_two(&items);
        assert!(
            causes.iter().any(|cause| expected.contains(&cause.as_str())),
            "{words}: {causes:?}\n{told}"
        );
    }
}

/// A client against every server that is here.
fn each_server(client: &str, run: Client) {
    needs::programs(&[client, "timeout"]);
    let folder = tempfile::tempdir().unwrap();
    make_identities(folder.path());
    let cases: Vec<(&str, &str)> =
        CASES.iter().flat_map(|case| [(case.0, "1.2"), (case.0, "1.3")]).collect();
    let mut score = Score::default();
    let mut against = |server: &str, port: u16| {
        let told = run(folder.path(), port, &cases);
        assert_eq!(told.len(), cases.len(), "{client} against {server}: {told:?}");
        for ((identity, tls), told) in cases.iter().zip(told) {
            let Case(_, causes) = CASES.iter().find(|case| case.0 == *identity).unwrap();
            let is_dropped = DROPPING.contains(&client) && UNLISTED.contains(identity);
            let causes =
                if is_dropped { [causes, &["dropped"][..]].concat() } else { causes.to_vec() };
            score.count(
                &format!("{client} at {server}"),
                identity,
                tls,
                &causes,
                &told,
                folder.path(),
            );
        }
    };
    let own = "--cert server.pem --key server.key --client-ca ca.pem --client-cert require";
    let listen = Tool::new(["listen", "--addr", ":0"]).args(own.split(' ')).dir(folder.path());
    let listener = Listener::with(listen);
    against("listen", listener.addr.port());
    let servers: [(&str, Start); 5] = [
        ("openssl", peers::openssl),
        ("nginx", peers::nginx),
        ("node", peers::node),
        ("python3", peers::python),
        ("java", peers::java),
    ];
    for (program, start) in servers {
        // It serves one after the other, and Java's client keeps its connection.
        let is_blocked = (client, program) == ("java", "openssl");
        if needs::is_on_path(program) && !is_blocked {
            let peer: Peer = start(folder.path());
            against(peer.name, peer.port);
        }
    }
    score.assert();
}

/// How many were right, and what was said of the others.
#[derive(Default)]
struct Score {
    all: usize,
    wrong: Vec<String>,
}

impl Score {
    fn count(
        &mut self,
        who: &str,
        identity: &str,
        tls: &str,
        causes: &[&str],
        told: &str,
        folder: &Path,
    ) {
        let is_accepted = told.lines().any(|line| {
            let line = line.trim_start_matches("< ").trim_start();
            line.starts_with("200 ")
                || line.starts_with("HTTP/1.1 200")
                || line.starts_with("HTTP/1.0 200")
        });
        // A server that lets it in has nothing to say about it; then nothing is to be explained.
        let causes = if is_accepted { &[] } else { causes };
        let file = folder.join(format!("{identity}.pem"));
        let items = explained(told, (identity != "-").then_some(file.as_path()));
        let found = first_two(&items);
        self.all += 1;
        let is_right = match causes {
            [] => found.is_empty(),
            causes => found.iter().any(|cause| causes.contains(&cause.as_str())),
        };
        if !is_right {
            self.wrong.push(format!(
                "## {who}, {identity}, TLS {tls}: {found:?} instead of {causes:?}\n{told}"
            ));
        }
    }

    fn assert(&self) {
        let right = self.all - self.wrong.len();
        let wrong = self.wrong.join("\n");
        eprintln!("{right} of {} right", self.all);
        assert!(
            self.all > 20 && right * 100 >= self.all * RIGHT,
            "{right} of {} right\n{wrong}",
            self.all
        );
    }
}

/// What `explain` makes of a text.
fn explained(text: &str, own: Option<&Path>) -> Vec<Value> {
    let tool = Tool::new(["explain", "--json"]).stdin(text);
    let tool = match own {
        Some(file) => tool.args([Path::new("--cert"), file]),
        None => tool,
    };
    tool.run().json()["items"].as_array().unwrap().clone()
}

/// The first two causes of everything that was recognised.
fn first_two(items: &[Value]) -> Vec<String> {
    let causes = items.iter().filter_map(|item| item["facts"]["causes"].as_array()).flatten();
    causes.take(2).map(|cause| cause["id"].as_str().unwrap().to_owned()).collect()
}

/// The source of a client.
fn source(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/clients").join(name)
}

/// A program that ends within two minutes, in a folder.
fn within(program: &str, folder: &Path) -> Command {
    let mut command = Command::new("timeout");
    command.args(["120", program]).current_dir(folder);
    command
}

/// Everything that a command says.
fn said(mut command: Command, input: &str) -> String {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // Who refuses to begin does not read.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stderr),
        String::from_utf8_lossy(&output.stdout)
    )
}

/// What a client says of each case, which it reads a line each.
fn batch(command: Command, cases: &[(&str, &str)]) -> Vec<String> {
    let lines: String = cases.iter().map(|(identity, tls)| format!("{identity} {tls}\n")).collect();
    let told = said(command, &lines);
    told.split("=== case\n").skip(1).map(str::to_owned).collect()
}
