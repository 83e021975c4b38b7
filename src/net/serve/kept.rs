//! A body as it is received, and its share of the memory for bodies.

use std::time::Duration;

use tokio::time::Instant;

use super::Serving;
use super::alarm::within;
use super::body::Body;
use super::budget::Share;
use crate::http::Refusal;
use crate::http::framing::Framing;

/// Bytes, and the room that they have.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) body: Body,
    pub(super) share: Share,
}

impl Kept {
    /// Waits until there is room for a body that is announced like this.
    ///
    /// # Errors
    /// 503, when there is none by then.
    pub(super) async fn begin(
        &mut self,
        framing: Framing,
        serving: &Serving,
        deadline: Instant,
    ) -> Result<(), Refusal> {
        let getting = serving.budget.share(framing);
        self.share = within(deadline, getting).await.ok_or_else(|| no_room(serving.timeout))?;
        self.make_room(0, serving)
    }

    /// Appends a piece, once there is room for it.
    ///
    /// # Errors
    /// As [`Kept::begin`].
    pub(super) async fn extend(
        &mut self,
        piece: &[u8],
        serving: &Serving,
        deadline: Instant,
    ) -> Result<(), Refusal> {
        let (length, had) = ((self.body.len() + piece.len()) as u64, self.share.covers());
        let getting = serving.budget.cover(&mut self.share, length);
        within(deadline, getting).await.ok_or_else(|| no_room(serving.timeout))?;
        self.make_room(had, serving)?;
        self.append(piece, serving)
    }

    /// Appends a piece of a body that was given no room: it came with the head.
    ///
    /// # Errors
    /// As [`Kept::begin`].
    pub(super) fn append(&mut self, piece: &[u8], serving: &Serving) -> Result<(), Refusal> {
        self.body.extend(piece).map_err(|_| no_room(serving.timeout))
    }

    fn make_room(&mut self, had: u64, serving: &Serving) -> Result<(), Refusal> {
        match self.share.covers() {
            covered if covered == had => Ok(()),
            covered => self.body.make_room(covered).map_err(|_| no_room(serving.timeout)),
        }
    }
}

fn no_room(limit: Duration) -> Refusal {
    let seconds = limit.as_secs_f64();
    let message = format!("there was no memory for the body for {seconds} s: try again later");
    Refusal::with_status(503, message)
}
