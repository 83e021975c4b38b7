//! Looking without judging: a certificate verifier that keeps what was presented and lets the
//! handshake finish, and one that refuses. Both check the signature of the handshake.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme, crypto};

use super::proof;
use crate::error;

/// Decides whether a server may be spoken to. Called before anything of ours is sent to it.
pub trait Gate: Send + Sync {
    /// Lets the server pass, or says why not. `chain` is as presented, end-entity first.
    fn pass(&self, chain: &[CertificateDer<'_>], name: &ServerName<'_>) -> error::Result<()>;
}

/// Why a caller's proof of its key is not taken, carried through rustls to the caller.
#[derive(Debug)]
pub struct Refused(pub String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

/// The server's request for a client certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateRequest {
    /// Names (DER) of the authorities whose certificates it says it accepts; often none.
    pub issuers: Vec<Vec<u8>>,
    /// Signature schemes it accepts from us.
    pub schemes: Vec<SignatureScheme>,
}

/// What was seen of one handshake.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    /// The chain as presented, end-entity first.
    pub chain: Vec<CertificateDer<'static>>,
    /// Whether the signature of the handshake was made with the key of the end-entity certificate.
    pub proven: bool,
    /// The scheme of that signature.
    pub scheme: Option<SignatureScheme>,
    /// The request for a certificate of ours, if one came.
    pub request: Option<CertificateRequest>,
}

/// Records handshakes, one after the other. It is both the verifier and the resolver of our own
/// certificate, because both only look at what passes.
pub struct Recorder {
    seen: Mutex<Recorded>,
    schemes: Vec<SignatureScheme>,
    gate: Option<Arc<dyn Gate>>,
    identity: Option<Arc<CertifiedKey>>,
    is_withheld: AtomicBool,
}

impl Recorder {
    /// Records handshakes that offer these schemes; with a gate it refuses what may not pass.
    pub fn new(
        schemes: Vec<SignatureScheme>,
        gate: Option<Arc<dyn Gate>>,
        identity: Option<Arc<CertifiedKey>>,
    ) -> Self {
        Self {
            seen: Mutex::default(),
            schemes,
            gate,
            identity,
            is_withheld: AtomicBool::new(false),
        }
    }

    /// From now on no certificate of ours is shown.
    pub fn withhold(&self) {
        self.is_withheld.store(true, Ordering::Relaxed);
    }

    /// What was seen since the last call.
    pub fn take(&self) -> Recorded {
        std::mem::take(&mut *self.seen())
    }

    fn seen(&self) -> MutexGuard<'_, Recorded> {
        // What a panicking holder left behind is still a record.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// With a gate the rules of today's TLS libraries hold; without one every signature that can
    /// be checked is, and the handshake goes on either way.
    fn prove(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
        strictly: impl FnOnce() -> Result<HandshakeSignatureValid, Error>,
    ) -> Result<HandshakeSignatureValid, Error> {
        let verdict = match self.gate {
            Some(_) => strictly(),
            None => Ok(HandshakeSignatureValid::assertion()),
        };
        let mut seen = self.seen();
        seen.scheme = Some(signed.scheme);
        seen.proven = match self.gate {
            Some(_) => verdict.is_ok(),
            None => proof::holds(certificate, signed.scheme, message, signed.signature()),
        };
        verdict
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("seen", &self.seen).finish_non_exhaustive()
    }
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let chain: Vec<_> = std::iter::once(end_entity)
            .chain(intermediates)
            .map(|certificate| certificate.clone().into_owned())
            .collect();
        let verdict = self.gate.as_ref().map_or(Ok(()), |gate| gate.pass(&chain, server_name));
        self.seen().chain = chain;
        verdict.map(|()| ServerCertVerified::assertion()).map_err(|reason| {
            let reason = OtherError(Arc::new(reason));
            Error::InvalidCertificate(CertificateError::Other(reason))
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.prove(message, certificate, signed, || {
            let algorithms = &super::provider().signature_verification_algorithms;
            crypto::verify_tls12_signature(message, certificate, signed, algorithms)
        })
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.prove(message, certificate, signed, || {
            let algorithms = &super::provider().signature_verification_algorithms;
            crypto::verify_tls13_signature(message, certificate, signed, algorithms)
        })
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.schemes.clone()
    }
}

impl ResolvesClientCert for Recorder {
    fn resolve(
        &self,
        root_hint_subjects: &[&[u8]],
        sigschemes: &[SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        self.seen().request = Some(CertificateRequest {
            issuers: root_hint_subjects.iter().map(|name| name.to_vec()).collect(),
            schemes: sigschemes.to_vec(),
        });
        self.identity.clone().filter(|_| !self.is_withheld.load(Ordering::Relaxed))
    }

    /// Always "yes": otherwise rustls would not ask, and we would not learn that the server did.
    fn has_certs(&self) -> bool {
        true
    }
}
