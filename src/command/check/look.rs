//! Looks at what is chosen: runs the checks, judges them and the rotations, and compares with earlier runs.

use std::path::{Path, PathBuf};

use time::OffsetDateTime;

use super::policy::Policy;
use super::rotate::{self, Seen};
use super::run::{self, All};
use super::select::{self, Chosen};
use super::state::{self, Session};
use super::{Args, judge};
use crate::command::Context;
use crate::command::context::say;
use crate::command::within::Around;
use crate::error::{Error, Result};
use crate::exit;
use crate::failure::Failure;
use crate::input::{named, remove_unfinished};
use crate::net::interrupts;
use crate::outcome::Outcome;
use crate::outcome::check::Skipped;
use crate::render::progress::{self, Progress, Total, Unit};
use crate::report::{Item, Position, Reporter};

/// Runs what is chosen, and the checks that it is compared with or seen in.
pub fn look(
    policy: &mut Policy,
    files: &[PathBuf],
    chosen: &Chosen,
    args: &Args,
    context: &Context,
    reporter: &mut Reporter,
) -> Result<()> {
    let now = context.now;
    let mut session = args.state.session(files, context)?;
    let compared = select::compared(policy, chosen);
    let due = due(policy, &compared, session.as_ref());
    let is_wanted = |place: usize| compared[place] || chosen.checks[place] && due[place].is_none();
    let wanted: Vec<bool> = (0..policy.checks.len()).map(is_wanted).collect();
    let commands = rotate::commands(policy);
    let All { mut ran, interrupted } = run(policy, &wanted, args, context);
    reporter.interrupted = interrupted;
    rotate::temper(policy, &mut ran, now);
    let mut items: Vec<(usize, Item)> = Vec::new();
    for (place, check) in policy.checks.iter().enumerate().filter(|(at, _)| chosen.checks[*at]) {
        if interrupted && ran[place].is_none() {
            continue;
        }
        let mut item = match due[place].zip(session.as_ref()) {
            Some((due, session)) => session.told_again(judge::facts(check), check, due),
            None => judge::item(policy, place, &ran, now),
        };
        item.place = policy.documents.line(check.at);
        if let Some(session) = &mut session {
            session.compare(&mut item, policy, Some(check));
        }
        items.push((place, item));
    }
    for (place, rotation) in
        policy.rotations.iter().enumerate().filter(|(at, _)| chosen.rotations[*at])
    {
        let mut item = Seen::new(policy, rotation, &ran, now).item(&commands);
        item.place = policy.documents.line(rotation.at);
        if let Some(session) = &mut session {
            session.compare(&mut item, policy, None);
        }
        items.push((policy.checks.len() + place, item));
    }
    if args.state.changes_only {
        reporter.show_news_only();
    }
    let is_looked_at = items.iter().any(|(_, item)| {
        !matches!(&item.outcome, Outcome::Check(it) if it.skipped == Some(Skipped::Offline))
    });
    for (place, mut item) in items {
        state::name_alerts(&mut item);
        reporter.record(Position::number(place as u64), [item])?;
    }
    if !is_looked_at && !interrupted {
        let error = Error::new(Failure::NothingChecked, "all checks need the network");
        reporter.item(Item::failed("check", error.help("leave out --offline")))?;
    }
    // What was not looked at to the end is not remembered.
    let Some(mut session) = session.filter(|_| !interrupted) else { return Ok(()) };
    session.gone(policy).into_iter().try_for_each(|item| reporter.item(item))?;
    session.end().into_iter().try_for_each(|item| reporter.item(item))
}

/// Of each check when it is due again, if it is not due yet. What others are compared with always is.
fn due(
    policy: &Policy,
    compared: &[bool],
    session: Option<&Session>,
) -> Vec<Option<OffsetDateTime>> {
    let checks = policy.checks.iter().zip(compared);
    checks.map(|(check, is_compared)| session.filter(|_| !is_compared)?.due(check)).collect()
}

fn run(policy: &mut Policy, wanted: &[bool], args: &Args, context: &Context) -> All {
    let count = wanted.iter().filter(|is_wanted| **is_wanted).count();
    let drawn = Progress::new(Total::Of(count as u64), Unit::Things("checks"), context.is_quiet());
    let jobs = usize::from(context.jobs(args.jobs));
    let is_quiet = context.is_quiet();
    let told = move || {
        if !is_quiet {
            say("finishing the checks under way; press Ctrl-C again to stop now");
        }
    };
    let interrupted = interrupts::flag(told, || {
        progress::end();
        remove_unfinished();
        std::process::exit(exit::INTERRUPTED.into())
    });
    run::all(&mut policy.checks, wanted, jobs, &Around::of(context), &interrupted, drawn)
}

/// A policy that could be read, with what is impossible by the files of its rotations alone.
pub fn validated(policy: &mut Policy, file: &Path, args: &Args, context: &Context) -> Item {
    let mut wanted = vec![false; policy.checks.len()];
    let bundles = policy.rotations.iter().flat_map(|it| [&it.old, &it.new]);
    for place in bundles.filter_map(|reference| policy.place(reference)) {
        wanted[place] = true;
    }
    let All { ran, .. } = run(policy, &wanted, args, context);
    let findings = rotate::impossible(policy, &ran, context.now);
    Item { findings, ..Item::new(named::file(file)) }
}
