//! What never leaves, what is refused before anything does, and what is written down of it.

use std::fs;
use std::net::TcpListener;

use super::{answering, codes, folder, port, receiver, told, tool};
use crate::harness::Tool;
use crate::harness::listener::Listener;

#[test]
fn an_untrusted_server_is_shown_no_certificate_and_no_body() {
    let folder = folder();
    fs::write(folder.path().join("body"), "the body is for our server only").unwrap();
    let own =
        "--cert other/server.pem --key other/server.key --client-ca both.pem --client-cert request";
    let listen = Tool::new(["listen", "--addr", ":0", "--json", "--capture", "calls.har.ndjson"]);
    let listener = Listener::with(listen.args(own.split(' ')).dir(folder.path()));
    let options = "--json --ca pki/ca.pem --accept good=pki/client.pem --reject stranger --method POST \
                   --payload body --header X-Token:hush --resign github --secret env:P --tls 1.3";
    let outcome = tool(folder.path(), listener.addr.port(), options).run();
    let lines = told(&outcome);
    assert!(lines[0].contains("good unclear - -; none accepted - 200"), "{lines:?}");
    let report = outcome.json();
    let column = &report["items"][0];
    assert_eq!(column["failure"]["code"], "untrusted", "{column:#}");
    assert_eq!(column["facts"]["rows"][0]["sent"], false);
    assert!(codes(&report).contains(&"identity-not-offered".to_owned()), "{report:#}");
    let seen = listener.interrupt();
    let good = column["facts"]["rows"][0]["sha256"].as_str().unwrap();
    let capture = fs::read_to_string(folder.path().join("calls.har.ndjson")).unwrap();
    for secret in [good, "the body is for", "hush", "X-Hub-Signature"] {
        assert!(!seen.stdout.contains(secret) && !capture.contains(secret), "{secret}: {capture}");
    }
    assert!(
        capture.contains("Hookprint-Probe") || capture.contains("hookprint-probe"),
        "{capture}"
    );
    // With a pin, or whoever says so, it is.
    let listen = Tool::new(["listen", "--addr", ":0"]).args(own.split(' ')).dir(folder.path());
    let listener = Listener::with(listen);
    for trust in ["--insecure", "--pin @other/server.pem"] {
        let options = format!("--json {trust} --accept good=pki/client.pem --tls 1.3");
        let outcome = tool(folder.path(), listener.addr.port(), &options).run();
        assert!(told(&outcome)[0].contains("good accepted - 200"), "{trust}: {}", outcome.stdout);
    }
}

#[test]
fn no_password_and_no_key_is_written_anywhere() {
    let folder = folder();
    let receiver = receiver(folder.path(), ":0", "pki/ca.pem");
    let key = fs::read_to_string(folder.path().join("pki/client.pem")).unwrap();
    let key =
        key.split("BEGIN PRIVATE KEY-----").nth(1).unwrap().lines().nth(1).unwrap().to_owned();
    let options = "--ca pki/ca.pem --accept old=pki/client.p12 --accept new=pki/client-next.p12 \
                   --password old=env:OLD --password new=env:P --reject lookalike --test-ca pki/ca.key \
                   --reject stranger -v --report json=a.json --report junit=a.xml --report sarif=a.sarif \
                   --report markdown=a.md --report csv=a.csv --report prometheus=a.prom \
                   --report html=a.html";
    let run = tool(folder.path(), receiver.addr.port(), options).env("OLD", "hookprint").run();
    assert!(run.stdout.contains("in  200"), "{}{}", run.stdout, run.stderr);
    let mut all = run.stdout + &run.stderr;
    for name in ["a.json", "a.xml", "a.sarif", "a.md", "a.csv", "a.prom", "a.html"] {
        all += &fs::read_to_string(folder.path().join(name)).unwrap();
    }
    for secret in [&key[..30], "PRIVATE KEY"] {
        assert!(!all.contains(secret), "{secret}");
    }
    // The name of the tool is no password, but stands everywhere: another one is used here.
    let inspected = Tool::new(["mint", "third", "--password", "env:S"]).env("S", "sesame-8153");
    inspected.dir(folder.path()).run().code(0);
    let options = "--json --ca pki/ca.pem --accept x=third/client.p12 --password x=env:S -v";
    let run = tool(folder.path(), receiver.addr.port(), options).env("S", "sesame-8153").run();
    assert!(!(run.stdout + &run.stderr).contains("sesame"));
}

/// A port that nobody is to call.
fn nobody() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

#[test]
fn what_contradicts_itself_is_refused_before_anything_is_sent() {
    let folder = folder();
    let (nobody, port) = nobody();
    for (options, code, words) in [
        ("--accept none", 2, "only a file can be accepted"),
        (
            "--accept pki/client.pem --accept pki/client.pem",
            2,
            "two identities are called pki/client.pem",
        ),
        ("--accept a=pki/client.pem --reject a=stranger", 2, "two identities are called a"),
        (
            "--accept a=pki/client.pem --reject b=pki/client.pem",
            2,
            "a and b are the same certificate",
        ),
        ("--reject lookalike", 2, "--test-ca"),
        ("--reject same-subject", 2, "imitates an identity"),
        ("--reject same-issuer", 2, "imitates an identity"),
        ("--test-ca pki/ca.key", 2, "nothing to sign"),
        ("--reject expired --test-ca pki/client.pem", 2, "not a certificate authority"),
        ("--until later", 2, "later"),
        ("--until pass --every 10ms", 2, "at least 1s"),
        ("--until pass --for 25h", 2, "24h"),
        ("--every 2s", 2, "--until"),
        ("--stay 3", 2, "--until"),
        ("--also a.example", 2, "--side-doors"),
        ("--password env:P", 2, "no file for --password to open"),
        ("--accept a=pki/client.pem --password b=env:P", 2, "named b"),
        ("--key pki/server.key", 2, "belongs to the last"),
        ("--resolve a.example:443:127.0.0.1", 2, "does not match the server that is dialled"),
        ("--ca pki/ca.pem --insecure", 2, "--ca has no effect"),
        ("--resign github", 2, "--secret"),
        ("--encoding hex", 2, "--resign"),
        ("--tls 1.1", 2, "1.1"),
        ("--rate 0", 2, "rate"),
        ("--accept missing.pem", 3, "missing.pem"),
        ("--accept a=pki/client.p12 --password env:OTHER", 3, "password"),
        ("--accept pki/ca.pem", 3, "key"),
        ("--reject expired --test-ca missing.pem", 3, "--test-ca"),
        ("--ca missing.pem", 3, "missing.pem"),
        ("--offline", 3, "--offline"),
    ] {
        let run = tool(folder.path(), port, options).env("OTHER", "not it").run();
        let said = format!("{}{}", run.stdout, run.stderr);
        assert!(run.code == code && said.contains(words), "{options}: exit {}\n{said}", run.code);
    }
    let plain = Tool::new(["probe", "http://localhost/"]).run().code(2);
    assert!(plain.stderr.contains("client certificates need https"), "{}", plain.stderr);
    assert!(nobody.accept().is_err(), "somebody called");
}

#[test]
fn more_than_a_round_may_send_is_refused_with_the_sum() {
    let folder = folder();
    let resolves: String =
        (1..=101).map(|last| format!(" --resolve localhost:1:127.0.1.{last}")).collect();
    let run = tool(folder.path(), 1, &format!("--ca pki/ca.pem{resolves}")).run().code(2);
    let sum = "(2 identities) x 101 addresses x 2 versions = 404 requests per round, and the limit is 400";
    assert!(run.stderr.contains(sum), "{}", run.stderr);
}

#[test]
fn a_dry_run_says_what_would_be_tried_and_tries_nothing() {
    let folder = folder();
    let (nobody, port) = nobody();
    let options = "--ca pki/ca.pem --accept good=pki/client.pem --tls 1.3 --dry-run --side-doors";
    let run = tool(folder.path(), port, options).run().code(0);
    let url = format!("https://localhost:{port}/bot");
    let first = format!("{url} [127.0.0.1] TLSv1.3 good: GET {url}, expected accept\n");
    assert!(run.stdout.starts_with(&first), "{}", run.stdout);
    assert!(run.stdout.contains("TLSv1.3 none by http on port 80: GET"), "{}", run.stdout);
    assert!(nobody.accept().is_err(), "somebody called");
}

#[test]
fn the_owner_finds_each_cell_in_the_log() {
    let folder = folder();
    let server = answering(folder.path(), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let marked = Listener::with(
        Tool::new([
            "listen",
            "--addr",
            ":0",
            "--cert",
            "pki/server.pem",
            "--key",
            "pki/server.key",
        ])
        .args(["--capture", "calls.har.ndjson"])
        .dir(folder.path()),
    );
    let options = "--json --ca pki/ca.pem --tls 1.3";
    tool(folder.path(), marked.addr.port(), options).run().code(1);
    marked.interrupt();
    let capture = fs::read_to_string(folder.path().join("calls.har.ndjson")).unwrap();
    let marks: Vec<&str> = capture
        .lines()
        .map(|line| {
            let mark = line.split("\"Hookprint-Probe\",\"value\":\"").nth(1).unwrap();
            mark.split('"').next().unwrap()
        })
        .collect();
    let (runs, cells): (Vec<_>, Vec<_>) =
        marks.iter().map(|mark| mark.split_once('/').unwrap()).unzip();
    assert!(runs[0].len() == 16 && runs.iter().all(|run| *run == runs[0]), "{marks:?}");
    assert_eq!(cells, ["1", "2"]);
    tool(folder.path(), port(&server), options).run().code(1);
}
