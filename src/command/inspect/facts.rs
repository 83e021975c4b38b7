//! The facts of a keystore, as every report shows them.

use std::borrow::Cow;

use crate::cert::Request;
use crate::fact::{Facts, Value};
use crate::parallel;
use crate::policy;
use crate::store::{Bundle, Entry, OpenedWith, Protection};

use super::judge::{Beside, Rules};

/// `format`, `protection`, `entries`, and what is odd about the file. Takes the bundle, so that the
/// processor that has described an entry also clears it away: there can be 100,000.
pub fn bundle(bundle: Bundle, rules: &Rules, beside: &Beside<'_>) -> Facts {
    let protection = bundle.protection.as_ref();
    // What stands beside a store is tried before all that was given.
    let beside_it = rules.password_key.as_ref().map(|_| None);
    let labels: Vec<Option<String>> = beside_it.into_iter().chain(rules.labels.clone()).collect();
    let protection = protection.map(|it| protection_facts(it, &bundle, &labels));
    let facts = Facts::new().with("format", bundle.format).with("protection", protection);
    let requests: Vec<Facts> = bundle.requests.iter().map(Request::facts).collect();
    let lists = bundle.revocations.iter().map(|list| list.facts(rules.now));
    let revocations: Vec<Facts> = lists.collect();
    let sentences: Vec<String> = (bundle.requests.iter().map(Request::sentence))
        .chain(bundle.revocations.iter().map(|list| list.sentence(rules.now)))
        .collect();
    let java = looks_empty_to_java(&bundle);
    let entries =
        parallel::map(bundle.entries.into_iter(), |it| Value::Map(entry(&it, rules, beside)));
    let facts = facts.with("entries", Value::List(entries));
    let facts = with_list(with_list(facts, "csr", requests), "crl", revocations);
    let notes: Vec<String> = sentences
        .into_iter()
        .chain(bundle.notes)
        .chain(java)
        .chain(about_provider(rules))
        .collect();
    if notes.is_empty() { facts } else { facts.with("notes", notes) }
}

/// A list of facts, if there are any.
fn with_list(facts: Facts, name: &'static str, list: Vec<Facts>) -> Facts {
    if list.is_empty() { facts } else { facts.with(name, list) }
}

/// What to know about the provider besides.
fn about_provider(rules: &Rules) -> impl Iterator<Item = String> {
    rules.provider.iter().flat_map(|provider| provider.notes(rules.now))
}

/// Why Java says that a store has no entries, or fewer than there are.
fn looks_empty_to_java(bundle: &Bundle) -> Option<String> {
    let hidden = bundle.entries.iter().filter(|entry| !entry.java_lists).count();
    let which = match (hidden, bundle.entries.len()) {
        (0, _) => return None,
        (hidden, all) if hidden == all => "the store looks empty to Java".to_owned(),
        (hidden, all) => format!("Java lists only {} of {all} entries", all - hidden),
    };
    Some(format!(
        "{which}: certificates without a key need Oracle's attribute \"trusted\", which keytool \
         -importcert adds and openssl does not"
    ))
}

fn protection_facts(protection: &Protection, bundle: &Bundle, labels: &[Option<String>]) -> Facts {
    Facts::new()
        .with("encryption", protection.encryption.clone())
        .with("mac", protection.mac.clone())
        .with("iterations", protection.iterations)
        .with("mac_iterations", protection.mac_iterations)
        .with("opens_with", policy::opens_with(bundle, protection))
        .with("integrity_verified", bundle.integrity_verified)
        .with("opened_with", opened_with(bundle.opened_with, labels))
}

/// Which password opened it, by its label where it has one; the two kinds of no password are told
/// apart.
fn opened_with(which: OpenedWith, labels: &[Option<String>]) -> String {
    match which {
        OpenedWith::Nothing => "nothing".to_owned(),
        OpenedWith::Null => "null password".to_owned(),
        OpenedWith::Empty => "empty password".to_owned(),
        OpenedWith::Given(index) | OpenedWith::Formed(index, _) => {
            match labels.get(index).and_then(Option::as_ref) {
                Some(label) => format!("password {label}"),
                None => "password".to_owned(),
            }
        }
    }
}

fn entry(entry: &Entry, rules: &Rules, beside: &Beside<'_>) -> Facts {
    let chain: Vec<Value> =
        entry.chain.iter().map(|certificate| certificate.facts(rules.now).into()).collect();
    let key = match entry.key() {
        Some(Ok(key)) => Some(key.kind().facts().with("matches", entry.key_matches())),
        Some(Err(_)) => Some(unknown_key()),
        None => foreign_key(rules, entry, beside),
    };
    Facts::of([
        ("alias", entry.alias.clone().into()),
        ("kind", Cow::Borrowed(entry.kind().as_str()).into()),
        ("chain", Value::List(chain)),
        ("key", key.into()),
    ])
}

/// A key that stays sealed.
fn unknown_key() -> Facts {
    Facts::new()
        .with("algorithm", None::<String>)
        .with("bits", None::<u32>)
        .with("matches", None::<bool>)
}

/// The key of `--key`, or one that lies beside, where it belongs or where nobody can say so.
fn foreign_key(rules: &Rules, entry: &Entry, beside: &Beside<'_>) -> Option<Facts> {
    let certificate = entry.chain.first()?;
    let given = rules.key.as_ref().map(|(_, key)| (key, key.matches(certificate)));
    let (key, matches) = given
        .filter(|(_, matches)| *matches != Some(false))
        .or_else(|| beside(certificate).map(|key| (key, Some(true))))?;
    Some(key.kind().facts().with("matches", matches))
}
