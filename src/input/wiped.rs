//! Secrets from files, pipes and standard input, read into memory that is wiped. The reader of the
//! standard library for standard input keeps what went through it, so that one is not used.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;

use super::{Input, SILENCE, cannot_read, nobody_writes, system, too_large};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::secret::Secret;

/// The most that is read as a secret: 1 MiB.
const LIMIT: usize = 1 << 20;

/// All of standard input.
pub(super) fn stdin(input: &Input) -> Result<Secret> {
    let stdin = input.stdin()?;
    let path = Path::new("-");
    let file = system::unbuffered(&stdin).map_err(|error| cannot_read(path, &error))?;
    taken(path, Secret::read(file, LIMIT))
}

/// All of a file, or of a pipe while somebody writes into it.
pub(super) fn file(path: &Path) -> Result<Secret> {
    let metadata = fs::metadata(path).map_err(|error| cannot_read(path, &error))?;
    if metadata.is_dir() {
        return Err(Error::new(
            Failure::Unrecognised,
            format!("{}: is a directory", path.display()),
        ));
    }
    if metadata.is_file() {
        return taken(path, File::open(path).and_then(|file| Secret::read(file, LIMIT)));
    }
    pipe(path.to_owned())
}

/// What a pipe or device tells while it is read on a thread of its own: opening and reading can
/// block for ever.
enum News {
    /// Something came.
    Piece,
    /// It is all there, or went wrong.
    End(io::Result<Option<Secret>>),
}

/// Tells of each piece, but keeps none.
struct Telling<R>(R, Sender<News>);

impl<R: Read> Read for Telling<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(buffer)?;
        // Whoever does not listen any more has given up.
        self.1.send(News::Piece).map_err(|_| io::ErrorKind::BrokenPipe)?;
        Ok(count)
    }
}

fn pipe(path: PathBuf) -> Result<Secret> {
    let (sender, news) = mpsc::channel();
    let source = path.clone();
    thread::spawn(move || {
        let reading = |file| Secret::read(Telling(file, sender.clone()), LIMIT);
        let end = File::open(&source).and_then(reading);
        let _ = sender.send(News::End(end));
    });
    loop {
        match news.recv_timeout(SILENCE) {
            Ok(News::Piece) => {}
            Ok(News::End(end)) => return taken(&path, end),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                return Err(nobody_writes(&path));
            }
        }
    }
}

fn taken(path: &Path, end: io::Result<Option<Secret>>) -> Result<Secret> {
    match end {
        Ok(Some(secret)) => Ok(secret),
        Ok(None) => Err(too_large(path, LIMIT as u64)),
        Err(error) => Err(cannot_read(path, &error)),
    }
}
