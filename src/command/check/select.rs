//! `--name`, `--tag`, `--only`: which checks are meant.

use clap::builder::PossibleValuesParser;
use globset::GlobMatcher;

use super::kinds::KINDS;
use super::policy::{Label, Place, Policy};
use super::table::missing;
use crate::error::{Error, Result};
use crate::input::pattern;
use crate::shard::Deal;

/// Which checks are meant.
#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Choice")]
pub struct SelectionArgs {
    /// Only checks with this name or pattern (can be repeated)
    #[arg(long, value_name = "GLOB", value_parser = pattern::names)]
    name: Vec<GlobMatcher>,
    /// Only checks with this tag (can be repeated)
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// Only checks of this kind (can be repeated)
    #[arg(long, value_name = "KIND", value_parser = kinds())]
    only: Vec<String>,
}

fn kinds() -> PossibleValuesParser {
    PossibleValuesParser::new(KINDS.iter().map(|kind| kind.name).chain(["rotation"]))
}

/// A choice that fits a policy.
pub struct Selection<'a>(&'a SelectionArgs);

impl SelectionArgs {
    /// The choice among the checks of a policy.
    ///
    /// # Errors
    /// `usage` for a tag that none of them has beside others: a wrong letter must not make those green. With
    /// no tag that any has nothing is chosen, which is never green.
    pub fn read(&self, policy: &Policy) -> Result<Selection<'_>> {
        let labels = policy.checks.iter().map(|check| &check.label);
        let labels = labels.chain(policy.rotations.iter().map(|it| &it.label));
        let mut known: Vec<&str> = labels.flat_map(|label| &label.tags).map(|tag| &**tag).collect();
        known.sort_unstable();
        known.dedup();
        let is_known = |tag: &&String| known.contains(&tag.as_str());
        match self.tag.iter().find(|tag| !is_known(tag)) {
            Some(tag) if self.tag.iter().any(|tag| is_known(&tag)) => {
                let flaw = missing(0, "tag", tag, known.into_iter());
                let error = Error::usage(format!("--tag: {}", flaw.message));
                Err(error.help(flaw.help.unwrap_or_default()))
            }
            _ => Ok(Selection(self)),
        }
    }
}

/// What is looked at, by its place among the checks and among the rotations.
pub struct Chosen {
    /// Of each check whether it is.
    pub checks: Vec<bool>,
    /// Of each rotation whether it is.
    pub rotations: Vec<bool>,
}

impl Chosen {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.checks.iter().chain(&self.rotations).filter(|is_chosen| **is_chosen).count()
    }
}

impl Selection<'_> {
    /// What is meant of the part of the policy that is dealt out; rotations stand behind the checks.
    pub fn choose(&self, policy: &Policy, deal: &Deal) -> Chosen {
        let checks = policy.checks.iter().map(|it| (it.kind.name, &it.label));
        let rotations = policy.rotations.iter().map(|it| ("rotation", &it.label));
        let is_chosen = |(n, (kind, label)): (usize, (&str, &Label))| {
            self.takes(kind, label) && deal.takes(n as u64, || format!("{kind}:{}", label.name))
        };
        let mut all: Vec<bool> = checks.chain(rotations).enumerate().map(is_chosen).collect();
        let rotations = all.split_off(policy.checks.len());
        Chosen { checks: all, rotations }
    }

    /// Whether nothing is left out.
    pub fn is_everything(&self) -> bool {
        self.0.name.is_empty() && self.0.tag.is_empty() && self.0.only.is_empty()
    }

    /// Whether a check is meant.
    pub fn takes(&self, kind: &str, label: &Label) -> bool {
        let SelectionArgs { name, tag, only } = self.0;
        (name.is_empty() || name.iter().any(|name| name.is_match(&label.name)))
            && (tag.is_empty() || tag.iter().any(|tag| label.tags.contains(tag)))
            && (only.is_empty() || only.iter().any(|only| only == kind))
    }
}

/// The checks that those chosen are compared with, and that the rotations refer to.
pub fn compared(policy: &Policy, chosen: &Chosen) -> Vec<bool> {
    let mut compared = vec![false; policy.checks.len()];
    let checks = policy.checks.iter().zip(&chosen.checks).filter(|(_, is_chosen)| **is_chosen);
    for same in checks.flat_map(|(check, _)| &check.same_as) {
        if let Place::Check(other) = same.place {
            compared[other] = true;
        }
    }
    let rotations =
        policy.rotations.iter().zip(&chosen.rotations).filter(|(_, is_chosen)| **is_chosen);
    let references = rotations.flat_map(|(rotation, _)| rotation.references());
    for place in references.filter_map(|reference| policy.place(reference)) {
        compared[place] = true;
    }
    compared
}
