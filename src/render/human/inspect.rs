//! `inspect`: one file in full with its certificates, many files as one line a certificate, what
//! ends first on top.

mod rows;
mod words;

use std::collections::HashMap;

use crate::cert::names;
use crate::fact::Facts;
use crate::finding::{Finding, Severity};
use crate::render::human::look::{INDENT, NAME};
use crate::render::human::{Layout, Look, Paint, align};
use crate::report::{Item, Status};

use rows::{rows, rows_of_entries, summary};
pub(super) use words::short_key;
use words::{certificates, day, format_name, groups, remaining, state, subject, used};

/// Certificates, by their end.
pub const LAYOUT: Layout = Layout { command: "inspect", streams: false, full, rows, summary };

/// More certificates than this are listed as a table even when they are in one file.
const SHOWN_IN_FULL: usize = 6;
/// Cells of the bar that shows how much of a lifetime is used.
const BAR: usize = 16;

/// A file: the verdict, each entry, how it is protected, what is wrong.
fn full(item: &Item, look: &Look) -> Vec<String> {
    let mut lines = look.verdict(item.status(), &verdict(item, look));
    let entries: Vec<&Facts> = groups(&item.facts, "entries").collect();
    let certificates: usize = entries.iter().map(|entry| entry.list("chain").len()).sum();
    if certificates > SHOWN_IN_FULL && !look.verbose {
        let mut rows = rows_of_entries(item, look, false);
        rows.sort_by_key(|row| (std::cmp::Reverse(row.status), row.order));
        let inner = Look { width: look.width.saturating_sub(2), ..*look };
        let table = align(&rows, &inner).join("\n");
        lines.extend(table.lines().map(|line| format!("  {line}")));
    } else {
        lines.extend(entries.iter().flat_map(|entry| entry_in_full(entry, look)));
    }
    lines.extend(protection(item, look));
    for note in item.facts.list("notes") {
        lines.extend(look.wrap(&format!("note: {}", look.value(note)), INDENT.len()));
    }
    lines.extend(checklist(item, look));
    lines.extend(verdicts(item, look));
    lines
}

/// What was checked, ticked off.
fn checklist(item: &Item, look: &Look) -> Vec<String> {
    let line = |check: &Facts| {
        let status = match check.text("verdict") {
            "critical" => Status::Found(Severity::Critical),
            "warning" => Status::Found(Severity::Warning),
            "ok" | "info" => Status::Ok,
            _ => Status::Failed,
        };
        let text = format!("{:<10} {}", check.text("check"), look.text(check.text("text")));
        let mut lines = look.wrap(&text, INDENT.len() + 6);
        if let Some(first) = lines.first_mut() {
            *first = format!("{INDENT}{}  {}", look.mark(status), first.trim_start());
        }
        lines
    };
    groups(&item.facts, "checks").flat_map(line).collect()
}

/// What is wrong and what to do. What stands in the checklist is not said again, and what to do
/// about several things alike is said once.
fn verdicts(item: &Item, look: &Look) -> Vec<String> {
    let checks: Vec<&str> = groups(&item.facts, "checks").map(|it| it.text("text")).collect();
    let mut lines = Vec::new();
    if let Some(help) = item.failure.as_ref().and_then(|failure| failure.help.as_ref()) {
        lines.extend(look.next(help));
    }
    let helps = item.findings.iter().map(|finding| finding.help.as_deref().unwrap_or_default());
    let last: HashMap<&str, usize> = helps.enumerate().map(|(place, help)| (help, place)).collect();
    for (place, finding) in item.findings.iter().enumerate() {
        let help = finding.help.clone().filter(|help| last.get(help.as_str()) == Some(&place));
        if !checks.contains(&finding.message.as_str()) {
            lines.extend(look.finding(&Finding { help: None, ..finding.clone() }));
        }
        lines.extend(help.iter().flat_map(|help| look.next(help)));
    }
    lines
}

/// `client.p12: PKCS#12, 2 certificates`
fn verdict(item: &Item, look: &Look) -> String {
    let subject = look.text(&item.subject);
    match &item.failure {
        Some(failure) => format!("{subject}: {}", look.text(&failure.message)),
        None => {
            let count = groups(&item.facts, "entries").map(|it| it.list("chain").len()).sum();
            format!("{subject}: {}, {}", format_name(&item.facts), certificates(count))
        }
    }
}

fn entry_in_full(entry: &Facts, look: &Look) -> Vec<String> {
    let mut lines = Vec::new();
    let chain: Vec<&Facts> = groups(entry, "chain").collect();
    if let Some(heading) = heading(entry, look) {
        lines.push(format!("{INDENT}{heading}"));
    }
    lines.extend(entry.map("seen").map(|seen| look.fact("seen", &times(seen, look))));
    for (place, certificate) in chain.iter().enumerate() {
        if place == 0 || look.verbose {
            lines.extend(certificate_in_full(certificate, look));
        } else {
            let name = if place == 1 { "chain" } else { "" };
            let subject = look.text(subject(certificate)).into_owned();
            let until = day(certificate.text("not_after"));
            lines.push(look.fact(name, &format!("{subject}, till {until}")));
        }
    }
    lines
}

/// `3 times, 2026-11-01T10:00:00Z to 2026-11-25T10:00:00Z`
fn times(seen: &Facts, look: &Look) -> String {
    let (first, last) = (look.text(seen.text("first")), look.text(seen.text("last")));
    match seen.int("count") {
        Some(1) | None => format!("once, {first}"),
        Some(count) => format!("{count} times, {first} to {last}"),
    }
}

/// `hooks-2026 (key ok, RSA 2048)`; nothing for a certificate without a name.
fn heading(entry: &Facts, look: &Look) -> Option<String> {
    let state = state(entry);
    let alias = look.text(entry.text("alias"));
    let key = entry.map("key").map(short_key).filter(|key| !key.is_empty());
    let state = match (state, key) {
        ("trusted", _) if alias.is_empty() => return None,
        (state, Some(key)) => format!("{state}, {key}"),
        (state, None) => state.to_owned(),
    };
    Some(match alias.as_ref() {
        "" => state,
        alias => format!("{} ({state})", look.paint(alias, Paint::Strong)),
    })
}

fn certificate_in_full(certificate: &Facts, look: &Look) -> Vec<String> {
    let text = |name| look.text(certificate.text(name)).into_owned();
    let list = |name| {
        let values: Vec<String> =
            certificate.list(name).iter().map(|value| look.value(value)).collect();
        values.join(", ")
    };
    let bar = look.paint(&look.bar(used(certificate), BAR), Paint::Dim);
    let till = text("not_after");
    let subject = Some(text("subject")).filter(|text| !text.is_empty());
    let subject = subject.unwrap_or_else(|| names::EMPTY.to_owned());
    let mut lines = filled("subject", &look.paint(&subject, Paint::Strong), look);
    lines.push(look.fact("valid till", &format!("{till}  {bar}  {}", remaining(certificate))));
    lines.push(look.fact("sha1", &text("sha1")));
    lines.push(look.fact("sha256", &text("sha256")));
    let issuer = Some(text("issuer")).filter(|text| !text.is_empty());
    lines.extend(filled("issuer", &issuer.unwrap_or_else(|| "(empty)".to_owned()), look));
    let key = certificate.map("key").map(short_key).unwrap_or_default();
    lines.push(look.fact("key", &format!("{key}, signed with {}", text("signature_algorithm"))));
    for (name, label) in [("alt_names", "names"), ("extended_key_usage", "purpose")] {
        let values = list(name);
        if !values.is_empty() {
            lines.extend(filled(label, &values, look));
        }
    }
    if look.verbose {
        lines.push(look.fact("valid from", &text("not_before")));
        lines.push(look.fact("serial", &text("serial")));
        lines.push(look.fact("spki", &format!("sha256//{}", text("spki_sha256"))));
        lines.push(look.fact("key usage", &list("key_usage")));
    }
    lines
}

/// How the store is protected, and what opens it.
fn protection(item: &Item, look: &Look) -> Vec<String> {
    let Some(protection) = item.facts.map("protection") else { return Vec::new() };
    let mut parts = Vec::new();
    parts.extend(protection.list("encryption").iter().map(|value| look.value(value)));
    match protection.get("mac").and_then(|value| value.as_text()) {
        Some(mac) => parts.push(look.text(mac).into_owned()),
        None => parts.push("no MAC".to_owned()),
    }
    if let Some(iterations) = protection.int("iterations") {
        parts.push(format!("{iterations} iterations"));
    }
    let mut lines = filled("protection", &parts.join(", "), look);
    let opens = protection.list("opens_with");
    if !opens.is_empty() {
        let opens: Vec<String> = opens.iter().map(|value| look.value(value)).collect();
        lines.extend(filled("opens with", &opens.join(", "), look));
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
