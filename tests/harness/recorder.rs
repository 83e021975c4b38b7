//! A TLS server on loopback that asks for a client certificate, answers 200, and keeps what it was
//! given: the witness of what leaves this machine, and what does not.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection};

use super::Pki;
use super::pki::Pair;

/// What came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Bytes of requests, as text.
    pub text: String,
    /// Client certificates shown.
    pub certificates: usize,
}

/// Serves until it is dropped.
pub struct Recorder {
    pub address: SocketAddr,
    given: Arc<Mutex<Given>>,
    begun: Arc<AtomicUsize>,
    ended: Arc<AtomicUsize>,
    stopping: Arc<AtomicBool>,
}

impl Recorder {
    /// Shows `own`, takes client certificates of `clients` and callers without any, and answers
    /// every request with this body.
    pub fn start(own: &Pair, clients: &Pki, body: &'static str) -> Self {
        Self::sending(own, &[], clients, body)
    }

    /// The same, and sends these certificates (DER) after its own.
    pub fn sending(own: &Pair, more: &[&[u8]], clients: &Pki, body: &'static str) -> Self {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(clients.ca.certificate_der.clone().into()).unwrap();
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
        let key = rcgen::KeyPair::from_pem(&own.key_pem).unwrap().serialize_der();
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier.allow_unauthenticated().build().unwrap())
            .with_single_cert(
                std::iter::once(own.certificate_der.as_slice())
                    .chain(more.iter().copied())
                    .map(|der| der.to_vec().into())
                    .collect(),
                PrivatePkcs8KeyDer::from(key).into(),
            )
            .unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let given = Arc::new(Mutex::new(Given::default()));
        let (begun, ended) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let stopping = Arc::new(AtomicBool::new(false));
        let (kept, opened, closed) = (given.clone(), begun.clone(), ended.clone());
        let over = stopping.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                opened.fetch_add(1, Ordering::SeqCst);
                let (config, kept, closed) = (config.clone(), kept.clone(), closed.clone());
                thread::spawn(move || {
                    serve(stream.unwrap(), config, &kept, body);
                    closed.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        Self { address, given, begun, ended, stopping }
    }

    /// `https://localhost:PORT`.
    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.address.port())
    }

    /// `localhost:PORT`.
    pub fn target(&self) -> String {
        format!("localhost:{}", self.address.port())
    }

    /// What came since the last call, once every connection has ended; and how many there were.
    pub fn given(&self) -> (usize, Given) {
        let patience = Instant::now() + Duration::from_secs(10);
        while self.ended.load(Ordering::SeqCst) < self.begun.load(Ordering::SeqCst) {
            assert!(Instant::now() < patience, "a connection does not end");
            thread::sleep(Duration::from_millis(2));
        }
        let given = std::mem::take(&mut *self.given.lock().unwrap());
        self.ended.store(0, Ordering::SeqCst);
        (self.begun.swap(0, Ordering::SeqCst), given)
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(mut stream: TcpStream, config: Arc<ServerConfig>, given: &Mutex<Given>, body: &str) {
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut connection = ServerConnection::new(config).unwrap();
    let mut tls = rustls::Stream::new(&mut connection, &mut stream);
    let (mut buffer, mut text) = ([0; 4096], String::new());
    while let Ok(count @ 1..) = tls.read(&mut buffer) {
        text.push_str(&String::from_utf8_lossy(&buffer[..count]));
        if is_whole(&text) {
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
            let _ = tls.write_all(answer.as_bytes());
            break;
        }
    }
    let mut given = given.lock().unwrap();
    given.certificates += usize::from(tls.conn.peer_certificates().is_some());
    given.text.push_str(&text);
}

fn is_whole(text: &str) -> bool {
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().unwrap())
    });
    body.len() >= length.unwrap_or(0)
}
