//! Passes a received request on to an application, with the bytes it came in, and its answer back as it
//! comes.

mod head;
mod sending;

use std::pin::pin;
use std::str::FromStr;
use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, split};
use tokio::sync::mpsc;

use super::connect::{Reach, Route, connect};
use super::fault::{Deadline, Phase, from_io};
use super::handshake::handshake;
use super::serve::{Delivery, Rest};
use super::target::{Endpoint, Target};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::codec::{Decoder, Event, Limits, Responses};
use crate::http::framing::Framing;
use crate::http::{Response, Url};
use crate::tls::Client;
use head::Changes;
use sending::{pass_on, send};

/// How much of an answer is read at once, in bytes.
const PIECE: usize = 16 * 1024;
/// Pieces of an answer that wait for their caller.
const WAITING: usize = 4;

/// The application: `http://host:port/path` or `https://host:port/path`, with no query. In plain HTTP it
/// is on this machine, unless [`Application::anywhere`] says that it need not be.
#[derive(Clone)]
pub struct Application {
    endpoint: Endpoint,
    route: Route,
    scheme: &'static str,
    tls: Option<(Client, ServerName<'static>)>,
    changes: Changes,
}

impl std::fmt::Debug for Application {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl FromStr for Application {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refused = |message: &str| {
            Error::usage(message.to_owned())
                .help("for example --forward http://127.0.0.1:3000 or https://app.example/hooks")
        };
        let url = Url::of(text);
        let scheme = match url.scheme {
            Some("http") => "http",
            Some("https") => "https",
            _ => {
                return Err(refused(
                    "give the application as http://host:port or https://host:port",
                ));
            }
        };
        if url.rest.contains(['?', '#']) {
            return Err(refused("the query comes from the request, so none can be given"));
        }
        if !url.rest.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(refused("its path contains a character that is not allowed in a request"));
        }
        let target: Target = url.authority.parse()?;
        let endpoint = target.endpoint(url.default_port());
        let changes = Changes {
            base: url.rest.trim_end_matches('/').to_owned(),
            // A name has a certificate, and perhaps neighbours.
            host: (scheme == "https").then(|| url.authority.to_owned()),
            keeps_claims: false,
        };
        let route = Route { reach: Reach::ThisMachine, ..Route::default() };
        Ok(Self { endpoint, route, scheme, tls: None, changes })
    }
}

impl std::fmt::Display for Application {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.endpoint, self.changes.base)
    }
}

impl Application {
    /// Host and port.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Whether TLS is spoken with it.
    pub fn is_secure(&self) -> bool {
        self.scheme == "https"
    }

    /// Why it is on another machine, as far as that is known before its name is looked up.
    pub fn elsewhere(&self) -> Option<String> {
        self.route.elsewhere(&self.endpoint)
    }

    /// The same application, wherever it is: everybody on the way may read along.
    #[must_use]
    pub fn anywhere(self) -> Self {
        Self { route: Route { reach: Reach::Anywhere, ..self.route }, ..self }
    }

    /// The same application, reached that way and over TLS as the client is configured: one with a gate.
    #[must_use]
    pub fn over_tls(self, route: Route, client: Client, name: ServerName<'static>) -> Self {
        Self { route, tls: Some((client, name)), ..self }
    }

    /// The same application, which gets client certificates that proxies of ours pass on in headers.
    #[must_use]
    pub fn trusting_claims(mut self) -> Self {
        self.changes.keeps_claims = true;
        self
    }

    /// The head that is sent for a delivery, with these header lines besides.
    ///
    /// # Errors
    /// `http-malformed` when the request cannot be passed on: its path would lead elsewhere.
    pub fn head(&self, delivery: &Delivery, added: &[(&str, String)]) -> Result<Vec<u8>> {
        self.changes.head(&delivery.head, &delivery.request.headers, added)
    }

    /// Sends a delivery under this head, and reads the answer as far as it has come with its own; what
    /// comes later is the rest.
    ///
    /// # Errors
    /// As connecting and reading go wrong; `timeout` when it takes longer than that.
    pub async fn pass(
        &self,
        head: &[u8],
        delivery: &mut Delivery,
        limit: Duration,
    ) -> Result<(Response, Option<Rest>)> {
        let deadline = Deadline::after(limit);
        let connection = connect(&self.endpoint, &self.route, deadline).await?;
        match &self.tls {
            None if self.is_secure() => {
                Err(Error::new(Failure::TlsError, "nothing says whom to trust"))
            }
            None => Self::exchange(connection.wire, head, delivery, deadline, limit).await,
            Some((client, name)) => {
                let stream = handshake(connection, client, name.clone(), deadline).await;
                let (stream, _) = stream.map_err(|unfinished| unfinished.error)?;
                Self::exchange(stream, head, delivery, deadline, limit).await
            }
        }
    }

    async fn exchange<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        stream: S,
        head: &[u8],
        delivery: &mut Delivery,
        deadline: Deadline,
        limit: Duration,
    ) -> Result<(Response, Option<Rest>)> {
        let is_coming = delivery.coming.is_some();
        let method = delivery.request.method.clone();
        let limits = Limits { body: u64::MAX, ..Limits::default() };
        let (stream, mut out) = split(stream);
        let mut reading = Reading { stream, decoder: Decoder::new(Responses { method }, limits) };
        let (sent, begun) = {
            let sending = async {
                match is_coming {
                    true => pass_on(&mut out, head, delivery, limit).await,
                    false => deadline.limit_io(Phase::Send, send(&mut out, head, delivery)).await,
                }
            };
            let (mut sending, mut beginning) = (pin!(sending), pin!(reading.begin()));
            tokio::select! {
                biased;
                // Read even when writing fails: it may have answered before it had read everything.
                sent = &mut sending => {
                    let deadline = if is_coming { Deadline::after(limit) } else { deadline };
                    (sent, deadline.limit(Phase::Receive, beginning).await)
                }
                // It may read on, and what it answers waits here.
                begun = &mut beginning => match begun {
                    Ok(begun) => (sending.await, Ok(begun)),
                    Err(error) => (Ok(()), Err(error)),
                },
            }
        };
        match (begun, sent) {
            (Ok((response, true)), _) => Ok((response, None)),
            (Ok((response, false)), _) => Ok((response, Some(reading.go_on(limit)))),
            (Err(_), Err(error)) | (Err(error), Ok(())) => Err(error),
        }
    }
}

/// An answer on its way.
struct Reading<S> {
    stream: S,
    decoder: Decoder<Responses>,
}

impl<S: AsyncRead + Unpin + Send + 'static> Reading<S> {
    /// The answer, and whether that is all of it: nobody waits for more of the body than came with the
    /// head.
    async fn begin(&mut self) -> Result<(Response, bool)> {
        let mut begun: Option<(Response, Framing)> = None;
        loop {
            match self.decoder.next()? {
                Some(Event::Head(head)) if head.is_interim() => {}
                Some(Event::Head(head)) => {
                    let (status, reason, headers) = (head.status, head.reason, head.headers);
                    let response = Response { status, reason, headers, body: Vec::new() };
                    begun = Some((response, head.framing));
                }
                Some(Event::Body(piece)) => {
                    if let Some((response, _)) = &mut begun {
                        response.body.extend_from_slice(piece);
                    }
                }
                Some(Event::End(_)) => {
                    if let Some((response, _)) = begun.take() {
                        return Ok((framed(response, &self.decoder.side.method), true));
                    }
                }
                None => match begun.take() {
                    Some((response, framing)) => return Ok((opened(response, framing), false)),
                    None => self.read().await?,
                },
            }
        }
    }

    /// What is still to come, read while the caller takes it. Each piece may take `limit`.
    fn go_on(mut self, limit: Duration) -> Rest {
        let (pieces, rest) = mpsc::channel(WAITING);
        tokio::spawn(async move {
            loop {
                let piece = match self.decoder.next() {
                    Ok(Some(Event::Body(piece))) => Ok(piece.to_vec()),
                    Ok(Some(Event::End(_))) => return,
                    Ok(Some(Event::Head(_))) => continue,
                    Ok(None) => {
                        match Deadline::after(limit).limit(Phase::Receive, self.read()).await {
                            Ok(()) => continue,
                            Err(error) => Err(error),
                        }
                    }
                    Err(refusal) => Err(refusal.into()),
                };
                let is_over = piece.is_err();
                // Whoever has gone needs no more of it.
                if pieces.send(piece).await.is_err() || is_over {
                    return;
                }
            }
        });
        rest
    }

    async fn read(&mut self) -> Result<()> {
        let input = self.decoder.input();
        input.reserve(PIECE);
        let read = self.stream.read_buf(input).await;
        if read.map_err(|error| from_io(Phase::Receive, &error))? == 0 {
            if self.decoder.is_idle() {
                let message = "the application closed the connection without an answer";
                return Err(Error::new(Failure::Closed, message));
            }
            self.decoder.close();
        }
        Ok(())
    }
}

/// What belonged to that connection alone goes; what is left of the framing is a length, if it has one.
fn opened(mut response: Response, framing: Framing) -> Response {
    for name in ["Connection", "Keep-Alive", "Transfer-Encoding", "Trailer", "Upgrade"] {
        response.headers.remove(name);
    }
    if !matches!(framing, Framing::Length(_)) {
        response.headers.remove("Content-Length");
    }
    response
}

/// The length is that of the body.
fn framed(response: Response, method: &str) -> Response {
    let bodyless = method == "HEAD" || matches!(response.status, 204 | 304);
    let length = response.headers.get("Content-Length").map(<[u8]>::to_vec);
    let mut response = opened(response, Framing::Empty);
    match (bodyless, length) {
        (true, Some(length)) => response.headers.set_value("Content-Length", length),
        (true, None) => {}
        (false, _) => {
            response.headers.set_value("Content-Length", response.body.len().to_string());
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_is_scheme_host_port_and_perhaps_a_path() {
        for (text, shown, base) in [
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000", ""),
            ("http://localhost/", "http://localhost:80", ""),
            ("https://app.example", "https://app.example:443", ""),
            ("https://app.example:8443/a/b/", "https://app.example:8443/a/b", "/a/b"),
        ] {
            let application = text.parse::<Application>().unwrap();
            assert_eq!(application.to_string(), shown);
            assert_eq!(application.changes.base, base);
            assert_eq!(application.changes.host.is_some(), application.is_secure());
        }
        for text in [
            "ftp://localhost",
            "localhost:3000",
            "http://a?b",
            "http://a/b#c",
            "http://",
            "http://u:p@a",
            "http://a/b c",
            "http://a/\u{e9}",
        ] {
            assert!(text.parse::<Application>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_answer_is_framed_by_what_is_known_of_it() {
        let answer = |lines: &[(&str, &str)], body: &str| {
            let mut response = Response { status: 200, body: body.into(), ..Response::default() };
            lines.iter().for_each(|(name, value)| response.headers.push(*name, *value));
            response
        };
        let lines = [("Keep-Alive", "x"), ("content-length", "9"), ("X-A", "1")];
        let names = |response: &Response| {
            let lines = response.headers.iter();
            lines.map(|line| (line.name.clone(), line.value.clone())).collect::<Vec<_>>()
        };
        let line = |name: &str, value: &str| (name.to_owned(), value.as_bytes().to_vec());
        let open = opened(answer(&lines, "ab"), Framing::Length(9));
        assert_eq!(names(&open), [line("content-length", "9"), line("X-A", "1")]);
        let chunks = opened(answer(&lines[..1], "ab"), Framing::Chunked);
        assert_eq!(names(&chunks), []);
        let whole = framed(answer(&lines, "ab"), "POST");
        assert_eq!(names(&whole), [line("X-A", "1"), line("Content-Length", "2")]);
        let head = framed(answer(&lines, ""), "HEAD");
        assert_eq!(names(&head), [line("X-A", "1"), line("Content-Length", "9")]);
    }
}
