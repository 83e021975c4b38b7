//! Where targets come from: the command line, and streams of any length.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use tokio::sync::mpsc;

use crate::args::unpack::UnpackArgs;
use crate::command::Context;
use crate::error::{Error, Result, said};
use crate::failure::Failure;
use crate::input::unpack::unpack;
use crate::input::{Piece, lines, named};
use crate::net::Target;
use crate::render::progress::Total;
use crate::report::Place;
use crate::shard::{Deal, Shard};

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

/// A target and its number, from 0: its place on the command line, or behind that its line.
#[derive(Debug)]
pub struct Wanted {
    /// The number.
    pub n: u64,
    /// As it is written.
    pub text: String,
    /// Where, if that is in a list.
    pub place: Option<Place>,
    /// What it is.
    pub subject: Subject,
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
            Error::usage(format!("{name}: not an existing file, and not a host"))
        }
        _ => error,
    })
}

/// How many there are: those of the command line, and as many lines as the files have in this part.
pub fn total(named: u64, files: &[PathBuf], shard: Shard) -> Total {
    if files.is_empty() {
        return Total::Of(named);
    }
    let files = files.to_vec();
    Total::Counted(Box::new(move || {
        let lines = files.iter().map(|path| lines(path)).sum::<Option<u64>>()?;
        Some((named + lines).div_ceil(shard.count()))
    }))
}

/// Targets, one after the other.
pub struct Targets {
    named: std::vec::IntoIter<Wanted>,
    stream: mpsc::Receiver<Result<Wanted>>,
}

impl Targets {
    /// Those of the command line first, then those of the files, which are read as they are wanted;
    /// of all of them what the run is to take, from the number `from` on.
    ///
    /// # Errors
    /// Those of opening a file.
    pub fn open(
        named: Vec<(String, Subject)>,
        files: &[PathBuf],
        unpacking: UnpackArgs,
        from: u64,
        context: &Context,
    ) -> Result<Self> {
        let sharding = &context.sharding;
        let deal = sharding.deal();
        let is_alone = named.is_empty() && files.len() == 1;
        let mut n = named.len() as u64;
        let named = named.into_iter().zip(0..).map(|((text, subject), n)| Wanted {
            n,
            text,
            place: None,
            subject,
        });
        let named =
            named.filter(|wanted| wanted.n >= from && deal.takes(wanted.n, || wanted.text.clone()));
        let named: Vec<_> = named.collect();
        let readers: Vec<_> = files
            .iter()
            .map(|path| {
                let piece = match context.input.piece(path, deal)?.filter(|_| is_alone) {
                    Some(piece) => piece,
                    None => {
                        let (reader, lines) = (context.input.stream(path)?, sharding.first(path));
                        Piece { reader, before: lines.into(), offset: 0, deal }
                    }
                };
                Ok((Place::named(&sharding.name(path)), piece.before.lines()?, piece))
            })
            .collect::<Result<_>>()?;
        let (sender, stream) = mpsc::channel(WAITING);
        if !readers.is_empty() {
            // Reading may block, and must not keep the connections waiting.
            std::thread::spawn(move || {
                for (file, lines, Piece { reader, deal, .. }) in readers {
                    let list = file.map(|file| Place { line: lines + 1, ..file });
                    n += lines;
                    let reader = unpack(reader, unpacking.max_ratio);
                    match read(reader, list, &mut n, from, deal, &sender) {
                        Some(Ok(())) => {}
                        Some(Err(error)) => drop(sender.blocking_send(Err(error))),
                        None => return,
                    }
                }
            });
        }
        Ok(Self { named: named.into_iter(), stream })
    }

    /// The next one, or why there are no more of its file; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Wanted>> {
        match self.named.next() {
            Some(target) => Some(Ok(target)),
            None => self.stream.recv().await,
        }
    }
}

/// Sends what `deal` takes of the targets of a stream, whose first line is number `n` and stands at
/// `list`, from the number `from` on; `None` when nobody wants them any more.
fn read(
    reader: impl Read,
    mut list: Option<Place>,
    n: &mut u64,
    from: u64,
    deal: Deal,
    sender: &mpsc::Sender<Result<Wanted>>,
) -> Option<Result<()>> {
    let mut reader = BufReader::with_capacity(64 << 10, reader);
    let mut line = Vec::new();
    loop {
        line.clear();
        match reader.by_ref().take(MAX_LINE).read_until(b'\n', &mut line) {
            Ok(0) => return Some(Ok(())),
            Ok(_) => {}
            Err(error) => {
                let unreadable =
                    || Error::new(Failure::Unreadable, format!("the targets: {error}"));
                return Some(Err(said(&error).cloned().unwrap_or_else(unreadable)));
            }
        }
        let too_long = line.len() as u64 == MAX_LINE && line.last() != Some(&b'\n');
        // A Windows editor puts a mark before UTF-8.
        let text = String::from_utf8_lossy(&line);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text).trim().to_owned();
        let (text, subject) = if too_long {
            skip_line(&mut reader);
            let start: String = text.chars().take(40).collect();
            (format!("{start}..."), Some(Subject::Wrong(Error::usage("the line is too long"))))
        } else {
            (text, None)
        };
        let number = *n;
        *n += 1;
        let place = list.clone().map(|list| Place { columns: text.chars().count() as u64, ..list });
        list = list.map(|list| Place { line: list.line + 1, ..list });
        let is_target = subject.is_some() || !text.is_empty() && !text.starts_with('#');
        if is_target && number >= from && deal.takes(number, || text.clone()) {
            let subject = subject.unwrap_or_else(|| parse(&text).unwrap_or_else(Subject::Wrong));
            sender.blocking_send(Ok(Wanted { n: number, text, place, subject })).ok()?;
        }
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
        let text =
            format!("\u{feff}a.example\r\n\n# no\n  b.example:8443 \n{long}\nhttp://c\nd.example");
        let list = Place::named("hosts.txt");
        read(text.as_bytes(), list, &mut 0, 0, Deal::default(), &sender).unwrap().unwrap();
        drop(sender);
        let mut seen = Vec::new();
        while let Some(wanted) = receiver.blocking_recv() {
            let Wanted { n, text, place, subject } = wanted.unwrap();
            assert_eq!(place.unwrap().line, n + 1);
            seen.push((n, text.len().min(14), matches!(subject, Subject::Host(_))));
        }
        let expected = [(0, 9, true), (3, 14, true), (4, 14, false), (5, 8, false), (6, 9, true)];
        assert_eq!(seen, expected);
    }

    #[test]
    fn files_and_hosts() {
        assert!(matches!(parse("Cargo.toml").unwrap(), Subject::File(_)));
        assert!(matches!(parse("file:nothing").unwrap(), Subject::File(_)));
        assert!(matches!(parse("a.example").unwrap(), Subject::Host(_)));
        assert!(parse("./nothing.pem").unwrap_err().message.contains("not an existing file"));
    }
}
