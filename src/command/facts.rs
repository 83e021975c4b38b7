//! Tables of facts that users lay over the built-in ones.

use std::path::Path;

use crate::args::provider::ProviderArgs;
use crate::command::Context;
use crate::error::{Error, Kind, Result};
use crate::failure::Failure;
use crate::input;
use crate::policy;
use crate::policy::provider::{self, Provider};

/// The provider of `--provider`, from `--providers-file` or built in.
///
/// # Errors
/// `usage` when nobody has that name, and those of reading the file.
pub fn provider(args: &ProviderArgs, context: &Context) -> Result<Option<Provider>> {
    let Some(name) = &args.provider else { return Ok(None) };
    let found = match &args.providers_file {
        Some(path) => table(path, context, |text| provider::named(name, Some(text))),
        None => provider::named(name, None),
    };
    found.map(Some)
}

/// A table of facts, read from a file; what is wrong in it is said with the name of the file.
///
/// # Errors
/// Those of reading, and what `read` says.
pub fn table<T>(path: &Path, context: &Context, read: impl Fn(&str) -> Result<T>) -> Result<T> {
    let bytes = context.input.read_at_most(path, policy::LONGEST)?;
    let text = String::from_utf8(bytes);
    let text = text.map_err(|_| Error::new(Failure::Malformed, "it is not UTF-8"));
    text.and_then(|text| read(&text)).map_err(|error| match error.kind {
        Kind::Usage => error,
        _ => error.about(input::named::file(path)),
    })
}
