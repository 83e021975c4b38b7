//! `--dry-run`: exactly what would be sent, and nothing is.

use std::collections::HashSet;

use super::feed::{Feed, Numbered};
use super::prepare::Changes;
use super::run::Clock;
use super::setup;
use crate::command::Context;
use crate::digest::{hex, sha256};
use crate::error::Result;
use crate::fact::Facts;
use crate::finding::Finding;
use crate::http::head;
use crate::report::{Item, Reporter};

/// So many different notes are said.
const REMEMBERED: usize = 1000;

/// Shows every request.
///
/// # Errors
/// When the report cannot be written.
pub fn run(
    mut feed: Feed,
    changes: &Changes,
    context: &Context,
    reporter: &mut Reporter,
) -> Result<()> {
    let clock = setup::clock(context);
    let mut said = HashSet::new();
    while let Some(next) = feed.next() {
        let item = match next {
            Ok(numbered) => shown(numbered, changes, clock),
            Err((subject, error)) => Item::failed(subject, error),
        };
        // People see the bytes alone on stdout; what is to be said about them is said beside.
        for finding in item.findings.iter().filter(|_| item.plain.is_some()) {
            if said.len() < REMEMBERED && said.insert(finding.message.clone()) {
                context.note(&format!("{}: {}", item.subject, finding.message));
            }
        }
        reporter.item(item)?;
    }
    Ok(())
}

fn shown(numbered: Numbered, changes: &Changes, clock: Clock) -> Item {
    let Numbered { subject, captured, .. } = numbered;
    let notes = captured.notes.iter();
    let notes = notes.map(|note| Finding::new(note.code, &subject, &note.message));
    let mut findings: Vec<_> = notes.collect();
    let prepared = changes.prepare(captured.request, captured.url.as_deref());
    let carried = prepared.carried.as_ref();
    findings.extend(carried.map(|one| one.finding(&subject, &changes.destination)));
    let mut bytes = Vec::new();
    let mut length = 0;
    let signed = changes.signed(&prepared, clock.now()).and_then(|request| {
        request.write(&mut bytes)?;
        length = bytes.len();
        // What travels is the secret itself: its place is shown, and nothing else of it.
        if let Some(hidden) = changes.hidden(&request) {
            bytes.clear();
            hidden.write(&mut bytes)?;
        }
        Ok(())
    });
    if let Err(error) = signed {
        return Item::failed(subject, error);
    }
    let (head, body) = bytes.split_at(head::length(&bytes).unwrap_or(bytes.len()));
    let mut item = Item::new(subject);
    item.findings = findings;
    item.facts = Facts::new()
        .with("method", prepared.request.method.as_str())
        .with("url", prepared.url.as_str())
        .with("request_bytes", length)
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
