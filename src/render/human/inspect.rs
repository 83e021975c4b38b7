//! `inspect`: one file in full with its certificates, many files as one line a certificate, what
//! ends first on top.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::fact::Facts;
use crate::finding::{Finding, Severity};
use crate::render::human::look::INDENT;
use crate::render::human::{Layout, Look, Paint, Row, align, generic};
use crate::report::{Closing, Item, Status};

/// Certificates, by their end.
pub const LAYOUT: Layout = Layout { command: "inspect", streams: false, full, rows, summary };

/// More certificates than this are listed as a table even when they are in one file.
const SHOWN_IN_FULL: usize = 6;
/// Columns for the names of facts, as [`Look::fact`] has them.
const NAME: usize = 10;
/// Cells of the bar that shows how much of a lifetime is used.
const BAR: usize = 16;
const SMALL_BAR: usize = 8;
/// From this width on the table has room for the bar.
const WIDE: usize = 110;
/// Days of a hundred years.
const CENTURY: i64 = 36_525;
/// Whoever ends later than all certificates, or never.
const NEVER: i64 = i64::MAX;

/// A file: the verdict, each entry, how it is protected, what is wrong.
fn full(item: &Item, look: &Look) -> Vec<String> {
    let mut lines = vec![verdict(item, look)];
    let entries: Vec<&Facts> = groups(&item.facts, "entries").collect();
    let certificates: usize = entries.iter().map(|entry| entry.list("chain").len()).sum();
    if certificates > SHOWN_IN_FULL && !look.verbose {
        let mut rows = rows_of_entries(item, look, false);
        rows.sort_by_key(|row| (std::cmp::Reverse(row.status), row.order));
        lines.extend(align(&rows, look).into_iter().map(|line| format!("  {line}")));
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
            _ => Status::Ok,
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
    for (place, finding) in item.findings.iter().enumerate() {
        let is_last = item.findings[place + 1..].iter().all(|later| later.help != finding.help);
        let help = finding.help.clone().filter(|_| is_last);
        if !checks.contains(&finding.message.as_str()) {
            lines.extend(look.finding(&Finding { help: None, ..finding.clone() }));
        }
        lines.extend(help.iter().flat_map(|help| look.next(help)));
    }
    lines
}

/// `ok    client.p12: PKCS#12, opened with the password`
fn verdict(item: &Item, look: &Look) -> String {
    let mark = look.mark(item.status());
    let subject = look.text(&item.subject);
    match &item.failure {
        Some(failure) => format!("{mark}  {subject}: {}", look.text(&failure.message)),
        None => {
            let count = groups(&item.facts, "entries").map(|it| it.list("chain").len()).sum();
            format!("{mark}  {subject}: {}, {}", format_name(&item.facts), certificates(count))
        }
    }
}

fn certificates(count: usize) -> String {
    if count == 1 { "1 certificate".to_owned() } else { format!("{count} certificates") }
}

fn format_name(facts: &Facts) -> String {
    match facts.text("format") {
        "pkcs7" => "PKCS#7".to_owned(),
        "pkcs12" => "PKCS#12".to_owned(),
        other => other.to_ascii_uppercase(),
    }
}

fn entry_in_full(entry: &Facts, look: &Look) -> Vec<String> {
    let mut lines = Vec::new();
    let chain: Vec<&Facts> = groups(entry, "chain").collect();
    if let Some(heading) = heading(entry, look) {
        lines.push(format!("{INDENT}{heading}"));
    }
    for (place, certificate) in chain.iter().enumerate() {
        if place == 0 || look.verbose {
            lines.extend(certificate_in_full(certificate, look));
        } else {
            let name = if place == 1 { "chain" } else { "" };
            let subject = look.text(certificate.text("subject")).into_owned();
            let until = day(certificate.text("not_after"));
            lines.push(look.fact(name, &format!("{subject}, till {until}")));
        }
    }
    lines
}

/// `hooks-2026 (key ok, RSA 2048)`; nothing for a certificate without a name.
fn heading(entry: &Facts, look: &Look) -> Option<String> {
    let state = state(entry);
    let alias = look.text(entry.text("alias"));
    let key = entry.map("key").map(short_key).filter(|key| !key.is_empty());
    let state = match (state, key) {
        ("trusted", _) if alias.is_empty() => return None,
        (state, Some(key)) => format!("({state}, {key})"),
        (state, None) => format!("({state})"),
    };
    let alias = look.paint(&alias, Paint::Strong);
    Some(format!("{alias} {state}").trim_start().to_owned())
}

/// What an entry is, in a word or two.
fn state(entry: &Facts) -> &'static str {
    let matches = entry.map("key").and_then(|key| key.bool("matches"));
    match (entry.text("kind"), matches, entry.list("chain").is_empty()) {
        ("key", Some(true), _) => "key ok",
        ("key", Some(false), _) => "wrong key",
        ("key", None, true) => "key without certificate",
        ("key", None, false) => "key",
        ("sealed", ..) => "key sealed",
        ("secret", ..) => "secret key",
        _ => "trusted",
    }
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
    let mut lines = vec![
        look.fact("subject", &look.paint(&text("subject"), Paint::Strong)),
        look.fact("valid till", &format!("{till}  {bar}  {}", remaining(certificate))),
        look.fact("sha1", &text("sha1")),
        look.fact("sha256", &text("sha256")),
        look.fact("issuer", &text("issuer")),
    ];
    let key = certificate.map("key").map(short_key).unwrap_or_default();
    lines.push(look.fact("key", &format!("{key}, signed with {}", text("signature_algorithm"))));
    for (name, label) in [("alt_names", "names"), ("extended_key_usage", "purpose")] {
        let values = list(name);
        if !values.is_empty() {
            lines.push(look.fact(label, &values));
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

/// One row a certificate; a file without any has one row of its own.
fn rows(item: &Item, look: &Look) -> Vec<Row> {
    if let Some(failure) = &item.failure {
        let cells = vec![
            String::new(),
            look.text(&item.subject).into_owned(),
            look.text(&failure.message).into_owned(),
        ];
        return vec![Row { status: Status::Failed, order: 0, cells }];
    }
    let rows = rows_of_entries(item, look, true);
    if rows.is_empty() { (generic::LAYOUT.rows)(item, look) } else { rows }
}

fn rows_of_entries(item: &Item, look: &Look, with_file: bool) -> Vec<Row> {
    let entries: Vec<&Facts> = groups(&item.facts, "entries").collect();
    let total: usize = entries.iter().map(|entry| entry.list("chain").len()).sum();
    let mut rows = Vec::new();
    let mut number = 0;
    for entry in entries {
        let mut chain = groups(entry, "chain").peekable();
        if chain.peek().is_none() {
            rows.push(row(item, look, with_file, label(entry, None), None, entry));
        }
        for (place, certificate) in chain.enumerate() {
            number += 1;
            let place = (place > 0 || entry.text("alias").is_empty()).then_some((number, total));
            let label = label(entry, place);
            rows.push(row(item, look, with_file, label, Some(certificate), entry));
        }
    }
    rows
}

/// The alias and what it is, or which certificate of how many.
fn label(entry: &Facts, place: Option<(usize, usize)>) -> String {
    match place {
        Some((_, 1)) if state(entry) == "trusted" => String::new(),
        Some((number, total)) if entry.text("alias").is_empty() && state(entry) != "trusted" => {
            format!("{number} of {total} ({})", state(entry))
        }
        Some((number, total)) => format!("{number} of {total}"),
        None => format!("{} ({})", entry.text("alias"), state(entry)).trim_start().to_owned(),
    }
}

fn row(
    item: &Item,
    look: &Look,
    with_file: bool,
    label: String,
    certificate: Option<&Facts>,
    entry: &Facts,
) -> Row {
    let subject = certificate.map_or("", |certificate| certificate.text("subject"));
    let status = status_of(item, certificate);
    let paint = match status {
        Status::Found(Severity::Critical) => Paint::Bad,
        Status::Found(Severity::Warning) => Paint::Warn,
        _ => Paint::Strong,
    };
    let days = certificate.map_or(String::new(), days);
    let mut cells = vec![look.paint(&format!("{days:>6}"), paint)];
    if look.width >= WIDE {
        let bar = certificate.map_or(String::new(), |it| look.bar(used(it), SMALL_BAR));
        cells.push(look.paint(&bar, Paint::Dim));
    }
    if with_file {
        cells.push(look.text(&item.subject).into_owned());
    }
    cells.push(look.text(&label).into_owned());
    cells.push(cut(&look.text(subject), (look.width / 4).max(24)));
    let key = certificate.and_then(|it| it.map("key")).or_else(|| entry.map("key"));
    cells.push(key.map(short_key).unwrap_or_default());
    Row {
        status,
        order: certificate.and_then(|it| it.int("remaining_days")).unwrap_or(NEVER),
        cells,
    }
}

/// The worst finding about this certificate; the first row of a file also carries what is wrong
/// with the file as a whole.
fn status_of(item: &Item, certificate: Option<&Facts>) -> Status {
    let about = |subject: &str| match certificate {
        Some(facts) => {
            let name = facts.text("subject");
            let with_serial = || format!("{name} (serial {})", facts.text("serial"));
            subject == name || subject == with_serial()
        }
        None => true,
    };
    let worst = item.findings.iter().filter(|it| about(&it.subject)).map(|it| it.severity).max();
    worst.map_or(Status::Ok, Status::Found)
}

/// `1 critical, 1 warning, 11 ok: 13 certificates in 5 files (2 other files skipped)`
fn summary(closing: &Closing, rows: &[Row], _: &Look) -> String {
    let count = |status| rows.iter().filter(|row| row.status == status).count();
    let ok = count(Status::Ok) + count(Status::Found(Severity::Info));
    let counts = [
        (count(Status::Failed), "failed"),
        (count(Status::Found(Severity::Critical)), "critical"),
        (count(Status::Found(Severity::Warning)), "warning"),
        (ok, "ok"),
    ];
    let counts: Vec<String> = counts
        .iter()
        .filter(|(count, name)| *count > 0 || *name == "ok")
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    let found = closing.facts.int("certificates").unwrap_or(0);
    let found = certificates(usize::try_from(found).unwrap_or(0));
    let files = closing.tally.items;
    let files = if files == 1 { "1 file".to_owned() } else { format!("{files} files") };
    let skipped = match closing.facts.int("skipped") {
        None | Some(0) => String::new(),
        Some(1) => " (1 other file skipped)".to_owned(),
        Some(count) => format!(" ({count} other files skipped)"),
    };
    format!("{}: {found} in {files}{skipped}", counts.join(", "))
}

fn groups<'a>(facts: &'a Facts, name: &str) -> impl Iterator<Item = &'a Facts> {
    facts.list(name).iter().filter_map(|value| value.as_map())
}

/// `RSA 2048`, `EC P-256`, `Ed25519`.
fn short_key(key: &Facts) -> String {
    let algorithm = key.text("algorithm");
    match (key.text("curve"), key.int("bits")) {
        ("", Some(bits)) if !algorithm.starts_with("Ed") => format!("{algorithm} {bits}"),
        ("", _) => algorithm.to_owned(),
        (curve, _) => format!("{algorithm} {curve}"),
    }
}

/// How much of the lifetime is used, of 1.
fn used(certificate: &Facts) -> f64 {
    let moment = |name| OffsetDateTime::parse(certificate.text(name), &Rfc3339).ok();
    let (Some(start), Some(end)) = (moment("not_before"), moment("not_after")) else { return 0.0 };
    let lifetime = (end - start).as_seconds_f64() / 86_400.0;
    let remaining = certificate.int("remaining_days").unwrap_or(0) as f64;
    if lifetime > 0.0 { 1.0 - remaining / lifetime } else { 1.0 }
}

/// `12 d`; beyond a century the number says nothing any more.
fn days(certificate: &Facts) -> String {
    match certificate.int("remaining_days") {
        Some(days) if days > CENTURY => ">100 y".to_owned(),
        Some(days) => format!("{days} d"),
        None => String::new(),
    }
}

fn remaining(certificate: &Facts) -> String {
    match certificate.int("remaining_days") {
        Some(1) => "in 1 day".to_owned(),
        Some(days) if days >= 0 => format!("in {days} days"),
        Some(-1) => "less than a day ago".to_owned(),
        Some(-2) => "1 day ago".to_owned(),
        // Days are rounded down, so those that are over have one too many.
        Some(days) => format!("{} days ago", -days - 1),
        None => String::new(),
    }
}

fn day(moment: &str) -> &str {
    moment.get(..10).unwrap_or(moment)
}

/// At most so many characters, the end left out.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(2)).chain("..".chars()).collect()
}
