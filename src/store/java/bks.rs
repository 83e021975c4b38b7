//! BKS and UBER (org.bouncycastle.jcajce.provider.keystore.bc.BcKeyStoreSpi).
//!
//! ```text
//! BKS    u32 version 1|2, bytes salt, u32 iterations, entries, u8 0, HMAC-SHA-1 over entries (20)
//! UBER   u32 version,     bytes salt, u32 iterations, Twofish(entries, u8 0, SHA-1 over them (20))
//! entry  u8 1 certificate | 2 key | 3 secret | 4 sealed, text alias, u64 date, u32 count,
//!        certificates of the chain, then
//!   certificate  text type, bytes DER
//!   key          u8 0 private | 1 public | 2 secret, text format, text algorithm, bytes key
//!   secret       bytes
//!   sealed       bytes: bytes salt, u32 iterations, 3DES(key)
//! ```

use super::super::key::Key;
use super::super::pbe::Scheme;
use super::super::pbe::cipher::Cipher;
use super::super::pbe::kdf::{self, Hash, Purpose};
use super::super::work::{MAX_ENTRIES, at_most};
use super::super::{Bundle, Content, Entry, OpenedWith, Opening, Protection};
use super::jks::certificate;
use super::{Cursor, bks_key};
use crate::digest;
use crate::error::{Malformed, Result};

const MAC_LEN: usize = 20;

/// What stands before the entries.
struct Header<'a> {
    version: u32,
    salt: &'a [u8],
    iterations: u64,
}

impl<'a> Header<'a> {
    fn read(cursor: &mut Cursor<'a>) -> Result<Self, Malformed> {
        let version = cursor.u32("a version")?;
        let here = cursor.malformed("version 1 or 2 and a salt");
        let salt = cursor.bytes("a salt")?;
        if !(1..=2).contains(&version) || !(8..=64).contains(&salt.len()) {
            return Err(here);
        }
        Ok(Self { version, salt, iterations: u64::from(cursor.u32("an iteration count")?) })
    }
}

/// Whether header and first entry are those of a BKS file.
pub fn looks_like_bks(bytes: &[u8]) -> bool {
    let mut cursor = Cursor::new("BKS", bytes);
    let first_entry = |cursor: &mut Cursor<'_>| {
        Header::read(cursor)?;
        match cursor.u8("")? {
            0 if cursor.rest.len() == MAC_LEN => return Ok(0),
            1..=4 => {}
            _ => return Err(cursor.malformed("an entry")),
        }
        cursor.text("")?;
        cursor.take(8, "")?;
        cursor.u32("")
    };
    matches!(bytes, [0, 0, 0, 1 | 2, 0, 0, 0, _, ..])
        && first_entry(&mut cursor).is_ok_and(|chain| chain <= 100)
}

/// Whether there is such a header and then whole blocks of something else.
pub fn looks_like_uber(bytes: &[u8]) -> bool {
    let mut cursor = Cursor::new("UBER", bytes);
    Header::read(&mut cursor).is_ok()
        && !cursor.rest.is_empty()
        && cursor.rest.len().is_multiple_of(16)
}

/// Reads a BKS file: certificates in any case, keys with a password.
pub fn read_bks(opening: &Opening<'_>) -> Result<Bundle> {
    let mut bundle = Bundle::new("bks");
    let mut cursor = Cursor::new("BKS", opening.bytes);
    let header = Header::read(&mut cursor)?;
    let (body, _) = cursor.rest.split_at(cursor.rest.len().saturating_sub(MAC_LEN));
    let expected = &cursor.rest[body.len()..];
    // Version 1 gave the length of the key in octets where bits were wanted.
    let key_len = if header.version == 1 { MAC_LEN / 8 } else { MAC_LEN };
    for password in opening.passwords.candidates() {
        let algorithm = (Hash::Sha1, header.iterations);
        let secret = (&password.bmp()[..], header.salt);
        let wanted = [(Purpose::Mac, key_len)];
        let [key] = kdf::pkcs12(algorithm, wanted, secret, &opening.work)?;
        if digest::equal(&Hash::Sha1.hmac(&key, body), expected) {
            bundle.opened_with = password.which;
            bundle.integrity_verified = true;
            break;
        }
    }
    if !bundle.integrity_verified && !opening.passwords.is_empty() {
        bundle.failure = Some(opening.passwords.refused("the BKS file"));
    }
    bundle.protection = Some(Protection {
        mac: Some("HMAC-SHA-1 (BKS)".to_owned()),
        mac_iterations: Some(header.iterations),
        ..Default::default()
    });
    read_entries(&mut cursor, opening, &mut bundle)?;
    cursor.take(MAC_LEN, "the MAC at the end")?;
    bundle.or_failure()
}

/// Reads an UBER file, which is encrypted as a whole.
pub fn read_uber(opening: &Opening<'_>) -> Result<Bundle> {
    let mut bundle = Bundle::new("uber");
    let mut cursor = Cursor::new("UBER", opening.bytes);
    let header = Header::read(&mut cursor)?;
    let scheme = Scheme::pkcs12(Cipher::Twofish, header.salt, header.iterations);
    let mut protection = Protection { mac: Some("SHA-1 (UBER)".to_owned()), ..Default::default() };
    protection.add(scheme.name(), scheme.iterations());
    bundle.protection = Some(protection);
    for password in opening.passwords.candidates() {
        let Some(plain) = scheme.decrypt(password, cursor.rest, &opening.work)? else { continue };
        let Some(end) = plain.len().checked_sub(MAC_LEN) else { continue };
        let (body, expected) = plain.split_at(end);
        if !digest::equal(&Hash::Sha1.digest(&[body]), expected) {
            continue;
        }
        bundle.opened_with = password.which;
        bundle.integrity_verified = true;
        read_entries(&mut Cursor::new("UBER", body), opening, &mut bundle)?;
        return bundle.or_failure();
    }
    Err(opening.passwords.refused("the UBER file"))
}

/// Entries up to the zero that ends them.
fn read_entries(cursor: &mut Cursor<'_>, opening: &Opening<'_>, bundle: &mut Bundle) -> Result<()> {
    loop {
        let kind = cursor.u8("the kind of an entry")?;
        if kind == 0 {
            return Ok(());
        }
        let alias = Some(cursor.text("an alias")?);
        cursor.take(8, "a date")?;
        let count = cursor.u32("the length of a chain")?;
        let mut chain = Vec::new();
        for _ in 0..count {
            chain.extend(certificate(cursor, 2, bundle)?);
        }
        let entry = match kind {
            1 => match certificate(cursor, 2, bundle)? {
                Some(certificate) => Entry::trusted(alias, certificate),
                None => continue,
            },
            2 => match bks_key::clear(cursor)? {
                Some(key) => Entry::new(alias, chain, Content::Key(Box::new(Key::clear(key)))),
                None => Entry::new(alias, chain, Content::Secret),
            },
            3 => {
                cursor.bytes("a secret value")?;
                Entry::new(alias, chain, Content::Secret)
            }
            4 => {
                let sealed = cursor.bytes("a sealed key")?;
                // What is sealed can be any kind of key; only private ones have a chain.
                let opened_with: OpenedWith = bundle.opened_with;
                let (key, scheme) = bks_key::sealed(sealed, opening.means(opened_with))?;
                let protection = bundle.protection.get_or_insert_default();
                protection.add(scheme.name(), scheme.iterations());
                let content = match chain.is_empty() {
                    true => Content::Secret,
                    false => Content::Key(Box::new(key)),
                };
                Entry::new(alias, chain, content)
            }
            _ => return Err(cursor.malformed("the kind of an entry (0 to 4)").into()),
        };
        bundle.entries.push(entry);
        at_most(MAX_ENTRIES, bundle.entries.len(), "entries")?;
    }
}
