//! TLS records as they come in, told by their headers: these stay in clear in every version.
//!
//! A server of TLS 1.2 that wants our certificate only once it has read the request sends a
//! HelloRequest (RFC 5246 section 7.4.1.1) and then waits. The TLS library answers that it makes no
//! second handshake, and tells nobody.

use std::fmt;
use std::io;

/// Record types (RFC 5246 section 6.2.1).
const CHANGE_CIPHER_SPEC: u8 = 20;
const HANDSHAKE: u8 = 22;
/// Type, version, length.
const HEADER: usize = 5;

/// The error of a connection on which the server asked for a second handshake.
#[derive(Debug)]
pub struct AskedAgain;

impl fmt::Display for AskedAgain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the server asked for a second TLS handshake")
    }
}

impl std::error::Error for AskedAgain {}

/// What the server's records have shown by now.
#[derive(Debug, Default)]
pub struct Records {
    header: [u8; HEADER],
    /// Bytes of the header that are there.
    known: usize,
    /// Bytes of the record that are still to come.
    left: usize,
    /// Whether the server has changed to encryption.
    is_sealed: bool,
    /// Handshake records since then: the first is its Finished (in TLS 1.3 after a retry its
    /// ServerHello, and later ones look like data).
    since: u32,
}

impl Records {
    /// Takes bytes as they come, split anywhere.
    pub fn see(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.left > 0 {
                let passed = self.left.min(bytes.len());
                (self.left, bytes) = (self.left - passed, &bytes[passed..]);
                continue;
            }
            let fresh = (HEADER - self.known).min(bytes.len());
            self.header[self.known..self.known + fresh].copy_from_slice(&bytes[..fresh]);
            (self.known, bytes) = (self.known + fresh, &bytes[fresh..]);
            if self.known == HEADER {
                let [kind, _, _, high, low] = self.header;
                self.left = usize::from(u16::from_be_bytes([high, low]));
                self.known = 0;
                self.is_sealed |= kind == CHANGE_CIPHER_SPEC;
                self.since += u32::from(self.is_sealed && kind == HANDSHAKE && self.since < 2);
            }
        }
    }

    /// Fails once the server has asked for a second handshake.
    ///
    /// # Errors
    /// [`AskedAgain`].
    pub fn check(&self) -> io::Result<()> {
        match self.since {
            0 | 1 => Ok(()),
            _ => Err(io::Error::other(AskedAgain)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(kinds: &[(u8, usize)]) -> Vec<u8> {
        let record = |(kind, length): &(u8, usize)| {
            let [high, low] = u16::try_from(*length).unwrap().to_be_bytes();
            [&[*kind, 3, 3, high, low][..], &vec![HANDSHAKE; *length]].concat()
        };
        kinds.iter().flat_map(record).collect()
    }

    #[test]
    fn a_handshake_record_after_finished_asks_again_however_it_is_split() {
        let handshake = [(22, 90), (22, 1000), (22, 4), (20, 1), (22, 40), (23, 300)];
        let retried = [(22, 90), (20, 1), (22, 120), (23, 30), (23, 900), (23, 70)];
        let again = [&handshake[..], &[(22, 28)]].concat();
        for (kinds, asks) in [(&handshake[..], false), (&retried, false), (&again, true)] {
            for size in [1, 3, 7, 5000] {
                let mut seen = Records::default();
                records(kinds).chunks(size).for_each(|piece| seen.see(piece));
                assert_eq!(seen.check().is_err(), asks, "{kinds:?} in pieces of {size}");
            }
        }
    }
}
