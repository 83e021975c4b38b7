//! A report that grows: what is written of it stays, whatever ends the run, and a later one goes on
//! behind it. Until it is complete, a note beside it, `FILE.resume`, says what it belongs to.

use std::fs::{self, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::disk::File;
use super::system;
use super::write::{Access, replace};
use crate::error::{Error, Result, cannot_write};
use crate::failure::Failure;

/// The longest note, and end mark, in bytes.
const LONGEST: u64 = 4096;

/// A file that rows are appended to, one run at a time.
#[derive(Debug)]
pub struct Growing {
    file: File,
    path: PathBuf,
    access: Access,
}

impl Growing {
    /// Opens it, or begins it; locked until it is dropped.
    ///
    /// # Errors
    /// `unrecognised` when it is not a regular file, `journal-in-use`, `write`, `disk-full`.
    pub fn open(path: &Path, access: Access) -> Result<Self> {
        let name = path.display();
        if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            let message = format!("{name}: not a regular file");
            return Err(
                Error::new(Failure::Unrecognised, message).help("only a file can be resumed")
            );
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        if access == Access::Private {
            system::permit(&mut options, 0o600);
        }
        let file = File::open(&options, path);
        let file = file.map_err(|error| cannot_write(&name.to_string(), &error))?;
        match file.inner().try_lock() {
            Err(TryLockError::WouldBlock) => {
                let message = format!("{name}: another run is writing it");
                Err(Error::new(Failure::JournalInUse, message)
                    .help("wait for it to end, or give another file"))
            }
            // A file system without locks is no reason not to work.
            Ok(()) | Err(TryLockError::Error(_)) => {
                Ok(Self { file, path: path.to_owned(), access })
            }
        }
    }

    /// Everything in it, from the start.
    ///
    /// # Errors
    /// Those of the system.
    pub fn contents(&self) -> io::Result<impl Read> {
        let mut file = self.file.inner();
        file.rewind()?;
        Ok(file)
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.file.inner().metadata().is_ok_and(|metadata| metadata.len() == 0)
    }

    /// Its last bytes, enough of them for an end mark.
    ///
    /// # Errors
    /// Those of the system.
    pub fn tail(&self) -> io::Result<Vec<u8>> {
        let mut file = self.file.inner();
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(LONGEST)))?;
        let mut bytes = Vec::new();
        file.take(LONGEST).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// What the note says, if there is one.
    pub fn note(&self) -> Option<String> {
        let mut text = String::new();
        let note = fs::File::open(self.beside()).ok()?;
        note.take(LONGEST).read_to_string(&mut text).ok()?;
        Some(text)
    }

    /// Keeps so many of its bytes, and goes on behind them. The note is on the disk before.
    ///
    /// # Errors
    /// `write`, `disk-full`.
    pub fn go_on(&mut self, length: u64, note: &str) -> Result<()> {
        replace(&self.beside(), note.as_bytes(), self.access)?;
        let cut = self.file.set_len(length);
        let mut file = self.file.inner();
        cut.and_then(|()| file.seek(SeekFrom::Start(length)).map(drop))
            .map_err(|error| cannot_write(&self.path.display().to_string(), &error))
    }

    /// Brings it to the disk; the note of one that is complete goes.
    ///
    /// # Errors
    /// Those of the system.
    pub fn commit(&mut self, is_complete: bool) -> io::Result<()> {
        self.file.sync_all()?;
        self.file.sync_name(&self.path)?;
        if is_complete {
            self.forget();
        }
        Ok(())
    }

    /// Removes the note. One that stays is no harm: the end of the file says that it is complete.
    pub fn forget(&self) {
        let _ = fs::remove_file(self.beside());
    }

    fn beside(&self) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(".resume");
        name.into()
    }
}

impl Write for Growing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (&self.file).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_stays_and_is_gone_on_with() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows");
        let mut rows = Growing::open(&path, Access::Kept).unwrap();
        assert_eq!(rows.note(), None);
        rows.go_on(0, "whose").unwrap();
        rows.write_all(b"one\ntor").unwrap();
        assert_eq!(Growing::open(&path, Access::Kept).unwrap_err().code, Failure::JournalInUse);
        drop(rows);
        let mut rows = Growing::open(&path, Access::Kept).unwrap();
        assert_eq!(rows.note().as_deref(), Some("whose"));
        let mut text = String::new();
        rows.contents().unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "one\ntor");
        rows.go_on(4, "whose").unwrap();
        rows.write_all(b"two\n").unwrap();
        rows.commit(false).unwrap();
        assert!(rows.note().is_some());
        rows.commit(true).unwrap();
        assert_eq!(rows.note(), None);
        assert_eq!(fs::read(&path).unwrap(), b"one\ntwo\n");
        let refused = Growing::open(folder.path(), Access::Kept).unwrap_err();
        assert_eq!(refused.code, Failure::Unrecognised);
    }
}
