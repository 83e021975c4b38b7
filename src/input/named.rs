//! What messages call a file or variable. A secret that was typed in its place (`env:$SECRET`) is not
//! repeated: only what exists, or what reads as a name, is.

use std::fs;
use std::path::Path;

/// Stands where something was typed that may be a secret.
pub const UNNAMED: &str = "(not shown)";
/// Why it is not.
pub const WHY_UNNAMED: &str = "the value is not shown, because it may be a secret";

/// The longest word of a name.
const LONGEST_WORD: usize = 16;
/// The most digits at the end of one: a year, or a counter.
const MOST_DIGITS: usize = 4;

/// Endings of the files that are asked for here. No secret has one, and people must read which file it was.
const ENDINGS: &[&str] = &[
    "pem",
    "crt",
    "cer",
    "der",
    "key",
    "pub",
    "csr",
    "crl",
    "p12",
    "pfx",
    "p7b",
    "p7c",
    "p8",
    "jks",
    "jceks",
    "bks",
    "bcfks",
    "keystore",
    "truststore",
    "json",
    "ndjson",
    "har",
    "http",
    "txt",
    "csv",
    "toml",
    "yaml",
    "yml",
    "xml",
    "env",
    "conf",
    "bin",
    "log",
    "gz",
    "zst",
    "sh",
    "html",
];

/// A path as messages call it, [`UNNAMED`] when there is no such file and it does not read as one.
pub fn file(path: &Path) -> String {
    let text = path.display().to_string();
    let is_in_a_folder = || {
        // Any text that begins with a slash is in the root.
        path.parent().is_some_and(|folder| folder.parent().is_some() && folder.is_dir())
    };
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let is_known = ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known));
    match is_known || is_name(&text) || fs::symlink_metadata(path).is_ok() || is_in_a_folder() {
        true => text,
        false => UNNAMED.to_owned(),
    }
}

/// An environment variable as messages call it: `None` when it is not written as they are.
pub fn variable(name: &str) -> Option<&str> {
    let is_plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    (name.bytes().all(is_plain) && is_words(name)).then_some(name)
}

/// A word of the command line as messages call it, [`UNNAMED`] when it does not read as a name.
pub fn word(text: &str) -> &str {
    if is_name(text) { text } else { UNNAMED }
}

/// Whether a text reads as a name. A password such as `autumn24` is a word, too; a name with digits has an
/// ending or a folder.
pub fn is_name(text: &str) -> bool {
    is_words(text) && (text.contains(['.', '/']) || !text.contains(|c: char| c.is_ascii_digit()))
}

/// Whether a text is made of words with digits behind them at most, as names are and keys, tokens and
/// good passwords are not.
fn is_words(text: &str) -> bool {
    let separators = |c: char| c.is_ascii_punctuation() || c == ' ';
    text.split(separators).all(|word| {
        let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let rest = letters.chars().skip(1).collect::<String>();
        letters.chars().count() <= LONGEST_WORD
            && word.len() - letters.len() <= MOST_DIGITS
            && letters.chars().all(char::is_alphabetic)
            && (rest.to_lowercase() == rest || letters.to_uppercase() == letters)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made of what signing secrets, tokens and passwords are made of.
    const SECRETS: &[&str] = &[
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "3f2a9c4b7d1e8f60a5b2c3d4e5f60718",
        "JBSWY3DPEHPK3PXP",
        "/bGcvU5Jq/x0Z9k=",
        "hunter2",
        "550e8400-e29b-41d4-a716-446655440000",
        "correcthorsebatterystaple",
        "xoxb-2026-aB3dE5fG7",
        "p\u{202e}w",
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==",
    ];

    #[test]
    fn what_may_be_a_secret_is_no_name() {
        for secret in SECRETS {
            assert_eq!(file(Path::new(secret)), UNNAMED, "{secret}");
            assert_eq!(variable(secret), None, "{secret}");
        }
    }

    #[test]
    fn names_are_repeated() {
        for name in [
            "none.json",
            "none",
            "-",
            "keys/Server-2026.key",
            "/run/secrets/hook",
            "ä.pem",
            "DigiCertGlobalRootG2.pem",
            "client-20261125T120000Z.P12",
        ] {
            assert_eq!(file(Path::new(name)), name);
        }
        for (typed, shown) in
            [("hunter2", UNNAMED), ("junit", "junit"), ("verifi", "verifi"), ("a.b2", "a.b2")]
        {
            assert_eq!(word(typed), shown);
        }
        for name in ["SECRET", "OLD_SECRET_2026", "GITHUB_WEBHOOK_SECRET", "KEY2"] {
            assert_eq!(variable(name), Some(name));
        }
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("3f2a9c4b7d1e8f60");
        assert_eq!(file(&inside), inside.display().to_string(), "its folder is there");
    }
}
