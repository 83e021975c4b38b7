//! One HTTP exchange after the other over a connection that is kept alive.
//!
//! In TLS 1.3 a server refuses our certificate only after the handshake, when the request may be on
//! its way: the answer is read before anything is claimed, and after a failed write what the server
//! said is read too.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use sha2::Digest;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};

use super::answer::{Answer, rest};
use super::connect::{Route, connect};
use super::fault::{Deadline, Phase, from_io};
use super::handshake::{Stream, handshake};
use super::speech;
use super::target::Endpoint;
use super::wire::Wire;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::Response;
use crate::http::codec::{Decoder, Event, Limits, Responses};
use crate::http::salvage;
use crate::tls::{Client, Handshake};

/// The first bytes of an answer's body that are kept unless more are asked for; of the rest only the
/// digest.
const EXCERPT: usize = 16 * 1024;
/// How much is read at once.
const PIECE: usize = 16 * 1024;
/// How long to listen for a reason after the server did not take our bytes.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// How long an event stream may be silent: it has no end, and its status is what counts.
const SILENCE: Duration = Duration::from_secs(1);

/// How long each part of an exchange may take.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// Looking up the name and connecting.
    pub connect: Duration,
    /// The TLS handshake.
    pub handshake: Duration,
    /// From the request's last byte to the answer's first.
    pub first_byte: Duration,
    /// Everything together.
    pub total: Duration,
}

/// Whom to speak to, and how.
#[derive(Clone)]
pub struct Peer {
    /// Host and port.
    pub endpoint: Endpoint,
    /// The way there.
    pub route: Route,
    /// TLS and the name to ask for; `None` for plain HTTP.
    pub tls: Option<(Client, ServerName<'static>)>,
    /// Limits of time.
    pub timeouts: Timeouts,
}

/// An answer, and how it came.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Status, header lines and the first bytes of the body (16 KiB, or as the lane keeps).
    pub response: Response,
    /// Bytes of the answer: head, and body without its transfer coding.
    pub response_bytes: u64,
    /// SHA-256 of the whole body.
    pub sha256: [u8; 32],
    /// Why it could not be read to its end, though its status was.
    pub malformed: Option<Error>,
    /// What the handshake of this connection showed; `None` for plain HTTP.
    pub handshake: Option<Arc<Handshake>>,
    /// Whether the connection had carried an exchange before.
    pub reused: bool,
    /// Session tickets that had come by then with TLS 1.3.
    pub tickets: u32,
    /// From the first step to the last byte.
    pub elapsed: Duration,
}

/// How far a failed exchange had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Nothing of the request had left.
    Unsent,
    /// The request may have arrived; no byte of an answer came.
    Sent,
    /// Part of an answer came, and no status.
    Answering,
}

/// An exchange that came to no end.
#[derive(Debug)]
pub struct Broken {
    /// What went wrong.
    pub error: Error,
    /// How far it had come.
    pub stage: Stage,
    /// What the handshake had shown by then.
    pub handshake: Option<Arc<Handshake>>,
    /// Whether the handshake itself failed, or was never reached.
    pub connected: bool,
    /// Whether the connection had carried an exchange before.
    pub reused: bool,
}

/// A place for one connection at a time, which is kept between exchanges.
pub struct Lane {
    peer: Peer,
    /// How much of a body is kept.
    excerpt: usize,
    open: Option<Open>,
    /// Connections made.
    pub connections: u64,
}

/// A lane whose connection stands: the next thing that leaves is a request.
pub struct Ready<'a> {
    lane: &'a mut Lane,
    open: Open,
    started: Instant,
    total: Deadline,
}

/// A stream of either kind.
trait Io: AsyncRead + AsyncWrite + Unpin + Send {
    /// Session tickets that have come with TLS 1.3.
    fn tickets(&self) -> u32;
}

impl Io for Wire {
    fn tickets(&self) -> u32 {
        0
    }
}

impl Io for Stream {
    fn tickets(&self) -> u32 {
        self.get_ref().1.tls13_tickets_received()
    }
}

struct Open {
    stream: Box<dyn Io>,
    decoder: Decoder<Responses>,
    handshake: Option<Arc<Handshake>>,
    exchanges: u64,
    rests_until: Instant,
}

impl Lane {
    /// No connection yet.
    pub fn new(peer: Peer) -> Self {
        Self { peer, excerpt: EXCERPT, open: None, connections: 0 }
    }

    /// The same, keeping so many bytes of each body.
    #[must_use]
    pub fn keeping(self, excerpt: usize) -> Self {
        Self { excerpt, ..self }
    }

    /// Sends a request, as it travels, and reads the answer. `method` is the request's.
    ///
    /// # Errors
    /// [`Broken`] says what went wrong and whether the request may have arrived.
    pub async fn exchange(
        &mut self,
        request: &[u8],
        method: &str,
    ) -> Result<Exchange, Box<Broken>> {
        self.ready().await?.exchange(request, method).await
    }

    /// Whether a connection was kept.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Sees to it that a connection stands.
    ///
    /// # Errors
    /// [`Broken`]; nothing of a request has left then.
    pub async fn ready(&mut self) -> Result<Ready<'_>, Box<Broken>> {
        let started = Instant::now();
        let total = Deadline::after(self.peer.timeouts.total);
        let open = match self.rested().await {
            Some(open) => open,
            None => self.connect(total).await?,
        };
        Ok(Ready { lane: self, open, started, total })
    }

    /// The connection that was kept, if it is still good: open, and silent.
    async fn rested(&mut self) -> Option<Open> {
        let mut open = self.open.take()?;
        if Instant::now() >= open.rests_until {
            return None;
        }
        let mut bytes = [0; 1];
        let silent = poll_fn(|cx| {
            let mut buffer = ReadBuf::new(&mut bytes);
            Poll::Ready(Pin::new(&mut open.stream).poll_read(cx, &mut buffer).is_pending())
        });
        silent.await.then_some(open)
    }

    async fn connect(&mut self, total: Deadline) -> Result<Open, Box<Broken>> {
        let Peer { endpoint, route, tls, timeouts } = &self.peer;
        let unsent = |error, handshake| {
            let handshake = Some(Arc::new(handshake));
            Box::new(Broken {
                error,
                stage: Stage::Unsent,
                handshake,
                connected: false,
                reused: false,
            })
        };
        let connection = connect(endpoint, route, total.within(timeouts.connect))
            .await
            .map_err(|error| unsent(error, Handshake::default()))?;
        self.connections += 1;
        let (stream, seen): (Box<dyn Io>, _) = match tls {
            None => (Box::new(connection.wire), None),
            Some((client, name)) => {
                let limit = total.within(timeouts.handshake);
                match handshake(connection, client, name.clone(), limit).await {
                    Ok((stream, seen)) => (Box::new(stream), Some(Arc::new(seen))),
                    Err(failed) => return Err(unsent(failed.error, failed.seen)),
                }
            }
        };
        let limits = Limits { body: u64::MAX, ..Limits::default() };
        Ok(Open {
            stream,
            decoder: Decoder::new(Responses::default(), limits),
            handshake: seen,
            exchanges: 0,
            rests_until: Instant::now(),
        })
    }
}

impl Ready<'_> {
    /// Sends a request, as it travels, and reads the answer. `method` is the request's.
    ///
    /// # Errors
    /// [`Broken`] says what went wrong; the request may have arrived.
    pub async fn exchange(self, request: &[u8], method: &str) -> Result<Exchange, Box<Broken>> {
        let Self { lane, mut open, started, total } = self;
        let reused = open.exchanges > 0;
        // It may have stood for a while, and the server is not to blame for that.
        let started = if reused { Instant::now() } else { started };
        open.decoder.side.method.clear();
        open.decoder.side.method.push_str(method);
        let broken = |(error, stage), handshake| {
            Box::new(Broken { error, stage, handshake, connected: true, reused })
        };
        let sent = open.send(request, total).await;
        let first_byte = match &sent {
            Ok(()) => lane.peer.timeouts.first_byte,
            Err(_) => LAST_WORDS,
        };
        let answer = open.answer(first_byte, total, lane.excerpt).await;
        if answer.as_ref().is_err_and(|(error, _)| error.code == Failure::ClientCertificateLate) {
            // Tells the server that there is no second handshake: its log then says what it wanted.
            let _ = Deadline::after(LAST_WORDS).limit_io(Phase::Send, open.stream.flush()).await;
        }
        let answer = match (answer, sent) {
            (Ok(answer), _) => answer,
            // What the server said counts more than that it did not listen.
            (Err((error, stage)), Err(_)) if error.code == Failure::TlsAlert => {
                return Err(broken((error, stage), open.handshake));
            }
            (Err((_, Stage::Sent)), Err(unsent)) => {
                return Err(broken((unsent, Stage::Sent), open.handshake));
            }
            (Err(fault), _) => return Err(broken(fault, open.handshake)),
        };
        let exchange = Exchange {
            response_bytes: answer.bytes,
            sha256: answer.digest.finalize().into(),
            malformed: answer.malformed,
            handshake: open.handshake.clone(),
            reused,
            tickets: open.stream.tickets(),
            elapsed: started.elapsed(),
            response: answer.response,
        };
        if answer.keeps_alive && open.decoder.is_idle() {
            open.exchanges += 1;
            open.rests_until = Instant::now() + rest(&exchange.response);
            lane.open = Some(open);
        }
        Ok(exchange)
    }
}

impl Open {
    async fn send(&mut self, request: &[u8], total: Deadline) -> Result<()> {
        let write = async {
            self.stream.write_all(request).await?;
            self.stream.flush().await
        };
        total.limit_io(Phase::Send, write).await
    }

    /// Reads one answer. Whose status was read is an answer, whatever the rest of it is like.
    async fn answer(
        &mut self,
        first_byte: Duration,
        total: Deadline,
        excerpt: usize,
    ) -> Result<Answer, (Error, Stage)> {
        let mut begun = None;
        let ended = self.read(&mut begun, first_byte, total, excerpt).await;
        let salvaged = || Some(Answer::new(salvage::response(self.decoder.rest())?, excerpt));
        let (error, stage) = match ended {
            Ok(answer) => return Ok(answer),
            Err(fault) => fault,
        };
        let has_ended = error.code == Failure::Timeout || error.code == Failure::Closed;
        if let Some(stream) = begun.take_if(|answer| has_ended && answer.is_event_stream) {
            return Ok(Answer { keeps_alive: false, ..stream });
        }
        if speech::is_http2(self.decoder.rest()) {
            // What it cannot read it has not taken.
            return Err((speech::only_http2(), Stage::Unsent));
        }
        match begun.or_else(salvaged) {
            Some(answer) => Ok(Answer { keeps_alive: false, malformed: Some(error), ..answer }),
            None => Err((error, stage)),
        }
    }

    /// Reads to the end of one answer; interim ones (1xx) are passed over.
    async fn read(
        &mut self,
        answer: &mut Option<Answer>,
        first_byte: Duration,
        total: Deadline,
        excerpt: usize,
    ) -> Result<Answer, (Error, Stage)> {
        let mut deadline = total.within(first_byte);
        let (mut stage, mut closed) = (Stage::Sent, false);
        loop {
            while let Some(event) =
                self.decoder.next().map_err(|refusal| (refusal.into(), stage))?
            {
                match (event, &mut *answer) {
                    (Event::Head(head), _) => {
                        *answer = (!head.is_interim()).then(|| Answer::new(head, excerpt))
                    }
                    (Event::Body(piece), Some(answer)) => answer.take(piece),
                    (Event::End(_), answer) => {
                        if let Some(answer) = answer.take() {
                            return Ok(answer);
                        }
                    }
                    (Event::Body(_), None) => {}
                }
            }
            if answer.as_ref().is_some_and(|answer| answer.is_event_stream) {
                deadline = Deadline::after(SILENCE.min(total.left()));
            }
            let input = self.decoder.input();
            input.reserve(PIECE);
            let read = deadline.limit_io(Phase::Receive, self.stream.read_buf(input)).await;
            match read {
                Ok(0) if stage == Stage::Sent || closed => {
                    let eof = io::Error::from(io::ErrorKind::UnexpectedEof);
                    return Err((from_io(Phase::Receive, &eof), stage));
                }
                Ok(0) => {
                    closed = true;
                    self.decoder.close();
                }
                Ok(_) => (stage, deadline) = (Stage::Answering, total),
                Err(error) => return Err((error, stage)),
            }
        }
    }
}

#[cfg(test)]
#[path = "exchange_tests.rs"]
mod tests;
