//! Files under a folder.

use std::collections::{HashSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

use super::cannot_read;

/// How deep folders are followed. Deeper is a loop of bind mounts, or nothing anybody wants.
const MAX_DEPTH: usize = 64;

/// What is under a folder.
#[derive(Debug, Default)]
pub struct Listing {
    /// Regular files, also behind symbolic links, each under one path, sorted.
    pub files: Vec<PathBuf>,
    /// Pipes, sockets, devices and links to nowhere: never opened.
    pub others: u64,
    /// Folders that could not be read.
    pub failures: Vec<(PathBuf, Error)>,
}

/// Lists everything under a folder. A folder that is reached twice is listed once, so loops of
/// symbolic links end.
///
/// # Errors
/// `permission` and others, when the folder itself cannot be read.
pub fn list(folder: &Path) -> Result<Listing> {
    let mut listing = Listing::default();
    let mut seen = HashSet::new();
    // Linked folders wait until all others have been seen, so that a folder is listed under its
    // own name and not under one of its links.
    let mut waiting = VecDeque::from([(folder.to_owned(), 0)]);
    let mut linked = VecDeque::new();
    while let Some((folder, depth)) = waiting.pop_front().or_else(|| linked.pop_front()) {
        let canonical = fs::canonicalize(&folder).unwrap_or_else(|_| folder.clone());
        if depth > MAX_DEPTH || !seen.insert(canonical) {
            continue;
        }
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if depth == 0 => return Err(cannot_read(&folder, &error)),
            Err(error) => {
                listing.failures.push((folder.clone(), cannot_read(&folder, &error)));
                continue;
            }
        };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            match fs::metadata(&path) {
                Ok(metadata) if metadata.is_dir() => {
                    let queue = if path.is_symlink() { &mut linked } else { &mut waiting };
                    queue.push_back((path, depth + 1));
                }
                Ok(metadata) if metadata.is_file() => listing.files.push(path),
                _ => listing.others += 1,
            }
        }
    }
    listing.files.sort();
    listing.failures.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(listing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn loops_end_and_what_is_no_file_is_counted() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/b");
        fs::create_dir_all(&inner).unwrap();
        fs::write(inner.join("z"), b"").unwrap();
        fs::write(folder.path().join("y"), b"").unwrap();
        std::os::unix::fs::symlink(folder.path(), inner.join("loop")).unwrap();
        std::os::unix::fs::symlink("/nowhere", inner.join("dangling")).unwrap();
        let listing = list(folder.path()).unwrap();
        assert_eq!(listing.files, [inner.join("z"), folder.path().join("y")]);
        assert_eq!((listing.others, listing.failures.len()), (1, 0));
        assert_eq!(list(&inner.join("none")).unwrap_err().code, "not-found");
    }
}
