//! What came of all requests together.

use std::time::{Duration, Instant};

use super::latency::Latencies;
use crate::error::Error;
use crate::fact::Facts;

/// Counters of a run.
#[derive(Debug)]
pub struct Totals {
    started: Instant,
    /// Requests for which an attempt was made.
    pub requests: u64,
    /// Those that got an answer.
    pub answered: u64,
    /// Attempts, the retries included.
    pub attempts: u64,
    /// Requests that the journal knows as done.
    pub done_before: u64,
    /// Requests that may have arrived, and were not sent again.
    pub unknown: u64,
    /// Connections made.
    pub connections: u64,
    /// Connections that resumed a TLS session.
    pub resumed: u64,
    /// Bytes of requests, of all attempts.
    pub request_bytes: u64,
    /// Bytes of answers.
    pub response_bytes: u64,
    /// How long answers took.
    pub latencies: Latencies,
    /// Why the run could not go on.
    pub fatal: Option<Error>,
    /// Somebody pressed Ctrl-C.
    pub interrupted: bool,
}

impl Totals {
    /// Nothing yet; the time runs from now.
    pub fn new() -> Self {
        Self {
            started: Instant::now(),
            requests: 0,
            answered: 0,
            attempts: 0,
            done_before: 0,
            unknown: 0,
            connections: 0,
            resumed: 0,
            request_bytes: 0,
            response_bytes: 0,
            latencies: Latencies::default(),
            fatal: None,
            interrupted: false,
        }
    }

    /// What the summary of the report shows.
    pub fn facts(&self) -> Facts {
        let elapsed = self.started.elapsed().max(Duration::from_micros(1)).as_secs_f64();
        let mut facts = Facts::new()
            .with("requests", self.requests)
            .with("interrupted", self.interrupted)
            .with("answered", self.answered)
            .with("attempts", self.attempts)
            .with("done_before", self.done_before)
            .with("outcome_unknown", self.unknown)
            .with("connections", self.connections)
            .with("resumed", self.resumed)
            .with("request_bytes", self.request_bytes)
            .with("response_bytes", self.response_bytes)
            .with("elapsed_ms", (elapsed * 1e6).round() / 1e3)
            .with("requests_per_second", (self.requests as f64 / elapsed * 10.0).round() / 10.0);
        for (name, value) in self.latencies.facts().iter() {
            facts.set(name, value.clone());
        }
        facts
    }
}
