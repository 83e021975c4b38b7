//! Files that grow by whole records: captures and journals. A record is there completely or not at
//! all, whatever happens to the process or the disk.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::error::{Error, Result, cannot_write};
use crate::failure::Failure;

/// A file that records are appended to. New ones can be read by their owner only.
#[derive(Debug)]
pub struct Log {
    file: File,
    name: String,
    /// Whether it can be shortened: not so with a pipe or device.
    is_regular: bool,
}

impl Log {
    /// Opens a log, or begins it. When its last record was torn, because a writer was killed, the
    /// next one begins on a line of its own.
    ///
    /// # Errors
    /// `write` when it cannot be opened.
    pub fn open(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let mut options = File::options();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let failed = |error| cannot_write(&name, &error);
        let file = options.open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        let mut log = Self { file, is_regular: metadata.is_file(), name: name.clone() };
        if log.is_regular && metadata.len() > 0 && !ends_with_newline(path) {
            log.append(b"\n")?;
        }
        Ok(log)
    }

    /// Appends one record with a single write. When it does not fit, what was written of it is
    /// taken back, and the error says so.
    ///
    /// # Errors
    /// `disk-full` or `write`.
    pub fn append(&mut self, record: &[u8]) -> Result<()> {
        let written = loop {
            match self.file.write(record) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        let error = match written {
            Ok(length) if length == record.len() => return Ok(()),
            Ok(length) => {
                self.take_back(length);
                Error::new(
                    Failure::DiskFull,
                    format!("cannot write {}: the disk is full", self.name),
                )
            }
            Err(error) => cannot_write(&self.name, &error),
        };
        Err(error.help("make room and let the sender send again; this record was not kept"))
    }

    /// Makes sure that all records are on the disk.
    ///
    /// # Errors
    /// `write`.
    pub fn sync(&mut self) -> Result<()> {
        self.file.sync_data().map_err(|error| cannot_write(&self.name, &error))
    }

    fn take_back(&mut self, length: usize) {
        if self.is_regular
            && let Ok(end) = self.file.metadata().map(|metadata| metadata.len())
        {
            // If even this fails, readers find a torn last line and say so.
            let _ = self.file.set_len(end.saturating_sub(length as u64));
        }
    }
}

fn ends_with_newline(path: &Path) -> bool {
    let last = || -> std::io::Result<u8> {
        let mut file = File::open(path)?;
        let mut byte = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut byte)?;
        Ok(byte[0])
    };
    // What cannot be read back cannot be mended either.
    last().map_or(true, |byte| byte == b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_appended_after_whole_and_torn_ones() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        Log::open(&path).unwrap().append(b"one\n").unwrap();
        Log::open(&path).unwrap().append(b"tor").unwrap();
        let mut log = Log::open(&path).unwrap();
        log.append(b"two\n").unwrap();
        log.sync().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"one\ntor\ntwo\n");
    }

    #[cfg(unix)]
    #[test]
    fn new_logs_are_private() {
        use std::os::unix::fs::MetadataExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        Log::open(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_said() {
        let error = Log::open(Path::new("/dev/full")).unwrap().append(b"x\n").unwrap_err();
        assert_eq!(error.code, Failure::DiskFull);
    }
}
