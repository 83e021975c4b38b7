//! Keystores: every format from bytes, pure and bounded.
//!
//! ```text
//! bytes ─► open ─► FORMATS row ─► read ─► found certificates and keys ─► assemble ─► Bundle
//! ```
//!
//! The kind is told from the bytes, never from a name. Certificates that stand in clear are shown
//! whatever the password; a key is decrypted only when it is asked for or needed for matching.

use std::sync::Arc;

use serde::Serialize;

use crate::cert::{Certificate, Request, RevocationList};
use crate::error::{Error, Result};
use crate::failure::Failure;

mod assemble;
mod bare;
mod bcfks;
mod candidate;
mod disguise;
mod foreign;
mod format;
mod java;
pub mod key;
mod key_entry;
pub mod named;
pub mod password;
mod pbe;
pub mod pem;
pub mod pkcs12;
mod pkcs7;
mod text;
mod work;

pub use candidate::{Candidate, candidates};
use format::Opening;
pub use format::{FORMATS, Format, known_formats};
pub use key::{Key, PrivateKey};
pub use key_entry::KeyEntry;
pub use password::{OpenedWith, Passwords};
pub use pem::form::Form as Irregularity;
pub use text::{Part, object_parts};
use work::Work;

/// How many oddities are told. Who has more knows by then.
const MAX_NOTES: usize = 32;

/// What a keystore file holds.
#[derive(Debug)]
pub struct Bundle {
    /// `pem`, `der`, `pkipath`, `pkcs7`, `pkcs12`, `jks`, `jceks`, `bks`, `uber` or `bcfks`.
    pub format: &'static str,
    /// How it is protected; `None` for formats that never are.
    pub protection: Option<Protection>,
    /// What is in it, in stored order.
    pub entries: Vec<Entry>,
    /// The password that opened it.
    pub opened_with: OpenedWith,
    /// Whether a MAC or digest over the whole file was there and right.
    pub integrity_verified: bool,
    /// What is odd about the file but did no harm, one lower-case sentence each.
    pub notes: Vec<String>,
    /// What OpenSSL's `TRUSTED CERTIFICATE` blocks say about their certificates.
    pub marks: Vec<pem::Marks>,
    /// How it departs from what other programs read, each way once.
    pub irregularities: Vec<Irregularity>,
    /// Certificate requests in it.
    pub requests: Vec<Request>,
    /// Revocation lists in it.
    pub revocations: Vec<RevocationList>,
    /// The first thing that could not be read although the rest could: a wrong password
    /// (certificates in clear are shown all the same), or one damaged block among others.
    pub failure: Option<Error>,
}

/// How a keystore is protected, in the words of its format.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Protection {
    /// Each scheme once, in stored order: `AES-256-CBC (PBES2, PBKDF2, HMAC-SHA-256)`,
    /// `RC2-40-CBC (PBES1, PKCS#12, SHA-1)`, `none` for contents in clear.
    pub encryption: Vec<String>,
    /// `HMAC-SHA-256 (PKCS#12)`, `HMAC-SHA-256 (PBMAC1)`, `SHA-1 (JKS)`; `None` without any.
    pub mac: Option<String>,
    /// The highest iteration count of any encryption.
    pub iterations: Option<u64>,
    /// The iteration count of the MAC.
    pub mac_iterations: Option<u64>,
}

/// One thing in a keystore, under one alias.
#[derive(Debug)]
pub struct Entry {
    /// Alias (Java) or friendlyName (PKCS#12); several entries may have the same one.
    pub alias: Option<String>,
    /// The end-entity certificate and then its issuers as far as the file has them; for a
    /// trusted entry just that certificate.
    pub chain: Vec<Certificate>,
    /// What it is.
    pub content: Content,
    /// Whether Java lists the entry. It steps over certificates in PKCS#12 that have neither a
    /// key nor Oracle's trust attribute; that is why such a store looks empty there.
    pub java_lists: bool,
    /// Whether the file has the chain in another order than from end-entity to root, so that a
    /// server that sends a PEM file as it is would send it out of order.
    pub out_of_order: bool,
}

/// What an entry is.
#[derive(Debug)]
pub enum Content {
    /// A certificate without a key.
    Trusted,
    /// A private key, perhaps still encrypted, and its chain.
    Key(Box<Key>),
    /// A secret key or other value that is no certificate and no private key.
    Secret,
    /// Contents that stayed encrypted: nothing is known about them.
    Sealed,
}

/// The kind of an entry as reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A certificate without a key.
    Trusted,
    /// A private key that could be opened.
    Key,
    /// Something that stayed encrypted.
    Sealed,
    /// A secret key or other value.
    Secret,
}

impl Entry {
    /// A certificate of its own.
    pub(crate) fn trusted(alias: Option<String>, certificate: Certificate) -> Self {
        Self::new(alias, vec![certificate], Content::Trusted)
    }

    pub(crate) fn new(alias: Option<String>, chain: Vec<Certificate>, content: Content) -> Self {
        Self { alias, chain, content, java_lists: true, out_of_order: false }
    }

    /// What it is. A private key is decrypted to tell `key` from `sealed`.
    pub fn kind(&self) -> Kind {
        match &self.content {
            Content::Trusted => Kind::Trusted,
            Content::Key(key) if key.open().is_ok() => Kind::Key,
            Content::Key(_) | Content::Sealed => Kind::Sealed,
            Content::Secret => Kind::Secret,
        }
    }

    /// The private key, decrypted now if need be; or why it cannot be had.
    pub fn key(&self) -> Option<Result<&PrivateKey, &Error>> {
        match &self.content {
            Content::Key(key) => Some(key.open()),
            _ => None,
        }
    }

    /// Whether the private key belongs to the end-entity certificate; `None` if it cannot be
    /// told (no certificate, no key, still sealed, or a kind of key that cannot be compared).
    pub fn key_matches(&self) -> Option<bool> {
        self.key()?.ok()?.matches(self.chain.first()?)
    }
}

impl Protection {
    /// Adds an encryption that is used somewhere in the file.
    pub(crate) fn add(&mut self, name: String, iterations: u64) {
        if !self.encryption.contains(&name) {
            self.encryption.push(name);
        }
        self.iterations = self.iterations.max(Some(iterations).filter(|count| *count > 0));
    }
}

impl Bundle {
    pub(crate) fn new(format: &'static str) -> Self {
        Self {
            format,
            protection: None,
            entries: Vec::new(),
            opened_with: OpenedWith::Nothing,
            integrity_verified: false,
            notes: Vec::new(),
            marks: Vec::new(),
            irregularities: Vec::new(),
            requests: Vec::new(),
            revocations: Vec::new(),
            failure: None,
        }
    }

    /// Says what is odd, each thing once.
    pub(crate) fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if self.notes.len() < MAX_NOTES && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Says how it departs from what other programs read, each way once.
    pub(crate) fn irregular(&mut self, form: Irregularity) {
        if !self.irregularities.contains(&form) {
            self.irregularities.push(form);
        }
    }

    /// Whether there is nothing at all in it that can be shown.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.requests.is_empty() && self.revocations.is_empty()
    }

    /// Every certificate of every entry, in order. One that stands in several entries comes
    /// several times.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.entries.iter().flat_map(|entry| &entry.chain)
    }

    /// Why something in it stays closed or unread: `failure`, or else the first private key that
    /// no given password opens. Decrypts every key.
    pub fn first_failure(&self) -> Option<&Error> {
        let keys = || self.entries.iter().filter_map(|entry| entry.key()?.err());
        self.failure
            .as_ref()
            .or_else(|| keys().find(|error| error.code != Failure::PasswordRequired))
    }

    /// The bundle, or its failure if nothing at all could be read.
    pub(crate) fn or_failure(mut self) -> Result<Self> {
        let is_empty = self.is_empty();
        match self.failure.take_if(|_| is_empty) {
            Some(failure) => Err(failure),
            None => Ok(self),
        }
    }
}

/// What people call the format that bytes begin like, if it is one of a certificate or keystore.
pub fn told(bytes: &[u8]) -> Option<&'static str> {
    format::FORMATS.iter().find(|format| (format.looks_like)(bytes)).map(|format| format.name)
}

/// The private key of a PEM or DER file that holds nothing else and needs no password, as it lies
/// beside the file of its certificate.
pub fn lone_key(bytes: &[u8]) -> Option<PrivateKey> {
    let has = |mark: &[u8]| memchr::memmem::find(bytes, mark).is_some();
    let format = FORMATS.iter().find(|format| (format.looks_like)(bytes))?;
    let may_be = match format.name {
        "pem" => has(b"PRIVATE KEY-----") && !has(b"CERTIFICATE-----"),
        name => name == "der",
    };
    let passwords = Passwords::none();
    let work = Arc::new(Work::new(passwords.len()));
    let opening =
        Opening { bytes, passwords: &passwords, work, is_found: true, is_called_store: false };
    let bundle = may_be.then(|| (format.read)(&opening).ok())??;
    match &bundle.entries[..] {
        [entry] if entry.chain.is_empty() => entry.key()?.ok().cloned(),
        _ => None,
    }
}

/// Opens a keystore of any format. Without a given password none, null and empty are tried.
///
/// Fails with `unrecognised`, `malformed`, `password-required`, `password-wrong`, `unsupported` or
/// `too-large` if nothing in it can be shown; where something can, see [`Bundle::failure`].
pub fn open(bytes: &[u8], passwords: &Passwords) -> Result<Bundle> {
    match &parts(bytes)[..] {
        [] => open_as(bytes, passwords, false, true),
        parts => text::open(parts, passwords),
    }
}

/// The same for a file that nobody named, among others in a folder: what only looks like a keystore,
/// as a string in source code does, is `unrecognised` there. PEM that is damaged stays so in a file
/// whose name says that it is a store.
pub fn open_found(bytes: &[u8], passwords: &Passwords, is_called_store: bool) -> Result<Bundle> {
    open_as(bytes, passwords, true, is_called_store)
}

/// The certificate files and keystores that stand inside a text, each under its key: Kubernetes
/// objects, dotenv files, JSON, XML, header values. Nothing for what is a file of its own.
pub fn parts(bytes: &[u8]) -> Vec<Part> {
    let format = FORMATS.iter().find(|format| (format.looks_like)(bytes));
    match format.map(|format| format.name) {
        None | Some("pem" | "uber") => text::parts(bytes),
        Some(_) => Vec::new(),
    }
}

impl Part {
    /// Opens it.
    ///
    /// # Errors
    /// Those of [`open`].
    pub fn open(&self, passwords: &Passwords) -> Result<Bundle> {
        let mut bundle = open_as(&self.bytes, passwords, false, true)?;
        self.irregularities.iter().for_each(|form| bundle.irregular(*form));
        Ok(bundle)
    }
}

fn open_as(
    bytes: &[u8],
    passwords: &Passwords,
    is_found: bool,
    is_called_store: bool,
) -> Result<Bundle> {
    let work = Arc::new(Work::new(passwords.len()));
    let read = |bytes: &[u8]| {
        let format = FORMATS.iter().find(|format| (format.looks_like)(bytes))?;
        let opening =
            Opening { bytes, passwords, work: Arc::clone(&work), is_found, is_called_store };
        let bundle = (format.read)(&opening);
        Some(match bundle {
            Err(error) if is_found && format.is_doubtful(&error, bytes) => Err(Error::new(
                Failure::Unrecognised,
                format!("starts like {}, but is not", format.name),
            )),
            bundle => bundle,
        })
    };
    let first = read(bytes);
    let is_whole = |outcome: &Result<Bundle>| match outcome {
        Ok(bundle) => {
            bundle.failure.as_ref().is_none_or(|failure| failure.code != Failure::Malformed)
        }
        Err(error) => !matches!(error.code, Failure::Malformed | Failure::Unrecognised),
    };
    let found = match first {
        Some(outcome) if is_whole(&outcome) => return outcome,
        // Whole files in another form: said, and read all the same.
        first => match disguise::remove(bytes) {
            Some((plain, form)) => match read(&plain) {
                Some(Ok(mut bundle)) => {
                    bundle.irregularities.insert(0, form);
                    return Ok(bundle);
                }
                second => first.or(second),
            },
            None => first,
        },
    };
    match found {
        Some(Ok(bundle)) => Ok(bundle),
        Some(Err(error)) => Err(disguise::damage(bytes).unwrap_or(error)),
        None => Err(disguise::unrecognised(bytes, is_found)),
    }
}
