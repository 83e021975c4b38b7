//! One run: what its lanes share, and the loop that starts them and takes their results.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::rc::Rc;
use std::time::{Duration, Instant};

use time::OffsetDateTime;
use tokio::sync::mpsc;
use tokio::task::LocalSet;

use super::journal::Journal;
use super::lane;
use super::latency::Latencies;
use super::prepare::Changes;
use super::supply::Supply;
use crate::cert::Pin;
use crate::command::context::say;
use crate::command::pace::{Pace, Stop};
use crate::command::whom::Whom;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::net::interrupts::{self, Interrupts};
use crate::net::{Peer, Timeouts};
use crate::outcome::exchange::Totals;
use crate::policy::Expected;
use crate::render::progress::{Progress, Total, Unit};
use crate::report::{Item, Reporter};
use crate::tls::{Client, Identity, Settings};

/// After so many rejections without a success the run ends: who hammers at a door is locked out.
const ENOUGH: u32 = 10;
/// So many messages are remembered as said.
const REMEMBERED: usize = 1000;

/// Everything that stays the same for all requests, and what came of them so far.
pub struct Run {
    /// What is changed in each.
    pub changes: Changes,
    /// The server.
    pub whom: Whom,
    /// Host and port, as people know it.
    pub name: String,
    /// Limits of time.
    pub timeouts: Timeouts,
    /// TLS, where it is spoken: each lane has a client of its own.
    pub tls: Option<Settings>,
    /// Our certificate.
    pub identity: Option<Identity>,
    /// Statuses that are wanted.
    pub expected: Expected,
    /// How often to try again.
    pub retries: u32,
    /// Whether what may have arrived is sent again.
    pub resend_unknown: bool,
    /// The moment now.
    pub clock: Clock,
    /// The journal, if one is kept.
    pub journal: Option<Journal>,
    /// The requests.
    pub supply: Supply,
    /// How many are sent at once.
    pub lanes: u16,
    /// Their turns.
    pub pace: Pace,
    /// What came of them.
    pub totals: RefCell<Totals>,
    /// How long answers took.
    pub latencies: RefCell<Latencies>,
    /// Why the run could not go on.
    pub fatal: RefCell<Option<Error>>,
    /// Requests that are being sent, or wait for an answer or another attempt.
    pub under_way: Cell<u64>,
    /// Numbers of the requests that were taken, and of which nothing has been reported yet.
    pub in_hand: RefCell<BTreeSet<u64>>,
    /// What is on its way ends, nothing more begins.
    pub stop: Stop,
    /// What is on its way is left to itself.
    pub leave: Stop,
    /// What is odd about how our certificate is asked for was said.
    pub is_identity_told: Cell<bool>,
    /// Findings about credentials that were said: each once.
    pub told: RefCell<HashSet<String>>,
    /// The pins that let the server pass, until what they pass over has been said.
    pub pins: RefCell<Vec<Pin>>,
    /// Requests that one side rejected for who the other is; `None` once one fared otherwise.
    pub rejections: Cell<Option<u32>>,
}

/// The time for signatures: it goes on, unless `--at` has stopped it.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// The moment of the start, or of `--at`.
    pub start: OffsetDateTime,
    /// When that was read; `None` when time stands still.
    pub running: Option<Instant>,
}

impl Clock {
    /// The moment now.
    pub fn now(&self) -> OffsetDateTime {
        self.running.map_or(self.start, |since| self.start + since.elapsed())
    }
}

impl Run {
    /// The server with a TLS client of its own, for one lane.
    fn peer(&self) -> Result<Peer> {
        let Whom { endpoint, name, route } = self.whom.clone();
        let client = self.tls.as_ref().map(Client::new).transpose()?;
        let tls = client.map(|client| (client, name));
        Ok(Peer { endpoint, route, tls, timeouts: self.timeouts })
    }

    /// Learns from what became of a request: where one side rejects the other for who it is in all of
    /// the first ones, it would in the next ones, too, and they are not sent.
    pub fn learn(&self, rejection: Option<&str>) {
        let Some(before) = self.rejections.get() else { return };
        let Some(reason) = rejection else { return self.rejections.set(None) };
        let count = before + 1;
        self.rejections.set(Some(count));
        if count == ENOUGH && !self.stop.is_told() {
            let message = format!(
                "the first {ENOUGH} requests were all refused: {reason}; no more were sent"
            );
            let help = match self.journal {
                Some(_) => {
                    "fix that, then run the same command again: it continues where it stopped"
                }
                None => "fix that, then run the same command again",
            };
            self.fail(Error::new(Failure::StoppedEarly, message).help(help));
        }
    }

    /// Whether this was not said yet. A capture of very many hosts is told of each.
    pub fn is_new(&self, message: &str) -> bool {
        let mut told = self.told.borrow_mut();
        told.len() >= REMEMBERED || told.insert(message.to_owned())
    }

    /// Lets nothing more be sent, because of this.
    pub fn fail(&self, error: Error) {
        self.stop.tell();
        self.fatal.borrow_mut().get_or_insert(error);
    }

    /// Brings the journal to the disk behind the lanes; without it nothing more is sent.
    async fn keep_journal(self: Rc<Self>) {
        if let Some(journal) = &self.journal
            && let Err(error) = journal.keep().await
        {
            self.fail(error);
        }
    }

    /// Sends everything on so many lanes, and hands each result to the reporter as it comes.
    ///
    /// # Errors
    /// `tls-error` when the settings of TLS contradict each other. When the report cannot be written;
    /// what was on its way is awaited first, so that the journal knows of it.
    pub async fn send(
        self: Rc<Self>,
        reporter: &mut Reporter,
        total: Total,
        quiet: bool,
    ) -> Result<()> {
        let started = Instant::now();
        let peers = (0..self.lanes).map(|_| self.peer()).collect::<Result<Vec<_>>>()?;
        let mut progress = Progress::new(total, Unit::Things("requests"), quiet);
        let mut written = Ok(());
        let (is_ordered, mut early) = (reporter.is_numbered(), BTreeMap::new());
        let work = async {
            let (results, mut finished) = mpsc::channel::<Item>(64);
            for peer in peers {
                tokio::task::spawn_local(lane::work(self.clone(), peer, results.clone()));
            }
            drop(results);
            if self.journal.is_some() {
                tokio::task::spawn_local(self.clone().keep_journal());
            }
            // Ctrl-C and a polite kill: what is on its way ends, nothing more begins. The second one
            // leaves that to itself: the journal knows of it.
            let mut interrupts = Interrupts::listen().ok();
            loop {
                let item = tokio::select! {
                    item = finished.recv() => item,
                    () = interrupts::next(&mut interrupts) => {
                        if reporter.interrupted {
                            // What has come is reported all the same.
                            self.leave.tell();
                            continue;
                        }
                        self.stop.tell();
                        reporter.interrupted = true;
                        if !quiet {
                            say(&finishing(self.under_way.get()));
                        }
                        continue;
                    }
                };
                let Some(item) = item else { break };
                progress.add(1);
                let ready = if is_ordered { self.in_turn(item, &mut early) } else { vec![item] };
                if written.is_ok() {
                    let mut ready = ready.into_iter();
                    written = ready.try_for_each(|it| super::tell(reporter, it));
                    if written.is_err() {
                        self.stop.tell();
                    }
                }
            }
            let mut late = std::mem::take(&mut early).into_values();
            written = std::mem::replace(&mut written, Ok(()))
                .and_then(|()| late.try_for_each(|item| super::tell(reporter, item)));
        };
        LocalSet::new().run_until(work).await;
        if let Some(journal) = &self.journal
            && let Err(error) = journal.finish()
        {
            self.fail(error);
        }
        let mut totals = self.totals.borrow_mut();
        totals.interrupted = reporter.interrupted;
        totals.elapsed = started.elapsed().max(Duration::from_micros(1));
        let rate = totals.requests as f64 / totals.elapsed.as_secs_f64();
        totals.requests_per_second = (rate * 10.0).round() / 10.0;
        totals.latencies = self.latencies.borrow().distribution();
        written
    }

    /// Puts an item among those that wait for earlier requests; gives those that do not any more.
    fn in_turn(&self, item: Item, early: &mut BTreeMap<u64, Item>) -> Vec<Item> {
        let Some(position) = item.position else { return vec![item] };
        let mut in_hand = self.in_hand.borrow_mut();
        in_hand.remove(&position.n);
        early.insert(position.n, item);
        let first = in_hand.first().copied().unwrap_or(u64::MAX);
        let waiting = early.split_off(&first);
        std::mem::replace(early, waiting).into_values().collect()
    }
}

/// What is said to whoever interrupts: a wait may be as long as `--timeout`.
fn finishing(under_way: u64) -> String {
    let requests = if under_way == 1 { "request" } else { "requests" };
    format!("finishing {under_way} {requests}; press Ctrl-C again to stop now")
}
