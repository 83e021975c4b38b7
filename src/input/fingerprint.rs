//! What tells one input from another without reading all of it: names, sizes, and both ends.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::folder::{self, Filter};
use super::named;
use crate::digest::{hex, sha256};
use crate::error::{Error, Result};
use crate::failure::Failure;

/// So much of either end of a file is looked at, in bytes.
const EDGE: u64 = 64 << 10;

/// What inputs and options were when a run began.
#[derive(Clone, Debug, Default)]
pub struct Fingerprint {
    /// The files among them, with their sizes and what stands at their ends.
    files: Vec<(PathBuf, u64, String)>,
    /// SHA-256 of all of it, in hex.
    pub sha256: String,
}

impl Fingerprint {
    /// That of inputs, each with the name that it has in the report, and of options as one text. What
    /// cannot be read, or only once, counts by its name. Of a folder names and sizes count.
    pub fn of(inputs: &[(String, PathBuf)], filter: &Filter, options: &str) -> Self {
        let mut files = Vec::new();
        let mut text = format!("{options}\n");
        for (name, path) in inputs {
            text.extend([name, "\n"]);
            if path.is_dir() {
                let listing = folder::list(path, filter).unwrap_or_default();
                for file in listing.files {
                    let size = fs::metadata(&file).map_or(0, |metadata| metadata.len());
                    text.push_str(&format!("{} {size}\n", file.display()));
                }
            } else if path.as_os_str() != "-"
                && let Ok(metadata) = fs::metadata(path)
                && metadata.is_file()
            {
                let (size, ends) = (metadata.len(), ends(path, metadata.len()));
                text.push_str(&format!("{size} {ends}\n"));
                files.push((path.clone(), size, ends));
            }
        }
        Self { files, sha256: hex(&sha256(text.as_bytes())) }
    }

    /// Fails when one of the files is not any more what it was. One that has grown still is.
    ///
    /// # Errors
    /// `input-changed`.
    pub fn holds(&self) -> Result<()> {
        let changed = self.files.iter().find(|(path, size, was)| ends(path, *size) != *was);
        let Some((path, ..)) = changed else { return Ok(()) };
        let message = format!("{}: changed since the run began", named::file(path));
        Err(Error::new(Failure::InputChanged, message))
    }
}

/// SHA-256 of what stands at both ends of the first `size` bytes of a file, in hex.
fn ends(path: &Path, size: u64) -> String {
    let read = || -> io::Result<Vec<u8>> {
        let mut file = File::open(path)?;
        let mut bytes = Vec::new();
        (&mut file).take(EDGE.min(size)).read_to_end(&mut bytes)?;
        let start = size.saturating_sub(EDGE);
        file.seek(SeekFrom::Start(start))?;
        file.take(size - start).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().map_or_else(|error| error.kind().to_string(), |bytes| hex(&sha256(&bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_differ_by_name_size_ends_and_options() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mut seen = std::collections::HashSet::new();
        let mut of = |name: &str, options: &str| {
            let inputs = [(name.to_owned(), path.clone())];
            let print = Fingerprint::of(&inputs, &Filter::default(), options);
            assert!(seen.insert(print.sha256.clone()), "{name} {options}");
            print
        };
        of("a", "");
        let mut bytes = vec![b'x'; 200 << 10];
        fs::write(&path, &bytes).unwrap();
        of("a", "");
        of("b", "");
        let print = of("a", "scheme=github");
        print.holds().unwrap();
        bytes[(200 << 10) - 1] = b'y';
        fs::write(&path, &bytes).unwrap();
        assert_eq!(print.holds().unwrap_err().code, Failure::InputChanged);
        let print = of("a", "");
        bytes.push(b'z');
        fs::write(&path, &bytes).unwrap();
        print.holds().unwrap();
        of("a", "");
        fs::write(&path, b"short").unwrap();
        assert!(print.holds().is_err());
    }

    #[test]
    fn a_folder_is_what_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let inputs = [("d".to_owned(), folder.path().to_owned())];
        let of = || Fingerprint::of(&inputs, &Filter::default(), "").sha256;
        let empty = of();
        fs::write(folder.path().join("a"), b"1").unwrap();
        assert_ne!(of(), empty);
    }
}
