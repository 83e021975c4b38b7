//! One file: read, opened, described, judged.

use std::borrow::Cow;

use crate::cert::Certificate;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::finding::{Code, Finding};
use crate::input::{Input, is_readable_by_others};
use crate::policy;
use crate::report::Item;
use crate::store::{self, Bundle, Content, Entry, Part, Passwords};

use super::beside::Keys;
use super::facts;
use super::job::Job;
use super::judge::{self, Rules};
use super::stream;

/// What was seen of a file.
pub struct Look {
    /// For the report.
    pub item: Item,
    /// How many certificates are in it.
    pub certificates: u64,
}

impl Look {
    /// Whether a password would show more.
    pub fn needs_password(&self) -> bool {
        self.item.failure.as_ref().is_some_and(|failure| failure.code == Failure::PasswordRequired)
    }

    /// Says of a file that is all there is that it has no certificate, if it has none.
    pub fn expect_certificate(&mut self) {
        if self.certificates == 0 && self.item.failure.is_none() && !is_shown(&self.item) {
            self.item.failure = Some(not_found());
        }
    }
}

/// Whether it has no certificate, but a request or a revocation list to show.
pub fn is_shown(item: &Item) -> bool {
    ["csr", "crl"].iter().any(|name| !item.facts.list(name).is_empty())
}

/// That there is no certificate in all that was looked at.
pub fn not_found() -> Error {
    let help = format!("certificates are looked for in {}", store::known_formats());
    Error::new(Failure::NotFound, "no certificate found").help(help)
}

/// Looks at one file: at all of it, or at each of the files that stand in its text.
pub fn look(job: &Job, rules: &Rules, keys: &Keys, passwords: &Passwords) -> Vec<Look> {
    let started = std::time::Instant::now();
    let bytes = match &job.read {
        Some(Ok(bytes)) => Ok(Cow::Borrowed(&bytes[..])),
        Some(Err(failure)) => Err(failure.clone()),
        None => Input::default().read(&job.path).map(Cow::Owned),
    };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(failure) => return vec![done(job, Err(failure), &job.shown, rules, keys)],
    };
    let mut looks = match (calls(&bytes, job, rules, keys), store::parts(&bytes)) {
        (Some(look), _) => vec![look],
        (None, parts) if parts.is_empty() => {
            let open = if job.is_found { store::open_found } else { store::open };
            let bundle = open(&bytes, passwords);
            let bundle = bundle.and_then(|bundle| with_password_key(bundle, rules));
            vec![done(job, bundle, &job.shown, rules, keys)]
        }
        (None, parts) => {
            parts.iter().map(|part| look_at_part(job, part, rules, keys, passwords)).collect()
        }
    };
    if let Some(first) = looks.first_mut() {
        first.item.elapsed_ms = started.elapsed().as_secs_f64() * 1000.0;
    }
    looks
}

/// Our own capture, where a folder holds one.
fn calls(bytes: &[u8], job: &Job, rules: &Rules, keys: &Keys) -> Option<Look> {
    let kind = stream::Kind::of(bytes).filter(|kind| *kind != stream::Kind::Objects)?;
    Some(stream::calls(kind, bytes, job, rules, keys))
}

/// Looks at one of the files that stand in a text.
pub fn look_at_part(
    job: &Job,
    part: &Part,
    rules: &Rules,
    keys: &Keys,
    passwords: &Passwords,
) -> Look {
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
    let message = format!("no key {name} stands beside it, which --password-key names");
    Err(Error::new(Failure::PasswordRequired, message)
        .help("name the key of the same secret or file that holds the password of the store"))
}

/// What is to be said about what was opened, or was not.
pub fn done(job: &Job, bundle: Result<Bundle>, subject: &str, rules: &Rules, keys: &Keys) -> Look {
    let mut look = match bundle.and_then(|bundle| choose(bundle, rules.alias.as_deref())) {
        Ok(mut bundle) => {
            let notes = bundle.about_passwords(rules.has_passwords());
            bundle.notes.extend(notes);
            seen(job, bundle, subject, rules, keys)
        }
        Err(failure) => Look { item: Item::failed(subject, failure), certificates: 0 },
    };
    if let Some(failure) = &mut look.item.failure
        && let Some(rest) = failure.message.strip_prefix(&format!("{}: ", job.shown))
    {
        // The item is about this file already.
        failure.message = rest.to_owned();
    }
    look
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
        let error = Error::new(Failure::NotFound, format!("no entry is called {wanted}"));
        return Err(match there.len() {
            0 => error.help("its entries have no aliases"),
            _ => error.help(format!("there are: {}", there.join(", "))),
        });
    }
    Ok(bundle)
}

fn seen(job: &Job, bundle: Bundle, subject: &str, rules: &Rules, keys: &Keys) -> Look {
    let beside = |certificate: &Certificate| keys.of(certificate, job);
    let mut item = Item::new(subject);
    let judgement = judge::bundle(&bundle, rules, &beside, subject);
    item.findings = judgement.findings;
    item.findings.extend(readable_key(job, &bundle, subject));
    item.findings.extend(policy::form(&bundle, subject, &job.shown, rules.purpose.is_some()));
    item.failure = failure(&bundle, rules);
    if rules.pem {
        item.plain = Some(bundle.certificates().map(|certificate| certificate.pem()).collect());
    }
    let certificates = bundle.certificates().count() as u64;
    item.facts = facts::bundle(bundle, rules, &beside);
    if !rules.pins.is_empty() {
        item.facts.set("matched_pin", judgement.matched_pin);
    }
    if !judgement.checks.is_empty() {
        item.facts.set("checks", judgement.checks);
    }
    Look { item, certificates }
}

/// Why something in it stays closed. That a key is sealed matters where the key is asked for.
fn failure(bundle: &Bundle, rules: &Rules) -> Option<Error> {
    if let Some(failure) = bundle.first_failure() {
        return Some(failure.clone());
    }
    if bundle.is_empty() {
        return Some(Error::new(Failure::Unrecognised, "no certificate and no key in it"));
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
