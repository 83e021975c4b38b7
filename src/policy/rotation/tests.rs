//! The phases, row by row.

use time::Duration;
use time::macros::datetime;

use super::*;

const PHASES: Phases = Phases {
    publish: datetime!(2026-11-20 0:00 UTC),
    both: datetime!(2026-11-24 0:00 UTC),
    drop_old: datetime!(2026-12-06 0:00 UTC),
};

const BEFORE: OffsetDateTime = datetime!(2026-11-19 23:59:59 UTC);
const PUBLISH: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);
const BOTH: OffsetDateTime = datetime!(2026-11-25 12:00 UTC);
const AFTER: OffsetDateTime = datetime!(2026-12-09 12:00 UTC);
const LONG_AFTER: OffsetDateTime = datetime!(2026-12-21 12:00 UTC);

fn place(old: Option<bool>, new: Option<bool>) -> Place {
    Place { name: "p".to_owned(), old, new, stranger: Some(false) }
}

fn life(check: &str, not_before: OffsetDateTime, not_after: OffsetDateTime) -> Life {
    Life { check: check.to_owned(), not_before, not_after, passes: true }
}

fn standing(places: &[Place], now: OffsetDateTime) -> Standing {
    Rotation { subject: "r", phases: PHASES, old: None, new: None, places }.standing(now)
}

#[test]
fn a_phase_begins_with_its_first_second() {
    let second = Duration::seconds(1);
    for (moment, phase, before) in [
        (PHASES.publish, Phase::Publish, Phase::Before),
        (PHASES.both, Phase::Both, Phase::Publish),
        (PHASES.drop_old, Phase::After, Phase::Both),
    ] {
        assert_eq!((PHASES.at(moment), PHASES.at(moment - second)), (phase, before));
    }
    let at_once = Phases { publish: PHASES.both, ..PHASES };
    assert_eq!(at_once.at(PHASES.both), Phase::Both);
}

#[test]
fn what_is_wanted_in_each_phase() {
    use Code::{OldStillAccepted, RotationGap};
    use Severity::{Critical, Warning};
    let (yes, no) = (Some(true), Some(false));
    type Row<'a> = (OffsetDateTime, Option<bool>, Option<bool>, &'a [(Code, Severity)]);
    let rows: &[Row<'_>] = &[
        (BEFORE, yes, no, &[]),
        (BEFORE, yes, None, &[]),
        (BEFORE, no, yes, &[(RotationGap, Critical)]),
        (PUBLISH, yes, yes, &[]),
        (PUBLISH, yes, no, &[(RotationGap, Warning)]),
        (PUBLISH, no, yes, &[(RotationGap, Critical)]),
        (BOTH, yes, yes, &[]),
        (BOTH, yes, no, &[(RotationGap, Critical)]),
        (BOTH, no, yes, &[(RotationGap, Critical)]),
        (BOTH, no, no, &[(RotationGap, Critical), (RotationGap, Critical)]),
        (AFTER, no, yes, &[]),
        (AFTER, yes, yes, &[(OldStillAccepted, Warning)]),
        (AFTER, no, no, &[(RotationGap, Critical)]),
        (LONG_AFTER, yes, yes, &[(OldStillAccepted, Critical)]),
    ];
    for (now, old, new, expected) in rows {
        let standing = standing(&[place(*old, *new)], *now);
        let found: Vec<_> = standing.findings.iter().map(|one| (one.code, one.severity)).collect();
        assert_eq!(found, *expected, "{now} {old:?} {new:?}");
        assert_eq!(standing.as_wanted, usize::from(expected.is_empty()), "{now} {old:?} {new:?}");
        assert_eq!(standing.unknown, [""; 0]);
    }
}

#[test]
fn fourteen_days_are_left_to_drop_the_old_one() {
    let at = |days| {
        let now = PHASES.drop_old + Duration::days(days);
        standing(&[place(Some(true), Some(true))], now).findings[0].severity
    };
    assert_eq!((at(0), at(14), at(15)), (Severity::Warning, Severity::Warning, Severity::Critical));
}

#[test]
fn what_could_not_be_told_is_not_as_wanted() {
    let unclear = standing(&[place(Some(true), None), place(Some(true), Some(true))], BOTH);
    assert_eq!((unclear.as_wanted, unclear.unknown), (1, vec!["p".to_owned()]));
    let open = Place { stranger: Some(true), ..place(Some(true), Some(true)) };
    assert_eq!(standing(&[open], BOTH).as_wanted, 0);
}

#[test]
fn days_are_counted_from_one() {
    let day = |now| standing(&[], now).day;
    assert_eq!(day(PHASES.both), Some((1, 12)));
    assert_eq!(day(BOTH), Some((2, 12)));
    assert_eq!(day(PHASES.drop_old - Duration::seconds(1)), Some((12, 12)));
    assert_eq!((day(PUBLISH), day(BEFORE), day(AFTER)), (Some((3, 4)), None, None));
}

#[test]
fn a_new_bundle_that_does_not_pass_is_told_while_it_is_published() {
    let new = Life { passes: false, ..life("bundle new", BEFORE, datetime!(2027-11-20 0:00 UTC)) };
    for (now, expected) in [(BEFORE, 0), (PUBLISH, 1), (BOTH, 0)] {
        let rotation =
            Rotation { subject: "r", phases: PHASES, old: None, new: Some(&new), places: &[] };
        let findings = rotation.standing(now).findings;
        assert_eq!(findings.len(), expected, "{now}");
        assert!(findings.iter().all(|one| one.severity == Severity::Warning));
        assert!(findings.iter().all(|one| one.message.contains("bundle new does not pass")));
    }
}

#[test]
fn dates_that_cannot_be_kept() {
    let told = |old: Option<(OffsetDateTime, OffsetDateTime)>,
                new: Option<(OffsetDateTime, OffsetDateTime)>| {
        let old = old.map(|(begin, end)| life("o", begin, end));
        let new = new.map(|(begin, end)| life("n", begin, end));
        let findings = impossible("r", PHASES, old.as_ref(), new.as_ref());
        assert!(findings.iter().all(|one| one.code == Code::RotationImpossible));
        findings.len()
    };
    let second = Duration::seconds(1);
    let (start, end) = (datetime!(2026-01-01 0:00 UTC), datetime!(2027-01-01 0:00 UTC));
    assert_eq!(told(None, None), 0);
    assert_eq!(told(Some((start, PHASES.both)), None), 0);
    assert_eq!(told(Some((start, PHASES.both - second)), None), 1);
    assert_eq!(told(None, Some((PHASES.both, PHASES.drop_old))), 0);
    assert_eq!(told(None, Some((PHASES.both + second, end))), 1);
    assert_eq!(told(None, Some((start, PHASES.drop_old - second))), 1);
}

#[test]
fn a_column_is_read_by_name_or_by_certificate() {
    use crate::policy::probe::Kind;
    let row = |identity: &str, sha256: Option<&str>, expected, outcome| Row {
        identity: identity.to_owned(),
        kind: Kind::File,
        sha256: sha256.map(str::to_owned),
        expected,
        outcome,
        by: None,
        when: None,
        alert: None,
        alert_number: None,
        status: None,
        sent: true,
        resumed: false,
        door: None,
        sentence: String::new(),
        elapsed_ms: 0.0,
    };
    let named = [
        row("old", None, Wanted::Accept, Outcome::Accepted),
        row("new", None, Wanted::Accept, Outcome::Refused),
        row("none", None, Wanted::Reject, Outcome::Refused),
        row("stranger", None, Wanted::Reject, Outcome::Unclear),
    ];
    let place = Place::of_column("p".to_owned(), &named, [None, None]);
    assert_eq!((place.old, place.new, place.stranger), (Some(true), Some(false), Some(false)));
    let other = [
        row("a.p12", Some("aa"), Wanted::Accept, Outcome::Unclear),
        row("b.p12", Some("bb"), Wanted::Accept, Outcome::Accepted),
        row("stranger", None, Wanted::Reject, Outcome::Accepted),
    ];
    let place = Place::of_column("p".to_owned(), &other, [Some("aa"), Some("bb")]);
    assert_eq!((place.old, place.new, place.stranger), (None, Some(true), Some(true)));
    let nobody = Place::of_column("p".to_owned(), &other, [None, Some("cc")]);
    assert_eq!((nobody.old, nobody.new), (None, None));
}

#[test]
fn a_refusal_is_as_bad_as_the_phase_makes_it() {
    for (phase, old, new) in [
        (Phase::Before, Some(Severity::Critical), None),
        (Phase::Publish, Some(Severity::Critical), Some(Severity::Warning)),
        (Phase::Both, Some(Severity::Critical), Some(Severity::Critical)),
        (Phase::After, None, Some(Severity::Critical)),
    ] {
        assert_eq!((phase.of_refusal(Side::Old), phase.of_refusal(Side::New)), (old, new));
    }
}
