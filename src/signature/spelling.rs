//! Spellings of a signature: the same bytes, written otherwise than the sender writes them.
//!
//! Most libraries of senders compare text. What is right but spelled otherwise is told apart here, so
//! that nobody hears `ok` where the sender's own library says no.

use memchr::memchr2;

use super::problem::Problem;
use super::scheme::{Encoding, Scheme, spelled};
use crate::finding::Code;

spelled! {
    /// One way in which a signature is written otherwise than its scheme writes it.
    Spelling {
        /// Hex digits in the other case: `A` to `F`, and `a` to `f` where the sender writes those.
        Capitals = "capitals",
        /// Base64 without the padding it should have, or with one that it should not have.
        Padding = "padding",
        /// The other alphabet of base64 (RFC 4648 section 4 or 5).
        Alphabet = "alphabet",
        /// Blanks between the items of a header.
        Blanks = "blanks",
        /// Items without anything in them.
        EmptyItems = "empty-items",
        /// A signature before the items that it depends on.
        Order = "order",
        /// The word before the signature in another case.
        WordCase = "word-case",
        /// Items that are neither a signature nor what is signed.
        UnknownItems = "unknown-items",
    }
}

impl Spelling {
    /// As in: the signature is right, but written ...
    fn words(self, encoding: Encoding) -> &'static str {
        match self {
            Self::Capitals if encoding == Encoding::HexUpper => "in lower-case hex",
            Self::Capitals => "in upper-case hex",
            Self::Padding => "with different padding",
            Self::Alphabet => "in the other base64 alphabet",
            Self::Blanks => "with different spaces between its items",
            Self::EmptyItems => "with empty items next to it",
            Self::Order => "before the items it depends on",
            Self::WordCase => "after a word in a different case",
            Self::UnknownItems => "with other items that its sender does not write",
        }
    }
}

/// A set of spellings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spellings(u8);

impl Spellings {
    /// What nearly every library takes: whoever looks for one item passes over the others.
    pub fn usual() -> Self {
        Self::default().with(Spelling::UnknownItems, true)
    }

    /// Adds one, if it is seen.
    #[must_use]
    pub fn with(self, spelling: Spelling, is_seen: bool) -> Self {
        Self(self.0 | (u8::from(is_seen) << spelling as u8))
    }

    /// Those of either.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are not in `others`.
    #[must_use]
    pub fn but(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of them.
    pub fn each(self) -> impl Iterator<Item = Spelling> {
        let all = Spelling::ALL.iter().copied();
        all.filter(move |spelling| self.0 & (1 << *spelling as u8) != 0)
    }
}

impl FromIterator<Spelling> for Spellings {
    fn from_iter<I: IntoIterator<Item = Spelling>>(all: I) -> Self {
        all.into_iter().fold(Self::default(), |set, spelling| set.with(spelling, true))
    }
}

/// How the text of `bytes` bytes differs from what this encoding writes.
pub fn of_text(encoding: Encoding, text: &str, bytes: usize) -> Spellings {
    let none = Spellings::default();
    let is_padded = text.ends_with('=');
    match encoding {
        Encoding::Hex => {
            none.with(Spelling::Capitals, text.bytes().any(|byte| byte.is_ascii_uppercase()))
        }
        Encoding::HexUpper => {
            none.with(Spelling::Capitals, text.bytes().any(|byte| byte.is_ascii_lowercase()))
        }
        Encoding::Base64 => none
            .with(Spelling::Padding, !is_padded && !bytes.is_multiple_of(3))
            .with(Spelling::Alphabet, memchr2(b'-', b'_', text.as_bytes()).is_some()),
        Encoding::Base64Url => none
            .with(Spelling::Padding, is_padded)
            .with(Spelling::Alphabet, memchr2(b'+', b'/', text.as_bytes()).is_some()),
        Encoding::Plain => none,
    }
}

/// The signature is right, and not written as the scheme's sender writes it.
pub(super) fn differs(scheme: &Scheme, seen: Spellings) -> Option<Problem> {
    let others = seen.but(scheme.tolerates);
    if others.is_empty() {
        return None;
    }
    let words: Vec<_> = others.each().map(|one| one.words(scheme.encoding)).collect();
    let refuses = match scheme.origin.sdk {
        Some(_) => "the sender's own library refuses that",
        None => "a text comparison refuses that",
    };
    let message = format!("the signature is right, but written {}; {refuses}", words.join(", "));
    Some(Problem::new(Code::SignatureSpelling, message).help(format!(
        "{} writes `{}` in {}: find out what rewrote the header on its way",
        scheme.name, scheme.value, scheme.encoding
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(spellings: Spellings) -> Vec<&'static str> {
        spellings.each().map(Spelling::name).collect()
    }

    #[test]
    fn each_way_to_write_the_same_bytes_otherwise() {
        for (encoding, text, bytes, expected) in [
            (Encoding::Hex, "00ff", 2, vec![]),
            (Encoding::Hex, "00fF", 2, vec!["capitals"]),
            (Encoding::HexUpper, "00FF", 2, vec![]),
            (Encoding::HexUpper, "00fF", 2, vec!["capitals"]),
            (Encoding::Base64, "+/8=", 2, vec![]),
            (Encoding::Base64, "+/8", 2, vec!["padding"]),
            (Encoding::Base64, "-_8", 2, vec!["padding", "alphabet"]),
            (Encoding::Base64, "-_-_", 3, vec!["alphabet"]),
            (Encoding::Base64Url, "-_8", 2, vec![]),
            (Encoding::Base64Url, "+/8=", 2, vec!["padding", "alphabet"]),
            (Encoding::Plain, "+_=A", 4, vec![]),
        ] {
            assert_eq!(names(of_text(encoding, text, bytes)), expected, "{text}");
        }
    }

    #[test]
    fn a_set_holds_each_once() {
        let two: Spellings =
            [Spelling::Order, Spelling::Capitals, Spelling::Order].into_iter().collect();
        assert_eq!(names(two), ["capitals", "order"]);
        let one = two.but(Spellings::default().with(Spelling::Capitals, true));
        assert_eq!(names(one), ["order"]);
        assert!(one.but(two).is_empty() && !one.and(two).is_empty());
    }
}
