//! Tables of dated facts that a user wrote: what is wrong in them is said with its line, and with the
//! word that was probably meant.

use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::nearest::did_you_mean;

/// Most bytes of such a file; the built-in ones have a tenth of it.
pub const LONGEST: u64 = 512 << 10;

/// What helps with a file that is laid over a built-in one.
const AS_BUILT_IN: &str = "the file has the shape of the built-in one: see the man page of inspect";

/// Reads a table that is built in, or is laid over one.
///
/// # Errors
/// `malformed`, with line and column.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
    read_shaped(text, AS_BUILT_IN)
}

/// Reads a table; `otherwise` helps where no word is near.
///
/// # Errors
/// `malformed`, with line and column.
pub fn read_shaped<T: DeserializeOwned>(text: &str, otherwise: &str) -> Result<T> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        located(text, at, error.message(), otherwise)
    })
}

/// What is wrong at an offset of a text. Words in backticks are the wrong one and those that are known.
fn located(text: &str, at: usize, message: &str, otherwise: &str) -> Error {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let mut words = message.split('`').skip(1).step_by(2);
    let wrong = words.next().unwrap_or_default();
    let known: Vec<&str> = words.collect();
    let said = message.split_once(", expected").map_or(message, |(said, _)| said);
    let said = said.lines().next().unwrap_or_default();
    let error = Error::new(Failure::Malformed, format!("line {line}, column {column}: {said}"));
    let help = || match known.is_empty() {
        true => otherwise.to_owned(),
        false => format!("there are: {}", known.join(", ")),
    };
    error.help(did_you_mean(wrong, known.iter().copied()).unwrap_or_else(help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_there_is_stands_where_nothing_is_near() {
        let said = |message: &str| located("a\nb = 1", 2, message, AS_BUILT_IN);
        let error = said("unknown field `colour`, expected one of `issuer`, `purpose`");
        assert_eq!(error.message, "line 2, column 1: unknown field `colour`");
        assert_eq!(error.help.as_deref(), Some("there are: issuer, purpose"));
        assert!(said("a day is no number").help.unwrap().contains("see the man page"));
    }
}
