//! `{{variables}}` of an `.http` file: what becomes of a text is measured before it is made, so a
//! file of a few lines that double each other is refused and not expanded.

use std::collections::HashMap;

use super::room::{Room, excerpt};
use crate::error::{Error, Result};
use crate::failure::Failure;

/// Variables and their values, which are texts without variables.
pub(super) struct Variables {
    values: HashMap<String, String>,
    room: Room,
}

impl Variables {
    /// The variables that were given, and room for so many bytes of others.
    pub(super) fn new(given: &[(String, String)], room: usize) -> Self {
        Self { values: given.iter().cloned().collect(), room: Room::new(room) }
    }

    /// Gives a variable this value, in which those known so far are replaced.
    ///
    /// # Errors
    /// `too-large` when all values together would be, `variable-unknown`.
    pub(super) fn define(&mut self, name: &str, value: &str) -> Result<()> {
        let refused = |error: Error| error.about(format!("@{}", excerpt(name)));
        let mut room = self.room;
        if let Some(old) = self.values.get(name) {
            room.give_back(name, old.as_bytes());
        }
        let value = self.filled(value, &mut room.clone()).map_err(refused)?;
        room.line(name, value.as_bytes()).map_err(refused)?;
        self.room = room;
        self.values.insert(name.to_owned(), value);
        Ok(())
    }

    /// `text` with every variable replaced, which takes its length from `room`.
    ///
    /// # Errors
    /// `too-large` when there is no room, `variable-unknown`.
    pub(super) fn filled(&self, text: &str, room: &mut Room) -> Result<String> {
        let mut length = 0_usize;
        self.pieces(text, |piece| length = length.saturating_add(piece.len()))?;
        room.take(length)?;
        let mut filled = String::with_capacity(length);
        self.pieces(text, |piece| filled.push_str(piece))?;
        Ok(filled)
    }

    fn pieces<'a>(&'a self, text: &'a str, mut each: impl FnMut(&'a str)) -> Result<()> {
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((name, later)) = after.split_once("}}") else { break };
            let name = name.trim();
            let value = self.values.get(name).ok_or_else(|| {
                Error::new(
                    Failure::VariableUnknown,
                    format!("{{{{{}}}}} has no value", excerpt(name)),
                )
                .help("give it with --var NAME=VALUE, or in the file as @name = value")
            })?;
            each(before);
            each(value);
            rest = later;
        }
        each(rest);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_filled_when_it_is_given_and_the_last_one_counts() {
        let mut variables = Variables::new(&[("a".into(), "1".into())], 1000);
        variables.define("b", "{{a}}{{ a }}").unwrap();
        variables.define("a", "{{b}}2").unwrap();
        let filled = |text| variables.filled(text, &mut Room::new(100)).unwrap();
        assert_eq!(filled("{{a}} {{b}} {{c"), "112 11 {{c");
    }

    #[test]
    fn values_that_double_each_other_are_refused_before_they_are_made() {
        let mut variables = Variables::new(&[("v0".into(), "x".repeat(500))], 64 << 10);
        let refused = (1..40).find_map(|n| {
            let value = format!("{{{{v{0}}}}}{{{{v{0}}}}}", n - 1);
            variables.define(&format!("v{n}"), &value).err().map(|error| (n, error))
        });
        let (n, error) = refused.unwrap();
        assert_eq!((n, error.code), (7, Failure::TooLarge));
        assert!(error.message.starts_with("@v7: ") && error.help.is_some(), "{error}");
        assert_eq!(
            variables.filled("{{v6}}{{v6}}", &mut Room::new(63_999)).unwrap_err().code,
            Failure::TooLarge
        );
        assert!(variables.filled("{{v6}}{{v6}}", &mut Room::new(64_000)).is_ok());
    }

    #[test]
    fn a_value_may_be_given_again_and_again() {
        let mut variables = Variables::new(&[], 1000);
        for _ in 0..100 {
            variables.define("a", &"x".repeat(500)).unwrap();
        }
        assert_eq!(variables.define("b", &"x".repeat(500)).unwrap_err().code, Failure::TooLarge);
    }

    #[test]
    fn no_value_can_name_itself() {
        let mut variables = Variables::new(&[], 1000);
        assert_eq!(variables.define("a", "{{a}}").unwrap_err().code, Failure::VariableUnknown);
        variables.define("b", "1").unwrap();
        variables.define("b", "{{b}}{{b}}").unwrap();
        assert_eq!(variables.filled("{{b}}", &mut Room::new(9)).unwrap(), "11");
    }
}
