//! The HTTP/1.1 codec, without sockets: bytes are fed in as they come, and come out as heads,
//! pieces of bodies and ends. However the bytes are split, the same comes out.
//!
//! ```text
//! decoder.input() <- bytes      next() -> Head, Body*, End, Head, ...      None: feed more
//! ```

use super::chunked::{Chunks, Step};
use super::framing::Framing;
use super::head::{LineEnd, RequestHead, ResponseHead, Scan};
use super::{Headers, Refusal};

/// What a message may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Longest head or trailer section, in bytes.
    pub head: usize,
    /// Longest body, in bytes, with the transfer coding removed.
    pub body: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { head: 64 * 1024, body: 10_000_000 }
    }
}

/// A part of a message.
#[derive(Debug, PartialEq, Eq)]
pub enum Event<'a, H> {
    /// Start line and header lines are complete.
    Head(H),
    /// Some bytes of the body, with the transfer coding removed.
    Body(&'a [u8]),
    /// The message is complete. Trailers can only come with chunks.
    End(Headers),
}

/// A side of the conversation: which heads are read, and how strictly.
pub trait Side {
    /// The head of its messages.
    type Head;
    /// How lines of the head may end.
    const LINE_END: LineEnd;
    /// Reads a complete head.
    ///
    /// # Errors
    /// [`Refusal`] when it is malformed or ambiguous.
    fn parse(&self, raw: &[u8]) -> Result<Self::Head, Refusal>;
    /// Framing of the body that follows.
    fn framing(head: &Self::Head) -> Framing;
}

/// Reads what clients send.
#[derive(Clone, Copy, Debug, Default)]
pub struct Requests;

/// Reads what servers answer to a request with this method, which decides whether a body comes.
#[derive(Clone, Debug, Default)]
pub struct Responses {
    /// Method of the request that is being answered.
    pub method: String,
}

impl Side for Requests {
    type Head = RequestHead;
    const LINE_END: LineEnd = LineEnd::Crlf;

    fn parse(&self, raw: &[u8]) -> Result<RequestHead, Refusal> {
        RequestHead::parse(raw)
    }

    fn framing(head: &RequestHead) -> Framing {
        head.framing
    }
}

impl Side for Responses {
    type Head = ResponseHead;
    const LINE_END: LineEnd = LineEnd::Any;

    fn parse(&self, raw: &[u8]) -> Result<ResponseHead, Refusal> {
        ResponseHead::parse(raw, &self.method)
    }

    fn framing(head: &ResponseHead) -> Framing {
        head.framing
    }
}

/// Turns the bytes of one direction of a connection into messages, one after the other.
#[derive(Debug)]
pub struct Decoder<S> {
    /// Which side is read; its method may be changed between two messages.
    pub side: S,
    limits: Limits,
    buffer: Vec<u8>,
    /// Bytes of `buffer` that were used already.
    used: usize,
    state: State,
    closed: bool,
}

#[derive(Debug)]
enum State {
    Head(Scan),
    Length(u64),
    Chunked { chunks: Chunks, room: u64 },
    UntilClose { room: u64 },
    End,
    Refused(Refusal),
}

impl<S: Side> Decoder<S> {
    /// A decoder at the start of a connection.
    pub fn new(side: S, limits: Limits) -> Self {
        let state = State::Head(Scan::default());
        Self { side, limits, buffer: Vec::new(), used: 0, state, closed: false }
    }

    /// Where new bytes are appended, for example by `read_buf`.
    pub fn input(&mut self) -> &mut Vec<u8> {
        self.buffer.drain(..self.used);
        self.used = 0;
        &mut self.buffer
    }

    /// Appends bytes.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.input().extend_from_slice(bytes);
    }

    /// The peer will send nothing more.
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// Whether it stands between two messages, with nothing of the next one there yet.
    pub fn is_idle(&self) -> bool {
        matches!(self.state, State::Head(_)) && self.used == self.buffer.len()
    }

    /// Bytes that came after the last complete message, for example through a tunnel.
    pub fn rest(&self) -> &[u8] {
        &self.buffer[self.used..]
    }

    /// The next part. `None` when more bytes are needed, or at the end of a closed connection.
    ///
    /// # Errors
    /// [`Refusal`] once the peer broke the rules or a limit, and again on every later call.
    // An `Iterator` cannot lend pieces of its own buffer.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> Result<Option<Event<'_, S::Head>>, Refusal> {
        match self.advance() {
            Ok(part) => Ok(part.map(|part| match part {
                Part::Head(head) => Event::Head(head),
                Part::Body(range) => Event::Body(&self.buffer[range]),
                Part::End(trailers) => Event::End(trailers),
            })),
            Err(refusal) => {
                self.state = State::Refused(refusal.clone());
                Err(refusal)
            }
        }
    }

    fn advance(&mut self) -> Result<Option<Part<S::Head>>, Refusal> {
        loop {
            let bytes = &self.buffer[self.used..];
            match &mut self.state {
                State::Head(scan) => {
                    // RFC 9112 section 2.2: an empty line before a message is skipped.
                    if bytes.starts_with(b"\r\n") {
                        self.used += 2;
                        continue;
                    }
                    if bytes == b"\r" {
                        return self.starved();
                    }
                    let Some(length) = scan.end(bytes, self.limits.head, S::LINE_END)? else {
                        return self.starved();
                    };
                    let head = self.side.parse(&bytes[..length])?;
                    self.used += length;
                    self.state = self.body(S::framing(&head))?;
                    return Ok(Some(Part::Head(head)));
                }
                State::Length(_) | State::UntilClose { .. } if bytes.is_empty() => {
                    if self.closed && matches!(self.state, State::UntilClose { .. }) {
                        self.state = State::End;
                        continue;
                    }
                    return self.starved();
                }
                State::Length(left) => {
                    let length = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                    *left -= length as u64;
                    if *left == 0 {
                        self.state = State::End;
                    }
                    return Ok(Some(self.take(length)));
                }
                State::UntilClose { room } => {
                    let length = bytes.len();
                    *room = room.checked_sub(length as u64).ok_or_else(too_large)?;
                    return Ok(Some(self.take(length)));
                }
                State::Chunked { chunks, room } => {
                    match chunks.step(bytes, *room, self.limits.head)? {
                        Step::Starved => return self.starved(),
                        Step::Skip(length) => self.used += length,
                        Step::Data(length) => {
                            *room -= length as u64;
                            return Ok(Some(self.take(length)));
                        }
                        Step::End(length, trailers) => {
                            self.used += length;
                            self.state = State::Head(Scan::default());
                            return Ok(Some(Part::End(trailers)));
                        }
                    }
                }
                State::End => {
                    self.state = State::Head(Scan::default());
                    return Ok(Some(Part::End(Headers::new())));
                }
                State::Refused(refusal) => return Err(refusal.clone()),
            }
        }
    }

    fn body(&self, framing: Framing) -> Result<State, Refusal> {
        let room = self.limits.body;
        Ok(match framing {
            Framing::Empty => State::End,
            Framing::Length(length) if length > room => return Err(too_large()),
            Framing::Length(length) => State::Length(length),
            Framing::Chunked => State::Chunked { chunks: Chunks::Size, room },
            Framing::UntilClose => State::UntilClose { room },
        })
    }

    fn take(&mut self, length: usize) -> Part<S::Head> {
        let start = self.used;
        self.used += length;
        Part::Body(start..self.used)
    }

    fn starved(&self) -> Result<Option<Part<S::Head>>, Refusal> {
        let place = match self.state {
            _ if !self.closed || self.is_idle() => return Ok(None),
            State::Head(_) => "head",
            _ => "body",
        };
        Err(Refusal::malformed(format!("the connection was closed in the middle of the {place}")))
    }
}

enum Part<H> {
    Head(H),
    Body(std::ops::Range<usize>),
    End(Headers),
}

fn too_large() -> Refusal {
    Refusal::with_status(413, "the body is larger than allowed")
}

#[cfg(test)]
#[path = "codec_tests.rs"]
mod tests;
