//! Files that are written: whole or not at all, and never over another one by accident.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::digest::hex;
use crate::error::{Error, Result, cannot_write};
use crate::failure::Failure;

/// A new file with these bytes; an existing one is never overwritten. A `private` one can be read by
/// its owner only.
pub fn write_new(path: &Path, bytes: &[u8], private: bool) -> Result<()> {
    let name = path.display().to_string();
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if private { 0o600 } else { 0o644 });
    let mut file = options.open(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Error::new(Failure::Exists, format!("{name}: already there"))
                .help("nothing is overwritten: choose another folder, or remove it first")
        }
        _ => cannot_write(&name, &error),
    })?;
    file.write_all(bytes).map_err(|error| cannot_write(&name, &error))
}

/// A file with these bytes; an earlier one of that name is replaced at once.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let write = || {
        let mut file = AtomicFile::create(path)?;
        file.write_all(bytes)?;
        file.commit()
    };
    write().map_err(|error| cannot_write(&path.display().to_string(), &error))
}

/// The same, for what only its owner may read.
pub fn replace_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let write = || {
        let mut file = AtomicFile::create(path)?;
        #[cfg(unix)]
        if file.rename.is_some() {
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
            file.file.set_permissions(mode)?;
        }
        file.write_all(bytes)?;
        file.commit()
    };
    write().map_err(|error| cannot_write(&path.display().to_string(), &error))
}

/// Makes a folder, with those above it.
pub fn create_folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(|error| cannot_write(&path.display().to_string(), &error))
}

/// Removes a folder of our own with everything in it, as far as that is possible.
pub fn remove_folder(path: &Path) {
    let _ = fs::remove_dir_all(path);
}

/// A new folder that only its owner can look into, under that of the system for what does not last.
pub fn temporary_folder(name: &str) -> Result<PathBuf> {
    let mut random = [0; 8];
    aws_lc_rs::rand::fill(&mut random)
        .map_err(|_| Error::new(Failure::Write, "the system gives no random numbers"))?;
    let path = std::env::temp_dir().join(format!("{name}-{}", hex(&random)));
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let shown = path.display().to_string();
    builder.create(&path).map_err(|error| cannot_write(&shown, &error))?;
    Ok(path)
}

/// A file that appears under its name only when it is complete: written beside it, then renamed.
/// Devices and pipes are written directly.
#[derive(Debug)]
pub struct AtomicFile {
    file: File,
    /// Where it is written, and the name it will get.
    rename: Option<(PathBuf, PathBuf)>,
}

impl AtomicFile {
    /// Begins to write `path`.
    pub fn create(path: &Path) -> io::Result<Self> {
        if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            return Ok(Self { file: File::options().write(true).open(path)?, rename: None });
        }
        let mut name = OsString::from(".");
        name.push(path.file_name().ok_or(io::ErrorKind::InvalidInput)?);
        name.push(format!(".{}", std::process::id()));
        let beside = path.with_file_name(name);
        let file = File::create(&beside)?;
        Ok(Self { file, rename: Some((beside, path.to_owned())) })
    }

    /// Everything has been written: gives it its name.
    pub fn commit(&mut self) -> io::Result<()> {
        self.file.flush()?;
        match self.rename.take() {
            Some((from, to)) => fs::rename(from, to),
            None => Ok(()),
        }
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if let Some((beside, _)) = &self.rename {
            let _ = fs::remove_file(beside);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unfinished_file_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report");
        drop(AtomicFile::create(&path).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        let mut file = AtomicFile::create(&path).unwrap();
        file.write_all(b"x").unwrap();
        assert!(!path.exists());
        file.commit().unwrap();
        drop(file);
        assert_eq!(fs::read(&path).unwrap(), b"x");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            replace_private(&path, b"y").unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"y");
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn nothing_is_overwritten_by_accident() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        write_new(&path, b"one", true).unwrap();
        assert_eq!(write_new(&path, b"two", true).unwrap_err().code, Failure::Exists);
        assert_eq!(fs::read(&path).unwrap(), b"one");
    }
}
