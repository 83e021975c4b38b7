//! One attempt judged: how it went, findings or a failure, what the journal keeps, and whether to try
//! again.

use std::time::Duration;

use super::journal::State;
use super::pace;
use super::run::Run;
use crate::clock::PeerClock;
use crate::command::attempt::{About, Shown};
use crate::digest::hex;
use crate::error::Error;
use crate::failure::Failure;
use crate::finding::{Code, Finding};
use crate::http::date;
use crate::net::{Broken, Exchange, Stage};
use crate::outcome::exchange::Attempt;
use crate::policy;
use crate::policy::late::Late;
use crate::policy::situation::ClientCertificate;
use crate::tls::path::{Below, Purpose, presented};
use crate::tls::{CertificateRequest, Handshake};

/// What to ask where a signature of this moment was not enough.
const SIGNED: &str =
    "the signature is fresh: are the scheme and secret the receiver's, and is its clock right?";

/// What an attempt came to.
#[derive(Debug)]
pub struct Verdict {
    /// Status of the answer, if one came.
    pub status: Option<u16>,
    /// How it went; `None` where nothing could be sent.
    pub attempt: Option<Attempt>,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// Why there is no answer.
    pub failure: Option<Error>,
    /// For the journal.
    pub state: State,
    /// Whether another attempt may come out better, and the least pause before it.
    pub again: Option<Duration>,
}

impl Verdict {
    /// A request that cannot be written or signed.
    pub fn unsendable(error: Error) -> Self {
        let (state, findings) = (State::Failed(error.code), Vec::new());
        Self { status: None, attempt: None, findings, failure: Some(error), state, again: None }
    }

    /// Why one side rejected the other for who it is, if it did: it will do so each time.
    pub fn rejection(&self) -> Option<&'static str> {
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
pub struct Judge<'a> {
    /// The run.
    pub run: &'a Run,
    /// What the request is called.
    pub subject: &'a str,
    /// The request for our certificate: of this handshake, or of the one whose session it resumed.
    pub asked: Option<&'a CertificateRequest>,
}

impl Judge<'_> {
    /// Judges an answer.
    pub fn answered(&self, exchange: &Exchange) -> Verdict {
        let Self { run, subject, .. } = self;
        let response = &exchange.response;
        let status = response.status;
        let handshake = exchange.handshake.as_deref();
        let Shown { refusal, late } = self.about(&run.name).answered(exchange);
        let client_certificate = match (&refusal, &late, self.asked, &run.identity) {
            (Some(_), ..) => ClientCertificate::Refused,
            (None, Some(late), ..) => late.client_certificate(),
            (None, None, Some(_), Some(_)) => ClientCertificate::Accepted,
            (None, None, Some(_), None) => ClientCertificate::NotOffered,
            (None, None, None, _) => ClientCertificate::NotRequested,
        };
        let is_explained = refusal.is_some() || late.as_ref().is_some_and(|late| late.is_certain);
        let (refusal, finding) = refusal.map(|it| (it.refusal, it.finding)).unzip();
        let mut findings = Vec::from_iter(finding);
        let is_wanted = run.expected.has(status);
        let again = (!is_wanted && pace::is_passing(status))
            .then(|| date::retry_after(&response.headers, run.clock.now()).unwrap_or_default());
        let too_long = again.filter(|pause| *pause > pace::PATIENCE);
        findings.extend(policy::response(response, &run.expected, subject).into_iter().map(
            |one| match (status, too_long) {
                // Why it was refused says what to do; a guess by the status would contradict it.
                _ if is_explained => Finding { help: None, ..one },
                (_, Some(pause)) => one.help(pace::out_of_patience(pause)),
                (401 | 403, _) if run.changes.signer.is_some() => one.help(SIGNED),
                _ => one,
            },
        ));
        let malformed = exchange.malformed.as_ref();
        findings.extend(malformed.map(|error| policy::malformed(error, subject)));
        findings.extend(self.about_connection(handshake, late));
        let attempt = Attempt {
            response_bytes: exchange.response_bytes,
            elapsed: exchange.elapsed,
            protocol: handshake.and_then(|handshake| handshake.protocol),
            resumed: handshake.map(|handshake| handshake.resumed),
            client_certificate: Some(client_certificate),
            response_sha256: Some(hex(&exchange.sha256)),
            refusal,
        };
        let done = is_wanted || (200..300).contains(&status);
        Verdict {
            status: Some(status),
            attempt: Some(attempt),
            findings,
            failure: None,
            state: State::Answered { status, done },
            again,
        }
    }

    /// Judges an attempt without an answer.
    pub fn broken(&self, broken: &Broken, elapsed: Duration) -> Verdict {
        let handshake = broken.handshake.as_deref();
        let error = &broken.error;
        let Shown { refusal, late } = self.about(&self.run.name).broken(broken);
        let client_certificate = match &refusal {
            Some(_) => Some(ClientCertificate::Refused),
            None => late.as_ref().map(Late::client_certificate),
        };
        let is_certain = refusal.as_ref().is_some_and(|it| it.refusal.certain);
        let (state, again) = if broken.stage == Stage::Unsent || is_certain {
            (State::Failed(error.code), refusal.is_none() && pace::may_pass(error.code))
        } else {
            (State::Unknown(error.code), self.run.resend_unknown)
        };
        let failure = refusal.is_none().then(|| self.explained(error.clone(), state));
        let (refusal, finding) = refusal.map(|it| (it.refusal, it.finding)).unzip();
        let mut findings = Vec::from_iter(finding);
        if broken.connected {
            findings.extend(self.about_connection(handshake, late));
        }
        let attempt = Attempt {
            response_bytes: 0,
            elapsed,
            protocol: handshake.and_then(|handshake| handshake.protocol),
            resumed: handshake.map(|handshake| handshake.resumed),
            client_certificate,
            response_sha256: None,
            refusal,
        };
        let again = again.then_some(Duration::ZERO);
        Verdict { status: None, attempt: Some(attempt), findings, failure, state, again }
    }

    fn about<'a>(&'a self, peer: &'a str) -> About<'a> {
        About {
            peer,
            identity: self.run.identity.as_ref(),
            asked: self.asked,
            now: self.run.clock.now(),
        }
    }

    /// Adds what an unknown outcome means.
    fn explained(&self, error: Error, state: State) -> Error {
        match state {
            State::Unknown(_) => error.help(
                "the request may have arrived: check the receiver before --resend-unknown sends it \
                 again",
            ),
            _ if error.code == Failure::Closed && self.asked.is_none() && error.help.is_none() => {
                error.help("is this the right port, and does it speak TLS?")
            }
            _ => error,
        }
    }

    /// What is odd about the connection: what a pin passes over, and how our certificate is asked for.
    fn about_connection(&self, handshake: Option<&Handshake>, late: Option<Late>) -> Vec<Finding> {
        let mut findings = self.about_pin(handshake);
        match late {
            Some(late) => findings.push(late.finding),
            None => findings.extend(self.about_identity(handshake)),
        }
        findings
    }

    /// What a pin on the server's own certificate passes over, said once.
    fn about_pin(&self, handshake: Option<&Handshake>) -> Vec<Finding> {
        // A chain takes as long to read as a small request takes to send.
        let handshake = handshake.filter(|_| !self.run.pins.borrow().is_empty());
        let Some(chain) = handshake.and_then(|handshake| presented(&handshake.chain).ok()) else {
            return Vec::new();
        };
        let pins = self.run.pins.take();
        let (name, now) = (Some(&self.run.whom.name), PeerClock::default().now().moment());
        let below = Below { purpose: Purpose::Server, name, now };
        let peer = self.run.name.clone();
        match policy::pins(&chain, &pins, below, &peer).is_end_entity() {
            true => policy::passed_over(&chain, below, &peer),
            false => Vec::new(),
        }
    }

    /// What is odd about how the server asks, said once: an identity that nobody wants to see, or
    /// whose issuer is not listed.
    fn about_identity(&self, handshake: Option<&Handshake>) -> Option<Finding> {
        let identity = self.run.identity.as_ref()?;
        if handshake.is_none() || self.run.is_identity_told.replace(true) {
            return None;
        }
        let (peer, file) = (self.run.name.clone(), &identity.file);
        let Some(request) = self.asked else {
            let message =
                format!("{peer} does not ask for a client certificate: {file} was not used");
            let finding = Finding::new(Code::ClientCertificateNotRequested, peer, message);
            return Some(
                finding.help("enable mutual TLS on the server (nginx: ssl_verify_client on)"),
            );
        };
        policy::own::unlisted(request, &identity.chain, file, &peer)
    }
}
