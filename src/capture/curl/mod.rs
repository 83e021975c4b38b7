//! curl command lines, as browsers and webhook consoles copy them, and scripts of them. Never executed;
//! a file is read only when files are allowed; a flag that is not known is refused by name, because
//! skipping one could change the body.

mod address;
mod command;
mod flags;
mod form;
mod request;
mod shell;
#[cfg(test)]
mod tests;
mod word;

use super::{Captured, Captures, Options, Source, whole};
use crate::error::{Error, Result};
use crate::failure::Failure;

use command::{Operation, operations};
use shell::{Command, Join, Place, Shell};

/// Commands that do nothing to a request, where they stand by themselves.
const IDLE: &[&[u8]] = &[b"set", b"shopt", b"echo", b"printf", b"sleep", b"exit", b"true", b":"];
/// Words that may stand before a command.
const BEFORE: &[&[u8]] = &[b"time", b"exec", b"command", b"nohup", b"env", b"sudo", b"!"];

/// The first line that does something runs `curl`, perhaps behind a pipe.
pub(super) fn looks_like(start: &[u8]) -> bool {
    let mut lines = start.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let line = lines.find(|line| {
        let first = line.split(u8::is_ascii_whitespace).next().unwrap_or_default();
        !first.is_empty() && first[0] != b'#' && !IDLE.contains(&first) || line.contains(&b'|')
    });
    line.is_some_and(|line| {
        let line = line.strip_prefix(b"$ ").unwrap_or(line);
        line.split(|&byte| byte == b'|').any(|part| {
            let words = part.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
            is_curl(words.map(<[u8]>::to_vec).collect::<Vec<_>>().as_slice()).is_some()
        })
    })
}

/// The words behind `curl`, if that is what runs.
fn is_curl(words: &[Vec<u8>]) -> Option<&[Vec<u8>]> {
    let is_before = |word: &[u8]| {
        let name = word.split(|&byte| byte == b'=').next().unwrap_or_default();
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        BEFORE.contains(&word)
            || name.len() < word.len() && !name.is_empty() && name.iter().all(is_name)
    };
    let at = words.iter().position(|word| !is_before(word))?;
    matches!(&words[at][..], b"curl" | b"curl.exe" | b"/usr/bin/curl").then(|| &words[at + 1..])
}

/// Yields a request per command and URL, each made when it is asked for. Text that no shell could read
/// refuses them all, before the first.
pub(super) fn read<'a>(source: Source<'a>, options: &Options) -> Result<Captures<'a>> {
    let mut text = whole(source)?;
    let start = text.len() - text.trim_ascii_start().len();
    text.drain(..start + if text[start..].starts_with(b"$ ") { 2 } else { 0 });
    shell::check(&text)?;
    Ok(Box::new(Commands {
        text,
        place: Place::default(),
        number: 0,
        pending: Vec::new(),
        options: options.clone(),
    }))
}

/// Command lines, read up to one of them.
struct Commands {
    text: Vec<u8>,
    place: Place,
    number: usize,
    /// What the last one still has to send, the next at the end.
    pending: Vec<Operation>,
    options: Options,
}

impl Iterator for Commands {
    type Item = Result<Captured>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(operation) = self.pending.last_mut() {
                match operation.next() {
                    Some(read) => {
                        let name = format!("command {}{}", self.number, operation.place());
                        return Some(match read {
                            Ok(captured) => Ok(Captured { name, ..captured }),
                            Err(error) => Err(error.about(name)),
                        });
                    }
                    None => drop(self.pending.pop()),
                }
                continue;
            }
            let mut shell = Shell::going_on(&self.text, self.place);
            // All of it was read once, and nothing in it is damaged.
            let command = shell.next().ok()??;
            self.place = shell.place();
            match requests(&command, shell.is_piped(), &self.options) {
                Ok(None) => {}
                Ok(Some(mut operations)) => {
                    self.number += 1;
                    operations.reverse();
                    self.pending = operations;
                }
                Err(error) => {
                    self.number += 1;
                    return Some(Err(error.about(format!("command {}", self.number))));
                }
            }
        }
    }
}

/// What a command sends; `None` where it sends nothing.
fn requests(
    command: &Command,
    is_piped: bool,
    options: &Options,
) -> Result<Option<Vec<Operation>>> {
    let Some(words) = is_curl(&command.words) else {
        let idle = command.words.first().is_none_or(|word| IDLE.contains(&word.as_slice()));
        // What comes after a curl does something with its answer, what comes before one writes its body.
        return match idle || is_piped || command.before != Join::Start {
            true => Ok(None),
            false => Err(Error::new(Failure::Malformed, "a command that is not curl")
                .help("nothing is run: keep only curl commands")),
        };
    };
    if command.before == Join::Or {
        return Err(Error::new(
            Failure::Unsupported,
            "a curl after || is sent only if the one before fails",
        )
        .help("keep only the one to send"));
    }
    operations(words, &command.stdin, options).map(Some)
}
