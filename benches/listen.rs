//! `listen` beside nginx, under the same load: `cargo bench --bench listen`.
//!
//! Both require a client certificate of the same authority. nginx answers `return 200` and keeps
//! nothing; `listen` judges each caller and captures each delivery, in the second run with `--sync`.
//! Afterwards the capture is read, and every body must be there, byte for byte.
//!
//! `CONNECTIONS` (200), `REQUESTS` (10000) and `ROUNDS` (3) can be set in the environment.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    missing_docs
)]

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use hookprint::capture;
use hookprint::cert::Chain;
use hookprint::cert::issue::{Authority, Issued, Purpose, Wish};
use hookprint::http::Request;
use hookprint::http::codec::{Decoder, Event, Limits, Responses};
use hookprint::tls::{Client, Identity, Settings};
use rustls::pki_types::ServerName;
use rustls::sign::CertifiedKey;
use time::OffsetDateTime;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

fn number(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let identities = Identities::make(folder.path());
    let (connections, requests) = (number("CONNECTIONS", 200), number("REQUESTS", 10_000));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    println!("{requests} requests over {connections} connections, TLS 1.3, client certificate");
    for round in 1..=number("ROUNDS", 3) {
        for (name, args) in [("hookprint", &[][..]), ("with --sync", &["--sync"])] {
            let path = folder.path().join(format!("{round}{}.har.ndjson", args.len()));
            let listen = Server::listen(folder.path(), &path, args);
            let result =
                runtime.block_on(load(listen.address, &identities.client, connections, requests));
            listen.report(name, &result);
            drop(listen);
            exact(&path, requests);
            std::fs::remove_file(&path).unwrap();
        }
        if let Some(nginx) = Server::nginx(folder.path()) {
            let result =
                runtime.block_on(load(nginx.address, &identities.client, connections, requests));
            nginx.report("nginx", &result);
        }
    }
}

struct Identities {
    client: Arc<CertifiedKey>,
}

impl Identities {
    fn make(folder: &Path) -> Self {
        let now = OffsetDateTime::now_utc();
        let authority = Authority::new("bench", now, Duration::from_secs(86_400)).unwrap();
        let issue = |name, purpose| {
            let (not_before, not_after) =
                (now - Duration::from_secs(60), now + Duration::from_secs(3600));
            let alt_names = &["localhost", "127.0.0.1"];
            authority.issue(&Wish { name, alt_names, purpose, not_before, not_after }).unwrap()
        };
        let pem = |issued: &Issued| {
            let base64 = hookprint::digest::base64(issued.certificate.der());
            format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n")
        };
        let server = issue("localhost", Purpose::Server);
        std::fs::write(folder.join("server.pem"), pem(&server)).unwrap();
        std::fs::write(folder.join("server.key"), server.key_pem.expose()).unwrap();
        let ca = hookprint::digest::base64(authority.certificate.der());
        let ca = format!("-----BEGIN CERTIFICATE-----\n{ca}\n-----END CERTIFICATE-----\n");
        std::fs::write(folder.join("ca.pem"), ca).unwrap();
        let client = issue("caller", Purpose::Client);
        let chain = Chain::new(vec![client.certificate]);
        Self { client: Identity::new(chain, &client.key).unwrap().key }
    }
}

struct Server {
    child: Child,
    address: SocketAddr,
    pids: Vec<u32>,
}

impl Server {
    fn listen(folder: &Path, capture: &Path, args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hookprint"))
            .args(["listen", "--addr", ":0", "--client-cert", "require", "-qq"])
            .arg("--client-ca")
            .arg(folder.join("ca.pem"))
            .arg("--capture")
            .arg(capture)
            .args(args)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit('/').next().unwrap().parse().unwrap();
        let pids = vec![child.id()];
        Self { child, address, pids }
    }

    fn nginx(folder: &Path) -> Option<Self> {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let root = folder.display();
        let configuration = format!(
            "daemon off; pid {root}/nginx.pid; error_log /dev/null; worker_processes auto;\n\
             events {{ worker_connections 4096; }}\n\
             http {{ access_log off; keepalive_requests 1000000; server {{\n\
             listen 127.0.0.1:{port} ssl; ssl_certificate {root}/server.pem;\n\
             ssl_certificate_key {root}/server.key; ssl_client_certificate {root}/ca.pem;\n\
             ssl_verify_client on; location / {{ return 200; }} }} }}\n"
        );
        let file = folder.join("nginx.conf");
        std::fs::write(&file, configuration).unwrap();
        let child =
            Command::new("nginx").arg("-c").arg(&file).stderr(Stdio::null()).spawn().ok()?;
        let address: SocketAddr = ([127, 0, 0, 1], port).into();
        for _ in 0..200 {
            if std::net::TcpStream::connect(address).is_ok() {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let children = std::fs::read_to_string(format!("/proc/{0}/task/{0}/children", child.id()));
        let workers = children.unwrap_or_default();
        let mut pids = vec![child.id()];
        pids.extend(workers.split_whitespace().filter_map(|pid| pid.parse::<u32>().ok()));
        Some(Self { child, address, pids })
    }

    fn report(&self, name: &str, result: &Load) {
        let mut latencies = result.latencies.clone();
        latencies.sort();
        let at = |part: f64| latencies[((latencies.len() - 1) as f64 * part) as usize];
        let cpu: f64 = self.pids.iter().map(|pid| cpu_seconds(*pid)).sum();
        println!(
            "{name:12} {:7.0} req/s   p50 {:6.2} ms   p99 {:6.2} ms   server CPU {:5.1} us/req   RSS {} kB",
            latencies.len() as f64 / result.elapsed.as_secs_f64(),
            at(0.5).as_secs_f64() * 1e3,
            at(0.99).as_secs_f64() * 1e3,
            cpu * 1e6 / latencies.len() as f64,
            self.pids.iter().map(|pid| resident(*pid)).sum::<u64>(),
        );
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGTERM, so that nginx takes its workers along and listen finishes its capture.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

fn cpu_seconds(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

fn resident(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|text| text.parse().ok()).unwrap_or(0)
}

struct Load {
    latencies: Vec<Duration>,
    elapsed: Duration,
}

fn body(number: usize) -> Vec<u8> {
    let text = "x".repeat(number % 200);
    format!("{{\"delivery\":{number},\"text\":\"{text}\\u0027\"}}").into_bytes()
}

/// All connections are opened first; then each sends its share, one request after the other.
async fn load(
    address: SocketAddr,
    identity: &Arc<CertifiedKey>,
    connections: usize,
    requests: usize,
) -> Load {
    let ready = Arc::new(tokio::sync::Barrier::new(connections + 1));
    let mut tasks = tokio::task::JoinSet::new();
    for lane in 0..connections {
        let (identity, ready) = (identity.clone(), ready.clone());
        let numbers: Vec<usize> = (lane..requests).step_by(connections).collect();
        tasks.spawn(async move {
            let settings = Settings { identity: Some(identity), http: true, ..Settings::default() };
            let client = Client::new(&settings).unwrap();
            let stream = TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let name = ServerName::try_from("localhost").unwrap();
            let connector = tokio_rustls::TlsConnector::from(client.config());
            let mut stream = connector.connect(name, stream).await.unwrap();
            let mut decoder = Decoder::new(Responses { method: "POST".into() }, Limits::default());
            ready.wait().await;
            let mut latencies = Vec::with_capacity(numbers.len());
            for number in numbers {
                let mut request =
                    Request { method: "POST".into(), target: "/hook".into(), ..Request::default() };
                request.headers.push("Host", "localhost");
                request.headers.push("Content-Type", "application/json");
                request.body = body(number);
                request.frame();
                let mut bytes = Vec::new();
                request.write(&mut bytes).unwrap();
                let started = Instant::now();
                stream.write_all(&bytes).await.unwrap();
                loop {
                    match decoder.next().unwrap() {
                        Some(Event::Head(head)) => assert_eq!(head.status, 200),
                        Some(Event::Body(_)) => {}
                        Some(Event::End(_)) => break,
                        None => assert!(stream.read_buf(decoder.input()).await.unwrap() > 0),
                    }
                }
                latencies.push(started.elapsed());
            }
            latencies
        });
    }
    ready.wait().await;
    let started = Instant::now();
    let mut latencies = Vec::with_capacity(requests);
    while let Some(lane) = tasks.join_next().await {
        latencies.extend(lane.unwrap());
    }
    Load { latencies, elapsed: started.elapsed() }
}

/// Every delivery is in the capture once, byte for byte.
fn exact(path: &Path, requests: usize) {
    let file = std::fs::File::open(path).unwrap();
    let mut seen = vec![false; requests];
    for captured in capture::load(file, &capture::Options::default()).unwrap() {
        let captured = captured.unwrap().request.body;
        let json: serde_json::Value = serde_json::from_slice(&captured).unwrap();
        let number = usize::try_from(json["delivery"].as_u64().unwrap()).unwrap();
        assert_eq!(captured, body(number));
        assert!(!std::mem::replace(&mut seen[number], true), "{number} is there twice");
    }
    assert!(seen.iter().all(|seen| *seen), "some are missing");
    println!("{:12} all {requests} captured, byte for byte", "");
}
