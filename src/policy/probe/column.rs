//! One column: what a server does at one address in one version, told from what became of each identity,
//! and what is wrong with that.

use std::fmt::Write as _;

use super::cell::{End, Judged, Observed, judge};
use super::{Asked, By, Expect, Kind, Moment, Outcome, Row, Verdict, Wanted};
use crate::finding::{Code, Finding, Severity};

/// The way of a session that was made before, with the same identity.
pub const AGAIN: &str = "again";
/// The same, where the certificate is held back should the server ask anew.
pub const AGAIN_WITHOUT: &str = "again-without-certificate";

/// A column with everything that its findings rest on.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    /// What it is called in the report.
    pub subject: &'a str,
    /// Where it is, in a sentence.
    pub place: &'a str,
    /// What became of each identity.
    pub rows: &'a [Row],
    /// For each row, why it was refused, as far as that is known.
    pub refusals: &'a [Option<Finding>],
    /// For each row, who issued the last certificate of its chain.
    pub issuers: &'a [Option<String>],
    /// Whether the server asks for a certificate.
    pub asked: Option<Asked>,
    /// The authorities that it says it accepts.
    pub accepted_issuers: &'a [String],
    /// What is wanted of it.
    pub expect: Expect,
}

/// What a server does, by what became of each identity.
pub fn verdict(rows: &[Row], asked: Option<Asked>, is_13: bool) -> Verdict {
    let plain = || rows.iter().filter(|row| row.is_plain());
    let none = plain().find(|row| row.kind == Kind::None);
    let takes_anybody = plain().any(|row| {
        matches!(row.kind, Kind::Made(made) if !made.needs_authority())
            && row.sent
            && row.outcome == Outcome::Accepted
    });
    let differs = none.is_some_and(|none| {
        plain().any(|row| {
            row.kind == Kind::File && row.outcome == Outcome::Accepted && row.status != none.status
        })
    });
    match (asked, none.map(|none| none.outcome)) {
        (Some(Asked::Later), _) => Verdict::AskedLater,
        (Some(Asked::No), Some(Outcome::Unclear)) if is_13 => Verdict::Unclear,
        (Some(Asked::No), Some(_)) => Verdict::NotRequested,
        (Some(Asked::Handshake), Some(Outcome::Refused)) => match takes_anybody {
            true => Verdict::AnyCertificate,
            false => Verdict::Required,
        },
        (Some(Asked::Handshake), Some(Outcome::Accepted)) => match takes_anybody && !differs {
            true => Verdict::AnyCertificate,
            false => Verdict::Optional,
        },
        _ => Verdict::Unclear,
    }
}

/// Judges another way in, tried without a certificate: open is one that answers 2xx, or as whoever is let
/// in is answered. Where nobody answers, nobody gets in.
pub fn door(observed: &Observed, control: Option<u16>) -> Judged {
    let shut = |by, when, remark: String| Judged {
        outcome: Outcome::Refused,
        by,
        when,
        remark: Some(remark),
    };
    match observed.end {
        End::Answer(status) if !observed.is_refusal => {
            match Some(status) == control || (200..300).contains(&status) {
                true => Judged { outcome: Outcome::Accepted, by: None, when: None, remark: None },
                false => shut(
                    Some(By::Application),
                    Some(Moment::Answer),
                    format!("{status}, unlike any caller who is let in"),
                ),
            }
        }
        End::Failure | End::Silence => shut(None, None, "nothing answers there".to_owned()),
        _ => judge(observed, control),
    }
}

/// What is wrong with a column.
pub fn findings(column: &Column<'_>, verdict: Verdict) -> Vec<Finding> {
    let mut findings = open(column, verdict);
    findings.extend(unverified(column));
    findings.extend(otherwise(column, verdict));
    findings.extend(gap(column));
    findings.extend(kept_out(column));
    findings.extend(sessions(column));
    findings.extend(doors(column));
    findings
}

/// `client-certificate-not-enforced`.
fn open(column: &Column<'_>, verdict: Verdict) -> Vec<Finding> {
    let none = column.rows.iter().find(|row| row.is_plain() && row.kind == Kind::None);
    let gets_in = none.is_some_and(|row| row.outcome == Outcome::Accepted);
    let how = match column.asked {
        Some(Asked::Handshake) => {
            "it asks for a client certificate, but lets in callers without one"
        }
        _ => "it does not ask for a client certificate: anyone gets in",
    };
    let status = none.and_then(|row| row.status).map(|status| format!(" (answered {status})"));
    let is_open = gets_in || verdict == Verdict::NotRequested;
    let severity = match (column.expect, none.map(|row| row.expected)) {
        (Expect::NotRequested, _) => return Vec::new(),
        (Expect::Required, _) | (_, Some(Wanted::Reject)) => Severity::Critical,
        (Expect::Optional, _) => Severity::Info,
    };
    if !is_open {
        return Vec::new();
    }
    let message = format!("{}: {how}{}", column.place, status.unwrap_or_default());
    let finding = Finding::new(Code::ClientCertificateNotEnforced, column.subject, message);
    let help = "nginx: ssl_verify_client on; HAProxy: verify required; Apache: SSLVerifyClient require; \
                openssl s_server: -Verify 1 -verify_return_error; Node: requestCert and rejectUnauthorized; \
                or check the caller in the application";
    vec![finding.severity(severity).help(help)]
}

/// `client-certificate-not-verified`, for each certificate that must be refused and was let in. Where
/// nobody asks for one, none is verified either, and that is said already.
fn unverified(column: &Column<'_>) -> Vec<Finding> {
    let is_in = |row: &&Row| {
        row.is_plain()
            && row.sent
            && row.kind != Kind::None
            && row.expected == Wanted::Reject
            && row.outcome == Outcome::Accepted
    };
    let told = |row: &Row| {
        let what = match row.kind {
            Kind::Made(made) => format!(", {}", made.says()),
            Kind::File | Kind::None => String::new(),
        };
        let status = row.status.map(|status| format!(" with {status}")).unwrap_or_default();
        let message = format!("{} lets `{}` in{status}{what}", column.place, row.identity);
        let help = "make the server verify what it is shown: nginx: ssl_verify_client on, not \
                    optional_no_ca; \
                    openssl s_server: -verify_return_error; Node: rejectUnauthorized: true";
        Finding::new(Code::ClientCertificateNotVerified, column.subject, message).help(help)
    };
    column.rows.iter().filter(is_in).map(told).collect()
}

/// `enforcement-differs`, where `--expect` asks for something else than a certificate.
fn otherwise(column: &Column<'_>, verdict: Verdict) -> Option<Finding> {
    let is_told = matches!(verdict, Verdict::Unclear | Verdict::AskedLater | Verdict::NotOffered);
    let wanted = column.expect.verdict();
    // What lets everybody in is said more plainly.
    if is_told || column.expect == Expect::Required || verdict == wanted {
        return None;
    }
    let message = format!(
        "{}: a client certificate is {}, and --expect says {}",
        column.place,
        verdict.word(),
        wanted.word()
    );
    Some(Finding::new(Code::EnforcementDiffers, column.subject, message))
}

/// Identities of ours that came out so.
fn ours<'a>(column: &Column<'a>, outcome: Outcome) -> Vec<(usize, &'a Row)> {
    let is_ours = |row: &Row| row.is_plain() && row.expected == Wanted::Accept;
    let rows = column.rows.iter().enumerate();
    rows.filter(|(_, row)| is_ours(row) && row.kind == Kind::File && row.outcome == outcome)
        .collect()
}

/// `rotation-gap`: of several identities that must be let in, some are and some are not.
fn gap(column: &Column<'_>) -> Vec<Finding> {
    let (inside, outside) = (ours(column, Outcome::Accepted), ours(column, Outcome::Refused));
    let Some((_, known)) = inside.first() else { return Vec::new() };
    let told = |(index, row): &(usize, &Row)| {
        let mut message = format!(
            "{} refuses `{}`{} and lets `{}` in",
            column.place,
            row.identity,
            how(row),
            known.identity
        );
        let issuer = column.issuers.get(*index).and_then(Option::as_deref);
        let listed = column.accepted_issuers;
        if let Some(issuer) = issuer.filter(|_| row.alert.as_deref() == Some("unknown_ca")) {
            let _ = match listed.iter().any(|listed| listed == issuer) {
                true => write!(message, "; it lists {issuer}, which signed it, but by name only"),
                false => write!(message, "; its trust store lacks {issuer}, which signed it"),
            };
        }
        if let Some(issuer) = issuer
            && !listed.is_empty()
            && !listed.iter().any(|listed| listed == issuer)
        {
            let _ = write!(message, "; it advertises {} only", listed.join(" and "));
        }
        Finding::new(Code::RotationGap, column.subject, message).help(
            "load the authority there and reload; then run the same command with --until pass \
             --every 10s --for 10m",
        )
    };
    outside.iter().map(told).collect()
}

/// How it was refused: `: unknown_ca (48), after the handshake`.
fn how(row: &Row) -> String {
    let what = match (&row.alert, row.alert_number, row.status) {
        (Some(alert), Some(number), _) => format!(": {alert} ({number})"),
        (_, _, Some(status)) => format!(": {status}"),
        _ => ": the connection ends".to_owned(),
    };
    let when = match row.when {
        Some(Moment::Handshake) => ", in the handshake,",
        Some(Moment::AfterHandshake) => ", after the handshake,",
        Some(Moment::Answer) | None => "",
    };
    what + when
}

/// `client-certificate-refused`, for each identity of ours that is kept out.
fn kept_out(column: &Column<'_>) -> Vec<Finding> {
    let told = |(index, row): (usize, &Row)| {
        if let Some(explained) = column.refusals.get(index).and_then(Option::as_ref) {
            let message = format!("`{}`: {}", row.identity, explained.message);
            return Finding { subject: column.subject.to_owned(), message, ..explained.clone() };
        }
        let message = format!(
            "{} refuses `{}`{}",
            column.place,
            row.identity,
            how(row).trim_end_matches(',')
        );
        let finding = Finding::new(Code::ClientCertificateRefused, column.subject, message);
        match row.by {
            Some(By::Application) => finding.help(
                "the application answers it differently from others: is its name, or its \
                 thumbprint, on a list there?",
            ),
            _ => finding.help("check the server's log for that moment"),
        }
    };
    ours(column, Outcome::Refused).into_iter().map(told).collect()
}

/// `resumption-differs`. A session that is resumed carries the identity it was made with: no
/// certificate is sent again, and none is needed. What must not be is that it comes out otherwise, or that
/// a server which does not resume it forgets to ask.
fn sessions(column: &Column<'_>) -> Vec<Finding> {
    let plain = |again: &Row| {
        let is_same =
            |row: &&Row| row.is_plain() && row.kind == again.kind && row.identity == again.identity;
        column.rows.iter().find(is_same)
    };
    let is_kept_out = column
        .rows
        .iter()
        .any(|row| row.is_plain() && row.kind == Kind::None && row.outcome == Outcome::Refused);
    let told = |again: &Row| {
        let message = match (again.door.as_deref()?, plain(again)?.outcome, again.outcome) {
            (AGAIN, full, resumed)
                if full != resumed && full != Outcome::Unclear && resumed != Outcome::Unclear =>
            {
                format!(
                    "{}: `{}` is {} in a full handshake, and {} in a resumed session",
                    column.place,
                    again.identity,
                    full.word(),
                    resumed.word()
                )
            }
            (AGAIN_WITHOUT, _, Outcome::Accepted) if !again.resumed && is_kept_out => format!(
                "{}: a caller who offers a session of `{}` that is not resumed is let in without a \
                 certificate",
                column.place, again.identity
            ),
            _ => return None,
        };
        Some(Finding::new(Code::ResumptionDiffers, column.subject, message).help(
            "allow sessions to be resumed only where they were created: in nginx, a separate \
             session cache and ticket keys for each server that asks for certificates",
        ))
    };
    column.rows.iter().filter_map(told).collect()
}

/// `side-door-open`, where the front door is shut.
fn doors(column: &Column<'_>) -> Vec<Finding> {
    let is_front_open = column
        .rows
        .iter()
        .any(|row| row.is_plain() && row.kind == Kind::None && row.outcome == Outcome::Accepted);
    let open = column.rows.iter().filter_map(|row| {
        let door = row.door.as_deref().filter(|door| ![AGAIN, AGAIN_WITHOUT].contains(door))?;
        (row.outcome == Outcome::Accepted && !is_front_open).then(|| {
            let status = row.status.map(|status| status.to_string()).unwrap_or_default();
            let message = format!(
                "{}: without a certificate it answers {status} by another way: {door}",
                column.place
            );
            Finding::new(Code::SideDoorOpen, column.subject, message).help(
                "demand the certificate there too: in the default server and for every name, with \
                 nothing on plain http",
            )
        })
    });
    open.collect()
}

#[cfg(test)]
#[path = "column_tests.rs"]
mod tests;
