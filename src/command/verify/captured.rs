//! Captures: every request in one is an item, and a million of them need no more memory than one.

use std::io::{Cursor, Read};
use std::path::Path;

use super::{Args, bulk};
use crate::capture::{self, FORMATS};
use crate::command::Context;
use crate::command::checking::Checker;
use crate::error::Result;
use crate::report::{Item, Reporter};

/// Verifies every request of the capture that begins with `start`.
pub fn run(
    checker: &Checker,
    args: &Args,
    context: &Context,
    subject: &str,
    start: Vec<u8>,
    rest: impl Read + Send,
    reporter: &mut Reporter,
) -> Result<()> {
    for finding in checker.about_secrets(subject) {
        context.note(&format!("{}: {}", finding.code.id(), finding.message));
    }
    let ours = FORMATS.iter().find(|format| format.name == ".har.ndjson");
    let is_ours = ours.is_some_and(|format| (format.looks_like)(&start));
    let source = Cursor::new(start).chain(rest);
    if is_ours {
        let progress = context.progress(Path::new(subject));
        return bulk::run(checker, subject, source, reporter, progress);
    }
    let captures = capture::load(source, &args.reading.options(Path::new(subject)))?;
    for captured in captures {
        match captured {
            Ok(captured) => reporter.item(checker.captured(subject, &captured))?,
            Err(error) => reporter.item(Item::failed(subject, error))?,
        }
    }
    Ok(())
}
