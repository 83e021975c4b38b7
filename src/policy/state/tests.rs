//! Runs one after the other: what each makes of those before.

use time::Duration as Span;
use time::macros::datetime;

use super::*;
use crate::finding::Severity;

const START: OffsetDateTime = datetime!(2026-11-20 6:00 UTC);
const DAY: Duration = Duration::from_secs(86_400);
const RULES: Rules = Rules { unused_after: Duration::from_secs(7 * 86_400) };

fn present(verdict: Status) -> Present<'static> {
    Present {
        check: "endpoint a",
        verdict,
        findings: Vec::new(),
        certificates: Vec::new(),
        pins: Vec::new(),
        is_unpinned: false,
        every: None,
        is_fresh: true,
    }
}

fn found(code: Code, severity: Severity) -> Present<'static> {
    let status = Status::Found(severity);
    Present { findings: vec![key(code, status)], ..present(status) }
}

fn key(code: Code, status: Status) -> Key {
    let (code, subject) = (code.id().to_owned(), "s".to_owned());
    Key { code, status, subject, sha256: String::new() }
}

fn serving(certificates: &[&str]) -> Present<'static> {
    let certificates = certificates.iter().map(|&one| one.to_owned()).collect();
    Present { certificates, ..present(Status::Ok) }
}

/// What the last of these runs says, and what is known then; each so many days after the first.
fn after(runs: &[(i64, Present<'_>)]) -> (Past, Compared) {
    let mut last: Option<(Past, Compared)> = None;
    for (days, present) in runs {
        let past = last.as_ref().map(|(past, _)| past);
        last = Some(Past::compare(past, present, START + Span::days(*days), RULES));
    }
    last.unwrap()
}

fn codes(compared: &Compared) -> Vec<(Code, Severity)> {
    compared.findings.iter().map(|one| (one.code, one.severity)).collect()
}

#[test]
fn the_verdict_and_then_what_is_wrong_decide_what_changed() {
    use Severity::{Critical, Info, Warning};
    let ok = || present(Status::Ok);
    let gap = |severity| found(Code::RotationGap, severity);
    let pin = || found(Code::PinOld, Warning);
    let soon = || found(Code::CertificateExpiresSoon, Warning);
    let both = || {
        let findings = [soon().findings, pin().findings].concat();
        Present { findings, ..present(Status::Found(Warning)) }
    };
    let failed = || present(Status::Failed);
    for (before, now, change, is_news) in [
        (ok(), ok(), Change::Same, false),
        (ok(), gap(Critical), Change::Worse, true),
        (gap(Critical), ok(), Change::Better, true),
        (gap(Critical), gap(Critical), Change::Same, false),
        (gap(Critical), gap(Warning), Change::Better, true),
        (gap(Critical), failed(), Change::Worse, true),
        (failed(), gap(Critical), Change::Better, true),
        // The same verdict for another reason.
        (pin(), soon(), Change::Worse, true),
        (pin(), both(), Change::Worse, true),
        (both(), pin(), Change::Better, true),
        // What is only worth knowing makes nothing worse, but is news.
        (ok(), found(Code::PinDigestUnlikely, Info), Change::Same, true),
        (found(Code::PinDigestUnlikely, Info), ok(), Change::Same, false),
    ] {
        let words = format!("{:?} {:?}", before.findings, now.findings);
        let (_, compared) = after(&[(0, before), (1, now)]);
        assert_eq!((compared.change, compared.is_news), (change, is_news), "{words}");
    }
    let (_, first) = after(&[(0, ok())]);
    assert_eq!((first.change, first.is_news, first.runs), (Change::New, true, 1));
}

#[test]
fn since_when_and_in_how_many_runs() {
    let bad = || found(Code::RotationGap, Severity::Critical);
    let ok = || present(Status::Ok);
    let (past, told) = after(&[(0, ok()), (1, bad()), (2, bad()), (3, bad())]);
    assert_eq!((told.since, told.runs), (START + Span::days(1), 3));
    assert_eq!((past.green, past.first), (Some(Moment(START)), Moment(START)));
    let (past, told) = after(&[(0, ok()), (1, bad()), (2, ok()), (3, ok())]);
    assert_eq!((told.since, told.runs), (START + Span::days(2), 2));
    assert_eq!(past.green, Some(Moment(START + Span::days(3))));
}

#[test]
fn another_certificate_is_said_once_and_critical_where_no_pin_knows_it() {
    let changed = |severity| vec![(Code::CertificateChanged, severity)];
    let (_, told) = after(&[(0, serving(&["aa"])), (1, serving(&["bb"]))]);
    assert_eq!(codes(&told), changed(Severity::Info));
    assert!(told.is_news && told.change == Change::Same);
    assert!(told.findings[0].message.ends_with("bb, was aa"), "{}", told.findings[0].message);
    let strange = Present { is_unpinned: true, ..serving(&["cc"]) };
    let (_, told) = after(&[(0, serving(&["aa"])), (1, strange)]);
    assert_eq!(codes(&told), changed(Severity::Critical));
    // Told once; in any order; nothing seen is nothing changed; one fewer is not another.
    for runs in [
        [serving(&["aa"]), serving(&["bb"]), serving(&["bb"])],
        [serving(&["aa", "bb"]), serving(&["bb", "aa"]), serving(&["bb"])],
        [serving(&["aa"]), present(Status::Failed), serving(&["aa"])],
    ] {
        let runs: Vec<_> = (0..).zip(runs).collect();
        assert_eq!(codes(&after(&runs).1), []);
    }
}

#[test]
fn a_pin_that_nothing_matches_any_more_is_to_be_removed() {
    let pins = |old, new| Present {
        pins: vec![("old".to_owned(), old), ("new".to_owned(), new)],
        ..present(Status::Ok)
    };
    let unused = [(Code::PinUnused, Severity::Info)];
    let said = |runs: &[(i64, Present<'_>)]| codes(&after(runs).1);
    assert_eq!(said(&[(0, pins(true, false)), (7, pins(false, true))]), []);
    assert_eq!(said(&[(0, pins(true, false)), (8, pins(false, true))]), unused);
    assert_eq!(said(&[(0, pins(false, true)), (8, pins(false, true))]), unused);
    // Neither the one to come, nor while nothing is seen at all.
    assert_eq!(said(&[(0, pins(true, false)), (8, pins(true, false))]), []);
    assert_eq!(said(&[(0, pins(true, false)), (8, pins(false, false))]), []);
    // Without names the last one is the newest.
    let plain = || Present {
        pins: vec![("4c21".to_owned(), false), ("ff6c".to_owned(), true)],
        ..present(Status::Ok)
    };
    assert_eq!(said(&[(0, plain()), (8, plain())]), unused);
    let (past, _) = after(&[(0, pins(true, false)), (1, plain())]);
    assert!(!past.pins.contains_key("old"), "a pin that is asked for no more is forgotten");
}

#[test]
fn a_repair_is_no_flapping() {
    let ok = || serving(&["aa"]);
    let other = || serving(&["bb"]);
    let bad = || found(Code::RotationGap, Severity::Critical);
    let flaps = |runs: Vec<Present<'_>>| {
        let runs: Vec<_> = (0..).zip(runs).collect();
        codes(&after(&runs).1).contains(&(Code::Flapping, Severity::Warning))
    };
    assert!(!flaps(vec![ok(), bad(), ok()]));
    assert!(!flaps(vec![ok(), other(), bad(), present(Status::Failed)]));
    assert!(flaps(vec![ok(), bad(), ok(), bad()]));
    assert!(flaps(vec![ok(), other(), ok(), other()]));
    assert!(flaps(vec![ok(), ok(), bad(), ok(), ok(), bad(), bad()]));
    // What was long ago is forgotten.
    let mut runs = vec![ok(), bad(), ok(), bad()];
    runs.extend((0..RECENT).map(|_| bad()));
    assert!(!flaps(runs));
}

#[test]
fn what_is_to_be_run_from_time_to_time_is_due_and_overdue() {
    let audit = |verdict, is_fresh| Present { every: Some(DAY * 7), is_fresh, ..present(verdict) };
    let (past, _) = after(&[(0, audit(Status::Ok, true))]);
    let due = |hours| past.due(DAY * 7, START + Span::hours(hours));
    assert_eq!((due(1), due(167)), (Some(START + Span::days(7)), Some(START + Span::days(7))));
    assert_eq!(due(168), None);
    let (failed, _) = after(&[(0, audit(Status::Failed, true))]);
    assert_eq!(failed.due(DAY * 7, START + Span::hours(1)), None);
    let bad = || audit(Status::Found(Severity::Critical), true);
    let overdue = vec![(Code::Overdue, Severity::Warning)];
    let said = |runs: &[(i64, Present<'_>)]| codes(&after(runs).1);
    assert_eq!(said(&[(0, audit(Status::Ok, true)), (7, bad()), (14, bad())]), []);
    assert_eq!(said(&[(0, audit(Status::Ok, true)), (7, bad()), (15, bad())]), overdue);
    assert_eq!(said(&[(0, bad()), (15, bad())]), overdue);
    // Told again without looking: nothing is learned.
    let (past, told) = after(&[(0, audit(Status::Ok, true)), (1, audit(Status::Ok, false))]);
    assert_eq!(
        (past.looked, past.green, past.recent.len()),
        (Moment(START), Some(Moment(START)), 1)
    );
    assert_eq!(told.change, Change::Same);
}

#[test]
fn what_is_told_again_says_of_when_it_is() {
    let (mut past, _) = after(&[(0, found(Code::RotationGap, Severity::Critical))]);
    past.findings.push(key(Code::Overdue, Status::Found(Severity::Warning)));
    past.findings.push(Key { code: "of-a-newer-version".to_owned(), ..past.findings[0].clone() });
    let told = past.told_again();
    assert_eq!(told.len(), 1);
    let (key, finding) = &told[0];
    assert_eq!((finding.code, finding.severity), (Code::RotationGap, Severity::Critical));
    assert!(finding.message.ends_with("as of 2026-11-20T06:00:00Z"), "{}", finding.message);
    assert_eq!(*key, &past.findings[0]);
}

#[test]
fn a_renewal_is_fresh_for_a_day() {
    let (past, _) = after(&[(0, serving(&["aa"])), (1, serving(&["bb"])), (2, serving(&["bb"]))]);
    let at =
        |held: &str, hours| renewal(&past, &[held.to_owned()], DAY, START + Span::hours(hours));
    assert_eq!(at("bb", 48), Renewal::Fresh);
    assert_eq!(at("bb", 49), Renewal::Late(Moment(START + Span::days(1))));
    // It was renewed again a moment ago.
    assert_eq!(at("cc", 99), Renewal::Fresh);
}

#[test]
fn a_state_is_read_as_it_was_written_and_a_newer_one_is_not() {
    let run = Present {
        pins: vec![("old".to_owned(), true)],
        certificates: vec!["aa".to_owned()],
        ..found(Code::RotationGap, Severity::Critical)
    };
    let mut state = State::new(START);
    for name in ["endpoint a", "probe \"b\"\n"] {
        state.checks.insert(name.to_owned(), after(&[(0, run.clone())]).0);
    }
    let text = state.text();
    let read = State::parse(text.as_bytes()).unwrap();
    assert_eq!((read.at, &read.checks), (state.at, &state.checks));
    assert_eq!(read.text(), text);
    assert_eq!(text.lines().count(), 3, "a check a line: {text}");
    for cut in 0..text.trim_end().len() {
        State::parse(&text.as_bytes()[..cut]).unwrap_err();
    }
    let newer = text.replace("\"schema\":1", "\"schema\":2");
    assert_eq!(State::parse(newer.as_bytes()).unwrap_err().code, Failure::Unsupported);
    assert_eq!(State::parse(b"[]").unwrap_err().code, Failure::Malformed);
}

#[test]
fn no_moment_lies_after_now() {
    let run = Present { pins: vec![("old".to_owned(), true)], ..serving(&["aa"]) };
    let mut state = State::new(START);
    state.checks.insert("endpoint a".to_owned(), after(&[(0, run)]).0);
    let earlier = START - Span::days(30);
    let text = state.clone().until(earlier).text();
    assert!(!text.contains("2026-11-20") && text.contains("2026-10-21T06:00:00Z"), "{text}");
    let later = state.clone().until(START + Span::days(1));
    assert_eq!(later.text(), state.text());
}

#[test]
fn the_same_alert_has_the_same_id_and_another_one_another() {
    let one = key(Code::RotationGap, Status::Ok);
    let id = one.id("probe hooks");
    assert_eq!(id.len(), 16);
    assert_eq!(Key { status: Status::Failed, ..one.clone() }.id("probe hooks"), id);
    assert_ne!(one.id("probe other"), id);
    for other in [
        Key { code: "x".to_owned(), ..one.clone() },
        Key { subject: "x".to_owned(), ..one.clone() },
        Key { sha256: "x".to_owned(), ..one.clone() },
    ] {
        assert_ne!(other.id("probe hooks"), id);
    }
}
