//! A rotation over time: an old certificate, a new one, and the days on which the new one is published,
//! on which both must be accepted, and on which the old one is dropped.
//!
//! ```text
//!            publish        both           drop_old
//!   before   |   publish    |     both     |   after
//!   old in   |   old in     |  both in     |   new in
//!            |   new ready  |              |   old out
//! ```

mod impossible;
#[cfg(test)]
mod tests;
mod wanted;

use serde::{Serialize, Serializer};
use time::OffsetDateTime;

use crate::finding::{Code, Finding, Severity};
use crate::policy::probe::{Outcome, Row, Wanted};

pub use impossible::impossible;

/// The days on which it goes on, each from its first second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phases {
    /// The new certificate is ready, and given to who must know it.
    pub publish: OffsetDateTime,
    /// From here on either may be used.
    pub both: OffsetDateTime,
    /// From here on the old one is used no more.
    pub drop_old: OffsetDateTime,
}

/// Where a rotation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nothing has begun.
    Before,
    /// The new certificate is being made known.
    Publish,
    /// Both are in use.
    Both,
    /// The old one is over.
    After,
}

/// One of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one on its way out.
    Old,
    /// The one to come.
    New,
}

/// What is known of one of the two certificates.
#[derive(Clone, Debug)]
pub struct Life {
    /// The check that looks at its file.
    pub check: String,
    /// Begin of its validity.
    pub not_before: OffsetDateTime,
    /// End of its validity.
    pub not_after: OffsetDateTime,
    /// Whether that check found nothing critical.
    pub passes: bool,
}

/// A place where both must be known: a column of a probe, the pins of an endpoint, a trust file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What it is called.
    pub name: String,
    /// Whether it accepts the old one; `None` where that could not be told.
    pub old: Option<bool>,
    /// Whether it accepts the new one.
    pub new: Option<bool>,
    /// Whether it lets a stranger in.
    pub stranger: Option<bool>,
}

/// A rotation with what was seen.
#[derive(Clone, Debug)]
pub struct Rotation<'a> {
    /// What it is called in the report.
    pub subject: &'a str,
    /// Its days.
    pub phases: Phases,
    /// The old certificate, if its file could be read.
    pub old: Option<&'a Life>,
    /// The new one.
    pub new: Option<&'a Life>,
    /// Where they must be known.
    pub places: &'a [Place],
}

/// Where it stands, and what is wrong.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The phase.
    pub phase: Phase,
    /// Which day of the phase it is, from 1, and of how many; only of those that end.
    pub day: Option<(i64, i64)>,
    /// How many places accept what is to be accepted, and nothing else.
    pub as_wanted: usize,
    /// Places of which it could not be told.
    pub unknown: Vec<String>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

impl Phases {
    /// The phase at a moment.
    pub fn at(&self, now: OffsetDateTime) -> Phase {
        match now {
            _ if now >= self.drop_old => Phase::After,
            _ if now >= self.both => Phase::Both,
            _ if now >= self.publish => Phase::Publish,
            _ => Phase::Before,
        }
    }

    /// When the phase began and ends.
    fn bounds(&self, phase: Phase) -> (Option<OffsetDateTime>, Option<OffsetDateTime>) {
        match phase {
            Phase::Before => (None, Some(self.publish)),
            Phase::Publish => (Some(self.publish), Some(self.both)),
            Phase::Both => (Some(self.both), Some(self.drop_old)),
            Phase::After => (Some(self.drop_old), None),
        }
    }
}

impl Phase {
    /// As reports write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Publish => "publish",
            Self::Both => "both",
            Self::After => "after",
        }
    }
}

impl Serialize for Phase {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl Side {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Old, Self::New];

    /// As identities and pins are called.
    pub fn word(self) -> &'static str {
        match self {
            Self::Old => "old",
            Self::New => "new",
        }
    }
}

impl Place {
    /// A column of a probe. Who is who is told by the identities' names, or by their certificates.
    pub fn of_column(name: String, rows: &[Row], certificates: [Option<&str>; 2]) -> Self {
        let plain = || rows.iter().filter(|row| row.is_plain());
        let told = |row: &Row| match row.outcome {
            Outcome::Accepted => Some(true),
            Outcome::Refused => Some(false),
            Outcome::Unclear => None,
        };
        let side = |side: Side, certificate: Option<&str>| {
            let named = plain().find(|row| row.identity == side.word());
            let is_it = |row: &&Row| certificate.is_some() && row.sha256.as_deref() == certificate;
            named.or_else(|| plain().find(is_it)).and_then(told)
        };
        let [old, new] = certificates;
        let is_stranger = |row: &&Row| {
            row.expected == Wanted::Reject
                && Side::BOTH.iter().all(|side| row.identity != side.word())
        };
        let strangers: Vec<_> = plain().filter(is_stranger).map(told).collect();
        let stranger = match strangers.contains(&Some(true)) {
            true => Some(true),
            false => strangers.first().copied().flatten(),
        };
        Self { name, old: side(Side::Old, old), new: side(Side::New, new), stranger }
    }

    /// Whether it accepts that one.
    pub fn knows(&self, side: Side) -> Option<bool> {
        match side {
            Side::Old => self.old,
            Side::New => self.new,
        }
    }
}

impl Rotation<'_> {
    /// Where it stands at `now`.
    pub fn standing(&self, now: OffsetDateTime) -> Standing {
        let phase = self.phases.at(now);
        let mut findings = impossible(self.subject, self.phases, self.old, self.new);
        findings.extend(self.unready(phase));
        let (mut as_wanted, mut unknown) = (0, Vec::new());
        for place in self.places {
            let wrong = self.wrong(place, now);
            let is_open = place.stranger == Some(true);
            if wanted::all(phase).any(|wanted| place.knows(wanted.side).is_none()) {
                unknown.push(place.name.clone());
            } else if wrong.is_empty() && !is_open {
                as_wanted += 1;
            }
            findings.extend(wrong);
        }
        let day = match self.phases.bounds(phase) {
            (Some(begin), Some(end)) => {
                Some(((now - begin).whole_days() + 1, (end - begin).whole_days()))
            }
            _ => None,
        };
        Standing { phase, day, as_wanted, unknown, findings }
    }

    /// `rotation-gap`, while the new certificate is to be ready and is not.
    fn unready(&self, phase: Phase) -> Option<Finding> {
        let new = self.new.filter(|new| phase == Phase::Publish && !new.passes)?;
        let message = format!("the new certificate is not ready: {} does not pass", new.check);
        let finding = Finding::new(Code::RotationGap, self.subject, message);
        Some(finding.severity(Severity::Warning).help("find out what is wrong with its file"))
    }
}
