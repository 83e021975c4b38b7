//! A file of lines, locked against a second run. What is written survives a kill at once, and a power cut
//! once it is synced.
//!
//! The file grows ahead of its lines. The sync of a write over bytes which are there already spares the
//! file system its own journal: a tenth of the time of one that makes the file longer.
//!
//! ```text
//! line line line ·······················      · is FILLER, cut off when the file is closed
//!               └ length               └ room
//! ```

use std::fs::{self, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use super::disk::File;
use super::system;
use crate::error::{Error, Result, cannot_write};
use crate::failure::Failure;

/// What stands where no line has been written yet. More than one in a row is never part of a line.
pub const FILLER: u8 = b' ';
/// The file becomes longer by as much as it has, within these bounds, in bytes.
const GROWTH: std::ops::RangeInclusive<u64> = 16 << 10..=1 << 20;
/// Filler is written in pieces of this size, in bytes: Linux keeps a large one in memory as one, and looks
/// through all of it whenever a line is written there.
const PIECE: usize = 16 << 10;

/// An open file of lines.
#[derive(Debug)]
pub struct Durable {
    file: Arc<File>,
    name: String,
    /// Where the next line goes; the file's own position is the same.
    length: u64,
    /// The length of the file, with what is filled ahead.
    room: u64,
}

impl Durable {
    /// Opens the file, or makes it with mode 0600; locked until it is dropped.
    ///
    /// # Errors
    /// `unrecognised` when it is not a regular file, `journal-in-use`, `write`, `disk-full`.
    pub fn open(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(Error::new(Failure::Unrecognised, format!("{name}: not a regular file")));
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        system::permit(&mut options, 0o600);
        let is_new = !path.exists();
        let file = File::open(&options, path).map_err(|error| cannot_write(&name, &error))?;
        match file.inner().try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::new(
                    Failure::JournalInUse,
                    format!("{name}: another run is using it"),
                )
                .help("wait for it to end, or give another file"));
            }
            // A file system without locks is no reason not to work.
            Err(TryLockError::Error(_)) => {}
        }
        if is_new {
            file.sync_name(path).map_err(|error| cannot_write(&name, &error))?;
        }
        Ok(Self { file: Arc::new(file), name, length: 0, room: 0 })
    }

    /// The file's name, as the user gave it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Everything in it, from the start.
    pub fn contents(&self) -> impl Read {
        self.file.inner()
    }

    /// Cuts what comes after so many bytes, and goes on there.
    ///
    /// # Errors
    /// `write`, `disk-full`.
    pub fn cut(&mut self, length: u64) -> Result<()> {
        let cut = self.file.set_len(length);
        cut.and_then(|()| self.go_to(length)).map_err(|error| cannot_write(&self.name, &error))?;
        (self.length, self.room) = (length, length);
        Ok(())
    }

    /// Writes bytes behind the others.
    ///
    /// # Errors
    /// `write`, `disk-full`.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let end = self.length + bytes.len() as u64;
        let room = if end > self.room { self.fill(end) } else { Ok(()) };
        let written = room.and_then(|()| (&*self.file).write_all(bytes));
        match written {
            Ok(()) => self.length = end,
            // Part of it may have been written: it is not there, and the next one goes in its place.
            Err(_) => drop(self.go_to(self.length)),
        }
        written.map_err(|error| cannot_write(&self.name, &error))
    }

    /// Brings everything to the disk that was written before it is called, while more is written.
    ///
    /// # Errors
    /// When called, `write` or `disk-full`.
    pub fn syncer(&self) -> impl Fn() -> Result<()> + Send + Sync + use<> {
        self.file.clone().syncer(&self.name)
    }

    /// Makes room up to `end` and some way beyond.
    fn fill(&mut self, end: u64) -> io::Result<()> {
        let start = self.room.max(self.length);
        let room = (start + start.clamp(*GROWTH.start(), *GROWTH.end())).max(end);
        self.go_to(start)?;
        let filler = vec![FILLER; usize::try_from(room - start).unwrap_or(0)];
        // Where there is no room for filler there may be some for the lines.
        let mut pieces = filler.chunks(PIECE);
        if pieces.try_for_each(|piece| (&*self.file).write_all(piece)).is_ok() {
            self.room = room;
        }
        self.go_to(self.length)
    }

    fn go_to(&self, offset: u64) -> io::Result<()> {
        self.file.inner().seek(SeekFrom::Start(offset)).map(drop)
    }
}

impl Drop for Durable {
    fn drop(&mut self) {
        // Only filler of ours is cut. If it stays, that is no harm: whoever reads passes over it.
        if self.room > self.length {
            let _ = self.file.set_len(self.length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_and_filler_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines");
        let mut lines = Durable::open(&path).unwrap();
        assert_eq!(Durable::open(&path).unwrap_err().code, Failure::JournalInUse);
        lines.write(b"a\nb").unwrap();
        lines.cut(2).unwrap();
        lines.write(b"c\n").unwrap();
        let text = fs::read(&path).unwrap();
        assert!(text.starts_with(b"a\nc\n "), "it grows ahead of its lines");
        assert!(text[4..].iter().all(|byte| *byte == FILLER));
        drop(lines);
        assert_eq!(fs::read(&path).unwrap(), b"a\nc\n");
        assert_eq!(Durable::open(folder.path()).unwrap_err().code, Failure::Unrecognised);
    }

    #[test]
    fn what_was_written_stays_and_a_full_disk_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines");
        let mut lines = Durable::open(&path).unwrap();
        let mut expected = Vec::new();
        for number in 0..400_usize {
            let line = format!("{}\n", "x".repeat(number % 257));
            // As on a disk that has no room for filler.
            if number % 3 == 0 {
                lines.room = 0;
            }
            lines.write(line.as_bytes()).unwrap();
            expected.extend_from_slice(line.as_bytes());
        }
        drop(lines);
        assert!(fs::read(&path).unwrap() == expected);
        let Ok(file) = File::open(OpenOptions::new().write(true), Path::new("/dev/full")) else {
            return eprintln!("skipped: no /dev/full");
        };
        let mut full = Durable { file: Arc::new(file), name: "full".into(), length: 0, room: 0 };
        assert_eq!(full.write(b"a\n").unwrap_err().code, Failure::DiskFull);
    }
}
