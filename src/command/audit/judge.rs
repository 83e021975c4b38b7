//! From what came of a call to a row of the report.

use std::time::Duration;

use super::calls::{Call, Shows};
use super::plan::Plan;
use super::sending::Came;
use crate::clock::PeerClock;
use crate::digest::{hex, sha256};
use crate::http::{Response, date};
use crate::outcome::exchange::in_millis;
use crate::policy::audit::judge::{End, Judged, Rules, tells};
use crate::policy::audit::table::Test;
use crate::policy::audit::{Outcome, Row};
use crate::policy::probe::By;
use crate::policy::response;

/// The longest pause that a busy server is given, once a call.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// What came of a test. `is_as_good` says whether the answer is that to the good request.
pub fn row(test: &'static Test, call: &Call, came: &Came, plan: &Plan, is_as_good: bool) -> Row {
    if let Some(why) = exempt(test, call, came) {
        return Row::untried(test, why);
    }
    let end = came.end();
    let mut judged = plan.rules.judge(end);
    let response = came.response();
    let body = response.map(|one| one.body.as_slice()).unwrap_or_default();
    let has_echo = call.echo.as_ref().is_some_and(|word| has(body, word));
    // Who answers everybody that asks so, and says nothing more, has taken no call.
    let is_let_in = match (&call.echo, test.id.as_str()) {
        (Some(_), _) => has_echo,
        (None, "get") => is_as_good,
        _ => true,
    };
    if judged.outcome == Outcome::Accepted && !is_let_in {
        judged = Judged { outcome: Outcome::Refused, by: Some(By::Application), why: None };
    }
    let has_right = call.right.as_ref().is_some_and(|right| has(body, right));
    let has_secret = plan.signer.as_ref().is_some_and(|signer| signer.stands_in(body));
    Row {
        outcome: judged.outcome,
        by: judged.by,
        status: response.map(|one| one.status),
        alert: came.error().and_then(|error| error.alert.as_ref()).map(|one| one.name.to_string()),
        elapsed_ms: in_millis(came.elapsed),
        request_sha256: Some(hex(&sha256(&call.bytes))),
        why: judged.why.map(str::to_owned),
        echoes: has_right || has_secret,
        reflects: has_echo && response.is_some_and(is_page),
        tells: match end {
            End::Answer { .. } if judged.outcome == Outcome::Refused => tells(body),
            _ => Vec::new(),
        },
        ..Row::untried(test, "")
    }
}

/// Why an answer says nothing of what the test is about.
fn exempt(test: &Test, call: &Call, came: &Came) -> Option<&'static str> {
    let is_411 = came.response().is_some_and(|one| one.status == 411);
    if test.id == "chunked" && is_411 {
        return Some("it requires a length (411), as it may (RFC 9110 section 15.5.12)");
    }
    (matches!(call.way.shows, Shows::OnceOnly) && came.is_resumed())
        .then_some("the session was resumed: it is the same caller")
}

fn has(body: &[u8], word: &str) -> bool {
    memchr::memmem::find(body, word.as_bytes()).is_some()
}

/// Whether a browser would show an answer as a page.
fn is_page(response: &Response) -> bool {
    let kind = response.headers.text("Content-Type").unwrap_or_default().to_ascii_lowercase();
    kind.is_empty() || kind.contains("html") || kind.contains("svg") || kind.contains("xml")
}

/// The pause that a busy server asks for, where that can be waited for.
pub fn pause(response: &Response) -> Option<Duration> {
    let is_busy = matches!(response.status, 429 | 503);
    let now = PeerClock::default().now().moment();
    let pause = date::retry_after(&response.headers, now).filter(|_| is_busy)?;
    (pause <= LONGEST_PAUSE).then_some(pause)
}

/// What `replay` would say of an answer to the good request.
pub fn diagnosis(came: &Came, rules: &Rules) -> String {
    if let Some(refusal) = &came.refusal {
        return refusal.clone();
    }
    let Some(answer) = came.response() else {
        return came.error().map(|error| error.message.clone()).unwrap_or_default();
    };
    let said = response(answer, &rules.accepted, "").into_iter().map(|one| one.message);
    let said: Vec<String> = said.collect();
    match said.is_empty() {
        true => "its body does not say that it was".to_owned(),
        false => said.join("; "),
    }
}
