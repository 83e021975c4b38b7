//! Captures: every request in one is an item, and a million of them need no more memory than one.

use std::io::Read;

use super::judge::{Judge, Seen};
use crate::capture::{self, Captured, Options};
use crate::error::Result;
use crate::finding::Finding;
use crate::report::{Item, Reporter};
use crate::signature::Message;
use crate::signature::content::lines;

/// Verifies every request of the capture that begins with `start`.
pub fn run(
    judge: &Judge<'_>,
    subject: &str,
    start: Vec<u8>,
    rest: impl Read,
    reporter: &mut Reporter,
) -> Result<()> {
    for finding in judge.about_secrets(subject) {
        judge.context().note(&format!("{}: {}", finding.code.id(), finding.message));
    }
    let captures = capture::load(std::io::Cursor::new(start).chain(rest), &Options::default())?;
    for captured in captures {
        match captured {
            Ok(captured) => reporter.item(item(judge, subject, &captured))?,
            Err(error) => reporter.item(Item::failed(subject, error))?,
        }
    }
    Ok(())
}

/// Judges one captured request.
fn item(judge: &Judge<'_>, file: &str, captured: &Captured) -> Item {
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
