//! `explain`: what it means, what is behind it, what to do.

use crate::outcome::Outcome;
use crate::outcome::explanation::{Cause, Explanation, Kind, Page};
use crate::render::human::{Layout, Look, Paint, Row, generic};
use crate::report::{Closing, Item, Status};

/// Each thing as soon as it is known.
pub const LAYOUT: Layout = Layout { command: "explain", full, summary, ..generic::LAYOUT };

/// Columns for the names of facts.
const COLUMN: usize = 9;
/// How many causes are shown; all of them with -v.
const SHOWN: usize = 4;

fn full(item: &Item, look: &Look) -> Vec<String> {
    match &item.outcome {
        Outcome::Explanation(one) if one.is_listed => line(one, look),
        Outcome::Explanation(one) => page(item, one, look),
        _ => generic::full(item, look),
    }
}

fn line(one: &Explanation, look: &Look) -> Vec<String> {
    let id = look.paint(&format!("{:<32}", one.id), Paint::Strong);
    vec![format!("{id} {:<10} {}", one.from, look.text(&one.title))]
}

fn page(item: &Item, one: &Explanation, look: &Look) -> Vec<String> {
    let fact = |name: &str, text: &str| look.facts(name, &look.text(text), COLUMN);
    let mut lines = look.verdict(Status::Ok, &look.text(&headline(one)));
    if let Some(number) = one.line {
        let times =
            if one.times > 1 { format!("   (of {} such lines)", one.times) } else { String::new() };
        lines.extend(fact(&format!("line {number}"), &format!("{}{times}", item.subject)));
    }
    lines.extend(fact("means", &one.meaning));
    if let Some(page) = &one.page {
        lines.extend(code(page, look));
    }
    lines.extend(causes(one, look));
    // What is behind it has its own next step.
    if one.causes.is_empty() {
        lines.extend(fact(if one.page.is_some() { "fix" } else { "next" }, &one.next));
    }
    one.also.iter().for_each(|also| lines.extend(fact("also", also)));
    if let Some(allow) = one.page.as_ref().and_then(|page| page.allow.as_ref()) {
        lines.extend(fact("allow", &format!("{allow} counts it as info")));
    }
    if !one.related.is_empty() {
        lines.extend(fact("related", &one.related.join(", ")));
    }
    if one.page.is_none() {
        lines.extend(fact("source", &one.source));
    }
    lines.extend(look.verdicts(item));
    lines
}

pub fn headline(one: &Explanation) -> String {
    let severity = one.page.as_ref().and_then(|page| page.severity);
    match one.kind {
        Kind::Finding => {
            let severity = severity.map(|severity| format!(", {}", severity.name()));
            format!("{}: {} (finding{})", one.id, one.title, severity.unwrap_or_default())
        }
        Kind::Failure => format!("{}: {} (failure)", one.id, one.title),
        _ => one.title.clone(),
    }
}

fn code(page: &Page, look: &Look) -> Vec<String> {
    let fact = |name: &str, text: &str| look.facts(name, &look.text(text), COLUMN);
    let mut lines = Vec::new();
    if let Some(changes) = &page.severity_changes {
        lines.extend(fact("severity", changes));
    }
    lines.extend(fact("raised by", &page.raised_by));
    for (number, text) in page.example.lines().enumerate() {
        lines.extend(fact(if number == 0 { "example" } else { "" }, text));
    }
    lines
}

/// The first one is the likeliest; one that our certificate proves leaves no doubt.
fn causes(one: &Explanation, look: &Look) -> Vec<String> {
    let fact = |name: &str, text: &str| look.facts(name, &look.text(text), COLUMN);
    if let [Cause { text, fix, .. }] = one.causes.as_slice()
        && *text == one.meaning
    {
        return fact("next", fix);
    }
    let shown = if look.verbose { one.causes.len() } else { SHOWN };
    let mut lines = Vec::new();
    for (number, cause) in one.causes.iter().take(shown).enumerate() {
        let (name, mark) = match (cause.proven, number) {
            (true, _) => ("yours", " <- proven by your certificate"),
            (false, 0) if one.causes.len() > 1 => ("likely", " <- most likely"),
            (false, 0) => ("cause", ""),
            (false, _) => ("or", ""),
        };
        lines.extend(fact(name, &format!("{}{mark}", cause.text)));
        lines.extend(fact("", &format!("fix: {}", cause.fix)));
    }
    if let more @ 1.. = one.causes.len().saturating_sub(shown) {
        let noun = if more == 1 { "cause" } else { "causes" };
        lines.extend(fact("or", &format!("{more} more {noun}; -v shows all")));
    }
    lines
}

fn summary(_: &Closing, _: &[Row], _: &Look) -> String {
    String::new()
}
