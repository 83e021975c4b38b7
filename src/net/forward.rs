//! Passes a received request on to a local application, with the bytes it came in.

use std::io;
use std::str::FromStr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufWriter};

use super::connect::{Reach, Route, connect};
use super::fault::{Deadline, Phase};
use super::serve::Delivery;
use super::target::{Endpoint, Target};
use super::wire::Wire;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::Response;
use crate::http::codec::{Decoder, Event, Limits, Responses};

/// The application: `http://host:port`, with nothing after it. It is on this machine, unless
/// [`Application::anywhere`] says that it need not be.
#[derive(Clone, Debug)]
pub struct Application {
    endpoint: Endpoint,
    route: Route,
}

impl FromStr for Application {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refused = |message: &str| {
            Error::usage(message.to_owned()).help("for example --forward http://127.0.0.1:3000")
        };
        let rest = text
            .strip_prefix("http://")
            .ok_or_else(|| refused("an application is given as http://host:port"))?;
        // The bytes travel unchanged, so the request target cannot be another one.
        if rest.trim_end_matches('/').contains(['/', '?', '#']) {
            return Err(refused("path and query are those of the request, so none can be given"));
        }
        let target: Target = rest.trim_end_matches('/').parse()?;
        let route = Route { reach: Reach::ThisMachine, ..Route::default() };
        Ok(Self { endpoint: target.endpoint(80), route })
    }
}

impl std::fmt::Display for Application {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "http://{}", self.endpoint)
    }
}

impl Application {
    /// Why it is on another machine, as far as that is known before its name is looked up.
    pub fn elsewhere(&self) -> Option<String> {
        self.route.elsewhere(&self.endpoint)
    }

    /// The same application, wherever it is: everybody on the way may read along.
    #[must_use]
    pub fn anywhere(self) -> Self {
        Self { route: Route { reach: Reach::Anywhere, ..self.route }, ..self }
    }

    /// Sends a delivery and reads the answer, which comes back with a length instead of chunks.
    ///
    /// # Errors
    /// As connecting and reading go wrong; `timeout` when it takes longer than that.
    pub async fn pass(&self, delivery: &Delivery, limit: Duration) -> Result<Response> {
        let deadline = Deadline::after(limit);
        let mut stream = connect(&self.endpoint, &self.route, deadline).await?.wire;
        // Read even when writing fails: an application may answer before it has read everything.
        let sent = deadline.limit_io(Phase::Send, send(&mut stream, delivery)).await;
        let answer = read(&mut stream, &delivery.request.method, &deadline).await;
        match (answer, sent) {
            (Ok(response), _) => Ok(response),
            (Err(_), Err(error)) | (Err(error), Ok(())) => Err(error),
        }
    }
}

/// The head as it came. A body that came in chunks goes on as one chunk; it is not copied.
async fn send(stream: &mut Wire, delivery: &Delivery) -> io::Result<()> {
    let mut out = BufWriter::new(stream);
    let body = &*delivery.body;
    out.write_all(&delivery.head).await?;
    if !delivery.chunked {
        out.write_all(body).await?;
        return out.flush().await;
    }
    if !body.is_empty() {
        out.write_all(format!("{:x}\r\n", body.len()).as_bytes()).await?;
        out.write_all(body).await?;
        out.write_all(b"\r\n").await?;
    }
    out.write_all(b"0\r\n").await?;
    for line in delivery.trailers.iter() {
        out.write_all(&[line.name.as_bytes(), b": ", &line.value, b"\r\n"].concat()).await?;
    }
    out.write_all(b"\r\n").await?;
    out.flush().await
}

async fn read(stream: &mut Wire, method: &str, deadline: &Deadline) -> Result<Response> {
    let mut decoder = Decoder::new(Responses { method: method.to_owned() }, Limits::default());
    let mut response: Option<Response> = None;
    loop {
        match decoder.next()? {
            Some(Event::Head(head)) if head.is_interim() => response = None,
            Some(Event::Head(head)) => {
                let (status, reason, headers) = (head.status, head.reason, head.headers);
                response = Some(Response { status, reason, headers, body: Vec::new() });
            }
            Some(Event::Body(piece)) => {
                if let Some(response) = &mut response {
                    response.body.extend_from_slice(piece);
                }
            }
            Some(Event::End(_)) => {
                if let Some(response) = response.take() {
                    return Ok(framed(response, method));
                }
            }
            None => {
                let input = decoder.input();
                input.reserve(16 * 1024);
                if deadline.limit_io(Phase::Receive, stream.read_buf(input)).await? == 0 {
                    if decoder.is_idle() {
                        let message = "the application closed the connection without an answer";
                        return Err(Error::new(Failure::Closed, message));
                    }
                    decoder.close();
                }
            }
        }
    }
}

/// What belonged to that connection alone goes; the length is that of the body.
fn framed(mut response: Response, method: &str) -> Response {
    for name in ["Connection", "Keep-Alive", "Transfer-Encoding", "Trailer", "Upgrade"] {
        response.headers.remove(name);
    }
    let bodyless = method == "HEAD" || matches!(response.status, 204 | 304);
    if !bodyless {
        response.headers.set_value("Content-Length", response.body.len().to_string());
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_is_host_and_port() {
        for (text, shown) in [
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("http://localhost/", "http://localhost:80"),
        ] {
            assert_eq!(text.parse::<Application>().unwrap().to_string(), shown);
        }
        for text in ["https://localhost", "localhost:3000", "http://a/b", "http://a?b", "http://"] {
            assert!(text.parse::<Application>().is_err(), "{text}");
        }
    }
}
