//! `.http` and `.rest` files of JetBrains' HTTP Client, the VS Code REST Client and httpyac.
//!
//! ```text
//! @name = value            variables
//! ### title                begins a request
//! # comment, // comment    indented or not, in a body, too
//! POST https://host/path   or a bare URL; HTTP/1.1 may follow; indented lines go on with it
//! Name: value
//!
//! body, or `< ./file`      up to the next ###
//! > {% script %}           about the answer: left out, as are >> file and <> file
//! ```
//!
//! What one of the three reads as another thing than the others is said, or refused: whoever wrote the
//! file knows which of them sends it. Scripts that could change a request are refused.

mod body;
mod dynamic;
mod environment;
mod graphql;
mod line;
mod request;
#[cfg(test)]
mod tests;
mod variables;

use super::room::excerpt;
use super::{Captured, Captures, Options, Source, whole};
use crate::error::{Error, Result};
use crate::failure::Failure;

use line::{Lines, Tags, comment, definition, is_request, is_status_line, refusal};
use request::Reading;
use variables::Variables;

/// The first line that says anything is a separator, a variable or a request line.
pub(super) fn looks_like(start: &[u8]) -> bool {
    let text = String::from_utf8_lossy(start);
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.find(|line| line.starts_with("###") || !comment(line));
    first.is_some_and(|line| {
        line.starts_with("###") || definition(line).is_some() || is_request(line)
    })
}

/// Yields a request per section, each made when it is asked for.
pub(super) fn read<'a>(source: Source<'a>, options: &Options) -> Result<Captures<'a>> {
    let bytes = whole(source)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Error::new(Failure::Malformed, ".http file: expected UTF-8"))?;
    let mut variables = Variables::new(options);
    environment::load(options, &mut variables)?;
    Ok(Box::new(File { text, at: 0, number: 0, variables, options: options.clone() }))
}

/// A file, read up to a section.
struct File {
    text: String,
    /// Where the next section begins.
    at: usize,
    number: usize,
    variables: Variables,
    options: Options,
}

impl Iterator for File {
    type Item = Result<Captured>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let section = section(&self.text[self.at..])?;
            self.at += section.len();
            self.number += 1;
            let parsed = parse(section, self.number, &mut self.variables, &self.options);
            if let Some(parsed) = parsed.transpose() {
                return Some(parsed);
            }
        }
    }
}

/// The piece of the file up to the next `###` line; it begins with its own.
fn section(rest: &str) -> Option<&str> {
    let end = rest.find("\n###").map_or(rest.len(), |at| at + 1);
    (!rest.is_empty()).then(|| &rest[..end])
}

/// The request of a section; `None` where there is none, or it is switched off.
fn parse(
    section: &str,
    number: usize,
    variables: &mut Variables,
    options: &Options,
) -> Result<Option<Captured>> {
    let tags = Tags::of(section);
    let name = tags.name.clone().unwrap_or_else(|| format!("request {number}"));
    let mut lines = Lines(section);
    // What stands before the request line.
    let start = loop {
        let Some(line) = lines.next() else { return Ok(None) };
        if comment(line) || line.trim().is_empty() {
        } else if let Some((name, value)) = definition(line) {
            variables.define(name, value)?;
        } else if line.trim() == "/*" {
            lines.skip_to(|line| line.trim() == "*/")?;
        } else if is_status_line(line) {
            return Ok(None);
        } else if let Some(error) = refusal(line) {
            return Err(error.about(excerpt(&name)));
        } else {
            break line;
        }
    };
    if tags.is_disabled {
        return Ok(None);
    }
    let mut reading = Reading::new(variables, options, &tags);
    let read = reading.request(start, lines, name.clone());
    read.map(Some).map_err(|error| error.about(excerpt(&name)))
}

/// The three clients would send different requests.
fn differs(what: impl Into<String>) -> Error {
    Error::new(Failure::Unsupported, what)
        .help("clients differ in what they send: write it so that they agree, see docs/captures.md")
}
