//! A file that `inspect` is to look at, and what is known of it before.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::error::{Error, Result};

use super::stream::Stream;

/// A file to look at.
pub struct Job {
    /// Where it is; `-` for standard input.
    pub path: PathBuf,
    /// As it is shown.
    pub shown: String,
    /// Whether nobody named it: it was in a folder.
    pub is_found: bool,
    /// Whether nothing else is looked at.
    pub is_alone: bool,
    /// Its bytes, or why there are none, if that is known already.
    pub read: Option<Result<Vec<u8>>>,
    /// What it holds, if that comes one by one and is never held whole.
    pub stream: Option<Mutex<Stream>>,
}

impl Job {
    /// A file that was named.
    pub fn given(path: PathBuf) -> Self {
        Self {
            shown: path.display().to_string(),
            path,
            is_found: false,
            is_alone: false,
            read: None,
            stream: None,
        }
    }

    /// A file in a folder that was named.
    pub fn found(path: PathBuf) -> Self {
        Self { is_found: true, ..Self::given(path) }
    }

    /// A file that has been read.
    pub fn read(path: &Path, bytes: Vec<u8>) -> Self {
        Self { read: Some(Ok(bytes)), ..Self::given(path.to_owned()) }
    }

    /// A file whose contents come one by one.
    pub fn stream(path: &Path, stream: Stream) -> Self {
        Self { stream: Some(Mutex::new(stream)), ..Self::given(path.to_owned()) }
    }

    /// The folder it is in; `None` for standard input.
    pub fn folder(&self) -> Option<PathBuf> {
        let folder = self.unread_path()?.parent()?;
        Some(if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() })
    }

    /// Its path, if its bytes are still to be read.
    pub fn unread_path(&self) -> Option<&Path> {
        (self.read.is_none() && self.stream.is_none()).then_some(&self.path)
    }

    /// A file or folder that cannot be read.
    pub fn unread(path: PathBuf, failure: Error) -> Self {
        Self { read: Some(Err(failure)), ..Self::given(path) }
    }
}
