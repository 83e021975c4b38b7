//! Values of the variables of a collection, which may stand in each other in any order. What becomes of a text is
//! measured as it is made, so that a few lines that double each other are refused before they have grown.

use std::collections::HashMap;

use super::Field;
use crate::capture::Options;
use crate::capture::room::{Room, excerpt};
use crate::error::{Error, Result};
use crate::failure::Failure;

/// Variables are followed so deep, which is as deep as Postman goes.
const MAX_DEPTH: usize = 20;

/// Variables and their values.
pub(super) struct Values(HashMap<String, String>);

impl Values {
    /// Those of a collection, the last of a name; the ones that were given come first.
    pub(super) fn new(fields: Vec<Field>, options: &Options) -> Self {
        let own = fields.into_iter().map(|field| (field.name, field.value));
        Self(own.chain(options.variables.iter().cloned()).collect())
    }

    /// `text` with every variable replaced, which takes its length from `room`.
    ///
    /// # Errors
    /// `variable-unknown`; `too-large` when there is no room, or when they stand in each other without end.
    pub(super) fn filled(&self, text: &str, room: &mut Room) -> Result<String> {
        let mut filled = String::new();
        self.fill(text, &mut filled, room, 0)?;
        Ok(filled)
    }

    fn fill(&self, text: &str, filled: &mut String, room: &mut Room, depth: usize) -> Result<()> {
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((name, later)) = after.split_once("}}") else { break };
            push(before, filled, room)?;
            let name = name.trim();
            let value = self.0.get(name).ok_or_else(|| unknown(name))?;
            if depth == MAX_DEPTH {
                let message = format!("the value of {{{{{}}}}} refers to itself", excerpt(name));
                return Err(Error::new(Failure::TooLarge, message)
                    .help("give another one with --var NAME=VALUE"));
            }
            // One that is empty takes its time, too.
            room.line(name, b"")?;
            self.fill(value, filled, room, depth + 1)?;
            rest = later;
        }
        push(rest, filled, room)
    }
}

fn push(piece: &str, filled: &mut String, room: &mut Room) -> Result<()> {
    room.take(piece.len())?;
    filled.push_str(piece);
    Ok(())
}

fn unknown(name: &str) -> Error {
    Error::new(Failure::VariableUnknown, format!("{{{{{}}}}} has no value", excerpt(name))).help(
        "give it with --var NAME=VALUE: the collection has no value for it, or a script would set it",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, &str)], given: &[(&str, &str)]) -> Values {
        let field = |(name, value): &(&str, &str)| Field::new(*name, *value);
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let variables = given.iter().map(pair).collect();
        Values::new(pairs.iter().map(field).collect(), &Options { variables, ..Options::default() })
    }

    #[test]
    fn they_stand_in_each_other_and_what_is_given_comes_first() {
        let values = values(&[("a", "{{b}}-{{ c }}"), ("b", "1"), ("c", "2")], &[("c", "3")]);
        assert_eq!(values.filled("x{{a}}{{b}}y{{", &mut Room::new(999)).unwrap(), "x1-31y{{");
        let error = values.filled("{{d}}", &mut Room::new(999)).unwrap_err();
        assert_eq!(error.code, Failure::VariableUnknown);
    }

    #[test]
    fn one_that_names_itself_and_those_that_double_each_other_are_refused() {
        let itself = values(&[("a", "{{a}}")], &[]);
        assert_eq!(
            itself.filled("{{a}}", &mut Room::new(9999)).unwrap_err().code,
            Failure::TooLarge
        );
        let names: Vec<String> = (0..18).map(|n| format!("v{n}")).collect();
        let doubled: Vec<String> = (0..18)
            .map(|n| if n == 0 { String::new() } else { format!("{{{{v{0}}}}}", n - 1).repeat(50) })
            .collect();
        let pairs: Vec<_> =
            names.iter().map(String::as_str).zip(doubled.iter().map(String::as_str)).collect();
        let error = values(&pairs, &[]).filled("{{v17}}", &mut Room::new(1 << 20)).unwrap_err();
        assert_eq!(error.code, Failure::TooLarge);
    }
}
