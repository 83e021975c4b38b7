//! Encrypted private keys: PKCS#8 (RFC 5958 section 3) and OpenSSL's `Proc-Type: 4,ENCRYPTED`.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::{Key, PrivateKey};
use crate::der::{Reader, tag};
use crate::digest;
use crate::error::{Error, Malformed, Result};
use crate::failure::Failure;
use crate::store::password::{OpenedWith, Password, Passwords};
use crate::store::pbe::cipher::Cipher;
use crate::store::pbe::{Scheme, kdf};
use crate::store::work::Work;

/// Ciphers in DEK-Info.
const DEK_CIPHERS: [(&str, Cipher); 6] = [
    ("DES-CBC", Cipher::Des),
    ("DES-EDE3-CBC", Cipher::TripleDes(24)),
    ("AES-128-CBC", Cipher::Aes(16)),
    ("AES-192-CBC", Cipher::Aes(24)),
    ("AES-256-CBC", Cipher::Aes(32)),
    ("RC2-CBC", Cipher::Rc2(16, 128)),
];

/// What goes with an encrypted key: the passwords to try, the likeliest first, and the work allowed.
#[derive(Clone)]
pub struct Means {
    pub passwords: Passwords,
    pub first: OpenedWith,
    pub work: Arc<Work>,
}

impl Means {
    /// Tries each password until one gives a private key, and says which. `attempt` says `None` for a wrong one.
    pub fn open(
        &self,
        attempt: impl Fn(Password<'_>) -> Result<Option<Zeroizing<Vec<u8>>>>,
    ) -> Result<(PrivateKey, OpenedWith)> {
        for password in self.passwords.candidates_from(self.first) {
            let Some(der) = attempt(password)? else { continue };
            match PrivateKey::parse(&der) {
                Ok(key) => return Ok((key, password.which)),
                // A wrong password can give right padding, but hardly a whole SEQUENCE.
                Err(malformed) if is_one_value(&der) => return Err(malformed.into()),
                Err(_) => {}
            }
        }
        Err(self.passwords.refused("the private key"))
    }
}

fn is_one_value(der: &[u8]) -> bool {
    let mut reader = Reader::new("private key", der);
    reader.expect(tag::SEQUENCE, "").is_ok() && reader.is_empty()
}

/// `SEQUENCE { SEQUENCE algorithm, OCTET STRING encrypted }`: the algorithm and the cipher text.
/// Java's keystores have algorithms of their own in the same structure.
pub fn encrypted_info(der: &[u8]) -> Result<(crate::der::Value<'_>, Vec<u8>), Malformed> {
    let mut info =
        Reader::new("encrypted private key", der).sequence("an encrypted private key")?;
    let algorithm = info.expect(tag::SEQUENCE, "an encryption algorithm")?;
    let data = info.octets("the encrypted key")?.into_owned();
    Ok((algorithm, data))
}

impl Key {
    /// EncryptedPrivateKeyInfo, and its scheme for the report.
    pub(crate) fn encrypted(der: &[u8], means: Means) -> Result<(Self, Scheme)> {
        let (algorithm, data) = encrypted_info(der)?;
        let scheme = Scheme::read(&algorithm)?;
        let used = scheme.clone();
        let unseal = move || match means.open(|it| used.decrypt(it, &data, &means.work)) {
            Err(error) if error.code != Failure::Malformed => {
                let spelled = means.open(|it| used.decrypt_bmp(it, &data, &means.work));
                spelled.map_err(|_| error)
            }
            result => result,
        };
        Ok((Self::sealed(unseal), scheme))
    }

    /// A key under `DEK-Info: CIPHER,IV` (RFC 1421 as OpenSSL does it): the key is derived with
    /// one round of MD5, and the first eight octets of the IV are the salt.
    pub(crate) fn traditional(
        dek_info: &str,
        data: Vec<u8>,
        means: Means,
    ) -> Result<(Self, String)> {
        let (name, iv) = dek_info.split_once(',').unwrap_or((dek_info, ""));
        let Some((_, cipher)) = DEK_CIPHERS.iter().find(|(known, _)| *known == name.trim()) else {
            let message = format!("key encryption {} is not supported", name.trim());
            return Err(Error::new(Failure::Unsupported, message));
        };
        let cipher = *cipher;
        let iv = digest::unhex(iv.trim()).filter(|iv| iv.len() == cipher.iv_len());
        let iv = iv.ok_or_else(|| Malformed::new("DEK-Info", name.len(), "an IV in hex"))?;
        let unseal = move || {
            means.open(|password| {
                let key = kdf::bytes_to_key(cipher.key_len(), password.bytes(), &iv[..8]);
                Ok(cipher.decrypt(&key, &iv, &data))
            })
        };
        Ok((Self::sealed(unseal), format!("{} (Proc-Type, MD5)", cipher.name())))
    }
}
