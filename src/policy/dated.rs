//! Facts that hold on a date: where each stands, when it was read there, and until when it holds.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use time::{Date, OffsetDateTime};

use crate::finding::{Code, Finding};

/// After so many days a fact is said to be old: look again at its source.
pub const OLD_AFTER: i64 = 120;

/// A day, written as 2026-12-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(Date);

impl Day {
    /// Reads 2026-12-01.
    pub fn parse(text: &str) -> Option<Self> {
        let format = time::macros::format_description!("[year]-[month]-[day]");
        Date::parse(text, format).ok().map(Self)
    }

    /// Its first second.
    pub fn begins(self) -> OffsetDateTime {
        self.0.midnight().assume_utc()
    }

    /// Days from this one to a moment; negative before it.
    pub fn days_to(self, moment: OffsetDateTime) -> i64 {
        (moment - self.begins()).whole_days()
    }

    /// The day after; `None` at the end of time.
    pub fn next(self) -> Option<Self> {
        self.0.next_day().map(Self)
    }

    /// Whether this whole day is over.
    pub fn is_over(self, moment: OffsetDateTime) -> bool {
        self.days_to(moment) >= 1
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // TOML has dates without quotes, which are no text.
        let text = String::deserialize(deserializer).ok();
        text.and_then(|text| Self::parse(&text))
            .ok_or_else(|| D::Error::custom("not a date: write it as \"2026-12-01\""))
    }
}

/// Who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Grade {
    /// Who it is about: its own page or repository.
    A,
    /// Somebody else.
    B,
    /// A test of ours, which does it again wherever the programs are installed.
    #[serde(rename = "run")]
    Run,
    /// A standard or a registry. What they say does not age.
    #[serde(rename = "standard")]
    Standard,
}

/// Where a fact stands.
#[derive(Clone, Copy, Debug)]
pub struct Provenance<'a> {
    /// The page.
    pub source: &'a str,
    /// The day it was read.
    pub read_on: Day,
    /// The last day on which the fact holds, where the source names one.
    pub holds_until: Option<Day>,
    /// Who says so.
    pub grade: Grade,
}

impl Provenance<'_> {
    /// `SOURCE (read on 2026-11-25, second-hand)`.
    pub fn text(&self) -> String {
        let second_hand = if self.grade == Grade::B { ", second-hand" } else { "" };
        format!("{} (read on {}{second_hand})", self.source, self.read_on)
    }

    /// Whether the fact still holds, as far as its source says.
    pub fn holds(&self, now: OffsetDateTime) -> bool {
        self.holds_until.is_none_or(|day| !day.is_over(now))
    }

    /// A sentence when the fact about `what` was read long ago, or has ended.
    pub fn stale(&self, what: &str, now: OffsetDateTime) -> Option<String> {
        let days = self.read_on.days_to(now);
        let how = if self.grade == Grade::Run { "tried" } else { "read" };
        let why = match self.holds_until.filter(|day| day.is_over(now)) {
            Some(day) => format!("was valid until {day}"),
            None if days > OLD_AFTER && self.grade != Grade::Standard => {
                format!("was {how} on {}, {days} days ago: it may have changed", self.read_on)
            }
            None => return None,
        };
        Some(format!("what is known of {what} {why}"))
    }

    /// The same as a finding; `remedy` says what gives a newer fact.
    pub fn age(
        &self,
        code: Code,
        subject: &str,
        what: &str,
        now: OffsetDateTime,
        remedy: &str,
    ) -> Option<Finding> {
        let finding = Finding::new(code, subject, self.stale(what, now)?);
        Some(finding.help(format!("check {} again; {remedy}", self.source)))
    }
}

/// Gives rows of a table, which have the columns of [`Provenance`], a method that shows them as one.
macro_rules! provenance {
    ($($row:ty),+) => {$(
        impl $row {
            fn provenance(&self) -> $crate::policy::dated::Provenance<'_> {
                let Self { source, read_on, holds_until, grade, .. } = self;
                $crate::policy::dated::Provenance {
                    source,
                    read_on: *read_on,
                    holds_until: *holds_until,
                    grade: *grade,
                }
            }
        }
    )+};
}
pub(super) use provenance;

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn day(text: &str) -> Day {
        Deserialize::deserialize(serde::de::value::StrDeserializer::<serde::de::value::Error>::new(
            text,
        ))
        .unwrap()
    }

    #[test]
    fn a_fact_is_old_after_120_days_and_over_after_its_last() {
        let fact = Provenance {
            source: "https://a.example",
            read_on: day("2026-11-25"),
            holds_until: Some(day("2027-06-01")),
            grade: Grade::B,
        };
        let age = |now| fact.age(Code::CalendarFactOld, "x", "it", now, "take a newer one");
        assert!(age(datetime!(2026-01-01 0:00 UTC)).is_none());
        assert!(age(datetime!(2027-03-25 23:59 UTC)).is_none());
        let old = age(datetime!(2027-03-26 0:00 UTC)).unwrap();
        assert!(old.message.contains("was read on 2026-11-25, 121 days ago"), "{}", old.message);
        assert!(fact.holds(datetime!(2027-06-01 23:59 UTC)));
        let over = age(datetime!(2027-06-02 0:00 UTC)).unwrap();
        assert!(over.message.contains("was valid until 2027-06-01"), "{}", over.message);
        assert_eq!(fact.text(), "https://a.example (read on 2026-11-25, second-hand)");
        let late = datetime!(2027-05-01 0:00 UTC);
        let standard = Provenance { grade: Grade::Standard, ..fact };
        assert_eq!(standard.stale("it", late), None);
        let tried = Provenance { grade: Grade::Run, ..fact }.stale("it", late).unwrap();
        assert!(tried.contains("was tried on 2026-11-25, 157 days ago"), "{tried}");
    }
}
