//! An answer while it comes in: its head, the first bytes of its body, and the digest of all of it.

use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::http::Response;
use crate::http::head::ResponseHead;

/// How long a connection may rest when the server does not say: less than the 5 s of Node.
const REST: Duration = Duration::from_secs(4);

/// An answer while it comes in.
pub struct Answer {
    /// Status, header lines and the first bytes of the body.
    pub response: Response,
    /// Bytes so far: head, and body without its transfer coding.
    pub bytes: u64,
    /// How much of the body is kept.
    pub excerpt: usize,
    /// Of the body.
    pub digest: Sha256,
    /// Whether the connection may carry another exchange.
    pub keeps_alive: bool,
    /// Whether it goes on for as long as anybody listens (`text/event-stream`).
    pub is_event_stream: bool,
    /// Why it could not be read to its end.
    pub malformed: Option<Error>,
}

impl Answer {
    /// A head has come; of the body so much is kept.
    pub fn new(head: ResponseHead, excerpt: usize) -> Self {
        let content_type = head.headers.text("Content-Type").unwrap_or_default();
        let kind = content_type.split(';').next().unwrap_or_default().trim();
        Self {
            is_event_stream: kind.eq_ignore_ascii_case("text/event-stream"),
            excerpt,
            keeps_alive: head.keeps_alive(),
            malformed: None,
            bytes: head.raw.len() as u64,
            digest: Sha256::new(),
            response: Response {
                status: head.status,
                reason: head.reason,
                headers: head.headers,
                body: Vec::new(),
            },
        }
    }

    /// More of the body has come.
    pub fn take(&mut self, piece: &[u8]) {
        self.bytes += piece.len() as u64;
        self.digest.update(piece);
        let room = self.excerpt - self.response.body.len();
        self.response.body.extend_from_slice(&piece[..piece.len().min(room)]);
    }
}

/// How long the connection may rest: a little less than the server says (`Keep-Alive: timeout=5`).
pub fn rest(response: &Response) -> Duration {
    let stated = response.headers.text("Keep-Alive").and_then(|text| {
        let parameter = text.split(',').find_map(|part| part.trim().strip_prefix("timeout="))?;
        parameter.parse::<u64>().ok()
    });
    match stated {
        Some(seconds) => Duration::from_secs(seconds.min(600).saturating_sub(1)),
        None => REST,
    }
}
