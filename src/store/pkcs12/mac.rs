//! The MAC over the contents: by PKCS#12's own derivation, or PBMAC1 (RFC 9579).

use super::super::Opening;
use super::super::password::{OpenedWith, Password};
use super::super::pbe::kdf::{self, Hash, Purpose};
use super::super::pbe::{Pbmac1, unsupported};
use super::super::work::Work;
use crate::der::{Value, tag};
use crate::digest;
use crate::error::{Error, Result};

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
    /// Reads MacData. The inner error is an algorithm that is not supported: then the contents
    /// may still be read.
    pub fn read(mac_data: &Value<'_>) -> Result<Result<Self, Error>> {
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
                Err(error) if error.code == "unsupported" => return Ok(Err(error)),
                Err(error) => return Err(error),
            };
            let length = pbmac1.mac_len();
            (Algorithm::Pbmac1(pbmac1), length)
        } else {
            match Hash::of_digest(&oid) {
                Some(hash) => (Algorithm::Pkcs12 { hash, salt, iterations }, hash.len()),
                None => return Ok(Err(unsupported("MAC", &oid))),
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
