//! `--jobs`: how many run at once, where each needs files.

use super::Context;
use crate::net::files;

/// Files that one job may have open: its connection, and those of a look-up.
const FILES_A_JOB: u64 = 3;

impl Context {
    /// How many of these jobs may run at once: as many as this process may open files for. That it is
    /// fewer is said.
    pub fn jobs(&self, wished: u16) -> u16 {
        let room = files::room_for(wished.into(), FILES_A_JOB);
        let jobs = u16::try_from(room).unwrap_or(wished);
        if let Some(limit) = files::limit().filter(|_| jobs < wished) {
            self.note(&format!(
                "this process may open only {limit} files: {jobs} of --jobs {wished} run at once \
                 (ulimit -n)"
            ));
        }
        jobs
    }
}
