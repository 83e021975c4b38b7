//! Where targets come from: the command line, and streams of any length.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use tokio::sync::mpsc;

use crate::args::unpack::UnpackArgs;
use crate::command::Context;
use crate::error::{Error, Result, said};
use crate::failure::Failure;
use crate::input::named;
use crate::input::unpack::unpack;
use crate::net::Target;

/// Targets that wait between the reader and the workers.
const WAITING: usize = 256;
/// The longest line: a DNS name has at most 253 characters, a path 4096.
const MAX_LINE: u64 = 4200;

/// What is to be looked at.
#[derive(Clone, Debug)]
pub enum Subject {
    /// A host.
    Host(Target),
    /// A certificate file.
    File(PathBuf),
    /// A line of a stream that is neither: the others are looked at all the same.
    Wrong(Error),
}

/// A target as it is written: `file:PATH`, an existing file, or a host.
///
/// # Errors
/// `usage` when it is none of them.
pub fn parse(text: &str) -> Result<Subject> {
    if let Some(path) = text.strip_prefix("file:") {
        return Ok(Subject::File(path.into()));
    }
    if Path::new(text).is_file() {
        return Ok(Subject::File(text.into()));
    }
    text.parse().map(Subject::Host).map_err(|error: Error| match text.contains('/') {
        true if !text.contains("://") => {
            let name = named::file(Path::new(text));
            Error::usage(format!("{name}: no such file, and no host"))
        }
        _ => error,
    })
}

/// Targets, one after the other.
pub struct Targets {
    named: std::vec::IntoIter<(String, Subject)>,
    stream: mpsc::Receiver<(String, Subject)>,
}

impl Targets {
    /// Those of the command line first, then those of the files, which are read as they are wanted.
    ///
    /// # Errors
    /// Those of opening a file.
    pub fn open(
        named: Vec<(String, Subject)>,
        files: &[PathBuf],
        unpacking: UnpackArgs,
        context: &Context,
    ) -> Result<Self> {
        let readers: Vec<_> =
            files.iter().map(|path| context.input.stream(path)).collect::<Result<_>>()?;
        let (sender, stream) = mpsc::channel(WAITING);
        if !readers.is_empty() {
            // Reading may block, and must not keep the connections waiting.
            std::thread::spawn(move || {
                for reader in readers {
                    if read(unpack(reader, unpacking.max_ratio), &sender).is_none() {
                        return;
                    }
                }
            });
        }
        Ok(Self { named: named.into_iter(), stream })
    }

    /// The next one; `None` at the end.
    pub async fn next(&mut self) -> Option<(String, Subject)> {
        match self.named.next() {
            Some(target) => Some(target),
            None => self.stream.recv().await,
        }
    }
}

/// Sends the targets of a stream; `None` when nobody wants them any more.
fn read(reader: impl Read, sender: &mpsc::Sender<(String, Subject)>) -> Option<()> {
    let mut reader = BufReader::with_capacity(64 << 10, reader);
    let mut line = Vec::new();
    loop {
        line.clear();
        let outcome = reader.by_ref().take(MAX_LINE).read_until(b'\n', &mut line);
        let too_long = line.len() as u64 == MAX_LINE && line.last() != Some(&b'\n');
        let text = String::from_utf8_lossy(&line).trim().to_owned();
        let entry = match outcome {
            Ok(0) => return Some(()),
            Ok(_) if too_long => {
                skip_line(&mut reader);
                let start: String = text.chars().take(40).collect();
                (format!("{start}..."), Subject::Wrong(Error::usage("the line is too long")))
            }
            Ok(_) if text.is_empty() || text.starts_with('#') => continue,
            Ok(_) => {
                let subject = parse(&text).unwrap_or_else(Subject::Wrong);
                (text, subject)
            }
            Err(error) => {
                let error = match said(&error) {
                    Some(error) => error.clone(),
                    None => Error::new(Failure::Unreadable, format!("the targets: {error}")),
                };
                let _ = sender.blocking_send(("--targets".to_owned(), Subject::Wrong(error)));
                return Some(());
            }
        };
        sender.blocking_send(entry).ok()?;
    }
}

/// Reads on to the end of the line without keeping it.
fn skip_line(reader: &mut impl BufRead) {
    while let Ok(buffer) = reader.fill_buf() {
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let count = end.map_or(buffer.len(), |end| end + 1);
        reader.consume(count);
        if end.is_some() || count == 0 {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_lines_without_comments_and_a_bad_line_harms_no_other() {
        let (sender, mut receiver) = mpsc::channel(8);
        let long = "x".repeat(1 << 20);
        let text = format!("a.example\r\n\n# no\n  b.example:8443 \n{long}\nhttp://c\nd.example");
        read(text.as_bytes(), &sender).unwrap();
        drop(sender);
        let mut seen = Vec::new();
        while let Some((text, subject)) = receiver.blocking_recv() {
            seen.push((text.len().min(14), matches!(subject, Subject::Host(_))));
        }
        assert_eq!(seen, [(9, true), (14, true), (14, false), (8, false), (9, true)]);
    }

    #[test]
    fn files_and_hosts() {
        assert!(matches!(parse("Cargo.toml").unwrap(), Subject::File(_)));
        assert!(matches!(parse("file:nothing").unwrap(), Subject::File(_)));
        assert!(matches!(parse("a.example").unwrap(), Subject::Host(_)));
        assert!(parse("./nothing.pem").unwrap_err().message.contains("no such file"));
    }
}
