//! What each outcome means, one by one and together.

use super::*;
use crate::policy::audit::table::named;

const GIVEN: Given = Given { replay_allowed: false, signs_time: Some(true), tolerance: 300 };

fn row(id: &str, outcome: Outcome, status: u16) -> Row {
    Row { outcome, status: Some(status), why: None, ..Row::untried(named(id).unwrap(), "") }
}

fn found(row: &Row, given: &Given) -> Vec<(Code, Severity)> {
    findings(row, given, "x").into_iter().map(|one| (one.code, one.severity)).collect()
}

#[test]
fn what_came_out_otherwise_is_wrong_and_nothing_else() {
    use Outcome::{Accepted, NotApplicable, Refused, Unclear};
    use Severity::{Critical, Info, Warning};
    let aged = |ages: &[i64]| Row { ages: ages.to_vec(), ..row("stale", Accepted, 200) };
    for (row, expected) in [
        (row("unsigned", Refused, 401), None),
        (row("unsigned", NotApplicable, 0), None),
        (row("unsigned", Unclear, 503), None),
        (row("unsigned", Accepted, 200), Some((Code::ForgedAccepted, Critical))),
        (row("unsigned", Refused, 500), Some((Code::ServerError, Warning))),
        (row("list-with-one-good", Accepted, 200), None),
        (row("list-with-one-good", Refused, 401), Some((Code::GoodRefused, Critical))),
        (row("replayed", Accepted, 200), Some((Code::SignatureReplayUnbounded, Warning))),
        (row("future", Accepted, 200), Some((Code::ToleranceTwoSided, Info))),
        (row("stale-day", Accepted, 200), Some((Code::ForgedAccepted, Critical))),
        (aged(&[360, 600]), Some((Code::ToleranceWide, Warning))),
        (aged(&[360, 600, 3600]), Some((Code::ToleranceWide, Warning))),
        (aged(&[360, 600, 3600, 86_400]), Some((Code::ForgedAccepted, Critical))),
    ] {
        assert_eq!(found(&row, &GIVEN), Vec::from_iter(expected), "{row:?}");
    }
    let allowed = Given { replay_allowed: true, ..GIVEN };
    let replayed = row("replayed", Accepted, 200);
    assert_eq!(found(&replayed, &allowed), [(Code::SignatureReplayUnbounded, Info)]);
    let echoing = Row { echoes: true, ..row("wrong-secret", Refused, 401) };
    assert_eq!(found(&echoing, &GIVEN), [(Code::SecretEchoed, Critical)]);
}

#[test]
fn ages_are_said_as_people_say_them() {
    let row = Row { ages: vec![360, 600, 3600], ..row("stale", Outcome::Accepted, 200) };
    let message = findings(&row, &GIVEN, "x").remove(0).message;
    assert_eq!(
        message,
        "stale: a call 6 min, and 10 min, and 1 h old was accepted, and the limit is 5 min: 200"
    );
    assert_eq!([90, 7200, 172_800].map(spoken), ["90 s", "2 h", "2 days"]);
}

#[test]
fn all_of_them_together() {
    let tell = |id, tells| Row { tells, ..row(id, Outcome::Refused, 401) };
    let rows = [
        tell("unsigned", vec!["signature"]),
        tell("wrong-secret", vec!["signature"]),
        tell("stale", vec!["timestamp"]),
    ];
    let codes = |rows: &[Row], given: &Given| {
        let found = together(rows, given, "x").into_iter().map(|one| one.code);
        found.collect::<Vec<_>>()
    };
    assert_eq!(codes(&rows, &GIVEN), [Code::RefusalTellsWhy]);
    assert!(codes(&rows[..2], &GIVEN).is_empty());
    let timeless = Given { signs_time: Some(false), ..GIVEN };
    assert_eq!(codes(&[], &timeless), [Code::SchemeWithoutTime]);
    let unsigned = Given { signs_time: None, ..GIVEN };
    assert!(codes(&[], &unsigned).is_empty());
}

#[test]
fn what_cannot_be_told_says_why() {
    let row = Row { why: Some("it said nothing".to_owned()), ..row("stale", Outcome::Unclear, 0) };
    assert_eq!(unclear(&row).unwrap().message, "stale: it said nothing");
    assert!(unclear(&Row { outcome: Outcome::NotApplicable, ..row }).is_none());
}

/// The failures that end an audit have their codes.
#[test]
fn what_ends_an_audit_has_a_code_and_a_way_on() {
    let rules = Rules { accepted: "2xx".parse().unwrap(), refused_body: None, accepted_body: None };
    for (error, code) in [
        (alike(&rules), Failure::AnswersAlike),
        (refused(Some(401), "answered 401"), Failure::ControlRefused),
    ] {
        assert_eq!(error.code, code);
        assert!(error.help.is_some());
    }
}
