//! Form bodies (`application/x-www-form-urlencoded`) as Twilio signs them, and MD5 of a body.

use md5::{Digest as _, Md5};

use crate::http::percent;

/// Most fields of a form that are sorted.
pub const MOST_FIELDS: usize = 100_000;

/// MD5 (RFC 1321), for schemes that put it into their signed content.
pub fn md5(bytes: &[u8]) -> [u8; 16] {
    Md5::digest(bytes).into()
}

/// Names and values, percent-decoded, in the order of the body.
pub fn pairs(form: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    form.split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
                Some(at) => (&pair[..at], &pair[at + 1..]),
                None => (pair, [].as_slice()),
            };
            (percent::decode(name, true), percent::decode(value, true))
        })
        .collect()
}

/// Names and values without separators, sorted, each pair once; `None` for more than [`MOST_FIELDS`].
pub fn sorted(form: &[u8]) -> Option<Vec<u8>> {
    if form.iter().filter(|byte| **byte == b'&').nth(MOST_FIELDS).is_some() {
        return None;
    }
    let mut pairs = pairs(form);
    pairs.sort();
    pairs.dedup();
    Some(pairs.into_iter().flat_map(|(name, value)| [name, value]).flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorted_without_duplicate_pairs() {
        let form = b"Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234";
        let sorted_form = b"Digits1234Digits5678SidCA123SidAccountAC123";
        assert_eq!(sorted(form).as_deref(), Some(sorted_form.as_slice()));
        assert_eq!(sorted(&b"&".repeat(MOST_FIELDS + 1)), None);
    }

    #[test]
    fn reading_takes_anything() {
        assert_eq!(pairs(b"&a&=b&"), [(b"a".to_vec(), vec![]), (vec![], b"b".to_vec())]);
    }
}
