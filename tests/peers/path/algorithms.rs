//! Every pair of algorithm named and used.

use super::case::{Case, Ours, Who};
use super::make::{Spec, issuer_id};
use super::ring::{Hash, Key, Named, Used};

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for used in Used::all() {
        for named in Named::ALL {
            // The curve is not part of the name.
            let is_right = named == used.algorithm;
            let ours = if is_right && !named.is_weak() { Ours::Accepts } else { Ours::Refuses };
            let name = format!("names {named:?}, signed with {used:?}");
            let case = Case::new(name, ours, |world| {
                world.root = authority(used.key);
                world.leaf.issuer = world.root.subject.clone();
                world.leaf.set(super::make::oid::ISSUER_ID, false, issuer_id(used.key));
                world.leaf.signed(named, used);
                world.sent = vec![Who::Leaf];
            });
            cases.push(match is_right && named.is_weak() {
                true => case.stricter("TLS libraries take no SHA-1 any more"),
                false => case,
            });
        }
    }
    cases
}

/// A root with this key.
fn authority(key: Key) -> Spec {
    let mut root = Spec::authority(9, "Root of a kind", "Root of a kind", key, key);
    let algorithm = match key {
        Key::Rsa => Named::Pkcs1(Hash::Sha256),
        Key::Ed25519 => Named::Ed25519,
        _ => Named::Ecdsa(Hash::Sha256),
    };
    root.signed(algorithm, Used { key, algorithm });
    root
}
