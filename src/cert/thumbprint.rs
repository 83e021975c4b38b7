//! Thumbprints: digests over the DER of a certificate or of its public key.

use crate::cert::Certificate;
use crate::digest::{base64, hex, sha1, sha256};

/// What a digest is taken over, and with which algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// SHA-1 over the whole certificate, 20 bytes.
    Sha1,
    /// SHA-256 over the whole certificate, 32 bytes.
    Sha256,
    /// SHA-256 over SubjectPublicKeyInfo, 32 bytes; survives a renewal with the same key.
    Spki,
}

/// A thumbprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thumbprint {
    /// What it is a digest of.
    pub kind: Kind,
    /// The digest.
    pub bytes: Vec<u8>,
}

impl Thumbprint {
    /// The thumbprint of a certificate.
    pub fn of(certificate: &Certificate, kind: Kind) -> Self {
        let bytes = match kind {
            Kind::Sha1 => sha1(certificate.der()).to_vec(),
            Kind::Sha256 => sha256(certificate.der()).to_vec(),
            Kind::Spki => sha256(certificate.spki()).to_vec(),
        };
        Self { kind, bytes }
    }

    /// Lower-case hex for certificates, base64 for keys.
    pub fn text(&self) -> String {
        match self.kind {
            Kind::Sha1 | Kind::Sha256 => hex(&self.bytes),
            Kind::Spki => base64(&self.bytes),
        }
    }
}

impl Kind {
    /// Name of the digest as people write it.
    pub fn digest_name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA-1",
            Self::Sha256 | Self::Spki => "SHA-256",
        }
    }
}
