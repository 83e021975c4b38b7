//! The way to the disk for what must not be lost: journals, captures, reports. It is `std::fs`, and the
//! one place where unit tests let an operation fail, or cut the power (`trouble`).

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use crate::error::{Result, cannot_write};

#[cfg(test)]
#[path = "disk_trouble_tests.rs"]
pub(crate) mod trouble;

/// An open file. What it does to the disk goes through its methods; everything else is [`File::inner`]'s.
#[derive(Debug)]
pub struct File {
    file: fs::File,
    #[cfg(test)]
    watched: trouble::Watched,
}

impl File {
    /// Opens or makes a file.
    ///
    /// # Errors
    /// Those of the system, as everywhere here.
    pub fn open(options: &OpenOptions, path: &Path) -> io::Result<Self> {
        #[cfg(test)]
        let watched = trouble::Watched::open(path)?;
        Ok(Self {
            file: options.open(path)?,
            #[cfg(test)]
            watched,
        })
    }

    /// For reading, seeking, locking and asking.
    pub fn inner(&self) -> &fs::File {
        &self.file
    }

    /// Makes it shorter, or longer.
    pub fn set_len(&self, length: u64) -> io::Result<()> {
        #[cfg(test)]
        self.watched.step()?;
        self.file.set_len(length)
    }

    /// Brings what was written to the disk. Other threads may go on writing meanwhile.
    pub fn sync_data(&self) -> io::Result<()> {
        #[cfg(test)]
        let contents = self.watched.step_to_sync()?;
        self.file.sync_data()?;
        #[cfg(test)]
        self.watched.synced(contents);
        Ok(())
    }

    /// The same for whoever knows the file as `name`, on any thread.
    pub fn syncer(self: Arc<Self>, name: &str) -> impl Fn() -> Result<()> + Send + Sync + use<> {
        let name = name.to_owned();
        move || self.sync_data().map_err(|error| cannot_write(&name, &error))
    }

    /// The same, with what the system keeps about the file.
    pub fn sync_all(&self) -> io::Result<()> {
        self.sync_data()?;
        self.file.sync_all()
    }

    /// Gives it another name; whatever has that name is replaced.
    pub fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        #[cfg(test)]
        self.watched.step_to_rename(from, to)?;
        fs::rename(from, to)
    }

    /// Brings its name to the disk, on systems that can.
    pub fn sync_name(&self, path: &Path) -> io::Result<()> {
        #[cfg(test)]
        self.watched.step()?;
        let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        // A folder that we may not read, or a system that does not open folders, is no error.
        let Ok(folder) = fs::File::open(folder.unwrap_or(Path::new("."))) else { return Ok(()) };
        match folder.sync_all() {
            Err(error) if is_unable(&error) => {}
            other => other?,
        }
        #[cfg(test)]
        self.watched.named();
        Ok(())
    }
}

/// Whether the system has no such operation here.
fn is_unable(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
    matches!(error.kind(), InvalidInput | PermissionDenied | Unsupported)
}

impl Write for &File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        #[cfg(test)]
        let bytes = &bytes[..self.watched.step_to_write(bytes.len())?];
        (&self.file).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Which start of the machine this is, where the system says: what was written since then is there,
/// also where it was never brought to the disk.
pub fn boot() -> Option<String> {
    #[cfg(test)]
    if let Some(boot) = trouble::boot() {
        return Some(boot);
    }
    let text = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let boot = text.trim();
    let is_plain = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
    (boot.len() == 36 && boot.bytes().all(is_plain)).then(|| boot.to_owned())
}
