//! `--resume`: the rows of an earlier run in the file of `--output`, and what is left to do.

use std::io::BufReader;
use std::path::Path;

use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::input::{Access, Growing, cannot_read};
use crate::report::{Found, Part, Resumed};

/// Bytes of rows that are read at once.
const BLOCK: usize = 256 << 10;

/// What a run finds.
pub enum Earlier {
    /// Rows that it goes on with; none in a new file.
    Some(Growing, Resumed),
    /// All of them, and what the exit code is by what was found.
    Whole(u8),
}

/// Opens a file for the rows of this part; with `is_quiet` those that are fine are left out.
///
/// # Errors
/// `resume-mismatch` when what is in it is of something else, and those of reading and writing it.
pub fn open(path: &Path, part: &Part, is_quiet: bool, access: Access) -> Result<Earlier> {
    let mut rows = Growing::open(path, access)?;
    let read = rows.tail().and_then(|tail| match Found::whole(&tail) {
        Some(whole) => Ok(whole),
        None => Found::read(BufReader::with_capacity(BLOCK, rows.contents()?), is_quiet),
    });
    let note =
        format!("{{\"shard\":\"{}\",\"input_sha256\":\"{}\"}}\n", part.shard, part.input_sha256);
    match read.map_err(|error| cannot_read(path, &error))? {
        whole @ Found::Whole { verdict, .. } if whole.is_of(part) => {
            rows.forget();
            Ok(Earlier::Whole(verdict))
        }
        Found::Some(length, resumed) if rows.is_empty() || rows.note().as_ref() == Some(&note) => {
            rows.go_on(length, &note)?;
            Ok(Earlier::Some(rows, resumed))
        }
        _ => Err(Error::new(
            Failure::ResumeMismatch,
            format!(
                "{}: these are not rows of {} of this input with these options",
                path.display(),
                part.shard
            ),
        )
        .help("give another file, or remove this one to start over")),
    }
}
