//! The one key that is wanted of a store, with its certificate and the intermediates, in order.

use super::assemble::{Found, FoundKey, assemble};
use super::{Bundle, Content, Entry, Key, PrivateKey};
use crate::cert::Certificate;
use crate::error::{Error, Result};
use crate::failure::Failure;

/// A private key and its chain.
#[derive(Clone, Debug)]
pub struct KeyEntry {
    /// The end-entity certificate, then its issuers as far as they were found.
    pub chain: Vec<Certificate>,
    /// The key of the end-entity certificate; TLS can sign with it.
    pub key: PrivateKey,
}

impl KeyEntry {
    /// The key entry of a bundle: the one named `alias`, or the only one.
    pub fn pick(bundle: &Bundle, alias: Option<&str>) -> Result<Self> {
        let (entry, key) = pick_key(bundle, alias)?;
        Self::new(entry.chain.clone(), key.clone())
    }

    /// A certificate with its chain from one file and the key from another.
    pub fn pair(certificates: &Bundle, keys: &Bundle, alias: Option<&str>) -> Result<Self> {
        let (_, key) = pick_key(keys, alias)?;
        let mut found = Found::default();
        for certificate in certificates.certificates() {
            found.certificates.push((certificate.clone(), None).into());
        }
        let clear = Key::clear(key.clone());
        found.keys.push(FoundKey { key: clear, alias: None, local_id: None, position: 0 });
        let entries = assemble(found);
        let chain = entries.into_iter().find(|entry| matches!(entry.content, Content::Key(_)));
        let chain = chain.map(|entry| entry.chain).unwrap_or_default();
        Self::new(chain, key.clone())
    }

    fn new(chain: Vec<Certificate>, key: PrivateKey) -> Result<Self> {
        let Some(end_entity) = chain.first() else {
            let message = format!("no certificate for the {} key", key.kind().short());
            return Err(Error::new(Failure::CertificateMissing, message)
                .help("give the certificate with --cert and its key with --key"));
        };
        if key.matches(end_entity) == Some(false) {
            let message = format!(
                "the {} key does not belong to the certificate {}",
                key.kind().short(),
                end_entity.short_name()
            );
            return Err(Error::new(Failure::KeyMismatch, message)
                .help("after a renewal, certificate and key must come from the same request"));
        }
        key.usable_for_tls().map_err(|reason| Error::new(Failure::Unsupported, reason))?;
        Ok(Self { chain, key })
    }
}

/// The entry with the key, opened.
fn pick_key<'a>(bundle: &'a Bundle, alias: Option<&str>) -> Result<(&'a Entry, &'a PrivateKey)> {
    let named = |entry: &&Entry| match (alias, &entry.alias) {
        (None, _) => true,
        // Java keeps aliases in lower case, whatever was typed.
        (Some(wanted), Some(found)) => wanted.to_lowercase() == found.to_lowercase(),
        (Some(_), None) => false,
    };
    let all = || bundle.entries.iter().filter(|entry| matches!(entry.content, Content::Key(_)));
    let keys: Vec<&Entry> = all().filter(named).collect();
    match keys[..] {
        [] => Err(no_key(bundle, alias, &all().collect::<Vec<_>>())),
        [entry] => match entry.key() {
            Some(Ok(key)) => Ok((entry, key)),
            Some(Err(error)) => Err(error.clone()),
            None => Err(no_key(bundle, alias, &[])),
        },
        _ => {
            let message = format!("{} private keys: {}", keys.len(), names(&keys));
            Err(Error::new(Failure::AliasAmbiguous, message).help("choose one with --alias NAME"))
        }
    }
}

fn no_key(bundle: &Bundle, alias: Option<&str>, keys: &[&Entry]) -> Error {
    // A password that was wrong for the whole file is the reason, not the lack of a key.
    if let Some(failure) = &bundle.failure {
        return failure.clone();
    }
    match alias {
        Some(alias) if !keys.is_empty() => {
            let message = format!("no private key under the alias {alias}, only {}", names(keys));
            Error::new(Failure::KeyMissing, message).help("choose one with --alias NAME")
        }
        _ => Error::new(Failure::KeyMissing, "certificates, but no private key")
            .help("give the file of the key with --key"),
    }
}

fn names(entries: &[&Entry]) -> String {
    let names = entries.iter().map(|entry| match (&entry.alias, entry.chain.first()) {
        (Some(alias), _) => alias.clone(),
        (None, Some(certificate)) => format!("one without alias ({})", certificate.short_name()),
        (None, None) => "one without alias".to_owned(),
    });
    names.collect::<Vec<_>>().join(", ")
}
