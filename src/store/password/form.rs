//! Forms of a password that people did not mean to give: what an editor, a shell or a wrong encoding
//! makes of it. Each is tried when the password as it is opens nothing, and is named when it does.

use zeroize::Zeroizing;

use crate::secret::Secret;

/// What was done to a password before it opened something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The mark at its beginning, EF BB BF, was left out.
    WithoutMark,
    /// It was UTF-16, as Windows PowerShell writes files.
    Utf16,
    /// Blanks or line ends at its end were left out.
    Trimmed,
    /// Its UTF-8 was turned into Latin-1.
    Latin1,
    /// It was taken for Latin-1, and turned into UTF-8, perhaps once more.
    Utf8Again,
}

impl Form {
    /// How it was given, as a part of a sentence: `the password given ...`.
    pub fn text(self) -> &'static str {
        match self {
            Self::WithoutMark => "starts with a byte order mark, and opens without it",
            Self::Utf16 => "is in UTF-16, and opens as UTF-8",
            Self::Trimmed => "ends with spaces or a newline, and opens without them",
            Self::Latin1 => "opens when its characters are encoded in Latin-1 instead of UTF-8",
            Self::Utf8Again => "opens when its bytes are read as Latin-1 and encoded in UTF-8",
        }
    }
}

/// The other forms of a password, the likeliest first, none of them the password as it is.
pub fn of(password: &Secret) -> Vec<(Form, Secret)> {
    let bytes = password.expose();
    let mut forms: Vec<(Form, Secret)> = Vec::new();
    let mut add = |form: Form, bytes: &[u8]| {
        let is_known =
            bytes == password.expose() || forms.iter().any(|(_, known)| known.expose() == bytes);
        if !is_known {
            forms.push((form, Secret::new(bytes.to_vec())));
        }
    };
    let mut plain = Zeroizing::new(bytes.to_vec());
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        add(Form::WithoutMark, rest);
        plain = Zeroizing::new(rest.to_vec());
    } else if let Some(text) = utf16(bytes) {
        add(Form::Utf16, text.as_bytes());
        plain = Zeroizing::new(text.as_bytes().to_vec());
    }
    let trimmed = plain.trim_ascii_end();
    // What was decoded and is then cut is one mistake of one editor.
    let form = if plain.len() == bytes.len() { Form::Trimmed } else { first(bytes) };
    add(form, trimmed);
    for text in [&plain[..], trimmed] {
        if text.is_ascii() {
            continue;
        }
        if let Some(latin1) = latin1(text) {
            add(Form::Latin1, &latin1);
        }
        add(Form::Utf8Again, utf8(text).as_bytes());
    }
    forms
}

fn first(bytes: &[u8]) -> Form {
    if bytes.starts_with(b"\xef\xbb\xbf") { Form::WithoutMark } else { Form::Utf16 }
}

/// Text of UTF-16 with its mark, or without one if every second byte is zero. A byte that is left
/// over is half of a line end that was cut.
fn utf16(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let (pairs, _) = bytes.as_chunks::<2>();
    let all = |place: usize| !pairs.is_empty() && pairs.iter().all(|pair| pair[place] == 0);
    let (is_big, pairs) = match bytes {
        [0xff, 0xfe, ..] => (false, &pairs[1..]),
        [0xfe, 0xff, ..] => (true, &pairs[1..]),
        _ if all(1) => (false, pairs),
        _ if all(0) => (true, pairs),
        _ => return None,
    };
    let unit = |pair: &[u8; 2]| {
        if is_big { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) }
    };
    // Room for all of it at once: a buffer that grew would leave copies behind.
    let mut text = Zeroizing::new(String::with_capacity(pairs.len() * 3));
    for char in char::decode_utf16(pairs.iter().map(unit)) {
        text.push(char.ok()?);
    }
    Some(text)
}

/// UTF-8 turned into Latin-1, if all of it can be.
fn latin1(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut latin1 = Zeroizing::new(Vec::with_capacity(text.len()));
    for char in text.chars() {
        latin1.push(u8::try_from(u32::from(char)).ok()?);
    }
    Some(latin1)
}

/// Each byte taken for a character of Latin-1.
fn utf8(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 2));
    text.extend(bytes.iter().copied().map(char::from));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(bytes: &[u8]) -> Vec<(Form, Vec<u8>)> {
        let forms = of(&Secret::new(bytes.to_vec()));
        forms.into_iter().map(|(form, secret)| (form, secret.expose().to_vec())).collect()
    }

    #[test]
    fn plain_passwords_have_no_other_form() {
        assert!(forms(b"changeit").is_empty());
        assert!(forms(b"").is_empty());
        assert!(forms(b" two words").is_empty());
    }

    #[test]
    fn what_editors_and_shells_add_is_taken_off() {
        let word = b"changeit".to_vec();
        assert_eq!(forms(b"\xef\xbb\xbfchangeit"), [(Form::WithoutMark, word.clone())]);
        assert_eq!(forms(b"changeit \r\n"), [(Form::Trimmed, word.clone())]);
        assert_eq!(forms(b"\xff\xfek\0e\0y\0"), [(Form::Utf16, b"key".to_vec())]);
        assert_eq!(forms(b"\0k\0e\0y\0"), [(Form::Utf16, b"key".to_vec())]);
        // Of `0d 00 0a 00` in the file the reader saw no line end.
        let with_line_end = forms(b"\xff\xfek\0\r\0\n\0");
        assert_eq!(with_line_end[1], (Form::Utf16, b"k".to_vec()));
    }

    #[test]
    fn encodings_are_turned_both_ways() {
        let typed = "p\u{e4}ss".as_bytes();
        assert_eq!(forms(typed)[0], (Form::Latin1, b"p\xe4ss".to_vec()));
        assert_eq!(forms(typed)[1], (Form::Utf8Again, "p\u{c3}\u{a4}ss".as_bytes().to_vec()));
        assert_eq!(forms(b"p\xe4ss"), [(Form::Utf8Again, typed.to_vec())]);
        // What was encoded twice is undone.
        assert_eq!(forms("p\u{c3}\u{a4}ss".as_bytes())[0], (Form::Latin1, typed.to_vec()));
    }
}
