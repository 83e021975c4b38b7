//! Files that grow by whole records: captures. A record is there completely or not at
//! all, whatever happens to the process or the disk, and whoever else appends to the same file.

use std::fs::{self, TryLockError};
use std::io::{BufWriter, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::disk::File;
use super::system::{self, Identity};
use crate::error::{Error, Result, cannot_write};
use crate::failure::Failure;

/// How much of a large record is written at once, in bytes.
const PIECE: usize = 256 << 10;
/// What to do when a record could not be written.
const NOT_KEPT: &str = "free some space and have the sender send again; this record was not kept";
/// How long another process is waited for that appends to the same file.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it is asked whether it is done.
const PAUSE: Duration = Duration::from_millis(1);

/// A file that records are appended to. New ones can be read by their owner only.
#[derive(Debug)]
pub struct Log {
    path: PathBuf,
    name: String,
    file: Arc<File>,
    /// Which file that is; `None` for a pipe or a device, which nobody rotates, shares or shortens.
    identity: Option<Identity>,
    /// What is brought to the disk, where that is wanted.
    synced: Option<Arc<Mutex<Synced>>>,
}

/// What a sync brings to the disk.
#[derive(Debug)]
struct Synced {
    file: Arc<File>,
    /// Why nothing is known of the records of an earlier file.
    failure: Option<Error>,
}

/// A file that no other process appends to as long as this is; they may share it otherwise.
struct Alone<'a>(&'a File);

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        let _ = self.0.inner().unlock();
    }
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
        let file = Arc::new(File::open(&options, path).map_err(failed)?);
        if is_new {
            file.sync_name(path).map_err(failed)?;
        }
        let metadata = file.inner().metadata().map_err(failed)?;
        let identity = metadata.is_file().then(|| system::identity_behind(path, &metadata));
        let mut log = Self { path: path.to_owned(), name, file, identity, synced: None };
        log.mend()?;
        Ok(log)
    }

    /// Begins a line of its own, if the last one was torn.
    fn mend(&mut self) -> Result<()> {
        let file = Arc::clone(&self.file);
        let _alone = self.alone(&file)?;
        let length = file.inner().metadata().map_or(0, |metadata| metadata.len());
        match self.identity.is_some() && length > 0 && !ends_with_newline(&self.path) {
            true => self.write(b"\n"),
            false => Ok(()),
        }
    }

    /// Appends one record, or several, with a single write. When it does not fit, what was written of it is
    /// taken back, and the error says so.
    ///
    /// # Errors
    /// `disk-full` or `write`.
    pub fn append(&mut self, record: &[u8]) -> Result<()> {
        self.follow()?;
        let file = Arc::clone(&self.file);
        let _alone = self.alone(&file)?;
        self.write(record)
    }

    fn write(&mut self, record: &[u8]) -> Result<()> {
        let written = loop {
            match (&*self.file).write(record) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
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
        self.follow()?;
        let file = Arc::clone(&self.file);
        let _alone = self.alone(&file)?;
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

    /// Whether nobody else appends at this moment, so that a record is appended without a wait.
    pub fn is_free(&self) -> bool {
        match (&self.identity, self.file.inner().try_lock()) {
            (Some(_), Err(TryLockError::WouldBlock)) => false,
            _ => {
                let _ = self.file.inner().unlock();
                true
            }
        }
    }

    /// Brings all records to the disk that were appended before it is called. It needs no lock on the log:
    /// another thread may append while this waits.
    ///
    /// # Errors
    /// When called, `write` or `disk-full`: nothing is known of the records then, also if a later one succeeds.
    pub fn syncer(&mut self) -> impl Fn() -> Result<()> + Send + Sync + use<> {
        let file = Arc::clone(&self.file);
        let begin = || Arc::new(Mutex::new(Synced { file, failure: None }));
        let synced = Arc::clone(self.synced.get_or_insert_with(begin));
        let name = self.name.clone();
        move || synced.lock().unwrap_or_else(PoisonError::into_inner).sync(&name)
    }

    /// Goes where the name leads: a program that rotates files may have moved this one away, or somebody
    /// has removed it. Its records are on the disk first, where that is wanted.
    fn follow(&mut self) -> Result<()> {
        let Some(identity) = &self.identity else { return Ok(()) };
        match fs::metadata(&self.path) {
            Ok(there) if system::identity_behind(&self.path, &there) == *identity => return Ok(()),
            Ok(there) if !there.is_file() => {
                let message = format!("cannot write {}: it is not a file any more", self.name);
                return Err(Error::new(Failure::Write, message)
                    .help("move away what has its name, and have the sender send again"));
            }
            // What cannot be looked at has not gone.
            Err(error) if error.kind() != ErrorKind::NotFound => return Ok(()),
            _ => {}
        }
        let next = Self::open(&self.path)?;
        if let Some(synced) = &self.synced {
            let mut synced = synced.lock().unwrap_or_else(PoisonError::into_inner);
            let failure = synced.sync(&self.name).err();
            *synced = Synced { file: Arc::clone(&next.file), failure };
        }
        *self = Self { synced: self.synced.take(), ..next };
        Ok(())
    }

    /// Waits until no other process appends. A file system without locks is no reason not to work.
    fn alone<'a>(&self, file: &'a File) -> Result<Alone<'a>> {
        let end = Instant::now() + PATIENCE;
        while let (true, Err(TryLockError::WouldBlock)) =
            (self.identity.is_some(), file.inner().try_lock())
        {
            if Instant::now() > end {
                let message = format!("cannot write {}: another process holds it", self.name);
                return Err(Error::new(Failure::Write, message)
                    .help("see which one with `lsof`, and give each a file of its own"));
            }
            std::thread::sleep(PAUSE);
        }
        Ok(Alone(file))
    }

    fn take_back(&mut self, length: usize) {
        if self.identity.is_some()
            && let Ok(end) = self.file.inner().metadata().map(|metadata| metadata.len())
        {
            // If even this fails, readers find a torn last line and say so.
            let _ = self.file.set_len(end.saturating_sub(length as u64));
        }
    }
}

impl Synced {
    fn sync(&self, name: &str) -> Result<()> {
        match &self.failure {
            Some(failure) => Err(failure.clone()),
            None => self.file.sync_data().map_err(|error| cannot_write(name, &error)),
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
#[path = "log_tests.rs"]
mod tests;
