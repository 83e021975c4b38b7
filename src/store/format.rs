//! The formats: how each is told from its bytes, and who reads it.

use std::sync::Arc;

use super::key::sealed::Means;
use super::work::Work;
use super::{Bundle, OpenedWith, Passwords, bare, bcfks, java, pem, pkcs7, pkcs12};
use crate::error::{Error, Result};
use crate::failure::Failure;

/// A file being opened: its bytes, the passwords to try, and how much work may still go into it.
#[derive(Clone)]
pub(super) struct Opening<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) passwords: &'a Passwords,
    pub(super) work: Arc<Work>,
    /// Whether nobody named the file: what does not decode there is something else.
    pub(super) is_found: bool,
    /// Whether its name says that it is a store: what does not decode there is damage all the same.
    pub(super) is_called_store: bool,
}

impl Opening<'_> {
    /// What an encrypted key needs to be opened later, `first` being the likeliest password.
    pub(super) fn means(&self, first: OpenedWith) -> Means {
        Means { passwords: self.passwords.clone(), first, work: Arc::clone(&self.work) }
    }
}

/// One keystore format.
pub struct Format {
    /// Its name in reports.
    pub name: &'static str,
    /// What people call it.
    title: &'static str,
    /// Whether the bytes begin like it. Cheap; the first row that says yes is read.
    pub(super) looks_like: fn(&[u8]) -> bool,
    /// Reads all of it.
    pub(super) read: fn(&Opening<'_>) -> Result<Bundle>,
}

impl Format {
    /// Whether bytes that could not be read, and that nobody called a keystore, are hardly one: the
    /// marks of some formats are short.
    pub(super) fn is_doubtful(&self, error: &Error, bytes: &[u8]) -> bool {
        match self.name {
            "der" => !bare::is_certificate(bytes),
            "pkcs7" | "bks" | "uber" => error.code == Failure::Malformed,
            _ => false,
        }
    }
}

/// Every format, the ones with a sure mark first.
pub const FORMATS: &[Format] = &[
    row("bcfks", "BCFKS", bcfks::looks_like, bcfks::read),
    row("pkcs12", "PKCS#12", pkcs12::looks_like, pkcs12::read),
    row("pkcs7", "PKCS#7", pkcs7::looks_like, pkcs7::read),
    row("jks", "JKS", java::jks::looks_like_jks, java::jks::read_jks),
    row("jceks", "JCEKS", java::jks::looks_like_jceks, java::jks::read_jceks),
    row("bks", "BKS", java::bks::looks_like_bks, java::bks::read_bks),
    row("uber", "UBER", java::bks::looks_like_uber, java::bks::read_uber),
    row("der", "DER (also PkiPath)", bare::looks_like, bare::read),
    row("pem", "PEM", pem::looks_like, pem::read),
];

const fn row(
    name: &'static str,
    title: &'static str,
    looks_like: fn(&[u8]) -> bool,
    read: fn(&Opening<'_>) -> Result<Bundle>,
) -> Format {
    Format { name, title, looks_like, read }
}

/// What is read, in one sentence: `PEM, ... and BCFKS, and text with base64 of them`.
pub fn known_formats() -> String {
    let titles: Vec<&str> = FORMATS.iter().rev().map(|format| format.title).collect();
    format!("{}, and base64 of these in text", titles.join(", "))
}
