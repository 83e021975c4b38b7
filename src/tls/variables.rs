//! `SSL_CERT_FILE` and `SSL_CERT_DIR`: trust anchors that the environment names, read as OpenSSL
//! reads them. Whoever set one meant these anchors: one that fails is an error, and never opens the
//! way back to those of the system.

use std::path::{Path, PathBuf};

use super::anchors::Anchors;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::input::{Input, folder, variable_os};

/// A file of certificates.
const FILE: &str = "SSL_CERT_FILE";
/// Folders, separated as in PATH, with a file `HASH.N` for each certificate.
const FOLDERS: &str = "SSL_CERT_DIR";

/// The anchors that the environment names; none when it names none.
///
/// # Errors
/// Those of reading, and `unrecognised` where no certificate is found, each about its variable.
pub fn anchors() -> Result<Option<Anchors>> {
    let (file, folders) = (variable_os(FILE), variable_os(FOLDERS));
    if file.is_none() && folders.is_none() {
        return Ok(None);
    }
    let mut anchors = Anchors::default();
    if let Some(path) = file {
        anchors.extend(of_file(Path::new(&path)).map_err(|error| about(error, FILE))?);
    }
    if let Some(list) = folders {
        let folders: Vec<PathBuf> =
            std::env::split_paths(&list).filter(|path| !path.as_os_str().is_empty()).collect();
        anchors.extend(of_folders(&folders).map_err(|error| about(error, FOLDERS))?);
    }
    Ok(Some(anchors))
}

fn of_file(path: &Path) -> Result<Anchors> {
    if path.as_os_str().is_empty() {
        return Err(Error::new(Failure::NotFound, "it is set, but does not name a file"));
    }
    let bytes = Input::default().read(path)?;
    Anchors::from_file(&bytes).map_err(|error| error.about(path.display()))
}

fn of_folders(folders: &[PathBuf]) -> Result<Anchors> {
    let mut anchors = Anchors::default();
    for folder in folders {
        for path in folder::names(folder)?.into_iter().filter(|path| is_hashed(path)) {
            let bytes = Input::default().read(&path)?;
            anchors
                .extend(Anchors::from_file(&bytes).map_err(|error| error.about(path.display()))?);
        }
    }
    if anchors.is_empty() {
        let error = Error::new(Failure::Unrecognised, "there is no file HASH.N in its folders");
        return Err(error.help("create them with `openssl rehash DIR`"));
    }
    Ok(anchors)
}

/// Whether it is called as OpenSSL looks for it: eight hex digits, a dot, a number.
fn is_hashed(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    let Some((hash, number)) = name.and_then(|name| name.split_once('.')) else { return false };
    let is_hex = |char: char| char.is_ascii_digit() || ('a'..='f').contains(&char);
    hash.len() == 8
        && hash.chars().all(is_hex)
        && !number.is_empty()
        && number.chars().all(|char| char.is_ascii_digit())
}

fn about(error: Error, variable: &str) -> Error {
    let error = match error.help {
        None => error.help(format!("fix {variable}, or unset it to use the system's anchors")),
        Some(_) => error,
    };
    error.about(variable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_a_hashed_folder() {
        for (name, is) in [
            ("82965258.0", true),
            ("82965258.12", true),
            ("82965258.r0", false),
            ("82965258.", false),
            ("8296525G.0", false),
            ("ca.pem", false),
            ("82965258", false),
        ] {
            assert_eq!(is_hashed(Path::new("/x").join(name).as_path()), is, "{name}");
        }
    }

    #[test]
    fn folders_without_certificates_fail_and_hashed_files_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_owned();
        let key = rcgen::KeyPair::generate().unwrap();
        let pem = rcgen::CertificateParams::new(vec![]).unwrap().self_signed(&key).unwrap().pem();
        std::fs::write(path.join("ca.pem"), &pem).unwrap();
        assert_eq!(
            of_folders(std::slice::from_ref(&path)).unwrap_err().code,
            Failure::Unrecognised
        );
        std::fs::write(path.join("01234567.0"), &pem).unwrap();
        assert_eq!(of_folders(std::slice::from_ref(&path)).unwrap().len(), 1);
        assert_eq!(of_folders(&[path.join("none"), path]).unwrap_err().code, Failure::NotFound);
        assert!(of_file(Path::new("")).is_err());
    }
}
