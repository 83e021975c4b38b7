//! Private keys: what kind they are, which certificate they belong to, whether TLS can use them.

use std::fmt;
use std::sync::OnceLock;

use crate::cert::Certificate;
use crate::cert::algorithms::PublicKey;
use crate::der::{Reader, tag, write};
use crate::error::{Error, Malformed, Result};
use crate::failure::Failure;
use crate::secret::Secret;
use crate::store::password::OpenedWith;

mod form;
pub(crate) use form::looks_like_key;
mod lattice;
mod public;
pub(crate) mod sealed;

/// Sizes of RSA keys that the TLS library signs with, in bits.
const RSA_BITS: std::ops::RangeInclusive<u32> = 2048..=8192;

/// Curves that the TLS library signs with.
const TLS_CURVES: [&str; 3] = ["P-256", "P-384", "P-521"];

/// A private key in clear. Kept as PKCS#8 (RFC 5208) whatever form it came in; wiped after use.
#[derive(Clone)]
pub struct PrivateKey {
    pkcs8: Secret,
    kind: PublicKey,
    /// Content of the BIT STRING in SubjectPublicKeyInfo, if it can be told.
    public: Option<Vec<u8>>,
}

impl PrivateKey {
    /// Reads PKCS#8, PKCS#1 (RSA), SEC1 (EC) or OpenSSL's DSA form, told from the structure.
    pub fn parse(der: &[u8]) -> Result<Self, Malformed> {
        Self::from_pkcs8(form::to_pkcs8(der)?)
    }

    fn from_pkcs8(pkcs8: Secret) -> Result<Self, Malformed> {
        let parts = form::Parts::read(pkcs8.expose())?;
        let public = public::derive(&parts);
        let bits = [&[0], public.as_deref().unwrap_or_default()].concat();
        let spki =
            write::sequence(&[parts.algorithm.encoded, &write::value(tag::BIT_STRING, &bits)]);
        let kind = PublicKey::parse(&spki)
            .ok_or_else(|| parts.algorithm.malformed("an algorithm identifier"))?;
        Ok(Self { kind, public, pkcs8 })
    }

    /// Kind and size of the key.
    pub fn kind(&self) -> &PublicKey {
        &self.kind
    }

    /// PrivateKeyInfo in DER (RFC 5208), in clear.
    pub fn pkcs8(&self) -> &Secret {
        &self.pkcs8
    }

    /// Whether it is the key of this certificate: algorithm, curve and public key are compared.
    /// `None` if the public key cannot be told from the private one (DSA, Ed448, X448, curves that
    /// are not used in TLS, where it does not stand beside it): then nobody knows.
    pub fn matches(&self, certificate: &Certificate) -> Option<bool> {
        let (ours, theirs) = (&self.kind, &certificate.key);
        // RSA, RSA-PSS and RSA-OAEP are the same keys under several names.
        let is_rsa = |key: &PublicKey| matches!(key.algorithm.split('-').next(), Some("RSA"));
        let is_same_kind = ours.algorithm == theirs.algorithm || (is_rsa(ours) && is_rsa(theirs));
        let other_curve = ours.curve.zip(theirs.curve).is_some_and(|(ours, theirs)| ours != theirs);
        if !is_same_kind || other_curve {
            return Some(false);
        }
        Some(public::equal(self.public()?, public_key(certificate)?))
    }

    /// The public key as it stands in certificates, if it can be told.
    pub(crate) fn public(&self) -> Option<&[u8]> {
        self.public.as_deref()
    }

    /// Whether the TLS library can sign with it, or why not.
    pub fn usable_for_tls(&self) -> Result<(), String> {
        let PublicKey { algorithm, bits, curve } = &self.kind;
        match (algorithm.as_ref(), bits, curve) {
            ("RSA", Some(bits), _) if RSA_BITS.contains(bits) => Ok(()),
            ("RSA", Some(bits), _) if *bits < 2048 => {
                Err(format!("an RSA key of {bits} bits is too short for TLS: the minimum is 2048"))
            }
            ("RSA", ..) => Err("an RSA key of more than 8192 bits is too long for TLS".to_owned()),
            ("EC", _, Some(curve)) if TLS_CURVES.contains(curve) => Ok(()),
            ("Ed25519", ..) => Ok(()),
            ("EC", _, Some(curve)) => Err(format!(
                "TLS clients and servers do not use the curve {curve}, only P-256, P-384 and P-521"
            )),
            ("EC", ..) => Err("the curve of this EC key has no name that TLS knows".to_owned()),
            ("RSA-PSS", ..) => Err("keys marked as RSA-PSS only are not supported by the TLS \
                library; mark the same key as RSA"
                .to_owned()),
            ("DSA", ..) => Err("DSA keys are no longer allowed in TLS".to_owned()),
            (name, ..) => Err(format!("the TLS library does not sign with {name} keys")),
        }
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({})", self.kind.short())
    }
}

/// The public key of a certificate: content of the BIT STRING in SubjectPublicKeyInfo.
pub(crate) fn public_key(certificate: &Certificate) -> Option<&[u8]> {
    let mut spki = Reader::new("certificate", certificate.spki()).sequence("a public key").ok()?;
    spki.any("an algorithm identifier").ok()?;
    spki.expect(tag::BIT_STRING, "a BIT STRING").ok()?.bits().ok()
}

/// How an encrypted key is opened, once: the key, and the password that did it.
type Unseal = Box<dyn Fn() -> Result<(PrivateKey, OpenedWith)> + Send + Sync>;

/// A private key in a keystore, decrypted when it is first asked for.
pub struct Key {
    opened: OnceLock<Result<(PrivateKey, OpenedWith)>>,
    unseal: Option<Unseal>,
}

impl Key {
    /// A key that stands in clear.
    pub(crate) fn clear(key: PrivateKey) -> Self {
        Self { opened: OnceLock::from(Ok((key, OpenedWith::Nothing))), unseal: None }
    }

    /// A key that `unseal` decrypts.
    pub(crate) fn sealed(
        unseal: impl Fn() -> Result<(PrivateKey, OpenedWith)> + Send + Sync + 'static,
    ) -> Self {
        Self { opened: OnceLock::new(), unseal: Some(Box::new(unseal)) }
    }

    /// Whether it is encrypted in the file.
    pub fn is_encrypted(&self) -> bool {
        self.unseal.is_some()
    }

    /// The key, decrypted now if this has not been done yet; or why that fails.
    pub fn open(&self) -> Result<&PrivateKey, &Error> {
        self.opened().map(|(key, _)| key)
    }

    /// The password that opens it, found now if need be; `None` if none of the given ones does.
    pub fn opened_with(&self) -> Option<OpenedWith> {
        self.opened().ok().map(|(_, which)| *which)
    }

    fn opened(&self) -> Result<&(PrivateKey, OpenedWith), &Error> {
        let closed = || Err(Error::new(Failure::Unsupported, "a key that cannot be opened"));
        self.opened.get_or_init(|| self.unseal.as_ref().map_or_else(closed, |it| it())).as_ref()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.opened.get() {
            Some(_) => write!(f, "Key({:?})", self.open()),
            None => f.write_str("Key(sealed)"),
        }
    }
}
