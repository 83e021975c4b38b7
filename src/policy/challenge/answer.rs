//! Text of an answer, and the words in it that stand for something else.

use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// What an answer says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer(Vec<Piece>);

/// A part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// This text.
    Text(String),
    /// What the provider sent.
    Value,
    /// The HMAC-SHA256 of it, in hex.
    HmacHex,
    /// The same in base64.
    HmacBase64,
    /// The SHA-256 of it, the verify token and the address, in hex.
    Sha256Hex,
}

/// How the words are written.
const WORDS: [(&str, Piece); 4] = [
    ("value", Piece::Value),
    ("hmac:hex", Piece::HmacHex),
    ("hmac:base64", Piece::HmacBase64),
    ("sha256:hex", Piece::Sha256Hex),
];

impl Answer {
    /// Whether it has this part.
    pub(super) fn has(&self, piece: &Piece) -> bool {
        self.0.contains(piece)
    }

    /// The text, if there is one for each part.
    pub(super) fn fill(&self, text: impl FnMut(&Piece) -> Option<String>) -> Option<String> {
        self.0.iter().map(text).collect()
    }
}

impl FromStr for Answer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or("`{` has no `}`")?;
            let known = WORDS.iter().find(|(word, _)| *word == name);
            let (_, word) = known.ok_or_else(|| format!("there is no word {{{name}}}"))?;
            pieces.extend((!before.is_empty()).then(|| Piece::Text(before.to_owned())));
            pieces.push(word.clone());
            rest = after;
        }
        pieces.extend((!rest.is_empty()).then(|| Piece::Text(rest.to_owned())));
        Ok(Self(pieces))
    }
}

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_between_text_and_others_are_refused() {
        let answer: Answer = "a={value}{hmac:hex};".parse().unwrap();
        let text = |text: &str| Piece::Text(text.to_owned());
        let expected = vec![text("a="), Piece::Value, Piece::HmacHex, text(";")];
        assert_eq!(answer, Answer(expected));
        assert_eq!("".parse::<Answer>().unwrap(), Answer(Vec::new()));
        for wrong in ["{", "{value", "{hmac}", "{}", "{secret}"] {
            assert!(wrong.parse::<Answer>().is_err(), "{wrong}");
        }
    }
}
