//! Which new identity takes the place of which old one.

use super::side::Identity;

/// An old identity and the new one in its place; never neither.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    /// `None` where a new one replaces nothing.
    pub old: Option<&'a Identity>,
    /// `None` where nothing takes its place.
    pub new: Option<&'a Identity>,
}

/// What two identities that belong together have in common, the surest first.
const BONDS: [fn(&Identity, &Identity) -> bool; 4] = [same, alias, subject, key];

/// Every identity once, the old ones in their order, then the new ones that replace nothing. The only
/// one left on each side belong together, too.
pub fn pairs<'a>(old: &'a [Identity], new: &'a [Identity]) -> Vec<Pair<'a>> {
    let mut places: Vec<Option<usize>> = vec![None; old.len()];
    let mut is_taken = vec![false; new.len()];
    for bond in BONDS {
        for (one, place) in old.iter().zip(&mut places).filter(|(_, place)| place.is_none()) {
            let found = new.iter().enumerate().position(|(at, it)| !is_taken[at] && bond(one, it));
            if let Some(at) = found {
                (*place, is_taken[at]) = (Some(at), true);
            }
        }
    }
    let free: Vec<usize> = (0..new.len()).filter(|at| !is_taken[*at]).collect();
    let mut alone = places.iter_mut().filter(|place| place.is_none());
    if let (&[at], Some(place), None) = (&free[..], alone.next(), alone.next()) {
        (*place, is_taken[at]) = (Some(at), true);
    }
    let replaced = old
        .iter()
        .zip(&places)
        .map(|(old, place)| Pair { old: Some(old), new: place.and_then(|at| new.get(at)) });
    let others = new.iter().zip(&is_taken).filter(|(_, is_taken)| !**is_taken);
    replaced.chain(others.map(|(new, _)| Pair { old: None, new: Some(new) })).collect()
}

fn same(old: &Identity, new: &Identity) -> bool {
    old.certificate() == new.certificate()
}

fn alias(old: &Identity, new: &Identity) -> bool {
    match (&old.alias, &new.alias) {
        // Java keeps its aliases in small letters.
        (Some(old), Some(new)) => old.to_lowercase() == new.to_lowercase(),
        _ => false,
    }
}

fn subject(old: &Identity, new: &Identity) -> bool {
    let subject = |one: &Identity| one.certificate().map(|one| one.subject_der().to_vec());
    subject(old) == subject(new)
}

fn key(old: &Identity, new: &Identity) -> bool {
    let key = |one: &Identity| one.certificate().map(|one| one.spki().to_vec());
    key(old) == key(new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cert::{Certificate, Chain};

    fn identity(alias: Option<&str>, name: &str, key: &rcgen::KeyPair, serial: u64) -> Identity {
        let mut params = rcgen::CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        params.serial_number = Some(serial.into());
        let der = params.self_signed(key).unwrap().der().to_vec();
        let chain = Chain::new(vec![Certificate::parse(der).unwrap()]);
        Identity { alias: alias.map(str::to_owned), chain, key_matches: None, is_ordered: true }
    }

    fn serials(old: &[Identity], new: &[Identity]) -> Vec<(String, String)> {
        let serial = |one: Option<&Identity>| {
            one.and_then(Identity::certificate).map_or("-".to_owned(), |one| one.serial.clone())
        };
        pairs(old, new).iter().map(|pair| (serial(pair.old), serial(pair.new))).collect()
    }

    #[test]
    fn the_surest_bond_counts_first_and_the_last_two_belong_together() {
        let keys: Vec<rcgen::KeyPair> =
            (0..4).map(|_| rcgen::KeyPair::generate().unwrap()).collect();
        let old = [
            identity(None, "by key", &keys[0], 1),
            identity(Some("Hooks"), "by alias", &keys[1], 2),
            identity(None, "by subject", &keys[2], 3),
            identity(None, "left", &keys[3], 4),
        ];
        let other = rcgen::KeyPair::generate().unwrap();
        let new = [
            identity(None, "renamed", &keys[0], 0x11),
            identity(None, "by subject", &other, 0x13),
            identity(Some("hooks"), "renamed", &other, 0x12),
            identity(None, "unlike", &other, 0x14),
        ];
        let pair = |old: &str, new: &str| (old.to_owned(), new.to_owned());
        let expected = [pair("01", "11"), pair("02", "12"), pair("03", "13"), pair("04", "14")];
        assert_eq!(serials(&old, &new), expected);
        assert_eq!(serials(&old[..1], &new[..1]), [pair("01", "11")]);
        // Of two that are left nobody can say which is which.
        assert_eq!(
            serials(&old[3..], &new[1..3]),
            [pair("04", "-"), pair("-", "13"), pair("-", "12")]
        );
    }

    #[test]
    fn what_stayed_is_not_given_away() {
        let key = rcgen::KeyPair::generate().unwrap();
        let old = [identity(Some("a"), "x", &key, 1), identity(Some("b"), "x", &key, 2)];
        let under = |alias: &str, it: &Identity| Identity {
            alias: Some(alias.to_owned()),
            chain: it.chain.clone(),
            key_matches: None,
            is_ordered: true,
        };
        let new = [under("a", &old[1]), under("b", &old[0])];
        let pair = |old: &str, new: &str| (old.to_owned(), new.to_owned());
        assert_eq!(serials(&old, &new), [pair("01", "01"), pair("02", "02")]);
    }
}
