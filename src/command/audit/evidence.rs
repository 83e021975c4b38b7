//! Forged calls that were let in, as lines of a capture that `replay` sends again.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

use super::calls::Call;
use super::plan::Plan;
use super::sending::Came;
use crate::capture::record::{Record, connection};
use crate::clock::PeerClock;
use crate::digest::{hex, sha256};
use crate::error::Result;
use crate::http::{Headers, Response, head};
use crate::input::Log;
use crate::outcome::exchange::in_millis;

/// A capture that grows.
pub struct Evidence {
    log: Log,
    count: u64,
}

impl Evidence {
    /// Begins it, or goes on with one.
    ///
    /// # Errors
    /// `write`.
    pub fn create(path: &Path) -> Result<Self> {
        Ok(Self { log: Log::open(path)?, count: 0 })
    }

    /// Keeps a call, with its answer.
    ///
    /// # Errors
    /// `write`.
    pub fn keep(
        &mut self,
        call: &Call,
        response: &Response,
        came: &Came,
        plan: &Plan,
    ) -> Result<()> {
        self.count += 1;
        let (head, body) =
            call.bytes.split_at(head::length(&call.bytes).unwrap_or(call.bytes.len()));
        let origin = plan.url.url("");
        let record: Record<'_, ()> = Record {
            seq: self.count,
            received_at: PeerClock::default().now().moment(),
            elapsed_ms: in_millis(came.elapsed),
            origin: &origin,
            request: &call.request,
            body,
            head,
            body_sha256: &hex(&sha256(body)),
            is_unread: false,
            trailers: &Headers::new(),
            response,
            // We are the sender.
            connection: &connection(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0), None),
            client_certificate: None,
            verified: None,
            verify_error: None,
            verify: None,
        };
        self.log.append(&record.line())
    }
}
