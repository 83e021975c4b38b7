//! The authenticated safe: a row of contents, some in clear, some encrypted.
//!
//! ```text
//! AuthenticatedSafe  SEQUENCE OF ContentInfo
//! data               SEQUENCE { OID data, [0] OCTET STRING SafeContents }
//! encryptedData      SEQUENCE { OID encryptedData, [0] SEQUENCE { INTEGER 0,
//!                        SEQUENCE { OID data, SEQUENCE algorithm, [0] cipher text } } }
//! ```

use zeroize::Zeroizing;

use super::super::assemble::{Found, FoundKey, assemble};
use super::super::password::OpenedWith;
use super::super::pbe::Scheme;
use super::super::{Bundle, Content, Entry, Opening, pkcs7};
use super::bag::Bags;
use super::{DATA, FORMAT};
use crate::der::{Reader, tag};
use crate::error::{Error, Result};
use crate::failure::Failure;

pub const ENCRYPTED_DATA: &str = "1.2.840.113549.1.7.6";

/// What is known about the password before the contents are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// The MAC is right with this one.
    Password(OpenedWith),
    /// There is no MAC to tell.
    Unknown,
    /// The MAC is right with none.
    None,
}

/// Reads all contents into the bundle.
pub fn read(
    safe: &[u8],
    offset: usize,
    mut fit: Fit,
    opening: &Opening<'_>,
    bundle: &mut Bundle,
) -> Result<()> {
    let mut found = Found::default();
    let mut contents = Reader::at(FORMAT, safe, offset).sequence("a SEQUENCE of contents")?;
    let refused = || opening.passwords.refused("the PKCS#12 file");
    // Where all stands in clear, a password is only wanted for the MAC: not having one is no failure.
    if fit == Fit::None && !opening.passwords.is_empty() {
        bundle.failure = Some(refused());
    }
    while !contents.is_empty() {
        let mut info = contents.sequence("a ContentInfo")?;
        let content_type = info.oid("a content type")?;
        let content = info.expect(tag::context(0), "the content")?;
        let first = match fit {
            Fit::Password(first) => first,
            _ => OpenedWith::Nothing,
        };
        let mut bags = Bags { found: &mut found, bundle, opening, first };
        match content_type.as_str() {
            DATA => {
                let clear = content.reader().octets("an OCTET STRING with SafeContents")?;
                let is_empty = bags.read(&clear, content.content_offset)?;
                if !is_empty {
                    bundle.protection.get_or_insert_default().add("none".to_owned(), 0);
                }
            }
            ENCRYPTED_DATA => {
                let mut data = content.reader().sequence("EncryptedData")?;
                data.unsigned("a version")?;
                let mut inner = data.sequence("EncryptedContentInfo")?;
                inner.oid("a content type")?;
                let algorithm = inner.expect(tag::SEQUENCE, "an encryption algorithm")?;
                let scheme = Scheme::read(&algorithm).inspect_err(|_| {
                    let protection = bags.bundle.protection.get_or_insert_default();
                    protection.add(Scheme::unread(&algorithm), 0);
                });
                // [0] IMPLICIT OCTET STRING, perhaps in pieces.
                let text = inner.any("the cipher text")?;
                if text.tag & !tag::CONSTRUCTED != 0x80 {
                    return Err(text.malformed("the cipher text").into());
                }
                let opened = scheme.and_then(|scheme| {
                    let protection = bags.bundle.protection.get_or_insert_default();
                    protection.add(scheme.name(), scheme.iterations());
                    if fit == Fit::None {
                        return Err(refused());
                    }
                    decrypt(&scheme, &text.octets()?, fit, opening)
                });
                match opened {
                    Ok((plain, password)) => {
                        if fit == Fit::Unknown {
                            fit = Fit::Password(password);
                            bags.bundle.opened_with = password;
                            bags.first = password;
                        }
                        bags.read(&plain, text.content_offset)?;
                    }
                    Err(error) if error.code == Failure::Malformed => return Err(error),
                    Err(error) => {
                        // What fits here fits nowhere: the next contents are not worth the work.
                        if matches!(error.code, Failure::PasswordRequired | Failure::PasswordWrong)
                        {
                            fit = Fit::None;
                        }
                        bundle.failure.get_or_insert(error);
                        let sealed = Entry::new(None, Vec::new(), Content::Sealed);
                        found.others.push((found.certificates.len(), sealed));
                    }
                }
            }
            other => {
                let name = pkcs7::type_name(other);
                let error = format!("PKCS#12 contents of type {name} are not supported");
                bundle.failure.get_or_insert(Error::new(Failure::Unsupported, error));
            }
        }
    }
    // What stays sealed is only worth showing beside something that can be read.
    let is_sealed = |found: &FoundKey| found.key.is_encrypted();
    if fit == Fit::None && found.keys.iter().any(is_sealed) {
        bundle.failure.get_or_insert_with(refused);
    }
    let all_sealed = || found.keys.iter().all(is_sealed);
    if bundle.failure.is_some() && found.certificates.is_empty() && all_sealed() {
        return Ok(());
    }
    bundle.entries = assemble(found);
    // Nobody sends a PKCS#12 file as it is: the order in it means nothing.
    bundle.entries.iter_mut().for_each(|entry| entry.out_of_order = false);
    Ok(())
}

/// The plain SafeContents, and the password that gave it.
fn decrypt(
    scheme: &Scheme,
    text: &[u8],
    fit: Fit,
    opening: &Opening<'_>,
) -> Result<(Zeroizing<Vec<u8>>, OpenedWith)> {
    let first = match fit {
        Fit::Password(first) => first,
        _ => OpenedWith::Nothing,
    };
    // Without a MAC, a SEQUENCE in the text is what tells a right password.
    let is_whole =
        |plain: &Zeroizing<Vec<u8>>| Reader::new(FORMAT, plain).expect(tag::SEQUENCE, "").is_ok();
    for decrypt in [Scheme::decrypt, Scheme::decrypt_bmp] {
        for password in opening.passwords.candidates_from(first) {
            let plain = decrypt(scheme, password, text, &opening.work)?;
            if let Some(plain) = plain.filter(is_whole) {
                return Ok((plain, password.which));
            }
        }
    }
    match fit {
        Fit::Password(_) => Err(Error::new(
            Failure::PasswordWrong,
            "the password is right for the integrity of the PKCS#12 file, but not for its encryption",
        )
        .help("it was written with two passwords, or the characters were encoded differently")),
        _ => Err(opening.passwords.refused("the PKCS#12 file")),
    }
}
