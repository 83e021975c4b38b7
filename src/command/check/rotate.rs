//! Rotations: what their files hold, who accepts which, and what the phase makes of it.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use super::judge::end_entities;
use super::policy::{Check, Policy, Reference, Rotation};
use super::run::Ran;
use crate::cert::{Certificate, Chain};
use crate::digest::{hex, sha256};
use crate::error::Error;
use crate::failure::Failure;
use crate::finding::{Code, Finding, Severity, Status};
use crate::outcome::check::{self, Skipped};
use crate::outcome::probe::{self, Column, Probe};
use crate::outcome::rotation as outcome;
use crate::outcome::{Outcome, inspection::Inspection};
use crate::policy::probe::{Outcome as Became, Verdict, Wanted};
use crate::policy::rotation::{self, Life, Phase, Place, Side, Standing};
use crate::report::Item;
use crate::tls::Anchors;
use crate::tls::path::{Demand, Purpose, verdict};

/// What to watch until all is as wanted, behind the command line of a probe.
const WATCH: &str = "--until pass --every 10s --for 10m";

/// A rotation, and what came of the checks that it refers to.
pub struct Seen<'a> {
    policy: &'a Policy,
    rotation: &'a Rotation,
    ran: &'a [Option<Ran>],
    now: OffsetDateTime,
}

/// One of the two certificates, with its chain.
struct Held {
    chain: Chain,
    life: Life,
    sha256: String,
}

/// The command lines of the probes that rotations are seen in: they are gone once they have run.
pub fn commands(policy: &Policy) -> BTreeMap<usize, String> {
    let seen_in = policy.rotations.iter().flat_map(|rotation| &rotation.seen_in);
    let probes = seen_in.filter(|place| place.kind == "probe").filter_map(|it| policy.place(it));
    let shown = |place: usize| Some((place, policy.checks[place].lines.first()?.shown.clone()));
    probes.filter_map(shown).collect()
}

/// `rotation-impossible`, by what the files hold.
pub fn impossible(policy: &Policy, ran: &[Option<Ran>], now: OffsetDateTime) -> Vec<Finding> {
    let told = policy.rotations.iter().flat_map(|rotation| {
        let seen = Seen { policy, rotation, ran, now };
        let [old, new] = seen.held();
        let life = |held: &Option<Held>| held.as_ref().map(|held| held.life.clone());
        rotation::impossible(
            &subject(rotation),
            rotation.phases,
            life(&old).as_ref(),
            life(&new).as_ref(),
        )
    });
    told.collect()
}

fn subject(rotation: &Rotation) -> String {
    format!("rotation {}", rotation.label.name)
}

/// Of a probe, what it holds against a refusal that the phase of a rotation wants, or does not mind yet, is
/// left out, or only a warning.
pub fn temper(policy: &Policy, ran: &mut [Option<Ran>], now: OffsetDateTime) {
    for rotation in &policy.rotations {
        let phase = rotation.phases.at(now);
        let certificates = Seen { policy, rotation, ran, now }.certificates();
        let probes = rotation.seen_in.iter().filter(|reference| reference.kind == "probe");
        for place in probes.filter_map(|reference| policy.place(reference)) {
            let Some(ran) = &mut ran[place] else { continue };
            let items = &mut ran.items;
            items.iter_mut().for_each(|item| temper_column(item, phase, &certificates));
            let passes = items.iter().all(|item| item.status() < Status::Found(Severity::Critical));
            for item in items {
                if let Outcome::Probe(Probe::Comparison(comparison)) = &mut item.outcome {
                    comparison.passed = passes;
                }
            }
        }
    }
}

fn temper_column(item: &mut Item, phase: Phase, certificates: &[Option<String>; 2]) {
    let Outcome::Probe(Probe::Column(column)) = &item.outcome else { return };
    let refused = column.rows.iter().filter(|row| {
        row.is_plain() && row.expected == Wanted::Accept && row.outcome == Became::Refused
    });
    let side = |row: &crate::policy::probe::Row| {
        Side::BOTH.into_iter().zip(certificates).find_map(|(side, certificate)| {
            let is_it =
                row.identity == side.word() || certificate.is_some() && row.sha256 == *certificate;
            is_it.then_some(side)
        })
    };
    let sides: Vec<Option<Side>> = refused.map(side).collect();
    // Somebody who has nothing to do with the rotation is refused, too.
    let severity = sides.iter().map(|side| match side {
        Some(side) => phase.of_refusal(*side),
        None => Some(Severity::Critical),
    });
    let Some(worst) = severity.max() else { return };
    let is_about = |finding: &Finding| {
        use Code::{ClientCertificateRefused, IdentityNotOffered, RotationGap};
        matches!(finding.code, ClientCertificateRefused | IdentityNotOffered | RotationGap)
    };
    match worst {
        None => item.findings.retain(|finding| !is_about(finding)),
        Some(severity) => {
            let about = item.findings.iter_mut().filter(|finding| is_about(finding));
            about.for_each(|finding| finding.severity = severity.min(finding.severity));
        }
    }
}

impl<'a> Seen<'a> {
    /// What came of a rotation's checks.
    pub fn new(
        policy: &'a Policy,
        rotation: &'a Rotation,
        ran: &'a [Option<Ran>],
        now: OffsetDateTime,
    ) -> Self {
        Self { policy, rotation, ran, now }
    }

    /// The item of the rotation.
    pub fn item(&self, commands: &BTreeMap<usize, String>) -> Item {
        let Self { rotation, now, .. } = *self;
        let subject = subject(rotation);
        let [old, new] = self.held();
        let places: Vec<(Option<usize>, Place)> = self.places([&old, &new]);
        let alone: Vec<Place> = places.iter().map(|(_, place)| place.clone()).collect();
        let judged = rotation::Rotation {
            subject: &subject,
            phases: rotation.phases,
            old: old.as_ref().map(|held| &held.life),
            new: new.as_ref().map(|held| &held.life),
            places: &alone,
        };
        let Standing { phase, day, as_wanted, unknown, findings } = judged.standing(now);
        let is_missing = |place: &Place| {
            let wants = Side::BOTH.into_iter().filter(|side| phase.of_refusal(*side).is_some());
            wants.into_iter().any(|side| place.knows(side) == Some(false))
        };
        let missing = places.iter().find(|(_, place)| is_missing(place));
        let next = missing.and_then(|(at, _)| commands.get(at.as_ref()?));
        let mut facts = check::Check {
            check: format!("rotation:{}", rotation.label.name),
            owner: rotation.label.owner.clone(),
            tags: rotation.label.tags.clone(),
            ..check::Check::default()
        };
        let mut item = Item { findings, ..Item::new(subject) };
        if self.is_offline() {
            facts.skipped = Some(Skipped::Offline);
            let text = "where it is seen needs the network, which --offline forbids";
            item.findings.push(Finding::new(Code::CheckSkipped, &item.subject, text));
        } else if !unknown.is_empty() {
            let text = format!("who is let in is unclear at {}", unknown.join(", "));
            item.failure =
                Some(Error::new(Failure::Unclear, text).help("find out why the checks there fail"));
        }
        let (day, days) = day.unzip();
        let rotation::Phases { publish, both, drop_old } = rotation.phases;
        facts.facts = Outcome::Rotation(Box::new(outcome::Rotation {
            phase,
            day,
            days,
            places: places.len(),
            places_as_wanted: as_wanted,
            publish,
            both,
            drop_old,
            old_not_after: old.map(|held| held.life.not_after),
            new_not_before: new.map(|held| held.life.not_before),
            next: next.map(|command| format!("{command} {WATCH}")),
            now,
        }));
        item.outcome = Outcome::Check(Box::new(facts));
        item
    }

    fn ran(&self, reference: &Reference) -> Option<(usize, &'a Check, &'a Ran)> {
        let place = self.policy.place(reference)?;
        Some((place, &self.policy.checks[place], self.ran[place].as_ref()?))
    }

    /// The old certificate and the new one.
    fn held(&self) -> [Option<Held>; 2] {
        [&self.rotation.old, &self.rotation.new].map(|reference| {
            let (_, _, ran) = self.ran(reference)?;
            let outcomes = || ran.items.iter().map(|item| &item.outcome);
            let all = outcomes().flat_map(end_entities);
            let one = all.max_by_key(|certificate| certificate.not_after)?;
            let inspections = outcomes().filter_map(Outcome::inspection);
            let chain = inspections.flat_map(|it| &it.entries).find_map(|entry| {
                let first = entry.chain.first()?;
                let chain = entry.chain.iter().map(|it| it.certificate.clone());
                (first.certificate == *one).then(|| Chain::new(chain.collect()))
            })?;
            let passes = ran.items.iter().all(|it| it.status() < Status::Found(Severity::Critical));
            let (not_before, not_after) = (one.not_before, one.not_after);
            let life = Life { check: reference.to_string(), not_before, not_after, passes };
            Some(Held { chain, life, sha256: hex(&sha256(one.der())) })
        })
    }

    fn certificates(&self) -> [Option<String>; 2] {
        self.held().map(|held| held.map(|held| held.sha256))
    }

    /// Whether something that it is seen in needs the network, which is forbidden.
    fn is_offline(&self) -> bool {
        let ran = self.rotation.seen_in.iter().filter_map(|reference| self.ran(reference));
        let mut failures =
            ran.flat_map(|(_, _, ran)| &ran.items).filter_map(|it| it.failure.as_ref());
        failures.any(|failure| failure.code == Failure::Offline)
    }

    /// Where both must be known, each with the place of its check.
    fn places(&self, held: [&Option<Held>; 2]) -> Vec<(Option<usize>, Place)> {
        let of_check = |reference: &Reference| {
            let Some((at, check, ran)) = self.ran(reference) else { return Vec::new() };
            let places = match check.kind.name {
                "probe" => ran.items.iter().filter_map(|item| column(item, held)).collect(),
                "endpoint" => self.pins(check, reference).into_iter().collect(),
                _ => vec![trusting(reference, ran, held, self.now)],
            };
            places.into_iter().map(|place| (Some(at), place)).collect()
        };
        self.rotation.seen_in.iter().flat_map(of_check).collect()
    }

    /// The pins of an endpoint that are in force.
    fn pins(&self, check: &Check, reference: &Reference) -> Option<Place> {
        let list = self.policy.pins.get(check.pins.as_ref()?)?;
        let knows = |side: Side| {
            let mut pins = list.iter().filter(|pin| pin.is_in_force(self.now));
            Some(pins.any(|pin| pin.name() == side.word()))
        };
        let name = format!("the pins of {reference}");
        Some(Place { name, old: knows(Side::Old), new: knows(Side::New), stranger: None })
    }
}

/// A column of a probe, if there is that version at all.
fn column(item: &Item, held: [&Option<Held>; 2]) -> Option<Place> {
    let Outcome::Probe(Probe::Column(column)) = &item.outcome else {
        // One of which nothing is known has no column.
        let is_lost = item.failure.is_some();
        let nobody = Place { name: item.subject.clone(), old: None, new: None, stranger: None };
        return is_lost.then_some(nobody);
    };
    let Column { address, protocol, rows, verdict, .. } = &**column;
    let certificates = held.map(|held| held.as_ref().map(|held| held.sha256.as_str()));
    (*verdict != Verdict::NotOffered)
        .then(|| Place::of_column(probe::place(*address, protocol), rows, certificates))
}

/// A trust file: whether the chains lead to one of its certificates.
fn trusting(
    reference: &Reference,
    ran: &Ran,
    held: [&Option<Held>; 2],
    now: OffsetDateTime,
) -> Place {
    let files: Vec<&Inspection> =
        ran.items.iter().filter_map(|item| item.outcome.inspection()).collect();
    let all = files.iter().flat_map(|file| file.certificates());
    let anchors = Anchors::new(all.map(|(_, one): (_, _)| der(&one.certificate)));
    let knows = |held: &Option<Held>| {
        let chain = &held.as_ref()?.chain;
        let demand = Demand::of_peer(&anchors, Purpose::Client, now);
        (!files.is_empty()).then(|| verdict(chain, &demand).is_trusted())
    };
    let [old, new] = held.map(knows);
    Place { name: reference.to_string(), old, new, stranger: None }
}

fn der(certificate: &Certificate) -> rustls::pki_types::CertificateDer<'static> {
    certificate.der().to_vec().into()
}
