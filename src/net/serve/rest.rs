//! Answers whose body is still on its way: passed on as it comes, in no more memory than a few pieces.

use std::time::Duration;

use tokio::io::AsyncWrite;
use tokio::sync::mpsc;

use super::wire::send;
use crate::error::{Error, Result};
use crate::http::Response;
use crate::http::write::chunk;

/// Pieces of a body; an error is the last one.
pub type Rest = mpsc::Receiver<Result<Vec<u8>>>;

/// How its end is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    /// By its length.
    Length,
    /// By the last chunk.
    Chunk,
    /// By that of the connection.
    Close,
}

impl Ends {
    /// How that of this response is told to a caller who may not know chunks. The part of its body that
    /// is there already becomes the first one.
    pub(super) fn of(response: &mut Response, is_old: bool) -> Self {
        if response.headers.get("Content-Length").is_some() {
            return Self::Length;
        }
        if is_old {
            return Self::Close;
        }
        response.headers.set("Transfer-Encoding", "chunked");
        response.body = Self::Chunk.piece(std::mem::take(&mut response.body));
        Self::Chunk
    }

    fn piece(self, piece: Vec<u8>) -> Vec<u8> {
        match self {
            Self::Chunk if piece.is_empty() => piece,
            Self::Chunk => chunk(&piece),
            Self::Length | Self::Close => piece,
        }
    }
}

/// Sends what comes until its end.
///
/// # Errors
/// Why it ended too early, where its sender is to blame; the connection has to be closed then.
pub(super) async fn pass(
    stream: &mut (impl AsyncWrite + Unpin),
    mut rest: Rest,
    ends: Ends,
    limit: Duration,
) -> Result<(), Option<Error>> {
    while let Some(piece) = rest.recv().await {
        let piece = ends.piece(piece.map_err(Some)?);
        send(stream, &piece, limit).await.map_err(|()| None)?;
    }
    match ends {
        Ends::Chunk => send(stream, b"0\r\n\r\n", limit).await.map_err(|()| None),
        Ends::Length | Ends::Close => Ok(()),
    }
}
