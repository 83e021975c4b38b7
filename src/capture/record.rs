//! What `listen` writes: a delivery as one line of `.har.ndjson`, a HAR 1.2 entry with extensions.
//!
//! `_raw` holds the exact bytes: the head as it came, and the body with the transfer coding
//! removed (chunk sizes are not what a sender signs). Everything that HAR itself has a place for
//! is there too, so that other tools can open it.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;
use time::OffsetDateTime;
use time::macros::format_description;

pub use super::client_certificate::ClientCertificate;
use super::client_certificate::Presented;
use crate::digest::{base64, base64_display};
use crate::http::percent;
use crate::http::{Header, Headers, Request, Response, Url};
use crate::json;

/// A delivery and all that is known about it; `V` is the check of its signature or token.
pub struct Record<'a, V> {
    /// Its number in this capture, from 1.
    pub seq: u64,
    /// When its head was complete.
    pub received_at: OffsetDateTime,
    /// From then to the answer, in milliseconds.
    pub elapsed_ms: f64,
    /// `https://host:port`, without a path.
    pub origin: &'a str,
    /// The request; its body does not count.
    pub request: &'a Request,
    /// Its body.
    pub body: &'a [u8],
    /// The exact bytes of its head.
    pub head: &'a [u8],
    /// SHA-256 of its body, lower-case hex; empty when it was not read.
    pub body_sha256: &'a str,
    /// Whether the body was not read, because its sender was refused whatever it said: then the
    /// exact bytes are not here.
    pub is_unread: bool,
    /// Header lines that came after its chunks.
    pub trailers: &'a Headers,
    /// The answer.
    pub response: &'a Response,
    /// Address and port of the sender.
    pub peer: std::net::SocketAddr,
    /// What it came over.
    pub tls: Option<&'a Tls>,
    /// The client certificate.
    pub client_certificate: Option<&'a ClientCertificate>,
    /// Whether that passed its check; none when there was nothing to check it against.
    pub verified: Option<bool>,
    /// Why it did not.
    pub verify_error: Option<String>,
    /// The check of its signature or token.
    pub verify: Option<&'a V>,
}

/// The TLS that a delivery came over.
#[derive(Clone, Debug, Serialize)]
pub struct Tls {
    /// For example `TLSv1.3`.
    pub version: Option<&'static str>,
    /// Registered name of the suite.
    pub cipher: Option<String>,
    /// The application protocol that was chosen.
    pub alpn: Option<String>,
    /// The name that was asked for.
    pub sni: Option<String>,
    /// Whether an earlier session was resumed.
    pub resumed: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a, V> {
    started_date_time: String,
    time: f64,
    request: Sent<'a>,
    response: Answered<'a>,
    cache: Empty,
    timings: Timings,
    #[serde(rename = "_seq")]
    seq: u64,
    #[serde(rename = "_receivedAt")]
    received_at: String,
    #[serde(rename = "_peer")]
    peer: Peer,
    #[serde(rename = "_tls")]
    tls: Option<&'a Tls>,
    #[serde(rename = "_clientCertificate")]
    client_certificate: Option<Presented<'a>>,
    #[serde(rename = "_verify")]
    verify: Option<&'a V>,
    #[serde(rename = "_bodySha256")]
    body_sha256: &'a str,
    #[serde(rename = "_trailers", skip_serializing_if = "Vec::is_empty")]
    trailers: Vec<Pair<'a>>,
    #[serde(rename = "_redacted", skip_serializing_if = "Vec::is_empty")]
    redacted: Vec<String>,
}

#[derive(Serialize)]
struct Empty {}

#[derive(Serialize)]
struct Timings {
    send: f64,
    wait: f64,
    receive: f64,
}

#[derive(Serialize)]
struct Peer {
    ip: String,
    port: u16,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sent<'a> {
    method: &'a str,
    url: String,
    http_version: &'a str,
    cookies: [(); 0],
    headers: Vec<Pair<'a>>,
    query_string: Vec<Pair<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    post_data: Option<PostData<'a>>,
    headers_size: usize,
    /// -1 where it was not read.
    body_size: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PostData<'a> {
    mime_type: String,
    text: Cow<'a, str>,
    /// HAR 1.3; only where the body is no UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answered<'a> {
    status: u16,
    status_text: &'a str,
    http_version: &'a str,
    cookies: [(); 0],
    headers: Vec<Pair<'a>>,
    content: Content,
    #[serde(rename = "redirectURL")]
    redirect_url: &'a str,
    headers_size: i8,
    body_size: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    size: i64,
    mime_type: String,
}

/// A header line or a parameter.
#[derive(Serialize)]
pub(super) struct Pair<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) value: Cow<'a, str>,
}

impl<V: Serialize> Record<'_, V> {
    /// The line, with its newline.
    pub fn line(&self) -> Vec<u8> {
        let mut line = appended(&self.entry(), self.body.len());
        line.pop();
        // Writing to memory cannot fail.
        let _ = self.close(&mut line);
        line
    }

    /// Writes the line piece by piece: it is longer than twice the body, which may be large.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        json::write(Unclosed { out: &mut out, last: None }, &self.entry())?;
        self.close(&mut out)
    }

    /// Ends the line of an entry that lacks its last brace, with the exact bytes. In base64 nothing has to
    /// be escaped; it is a third of the line, and the larger the body, the more.
    fn close(&self, out: &mut impl Write) -> io::Result<()> {
        if !self.is_unread {
            let (head, body) = (base64_display(self.head), base64_display(self.body));
            write!(out, ",\"_raw\":{{\"headBase64\":\"{head}\",\"bodyBase64\":\"{body}\"}}")?;
        }
        out.write_all(b"}\n")
    }

    /// The line with placeholders for what may be confidential. The digest of the body and the
    /// outcome of its check stay, so the record still proves what was checked.
    pub fn redacted_line(&self) -> Vec<u8> {
        let mut redaction = super::redact::Redaction::default();
        let request = redaction.request(self.request, self.body);
        let (response, trailers) =
            (redaction.response(self.response), redaction.trailers(self.trailers));
        let verify_error = self.verify_error.clone();
        let record = Record {
            request: &request,
            body: &request.body,
            response: &response,
            trailers: &trailers,
            verify_error,
            ..*self
        };
        let mut entry = record.entry();
        if !self.is_unread {
            entry.request.body_size = size(self.body.len());
        }
        entry.redacted = redaction.places;
        let mut line = appended(&entry, request.body.len());
        line.push(b'\n');
        line
    }

    fn entry(&self) -> Entry<'_, V> {
        let at = moment(self.received_at);
        Entry {
            started_date_time: at.clone(),
            time: milliseconds(self.elapsed_ms),
            request: self.sent(),
            response: answered(self.response),
            cache: Empty {},
            timings: Timings { send: 0.0, wait: milliseconds(self.elapsed_ms), receive: 0.0 },
            seq: self.seq,
            received_at: at,
            peer: Peer { ip: self.peer.ip().to_string(), port: self.peer.port() },
            tls: self.tls,
            client_certificate: self
                .client_certificate
                .map(|it| it.judged(self.verified, self.verify_error.as_deref())),
            verify: self.verify,
            body_sha256: self.body_sha256,
            trailers: pairs(self.trailers),
            redacted: Vec::new(),
        }
    }

    fn sent(&self) -> Sent<'_> {
        let Request { method, target, headers, .. } = self.request;
        let body = self.body;
        let url = match Url::of(target).is_absolute() {
            true => target.clone(),
            false => format!("{}{target}", self.origin),
        };
        Sent {
            method,
            url,
            http_version: "HTTP/1.1",
            cookies: [],
            headers: pairs(headers),
            query_string: parameters(target),
            post_data: (!body.is_empty()).then(|| post_data(headers, body)),
            headers_size: self.head.len(),
            body_size: if self.is_unread { -1 } else { size(body.len()) },
        }
    }
}

fn size(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

fn answered(response: &Response) -> Answered<'_> {
    let size = answered_size(response);
    Answered {
        status: response.status,
        status_text: &response.reason,
        http_version: "HTTP/1.1",
        cookies: [],
        headers: pairs(&response.headers),
        content: Content {
            size,
            mime_type: response.headers.text("Content-Type").unwrap_or_default(),
        },
        redirect_url: "",
        headers_size: -1,
        body_size: size,
    }
}

/// The length of the body of an answer; -1 where it is still on its way and does not say.
fn answered_size(response: &Response) -> i64 {
    let stated = response.headers.text("Content-Length").and_then(|text| text.parse().ok());
    let unknown = if matches!(response.status, 0 | 204 | 304) { 0 } else { -1 };
    stated.unwrap_or(unknown)
}

fn post_data<'a>(headers: &Headers, body: &'a [u8]) -> PostData<'a> {
    let mime_type = headers.text("Content-Type").unwrap_or_default();
    match std::str::from_utf8(body) {
        Ok(text) => PostData { mime_type, text: text.into(), encoding: None },
        Err(_) => PostData { mime_type, text: base64(body).into(), encoding: Some("base64") },
    }
}

fn pairs(headers: &Headers) -> Vec<Pair<'_>> {
    headers.iter().map(pair).collect()
}

fn pair(line: &Header) -> Pair<'_> {
    Pair { name: line.name.as_str().into(), value: shown(&line.value) }
}

/// The value of a header line as text. A byte above ASCII that is no UTF-8 is the Latin-1 character
/// it was for a long time.
pub(super) fn shown(value: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(value) {
        Ok(text) => text.into(),
        Err(_) => value.iter().copied().map(char::from).collect::<String>().into(),
    }
}

/// The names and values in the query of a target, decoded.
pub(super) fn parameters(target: &str) -> Vec<Pair<'static>> {
    let query = target.split_once('?').map_or("", |(_, query)| query);
    query.split('&').filter(|pair| !pair.is_empty()).map(parameter).collect()
}

fn parameter(pair: &str) -> Pair<'static> {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let decode = |text: &str| {
        String::from_utf8_lossy(&percent::decode(text.as_bytes(), true)).into_owned().into()
    };
    Pair { name: decode(name), value: decode(value) }
}

fn appended(entry: &Entry<'_, impl Serialize>, body: usize) -> Vec<u8> {
    // Twice the body (as text and as base64), the head likewise, and a chain in PEM.
    let mut line = Vec::with_capacity(4096 + body * 5 / 2);
    // Writing to memory cannot fail, and every key is text.
    let _ = json::append(&mut line, entry);
    line
}

/// Passes all on but the last byte.
struct Unclosed<W> {
    out: W,
    last: Option<u8>,
}

impl<W: Write> Write for Unclosed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some((last, before)) = bytes.split_last() {
            self.out.write_all(self.last.replace(*last).as_slice())?;
            self.out.write_all(before)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn milliseconds(exact: f64) -> f64 {
    (exact * 1000.0).round() / 1000.0
}

/// RFC 3339 in UTC with nanoseconds.
fn moment(at: OffsetDateTime) -> String {
    let format =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:9]Z");
    at.to_offset(time::UtcOffset::UTC).format(format).unwrap_or_default()
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
