//! Untrusted text on its way to a terminal: what could move the cursor, reorder or hide text is
//! written as its code point instead.

use std::borrow::Cow;

use crate::invisible::is_dangerous;

/// Text with control, bidirectional, zero-width and other invisible characters written as `\u{..}`.
/// Letters of every script stay as they are.
pub fn escape(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) || !text.chars().any(is_dangerous) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        match char {
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            _ if is_dangerous(char) => escaped.extend(char.escape_unicode()),
            _ => escaped.push(char),
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_or_hides_is_written_out() {
        assert_eq!(escape("CN=\u{1b}[2Jx"), "CN=\\u{1b}[2Jx");
        assert_eq!(escape("a\u{202e}b\u{200e}"), "a\\u{202e}b\\u{200e}");
        assert_eq!(escape("a\r\nb"), "a\\r\\nb");
        assert!(matches!(escape("Müller, Ωμέγα, 株式会社"), Cow::Borrowed(_)));
    }
}
