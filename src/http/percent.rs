//! Percent-encoding (RFC 3986 section 2.1) and the form encoding of queries.

/// The bytes of `text` with `%XX` decoded; a percent sign without two hex digits stays.
/// With `plus`, `+` is a space, as in forms.
pub fn decode(text: &[u8], plus: bool) -> Vec<u8> {
    let other = if plus { b'+' } else { b'%' };
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr2(b'%', other, rest) {
        let (plain, coded) = rest.split_at(at);
        decoded.extend_from_slice(plain);
        let digit = |at: usize| coded.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        let (byte, length) = match (coded[0], digit(1), digit(2)) {
            (b'%', Some(high), Some(low)) => ((high * 16 + low) as u8, 3),
            (b'%', ..) => (b'%', 1),
            _ => (b' ', 1),
        };
        decoded.push(byte);
        rest = &coded[length..];
    }
    decoded.extend_from_slice(rest);
    decoded
}

/// Writes one byte as `%XX`.
fn push(byte: u8, text: &mut String) {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    text.extend(['%', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
}

/// Writes all bytes but letters, digits and those of `kept` as `%XX`, in capitals.
pub fn encode(bytes: &[u8], kept: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte.is_ascii_alphanumeric() || kept.contains(byte) {
            true => text.push(char::from(*byte)),
            false => push(*byte, &mut text),
        }
    }
    text
}

/// Writes controls, blanks, all that is not ASCII, and those of `extra` as `%XX`; what is encoded already
/// stays (as the URL standard of browsers has it).
pub fn escape(text: &str, extra: &[u8]) -> String {
    let is_kept = |byte: u8| byte.is_ascii_graphic() && !extra.contains(&byte);
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match is_kept(byte) {
            true => escaped.push(char::from(byte)),
            false => push(byte, &mut escaped),
        }
    }
    escaped
}

/// Writes a percent sign without two hex digits after it as `%25`.
pub fn mended(text: &str) -> String {
    let is_digit = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_hexdigit);
    let mut mended = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        mended.push(character);
        if character == '%' && !(is_digit(at + 1) && is_digit(at + 2)) {
            mended.push_str("25");
        }
    }
    mended
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways() {
        assert_eq!(decode(b"a%2Bb+c%zz%4", false), b"a+b+c%zz%4");
        assert_eq!(decode(b"a+%20%C3%a9", true), "a  \u{e9}".as_bytes());
        assert_eq!(encode("a b\u{e9}-".as_bytes(), b"-"), "a%20b%C3%A9-");
        assert_eq!(escape("/a b\u{e9}%20+\"\u{7f}", b"\""), "/a%20b%C3%A9%20+%22%7F");
        assert_eq!(mended("%20%2%%zz%C3%"), "%20%252%25%25zz%C3%25");
    }
}
