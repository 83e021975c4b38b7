//! The two ciphers that Sun invented for keys in JKS and JCEKS.

use zeroize::Zeroizing;

use super::super::key::Key;
use super::super::key::sealed::{Means, encrypted_info};
use super::super::password::Password;
use super::super::pbe::cipher::Cipher;
use super::super::pbe::kdf::Hash;
use super::super::work::Work;
use crate::digest;
use crate::error::Result;

/// JKS: the key XOR a stream of SHA-1, and a digest of the key.
const KEY_PROTECTOR: &str = "1.3.6.1.4.1.42.2.17.1.1";
/// JCEKS: PBEWithMD5AndTripleDES.
const MD5_TRIPLE_DES: &str = "1.3.6.1.4.1.42.2.19.1";

/// A key to be opened later, the name of its cipher, and the iterations.
pub fn sealed(der: &[u8], means: Means) -> Result<(Key, String, u64)> {
    let (algorithm, data) = encrypted_info(der)?;
    let mut reader = algorithm.reader();
    match reader.oid("an encryption algorithm")?.as_str() {
        KEY_PROTECTOR => {
            let unseal = move || means.open(|password| Ok(key_protector(password, &data)));
            Ok((Key::sealed(unseal), "SHA-1 stream (JKS)".to_owned(), 0))
        }
        MD5_TRIPLE_DES => {
            let mut parameters = reader.sequence("salt and iterations")?;
            let here = parameters.malformed("a salt of 8 octets");
            let salt = <[u8; 8]>::try_from(&*parameters.octets("a salt")?).map_err(|_| here)?;
            let iterations = parameters.unsigned("an iteration count")?;
            let unseal = move || {
                means.open(|password| {
                    md5_triple_des(password, (salt, iterations), &data, &means.work)
                })
            };
            Ok((Key::sealed(unseal), "3DES-CBC (PBEWithMD5AndTripleDES)".to_owned(), iterations))
        }
        _ => {
            let (key, scheme) = Key::encrypted(der, means)?;
            Ok((key, scheme.name(), scheme.iterations()))
        }
    }
}

/// sun.security.provider.KeyProtector: `salt (20), key XOR stream, SHA-1(password, key) (20)`,
/// where the stream is `SHA-1(password, block before)`, beginning with the salt.
fn key_protector(password: Password<'_>, data: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (salt, rest) = data.split_at_checked(20)?;
    let (text, expected) = rest.split_at_checked(rest.len().checked_sub(20)?)?;
    let password = password.utf16();
    let mut block = Zeroizing::new(salt.to_vec());
    let mut plain = Zeroizing::new(Vec::with_capacity(text.len()));
    for chunk in text.chunks(20) {
        block = Hash::Sha1.digest(&[&password, &block]);
        plain.extend(chunk.iter().zip(block.iter()).map(|(text, stream)| text ^ stream));
    }
    let found = Hash::Sha1.digest(&[&password, &plain]);
    digest::equal(&found, expected).then_some(plain)
}

/// com.sun.crypto.provider.PBECipherCore: each half of the salt is hashed with the password again
/// and again; the two digests in a row are key (24) and IV (8).
fn md5_triple_des(
    password: Password<'_>,
    (salt, iterations): ([u8; 8], u64),
    data: &[u8],
    work: &Work,
) -> Result<Option<Zeroizing<Vec<u8>>>> {
    work.spend(iterations, 2 * 2)?;
    let (halves, _) = salt.as_chunks::<4>();
    let mut halves = [halves[0], halves[1]];
    if halves[0] == halves[1] {
        // Sun meant to turn the first half round, wrote `3-1` for `3-i`, and has to keep it.
        let [a, b, _, d] = halves[0];
        halves[0] = [d, a, b, d];
    }
    let mut derived = Zeroizing::new(Vec::with_capacity(32));
    for half in halves {
        let mut block = Zeroizing::new(half.to_vec());
        for _ in 0..iterations {
            block = Hash::Md5.digest(&[&block, password.bytes()]);
        }
        derived.extend_from_slice(&block);
    }
    let (key, iv) = derived.split_at(derived.len().min(24));
    Ok(Cipher::TripleDes(24).decrypt(key, iv, data))
}
