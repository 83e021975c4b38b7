//! Files that are written: whole or not at all, and never over another one by accident.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::disk::File;
use super::system;
use crate::digest::hex;
use crate::error::{Error, Result, cannot_write};
use crate::failure::Failure;

/// A new file with these bytes, on the disk when this returns; an existing one is never overwritten. A
/// `private` one can be read by its owner only.
pub fn write_new(path: &Path, bytes: &[u8], private: bool) -> Result<()> {
    let name = path.display().to_string();
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    system::permit(&mut options, if private { 0o600 } else { 0o644 });
    let file = File::open(&options, path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Error::new(Failure::Exists, format!("{name}: already exists")).help(
                "existing files are not overwritten: choose another folder, or remove it first",
            )
        }
        _ => cannot_write(&name, &error),
    })?;
    let written = (&file).write_all(bytes).and_then(|()| file.sync_all());
    let written = written.and_then(|()| file.sync_name(path));
    if written.is_err() {
        // Half a key is worse than none: it would be in the way of the whole one.
        let _ = fs::remove_file(path);
    }
    written.map_err(|error| cannot_write(&name, &error))
}

/// A file with these bytes; an earlier one of that name is replaced at once.
pub fn replace(path: &Path, bytes: &[u8], access: Access) -> Result<()> {
    let write = || {
        let mut file = AtomicFile::create(path, access)?;
        file.write_all(bytes)?;
        file.commit()
    };
    write().map_err(|error| cannot_write(&path.display().to_string(), &error))
}

/// Where a file is, or will be, the same whatever way leads to it; `None` for standard streams, devices, pipes and
/// what is nowhere.
pub fn place(path: &Path) -> Option<PathBuf> {
    if super::is_stdin(path) || fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return None;
    }
    fs::canonicalize(path).ok().or_else(|| {
        let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).ok()?;
        Some(folder.join(path.file_name()?))
    })
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
    let shown = std::env::temp_dir().display().to_string();
    let unguessed = unguessable(name).map_err(|error| cannot_write(&shown, &error))?;
    let path = std::env::temp_dir().join(unguessed);
    let mut builder = fs::DirBuilder::new();
    system::keep_private(&mut builder);
    let shown = path.display().to_string();
    builder.create(&path).map_err(|error| cannot_write(&shown, &error))?;
    Ok(path)
}

/// A name that nobody has laid a link under, and that no other process takes.
fn unguessable(name: &str) -> io::Result<String> {
    let mut random = [0; 8];
    aws_lc_rs::rand::fill(&mut random)
        .map_err(|_| io::Error::other("the system provides no random numbers"))?;
    Ok(format!("{name}-{}", hex(&random)))
}

/// Who may read a file that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Whoever could read the earlier file of that name; of a new one, whoever the system lets.
    Kept,
    /// Its owner only: there may be credentials in it.
    Private,
}

/// What stands beside the files that are being written: a signal ends the process where nothing is
/// dropped.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes what has been written of files that are not complete. For the end of the process only.
pub fn remove_unfinished() {
    for beside in unfinished().drain(..) {
        let _ = fs::remove_file(beside);
    }
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
    ///
    /// # Errors
    /// Those of the system, also where it gives no random numbers.
    pub fn create(path: &Path, access: Access) -> io::Result<Self> {
        let earlier = fs::metadata(path).ok();
        if earlier.as_ref().is_some_and(|metadata| !metadata.is_file()) {
            let file = File::open(fs::OpenOptions::new().write(true), path)?;
            return Ok(Self { file, rename: None });
        }
        if path.file_name().is_none() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let beside = path.with_file_name(unguessable(".hookprint")?);
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        if earlier.is_some() || access == Access::Private {
            system::permit(&mut options, 0o600);
        }
        let mut unfinished = unfinished();
        let file = File::open(&options, &beside)?;
        unfinished.push(beside.clone());
        drop(unfinished);
        let made = Self { file, rename: Some((beside, path.to_owned())) };
        if let Some(earlier) = earlier.filter(|_| access == Access::Kept) {
            system::permit_as(made.file.inner(), &earlier)?;
        }
        Ok(made)
    }

    /// Everything has been written: gives it its name. Both are on the disk when this returns.
    ///
    /// # Errors
    /// Those of the system; the earlier file is then still there, or the new one, and whole.
    pub fn commit(&mut self) -> io::Result<()> {
        let Some((from, to)) = &self.rename else { return Ok(()) };
        self.file.sync_all()?;
        self.file.rename(from, to)?;
        unfinished().retain(|other| other != from);
        let named = self.file.sync_name(to);
        self.rename = None;
        named
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (&self.file).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if let Some((beside, _)) = &self.rename {
            let _ = fs::remove_file(beside);
            unfinished().retain(|other| other != beside);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::disk::trouble::{Trouble, at_every_operation};

    #[test]
    fn an_unfinished_file_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report");
        drop(AtomicFile::create(&path, Access::Kept).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        let mut file = AtomicFile::create(&path, Access::Kept).unwrap();
        file.write_all(b"x").unwrap();
        assert!(!path.exists());
        file.commit().unwrap();
        drop(file);
        assert_eq!(fs::read(&path).unwrap(), b"x");
    }

    #[test]
    fn two_at_once_do_not_meet_and_a_name_that_is_taken_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report");
        let mut both = [(); 2].map(|()| AtomicFile::create(&path, Access::Kept).unwrap());
        for (file, text) in both.iter_mut().zip([b"1", b"2"]) {
            file.write_all(text).unwrap();
        }
        let [first, second] = &mut both;
        second.commit().unwrap();
        first.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"1");
        let mut late = AtomicFile::create(&path, Access::Kept).unwrap();
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        late.commit().unwrap_err();
        drop((both, late));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn who_could_read_a_file_can_read_its_successor() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report");
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o7777;
        replace(&path, b"x", Access::Private).unwrap();
        assert_eq!(mode(), 0o600);
        for (before, access, after) in [
            (0o600, Access::Kept, 0o600),
            (0o4664, Access::Kept, 0o664),
            (0o444, Access::Kept, 0o444),
            (0o644, Access::Private, 0o600),
        ] {
            fs::set_permissions(&path, PermissionsExt::from_mode(before)).unwrap();
            replace(&path, b"y", access).unwrap();
            assert_eq!(mode(), after, "{before:o}");
        }
    }

    #[test]
    fn a_file_has_one_place_before_it_is_there_and_after() {
        let folder = tempfile::tempdir().unwrap();
        let (path, roundabout) = (folder.path().join("a"), folder.path().join("./b/../a"));
        fs::create_dir(folder.path().join("b")).unwrap();
        let before = place(&path);
        assert!(before.is_some());
        assert_eq!(place(&roundabout), before);
        fs::write(&path, b"x").unwrap();
        assert_eq!((place(&path), place(&roundabout)), (before.clone(), before));
        for none in [Path::new("-"), folder.path(), &folder.path().join("none/a")] {
            assert_eq!(place(none), None, "{}", none.display());
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(&path, folder.path().join("link")).unwrap();
            assert_eq!(place(&folder.path().join("link")), place(&path));
            assert_eq!(place(Path::new("/dev/null")), None);
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

    /// Whatever fails, and wherever the power is cut.
    #[test]
    fn a_report_is_the_earlier_one_or_the_new_one_and_the_new_one_once_that_was_said() {
        let (earlier, new) = ([b'1'; 3000], [b'2'; 5000]);
        let write = |folder: &Path| {
            let path = folder.join("report");
            fs::write(&path, earlier).unwrap();
            (replace(&path, &new, Access::Kept), path)
        };
        at_every_operation(write, |folder, (written, path), trouble| {
            let found = fs::read(path).unwrap();
            assert!(found == new || written.is_err() && found == earlier, "{trouble:?}");
            let is_alive = matches!(trouble, Trouble::Error | Trouble::Full);
            assert!(!is_alive || fs::read_dir(folder).unwrap().count() == 1, "{trouble:?}");
        });
    }

    #[test]
    fn a_new_file_is_whole_once_that_was_said_and_no_part_of_it_is_in_the_way_of_another() {
        let key = [b'k'; 1700];
        let write = |folder: &Path| write_new(&folder.join("key"), &key, true);
        at_every_operation(write, |folder, written, trouble| {
            let found = fs::read(folder.join("key"));
            match (written, trouble) {
                (Ok(()), _) => assert_eq!(found.unwrap(), key, "{trouble:?}"),
                (Err(_), Trouble::Error | Trouble::Full) => {
                    found.unwrap_err();
                    write_new(&folder.join("key"), &key, true).unwrap();
                }
                (Err(_), _) => {}
            }
        });
    }
}
