//! Characters that nobody sees: those that everybody copies along, for example from the certificate
//! dialog of Windows or from a page of a wiki, and those that change how other text looks.

/// Each with the name that Unicode gives it.
const INVISIBLE: [(char, &str); 17] = [
    ('\u{a0}', "NO-BREAK SPACE"),
    ('\u{ad}', "SOFT HYPHEN"),
    ('\u{200b}', "ZERO WIDTH SPACE"),
    ('\u{200c}', "ZERO WIDTH NON-JOINER"),
    ('\u{200d}', "ZERO WIDTH JOINER"),
    ('\u{200e}', "LEFT-TO-RIGHT MARK"),
    ('\u{200f}', "RIGHT-TO-LEFT MARK"),
    ('\u{202a}', "LEFT-TO-RIGHT EMBEDDING"),
    ('\u{202b}', "RIGHT-TO-LEFT EMBEDDING"),
    ('\u{202c}', "POP DIRECTIONAL FORMATTING"),
    ('\u{202d}', "LEFT-TO-RIGHT OVERRIDE"),
    ('\u{202e}', "RIGHT-TO-LEFT OVERRIDE"),
    ('\u{202f}', "NARROW NO-BREAK SPACE"),
    ('\u{2060}', "WORD JOINER"),
    ('\u{2066}', "LEFT-TO-RIGHT ISOLATE"),
    ('\u{2069}', "POP DIRECTIONAL ISOLATE"),
    ('\u{feff}', "ZERO WIDTH NO-BREAK SPACE"),
];

/// The name of a character, if it is one of these.
pub fn name(char: char) -> Option<&'static str> {
    // Most text is ASCII, which has none.
    let mut rows = INVISIBLE.iter().filter(|_| !char.is_ascii());
    rows.find(|(known, _)| *known == char).map(|(_, name)| *name)
}

/// The length of the one that some text begins with, in bytes of UTF-8.
pub fn at_start(text: &[u8]) -> Option<usize> {
    if text.first().is_none_or(u8::is_ascii) {
        return None;
    }
    let mut room = [0; 4];
    let mut lengths = INVISIBLE.iter().filter_map(|(char, _)| {
        let bytes = char.encode_utf8(&mut room).as_bytes();
        text.starts_with(bytes).then_some(bytes.len())
    });
    lengths.next()
}

/// Whether a character could move the cursor, reorder or hide text, or is none at all.
pub fn is_dangerous(char: char) -> bool {
    char.is_control()
        || u32::from(char) & 0xfffe == 0xfffe // no character at all; not allowed in XML
        || matches!(u32::from(char),
            0xad                        // soft hyphen
            | 0x61c                     // Arabic letter mark
            | 0x180e                    // Mongolian vowel separator
            | 0x200b..=0x200f           // zero width, direction marks
            | 0x2028..=0x202e           // separators, embeddings, overrides
            | 0x2060..=0x206f           // joiners, isolates
            | 0xfe00..=0xfe0f           // variation selectors
            | 0xfeff                    // byte order mark
            | 0xfff9..=0xfffb           // annotation
            | 0xe0000..=0xe0fff) // tags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_known_as_characters_and_as_bytes() {
        assert_eq!(name('\u{ad}'), Some("SOFT HYPHEN"));
        assert_eq!((name('a'), name('é')), (None, None));
        assert_eq!(at_start("\u{200e}\u{200e}a".as_bytes()), Some(3));
        assert_eq!(at_start("\u{a0}".as_bytes()), Some(2));
        assert_eq!((at_start("é".as_bytes()), at_start(b"a"), at_start(b"")), (None, None, None));
    }
}
