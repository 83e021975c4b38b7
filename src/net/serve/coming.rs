//! A body that is passed on while it comes: in pieces, of which a few wait at most; its digest is made on the
//! way, and all of it is kept only for whoever wants it afterwards.

use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, oneshot};

use super::Delivery;
use super::kept::Kept;
use crate::digest::{hex, sha256};
use crate::http::Headers;

/// Pieces that wait for being passed on.
const WAITING: usize = 3;

/// When a handler is given a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bodies {
    /// Once it is there to its end.
    Whole,
    /// While its body comes, which it has to itself once that is there.
    Kept,
    /// While its body comes, of which length and digest are left.
    Passed,
}

/// The end at which a body comes out.
pub struct Coming {
    pieces: mpsc::Receiver<Vec<u8>>,
    whole: oneshot::Receiver<Whole>,
}

/// What is known once it has come to its end.
struct Whole {
    kept: Kept,
    sum: Sum,
    trailers: Headers,
}

/// Length and digest of a body that is not here any more.
#[derive(Clone, Copy, Debug)]
pub struct Sum {
    length: usize,
    sha256: [u8; 32],
}

/// The end at which it goes in.
pub(super) struct Going {
    pieces: mpsc::Sender<Vec<u8>>,
    whole: oneshot::Sender<Whole>,
    digest: Sha256,
    length: usize,
}

/// Both ends.
pub(super) fn pipe() -> (Going, Coming) {
    let ((pieces, inbox), (whole, told)) = (mpsc::channel(WAITING), oneshot::channel());
    let going = Going { pieces, whole, digest: Sha256::new(), length: 0 };
    (going, Coming { pieces: inbox, whole: told })
}

impl Going {
    /// Passes a piece on, once there is room for it. That nobody takes it any more is no fault of its sender.
    pub(super) async fn pass(&mut self, piece: &[u8]) {
        self.digest.update(piece);
        self.length = self.length.saturating_add(piece.len());
        if !piece.is_empty() {
            let _ = self.pieces.send(piece.to_vec()).await;
        }
    }

    /// That was all of it.
    pub(super) fn end(self, kept: Kept, trailers: Headers) {
        let sum = Sum { length: self.length, sha256: self.digest.finalize().into() };
        let _ = self.whole.send(Whole { kept, sum, trailers });
    }
}

impl Delivery {
    /// The next piece of a body that is still coming, for whoever passes it on; none behind the last.
    pub async fn piece(&mut self) -> Option<Vec<u8>> {
        self.coming.as_mut()?.pieces.recv().await
    }

    /// Waits until the body has come to its end; what nobody passed on is gone. One that breaks off never does: its
    /// connection ends, and what became of the request with it.
    pub async fn arrive(&mut self) {
        while self.piece().await.is_some() {}
        let Some(coming) = self.coming.take() else { return };
        match coming.whole.await {
            Ok(Whole { kept: Kept { body, share }, sum, trailers }) => {
                (self.body, self.share) = (body, share);
                (self.sum, self.trailers) = (Some(sum), trailers);
            }
            Err(_) => std::future::pending().await,
        }
    }

    /// Length of the body as it came, in bytes.
    pub fn length(&self) -> usize {
        self.sum.map_or(self.body.len(), |sum| sum.length)
    }

    /// SHA-256 of the body as it came, in lower-case hex.
    pub fn digest(&self) -> String {
        hex(&self.sum.map_or_else(|| sha256(&self.body), |sum| sum.sha256))
    }
}
