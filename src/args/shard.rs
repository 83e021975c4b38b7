//! Options of runs that look at a part of an input, or go on where an earlier one ended.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::args::text::filled;
use crate::error::{Error, Result};
use crate::input::named;
use crate::shard::{By, Deal, Shard};

/// Which part of the input is looked at, and what it is called.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Shards")]
pub struct ShardArgs {
    /// Check only part I of N, counting from 1 (0-based:I/N from 0): in a file of lines, the lines that
    /// start in that range of its bytes; otherwise each record whose number k, from 0, has
    /// k mod N = I - 1. Rows of --format ndjson are numbered as with --end-mark: the lines before a range
    /// are counted for that, which takes 0.1 s of CPU time per GB
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,
    /// How records are distributed: by position, or by the SHA-256 of their subject, which is stable
    /// when the list grows
    #[arg(long, value_name = "HOW", requires = "shard", default_value = "place")]
    pub shard_by: By,
    /// Name of standard input in the report
    #[arg(long, value_name = "NAME", value_parser = filled)]
    pub origin: Option<String>,
    /// Number of the first line of standard input within the file it is part of
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub first_line: Option<u64>,
}

/// Whether rows of an earlier run are gone on with.
#[derive(Args, Clone, Copy, Debug, Default)]
#[command(next_help_heading = "Shards")]
pub struct ResumeArgs {
    /// Continue where an earlier run with the same --output ended, however it ended: what is in the
    /// file stays, and only what is missing is done. Needs --format ndjson, and numbers rows as with
    /// --end-mark; any other --report covers only the rest. With -q, a run that was killed starts over:
    /// results that were fine left no row
    #[arg(long)]
    pub resume: bool,
}

impl ShardArgs {
    /// The part.
    pub fn shard(&self) -> Shard {
        self.shard.unwrap_or_default()
    }

    /// What is taken of the records that are read.
    pub fn deal(&self) -> Deal {
        Deal { shard: self.shard(), by: self.shard_by }
    }

    /// What an input is called in the report.
    pub fn name(&self, path: &Path) -> String {
        match &self.origin {
            Some(origin) if path.as_os_str() == "-" => origin.clone(),
            _ => named::file(path),
        }
    }

    /// The number, from 0, of the first line of an input.
    pub fn first(&self, path: &Path) -> u64 {
        match self.first_line {
            Some(first) if path.as_os_str() == "-" => first - 1,
            _ => 0,
        }
    }

    /// Fails when something is said of standard input, and nothing is read from it.
    ///
    /// # Errors
    /// `usage`.
    pub fn check(&self, inputs: &[PathBuf]) -> Result<()> {
        let given =
            [("--origin", self.origin.is_some()), ("--first-line", self.first_line.is_some())];
        let Some((option, _)) = given.iter().find(|(_, is_given)| *is_given) else { return Ok(()) };
        match inputs.iter().any(|path| path.as_os_str() == "-") {
            true => Ok(()),
            false => Err(Error::usage(format!("{option} applies to standard input"))
                .help("give - as the input, or leave the option out")),
        }
    }
}
