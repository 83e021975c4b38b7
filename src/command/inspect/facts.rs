//! The facts of a keystore, as every report shows them.

use time::OffsetDateTime;

use crate::fact::Facts;
use crate::store::{Bundle, Entry, OpenedWith, Protection};

/// `format`, `protection`, `entries`, and what is odd about the file.
pub fn bundle(bundle: &Bundle, now: OffsetDateTime) -> Facts {
    let entries: Vec<Facts> = bundle.entries.iter().map(|one| entry(one, now)).collect();
    let facts = Facts::new()
        .with("format", bundle.format)
        .with("protection", bundle.protection.as_ref().map(|it| protection(it, bundle)))
        .with("entries", entries);
    if bundle.notes.is_empty() { facts } else { facts.with("notes", bundle.notes.clone()) }
}

fn protection(protection: &Protection, bundle: &Bundle) -> Facts {
    Facts::new()
        .with("encryption", protection.encryption.clone())
        .with("mac", protection.mac.clone())
        .with("iterations", protection.iterations)
        .with("mac_iterations", protection.mac_iterations)
        .with("integrity_verified", bundle.integrity_verified)
        .with("opened_with", opened_with(bundle.opened_with))
}

/// Which password opened it; the two kinds of no password are told apart.
fn opened_with(which: OpenedWith) -> &'static str {
    match which {
        OpenedWith::Nothing => "nothing",
        OpenedWith::Null => "null password",
        OpenedWith::Empty => "empty password",
        OpenedWith::Given(_) => "password",
    }
}

fn entry(entry: &Entry, now: OffsetDateTime) -> Facts {
    let chain: Vec<Facts> = entry.chain.iter().map(|certificate| certificate.facts(now)).collect();
    let key = match entry.key() {
        Some(Ok(key)) => Some(key.kind().facts().with("matches", entry.key_matches())),
        Some(Err(_)) => Some(
            Facts::new()
                .with("algorithm", None::<String>)
                .with("bits", None::<u32>)
                .with("matches", None::<bool>),
        ),
        None => None,
    };
    Facts::new()
        .with("alias", entry.alias.clone())
        .with("kind", entry.kind().as_str())
        .with("chain", chain)
        .with("key", key)
}
