//! PKCS#12 (RFC 7292), DER and BER, as every tool writes it.
//!
//! ```text
//! PFX      SEQUENCE { INTEGER 3, ContentInfo { data, AuthenticatedSafe }, MacData OPTIONAL }
//! MacData  SEQUENCE { SEQUENCE { algorithm, OCTET STRING mac }, OCTET STRING salt, INTEGER count }
//! ```

use super::{Bundle, Opening, PrivateKey, pkcs7};
use crate::der::{Reader, tag};
use crate::error::{Error, Result};
use crate::failure::Failure;

mod bag;
mod mac;
mod safe;
mod write;

pub use write::{Profile, write};

pub(super) const FORMAT: &str = "PKCS#12";
pub(super) const DATA: &str = "1.2.840.113549.1.7.1";

/// Whether it begins with a SEQUENCE of the version 3 and another SEQUENCE.
pub(super) fn looks_like(bytes: &[u8]) -> bool {
    let head = match bytes {
        [0x30, length @ ..=0x80, rest @ ..] if *length == 0x80 || rest.len() + 2 > 8 => rest,
        [0x30, length @ 0x81..=0x88, rest @ ..] => {
            rest.get(usize::from(length & 0x7f)..).unwrap_or_default()
        }
        _ => return false,
    };
    head.starts_with(&[tag::INTEGER, 1, 3, tag::SEQUENCE])
}

/// Reads a PKCS#12 file: first the MAC to find the password, then the contents.
pub(super) fn read(opening: &Opening<'_>) -> Result<Bundle> {
    let mut outer = Reader::new(FORMAT, opening.bytes);
    let mut pfx = outer.sequence("a PFX")?;
    pfx.unsigned("version 3")?;
    let mut info = pfx.sequence("the authenticated safe")?;
    let content_type = info.oid("a content type")?;
    if content_type != DATA {
        let name = pkcs7::type_name(&content_type);
        let message = format!("PKCS#12 under public-key protection ({name}) is not supported");
        return Err(Error::new(Failure::Unsupported, message));
    }
    let content = info.expect(tag::context(0), "the authenticated safe")?;
    let safe = content.reader().octets("an OCTET STRING with the authenticated safe")?;
    let mac =
        pfx.optional(tag::SEQUENCE, "a MAC")?.map(|value| mac::Mac::read(&value)).transpose()?;

    let mut bundle = Bundle::new("pkcs12");
    let protection = bundle.protection.get_or_insert_default();
    let mut fits = safe::Fit::Unknown;
    match &mac {
        None => bundle.note("there is no MAC: changes would go unnoticed"),
        Some(Err((error, name))) => {
            protection.mac = Some(name.clone());
            bundle.note(format!("the MAC was not checked: {}", error.message));
        }
        Some(Ok(mac)) => {
            protection.mac = Some(mac.name());
            protection.mac_iterations = Some(mac.iterations());
            fits = match mac.find_password(&safe, opening)? {
                Some(password) => {
                    bundle.opened_with = password;
                    bundle.integrity_verified = true;
                    safe::Fit::Password(password)
                }
                None => safe::Fit::None,
            };
        }
    }
    safe::read(&safe, content.content_offset, fits, opening, &mut bundle)?;
    match outer.rest() {
        [] => {}
        rest => bundle.note(format!("{} bytes follow the PKCS#12 structure", rest.len())),
    }
    bundle.or_failure()
}
