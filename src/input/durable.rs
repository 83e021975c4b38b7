//! A file of lines that survive a power cut: locked against a second run, each append on disk when
//! it returns.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::error::{Error, Result, cannot_write};

/// An open file of lines.
#[derive(Debug)]
pub struct Durable {
    file: File,
    name: String,
}

impl Durable {
    /// Opens the file, or makes it with mode 0600; locked until it is dropped.
    ///
    /// # Errors
    /// `unrecognised` when it is no regular file, `journal-in-use`, `write`, `disk-full`.
    pub fn open(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(Error::input("unrecognised", format!("{name}: is no regular file")));
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let is_new = !path.exists();
        let file = options.open(path).map_err(|error| cannot_write(&name, &error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::input("journal-in-use", format!("{name}: another run uses it"))
                    .help("wait for it to end, or give another file"));
            }
            // A file system without locks is no reason not to work.
            Err(TryLockError::Error(_)) => {}
        }
        if is_new {
            sync_folder(path);
        }
        Ok(Self { file, name })
    }

    /// The file's name, as the user gave it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Everything in it, from the start.
    pub fn contents(&self) -> impl Read {
        &self.file
    }

    /// Cuts what comes after so many bytes, and goes on there.
    ///
    /// # Errors
    /// `write`, `disk-full`.
    pub fn cut(&mut self, length: u64) -> Result<()> {
        let cut = self.file.set_len(length);
        cut.and_then(|()| self.file.seek(SeekFrom::Start(length)).map(drop))
            .map_err(|error| cannot_write(&self.name, &error))
    }

    /// Appends bytes; they are on disk when this returns.
    ///
    /// # Errors
    /// `write`, `disk-full`.
    pub fn append(&mut self, bytes: &[u8]) -> Result<()> {
        let written: io::Result<()> =
            self.file.write_all(bytes).and_then(|()| self.file.sync_data());
        written.map_err(|error| cannot_write(&self.name, &error))
    }
}

/// Makes a new file's name durable. Not every system can; the data are safe either way.
fn sync_folder(path: &Path) {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_and_a_full_disk_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines");
        let mut lines = Durable::open(&path).unwrap();
        assert_eq!(Durable::open(&path).unwrap_err().code, "journal-in-use");
        lines.append(b"a\nb").unwrap();
        lines.cut(2).unwrap();
        lines.append(b"c\n").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"a\nc\n");
        assert_eq!(Durable::open(folder.path()).unwrap_err().code, "unrecognised");
        let Ok(file) = OpenOptions::new().write(true).open("/dev/full") else {
            return eprintln!("skipped: no /dev/full");
        };
        let mut full = Durable { file, name: "full".into() };
        assert_eq!(full.append(b"a\n").unwrap_err().code, "disk-full");
    }
}
