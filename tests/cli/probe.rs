//! `probe`: who gets in where, told right whatever the server does, and nothing of ours shown to whom we do
//! not trust.

mod safety;
mod waiting;

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;

use crate::harness::listener::Listener;
use crate::harness::peer::drain;
use crate::harness::{Outcome, Peer, Tool, relay};

/// A folder with everything that `mint` makes, and the like of another authority below `other`.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["pki", "other"] {
        Tool::new(["mint", name]).dir(folder.path()).run().code(0);
    }
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    fs::write(folder.path().join("both.pem"), read("pki/ca.pem") + &read("other/ca.pem")).unwrap();
    folder
}

/// A receiver that demands a certificate, at this address.
fn receiver(folder: &Path, addr: &str, client_ca: &str) -> Listener {
    receiver_with(folder, addr, client_ca, &[])
}

fn receiver_with(folder: &Path, addr: &str, client_ca: &str, more: &[&str]) -> Listener {
    let own = ["--cert", "pki/server.pem", "--key", "pki/server.key", "--client-cert", "require"];
    let tool = Tool::new(["listen", "--addr", addr, "--client-ca", client_ca]).args(own);
    Listener::with(tool.args(more).dir(folder))
}

fn tool(folder: &Path, port: u16, options: &str) -> Tool {
    let rate: &[&str] = if options.contains("--rate") { &[] } else { &["--rate", "1000/s"] };
    Tool::new(["probe", &format!("https://localhost:{port}/bot")])
        .args(rate)
        .args(options.split_whitespace())
        .env("P", "hookprint")
        .dir(folder)
}

/// What became of each identity in each column, as one line a column.
fn told(outcome: &Outcome) -> Vec<String> {
    let report = outcome.json();
    let columns = report["items"].as_array().unwrap().iter();
    let columns = columns.filter(|item| item["facts"]["rows"].is_array());
    columns
        .map(|item| {
            let facts = &item["facts"];
            let rows = facts["rows"].as_array().unwrap().iter();
            let rows = rows.map(|row| {
                let door = row["door"].as_str().map(|door| format!(" by {door}"));
                let text = |key: &str| row[key].as_str().unwrap_or("-").to_owned();
                let status = row["status"].as_u64().map_or("-".to_owned(), |one| one.to_string());
                format!(
                    "{}{} {} {} {status}",
                    text("identity"),
                    door.unwrap_or_default(),
                    text("outcome"),
                    text("by")
                )
            });
            let verdict = facts["verdict"].as_str().unwrap().to_owned();
            [verdict].into_iter().chain(rows).collect::<Vec<_>>().join("; ")
        })
        .collect()
}

/// The codes of all findings, and those of failures.
fn codes(report: &Value) -> Vec<String> {
    let items = report["items"].as_array().unwrap().iter();
    let mut codes: Vec<String> = items
        .flat_map(|item| {
            let findings = item["findings"].as_array().unwrap().iter();
            let failure = item["failure"]["code"].as_str().map(str::to_owned);
            let codes = findings.map(|one| one["code"].as_str().unwrap().to_owned());
            codes.chain(failure).collect::<Vec<_>>()
        })
        .collect();
    codes.sort();
    codes.dedup();
    codes
}

/// A server over TLS that asks for no certificate and answers every request with this.
fn answering(folder: &Path, answer: &'static str) -> Peer {
    let read = |name: &str| fs::read(folder.join("pki").join(name)).unwrap();
    let (certificate, key) = (read("server.pem"), read("server.key"));
    use rustls::pki_types::pem::PemObject;
    let certificate = rustls::pki_types::CertificateDer::from_pem_slice(&certificate).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::from_pem_slice(&key).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let config = Arc::new(config);
    Peer::start(move |stream| answer_once(stream, config.clone(), answer))
}

fn answer_once(stream: TcpStream, config: Arc<ServerConfig>, answer: &str) {
    let mut stream = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
    let mut heard = [0; 4096];
    if matches!(stream.read(&mut heard), Ok(count) if count > 0) {
        let _ = stream.write_all(answer.as_bytes());
        stream.conn.send_close_notify();
        let _ = stream.flush();
    }
}

fn port(peer: &Peer) -> u16 {
    peer.target().rsplit(':').next().unwrap().parse().unwrap()
}

#[test]
fn a_receiver_that_demands_one_is_told_so_for_every_identity() {
    let folder = folder();
    let receiver = receiver(folder.path(), ":0", "pki/ca.pem");
    let options = "--json --ca pki/ca.pem --accept pki/client.pem --reject none --reject stranger \
                   --reject same-subject --reject same-issuer --test-ca pki/ca.key --reject expired \
                   --reject not-yet --reject serverauth --reject x=other/client.pem";
    let outcome = tool(folder.path(), receiver.addr.port(), options).run().code(0);
    let refused = [
        "none",
        "stranger",
        "same-subject",
        "same-issuer",
        "expired",
        "not-yet",
        "serverauth",
        "x",
    ]
    .map(|name| format!("{name} refused terminator 403"))
    .join("; ");
    let line = format!("required; pki/client.pem accepted - 200; {refused}");
    assert_eq!(told(&outcome), [line.clone(), line]);
    let report = outcome.json();
    let items = report["items"].as_array().unwrap();
    let (column, last) = (&items[0], &items[2]);
    assert!(column["subject"].as_str().unwrap().ends_with("/bot [127.0.0.1] TLSv1.2"), "{column}");
    assert_eq!(column["facts"]["asked"], "handshake");
    assert_eq!(column["facts"]["control_status"], 200);
    assert_eq!(column["facts"]["accepted_issuers"][0], "CN=localhost test CA");
    assert_eq!(last["facts"]["passed"], true);
    assert_eq!((&last["facts"]["columns"], &last["facts"]["rounds"]), (&2.into(), &1.into()));
    let row = &column["facts"]["rows"][2];
    let keys =
        [("kind", "made"), ("expected", "reject"), ("outcome", "refused"), ("when", "answer")];
    keys.iter().for_each(|(key, value)| assert_eq!(row[key], *value, "{row}"));
    assert_eq!((&row["sent"], &row["resumed"]), (&true.into(), &false.into()));
    assert_eq!(row["sha256"].as_str().unwrap().len(), 64);
}

#[test]
fn without_a_name_nobody_and_a_stranger_are_tried() {
    let folder = folder();
    let receiver = receiver(folder.path(), ":0", "pki/ca.pem");
    let options = "--json --ca pki/ca.pem --tls 1.3";
    let outcome = tool(folder.path(), receiver.addr.port(), options).run().code(0);
    let line = "required; none refused terminator 403; stranger refused terminator 403";
    assert_eq!(told(&outcome), [line]);
}

#[test]
fn one_address_that_does_not_know_the_new_one_is_a_gap() {
    let folder = folder();
    let there = receiver(folder.path(), "127.0.0.1:0", "both.pem");
    let port = there.addr.port();
    let _old = receiver(folder.path(), &format!("127.0.0.2:{port}"), "pki/ca.pem");
    let options = format!(
        "--ca pki/ca.pem --accept old=pki/client.p12 --accept new=other/client.p12 --password env:P \
         --resolve localhost:{port}:127.0.0.1 --resolve localhost:{port}:127.0.0.2"
    );
    let json = tool(folder.path(), port, &format!("{options} --json")).run().code(1);
    let lines = told(&json);
    assert_eq!(lines.len(), 4);
    let known = "required; old accepted - 200; new accepted - 200; none refused terminator 403";
    let gap =
        "required; old accepted - 200; new refused terminator 403; none refused terminator 403";
    assert_eq!((&*lines[0], &*lines[1], &*lines[2], &*lines[3]), (known, known, gap, gap));
    assert_eq!(codes(&json.json()), ["client-certificate-refused", "rotation-gap"]);
    let people = tool(folder.path(), port, &options).run().code(1).stdout;
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let head = format!(
        "FAIL https://localhost:{port}/bot: at 1 of 2 addresses not all certificates of the \
         rotation are accepted"
    );
    assert!(words(&people).starts_with(&words(&head)), "{people}");
    for row in [
        "                         old        new        none",
        "      127.0.0.1 TLS 1.2  in  200    in  200    out 403      required",
        "      127.0.0.2 TLS 1.3  in  200    OUT 403    out 403      required",
    ] {
        assert!(people.lines().any(|line| line == row), "{row}\n{people}");
    }
    assert!(
        people.contains("rotation-gap: 127.0.0.2 TLS 1.2 refuses `new`: 403 and lets `old` in")
    );
}

#[test]
fn who_asks_nobody_lets_everybody_in() {
    let folder = folder();
    let server = answering(folder.path(), "HTTP/1.1 405 No\r\nContent-Length: 0\r\n\r\n");
    let options = "--json --ca pki/ca.pem --accept good=pki/client.pem";
    let outcome = tool(folder.path(), port(&server), options).run().code(1);
    let line = "not-requested; good accepted - 405; none accepted - 405";
    assert_eq!(told(&outcome), [line, line]);
    assert_eq!(codes(&outcome.json()), ["client-certificate-not-enforced"]);
    let meant = tool(folder.path(), port(&server), &format!("{options} --expect not-requested"));
    meant.run().code(0);
    let other = tool(folder.path(), port(&server), &format!("{options} --expect optional")).run();
    assert_eq!(
        codes(&other.code(1).json()),
        ["client-certificate-not-enforced", "enforcement-differs"]
    );
}

#[test]
fn what_cannot_be_told_is_not_told() {
    let folder = folder();
    for (answer, code) in [
        ("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", "unclear"),
        ("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", "unclear"),
        ("no HTTP at all\r\n\r\n", "not-http"),
    ] {
        let server = answering(folder.path(), answer);
        let options = "--json --ca pki/ca.pem --tls 1.3 --expect not-requested";
        let outcome = tool(folder.path(), port(&server), options).run().code(3);
        let report = outcome.json();
        assert!(told(&outcome)[0].starts_with("unclear; none unclear - "), "{report:#}");
        let failure = &report["items"][0]["failure"]["code"];
        assert!(code == "not-http" || failure == code, "{report:#}");
        assert_eq!(report["items"][1]["facts"]["passed"], false);
    }
    let outcome = tool(folder.path(), 1, "--json --ca pki/ca.pem").run().code(3);
    assert_eq!(outcome.item()["failure"]["code"], "refused", "{}", outcome.stdout);
}

#[test]
fn a_version_that_is_not_spoken_is_no_finding() {
    let folder = folder();
    let receiver = receiver(folder.path(), ":0", "pki/ca.pem");
    let port = receiver.addr.port();
    // Whoever says TLS 1.2 only is turned away before anything is said.
    let gate = Peer::start(move |mut stream| {
        let mut hello = [0; 4096];
        stream.peek(&mut hello).unwrap();
        // The extension supported_versions (43), with a list of 2 or 4 bytes; it may be the last one.
        let is_13 = |at: &[u8]| at[..3] == [0, 43, 0] && at[5..].chunks(2).any(|one| one == [3, 4]);
        let offers_13 = hello.windows(9).any(is_13);
        if !offers_13 {
            // Bytes that stay unread make closing a reset, which may overtake the alert.
            let _ = stream.read(&mut hello);
            let _ = stream.write_all(&[0x15, 3, 3, 0, 2, 2, 70]);
            return drain(stream);
        }
        let far = TcpStream::connect(("127.0.0.1", port)).unwrap();
        relay::between(stream, far, Duration::ZERO);
    });
    let options = "--json --ca pki/ca.pem --accept good=pki/client.pem";
    let outcome = tool(folder.path(), self::port(&gate), options).run().code(0);
    let required = "required; good accepted - 200; none refused terminator 403";
    assert_eq!(told(&outcome), ["not-offered", required]);
    assert!(!outcome.stdout.contains("-0.0"), "{}", outcome.stdout);
    // Where nothing else is spoken there is nothing to tell.
    let outcome = tool(folder.path(), self::port(&gate), &format!("{options} --tls 1.2")).run();
    assert_eq!(outcome.code(3).item()["failure"]["code"], "tls-alert");
}

#[test]
fn clocks_that_differ_are_said() {
    let folder = folder();
    let server = answering(
        folder.path(),
        "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nContent-Length: 0\r\n\r\n",
    );
    let options = "--json --ca pki/ca.pem --tls 1.3 --expect not-requested";
    let outcome = tool(folder.path(), port(&server), options).run().code(0);
    let item = outcome.item();
    assert_eq!(item["findings"][0]["code"], "clock-skew", "{item:#}");
    assert!(item["facts"]["clock_skew_seconds"].as_i64().unwrap() < -120, "{item:#}");
}

#[test]
fn another_way_in_is_an_open_side_door() {
    let folder = folder();
    let receiver = receiver(folder.path(), ":0", "pki/ca.pem");
    let behind = receiver.addr.port();
    // TLS and plain HTTP at one port, as some proxies have it.
    let both = Peer::start(move |mut stream| {
        let mut first = [0];
        if stream.peek(&mut first).is_ok() && first[0] == 0x16 {
            let far = TcpStream::connect(("127.0.0.1", behind)).unwrap();
            return relay::between(stream, far, Duration::ZERO);
        }
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        let _ = stream.shutdown(Shutdown::Write);
        drain(stream);
    });
    let port = port(&both);
    let options = "--json --ca pki/ca.pem --accept good=pki/client.pem --tls 1.2,1.3 --side-doors \
                   --also other.example";
    let outcome = tool(folder.path(), port, options).run().code(1);
    let lines = told(&outcome);
    let plain = format!("none by http on port {port} accepted - 200");
    // Plain HTTP is the same in every version: it is tried once.
    assert!(lines[0].contains(&plain) && !lines[1].contains("http on port"), "{lines:#?}");
    for door in
        ["no server name", "the address as Host", "server name other.example", "Host other.example"]
    {
        assert!(lines[1].contains(&format!("none by {door} refused terminator 403")), "{lines:#?}");
    }
    assert!(lines[0].contains("none by http on port 80 refused - -"), "{lines:#?}");
    assert_eq!(codes(&outcome.json()), ["side-door-open"]);
    // The URL may say http where that is what is looked at.
    let url = format!("http://localhost:{port}/");
    let plain = Tool::new(["probe", &url, "--json", "--ca", "pki/ca.pem", "--rate", "1000/s"])
        .dir(folder.path());
    plain.args(["--side-doors"]).run().code(1);
}

#[test]
fn sessions_that_are_resumed_come_out_alike() {
    let folder = folder();
    let receiver = receiver(folder.path(), ":0", "pki/ca.pem");
    let options = "--json --ca pki/ca.pem --accept good=pki/client.pem --resume --tls 1.3";
    let outcome = tool(folder.path(), receiver.addr.port(), options).run().code(0);
    let line = "required; good accepted - 200; good by again accepted - 200; \
                good by again-without-certificate accepted - 200; none refused terminator 403; \
                none by again refused terminator 403";
    assert_eq!(told(&outcome), [line]);
    let rows = &outcome.item()["facts"]["rows"];
    assert_eq!(
        (&rows[1]["resumed"], &rows[2]["resumed"]),
        (&true.into(), &true.into()),
        "{rows:#}"
    );
    assert!(outcome.item()["facts"]["tickets"].as_u64().unwrap() > 0);
}

#[test]
fn every_format_has_the_matrix() {
    let folder = folder();
    let receiver = receiver(folder.path(), ":0", "pki/ca.pem");
    let port = receiver.addr.port();
    let shown = |format: &str| {
        let options = format!(
            "--format {format} --ca pki/ca.pem --accept good=pki/client.pem --accept bad=other/client.pem"
        );
        tool(folder.path(), port, &options).run().code(1).stdout
    };
    let markdown = shown("markdown");
    assert!(markdown.contains("| where | good | bad | none | verdict |"), "{markdown}");
    assert!(
        markdown.contains("| 127.0.0.1 TLS 1.3 | in  200 | OUT 403 | out 403 | required |"),
        "{markdown}"
    );
    let junit = shown("junit");
    let case = format!("https://localhost:{port}/bot [127.0.0.1] TLSv1.2 bad");
    assert!(junit.contains(&format!("name=\"{case}\"")), "{junit}");
    assert!(junit.contains("expected accept, was refused"), "{junit}");
    let metrics = shown("prometheus");
    let labels = format!("address=\"127.0.0.1:{port}\",protocol=\"TLSv1.3\"}}");
    for (name, value) in [("good", 1), ("bad", 0), ("none", 0)] {
        let lines: Vec<_> = metrics.lines().filter(|line| line.contains(&labels)).collect();
        let is_it = |line: &&str| {
            line.starts_with(&format!("hookprint_probe_accepted{{identity=\"{name}\""))
                && line.ends_with(&format!(" {value}"))
        };
        assert!(lines.iter().any(is_it), "{name}: {metrics}");
    }
    assert!(metrics.contains("hookprint_probe_enforced{"), "{metrics}");
    let verbose =
        tool(folder.path(), port, "-v --ca pki/ca.pem --accept good=pki/client.pem").run();
    let people = verbose.code(0).stdout;
    for word in
        ["accepts", "CN=localhost test CA", "none: refused by terminator, 403", "good: accepted"]
    {
        assert!(people.contains(word), "{word}: {people}");
    }
}

#[test]
fn quiet_shows_the_table_where_something_is_wrong_and_nothing_else() {
    let folder = folder();
    let receiver = receiver(folder.path(), ":0", "pki/ca.pem");
    let shown = |name: &str, code| {
        let options = format!("-q --ca pki/ca.pem --accept x={name}/client.pem");
        tool(folder.path(), receiver.addr.port(), &options).run().code(code).stdout
    };
    assert_eq!(shown("pki", 0), "");
    let wrong = shown("other", 1);
    assert!(wrong.contains("OUT 403") && wrong.contains("client-certificate-refused"), "{wrong}");
}

#[test]
fn a_proxy_chooses_the_address() {
    let folder = folder();
    let receiver = receiver(folder.path(), ":0", "pki/ca.pem");
    let port = receiver.addr.port();
    let proxy = Peer::start(move |mut stream| {
        let mut heard = vec![0; 1024];
        let count = stream.read(&mut heard).unwrap();
        let asked = format!("CONNECT localhost:{port} HTTP/1.1\r\n");
        assert!(heard[..count].starts_with(asked.as_bytes()));
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        let far = TcpStream::connect(("127.0.0.1", port)).unwrap();
        relay::between(stream, far, Duration::ZERO);
    });
    let options = format!(
        "--json --ca pki/ca.pem --tls 1.3 --accept good=pki/client.pem --proxy http://{}",
        proxy.target()
    );
    let outcome = tool(folder.path(), port, &options).run().code(0);
    assert_eq!(told(&outcome), ["required; good accepted - 200; none refused terminator 403"]);
    let item = outcome.item();
    assert_eq!(item["facts"]["address"], Value::Null, "{item:#}");
    assert!(item["subject"].as_str().unwrap().ends_with("/bot TLSv1.3"), "{item:#}");
}
