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

/// Names and values as `k=v&k=v`, sorted, but for those of these names; `None` for more than
/// [`MOST_FIELDS`].
pub fn sorted_pairs(form: &[u8], without: &[String]) -> Option<Vec<u8>> {
    if form.iter().filter(|byte| **byte == b'&').nth(MOST_FIELDS).is_some() {
        return None;
    }
    let mut pairs = pairs(form);
    pairs.retain(|(name, _)| !without.iter().any(|other| other.as_bytes() == name));
    pairs.sort();
    let pairs: Vec<_> = pairs.into_iter().map(|(name, value)| [name, value].join(&b'=')).collect();
    Some(pairs.join(&b'&'))
}

/// The only field of that name, percent-decoded; an error is how many there are instead.
pub fn field(form: &[u8], name: &str) -> Result<Vec<u8>, usize> {
    let mut found = pairs(form).into_iter().filter(|(known, _)| known == name.as_bytes());
    let (_, value) = found.next().ok_or(0_usize)?;
    match found.count() {
        0 => Ok(value),
        more => Err(more + 1),
    }
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
    fn pairs_are_written_apart_and_some_are_left_out() {
        let form = b"b=2&sign=x&a=%C3%A9&b=1&c&b=1";
        let without = ["sign".to_owned()];
        let written = "a=\u{e9}&b=1&b=1&b=2&c=";
        assert_eq!(sorted_pairs(form, &without).as_deref(), Some(written.as_bytes()));
        assert_eq!(sorted_pairs(b"", &[]).as_deref(), Some(b"".as_slice()));
        assert_eq!(sorted_pairs(&b"&".repeat(MOST_FIELDS + 1), &[]), None);
    }

    #[test]
    fn a_field_stands_once() {
        assert_eq!(field(b"a=1&b=%26", "b"), Ok(b"&".to_vec()));
        assert_eq!((field(b"a=1", "b"), field(b"b=1&b=1", "b")), (Err(0), Err(2)));
    }

    #[test]
    fn reading_takes_anything() {
        assert_eq!(pairs(b"&a&=b&"), [(b"a".to_vec(), vec![]), (vec![], b"b".to_vec())]);
    }
}
