//! What a file holds: one entry in full, many as a table, how it is protected, what was checked.

use crate::cert::Description;
use crate::finding::Severity;
use crate::outcome::inspection::{Check, Entry, Inspection, Protection, Verdict};
use crate::render::html::markup::Markup;
use crate::render::html::{certificate, words};
use crate::render::human::inspect::state;
use crate::report::Status;

/// More certificates than this are a table.
const IN_FULL: usize = 6;
/// Rows of such a table at most, those that end first.
const ROWS: usize = 150;

/// A file.
pub fn inspection(out: &mut Markup, inspection: &Inspection) {
    if inspection.certificates().count() > IN_FULL {
        table(out, inspection);
    } else {
        for (place, one) in inspection.entries.iter().enumerate() {
            match one.chain.as_slice() {
                [issuer] if place > 0 && issuer.certificate.is_ca() => authority(out, issuer),
                _ => entry(out, one),
            }
        }
    }
    out.raw("<dl>");
    if let Some(it) = &inspection.protection {
        protection(out, it);
    }
    for note in &inspection.notes {
        out.fact("note", note);
    }
    out.raw("</dl>\n");
    if !inspection.checks.is_empty() {
        checks(out, &inspection.checks);
    }
}

/// An authority that stands in the file beside something else, in short: many files have the same.
fn authority(out: &mut Markup, issuer: &Description) {
    out.raw("<dl>");
    certificate::issuer(out, issuer);
    out.code("sha256", &issuer.sha256()).raw("</dl>\n");
}

fn entry(out: &mut Markup, entry: &Entry) {
    out.raw("<h4>").text(entry.alias()).raw(" (").text(state(entry)).raw(")</h4>\n<dl>");
    if let Some(seen) = &entry.seen {
        out.fact("seen", &format!("{} times, {} to {}", seen.count, seen.first, seen.last));
    }
    if entry.chain.is_empty() {
        let key = entry.key.as_ref().and_then(|key| key.kind.as_ref());
        out.fact("key", &key.map(|kind| kind.short()).unwrap_or_default());
    }
    certificate::chain(out, &entry.chain);
    out.raw("</dl>\n");
}

/// A row a certificate, what ends first on top.
fn table(out: &mut Markup, inspection: &Inspection) {
    let mut all: Vec<_> = inspection
        .entries
        .iter()
        .flat_map(|entry| {
            entry.chain.iter().enumerate().map(move |(place, one)| (entry, place, one))
        })
        .collect();
    all.sort_by_key(|(_, _, one)| one.certificate.not_after);
    out.raw("<table class=rows><thead><tr><th scope=col>certificate<th scope=col>entry");
    out.raw("<th scope=col>ends<th scope=col>SHA-256</thead>\n");
    for (entry, place, one) in all.iter().take(ROWS) {
        out.raw("<tr><th scope=row>").text(one.certificate.name()).raw("<td>").text(entry.alias());
        let state = if *place == 0 { state(entry) } else { "issuer" };
        out.raw(" (").text(state).raw(")<td class=\"wide date\">");
        out.text(&words::ends(one.certificate.not_after, one.remaining_days));
        out.raw("<td class=wide><code>").text(&one.sha256()).raw("</code>\n");
    }
    out.raw("</table>\n");
    if all.len() > ROWS {
        out.raw("<p>").number((all.len() - ROWS) as u64).raw(" more end later.\n");
    }
}

/// How a store is protected, and what opens it.
fn protection(out: &mut Markup, protection: &Protection) {
    let scheme = &protection.scheme;
    let mut parts = scheme.encryption.clone();
    parts.push(scheme.mac.clone().unwrap_or_else(|| "no MAC".to_owned()));
    parts.extend(scheme.iterations.map(|count| format!("{count} iterations")));
    out.facts("protection", &parts).facts("opens with", &protection.opens_with);
}

/// What was checked, ticked off.
fn checks(out: &mut Markup, checks: &[Check]) {
    out.raw("<table><thead><tr><th scope=col>check<th scope=col>verdict<th scope=col>what was seen</thead>\n");
    for check in checks {
        let status = match check.verdict {
            Verdict::Ok => Status::Ok,
            Verdict::Found(severity) => Status::Found(severity),
            Verdict::Unknown => Status::Found(Severity::Warning),
        };
        let word = if check.verdict == Verdict::Unknown { "unknown" } else { status.name() };
        out.raw("<tr class=").raw(status.name()).raw("><th scope=row>").raw(check.name);
        out.raw("<td><b>").raw(word).raw("</b><td>").text(&check.text).raw("\n");
    }
    out.raw("</table>\n");
}
