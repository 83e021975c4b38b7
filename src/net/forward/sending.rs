//! What the application is sent: a head, and the body behind it.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncWrite, AsyncWriteExt, BufWriter};

use crate::error::Result;
use crate::http::Headers;
use crate::http::write::chunk;
use crate::net::fault::{Deadline, Phase};
use crate::net::serve::Delivery;

/// The head, and the body behind it as it comes. Each piece may take `limit`.
pub(super) async fn pass_on(
    out: &mut (impl AsyncWrite + Unpin),
    head: &[u8],
    delivery: &mut Delivery,
    limit: Duration,
) -> Result<()> {
    put(out, head, limit).await?;
    while let Some(piece) = delivery.piece().await {
        let piece = if delivery.chunked { chunk(&piece) } else { piece };
        put(out, &piece, limit).await?;
    }
    delivery.arrive().await;
    match delivery.chunked {
        true => put(out, &last_chunk(&delivery.trailers), limit).await,
        false => Ok(()),
    }
}

async fn put(out: &mut (impl AsyncWrite + Unpin), bytes: &[u8], limit: Duration) -> Result<()> {
    let putting = async {
        out.write_all(bytes).await?;
        out.flush().await
    };
    Deadline::after(limit).limit_io(Phase::Send, putting).await
}

/// The end of a body in chunks.
fn last_chunk(trailers: &Headers) -> Vec<u8> {
    let lines =
        trailers.iter().map(|line| [line.name.as_bytes(), b": ", &line.value, b"\r\n"].concat());
    [b"0\r\n".to_vec(), lines.collect::<Vec<_>>().concat(), b"\r\n".to_vec()].concat()
}

/// The head, and the body behind it. One that came in chunks goes on as one chunk; it is not copied.
pub(super) async fn send(
    stream: &mut (impl AsyncWrite + Unpin),
    head: &[u8],
    delivery: &Delivery,
) -> io::Result<()> {
    let mut out = BufWriter::new(stream);
    let body = &*delivery.body;
    out.write_all(head).await?;
    if !delivery.chunked {
        out.write_all(body).await?;
        return out.flush().await;
    }
    if !body.is_empty() {
        out.write_all(format!("{:x}\r\n", body.len()).as_bytes()).await?;
        out.write_all(body).await?;
        out.write_all(b"\r\n").await?;
    }
    out.write_all(&last_chunk(&delivery.trailers)).await?;
    out.flush().await
}
