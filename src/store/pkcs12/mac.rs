//! The MAC over the contents: by PKCS#12's own derivation, or PBMAC1 (RFC 9579).

use super::super::Opening;
use super::super::password::{OpenedWith, Password};
use super::super::pbe::Pbmac1;
use super::super::pbe::kdf::{self, Hash, Purpose};
use super::super::work::Work;
use crate::der::{Value, tag};
use crate::digest;
use crate::error::{Error, Result};
use crate::failure::Failure;

/// Digests of MACs that are known by name, and not computed.
const OTHERS: [(&str, &str); 8] = [
    ("2.16.840.1.101.3.4.2.7", "SHA3-224"),
    ("2.16.840.1.101.3.4.2.8", "SHA3-256"),
    ("2.16.840.1.101.3.4.2.9", "SHA3-384"),
    ("2.16.840.1.101.3.4.2.10", "SHA3-512"),
    ("1.3.6.1.4.1.1722.12.2.1.16", "BLAKE2b-512"),
    ("1.3.6.1.4.1.1722.12.2.2.8", "BLAKE2s-256"),
    ("1.2.643.2.2.9", "GOST R 34.11-94"),
    ("1.2.643.7.1.1.2.2", "GOST R 34.11-2012-256"),
];

/// A MAC that can be checked.
pub struct Mac {
    algorithm: Algorithm,
    expected: Vec<u8>,
}

enum Algorithm {
    Pkcs12 { hash: Hash, salt: Vec<u8>, iterations: u64 },
    Pbmac1(Pbmac1),
}

impl Mac {
    /// Reads MacData. The inner error is an algorithm that is not supported, and its name: then the
    /// contents may still be read.
    pub fn read(mac_data: &Value<'_>) -> Result<Result<Self, (Error, String)>> {
        let mut mac_data = mac_data.reader();
        let mut digest_info = mac_data.sequence("the MAC's algorithm and value")?;
        let mut algorithm = digest_info.sequence("a digest algorithm")?;
        let expected_len = digest_info.offset();
        let expected = digest_info.octets("the MAC")?.into_owned();
        let salt = mac_data.octets("a salt")?.into_owned();
        let iterations = mac_data.optional(tag::INTEGER, "an iteration count")?;
        let iterations = match iterations {
            Some(value) => value.unsigned("an iteration count")?,
            None => 1,
        };
        let oid = algorithm.oid("a digest")?;
        let (algorithm, length) = if Pbmac1::is(&oid) {
            let pbmac1 = match Pbmac1::read(&mut algorithm) {
                Ok(pbmac1) => pbmac1,
                Err(error) if error.code == Failure::Unsupported => {
                    return Ok(Err((error, "another HMAC (PBMAC1)".to_owned())));
                }
                Err(error) => return Err(error),
            };
            let length = pbmac1.mac_len();
            (Algorithm::Pbmac1(pbmac1), length)
        } else {
            match Hash::of_digest(&oid) {
                Some(hash) => (Algorithm::Pkcs12 { hash, salt, iterations }, hash.len()),
                None => {
                    let name = OTHERS.iter().find(|(known, _)| *known == oid);
                    let name = name.map_or(oid.as_str(), |(_, name)| name);
                    let name = format!("HMAC-{name} (PKCS#12)");
                    let message = format!("{name} is not supported");
                    return Ok(Err((Error::new(Failure::Unsupported, message), name)));
                }
            }
        };
        if expected.len() != length {
            let wanted = format!("a MAC of {length} octets");
            return Err(crate::error::Malformed::new(super::FORMAT, expected_len, wanted).into());
        }
        Ok(Ok(Self { algorithm, expected }))
    }

    /// `HMAC-SHA-256 (PKCS#12)` or `HMAC-SHA-256 (PBMAC1)`.
    pub fn name(&self) -> String {
        match &self.algorithm {
            Algorithm::Pkcs12 { hash, .. } => format!("HMAC-{} (PKCS#12)", hash.name()),
            Algorithm::Pbmac1(pbmac1) => pbmac1.name(),
        }
    }

    /// The iteration count.
    pub fn iterations(&self) -> u64 {
        match &self.algorithm {
            Algorithm::Pkcs12 { iterations, .. } => *iterations,
            Algorithm::Pbmac1(pbmac1) => pbmac1.iterations,
        }
    }

    /// The first password with which the MAC over `data` is right.
    pub fn find_password(&self, data: &[u8], opening: &Opening<'_>) -> Result<Option<OpenedWith>> {
        for password in opening.passwords.candidates() {
            let mac = self.compute(password, data, &opening.work)?;
            if digest::equal(&mac, &self.expected) {
                return Ok(Some(password.which));
            }
        }
        Ok(None)
    }

    fn compute(&self, password: Password<'_>, data: &[u8], work: &Work) -> Result<Vec<u8>> {
        match &self.algorithm {
            Algorithm::Pkcs12 { hash, salt, iterations } => {
                let wanted = [(Purpose::Mac, hash.len())];
                let secret = (&password.bmp()[..], &salt[..]);
                let [key] = kdf::pkcs12((*hash, *iterations), wanted, secret, work)?;
                Ok(hash.hmac(&key, data))
            }
            Algorithm::Pbmac1(pbmac1) => pbmac1.mac(password, data, work),
        }
    }
}
