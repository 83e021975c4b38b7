//! A small file that one run keeps for the next: one run at a time, and replaced as a whole.
//!
//! The file itself cannot be what is locked, because it is replaced. `FILE.lock` beside it is, and stays: a
//! lock without its file says that the file was lost.

use std::fs::{self, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::write::{Access, create_folder, replace};
use super::{FILE_LIMIT, cannot_read, drain, system, variable_os};
use crate::digest::{hex, sha256};
use crate::error::{Error, Result};
use crate::failure::Failure;

/// What the lock of a file says once something was kept in it.
const MARK: &[u8] = b"kept\n";

/// A file that is kept, locked until it is dropped.
#[derive(Debug)]
pub struct Kept {
    path: PathBuf,
    /// Held as long as this is; `None` where nothing can be written. Whoever has kept something writes [`MARK`]
    /// into it.
    lock: Option<fs::File>,
}

impl Kept {
    /// Locks the file, whether it is there or not. Where no lock can be made, because nothing can be
    /// written there, it can still be read.
    ///
    /// # Errors
    /// `state-in-use`, and `unrecognised` when it is not a regular file.
    pub fn open(path: &Path) -> Result<Self> {
        let name = path.display();
        if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            let message = format!("{name}: not a regular file");
            return Err(Error::new(Failure::Unrecognised, message).help("give another file"));
        }
        let mut beside = path.to_owned().into_os_string();
        beside.push(".lock");
        let beside = PathBuf::from(beside);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        system::permit(&mut options, 0o600);
        let lock = options.open(&beside).or_else(|_| fs::File::open(&beside)).ok();
        match lock.as_ref().map(fs::File::try_lock) {
            Some(Err(TryLockError::WouldBlock)) => {
                let message = format!("{name}: another run is keeping its state there");
                Err(Error::new(Failure::StateInUse, message)
                    .help("wait for it to end, or give each policy its own state file"))
            }
            // A file system without locks is no reason not to work.
            _ => Ok(Self { path: path.to_owned(), lock }),
        }
    }

    /// What an earlier run kept; `None` where none has.
    ///
    /// # Errors
    /// Those of reading, and `not-found` where an earlier run has kept something that is gone.
    pub fn read(&self) -> Result<Option<Vec<u8>>> {
        let file = match fs::File::open(&self.path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !self.is_known() => {
                return Ok(None);
            }
            opened => opened.map_err(|error| cannot_read(&self.path, &error))?,
        };
        let size = file.metadata().map_or(0, |metadata| metadata.len());
        drain(file, size.min(FILE_LIMIT), &self.path, FILE_LIMIT).map(Some)
    }

    /// Keeps these bytes in the place of those before; they are on the disk when this returns. Whatever
    /// ends the run, the file has the ones or the others.
    ///
    /// # Errors
    /// `write`, `disk-full`.
    pub fn write(&self, bytes: &[u8]) -> Result<()> {
        replace(&self.path, bytes, Access::Private)?;
        if let Some(mut lock) = self.lock.as_ref().filter(|_| !self.is_known()) {
            // Without it, a file that is gone later looks like one that was never there.
            let _ = lock.write_all(MARK);
        }
        Ok(())
    }

    /// Whether an earlier run has kept something. One that was ended before has only locked the file.
    fn is_known(&self) -> bool {
        let metadata = self.lock.as_ref().map(fs::File::metadata);
        metadata.is_some_and(|metadata| metadata.is_ok_and(|metadata| metadata.len() > 0))
    }
}

/// The file in which this user keeps the state of these files, the same whatever way leads to them
/// (XDG Base Directory Specification): `$XDG_STATE_HOME/hookprint/HASH.json`, whose folder is made.
///
/// # Errors
/// `usage` where the environment names no home, else those of making the folder.
pub fn state_file(of: &[PathBuf]) -> Result<PathBuf> {
    let folder = |name| variable_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || folder("HOME").map(|home| home.join(".local").join("state"));
    let state = folder("XDG_STATE_HOME").or_else(home).or_else(|| folder("LOCALAPPDATA"));
    let state = state.ok_or_else(|| {
        Error::usage("neither XDG_STATE_HOME nor HOME names a folder")
            .help("name the file with --state FILE")
    })?;
    let folder = state.join("hookprint");
    create_folder(&folder)?;
    let whole = |path: &PathBuf| fs::canonicalize(path).unwrap_or_else(|_| path.clone());
    let names: Vec<_> = of.iter().map(|path| whole(path).into_os_string()).collect();
    let hash = sha256(names.join(std::ffi::OsStr::new("\n")).as_encoded_bytes());
    Ok(folder.join(format!("{}.json", hex(&hash[..16]))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::disk::trouble::{Trouble, at_every_operation};

    #[test]
    fn one_run_at_a_time_and_nothing_is_kept_at_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let kept = Kept::open(&path).unwrap();
        assert_eq!(Kept::open(&path).unwrap_err().code, Failure::StateInUse);
        assert_eq!(kept.read().unwrap(), None);
        // The first run was interrupted, or found no room: nothing was kept, and nothing is lost.
        drop(kept);
        let kept = Kept::open(&path).unwrap();
        assert_eq!(kept.read().unwrap(), None);
        kept.write(b"1").unwrap();
        assert_eq!(Kept::open(&path).unwrap_err().code, Failure::StateInUse, "it was replaced");
        drop(kept);
        let kept = Kept::open(&path).unwrap();
        assert_eq!(kept.read().unwrap(), Some(b"1".to_vec()));
        fs::remove_file(&path).unwrap();
        drop(kept);
        let lost = Kept::open(&path).unwrap().read().unwrap_err();
        assert_eq!(lost.code, Failure::NotFound);
        assert_eq!(Kept::open(folder.path()).unwrap_err().code, Failure::Unrecognised);
    }

    #[test]
    fn where_nothing_can_be_written_that_is_said_when_it_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::open(&folder.path().join("none/state.json")).unwrap();
        assert_eq!(kept.read().unwrap(), None);
        assert_eq!(kept.write(b"1").unwrap_err().code, Failure::Write);
    }

    /// Whatever fails, and wherever the power is cut.
    #[test]
    fn the_old_state_or_the_new_one_and_never_none() {
        let (old, new) = ([b'1'; 3000], [b'2'; 5000]);
        let write = |folder: &Path| {
            let path = folder.join("state.json");
            fs::write(&path, old).unwrap();
            Kept::open(&path).unwrap().write(&new)
        };
        at_every_operation(write, |folder, written, trouble| {
            let found = fs::read(folder.join("state.json")).unwrap();
            assert!(found == new || written.is_err() && found == old, "{trouble:?}");
            let is_alive = matches!(trouble, Trouble::Error | Trouble::Full);
            assert!(!is_alive || fs::read_dir(folder).unwrap().count() == 2, "{trouble:?}");
        });
    }
}
