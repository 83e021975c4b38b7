//! Is the new key, or the new signature, weaker than the old one?

use crate::cert::Certificate;
use crate::cert::algorithms::{PublicKey, is_weak_signature, signature_name};

/// Below so many bits of strength a difference counts between different algorithms, too: who goes from
/// RSA 4096 to P-256 loses nothing that anybody could use.
const ENOUGH: u32 = 128;

/// How NEW is weaker than OLD, if it is.
pub fn than(old: &Certificate, new: &Certificate) -> Option<String> {
    if is_weaker_key(&old.key, &new.key) {
        let (before, after) = (old.key.short(), new.key.short());
        return Some(format!("the key of NEW is {after}, that of OLD {before}"));
    }
    let is_weak =
        |one: &Certificate| is_weak_signature(&one.signature_oid) && !one.is_self_issued();
    (is_weak(new) && !is_weak(old)).then(|| {
        let [before, after] = [old, new].map(|one| signature_name(&one.signature_oid));
        format!("NEW is signed with {after}, OLD with {before}")
    })
}

fn is_weaker_key(old: &PublicKey, new: &PublicKey) -> bool {
    if old.algorithm == new.algorithm {
        return matches!((old.bits, new.bits), (Some(before), Some(after)) if after < before);
    }
    match (strength(old), strength(new)) {
        (Some(before), Some(after)) => after < before && after < ENOUGH,
        _ => false,
    }
}

/// Bits of strength against classical attackers (NIST SP 800-57 part 1 revision 5, table 2); `None`
/// for what has no measure there.
fn strength(key: &PublicKey) -> Option<u32> {
    let bits = key.bits?;
    match key.algorithm.as_ref() {
        "RSA" | "RSA-PSS" | "DSA" => Some(match bits {
            ..1024 => 40,
            1024..2048 => 80,
            2048..3072 => 112,
            3072..7680 => 128,
            7680..15360 => 192,
            _ => 256,
        }),
        "EC" | "Ed25519" | "Ed448" => Some(bits / 2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(algorithm: &'static str, bits: u32) -> PublicKey {
        PublicKey { algorithm: algorithm.into(), bits: Some(bits), curve: None }
    }

    #[test]
    fn fewer_bits_of_one_algorithm_are_weaker_and_of_another_only_below_enough() {
        for (old, new, is_weaker) in [
            (("RSA", 4096), ("RSA", 2048), true),
            (("RSA", 2048), ("RSA", 4096), false),
            (("EC", 384), ("EC", 256), true),
            (("RSA", 4096), ("EC", 256), false),
            (("RSA", 8192), ("EC", 256), false),
            (("EC", 256), ("RSA", 2048), true),
            (("RSA", 2048), ("EC", 192), true),
            (("EC", 256), ("RSA", 3072), false),
            (("EC", 256), ("ML-DSA-44", 1), false),
        ] {
            let (old, new) = (key(old.0, old.1), key(new.0, new.1));
            assert_eq!(is_weaker_key(&old, &new), is_weaker, "{old:?} {new:?}");
        }
    }
}
