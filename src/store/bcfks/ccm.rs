//! AES in CCM (NIST SP 800-38C), reading only: a store is all that is encrypted with it here.

use aes::cipher::{Array, BlockCipherEncrypt, KeyInit};
use zeroize::Zeroizing;

const BLOCK: usize = 16;

/// The plain text of `data`, which ends with a tag of `tag_len` octets; `None` if the tag is wrong, as
/// after a wrong password, or if a length is.
pub fn decrypt(
    key: &[u8],
    nonce: &[u8],
    tag_len: usize,
    data: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    match key.len() {
        16 => open(&aes::Aes128::new_from_slice(key).ok()?, nonce, tag_len, data),
        24 => open(&aes::Aes192::new_from_slice(key).ok()?, nonce, tag_len, data),
        32 => open(&aes::Aes256::new_from_slice(key).ok()?, nonce, tag_len, data),
        _ => None,
    }
}

fn open<C>(cipher: &C, nonce: &[u8], tag_len: usize, data: &[u8]) -> Option<Zeroizing<Vec<u8>>>
where
    C: BlockCipherEncrypt<BlockSize = aes::cipher::consts::U16>,
{
    let sizes_fit =
        (7..=13).contains(&nonce.len()) && (4..=16).contains(&tag_len) && tag_len.is_multiple_of(2);
    let (text, tag) = data.split_at(data.len().checked_sub(tag_len).filter(|_| sizes_fit)?);
    // Octets of the length, and of the counter.
    let width = BLOCK - 1 - nonce.len();
    let encrypted = |block: [u8; BLOCK]| -> [u8; BLOCK] {
        let mut block = Array::from(block);
        cipher.encrypt_block(&mut block);
        block.into()
    };
    let block = |flags: u8, number: u64| {
        let mut block = [0; BLOCK];
        block[0] = flags;
        block[1..=nonce.len()].copy_from_slice(nonce);
        let digits = number.to_be_bytes();
        let count = width.min(digits.len());
        block[BLOCK - count..].copy_from_slice(&digits[digits.len() - count..]);
        block
    };
    let counter = (width - 1) as u8;
    let mut plain = Zeroizing::new(Vec::with_capacity(text.len()));
    for (number, piece) in (1..).zip(text.chunks(BLOCK)) {
        let stream = encrypted(block(counter, number));
        plain.extend(piece.iter().zip(stream).map(|(byte, key)| byte ^ key));
    }
    let flags = ((tag_len as u8 - 2) / 2) << 3 | counter;
    let mut mac = encrypted(block(flags, text.len() as u64));
    for piece in plain.chunks(BLOCK) {
        mac.iter_mut().zip(piece).for_each(|(mac, byte)| *mac ^= byte);
        mac = encrypted(mac);
    }
    let first = encrypted(block(counter, 0));
    mac.iter_mut().zip(first).for_each(|(mac, byte)| *mac ^= byte);
    crate::digest::equal(&mac[..tag_len], tag).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::unhex;

    /// Without associated data, made with OpenSSL's EVP_aes_128_ccm by Python's cryptography.
    #[test]
    fn vectors() {
        for (key, nonce, tag_len, data, plain) in VECTORS {
            let [key, nonce, data, plain] =
                [key, nonce, data, plain].map(|hex| unhex(hex).unwrap());
            assert_eq!(*decrypt(&key, &nonce, tag_len, &data).unwrap(), plain);
            let mut changed = data.clone();
            changed[0] ^= 1;
            assert!(decrypt(&key, &nonce, tag_len, &changed).is_none());
        }
        assert!(decrypt(&[0; 16], &[0; 6], 8, &[0; 32]).is_none());
        assert!(decrypt(&[0; 16], &[0; 12], 8, &[0; 7]).is_none());
        assert!(decrypt(&[0; 15], &[0; 12], 8, &[0; 32]).is_none());
    }

    /// Key, nonce, octets of the tag, cipher text with its tag, plain text.
    const VECTORS: [(&str, &str, usize, &str, &str); 3] = [
        (
            "bccc6264e352bb0e7582c3f7aab4ee08",
            "e31698a879c50b",
            4,
            "798b661a5992bd2ea357dee5365f0170ac58086b9bbf1963ec4ecf0c",
            "dc39a49e4bf1bf7abceb2c13dfdba3dfea786a41cc71ed30",
        ),
        (
            "5d901af52376fd2a85c7bd5629c0bfc3d05125d1c6499a7e",
            "0084f2ed2a516825c4051261",
            8,
            "cac5778301f2643a1d793cfcf4",
            "a0c16a13bf",
        ),
        (
            "cfe211b6888791c6ebd9b3ae4e235dda7eb03fc2b9b7e251335c60e9cec4fcce",
            "be7fc25552aed5b0a93ead23",
            8,
            "ff51c3ef85319fce4ae3eac7e285df9d542e59ad05fdf014493d409a58bd677558b6e75d113345c6e7b26294399847cb87988aa630762e78e85a4ccc03fda19bf4d50fb54b5e1f8caa06ccc41608cc1c5b3ac9e9224a8b61bad1f547c2b5f37642ee02d7fc5675daab51a6cd",
            "863d0b688f0f30024c8c493356446aef0108bce36aa96b8ec5bc7883b210123a50edebc1dbb8ebfdeb4396a4e2bf62773bf515095d3e4b4f3397da50d4b694e5a57bf34c2d49404adaf42bc37d30c56b1875d25f37a5e15f252e4e15333416bbc2001f0f",
        ),
    ];
}
