//! One call sent, and what came. Nothing is judged here but who ended it.

use std::time::{Duration, Instant};

use super::calls::{Call, Shows, Way};
use super::plan::Plan;
use crate::command::attempt::{About, may_pass};
use crate::error::Error;
use crate::failure::Failure;
use crate::http::Response;
use crate::net::{self, Broken, Endpoint, Exchange, Lane, Peer, Route, Timeouts};
use crate::policy::audit::judge::End;
use crate::tls::{Client, Settings};

/// What came of a call.
pub struct Came {
    /// The answer, or the lack of one.
    pub attempt: Result<Exchange, Box<Broken>>,
    /// Whether the answer is one by which servers in front refuse a certificate, and what they mean.
    pub refusal: Option<String>,
    /// How long it took.
    pub elapsed: Duration,
    /// Whether nobody being there, or saying nothing, is as good as a no.
    silence_refuses: bool,
}

/// Sends it over a connection of its own, by its way.
///
/// # Errors
/// When TLS cannot be prepared.
pub async fn send(call: &Call, plan: &Plan) -> Result<Came, Error> {
    let way = &call.way;
    let identity = match &way.shows {
        Shows::Own | Shows::OnceOnly => plan.identity.as_ref(),
        Shows::Made(made) => Some(&**made),
        Shows::Nothing => None,
    };
    let client = match plan.url.is_tls && way.plain.is_none() {
        false => None,
        true => Some(Client::new(&Settings {
            http: true,
            versions: way.versions,
            no_server_name: way.no_server_name,
            resume: matches!(way.shows, Shows::OnceOnly),
            identity: identity.map(|one| one.key.clone()),
            gate: plan.gate.clone(),
            ..Settings::default()
        })?),
    };
    if let (Shows::OnceOnly, Some(client)) = (&way.shows, &client) {
        // The session that the next one comes back with.
        let _ = exchange(call, plan, Some(client)).await?;
        client.withhold();
    }
    let started = Instant::now();
    let attempt = exchange(call, plan, client.as_ref()).await?;
    let elapsed = started.elapsed();
    let peer = plan.whom.endpoint.to_string();
    let handshake = match &attempt {
        Ok(exchange) => exchange.handshake.as_deref(),
        Err(broken) => broken.handshake.as_deref(),
    };
    let asked = handshake.and_then(|shown| shown.request.as_ref());
    let about = About { peer: &peer, identity, asked, now: plan.now };
    let shown = match &attempt {
        Ok(exchange) => about.answered(exchange),
        Err(broken) => about.broken(broken),
    };
    let refusal = shown.refusal.map(|explained| explained.finding.message);
    Ok(Came { attempt, refusal, elapsed, silence_refuses: way.silence_refuses })
}

/// One exchange.
async fn exchange(
    call: &Call,
    plan: &Plan,
    client: Option<&Client>,
) -> Result<Result<Exchange, Box<Broken>>, Error> {
    let Way { server_name, plain, patience, .. } = &call.way;
    let name = match server_name {
        Some(name) => net::server_name(name)?,
        None => plan.whom.name.clone(),
    };
    let mut route = plan.whom.route.clone();
    if let Some(port) = plain {
        let dialled = route.dialled(&plan.whom.endpoint);
        let host = plan.address.get().unwrap_or(&dialled.host).clone();
        route = Route { connect: Some(Endpoint::new(host, *port)), overrides: Vec::new(), ..route };
    }
    let timeouts = match patience {
        Some(patience) => Timeouts { first_byte: *patience, ..plan.timeouts },
        None => plan.timeouts,
    };
    let peer = Peer {
        endpoint: plan.whom.endpoint.clone(),
        route,
        tls: client.map(|client| (client.clone(), name)),
        timeouts,
    };
    let mut tries = 0;
    loop {
        let attempt = Lane::new(peer.clone()).exchange(&call.bytes, &call.request.method).await;
        match &attempt {
            Err(broken) if tries < plan.retries && !broken.connected && may_pass(broken) => {
                tries += 1
            }
            _ => return Ok(attempt),
        }
    }
}

impl Came {
    /// The answer, if one came.
    pub fn response(&self) -> Option<&Response> {
        self.attempt.as_ref().ok().map(|exchange| &exchange.response)
    }

    /// Why there is none.
    pub fn error(&self) -> Option<&Error> {
        self.attempt.as_ref().err().map(|broken| &broken.error)
    }

    /// How it ended.
    pub fn end(&self) -> End<'_> {
        let broken = match &self.attempt {
            Ok(exchange) => {
                let Response { status, body, .. } = &exchange.response;
                let is_terminator = self.refusal.is_some();
                return End::Answer { status: *status, body, is_terminator };
            }
            Err(broken) => broken,
        };
        let asked = broken.handshake.as_ref().is_some_and(|shown| shown.request.is_some());
        match broken.error.code {
            Failure::Untrusted => End::Nobody,
            Failure::TlsAlert => End::Tls,
            _ if self.silence_refuses => End::Shut,
            Failure::Closed | Failure::Reset if asked || !broken.connected => End::Tls,
            Failure::Closed | Failure::Reset | Failure::ClientCertificateLate => End::Closed,
            Failure::Timeout if broken.connected => End::Silence,
            _ => End::Nobody,
        }
    }

    /// Whether the session of an earlier handshake was resumed.
    pub fn is_resumed(&self) -> bool {
        let shown = self.attempt.as_ref().ok().and_then(|exchange| exchange.handshake.as_ref());
        shown.is_some_and(|shown| shown.resumed)
    }

    /// Whether the server was reached at all.
    pub fn is_reached(&self) -> bool {
        !matches!(self.end(), End::Nobody)
    }
}
