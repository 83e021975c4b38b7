//! One call sent, and what came. Nothing is judged here but who ended it.

use std::time::{Duration, Instant};

use super::calls::Call;
use super::plan::Plan;
use crate::command::attempt::About;
use crate::error::Error;
use crate::failure::Failure;
use crate::http::Response;
use crate::net::{Broken, Exchange, Lane, Peer};
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
}

/// Sends it over a connection of its own.
///
/// # Errors
/// When TLS cannot be prepared.
pub async fn send(call: &Call, plan: &Plan) -> Result<Came, Error> {
    let client = match plan.url.is_tls {
        false => None,
        true => Some(Client::new(&Settings {
            http: true,
            identity: plan.identity.as_ref().map(|own| own.key.clone()),
            gate: plan.gate.clone(),
            ..Settings::default()
        })?),
    };
    let peer = Peer {
        endpoint: plan.whom.endpoint.clone(),
        route: plan.whom.route.clone(),
        tls: client.map(|client| (client, plan.whom.name.clone())),
        timeouts: plan.timeouts,
    };
    let started = Instant::now();
    let attempt = Lane::new(peer).exchange(&call.bytes, &call.request.method).await;
    let elapsed = started.elapsed();
    let peer = plan.whom.endpoint.to_string();
    let handshake = match &attempt {
        Ok(exchange) => exchange.handshake.as_deref(),
        Err(broken) => broken.handshake.as_deref(),
    };
    let asked = handshake.and_then(|shown| shown.request.as_ref());
    let about = About { peer: &peer, identity: plan.identity.as_ref(), asked, now: plan.now };
    let shown = match &attempt {
        Ok(exchange) => about.answered(exchange),
        Err(broken) => about.broken(broken),
    };
    let refusal = shown.refusal.map(|explained| explained.finding.message);
    Ok(Came { attempt, refusal, elapsed })
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
            Failure::TlsAlert => End::Tls,
            Failure::Closed | Failure::Reset if asked || !broken.connected => End::Tls,
            Failure::Closed | Failure::Reset | Failure::ClientCertificateLate => End::Closed,
            Failure::Timeout if broken.connected => End::Silence,
            _ => End::Nobody,
        }
    }

    /// Whether the server was reached at all.
    pub fn is_reached(&self) -> bool {
        !matches!(self.end(), End::Nobody)
    }
}
