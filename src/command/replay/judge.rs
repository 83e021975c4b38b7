//! One attempt judged: facts, findings or a failure, what the journal keeps, and whether to try again.

use std::time::Duration;

use super::retry;
use super::run::Run;
use crate::clock::PeerClock;
use crate::digest::hex;
use crate::error::Error;
use crate::fact::{Facts, Value};
use crate::failure::Failure;
use crate::finding::{Code, Finding};
use crate::net::{Broken, Exchange, Stage};
use crate::policy;
use crate::policy::late::{Clue, Late, late};
use crate::policy::refusal::Refusal;
use crate::policy::situation::{Sign, Situation};
use crate::tls::path::{Below, Purpose, presented};
use crate::tls::{CertificateRequest, Handshake};

/// What became of a request, as the journal keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It was answered.
    Answered(u16),
    /// It did not arrive, for this reason.
    Failed(Failure),
    /// It may have arrived.
    Unknown(Failure),
}

/// What an attempt came to.
#[derive(Debug)]
pub struct Verdict {
    /// `status` to `response_sha256`; `refusal`, where there is one.
    pub facts: Facts,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// Why there is no answer.
    pub failure: Option<Error>,
    /// For the journal.
    pub end: End,
    /// Whether another attempt may come out better, and the least pause before it.
    pub again: Option<Duration>,
}

impl Verdict {
    /// Why it was refused, if that was because of who one side is: the same for every request.
    pub fn stranger(&self) -> Option<&'static str> {
        let refused = |finding: &Finding| finding.code == Code::ClientCertificateRefused;
        match &self.failure {
            Some(error) if error.code == Failure::Untrusted => Some("the server is not trusted"),
            None if self.findings.iter().any(refused) => {
                Some("the server does not accept our client certificate")
            }
            _ => None,
        }
    }
}

/// Everything about an attempt that a verdict needs.
pub struct Attempt<'a> {
    /// The run.
    pub run: &'a Run,
    /// What the request is called.
    pub subject: &'a str,
    /// The request for our certificate: of this handshake, or of the one whose session it resumed.
    pub asked: Option<&'a CertificateRequest>,
}

impl Attempt<'_> {
    /// Judges an answer.
    pub fn answered(&self, exchange: &Exchange) -> Verdict {
        let Self { run, subject, .. } = self;
        let response = &exchange.response;
        let handshake = exchange.handshake.as_deref();
        let page = Sign::Page(response.status, &response.body);
        let refusal = self.refusal(page, handshake, true);
        let late = self.late(Clue::Page(response.status, &response.body), handshake);
        let mut facts = Facts::new()
            .with("status", response.status)
            .with("response_bytes", exchange.response_bytes)
            .with("elapsed_ms", millis(exchange.elapsed));
        facts = connection(facts, handshake)
            .with(
                "client_certificate",
                self.word(handshake.is_some(), refusal.is_some(), late.as_ref()),
            )
            .with("response_sha256", hex(&exchange.sha256));
        let mut findings = Vec::new();
        if let Some(refusal) = refusal {
            facts.set("refusal", refusal.facts);
            findings.push(refusal.finding);
        }
        let refused = !findings.is_empty() || late.as_ref().is_some_and(|late| late.is_certain);
        findings.extend(policy::response(response, &run.expected, subject).into_iter().map(
            |one| {
                // Why it was refused says what to do; a guess by the status would contradict it.
                if refused { Finding { help: None, ..one } } else { one }
            },
        ));
        let malformed = exchange.malformed.as_ref();
        findings.extend(malformed.map(|error| policy::malformed(error, subject)));
        findings.extend(self.about_pin(handshake));
        match late {
            Some(late) => findings.push(late.finding),
            None => findings.extend(self.about_identity(handshake)),
        }
        let status = response.status;
        let is_wanted = run.expected.has(status);
        let again = (!is_wanted && retry::is_passing(status))
            .then(|| retry::asked_for(&response.headers, run.clock.now()).unwrap_or_default());
        Verdict { facts, findings, failure: None, end: End::Answered(status), again }
    }

    /// Judges an attempt without an answer.
    pub fn broken(&self, broken: &Broken, elapsed: Duration) -> Verdict {
        let handshake = broken.handshake.as_deref();
        let error = &broken.error;
        let is_first = !broken.reused && broken.stage != Stage::Answering;
        let sign = match (&error.alert, error.code) {
            (Some(alert), _) => Some(Sign::Alert(alert)),
            // A TLS 1.2 handshake that ended has accepted our certificate.
            (None, Failure::Closed | Failure::Reset)
                if !broken.connected || self.speaks_13(handshake) =>
            {
                Some(Sign::Closed)
            }
            _ => None,
        };
        let refusal = sign
            .filter(|_| is_first)
            .and_then(|sign| self.refusal(sign, handshake, broken.connected));
        let mut facts = Facts::new()
            .with("status", Value::Null)
            .with("response_bytes", 0_u64)
            .with("elapsed_ms", millis(elapsed));
        let clue = match error.code {
            Failure::ClientCertificateLate => Some(Clue::HelloRequest),
            Failure::Closed | Failure::Reset if broken.connected && is_first => Some(Clue::Closed),
            _ => None,
        };
        let late = clue.and_then(|clue| self.late(clue, handshake));
        let word = match (&refusal, &late) {
            (Some(_), _) => Value::from("refused"),
            (None, Some(late)) => Value::from(late.word()),
            (None, None) => Value::Null,
        };
        facts = connection(facts, handshake)
            .with("client_certificate", word)
            .with("response_sha256", Value::Null);
        let never_arrived = broken.stage == Stage::Unsent
            || refusal.as_ref().is_some_and(|refusal| refusal.is_certain);
        let (end, again) = match never_arrived {
            true => {
                let passing = refusal.is_none() && retry::may_pass(error.code);
                (End::Failed(error.code), passing.then_some(Duration::ZERO))
            }
            false => {
                let resend = self.run.resend_unknown;
                (End::Unknown(error.code), resend.then_some(Duration::ZERO))
            }
        };
        let mut verdict = Verdict { facts, findings: Vec::new(), failure: None, end, again };
        match refusal {
            Some(refusal) => {
                verdict.facts.set("refusal", refusal.facts);
                verdict.findings.push(refusal.finding);
            }
            None => verdict.failure = Some(explained(error.clone(), end, self.asked.is_some())),
        }
        if broken.connected {
            verdict.findings.extend(self.about_pin(handshake));
            match late {
                Some(late) => verdict.findings.push(late.finding),
                None => verdict.findings.extend(self.about_identity(handshake)),
            }
        }
        verdict
    }

    /// Whether the server wants our certificate after the request, and not in the handshake.
    fn late(&self, clue: Clue<'_>, handshake: Option<&Handshake>) -> Option<Late> {
        let protocol = handshake.filter(|_| self.asked.is_none())?.protocol;
        late(&self.run.name(), clue, protocol, self.run.own.is_some())
    }

    fn speaks_13(&self, handshake: Option<&Handshake>) -> bool {
        handshake.is_some_and(|handshake| handshake.protocol == Some("TLSv1.3"))
    }

    fn refusal(
        &self,
        sign: Sign<'_>,
        handshake: Option<&Handshake>,
        connected: bool,
    ) -> Option<Refusal> {
        policy::refusal(&Situation {
            peer: &self.run.name(),
            sign,
            protocol: handshake.and_then(|handshake| handshake.protocol),
            connected,
            request: self.asked,
            identity: self.run.own.as_ref(),
            now: self.run.clock.now(),
        })
    }

    /// The word for what became of our certificate, when an answer came.
    fn word(&self, is_tls: bool, refused: bool, late: Option<&Late>) -> &'static str {
        match (is_tls && self.asked.is_some(), &self.run.own) {
            _ if refused => "refused",
            (false, _) => late.map_or("not-requested", Late::word),
            (true, Some(_)) => "accepted",
            (true, None) => "not-offered",
        }
    }

    /// What a pin on the server's own certificate passes over, said once.
    fn about_pin(&self, handshake: Option<&Handshake>) -> Vec<Finding> {
        let Some(chain) = handshake.and_then(|handshake| presented(&handshake.chain).ok()) else {
            return Vec::new();
        };
        let pins = self.run.pins.take();
        let (name, now) = (Some(&self.run.whom.name), PeerClock::default().now().moment());
        let below = Below { purpose: Purpose::Server, name, now };
        let peer = self.run.name();
        match policy::pins(&chain, &pins, below, &peer).is_end_entity() {
            true => policy::passed_over(&chain, below, &peer),
            false => Vec::new(),
        }
    }

    /// What is odd about how the server asks, said once: an identity that nobody wants to see, or
    /// whose issuer is not listed.
    fn about_identity(&self, handshake: Option<&Handshake>) -> Vec<Finding> {
        let unsaid = handshake.is_some() && !self.run.said.get();
        let Some(own) = self.run.own.as_ref().filter(|_| unsaid) else {
            return Vec::new();
        };
        self.run.said.set(true);
        let peer = self.run.name();
        let Some(request) = self.asked else {
            let message =
                format!("{peer} does not ask for a client certificate: {} was not used", own.file);
            return vec![
                Finding::new(Code::ClientCertificateNotRequested, peer, message)
                    .help("switch mutual TLS on at the server (nginx: ssl_verify_client on)"),
            ];
        };
        policy::own::unlisted(request, &own.chain, &own.file, &peer).into_iter().collect()
    }
}

/// Adds what is known of the connection.
fn connection(facts: Facts, handshake: Option<&Handshake>) -> Facts {
    facts
        .with("protocol", handshake.and_then(|handshake| handshake.protocol))
        .with("resumed", handshake.map(|handshake| handshake.resumed).map(Value::Bool))
}

/// Adds what an unknown outcome means.
fn explained(error: Error, end: End, asked: bool) -> Error {
    match end {
        End::Unknown(_) => error.help(
            "the request may have arrived: look at the receiver before --resend-unknown sends it again",
        ),
        _ if error.code == Failure::Closed && !asked && error.help.is_none() => {
            error.help("is this the right port, and does it speak TLS?")
        }
        _ => error,
    }
}

/// Milliseconds with three places.
pub fn millis(elapsed: Duration) -> f64 {
    (elapsed.as_secs_f64() * 1e6).round() / 1e3
}
