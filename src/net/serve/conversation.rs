//! One connection: requests in, answers out, in order, until either side has enough.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};

use super::alarm::Alarm;
use super::body::{Body, SMALL};
use super::coming::{self, Bodies, Coming, Going};
use super::kept::Kept;
use super::linger::{Connection, linger};
use super::rest::{self, Ends};
use super::wire::{Wire, put, send};
use super::{Answer, Delivery, Handler, Serving, arrival};
use crate::error::Error;
use crate::failure::Failure;
use crate::http::codec::{Decoder, Event, Requests};
use crate::http::framing::Framing;
use crate::http::head::RequestHead;
use crate::http::{Headers, Refusal, Response, write};
use crate::net::speech;

/// How much of a body is read at once, in bytes.
const PIECE: usize = 16 * 1024;
/// The same while a head is awaited: most connections are idle, and there may be thousands.
const HEAD: usize = 4 * 1024;

/// The interim answer that lets a waiting sender send its body.
const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// Why no request came.
enum End {
    /// The peer closed between two requests, stayed idle, or we are to stop.
    Quiet,
    /// The connection broke.
    Broken,
    /// It broke the rules, a limit or the deadline, and is told so.
    Refused(Refusal),
}

/// Serves one connection.
pub(super) async fn hold<H: Handler>(
    mut stream: impl Connection,
    peer: SocketAddr,
    serving: &Serving,
    handler: &H,
    session: &H::Session,
    mut stop: watch::Receiver<bool>,
) {
    // What was read of requests is gone before the connection lingers.
    if converse(&mut stream, peer, serving, handler, session, &mut stop).await == Ended::Answered {
        linger(stream, serving, stop).await;
    }
}

/// How a conversation ended.
#[derive(PartialEq, Eq)]
enum Ended {
    /// With an answer that closes the connection.
    Answered,
    /// Between two requests, or the connection is of no use any more.
    Over,
}

async fn converse<H: Handler>(
    stream: &mut impl Connection,
    peer: SocketAddr,
    serving: &Serving,
    handler: &H,
    session: &H::Session,
    stop: &mut watch::Receiver<bool>,
) -> Ended {
    let mut decoder = Decoder::new(Requests, serving.limits);
    let mut alarm = Alarm::new(Instant::now() + serving.idle);
    let told = stop.clone();
    // It waits as long as the connection lasts: to begin anew with each request costs as much as its head.
    let mut stopped = pin!(stop.wait_for(|stop| *stop));
    let mut out = Vec::new();
    loop {
        let received = tokio::select! {
            biased;
            received = receive(stream, &mut decoder, &mut alarm, serving, handler, session) => received,
            _ = &mut stopped => Err(End::Quiet),
        };
        let answered = match received {
            Ok(Received::Whole(wire, delivery)) => {
                Ok((wire, handler.answer(session, delivery).await))
            }
            Ok(Received::Begun(request, deadline)) => {
                let body = Feeding { stream, decoder: &mut decoder, serving, deadline };
                Box::pin(through(body, request, handler, session)).await
            }
            Err(end) => Err(end),
        };
        let (wire, Answer { response, rest, close }) = match answered {
            Ok(answered) => answered,
            Err(End::Quiet) => break,
            Err(End::Broken) => {
                let error = Error::new(
                    Failure::Reset,
                    "the connection closed before a request was complete",
                );
                handler.failed(peer, Vec::new(), error).await;
                return Ended::Over;
            }
            Err(End::Refused(refusal)) => {
                let response = refused(&refusal);
                handler.failed(peer, Vec::new(), refusal.into()).await;
                put(&response, Wire::default(), &mut out);
                let _ = send(stream, &out, serving.timeout).await;
                return Ended::Answered;
            }
        };
        let Some(mut response) = response else { return Ended::Over };
        let ends =
            rest.as_ref().map(|_| Ends::of(Arc::make_mut(&mut response), wire.says_keep_alive));
        let closes = wire.closes || close || ends == Some(Ends::Close) || *told.borrow();
        let wire = Wire { closes, ..wire };
        put(&response, wire, &mut out);
        if send(stream, &out, serving.timeout).await.is_err() {
            return Ended::Over;
        }
        if let Some((rest, ends)) = rest.zip(ends) {
            match rest::pass(stream, rest, ends, serving.timeout).await {
                Ok(()) => {}
                Err(None) => return Ended::Over,
                // What was promised does not come: that the connection ends tells the caller.
                Err(Some(error)) => {
                    handler.failed(peer, Vec::new(), error).await;
                    return Ended::Over;
                }
            }
        }
        if wire.closes {
            return Ended::Answered;
        }
    }
    let _ = timeout(Duration::from_secs(1), stream.shutdown()).await;
    Ended::Over
}

/// A request that has begun.
struct Begun {
    head: RequestHead,
    received_at: OffsetDateTime,
    kept: Kept,
    /// It is refused whatever its body says, of which no more is read.
    is_refused: bool,
    /// What becomes of a body that does not come at once.
    bodies: Bodies,
}

/// A request, as far as it is received before it is answered.
enum Received {
    Whole(Wire, Delivery),
    /// It is to be complete by then.
    Begun(Begun, Instant),
}

/// The next request: complete, or refused by its head, or to be answered while its body comes.
async fn receive<H: Handler, S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    decoder: &mut Decoder<Requests>,
    alarm: &mut Alarm,
    serving: &Serving,
    handler: &H,
    session: &H::Session,
) -> Result<Received, End> {
    let mut begun: Option<Begun> = None;
    let mut closed = false;
    let now = Instant::now();
    let (mut deadline, mut is_idle) = (now + serving.idle, true);
    loop {
        match decoder.next().map_err(End::Refused)? {
            Some(Event::Head(head)) if head.method == "CONNECT" => {
                return Err(End::Refused(no_proxy()));
            }
            Some(Event::Head(head)) => {
                if is_idle {
                    (deadline, is_idle) = (Instant::now() + serving.timeout, false);
                }
                let mut request = Begun::new(head, handler.refuses(session), handler.bodies());
                if !request.is_refused {
                    let framing = request.framing();
                    request.kept.begin(framing, serving, deadline).await.map_err(End::Refused)?;
                    // The sender is not to blame for the time that it waited for us.
                    deadline = Instant::now() + serving.timeout;
                    if request.head.expects_continue()
                        && request.head.framing != Framing::Empty
                        && decoder.rest().is_empty()
                    {
                        send(stream, CONTINUE, serving.timeout).await.map_err(|_| End::Broken)?;
                    }
                }
                begun = Some(request);
            }
            Some(Event::Body(piece)) => {
                let Some(request) = &mut begun else { continue };
                let kept = match request.is_refused {
                    true => request.kept.append(piece, serving),
                    false => request.kept.extend(piece, serving, deadline).await,
                };
                kept.map_err(End::Refused)?;
            }
            Some(Event::End(trailers)) => {
                let Some(request) = begun.take() else { continue };
                let wire = Wire::after(&request.head);
                return Ok(Received::Whole(wire, request.delivery(Some(trailers))));
            }
            None => {
                if let Some(request) = begun.take_if(|request| request.is_refused) {
                    let wire = Wire { closes: true, ..Wire::after(&request.head) };
                    return Ok(Received::Whole(wire, request.delivery(None)));
                }
                if let Some(request) = begun.take_if(|request| request.bodies != Bodies::Whole) {
                    return Ok(Received::Begun(request, deadline));
                }
                if closed {
                    return Err(End::Quiet);
                }
                if is_idle && !decoder.is_idle() {
                    (deadline, is_idle) = (Instant::now() + serving.timeout, false);
                }
                let input = decoder.input();
                input.reserve(if begun.is_some() { PIECE } else { HEAD });
                let read = tokio::select! {
                    biased;
                    read = stream.read_buf(input) => read,
                    () = alarm.at(deadline) => return Err(match is_idle {
                        true => End::Quiet,
                        false => End::Refused(too_slow(serving.timeout)),
                    }),
                    () = serving.crowded.notified(), if is_idle => return Err(End::Quiet),
                };
                match read {
                    Ok(0) => {
                        closed = true;
                        decoder.close();
                    }
                    Ok(_) if is_idle && speech::is_tls(decoder.rest()) => {
                        return Err(End::Refused(no_tls()));
                    }
                    Ok(_) => {}
                    Err(_) if is_idle => return Err(End::Quiet),
                    Err(_) => return Err(End::Broken),
                }
            }
        }
    }
}

/// Answers a request while its body comes. The handler is dropped where that breaks off.
async fn through<H: Handler, S: AsyncRead + Unpin>(
    body: Feeding<'_, S>,
    request: Begun,
    handler: &H,
    session: &H::Session,
) -> Result<(Wire, Answer), End> {
    let wire = Wire::after(&request.head);
    let (going, coming) = coming::pipe();
    let (delivery, kept) = request.begin(coming);
    let keeps = handler.bodies() == Bodies::Kept;
    let answering = async { Ok(handler.answer(session, delivery).await) };
    let ((), answer) = tokio::try_join!(body.feed(kept, keeps, going), answering)?;
    Ok((wire, answer))
}

/// Where a body comes from.
struct Feeding<'a, S> {
    stream: &'a mut S,
    decoder: &'a mut Decoder<Requests>,
    serving: &'a Serving,
    deadline: Instant,
}

impl<S: AsyncRead + Unpin> Feeding<'_, S> {
    /// Hands a body on as it comes, whose beginning is there.
    async fn feed(mut self, mut kept: Kept, keeps: bool, mut going: Going) -> Result<(), End> {
        going.pass(&kept.body).await;
        if !keeps {
            kept.body = Body::default();
        }
        loop {
            let waiting = Instant::now();
            match self.decoder.next().map_err(End::Refused)? {
                Some(Event::Head(_)) => {}
                Some(Event::Body(piece)) => {
                    if keeps {
                        let kept = kept.extend(piece, self.serving, self.deadline).await;
                        kept.map_err(End::Refused)?;
                    }
                    going.pass(piece).await;
                    // The sender is not to blame for the time that others took.
                    self.deadline += waiting.elapsed();
                }
                Some(Event::End(trailers)) => {
                    going.end(kept, trailers);
                    return Ok(());
                }
                None => {
                    let input = self.decoder.input();
                    input.reserve(PIECE);
                    match timeout_at(self.deadline, self.stream.read_buf(input)).await {
                        Ok(Ok(0)) => self.decoder.close(),
                        Ok(Ok(_)) => {}
                        Ok(Err(_)) => return Err(End::Broken),
                        Err(_) => return Err(End::Refused(too_slow(self.serving.timeout))),
                    }
                }
            }
        }
    }
}

impl Begun {
    fn new(head: RequestHead, is_refused: bool, bodies: Bodies) -> Self {
        Self { head, received_at: arrival(), kept: Kept::default(), is_refused, bodies }
    }

    /// How much room it takes: what is passed on waits in a few pieces.
    fn framing(&self) -> Framing {
        match self.head.framing {
            Framing::Length(SMALL..) if self.bodies == Bodies::Passed => Framing::Chunked,
            framing => framing,
        }
    }

    /// The request, with a body that is still coming, and the beginning of that.
    fn begin(mut self, coming: Coming) -> (Delivery, Kept) {
        let kept = std::mem::take(&mut self.kept);
        let delivery = self.delivery(Some(Headers::new()));
        (Delivery { coming: Some(coming), ..delivery }, kept)
    }

    /// The request; without trailers its body was not read to its end, and is not there.
    fn delivery(mut self, trailers: Option<Headers>) -> Delivery {
        let head = std::mem::take(&mut self.head.raw);
        let chunked = self.head.framing == Framing::Chunked;
        let is_unread = trailers.is_none();
        Delivery {
            request: self.head.into(),
            body: if is_unread { Body::default() } else { self.kept.body },
            coming: None,
            sum: None,
            head,
            trailers: trailers.unwrap_or_default(),
            chunked,
            received_at: self.received_at,
            is_unread,
            share: self.kept.share,
        }
    }
}

fn too_slow(limit: Duration) -> Refusal {
    let seconds = limit.as_secs_f64();
    Refusal::with_status(408, format!("the request was not complete within {seconds} s"))
}

fn no_proxy() -> Refusal {
    let message = "the caller takes this for a proxy (CONNECT): have it call the URL directly";
    Refusal::with_status(501, message)
}

fn no_tls() -> Refusal {
    Refusal::malformed("the caller speaks TLS, and this is plain HTTP: have it call http://")
}

fn refused(refusal: &Refusal) -> Response {
    Response::text(refusal.status, format!("{refusal}\n"))
}

/// Whether bytes begin like an HTTP request.
pub(super) fn is_http(head: &[u8]) -> bool {
    let method = head.split(|&byte| byte == b' ').next().unwrap_or_default();
    method.len() < head.len() && method.len() <= 16 && write::is_token(method)
}

/// Tells a caller that speaks plain HTTP to a TLS port so.
pub(super) async fn refuse_plain(
    mut stream: TcpStream,
    head: &[u8],
    serving: &Serving,
    stop: watch::Receiver<bool>,
) {
    if !is_http(head) {
        return;
    }
    let mut out = Vec::new();
    put(&Response::text(400, "this port speaks TLS: use https://\n"), Wire::default(), &mut out);
    let _ = send(&mut stream, &out, Duration::from_secs(1)).await;
    linger(stream, serving, stop).await;
}
