//! Files, standard input and secrets: every byte that does not come from the network.

mod disk;
mod durable;
mod fingerprint;
pub mod folder;
mod growing;
mod kept;
mod log;
pub mod named;
pub mod pattern;
mod piece;
mod prompt;
mod provide;
mod system;
mod tail;
pub mod unpack;
pub mod upward;
mod wiped;
mod write;

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use zeroize::Zeroize;

use crate::error::{Error, Kind, Result, said};
use crate::failure::Failure;

pub use disk::boot;
#[cfg(test)]
pub(crate) use disk::trouble;
pub use durable::{Durable, FILLER};
pub use fingerprint::Fingerprint;
pub use growing::Growing;
pub use kept::{Kept, state_file};
pub use log::Log;
pub use piece::{Before, Piece, lines};
pub use provide::{Provided, control, has_terminal, is_dumb, is_utf8, variable, variable_os};
pub use system::{is_readable_by_others, is_writable_by_others};
pub use tail::tail;
pub use write::{
    Access, AtomicFile, create_folder, place, remove_folder, remove_unfinished, replace,
    temporary_folder, write_new,
};

/// The most that is read of one file into memory: 256 MiB, about 180,000 certificates.
pub const FILE_LIMIT: u64 = 256 << 20;
/// How long a pipe or device may stay silent.
const SILENCE: Duration = Duration::from_secs(10);

/// Reads files and secrets; standard input only once.
#[derive(Debug, Default)]
pub struct Input {
    stdin_taken: Cell<bool>,
}

impl Input {
    /// All bytes of a file, or of standard input for `-`; at most [`FILE_LIMIT`].
    pub fn read(&self, path: &Path) -> Result<Vec<u8>> {
        self.read_at_most(path, FILE_LIMIT)
    }

    /// All bytes, but an error `too-large` above `limit`.
    pub fn read_at_most(&self, path: &Path, limit: u64) -> Result<Vec<u8>> {
        if is_stdin(path) {
            return drain(self.stdin()?, 0, path, limit);
        }
        let metadata = fs::metadata(path).map_err(|error| cannot_read(path, &error))?;
        if metadata.is_dir() {
            return Err(Error::new(
                Failure::Unrecognised,
                format!("{}: is a directory", path.display()),
            ));
        }
        if metadata.len() > limit {
            return Err(too_large(path, limit));
        }
        if metadata.is_file() {
            let file = File::open(path).map_err(|error| cannot_read(path, &error))?;
            return drain(file, metadata.len(), path, limit);
        }
        read_pipe(path.to_owned(), limit)
    }

    /// A file or standard input as a stream, for work in constant memory. A file is read up to the
    /// size it has now: it may be the capture that grows by what is being replayed from it.
    pub fn stream(&self, path: &Path) -> Result<Box<dyn Read + Send>> {
        if is_stdin(path) {
            return Ok(Box::new(self.stdin()?));
        }
        let file = File::open(path).map_err(|error| cannot_read(path, &error))?;
        let size = match file.metadata() {
            Ok(metadata) if metadata.is_dir() => {
                let message = format!("{}: is a directory", path.display());
                return Err(Error::new(Failure::Unrecognised, message));
            }
            Ok(metadata) if metadata.is_file() => metadata.len(),
            _ => u64::MAX,
        };
        Ok(Box::new(BufReader::with_capacity(64 << 10, file.take(size))))
    }

    /// Number of bytes of a regular file; `None` for pipes, devices and standard input.
    pub fn length(&self, path: &Path) -> Option<u64> {
        let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file);
        metadata.filter(|_| !is_stdin(path)).map(|metadata| metadata.len())
    }

    /// Standard input; a second request is an error, because the first took it all.
    pub fn stdin(&self) -> Result<io::Stdin> {
        if self.stdin_taken.replace(true) {
            return Err(Error::usage("standard input can be used for one argument only")
                .help("give the other one as a file, or as env:NAME or fd:N"));
        }
        if has_terminal() {
            // Nothing was piped, and a program that waits in silence looks like one that hangs.
            let _ = writeln!(io::stderr(), "note: reading from the terminal; press Ctrl-D to end");
        }
        Ok(io::stdin())
    }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// All that comes, at most `limit` bytes; with room for the likely `size` and one byte, which shows that it is the end,
/// nothing is copied on the way.
pub fn drain(reader: impl Read, size: u64, path: &Path, limit: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(size).map_or(0, |size| size + 1));
    let outcome = reader.take(limit + 1).read_to_end(&mut bytes);
    match outcome {
        Ok(count) if count as u64 > limit => {
            bytes.zeroize();
            Err(too_large(path, limit))
        }
        Ok(_) => Ok(bytes),
        Err(error) => Err(cannot_read(path, &error)),
    }
}

/// Reads a pipe or device on a thread of its own, because opening and reading can block for ever.
fn read_pipe(path: PathBuf, limit: u64) -> Result<Vec<u8>> {
    let (sender, receiver) = mpsc::channel::<io::Result<Vec<u8>>>();
    let source = path.clone();
    thread::spawn(move || {
        let mut reader = match File::open(&source) {
            Ok(file) => file.take(limit + 1),
            Err(error) => return drop(sender.send(Err(error))),
        };
        let mut buffer = vec![0; 64 << 10];
        loop {
            let piece = reader.read(&mut buffer).map(|count| buffer[..count].to_vec());
            let last = !matches!(&piece, Ok(bytes) if !bytes.is_empty());
            if sender.send(piece).is_err() || last {
                buffer.zeroize();
                return;
            }
        }
    });
    let mut bytes = Vec::new();
    loop {
        match receiver.recv_timeout(SILENCE) {
            Ok(Ok(piece)) if piece.is_empty() => return Ok(bytes),
            Ok(Ok(piece)) => bytes.extend(piece),
            Ok(Err(error)) => return Err(cannot_read(&path, &error)),
            Err(_) => {
                return Err(nobody_writes(&path));
            }
        }
        if bytes.len() as u64 > limit {
            return Err(too_large(&path, limit));
        }
    }
}

/// What the operating system said about a file, as one of our codes.
pub fn cannot_read(path: &Path, error: &io::Error) -> Error {
    let name = named::file(path);
    if let Some(error) = said(error) {
        return error.clone().about(name);
    }
    let said = match error.kind() {
        io::ErrorKind::NotFound => Error::new(Failure::NotFound, format!("{name}: no such file")),
        io::ErrorKind::PermissionDenied => {
            Error::new(Failure::Permission, format!("{name}: no permission to read it"))
        }
        _ => Error::new(Failure::Unreadable, format!("{name}: {error}")),
    };
    match name == named::UNNAMED {
        true => said.help(format!("{}; give the path of a file", named::WHY_UNNAMED)),
        false => said,
    }
}

fn nobody_writes(path: &Path) -> Error {
    let message = format!("{}: nothing arrived for {} s", path.display(), SILENCE.as_secs());
    Error::new(Failure::Timeout, message).kind(Kind::Input).help("nothing is writing to this pipe")
}

/// What is said of a file of more bytes than `limit`.
pub fn too_large(path: &Path, limit: u64) -> Error {
    let mib = limit >> 20;
    Error::new(Failure::TooLarge, format!("{}: more than {mib} MiB", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_cannot_be_read_say_why() {
        let input = Input::default();
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(input.read(&folder.path().join("none")).unwrap_err().code, Failure::NotFound);
        assert_eq!(input.read(folder.path()).unwrap_err().code, Failure::Unrecognised);
        let file = folder.path().join("file");
        fs::write(&file, b"12345").unwrap();
        assert_eq!(input.read_at_most(&file, 4).unwrap_err().code, Failure::TooLarge);
        assert_eq!(input.read_at_most(&file, 5).unwrap(), b"12345");
        assert_eq!(
            input.read_at_most(Path::new("/dev/zero"), 4).unwrap_err().code,
            Failure::TooLarge
        );
    }
}
