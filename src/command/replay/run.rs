//! What all lanes of a run share.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::time::{Duration, Instant};

use time::OffsetDateTime;

use super::commit::Committer;
use super::feed::Feed;
use super::journal::Memory;
use super::pace::Pace;
use super::prepare::Changes;
use super::stop::Stop;
use super::totals::Totals;
use crate::cert::Pin;
use crate::command::whom::Whom;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::net::{Peer, Timeouts};
use crate::policy::Expected;
use crate::tls::{Client, Identity, Settings};

/// After so many refusals without a success the run ends: who hammers at a door is locked out.
const ENOUGH: u32 = 10;
/// So many messages are remembered as said.
const REMEMBERED: usize = 1000;

/// Everything that stays the same for all requests.
pub struct Run {
    /// What is changed in each.
    pub changes: Changes,
    /// The server.
    pub whom: Whom,
    /// Limits of time.
    pub timeouts: Timeouts,
    /// TLS, where it is spoken: each lane has a client of its own.
    pub tls: Option<Settings>,
    /// Our certificate.
    pub own: Option<Identity>,
    /// Statuses that are wanted.
    pub expected: Expected,
    /// How often to try again.
    pub retries: u32,
    /// Whether what may have arrived is sent again.
    pub resend_unknown: bool,
    /// The moment now.
    pub clock: Clock,
    /// What earlier runs left.
    pub memory: Memory,
    /// The journal, if one is kept.
    pub journal: Option<Committer>,
    /// The requests.
    pub feed: RefCell<Feed>,
    /// Their turns.
    pub pace: Pace,
    /// What came of them.
    pub totals: RefCell<Totals>,
    /// No more requests are to be taken.
    pub stop: Stop,
    /// Findings about the connection as a whole, which are said once.
    pub said: Cell<bool>,
    /// Findings about credentials that were said: each once.
    pub noted: RefCell<HashSet<String>>,
    /// The pins that let the server pass, until what they pass over has been said.
    pub pins: RefCell<Vec<Pin>>,
    /// Requests that one side refused because of who the other is; `None` once one fared otherwise.
    pub strangers: Cell<Option<u32>>,
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
    ///
    /// # Errors
    /// `tls-error` when the settings contradict each other.
    pub fn peer(&self) -> Result<Peer> {
        let Whom { endpoint, name, route } = self.whom.clone();
        let client = self.tls.as_ref().map(Client::new).transpose()?;
        let tls = client.map(|client| (client, name));
        Ok(Peer { endpoint, route, tls, timeouts: self.timeouts })
    }

    /// Host and port, as people know the server.
    pub fn name(&self) -> String {
        self.whom.endpoint.to_string()
    }

    /// Learns from what became of a request: where the first ones are all refused because of who
    /// one side is (`stranger` says why), the next ones would be, too, and are not sent.
    pub fn heed(&self, stranger: Option<&str>) {
        let Some(before) = self.strangers.get() else { return };
        let Some(reason) = stranger else { return self.strangers.set(None) };
        let count = before + 1;
        self.strangers.set(Some(count));
        if count == ENOUGH && !self.stop.is_told() {
            let message = format!(
                "the first {ENOUGH} requests were all refused: {reason}; no more were sent"
            );
            let help = match self.journal {
                Some(_) => "mend that, then run the same command again: it goes on where it was",
                None => "mend that, then run the same command again",
            };
            self.fail(Error::new(Failure::StoppedEarly, message).help(help));
        }
    }

    /// Whether this was not said yet. A capture of very many hosts is told of each.
    pub fn is_new(&self, message: &str) -> bool {
        let mut noted = self.noted.borrow_mut();
        noted.len() >= REMEMBERED || noted.insert(message.to_owned())
    }

    /// Lets nothing more be sent, because of this.
    pub fn fail(&self, error: Error) {
        self.stop.tell();
        self.totals.borrow_mut().fatal.get_or_insert(error);
    }
}

/// The limits of one attempt: each part may take the whole time unless it has a limit of its own.
pub fn timeouts(total: Duration, parts: [Option<Duration>; 3]) -> Timeouts {
    let [connect, handshake, first_byte] = parts.map(|part| part.unwrap_or(total));
    Timeouts { connect, handshake, first_byte, total }
}
