//! The command that a mistyped one was meant to be.

use clap::error::{ContextKind, ContextValue};

use super::VERBS;
use crate::nearest::nearest;

/// The same error with a suggestion that help shows too: in the place of an alias, its command.
pub fn visible(mut error: clap::Error) -> clap::Error {
    let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidSubcommand) else {
        return error;
    };
    let names = VERBS.iter().flat_map(|verb| {
        std::iter::once(verb.name).chain(verb.alias).map(|word| (word, verb.name))
    });
    let names: Vec<_> = names.chain([("help", "help")]).collect();
    let near = nearest(typed, names.iter().map(|(word, _)| *word));
    let name = names.iter().find(|(word, _)| Some(*word) == near).map(|(_, name)| *name);
    error.remove(ContextKind::SuggestedSubcommand);
    if let Some(name) = name {
        error.insert(ContextKind::SuggestedSubcommand, ContextValue::String(name.to_owned()));
    }
    error
}
