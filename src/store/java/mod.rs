//! Java's keystores: JKS and JCEKS (Sun), BKS and UBER (Bouncy Castle). Numbers are big-endian,
//! text is Java's modified UTF-8 behind two octets of length. Certificates stand in clear.

use super::password::Password;
use super::pbe::kdf::Hash;
use crate::error::Malformed;

pub mod bks;
mod bks_key;
pub mod jks;
mod jks_key;
mod serial;

/// Reads Java's DataOutputStream.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    format: &'static str,
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Cursor<'a> {
    fn new(format: &'static str, bytes: &'a [u8]) -> Self {
        Self { format, rest: bytes, offset: 0 }
    }

    fn malformed(&self, expected: impl Into<String>) -> Malformed {
        Malformed::new(self.format, self.offset, expected)
    }

    fn take(&mut self, length: usize, expected: &str) -> Result<&'a [u8], Malformed> {
        let Some((taken, rest)) = self.rest.split_at_checked(length) else {
            let left = self.rest.len();
            return Err(self.malformed(format!("{expected} ({length} bytes, {left} are left)")));
        };
        self.rest = rest;
        self.offset += length;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, expected: &str) -> Result<[u8; N], Malformed> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N, expected)?);
        Ok(array)
    }

    fn u8(&mut self, expected: &str) -> Result<u8, Malformed> {
        Ok(u8::from_be_bytes(self.array(expected)?))
    }

    fn u16(&mut self, expected: &str) -> Result<u16, Malformed> {
        Ok(u16::from_be_bytes(self.array(expected)?))
    }

    fn u32(&mut self, expected: &str) -> Result<u32, Malformed> {
        Ok(u32::from_be_bytes(self.array(expected)?))
    }

    /// Bytes behind four octets of length.
    fn bytes(&mut self, expected: &str) -> Result<&'a [u8], Malformed> {
        let length = self.u32(expected)?;
        self.take(usize::try_from(length).unwrap_or(usize::MAX), expected)
    }

    /// Text behind two octets of length.
    fn text(&mut self, expected: &str) -> Result<String, Malformed> {
        let length = self.u16(expected)?;
        Ok(modified_utf8(self.take(usize::from(length), expected)?))
    }
}

/// Java writes characters beyond the BMP as two surrogates of three octets each, and U+0000 as
/// C0 80 (java.io.DataInput).
fn modified_utf8(bytes: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let mut units = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        let low = |byte: &u8| u16::from(byte & 0x3f);
        rest = match rest {
            [a, b, c, rest @ ..] if a >> 4 == 0xe => {
                units.push(u16::from(a & 0x0f) << 12 | low(b) << 6 | low(c));
                rest
            }
            [a, b, rest @ ..] if a >> 5 == 0b110 => {
                units.push(u16::from(a & 0x1f) << 6 | low(b));
                rest
            }
            [a, rest @ ..] => {
                units.push(if *a < 0x80 { u16::from(*a) } else { 0xfffd });
                rest
            }
            [] => return String::from_utf16_lossy(&units),
        };
    }
}

/// `SHA-1(password in UTF-16, salt, body)`, which JKS calls integrity.
fn jks_digest(password: Password<'_>, salt: &[u8], body: &[u8]) -> zeroize::Zeroizing<Vec<u8>> {
    Hash::Sha1.digest(&[&password.utf16(), salt, body])
}
