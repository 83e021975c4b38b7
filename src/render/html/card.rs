//! An item: its row in the table of all, and everything that is known of it.

use crate::outcome::Outcome;
use crate::outcome::check::Check;
use crate::render::html::markup::Markup;
use crate::render::html::{audit, captured, codes, inspect, others, sent, served, words};
use crate::render::human::Look;
use crate::render::remark::{Remark, remarks};
use crate::report::{Item, Status};

/// Remarks that are shown of an item: a bundle can have one for each of its certificates.
const MOST: usize = 60;

/// An item, ready to be shown.
pub struct Card {
    /// The worst there is to say.
    pub status: Status,
    /// When the first of its certificates ends; after all others without one.
    pub ends: i64,
    /// The same in words.
    pub ends_in: String,
    /// Its number, from 1.
    pub number: u64,
    /// What it is.
    pub subject: String,
    /// What tells it from others of that name.
    pub note: String,
    /// What there is to say of it.
    pub what: Markup,
    /// All of it.
    pub full: Markup,
}

impl Card {
    /// The card of an item.
    pub fn of(item: &Item, number: u64, headline: &str, look: &Look) -> Self {
        let first = item.outcome.first_to_end();
        let ends = first.as_ref().map(|one| one.not_after().unix_timestamp());
        let ends_in = first.map(|one| words::ends(one.not_after(), one.remaining_days()));
        let remarks = remarks(item);
        Self {
            status: item.status(),
            ends: ends.unwrap_or(i64::MAX),
            ends_in: ends_in.unwrap_or_default(),
            number,
            subject: item.subject.clone(),
            note: words::note(item),
            what: what(headline, &remarks),
            full: full(item, number, headline, &remarks, look),
        }
    }
}

/// The status in a word, in its colour.
pub fn mark(out: &mut Markup, status: Status) {
    out.raw("<b>").raw(status.name()).raw("</b>");
}

/// The codes of what is wrong, or how it stands.
fn what(headline: &str, remarks: &[Remark<'_>]) -> Markup {
    let mut what = Markup::default();
    let mut told: Vec<&str> = Vec::new();
    for remark in remarks {
        if !told.contains(&remark.code) {
            what.raw(if told.is_empty() { "" } else { ", " });
            codes::link(&mut what, remark);
            told.push(remark.code);
        }
    }
    if told.is_empty() {
        what.text(headline);
    }
    what
}

fn full(item: &Item, number: u64, headline: &str, remarks: &[Remark<'_>], look: &Look) -> Markup {
    let mut card = Markup::default();
    card.raw("<section class=\"card ").raw(item.status().name()).raw("\" id=i").number(number);
    card.raw("><h3>");
    mark(&mut card, item.status());
    card.raw(" ").text(&item.subject).raw("</h3>\n");
    if !headline.is_empty() {
        card.raw("<p>").text(headline).raw("\n");
    }
    said(&mut card, item, headline, remarks);
    outcome(&mut card, &item.outcome, look);
    card.raw("</section>\n");
    card
}

/// Everything that was found out.
fn outcome(card: &mut Markup, found: &Outcome, look: &Look) {
    match found {
        Outcome::Audit(audit) => audit::facts(card, audit, look),
        Outcome::Check(it) => check(card, it, look),
        Outcome::Seen(seen) => served::seen(card, seen, look),
        Outcome::Inspection(inspection) => inspect::inspection(card, inspection),
        Outcome::Verification(verification) => captured::verification(card, verification, look),
        Outcome::Delivery(delivery) => captured::delivery(card, delivery, look),
        Outcome::Caller(caller) => captured::caller(card, caller),
        Outcome::Replay(replay) => sent::replay(card, replay, look),
        Outcome::Probe(probe) => sent::probe(card, probe, look),
        _ => others::other(card, found, look),
    }
}

/// A check of a policy: whose it is, and all that its command found out.
fn check(card: &mut Markup, check: &Check, look: &Look) {
    card.raw("<dl>").fact("check", &check.check);
    card.fact("owner", check.owner.as_deref().unwrap_or_default()).facts("tags", &check.tags);
    for command in &check.commands {
        card.code("runs", command);
    }
    card.raw("</dl>\n");
    outcome(card, &check.facts, look);
    for part in check.parts.iter().take(MOST) {
        card.raw("<h4>").text(&part.subject).raw(": ").raw(part.status).raw("</h4>\n");
        if let Some(failure) = &part.failure {
            card.raw("<p>").text(&failure.message).raw("\n");
        }
        outcome(card, &part.facts, look);
    }
}

/// What is wrong with it, and what to do, which is said once of things alike.
fn said(card: &mut Markup, item: &Item, headline: &str, remarks: &[Remark<'_>]) {
    if remarks.is_empty() {
        return;
    }
    card.raw("<ul class=remarks>");
    let explained = words::diagnosis(item).map(|it| it.causes.as_slice()).unwrap_or_default();
    let mut helped: Vec<&str> = Vec::new();
    for remark in remarks.iter().take(MOST) {
        card.raw("<li class=").raw(remark.status.name()).raw(">");
        mark(card, remark.status);
        card.raw(" ");
        codes::link(card, remark);
        let sentence = remark.sentence(item);
        if sentence != headline {
            card.raw(": ").text(&sentence);
        }
        // What the diagnosis says below is not said before it.
        let is_said = |help: &&str| {
            helped.contains(help) || explained.iter().any(|cause| help.contains(&cause.help))
        };
        if let Some(help) = remark.help.filter(|help| !is_said(help)) {
            helped.push(help);
            card.raw("<p>next: ").text(help);
        }
    }
    if remarks.len() > MOST {
        card.raw("<li>and ").number((remarks.len() - MOST) as u64).raw(" more");
    }
    card.raw("</ul>\n");
}
