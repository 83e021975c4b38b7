//! `check [FILE...]`: one policy file for the rotation. A check is a command line of another command:
//!
//! ```text
//! files ─► document (values and places) ─► read, table (policy: checks, pins, rotations)
//!            a check's keys ─► words ─► within: the command line of another command
//!                                                     │ items
//!                      run (so many at once) ─► judge (what is wanted beside) ─► an item a check
//!            look: which of them, in which order     rotate: old and new over time     state: what changed
//! ```

mod blame;
mod document;
mod init;
mod judge;
mod kinds;
mod look;
mod own;
mod policy;
pub mod read;
mod rotate;
mod run;
mod same;
pub mod schema;
mod select;
mod state;
mod table;
mod words;

use std::path::PathBuf;

use crate::args::shard::ShardArgs;
use crate::command::Context;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::finding::{Code, Finding};
use crate::input::{self, named, upward};
use crate::outcome::Outcome;
use crate::report::{Item, Reporter};
use policy::Policy;
use select::{Selection, SelectionArgs};
use state::StateArgs;

/// Shown in help and man page.
pub const EXAMPLES: &str = "Examples:
  # hookprint.toml, here or in a parent folder
  hookprint check
  # what would be checked, as command lines
  hookprint check --list
  # in CI: some checks of several policies
  hookprint check policies/*.toml --tag payments --report junit=check.xml
  # before a merge, without a network: what expires soon?
  hookprint check --only bundle --offline --fail-on warning
";

/// Where a policy is, if nobody says it.
const USUAL: [&str; 2] = ["hookprint.toml", ".config/hookprint.toml"];
/// Most checks of one run.
const MOST: usize = 10_000;

/// Arguments of `check`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Policy files [default: hookprint.toml, else .config/hookprint.toml, here or in a parent folder,
    /// up to the root of the repository]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    selection: SelectionArgs,
    /// Write hookprint.toml from what is found here: keystores, certificates, what nginx trusts, and
    /// hosts given instead of files; nothing is overwritten
    #[arg(long, conflicts_with_all = ["validate", "list", "name", "tag", "only", "shard"])]
    init: bool,
    /// Read the policy without running checks
    #[arg(long, conflicts_with = "list")]
    validate: bool,
    /// List the checks with their command lines
    #[arg(long)]
    list: bool,
    /// How many checks to run at once
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: u16,
    /// Which part of the checks is looked at.
    #[command(flatten)]
    sharding: ShardArgs,
    #[command(flatten)]
    state: StateArgs,
}

/// Reads the policy and does what it says.
pub fn run(args: &Args, context: &Context, reporter: &mut Reporter) -> Result<()> {
    if args.init {
        return init::write(&args.files, context, reporter);
    }
    let files = files(args)?;
    let mut policy = read::policy(&files, context)?;
    let selection = args.selection.read(&policy)?;
    let chosen = selection.choose(&policy, &args.sharding.deal());
    let count = chosen.count();
    if count > MOST {
        return Err(Error::usage(format!("{count} checks; the limit is {MOST}"))
            .help("split them across several runs: --shard 1/4, --shard 2/4 and so on"));
    }
    about_files(&policy, reporter)?;
    if args.validate {
        return reporter.item(look::validated(&mut policy, &files[0], args, context));
    }
    if count == 0 {
        return reporter.item(Item::failed("check", nothing(&policy, &selection)));
    }
    if args.list {
        return list(&policy, &chosen.checks, reporter);
    }
    look::look(&mut policy, &files, &chosen, args, context, reporter)
}

/// The files that are named, or the usual one.
fn files(args: &Args) -> Result<Vec<PathBuf>> {
    if !args.files.is_empty() {
        return Ok(args.files.clone());
    }
    if args.sharding.shard.is_some() {
        return Err(Error::usage("--shard needs a named policy")
            .help("give the file: all runs must read the same policy"));
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
        let text = "other users can change this file, which says which certificates are right";
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
        all => format!("none of the {all} checks is selected"),
    };
    Error::new(Failure::NothingChecked, text).help(match selection.is_everything() {
        true => "write one, for example [[endpoint]]; --shard takes a part of them",
        false => "check --list shows what --name, --tag and --only can select",
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
