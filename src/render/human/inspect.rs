//! `inspect`: one file in full with its certificates, many files as one line a certificate, what
//! ends first on top.

mod rows;
mod words;

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::cert::algorithms::signature_name;
use crate::cert::{Description, names, rfc3339};
use crate::finding::Finding;
use crate::outcome::inspection::{Check, Entry, Inspection, Protection, Sightings, Verdict};
use crate::render::human::look::{INDENT, NAME};
use crate::render::human::{Layout, Look, Paint, align};
use crate::report::{Item, Status};

pub use rows::FIT;
use rows::{rows, rows_of_entries, summary};
pub(in crate::render) use words::{certificates, day, format_name, in_days, state};
pub(super) use words::{remaining, used};

/// Certificates, by their end.
pub const LAYOUT: Layout = Layout { command: "inspect", streams: false, full, rows, summary };

/// More certificates than this are listed as a table even when they are in one file.
const SHOWN_IN_FULL: usize = 6;
/// Cells of the bar that shows how much of a lifetime is used.
const BAR: usize = 16;

/// A file: the verdict, each entry, how it is protected, what is wrong.
fn full(item: &Item, look: &Look) -> Vec<String> {
    let inspection = item.outcome.inspection();
    let mut lines = look.verdict(item.status(), &verdict(item, inspection, look));
    let Some(inspection) = inspection else {
        lines.extend(verdicts(item, &[], look));
        return lines;
    };
    if inspection.certificates().count() > SHOWN_IN_FULL && !look.verbose {
        let mut rows = rows_of_entries(item, inspection, look, false);
        rows.sort_by_key(|row| (Reverse(row.status), row.order));
        let inner = Look { width: look.width.saturating_sub(2), ..*look };
        let table = align(&rows, &inner, FIT).join("\n");
        lines.extend(table.lines().map(|line| format!("  {line}")));
    } else {
        lines.extend(inspection.entries.iter().flat_map(|entry| entry_in_full(entry, look)));
    }
    lines.extend(inspection.protection.iter().flat_map(|it| protection(it, look)));
    for note in &inspection.notes {
        lines.extend(look.wrap(&format!("note: {}", look.text(note)), INDENT.len()));
    }
    lines.extend(inspection.checks.iter().flat_map(|check| check_line(check, look)));
    lines.extend(verdicts(item, &inspection.checks, look));
    lines
}

/// One thing that was checked, ticked off.
fn check_line(check: &Check, look: &Look) -> Vec<String> {
    let status = match check.verdict {
        Verdict::Ok => Status::Ok,
        Verdict::Found(severity) => Status::Found(severity),
        Verdict::Unknown => Status::Failed,
    };
    let text = format!("{:<10} {}", check.name, look.text(&check.text));
    let mut lines = look.wrap(&text, INDENT.len() + 6);
    if let Some(first) = lines.first_mut() {
        *first = format!("{INDENT}{}  {}", look.mark(status), first.trim_start());
    }
    lines
}

/// What is wrong and what to do. What stands in the checklist is not said again, and what to do
/// about several things alike is said once.
fn verdicts(item: &Item, checks: &[Check], look: &Look) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(help) = item.failure.as_ref().and_then(|failure| failure.help.as_ref()) {
        lines.extend(look.next(help));
    }
    let helps = item.findings.iter().map(|finding| finding.help.as_deref().unwrap_or_default());
    let last: HashMap<&str, usize> = helps.enumerate().map(|(place, help)| (help, place)).collect();
    for (place, finding) in item.findings.iter().enumerate() {
        let help = finding.help.clone().filter(|help| last.get(help.as_str()) == Some(&place));
        if !checks.iter().any(|check| check.text == finding.message) {
            lines.extend(look.finding(&Finding { help: None, ..finding.clone() }));
        }
        lines.extend(help.iter().flat_map(|help| look.next(help)));
    }
    lines
}

/// `client.p12: PKCS#12, 2 certificates`
fn verdict(item: &Item, inspection: Option<&Inspection>, look: &Look) -> String {
    let subject = look.text(&item.subject);
    match (&item.failure, inspection) {
        (Some(failure), _) => format!("{subject}: {}", look.text(&failure.message)),
        (None, Some(it)) => {
            let count = certificates(it.certificates().count());
            format!("{subject}: {}, {count}", format_name(it.format))
        }
        (None, None) => subject.into_owned(),
    }
}

fn entry_in_full(entry: &Entry, look: &Look) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(heading(entry, look).map(|heading| format!("{INDENT}{heading}")));
    lines.extend(entry.seen.as_ref().map(|seen| look.fact("seen", &times(seen, look))));
    for (place, described) in entry.chain.iter().enumerate() {
        if place == 0 || look.verbose {
            lines.extend(certificate_in_full(described, look));
        } else {
            let name = if place == 1 { "chain" } else { "" };
            let certificate = &described.certificate;
            let (subject, until) = (look.text(certificate.name()), day(certificate.not_after));
            lines.push(look.fact(name, &format!("{subject}, until {until}")));
        }
    }
    lines
}

/// `3 times, 2026-11-01T10:00:00Z to 2026-11-25T10:00:00Z`
fn times(seen: &Sightings, look: &Look) -> String {
    let (first, last) = (look.text(&seen.first), look.text(&seen.last));
    match seen.count {
        1 => format!("once, {first}"),
        count => format!("{count} times, {first} to {last}"),
    }
}

/// `hooks-2026 (key ok, RSA 2048)`; nothing for a certificate without a name.
fn heading(entry: &Entry, look: &Look) -> Option<String> {
    let state = state(entry);
    let alias = look.text(entry.alias());
    let key = entry.key.as_ref().and_then(|key| key.kind.as_ref());
    let state = match (state, key) {
        ("trusted", _) if alias.is_empty() => return None,
        (state, Some(key)) => format!("{state}, {}", key.short()),
        (state, None) => state.to_owned(),
    };
    Some(match alias.as_ref() {
        "" => state,
        alias => format!("{} ({state})", look.paint(alias, Paint::Strong)),
    })
}

fn certificate_in_full(described: &Description, look: &Look) -> Vec<String> {
    let it = &described.certificate;
    let or_empty = |name: &str, empty: &str| match name {
        "" => empty.to_owned(),
        name => look.text(name).into_owned(),
    };
    let subject = or_empty(it.subject(), names::EMPTY);
    let mut lines = filled("subject", &look.paint(&subject, Paint::Strong), look);
    let (till, bar) = (rfc3339(it.not_after), look.bar(used(described), BAR));
    let bar = look.paint(&bar, Paint::Dim);
    lines.push(look.fact("expires", &format!("{till}  {bar}  {}", remaining(described))));
    lines.push(look.fact("sha1", &described.sha1()));
    lines.push(look.fact("sha256", &described.sha256()));
    lines.extend(filled("issuer", &or_empty(it.issuer(), "(empty)"), look));
    let signed = look.text(signature_name(&it.signature_oid));
    lines.push(look.fact("key", &format!("{}, signed with {signed}", it.key.short())));
    let extensions = &it.extensions;
    if !extensions.alt_names.is_empty() {
        lines.extend(filled("names", &listed(&extensions.alt_names, look), look));
    }
    let purposes = extensions.extended_key_usage.as_deref().unwrap_or_default();
    if !purposes.is_empty() {
        lines.extend(filled("purpose", &listed(purposes, look), look));
    }
    if look.verbose {
        let usages = extensions.key_usage.as_deref().unwrap_or_default();
        lines.push(look.fact("valid from", &rfc3339(it.not_before)));
        lines.push(look.fact("serial", &it.serial));
        lines.push(look.fact("spki", &format!("sha256//{}", described.spki_sha256())));
        lines.push(look.fact("key usage", &usages.join(", ")));
    }
    lines
}

/// Untrusted texts, safe to show, one after the other.
fn listed<T: AsRef<str>>(texts: &[T], look: &Look) -> String {
    let shown: Vec<_> = texts.iter().map(|text| look.text(text.as_ref())).collect();
    shown.join(", ")
}

/// How the store is protected, and what opens it.
fn protection(protection: &Protection, look: &Look) -> Vec<String> {
    let scheme = &protection.scheme;
    let mut parts = scheme.encryption.clone();
    parts.push(scheme.mac.clone().unwrap_or_else(|| "no MAC".to_owned()));
    parts.extend(scheme.iterations.map(|count| format!("{count} iterations")));
    let mut lines = filled("protection", &listed(&parts, look), look);
    if !protection.opens_with.is_empty() {
        lines.extend(filled("opens with", &listed(&protection.opens_with, look), look));
    }
    lines
}

/// A fact whose value may take several lines.
fn filled(name: &str, value: &str, look: &Look) -> Vec<String> {
    let lines = look.wrap(value, INDENT.len() + NAME + 1);
    let first = |(place, line): (usize, &String)| {
        if place == 0 { look.fact(name, line.trim_start()) } else { line.clone() }
    };
    lines.iter().enumerate().map(first).collect()
}
