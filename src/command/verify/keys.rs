//! Keys of an issuer, from a file or from where it publishes them.

use std::path::Path;

use crate::command::Context;
use crate::error::{Error, Result};
use crate::signature::token::KeySet;

/// Longer key sets are refused.
const LONGEST: u64 = 1 << 20;

/// Reads a key set.
pub fn load(place: &str, context: &Context) -> Result<KeySet> {
    if place.starts_with("https://") || place.starts_with("http://") {
        context.allow_network(place)?;
        return Err(Error::input("unsupported", format!("{place}: key sets are read from files"))
            .help("fetch it first, for example with curl, and give the file"));
    }
    let bytes = context.input.read_at_most(Path::new(place), LONGEST)?;
    KeySet::parse(&bytes).map_err(|malformed| Error::from(malformed).about(place))
}
