//! `--dry-run`: exactly what would be sent, and nothing is.

use super::feed::{Feed, Numbered};
use super::prepare::Changes;
use super::run::Clock;
use crate::digest::{hex, sha256};
use crate::error::Result;
use crate::fact::Facts;
use crate::http::head;
use crate::report::{Item, Reporter};

/// Shows every request.
///
/// # Errors
/// When the report cannot be written.
pub fn run(mut feed: Feed, changes: &Changes, clock: Clock, reporter: &mut Reporter) -> Result<()> {
    while let Some(next) = feed.next() {
        reporter.item(match next {
            Ok(numbered) => shown(numbered, changes, clock),
            Err((subject, error)) => Item::failed(subject, error),
        })?;
    }
    Ok(())
}

fn shown(numbered: Numbered, changes: &Changes, clock: Clock) -> Item {
    let prepared = changes.prepare(numbered.captured.request);
    let mut bytes = Vec::new();
    if let Err(error) = changes.bytes(&prepared, clock.now(), &mut bytes) {
        return Item::failed(numbered.subject, error);
    }
    let (head, body) = bytes.split_at(head::length(&bytes).unwrap_or(bytes.len()));
    let mut item = Item::new(numbered.subject);
    item.facts = Facts::new()
        .with("method", prepared.request.method.as_str())
        .with("url", prepared.url.as_str())
        .with("request_bytes", bytes.len())
        .with("head", String::from_utf8_lossy(head).into_owned())
        .with("body", std::str::from_utf8(body).ok())
        .with("body_sha256", hex(&sha256(body)));
    item.plain = Some(format!("{}{}\n", text(head), text(body)));
    item
}

/// Text as it is; what a terminal could take for a command, or is no text, is described instead.
fn text(bytes: &[u8]) -> String {
    let harmless = |char: char| !char.is_control() || matches!(char, '\r' | '\n' | '\t');
    match std::str::from_utf8(bytes) {
        Ok(text) if text.chars().all(harmless) => text.to_owned(),
        _ => format!("({} bytes that are no text, sha256 {})", bytes.len(), hex(&sha256(bytes))),
    }
}
