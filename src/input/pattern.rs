//! Patterns of file names, as shells have them: `certs/*.p12`, `teams/**/hooks.toml`.

use std::fs;
use std::path::{Component, Path, PathBuf};

use globset::{Glob, GlobMatcher};

use crate::error::{Error, Result};

/// How deep `**` goes.
const DEEPEST: usize = 16;
/// Most files that one pattern stands for.
const MOST: usize = 100_000;

/// A pattern of names without folders.
///
/// # Errors
/// `usage` when it is none.
pub fn names(pattern: &str) -> Result<GlobMatcher> {
    let glob = Glob::new(pattern).map_err(|error| {
        Error::usage(format!("not a pattern: {}", error.kind()))
            .help("* matches anything, ? one character, [ab] one of these, {a,b} either")
    })?;
    Ok(glob.compile_matcher())
}

/// Whether a path is a pattern, or names one file.
pub fn is_pattern(path: &str) -> bool {
    path.contains(['*', '?', '[', '{'])
}

/// The files that a pattern below a folder stands for, sorted; none where there are none. A name that
/// begins with a dot must be asked for with one.
///
/// # Errors
/// `usage` when it is no pattern.
pub fn matching(folder: &Path, pattern: &str) -> Result<Vec<PathBuf>> {
    let whole = folder.join(pattern);
    if !is_pattern(pattern) || whole.exists() {
        return Ok(if whole.exists() { vec![whole] } else { Vec::new() });
    }
    let mut found = vec![folder.to_owned()];
    for part in Path::new(pattern).components() {
        let name = part.as_os_str().to_string_lossy();
        found = match part {
            Component::Normal(_) if name == "**" => {
                found.iter().flat_map(|one| folders(one, DEEPEST)).collect()
            }
            Component::Normal(_) if is_pattern(&name) => {
                let matcher = names(&name)?;
                let is_meant = |path: &PathBuf| {
                    let own = path.file_name().unwrap_or_default().to_string_lossy();
                    matcher.is_match(own.as_ref()) && own.starts_with('.') <= name.starts_with('.')
                };
                found.iter().flat_map(|one| entries(one)).filter(is_meant).collect()
            }
            _ => found.into_iter().map(|one| one.join(part)).collect(),
        };
        found.truncate(MOST);
    }
    found.retain(|path| path.is_file());
    found.sort();
    found.dedup();
    Ok(found)
}

/// What is in a folder; of one that cannot be read nothing.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let shown = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let entries = fs::read_dir(shown).into_iter().flatten().flatten();
    entries.map(|entry| folder.join(entry.file_name())).collect()
}

/// A folder and those below it, not behind links: they may lead in a circle.
fn folders(folder: &Path, deepest: usize) -> Vec<PathBuf> {
    let mut all = vec![folder.to_owned()];
    if deepest > 0 {
        let inner = entries(folder).into_iter().filter(|path| path.is_dir() && !path.is_symlink());
        all.extend(inner.flat_map(|path| folders(&path, deepest - 1)));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_as_a_shell_finds_them() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["a.p12", "b.p12", ".c.p12", "x/d.p12", "x/y/e.p12", "x/f[1].pem", "g.txt"] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, b"").unwrap();
        }
        let found = |pattern: &str| -> Vec<String> {
            let found = matching(folder.path(), pattern).unwrap();
            let below = |path: &PathBuf| path.strip_prefix(folder.path()).unwrap().to_owned();
            found.iter().map(|path| below(path).display().to_string()).collect()
        };
        for (pattern, expected) in [
            ("*.p12", &["a.p12", "b.p12"][..]),
            (".*.p12", &[".c.p12"]),
            ("[ab].p12", &["a.p12", "b.p12"]),
            ("{a,z}.p12", &["a.p12"]),
            ("x/?.p12", &["x/d.p12"]),
            ("**/*.p12", &["a.p12", "b.p12", "x/d.p12", "x/y/e.p12"]),
            ("x/f[1].pem", &["x/f[1].pem"]),
            ("a.p12", &["a.p12"]),
            ("none.p12", &[]),
            ("none/*.p12", &[]),
        ] {
            assert_eq!(found(pattern), expected, "{pattern}");
        }
        assert!(matching(folder.path(), "[").is_err());
    }
}
