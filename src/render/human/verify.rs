//! `verify`: one line when all is well; else what is wrong, the change that explains it, what to do.

use crate::fact::Facts;
use crate::finding::Finding;
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
    let mark = look.mark(item.status());
    let mut lines = vec![format!("{mark}  {}: {headline}", look.text(&item.subject))];
    let explained = diagnosis(facts, look);
    let is_explained = !explained.is_empty();
    lines.extend(explained);
    for finding in &item.findings {
        let is_headline = worst.is_some_and(|worst| std::ptr::eq(worst, finding))
            && item.status() == Status::Found(crate::finding::Severity::Critical);
        match is_headline {
            true => lines.extend(
                finding.help.iter().filter(|_| !is_explained).flat_map(|help| look.next(help)),
            ),
            false => lines.extend(shown(finding, look)),
        }
    }
    if let Some(failure) = &item.failure {
        lines.extend(failure.help.iter().flat_map(|help| look.next(help)));
    }
    lines.extend(evidence(facts, look));
    lines
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

/// The changes under which it does match.
fn diagnosis(facts: &Facts, look: &Look) -> Vec<String> {
    let mut lines = Vec::new();
    for hit in facts.list("diagnosis").iter().filter_map(|hit| hit.as_map()) {
        let message = look.paint(&look.text(hit.text("message")), Paint::Strong);
        lines.extend(look.wrap(&message, INDENT.len()));
        if let Some(help) = hit.get("help").and_then(|help| help.as_text()) {
            lines.extend(look.next(help));
        }
    }
    lines
}

/// What else there is to see: the expected values when asked for, other schemes, with `-v` all.
fn evidence(facts: &Facts, look: &Look) -> Vec<String> {
    let mut names = vec!["expected", "scheme_flags", "also_fits"];
    if look.verbose {
        names.extend(["candidates", "signed_at", "payload_bytes", "payload_sha256", "tried"]);
    }
    let shown = names.into_iter().filter_map(|name| {
        let value = look.value(facts.get(name)?);
        let name = match name {
            "scheme_flags" => "chosen",
            "also_fits" => "also fits",
            other => other,
        };
        (!value.is_empty()).then(|| look.fact(name, &value))
    });
    shown.collect()
}

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
