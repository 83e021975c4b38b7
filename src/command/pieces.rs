//! Files of any length, read piece by piece, with progress.

use std::io::{self, Read};
use std::path::Path;

use super::Context;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::render::progress::{Progress, Total, Unit};

/// Bytes read at once: enough that the hash, not the system call, is what takes the time.
const PIECE: usize = 64 << 10;

impl Context {
    /// Progress through the bytes of `path`.
    pub fn progress(&self, path: &Path) -> Progress {
        let total = self.input.length(path).map_or(Total::Unknown, Total::Of);
        Progress::new(total, Unit::Bytes, self.is_quiet())
    }

    /// Hands what `reader` has left of `path` to `take`, piece by piece; returns how many bytes that were.
    ///
    /// # Errors
    /// `unreadable`.
    pub fn each_piece(
        &self,
        path: &Path,
        mut reader: impl Read,
        mut take: impl FnMut(&[u8]),
    ) -> Result<u64> {
        let mut progress = self.progress(path);
        // Memory that is not there need not be cleared: most payloads are small.
        let length = self.input.length(path).map_or(PIECE as u64, |length| length + 1);
        let mut buffer = vec![0; length.min(PIECE as u64) as usize];
        let mut bytes = 0;
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => return Ok(bytes),
                Ok(count) => {
                    take(&buffer[..count]);
                    bytes += count as u64;
                    progress.add(count as u64);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let message = format!("{}: {error}", path.display());
                    return Err(Error::new(Failure::Unreadable, message));
                }
            }
        }
    }
}
