//! Files that grow by whole records: captures. A record is there completely or not at
//! all, whatever happens to the process or the disk.

use std::fs;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use super::disk::File;
use super::system;
use crate::error::{Error, Result, cannot_write};
use crate::failure::Failure;

/// How much of a large record is written at once, in bytes.
const PIECE: usize = 256 << 10;
/// What to do when a record could not be written.
const NOT_KEPT: &str = "free some space and have the sender send again; this record was not kept";

/// A file that records are appended to. New ones can be read by their owner only.
#[derive(Debug)]
pub struct Log {
    file: Arc<File>,
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
        let mut options = fs::OpenOptions::new();
        options.append(true).create(true);
        system::permit(&mut options, 0o600);
        let failed = |error| cannot_write(&name, &error);
        let is_new = !path.exists();
        let file = File::open(&options, path).map_err(failed)?;
        if is_new {
            file.sync_name(path).map_err(failed)?;
        }
        let metadata = file.inner().metadata().map_err(failed)?;
        let mut log =
            Self { file: Arc::new(file), is_regular: metadata.is_file(), name: name.clone() };
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
            match (&*self.file).write(record) {
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
        Err(error.help(NOT_KEPT))
    }

    /// Appends one record that is written piece by piece, because it is large. When it does not fit, it
    /// is taken back as with [`Log::append`].
    ///
    /// # Errors
    /// `disk-full` or `write`.
    pub fn append_pieces(
        &mut self,
        write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
    ) -> Result<()> {
        let length = |file: &File| file.inner().metadata().map_or(0, |metadata| metadata.len());
        let start = length(&self.file);
        let mut out = BufWriter::with_capacity(PIECE, &*self.file);
        let written = write(&mut out).and_then(|()| out.flush());
        // What is left in it is part of a record that is taken back.
        drop(out.into_parts());
        written.map_err(|error| {
            let end = length(&self.file);
            self.take_back(usize::try_from(end.saturating_sub(start)).unwrap_or(0));
            cannot_write(&self.name, &error).help(NOT_KEPT)
        })
    }

    /// Brings all records to the disk that were appended before it is called. It needs no lock on the log:
    /// another thread may append while this waits.
    ///
    /// # Errors
    /// When called, `write` or `disk-full`: nothing is known of the records then, also if a later one succeeds.
    pub fn syncer(&self) -> impl Fn() -> Result<()> + Send + Sync + use<> {
        self.file.clone().syncer(&self.name)
    }

    fn take_back(&mut self, length: usize) {
        if self.is_regular
            && let Ok(end) = self.file.inner().metadata().map(|metadata| metadata.len())
        {
            // If even this fails, readers find a torn last line and say so.
            let _ = self.file.set_len(end.saturating_sub(length as u64));
        }
    }
}

fn ends_with_newline(path: &Path) -> bool {
    let last = || -> std::io::Result<u8> {
        let mut file = fs::File::open(path)?;
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
    use crate::input::disk::trouble::{Trouble, at_every_operation};

    #[test]
    fn records_are_appended_after_whole_and_torn_ones() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        Log::open(&path).unwrap().append(b"one\n").unwrap();
        Log::open(&path).unwrap().append(b"tor").unwrap();
        let mut log = Log::open(&path).unwrap();
        log.append(b"two\n").unwrap();
        log.syncer()().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"one\ntor\ntwo\n");
    }

    #[test]
    fn large_records_are_there_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut log = Log::open(&path).unwrap();
        let large = vec![b'x'; 3 * PIECE];
        log.append_pieces(|out| large.chunks(1000).try_for_each(|it| out.write_all(it))).unwrap();
        log.append(b"\n").unwrap();
        let broken = log.append_pieces(|out| {
            out.write_all(&large)?;
            out.write_all(b"tail")?;
            Err(std::io::ErrorKind::StorageFull.into())
        });
        assert_eq!(broken.unwrap_err().code, Failure::DiskFull);
        log.append(b"two\n").unwrap();
        assert!(std::fs::read(&path).unwrap() == [&large[..], b"\ntwo\n"].concat());
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

    /// Whatever fails, and wherever the power is cut: what was appended and synced is there, and a later
    /// run appends behind it.
    #[test]
    fn a_record_that_was_kept_stays() {
        let record = |number: usize| format!("{number} {}\n", "x".repeat(number * 97 % 700));
        let write = |folder: &Path| {
            let (mut appended, mut synced) = (Vec::new(), Vec::new());
            // Two runs.
            for numbers in [0..4, 4..8] {
                let Ok(mut log) = Log::open(&folder.join("log")) else { continue };
                for number in numbers {
                    if log.append(record(number).as_bytes()).is_ok() {
                        appended.push(number);
                    }
                    if log.syncer()().is_ok() {
                        synced.clone_from(&appended);
                    }
                }
            }
            (appended, synced)
        };
        at_every_operation(write, |folder, (appended, synced), trouble| {
            let path = folder.join("log");
            if let Ok(mut log) = Log::open(&path) {
                log.append(b"later\n").unwrap();
            }
            let found = std::fs::read(path).unwrap();
            let lines: Vec<_> = found.split_inclusive(|byte| *byte == b'\n').collect();
            let is_there = |number| lines.contains(&record(number).as_bytes());
            let kept = if matches!(trouble, Trouble::PowerCut(_)) { &synced } else { &appended };
            assert!(kept.iter().all(|number| is_there(*number)), "{trouble:?} {kept:?}");
            assert!(lines.contains(&&b"later\n"[..]), "{trouble:?}");
            // What its sender was told is not kept, is not kept.
            if matches!(trouble, Trouble::Error | Trouble::Full) {
                assert!((0..8).all(|number| is_there(number) == kept.contains(&number)));
            }
        });
    }
}
