//! `{{variables}}` of an `.http` file: what becomes of a text is measured as it is made, so a file of a
//! few lines that double each other is refused before it has grown.

use std::borrow::Cow;
use std::collections::HashMap;

use time::OffsetDateTime;

use super::super::Options;
use super::super::room::{Room, excerpt};
use super::{differs, dynamic};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::percent;

/// Variables and their values, which are texts without variables.
pub(super) struct Variables {
    values: HashMap<String, Value>,
    room: Room,
    now: OffsetDateTime,
}

/// A value, and whether it came from a file of environments.
struct Value {
    text: String,
    is_of_environment: bool,
}

impl Variables {
    /// The variables that were given, and room for others.
    pub(super) fn new(options: &Options) -> Self {
        let values = options.variables.iter().map(|(name, text)| {
            (name.clone(), Value { text: text.clone(), is_of_environment: false })
        });
        Self { values: values.collect(), room: Room::new(options.record), now: options.now }
    }

    /// Gives a variable this value, in which those known so far are replaced.
    ///
    /// # Errors
    /// `too-large` when all values together would be, `variable-unknown`, `unsupported` for what the
    /// clients read differently.
    pub(super) fn define(&mut self, name: &str, value: &str) -> Result<()> {
        let refused = |error: Error| error.about(format!("@{}", excerpt(name)));
        if name.ends_with(':') || value.starts_with('"') || value.contains('\\') {
            let what = "clients differ on :=, on quotes around a value, and on backslashes in it";
            return Err(refused(
                differs(what).help("give the value with --var NAME=VALUE instead"),
            ));
        }
        self.set(name, value, false).map_err(refused)
    }

    /// Gives a variable the value that it has in an environment. One that was given counts.
    ///
    /// # Errors
    /// Those of [`Variables::define`].
    pub(super) fn set_of_environment(&mut self, name: &str, value: &str) -> Result<()> {
        match self.values.get(name) {
            Some(known) if !known.is_of_environment => Ok(()),
            _ => self.set(name, value, true),
        }
    }

    fn set(&mut self, name: &str, value: &str, is_of_environment: bool) -> Result<()> {
        let mut room = self.room;
        let old = self.values.get(name);
        if let Some(old) = old {
            room.give_back(name, old.text.as_bytes());
        }
        let text = self.filled(value, &mut room.clone())?;
        if old.is_some_and(|old| old.is_of_environment && old.text != text) {
            return Err(differs(format!("{{{{{}}}}} has two values", excerpt(name))).help(
                "clients differ in whether the file, the environment or its private part \
                       wins: remove one",
            ));
        }
        room.line(name, text.as_bytes())?;
        self.room = room;
        self.values.insert(name.to_owned(), Value { text, is_of_environment });
        Ok(())
    }

    /// `text` with every variable replaced, which takes its length from `room`.
    ///
    /// # Errors
    /// `too-large` when there is no room, `variable-unknown`.
    pub(super) fn filled(&self, text: &str, room: &mut Room) -> Result<String> {
        let mut filled = String::new();
        let mut push = |piece: &str| -> Result<()> {
            room.take(piece.len())?;
            filled.push_str(piece);
            Ok(())
        };
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((name, later)) = after.split_once("}}") else { break };
            push(before)?;
            push(&self.value(name.trim())?)?;
            rest = later;
        }
        push(rest)?;
        Ok(filled)
    }

    fn value(&self, name: &str) -> Result<Cow<'_, str>> {
        if let Some(value) = self.values.get(name) {
            return Ok(Cow::Borrowed(&value.text));
        }
        // The VS Code REST Client's way to have a value encoded.
        if let Some(value) = name.strip_prefix('%').and_then(|name| self.values.get(name.trim())) {
            return Ok(Cow::Owned(percent::encode(value.text.as_bytes(), b"-_.!~*'()")));
        }
        if let Some(value) = dynamic::value(name, self.now) {
            return Ok(Cow::Owned(value));
        }
        let message = format!("{{{{{}}}}} has no value", excerpt(name));
        let help = match name {
            _ if name.starts_with("$processEnv")
                || name.starts_with("$env")
                || name.starts_with("$dotenv") =>
            {
                "captures do not read this environment: give all of it, as in --var '$processEnv \
                 NAME=VALUE'"
            }
            _ if name.starts_with('$') => {
                "it is not known: give all of it, as in --var '$name argument=VALUE'"
            }
            _ if name.contains(['.', '(', ' ']) => {
                "give what an earlier answer or a script would set with --var 'all of it=VALUE'"
            }
            _ => {
                "give it with --var NAME=VALUE, in the file before its request as @name = value, or name an \
                 environment with --env"
            }
        };
        Err(Error::new(Failure::VariableUnknown, message).help(help))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(given: &[(&str, &str)], record: usize) -> Variables {
        let variables = given.iter().map(|(name, value)| (name.to_string(), value.to_string()));
        Variables::new(&Options { variables: variables.collect(), record, ..Options::default() })
    }

    #[test]
    fn a_value_is_filled_when_it_is_given_and_the_last_one_counts() {
        let mut variables = of(&[("a", "1")], 1000);
        variables.define("b", "{{a}}{{ a }}").unwrap();
        variables.define("a", "{{b}}2").unwrap();
        let filled = |text| variables.filled(text, &mut Room::new(100)).unwrap();
        assert_eq!(filled("{{a}} {{b}} {{c"), "112 11 {{c");
    }

    #[test]
    fn values_that_double_each_other_are_refused_before_they_are_made() {
        let mut variables = of(&[("v0", &"x".repeat(500))], 64 << 10);
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
        let mut variables = of(&[], 1000);
        for _ in 0..100 {
            variables.define("a", &"x".repeat(500)).unwrap();
        }
        assert_eq!(variables.define("b", &"x".repeat(500)).unwrap_err().code, Failure::TooLarge);
    }

    #[test]
    fn no_value_can_name_itself() {
        let mut variables = of(&[], 1000);
        assert_eq!(variables.define("a", "{{a}}").unwrap_err().code, Failure::VariableUnknown);
        variables.define("b", "1").unwrap();
        variables.define("b", "{{b}}{{b}}").unwrap();
        assert_eq!(variables.filled("{{b}}", &mut Room::new(9)).unwrap(), "11");
    }
}
