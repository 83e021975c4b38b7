//! One file: read, opened, described, judged.

use std::borrow::Cow;

use crate::cert::{Certificate, Request};
use crate::command::callers::Form;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::finding::{Code, Finding};
use crate::input::{Input, is_readable_by_others};
use crate::outcome::Outcome;
use crate::outcome::inspection::{self, Inspection, Key, Protection};
use crate::report::Item;
use crate::store::{self, Bundle, Content, Entry, OpenedWith, Part, Passwords, named};
use crate::{parallel, policy};

use super::beside::{Beside, Keys};
use super::job::Job;
use super::judge::{self, Rules};
use super::stream;

/// Whether a password would show more.
pub fn needs_password(item: &Item) -> bool {
    item.failure.as_ref().is_some_and(|failure| failure.code == Failure::PasswordRequired)
}

/// Says of a file that is all there is that it has no certificate, if it has none.
pub fn expect_certificate(item: &mut Item, rules: &Rules) {
    if certificates(item) == 0 && item.failure.is_none() && !is_enough(item, rules) {
        item.failure = Some(not_found());
    }
}

/// How many certificates are in it.
pub fn certificates(item: &Item) -> u64 {
    item.outcome.inspection().map_or(0, |it| it.certificates().count() as u64)
}

/// Whether it has no certificate, but a request or a revocation list to show, and nothing is asked that
/// only a certificate can answer.
pub fn is_enough(item: &Item, rules: &Rules) -> bool {
    !rules.are_of_certificates()
        && item
            .outcome
            .inspection()
            .is_some_and(|it| !it.requests.is_empty() || !it.revocations.is_empty())
}

/// What a file turned out to hold.
pub struct Looked {
    /// One for the file, or one for each that stands in it; none if it is passed over.
    pub items: Vec<Item>,
    /// Why the text like PEM in it cannot be read, if it is passed over although it has some.
    pub placeholder: Option<String>,
}

impl Looked {
    /// Leaves out of a file in a folder what is no keystore, and all of a text that nothing calls a store
    /// and of which nothing could be read: documentation, schemas and tests are full of cut certificates.
    fn of(job: &Job, mut items: Vec<Item>, bytes: &[u8], parts: &[Part]) -> Self {
        if !job.is_found {
            return Self { items, placeholder: None };
        }
        items.retain(|item| !is_something_else(item));
        let is_damaged = |item: &Item| {
            item.outcome.inspection().is_none()
                && item.failure.as_ref().is_some_and(|failure| failure.code == Failure::Malformed)
        };
        // What stands in a Kubernetes object or a kubeconfig has its name from there.
        let is_called_store =
            named::may_be_store(&job.path) || parts.iter().any(|part| part.owner.is_some());
        let is_text = || memchr::memchr(0, bytes).is_none();
        if is_called_store || !items.iter().all(is_damaged) || !is_text() {
            return Self { items, placeholder: None };
        }
        let reason = |item: Item| Some(format!("{}: {}", item.subject, item.failure?.message));
        Self { placeholder: items.into_iter().next().and_then(reason), items: Vec::new() }
    }
}

/// Whether a file that nobody named is simply no keystore.
fn is_something_else(item: &Item) -> bool {
    item.failure.as_ref().is_some_and(|failure| {
        item.outcome.inspection().is_none_or(|it| it.entries.is_empty())
            && matches!(failure.code, Failure::Unrecognised | Failure::TooLarge)
    })
}

/// That there is no certificate in all that was looked at.
pub fn not_found() -> Error {
    let help = format!("certificates are looked for in {}", store::known_formats());
    Error::new(Failure::NotFound, "no certificate found").help(help)
}

/// Looks at one file: at all of it, or at each of the files that stand in its text.
pub fn look(job: &Job, rules: &Rules, keys: &Keys, passwords: &Passwords) -> Looked {
    let started = std::time::Instant::now();
    let bytes = match &job.read {
        Some(Ok(bytes)) => Ok(Cow::Borrowed(&bytes[..])),
        Some(Err(failure)) => Err(failure.clone()),
        None => Input::default().read(&job.path).map(Cow::Owned),
    };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(failure) => {
            let item = done(job, Err(failure), &job.shown, rules, keys);
            return Looked::of(job, vec![item], &[], &[]);
        }
    };
    let parts = store::parts(&bytes);
    let mut items = match calls(&bytes, job, rules, keys) {
        Some(item) => vec![item],
        None if parts.is_empty() => {
            let bundle = match job.is_found {
                true => store::open_found(&bytes, passwords, named::is_store(&job.path)),
                false => store::open(&bytes, passwords),
            };
            let bundle = bundle.and_then(|bundle| with_password_key(bundle, rules));
            vec![done(job, bundle, &job.shown, rules, keys)]
        }
        None => parts.iter().map(|part| look_at_part(job, part, rules, keys, passwords)).collect(),
    };
    if let Some(first) = items.first_mut() {
        first.elapsed_ms = started.elapsed().as_secs_f64() * 1000.0;
    }
    Looked::of(job, items, &bytes, &parts)
}

/// Our own capture, where a folder holds one.
fn calls(bytes: &[u8], job: &Job, rules: &Rules, keys: &Keys) -> Option<Item> {
    Form::of(bytes).map(|form| stream::calls(form, bytes, job, rules, keys))
}

/// Looks at one of the files that stand in a text.
pub fn look_at_part(
    job: &Job,
    part: &Part,
    rules: &Rules,
    keys: &Keys,
    passwords: &Passwords,
) -> Item {
    let subject = match (&part.owner, part.name.as_str()) {
        (Some(_), _) if job.is_alone => part.subject(),
        (None, "") => job.shown.clone(),
        _ => format!("{}:{}", job.shown, part.subject()),
    };
    let password = rules.password_key.as_ref().map(|name| (name, part.sibling(name)));
    let bundle = match password {
        Some((_, Some(secret))) => part.open(&passwords.with(secret.clone())),
        Some((_, None)) => part.open(passwords).and_then(|bundle| with_password_key(bundle, rules)),
        None => part.open(passwords),
    };
    done(job, bundle, &subject, rules, keys)
}

/// `--password-key` was given, and nothing of that name stands beside the store.
fn with_password_key(bundle: Bundle, rules: &Rules) -> Result<Bundle> {
    let Some(name) = rules.password_key.as_ref().filter(|_| bundle.protection.is_some()) else {
        return Ok(bundle);
    };
    let message = format!("there is no key {name} next to it, which --password-key names");
    Err(Error::new(Failure::PasswordRequired, message)
        .help("name the key of the same secret or file that contains the store's password"))
}

/// What is to be said about what was opened, or was not.
pub fn done(job: &Job, bundle: Result<Bundle>, subject: &str, rules: &Rules, keys: &Keys) -> Item {
    let mut item = match bundle.and_then(|bundle| choose(bundle, rules.alias.as_deref())) {
        Ok(mut bundle) => {
            let notes = bundle.about_passwords(rules.has_passwords());
            bundle.notes.extend(notes);
            seen(job, bundle, subject, rules, keys)
        }
        Err(failure) => Item::failed(subject, failure),
    };
    if let Some(failure) = &mut item.failure
        && let Some(rest) = failure.message.strip_prefix(&format!("{}: ", job.shown))
    {
        // The item is about this file already.
        failure.message = rest.to_owned();
    }
    item
}

/// Only the entries of an alias, if one was asked for. Java keeps aliases in lower case.
fn choose(mut bundle: Bundle, alias: Option<&str>) -> Result<Bundle> {
    let Some(wanted) = alias.map(str::to_lowercase) else { return Ok(bundle) };
    let there: Vec<String> =
        bundle.entries.iter().filter_map(|entry| entry.alias.clone()).collect();
    bundle
        .entries
        .retain(|entry| entry.alias.as_ref().is_some_and(|alias| alias.to_lowercase() == wanted));
    if bundle.entries.is_empty() {
        let error = Error::new(Failure::NotFound, format!("there is no entry called {wanted}"));
        return Err(match there.len() {
            0 => error.help("its entries have no aliases"),
            _ => error.help(format!("there are: {}", there.join(", "))),
        });
    }
    Ok(bundle)
}

fn seen(job: &Job, bundle: Bundle, subject: &str, rules: &Rules, keys: &Keys) -> Item {
    let beside = |certificate: &Certificate| keys.of(certificate, job);
    let mut item = Item::new(subject);
    let judgement = judge::bundle(&bundle, rules, &beside, subject);
    item.findings = judgement.findings;
    item.findings.extend(readable_key(job, &bundle, subject));
    item.findings.extend(policy::form(&bundle, subject, &job.shown, rules.purpose.is_some()));
    item.failure = failure(&bundle, rules).or(judgement.unclear);
    let mut inspection = described(bundle, rules, &beside);
    inspection.matched_pin = (!rules.pins.is_empty()).then_some(judgement.matched_pin);
    inspection.checks = judgement.checks;
    item.outcome = Outcome::Inspection(Box::new(inspection));
    item
}

/// Why something in it stays closed. That a key is sealed matters where the key is asked for.
fn failure(bundle: &Bundle, rules: &Rules) -> Option<Error> {
    if let Some(failure) = bundle.first_failure() {
        return Some(failure.clone());
    }
    if bundle.is_empty() {
        return Some(Error::new(Failure::Unrecognised, "it contains no certificate or key"));
    }
    let sealed = bundle.entries.iter().find_map(|entry| entry.key()?.err());
    sealed.filter(|_| rules.purpose.is_some()).cloned()
}

/// `key-readable`: a key without a password in a file that others may read.
fn readable_key(job: &Job, bundle: &Bundle, subject: &str) -> Option<Finding> {
    let is_clear =
        |entry: &Entry| matches!(&entry.content, Content::Key(key) if !key.is_encrypted());
    let applies = job.read.is_none()
        && bundle.entries.iter().any(is_clear)
        && is_readable_by_others(&job.path);
    applies.then(|| {
        let message = "others can read the private key, which has no password";
        Finding::new(Code::KeyReadable, subject, message).help(format!("chmod 600 {}", job.shown))
    })
}

/// Whether something in it may be shown to a server, or nothing says what it is for.
fn may_call(bundle: &Bundle) -> bool {
    let mut own = bundle.certificates().filter(|certificate| !certificate.is_ca()).peekable();
    let is_for_clients = |certificate: &Certificate| {
        let purposes = certificate.extensions.extended_key_usage.as_deref();
        purposes.is_none_or(|all| {
            all.iter().any(|it| *it == "clientAuth" || *it == "anyExtendedKeyUsage")
        })
    };
    own.peek().is_none() || own.any(is_for_clients)
}

/// What is in a store, as every report shows it. Takes the bundle, so that certificates are moved, not
/// copied: there can be 100,000.
fn described(bundle: Bundle, rules: &Rules, beside: &Beside<'_>) -> Inspection {
    let protection = bundle.protection.as_ref();
    let protection = protection.map(|it| protection_of(&bundle, it, rules));
    let sentences: Vec<String> = (bundle.requests.iter().map(Request::sentence))
        .chain(bundle.revocations.iter().map(|list| list.sentence(rules.now)))
        .collect();
    let java = looks_empty_to_java(&bundle);
    let provider = rules.provider.as_ref().filter(|it| !it.is_upload() || may_call(&bundle));
    let about_provider = provider.iter().flat_map(|provider| provider.notes(rules.now));
    let notes = sentences.into_iter().chain(bundle.notes).chain(java).chain(about_provider);
    let revocations = bundle.revocations.into_iter();
    Inspection {
        format: bundle.format,
        protection,
        entries: parallel::map(bundle.entries.into_iter(), |it| entry(it, rules, beside)),
        requests: bundle.requests,
        revocations: revocations.map(|list| list.at(rules.now)).collect(),
        notes: notes.collect(),
        matched_pin: None,
        checks: Vec::new(),
        is_pem: rules.pem,
    }
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

fn protection_of(bundle: &Bundle, scheme: &store::Protection, rules: &Rules) -> Protection {
    // What stands beside a store is tried before all that was given.
    let beside_it = rules.password_key.as_ref().map(|_| None);
    let labels: Vec<Option<String>> = beside_it.into_iter().chain(rules.labels.clone()).collect();
    Protection {
        scheme: scheme.clone(),
        opens_with: policy::opens_with(bundle, scheme),
        integrity_verified: bundle.integrity_verified,
        opened_with: opened_with(bundle.opened_with, &labels),
    }
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

fn entry(entry: Entry, rules: &Rules, beside: &Beside<'_>) -> inspection::Entry {
    let key = match entry.key() {
        Some(key) => {
            let kind = key.ok().map(|key| key.kind().clone());
            Some(Key { kind, matches: entry.key_matches() })
        }
        None => foreign_key(&entry, rules, beside),
    };
    let kind = entry.kind();
    let chain = entry.chain.into_iter().map(|one| one.describe(rules.now)).collect();
    inspection::Entry { alias: entry.alias, kind, chain, key, seen: None }
}

/// The key of `--key`, or one that lies beside, where it belongs or where nobody can say so.
fn foreign_key(entry: &Entry, rules: &Rules, beside: &Beside<'_>) -> Option<Key> {
    let certificate = entry.chain.first()?;
    let given = rules.key.as_ref().map(|(_, key)| (key, key.matches(certificate)));
    let (key, matches) = given
        .filter(|(_, matches)| *matches != Some(false))
        .or_else(|| beside(certificate).map(|key| (key, Some(true))))?;
    Some(Key { kind: Some(key.kind().clone()), matches })
}
