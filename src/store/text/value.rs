//! One value: what is a certificate file or keystore in it, whatever is wrapped around.

use memchr::memmem;
use zeroize::Zeroizing;

use super::super::pem::block::BEGIN;
use super::super::{FORMATS, Irregularity};
use crate::der::{Reader, tag};
use crate::digest;
use crate::http::percent;

/// So many wrappings are taken off.
const MAX_DEPTH: usize = 4;

/// Base64 of a certificate or store is longer.
const SHORTEST: usize = 64;

/// A value without its wrappings.
pub struct Decoded {
    pub bytes: Zeroizing<Vec<u8>>,
    pub irregularities: Vec<Irregularity>,
}

impl From<Zeroizing<Vec<u8>>> for Decoded {
    fn from(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self { bytes, irregularities: Vec::new() }
    }
}

/// The certificate file or keystore that a value is, or stands for in base64, a data URI, with
/// percent signs, or as a structured field.
pub fn decode(value: &[u8]) -> Option<Decoded> {
    let mut bytes = Zeroizing::new(value.to_vec());
    let mut layers = 0;
    for _ in 0..MAX_DEPTH {
        if is_store(&bytes) {
            let twice = (layers > 1).then_some(Irregularity::Base64);
            return Some(Decoded { bytes, irregularities: twice.into_iter().collect() });
        }
        let text = std::str::from_utf8(&bytes).ok()?.trim();
        let text = match text.strip_prefix("data:").and_then(|rest| rest.split_once(',')) {
            Some((kind, rest)) if kind.ends_with(";base64") => rest,
            _ => text,
        };
        // A byte sequence of a structured field (RFC 8941).
        let text = text.strip_prefix(':').and_then(|text| text.strip_suffix(':')).unwrap_or(text);
        let plain = if text.contains('%') && text.is_ascii() {
            percent::decode(text.as_bytes(), false)
        } else {
            layers += 1;
            unbase64(text)?
        };
        bytes = Zeroizing::new(plain);
    }
    None
}

/// Bytes of base64 in either alphabet, with line breaks and blanks, also written out.
pub fn unbase64(text: &str) -> Option<Vec<u8>> {
    if text.len() < SHORTEST {
        return None;
    }
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\\' if matches!(chars.peek(), Some('n' | 'r' | 't')) => drop(chars.next()),
            '\\' if chars.peek() == Some(&'/') => {}
            char if char.is_ascii_whitespace() => {}
            char if char.is_ascii_alphanumeric() || "+/=-_".contains(char) => plain.push(char),
            _ => return None,
        }
    }
    digest::unbase64(&plain)
}

/// Whether bytes are a file that the readers take: PEM, or a format of octets that is whole.
pub fn is_store(bytes: &[u8]) -> bool {
    if bytes.first().is_some_and(|byte| *byte != tag::SEQUENCE)
        && memmem::find(bytes, BEGIN).is_some()
    {
        return true;
    }
    let Some(format) = FORMATS.iter().find(|format| (format.looks_like)(bytes)) else {
        return false;
    };
    match format.name {
        "jks" | "jceks" | "bks" => true,
        "uber" | "pem" => false,
        // A whole value of DER or BER, at most with a line end behind it.
        _ => {
            let mut reader = Reader::new("DER", bytes);
            bytes.len() >= SHORTEST / 4 * 3
                && reader.expect(tag::SEQUENCE, "").is_ok_and(|value| {
                    value
                        .reader()
                        .peek()
                        .is_some_and(|tag| matches!(tag, tag::SEQUENCE | tag::INTEGER | tag::OID))
                })
                && reader.rest().len() <= 2
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::base64;

    #[test]
    fn every_wrapping_comes_off() {
        let der = crate::cert::tests::sample().der().to_vec();
        let pem = crate::cert::tests::sample().pem();
        let once = base64(&der);
        for text in [
            once.clone(),
            once.trim_end_matches('=').replace('+', "-").replace('/', "_"),
            format!(":{once}:"),
            format!("data:application/x-x509-ca-cert;base64,{once}"),
            format!("  {}\n{}\n", &once[..64], &once[64..]),
            format!("{}\\n{}\\n", &once[..64], &once[64..]),
            once.replace('/', "\\/"),
        ] {
            let decoded = decode(text.as_bytes()).unwrap();
            assert_eq!((&*decoded.bytes, decoded.irregularities), (&der, vec![]), "{text}");
        }
        for text in [pem.clone(), base64(pem.as_bytes()), percent::encode(pem.as_bytes(), b"-._~")]
        {
            assert_eq!(*decode(text.as_bytes()).unwrap().bytes, pem.as_bytes());
        }
        let twice = decode(base64(once.as_bytes()).as_bytes()).unwrap();
        assert_eq!((&*twice.bytes, twice.irregularities), (&der, vec![Irregularity::Base64]));
        assert!(decode(b"a password").is_none());
        assert!(decode(base64(&[0x30; 90]).as_bytes()).is_none());
        assert!(decode(&once.as_bytes()[..once.len() / 2]).is_none());
    }

    proptest::proptest! {
        #[test]
        fn any_value_is_decoded_or_not(value in "(data:;base64,|:|%2B|MII|LS0t)?[A-Za-z0-9+/=_\n\\\\-]{0,200}:?") {
            let _ = decode(value.as_bytes());
        }
    }
}
