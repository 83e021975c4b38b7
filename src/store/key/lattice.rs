//! The public half of ML-DSA and ML-KEM keys, which come as a seed, expanded, or both (RFC 9881
//! section 6, RFC 9935 section 6):
//!
//! ```text
//! CHOICE { seed [0] OCTET STRING, expanded OCTET STRING, both SEQUENCE { seed, expanded } }
//! ```

use aws_lc_rs::signature::{KeyPair, PqdsaKeyPair, PqdsaSigningAlgorithm};

use crate::der::{Reader, tag};

/// The forms that a file may have.
#[derive(Default)]
struct Forms<'a> {
    seed: Option<&'a [u8]>,
    expanded: Option<&'a [u8]>,
}

impl<'a> Forms<'a> {
    fn read(key: &'a [u8]) -> Option<Self> {
        let value = Reader::new("key", key).any("").ok()?;
        match value.tag {
            0x80 => Some(Self { seed: Some(value.content), expanded: None }),
            tag::OCTET_STRING => Some(Self { seed: None, expanded: Some(value.content) }),
            tag::SEQUENCE => {
                let mut both = value.reader();
                let mut next = || both.expect(tag::OCTET_STRING, "").ok().map(|it| it.content);
                Some(Self { seed: Some(next()?), expanded: Some(next()?) })
            }
            _ => None,
        }
    }
}

/// The public key of ML-DSA; `None` too if seed and expanded key belong to two keys.
pub fn ml_dsa(algorithm: &'static PqdsaSigningAlgorithm, key: &[u8]) -> Option<Vec<u8>> {
    let forms = Forms::read(key)?;
    let seed = forms.seed.map(|seed| PqdsaKeyPair::from_seed(algorithm, seed));
    let expanded = forms.expanded.map(|key| PqdsaKeyPair::from_raw_private_key(algorithm, key));
    let mut public = None;
    for pair in seed.into_iter().chain(expanded) {
        let found = pair.ok()?.public_key().as_ref().to_vec();
        if *public.get_or_insert_with(|| found.clone()) != found {
            return None;
        }
    }
    public
}

/// The encapsulation key of ML-KEM, which stands in the expanded key (FIPS 203 algorithm 16): after
/// 384 k octets of the private vector, 384 k + 32 long, before 64 more. A seed alone is not expanded.
pub fn ml_kem(key: &[u8]) -> Option<Vec<u8>> {
    let key = Forms::read(key)?.expanded?;
    let private = 384 * [2, 3, 4].into_iter().find(|k| key.len() == 768 * k + 96)?;
    key.get(private..2 * private + 32).map(<[u8]>::to_vec)
}
