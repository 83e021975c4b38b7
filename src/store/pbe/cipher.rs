//! The ciphers that keystores are encrypted with: block ciphers in CBC mode, and RC4.

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt};
use aes::cipher::{InnerIvInit, KeyInit};
use zeroize::Zeroizing;

/// A cipher with all that its name does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cipher {
    /// AES-128, AES-192 or AES-256 by the octets of its key.
    Aes(usize),
    /// Triple DES with two or three keys: 16 or 24 octets.
    TripleDes(usize),
    /// DES: 8 octets.
    Des,
    /// RC2: octets of the key, effective bits (RFC 2268).
    Rc2(usize, usize),
    /// RC4: octets of the key. No padding.
    Rc4(usize),
    /// Twofish-256, in UBER.
    Twofish,
}

impl Cipher {
    /// Name as people know it.
    pub fn name(self) -> String {
        match self {
            Self::Aes(octets) => format!("AES-{}-CBC", octets * 8),
            Self::TripleDes(16) => "2-key 3DES-CBC".to_owned(),
            Self::TripleDes(_) => "3DES-CBC".to_owned(),
            Self::Des => "DES-CBC".to_owned(),
            Self::Rc2(_, bits) => format!("RC2-{bits}-CBC"),
            Self::Rc4(octets) => format!("RC4-{}", octets * 8),
            Self::Twofish => "Twofish-CBC".to_owned(),
        }
    }

    /// Octets of the key.
    pub fn key_len(self) -> usize {
        match self {
            Self::Aes(octets) | Self::TripleDes(octets) => octets,
            Self::Rc2(octets, _) | Self::Rc4(octets) => octets,
            Self::Des => 8,
            Self::Twofish => 32,
        }
    }

    /// Octets of the initialisation vector: one block.
    pub fn iv_len(self) -> usize {
        match self {
            Self::Aes(_) | Self::Twofish => 16,
            Self::TripleDes(_) | Self::Des | Self::Rc2(..) => 8,
            Self::Rc4(_) => 0,
        }
    }

    /// The plain text; `None` if padding or lengths are wrong, as a wrong key makes them.
    pub fn decrypt(self, key: &[u8], iv: &[u8], data: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let key = self.whole_key(key)?;
        match self {
            Self::Aes(16) => cbc_decrypt(aes::Aes128::new_from_slice(&key).ok()?, iv, data),
            Self::Aes(24) => cbc_decrypt(aes::Aes192::new_from_slice(&key).ok()?, iv, data),
            Self::Aes(_) => cbc_decrypt(aes::Aes256::new_from_slice(&key).ok()?, iv, data),
            Self::TripleDes(_) => cbc_decrypt(des::TdesEde3::new_from_slice(&key).ok()?, iv, data),
            Self::Des => cbc_decrypt(des::Des::new_from_slice(&key).ok()?, iv, data),
            Self::Rc2(_, bits) => cbc_decrypt(rc2::Rc2::new_with_eff_key_len(&key, bits), iv, data),
            Self::Rc4(_) => Some(rc4(&key, data)),
            Self::Twofish => cbc_decrypt(twofish::Twofish::new_from_slice(&key).ok()?, iv, data),
        }
    }

    /// The cipher text, for the ciphers that stores are written with.
    pub fn encrypt(self, key: &[u8], iv: &[u8], data: &[u8]) -> Option<Vec<u8>> {
        let key = self.whole_key(key)?;
        match self {
            Self::Aes(32) => cbc_encrypt(aes::Aes256::new_from_slice(&key).ok()?, iv, data),
            Self::TripleDes(_) => cbc_encrypt(des::TdesEde3::new_from_slice(&key).ok()?, iv, data),
            Self::Rc2(_, bits) => cbc_encrypt(rc2::Rc2::new_with_eff_key_len(&key, bits), iv, data),
            _ => None,
        }
    }

    /// Two-key triple DES uses its first key again as the third.
    fn whole_key(self, key: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut whole = Zeroizing::new(Vec::with_capacity(32));
        whole.extend_from_slice((key.len() == self.key_len()).then_some(key)?);
        if self == Self::TripleDes(16) {
            whole.extend_from_slice(&key[..8]);
        }
        Some(whole)
    }
}

fn cbc_decrypt<C: BlockCipherDecrypt>(
    cipher: C,
    iv: &[u8],
    data: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let mut plain = Zeroizing::new(data.to_vec());
    let mode = cbc::Decryptor::inner_iv_slice_init(cipher, iv).ok()?;
    let length = mode.decrypt_padded::<Pkcs7>(&mut plain).ok()?.len();
    plain.truncate(length);
    Some(plain)
}

fn cbc_encrypt<C: BlockCipherEncrypt>(cipher: C, iv: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    let mode = cbc::Encryptor::inner_iv_slice_init(cipher, iv).ok()?;
    Some(mode.encrypt_padded_vec::<Pkcs7>(data))
}

/// RC4. No crate for it: ten lines for one old cipher that must be read, never written.
fn rc4(key: &[u8], data: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut state: [u8; 256] = std::array::from_fn(|index| index as u8);
    let mut j = 0u8;
    for i in 0..256 {
        j = j.wrapping_add(state[i]).wrapping_add(key[i % key.len()]);
        state.swap(i, usize::from(j));
    }
    let (mut i, mut j) = (0u8, 0u8);
    let mut next = || {
        i = i.wrapping_add(1);
        j = j.wrapping_add(state[usize::from(i)]);
        state.swap(usize::from(i), usize::from(j));
        state[usize::from(state[usize::from(i)].wrapping_add(state[usize::from(j)]))]
    };
    Zeroizing::new(data.iter().map(|byte| byte ^ next()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::hex;

    #[test]
    fn rc4_vector() {
        // "Key", "Plaintext": the vector everybody uses.
        let cipher = rc4(b"Key", b"Plaintext");
        assert_eq!(hex(&cipher), "bbf316e8d940af0ad3");
    }

    #[test]
    fn what_is_encrypted_is_decrypted() {
        for cipher in
            [Cipher::Aes(32), Cipher::TripleDes(24), Cipher::TripleDes(16), Cipher::Rc2(5, 40)]
        {
            let (key, iv) = (vec![7; cipher.key_len()], vec![9; cipher.iv_len()]);
            let text = cipher.encrypt(&key, &iv, b"attack at dawn").unwrap();
            assert_eq!(*cipher.decrypt(&key, &iv, &text).unwrap(), b"attack at dawn");
            assert!(cipher.decrypt(&key, &iv, &text[1..]).is_none());
            assert!(cipher.decrypt(&key[1..], &iv, &text).is_none());
            assert!(cipher.decrypt(&key, &iv[1..], &text).is_none());
        }
    }
}
