//! `verify`: one line when all is well; else what is wrong, the change that explains it, what to do.

use crate::fact::{Facts, Value};
use crate::finding::{Code, Finding};
use crate::render::human::look::INDENT;
use crate::render::human::{Layout, Look, Paint, Row};
use crate::report::{Closing, Item, Status};

/// Requests one after the other: a capture may hold a million of them.
pub const LAYOUT: Layout = Layout { command: "verify", streams: true, full, rows, summary };

fn full(item: &Item, look: &Look) -> Vec<String> {
    let facts = &item.facts;
    let worst = item.findings.iter().max_by_key(|finding| finding.severity);
    let headline = match (&item.failure, worst) {
        (Some(failure), _) => look.text(&failure.message).into_owned(),
        (None, Some(finding))
            if item.status() == Status::Found(crate::finding::Severity::Critical) =>
        {
            look.text(&finding.message).into_owned()
        }
        _ => matches(facts, look),
    };
    let text = format!("{}: {headline}", look.text(&item.subject));
    let mut lines = match item.status() {
        // One line each, however long: they are counted and searched.
        Status::Ok => vec![format!("{}  {text}", look.mark(Status::Ok))],
        status => look.verdict(status, &text),
    };
    let explained = diagnosis(facts, &item.findings, look);
    // What to do about a header that is missing is said besides what stands in its place.
    let is_explained = !facts.list("diagnosis").is_empty()
        && (worst.is_none_or(|worst| worst.code != Code::SignatureMissing) || is_bare(facts));
    lines.extend(explained);
    for finding in &item.findings {
        let is_headline = worst.is_some_and(|worst| std::ptr::eq(worst, finding))
            && item.status() == Status::Found(crate::finding::Severity::Critical);
        match is_headline {
            true => lines.extend(
                finding.help.iter().filter(|_| !is_explained).flat_map(|help| look.step(help)),
            ),
            false => lines.extend(shown(finding, look)),
        }
    }
    if let Some(failure) = &item.failure {
        lines.extend(failure.help.iter().flat_map(|help| look.step(help)));
    }
    lines.extend(evidence(facts, look));
    lines
}

/// Whether the header holds the signature alone: then the change says what to do.
fn is_bare(facts: &Facts) -> bool {
    let causes = facts.list("diagnosis").iter().filter_map(|cause| cause.as_map());
    { causes }.any(|cause| cause.text("change") == "signature-prefix-missing")
}

/// The signature is right: under which scheme and secret, for which URL, made when.
fn matches(facts: &Facts, look: &Look) -> String {
    let mut parts = vec![look.text(facts.text("scheme")).into_owned()];
    if let Some(secret) = facts.get("matched_secret").and_then(|label| label.as_text()) {
        parts.push(format!("secret {}", look.text(secret)));
    }
    if let Some(bytes) = facts.int("payload_bytes") {
        parts.push(format!("{bytes} bytes"));
    }
    if let Some(age) = facts.int("age_seconds") {
        parts.push(format!("signed {}", ago(age)));
    }
    let mut text = format!("signature matches ({})", parts.join(", "));
    if let Some(url) = facts.get("matched_url").and_then(|url| url.as_text()) {
        text.push_str(&format!(" for {}", look.text(url)));
    }
    text
}

fn ago(seconds: i64) -> String {
    let size = |seconds: u64| match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", seconds / 60),
        7_200..=172_799 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    };
    match seconds {
        0.. => format!("{} ago", size(seconds.unsigned_abs())),
        _ => format!("{} from now", size(seconds.unsigned_abs())),
    }
}

/// The changes under which it does match; or, where none does, what stands out.
pub fn diagnosis(facts: &Facts, findings: &[Finding], look: &Look) -> Vec<String> {
    let Some(tried) = facts.int("tried") else { return Vec::new() };
    let causes: Vec<&Facts> =
        facts.list("diagnosis").iter().filter_map(|cause| cause.as_map()).collect();
    let is_mismatch = findings.iter().any(|finding| finding.code == Code::SignatureMismatch);
    let but = if is_mismatch { "but it does" } else { "it matches" };
    let mut lines = Vec::new();
    let mut say = |text: &str| lines.extend(look.wrap(text, INDENT.len()));
    let strong = |text: &str| look.paint(&look.text(text), Paint::Strong);
    match causes.as_slice() {
        [] => {
            let notes = facts.list("notes").iter().rev().filter_map(|note| note.as_text());
            notes.for_each(|note| say(&look.text(note)));
            let bytes = facts.int("signed_bytes").map_or(String::new(), |bytes| {
                format!("; signed are {bytes} bytes, SHA-256 {}", facts.text("signed_sha256"))
            });
            say(&format!("{tried} changes tried{bytes}"));
        }
        [cause] => {
            say(&format!("{but} after one change: {}", strong(cause.text("message"))));
            say(&look.text(cause.text("why")));
        }
        several => {
            say(&format!("{but} after {} changes:", several.len()));
            for (number, cause) in several.iter().enumerate() {
                say(&format!("{}. {}", number + 1, strong(cause.text("message"))));
                say(&look.text(cause.text("why")));
            }
        }
    }
    // What a longer step says too is not said twice.
    let steps: Vec<&str> = causes.iter().map(|cause| cause.text("help")).collect();
    let is_said = |place: usize, step: &str| {
        steps.iter().enumerate().any(|(other, longer)| {
            longer.ends_with(step) && (longer.len() > step.len() || other < place)
        })
    };
    let once = steps.iter().enumerate().filter(|(place, step)| !is_said(*place, step));
    lines.extend(once.flat_map(|(_, step)| look.step(step)));
    if look.verbose {
        let code = causes.iter().flat_map(|cause| cause.list("code"));
        let code = code.filter_map(|line| line.as_text()?.split_once(": "));
        let label = |name: &str| look.paint(&format!("{name:<COLUMN$}"), Paint::Dim);
        let line =
            |(name, line): (&str, &str)| format!("{INDENT}{} {}", label(name), look.text(line));
        lines.extend(code.map(line));
    }
    lines
}

/// What else there is to see.
fn evidence(facts: &Facts, look: &Look) -> Vec<String> {
    let always = SHOWN.iter().map(|row| (row, true));
    let rows = always.chain(DETAILS.iter().map(|row| (row, look.verbose)));
    let shown = rows.filter(|(_, wanted)| *wanted).filter_map(|((name, label), _)| {
        let value = facts.get(name).filter(|value| **value != Value::Null)?;
        let value = look.value(value);
        (!value.is_empty()).then(|| look.facts(label, &value, COLUMN))
    });
    shown.flatten().collect()
}

/// Width of the names of facts: a SHA-256 in hex ends in column 80.
const COLUMN: usize = 9;

/// Facts that are always shown, and what people call them.
const SHOWN: &[(&str, &str)] = &[
    ("expected", "expected"),
    ("signed_body", "written"),
    ("scheme_flags", "chosen"),
    ("also_fits", "also fits"),
    ("issuer", "issuer"),
    ("audience", "audience"),
    ("email", "email"),
    ("expires_at", "expires"),
    ("covered", "covers"),
];

/// Facts that `-v` shows besides.
const DETAILS: &[(&str, &str)] = &[
    ("candidates", "candidate"),
    ("signed_at", "signed"),
    ("payload_bytes", "bytes"),
    ("payload_sha256", "sha256"),
    ("tried", "tried"),
];

fn shown(finding: &Finding, look: &Look) -> Vec<String> {
    look.finding(finding)
}

fn rows(_: &Item, _: &Look) -> Vec<Row> {
    Vec::new()
}

fn summary(closing: &Closing, _: &[Row], look: &Look) -> String {
    let tally = &closing.tally;
    let count = |number: u64, word: &str, paint: Paint| {
        (number > 0).then(|| look.paint(&format!("{number} {word}"), paint))
    };
    let parts: Vec<_> = [
        count(tally.critical, "critical", Paint::Bad),
        count(tally.failed, "not read", Paint::Bad),
        count(tally.warning, "warning", Paint::Warn),
        count(tally.ok + tally.info, "ok", Paint::Good),
    ]
    .into_iter()
    .flatten()
    .collect();
    format!("{}: {} requests", parts.join(", "), tally.items)
}
