//! TLS over a connection that a [`super::Peer`] accepted.

use std::net::TcpStream;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection};

use super::pki::Pair;

/// Shows this chain; the key is that of the first.
pub fn config(chain: &[Pair]) -> Arc<ServerConfig> {
    let certificates = chain.iter().map(|pair| pair.certificate_der.clone().into()).collect();
    let key = rcgen::KeyPair::from_pem(&chain[0].key_pem).unwrap().serialize_der();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(certificates, PrivatePkcs8KeyDer::from(key).into())
        .unwrap();
    Arc::new(config)
}

/// Makes the handshake and waits until the other side goes.
pub fn serve_tls(mut stream: TcpStream, config: Arc<ServerConfig>) {
    let mut connection = ServerConnection::new(config).unwrap();
    while connection.complete_io(&mut stream).is_ok() {
        if !connection.is_handshaking() && !connection.wants_read() {
            break;
        }
    }
}
