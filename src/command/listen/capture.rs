//! Where deliveries are kept: each is a line of the capture before it is answered.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::commits::Commits;
use crate::capture::record::Record;
use crate::error::Result;
use crate::input::Log;
use crate::outcome::verification::Verification;

/// Lines of bodies above this length are made one at a time, in bytes.
const LARGE: usize = 256 << 10;

/// An open capture.
pub struct Capture {
    log: Mutex<Log>,
    /// With placeholders for values.
    redact: bool,
    /// What is answered is on the disk.
    commits: Option<Commits>,
}

impl Capture {
    /// Opens a capture, or begins it.
    ///
    /// # Errors
    /// `write` when it cannot be opened, or synced where it is to be.
    pub fn open(path: &Path, redact: bool, sync: bool) -> Result<Self> {
        let log = Log::open(path)?;
        let commits = match sync {
            true => Some(Commits::new(log.syncer())?),
            false => None,
        };
        Ok(Self { log: Mutex::new(log), redact, commits })
    }

    /// Keeps a delivery: what is known of it survives the end of this process, and where that was asked
    /// for, of the machine.
    ///
    /// # Errors
    /// When it is not kept.
    pub async fn keep(&self, record: &Record<'_, Verification>) -> Result<()> {
        let line = self.append(record)?;
        match (&self.commits, line) {
            (Some(commits), Some(line)) => commits.on_disk(line).await,
            _ => Ok(()),
        }
    }

    fn append(&self, record: &Record<'_, Verification>) -> Result<Option<u64>> {
        let line = || if self.redact { record.redacted_line() } else { record.line() };
        let mut log;
        match (record.body.len() > LARGE, self.redact) {
            (false, _) => {
                let line = line();
                log = self.log();
                log.append(&line)?;
            }
            // A line takes more memory than its body, which has its share: large ones are made in
            // turn, and as far as possible not as a whole.
            (true, false) => {
                log = self.log();
                log.append_pieces(|out| record.write(out))?;
            }
            (true, true) => {
                log = self.log();
                log.append(&line())?;
            }
        }
        // Counted before anybody else can append.
        let appended = self.commits.as_ref().map(Commits::appended);
        drop(log);
        Ok(appended)
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
