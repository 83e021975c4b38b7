//! Files, standard input and secrets: every byte that does not come from the network.

use std::cell::Cell;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use zeroize::Zeroize;

use crate::error::{Error, Result};
use crate::finding::{Code, Finding};
use crate::secret::{Secret, Source};

/// The most that is read of one file into memory: 256 MiB, about 180,000 certificates.
pub const FILE_LIMIT: u64 = 256 << 20;
/// The most that is read as a secret: 1 MiB.
const SECRET_LIMIT: u64 = 1 << 20;
/// How long a pipe or device may stay silent.
const SILENCE: Duration = Duration::from_secs(10);

/// Reads files and secrets; standard input only once.
#[derive(Debug, Default)]
pub struct Input {
    stdin_taken: Cell<bool>,
}

/// A secret, and what is to be said about where it came from.
#[derive(Debug)]
pub struct Provided {
    /// The secret.
    pub secret: Secret,
    /// Whether one final newline was cut.
    pub newline_cut: bool,
    /// `secret-file-readable`, if it applies.
    pub findings: Vec<Finding>,
}

impl Input {
    /// All bytes of a file, or of standard input for `-`; at most [`FILE_LIMIT`].
    pub fn read(&self, path: &Path) -> Result<Vec<u8>> {
        self.read_at_most(path, FILE_LIMIT)
    }

    /// All bytes, but an error `too-large` above `limit`.
    pub fn read_at_most(&self, path: &Path, limit: u64) -> Result<Vec<u8>> {
        if is_stdin(path) {
            return drain(self.stdin()?, path, limit);
        }
        let metadata = fs::metadata(path).map_err(|error| cannot_read(path, &error))?;
        if metadata.is_dir() {
            return Err(Error::input(
                "unrecognised",
                format!("{}: is a directory", path.display()),
            ));
        }
        if metadata.len() > limit {
            return Err(too_large(path, limit));
        }
        if metadata.is_file() {
            let file = File::open(path).map_err(|error| cannot_read(path, &error))?;
            return drain(file, path, limit);
        }
        read_pipe(path.to_owned(), limit)
    }

    /// A file or standard input as a stream, for work in constant memory.
    pub fn stream(&self, path: &Path) -> Result<Box<dyn Read + Send>> {
        if is_stdin(path) {
            return Ok(Box::new(self.stdin()?));
        }
        let file = File::open(path).map_err(|error| cannot_read(path, &error))?;
        if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
            return Err(Error::input(
                "unrecognised",
                format!("{}: is a directory", path.display()),
            ));
        }
        Ok(Box::new(BufReader::with_capacity(64 << 10, file)))
    }

    /// Standard input; a second request is an error, because the first took it all.
    pub fn stdin(&self) -> Result<io::Stdin> {
        if self.stdin_taken.replace(true) {
            return Err(Error::usage("standard input can be used for one argument only")
                .help("give the other one as a file, or as env:NAME or fd:N"));
        }
        Ok(io::stdin())
    }

    /// Reads a secret from where the user said it is. `what` names it in the prompt and in errors.
    pub fn secret(&self, source: &Source, what: &str) -> Result<Provided> {
        let mut provided =
            Provided { secret: Secret::new(Vec::new()), newline_cut: false, findings: Vec::new() };
        let mut bytes = match source {
            Source::File(path) => {
                provided.findings.extend(readable_by_others(path));
                self.read_at_most(path, SECRET_LIMIT)?
            }
            Source::Stdin => drain(self.stdin()?, Path::new("-"), SECRET_LIMIT)?,
            Source::Fd(number) => {
                self.read_at_most(&PathBuf::from(format!("/dev/fd/{number}")), SECRET_LIMIT)?
            }
            Source::Env(name) => from_environment(name)?,
            Source::Prompt => prompt(what)?,
        };
        if !matches!(source, Source::Env(_) | Source::Prompt) {
            provided.newline_cut = cut_newline(&mut bytes);
        }
        provided.secret = Secret::new(bytes);
        Ok(provided)
    }
}

/// Whether a password can be asked for.
pub fn has_terminal() -> bool {
    use std::io::IsTerminal;
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn from_environment(name: &str) -> Result<Vec<u8>> {
    match std::env::var_os(name) {
        Some(value) => Ok(os_bytes(value)),
        None => Err(Error::usage(format!("environment variable {name} is not set"))
            .help(format!("export {name}=..., or give another source such as file:PATH"))),
    }
}

#[cfg(unix)]
fn os_bytes(value: OsString) -> Vec<u8> {
    std::os::unix::ffi::OsStringExt::into_vec(value)
}

#[cfg(not(unix))]
fn os_bytes(value: OsString) -> Vec<u8> {
    value.to_string_lossy().into_owned().into_bytes()
}

fn prompt(what: &str) -> Result<Vec<u8>> {
    rpassword::prompt_password(format!("{what}: ")).map(String::into_bytes).map_err(|error| {
        Error::usage(format!("cannot ask for the {what}: {error}"))
            .help("without a terminal give file:PATH, env:NAME, fd:N or stdin")
    })
}

/// Cuts one final line feed, with the carriage return before it.
fn cut_newline(bytes: &mut Vec<u8>) -> bool {
    if bytes.last() != Some(&b'\n') {
        return false;
    }
    bytes.pop();
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    true
}

fn drain(reader: impl Read, path: &Path, limit: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
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
                let silence = SILENCE.as_secs();
                return Err(Error::input(
                    "timeout",
                    format!("{}: nothing came for {silence} s", path.display()),
                )
                .help("nobody writes into this pipe"));
            }
        }
        if bytes.len() as u64 > limit {
            return Err(too_large(&path, limit));
        }
    }
}

/// What the operating system said about a file, as one of our codes.
pub fn cannot_read(path: &Path, error: &io::Error) -> Error {
    let name = path.display();
    match error.kind() {
        io::ErrorKind::NotFound => Error::input("not-found", format!("{name}: no such file")),
        io::ErrorKind::PermissionDenied => {
            Error::input("permission", format!("{name}: no permission to read it"))
        }
        _ => Error::input("unreadable", format!("{name}: {error}")),
    }
}

fn too_large(path: &Path, limit: u64) -> Error {
    let mib = limit >> 20;
    Error::input("too-large", format!("{}: more than {mib} MiB", path.display()))
}

/// `secret-file-readable`, when the permission bits let others read a regular file.
fn readable_by_others(path: &Path) -> Option<Finding> {
    is_readable_by_others(path).then(|| {
        let name = path.display().to_string();
        Finding::new(Code::SecretFileReadable, name.clone(), "others can read the secret file")
            .help(format!("chmod 600 {name}"))
    })
}

/// Whether a regular file's permission bits let group or others read it.
#[cfg(unix)]
pub fn is_readable_by_others(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.mode() & 0o044 != 0)
}

/// Permission bits are not looked at on this system.
#[cfg(not(unix))]
pub fn is_readable_by_others(_: &Path) -> bool {
    false
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
    fn files_that_cannot_be_read_say_why() {
        let input = Input::default();
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(input.read(&folder.path().join("none")).unwrap_err().code, "not-found");
        assert_eq!(input.read(folder.path()).unwrap_err().code, "unrecognised");
        let file = folder.path().join("file");
        fs::write(&file, b"12345").unwrap();
        assert_eq!(input.read_at_most(&file, 4).unwrap_err().code, "too-large");
        assert_eq!(input.read_at_most(&file, 5).unwrap(), b"12345");
        assert_eq!(input.read_at_most(Path::new("/dev/zero"), 4).unwrap_err().code, "too-large");
    }

    #[test]
    fn one_final_newline_of_a_secret_file_is_cut() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        fs::write(&file, b"s3cret\n\r\n").unwrap();
        let provided = Input::default().secret(&Source::File(file), "secret").unwrap();
        assert_eq!(provided.secret.expose(), b"s3cret\n");
        assert!(provided.newline_cut);
    }

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
    }
}
