//! Our own identity: the certificates that we present, and the key that proves them.

use std::sync::Arc;

use rustls::pki_types::PrivateKeyDer;
use rustls::sign::CertifiedKey;

use super::{CertificateRequest, provider};
use crate::cert::Chain;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::finding::Finding;
use crate::secret::Secret;

/// A chain with its key, ready to be presented by a client or a server.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The file it came from, as the user named it; empty where it was made for this run.
    pub file: String,
    /// The certificates, end-entity first.
    pub chain: Chain,
    /// The same with the key, for the handshake.
    pub key: Arc<CertifiedKey>,
    /// Whether the key belongs to the certificate, where the library can tell.
    pub key_matches: Option<bool>,
    /// What is to be said about where it was read.
    pub findings: Vec<Finding>,
}

impl Identity {
    /// A chain with its key (PKCS#8).
    ///
    /// # Errors
    /// `unsupported` when the library cannot sign with such a key.
    pub fn new(chain: Chain, key: &Secret) -> Result<Self> {
        let refused = |reason: String| {
            Error::new(Failure::Unsupported, format!("TLS cannot use this private key: {reason}"))
        };
        let der =
            PrivateKeyDer::try_from(key.expose()).map_err(|reason| refused(reason.to_owned()))?;
        let key = provider()
            .key_provider
            .load_private_key(der.clone_key())
            .map_err(|error| refused(error.to_string()))?;
        let certificates = chain.certificates().iter().map(|one| one.der().to_vec().into());
        let key = CertifiedKey::new(certificates.collect(), key);
        let key_matches = match key.keys_match() {
            Ok(()) => Some(true),
            Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::KeyMismatch)) => {
                Some(false)
            }
            Err(_) => None,
        };
        let (file, findings) = Default::default();
        Ok(Self { file, chain, key: Arc::new(key), key_matches, findings })
    }

    /// The same key with another chain.
    #[must_use]
    pub fn presenting(&self, chain: Chain) -> Self {
        let certificates = chain.certificates().iter().map(|one| one.der().to_vec().into());
        let key = Arc::new(CertifiedKey::new(certificates.collect(), self.key.key.clone()));
        Self { chain, key, ..self.clone() }
    }

    /// Whether our key can sign in one of the schemes that the server asked for.
    pub fn can_sign(&self, request: &CertificateRequest) -> bool {
        self.key.key.choose_scheme(&request.schemes).is_some()
    }
}
