//! Commands of a POSIX shell and their words, with bash's `$'...'`. Nothing is ever run or expanded:
//! what a shell would replace (`$NAME`, `$(...)`, globs aside) is refused by name.

use crate::error::{Error, Malformed, Result};
use crate::failure::Failure;

/// Checks that all of `text` can be read, and holds none of it.
pub(super) fn check(text: &[u8]) -> Result<()> {
    let mut shell = Shell::new(text);
    while shell.next()?.is_some() {}
    Ok(())
}

/// A command.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Command {
    pub(super) words: Vec<Vec<u8>>,
    pub(super) stdin: Stdin,
    pub(super) before: Join,
}

/// Where a command reads its standard input from.
#[derive(Debug, Default, PartialEq)]
pub(super) enum Stdin {
    /// Nobody says.
    #[default]
    Unknown,
    File(Vec<u8>),
    /// A here document or a here string.
    Text(Vec<u8>),
}

/// How a command hangs together with the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Join {
    /// Not at all.
    #[default]
    Start,
    Pipe,
    And,
    Or,
}

/// Commands, read one after the other.
#[derive(Clone)]
pub(super) struct Shell<'a> {
    pub(super) text: &'a [u8],
    pub(super) at: usize,
    join: Join,
    /// Where a here document ends that begins after this line.
    document: Option<usize>,
}

/// How far a text was read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    at: usize,
    join: Join,
    document: Option<usize>,
}

impl<'a> Shell<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self::going_on(text, Place::default())
    }

    /// Reads on where somebody stopped.
    pub(super) fn going_on(text: &'a [u8], Place { at, join, document }: Place) -> Self {
        Self { text, at, join, document }
    }

    /// Where it stopped.
    pub(super) fn place(&self) -> Place {
        Place { at: self.at, join: self.join, document: self.document }
    }

    /// Whether the last command writes into the next one.
    pub(super) fn is_piped(&self) -> bool {
        self.join == Join::Pipe
    }

    /// The next command that has a word.
    pub(super) fn next(&mut self) -> Result<Option<Command>> {
        loop {
            let mut command = Command { before: self.join, ..Command::default() };
            self.join = Join::Start;
            self.read(&mut command)?;
            if !command.words.is_empty() {
                return Ok(Some(command));
            }
            if self.peek().is_none() {
                return Ok(None);
            }
        }
    }

    /// Reads up to the end of a command, and past what ends it.
    fn read(&mut self, command: &mut Command) -> Result<()> {
        loop {
            self.skip_blanks();
            let rest = &self.text[self.at..];
            let (length, join) = match rest {
                [] => return Ok(()),
                [b'\n', ..] => {
                    self.at = self.document.take().unwrap_or(self.at + 1);
                    // A line that ends in an operator goes on.
                    if command.words.is_empty() && command.before != Join::Start {
                        continue;
                    }
                    return Ok(());
                }
                [b'|', b'|', ..] => (2, Join::Or),
                [b'&', b'&', ..] => (2, Join::And),
                [b'|', b'&', ..] => (2, Join::Pipe),
                [b'|', ..] => (1, Join::Pipe),
                [b'&', b'>', ..] => (0, Join::Start),
                [b';' | b'&', ..] => (1, Join::Start),
                _ => (0, Join::Start),
            };
            if length > 0 {
                self.at += length;
                self.join = join;
                return Ok(());
            }
            if !self.redirection(command)? {
                let word = self.word()?;
                command.words.push(word);
            }
        }
    }

    /// Reads a redirection, if one is next: only where input comes from is of interest.
    fn redirection(&mut self, command: &mut Command) -> Result<bool> {
        let rest = &self.text[self.at..];
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (length, is_input) = match &rest[digits..] {
            [b'<' | b'>', b'(', ..] => return Err(self.refused(rest[digits])),
            [b'<', b'<', b'<', ..] => {
                self.at += digits + 3;
                let mut text = self.operand()?;
                text.push(b'\n');
                command.stdin = Stdin::Text(text);
                return Ok(true);
            }
            [b'<', b'<', ..] => {
                self.at += digits + 2;
                command.stdin = Stdin::Text(self.here_document()?);
                return Ok(true);
            }
            [b'<', b'&' | b'>', ..] => (2, false),
            [b'<', ..] => (1, digits == 0 || rest[..digits] == *b"0"),
            [b'&', b'>', b'>', ..] => (3, false),
            [b'&', b'>', ..] | [b'>', b'>' | b'&' | b'|', ..] => (2, false),
            [b'>', ..] => (1, false),
            _ => return Ok(false),
        };
        self.at += digits + length;
        let file = self.operand()?;
        if is_input {
            command.stdin = Stdin::File(file);
        }
        Ok(true)
    }

    /// The word behind a redirection.
    fn operand(&mut self) -> Result<Vec<u8>> {
        self.skip_blanks();
        match self.peek() {
            None | Some(b'\n' | b';' | b'|' | b'&' | b'<' | b'>') => {
                Err(Malformed::new("command line", self.at, "a word after the redirection").into())
            }
            Some(_) => self.word(),
        }
    }

    /// The text of `<<WORD`: the lines after this one, up to the one that is the word.
    fn here_document(&mut self) -> Result<Vec<u8>> {
        if self.document.is_some() {
            return Err(Error::new(
                Failure::Unsupported,
                "two here documents on one line are not supported",
            )
            .help("write their text into the command: --data-binary '...'"));
        }
        let is_indented = self.peek() == Some(b'-');
        self.at += usize::from(is_indented);
        self.skip_blanks();
        let start = self.at;
        let mark = self.operand()?;
        let is_literal = self.text[start..self.at].iter().any(|byte| b"'\"\\".contains(byte));
        // The rest of this line belongs to the command, or to others behind it.
        let mut ahead = self.clone();
        ahead.skip_line()?;
        let mut text = Vec::new();
        let mut at = ahead.at;
        loop {
            let rest = &self.text[at..];
            if rest.is_empty() {
                return Err(Malformed::new("command line", at, "the end of a here document").into());
            }
            let length = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
            at += rest.len().min(length + 1);
            let line = rest[..length].strip_suffix(b"\r").unwrap_or(&rest[..length]);
            let tabs = line.iter().take_while(|byte| is_indented && **byte == b'\t').count();
            let line = &line[tabs..];
            if line == mark {
                self.document = Some(at);
                return match is_literal {
                    true => Ok(text),
                    false => Shell::new(&text).expanded(),
                };
            }
            text.extend_from_slice(line);
            text.push(b'\n');
        }
    }

    /// Goes to the first newline that no quote holds.
    fn skip_line(&mut self) -> Result<()> {
        loop {
            self.skip_blanks();
            match self.peek() {
                None => return Ok(()),
                Some(b'\n') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'|' | b'&' | b';' | b'<' | b'>' | b'(' | b')') => self.at += 1,
                Some(_) => drop(self.word()?),
            }
        }
    }

    /// A here document whose word has no quotes: as in double quotes, which mean themselves.
    fn expanded(&mut self) -> Result<Vec<u8>> {
        let mut text = Vec::new();
        while let Some(byte) = self.peek() {
            match byte {
                b'`' => return Err(self.refused(b'`')),
                b'$' => self.dollar(&mut text)?,
                b'\\' => {
                    self.at += 1;
                    match self.peek() {
                        Some(b'\n') => self.at += 1,
                        Some(byte @ (b'$' | b'`' | b'\\')) => {
                            text.push(byte);
                            self.at += 1;
                        }
                        _ => text.push(b'\\'),
                    }
                }
                byte => {
                    text.push(byte);
                    self.at += 1;
                }
            }
        }
        Ok(text)
    }
}

#[cfg(test)]
#[path = "shell_tests.rs"]
mod tests;
