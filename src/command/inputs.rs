//! What a command line is about: its inputs, and all that tells its rows from those of another.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Command, FromArgMatches};

use crate::args::shard::ShardArgs;
use crate::input::Fingerprint;
use crate::input::folder::Filter;

/// Options that change where rows go, or how fast they come, and nothing in them; and the inputs,
/// which are looked at themselves.
const SILENT: &[&str] =
    &["color", "end_mark", "exit", "format", "jobs", "json", "output", "report", "resume", "shard"];

/// The inputs of a run, for which it can be one of several.
pub struct Inputs {
    /// Which part of them it looks at.
    pub sharding: ShardArgs,
    /// Whether it goes on where an earlier one ended.
    pub is_resumed: bool,
    paths: Vec<PathBuf>,
    filter: Filter,
    options: String,
}

impl Inputs {
    /// Those that stand in the arguments of these names.
    ///
    /// # Errors
    /// When something is said of an input that there is not.
    pub fn read(
        arguments: &[&str],
        command: &Command,
        matches: &ArgMatches,
    ) -> Result<Self, clap::Error> {
        let sharding = ShardArgs::from_arg_matches(matches).unwrap_or_default();
        let all = |name: &str| {
            let values = matches.try_get_raw(name).ok().flatten();
            values.into_iter().flatten().map(|value| value.to_owned()).collect::<Vec<_>>()
        };
        let paths: Vec<PathBuf> =
            arguments.iter().flat_map(|name| all(name)).map(PathBuf::from).collect();
        sharding.check(&paths).map_err(|error| {
            let help = error.help.unwrap_or_default();
            let said = format!("{}\n  help: {help}\n", error.message);
            clap::Error::raw(ErrorKind::ArgumentConflict, said)
        })?;
        let exclude: Vec<String> =
            all("exclude").iter().map(|glob| glob.to_string_lossy().into_owned()).collect();
        let is_set = |name: &str| all(name).iter().any(|flag| flag == "true");
        let (no_ignore, is_resumed) = (is_set("no_ignore"), is_set("resume"));
        let mut options = command.get_name().to_owned();
        for argument in command.get_arguments() {
            let name = argument.get_id().as_str();
            let is_given = matches.try_contains_id(name).is_ok()
                && matches.value_source(name) == Some(ValueSource::CommandLine);
            if is_given && !SILENT.contains(&name) && !arguments.contains(&name) {
                let _ = write!(options, "\n{name}={:?}", all(name));
            }
        }
        Ok(Self { sharding, is_resumed, paths, filter: Filter { exclude, no_ignore }, options })
    }

    /// Whether rows are numbered.
    pub fn is_numbered(&self) -> bool {
        self.sharding.shard.is_some() || self.is_resumed
    }

    /// What tells them, and what is done with them, from others.
    pub fn fingerprint(&self) -> Fingerprint {
        let named = |path: &PathBuf| (self.sharding.name(path), path.clone());
        let inputs: Vec<_> = self.paths.iter().map(named).collect();
        Fingerprint::of(&inputs, &self.filter, &self.options)
    }
}
