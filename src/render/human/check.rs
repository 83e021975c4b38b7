//! `check`: how many checks are not well, a line for each, the days of each rotation, and the next step.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::outcome::Outcome;
use crate::outcome::check::Check;
use crate::outcome::rotation::Rotation;
use crate::policy::state::Change;
use crate::render::human::table::align;
use crate::render::human::{Fit, Layout, Look, Paint, Row, generic, timeline};
use crate::render::remark::{Remark, remarks};
use crate::report::{Closing, Item, Status};

/// With `-v` each check in full; in any case all of them together, at the end.
pub const LAYOUT: Layout =
    Layout { command: "check", streams: false, full: generic::full, rows, summary };

/// Columns of the longest kind.
const KIND: usize = "signature".len();
/// How long something is in short words, the largest unit first, in seconds.
const UNITS: [(&str, i64); 3] = [("d", 86_400), ("h", 3_600), ("min", 60)];

/// All checks, the worst first.
pub fn together(closing: &Closing, items: &[Arc<Item>], look: &Look) -> Vec<String> {
    // What could not be begun stands on stderr.
    if items.is_empty() {
        return Vec::new();
    }
    let mut items: Vec<&Item> = items.iter().map(AsRef::as_ref).collect();
    items.sort_by_key(|item| Reverse(item.status()));
    let worst = items.first().map_or(Status::Ok, |item| item.status());
    let has_state = items.iter().any(|item| known(item).is_some());
    let mut table = Vec::new();
    // A policy that was written or read is no check.
    if items.iter().any(|item| check(item).is_some() || item.failure.is_some()) {
        table.push(Row { status: worst, order: 0, cells: head(closing, has_state, look) });
    }
    table.extend(items.iter().map(|item| row(item, has_state, look)));
    let mut lines = align(&table, look, Fit::default());
    for (item, rotation) in items.iter().filter_map(|item| Some((item, rotation(item)?))) {
        let name = item.subject.strip_prefix("rotation ").unwrap_or(&item.subject);
        lines.extend(timeline::lines(name, rotation, look));
    }
    lines.extend(next(&items, look));
    lines
}

/// The first line: how many are not well.
fn head(closing: &Closing, has_state: bool, look: &Look) -> Vec<String> {
    let tally = &closing.tally;
    let checks = if tally.items == 1 { "check" } else { "checks" };
    let text = match tally.items - tally.ok - tally.info {
        0 => format!("{} {checks}", tally.items),
        wrong => format!("{wrong} of {} {checks}", tally.items),
    };
    let names = if has_state { &["", "since", "change", ""][..] } else { &["", ""] };
    let names = names.iter().map(|name| look.paint(name, Paint::Dim));
    [look.paint(&text, Paint::Strong)].into_iter().chain(names).collect()
}

fn row(item: &Item, has_state: bool, look: &Look) -> Row {
    let (kind, name) = item.subject.split_once(' ').unwrap_or((&item.subject, ""));
    let mut cells = vec![format!("{kind:KIND$} {}", look.text(name)), what(item)];
    if has_state {
        let known = known(item);
        let since = known.map(|known| age(known.age)).unwrap_or_default();
        let is_told = |change: &Change| *change != Change::Same || item.status() > Status::Ok;
        let change = known.map(|known| known.change).filter(is_told).map(Change::word);
        cells.extend([since, change.unwrap_or_default().to_owned()]);
    }
    cells.push(text(item, look));
    Row { status: item.status(), order: 0, cells }
}

/// In a word: the worst that is wrong, the phase of a rotation, the days that are left.
fn what(item: &Item) -> String {
    if let Some(rotation) = rotation(item) {
        return format!("phase {}", rotation.phase.word());
    }
    let days = || item.outcome.first_to_end().map(|one| format!("{} d", one.remaining_days()));
    let code = remarks(item).first().map(|remark| remark.code.to_owned());
    code.or_else(days).unwrap_or_default()
}

/// In a sentence.
fn text(item: &Item, look: &Look) -> String {
    let remarks = remarks(item);
    let said = remarks.first().map(|worst| match is_placed(worst) {
        true => look.text(worst.message).into_owned(),
        false => worst.sentence(item).into_owned(),
    });
    let more = match remarks.len().saturating_sub(1) {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    match rotation(item) {
        Some(rotation) => {
            let day = rotation.day.zip(rotation.days);
            let day = day.map(|(day, days)| format!("day {day} of {days}, ")).unwrap_or_default();
            let Rotation { places, places_as_wanted, .. } = rotation;
            let places = format!("{places_as_wanted} of {places} places as wanted");
            let said = said.map(|said| format!(": {said}")).unwrap_or_default();
            format!("{day}{places}{said}{more}")
        }
        None => match (said, skipped(item)) {
            (Some(said), _) => said + &more,
            (None, Some(why)) => look.paint(&why, Paint::Dim),
            (None, None) => look.text(&commands(item).join("; ")).into_owned(),
        },
    }
}

/// Whether the message itself says at which address of its subject that is.
fn is_placed(remark: &Remark<'_>) -> bool {
    let address = remark.subject.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
    address.is_some_and(|(address, _)| remark.message.starts_with(address))
}

/// The next step of what is worst: the command that waits until a rotation is as wanted, or what is to be
/// done.
fn next(items: &[&Item], look: &Look) -> Vec<String> {
    let wrong = || {
        items.iter().filter(|item| item.status() > Status::Found(crate::finding::Severity::Info))
    };
    let watch = wrong().find_map(|item| rotation(item)?.next.as_deref());
    let help = || wrong().find_map(|item| remarks(item).into_iter().find_map(|remark| remark.help));
    let step = watch.or_else(help);
    step.map(|step| format!("{} {}", look.paint("next:", Paint::Strong), look.text(step)))
        .into_iter()
        .collect()
}

fn check(item: &Item) -> Option<&Check> {
    match &item.outcome {
        Outcome::Check(check) => Some(check),
        _ => None,
    }
}

fn known(item: &Item) -> Option<crate::outcome::history::Known> {
    check(item)?.history.known
}

fn rotation(item: &Item) -> Option<&Rotation> {
    match &check(item)?.facts {
        Outcome::Rotation(rotation) => Some(rotation),
        _ => None,
    }
}

/// The command lines that it is, where they are listed.
fn commands(item: &Item) -> &[String] {
    check(item).map_or(&[], |check| &check.commands)
}

fn skipped(item: &Item) -> Option<String> {
    let skipped = check(item)?.skipped?;
    Some(format!("skipped: {}", skipped.word()))
}

/// `12 min`, `3 h`, `9 d`; less than a minute is `now`.
fn age(seconds: i64) -> String {
    let fitting = UNITS.iter().find(|(_, length)| seconds >= *length);
    fitting.map_or("now".to_owned(), |(unit, length)| format!("{} {unit}", seconds / length))
}

fn rows(_: &Item, _: &Look) -> Vec<Row> {
    Vec::new()
}

fn summary(_: &Closing, _: &[Row], _: &Look) -> String {
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_short() {
        for (seconds, text) in [
            (0, "now"),
            (59, "now"),
            (60, "1 min"),
            (3_599, "59 min"),
            (3_600, "1 h"),
            (86_400, "1 d"),
            (780_000, "9 d"),
        ] {
            assert_eq!(age(seconds), text);
        }
    }
}
