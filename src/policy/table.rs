//! Tables of dated facts that a user wrote: what is wrong in them is said with its line, and with the
//! word that was probably meant.

use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::failure::Failure;

/// Most bytes of such a file; the built-in ones have a tenth of it.
pub const LONGEST: u64 = 512 << 10;

/// The most letters that are compared.
const LONGEST_WORD: usize = 128;

/// Reads a table.
///
/// # Errors
/// `malformed`, with line and column.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        located(text, at, error.message())
    })
}

/// What is wrong at an offset of a text. Words in backticks are the wrong one and those that are known.
pub fn located(text: &str, at: usize, message: &str) -> Error {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let mut words = message.split('`').skip(1).step_by(2);
    let wrong = words.next().unwrap_or_default();
    let known: Vec<&str> = words.collect();
    let said = message.split_once(", expected").map_or(message, |(said, _)| said);
    let said = said.lines().next().unwrap_or_default();
    let error = Error::new(Failure::Malformed, format!("line {line}, column {column}: {said}"));
    error.help(match nearest(wrong, known.iter().copied()) {
        Some(near) => format!("did you mean {near}?"),
        None if known.is_empty() => {
            "the file has the shape of the built-in one: see the man page of inspect".to_owned()
        }
        None => format!("there are: {}", known.join(", ")),
    })
}

/// The known word that a wrong one was meant to be: a third of its letters may differ.
pub fn nearest<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wrong = wrong.to_lowercase();
    let rated = known.map(|word| (distance(&wrong, &word.to_lowercase()), word));
    let (distance, word) = rated.min_by_key(|(distance, _)| *distance)?;
    (distance * 3 <= word.chars().count().max(3)).then_some(word)
}

/// How many letters are to be changed, put in, left out or swapped with the next one.
pub fn distance(one: &str, other: &str) -> usize {
    // Names and messages are short; what is longer is none.
    let one: Vec<char> = one.chars().take(LONGEST_WORD).collect();
    let other: Vec<char> = other.chars().take(LONGEST_WORD).collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for (above, letter) in one.iter().enumerate() {
        let mut row = vec![above + 1];
        for (left, known) in other.iter().enumerate() {
            let changed = rows[above][left] + usize::from(letter != known);
            let mut least = changed.min(row[left] + 1).min(rows[above][left + 1] + 1);
            let is_swapped =
                above > 0 && left > 0 && (*letter, one[above - 1]) == (other[left - 1], *known);
            if is_swapped {
                least = least.min(rows[above - 1][left - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_offered_and_no_other() {
        let known = || ["issuer", "purpose", "read_on", "holds_until"].into_iter();
        assert_eq!(nearest("isuer", known()), Some("issuer"));
        assert_eq!(nearest("readon", known()), Some("read_on"));
        assert_eq!(nearest("Holds_Untill", known()), Some("holds_until"));
        assert_eq!(nearest("colour", known()), None);
        for (one, other, expected) in [
            ("", "", 0),
            ("", "ab", 2),
            ("ab", "", 2),
            ("kitten", "sitting", 3),
            ("form", "from", 1),
        ] {
            assert_eq!(distance(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn a_third_of_the_letters_may_differ() {
        assert_eq!(nearest("cxxnt", ["count"].into_iter()), None);
        assert_eq!(nearest("cxunt", ["count"].into_iter()), Some("count"));
        assert_eq!(nearest("ixxuer", ["issuer"].into_iter()), Some("issuer"));
        assert_eq!(nearest("ixxuxr", ["issuer"].into_iter()), None);
    }

    #[test]
    fn what_there_is_stands_where_nothing_is_near() {
        let said = |message: &str| located("a\nb = 1", 2, message);
        let error = said("unknown field `colour`, expected one of `issuer`, `purpose`");
        assert_eq!(error.message, "line 2, column 1: unknown field `colour`");
        assert_eq!(error.help.as_deref(), Some("there are: issuer, purpose"));
        assert!(said("a day is no number").help.unwrap().contains("see the man page"));
    }
}
