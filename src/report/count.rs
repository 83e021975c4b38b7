//! Items counted: how many came out how, and what is worst in them.

use super::{Item, Tally};
use crate::finding::{Code, Severity};

/// A count of items.
#[derive(Clone, Debug, Default)]
pub struct Count {
    /// Codes that count as info.
    allow: Vec<Code>,
    /// How many came out how.
    pub tally: Tally,
    /// The worst finding, in failed items too.
    pub worst: Option<Severity>,
}

impl Count {
    /// A count of no items yet; findings of these codes count as info.
    pub fn allowing(allow: Vec<Code>) -> Self {
        Self { allow, ..Self::default() }
    }

    /// A count of no items yet, by the same rules.
    #[must_use]
    pub fn of_none(&self) -> Self {
        Self::allowing(self.allow.clone())
    }

    /// Counts an item; its findings get the severity that they count with.
    pub fn add(&mut self, item: &mut Item) {
        for finding in &mut item.findings {
            if self.allow.contains(&finding.code) {
                finding.severity = Severity::Info;
            }
            self.worst = self.worst.max(Some(finding.severity));
        }
        self.tally.add(item.status());
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, others: &Self) {
        let (own, other) = (&mut self.tally, &others.tally);
        own.items += other.items;
        own.ok += other.ok;
        own.info += other.info;
        own.warning += other.warning;
        own.critical += other.critical;
        own.failed += other.failed;
        self.worst = self.worst.max(others.worst);
    }
}
