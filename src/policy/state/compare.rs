//! A check beside what earlier runs know of it: what changed, since when, and what is to be remembered.

use std::time::Duration;

use time::OffsetDateTime;

use super::notice::Notice;
use super::{Change, Key, Moment, Past, Present, RECENT, Sighted};
use crate::finding::{Code, Finding, Severity, Status};

/// What only the time between runs tells.
pub(super) const RAISED: [Code; 4] =
    [Code::CertificateChanged, Code::Flapping, Code::Overdue, Code::PinUnused];

/// How long things may stay as they are.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// After so long a pin that nothing matches is worth a word.
    pub unused_after: Duration,
}

/// What the run before makes of a check.
#[derive(Clone, Debug)]
pub struct Compared {
    /// What changed.
    pub change: Change,
    /// Since when it comes out like that.
    pub since: OffsetDateTime,
    /// In how many runs running.
    pub runs: u64,
    /// Whether there is anything that the run before did not say.
    pub is_news: bool,
    /// What is wrong by what the runs before saw.
    pub findings: Vec<Finding>,
}

impl Past {
    /// Compares a check with what is known of it, and remembers it.
    pub fn compare(
        past: Option<&Self>,
        present: &Present<'_>,
        now: OffsetDateTime,
        rules: Rules,
    ) -> (Self, Compared) {
        let mut next = Self::after(past, present, Moment(now));
        let findings = Notice { past, next: &next, present, now, rules }.findings();
        let told = findings.iter().map(|one| Status::Found(one.severity)).max();
        next.verdict = told.map_or(present.verdict, |worst| worst.max(present.verdict));
        let told = findings.iter().map(|finding| Key {
            code: finding.code.id().to_owned(),
            status: Status::Found(finding.severity),
            subject: finding.subject.clone(),
            sha256: String::new(),
        });
        next.findings = present.findings.iter().cloned().chain(told).collect();
        next.findings.sort();
        next.findings.dedup();
        let change = past.map_or(Change::New, |past| change(past, &next));
        let is_as_before = past.filter(|past| rank(past.verdict) == rank(next.verdict));
        if let Some(past) = is_as_before {
            (next.since, next.runs) = (past.since, past.runs + 1);
        }
        let is_told = |key: &Key| past.is_some_and(|past| past.findings.contains(key));
        let is_news = change != Change::Same || !next.findings.iter().all(is_told);
        let (since, runs) = (next.since.0, next.runs);
        (next, Compared { change, since, runs, is_news, findings })
    }

    /// What is known after this run, of which nothing was said yet.
    fn after(past: Option<&Self>, present: &Present<'_>, now: Moment) -> Self {
        let mut next = past.cloned().unwrap_or(Self {
            verdict: present.verdict,
            since: now,
            runs: 1,
            first: now,
            green: None,
            looked: now,
            findings: Vec::new(),
            certificates: Vec::new(),
            certificates_since: now,
            pins: Default::default(),
            recent: Vec::new(),
        });
        (next.since, next.runs) = (now, 1);
        if !present.is_fresh {
            return next;
        }
        next.looked = now;
        if rank(present.verdict) == 0 {
            next.green = Some(now);
        }
        let mut certificates = present.certificates.clone();
        certificates.sort();
        certificates.dedup();
        // What could not be looked at has not changed.
        if !certificates.is_empty() && certificates != next.certificates {
            (next.certificates, next.certificates_since) = (certificates, now);
        }
        next.pins.retain(|name, _| present.pins.iter().any(|(pin, _)| pin == name));
        for (name, is_seen) in &present.pins {
            let new = Sighted { known: now, first: None, last: None };
            let pin = next.pins.entry(name.clone()).or_insert(new);
            if *is_seen {
                (pin.first, pin.last) = (pin.first.or(Some(now)), Some(now));
            }
        }
        next.recent.push(look(present));
        let excess = next.recent.len().saturating_sub(RECENT);
        next.recent.drain(..excess);
        next
    }
}

/// How a check came out and what it saw, in one word.
fn look(present: &Present<'_>) -> String {
    let seen = present.certificates.iter().map(|one| one.get(..8).unwrap_or(one));
    [present.verdict.name()].into_iter().chain(seen).collect::<Vec<_>>().join(" ")
}

/// How bad it is: what is only worth knowing is well.
pub(super) fn rank(status: Status) -> u8 {
    match status {
        Status::Ok | Status::Found(Severity::Info) => 0,
        Status::Found(Severity::Warning) => 1,
        Status::Found(Severity::Critical) => 2,
        Status::Failed => 3,
    }
}

/// The verdict decides; where it is the same, what is wrong does.
fn change(past: &Past, next: &Past) -> Change {
    let has_more = |one: &Past, other: &Past| {
        let mut wrong = one.findings.iter().filter(|key| rank(key.status) > 0);
        wrong.any(|key| !other.findings.contains(key))
    };
    match rank(next.verdict).cmp(&rank(past.verdict)) {
        std::cmp::Ordering::Greater => Change::Worse,
        std::cmp::Ordering::Less => Change::Better,
        std::cmp::Ordering::Equal if has_more(next, past) => Change::Worse,
        std::cmp::Ordering::Equal if has_more(past, next) => Change::Better,
        std::cmp::Ordering::Equal => Change::Same,
    }
}
