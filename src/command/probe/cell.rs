//! One cell: an identity is presented at one address in one version, with a request, and what comes is
//! kept. Nothing is judged here.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::doors::Door;
use super::guests::Guest;
use super::plan::{Column, Plan};
use super::request::Draft;
use crate::clock::PeerClock;
use crate::command::attempt;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::date;
use crate::net::{Broken, Exchange, Lane, Peer, server_name};
use crate::policy::probe::Kind;
use crate::policy::probe::column::{AGAIN, AGAIN_WITHOUT};
use crate::tls::{CertificateRequest, Client, Gate, Handshake, Settings};

/// What came of it.
pub struct Observation {
    /// By which other way than the usual one.
    pub door: Option<String>,
    /// The answer, or the lack of one; why it was not tried.
    pub attempt: Result<Result<Exchange, Box<Broken>>, Error>,
    /// The server's clock less ours, in seconds.
    pub skew: Option<i64>,
    /// How long it took.
    pub elapsed: Duration,
}

impl Observation {
    /// What the handshake showed.
    pub fn handshake(&self) -> Option<&Handshake> {
        match self.attempt.as_ref().ok()? {
            Ok(exchange) => exchange.handshake.as_deref(),
            Err(broken) => broken.handshake.as_deref(),
        }
    }

    /// The server's request for a certificate.
    pub fn asked(&self) -> Option<&CertificateRequest> {
        self.handshake()?.request.as_ref()
    }

    /// Whether the server ended the connection without a word when it had asked for a certificate.
    fn is_silent_end(&self) -> bool {
        let Ok(Err(broken)) = &self.attempt else { return false };
        matches!(broken.error.code, Failure::Closed | Failure::Reset) && self.asked().is_some()
    }

    /// Whether another try may come out better.
    fn may_pass(&self) -> bool {
        let Ok(Err(broken)) = &self.attempt else { return false };
        self.asked().is_none() && attempt::may_pass(broken)
    }
}

/// A cell, and its number in the run.
pub struct Cell<'a> {
    /// What stays the same.
    pub plan: &'a Plan,
    /// Where.
    pub column: &'a Column,
    /// Who.
    pub guest: &'a Guest,
    /// By which way; `None` for the front door.
    pub door: Option<&'a Door>,
}

impl Cell<'_> {
    /// Tries it: once, or with resumed sessions three times.
    ///
    /// # Errors
    /// `usage` and similar, where the request cannot be written.
    pub async fn try_it(&self) -> Result<Vec<Observation>> {
        let mut tries = 0;
        let mut first = loop {
            let seen = self.present().await?;
            match seen.may_pass() && tries < self.plan.retries {
                true => tries += 1,
                false => break seen,
            }
        };
        // A server that is just being stopped seems to refuse: it is asked twice.
        if first.is_silent_end() {
            first = self.present().await?;
        }
        let mut all = vec![first];
        if let (true, None) = (self.plan.resumes, self.door) {
            all.extend(self.resumed().await?);
        }
        Ok(all)
    }

    /// Presents the identity once. One of ours is shown to whom we trust; of anybody else the others, with
    /// a request that gives nothing away.
    async fn present(&self) -> Result<Observation> {
        let known = self.column.untrusted.borrow().clone();
        let is_plain = self.door.is_some_and(Door::is_plain);
        if known.is_none() && !is_plain {
            let (seen, _) = self.exchange(self.plan.gate.clone(), false, false).await?;
            let untrusted = match &seen.attempt {
                Ok(Err(broken)) if broken.error.code == Failure::Untrusted => broken.error.clone(),
                _ => return Ok(seen),
            };
            // By another name it may be somebody else.
            if self.door.is_none() {
                self.column.untrusted.replace(Some(untrusted));
            }
        }
        let known = self.column.untrusted.borrow().clone();
        if let (Kind::File, Some(error)) = (self.guest.kind, known) {
            let (skew, elapsed) = (None, Duration::ZERO);
            return Ok(Observation { door: None, attempt: Err(error), skew, elapsed });
        }
        Ok(self.exchange(None, true, false).await?.0)
    }

    /// A session of its own, and two further ones that would resume it; nothing where the first gets no
    /// answer.
    async fn resumed(&self) -> Result<Vec<Observation>> {
        let gate = self.plan.gate.clone();
        if self.column.untrusted.borrow().is_some() {
            return Ok(Vec::new());
        }
        let (first, client) = self.exchange(gate, false, true).await?;
        let (Ok(Ok(_)), Some(client)) = (&first.attempt, client) else { return Ok(Vec::new()) };
        let again = self.send(Some(&client), false).await?;
        client.withhold();
        let without = self.send(Some(&client), false).await?;
        let by = |door: &str, seen| Observation { door: Some(door.to_owned()), ..seen };
        let mut all = vec![by(AGAIN, again)];
        if self.guest.identity.is_some() {
            all.push(by(AGAIN_WITHOUT, without));
        }
        Ok(all)
    }

    /// One exchange with a client of its own.
    async fn exchange(
        &self,
        gate: Option<Arc<dyn Gate>>,
        is_bare: bool,
        resume: bool,
    ) -> Result<(Observation, Option<Client>)> {
        if self.door.is_some_and(Door::is_plain) {
            return Ok((self.send(None, is_bare).await?, None));
        }
        let client = Client::new(&Settings {
            versions: self.column.version.into(),
            http: true,
            no_server_name: self.door == Some(&Door::NoName),
            resume,
            identity: self.guest.identity.as_ref().map(|identity| identity.key.clone()),
            gate,
            ..Settings::default()
        })?;
        let seen = self.send(Some(&client), is_bare).await?;
        Ok((seen, Some(client)))
    }

    /// Connects, sends the request, and takes what comes.
    async fn send(&self, client: Option<&Client>, is_bare: bool) -> Result<Observation> {
        let plan = self.plan;
        plan.pace.turn().await;
        let cell = plan.sent.get() + 1;
        plan.sent.set(cell);
        let address = self.column.address.map(|address| address.ip().to_string());
        let host = match self.door {
            Some(Door::AddressAsHost) => address.as_deref(),
            Some(Door::OtherHost(name)) => Some(name.as_str()),
            _ => None,
        };
        let bytes = plan.requests.bytes(Draft { cell, host, is_bare })?;
        let name = match self.door {
            Some(Door::OtherName(name)) => server_name(name)?,
            _ => plan.whom.name.clone(),
        };
        let route = match self.door {
            Some(Door::Plain(port)) => plan.route(self.column.address, Some(*port)),
            _ => self.column.route.clone(),
        };
        let peer = Peer {
            endpoint: plan.whom.endpoint.clone(),
            route,
            tls: client.map(|client| (client.clone(), name)),
            timeouts: plan.timeouts,
        };
        let started = Instant::now();
        let attempt = Lane::new(peer).exchange(&bytes, &plan.requests.method).await;
        let skew = attempt.as_ref().ok().and_then(|exchange| {
            let theirs = date::parse(&exchange.response.headers.text("Date")?)?;
            Some((theirs - PeerClock::default().now().moment()).whole_seconds())
        });
        let (door, elapsed) = (self.door.map(Door::name), started.elapsed());
        Ok(Observation { door, attempt: Ok(attempt), skew, elapsed })
    }
}
