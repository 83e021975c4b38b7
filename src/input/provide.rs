//! Secrets from where the user said they are.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::finding::{Code, Finding};
use crate::input::{Input, named, prompt, system, wiped};
use crate::secret::{Secret, Source};

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
    /// Reads a secret from where the user said it is. `what` names it in the prompt and in errors.
    pub fn secret(&self, source: &Source, what: &str) -> Result<Provided> {
        let mut findings = Vec::new();
        let mut secret = match source {
            Source::File(path) => {
                findings.extend(readable_by_others(path));
                match path.as_os_str() == "-" {
                    true => wiped::stdin(self)?,
                    false => wiped::file(path)?,
                }
            }
            Source::Stdin => wiped::stdin(self)?,
            Source::Fd(number) => wiped::file(&PathBuf::from(format!("/dev/fd/{number}")))?,
            Source::Env(name) => from_environment(name)?,
            Source::Prompt => ask(what)?,
        };
        // The last line of a PEM file ends like all others: that is nothing to wonder about.
        let pem = secret.expose().starts_with(b"-----BEGIN ");
        let is_text = pem || matches!(source, Source::Env(_) | Source::Prompt);
        let newline_cut = !is_text && secret.cut_newline();
        Ok(Provided { secret, newline_cut, findings })
    }
}

/// Whether a password can be asked for.
pub fn has_terminal() -> bool {
    use std::io::IsTerminal;
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// A variable of the environment, if it is set and is text.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Whether the terminal takes nothing back and has no colours, as editors' are.
pub fn is_dumb() -> bool {
    variable("TERM").is_some_and(|name| name == "dumb")
}

/// An environment variable as it is, also where it is no text.
pub fn variable_os(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// Whether the locale says that text is UTF-8.
pub fn is_utf8() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| variable(name).filter(|value| !value.is_empty()));
    locale.is_some_and(|name| {
        let name = name.to_ascii_lowercase();
        name.contains("utf-8") || name.contains("utf8")
    })
}

/// A variable that controls whom we speak to: one that is set and cannot be read is not ignored.
///
/// # Errors
/// `usage` when it is not text.
pub fn control(name: &str) -> Result<Option<String>> {
    let Some(value) = std::env::var_os(name) else { return Ok(None) };
    value.into_string().map(Some).map_err(|_| {
        Error::usage(format!("the environment variable {name} is not valid UTF-8"))
            .help(format!("set it to another value, or unset {name}"))
    })
}

/// One copy, which is wiped; that of the environment itself is the caller's to remove.
fn from_environment(name: &str) -> Result<Secret> {
    match std::env::var_os(name) {
        Some(value) => Ok(Secret::new(system::bytes(value))),
        None => Err(match named::variable(name) {
            Some(name) => Error::usage(format!("environment variable {name} is not set"))
                .help(format!("export {name}=..., or give another source such as file:PATH")),
            None => Error::usage("the environment variable named is not set").help(format!(
                "{}; give the name alone: env:SECRET, not env:$SECRET",
                named::WHY_UNNAMED
            )),
        }),
    }
}

fn ask(what: &str) -> Result<Secret> {
    let typed = prompt::ask(&format!("{what}: "));
    typed.map(|typed| Secret::new(typed.into_bytes())).map_err(|error| {
        Error::usage(format!("cannot ask for the {what}: {error}"))
            .help("without a terminal, give file:PATH, env:NAME, fd:N or stdin")
    })
}

/// `secret-file-readable`, when the permission bits let others read a regular file.
fn readable_by_others(path: &Path) -> Option<Finding> {
    system::is_readable_by_others(path).then(|| {
        let name = path.display().to_string();
        Finding::new(Code::SecretFileReadable, name.clone(), "others can read the secret file")
            .help(format!("chmod 600 {name}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn one_final_newline_of_a_secret_file_is_cut() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        fs::write(&file, b"s3cret\n\r\n").unwrap();
        let provided = Input::default().secret(&Source::File(file), "secret").unwrap();
        assert_eq!(provided.secret.expose(), b"s3cret\n");
        assert!(provided.newline_cut);

        let file = folder.path().join("key.pem");
        fs::write(&file, b"-----BEGIN PRIVATE KEY-----\n").unwrap();
        assert!(!Input::default().secret(&Source::File(file), "key").unwrap().newline_cut);
    }
}
