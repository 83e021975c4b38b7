//! What is said of an item in a line, in the words that people see on a terminal.

use time::OffsetDateTime;

use crate::finding::Severity;
use crate::outcome::Outcome;
use crate::outcome::audit::Audit;
use crate::outcome::check::Part;
use crate::outcome::exchange::{Exchange, Replay, in_millis};
use crate::outcome::probe::Probe;
use crate::render::human::{Look, audit, diff, explain, inspect, replay, thumbprint, verify};
use crate::report::{Item, Status};
use crate::signature::diagnose::Diagnosis;

/// The verdict on an item: why it could not be looked at, or how it stands.
pub fn headline(item: &Item, look: &Look) -> String {
    match &item.failure {
        Some(failure) => failure.message.clone(),
        None => standing(&item.outcome, item, look),
    }
}

fn standing(outcome: &Outcome, item: &Item, look: &Look) -> String {
    match outcome {
        Outcome::Audit(Audit::Test(row)) => row.outcome.word().to_owned(),
        Outcome::Audit(Audit::Totals(totals)) => audit::headline(item, totals),
        Outcome::Check(check) if check.skipped.is_some() => {
            "not checked: it needs the network".to_owned()
        }
        Outcome::Check(check) if !check.parts.is_empty() => several(&check.parts),
        Outcome::Check(check) => standing(&check.facts, item, look),
        Outcome::Seen(seen) => thumbprint::headline(seen, &item.findings, look),
        Outcome::Inspection(it) => {
            let count = inspect::certificates(it.certificates().count());
            format!("{}, {count}", inspect::format_name(it.format))
        }
        Outcome::Verification(_) if item.status() == Status::Found(Severity::Critical) => {
            let worst = item.findings.iter().max_by_key(|finding| finding.severity);
            worst.map_or_else(String::new, |finding| finding.message.clone())
        }
        Outcome::Verification(verification) => verify::matches(verification, look),
        Outcome::Delivery(it) => match it.status {
            Some(status) => format!("{} bytes, answered {status}", it.request_bytes),
            None => format!("{} bytes, not answered", it.request_bytes),
        },
        Outcome::Replay(Replay::Exchange(exchange)) => answer(exchange),
        Outcome::Replay(Replay::NothingLeft { done_before }) => {
            format!("nothing left to do, {done_before} were done before")
        }
        Outcome::Probe(Probe::Comparison(comparison)) => comparison.headline.clone(),
        Outcome::Probe(Probe::Column(column)) => column.verdict.word().to_owned(),
        Outcome::Difference(difference) => diff::sentence(difference).into_owned(),
        Outcome::Explanation(one) => explain::headline(one),
        Outcome::Minted(minted) => minted.contains.to_owned(),
        Outcome::Scheme(scheme) => scheme.title.clone(),
        Outcome::Step(step) => format!("exit code {}", step.exit_code),
        _ => String::new(),
    }
}

/// What a check found that looked at several things: what is said of all of them, or how many they are.
fn several(parts: &[Part]) -> String {
    let whole = parts.iter().find_map(|part| match &part.facts {
        Outcome::Probe(Probe::Comparison(comparison)) => Some(comparison.headline.clone()),
        _ => None,
    });
    whole.unwrap_or_else(|| format!("{} items", parts.len()))
}

/// What tells an item from others of the same name.
pub fn note(item: &Item) -> String {
    match &item.outcome {
        Outcome::Check(it) => it.owner.clone().unwrap_or_default(),
        Outcome::Caller(it) => format!("{}, {}", it.at, it.peer),
        Outcome::Delivery(it) => format!("{}, {}", it.at, it.peer),
        Outcome::Seen(it) => {
            it.chain.first().map_or_else(String::new, |one| one.certificate.name().to_owned())
        }
        _ => String::new(),
    }
}

/// Why a signature does not match, where somebody looked into it.
pub fn diagnosis(item: &Item) -> Option<&Diagnosis> {
    let verification = match &item.outcome {
        Outcome::Verification(verification) => Some(&**verification),
        Outcome::Delivery(delivery) => delivery.verify.as_deref(),
        _ => None,
    };
    verification?.diagnosis.as_ref()
}

/// `answered 200 in 12.3 ms`
fn answer(exchange: &Exchange) -> String {
    let status =
        exchange.status.map_or("no answer".to_owned(), |status| format!("answered {status}"));
    match &exchange.last {
        Some(last) => format!("{status} in {}", replay::time(in_millis(last.elapsed))),
        None => status,
    }
}

/// `2026-12-31, in 30 days`
pub fn ends(moment: OffsetDateTime, remaining_days: i64) -> String {
    format!("{}, {}", inspect::day(moment), inspect::in_days(remaining_days))
}
