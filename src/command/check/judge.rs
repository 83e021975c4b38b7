//! What came of a check as one item: what its command found, and what the policy wants beside.

use std::collections::{BTreeMap, BTreeSet};

use time::OffsetDateTime;

use super::policy::{Check, Place, Policy};
use super::run::Ran;
use crate::cert::pin::MatchedPin;
use crate::cert::{Certificate, Chain};
use crate::digest::sha256;
use crate::error::Error;
use crate::failure::Failure;
use crate::finding::{Code, Finding, Severity};
use crate::outcome::Outcome;
use crate::outcome::check::{self, Part, Skipped};
use crate::policy::named_pins::{self, Want};
use crate::report::Item;

/// The item of the check at `place`; `ran` is what came of all of them.
pub fn item(policy: &Policy, place: usize, ran: &[Option<Ran>], now: OffsetDateTime) -> Item {
    let check = &policy.checks[place];
    let mut facts = facts(check);
    let mut item = Item::new(check.subject());
    if let Some(pattern) = &check.unmatched {
        let error = Error::new(Failure::NotFound, format!("no file matches {pattern}"));
        item.failure = Some(error.help("correct the pattern, or put the files where it looks"));
    }
    if let Some(own) = &ran[place] {
        item.elapsed_ms = own.elapsed_ms;
        item.limits = own.items.first().map(|item| item.limits).unwrap_or_default();
        looked(&own.items, &mut item, &mut facts);
        if facts.skipped.is_none() {
            about_pins(policy, check, &own.items, now, &mut item);
            about_secret(check, &own.items, &mut item);
            alike(policy, place, ran, &mut item);
        }
    }
    let allowed = item.findings.iter_mut().filter(|finding| check.allow.contains(&finding.code));
    allowed.for_each(|finding| finding.severity = Severity::Info);
    item.outcome = Outcome::Check(Box::new(facts));
    item
}

/// What is known of a check before anything is looked at.
pub fn facts(check: &Check) -> check::Check {
    check::Check {
        check: check.reference().to_string(),
        owner: check.label.owner.clone(),
        tags: check.label.tags.clone(),
        ..check::Check::default()
    }
}

/// Takes over what the command found. What it could not look at without the network, where that is
/// forbidden, is skipped.
fn looked(items: &[Item], item: &mut Item, facts: &mut check::Check) {
    let is_offline = |item: &&Item| {
        item.failure.as_ref().is_some_and(|failure| failure.code == Failure::Offline)
    };
    if items.iter().any(|item| is_offline(&item)) {
        facts.skipped = Some(Skipped::Offline);
        let text = "it needs the network, which --offline forbids";
        item.findings.push(Finding::new(Code::CheckSkipped, &item.subject, text));
    }
    let seen: Vec<&Item> = items.iter().filter(|item| !is_offline(item)).collect();
    item.findings.extend(seen.iter().flat_map(|part| part.findings.iter().cloned()));
    let failed = seen.iter().find_map(|part| part.failure.as_ref().map(|it| (&part.subject, it)));
    match &seen[..] {
        [one] => facts.facts = one.outcome.clone(),
        parts => facts.parts = parts.iter().map(|item| part(item)).collect(),
    }
    item.failure = failed.map(|(subject, error)| error.clone().about(subject));
}

fn part(item: &Item) -> Part {
    Part {
        subject: item.subject.clone(),
        status: item.status().name(),
        facts: item.outcome.clone(),
        failure: item.failure.clone(),
    }
}

/// What the list of pins says of what was seen.
fn about_pins(
    policy: &Policy,
    check: &Check,
    items: &[Item],
    now: OffsetDateTime,
    item: &mut Item,
) {
    let Some(list) = check.pins.as_ref().and_then(|name| policy.pins.get(name)) else { return };
    let want = check.want.unwrap_or(Want::Any);
    if want == Want::None {
        // That none of them matches is what is wanted.
        item.findings.retain(|finding| finding.code != Code::PinMismatch);
    }
    for part in items.iter().filter(|part| part.failure.is_none()) {
        item.findings.extend(named_pins::judge(
            list,
            want,
            matched(&part.outcome),
            now,
            &part.subject,
        ));
    }
}

/// The pin that was seen.
fn matched(outcome: &Outcome) -> Option<&MatchedPin> {
    match outcome {
        Outcome::Seen(seen) => seen.matched_pin.as_ref(),
        Outcome::Inspection(inspection) => inspection.matched_pin.as_ref()?.as_ref(),
        _ => None,
    }
}

/// The labels of the pins that an item's parts match.
pub fn matched_labels(item: &Item) -> BTreeSet<&str> {
    let Outcome::Check(check) = &item.outcome else { return BTreeSet::new() };
    check.outcomes().filter_map(matched).filter_map(|pin| pin.label.as_deref()).collect()
}

/// Whether what is signed is signed with the secret that is wanted.
fn about_secret(check: &Check, items: &[Item], item: &mut Item) {
    let Some(wanted) = &check.secret else { return };
    for part in items {
        let Outcome::Verification(verification) = &part.outcome else { continue };
        if let Some(matched) = verification.matched_secret.as_ref().filter(|it| *it != wanted) {
            let text = format!("it is signed with secret {matched}, and {wanted} is expected");
            let finding = Finding::new(Code::SignatureOldSecret, &part.subject, text);
            item.findings.retain(|other| {
                (other.code, &other.subject) != (Code::SignatureOldSecret, &part.subject)
            });
            item.findings.push(
                finding.severity(Severity::Critical).help(
                    "have the sender sign with the other one, or correct `want` in the policy",
                ),
            );
        }
    }
}

/// Whether the same certificate is where the policy says.
fn alike(policy: &Policy, place: usize, ran: &[Option<Ran>], item: &mut Item) {
    let check = &policy.checks[place];
    let Some(own) = &ran[place] else { return };
    let seen = shown(&own.items);
    for same in &check.same_as {
        let others = match &same.place {
            Place::Pins(name) => {
                let list = policy.pins.get(name).map_or(&[][..], Vec::as_slice);
                let is_known = |one: &&Certificate| {
                    let chain = Chain::new(vec![(*one).clone()]);
                    list.iter().any(|named| named.pin.matches(&chain).is_some())
                };
                seen.iter().filter(|(_, one)| is_known(one)).map(|(key, it)| (*key, *it)).collect()
            }
            Place::Check(other) => {
                ran[*other].as_ref().map(|it| shown(&it.items)).unwrap_or_default()
            }
            Place::Beside(line) => {
                let items = own.beside.get(*line).map_or(&[][..], Vec::as_slice);
                let failed = items.iter().find_map(|it| it.failure.clone());
                item.failure = item.failure.take().or(failed.map(|it| it.about(&same.written)));
                shown(items)
            }
        };
        // What could not be looked at is said where it was to be.
        if seen.is_empty() || others.is_empty() && !matches!(same.place, Place::Pins(_)) {
            continue;
        }
        if seen.keys().ne(others.keys()) {
            let text = format!("its certificate is not the one of {}", same.written);
            let finding = Finding::new(Code::ThumbprintDiffers, &item.subject, text);
            item.findings.push(
                finding
                    .severity(Severity::Critical)
                    .help("the renewed one may not be in use or uploaded yet: compare both"),
            );
        }
    }
}

/// The end-entity certificates that were seen, by their SHA-256.
fn shown(items: &[Item]) -> BTreeMap<[u8; 32], &Certificate> {
    let all = items.iter().flat_map(|item| end_entities(&item.outcome));
    all.map(|one| (sha256(one.der()), one)).collect()
}

/// The end-entity certificates of an outcome; of a file those with a key, if any has one.
pub fn end_entities(outcome: &Outcome) -> Vec<&Certificate> {
    match outcome {
        Outcome::Seen(seen) => seen.chain.iter().take(1).map(|it| &it.certificate).collect(),
        Outcome::Inspection(inspection) => {
            let entries = || inspection.entries.iter();
            let has_key = entries().any(|entry| entry.key.is_some());
            let meant = entries().filter(|entry| !has_key || entry.key.is_some());
            meant.filter_map(|entry| entry.chain.first()).map(|it| &it.certificate).collect()
        }
        _ => Vec::new(),
    }
}
