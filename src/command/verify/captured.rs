//! Captures: every request in one is an item, and a million of them need no more memory than one.

use std::io::{Cursor, Read};
use std::path::Path;

use super::bulk;
use super::judge::{Judge, Seen};
use crate::capture::{self, Captured, FORMATS};
use crate::command::Context;
use crate::error::Result;
use crate::finding::Finding;
use crate::report::{Item, Reporter};
use crate::signature::Message;
use crate::signature::message::lines;

/// Verifies every request of the capture that begins with `start`.
pub fn run(
    judge: &Judge<'_>,
    context: &Context,
    subject: &str,
    start: Vec<u8>,
    rest: impl Read + Send,
    reporter: &mut Reporter,
) -> Result<()> {
    for finding in judge.about_secrets(subject) {
        context.note(&format!("{}: {}", finding.code.id(), finding.message));
    }
    let ours = FORMATS.iter().find(|format| format.name == ".har.ndjson");
    let is_ours = ours.is_some_and(|format| (format.looks_like)(&start));
    let source = Cursor::new(start).chain(rest);
    if is_ours {
        let progress = context.progress(Path::new(subject));
        return bulk::run(judge, subject, source, reporter, progress);
    }
    let captures = capture::load(source, &judge.args().reading.options(Path::new(subject)))?;
    for captured in captures {
        match captured {
            Ok(captured) => reporter.item(item(judge, subject, &captured))?,
            Err(error) => reporter.item(Item::failed(subject, error))?,
        }
    }
    Ok(())
}

/// Judges one captured request.
pub fn item(judge: &Judge<'_>, file: &str, captured: &Captured) -> Item {
    let args = judge.args();
    let request = &captured.request;
    let headers = lines(&request.headers);
    let url = args.url.clone().or_else(|| captured.url.clone()).or_else(|| {
        let host = request.headers.text("host")?;
        request.target.starts_with('/').then(|| format!("https://{host}{}", request.target))
    });
    let message = Message {
        method: &request.method,
        url: url.as_deref(),
        headers: &headers,
        body: &request.body,
        complete: true,
    };
    let subject = format!("{file} {}", captured.name);
    let seen = Seen { received_at: captured.received_at };
    let mut item = judge.item(&subject, &message, &seen);
    let notes = captured.notes.iter();
    item.findings.extend(notes.map(|note| Finding::new(note.code, &subject, &note.message)));
    item
}
