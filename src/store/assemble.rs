//! From certificates and keys as found to entries: each key with its certificate and issuers,
//! every other certificate an entry of its own, all in stored order.

use std::collections::HashMap;

use super::key::public_key;
use super::{Content, Entry, Key};
use crate::cert::Certificate;

/// What was found in a file that stores certificates and keys side by side (PEM, PKCS#12).
#[derive(Default)]
pub struct Found {
    pub certificates: Vec<FoundCertificate>,
    pub keys: Vec<FoundKey>,
    /// Anything else, and how many certificates stand before it.
    pub others: Vec<(usize, Entry)>,
}

/// A certificate and what stands beside it.
pub struct FoundCertificate {
    pub certificate: Certificate,
    pub alias: Option<String>,
    /// PKCS#12's localKeyID: the same bytes stand beside its key.
    pub local_id: Option<Vec<u8>>,
    /// Whether it is marked as trusted on its own (Java's attribute), so belongs to no key.
    pub trusted: bool,
    /// Whether Java lists it although no key belongs to it.
    pub java_lists: bool,
}

/// A key and what stands beside it.
pub struct FoundKey {
    pub key: Key,
    pub alias: Option<String>,
    /// PKCS#12's localKeyID.
    pub local_id: Option<Vec<u8>>,
    /// How many certificates stand before it.
    pub position: usize,
}

impl From<(Certificate, Option<String>)> for FoundCertificate {
    fn from((certificate, alias): (Certificate, Option<String>)) -> Self {
        Self { certificate, alias, local_id: None, trusted: false, java_lists: true }
    }
}

/// The longest chain that is followed. Real ones have five certificates at most.
const MAX_CHAIN: usize = 16;

/// Of so many certificates with the right name the issuer is looked for.
const MAX_ISSUERS: usize = 64;

/// Octets of certificates that may stand in chains: two keys can share one.
const MAX_SHARED: usize = 64 << 20;

/// Entries of what was found. Certificates that belong to a key, or to its chain, stand there;
/// a chain that two keys share stands in both.
pub fn assemble(found: Found) -> Vec<Entry> {
    let Found { certificates, keys, others } = found;
    let mut used = vec![false; certificates.len()];
    let mut entries: Vec<(usize, Entry)> = Vec::new();
    if !keys.is_empty() {
        let shelf = Shelf::new(&certificates, keys.len());
        let mut shared = 0;
        for found in keys {
            let end_entity = shelf.end_entity(&found);
            let mut path = end_entity.map_or_else(Vec::new, |first| shelf.path(first));
            shared += path
                .iter()
                .map(|index| certificates[*index].certificate.der().len())
                .sum::<usize>();
            path.truncate(if shared > MAX_SHARED { 1 } else { MAX_CHAIN });
            // What is trusted on its own stays an entry, even if it ends a chain as well.
            path.iter().for_each(|index| used[*index] = !certificates[*index].trusted);
            let chain = path.iter().map(|index| certificates[*index].certificate.clone()).collect();
            let alias = found.alias.or_else(|| certificates[end_entity?].alias.clone());
            let mut entry = Entry::new(alias, chain, Content::Key(Box::new(found.key)));
            entry.out_of_order = !path.is_sorted();
            entries.push((end_entity.unwrap_or(found.position), entry));
        }
    }
    for (index, found) in certificates.into_iter().enumerate().filter(|(index, _)| !used[*index]) {
        let mut entry = Entry::trusted(found.alias, found.certificate);
        entry.java_lists = found.java_lists;
        entries.push((index, entry));
    }
    entries.extend(others);
    entries.sort_by_key(|(position, _)| *position);
    entries.into_iter().map(|(_, entry)| entry).collect()
}

/// Certificates, to be found by their names and keys.
struct Shelf<'a> {
    certificates: &'a [FoundCertificate],
    by_subject: HashMap<&'a [u8], Vec<usize>>,
    by_key: HashMap<&'a [u8], usize>,
    only_key: bool,
}

impl<'a> Shelf<'a> {
    fn new(certificates: &'a [FoundCertificate], keys: usize) -> Self {
        let mut by_subject: HashMap<_, Vec<usize>> = HashMap::new();
        let mut by_key = HashMap::new();
        for (index, found) in certificates.iter().enumerate() {
            by_subject.entry(found.certificate.subject_der()).or_default().push(index);
            if let Some(public) = public_key(&found.certificate).filter(|_| !found.trusted) {
                by_key.entry(public).or_insert(index);
            }
        }
        Self { certificates, by_subject, by_key, only_key: keys == 1 }
    }

    /// The first certificate that may belong to a key and passes a test.
    fn find(&self, test: impl Fn(&FoundCertificate) -> bool) -> Option<usize> {
        self.certificates.iter().position(|found| !found.trusted && test(found))
    }

    /// The certificate that a key belongs to: by localKeyID, else because there is only one, else
    /// by its public key, else by the alias, else the first one that is no authority, if there is
    /// only this key (that is what a server would take, and how a wrong key is noticed).
    fn end_entity(&self, key: &FoundKey) -> Option<usize> {
        let same_id = |found: &FoundCertificate| found.local_id == key.local_id;
        let by_id = if key.local_id.is_some() { self.find(same_id) } else { None };
        if let Some(index) = by_id {
            // Some tools give every certificate of the file the same one.
            let several = self.certificates[index + 1..].iter().any(same_id);
            let better = if several { self.by_public_key(key) } else { None };
            return better.filter(|index| same_id(&self.certificates[*index])).or(by_id);
        }
        if self.only_key && self.certificates.len() == 1 {
            return self.find(|_| true);
        }
        let by_alias = || self.find(|found| key.alias.is_some() && found.alias == key.alias);
        let found = self.by_public_key(key).or_else(by_alias);
        if found.is_some() || !self.only_key {
            return found;
        }
        self.find(|found| !found.certificate.is_ca()).or_else(|| self.find(|_| true))
    }

    fn by_public_key(&self, key: &FoundKey) -> Option<usize> {
        let key = key.key.open().ok()?;
        // Points can be compressed; then only a comparison tells.
        let compared = || self.find(|found| key.matches(&found.certificate) == Some(true));
        let found = self.by_key.get(key.public()?).copied();
        if self.certificates.len() > MAX_ISSUERS { found } else { found.or_else(compared) }
    }

    /// The certificate, its issuer, that one's issuer, as far as there are any, each once.
    fn path(&self, first: usize) -> Vec<usize> {
        let mut path = vec![first];
        let mut current = &self.certificates[first].certificate;
        while !current.is_self_issued() && path.len() < MAX_CHAIN {
            let key_id = &current.extensions.authority_key_id;
            // Of several issuers of that name, the one with the right key, and not a copy that
            // is trusted on its own.
            let worse = |index: &usize| {
                let found = &self.certificates[*index];
                let same_key = found.certificate.extensions.subject_key_id == *key_id;
                (key_id.is_some() && !same_key, found.trusted)
            };
            let issuers = self.by_subject.get(current.issuer_der()).into_iter().flatten();
            let fresh = issuers.copied().take(MAX_ISSUERS).filter(|index| !path.contains(index));
            let Some(next) = fresh.min_by_key(worse) else { break };
            path.push(next);
            current = &self.certificates[next].certificate;
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Kind, Passwords, open};
    use rcgen::{CertificateParams, DnType, Issuer, KeyPair};

    /// PEM of an authority, a certificate that it issued, and that one's key.
    fn pem() -> (String, String, String) {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "authority");
        let key = KeyPair::generate().unwrap();
        let authority = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        let key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(vec!["leaf.example".to_owned()]).unwrap();
        (authority, leaf.signed_by(&key, &issuer).unwrap().pem(), key.serialize_pem())
    }

    fn entries(text: &str) -> Vec<Entry> {
        open(text.as_bytes(), &Passwords::none()).unwrap().entries
    }

    #[test]
    fn a_key_takes_its_certificate_and_the_chain() {
        let (authority, leaf, key) = pem();
        let (other, ..) = pem();
        let found = entries(&[key.clone(), other, authority.clone(), leaf.clone()].concat());
        let kinds: Vec<_> = found.iter().map(|it| (it.kind(), it.chain.len())).collect();
        assert_eq!(kinds, [(Kind::Trusted, 1), (Kind::Key, 2)]);
        assert_eq!(found[1].key_matches(), Some(true));
        assert!(found[1].out_of_order);
        assert!(!entries(&[leaf, authority, key].concat())[0].out_of_order);
    }

    #[test]
    fn a_wrong_key_stands_beside_the_first_certificate_and_does_not_match() {
        let (authority, leaf, _) = pem();
        let (.., other_key) = pem();
        let found = entries(&[authority.clone(), leaf.clone(), other_key.clone()].concat());
        let key = found.iter().find(|it| it.kind() == Kind::Key).unwrap();
        assert_eq!(key.key_matches(), Some(false));
        // With two keys nobody can say which certificate was meant.
        let (.., third_key) = pem();
        let found = entries(&[leaf, other_key, third_key].concat());
        assert!(found.iter().filter(|it| it.kind() == Kind::Key).all(|it| it.chain.is_empty()));
    }

    #[test]
    fn certificates_without_key_stay_in_file_order() {
        let (authority, leaf, _) = pem();
        let (other, ..) = pem();
        let found = entries(&[leaf.clone(), other, authority, leaf].concat());
        assert_eq!(found.len(), 4);
        assert_eq!(found[0].chain, found[3].chain);
        assert!(found.iter().all(|it| it.kind() == Kind::Trusted));
    }
}
