//! The files that `inspect` is to look at, and what is known of each before.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::args::unpack::UnpackArgs;
use crate::command::Context;
use crate::error::{Error, Result};
use crate::input::folder::{self, Filter};
use crate::input::{self, FILE_LIMIT};

use super::stream::{Begun, Stream};

/// A file to look at.
pub struct Job {
    /// Its number among all files, from 0.
    pub n: u64,
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
            n: 0,
            shown: input::named::file(&path),
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

/// One job a file, and how many things in folders are no files. Standard input is read here,
/// because only one thread may.
pub fn jobs(
    paths: &[PathBuf],
    filter: &Filter,
    unpacking: UnpackArgs,
    context: &Context,
) -> Result<(Vec<Job>, u64, u64)> {
    let begin = |path: &Path| Stream::begin(path, unpacking, &context.input);
    let whole = |path: &Path, rest| input::drain(rest, 0, path, FILE_LIMIT);
    let mut jobs = Vec::new();
    let (mut others, mut all_left_out) = (0, 0);
    for path in paths {
        if path.as_os_str() == "-" {
            let job = match begin(path)? {
                Begun::Stream(stream) => Job::stream(path, stream),
                Begun::Rest(rest) | Begun::Unpacked(rest) => Job::read(path, whole(path, rest)?),
            };
            jobs.push(Job { shown: context.sharding.name(path), ..job });
        } else if path.is_dir() {
            match folder::list(path, filter) {
                Ok(listing) => {
                    others += listing.others + listing.left_out;
                    all_left_out += listing.left_out;
                    jobs.extend(listing.files.into_iter().map(Job::found));
                    let unread = listing.failures.into_iter();
                    jobs.extend(unread.map(|(path, failure)| Job::unread(path, failure)));
                }
                Err(failure) => jobs.push(Job::unread(path.clone(), failure)),
            }
        } else if context.input.length(path).is_some() {
            jobs.push(match begin(path) {
                Ok(Begun::Stream(stream)) => Job::stream(path, stream),
                Ok(Begun::Unpacked(rest)) => match whole(path, rest) {
                    Ok(bytes) => Job::read(path, bytes),
                    Err(failure) => Job::unread(path.clone(), failure),
                },
                Ok(Begun::Rest(_)) | Err(_) => Job::given(path.clone()),
            });
        } else {
            jobs.push(Job::given(path.clone()));
        }
    }
    if let [job] = &mut jobs[..] {
        job.is_alone = true;
    }
    jobs.iter_mut().zip(0..).for_each(|(job, n)| job.n = n);
    Ok((jobs, others, all_left_out))
}
