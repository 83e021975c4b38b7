//! What a command has against its words, said of the keys that they come of.

use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::document::Flaw;
use super::words::{Given, key};
use crate::error::Error;

/// The flaw behind an error of a command line; what is of no key in particular is of the table `at`. No
/// value is repeated: it may be a secret.
pub fn blame(error: &clap::Error, given: &[Given], at: usize) -> Flaw {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        Some(ContextValue::Strings(texts)) => texts.first().map(String::as_str),
        _ => None,
    };
    let option = text(ContextKind::InvalidArg).unwrap_or_default();
    let name = name_of(option);
    let value = text(ContextKind::InvalidValue).unwrap_or_default();
    let of_key: Vec<&Given> = given.iter().filter(|given| is_of(given, &name)).collect();
    let of_value = of_key.iter().find(|given| given.word.to_string_lossy().ends_with(value));
    let (place, name) = match of_value.or(of_key.first()) {
        Some(given) => (given.at, given.key.clone()),
        None => (at, name),
    };
    match error.kind() {
        ErrorKind::ValueValidation => {
            let cause = error.source();
            match cause.and_then(|cause| cause.downcast_ref::<Error>()) {
                Some(cause) => Flaw {
                    at: place,
                    message: format!("{name}: {}", cause.message),
                    help: cause.help.clone(),
                },
                // What a parser of numbers says is about a number.
                None => {
                    let cause =
                        cause.map(ToString::to_string).filter(|_| value.parse::<f64>().is_ok());
                    let said = cause.unwrap_or_else(|| "not a value of this option".to_owned());
                    Flaw::new(place, format!("{name}: {said}"))
                }
            }
        }
        ErrorKind::InvalidValue => {
            let known: &[String] = match error.get(ContextKind::ValidValue) {
                Some(ContextValue::Strings(known)) => known,
                _ => &[],
            };
            if value.is_empty() && known.is_empty() {
                return Flaw::new(place, format!("{name} is empty"));
            }
            let flaw = Flaw::new(place, format!("{name} has no such value"));
            flaw.near(value, known.iter().map(String::as_str))
        }
        ErrorKind::ArgumentConflict if !option.is_empty() => {
            let other = text(ContextKind::PriorArg).map(name_of);
            let other = other.map_or_else(|| "other keys".to_owned(), |other| quoted(&other));
            Flaw::new(place, format!("{} cannot be used with {other}", quoted(&name)))
        }
        ErrorKind::MissingRequiredArgument => Flaw::new(at, format!("the key {name} is missing"))
            .help("another key in the table requires it"),
        _ => {
            let text = error.render().to_string();
            let line =
                text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
            Flaw::new(at, line)
        }
    }
}

/// The key of an option as the parser shows it: `--warn <AGE>`, `<URL>`.
fn name_of(option: &str) -> String {
    let word = option.split([' ', '=', '[']).next().unwrap_or_default();
    key(word.trim_start_matches("--").trim_end_matches("...").trim_matches(['<', '>']))
        .to_lowercase()
}

/// Whether a word is of this option.
fn is_of(given: &Given, name: &str) -> bool {
    let word = given.word.to_string_lossy();
    let own = if given.is_option { name_of(&word) } else { given.key.clone() };
    own == name || given.key == name
}

/// A key in a message.
pub fn quoted(key: &str) -> String {
    format!("`{key}`")
}
