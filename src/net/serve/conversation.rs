//! One connection: requests in, answers out, in order, until either side has enough.

use std::net::SocketAddr;
use std::time::Duration;

use time::OffsetDateTime;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};

use super::{Answer, Delivery, Handler, Serving, arrival};
use crate::error::Error;
use crate::failure::Failure;
use crate::http::codec::{Decoder, Event, Requests};
use crate::http::framing::Framing;
use crate::http::head::RequestHead;
use crate::http::{Headers, Refusal, Response, write};

/// How much is read at once, in bytes.
const PIECE: usize = 16 * 1024;

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
pub(super) async fn hold<H: Handler, S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    peer: SocketAddr,
    serving: &Serving,
    handler: &H,
    session: &H::Session,
    mut stop: watch::Receiver<bool>,
) {
    let mut decoder = Decoder::new(Requests, serving.limits);
    let mut out = Vec::new();
    loop {
        let received = tokio::select! {
            biased;
            received = receive(&mut stream, &mut decoder, serving) => received,
            _ = stop.wait_for(|stop| *stop) => Err(End::Quiet),
        };
        let (wire, delivery) = match received {
            Ok(received) => received,
            Err(End::Quiet) => break,
            Err(End::Broken) => {
                let error = Error::new(
                    Failure::Reset,
                    "the connection broke before a request was complete",
                );
                return handler.failed(peer, Vec::new(), error).await;
            }
            Err(End::Refused(refusal)) => {
                let response = refused(&refusal);
                handler.failed(peer, Vec::new(), refusal.into()).await;
                put(&response, Wire::default(), &mut out);
                let _ = send(&mut stream, &out, serving.timeout).await;
                return linger(&mut stream).await;
            }
        };
        let Answer { response, close } = handler.answer(session, delivery).await;
        let Some(response) = response else { return };
        let wire = Wire { closes: wire.closes || close || *stop.borrow(), ..wire };
        put(&response, wire, &mut out);
        if send(&mut stream, &out, serving.timeout).await.is_err() {
            return;
        }
        if wire.closes {
            return linger(&mut stream).await;
        }
    }
    let _ = timeout(Duration::from_secs(1), stream.shutdown()).await;
}

/// The next complete request.
async fn receive<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    decoder: &mut Decoder<Requests>,
    serving: &Serving,
) -> Result<(Wire, Delivery), End> {
    let mut begun: Option<(RequestHead, OffsetDateTime)> = None;
    let mut body = Vec::new();
    let mut closed = false;
    let now = Instant::now();
    let (mut deadline, mut is_idle) = (now + serving.idle, true);
    loop {
        match decoder.next().map_err(End::Refused)? {
            Some(Event::Head(head)) => {
                if let Framing::Length(length) = head.framing {
                    // Trusted up to a point: memory is spent on bytes that came.
                    body.reserve_exact(usize::try_from(length).unwrap_or(0).min(1 << 20));
                }
                let waits = head.expects_continue() && head.framing != Framing::Empty;
                begun = Some((head, arrival()));
                if waits && decoder.rest().is_empty() {
                    send(stream, CONTINUE, serving.timeout).await.map_err(|_| End::Broken)?;
                }
            }
            Some(Event::Body(piece)) => body.extend_from_slice(piece),
            Some(Event::End(trailers)) => {
                let Some((head, received_at)) = begun.take() else { continue };
                return Ok((Wire::after(&head), delivery(head, body, trailers, received_at)));
            }
            None if closed => return Err(End::Quiet),
            None => {
                if is_idle && !(decoder.is_idle() && begun.is_none()) {
                    (deadline, is_idle) = (Instant::now() + serving.timeout, false);
                }
                let input = decoder.input();
                input.reserve(PIECE);
                match timeout_at(deadline, stream.read_buf(input)).await {
                    Ok(Ok(0)) => {
                        closed = true;
                        decoder.close();
                    }
                    Ok(Ok(_)) => {}
                    Ok(Err(_)) if is_idle => return Err(End::Quiet),
                    Ok(Err(_)) => return Err(End::Broken),
                    Err(_) if is_idle => return Err(End::Quiet),
                    Err(_) => return Err(End::Refused(too_slow(serving.timeout))),
                }
            }
        }
    }
}

fn delivery(
    mut head: RequestHead,
    body: Vec<u8>,
    trailers: Headers,
    received_at: OffsetDateTime,
) -> Delivery {
    let raw = std::mem::take(&mut head.raw);
    let chunked = head.framing == Framing::Chunked;
    let mut request = crate::http::Request::from(head);
    request.body = body;
    Delivery { request, head: raw, trailers, chunked, received_at }
}

fn too_slow(limit: Duration) -> Refusal {
    let seconds = limit.as_secs_f64();
    Refusal {
        status: 408,
        message: format!("the request was not complete within {seconds} s").into(),
    }
}

fn refused(refusal: &Refusal) -> Response {
    Response::text(refusal.status, format!("{refusal}\n"))
}

/// How an answer travels.
#[derive(Clone, Copy)]
struct Wire {
    closes: bool,
    no_body: bool,
    says_keep_alive: bool,
}

impl Wire {
    /// How the answer to this request travels.
    fn after(head: &RequestHead) -> Self {
        Self {
            // The bytes after a CONNECT would be a tunnel's, not a request's.
            closes: !head.keeps_alive() || head.method == "CONNECT",
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
fn put(response: &Response, wire: Wire, out: &mut Vec<u8>) {
    out.clear();
    let connection = match (wire.closes, wire.says_keep_alive) {
        (true, _) => Some("close"),
        (false, true) => Some("keep-alive"),
        (false, false) => None,
    };
    let written = match connection {
        None => response.write(out),
        Some(value) => {
            let mut response = response.clone();
            response.headers.set("Connection", value);
            response.write(out)
        }
    };
    if written.is_err() {
        out.clear();
        let _ = Response::text(502, "the answer cannot be sent as it is\n").write(out);
    } else if wire.no_body {
        out.truncate(out.len() - response.body.len());
    }
}

async fn send<S: AsyncWrite + Unpin>(
    stream: &mut S,
    bytes: &[u8],
    limit: Duration,
) -> Result<(), ()> {
    let sending = async {
        stream.write_all(bytes).await?;
        stream.flush().await
    };
    match timeout(limit, sending).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(()),
    }
}

/// Closes without losing the answer: a system that closes on unread bytes resets the connection,
/// and the peer may never see what we wrote. So what still comes is read for a moment.
async fn linger<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) {
    let reading = async {
        let _ = stream.shutdown().await;
        let mut scratch = vec![0; PIECE];
        for _ in 0..1024 {
            if !matches!(stream.read(&mut scratch).await, Ok(1..)) {
                break;
            }
        }
    };
    let _ = timeout(Duration::from_secs(1), reading).await;
}

/// Whether bytes begin like an HTTP request.
pub(super) fn is_http(head: &[u8]) -> bool {
    let method = head.split(|&byte| byte == b' ').next().unwrap_or_default();
    method.len() < head.len() && method.len() <= 16 && write::is_token(method)
}

/// Tells a caller that speaks plain HTTP to a TLS port so.
pub(super) async fn refuse_plain(mut stream: TcpStream, head: &[u8]) {
    if !is_http(head) {
        return;
    }
    let mut out = Vec::new();
    put(&Response::text(400, "this port speaks TLS: use https://\n"), Wire::default(), &mut out);
    let _ = send(&mut stream, &out, Duration::from_secs(1)).await;
    linger(&mut stream).await;
}
