//! How BCFKS derives keys, one for each purpose, and what it encrypts with.

use zeroize::Zeroizing;

use super::ccm;
use crate::der::{Value, tag};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::store::password::Password;
use crate::store::pbe::kdf::{self, Hash};
use crate::store::work::Work;

pub const PBES2: &str = "1.2.840.113549.1.5.13";
const PBKDF2: &str = "1.2.840.113549.1.5.12";
const SCRYPT: &str = "1.3.6.1.4.1.11591.4.11";
const AES_256_CCM: &str = "2.16.840.1.101.3.4.1.47";
const AES_256_KEY_WRAP: &str = "2.16.840.1.101.3.4.1.48";

/// The longest key that is derived.
const MAX_KEY: u64 = 256;

/// What a key is for; its name is part of what it is derived from.
#[derive(Clone, Copy, Debug)]
pub enum Purpose {
    Store,
    Integrity,
    Key,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::Store => "STORE_ENCRYPTION",
            Self::Integrity => "INTEGRITY_CHECK",
            Self::Key => "PRIVATE_KEY_ENCRYPTION",
        }
    }
}

/// A password as PKCS#12 has it; none at all has no octets.
pub fn octets(password: Password<'_>) -> Zeroizing<Vec<u8>> {
    let is_empty = password.bytes().is_empty();
    if is_empty { Zeroizing::default() } else { password.bmp() }
}

/// PBKDF2 or scrypt.
#[derive(Clone, Debug)]
pub enum Derivation {
    Pbkdf2 { hash: Hash, salt: Vec<u8>, iterations: u64, length: Option<u64> },
    Scrypt { salt: Vec<u8>, parameters: (u64, u64, u64), length: Option<u64> },
}

impl Derivation {
    /// Reads `SEQUENCE { OID, parameters }`.
    pub fn read(algorithm: &Value<'_>) -> Result<Self> {
        let mut reader = algorithm.reader();
        let oid = reader.oid("a key derivation")?;
        let mut parameters = reader.sequence("the parameters of a key derivation")?;
        let salt = parameters.octets("a salt")?.into_owned();
        let here = algorithm.malformed("a key of at most 256 octets");
        let in_bounds = |length: Option<u64>| match length {
            Some(length) if length == 0 || length > MAX_KEY => Err(here),
            length => Ok(length),
        };
        match oid.as_str() {
            PBKDF2 => {
                let iterations = parameters.unsigned("an iteration count")?;
                let length = parameters.optional(tag::INTEGER, "a key length")?;
                let length = length.map(|value| value.unsigned("a key length")).transpose()?;
                let hash = match parameters.optional(tag::SEQUENCE, "a PRF")? {
                    Some(prf) => read_hmac(&prf)?,
                    None => Hash::Sha1,
                };
                Ok(Self::Pbkdf2 { hash, salt, iterations, length: in_bounds(length)? })
            }
            SCRYPT => {
                let mut number = |what| parameters.unsigned(what);
                let (n, r, _) = (number("N")?, number("r")?, number("p")?);
                // Bouncy Castle, which alone writes such stores, takes r for p, whatever p is.
                let numbers = (n, r, r);
                let length = parameters.optional(tag::INTEGER, "a key length")?;
                let length = length.map(|value| value.unsigned("a key length")).transpose()?;
                Ok(Self::Scrypt { salt, parameters: numbers, length: in_bounds(length)? })
            }
            _ => Err(unsupported(&format!("key derivation {oid}"))),
        }
    }

    /// The iteration count; N for scrypt.
    pub fn iterations(&self) -> u64 {
        match self {
            Self::Pbkdf2 { iterations, .. } => *iterations,
            Self::Scrypt { parameters: (n, ..), .. } => *n,
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Pbkdf2 { hash, .. } => format!("PBES2, PBKDF2, HMAC-{}", hash.name()),
            Self::Scrypt { .. } => "PBES2, scrypt".to_owned(),
        }
    }

    /// A key of the length that is stored, else of `length` octets.
    pub fn key(
        &self,
        password: Password<'_>,
        purpose: Purpose,
        length: usize,
        work: &Work,
    ) -> Result<Zeroizing<Vec<u8>>> {
        let mut secret = octets(password);
        secret.reserve_exact(2 * purpose.name().len() + 2);
        secret.extend(purpose.name().bytes().flat_map(|byte| [0, byte]));
        secret.extend([0, 0]);
        let stored = |stored: &Option<u64>| {
            stored.and_then(|stored| usize::try_from(stored).ok()).unwrap_or(length)
        };
        match self {
            Self::Pbkdf2 { hash, salt, iterations, length } => {
                kdf::pbkdf2((*hash, *iterations), stored(length), (&secret, salt), work)
            }
            Self::Scrypt { salt, parameters, length } => {
                kdf::scrypt(*parameters, stored(length), (&secret, salt), work)
            }
        }
    }
}

/// A derivation, and AES-256 in CCM.
#[derive(Clone, Debug)]
pub struct Scheme {
    derivation: Derivation,
    nonce: Vec<u8>,
    tag_len: usize,
}

impl Scheme {
    /// Reads PBES2 with AES-CCM; `unsupported` names what else there is.
    pub fn read(algorithm: &Value<'_>) -> Result<Self> {
        let mut reader = algorithm.reader();
        let oid = reader.oid("an encryption algorithm")?;
        if oid != PBES2 {
            return Err(unsupported(&format!("encryption {oid}")));
        }
        let mut parameters = reader.sequence("the parameters of PBES2")?;
        let derivation = Derivation::read(&parameters.expect(tag::SEQUENCE, "a key derivation")?)?;
        let mut cipher = parameters.sequence("a cipher")?;
        match cipher.oid("a cipher")?.as_str() {
            AES_256_CCM => {}
            AES_256_KEY_WRAP => return Err(unsupported("AES-256 key wrap (KWP)")),
            other => return Err(unsupported(&format!("cipher {other}"))),
        }
        let mut parameters = cipher.sequence("the parameters of CCM")?;
        let nonce = parameters.octets("a nonce")?.into_owned();
        // RFC 5084: 12 octets where nothing is said.
        let tag_len = parameters.optional(tag::INTEGER, "the length of a tag")?;
        let tag_len = tag_len.map_or(Ok(12), |value| value.unsigned("the length of a tag"))?;
        Ok(Self { derivation, nonce, tag_len: usize::try_from(tag_len).unwrap_or(usize::MAX) })
    }

    /// `AES-256-CCM (PBES2, PBKDF2, HMAC-SHA-512)`
    pub fn name(&self) -> String {
        format!("AES-256-CCM ({})", self.derivation.name())
    }

    /// The iteration count; N for scrypt.
    pub fn iterations(&self) -> u64 {
        self.derivation.iterations()
    }

    /// The plain text; `None` if the password is not the one.
    pub fn decrypt(
        &self,
        password: Password<'_>,
        purpose: Purpose,
        data: &[u8],
        work: &Work,
    ) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let key = self.derivation.key(password, purpose, 32, work)?;
        Ok(ccm::decrypt(&key, &self.nonce, self.tag_len, data))
    }
}

/// `SEQUENCE { OID hmacWithSHA..., NULL }`
pub fn read_hmac(algorithm: &Value<'_>) -> Result<Hash> {
    let oid = algorithm.reader().oid("an HMAC")?;
    Hash::of_hmac(&oid).ok_or_else(|| unsupported(&format!("MAC {oid}")))
}

fn unsupported(what: &str) -> Error {
    Error::new(Failure::Unsupported, format!("BCFKS with {what}")).help(super::EXPORT)
}
