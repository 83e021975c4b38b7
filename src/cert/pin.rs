//! Pins: expected thumbprints in every spelling that products print them in.

use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::cert::thumbprint::{Kind, Thumbprint};
use crate::cert::{Certificate, Chain};
use crate::digest::{equal, hex, sha1, sha256, unbase64, unhex};
use crate::error::{Error, Result};
use crate::invisible;

/// What stands in front of a thumbprint in other tools' output, and what it is a digest of.
/// Compared in lower case, longest first.
const PREFIXES: [(&str, &[Kind]); 12] = [
    ("sha256 fingerprint=", &[Kind::Sha256]),
    ("sha1 fingerprint=", &[Kind::Sha1]),
    ("spki-sha256:", &[Kind::Spki]),
    ("spki_sha256:", &[Kind::Spki]),
    ("pin-sha256=", &[Kind::Spki]),
    ("sha256//", &[Kind::Spki]),
    ("spki:", &[Kind::Spki]),
    ("sha-256:", &[Kind::Sha256, Kind::Spki]),
    ("sha256:", &[Kind::Sha256, Kind::Spki]),
    ("sha-1:", &[Kind::Sha1]),
    ("sha1:", &[Kind::Sha1]),
    ("thumbprint:", &[Kind::Sha1, Kind::Sha256, Kind::Spki]),
];

/// An expected thumbprint, perhaps with a name such as `old` or `new`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// The name it was given.
    pub label: Option<String>,
    /// What it may be a digest of.
    pub kinds: Vec<Kind>,
    /// The digest, 20 or 32 bytes.
    pub bytes: Vec<u8>,
    /// Invisible characters that were removed: where (counted in characters from 1) and which.
    pub invisible: Vec<(usize, &'static str)>,
}

/// What of a chain a pin matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// What it is a digest of.
    pub kind: Kind,
    /// Place in the chain, 0 for the end-entity certificate.
    pub position: usize,
}

impl Pin {
    /// A pin on a certificate that is at hand: its SHA-256.
    pub fn on(certificate: &Certificate, label: Option<String>) -> Self {
        let Thumbprint { kind, bytes } = Thumbprint::of(certificate, Kind::Sha256);
        Self { label, kinds: vec![kind], bytes, invisible: Vec::new() }
    }

    /// What of the chain it matches: the certificate or key of the end entity first, then those of
    /// the intermediates.
    pub fn matches(&self, chain: &Chain) -> Option<Match> {
        chain.certificates().iter().enumerate().find_map(|(position, certificate)| {
            let fits =
                |kind: &&Kind| equal(&Thumbprint::of(certificate, **kind).bytes, &self.bytes);
            self.kinds.iter().find(fits).map(|kind| Match { kind: *kind, position })
        })
    }

    /// How it is called in messages: its label, or its digest in lower-case hex.
    pub fn name(&self) -> String {
        self.label.clone().unwrap_or_else(|| hex(&self.bytes))
    }

    /// Whether it is the digest of nothing at all: what a pipeline prints when its input was empty.
    pub fn is_of_nothing(&self) -> bool {
        self.bytes == sha1(b"")
            || self.bytes == sha256(b"")
            || self.bytes.iter().all(|byte| *byte == 0)
    }
}

/// What a pin is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pinned {
    /// The end-entity certificate.
    Certificate,
    /// Its key.
    Key,
    /// A certificate above it, or the key of one.
    Intermediate,
}

/// The pin that a chain has, as in the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MatchedPin {
    /// The name it was given.
    pub label: Option<String>,
    /// How it is called: its label, or its digest.
    #[serde(skip)]
    pub name: String,
    /// What it is on.
    pub of: Pinned,
    /// The place of that in the chain, 0 for the end-entity certificate.
    pub position: usize,
}

impl Match {
    /// What the pin is on.
    pub fn of(self) -> Pinned {
        match (self.position, self.kind) {
            (0, Kind::Spki) => Pinned::Key,
            (0, _) => Pinned::Certificate,
            _ => Pinned::Intermediate,
        }
    }

    /// The same, with the name of the pin.
    pub fn with(self, pin: &Pin) -> MatchedPin {
        let (label, name) = (pin.label.clone(), pin.name());
        MatchedPin { label, name, of: self.of(), position: self.position }
    }
}

impl Pinned {
    /// `certificate`, `key` or `intermediate`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Key => "key",
            Self::Intermediate => "intermediate",
        }
    }
}

impl Serialize for Pinned {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl FromStr for Pin {
    type Err = Error;

    /// `[LABEL=]THUMBPRINT`: hex in either case, with colons, blanks or dashes, base64 or base64url,
    /// with or without the prefix that a tool puts in front.
    fn from_str(text: &str) -> Result<Self> {
        let (visible, invisible) = remove_invisible(text);
        let (label, value) = split_label(visible.trim());
        let (kinds, digits) = split_prefix(value);
        let digits = digits.trim_matches(['"', '\'', ' ', ';']);
        let bytes = bytes_of(digits).ok_or_else(|| not_a_thumbprint(digits))?;
        let kinds =
            kinds.into_iter().filter(|kind| kind.length() == bytes.len()).collect::<Vec<_>>();
        if kinds.is_empty() {
            return Err(not_a_thumbprint(digits));
        }
        Ok(Self { label, kinds, bytes, invisible })
    }
}

impl Kind {
    /// Bytes of such a digest.
    pub fn length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 | Self::Spki => 32,
        }
    }
}

fn remove_invisible(text: &str) -> (String, Vec<(usize, &'static str)>) {
    let mut found = Vec::new();
    let visible = text
        .chars()
        .enumerate()
        .filter(|(place, char)| match invisible::name(*char) {
            Some(name) => {
                found.push((place + 1, name));
                false
            }
            None => true,
        })
        .map(|(_, char)| char)
        .collect();
    (visible, found)
}

/// A label stands before the first `=`, unless that belongs to a prefix or to base64.
fn split_label(text: &str) -> (Option<String>, &str) {
    let lower = text.to_ascii_lowercase();
    let has_prefix = PREFIXES.iter().any(|(prefix, _)| lower.starts_with(prefix));
    match text.split_once('=') {
        Some((label, rest))
            if !has_prefix
                && !label.is_empty()
                && !rest.trim_matches('=').is_empty()
                && bytes_of(text).is_none() =>
        {
            (Some(label.trim().to_owned()), rest.trim())
        }
        _ => (None, text),
    }
}

fn split_prefix(text: &str) -> (Vec<Kind>, &str) {
    let lower = text.to_ascii_lowercase();
    match PREFIXES.iter().find(|(prefix, _)| lower.starts_with(prefix)) {
        Some((prefix, kinds)) => (kinds.to_vec(), text[prefix.len()..].trim()),
        None => (vec![Kind::Sha1, Kind::Sha256, Kind::Spki], text),
    }
}

/// The digest, if it is hex with any separators or base64 of 20 or 32 bytes.
fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let digits: String =
        text.chars().filter(|char| !matches!(char, ':' | ' ' | '-' | '\t')).collect();
    unhex(&digits)
        .filter(|bytes| matches!(bytes.len(), 20 | 32))
        .or_else(|| unbase64(text.trim()).filter(|bytes| matches!(bytes.len(), 20 | 32)))
}

fn not_a_thumbprint(text: &str) -> Error {
    let digits = text.chars().filter(char::is_ascii_hexdigit).count();
    let other = text.chars().zip(1..).find(|(c, _)| !c.is_ascii_hexdigit() && !":- ".contains(*c));
    let seen = match digits {
        32 => "32 hex digits are an MD5 digest, which is not supported".to_owned(),
        96 | 128 => {
            format!("{digits} hex digits are a SHA-384 or SHA-512 digest, which no product uses")
        }
        _ => match other.filter(|_| digits * 4 > text.chars().count() * 3) {
            Some((char, place)) => format!("`{char}` at character {place} is not a hex digit"),
            None => format!("{} characters, {digits} of them hex digits", text.chars().count()),
        },
    };
    Error::usage(format!("not a thumbprint: {seen}"))
        .help("a thumbprint is 40 (SHA-1) or 64 (SHA-256) hex digits, or base64 of 20 or 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::{base64, base64url};

    const OLD: &str = "4C21C5018BA88E42E608EBEA7203C063931A1D01";

    fn colons(text: &str) -> String {
        let pairs: Vec<String> = text
            .as_bytes()
            .chunks(2)
            .map(|pair| String::from_utf8(pair.to_vec()).unwrap())
            .collect();
        pairs.join(":")
    }

    #[test]
    fn every_spelling_is_the_same_pin() {
        let bytes = unhex(OLD).unwrap();
        let spellings = [
            OLD.to_owned(),
            OLD.to_lowercase(),
            colons(OLD),
            colons(OLD).replace(':', " "),
            colons(OLD).replace(':', "-"),
            format!("sha1:{OLD}"),
            format!("SHA1 Fingerprint={}", colons(OLD)),
            base64(&bytes),
            base64url(&bytes),
        ];
        for spelling in spellings {
            let pin: Pin = spelling.parse().unwrap();
            assert_eq!(
                (pin.bytes, pin.kinds, pin.label),
                (bytes.clone(), vec![Kind::Sha1], None),
                "{spelling}"
            );
        }
    }

    #[test]
    fn labels_stand_in_front() {
        for text in [
            format!("old={OLD}"),
            format!("old=sha1:{OLD}"),
            format!("old={}", base64(&unhex(OLD).unwrap())),
        ] {
            assert_eq!(text.parse::<Pin>().unwrap().label.as_deref(), Some("old"), "{text}");
        }
    }

    #[test]
    fn invisible_characters_are_removed_and_named() {
        let pin: Pin = format!("\u{200e}{OLD}").parse().unwrap();
        assert_eq!(pin.invisible, [(1, "LEFT-TO-RIGHT MARK")]);
        assert_eq!(pin.bytes, unhex(OLD).unwrap());
    }

    #[test]
    fn key_pins_match_keys_only() {
        let certificate = crate::cert::tests::sample();
        let chain = Chain::new(vec![certificate.clone()]);
        let spki = Thumbprint::of(&certificate, Kind::Spki).text();
        let pin: Pin = format!("sha256//{spki}").parse().unwrap();
        assert_eq!(pin.matches(&chain).map(Match::of), Some(Pinned::Key));
        let whole = Thumbprint::of(&certificate, Kind::Sha256);
        let pin: Pin = format!("sha256//{}", base64(&whole.bytes)).parse().unwrap();
        assert_eq!(pin.matches(&chain), None);
        let pin: Pin = whole.text().parse().unwrap();
        assert_eq!(pin.matches(&chain).map(Match::of), Some(Pinned::Certificate));
    }

    #[test]
    fn what_is_no_thumbprint_is_refused() {
        for text in
            ["", "old=", "abc", "sha256:4C21C5018BA88E42E608EBEA7203C063931A1D01", &OLD[1..]]
        {
            assert!(text.parse::<Pin>().is_err(), "{text}");
        }
        let md5 = "d41d8cd98f00b204e9800998ecf8427e".parse::<Pin>().unwrap_err();
        assert!(md5.message.contains("MD5"), "{md5}");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,90}") {
            let _ = text.parse::<Pin>();
        }
    }

    #[test]
    fn every_prefix_says_what_it_is_a_digest_of() {
        let sha256 = "5c5ac8a1d1bd3b9d1b3e3ee4ed1a3f3b7e0d1f5b2a4c6e8f00112233445566ff";
        let kinds = |text: &str| text.parse::<Pin>().map(|pin| pin.kinds).ok();
        for (prefix, of) in PREFIXES {
            let is_short = of == [Kind::Sha1];
            let digits = if is_short { OLD } else { sha256 };
            let expected: Vec<Kind> =
                of.iter().copied().filter(|kind| is_short || *kind != Kind::Sha1).collect();
            assert_eq!(kinds(&format!("{prefix}{digits}")), Some(expected.clone()), "{prefix}");
            assert_eq!(kinds(&format!("new={prefix}{digits}")), Some(expected), "{prefix}");
        }
        assert_eq!(kinds(sha256), Some(vec![Kind::Sha256, Kind::Spki]));
        assert_eq!(kinds(&base64(&unhex(sha256).unwrap())), Some(vec![Kind::Sha256, Kind::Spki]));
        assert_eq!(kinds(&OLD.replace("4C", "4C\t")), Some(vec![Kind::Sha1]));
        assert_eq!(kinds(&format!("thumbprint:{OLD}")), Some(vec![Kind::Sha1]));
    }

    #[test]
    fn a_pin_is_called_by_its_label_or_its_digest() {
        let certificate = crate::cert::tests::sample();
        let named = Pin::on(&certificate, Some("new".to_owned()));
        assert_eq!((named.name(), &*named.kinds), ("new".to_owned(), &[Kind::Sha256][..]));
        let nameless = Pin::on(&certificate, None);
        assert_eq!(nameless.name(), hex(&sha256(certificate.der())));
        let chain = Chain::new(vec![certificate]);
        let found = nameless.matches(&chain).unwrap();
        assert_eq!(found, Match { kind: Kind::Sha256, position: 0 });
        let with = found.with(&named);
        assert_eq!(
            (with.label.as_deref(), with.of, with.position),
            (Some("new"), Pinned::Certificate, 0)
        );
    }

    #[test]
    fn what_a_pin_is_on_is_told_by_place_and_kind() {
        for (position, kind, of) in [
            (0, Kind::Sha1, "certificate"),
            (0, Kind::Sha256, "certificate"),
            (0, Kind::Spki, "key"),
            (1, Kind::Sha1, "intermediate"),
            (1, Kind::Spki, "intermediate"),
        ] {
            assert_eq!(Match { kind, position }.of().name(), of);
        }
    }

    #[test]
    fn digests_of_nothing_are_known() {
        let is_of_nothing = |text: &str| text.parse::<Pin>().unwrap().is_of_nothing();
        assert!(is_of_nothing(&hex(&sha1(b""))) && is_of_nothing(&hex(&sha256(b""))));
        assert!(is_of_nothing(&"00".repeat(20)) && is_of_nothing(&"00".repeat(32)));
        assert!(!is_of_nothing(OLD) && !is_of_nothing(&format!("{}01", "00".repeat(31))));
    }

    #[test]
    fn a_digest_of_another_length_is_named() {
        for (text, said) in [
            ("0".repeat(32), "MD5"),
            ("0".repeat(96), "96 hex digits are a SHA-384 or SHA-512"),
            ("0".repeat(128), "128 hex digits are a SHA-384 or SHA-512"),
            ("0".repeat(48), "48 characters, 48 of them hex digits"),
            ("xyz:ab".to_owned(), "6 characters, 2 of them hex digits"),
            (base64(&[7; 24]), "32 characters"),
            (format!("={OLD}"), "`=` at character 1 is not a hex digit"),
        ] {
            let error = text.parse::<Pin>().unwrap_err();
            assert!(error.message.contains(said), "{text}: {error}");
        }
    }
}
