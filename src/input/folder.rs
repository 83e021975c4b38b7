//! Files under a folder, each once, without those that somebody wants left out.

use std::collections::{HashSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::error::{Error, Result};

use super::cannot_read;
use super::system::{identity, identity_behind};

/// How deep folders are followed. Deeper is a loop of bind mounts, or nothing anybody wants.
const MAX_DEPTH: usize = 64;

/// What is under a folder.
#[derive(Debug, Default)]
pub struct Listing {
    /// Regular files, also behind links, each under one path, sorted.
    pub files: Vec<PathBuf>,
    /// Pipes, sockets, devices and links to nowhere: never opened.
    pub others: u64,
    /// Files and folders that `.gitignore` or a pattern leaves out; a folder counts as one.
    pub left_out: u64,
    /// Folders that could not be read.
    pub failures: Vec<(PathBuf, Error)>,
}

/// What is left out.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Patterns as in `.gitignore`, below the folder.
    pub exclude: Vec<String>,
    /// Whether `.gitignore` files are without effect.
    pub no_ignore: bool,
}

impl Filter {
    /// Checks the patterns.
    ///
    /// # Errors
    /// A usage error for a pattern that is none.
    pub fn new(exclude: &[String], no_ignore: bool) -> Result<Self> {
        let filter = Self { exclude: exclude.to_vec(), no_ignore };
        filter.patterns(Path::new("")).map(|_| filter)
    }

    fn patterns(&self, folder: &Path) -> Result<Gitignore> {
        let mut builder = GitignoreBuilder::new(folder);
        let bad = |pattern: &str, error: &ignore::Error| {
            Error::usage(format!("--exclude {pattern}: {error}"))
                .help("a pattern as in .gitignore, for example 'testdata/' or '*.bak'")
        };
        for pattern in &self.exclude {
            builder.add_line(None, pattern).map_err(|error| bad(pattern, &error))?;
        }
        builder.build().map_err(|error| bad(&self.exclude.join(" "), &error))
    }
}

/// The `.gitignore` of a folder and of those above it.
struct Ignored {
    own: Gitignore,
    above: Option<Arc<Ignored>>,
}

impl Ignored {
    /// The rules below `folder`; the same as above it, if it has no file of its own.
    fn below(folder: &Path, above: Option<Arc<Self>>) -> Option<Arc<Self>> {
        let file = folder.join(".gitignore");
        if !file.is_file() {
            return above;
        }
        // A line that is no pattern is passed over, as git does.
        let (own, _) = Gitignore::new(file);
        Some(Arc::new(Self { own, above }))
    }

    /// The rules of the repository that a folder is in, as far as they stand above it.
    fn above(folder: &Path) -> Option<Arc<Self>> {
        let folder = fs::canonicalize(folder).ok()?;
        let top = folder.ancestors().find(|one| one.join(".git").exists())?;
        let inner = folder.ancestors().skip(1).take_while(|one| one.starts_with(top));
        let mut folders: Vec<&Path> = inner.collect();
        folders.reverse();
        folders.into_iter().fold(None, |above, folder| Self::below(folder, above))
    }

    /// Whether a path is left out: the nearest file that says anything decides.
    fn leaves_out(mut this: Option<&Self>, path: &Path, canonical: &Path, is_folder: bool) -> bool {
        while let Some(ignored) = this {
            let path = if path.starts_with(ignored.own.path()) { path } else { canonical };
            match ignored.own.matched(path, is_folder) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => this = ignored.above.as_deref(),
            }
        }
        false
    }
}

/// A folder that waits to be read.
struct Waiting {
    folder: PathBuf,
    depth: usize,
    ignored: Option<Arc<Ignored>>,
}

/// Lists everything under a folder. A file or folder that is reached twice is listed once, under
/// its own name rather than under that of a link, so loops of symbolic links end. (`ignore::WalkBuilder`
/// would not do: it counts neither what it leaves out nor what is no file, and names what several links
/// lead to after the one that it meets first.)
///
/// # Errors
/// `permission` and others, when the folder itself cannot be read.
pub fn list(folder: &Path, filter: &Filter) -> Result<Listing> {
    let mut listing = Listing::default();
    let patterns = filter.patterns(folder)?;
    let above = if filter.no_ignore { None } else { Ignored::above(folder) };
    let mut folders = HashSet::new();
    let mut files = HashSet::new();
    // What is behind symbolic links waits until all else has been seen.
    let first = Waiting { folder: folder.to_owned(), depth: 0, ignored: above };
    let mut waiting = VecDeque::from([first]);
    let mut linked_folders = VecDeque::new();
    let mut linked_files = Vec::new();
    while let Some(next) = waiting.pop_front().or_else(|| linked_folders.pop_front()) {
        let Waiting { folder, depth, ignored } = next;
        let canonical = fs::canonicalize(&folder).unwrap_or_else(|_| folder.clone());
        if depth > MAX_DEPTH || !folders.insert(canonical.clone()) {
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
        let ignored = if filter.no_ignore { None } else { Ignored::below(&folder, ignored) };
        let device = fs::metadata(&folder).ok();
        let mut entries: Vec<fs::DirEntry> = entries.flatten().collect();
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            let Ok(kind) = entry.file_type() else {
                listing.others += 1;
                continue;
            };
            let target = if kind.is_symlink() { fs::metadata(&path).ok() } else { None };
            let (is_folder, is_file) = match &target {
                Some(target) => (target.is_dir(), target.is_file()),
                None => (kind.is_dir(), kind.is_file()),
            };
            let in_place = canonical.join(entry.file_name());
            if patterns.matched(&path, is_folder).is_ignore()
                || Ignored::leaves_out(ignored.as_deref(), &path, &in_place, is_folder)
            {
                listing.left_out += 1;
            } else if is_folder {
                let next = Waiting { folder: path, depth: depth + 1, ignored: ignored.clone() };
                let queue = if target.is_some() { &mut linked_folders } else { &mut waiting };
                queue.push_back(next);
            } else if !is_file {
                listing.others += 1;
            } else if let Some(target) = target {
                linked_files.push((path, target));
            } else if files.insert(identity(&entry, device.as_ref(), &in_place)) {
                listing.files.push(path);
            }
        }
    }
    for (path, target) in linked_files {
        if files.insert(identity_behind(&path, &target)) {
            listing.files.push(path);
        }
    }
    listing.files.sort();
    listing.failures.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(listing)
}

/// The files right in a folder, each under every name that it has there, sorted.
///
/// # Errors
/// `not-found`, `permission` and others, when it cannot be read.
pub fn names(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|error| cannot_read(folder, &error))?;
    let paths = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file());
    let mut paths: Vec<PathBuf> = paths.collect();
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

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
        let listing = list(folder.path(), &Filter::default()).unwrap();
        assert_eq!(listing.files, [inner.join("z"), folder.path().join("y")]);
        assert_eq!((listing.others, listing.failures.len()), (1, 0));
        assert_eq!(
            list(&inner.join("none"), &Filter::default()).unwrap_err().code,
            Failure::NotFound
        );
    }

    #[cfg(unix)]
    #[test]
    fn one_file_behind_several_links_is_one() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("m.pem"), b"").unwrap();
        std::os::unix::fs::symlink("m.pem", at("a.0")).unwrap();
        std::os::unix::fs::symlink("m.pem", at("z.0")).unwrap();
        fs::hard_link(at("m.pem"), at("n.pem")).unwrap();
        let listing = list(folder.path(), &Filter::default()).unwrap();
        assert_eq!((listing.files, listing.others), (vec![at("m.pem")], 0));
    }

    #[test]
    fn gitignore_and_patterns_leave_out() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("sub/build")).unwrap();
        fs::create_dir_all(at(".hidden")).unwrap();
        for name in ["a.pem", "b.bak", "sub/build/c.pem", "sub/d.pem", "sub/e.pem", ".hidden/f.pem"]
        {
            fs::write(at(name), b"").unwrap();
        }
        fs::write(at(".gitignore"), "build/\n*.pem\n!e.pem\n!f.pem\n").unwrap();
        fs::write(at("sub/.gitignore"), "!d.pem\n").unwrap();
        let files = |filter: &Filter| {
            let listing = list(folder.path(), filter).unwrap();
            let names = listing.files.iter().filter(|it| !it.ends_with(".gitignore"));
            let names: Vec<_> = names.map(|it| it.strip_prefix(folder.path()).unwrap()).collect();
            (
                names.iter().map(|it| it.display().to_string()).collect::<Vec<_>>().join(" "),
                listing.left_out,
            )
        };
        let all = ".hidden/f.pem b.bak sub/d.pem sub/e.pem";
        assert_eq!(files(&Filter::default()), (all.to_owned(), 2));
        let filter = Filter::new(&["sub/".to_owned(), "*.bak".to_owned()], false).unwrap();
        assert_eq!(files(&filter), (".hidden/f.pem".to_owned(), 3));
        let filter = Filter::new(&["*.bak".to_owned()], true).unwrap();
        let all = ".hidden/f.pem a.pem sub/build/c.pem sub/d.pem sub/e.pem";
        assert_eq!(files(&filter), (all.to_owned(), 1));
        assert_eq!(Filter::new(&["a{b".to_owned()], false).unwrap_err().code, Failure::Usage);
    }
}
