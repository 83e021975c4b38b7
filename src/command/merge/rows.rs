//! The rows of one file, one after the other.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::mark;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::finding::Finding;
use crate::input::unpack::{Ratio, unpack};
use crate::input::{FILE_LIMIT, cannot_read};
use crate::outcome::Outcome;
use crate::outcome::merged::Merged;
use crate::report::{Item, Position, Tally};

/// A row as it is written.
#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    n: Option<u64>,
    #[serde(default)]
    offset: Option<u64>,
    subject: String,
    facts: Merged,
    findings: Vec<Finding>,
    failure: Option<Error>,
}

/// Reads rows up to the end mark.
pub struct Rows {
    reader: BufReader<Box<dyn Read + Send>>,
    path: PathBuf,
    line: Vec<u8>,
    number: u64,
    last: Option<u64>,
    /// How the rows came out so far.
    pub tally: Tally,
}

impl Rows {
    /// The rows of a file of that name.
    pub fn new(reader: Box<dyn Read + Send>, ratio: Ratio, buffer: usize, path: &Path) -> Self {
        let unpacked: Box<dyn Read + Send> = Box::new(unpack(reader, ratio));
        Self {
            reader: BufReader::with_capacity(buffer, unpacked),
            path: path.to_owned(),
            line: Vec::new(),
            number: 0,
            last: None,
            tally: Tally::default(),
        }
    }

    /// The next row; `None` at the end mark.
    ///
    /// # Errors
    /// `malformed` for a line that is no row, or whose number is less than the one before.
    pub fn next(&mut self) -> Result<Option<Item>> {
        self.line.clear();
        self.number += 1;
        let mut bounded = (&mut self.reader).take(FILE_LIMIT);
        bounded
            .read_until(b'\n', &mut self.line)
            .map_err(|error| cannot_read(&self.path, &error))?;
        if mark::is_mark(&self.line) {
            return Ok(None);
        }
        let malformed = |why: String| {
            Error::new(Failure::Malformed, format!("line {}: {why}", self.number))
                .help("rows are those of --format ndjson with --end-mark, --shard or --resume")
        };
        let row: Written = serde_json::from_slice(&self.line)
            .map_err(|error| malformed(format!("not a row of this version: {error}")))?;
        if row.n.is_some() && row.n < self.last {
            return Err(malformed("its number is lower than the previous one".to_owned()));
        }
        self.last = row.n.or(self.last);
        let Written { n, offset, subject, facts, findings, failure } = row;
        let position = n.map(|n| Position { n, offset });
        let outcome = Outcome::Merged(facts);
        let item = Item { position, outcome, findings, failure, ..Item::new(subject) };
        self.tally.add(item.status());
        Ok(Some(item))
    }
}
