//! A policy as it has been understood: checks that are command lines, lists of pins, rotations.

use std::collections::BTreeMap;
use std::time::Duration;

use super::document::Documents;
use super::kinds::Kind;
use super::words::Given;
use crate::command::within::Line;
use crate::finding::Code;
use crate::policy::named_pins::{NamedPin, Want};
use crate::policy::rotation::Phases;

/// A policy.
#[derive(Default)]
pub struct Policy {
    /// The files that it stands in, the first one first.
    pub documents: Documents,
    /// Its checks, in the order of the files.
    pub checks: Vec<Check>,
    /// Its lists of pins.
    pub pins: BTreeMap<String, Vec<NamedPin>>,
    /// Its rotations, in the order of the files.
    pub rotations: Vec<Rotation>,
}

/// What checks and rotations are called, and whose they are.
#[derive(Clone, Debug, Default)]
pub struct Label {
    /// Its name, once among its kind.
    pub name: String,
    /// Who should act.
    pub owner: Option<String>,
    /// Words to choose it by.
    pub tags: Vec<String>,
}

/// A check: the command lines that look, and what is wanted of what they see.
pub struct Check {
    /// Its kind.
    pub kind: &'static Kind,
    /// What it is called.
    pub label: Label,
    /// Its command lines; of most kinds one.
    pub lines: Vec<Ready>,
    /// Command lines that show what it is compared with.
    pub beside: Vec<Ready>,
    /// The pattern that no file matches: then nothing can be looked at.
    pub unmatched: Option<String>,
    /// Codes that count as info.
    pub allow: Vec<Code>,
    /// Which pin of its list is to be served.
    pub want: Option<Want>,
    /// The list of pins that is accepted.
    pub pins: Option<String>,
    /// The label of the secret that is to match.
    pub secret: Option<String>,
    /// Where the same certificate must be.
    pub same_as: Vec<Same>,
    /// How often it is to be looked at.
    pub every: Option<Duration>,
    /// How long what was renewed may not be served yet.
    pub grace: Option<Duration>,
    /// The options of its command lines.
    pub options: Vec<Given>,
    /// What it looks at, in all of them.
    pub subjects: Vec<Given>,
    /// Where it stands.
    pub at: usize,
}

/// A command line that has been read.
pub struct Ready {
    /// Its words as people type them.
    pub shown: String,
    /// The line.
    pub line: Line,
}

/// Where the same certificate must be, and how that is written.
pub struct Same {
    /// As it is written: `served:hooks`.
    pub written: String,
    /// Where.
    pub place: Place,
}

/// Where a certificate is.
pub enum Place {
    /// What that check sees, by its place among the checks.
    Check(usize),
    /// What that one of the command lines beside the check sees.
    Beside(usize),
    /// A pin of this list.
    Pins(String),
}

/// A kind and a name, as one refers to another: `bundle:webex old`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The kind.
    pub kind: String,
    /// The name.
    pub name: String,
    /// Where it stands.
    pub at: usize,
}

/// Old and new, tied together over time.
#[derive(Clone, Debug)]
pub struct Rotation {
    /// What it is called.
    pub label: Label,
    /// The bundle that goes.
    pub old: Reference,
    /// The bundle that comes.
    pub new: Reference,
    /// The checks of where they are in use.
    pub seen_in: Vec<Reference>,
    /// When the new one is made known, from when on both are accepted, and when the old one goes.
    pub phases: Phases,
    /// Where it stands.
    pub at: usize,
}

impl Check {
    /// As its item is called.
    pub fn subject(&self) -> String {
        format!("{} {}", self.kind.name, self.label.name)
    }

    /// As one refers to it, and as its item is called: `endpoint`, `cm.com`.
    pub fn reference(&self) -> Reference {
        Reference { kind: self.kind.name.to_owned(), name: self.label.name.clone(), at: self.at }
    }
}

impl Policy {
    /// The check that is meant.
    pub fn place(&self, reference: &Reference) -> Option<usize> {
        let is_it =
            |check: &Check| check.kind.name == reference.kind && check.label.name == reference.name;
        self.checks.iter().position(is_it)
    }
}

impl Rotation {
    /// All checks that it refers to.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        [&self.old, &self.new].into_iter().chain(&self.seen_in)
    }
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.kind, self.name)
    }
}
