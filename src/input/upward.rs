//! Files that belong to the repository that we are in.

use std::path::{Path, PathBuf};

/// The first of these files that is there, here or in a folder above, up to the root of the repository; in
/// none only here.
pub fn find(names: &[&str]) -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let depth = here.ancestors().position(|folder| folder.join(".git").exists()).unwrap_or(0);
    let mut above = PathBuf::new();
    for _ in 0..=depth {
        let there = |name: &&str| above.join(name).is_file();
        if let Some(name) = names.iter().find(|name| there(name)) {
            return Some(above.join(Path::new(name)));
        }
        above.push("..");
    }
    None
}
