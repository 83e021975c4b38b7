//! The server side of TLS 1.2 and 1.3: whether to ask for a client certificate, and what was
//! presented.
//!
//! Whatever a caller presents is taken and the handshake goes on, so that it can be shown and
//! answered with a sentence; judging comes later. One thing is never waived: the signature of the
//! handshake must be made with the key of the certificate, otherwise it ends with the alert
//! `decrypt_error`, because a copied certificate says nothing about who calls.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::HandshakeSignatureValid;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{ClientHello, ResolvesServerCert, StoresServerSessions};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, HandshakeKind, OtherError,
    ServerConfig, ServerConnection, SignatureScheme,
};

use super::anchors::Anchors;
use super::recorder::Refused;
use super::{proof, protocol_name, provider, suite_name};
use crate::error;

/// Sessions to keep for resumption.
const SESSIONS: usize = 4096;
/// The application protocol that is spoken (RFC 7301).
const HTTP: &[u8] = b"http/1.1";
/// The most application protocols of a caller that are looked at.
const PROTOCOLS: usize = 16;

/// Whether a client certificate is asked for. Asking is all that TLS does here: what follows from
/// the answer is up to the caller of this module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    /// No.
    No,
    /// Yes, and any answer will do.
    Yes,
}

/// What every connection is offered.
pub struct Server {
    asking: Asking,
    identity: Arc<dyn ResolvesServerCert>,
    issuers: Arc<[DistinguishedName]>,
    sessions: Arc<dyn StoresServerSessions>,
    schemes: Vec<SignatureScheme>,
    admits: bool,
}

/// Who called, and over what.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// The client certificate as presented, end-entity first. Empty when there was none.
    pub chain: Vec<CertificateDer<'static>>,
    /// For example `TLSv1.3`.
    pub protocol: Option<&'static str>,
    /// Registered name, for example `TLS_AES_128_GCM_SHA256`.
    pub cipher_suite: Option<String>,
    /// Application protocol chosen.
    pub alpn: Option<String>,
    /// The name the caller asked for (SNI).
    pub server_name: Option<String>,
    /// Whether an earlier session was resumed; its client certificate goes on to count.
    pub resumed: bool,
}

impl Server {
    /// A server that presents `identity`. `anchors` are named to callers as acceptable issuers;
    /// many clients send no certificate when theirs is not among them, so none means any.
    pub fn new(identity: CertifiedKey, asking: Asking, anchors: Option<&Anchors>) -> Self {
        let issuers = anchors.into_iter().flat_map(Anchors::subjects);
        let sessions = rustls::server::ServerSessionMemoryCache::new(SESSIONS);
        Self {
            asking,
            identity: Arc::new(SingleCertAndKey::from(identity)),
            issuers: issuers.map(DistinguishedName::in_sequence).collect(),
            sessions,
            schemes: proof::schemes(),
            admits: false,
        }
    }

    /// A server that lets callers in for what they prove: the signature of the handshake must be one
    /// that cannot be forged (RFC 8446 sections 4.2.3 and 4.4.3), where one that only looks takes
    /// every signature that can be checked.
    #[must_use]
    pub fn admitting(mut self) -> Self {
        self.admits = true;
        self.schemes.retain(|scheme| !proof::is_forgeable(*scheme));
        self
    }

    /// The configuration of one connection, and where what it presents is kept.
    ///
    /// # Errors
    /// `tls-error` when the library refuses the versions.
    pub fn connection(&self) -> error::Result<(Arc<ServerConfig>, Arc<Presented>)> {
        let presented = Arc::new(Presented {
            issuers: self.issuers.clone(),
            schemes: self.schemes.clone(),
            admits: self.admits,
            identity: self.identity.clone(),
            chain: Mutex::default(),
            alpn: Mutex::default(),
        });
        let builder = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(|error| {
                error::Error::new(crate::failure::Failure::TlsError, error.to_string())
            })?;
        let builder = match self.asking {
            Asking::No => builder.with_no_client_auth(),
            Asking::Yes => builder.with_client_cert_verifier(presented.clone()),
        };
        let mut config = builder.with_cert_resolver(presented.clone());
        config.alpn_protocols = vec![HTTP.to_vec()];
        config.session_storage = self.sessions.clone();
        config.send_tls13_tickets = 1;
        Ok((Arc::new(config), presented))
    }
}

impl Caller {
    /// What is known once the handshake is complete.
    pub fn of(connection: &ServerConnection) -> Self {
        let chain = connection.peer_certificates().unwrap_or_default();
        let alpn = connection.alpn_protocol();
        Self {
            chain: chain.iter().map(|one| one.clone().into_owned()).collect(),
            protocol: connection.protocol_version().map(protocol_name),
            cipher_suite: connection.negotiated_cipher_suite().map(|one| suite_name(one.suite())),
            alpn: alpn.map(|name| String::from_utf8_lossy(name).into_owned()),
            server_name: connection.server_name().map(str::to_owned),
            resumed: connection.handshake_kind() == Some(HandshakeKind::Resumed),
        }
    }
}

/// What one caller presented, also when the handshake then failed.
#[derive(Debug)]
pub struct Presented {
    issuers: Arc<[DistinguishedName]>,
    schemes: Vec<SignatureScheme>,
    admits: bool,
    identity: Arc<dyn ResolvesServerCert>,
    chain: Mutex<Vec<CertificateDer<'static>>>,
    /// The application protocols of a caller that does not offer ours.
    alpn: Mutex<Vec<String>>,
}

impl Presented {
    /// The chain as presented, end-entity first.
    pub fn chain(&self) -> Vec<CertificateDer<'static>> {
        self.chain.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The application protocols that the caller offered, if ours is not among them.
    pub fn foreign_protocols(&self) -> Vec<String> {
        self.alpn.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn prove(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        (scheme, signature): (SignatureScheme, &[u8]),
        is_tls13: bool,
    ) -> Result<HandshakeSignatureValid, Error> {
        if self.admits && (proof::is_forgeable(scheme) || is_tls13 && proof::is_pkcs1(scheme)) {
            let version = if is_tls13 { "TLS 1.3" } else { "TLS 1.2" };
            let reason = format!(
                "the caller signed the handshake with {scheme:?}, which does not prove its key in \
                 {version} (RFC 8446 section 4.2.3)"
            );
            let reason = OtherError(Arc::new(Refused(reason)));
            return Err(Error::InvalidCertificate(CertificateError::Other(reason)));
        }
        if proof::holds(certificate, scheme, message, signature) {
            Ok(HandshakeSignatureValid::assertion())
        } else {
            Err(Error::InvalidCertificate(CertificateError::BadSignature))
        }
    }
}

impl ResolvesServerCert for Presented {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let offered: Vec<&[u8]> = hello.alpn().into_iter().flatten().take(PROTOCOLS).collect();
        if !offered.contains(&HTTP) {
            let names = offered.into_iter().map(|name| String::from_utf8_lossy(name).into_owned());
            *self.alpn.lock().unwrap_or_else(PoisonError::into_inner) = names.collect();
        }
        self.identity.resolve(hello)
    }
}

impl ClientCertVerifier for Presented {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.issuers
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let chain = std::iter::once(end_entity).chain(intermediates);
        *self.chain.lock().unwrap_or_else(PoisonError::into_inner) =
            chain.map(|certificate| certificate.clone().into_owned()).collect();
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.prove(message, certificate, (signed.scheme, signed.signature()), false)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.prove(message, certificate, (signed.scheme, signed.signature()), true)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.schemes.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use rustls::pki_types::{PrivateKeyDer, ServerName};
    use rustls::{ClientConnection, Connection};

    use super::*;
    use crate::tls::{Client, Settings};

    fn identity(name: &str) -> CertifiedKey {
        let key = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let key = provider().key_provider.load_private_key(key).unwrap();
        CertifiedKey::new(vec![certificate.der().clone()], key)
    }

    /// Carries bytes both ways until both are satisfied, or one fails.
    fn handshake(server: &Server, settings: &Settings) -> (Result<Caller, Error>, usize) {
        let (config, presented) = server.connection().unwrap();
        let mut server: Connection = ServerConnection::new(config).unwrap().into();
        let name = ServerName::try_from("hooks.example").unwrap();
        let client = Client::new(settings).unwrap();
        let mut client: Connection = ClientConnection::new(client.config(), name).unwrap().into();
        let mut wire = Vec::new();
        for _ in 0..8 {
            for (from, to) in [(true, false), (false, true)] {
                let (from, to) = match (from, to) {
                    (true, _) => (&mut client, &mut server),
                    _ => (&mut server, &mut client),
                };
                wire.clear();
                while from.wants_write() {
                    from.write_tls(&mut wire).unwrap();
                }
                let mut rest = &wire[..];
                while !rest.is_empty() {
                    to.read_tls(&mut rest).unwrap();
                    if let Err(error) = to.process_new_packets() {
                        return (Err(error), presented.chain().len());
                    }
                }
            }
        }
        client.writer().write_all(b"x").unwrap();
        client.write_tls(&mut wire).unwrap();
        let _ = server.reader().read(&mut [0; 1]);
        let Connection::Server(server) = server else { panic!("sides are mixed up") };
        (Ok(Caller::of(&server)), presented.chain().len())
    }

    #[test]
    fn any_certificate_is_shown_and_none_is_no_failure() {
        for asking in [Asking::No, Asking::Yes] {
            let server = Server::new(identity("hooks.example"), asking, None);
            let with =
                Settings { identity: Some(Arc::new(identity("caller"))), ..Settings::default() };
            let (caller, presented) = handshake(&server, &with);
            let caller = caller.unwrap();
            let expected = usize::from(asking == Asking::Yes);
            assert_eq!((caller.chain.len(), presented), (expected, expected), "{asking:?}");
            assert_eq!(caller.server_name.as_deref(), Some("hooks.example"));
            assert_eq!(caller.protocol, Some("TLSv1.3"));
            assert!(handshake(&server, &Settings::default()).0.unwrap().chain.is_empty());
        }
    }

    #[test]
    fn who_admits_takes_no_forgeable_proof_and_whoever_looks_takes_it() {
        let looking = Server::new(identity("hooks.example"), Asking::Yes, None);
        let schemes = looking.schemes.clone();
        let admitting = looking.admitting();
        assert!(schemes.contains(&SignatureScheme::RSA_PKCS1_SHA1));
        assert!(!admitting.schemes.iter().any(|scheme| proof::is_forgeable(*scheme)));
        let (_, presented) = admitting.connection().unwrap();
        let certificate = CertificateDer::from(vec![0x30, 0]);
        for (scheme, is_tls13, is_refused) in [
            (SignatureScheme::RSA_PKCS1_SHA1, false, true),
            (SignatureScheme::ECDSA_SHA1_Legacy, true, true),
            (SignatureScheme::RSA_PKCS1_SHA256, true, true),
            (SignatureScheme::RSA_PKCS1_SHA256, false, false),
            (SignatureScheme::RSA_PSS_SHA256, true, false),
        ] {
            let outcome = presented.prove(b"x", &certificate, (scheme, b"y"), is_tls13);
            let error = outcome.unwrap_err();
            let said = format!("{error:?}").contains("does not prove its key");
            assert_eq!(said, is_refused, "{scheme:?} {is_tls13}");
        }
    }

    #[test]
    fn a_copied_certificate_ends_the_handshake_but_is_remembered() {
        let server = Server::new(identity("hooks.example"), Asking::Yes, None);
        let (real, other) = (identity("caller"), identity("caller"));
        let copied = CertifiedKey::new(real.cert.clone(), other.key.clone());
        let settings = Settings { identity: Some(Arc::new(copied)), ..Settings::default() };
        let (caller, presented) = handshake(&server, &settings);
        assert_eq!(caller.unwrap_err(), Error::InvalidCertificate(CertificateError::BadSignature));
        assert_eq!(presented, 1);
    }
}
