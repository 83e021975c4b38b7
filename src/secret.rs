//! Secrets and where they come from. A secret is wiped after use and never shown.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::error::Error;

/// A signing secret, a password or a private key in clear. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes ownership of the bytes; they are wiped when the last copy goes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes in clear. Only for deriving keys, signing and opening stores.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Number of bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Where a secret is to be read from: `file:PATH`, `env:NAME`, `fd:N`, `stdin` or `prompt`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file; one final newline is cut.
    File(PathBuf),
    /// An environment variable.
    Env(String),
    /// An open file descriptor.
    Fd(i32),
    /// Standard input; one final newline is cut.
    Stdin,
    /// Asked for on the terminal, without echo.
    Prompt,
}

impl FromStr for Source {
    type Err = Error;

    /// The value is never repeated in the error: it may be the secret itself.
    fn from_str(text: &str) -> Result<Self, Error> {
        let refused = |message: &str| {
            Error::usage(message).help(
                "give file:PATH, env:NAME, fd:N, stdin or prompt; a secret is never an argument",
            )
        };
        match text.split_once(':') {
            Some(("file", path)) if !path.is_empty() => Ok(Self::File(path.into())),
            Some(("env", name)) if !name.is_empty() => Ok(Self::Env(name.to_owned())),
            Some(("fd", number)) => match number.parse() {
                Ok(number) if number >= 0 => Ok(Self::Fd(number)),
                _ => Err(refused("fd: needs a file descriptor number, for example fd:3")),
            },
            None if text == "stdin" || text == "-" => Ok(Self::Stdin),
            None if text == "prompt" => Ok(Self::Prompt),
            _ => Err(refused("this is not a place to read a secret from")),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Env(name) => write!(f, "env:{name}"),
            Self::Fd(number) => write!(f, "fd:{number}"),
            Self::Stdin => f.write_str("stdin"),
            Self::Prompt => f.write_str("prompt"),
        }
    }
}

/// A source with a name, so that the answer can say which secret matched: `[LABEL=]SOURCE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledSource {
    /// The name given, if any.
    pub label: Option<String>,
    /// Where it is read from.
    pub source: Source,
}

impl FromStr for LabelledSource {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        // `env:A=b` is no label: a label stands before the first colon.
        match text.split_once('=') {
            Some((label, rest)) if !label.contains(':') && !label.is_empty() => {
                let source = rest.parse()?;
                Ok(Self { label: Some(label.to_owned()), source })
            }
            _ => Ok(Self { label: None, source: text.parse()? }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_value_is_refused_and_not_repeated() {
        for text in ["hunter2", "new=hunter2", "pass:hunter2", "fd:hunter2", "env:", "file:"] {
            let error = text.parse::<LabelledSource>().unwrap_err();
            assert!(!format!("{error:?}").contains("hunter2"), "{text}");
        }
    }

    #[test]
    fn labels_and_sources() {
        let old: LabelledSource = "old=env:A".parse().unwrap();
        assert_eq!(
            old,
            LabelledSource { label: Some("old".into()), source: Source::Env("A".into()) }
        );
        let plain: LabelledSource = "file:/a=b".parse().unwrap();
        assert_eq!(plain.source, Source::File("/a=b".into()));
        assert_eq!("fd:3".parse::<Source>().unwrap().to_string(), "fd:3");
    }

    #[test]
    fn debug_hides() {
        assert_eq!(format!("{:?}", Secret::new(b"x".to_vec())), "Secret(..)");
    }
}
