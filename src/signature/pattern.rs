//! The pattern of one signature in its header: `v1={sig}`, `HMAC {sig}`, `{key_id}/SHA256/{sig}`.

use std::fmt;

use super::template::{Unreadable, short};
use crate::http::write::is_control;

/// The word that stands for the signature itself.
const SIGNATURE: &str = "sig";

/// What one item of a signature header looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Word(String),
}

impl Default for Pattern {
    /// The whole item is the signature.
    fn default() -> Self {
        Self(vec![Piece::Word(SIGNATURE.to_owned())])
    }
}

impl Pattern {
    /// Reads a pattern: `{sig}` exactly once, other words at most once, text between any two words.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        Self::of_word(SIGNATURE, text)
    }

    /// The same around another word than the signature.
    pub fn of_word(needed: &str, text: &str) -> Result<Self, Unreadable> {
        short(text)?;
        if let Some(at) = text.bytes().position(is_control) {
            return Err(Unreadable::new(at, "a header cannot contain a control character"));
        }
        let mut pieces = Vec::new();
        let mut offset = 0;
        while let Some(open) = text[offset..].find('{') {
            let open = offset + open;
            let close = text[open..].find('}').ok_or(Unreadable::new(open, "`{` has no `}`"))?;
            let word = &text[open + 1..open + close];
            if word.is_empty() {
                return Err(Unreadable::new(open, "`{}` names nothing"));
            }
            if open > offset {
                pieces.push(Piece::Text(text[offset..open].to_owned()));
            } else if !pieces.is_empty() {
                return Err(Unreadable::new(open, "two words need text between them"));
            }
            let word = Piece::Word(word.to_owned());
            if pieces.contains(&word) {
                return Err(Unreadable::new(open, "this word appears twice"));
            }
            pieces.push(word);
            offset = open + close + 1;
        }
        if offset < text.len() {
            pieces.push(Piece::Text(text[offset..].to_owned()));
        }
        let pattern = Self(pieces);
        if pattern.words().any(|word| word == needed) {
            Ok(pattern)
        } else {
            Err(Unreadable::new(0, format!("the pattern has no {{{needed}}}")))
        }
    }

    /// Names of all words, `sig` among them.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Word(word) => Some(word.as_str()),
            Piece::Text(_) => None,
        })
    }

    /// Whether text of the pattern itself has this in it.
    pub fn has(&self, text: &str) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Text(own) if own.contains(text)))
    }

    /// The signature in `item`, when the item looks as the pattern says.
    pub fn signature<'a>(&self, item: &'a str, ignore_case: bool) -> Option<&'a str> {
        self.word(item, SIGNATURE, ignore_case)
    }

    /// What stands in `item` for `word`, when the item looks as the pattern says.
    pub fn word<'a>(&self, item: &'a str, word: &str, ignore_case: bool) -> Option<&'a str> {
        let mut rest = item;
        let mut found = None;
        let mut pieces = self.0.iter().peekable();
        while let Some(piece) = pieces.next() {
            match piece {
                Piece::Text(text) => rest = strip(rest, text, ignore_case)?,
                Piece::Word(name) => {
                    let length = match pieces.peek() {
                        Some(Piece::Text(text)) => rest.find(text.as_str())?,
                        _ => rest.len(),
                    };
                    let (value, after) = rest.split_at(length);
                    if name == word {
                        found = Some(value);
                    }
                    rest = after;
                }
            }
        }
        if rest.is_empty() { found } else { None }
    }

    /// Writes an item: each word is what `value` says of it.
    pub fn fill(&self, mut value: impl FnMut(&str) -> Option<String>) -> Option<String> {
        self.0
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => Some(text.clone()),
                Piece::Word(word) => value(word),
            })
            .collect()
    }
}

fn strip<'a>(text: &'a str, start: &str, ignore_case: bool) -> Option<&'a str> {
    if !ignore_case {
        return text.strip_prefix(start);
    }
    let head = text.get(..start.len())?;
    head.eq_ignore_ascii_case(start).then(|| &text[start.len()..])
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Text(text) => f.write_str(text),
            Piece::Word(word) => write!(f, "{{{word}}}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature<'a>(pattern: &str, item: &'a str) -> Option<&'a str> {
        Pattern::parse(pattern).unwrap().signature(item, false)
    }

    #[test]
    fn items_match_as_a_whole() {
        assert_eq!(signature("v1={sig}", "v1=ab="), Some("ab="));
        assert_eq!(signature("v1={sig}", "v0=ab"), None);
        assert_eq!(signature("{key_id}/SHA256/{sig}", "k1/SHA256/ab"), Some("ab"));
        assert_eq!(signature("<{sig}>", "<ab>c"), None);
        assert_eq!(signature("{sig}", ""), Some(""));
    }

    #[test]
    fn a_scheme_word_of_authorization_has_no_case() {
        let pattern = Pattern::parse("HMAC {sig}").unwrap();
        assert_eq!(pattern.signature("hmac ab", true), Some("ab"));
        assert_eq!(pattern.signature("hmac ab", false), None);
        assert_eq!(pattern.signature("hmé ab", true), None);
    }

    #[test]
    fn what_cannot_be_read_back_is_refused() {
        for text in ["", "v1=", "{sig", "{sig}{t}", "{sig}-{sig}", "{}{sig}", "a\r\nb: {sig}"] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn filling_is_the_reverse_of_matching() {
        let pattern = Pattern::parse("{key_id}/SHA256/{sig}").unwrap();
        let item = pattern.fill(|word| Some(format!("<{word}>"))).unwrap();
        assert_eq!(item, "<key_id>/SHA256/<sig>");
        assert_eq!(pattern.word(&item, "key_id", false), Some("<key_id>"));
    }
}
