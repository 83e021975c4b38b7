//! `check [FILE...]`: one policy file for the rotation. A check is a command line of another command:
//!
//! ```text
//! files ─► document (values and places) ─► read, table (policy: checks, pins, rotations)
//!            a check's keys ─► words ─► within: the command line of another command
//!                                                     │ items
//!                      run (so many at once) ─► judge (what is wanted beside) ─► an item a check
//! ```

mod blame;
mod document;
mod init;
mod judge;
mod kinds;
mod own;
mod policy;
mod read;
mod run;
mod same;
pub mod schema;
mod select;
mod table;
mod words;

use std::path::PathBuf;

use crate::args::shard::ShardArgs;
use crate::command::Context;
use crate::command::within::Around;
use crate::error::{Error, Result};
use crate::exit;
use crate::failure::Failure;
use crate::finding::{Code, Finding};
use crate::input::{self, named, upward};
use crate::net::interrupts;
use crate::outcome::Outcome;
use crate::render::progress::{Progress, Total, Unit};
use crate::report::{Item, Position, Reporter};
use policy::{Phases, Policy};
use select::{Selection, SelectionArgs};

/// Shown in help and man page.
pub const EXAMPLES: &str = "Examples:
  # hookprint.toml, here or in a folder above
  hookprint check
  # what would be looked at, each as a command line
  hookprint check --list
  # in CI: one part of several policies
  hookprint check policies/*.toml --tag payments --report junit=check.xml
  # before a merge, without a network: what ends soon?
  hookprint check --only bundle --offline --fail-on warning
";

/// Where a policy is, if nobody says it.
const USUAL: [&str; 2] = ["hookprint.toml", ".config/hookprint.toml"];
/// Most checks of one run.
const MOST: usize = 10_000;

/// Arguments of `check`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Policy files [default: hookprint.toml, else .config/hookprint.toml, here or in a folder above, up to the
    /// root of the repository]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    selection: SelectionArgs,
    /// Write hookprint.toml from what is found here: keystores, certificates, what nginx trusts, and hosts that
    /// are given instead of files; nothing is overwritten
    #[arg(long, conflicts_with_all = ["validate", "list", "name", "tag", "only", "shard"])]
    init: bool,
    /// Read the policy, and look at nothing
    #[arg(long, conflicts_with = "list")]
    validate: bool,
    /// Show the checks, and the command lines that they are
    #[arg(long)]
    list: bool,
    /// How many checks at once
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: u16,
    /// Which part of the checks is looked at.
    #[command(flatten)]
    sharding: ShardArgs,
}

/// Reads the policy and does what it says.
pub fn run(args: &Args, context: &Context, reporter: &mut Reporter) -> Result<()> {
    if args.init {
        return init::write(&args.files, context, reporter);
    }
    let files = files(args)?;
    let mut policy = read::policy(&files, context)?;
    let selection = args.selection.read(&policy)?;
    let deal = args.sharding.deal();
    let is_chosen = |(n, check): (usize, &policy::Check)| {
        selection.takes(check.kind.name, &check.label)
            && deal.takes(n as u64, || check.reference().to_string())
    };
    let chosen: Vec<bool> = policy.checks.iter().enumerate().map(is_chosen).collect();
    let count = chosen.iter().filter(|is_chosen| **is_chosen).count();
    if count > MOST {
        return Err(Error::usage(format!("{count} checks; {MOST} are run at most"))
            .help("let several runs share them: --shard 1/4, --shard 2/4 and so on"));
    }
    about_files(&policy, reporter)?;
    if args.validate {
        return reporter.item(Item::new(named::file(&files[0])));
    }
    if count == 0 {
        return reporter.item(Item::failed("check", nothing(&policy, &selection)));
    }
    if args.list {
        return list(&policy, &chosen, reporter);
    }
    look(&mut policy, &chosen, &selection, args, context, reporter)
}

/// The files that are named, or the usual one.
fn files(args: &Args) -> Result<Vec<PathBuf>> {
    if !args.files.is_empty() {
        return Ok(args.files.clone());
    }
    if args.sharding.shard.is_some() {
        return Err(Error::usage("--shard is about a policy that is named")
            .help("give the file: what the runs look at must be the same"));
    }
    match upward::find(&USUAL) {
        Some(file) => Ok(vec![file]),
        None => Err(Error::usage(format!("there is no {} here", USUAL.join(" and no ")))
            .help("hookprint check --init writes one from what it finds")),
    }
}

/// Warns of files that everybody can change: they say which certificates are right.
fn about_files(policy: &Policy, reporter: &mut Reporter) -> Result<()> {
    for path in policy.documents.paths().filter(|path| input::is_writable_by_others(path)) {
        let name = named::file(path);
        let text = "other users may write this file, and it says which certificates are right";
        let finding = Finding::new(Code::PolicyWritable, &name, text);
        let findings = vec![finding.help(format!("chmod o-w {name}"))];
        reporter.item(Item { findings, ..Item::new(name) })?;
    }
    Ok(())
}

/// Why nothing is looked at: that is never well.
fn nothing(policy: &Policy, selection: &Selection) -> Error {
    let text = match policy.checks.len() {
        0 => "there is no check in the policy".to_owned(),
        all => format!("none of the {all} checks is chosen"),
    };
    Error::new(Failure::NothingChecked, text).help(match selection.is_everything() {
        true => "write one, for example [[endpoint]]; --shard takes a part of them",
        false => "check --list shows what --name, --tag and --only can choose",
    })
}

/// Shows the checks with their command lines.
fn list(policy: &Policy, chosen: &[bool], reporter: &mut Reporter) -> Result<()> {
    for (check, _) in policy.checks.iter().zip(chosen).filter(|(_, is_chosen)| **is_chosen) {
        let mut facts = judge::facts(check);
        facts.commands = check.lines.iter().map(|line| line.shown.clone()).collect();
        let item = Item::new(format!("{} {}", check.kind.name, check.label.name));
        reporter.item(Item { outcome: Outcome::Check(Box::new(facts)), ..item })?;
    }
    Ok(())
}

/// Runs the checks that are chosen, and those that they are compared with.
fn look(
    policy: &mut Policy,
    chosen: &[bool],
    selection: &Selection<'_>,
    args: &Args,
    context: &Context,
    reporter: &mut Reporter,
) -> Result<()> {
    let wanted = select::with_compared(policy, chosen);
    let count = wanted.iter().filter(|is_wanted| **is_wanted).count();
    let progress =
        Progress::new(Total::Of(count as u64), Unit::Things("checks"), context.is_quiet());
    let jobs = usize::from(context.jobs(args.jobs));
    let interrupted = interrupts::flag(|| std::process::exit(exit::INTERRUPTED.into()));
    let around = Around::of(context);
    let all = run::all(&mut policy.checks, &wanted, jobs, &around, &interrupted, progress);
    reporter.interrupted = all.interrupted;
    let mut is_any_looked_at = false;
    for (place, _) in chosen.iter().enumerate().filter(|(_, is_chosen)| **is_chosen) {
        if all.interrupted && all.ran[place].is_none() {
            continue;
        }
        let item = judge::item(policy, place, &all.ran, context.now);
        is_any_looked_at |= !matches!(&item.outcome, Outcome::Check(it) if it.skipped.is_some());
        reporter.record(Position::number(place as u64), [item])?;
    }
    if !is_any_looked_at && !all.interrupted {
        let error = Error::new(Failure::NothingChecked, "all checks need the network");
        reporter.item(Item::failed("check", error.help("leave out --offline")))?;
    }
    let rotations = policy.rotations.iter();
    for rotation in rotations.filter(|it| selection.takes("rotation", &it.label)) {
        let Phases { publish, both, drop_old } = rotation.phases;
        let days = [publish, both, drop_old].iter().flatten().count();
        let text = format!("its {days} days are not judged yet");
        let error = Error::new(Failure::Unsupported, text);
        reporter.item(Item::failed(format!("rotation {}", rotation.label.name), error))?;
    }
    Ok(())
}
