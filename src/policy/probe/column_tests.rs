//! A column judged: its verdict and its findings, row by row.

use super::*;
use crate::policy::probe::Made;

fn row(kind: Kind, outcome: Outcome) -> Row {
    let (identity, expected) = match kind {
        Kind::File => ("ours", Wanted::Accept),
        Kind::None => ("none", Wanted::Reject),
        Kind::Made(made) => (made.word(), Wanted::Reject),
    };
    Row {
        identity: identity.to_owned(),
        kind,
        sha256: None,
        expected,
        outcome,
        by: (outcome == Outcome::Refused).then_some(By::Tls),
        when: (outcome == Outcome::Refused).then_some(Moment::AfterHandshake),
        alert: (outcome == Outcome::Refused).then(|| "unknown_ca".to_owned()),
        alert_number: (outcome == Outcome::Refused).then_some(48),
        status: (outcome == Outcome::Accepted).then_some(200),
        sent: kind != Kind::None,
        resumed: false,
        door: None,
        sentence: String::new(),
        elapsed_ms: 1.0,
    }
}

const ACCEPTED: Outcome = Outcome::Accepted;
const REFUSED: Outcome = Outcome::Refused;
const UNCLEAR: Outcome = Outcome::Unclear;
const STRANGER: Kind = Kind::Made(Made::Stranger);

#[test]
fn the_verdict_on_a_column() {
    use Verdict::{AnyCertificate, AskedLater, NotRequested, Optional, Required, Unclear};
    let handshake = Some(Asked::Handshake);
    for (asked, none, stranger, is_13, expected) in [
        (handshake, REFUSED, REFUSED, true, Required),
        (handshake, ACCEPTED, REFUSED, true, Optional),
        (handshake, REFUSED, ACCEPTED, false, AnyCertificate),
        (handshake, ACCEPTED, ACCEPTED, false, AnyCertificate),
        (handshake, UNCLEAR, REFUSED, true, Unclear),
        (Some(Asked::No), ACCEPTED, ACCEPTED, true, NotRequested),
        // In TLS 1.2 a late question would have been seen.
        (Some(Asked::No), UNCLEAR, UNCLEAR, false, NotRequested),
        (Some(Asked::No), UNCLEAR, UNCLEAR, true, Unclear),
        (Some(Asked::Later), UNCLEAR, UNCLEAR, true, AskedLater),
        (None, UNCLEAR, UNCLEAR, true, Unclear),
    ] {
        let mut other = row(STRANGER, stranger);
        other.sent = asked == handshake;
        let rows = [row(Kind::None, none), other];
        assert_eq!(verdict(&rows, asked, is_13), expected, "{asked:?} {none:?} {stranger:?}");
    }
    // An application that answers by identity knows whom it has before it.
    let mut rows = [row(Kind::File, ACCEPTED), row(Kind::None, ACCEPTED), row(STRANGER, ACCEPTED)];
    assert_eq!(verdict(&rows, handshake, true), AnyCertificate);
    rows[1].status = Some(302);
    assert_eq!(verdict(&rows, handshake, true), Optional);
    // Trusted authorities have their own rows, and make nobody's certificate good.
    let rows = [row(Kind::None, REFUSED), row(Kind::Made(Made::Lookalike), ACCEPTED)];
    assert_eq!(verdict(&rows, handshake, true), Required);
}

/// The findings of a column with these rows, each with its severity.
fn said(rows: &[Row], asked: Asked, expect: Expect) -> Vec<(Code, Severity)> {
    all(rows, asked, expect).iter().map(|finding| (finding.code, finding.severity)).collect()
}

fn all(rows: &[Row], asked: Asked, expect: Expect) -> Vec<Finding> {
    let issuers = vec![Some("CN=CA 4".to_owned()); rows.len()];
    let column = Column {
        subject: "https://a.example [192.0.2.1] TLSv1.3",
        place: "192.0.2.1",
        rows,
        refusals: &[],
        issuers: &issuers,
        asked: Some(asked),
        accepted_issuers: &["CN=CA 3".to_owned()],
        expect,
    };
    findings(&column, verdict(rows, column.asked, true))
}

#[test]
fn who_gets_in_without_is_as_bad_as_what_is_wanted_makes_it() {
    use Code::{ClientCertificateNotEnforced as Open, EnforcementDiffers as Differs};
    let none = |outcome, expected| Row { expected, ..row(Kind::None, outcome) };
    let open = [none(ACCEPTED, Wanted::Reject)];
    let meant = [none(ACCEPTED, Wanted::Accept)];
    let shut = [none(REFUSED, Wanted::Accept)];
    let (asks, does_not) = (Asked::Handshake, Asked::No);
    let (critical, info) = (Severity::Critical, Severity::Info);
    assert_eq!(said(&open, asks, Expect::Required), [(Open, critical)]);
    assert_eq!(said(&open, does_not, Expect::Required), [(Open, critical)]);
    assert_eq!(said(&meant, asks, Expect::Optional), [(Open, info)]);
    assert_eq!(said(&open, asks, Expect::Optional), [(Open, critical)]);
    assert_eq!(said(&shut, asks, Expect::Optional), [(Differs, critical)]);
    assert_eq!(said(&meant, does_not, Expect::NotRequested), []);
    assert_eq!(said(&shut, asks, Expect::NotRequested), [(Differs, critical)]);
}

#[test]
fn a_certificate_that_must_be_refused_is_named_where_one_was_asked_for() {
    let rows = [row(Kind::None, REFUSED), row(STRANGER, ACCEPTED)];
    let findings = all(&rows, Asked::Handshake, Expect::Required);
    let codes: Vec<_> = findings.iter().map(|one| one.code).collect();
    assert_eq!(codes, [Code::ClientCertificateNotVerified]);
    assert_eq!(
        findings[0].message,
        "192.0.2.1 lets `stranger` in with 200, a self-signed certificate with a random name"
    );
    let unsent = Row { sent: false, ..row(STRANGER, ACCEPTED) };
    let rows = [row(Kind::None, ACCEPTED), unsent];
    let open = (Code::ClientCertificateNotEnforced, Severity::Critical);
    assert_eq!(said(&rows, Asked::No, Expect::Required), [open]);
}

#[test]
fn one_in_and_one_out_is_a_gap_of_the_rotation() {
    let old = Row { identity: "old".to_owned(), ..row(Kind::File, ACCEPTED) };
    let new = Row { identity: "new".to_owned(), ..row(Kind::File, REFUSED) };
    let rows = [old.clone(), new.clone(), row(Kind::None, REFUSED)];
    let findings = all(&rows, Asked::Handshake, Expect::Required);
    let codes: Vec<_> = findings.iter().map(|one| one.code).collect();
    assert_eq!(codes, [Code::RotationGap, Code::ClientCertificateRefused]);
    assert_eq!(
        findings[0].message,
        "192.0.2.1 refuses `new`: unknown_ca (48), after the handshake, and lets `old` in; its trust store \
         lacks CN=CA 4, which signed it; it advertises CN=CA 3 only"
    );
    assert_eq!(
        findings[1].message,
        "192.0.2.1 refuses `new`: unknown_ca (48), after the handshake"
    );
    let both = [Row { outcome: REFUSED, ..old }, new, row(Kind::None, REFUSED)];
    let refused = (Code::ClientCertificateRefused, Severity::Critical);
    assert_eq!(said(&both, Asked::Handshake, Expect::Required), [refused, refused]);
}

#[test]
fn sessions_and_side_doors() {
    let by = |door: &str, row: Row| Row { door: Some(door.to_owned()), ..row };
    let front = [row(Kind::File, ACCEPTED), row(Kind::None, REFUSED)];
    let with = |more: Row| {
        let rows = [&front[..], &[more]].concat();
        let codes: Vec<_> =
            all(&rows, Asked::Handshake, Expect::Required).iter().map(|one| one.code).collect();
        codes
    };
    let resumed = |row| Row { resumed: true, ..row };
    assert_eq!(with(by(AGAIN, resumed(row(Kind::File, ACCEPTED)))), []);
    assert_eq!(with(by(AGAIN, resumed(row(Kind::File, REFUSED)))), [Code::ResumptionDiffers]);
    assert_eq!(with(by(AGAIN, resumed(row(Kind::None, ACCEPTED)))), [Code::ResumptionDiffers]);
    assert_eq!(with(by(AGAIN, row(Kind::File, UNCLEAR))), []);
    // A session vouches for the identity it was made with; where it is not resumed, nothing does.
    assert_eq!(with(by(AGAIN_WITHOUT, resumed(row(Kind::File, ACCEPTED)))), []);
    assert_eq!(with(by(AGAIN_WITHOUT, row(Kind::File, ACCEPTED))), [Code::ResumptionDiffers]);
    assert_eq!(with(by("no-sni", row(Kind::None, ACCEPTED))), [Code::SideDoorOpen]);
    assert_eq!(with(by("no-sni", row(Kind::None, REFUSED))), []);
}

#[test]
fn a_door_is_open_that_answers_as_the_front_door_answers_its_guests() {
    let answered = |status, control| {
        let observed = Observed {
            end: End::Answer(status),
            connected: true,
            is_13: true,
            asked: false,
            is_refusal: false,
            late: None,
        };
        door(&observed, control).outcome
    };
    assert_eq!(answered(204, Some(405)), ACCEPTED);
    assert_eq!(answered(405, Some(405)), ACCEPTED);
    assert_eq!(answered(301, Some(200)), REFUSED);
    assert_eq!(answered(404, None), REFUSED);
    let gone = Observed {
        end: End::Failure,
        connected: false,
        is_13: false,
        asked: false,
        is_refusal: false,
        late: None,
    };
    assert_eq!(door(&gone, None).outcome, REFUSED);
}
