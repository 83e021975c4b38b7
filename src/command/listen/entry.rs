//! A delivery once it is decided what it is answered, with everything that its line in the capture says:
//! a value of its own, so that another thread can make the line.

use std::sync::Arc;

use super::decision::Decision;
use super::session::Session;
use crate::capture::record::Record;
use crate::http::Response;
use crate::net::serve::Delivery;
use crate::outcome::verification::Verification;

/// A delivery, and what becomes of it.
pub struct Entry {
    /// Its number, from 1.
    pub seq: u64,
    /// From its head to its answer, in milliseconds.
    pub elapsed_ms: f64,
    /// Where it was received: `https://host:port`, without a path.
    pub origin: Arc<str>,
    /// The connection it came over.
    pub session: Arc<Session>,
    /// The request.
    pub delivery: Delivery,
    /// What was found about caller and request.
    pub decision: Decision,
    /// The answer; a status of 0 is HAR's word for none.
    pub response: Arc<Response>,
    /// SHA-256 of the body, which is made when it is first asked for.
    pub body_sha256: Option<String>,
}

impl Entry {
    /// SHA-256 of its body in lower-case hex, empty when it was not read.
    pub fn digest(&mut self) -> &str {
        let Self { delivery, decision, body_sha256, .. } = self;
        body_sha256.get_or_insert_with(|| {
            let digest = if delivery.is_unread { String::new() } else { delivery.digest() };
            if let Some(checked) = &mut decision.checked {
                checked.verification.payload_sha256 = Some(digest.clone());
            }
            digest
        })
    }

    /// What its line says.
    pub fn record(&mut self) -> Record<'_, Verification> {
        self.digest();
        let Self { delivery, decision, session, .. } = &*self;
        Record {
            seq: self.seq,
            received_at: delivery.received_at,
            elapsed_ms: self.elapsed_ms,
            origin: &self.origin,
            request: &delivery.request,
            body: &delivery.body,
            head: &delivery.head,
            body_sha256: self.body_sha256.as_deref().unwrap_or_default(),
            is_unread: delivery.is_unread,
            trailers: &delivery.trailers,
            response: &self.response,
            connection: &session.connection,
            client_certificate: session.certificate.as_ref(),
            verified: decision.admitted.verdict().is_fit(),
            verify_error: decision.admitted.reason(),
            verify: decision.checked.as_ref().map(|checked| &checked.verification),
        }
    }
}
