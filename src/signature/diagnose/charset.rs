//! Changes of text: other encodings, forms and escapes of the same characters.

use unicode_normalization::UnicodeNormalization;

use super::spelling::{self, Escape};

type Changed = Option<Vec<u8>>;

fn text(body: &[u8]) -> Option<&str> {
    std::str::from_utf8(body).ok().filter(|text| !text.is_ascii())
}

/// One `?` for each character that ASCII does not have, as Java and Python (`replace`) do.
pub fn question_marks(body: &[u8]) -> Changed {
    let ascii = |character: char| if character.is_ascii() { character as u8 } else { b'?' };
    Some(text(body)?.chars().map(ascii).collect())
}

/// One `?` for each UTF-16 unit that ASCII does not have, as .NET does.
pub fn question_marks_by_unit(body: &[u8]) -> Changed {
    let ascii = |unit: u16| u8::try_from(unit).ok().filter(u8::is_ascii).unwrap_or(b'?');
    Some(text(body)?.encode_utf16().map(ascii).collect())
}

/// U+FFFD for bytes that are no UTF-8, as a lossy decoder writes them.
pub fn replacement_characters(body: &[u8]) -> Changed {
    let lossy = String::from_utf8_lossy(body);
    (lossy.as_bytes() != body).then(|| lossy.into_owned().into_bytes())
}

/// The characters as one byte each (ISO 8859-1).
pub fn latin1(body: &[u8]) -> Changed {
    text(body)?.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect()
}

/// Bytes of ISO 8859-1 as UTF-8: what comes out when UTF-8 is taken for it, too.
pub fn utf8_of_latin1(body: &[u8]) -> Changed {
    let text: String = body.iter().map(|byte| char::from(*byte)).collect();
    (!body.is_ascii()).then(|| text.into_bytes())
}

/// Undoes text that was taken for Windows-1252 and written as UTF-8.
pub fn mojibake_undone(body: &[u8]) -> Changed {
    let bytes: Vec<u8> = text(body)?.chars().map(windows1252).collect::<Option<_>>()?;
    std::str::from_utf8(&bytes).is_ok().then_some(bytes)
}

/// The characters that Windows-1252 has at 0x80 to 0x9F; the five holes are left.
const WINDOWS_1252: [char; 32] = [
    '\u{20ac}', '\u{81}', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}', '\u{2021}',
    '\u{2c6}', '\u{2030}', '\u{160}', '\u{2039}', '\u{152}', '\u{8d}', '\u{17d}', '\u{8f}',
    '\u{90}', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}', '\u{2022}', '\u{2013}', '\u{2014}',
    '\u{2dc}', '\u{2122}', '\u{161}', '\u{203a}', '\u{153}', '\u{9d}', '\u{17e}', '\u{178}',
];

fn windows1252(character: char) -> Option<u8> {
    let place = WINDOWS_1252.iter().position(|known| *known == character);
    place.map(|place| 0x80 + place as u8).or_else(|| u8::try_from(u32::from(character)).ok())
}

/// UTF-16 with a byte order mark, as PowerShell redirects output, or without one, which the zero bytes of
/// ASCII give away.
pub fn utf16_decoded(body: &[u8]) -> Changed {
    let (read, rest): (fn([u8; 2]) -> u16, _) = match body {
        [0xff, 0xfe, rest @ ..] => (u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => (u16::from_be_bytes, rest),
        [1..0x80, 0, ..] => (u16::from_le_bytes, body),
        [0, 1..0x80, ..] => (u16::from_be_bytes, body),
        _ => return None,
    };
    let units = rest.as_chunks::<2>().0.iter().map(|pair| read(*pair));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    text.ok().map(String::into_bytes)
}

/// `\uXXXX` for every `uXXXX` that has lost its backslash.
pub fn unicode_backslashes(body: &[u8]) -> Changed {
    let mut out = Vec::with_capacity(body.len() + body.len() / 16);
    for (at, byte) in body.iter().enumerate() {
        let digits = body.get(at + 1..at + 5).unwrap_or_default();
        let is_escape =
            *byte == b'u' && digits.len() == 4 && digits.iter().all(u8::is_ascii_hexdigit);
        if is_escape && out.last() != Some(&b'\\') {
            out.push(b'\\');
        }
        out.push(*byte);
    }
    (out.len() > body.len()).then_some(out)
}

/// The body with every `from` turned into `to`.
pub fn joined(body: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut end = 0;
    for at in memchr::memmem::find_iter(body, from) {
        out.extend_from_slice(&body[end..at]);
        out.extend_from_slice(to);
        end = at + from.len();
    }
    out.extend_from_slice(&body[end..]);
    out
}

/// The text in UTF-16, little endian, without a byte order mark.
pub fn utf16_encoded(body: &[u8]) -> Changed {
    let text = std::str::from_utf8(body).ok()?;
    Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect())
}

/// All characters beyond ASCII as `\uXXXX`, wherever they stand.
pub fn escaped(body: &[u8]) -> Changed {
    Some(unicode_escaped(text(body)?, false))
}

/// The same with capitals.
pub fn escaped_in_capitals(body: &[u8]) -> Changed {
    Some(unicode_escaped(text(body)?, true))
}

fn unicode_escaped(text: &str, capitals: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() * 2);
    for character in text.chars() {
        match character.is_ascii() {
            true => out.push(character as u8),
            false => spelling::unicode(u32::from(character), capitals, &mut out),
        }
    }
    out
}

/// `\uXXXX` beyond ASCII in JSON strings as UTF-8, everything else as it stands.
pub fn unescaped(body: &[u8]) -> Changed {
    let json = std::str::from_utf8(body).ok().filter(|text| text.contains("\\u"))?;
    let utf8: Escape = |character, out| match char::from_u32(character) {
        Some(known) if character >= 0x80 => {
            out.extend_from_slice(known.encode_utf8(&mut [0; 4]).as_bytes());
        }
        _ if character >= 0x80 => spelling::unicode(character, false, out),
        _ => spelling::javascript(character, out),
    };
    spelling::respell_strings(json, utf8)
}

/// Every `/` as `\/`, as PHP does in JSON.
pub fn slashes_escaped(body: &[u8]) -> Changed {
    let text = std::str::from_utf8(body).ok()?;
    Some(text.replace("\\/", "/").replace('/', "\\/").into_bytes())
}

/// Every `\/` as `/`.
pub fn slashes_unescaped(body: &[u8]) -> Changed {
    Some(std::str::from_utf8(body).ok()?.replace("\\/", "/").into_bytes())
}

/// Characters composed (Unicode normal form C).
pub fn composed(body: &[u8]) -> Changed {
    Some(text(body)?.nfc().collect::<String>().into_bytes())
}

/// Characters decomposed (Unicode normal form D), as file names of macOS are.
pub fn decomposed(body: &[u8]) -> Changed {
    Some(text(body)?.nfd().collect::<String>().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_on_one_text() {
        type Row<'a> = (fn(&[u8]) -> Changed, &'a [u8], &'a [u8]);
        let changes: [Row<'_>; 14] = [
            (question_marks, "\u{e9}\u{1f600}".as_bytes(), b"??"),
            (question_marks_by_unit, "\u{e9}\u{1f600}".as_bytes(), b"???"),
            (replacement_characters, b"a\xff", "a\u{fffd}".as_bytes()),
            (latin1, "\u{e9}".as_bytes(), b"\xe9"),
            (utf8_of_latin1, b"\xe9", "\u{e9}".as_bytes()),
            (mojibake_undone, "\u{e2}\u{201a}\u{ac}".as_bytes(), "\u{20ac}".as_bytes()),
            (utf16_decoded, b"\xff\xfea\x00\xe9\x00", "a\u{e9}".as_bytes()),
            (escaped, "\u{e9}\u{1f600}".as_bytes(), b"\\u00e9\\ud83d\\ude00"),
            (escaped_in_capitals, "\u{e9}".as_bytes(), b"\\u00E9"),
            (unescaped, b"[\"\\u00e9\\n\"]", "[\"\u{e9}\\n\"]".as_bytes()),
            (slashes_escaped, b"a/b\\/c", b"a\\/b\\/c"),
            (slashes_unescaped, b"a\\/b", b"a/b"),
            (composed, "e\u{301}".as_bytes(), "\u{e9}".as_bytes()),
            (decomposed, "\u{e9}".as_bytes(), "e\u{301}".as_bytes()),
        ];
        for (index, (change, body, expected)) in changes.iter().enumerate() {
            assert_eq!(change(body).as_deref(), Some(*expected), "row {index}");
        }
        assert_eq!(latin1("\u{20ac}".as_bytes()), None);
        assert_eq!(question_marks(b"plain"), None);
    }
}
