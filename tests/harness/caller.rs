//! A caller over TLS that presents what it is told to, keeps connections open and resumes sessions.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, Error, HandshakeKind, SignatureScheme,
    StreamOwned,
};

use super::pki::Pair;

/// A caller; its connections share sessions.
pub struct Caller(Arc<ClientConfig>);

/// One connection.
pub struct Line(StreamOwned<ClientConnection, TcpStream>);

impl Caller {
    /// Presents these certificates (DER), end-entity first, with the key of the pair; none without.
    pub fn new(identity: Option<(&[Vec<u8>], &Pair)>) -> Self {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .unwrap()
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anybody(provider.clone())));
        let config = match identity {
            None => builder.with_no_client_auth(),
            Some((chain, pair)) => {
                let key = rcgen::KeyPair::from_pem(&pair.key_pem).unwrap().serialize_der();
                let key = PrivatePkcs8KeyDer::from(key).into();
                let key = provider.key_provider.load_private_key(key).unwrap();
                let chain = chain.iter().map(|der| CertificateDer::from(der.clone())).collect();
                // Unlike the builder's own way, this looks at none of the certificates.
                let identity = SingleCertAndKey::from(CertifiedKey::new(chain, key));
                builder.with_client_cert_resolver(Arc::new(identity))
            }
        };
        Self(Arc::new(config))
    }

    /// The same, offering these application protocols (RFC 7301).
    pub fn offering(self, protocols: &[&str]) -> Self {
        let mut config = ClientConfig::clone(&self.0);
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        Self(Arc::new(config))
    }

    /// A new connection.
    pub fn connect(&self, address: SocketAddr) -> Line {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        Line(StreamOwned::new(ClientConnection::new(self.0.clone(), name).unwrap(), stream))
    }

    /// One request on a connection of its own: the status and the body of the answer; 0 and why when
    /// there is none.
    pub fn post(&self, address: SocketAddr, headers: &str) -> (u16, String) {
        self.connect(address).post(headers)
    }
}

impl Line {
    /// Posts `{}` and waits for the answer.
    pub fn post(&mut self, headers: &str) -> (u16, String) {
        let request =
            format!("POST /hook HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: 2\r\n\r\n{{}}");
        match self.exchange(request.as_bytes()) {
            Ok(answer) => answer,
            Err(error) => (0, error.to_string()),
        }
    }

    /// Whether the session was resumed.
    pub fn is_resumed(&self) -> bool {
        self.0.conn.handshake_kind() == Some(HandshakeKind::Resumed)
    }

    /// Sends these bytes and waits for an answer: its status and its body.
    pub fn exchange(&mut self, request: &[u8]) -> std::io::Result<(u16, String)> {
        self.0.write_all(request)?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.0.read_exact(&mut byte)?;
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("Content-Length: "))
            .map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        self.0.read_exact(&mut body)?;
        Ok((head[9..12].parse().unwrap(), String::from_utf8(body).unwrap()))
    }
}

impl Read for Line {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(into)
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

/// Takes every server: the one under test is ours.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
