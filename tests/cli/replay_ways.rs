//! `replay`: the ways to a server, and when to stop knocking.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use serde_json::Value;

use crate::harness::listener::Listener;
use crate::harness::receiver::capture;
use crate::harness::{Outcome, Peer, Tool};

/// A proxy whose tunnels all lead to `behind`, and what it was asked.
fn proxy(behind: SocketAddr, password: Option<&'static str>) -> (Peer, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = asked.clone();
    let peer = Peer::start(move |mut stream| {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            if !matches!(stream.read(&mut byte), Ok(1)) {
                return;
            }
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        let is_known = password.is_none_or(|basic| head.contains(&format!("Basic {basic}\r\n")));
        heard.lock().unwrap().push(head);
        if !is_known {
            let refusal = b"HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic\r\n\r\n";
            return drop(stream.write_all(refusal));
        }
        let mut far = TcpStream::connect(behind).unwrap();
        stream.write_all(b"HTTP/1.1 200 Tunnel\r\n\r\n").unwrap();
        let (mut back, mut out) = (far.try_clone().unwrap(), stream.try_clone().unwrap());
        thread::spawn(move || {
            let _ = std::io::copy(&mut back, &mut out);
            let _ = out.shutdown(Shutdown::Write);
        });
        let _ = std::io::copy(&mut stream, &mut far);
        let _ = far.shutdown(Shutdown::Write);
    });
    (peer, asked)
}

fn replay(args: &[&str]) -> Tool {
    Tool::new(["replay", "--payload", "-", "--insecure", "--json"]).args(args).stdin("{}")
}

/// What a listener saw of its one caller.
fn seen(listener: Listener) -> Value {
    let outcome = listener.interrupt();
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    report["items"][0]["facts"].clone()
}

#[test]
fn through_a_proxy_that_looks_the_name_up() {
    let listener = Listener::start(&["--json", "-v"]);
    let (proxy, asked) = proxy(listener.addr, None);
    let url = format!("http://{}", proxy.target());
    replay(&["--to", "https://hooks.example/a", "--proxy", &url]).run().code(0);
    // The environment names it as well.
    replay(&["--to", "https://hooks.example/a"]).env("HTTPS_PROXY", &url).run().code(0);
    let asked = asked.lock().unwrap().clone();
    assert_eq!(asked.len(), 2);
    for head in asked {
        assert_eq!(head, "CONNECT hooks.example:443 HTTP/1.1\r\nHost: hooks.example:443\r\n\r\n");
    }
    let facts = seen(listener);
    assert_eq!((&facts["server_name"], &facts["path"]), (&"hooks.example".into(), &"/a".into()));
    assert_eq!(facts["headers"][0]["value"], "hooks.example");
}

#[test]
fn a_proxy_that_wants_a_password_gets_it_and_nobody_else_sees_it() {
    let listener = Listener::start(&["--json"]);
    // me:p@ss
    let (proxy, asked) = proxy(listener.addr, Some("bWU6cEBzcw=="));
    let to = ["--to", "https://hooks.example/", "--proxy"];
    let with = |url: String| replay(&to).args([url]).run();
    let refused = with(format!("http://{}", proxy.target())).code(3);
    let failure = refused.item()["failure"].clone();
    assert_eq!(failure["code"], "proxy");
    assert!(failure["message"].as_str().unwrap().ends_with(":443: 407 Who are you"), "{failure}");
    let wrong = with(format!("http://me:hunter2@{}", proxy.target())).code(3);
    let right = with(format!("http://me:p%40ss@{}", proxy.target())).code(0);
    for outcome in [&wrong, &right] {
        for text in [&outcome.stdout, &outcome.stderr] {
            assert!(!text.contains("hunter2") && !text.contains("p@ss") && !text.contains("p%40"));
        }
    }
    assert_eq!(asked.lock().unwrap().len(), 3);
    assert_eq!(seen(listener)["server_name"], "hooks.example");
}

#[test]
fn a_proxy_that_is_gone_or_is_none() {
    let to = ["--to", "https://hooks.example/", "--proxy"];
    let gone = replay(&to).args(["http://127.0.0.1:1"]).run().code(3).item()["failure"].clone();
    assert_eq!(gone["code"], "proxy");
    let other = Peer::saying(b"SSH-2.0-x\r\n\r\n");
    let none = replay(&to).args([other.target()]).run().code(3).item()["failure"].clone();
    assert_eq!(none["code"], "proxy");
    let silent = Peer::start(crate::harness::peer::drain);
    let args = [&silent.target(), "--timeout", "300ms"];
    let failure = replay(&to).args(args).run().code(3).item()["failure"].clone();
    assert_eq!(failure["code"], "timeout");
    assert!(failure["message"].as_str().unwrap().contains("asking the proxy"), "{failure}");
}

#[test]
fn dialled_elsewhere_names_stay_those_of_the_url() {
    for option in ["--connect", "--resolve"] {
        let listener = Listener::start(&["--json", "-v"]);
        let port = listener.addr.port();
        let (to, way) = match option {
            "--connect" => ("https://hooks.example/b?c".to_owned(), format!("127.0.0.1:{port}")),
            _ => {
                let endpoint = format!("hooks.example:{port}");
                (format!("https://{endpoint}/b?c"), format!("{endpoint}:127.0.0.1"))
            }
        };
        let item = replay(&["--to", &to, option, &way]).run().code(0).item();
        assert_eq!(item["facts"]["url"], to.as_str());
        let facts = seen(listener);
        assert_eq!(facts["server_name"], "hooks.example", "{option}");
        let host = to.strip_prefix("https://").unwrap().split('/').next().unwrap();
        assert_eq!(facts["headers"][0]["value"], host, "{option}");
    }
}

/// A listener that never accepts, with its queue full: the next connection comes to no end.
#[cfg(target_os = "linux")]
#[test]
fn a_connection_that_comes_to_no_end() {
    // The standard library's queue is as long as the system allows.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
    let _entered = runtime.enter();
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let short = Duration::from_millis(300);
    let waiting: Vec<TcpStream> =
        (0..100).map_while(|_| TcpStream::connect_timeout(&address, short).ok()).collect();
    assert!(waiting.len() < 100, "the queue has no end");
    let to = format!("http://{address}");
    for option in ["--timeout", "--connect-timeout"] {
        let outcome = replay(&["--to", &to, option, "400ms"]).run().code(3);
        let failure = outcome.item()["failure"].clone();
        assert_eq!(failure["code"], "timeout", "{failure}");
        assert!(failure["message"].as_str().unwrap().ends_with("while connecting"), "{failure}");
        assert!(outcome.elapsed < Duration::from_secs(20));
    }
}

/// A server that insists on a client certificate of the authority in this folder; one request each
/// connection.
pub fn demanding(folder: &Path) -> Peer {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let certificates = |name: &str| -> Vec<CertificateDer<'static>> {
        let file = CertificateDer::pem_file_iter(folder.join(name)).unwrap();
        file.map(|one| one.unwrap()).collect()
    };
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificates("ca.pem").remove(0)).unwrap();
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
    let key = PrivateKeyDer::from_pem_file(folder.join("server.key")).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(certificates("server.pem"), key)
        .unwrap();
    let config = Arc::new(config);
    Peer::start(move |stream| {
        let connection = rustls::ServerConnection::new(config.clone()).unwrap();
        let mut tls = rustls::StreamOwned::new(connection, stream);
        if matches!(tls.read(&mut [0; 4096]), Ok(1..)) {
            let _ = tls.write_all(b"HTTP/1.1 204 x\r\nConnection: close\r\n\r\n");
            tls.conn.send_close_notify();
        }
        let _ = tls.flush();
        crate::harness::peer::drain(tls.sock);
    })
}

#[test]
fn whoever_is_refused_ten_times_stops_and_goes_on_later() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.har.ndjson"), capture(40)).unwrap();
    Tool::new(["mint", "pki"]).dir(folder.path()).run().code(0);
    let pki = folder.path().join("pki");
    let server = demanding(&pki);
    let to = format!("https://localhost:{}/", server.target().rsplit(':').next().unwrap());
    let run = |args: &[&str]| {
        let tool = Tool::new(["replay", "a.har.ndjson", "--to", &to, "--json"]);
        tool.args(args).dir(folder.path()).run()
    };
    let early = |outcome: &Outcome| {
        let report = outcome.json();
        let last = report["items"].as_array().unwrap().last().unwrap()["failure"].clone();
        assert_eq!(last["code"], "stopped-early", "{last}");
        (last["message"].as_str().unwrap().to_owned(), report["summary"]["requests"].clone())
    };
    let (message, sent) = early(&run(&["--ca", "pki/ca.pem", "--journal", "j"]).code(1));
    assert!(message.contains("does not accept our client certificate"), "{message}");
    assert_eq!((sent, server.calls()), (10.into(), 10));
    // Those on their way on other lanes come to their end.
    let (_, sent) = early(&run(&["--ca", "pki/ca.pem", "--jobs", "4"]).code(1));
    assert!((10..=13).contains(&sent.as_i64().unwrap()), "{sent}");
    let (message, sent) = early(&run(&[]).code(3));
    assert!(message.contains("the server is not trusted") && sent == 10, "{message}");
    // With the certificate the same journal goes on, and every request arrives.
    let before = server.calls();
    let own = ["--ca", "pki/ca.pem", "--journal", "j", "--cert", "pki/client.pem"];
    let report = run(&own).code(0).json();
    assert_eq!((&report["summary"]["answered"], server.calls() - before), (&40.into(), 40));
    // Fewer than that are simply told.
    let report = run(&["--ca", "pki/ca.pem", "--limit", "9"]).code(1).json();
    assert_eq!(report["items"].as_array().unwrap().len(), 9);
}

/// What describes a scheme means in `--resign` what it means in `sign`, and is refused alike.
#[test]
fn a_request_is_signed_anew_in_a_form_of_ones_own() {
    let token = b"[mine]\nsignature = \"X-Trace\"\nalg = \"token\"\n";
    let shadow = b"[github]\nsignature = \"X-Sig\"\nencoding = \"hex\"\n";
    let files: [(&str, &[u8]); 4] = [
        ("b.json", b"{}"),
        ("key", b"0123456789abcdef"),
        ("token.toml", token),
        ("shadow.toml", shadow),
    ];
    let folder = tempfile::tempdir().unwrap();
    files.iter().for_each(|(name, bytes)| fs::write(folder.path().join(name), bytes).unwrap());
    let run = |more: &[&str]| {
        let args = ["--to", "https://hooks.example/in", "--dry-run", "--payload", "b.json"];
        Tool::new(["replay"]).args(args).args(more).dir(folder.path()).run()
    };
    let resign = |more: &[&str]| run(&[&["--secret", "file:key", "--resign"], more].concat());
    let form = ["hmac-sha256", "--signature-header", "X-Acme", "--prefix", "v1="];
    let outcome = resign(&form).code(0);
    assert!(outcome.stdout.contains("X-Acme: v1="), "{}", outcome.stdout);
    for (options, said) in [
        (&["mine", "--scheme-file", "token.toml"][..], "--allow-token-scheme"),
        (&["github", "--scheme-file", "shadow.toml"], "--override-scheme"),
    ] {
        let outcome = resign(options).code(2);
        assert!(outcome.stderr.contains(said) && outcome.stdout.is_empty(), "{}", outcome.stderr);
        resign(&[options, &[said]].concat()).code(0);
    }
    let unused = run(&["--prefix", "v1="]).code(2);
    assert!(unused.stderr.contains("--prefix has no effect without --resign"), "{}", unused.stderr);
}
