//! What of a file would be presented: a key with its chain, or the certificates as they stand.

use crate::cert::{Certificate, Chain};
use crate::store::{Bundle, Content, Entry, PrivateKey};

/// An identity that a file could be meant as.
pub struct Candidate<'a> {
    /// The entry with the key; `None` when the file has only certificates.
    pub entry: Option<&'a Entry>,
    /// The chain, end-entity first; never empty.
    pub chain: Chain,
    /// Whether the certificates stand in the order in which they are sent.
    pub is_ordered: bool,
}

impl Candidate<'_> {
    /// The certificate that would be presented as one's own.
    pub fn end_entity(&self) -> Option<&Certificate> {
        self.chain.end_entity()
    }
}

/// Every entry with a key and a certificate. Without any, all certificates are one chain: that of
/// the certificate that belongs to `key`, if that was given and is there.
pub fn candidates<'a>(bundle: &'a Bundle, key: Option<&PrivateKey>) -> Vec<Candidate<'a>> {
    let with_key = bundle
        .entries
        .iter()
        .filter(|entry| matches!(entry.content, Content::Key(_)) && !entry.chain.is_empty());
    let found: Vec<Candidate<'_>> = with_key
        .map(|entry| Candidate {
            entry: Some(entry),
            chain: Chain::new(entry.chain.clone()),
            is_ordered: !entry.out_of_order,
        })
        .collect();
    if !found.is_empty() {
        return found;
    }
    let all: Vec<&Certificate> = bundle.certificates().collect();
    let Some(first) = first(&all, key) else { return Vec::new() };
    let others = all.iter().enumerate().filter(|(place, _)| *place != first);
    let chain = std::iter::once(all[first]).chain(others.map(|(_, one)| *one));
    let chain = Chain::new(chain.cloned().collect());
    let is_ordered = first == 0 || bundle.format == "pkcs7";
    vec![Candidate { entry: None, chain, is_ordered }]
}

/// The place of the end-entity certificate: the one the key belongs to, else the first as servers
/// take it, unless that is an authority and exactly one other certificate is not.
fn first(all: &[&Certificate], key: Option<&PrivateKey>) -> Option<usize> {
    if let Some(key) = key
        && let Some(place) = all.iter().position(|one| key.matches(one) == Some(true))
    {
        return Some(place);
    }
    if all.first()?.is_ca() {
        let mut others = all.iter().enumerate().filter(|(_, one)| !one.is_ca());
        if let (Some((place, _)), None) = (others.next(), others.next()) {
            return Some(place);
        }
    }
    Some(0)
}
