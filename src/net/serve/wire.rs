//! How answers travel on a connection: what they say of it, and whether their bodies do.

use std::time::Duration;

use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::Instant;

use super::alarm::within;
use crate::http::Response;
use crate::http::head::RequestHead;

/// How an answer travels.
#[derive(Clone, Copy)]
pub(super) struct Wire {
    /// The connection ends behind it.
    pub(super) closes: bool,
    /// Its body does not go with it.
    pub(super) no_body: bool,
    /// The caller does not know connections that stay, or chunks.
    pub(super) says_keep_alive: bool,
}

impl Wire {
    /// How the answer to this request travels.
    pub(super) fn after(head: &RequestHead) -> Self {
        Self {
            closes: !head.keeps_alive(),
            no_body: head.method == "HEAD",
            says_keep_alive: head.minor == 0,
        }
    }
}

impl Default for Wire {
    fn default() -> Self {
        Self { closes: true, no_body: false, says_keep_alive: false }
    }
}

/// Writes an answer into `out`, which is emptied first.
pub(super) fn put(response: &Response, wire: Wire, out: &mut Vec<u8>) {
    out.clear();
    let connection = match (wire.closes, wire.says_keep_alive) {
        (true, _) => Some("close"),
        (false, true) => Some("keep-alive"),
        (false, false) => None,
    };
    if response.write(connection, out).is_err() {
        out.clear();
        let _ = Response::text(502, "the answer cannot be sent as it is\n").write(None, out);
    } else if wire.no_body {
        out.truncate(out.len() - response.body.len());
    }
}

/// Sends bytes, and waits for so long at most.
pub(super) async fn send<S: AsyncWrite + Unpin>(
    stream: &mut S,
    bytes: &[u8],
    limit: Duration,
) -> Result<(), ()> {
    let sending = async {
        stream.write_all(bytes).await?;
        stream.flush().await
    };
    match within(Instant::now() + limit, sending).await {
        Some(Ok(())) => Ok(()),
        _ => Err(()),
    }
}
