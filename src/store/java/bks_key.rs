//! Keys in BKS and UBER: `u8 kind, text format, text algorithm, bytes key`, in clear or sealed.

use zeroize::Zeroizing;

use super::super::key::sealed::Means;
use super::super::key::{Key, PrivateKey};
use super::super::pbe::Scheme;
use super::super::pbe::cipher::Cipher;
use super::Cursor;
use crate::error::{Malformed, Result};

/// A key in clear; `None` if it is no private one.
pub fn clear(cursor: &mut Cursor<'_>) -> Result<Option<PrivateKey>, Malformed> {
    let kind = cursor.u8("the kind of a key")?;
    cursor.text("the format of a key")?;
    cursor.text("the algorithm of a key")?;
    let der = cursor.bytes("a key")?;
    if kind == 0 { PrivateKey::parse(der).map(Some) } else { Ok(None) }
}

/// A sealed key to be opened later: `bytes salt, u32 iterations, cipher text`.
pub fn sealed(bytes: &[u8], means: Means) -> Result<(Key, Scheme)> {
    let mut cursor = Cursor::new("sealed key", bytes);
    let salt = cursor.bytes("a salt")?;
    let iterations = u64::from(cursor.u32("an iteration count")?);
    let scheme = Scheme::pkcs12(Cipher::TripleDes(24), salt, iterations);
    let (used, data) = (scheme.clone(), cursor.rest.to_vec());
    let unseal = move || {
        means.open(|password| {
            let plain = used.decrypt(password, &data, &means.work)?;
            Ok(plain.and_then(|plain| der_inside(&plain)))
        })
    };
    Ok((Key::sealed(unseal), scheme))
}

/// The key behind the descriptions; none if they make no sense, as after a wrong password.
fn der_inside(plain: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut cursor = Cursor::new("sealed key", plain);
    cursor.u8("").ok().filter(|kind| *kind == 0)?;
    cursor.text("").ok()?;
    cursor.text("").ok()?;
    Some(Zeroizing::new(cursor.bytes("").ok()?.to_vec()))
}
