//! The receiving side: accepts connections, makes TLS of them, reads requests, writes answers.
//!
//! What becomes of a request is up to a [`Handler`]. Every wait has a deadline, every buffer a
//! limit, and so have the number of connections and the bodies of all of them together; a caller
//! that breaks the rules costs one connection and is reported.

mod alarm;
mod body;
mod budget;
mod coming;
mod conversation;
mod kept;
mod linger;
mod rest;
mod wire;

use std::future::Future;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::fault::{Phase, from_io};
use super::files;
use super::speech;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::codec::Limits;
use crate::http::{Headers, Request, Response};
use crate::tls::{Caller, Presented, Refused, Server};
pub use body::Body;
pub use budget::{Budget, Share};
pub use coming::{Bodies, Coming, Sum};
pub use rest::Rest;

/// How callers are served.
pub struct Serving {
    /// TLS; none for plain HTTP.
    pub tls: Option<Server>,
    /// What a request may cost.
    pub limits: Limits,
    /// For the handshake, and for each request from its first byte to its last.
    pub timeout: Duration,
    /// How long a connection may be open without a request.
    pub idle: Duration,
    /// The most connections at once; for a further caller one that is idle is closed.
    pub connections: usize,
    /// Tells the connection that has been idle longest to end.
    pub crowded: Notify,
    /// The memory for bodies.
    pub budget: Budget,
}

/// A request: complete, or with a body that is still coming, or of a caller that is refused whatever it sends.
pub struct Delivery {
    /// The request without its body.
    pub request: Request,
    /// Its body, with the transfer coding removed; nothing of it before it has come, and where it was not kept.
    pub body: Body,
    /// Where the body comes from, until [`Delivery::arrive`] has seen its end.
    pub coming: Option<Coming>,
    /// What is left of a body that was passed on as it came.
    pub sum: Option<Sum>,
    /// The exact bytes of its head.
    pub head: Vec<u8>,
    /// Header lines after its chunks.
    pub trailers: Headers,
    /// Whether the body came in chunks.
    pub chunked: bool,
    /// When its head was complete.
    pub received_at: OffsetDateTime,
    /// Its body was not read to its end, and is not here: the handler refuses its caller.
    pub is_unread: bool,
    /// The memory that its body has, given back with it.
    pub share: Share,
}

/// What is answered.
pub struct Answer {
    /// The response, framed; without one the connection is closed.
    pub response: Option<Arc<Response>>,
    /// What comes behind its body. Without a length it goes on in chunks, or until the connection ends.
    pub rest: Option<Rest>,
    /// Whether the connection is closed after it.
    pub close: bool,
}

/// Decides what becomes of callers and their requests.
pub trait Handler: Send + Sync + 'static {
    /// What is known about a connection.
    type Session: Send + Sync;

    /// A connection is ready for requests. `caller` is none without TLS.
    fn open(&self, peer: SocketAddr, caller: Option<Caller>) -> Self::Session;

    /// Whether requests of this caller are refused whatever their bodies say, which then are not read.
    fn refuses(&self, session: &Self::Session) -> bool;

    /// When requests are given to it. One that came at once is always whole.
    fn bodies(&self) -> Bodies;

    /// Answers a request, once its body has come to its end.
    fn answer(
        &self,
        session: &Self::Session,
        delivery: Delivery,
    ) -> impl Future<Output = Answer> + Send;

    /// There is no room for another connection: the caller waits for one that ends.
    fn crowded(&self);

    /// A connection broke down before a request was complete. `chain` is the client certificate
    /// (DER) as far as one was presented.
    fn failed(
        &self,
        peer: SocketAddr,
        chain: Vec<Vec<u8>>,
        error: Error,
    ) -> impl Future<Output = ()> + Send;
}

/// Callers that the system lets wait to be accepted; it may have a limit of its own. A caller for whom
/// there is no place believes that it is connected, and is reset later.
const QUEUE: u32 = 4096;

/// Listens on `address`, inside a runtime; says which one that is, for port 0.
///
/// # Errors
/// `refused`, with what to do about it.
pub fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr)> {
    let bound = || {
        let socket = match address.is_ipv4() {
            true => TcpSocket::new_v4()?,
            false => TcpSocket::new_v6()?,
        };
        // As the standard library does: an address is free again as soon as its listener has gone.
        if cfg!(unix) {
            socket.set_reuseaddr(true)?;
        }
        socket.bind(address)?;
        let listener = socket.listen(QUEUE)?;
        let local = listener.local_addr()?;
        Ok((listener, local))
    };
    bound().map_err(|error| cannot_bind(address, &error))
}

fn cannot_bind(address: SocketAddr, error: &io::Error) -> Error {
    let message = format!("cannot listen on {address}: {error}");
    let help = match error.kind() {
        ErrorKind::AddrInUse => "something is already listening there; port 0 picks a free one",
        ErrorKind::PermissionDenied => "ports below 1024 need privileges: use 8443",
        _ => "is this an address of this machine?",
    };
    Error::new(Failure::Refused, message).help(help)
}

/// The moment at which something arrives.
pub fn arrival() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

/// Serves until `stop` says so; then lets requests that are under way end, for `timeout` at most.
///
/// # Errors
/// When the system accepts no more connections.
pub async fn serve<H: Handler>(
    listener: TcpListener,
    serving: Serving,
    handler: Arc<H>,
    mut stop: watch::Receiver<bool>,
) -> Result<()> {
    let patience = serving.timeout;
    let permits = Arc::new(Semaphore::new(serving.connections));
    let serving = Arc::new(serving);
    let mut tasks = JoinSet::new();
    loop {
        // Tasks that have ended are forgotten, or memory would grow with every connection.
        while tasks.try_join_next().is_some() {}
        let accepted = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            accepted = accept(&listener, &permits, &serving, &*handler) => accepted,
        };
        let Some((stream, peer, permit)) = accepted else { continue };
        let (serving, handler, stop) = (serving.clone(), handler.clone(), stop.clone());
        tasks.spawn(async move {
            connection(stream, peer, &serving, &*handler, stop).await;
            drop(permit);
        });
    }
    drop(listener);
    let all_ended = async { while tasks.join_next().await.is_some() {} };
    if timeout(patience, all_ended).await.is_err() {
        tasks.abort_all();
    }
    Ok(())
}

type Accepted = (TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit);

/// The next connection, once there is room for it: who calls is worth more than who once called. An
/// error of the system (no file descriptors left, a caller that gave up in the queue) passes, so it
/// only slows us down.
async fn accept<H: Handler>(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
    serving: &Serving,
    handler: &H,
) -> Option<Accepted> {
    let make_room = || {
        handler.crowded();
        serving.crowded.notify_one();
    };
    match listener.accept().await {
        Ok((stream, peer)) => {
            let permit = match permits.clone().try_acquire_owned() {
                Ok(permit) => permit,
                Err(_) => {
                    make_room();
                    permits.clone().acquire_owned().await.ok()?
                }
            };
            Some((stream, peer, permit))
        }
        Err(error) => {
            if files::shortage(&error).is_some() {
                make_room();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
            None
        }
    }
}

async fn connection<H: Handler>(
    stream: TcpStream,
    peer: SocketAddr,
    serving: &Serving,
    handler: &H,
    stop: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let Some(server) = &serving.tls else {
        let session = handler.open(peer, None);
        return conversation::hold(stream, peer, serving, handler, &session, stop).await;
    };
    match first_bytes(&stream, serving, stop.clone()).await {
        // Opened and closed, or never used: a port check, not a caller.
        None => return,
        Some(head) => {
            if let Some(error) = not_tls(&head) {
                handler.failed(peer, Vec::new(), error).await;
                return conversation::refuse_plain(stream, &head, serving, stop).await;
            }
        }
    }
    let (config, presented) = match server.connection() {
        Ok(connection) => connection,
        Err(error) => return handler.failed(peer, Vec::new(), error).await,
    };
    let accepting = TlsAcceptor::from(config).accept(stream);
    let error = match timeout(serving.timeout, accepting).await {
        Ok(Ok(stream)) => {
            let session = handler.open(peer, Some(Caller::of(stream.get_ref().1)));
            return conversation::hold(stream, peer, serving, handler, &session, stop).await;
        }
        Ok(Err(error)) => handshake_error(&error, &presented),
        Err(_) => Error::new(Failure::Timeout, "the caller did not finish the TLS handshake"),
    };
    let chain = presented.chain().into_iter().map(|one| one.to_vec()).collect();
    handler.failed(peer, chain, error).await;
}

/// The first bytes of a connection, left where they are.
async fn first_bytes(
    stream: &TcpStream,
    serving: &Serving,
    mut stop: watch::Receiver<bool>,
) -> Option<Vec<u8>> {
    let mut head = [0; 32];
    let peeked = tokio::select! {
        _ = stop.wait_for(|stop| *stop) => return None,
        () = serving.crowded.notified() => return None,
        peeked = timeout(serving.idle, stream.peek(&mut head)) => peeked,
    };
    let length = peeked.ok()?.ok()?;
    (length > 0).then(|| head[..length].to_vec())
}

/// What speaks there, when it is not TLS.
fn not_tls(head: &[u8]) -> Option<Error> {
    let error = speech::not_tls(head)?;
    if !conversation::is_http(head) {
        return Some(error);
    }
    let message = "the caller spoke HTTP without TLS";
    Some(Error::new(Failure::NotTls, message).help("use https:// there, or --plain here"))
}

/// Why the handshake failed, from this side.
fn handshake_error(error: &std::io::Error, presented: &Presented) -> Error {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    if let Some(rustls::Error::InvalidCertificate(rustls::CertificateError::Other(other))) = tls
        && let Some(Refused(reason)) = other.0.downcast_ref()
    {
        return Error::new(Failure::TlsError, reason.clone())
            .help("have the caller sign with RSA-PSS, ECDSA or Ed25519 and SHA-256 or longer");
    }
    match tls {
        Some(rustls::Error::AlertReceived(alert)) => {
            crate::tls::alert::error(u8::from(*alert), "during the TLS handshake")
                .help(alert_help(*alert))
        }
        Some(rustls::Error::InvalidCertificate(_)) if !presented.chain().is_empty() => Error::new(
            Failure::TlsError,
            "the caller did not prove that it holds the key of its certificate",
        )
        .help("the caller's certificate and key do not belong together, or the certificate was copied"),
        Some(rustls::Error::NoApplicationProtocol) => {
            let (message, help) = no_common_protocol(&presented.foreign_protocols());
            Error::new(Failure::TlsError, message).help(help)
        }
        Some(other) => {
            Error::new(Failure::TlsError, format!("no TLS handshake with the caller: {other}"))
        }
        None => from_io(Phase::Handshake, error),
    }
}

/// What a caller wants that offers other application protocols only.
fn no_common_protocol(offered: &[String]) -> (String, &'static str) {
    let has = |name: &str| offered.iter().any(|one| one == name);
    match () {
        () if has("acme-tls/1") => (
            "an authority is checking who controls this name (TLS-ALPN-01, RFC 8737)".to_owned(),
            "this is not a delivery: let the ACME client answer it on port 443, or use another \
             challenge",
        ),
        () if has("h2") => (
            "the caller speaks only HTTP/2, and this is HTTP/1.1".to_owned(),
            "have it offer http/1.1 in ALPN, or no ALPN",
        ),
        () => (
            format!("the caller speaks only {}, and this is http/1.1", offered.join(", ")),
            "have it offer http/1.1 in ALPN, or no ALPN",
        ),
    }
}

/// What a caller that refuses us usually means.
fn alert_help(alert: rustls::AlertDescription) -> &'static str {
    use rustls::AlertDescription as Alert;
    match alert {
        Alert::UnknownCA | Alert::BadCertificate | Alert::CertificateUnknown => {
            "the caller does not trust the certificate of this listener: make it trust the one \
             whose thumbprint was printed, or give one it trusts with --cert"
        }
        Alert::CertificateExpired => {
            "the caller considers our certificate expired or not yet valid: compare clocks"
        }
        Alert::UnrecognisedName => "the caller expects a different server name",
        Alert::HandshakeFailure | Alert::InsufficientSecurity | Alert::ProtocolVersion => {
            "there is no TLS version or cipher suite in common"
        }
        _ => "check the caller's log",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_caller_wants_is_told_from_what_it_offers() {
        for (offered, said) in [
            (&["h2"][..], "only HTTP/2"),
            (&["h2", "http/1.0"], "only HTTP/2"),
            (&["http/1.0"], "speaks only http/1.0"),
            (&["acme-tls/1"], "TLS-ALPN-01"),
            (&["smb", "ftp"], "speaks only smb, ftp"),
        ] {
            let offered: Vec<String> = offered.iter().map(|&name| name.to_owned()).collect();
            let (message, _) = no_common_protocol(&offered);
            assert!(message.contains(said), "{message}");
        }
    }
}
