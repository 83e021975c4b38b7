//! RSASSA-PSS (RFC 8017 section 8.1.2) for keys that are too short for our cryptography library.
//! Only public values are worked on, so nothing here needs to run in constant time; keys are at most
//! 4096 bits and exponents at most 64, so that nobody can make it slow.

use aws_lc_rs::digest::{Algorithm, digest};
use num_bigint::BigUint;
use x509_parser::public_key::RSAPublicKey;

/// The longest modulus of a PSS signature that is worked on, in bytes; longer keys are the library's.
const MAX_MODULUS: usize = 256;
/// The longest that is worked on at all.
const MAX_LEGACY_MODULUS: usize = 512;

/// Whether the signature over the message was made with this key: digest and mask digest the same,
/// salt as long as the digest (RFC 8446 section 4.2.3).
pub fn holds(
    key: &RSAPublicKey<'_>,
    hash: &'static Algorithm,
    message: &[u8],
    signature: &[u8],
) -> bool {
    if signature.len() > MAX_MODULUS {
        return false;
    }
    encoded(key, signature)
        .is_some_and(|(encoded, bits)| is_encoding_of(&encoded, bits, hash, message))
}

/// What was signed without any salt: the block of PKCS#1 (RFC 8017 section 9.2), as long as the
/// signature.
pub fn recovered(key: &RSAPublicKey<'_>, signature: &[u8]) -> Option<Vec<u8>> {
    let (encoded, _) = encoded(key, signature)?;
    let zeros = signature.len().checked_sub(encoded.len())?;
    Some([&vec![0; zeros], &encoded[..]].concat())
}

/// The encoded message that the signer signed, and its length in bits: signature ^ e mod n.
fn encoded(key: &RSAPublicKey<'_>, signature: &[u8]) -> Option<(Vec<u8>, usize)> {
    let modulus = trimmed(key.modulus);
    let exponent = key.try_exponent().ok()?;
    if modulus.len() > MAX_LEGACY_MODULUS || signature.len() != modulus.len() || modulus.len() < 64
    {
        return None;
    }
    let (n, base) = (BigUint::from_bytes_be(modulus), BigUint::from_bytes_be(signature));
    if base >= n {
        return None;
    }
    let power = base.modpow(&exponent.into(), &n).to_bytes_be();
    let bits = modulus.len() * 8 - modulus[0].leading_zeros() as usize - 1;
    let zeros = bits.div_ceil(8).checked_sub(power.len())?;
    Some(([vec![0; zeros], power].concat(), bits))
}

/// EMSA-PSS-VERIFY (RFC 8017 section 9.1.2): masked DB, H, 0xbc.
fn is_encoding_of(encoded: &[u8], bits: usize, hash: &'static Algorithm, message: &[u8]) -> bool {
    let length = hash.output_len;
    let Some((rest, [0xbc])) = encoded.split_at_checked(encoded.len() - 1) else { return false };
    let Some((masked, h)) = rest.split_at_checked(rest.len().saturating_sub(length)) else {
        return false;
    };
    let unused = encoded.len() * 8 - bits;
    if masked.len() < length + 1 || masked[0].leading_zeros() < unused as u32 {
        return false;
    }
    let mut block: Vec<u8> =
        mask(h, masked.len(), hash).iter().zip(masked).map(|(mask, byte)| mask ^ byte).collect();
    block[0] &= 0xff >> unused;
    // zeros, 0x01, salt
    let (padding, salt) = block.split_at(block.len() - length);
    let well_padded = padding
        .split_last()
        .is_some_and(|(one, zeros)| *one == 1 && zeros.iter().all(|byte| *byte == 0));
    let mut hashed = vec![0; 8];
    hashed.extend(digest(hash, message).as_ref());
    hashed.extend(salt);
    well_padded && digest(hash, &hashed).as_ref() == h
}

/// MGF1 (RFC 8017 appendix B.2.1).
fn mask(seed: &[u8], length: usize, hash: &'static Algorithm) -> Vec<u8> {
    let mut out = Vec::with_capacity(length + hash.output_len);
    for counter in 0u32.. {
        if out.len() >= length {
            break;
        }
        out.extend(digest(hash, &[seed, &counter.to_be_bytes()].concat()).as_ref());
    }
    out.truncate(length);
    out
}

fn trimmed(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    &bytes[zeros..]
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::digest::{SHA256, SHA384, SHA512};
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::{KeyPair, KeySize};
    use aws_lc_rs::signature::{
        KeyPair as _, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding,
    };
    use x509_parser::prelude::FromDer;

    use super::*;

    /// The library signs with keys of 2048 bits and more: what it makes must hold here too.
    #[test]
    fn agrees_with_the_library() {
        let key = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let public = RSAPublicKey::from_der(key.public_key().as_ref()).unwrap().1;
        let encodings: [(&'static dyn RsaEncoding, &'static Algorithm); 3] =
            [(&RSA_PSS_SHA256, &SHA256), (&RSA_PSS_SHA384, &SHA384), (&RSA_PSS_SHA512, &SHA512)];
        for (encoding, hash) in encodings {
            let mut signature = vec![0; 256];
            key.sign(encoding, &SystemRandom::new(), b"message", &mut signature).unwrap();
            assert!(holds(&public, hash, b"message", &signature));
            assert!(!holds(&public, hash, b"another", &signature));
            assert!(!holds(&public, hash, b"message", &signature[1..]));
            signature[100] ^= 1;
            assert!(!holds(&public, hash, b"message", &signature));
        }
    }

    #[test]
    fn numbers_beyond_the_modulus_and_huge_keys_are_refused() {
        let modulus = [0xff; 128];
        let key = RSAPublicKey { modulus: &modulus, exponent: &[1, 0, 1] };
        assert!(!holds(&key, &SHA256, b"", &modulus));
        let huge = [0xff; 257];
        let key = RSAPublicKey { modulus: &huge, exponent: &[3] };
        assert!(!holds(&key, &SHA256, b"", &[1; 257]));
        let tiny = RSAPublicKey { modulus: &[3], exponent: &[3] };
        assert!(!holds(&tiny, &SHA256, b"", &[1]));
    }
}
