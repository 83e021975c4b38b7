//! What becomes of a delivery: judged, checked, passed on or answered, captured, reported.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use time::OffsetDateTime;
use tokio::sync::watch;

use super::capture::Capture;
use super::challenge::Challenger;
use super::check::Check;
use super::decision::Decision;
use super::entry::Entry;
use super::forward::{Forwarding, Passed};
use super::rows::Rows;
use super::session::{self, Judge, Session, claimed};
use super::totals::Totals;
use crate::cert::rfc3339;
use crate::clock::PeerClock;
use crate::command::checking::{Checked, explain as explaining};
use crate::command::context::say;
use crate::error::Error;
use crate::http::{Header, Headers, Request, Response, credential};
use crate::net::serve::{Answer, Bodies, Delivery, Handler, Rest, arrival};
use crate::outcome::delivery::Delivery as Delivered;
use crate::outcome::{self, Outcome};
use crate::policy::caller::{Admitted, Presented, Verdict};
use crate::report::Item;
use crate::signature::diagnose::Diagnosis;
use crate::tls::Caller;

/// What the command line asks for.
pub struct Rules {
    /// Decides who is let in.
    pub judge: Judge,
    /// The check of signatures.
    pub check: Option<Arc<Check>>,
    /// The answers to a provider that checks the address.
    pub challenger: Option<Challenger>,
    /// A failed check is answered 401 or 403.
    pub enforce: bool,
    /// Refusals do not say why: strangers may read them.
    pub is_terse: bool,
    /// Where deliveries are kept.
    pub capture: Option<Capture>,
    /// The application behind us.
    pub forward: Option<Forwarding>,
    /// The answers when there is none, in turn; the last one stays. `None` is no answer.
    pub respond: Vec<Option<Arc<Response>>>,
    /// The time before each answer.
    pub delay: Option<Duration>,
    /// Close after each answer.
    pub close: bool,
    /// Deliveries to see.
    pub count: Option<u64>,
    /// The moment to judge at, when it is not now.
    pub at: Option<OffsetDateTime>,
    /// Headers are reported too.
    pub verbose: bool,
    /// With the credentials in them and in the path.
    pub show_secrets: bool,
    /// What is said when all connections are taken; nothing with `-qq`.
    pub crowded: Option<String>,
}

/// Handles everything that arrives.
pub struct Receiver {
    rules: Rules,
    origin: Arc<str>,
    rows: Rows,
    stop: watch::Sender<bool>,
    seq: AtomicU64,
    /// Whether that was said.
    was_crowded: AtomicBool,
    /// Answers given of our own.
    answered: AtomicUsize,
    totals: Arc<Totals>,
}

/// An answer, what is still to come of it, and why it is not the one that was wanted.
type Given = (Option<Arc<Response>>, Option<Rest>, Option<Error>);

impl Receiver {
    /// A receiver at `origin` that counts in `totals`, reports to `rows` and may `stop` the server.
    pub fn new(
        rules: Rules,
        origin: String,
        totals: Arc<Totals>,
        rows: Rows,
        stop: watch::Sender<bool>,
    ) -> Self {
        let (seq, answered) = (AtomicU64::new(0), AtomicUsize::new(0));
        let was_crowded = AtomicBool::new(false);
        let origin = origin.into();
        Self { rules, origin, rows, stop, seq, was_crowded, answered, totals }
    }

    fn now(&self, received_at: OffsetDateTime) -> OffsetDateTime {
        self.rules.at.unwrap_or(received_at)
    }

    fn admitted(&self, session: &Session) -> Arc<Admitted> {
        session.admitted(&self.rules.judge, PeerClock::default().now())
    }

    /// Everything that is to be known before a delivery is let in.
    async fn decide(&self, session: &Session, delivery: &Delivery) -> Decision {
        let now = self.now(delivery.received_at);
        let admitted = self.admitted(session);
        if let Some(challenger) = self.rules.challenger.as_ref().filter(|_| !delivery.is_unread)
            && let Some(challenged) = challenger.challenged(delivery, &self.origin, now).await
        {
            return Decision::on_challenge(admitted, challenged);
        }
        let checked = match &self.rules.check {
            // Nothing can be said of a body that was not read.
            Some(check) if !delivery.is_unread => Some(check.of(delivery, &self.origin, now).await),
            _ => None,
        };
        Decision::new(admitted, checked, self.rules.enforce)
    }

    /// The answer of the application, or the one that was given.
    async fn respond(
        &self,
        delivery: &mut Delivery,
        session: &Session,
        decision: &Decision,
    ) -> Given {
        if let Some(forwarding) = &self.rules.forward {
            let is_verified = decision.admitted.verdict().is_fit() == Some(true);
            let Passed { response, rest, failure } =
                forwarding.pass(delivery, session, is_verified).await;
            return (Some(response.into()), rest, failure);
        }
        let number = self.answered.fetch_add(1, Ordering::Relaxed);
        let last = self.rules.respond.len().saturating_sub(1);
        (self.rules.respond.get(number.min(last)).cloned().flatten(), None, None)
    }

    /// Why a signature does not match, which is found meanwhile.
    fn explanation(
        &self,
        entry: &mut Entry,
    ) -> Option<impl Future<Output = Diagnosis> + Send + use<>> {
        let check = match entry.decision.challenge {
            Some(_) => self.rules.challenger.as_ref().and_then(Challenger::check),
            None => self.rules.check.as_deref(),
        };
        let checked = entry.decision.checked.as_deref_mut()?;
        check?.explanation(checked, &entry.delivery, &self.origin)
    }

    /// What is reported of a delivery that is answered with this status.
    fn row(&self, mut entry: Entry, status: Option<u16>) -> Item {
        entry.digest();
        let Entry { session, delivery, decision, body_sha256, .. } = entry;
        let Decision { admitted, checked, challenge, findings: others, .. } = decision;
        let (verify, findings) = match checked.map(|checked| *checked) {
            Some(Checked { verification, findings }) => (Some(verification.into()), findings),
            None => (None, Vec::new()),
        };
        let request = &delivery.request;
        let described = Delivered {
            at: rfc3339(delivery.received_at),
            method: request.method.clone(),
            path: self.shown_target(&request.target),
            peer: session.peer,
            request_bytes: delivery.length(),
            body_sha256: body_sha256.unwrap_or_default(),
            client: session.client.clone(),
            claimed: claimed(&request.headers, self.now(delivery.received_at)),
            transport: session.transport.clone(),
            client_verdict: admitted.verdict(),
            matched_pin: admitted.matched_pin.clone(),
            verify,
            challenge,
            status,
            headers: self.rules.verbose.then(|| self.shown(&request.headers)),
        };
        let mut item = Item::new(self.subject(request));
        item.findings = admitted.findings.iter().cloned().chain(others).chain(findings).collect();
        item.outcome = Outcome::Delivery(Box::new(described));
        item
    }

    /// The target as it is reported: providers name the token that both know in it.
    fn shown_target(&self, target: &str) -> String {
        match self.rules.challenger.is_some() && !self.rules.show_secrets {
            true => credential::masked(target),
            false => target.to_owned(),
        }
    }

    /// Header lines as they are reported: what lets its holder in is masked, if it need not be shown.
    fn shown(&self, headers: &Headers) -> Headers {
        let Rules { check, show_secrets, .. } = &self.rules;
        let is_secret = |name: &str| {
            let is_checked = || check.as_ref().is_some_and(|check| check.has_secret_in(name));
            !show_secrets && (credential::is_credential(name) || is_checked())
        };
        let shown = headers.iter().map(|line| match is_secret(&line.name) {
            false => line.clone(),
            true => Header {
                name: line.name.clone(),
                value: credential::masked_value(&line.name, &line.value).into_bytes(),
            },
        });
        shown.collect()
    }

    /// Method and path, as they are reported. Who knows the path of some hooks may call them.
    fn subject(&self, request: &Request) -> String {
        let path = request.target.split('?').next().unwrap_or_default();
        let shown = match self.rules.show_secrets {
            true => path.to_owned(),
            false => credential::masked(path),
        };
        format!("{} {shown}", request.method)
    }
}

impl Handler for Receiver {
    type Session = Arc<Session>;

    fn open(&self, peer: SocketAddr, caller: Option<Caller>) -> Arc<Session> {
        self.totals.connected();
        Session::new(peer, caller, self.now(arrival())).into()
    }

    fn refuses(&self, session: &Arc<Session>) -> bool {
        self.admitted(session).refusal().is_some()
    }

    /// What is to be known of a body before the application sees it has to be read first.
    fn bodies(&self) -> Bodies {
        let Rules { forward, check, challenger, capture, .. } = &self.rules;
        match forward.is_some() && check.is_none() && challenger.is_none() {
            false => Bodies::Whole,
            true if capture.is_some() => Bodies::Kept,
            true => Bodies::Passed,
        }
    }

    async fn answer(&self, session: &Arc<Session>, mut delivery: Delivery) -> Answer {
        let started = Instant::now();
        let decision = self.decide(session, &delivery).await;
        let refused = decision.is_refused();
        // Whoever is refused does not reach the application.
        let (mut response, mut rest, mut failure) = match decision.answer(self.rules.is_terse) {
            Some(response) => (Some(response.into()), None, None),
            // Its certificate has become valid in this very second.
            None if delivery.is_unread => {
                (Some(Response::text(503, "send it again\n").into()), None, None)
            }
            None => self.respond(&mut delivery, session, &decision).await,
        };
        delivery.arrive().await;
        let seq = self.seq.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(delay) = self.rules.delay {
            tokio::time::sleep(delay).await;
        }
        let entry = Box::new(Entry {
            seq,
            elapsed_ms: milliseconds(started),
            origin: self.origin.clone(),
            session: session.clone(),
            delivery,
            decision,
            response: response.clone().unwrap_or_default(),
            body_sha256: None,
        });
        let (mut entry, kept) = match &self.rules.capture {
            Some(capture) => match capture.keep(entry).await {
                Ok(kept) => kept,
                Err(error) => {
                    self.failed(session.peer, Vec::new(), error).await;
                    return Answer { response: Some(not_captured()), rest: None, close: true };
                }
            },
            None => (entry, Ok(0)),
        };
        if let Err(error) = kept {
            if !refused {
                (response, rest) = (Some(not_captured()), None);
            }
            failure = Some(error);
        }
        let close = self.rules.close || refused || failure.is_some();
        self.totals.delivered(&entry);
        if self.rules.count.is_some_and(|count| seq >= count) {
            let _ = self.stop.send(true);
        }
        if failure.is_none() && entry.decision.is_clean() && !self.rows.shows_ok {
            self.rows.pass();
            return Answer { response, rest, close };
        }
        let status = response.as_ref().map(|response| response.status);
        let explanation = self.explanation(&mut entry);
        let mut item = self.row(*entry, status);
        item.elapsed_ms = milliseconds(started);
        item.failure = failure;
        match explanation {
            // The caller has its answer before we know why its signature is wrong.
            Some(explanation) => drop(tokio::spawn(explain(item, explanation, self.rows.clone()))),
            None => self.rows.put(item),
        }
        Answer { response, rest, close }
    }

    fn crowded(&self) {
        if let Some(warning) = &self.rules.crowded
            && !self.was_crowded.swap(true, Ordering::Relaxed)
        {
            say(warning);
        }
    }

    async fn failed(&self, peer: SocketAddr, chain: Vec<Vec<u8>>, error: Error) {
        let mut item = Item::failed(peer.to_string(), error);
        let Presented { chain, .. } = Presented::parse(chain);
        let now = arrival();
        let client = session::described(&chain, self.now(now));
        let client_verdict = client.is_some().then_some(Verdict::Refused);
        let at = rfc3339(now);
        let caller = outcome::delivery::Caller { at, peer, client, client_verdict };
        item.outcome = Outcome::Caller(Box::new(caller));
        self.rows.put(item);
    }
}

/// Reports a delivery once it is known why its signature is wrong.
async fn explain(mut item: Item, explanation: impl Future<Output = Diagnosis>, rows: Rows) {
    let diagnosis = explanation.await;
    if let Outcome::Delivery(delivery) = &mut item.outcome
        && let Some(verify) = &mut delivery.verify
    {
        verify.diagnosis = explaining::applied(diagnosis, &mut item.findings);
    }
    rows.put(item);
}

fn not_captured() -> Arc<Response> {
    Response::text(503, "the delivery could not be captured; send it again\n").into()
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}
