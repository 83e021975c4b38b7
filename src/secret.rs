//! Secrets and where they come from. A secret is wiped after use and never shown.

use std::fmt;
use std::io::{self, Read};
use std::path::PathBuf;
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::error::Error;

/// What stands in an output where the secret itself would.
pub const HIDDEN: &str = "(the secret)";

/// Bytes of the first buffer that a secret is read into: most fit, and the longest allowed would take
/// longer to clear and to wipe than everything else takes that is done with it.
const FIRST: usize = 4 << 10;

/// A signing secret, a password or a private key in clear. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes ownership of the bytes; they are wiped when the last copy goes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads to the end, at most `limit` bytes; `None` when there are more. What it is read into is wiped,
    /// whatever happens: a buffer that is full is copied, because one that grew would leave copies
    /// behind. The reader must keep none of it: no `BufReader`.
    ///
    /// # Errors
    /// Those of the reader.
    pub fn read(mut reader: impl Read, limit: usize) -> io::Result<Option<Self>> {
        let mut buffer = Zeroizing::new(vec![0; FIRST.min(limit + 1)]);
        let mut length = 0;
        while length <= limit {
            if length == buffer.len() {
                let mut larger = Zeroizing::new(vec![0; (2 * length).min(limit + 1)]);
                larger[..length].copy_from_slice(&buffer);
                buffer = larger;
            }
            match reader.read(&mut buffer[length..]) {
                Ok(0) => return Ok(Some(Self::new(buffer[..length].to_vec()))),
                Ok(count) => length += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Cuts one final line feed, with the carriage return before it; says whether there was one.
    pub fn cut_newline(&mut self) -> bool {
        if self.0.last() != Some(&b'\n') {
            return false;
        }
        self.0.pop();
        if self.0.last() == Some(&b'\r') {
            self.0.pop();
        }
        true
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
            _ => Err(refused("not a source to read a secret from")),
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

    /// Gives one byte a time, and now and then none yet.
    struct Slow<'a>(&'a [u8], bool);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(io::ErrorKind::Interrupted.into());
            }
            self.0.read(&mut buffer[..1])
        }
    }

    #[test]
    fn it_is_read_whole_or_not_at_all_and_kept_in_one_place() {
        let read = |bytes: &[u8]| Secret::read(Slow(bytes, false), 4).unwrap();
        assert_eq!(read(b"").unwrap().expose(), b"");
        let secret = read(b"1234").unwrap();
        assert_eq!((secret.expose(), secret.0.capacity()), (&b"1234"[..], 4));
        assert_eq!(read(b"12345"), None);
        let long: Vec<u8> = (0..=u8::MAX).cycle().take(3 * FIRST).collect();
        for (limit, whole) in [(long.len() + 1, true), (long.len(), true), (long.len() - 1, false)]
        {
            let secret = Secret::read(Slow(&long, false), limit).unwrap();
            assert_eq!(secret, whole.then(|| Secret::new(long.clone())), "{limit}");
        }
    }

    #[test]
    fn one_final_newline_is_cut() {
        for (bytes, left, cut) in [
            ("a\n", "a", true),
            ("a\r\n", "a", true),
            ("a\n\n", "a\n", true),
            ("a\r", "a\r", false),
            ("", "", false),
        ] {
            let mut secret = Secret::new(bytes.into());
            assert_eq!((secret.cut_newline(), secret.expose()), (cut, left.as_bytes()));
        }
    }
}
