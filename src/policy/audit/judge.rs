//! One answer judged: was the call let in, or refused, and by whom? What the server says decides, by its
//! status and, where the user names one, a word of the body.

use super::Outcome;
use crate::policy::Expected as Statuses;
use crate::policy::probe::By;

/// By what an answer is told to be one to a call that was let in.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Its status is one of these.
    pub accepted: Statuses,
    /// And this does not stand in its body.
    pub refused_body: Option<String>,
    /// And this does.
    pub accepted_body: Option<String>,
}

/// How a call ended.
#[derive(Clone, Copy, Debug)]
pub enum End<'a> {
    /// With an answer.
    Answer {
        /// Its status.
        status: u16,
        /// Its body, as far as it was kept.
        body: &'a [u8],
        /// Whether it is a page by which a server in front refuses a certificate.
        is_terminator: bool,
    },
    /// With a TLS alert, or the end of the connection during the handshake.
    Tls,
    /// The server ended the connection without an answer.
    Closed,
    /// The server said nothing for as long as it was given.
    Silence,
    /// In another way: nobody listens, or what listens speaks no TLS or no HTTP.
    Nobody,
    /// In one of these ways, where that is as good as a no.
    Shut,
}

/// What that comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// What became of the call.
    pub outcome: Outcome,
    /// Who refused it.
    pub by: Option<By>,
    /// Why that cannot be told.
    pub why: Option<&'static str>,
}

/// The statuses by which a server says that it is too busy to say more.
const BUSY: [u16; 2] = [429, 503];

impl Rules {
    /// Whether this answer lets the call in.
    pub fn lets_in(&self, status: u16, body: &[u8]) -> bool {
        let has = |word: &String| memchr::memmem::find(body, word.as_bytes()).is_some();
        self.accepted.has(status)
            && !self.refused_body.as_ref().is_some_and(has)
            && self.accepted_body.as_ref().is_none_or(has)
    }

    /// Whether a word of the body decides.
    pub fn reads_bodies(&self) -> bool {
        self.refused_body.is_some() || self.accepted_body.is_some()
    }

    /// Judges.
    pub fn judge(&self, end: End<'_>) -> Judged {
        let refused = |by| Judged { outcome: Outcome::Refused, by: Some(by), why: None };
        let unclear = |why| Judged { outcome: Outcome::Unclear, by: None, why: Some(why) };
        match end {
            End::Answer { status, .. } if BUSY.contains(&status) => {
                unclear("the server limits the rate of requests, so nothing more can be said")
            }
            End::Answer { is_terminator: true, .. } => refused(By::Terminator),
            End::Answer { status, body, .. } => match self.lets_in(status, body) {
                true => Judged { outcome: Outcome::Accepted, by: None, why: None },
                false => refused(By::Application),
            },
            End::Tls => refused(By::Tls),
            End::Closed => refused(By::Application),
            End::Shut => Judged { outcome: Outcome::Refused, by: None, why: None },
            End::Silence => unclear("it did not answer in time"),
            End::Nobody => unclear("it could not be reached"),
        }
    }
}

/// Words by which an answer tells which check a call failed.
const TELLING: &[&str] = &[
    "signature",
    "hmac",
    "digest",
    "timestamp",
    "expired",
    "stale",
    "too old",
    "tolerance",
    "replay",
    "audience",
    "issuer",
    "algorithm",
    "nonce",
    "secret",
];

/// Which of them stand in the body of a refusal.
pub fn tells(body: &[u8]) -> Vec<&'static str> {
    let text = String::from_utf8_lossy(body).to_lowercase();
    TELLING.iter().copied().filter(|word| text.contains(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        Rules { accepted: "2xx".parse().unwrap(), refused_body: None, accepted_body: None }
    }

    fn answer(status: u16, body: &str) -> End<'_> {
        End::Answer { status, body: body.as_bytes(), is_terminator: false }
    }

    #[test]
    fn the_rules_in_their_order() {
        use Outcome::{Accepted, Refused, Unclear};
        let page = End::Answer { status: 200, body: b"", is_terminator: true };
        for (end, outcome, by) in [
            (answer(200, ""), Accepted, None),
            (answer(204, ""), Accepted, None),
            (answer(302, ""), Refused, Some(By::Application)),
            (answer(401, ""), Refused, Some(By::Application)),
            (answer(500, ""), Refused, Some(By::Application)),
            (answer(429, ""), Unclear, None),
            (answer(503, ""), Unclear, None),
            (page, Refused, Some(By::Terminator)),
            (End::Tls, Refused, Some(By::Tls)),
            (End::Closed, Refused, Some(By::Application)),
            (End::Silence, Unclear, None),
            (End::Nobody, Unclear, None),
            (End::Shut, Refused, None),
        ] {
            let judged = rules().judge(end);
            assert_eq!((judged.outcome, judged.by), (outcome, by), "{end:?}");
            assert_eq!(judged.why.is_some(), outcome == Unclear, "{end:?}");
        }
    }

    #[test]
    fn a_word_of_the_body_decides_where_one_is_named() {
        let refused = Rules { refused_body: Some("invalid".to_owned()), ..rules() };
        let accepted = Rules { accepted_body: Some("\"ok\":true".to_owned()), ..rules() };
        for (status, body, by_refused, by_accepted) in [
            (200, r#"{"ok":true}"#, true, true),
            (200, r#"{"ok":false}"#, true, false),
            (200, "invalid signature", false, false),
            (400, r#"{"ok":true}"#, false, false),
        ] {
            assert_eq!(refused.lets_in(status, body.as_bytes()), by_refused, "{status} {body}");
            assert_eq!(accepted.lets_in(status, body.as_bytes()), by_accepted, "{status} {body}");
        }
        assert!(refused.reads_bodies() && !rules().reads_bodies());
    }

    #[test]
    fn an_answer_tells_which_check_failed_by_its_words() {
        assert_eq!(tells(b"Invalid Signature"), ["signature"]);
        assert_eq!(tells(b"timestamp too old"), ["timestamp", "too old"]);
        assert!(tells(b"no").is_empty());
    }
}
