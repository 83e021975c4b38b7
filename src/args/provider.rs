//! `--provider`: whose rules a file is held against.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};

use crate::policy::provider::providers;

/// A provider, built in or of the user's own file.
#[derive(Args, Clone, Debug, Default)]
pub struct ProviderArgs {
    /// Check it against what this provider accepts or presents
    #[arg(long, value_name = "NAME", value_parser = ProviderName)]
    pub provider: Option<String>,
    #[allow(rustdoc::broken_intra_doc_links, reason = "tables of TOML, no links")]
    /// Your own providers, added to the built-in ones: TOML with [[provider]] tables, each with name,
    /// title,
    /// role, source, read_on and grade, and if known formats, one_key, password, ca_signed, notes,
    /// holds_until and [[provider.presents]]
    #[arg(long, value_name = "FILE", requires = "provider")]
    pub providers_file: Option<PathBuf>,
}

/// A name of a provider: the built-in ones are listed, and a file may know others.
#[derive(Clone)]
pub struct ProviderName;

impl TypedValueParser for ProviderName {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(providers().iter().map(|provider| {
            PossibleValue::new(provider.name.as_str()).help(provider.title.as_str())
        })))
    }
}
