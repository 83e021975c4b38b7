//! From certificates and keys as found to entries: each key with its certificate and issuers,
//! every other certificate an entry of its own, all in stored order.

use std::collections::HashMap;

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

/// Entries of what was found. Certificates that belong to a key, or to its chain, stand there;
/// a chain that two keys share stands in both.
pub fn assemble(found: Found) -> Vec<Entry> {
    let Found { certificates, keys, others } = found;
    let mut by_subject: HashMap<&[u8], Vec<usize>> = HashMap::new();
    if !keys.is_empty() {
        for (index, found) in certificates.iter().enumerate() {
            by_subject.entry(found.certificate.subject_der()).or_default().push(index);
        }
    }
    let mut used = vec![false; certificates.len()];
    let mut entries: Vec<(usize, Entry)> = Vec::new();
    let only_key = keys.len() == 1;
    for found in keys {
        let end_entity = end_entity_of(&found, &certificates, only_key);
        let path =
            end_entity.map_or_else(Vec::new, |first| path(first, &certificates, &by_subject));
        path.iter().for_each(|index| used[*index] = true);
        let chain = path.iter().map(|index| certificates[*index].certificate.clone()).collect();
        let alias = found.alias.or_else(|| certificates[end_entity?].alias.clone());
        let mut entry = Entry::new(alias, chain, Content::Key(Box::new(found.key)));
        entry.out_of_order = !path.is_sorted();
        entries.push((end_entity.unwrap_or(found.position), entry));
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

/// The certificate that a key belongs to: by localKeyID, else because there is only one, else by
/// comparing public keys, else the first one that is no authority, if there is only this key
/// (that is what a server would take, and how a wrong key is noticed).
fn end_entity_of(
    key: &FoundKey,
    certificates: &[FoundCertificate],
    only_key: bool,
) -> Option<usize> {
    let find = |test: &dyn Fn(&FoundCertificate) -> bool| {
        certificates.iter().position(|found| !found.trusted && test(found))
    };
    let belongs = |found: &FoundCertificate| {
        key.key.open().is_ok_and(|open| open.matches(&found.certificate) == Some(true))
    };
    let same_id = |found: &FoundCertificate| found.local_id == key.local_id;
    if key.local_id.is_some()
        && let Some(index) = find(&same_id)
    {
        // Some tools give every certificate of the file the same one.
        let several = certificates[index + 1..].iter().any(same_id);
        let better = if several { find(&|found| same_id(found) && belongs(found)) } else { None };
        return better.or(Some(index));
    }
    if only_key && certificates.len() == 1 {
        return find(&|_| true);
    }
    if let Some(index) = find(&belongs) {
        return Some(index);
    }
    if key.alias.is_some()
        && let Some(index) = find(&|found| found.alias == key.alias)
    {
        return Some(index);
    }
    if !only_key {
        return None;
    }
    find(&|found| !found.certificate.is_ca()).or_else(|| find(&|_| true))
}

/// The certificate, its issuer, that one's issuer, as far as the file has them, each once.
fn path(
    first: usize,
    certificates: &[FoundCertificate],
    by_subject: &HashMap<&[u8], Vec<usize>>,
) -> Vec<usize> {
    let mut path = vec![first];
    let mut current = &certificates[first].certificate;
    while !current.is_self_issued() {
        let key_id = &current.extensions.authority_key_id;
        let candidates = by_subject.get(current.issuer_der()).map_or(&[][..], Vec::as_slice);
        let fresh = || candidates.iter().copied().filter(|index| !path.contains(index));
        let by_key_id = fresh().find(|index| {
            key_id.is_some()
                && certificates[*index].certificate.extensions.subject_key_id == *key_id
        });
        let Some(next) = by_key_id.or_else(|| fresh().next()) else { break };
        path.push(next);
        current = &certificates[next].certificate;
    }
    path
}
