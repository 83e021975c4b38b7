//! One lane: takes a request, sends it until that is settled, and goes on with the next. The journal has each
//! state before anything follows from it. Lanes that are ready at the same time let each other get that far: then
//! they send one behind the other, and the server, woken once, finds all their requests.
//!
//! ```text
//! next ─► announced ─► connected ─► write ─► send, and report the one before ─► judge ─► next
//!             ▲                                                                   │
//!             └─────────────────────────── pause ◄──── again ─────────────────────┘
//! ```

use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;
use tokio::task::yield_now;

use super::feed::{Numbered, Unread};
use super::journal::{Entry, Journal, Past, State};
use super::judge::{Judge, Verdict};
use super::pace;
use super::prepare::Prepared;
use super::run::Run;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::net::{Broken, Lane, Peer, Stage};
use crate::outcome::Outcome;
use crate::outcome::exchange::{Exchange, Replay, in_millis};
use crate::report::{Item, Position};
use crate::tls::Handshake;

/// Works until there are no more requests.
pub async fn work(run: Rc<Run>, peer: Peer, results: Sender<Item>) {
    let reports = Reports { results, next: None };
    let mut worker = Worker { run, lane: Lane::new(peer), asked: None, reports, bytes: Vec::new() };
    let worked = worker.work().await;
    let reported = worker.reports.report(worker.run.journal.as_ref()).await;
    if let Err(error) = worked.and(reported) {
        worker.run.fail(error);
    }
    worker.run.totals.borrow_mut().connections += worker.lane.connections;
}

struct Worker {
    run: Rc<Run>,
    lane: Lane,
    /// The last handshake that was no resumption: in it the server asked for a certificate or not.
    asked: Option<Arc<Handshake>>,
    reports: Reports,
    /// The request as it travels.
    bytes: Vec<u8>,
}

/// What is reported once the journal has it.
struct Reports {
    results: Sender<Item>,
    next: Option<Item>,
}

impl Reports {
    /// Reports what is left of an earlier request.
    async fn report(&mut self, journal: Option<&Journal>) -> Result<()> {
        let Some(item) = self.next.take() else { return Ok(()) };
        let written = flush(journal);
        // Even when the disk is full, the outcome is known and is said.
        self.put(item).await;
        written
    }

    /// The same where the journal has it, and if there is a place for it: between what is written and what is sent
    /// nobody waits.
    fn report_now(&mut self) {
        if let Some(item) = self.next.take()
            && let Err(TrySendError::Full(item)) = self.results.try_send(item)
        {
            self.next = Some(item);
        }
    }

    async fn put(&self, item: Item) {
        // The receiver goes last; when it is gone, nobody wants to know.
        let _ = self.results.send(item).await;
    }
}

impl Worker {
    async fn work(&mut self) -> Result<()> {
        let run = self.run.clone();
        while let Some(Some(next)) = run.stop.or(run.supply.next()).await {
            match next {
                Err(Unread { position, subject, error }) => {
                    self.reports.report(run.journal.as_ref()).await?;
                    self.reports.put(Item { position, ..Item::failed(subject, error) }).await;
                }
                Ok(numbered) => {
                    let n = numbered.n - 1;
                    run.in_hand.borrow_mut().insert(n);
                    if !self.one(numbered).await? {
                        run.in_hand.borrow_mut().remove(&n);
                    }
                }
            }
        }
        Ok(())
    }

    /// Settles one request, unless an earlier run has; whether there is anything to say of it.
    async fn one(&mut self, numbered: Numbered) -> Result<bool> {
        let Numbered { n, subject, captured } = numbered;
        let position = Some(Position::number(n - 1));
        let run = self.run.clone();
        let journal = run.journal.as_ref();
        let entry = journal.map(|journal| journal.entry(n, &captured.request)).transpose()?;
        let page = journal.zip(entry).map(|(journal, entry)| Page { journal, entry });
        match entry.map(|entry| entry.past) {
            Some(Past::Done) => {
                run.totals.borrow_mut().done_before += 1;
                return Ok(false);
            }
            Some(Past::Unknown) if !run.resend_unknown => {
                run.totals.borrow_mut().outcome_unknown += 1;
                self.reports.report(journal).await?;
                self.reports.put(Item { position, ..unknown(subject) }).await;
                return Ok(true);
            }
            _ => {}
        }
        let mut prepared = run.changes.prepare(&subject, captured);
        // Once is enough for all requests that carry the same.
        prepared.carried = prepared.carried.filter(|one| run.is_new(&one.message));
        if run.pace.is_limited() {
            self.reports.report(journal).await?;
        }
        run.stop.or(run.pace.turn()).await;
        if run.stop.is_told() {
            return Ok(false);
        }
        if let Some(page) = page {
            page.journal.announce(page.entry).await?;
        }
        let started = Instant::now();
        run.under_way.update(|count| count + 1);
        let delivered = run.leave.or(self.deliver(page, &subject, &prepared)).await;
        run.under_way.update(|count| count - 1);
        let Some(delivered) = delivered else {
            // The journal knows of it.
            run.totals.borrow_mut().outcome_unknown += 1;
            return Ok(false);
        };
        let (verdict, tries) = delivered?;
        run.totals.borrow_mut().requests += 1;
        run.learn(verdict.rejection());
        // What came before, where this one never left.
        let reported = self.reports.report(journal).await;
        hold(page, verdict.state);
        let item = self.item(subject, prepared, verdict, tries, started.elapsed());
        self.reports.next = Some(Item { position, ..item });
        reported?;
        // The next request may never come.
        if run.supply.is_live() {
            self.reports.report(journal).await?;
            if let Some(journal) = journal {
                journal.settle().await?;
            }
        }
        Ok(true)
    }

    /// Attempts until one is settled, and how many it took. An error is about the journal.
    async fn deliver(
        &mut self,
        page: Option<Page<'_>>,
        subject: &str,
        prepared: &Prepared,
    ) -> Result<(Verdict, u32)> {
        let run = self.run.clone();
        let mut tries = 0;
        loop {
            if let Err(error) = run.changes.bytes(prepared, run.clock.now(), &mut self.bytes) {
                return Ok((Verdict::unsendable(error), tries));
            }
            tries += 1;
            let verdict = self.attempt(page, subject, prepared).await?;
            let Some(asked_for) = verdict.again.filter(|_| tries <= run.retries) else {
                return Ok((verdict, tries));
            };
            let pause = asked_for.max(pace::pause(tries));
            if pause > pace::PATIENCE || run.stop.is_told() {
                return Ok((verdict, tries));
            }
            hold(page, verdict.state);
            flush(run.journal.as_ref())?;
            run.stop.or(tokio::time::sleep(pause)).await;
            run.stop.or(run.pace.turn()).await;
            if run.stop.is_told() {
                return Ok((verdict, tries));
            }
            if let Some(page) = page {
                page.journal.announce_again(page.entry).await?;
            }
        }
    }

    /// One attempt. A kept connection that turns out to be closed is no attempt where HTTP lets us
    /// repeat the request (RFC 9110 section 9.2.2). An error is about the journal.
    async fn attempt(
        &mut self,
        page: Option<Page<'_>>,
        subject: &str,
        prepared: &Prepared,
    ) -> Result<Verdict> {
        let method = prepared.request.method.as_str();
        let run = self.run.clone();
        let journal = run.journal.as_ref();
        loop {
            if !self.lane.is_open() {
                // To connect may take long.
                self.reports.report(journal).await?;
            }
            let started = Instant::now();
            let outcome = match self.lane.ready().await {
                Ok(ready) => {
                    if run.lanes > 1 {
                        yield_now().await;
                    }
                    // Not before: of what has not left by a kill, no more than one request is unknown.
                    hold(page, State::Sending);
                    flush(journal)?;
                    self.reports.report_now();
                    ready.exchange(&self.bytes, method).await
                }
                Err(broken) => Err(broken),
            };
            if matches!(&outcome, Err(broken) if is_stale(broken, method)) {
                continue;
            }
            let (handshake, is_new) = match &outcome {
                Ok(exchange) => (exchange.handshake.as_ref(), !exchange.reused),
                Err(broken) => (broken.handshake.as_ref(), !broken.reused),
            };
            if let Some(handshake) = handshake.filter(|handshake| !handshake.resumed) {
                self.asked = Some(handshake.clone());
            }
            {
                let mut totals = self.run.totals.borrow_mut();
                totals.attempts += 1;
                totals.request_bytes += self.bytes.len() as u64;
                totals.resumed += u64::from(is_new && handshake.is_some_and(|one| one.resumed));
                if let Ok(exchange) = &outcome {
                    totals.answered += 1;
                    totals.response_bytes += exchange.response_bytes;
                    self.run.latencies.borrow_mut().add(exchange.elapsed);
                }
            }
            let asked = self.asked.as_ref().and_then(|handshake| handshake.request.as_ref());
            let judge = Judge { run: &self.run, subject, asked };
            return Ok(match &outcome {
                Ok(exchange) => judge.answered(exchange),
                Err(broken) => judge.broken(broken, started.elapsed()),
            });
        }
    }

    fn item(
        &self,
        subject: String,
        prepared: Prepared,
        verdict: Verdict,
        attempts: u32,
        elapsed: Duration,
    ) -> Item {
        let exchange = Exchange {
            method: prepared.request.method,
            url: prepared.url,
            status: verdict.status,
            attempts,
            request_bytes: self.bytes.len(),
            last: verdict.attempt,
        };
        let mut findings = verdict.findings;
        findings.extend(prepared.notes);
        findings.extend(prepared.carried);
        Item {
            outcome: Outcome::Replay(Replay::Exchange(Box::new(exchange))),
            findings,
            failure: verdict.failure,
            elapsed_ms: in_millis(elapsed),
            ..Item::new(subject)
        }
    }
}

/// A request in the journal.
#[derive(Clone, Copy)]
struct Page<'a> {
    journal: &'a Journal,
    entry: Entry,
}

/// Has what becomes of a request written, where a journal is kept.
fn hold(page: Option<Page<'_>>, state: State) {
    if let Some(Page { journal, entry }) = page {
        journal.hold(entry, state);
    }
}

/// Writes what is held, by whichever lane.
fn flush(journal: Option<&Journal>) -> Result<()> {
    journal.map_or(Ok(()), Journal::flush)
}

/// Whether a kept connection was closed before it brought anything, and the method may be repeated.
fn is_stale(broken: &Broken, method: &str) -> bool {
    let repeatable = matches!(method, "GET" | "HEAD" | "PUT" | "DELETE" | "OPTIONS" | "TRACE");
    let closed = matches!(broken.error.code, Failure::Closed | Failure::Reset);
    broken.reused && broken.stage == Stage::Sent && closed && repeatable
}

/// A request of an earlier run whose answer was never read.
fn unknown(subject: String) -> Item {
    let error = Error::new(
        Failure::OutcomeUnknown,
        "an earlier run may have sent it, and ended before it read an answer",
    );
    let help = "check the receiver whether it arrived; --resend-unknown sends it again";
    Item::failed(subject, error.help(help))
}
