//! Secrets in a text that was pasted: that there is one is said, and nothing of it.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// What lets its holder in, and the line in which it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pasted {
    /// What it is.
    pub what: &'static str,
    /// Its line, from 1.
    pub line: u64,
}

/// How a PEM block begins.
const KEY: &str = "-----BEGIN ";

/// Words behind which a secret stands.
const BEHIND: &[(&str, &str)] = &[
    ("authorization:", "the value of an Authorization header"),
    ("proxy-authorization:", "the value of an Authorization header"),
    ("\"authorization\":", "the value of an Authorization header"),
    ("password=", "a password"),
    ("passwd=", "a password"),
    ("password:", "a password"),
    ("storepass ", "a password"),
    ("-passin pass:", "a password"),
    ("whsec_", "a signing secret"),
];

static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = BEHIND.iter().map(|(word, _)| *word).chain([KEY]);
    AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok()
});

/// The secrets of a text, each kind once.
pub fn pasted(text: &str) -> Vec<Pasted> {
    let mut all: Vec<Pasted> = Vec::new();
    for found in WORDS.iter().flat_map(|words| words.find_iter(text)) {
        let rest = text[found.end()..].lines().next().unwrap_or_default();
        let what = match BEHIND.get(found.pattern().as_usize()) {
            Some((_, what)) if is_value(rest) => *what,
            None if is_key(rest) => "a private key",
            _ => continue,
        };
        if !all.iter().any(|one| one.what == what) {
            let line = text[..found.start()].matches('\n').count() as u64 + 1;
            all.push(Pasted { what, line });
        }
    }
    all
}

/// Whether the label of a PEM block is that of a private key.
fn is_key(label: &str) -> bool {
    label.split_once("-----").is_some_and(|(label, _)| label.ends_with("PRIVATE KEY"))
}

/// Whether a value stands there, and not what was put in its place.
fn is_value(text: &str) -> bool {
    let text = text.trim_start_matches([' ', '"', '\'']);
    let schemes = ["Bearer ", "bearer ", "Basic ", "basic ", "Digest "];
    let text = schemes.iter().find_map(|scheme| text.strip_prefix(scheme)).unwrap_or(text);
    let value: String = text
        .chars()
        .take_while(|letter| !letter.is_whitespace() && !"\"'&,;".contains(*letter))
        .collect();
    let is_masked = value.starts_with(['*', '<', '[', '$', '{'])
        || ["redacted", "REDACTED", "xxx", "XXX"].iter().any(|word| value.contains(word));
    value.len() >= 4 && !is_masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_seen_and_what_is_masked_is_not() {
        for (text, what) in [
            ("> Authorization: Bearer abcdef", "the value of an Authorization header"),
            ("a\n{\"Authorization\":\"Basic dXNlcjpw\"}", "the value of an Authorization header"),
            ("jdbc:x?user=a&password=hunter2&x=1", "a password"),
            ("secret whsec_MfKQ9r8GKYqrTwjU", "a signing secret"),
            ("-----BEGIN RSA PRIVATE KEY-----", "a private key"),
            ("-----BEGIN PRIVATE KEY-----", "a private key"),
        ] {
            let line = text.lines().count() as u64;
            assert_eq!(pasted(text), [Pasted { what, line }], "{text}");
        }
        for text in [
            "Authorization: [redacted]",
            "Authorization: Bearer ***",
            "password=",
            "password=$PASSWORD",
            "password: <none>",
            "whsec_",
            "keystore password was incorrect",
            "-----BEGIN CERTIFICATE-----",
            "Authorization:",
        ] {
            assert_eq!(pasted(text), [], "{text}");
        }
    }
}
