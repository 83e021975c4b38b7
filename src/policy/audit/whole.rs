//! What is wrong with an endpoint, by what came of each test, and of all of them.

use super::judge::Rules;
use super::table::named;
use super::{Expected, Outcome, Row};
use crate::error::Error;
use crate::failure::Failure;
use crate::finding::{Code, Finding, Severity};

/// What there is to know beside what came of the tests.
#[derive(Clone, Copy, Debug)]
pub struct Given {
    /// Whether the receiver deduplicates behind its answer.
    pub replay_allowed: bool,
    /// Whether the good call tells, under its signature, when it was made; `None` where nothing signs it.
    pub signs_time: Option<bool>,
    /// How old a call may be, in seconds.
    pub tolerance: i64,
}

/// From this age on, nothing limits it.
const DAY: i64 = 86_400;

/// What is wrong by one test.
pub fn findings(row: &Row, given: &Given, subject: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    let status = row.status.map(|status| format!(": {status}")).unwrap_or_default();
    let says = |text: &str| format!("{}: {text}{status}", row.test);
    let next = named(row.test).map(|test| test.next.as_str()).unwrap_or_default();
    let is_error = row.status.is_some_and(|status| status >= 500);
    match (row.expected, row.outcome) {
        (Expected::Refused, Outcome::Accepted) => {
            let (code, severity, text) = hole(row, given);
            let finding = Finding::new(code, subject, says(&text)).help(next);
            found.push(match severity {
                Some(severity) => finding.severity(severity),
                None => finding,
            });
        }
        (Expected::Accepted, Outcome::Refused) => {
            let text = format!("{}, which is valid, and it was refused", row.change);
            found.push(Finding::new(Code::GoodRefused, subject, says(&text)).help(next));
        }
        (Expected::Refused, Outcome::Refused) if is_error => {
            let text = format!("{}, and the server failed: it refuses by accident", row.change);
            found.push(Finding::new(Code::ServerError, subject, says(&text)).help(
                "answer 400 or 401 to a bad call; what crashes in one place may pass in the next",
            ));
        }
        _ => {}
    }
    if row.reflects {
        let text = "the challenge comes back as a page that a browser runs";
        found.push(
            Finding::new(Code::ChallengeReflected, subject, says(text))
                .help("answer as text/plain, and only to callers who name the token"),
        );
    }
    if row.echoes {
        let text = "the answer contains the secret, or the signature that would have been right";
        found.push(
            Finding::new(Code::SecretEchoed, subject, says(text))
                .help("remove it from the answer now, and change the secret: every caller has it"),
        );
    }
    found
}

/// What it means that a forged call was let in.
fn hole(row: &Row, given: &Given) -> (Code, Option<Severity>, String) {
    let change = &row.change;
    match row.test {
        "replayed" => {
            let severity = given.replay_allowed.then_some(Severity::Info);
            let text = match given.signs_time {
                Some(true) => "the same call was accepted twice: fine only if it is processed once",
                _ => {
                    "the same call was accepted twice, and can be sent at any time: it never expires"
                }
            };
            (Code::SignatureReplayUnbounded, severity, text.to_owned())
        }
        "future" | "time-milliseconds" => {
            let text =
                format!("{change}, and it was accepted: it stays valid longer than the tolerance");
            (Code::ToleranceTwoSided, None, text)
        }
        "stale" => {
            let ages: Vec<String> = row.ages.iter().map(|age| spoken(*age)).collect();
            let ages = ages.join(", and ");
            match row.ages.last() {
                Some(age) if *age < DAY => {
                    let allowed = spoken(given.tolerance);
                    let text =
                        format!("a call {ages} old was accepted, and the limit is {allowed}");
                    (Code::ToleranceWide, None, text)
                }
                _ => (
                    Code::ForgedAccepted,
                    None,
                    format!("a call {ages} old was accepted: a captured call works forever"),
                ),
            }
        }
        // What is signed is what comes out of it, in whichever form it travels.
        "gzip-body" => {
            (Code::ForgedAccepted, Some(Severity::Info), format!("{change}, and it was accepted"))
        }
        _ => (Code::ForgedAccepted, None, format!("{change}, and it was accepted")),
    }
}

/// An age as people say it.
pub fn spoken(seconds: i64) -> String {
    match seconds {
        DAY => "1 day".to_owned(),
        seconds if seconds % DAY == 0 => format!("{} days", seconds / DAY),
        3600 => "1 h".to_owned(),
        seconds if seconds % 3600 == 0 => format!("{} h", seconds / 3600),
        seconds if seconds % 60 == 0 => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}

/// What is wrong by all of them together.
pub fn together(rows: &[Row], given: &Given, subject: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    if given.signs_time == Some(false) {
        let text = "this scheme has no signed time: a captured call stays valid forever";
        found.push(Finding::new(Code::SchemeWithoutTime, subject, text).help(
            "remember the ids of processed calls and process each once; ask the sender for a \
             signed time",
        ));
    }
    let mut told: Vec<&Vec<_>> = Vec::new();
    let refused = rows.iter().filter(|row| row.outcome == Outcome::Refused);
    for row in refused.filter(|row| !row.tells.is_empty()) {
        if !told.contains(&&row.tells) {
            told.push(&row.tells);
        }
    }
    if let [first, second, ..] = &told[..] {
        let text = format!(
            "refusals reveal which check failed: one mentions {}, another {}",
            first.join(" and "),
            second.join(" and ")
        );
        found.push(
            Finding::new(Code::RefusalTellsWhy, subject, text)
                .help("give all of them the same answer, and log the reason"),
        );
    }
    found
}

/// `unclear`: why a test could not be told.
pub fn unclear(row: &Row) -> Option<Error> {
    let why = row.why.as_deref().filter(|_| row.outcome == Outcome::Unclear)?;
    Some(
        Error::new(Failure::Unclear, format!("{}: {why}", row.test))
            .help("ask the owner of the endpoint for an instance without rate limits"),
    )
}

/// `answers-alike`: the good call and the one without a signature were answered the same.
pub fn alike(rules: &Rules) -> Error {
    let message = format!(
        "the good request and the same request without its signature get the same answer, byte for \
         byte ({}): either nothing is checked, or it answers before it checks",
        rules.accepted
    );
    Error::new(Failure::AnswersAlike, message).help(
        "tell the two apart by a text in the body: --refused-body TEXT or --accepted-body TEXT; if \
         the status is the verdict, say --accepted 2xx",
    )
}

/// `control-refused`: the good request itself was not let in.
pub fn refused(status: Option<u16>, said: &str) -> Error {
    let answered = status.map(|status| format!(" ({status})")).unwrap_or_default();
    let message = format!("the good request was not let in{answered}: {said}");
    Error::new(Failure::ControlRefused, message)
        .help("then forged calls prove nothing; `hookprint replay` with the same request says more")
}

#[cfg(test)]
#[path = "whole_tests.rs"]
mod tests;
