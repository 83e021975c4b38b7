//! From passwords to keys: PKCS#12 (RFC 7292 appendix B), PBKDF1 and PBKDF2 (RFC 8018), scrypt
//! (RFC 7914), OpenSSL's EVP_BytesToKey. Each weighs its work before it begins.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Digest;
use sha1::digest::block_api::EagerHash;
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::store::work::Work;

/// The most octets that anything here derives; PBMAC1 files may ask for any number.
const MAX_OUTPUT: usize = 256;

/// A digest by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

/// What PKCS#12's derivation is for; the number goes into the digest.
#[derive(Clone, Copy, Debug)]
pub enum Purpose {
    Key = 1,
    Iv = 2,
    Mac = 3,
}

/// Runs a generic function with the digest's type.
macro_rules! with {
    ($hash:expr, $function:ident($($argument:expr),*)) => {
        match $hash {
            Hash::Md5 => $function::<md5::Md5>($($argument),*),
            Hash::Sha1 => $function::<sha1::Sha1>($($argument),*),
            Hash::Sha224 => $function::<sha2::Sha224>($($argument),*),
            Hash::Sha256 => $function::<sha2::Sha256>($($argument),*),
            Hash::Sha384 => $function::<sha2::Sha384>($($argument),*),
            Hash::Sha512 => $function::<sha2::Sha512>($($argument),*),
        }
    };
}

impl Hash {
    /// Name as people know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    /// The digest of an AlgorithmIdentifier's dotted OID.
    pub fn of_digest(oid: &str) -> Option<Self> {
        Some(match oid {
            "1.2.840.113549.2.5" => Self::Md5,
            "1.3.14.3.2.26" => Self::Sha1,
            "2.16.840.1.101.3.4.2.4" => Self::Sha224,
            "2.16.840.1.101.3.4.2.1" => Self::Sha256,
            "2.16.840.1.101.3.4.2.2" => Self::Sha384,
            "2.16.840.1.101.3.4.2.3" => Self::Sha512,
            _ => return None,
        })
    }

    /// The digest of an HMAC's dotted OID: `hmacWithSHA1` and so on (RFC 8018 appendix B.1).
    pub fn of_hmac(oid: &str) -> Option<Self> {
        Some(match oid {
            "1.2.840.113549.2.7" => Self::Sha1,
            "1.2.840.113549.2.8" => Self::Sha224,
            "1.2.840.113549.2.9" => Self::Sha256,
            "1.2.840.113549.2.10" => Self::Sha384,
            "1.2.840.113549.2.11" => Self::Sha512,
            _ => return None,
        })
    }

    /// Octets of the digest.
    pub fn len(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// Octets of the blocks it works on.
    fn block_len(self) -> usize {
        if matches!(self, Self::Sha384 | Self::Sha512) { 128 } else { 64 }
    }

    /// How long one compression takes, in those of SHA-256 with the processor's help. (There is
    /// no such help for MD5 and SHA-512.)
    fn weight(self) -> u64 {
        match self {
            Self::Sha1 | Self::Sha224 | Self::Sha256 => 1,
            Self::Md5 => 2,
            Self::Sha384 | Self::Sha512 => 4,
        }
    }

    /// HMAC (RFC 2104).
    pub fn hmac(self, key: &[u8], data: &[u8]) -> Vec<u8> {
        fn run<D: EagerHash>(key: &[u8], data: &[u8]) -> Vec<u8> {
            // HMAC takes keys of any length: this cannot fail.
            let mac = <Hmac<D> as KeyInit>::new_from_slice(key);
            mac.map(|mac| mac.chain_update(data).finalize().into_bytes().to_vec())
                .unwrap_or_default()
        }
        with!(self, run(key, data))
    }

    /// Digest of the parts in a row.
    pub fn digest(self, parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
        fn run<D: Digest>(parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
            let mut digest = D::new();
            parts.iter().for_each(|part| digest.update(part));
            Zeroizing::new(digest.finalize().to_vec())
        }
        with!(self, run(parts))
    }

    /// `digest(digest(... first ...))`, `rounds` digests in all.
    pub fn repeated(self, first: Zeroizing<Vec<u8>>, rounds: u64) -> Zeroizing<Vec<u8>> {
        fn run<D: Digest>(mut value: Zeroizing<Vec<u8>>, rounds: u64) -> Zeroizing<Vec<u8>> {
            if rounds == 0 {
                return value;
            }
            let mut digest = D::digest(value.as_slice());
            for _ in 1..rounds {
                digest = D::digest(&digest);
            }
            value.clear();
            value.extend_from_slice(&digest);
            value
        }
        with!(self, run(first, rounds))
    }
}

/// PKCS#12's own derivation (RFC 7292 appendix B.2) of octets for each purpose. The password is a
/// BMPString. All the work is weighed before any is done.
pub fn pkcs12<const N: usize>(
    (hash, iterations): (Hash, u64),
    wanted: [(Purpose, usize); N],
    secret: (&[u8], &[u8]),
    work: &Work,
) -> Result<[Zeroizing<Vec<u8>>; N]> {
    let blocks: usize = wanted.iter().map(|(_, length)| length.div_ceil(hash.len())).sum();
    work.spend(iterations, blocks as u64 * hash.weight())?;
    Ok(wanted.map(|wanted| pkcs12_one((hash, iterations), wanted, secret)))
}

fn pkcs12_one(
    (hash, iterations): (Hash, u64),
    (purpose, length): (Purpose, usize),
    (bmp, salt): (&[u8], &[u8]),
) -> Zeroizing<Vec<u8>> {
    let (u, v) = (hash.len(), hash.block_len());
    let filled = |bytes: &[u8]| bytes.len().div_ceil(v) * v;
    let repeat =
        |bytes: &[u8]| bytes.iter().copied().cycle().take(filled(bytes)).collect::<Vec<_>>();
    let mut input = Zeroizing::new([repeat(salt), repeat(bmp)].concat());
    let diversifier = vec![purpose as u8; v];
    let mut output = Zeroizing::new(Vec::with_capacity(length + u));
    loop {
        let first = hash.digest(&[&diversifier, &input]);
        let block = hash.repeated(first, iterations.saturating_sub(1));
        output.extend_from_slice(&block);
        if output.len() >= length {
            output.truncate(length);
            return output;
        }
        // Every block of the input becomes itself plus the output plus one.
        for chunk in input.chunks_mut(v) {
            let mut carry = 1u16;
            for (index, byte) in chunk.iter_mut().enumerate().rev() {
                carry += u16::from(*byte) + u16::from(block[index % u]);
                *byte = carry as u8;
                carry >>= 8;
            }
        }
    }
}

/// PBKDF1 (RFC 8018 section 5.1), at most one digest long.
pub fn pbkdf1(
    (hash, iterations): (Hash, u64),
    (password, salt): (&[u8], &[u8]),
    work: &Work,
) -> Result<Zeroizing<Vec<u8>>> {
    work.spend(iterations, hash.weight())?;
    Ok(hash.repeated(hash.digest(&[password, salt]), iterations.saturating_sub(1)))
}

/// PBKDF2 (RFC 8018 section 5.2).
pub fn pbkdf2(
    (hash, iterations): (Hash, u64),
    length: usize,
    (password, salt): (&[u8], &[u8]),
    work: &Work,
) -> Result<Zeroizing<Vec<u8>>> {
    if length > MAX_OUTPUT {
        return Err(Error::new(Failure::Unsupported, format!("PBKDF2 deriving {length} octets")));
    }
    work.spend(iterations, length.div_ceil(hash.len()) as u64 * 2 * hash.weight())?;
    let rounds = u32::try_from(iterations).unwrap_or(u32::MAX);
    let mut output = Zeroizing::new(vec![0; length]);
    use ::pbkdf2::pbkdf2_hmac as run;
    with!(hash, run(password, salt, rounds, &mut output));
    Ok(output)
}

/// Bytes of memory that scrypt takes for N, r and p.
pub fn scrypt_memory(n: u64, r: u64, p: u64) -> u64 {
    n.saturating_add(p).saturating_mul(r).saturating_mul(128)
}

/// scrypt (RFC 7914).
pub fn scrypt(
    (n, r, p): (u64, u64, u64),
    length: usize,
    (password, salt): (&[u8], &[u8]),
    work: &Work,
) -> Result<Zeroizing<Vec<u8>>> {
    let unsupported =
        || Error::new(Failure::Unsupported, format!("scrypt with N {n}, r {r}, p {p}"));
    let small = |number: u64| u32::try_from(number).map_err(|_| unsupported());
    if !n.is_power_of_two() {
        return Err(unsupported());
    }
    work.memory(scrypt_memory(n, r, p))?;
    // One Salsa20/8 takes about as long as half a compression; four of them for each N, r.
    work.spend(n, r.saturating_mul(p).saturating_mul(2))?;
    let parameters = ::scrypt::Params::new(n.ilog2() as u8, small(r)?, small(p)?);
    let mut output = Zeroizing::new(vec![0; length]);
    ::scrypt::scrypt(password, salt, &parameters.map_err(|_| unsupported())?, &mut output)
        .map_err(|_| unsupported())?;
    Ok(output)
}

/// OpenSSL's EVP_BytesToKey with MD5 and one round: `Proc-Type: 4,ENCRYPTED`.
pub fn bytes_to_key(length: usize, password: &[u8], salt: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut output = Zeroizing::new(Vec::with_capacity(length + 16));
    let mut last = Zeroizing::new(Vec::new());
    while output.len() < length {
        last = Hash::Md5.digest(&[&last, password, salt]);
        output.extend_from_slice(&last);
    }
    output.truncate(length);
    output
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::{hex, unhex};

    #[test]
    fn pkcs12_vector() {
        // From Bouncy Castle's PKCS12Test and others: "smeg", SHA-1, one and 1000 rounds.
        let work = Work::new(0);
        let password = unhex("0073006d006500670000").unwrap();
        let derive = |iterations, purpose, length, salt: &str| {
            let salt = unhex(salt).unwrap();
            let wanted = [(purpose, length)];
            let [key] =
                pkcs12((Hash::Sha1, iterations), wanted, (&password, &salt), &work).unwrap();
            hex(&key)
        };
        let salt = "0a58cf64530d823f";
        assert_eq!(
            derive(1, Purpose::Key, 24, salt),
            "8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3"
        );
        assert_eq!(derive(1, Purpose::Iv, 8, salt), "79993dfe048d3b76");
    }

    #[test]
    fn pbkdf2_and_scrypt_vectors() {
        let work = Work::new(0);
        // RFC 6070, and RFC 7914 section 12.
        let key = pbkdf2((Hash::Sha1, 4096), 20, (b"password", b"salt"), &work).unwrap();
        assert_eq!(hex(&key), "4b007901b765489abead49d926f721d065a429c1");
        let key = scrypt((16, 1, 1), 16, (b"", b""), &work).unwrap();
        assert_eq!(hex(&key), "77d6576238657b203b19ca42c18a0497");
        assert_eq!(
            scrypt((1 << 30, 8, 1), 16, (b"", b""), &work).unwrap_err().code,
            Failure::Unsupported
        );
        assert!(scrypt((15, 8, 1), 16, (b"", b""), &work).is_err());
        assert!(pbkdf2((Hash::Sha1, 1), 1 << 40, (b"", b""), &work).is_err());
        assert!(pbkdf2((Hash::Sha1, 1 << 40), 20, (b"", b""), &work).is_err());
    }
}
