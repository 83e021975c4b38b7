//! One file: read, opened, described, judged.

use std::path::{Path, PathBuf};

use crate::cert::Certificate;
use crate::error::{Error, Result};
use crate::finding::{Code, Finding};
use crate::input::{Input, is_readable_by_others};
use crate::report::Item;
use crate::store::{self, Bundle, Content, Entry, Passwords};

use super::facts;
use super::judge::{self, Rules};

/// A file to look at.
pub struct Job {
    path: PathBuf,
    /// As it is shown.
    pub shown: String,
    /// Whether nobody named it: it was in a folder.
    pub is_found: bool,
    /// Its bytes, or why there are none, if that is known already.
    read: Option<Result<Vec<u8>>>,
}

impl Job {
    /// A file that was named.
    pub fn given(path: PathBuf) -> Self {
        Self { shown: path.display().to_string(), path, is_found: false, read: None }
    }

    /// A file in a folder that was named.
    pub fn found(path: PathBuf) -> Self {
        Self { is_found: true, ..Self::given(path) }
    }

    /// A file that has been read.
    pub fn read(path: &Path, bytes: Vec<u8>) -> Self {
        Self { read: Some(Ok(bytes)), ..Self::given(path.to_owned()) }
    }

    /// A file or folder that cannot be read.
    pub fn unread(path: PathBuf, failure: Error) -> Self {
        Self { read: Some(Err(failure)), ..Self::given(path) }
    }
}

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
        self.item.failure.as_ref().is_some_and(|failure| failure.code == "password-required")
    }
}

/// Looks at one file.
pub fn look(job: &Job, rules: &Rules, passwords: &Passwords) -> Look {
    let started = std::time::Instant::now();
    let bundle = match &job.read {
        Some(Ok(bytes)) => store::open(bytes, passwords),
        Some(Err(failure)) => Err(failure.clone()),
        None => Input::default().read(&job.path).and_then(|bytes| store::open(&bytes, passwords)),
    };
    let mut look = match bundle {
        Ok(bundle) => seen(job, &bundle, rules),
        Err(failure) => Look { item: Item::failed(&job.shown, failure), certificates: 0 },
    };
    if let Some(failure) = &mut look.item.failure
        && let Some(rest) = failure.message.strip_prefix(&format!("{}: ", job.shown))
    {
        // The item is about this file already.
        failure.message = rest.to_owned();
    }
    look.item.elapsed_ms = started.elapsed().as_secs_f64() * 1000.0;
    look
}

fn seen(job: &Job, bundle: &Bundle, rules: &Rules) -> Look {
    let mut item = Item::new(&job.shown);
    item.facts = facts::bundle(bundle, rules.now);
    item.findings = judge::bundle(bundle, rules);
    item.findings.extend(readable_key(job, bundle));
    item.failure = bundle.first_failure().cloned().or_else(|| {
        let is_empty = bundle.entries.is_empty();
        is_empty.then(|| Error::input("unrecognised", "no certificate and no key in it"))
    });
    if rules.pem {
        item.plain = Some(bundle.certificates().map(Certificate::pem).collect());
    }
    Look { item, certificates: bundle.certificates().count() as u64 }
}

/// `key-readable`: a key without a password in a file that others may read.
fn readable_key(job: &Job, bundle: &Bundle) -> Option<Finding> {
    let is_clear =
        |entry: &Entry| matches!(&entry.content, Content::Key(key) if !key.is_encrypted());
    let applies = job.read.is_none()
        && bundle.entries.iter().any(is_clear)
        && is_readable_by_others(&job.path);
    applies.then(|| {
        let message = "others can read the private key, which has no password";
        Finding::new(Code::KeyReadable, &job.shown, message)
            .help(format!("chmod 600 {}", job.shown))
    })
}
