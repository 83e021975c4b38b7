//! What proves to a provider that somebody knows a secret, and to us that a provider does.

use super::mac::mac;
use super::scheme::Algorithm;
use crate::digest::{equal, sha256};
use crate::secret::Secret;

/// The HMAC-SHA256 of what the provider sent.
pub fn mac_of(value: &str, secret: &Secret) -> Option<Vec<u8>> {
    mac(Algorithm::HmacSha256, secret.expose(), &[value.as_bytes()])
}

/// The SHA-256 of what the provider sent, a token that both know, and the address that is called.
pub fn digest_of(value: &str, token: &Secret, url: &str) -> [u8; 32] {
    let whole = Secret::new([value.as_bytes(), token.expose(), url.as_bytes()].concat());
    sha256(whole.expose())
}

/// Whether this names the token. Compared as digests: how long it takes says nothing of its length either.
pub fn names(named: &[u8], token: &Secret) -> bool {
    equal(&sha256(named), &sha256(token.expose()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_named_letter_by_letter() {
        let token = Secret::new(b"meatyhamhock".to_vec());
        assert!(names(b"meatyhamhock", &token));
        for wrong in [&b""[..], b"meatyhamhoc", b"meatyhamhocks", b"Meatyhamhock"] {
            assert!(!names(wrong, &token));
        }
    }
}
