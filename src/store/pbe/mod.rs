//! Password-based encryption as an AlgorithmIdentifier names it: PKCS#12's schemes (RFC 7292
//! appendix C), PBES1 and PBES2 (RFC 8018), and PBMAC1 (RFC 9579).

use zeroize::Zeroizing;

use super::password::Password;
use super::work::Work;
use crate::der::{Reader, Value, tag, write as der};
use crate::error::{Error, Malformed, Result};
use crate::failure::Failure;

pub mod cipher;
pub mod kdf;

use cipher::Cipher;
use kdf::{Hash, Purpose};

/// Schemes of one OID each: OID, the scheme's digest, cipher, whether PKCS#12's derivation is used.
const SCHEMES: [(&str, Hash, Cipher, bool); 10] = [
    ("1.2.840.113549.1.12.1.1", Hash::Sha1, Cipher::Rc4(16), true),
    ("1.2.840.113549.1.12.1.2", Hash::Sha1, Cipher::Rc4(5), true),
    ("1.2.840.113549.1.12.1.3", Hash::Sha1, Cipher::TripleDes(24), true),
    ("1.2.840.113549.1.12.1.4", Hash::Sha1, Cipher::TripleDes(16), true),
    ("1.2.840.113549.1.12.1.5", Hash::Sha1, Cipher::Rc2(16, 128), true),
    ("1.2.840.113549.1.12.1.6", Hash::Sha1, Cipher::Rc2(5, 40), true),
    ("1.2.840.113549.1.5.3", Hash::Md5, Cipher::Des, false),
    ("1.2.840.113549.1.5.6", Hash::Md5, Cipher::Rc2(8, 64), false),
    ("1.2.840.113549.1.5.10", Hash::Sha1, Cipher::Des, false),
    ("1.2.840.113549.1.5.11", Hash::Sha1, Cipher::Rc2(8, 64), false),
];

const PBES2: &str = "1.2.840.113549.1.5.13";
const PBKDF2: &str = "1.2.840.113549.1.5.12";
const PBMAC1: &str = "1.2.840.113549.1.5.14";
const SCRYPT: &str = "1.3.6.1.4.1.11591.4.11";
const HMAC_SHA256: &str = "1.2.840.113549.2.9";
const RC2_CBC: &str = "1.2.840.113549.3.2";

/// Ciphers of PBES2 whose only parameter is the initialisation vector.
const CIPHERS: [(&str, Cipher); 5] = [
    ("2.16.840.1.101.3.4.1.2", Cipher::Aes(16)),
    ("2.16.840.1.101.3.4.1.22", Cipher::Aes(24)),
    ("2.16.840.1.101.3.4.1.42", Cipher::Aes(32)),
    ("1.2.840.113549.3.7", Cipher::TripleDes(24)),
    ("1.3.14.3.2.7", Cipher::Des),
];

/// Known by name, and not read.
const UNSUPPORTED: [(&str, &str); 18] = [
    ("1.2.840.113549.1.5.1", "PBE-MD2-DES"),
    ("1.2.840.113549.1.5.4", "PBE-MD2-RC2-64"),
    ("1.2.840.113549.3.9", "RC5-CBC"),
    ("1.2.392.200011.61.1.1.1.2", "Camellia-128-CBC"),
    ("1.2.392.200011.61.1.1.1.3", "Camellia-192-CBC"),
    ("1.2.392.200011.61.1.1.1.4", "Camellia-256-CBC"),
    ("1.2.410.200004.1.4", "SEED-CBC"),
    ("1.2.410.200046.1.1.2", "ARIA-128-CBC"),
    ("1.2.410.200046.1.1.7", "ARIA-192-CBC"),
    ("1.2.410.200046.1.1.12", "ARIA-256-CBC"),
    ("1.2.156.10197.1.104.2", "SM4-CBC"),
    ("2.16.840.1.101.3.4.1.6", "AES-128-GCM"),
    ("2.16.840.1.101.3.4.1.46", "AES-256-GCM"),
    ("1.2.643.2.2.21", "GOST 28147-89"),
    ("1.2.643.2.2.9", "GOST R 34.11-94"),
    ("1.2.643.7.1.1.2.2", "GOST R 34.11-2012-256"),
    ("1.2.643.7.1.1.2.3", "GOST R 34.11-2012-512"),
    ("1.2.643.7.1.1.4.2", "HMAC-GOST R 34.11-2012-512"),
];

/// Memory that OpenSSL, and whatever is made with it, allows scrypt (`SCRYPT_MAX_MEM`), in bytes.
const SCRYPT_USUAL: u64 = 32 << 20;

/// Bytes that are wiped after use.
type Wiped = Zeroizing<Vec<u8>>;

/// How a key is derived from the password.
#[derive(Clone, Debug)]
enum Derivation {
    Pkcs12 { hash: Hash, salt: Vec<u8>, iterations: u64 },
    Pbkdf1 { hash: Hash, salt: Vec<u8>, iterations: u64 },
    Pbkdf2 { hash: Hash, salt: Vec<u8>, iterations: u64, length: Option<u64> },
    Scrypt { salt: Vec<u8>, parameters: (u64, u64, u64) },
}

/// A derivation with a cipher.
#[derive(Clone, Debug)]
pub struct Scheme {
    derivation: Derivation,
    cipher: Cipher,
    /// For derivations that give only the key.
    iv: Vec<u8>,
}

impl Scheme {
    /// Reads an AlgorithmIdentifier. `unsupported` names what is not known.
    pub fn read(algorithm: &Value<'_>) -> Result<Self> {
        let mut reader = algorithm.reader();
        let oid = reader.oid("an encryption algorithm")?;
        if oid == PBES2 {
            let mut parameters = reader.sequence("the parameters of PBES2")?;
            let derivation = Derivation::read(&parameters.any("a key derivation")?)?;
            let (mut cipher, iv) = read_cipher(&parameters.any("a cipher")?)?;
            // Old NSS says AES-128 and means the AES that fits the length of the derived key.
            if let Derivation::Pbkdf2 { length: Some(length @ (16 | 24 | 32)), .. } = derivation
                && matches!(cipher, Cipher::Aes(_))
            {
                cipher = Cipher::Aes(length as usize);
            }
            return Ok(Self { derivation, cipher, iv });
        }
        let Some((_, hash, cipher, pkcs12)) = SCHEMES.iter().find(|(known, ..)| *known == oid)
        else {
            return Err(unsupported("encryption", &oid));
        };
        let (hash, cipher) = (*hash, *cipher);
        let mut parameters = reader.sequence("salt and iterations")?;
        let salt = parameters.octets("a salt")?.into_owned();
        let iterations = parameters.unsigned("an iteration count")?;
        let derivation = match pkcs12 {
            true => Derivation::Pkcs12 { hash, salt, iterations },
            false => Derivation::Pbkdf1 { hash, salt, iterations },
        };
        Ok(Self { derivation, cipher, iv: Vec::new() })
    }

    /// PKCS#12's derivation with SHA-1: the legacy profile, and Bouncy Castle's stores.
    pub fn pkcs12(cipher: Cipher, salt: &[u8], iterations: u64) -> Self {
        let derivation = Derivation::Pkcs12 { hash: Hash::Sha1, salt: salt.to_vec(), iterations };
        Self { derivation, cipher, iv: Vec::new() }
    }

    /// PBES2 with PBKDF2 and HMAC-SHA-256: the modern profile.
    pub fn pbes2(cipher: Cipher, salt: &[u8], iterations: u64, iv: &[u8]) -> Self {
        let salt = salt.to_vec();
        let derivation = Derivation::Pbkdf2 { hash: Hash::Sha256, salt, iterations, length: None };
        Self { derivation, cipher, iv: iv.to_vec() }
    }

    /// `AES-256-CBC (PBES2, PBKDF2, HMAC-SHA-256)`, `RC2-40-CBC (PBES1, PKCS#12, SHA-1)`.
    pub fn name(&self) -> String {
        self.derivation.name(&self.cipher.name())
    }

    /// The name of one that is not read. A report that left it out would say less than there is.
    pub fn unread(algorithm: &Value<'_>) -> String {
        let pbes2 = || -> Result<String> {
            let mut reader = algorithm.reader();
            reader.oid("PBES2")?;
            let mut parameters = reader.sequence("the parameters of PBES2")?;
            let derivation = Derivation::read(&parameters.any("a key derivation")?)?;
            let cipher = parameters.any("a cipher")?.reader().oid("a cipher")?;
            Ok(derivation.name(known(&cipher)))
        };
        pbes2().unwrap_or_else(|_| "an encryption that is not read".to_owned())
    }

    /// The iteration count; N for scrypt.
    pub fn iterations(&self) -> u64 {
        match &self.derivation {
            Derivation::Pkcs12 { iterations, .. }
            | Derivation::Pbkdf1 { iterations, .. }
            | Derivation::Pbkdf2 { iterations, .. } => *iterations,
            Derivation::Scrypt { parameters: (n, ..), .. } => *n,
        }
    }

    /// The plain text, or `None` if the password is not the one.
    pub fn decrypt(
        &self,
        password: Password<'_>,
        data: &[u8],
        work: &Work,
    ) -> Result<Option<Wiped>> {
        let (key, iv) = self.key(password, password.bytes(), work)?;
        Ok(self.cipher.decrypt(&key, &iv, data))
    }

    /// The plain text where the writer gave PBES2 the BMPString instead of UTF-8, as NSS did in
    /// PKCS#12 before 3.59. `None` if that is not so either.
    pub fn decrypt_bmp(
        &self,
        password: Password<'_>,
        data: &[u8],
        work: &Work,
    ) -> Result<Option<Wiped>> {
        if matches!(self.derivation, Derivation::Pkcs12 { .. } | Derivation::Pbkdf1 { .. }) {
            return Ok(None);
        }
        let (key, iv) = self.key(password, &password.bmp(), work)?;
        Ok(self.cipher.decrypt(&key, &iv, data))
    }

    /// The cipher text.
    pub fn encrypt(&self, password: Password<'_>, data: &[u8], work: &Work) -> Result<Vec<u8>> {
        let (key, iv) = self.key(password, password.bytes(), work)?;
        let encrypted = self.cipher.encrypt(&key, &iv, data);
        encrypted
            .ok_or_else(|| Error::new(Failure::Unsupported, format!("writing {}", self.name())))
    }

    /// AlgorithmIdentifier of the two schemes that stores are written with.
    pub fn encode(&self) -> Vec<u8> {
        match &self.derivation {
            Derivation::Pbkdf2 { salt, iterations, .. } => {
                let prf = der::sequence(&[&der::oid(HMAC_SHA256), &der::null()]);
                let salt = der::octets(salt);
                let parameters = der::sequence(&[&salt, &der::unsigned(*iterations), &prf]);
                let derivation = der::sequence(&[&der::oid(PBKDF2), &parameters]);
                let known = CIPHERS.iter().find(|(_, cipher)| *cipher == self.cipher);
                let oid = known.map_or("0.0", |(oid, _)| oid);
                let cipher = der::sequence(&[&der::oid(oid), &der::octets(&self.iv)]);
                der::sequence(&[&der::oid(PBES2), &der::sequence(&[&derivation, &cipher])])
            }
            Derivation::Pkcs12 { salt, iterations, .. }
            | Derivation::Pbkdf1 { salt, iterations, .. } => {
                let known = SCHEMES.iter().find(|(_, _, cipher, _)| *cipher == self.cipher);
                let oid = known.map_or("0.0", |(oid, ..)| oid);
                let parameters = der::sequence(&[&der::octets(salt), &der::unsigned(*iterations)]);
                der::sequence(&[&der::oid(oid), &parameters])
            }
            Derivation::Scrypt { .. } => Vec::new(),
        }
    }

    /// Key and initialisation vector.
    fn key(&self, password: Password<'_>, bytes: &[u8], work: &Work) -> Result<(Wiped, Wiped)> {
        let (key_len, iv_len) = (self.cipher.key_len(), self.cipher.iv_len());
        let given = || Zeroizing::new(self.iv.clone());
        match &self.derivation {
            Derivation::Pkcs12 { hash, salt, iterations } => {
                let wanted = [(Purpose::Key, key_len), (Purpose::Iv, iv_len)];
                let secret = (&password.bmp()[..], &salt[..]);
                let [key, iv] = kdf::pkcs12((*hash, *iterations), wanted, secret, work)?;
                Ok((key, iv))
            }
            Derivation::Pbkdf1 { hash, salt, iterations } => {
                let both = kdf::pbkdf1((*hash, *iterations), (bytes, salt), work)?;
                let (key, rest) = both.split_at(key_len);
                let wiped = |bytes: &[u8]| Zeroizing::new(bytes.to_vec());
                Ok((wiped(key), wiped(&rest[..iv_len])))
            }
            Derivation::Pbkdf2 { hash, salt, iterations, .. } => {
                let secret = (bytes, &salt[..]);
                Ok((kdf::pbkdf2((*hash, *iterations), key_len, secret, work)?, given()))
            }
            Derivation::Scrypt { salt, parameters } => {
                let secret = (bytes, &salt[..]);
                Ok((kdf::scrypt(*parameters, key_len, secret, work)?, given()))
            }
        }
    }
}

impl Derivation {
    /// With a cipher.
    fn name(&self, cipher: &str) -> String {
        match self {
            Self::Pkcs12 { hash, .. } => format!("{cipher} (PBES1, PKCS#12, {})", hash.name()),
            Self::Pbkdf1 { hash, .. } => format!("{cipher} (PBES1, PBKDF1, {})", hash.name()),
            Self::Pbkdf2 { hash, .. } => format!("{cipher} (PBES2, PBKDF2, HMAC-{})", hash.name()),
            // Where it takes more than OpenSSL allows, it says how much.
            Self::Scrypt { parameters: (n, r, p), .. } => match kdf::scrypt_memory(*n, *r, *p) {
                bytes if bytes >= SCRYPT_USUAL => {
                    format!("{cipher} (PBES2, scrypt, {} MiB)", bytes >> 20)
                }
                _ => format!("{cipher} (PBES2, scrypt)"),
            },
        }
    }

    /// PBKDF2 or scrypt (RFC 8018 appendix A.2, RFC 7914 section 7).
    fn read(algorithm: &Value<'_>) -> Result<Self> {
        let mut reader = algorithm.reader();
        let oid = reader.oid("a key derivation")?;
        match oid.as_str() {
            PBKDF2 => {
                let mut parameters = reader.sequence("the parameters of PBKDF2")?;
                let salt = parameters.octets("a salt")?.into_owned();
                let iterations = parameters.unsigned("an iteration count")?;
                let length = parameters.optional(tag::INTEGER, "a key length")?;
                let length = length.map(|value| value.unsigned("a key length")).transpose()?;
                let hash = match parameters.optional(tag::SEQUENCE, "a PRF")? {
                    Some(prf) => read_hmac(&prf)?,
                    None => Hash::Sha1,
                };
                Ok(Self::Pbkdf2 { hash, salt, iterations, length })
            }
            SCRYPT => {
                let mut parameters = reader.sequence("the parameters of scrypt")?;
                let salt = parameters.octets("a salt")?.into_owned();
                let mut number = |what| parameters.unsigned(what);
                let parameters = (number("N")?, number("r")?, number("p")?);
                Ok(Self::Scrypt { salt, parameters })
            }
            _ => Err(unsupported("key derivation", &oid)),
        }
    }
}

/// A MAC by PBMAC1 (RFC 9579): PBKDF2, then HMAC.
#[derive(Clone, Debug)]
pub struct Pbmac1 {
    derivation: Hash,
    salt: Vec<u8>,
    /// The iteration count.
    pub iterations: u64,
    length: usize,
    mac: Hash,
}

impl Pbmac1 {
    /// Whether a digest algorithm is PBMAC1.
    pub fn is(oid: &str) -> bool {
        oid == PBMAC1
    }

    /// Reads its parameters: `SEQUENCE { PBKDF2, HMAC }`.
    pub fn read(parameters: &mut Reader<'_>) -> Result<Self> {
        let mut parameters = parameters.sequence("the parameters of PBMAC1")?;
        let derivation = parameters.any("a key derivation")?;
        let mac = read_hmac(&parameters.expect(tag::SEQUENCE, "a MAC")?)?;
        match Derivation::read(&derivation)? {
            // RFC 9579 section 5: the length must be there, and less than 20 is no protection.
            Derivation::Pbkdf2 { hash, salt, iterations, length: Some(length @ 20..=256) } => {
                Ok(Self { derivation: hash, salt, iterations, length: length as usize, mac })
            }
            Derivation::Pbkdf2 { .. } => {
                Err(derivation.malformed("PBKDF2 with a key length of 20 to 256 octets").into())
            }
            _ => {
                Err(Error::new(Failure::Unsupported, "PBMAC1 with another derivation than PBKDF2"))
            }
        }
    }

    /// `HMAC-SHA-256 (PBMAC1)`.
    pub fn name(&self) -> String {
        format!("HMAC-{} (PBMAC1)", self.mac.name())
    }

    /// Octets of the MAC.
    pub fn mac_len(&self) -> usize {
        self.mac.len()
    }

    /// The MAC over the data.
    pub fn mac(&self, password: Password<'_>, data: &[u8], work: &Work) -> Result<Vec<u8>> {
        let secret = (password.bytes(), &self.salt[..]);
        let algorithm = (self.derivation, self.iterations);
        let key = kdf::pbkdf2(algorithm, self.length, secret, work)?;
        Ok(self.mac.hmac(&key, data))
    }
}

/// `SEQUENCE { OID hmacWithSHA..., NULL }`
fn read_hmac(algorithm: &Value<'_>) -> Result<Hash> {
    let oid = algorithm.reader().oid("an HMAC")?;
    Hash::of_hmac(&oid).ok_or_else(|| unsupported("PRF", &oid))
}

/// A cipher of PBES2 and its initialisation vector.
fn read_cipher(algorithm: &Value<'_>) -> Result<(Cipher, Vec<u8>)> {
    let mut reader = algorithm.reader();
    let oid = reader.oid("a cipher")?;
    if oid == RC2_CBC {
        // SEQUENCE { INTEGER version, OCTET STRING iv }; the version stands for the bits.
        let mut parameters = reader.sequence("the parameters of RC2")?;
        let bits = match parameters.unsigned("the version of RC2")? {
            160 => 40,
            120 => 64,
            58 => 128,
            version => return Err(unsupported("RC2 version", &version.to_string())),
        };
        let iv = parameters.octets("an initialisation vector")?;
        return Ok((Cipher::Rc2(bits / 8, bits), iv.into_owned()));
    }
    let Some((_, cipher)) = CIPHERS.iter().find(|(known, _)| *known == oid) else {
        return Err(unsupported("cipher", &oid));
    };
    let here: Malformed = reader.malformed(format!("{} octets of IV", cipher.iv_len()));
    let iv = reader.octets("an initialisation vector")?.into_owned();
    if iv.len() == cipher.iv_len() { Ok((*cipher, iv)) } else { Err(here.into()) }
}

/// The algorithm's name where it has one.
fn known(oid: &str) -> &str {
    UNSUPPORTED.iter().find(|(known, _)| *known == oid).map_or(oid, |(_, name)| name)
}

/// `unsupported`, by name.
pub(super) fn unsupported(what: &str, oid: &str) -> Error {
    let message = format!("{what} {} is not supported", known(oid));
    Error::new(Failure::Unsupported, message).help(
        "write it again with AES: openssl pkcs12 -in FILE -out all.pem, then openssl pkcs12 -export \
         -in all.pem -out new.p12; of a key alone: openssl pkcs8 -topk8 -v2 aes256 -in FILE -out new.key",
    )
}
