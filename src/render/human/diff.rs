//! `diff`: the old certificate and the new one, and what each kind of peer must do before the switch.

use std::borrow::Cow;

use crate::cert::Description;
use crate::outcome::Outcome;
use crate::outcome::difference::Difference;
use crate::policy::renewal::{Change, Peer};
use crate::render::human::inspect::day;
use crate::render::human::look::INDENT;
use crate::render::human::{Layout, Look, Paint, Row, generic};
use crate::report::Item;

/// Pairs, each with its table of peers.
pub const LAYOUT: Layout =
    Layout { command: "diff", streams: false, full, rows, ..generic::LAYOUT };

/// Columns for what a peer checks, and for whether it accepts.
const CHECKS: usize = 11;
const ACCEPTS: usize = 9;

fn full(item: &Item, look: &Look) -> Vec<String> {
    let subject = look.text(&item.subject);
    let verdict = match (&item.failure, &item.outcome) {
        (Some(failure), _) => format!("{subject}: {}", look.text(&failure.message)),
        (None, Outcome::Difference(it)) => format!("{subject}: {}", sentence(it)),
        _ => subject.into_owned(),
    };
    let mut lines = look.verdict(item.status(), &verdict);
    if let Outcome::Difference(difference) = &item.outcome {
        lines.extend(side("old", difference.old.as_ref(), look));
        lines.extend(side("new", difference.new.as_ref(), look));
        lines.extend(difference.change.iter().flat_map(|it| change(it, look)));
        let notes = difference.notes.iter();
        lines.extend(notes.flat_map(|note| look.facts("note", &look.text(note), 10)));
    }
    lines.extend(look.verdicts(item));
    lines
}

/// What it comes to, in a few words.
pub fn sentence(difference: &Difference) -> Cow<'static, str> {
    match &difference.change {
        None if difference.old.is_none() => "is new".into(),
        None => "has no successor".into(),
        Some(change) if change.same_certificate => "the same certificate".into(),
        Some(change) => {
            let refuse = change.peers.iter().filter(|peer| peer.accepts == Some(false)).count();
            match (refuse, change.peers.iter().any(|peer| peer.accepts.is_none())) {
                (0, false) => "every peer accepts the new one".into(),
                (0, true) => "no peer is known to refuse the new one".into(),
                (1, _) => "one kind of peer must change something first".into(),
                (count, _) => format!("{count} kinds of peers must change something first").into(),
            }
        }
    }
}

/// A certificate: its subject, its validity, and the thumbprints, which are never cut.
fn side(name: &str, described: Option<&Description>, look: &Look) -> Vec<String> {
    let Some(described) = described else { return Vec::new() };
    let it = &described.certificate;
    let (from, till) = (day(it.not_before), day(it.not_after));
    let text = format!(
        "{}, {}, {from} to {till}",
        look.paint(&look.text(it.name()), Paint::Strong),
        it.key.short()
    );
    let mut lines = look.facts(name, &text, 10);
    lines.extend(look.facts("", &format!("issued by {}", look.text(it.issuer())), 10));
    lines.push(look.fact("sha1", &described.sha1()));
    lines.push(look.fact("sha256", &described.sha256()));
    lines
}

fn change(change: &Change, look: &Look) -> Vec<String> {
    let mut lines = Vec::new();
    let overlap = match change.overlap_days {
        days @ 0.. => format!("{days} days in which both are valid"),
        days => format!("none: {} days without a valid one", -days),
    };
    lines.push(look.fact("overlap", &overlap));
    for (name, added, removed) in [
        ("names", &change.names_added, &change.names_removed),
        ("purposes", &change.purposes_added, &change.purposes_removed),
        ("chain", &change.chain_added, &change.chain_removed),
    ] {
        let signed = |sign: &'static str| move |one: &String| format!("{sign}{}", look.text(one));
        let parts: Vec<String> =
            removed.iter().map(signed("-")).chain(added.iter().map(signed("+"))).collect();
        if !parts.is_empty() {
            lines.extend(look.facts(name, &parts.join(", "), 10));
        }
    }
    if !change.opens_with_lost.is_empty() {
        let lost = look.text(&change.opens_with_lost.join(", ")).into_owned();
        lines.extend(look.facts("not opened", &format!("by {lost}, which open the old one"), 10));
    }
    let heading = format!("{:CHECKS$} {:ACCEPTS$} before the switch", "checks", "accepts");
    lines.push(format!("{INDENT}{}", look.paint(&heading, Paint::Dim)));
    lines.extend(change.peers.iter().flat_map(|it| peer(it, look)));
    lines
}

/// A kind of peer: what it checks, whether it accepts the new one, what it must do.
fn peer(peer: &Peer, look: &Look) -> Vec<String> {
    let (word, paint) = match peer.accepts {
        Some(true) => ("yes", Paint::Good),
        Some(false) => ("no", Paint::Bad),
        None => ("????", Paint::Warn),
    };
    let accepts = look.paint(&format!("{word:ACCEPTS$}"), paint);
    let must_do = peer.must_do.as_deref().unwrap_or("-");
    let column = CHECKS + 1 + ACCEPTS;
    let mut lines = look.facts("", &look.text(must_do), column);
    if let Some(first) = lines.first_mut() {
        let text = first.trim_start().to_owned();
        *first = format!("{INDENT}{:CHECKS$} {accepts} {text}", peer.checks);
    }
    lines
}

/// A line a pair: which kinds of peers refuse the new one.
fn rows(item: &Item, look: &Look) -> Vec<Row> {
    let Outcome::Difference(difference) = &item.outcome else {
        return (generic::LAYOUT.rows)(item, look);
    };
    let refuse = difference.change.iter().flat_map(|it| &it.peers);
    let refuse = refuse.filter(|peer| peer.accepts == Some(false)).map(|peer| peer.checks);
    let refuse: Vec<&str> = refuse.collect();
    let text = match refuse.is_empty() {
        true => sentence(difference).into_owned(),
        false => format!("refused by peers that check {}", refuse.join(", ")),
    };
    let cells = vec![look.text(&item.subject).into_owned(), text];
    vec![Row { status: item.status(), order: 0, cells }]
}
