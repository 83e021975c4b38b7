//! JKS and JCEKS (sun.security.provider.JavaKeyStore, com.sun.crypto.provider.JceKeyStore).
//!
//! ```text
//! file     u32 magic, u32 version 1|2, u32 count, entries, SHA-1 digest (20)
//! entry    u32 1 key | 2 certificate | 3 secret, text alias, u64 date in ms, then
//!   key          bytes EncryptedPrivateKeyInfo, u32 count, certificates
//!   certificate  certificate
//!   secret       a serialised Java object, without length (JCEKS only)
//! certificate    text type (version 2), bytes DER
//! ```

use std::collections::HashSet;

use super::super::key::Key;
use super::super::work::{MAX_ENTRIES, at_most};
use super::super::{Bundle, Content, Entry, Opening, Protection};
use super::{Cursor, jks_digest, jks_key, serial};
use crate::cert::Certificate;
use crate::digest;
use crate::error::{Error, Malformed, Result};
use crate::failure::Failure;

const JKS: [u8; 4] = [0xfe, 0xed, 0xfe, 0xed];
const JCEKS: [u8; 4] = [0xce, 0xce, 0xce, 0xce];

/// What is hashed between the password and the file.
const WHITENER: &[u8] = b"Mighty Aphrodite";
const DIGEST_LEN: usize = 20;

/// Whether it has the magic number of JKS.
pub fn looks_like_jks(bytes: &[u8]) -> bool {
    bytes.starts_with(&JKS)
}

/// Whether it has the magic number of JCEKS.
pub fn looks_like_jceks(bytes: &[u8]) -> bool {
    bytes.starts_with(&JCEKS)
}

/// Reads a JKS file.
pub fn read_jks(opening: &Opening<'_>) -> Result<Bundle> {
    read(opening, "jks", "JKS")
}

/// Reads a JCEKS file.
pub fn read_jceks(opening: &Opening<'_>) -> Result<Bundle> {
    read(opening, "jceks", "JCEKS")
}

fn read(opening: &Opening<'_>, name: &'static str, format: &'static str) -> Result<Bundle> {
    let mut bundle = Bundle::new(name);
    let mut cursor = Cursor::new(format, opening.bytes);
    cursor.u32("a magic number")?;
    let version = cursor.u32("a version")?;
    if version != 1 && version != 2 {
        return Err(Error::new(Failure::Unsupported, format!("{format} version {version}")));
    }
    check_integrity(opening, &mut bundle, format);
    let mut protection = Protection { mac: Some("SHA-1 (JKS)".to_owned()), ..Default::default() };
    let count = cursor.u32("the number of entries")?;
    at_most(MAX_ENTRIES, count as usize, "entries")?;
    let mut aliases = HashSet::new();
    for _ in 0..count {
        let kind = cursor.u32("the kind of an entry")?;
        let alias = cursor.text("an alias")?;
        cursor.take(8, "a date")?;
        let entry = match kind {
            1 => {
                let der = cursor.bytes("an encrypted key")?;
                let sealed = jks_key::sealed(der, opening.means(bundle.opened_with));
                let (key, cipher, iterations) = match sealed {
                    // The certificates of a key that cannot be opened are still of interest.
                    Err(error) if error.code == Failure::Unsupported => {
                        let reason = error.clone();
                        (Key::sealed(move || Err(reason.clone())), error.message, 0)
                    }
                    sealed => sealed?,
                };
                protection.add(cipher, iterations);
                let count = cursor.u32("the length of a chain")?;
                let mut chain = Vec::new();
                for _ in 0..count {
                    chain.extend(certificate(&mut cursor, version, &mut bundle)?);
                }
                Entry::new(Some(alias), chain, Content::Key(Box::new(key)))
            }
            2 => match certificate(&mut cursor, version, &mut bundle)? {
                Some(certificate) => Entry::trusted(Some(alias), certificate),
                None => continue,
            },
            3 if name == "jceks" => {
                serial::step_over(&mut cursor)?;
                Entry::new(Some(alias), Vec::new(), Content::Secret)
            }
            _ => return Err(cursor.malformed("the kind of an entry (1, 2 or 3)").into()),
        };
        // Java itself takes the last one of equal aliases, whatever their case.
        let alias = entry.alias.clone().unwrap_or_default();
        if !aliases.insert(alias.to_lowercase()) {
            bundle.note(format!("the alias {alias} occurs more than once"));
        }
        bundle.entries.push(entry);
    }
    cursor.take(DIGEST_LEN, "the digest at the end")?;
    if !cursor.rest.is_empty() {
        bundle.note(format!("{} bytes follow the keystore", cursor.rest.len()));
    }
    bundle.protection = Some(protection);
    bundle.or_failure()
}

/// Compares the digest at the end for every password.
fn check_integrity(opening: &Opening<'_>, bundle: &mut Bundle, format: &str) {
    let end = opening.bytes.len().saturating_sub(DIGEST_LEN);
    let (body, expected) = opening.bytes.split_at(end);
    let candidates = opening.passwords.candidates();
    let fits = candidates
        .into_iter()
        .find(|password| digest::equal(&jks_digest(*password, WHITENER, body), expected));
    if let Some(password) = fits {
        bundle.opened_with = password.which;
        bundle.integrity_verified = true;
    } else if !opening.passwords.is_empty() {
        bundle.failure = Some(opening.passwords.refused(&format!("the {format} file")));
    }
}

/// A certificate; one that cannot be read becomes the failure of the bundle.
pub fn certificate(
    cursor: &mut Cursor<'_>,
    version: u32,
    bundle: &mut Bundle,
) -> Result<Option<Certificate>> {
    if version == 2 {
        cursor.text("the type of a certificate")?;
    }
    let der = cursor.bytes("a certificate")?;
    let start = cursor.offset - der.len();
    match Certificate::parse(der) {
        Ok(certificate) => Ok(Some(certificate)),
        // One damaged certificate among others is told; more are no keystore.
        Err(malformed) => {
            let offset = malformed.offset + start;
            let error = Error::from(Malformed { offset, ..malformed });
            match &bundle.failure {
                Some(failure) if failure.code == Failure::Malformed => Err(error),
                _ => {
                    bundle.failure = Some(error);
                    Ok(None)
                }
            }
        }
    }
}
