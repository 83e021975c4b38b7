//! What only the time between runs tells: a certificate that changed, a pin that nothing matches any more,
//! a check that comes out in turns, one that is overdue, and how long ago a file was renewed.

use std::time::Duration;

use time::OffsetDateTime;

use super::{Moment, Past, Present, Rules};
use crate::finding::{Code, Finding, Severity};
use crate::policy::is_new;

/// After so many returns to what was before, it is no repair any more.
const RETURNS: usize = 2;

/// A check with what is known of it, before and after this run.
pub(super) struct Notice<'a> {
    pub(super) past: Option<&'a Past>,
    pub(super) next: &'a Past,
    pub(super) present: &'a Present<'a>,
    pub(super) now: OffsetDateTime,
    pub(super) rules: Rules,
}

impl Notice<'_> {
    /// Everything there is to say.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let one = [self.changed(), self.flapping(), self.overdue()];
        one.into_iter().flatten().chain(self.unused()).collect()
    }

    fn finding(&self, code: Code, message: String) -> Finding {
        Finding::new(code, self.present.check, message)
    }

    /// `certificate-changed`.
    fn changed(&self) -> Option<Finding> {
        let before = &self.past?.certificates;
        let new: Vec<_> =
            self.next.certificates.iter().filter(|one| !before.contains(one)).collect();
        if before.is_empty() || new.is_empty() {
            return None;
        }
        let list = |all: &mut dyn Iterator<Item = &String>| {
            all.map(|one| one.get(..20).unwrap_or(one)).collect::<Vec<_>>().join(", ")
        };
        let was = list(&mut before.iter());
        let message = format!("the certificate changed: {}, was {was}", list(&mut new.into_iter()));
        let finding = self.finding(Code::CertificateChanged, message);
        Some(match self.present.is_unpinned {
            true => finding
                .severity(Severity::Critical)
                .help("ask its operator whether they did this, then add the new pin"),
            false => finding,
        })
    }

    /// `flapping`.
    fn flapping(&self) -> Option<Finding> {
        let mut recent: Vec<&String> = self.next.recent.iter().collect();
        let runs = recent.len();
        recent.dedup();
        let returns = recent.windows(3).filter(|three| three[0] == three[2]).count();
        (returns >= RETURNS && self.present.is_fresh).then(|| {
            let message =
                format!("it returned to an earlier result {returns} times in the last {runs} runs");
            self.finding(Code::Flapping, message)
                .help("check each node: --all-ips, or several attempts with --tries")
        })
    }

    /// `overdue`.
    fn overdue(&self) -> Option<Finding> {
        let every = self.present.every?;
        let well = self.next.green.unwrap_or(self.next.first);
        is_longer(self.now - well.0, every * 2).then(|| {
            let message = match self.next.green {
                Some(green) => format!("it last succeeded at {green}"),
                None => format!("it has not succeeded since {well}"),
            };
            self.finding(Code::Overdue, message).help("find out why it fails, or why it is not run")
        })
    }

    /// `pin-unused`, for each pin but the newest, while another one is seen.
    fn unused(&self) -> Vec<Finding> {
        let pins = &self.present.pins;
        let Some((last, _)) = pins.last() else { return Vec::new() };
        let is_labelled = pins.iter().any(|(name, _)| is_new(name));
        let is_newest = |name: &String| if is_labelled { is_new(name) } else { name == last };
        let is_one_seen = pins.iter().any(|(_, is_seen)| *is_seen);
        let unused = pins.iter().filter(|(name, _)| is_one_seen && !is_newest(name));
        let told = unused.filter_map(|(name, _)| {
            let pin = self.next.pins.get(name)?;
            let last = pin.last.unwrap_or(pin.known);
            is_longer(self.now - last.0, self.rules.unused_after).then(|| {
                let message = match pin.last {
                    Some(last) => format!("`{name}` was last seen at {last}"),
                    None => format!("`{name}` was never seen since {}", pin.known),
                };
                self.finding(Code::PinUnused, message).help("remove it")
            })
        });
        told.collect()
    }
}

/// How long a file has held what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// Not for long: what uses it may have to be told yet.
    Fresh,
    /// For longer than that may take; since this moment, or before.
    Late(Moment),
}

/// Whether a file that holds these certificates, in the order of their digests, was renewed within `grace`.
pub fn renewal(past: &Past, held: &[String], grace: Duration, now: OffsetDateTime) -> Renewal {
    let since = past.certificates_since;
    match past.certificates == held && is_longer(now - since.0, grace) {
        true => Renewal::Late(since),
        false => Renewal::Fresh,
    }
}

fn is_longer(passed: time::Duration, limit: Duration) -> bool {
    time::Duration::try_from(limit).is_ok_and(|limit| passed > limit)
}
