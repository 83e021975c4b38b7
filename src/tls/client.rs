//! The client side of TLS 1.2 and 1.3: what to offer, and what was seen.

use std::sync::{Arc, LazyLock};

use rustls::client::Resumption;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::CertificateDer;
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{
    CipherSuite, ClientConfig, ClientConnection, HandshakeKind, ProtocolVersion, SignatureScheme,
    SupportedProtocolVersion,
};

use super::p521::Secp521r1;
use super::proof;
use super::recorder::{CertificateRequest, Gate, Recorder};
use crate::error::{Error, Result};
use crate::failure::Failure;

/// TLS versions to offer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Versions {
    /// TLS 1.2 and 1.3.
    #[default]
    Both,
    /// TLS 1.2 only.
    Tls12,
    /// TLS 1.3 only.
    Tls13,
}

/// Signatures to offer, and by that the kinds of certificate a server can answer with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signatures {
    /// Every scheme.
    #[default]
    Any,
    /// RSA keys only.
    Rsa,
    /// ECDSA keys only.
    Ecdsa,
}

/// What to offer to a server. The default looks at any server and sends nothing of ours.
#[derive(Clone, Default)]
pub struct Settings {
    /// Versions to offer.
    pub versions: Versions,
    /// Signatures to offer.
    pub signatures: Signatures,
    /// Offer `http/1.1` as application protocol (RFC 7301).
    pub http: bool,
    /// Do not send the server's name (SNI, RFC 6066 section 3).
    pub no_server_name: bool,
    /// Keep sessions and resume them.
    pub resume: bool,
    /// Our own certificate and key, sent when the server asks.
    pub identity: Option<Arc<CertifiedKey>>,
    /// Who may be spoken to. Without a gate every server is looked at, whatever its trust, and the
    /// caller must send nothing secret.
    pub gate: Option<Arc<dyn Gate>>,
}

/// A configured client. One handshake at a time: it records what it sees.
#[derive(Clone)]
pub struct Client {
    config: Arc<ClientConfig>,
    recorder: Arc<Recorder>,
}

/// What a handshake showed.
#[derive(Clone, Debug, Default)]
pub struct Handshake {
    /// The chain as presented, end-entity first. Empty when the server sent none.
    pub chain: Vec<CertificateDer<'static>>,
    /// Whether the peer proved that it holds the key of the end-entity certificate.
    pub proven: bool,
    /// The scheme of the signature that proves it.
    pub signature_scheme: Option<SignatureScheme>,
    /// For example `TLSv1.3`.
    pub protocol: Option<&'static str>,
    /// Registered name, for example `TLS_AES_128_GCM_SHA256`.
    pub cipher_suite: Option<String>,
    /// Group of the key exchange, for example `X25519MLKEM768`.
    pub key_exchange: Option<String>,
    /// Application protocol chosen.
    pub alpn: Option<String>,
    /// The server's request for a client certificate, if it asked.
    pub request: Option<CertificateRequest>,
    /// Whether an earlier session was resumed (then no chain is presented).
    pub resumed: bool,
}

/// The provider is the same for every connection of the process.
static PROVIDER: LazyLock<Arc<CryptoProvider>> = LazyLock::new(|| {
    let mut provider = aws_lc_rs::default_provider();
    provider.kx_groups.push(&Secp521r1);
    Arc::new(provider)
});

/// The cryptography behind every TLS connection of the process.
pub fn provider() -> Arc<CryptoProvider> {
    PROVIDER.clone()
}

impl Client {
    /// A client that offers this.
    ///
    /// # Errors
    /// `tls-error` when the settings leave nothing to offer.
    pub fn new(settings: &Settings) -> Result<Self> {
        let schemes = schemes(settings);
        let recorder =
            Arc::new(Recorder::new(schemes, settings.gate.clone(), settings.identity.clone()));
        let mut config = ClientConfig::builder_with_provider(provider_for(settings.signatures))
            .with_protocol_versions(&versions(settings))
            .map_err(|error| Error::new(Failure::TlsError, error.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(recorder.clone())
            .with_client_cert_resolver(recorder.clone());
        if settings.http {
            config.alpn_protocols = vec![b"http/1.1".to_vec()];
        }
        config.enable_sni = !settings.no_server_name;
        if !settings.resume {
            config.resumption = Resumption::disabled();
        }
        Ok(Self { config: Arc::new(config), recorder })
    }

    /// From now on no certificate of ours is shown. Sessions that were made with it stay.
    pub fn withhold(&self) {
        self.recorder.withhold();
    }

    /// The configuration, to connect with.
    pub fn config(&self) -> Arc<ClientConfig> {
        self.config.clone()
    }

    /// What the recorder saw of a handshake that did not finish. Protocol and suite are not known.
    pub fn unfinished(&self) -> Handshake {
        let seen = self.recorder.take();
        Handshake {
            chain: seen.chain,
            proven: seen.proven,
            signature_scheme: seen.scheme,
            request: seen.request,
            ..Handshake::default()
        }
    }

    /// What was seen of the handshake of this connection.
    pub fn finished(&self, connection: &ClientConnection) -> Handshake {
        let mut handshake = self.unfinished();
        handshake.protocol = connection.protocol_version().map(protocol_name);
        handshake.cipher_suite =
            connection.negotiated_cipher_suite().map(|suite| suite_name(suite.suite()));
        handshake.key_exchange =
            connection.negotiated_key_exchange_group().map(|group| group_name(group.name()));
        handshake.alpn =
            connection.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned());
        handshake.resumed = connection.handshake_kind() == Some(HandshakeKind::Resumed);
        if handshake.resumed {
            // The session rests on the chain and the proof of the handshake it was made in.
            let chain = connection.peer_certificates().unwrap_or_default();
            handshake.chain = chain.iter().map(|one| one.clone().into_owned()).collect();
            handshake.proven = true;
        }
        handshake
    }
}

/// The name of a version as OpenSSL writes it.
pub fn protocol_name(version: ProtocolVersion) -> &'static str {
    match version {
        ProtocolVersion::SSLv3 => "SSLv3",
        ProtocolVersion::TLSv1_0 => "TLSv1.0",
        ProtocolVersion::TLSv1_1 => "TLSv1.1",
        ProtocolVersion::TLSv1_2 => "TLSv1.2",
        ProtocolVersion::TLSv1_3 => "TLSv1.3",
        _ => "unknown",
    }
}

/// The registered name of a cipher suite: rustls writes `TLS13_` where the registry has `TLS_`.
pub fn suite_name(suite: CipherSuite) -> String {
    match suite.as_str() {
        Some(name) => name.replacen("TLS13_", "TLS_", 1),
        None => format!("0x{:04x}", u16::from(suite)),
    }
}

fn group_name(group: rustls::NamedGroup) -> String {
    match group {
        rustls::NamedGroup::secp256r1 => "P-256".into(),
        rustls::NamedGroup::secp384r1 => "P-384".into(),
        rustls::NamedGroup::secp521r1 => "P-521".into(),
        other => other.as_str().map_or_else(|| format!("{other:?}"), str::to_owned),
    }
}

fn schemes(settings: &Settings) -> Vec<SignatureScheme> {
    let mut schemes = match settings.gate {
        // Whoever gets our bytes must sign as today's TLS libraries demand.
        Some(_) => PROVIDER.signature_verification_algorithms.supported_schemes(),
        None => proof::schemes(),
    };
    match settings.signatures {
        Signatures::Any => {}
        Signatures::Rsa => schemes.retain(|scheme| proof::is_rsa(*scheme)),
        Signatures::Ecdsa => schemes.retain(|scheme| proof::is_ecdsa(*scheme)),
    }
    schemes
}

fn versions(settings: &Settings) -> Vec<&'static SupportedProtocolVersion> {
    match settings.versions {
        Versions::Tls12 => vec![&TLS12],
        Versions::Tls13 => vec![&TLS13],
        Versions::Both => vec![&TLS13, &TLS12],
    }
}

/// In TLS 1.2 the kind of key is part of the cipher suite, so the other kind's suites must go.
fn provider_for(signatures: Signatures) -> Arc<CryptoProvider> {
    let unwanted = match signatures {
        Signatures::Any => return provider(),
        Signatures::Rsa => "_ECDHE_ECDSA_",
        Signatures::Ecdsa => "_ECDHE_RSA_",
    };
    let mut narrowed = CryptoProvider::clone(&PROVIDER);
    narrowed.cipher_suites.retain(|suite| !suite_name(suite.suite()).contains(unwanted));
    Arc::new(narrowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_registered_ones() {
        assert_eq!(suite_name(CipherSuite::TLS13_AES_128_GCM_SHA256), "TLS_AES_128_GCM_SHA256");
        assert_eq!(
            suite_name(CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256),
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
        );
        assert_eq!(suite_name(CipherSuite::Unknown(0xfefe)), "0xfefe");
        assert_eq!(group_name(rustls::NamedGroup::X25519MLKEM768), "X25519MLKEM768");
    }

    #[test]
    fn each_kind_of_key_leaves_suites_of_that_kind() {
        let names = |signatures| -> Vec<String> {
            let suites = &provider_for(signatures).cipher_suites;
            suites.iter().map(|suite| suite_name(suite.suite())).collect()
        };
        assert!(names(Signatures::Rsa).iter().any(|name| name.contains("_RSA_")));
        assert!(!names(Signatures::Rsa).iter().any(|name| name.contains("_ECDSA_")));
        assert!(!names(Signatures::Ecdsa).iter().any(|name| name.contains("_ECDHE_RSA_")));
        for signatures in [Signatures::Any, Signatures::Rsa, Signatures::Ecdsa] {
            assert!(Client::new(&Settings { signatures, ..Settings::default() }).is_ok());
        }
    }

    #[test]
    fn a_gated_client_offers_no_sha1() {
        struct Open;
        impl Gate for Open {
            fn pass(
                &self,
                _: &[CertificateDer<'_>],
                _: &rustls::pki_types::ServerName<'_>,
            ) -> crate::error::Result<()> {
                Ok(())
            }
        }
        let gated = Settings { gate: Some(Arc::new(Open)), ..Settings::default() };
        assert!(!schemes(&gated).contains(&SignatureScheme::RSA_PKCS1_SHA1));
        assert!(schemes(&Settings::default()).contains(&SignatureScheme::RSA_PKCS1_SHA1));
    }
}
