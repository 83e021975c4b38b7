//! What `listen` writes: a delivery as one line of `.har.ndjson`, a HAR 1.2 entry with extensions.
//!
//! `_raw` holds the exact bytes: the head as it came, and the body with the transfer coding
//! removed (chunk sizes are not what a sender signs). Everything that HAR itself has a place for
//! is there too, so that other tools can open it.

use serde::Serialize;
use time::OffsetDateTime;
use time::macros::format_description;

use crate::digest::base64;
use crate::fact::Facts;
use crate::http::percent;
use crate::http::{Header, Headers, Request, Response, Url};

/// A delivery and all that is known about it.
pub struct Record<'a> {
    /// Its number in this capture, from 1.
    pub seq: u64,
    /// When its head was complete.
    pub received_at: OffsetDateTime,
    /// From then to the answer, in milliseconds.
    pub elapsed_ms: f64,
    /// `https://host:port`, without a path.
    pub origin: &'a str,
    /// The request.
    pub request: &'a Request,
    /// The exact bytes of its head.
    pub head: &'a [u8],
    /// SHA-256 of its body, lower-case hex.
    pub body_sha256: &'a str,
    /// Header lines that came after its chunks.
    pub trailers: &'a Headers,
    /// The answer.
    pub response: &'a Response,
    /// Address and port of the sender.
    pub peer: std::net::SocketAddr,
    /// `version`, `cipher`, `alpn`, `sni`, `resumed`.
    pub tls: Option<&'a Facts>,
    /// The client certificate and what became of its check.
    pub client_certificate: Option<&'a Facts>,
    /// The check of its signature or token.
    pub verify: Option<&'a Facts>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
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
    tls: Option<&'a Facts>,
    #[serde(rename = "_clientCertificate")]
    client_certificate: Option<&'a Facts>,
    #[serde(rename = "_verify")]
    verify: Option<&'a Facts>,
    #[serde(rename = "_bodySha256")]
    body_sha256: &'a str,
    #[serde(rename = "_trailers", skip_serializing_if = "Vec::is_empty")]
    trailers: Vec<Pair<'a>>,
    #[serde(rename = "_redacted", skip_serializing_if = "Vec::is_empty")]
    redacted: Vec<String>,
    #[serde(rename = "_raw", skip_serializing_if = "Option::is_none")]
    raw: Option<Raw>,
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
struct Raw {
    head_base64: String,
    body_base64: String,
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
    post_data: Option<PostData>,
    headers_size: usize,
    body_size: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PostData {
    mime_type: String,
    text: String,
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
    body_size: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    size: usize,
    mime_type: String,
}

/// A header line or a parameter.
#[derive(Serialize)]
pub(super) struct Pair<'a> {
    pub(super) name: std::borrow::Cow<'a, str>,
    pub(super) value: std::borrow::Cow<'a, str>,
}

impl Record<'_> {
    /// The line, with its newline.
    pub fn line(&self) -> Vec<u8> {
        finished(&self.entry(), self.request.body.len())
    }

    /// The line with placeholders for what may be confidential. The digest of the body and the
    /// outcome of its check stay, so the record still proves what was checked.
    pub fn redacted_line(&self) -> Vec<u8> {
        let mut redaction = super::redact::Redaction::default();
        let request = redaction.request(self.request);
        let (response, trailers) =
            (redaction.response(self.response), redaction.trailers(self.trailers));
        let record =
            Record { request: &request, response: &response, trailers: &trailers, ..*self };
        let mut entry = record.entry();
        entry.request.body_size = self.request.body.len();
        entry.redacted = redaction.places;
        entry.raw = None;
        finished(&entry, request.body.len())
    }

    fn entry(&self) -> Entry<'_> {
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
            client_certificate: self.client_certificate,
            verify: self.verify,
            body_sha256: self.body_sha256,
            trailers: pairs(self.trailers),
            redacted: Vec::new(),
            raw: Some(Raw {
                head_base64: base64(self.head),
                body_base64: base64(&self.request.body),
            }),
        }
    }

    fn sent(&self) -> Sent<'_> {
        let Request { method, target, headers, body } = self.request;
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
            body_size: body.len(),
        }
    }
}

fn answered(response: &Response) -> Answered<'_> {
    Answered {
        status: response.status,
        status_text: &response.reason,
        http_version: "HTTP/1.1",
        cookies: [],
        headers: pairs(&response.headers),
        content: Content {
            size: response.body.len(),
            mime_type: response.headers.text("Content-Type").unwrap_or_default(),
        },
        redirect_url: "",
        headers_size: -1,
        body_size: response.body.len(),
    }
}

fn post_data(headers: &Headers, body: &[u8]) -> PostData {
    let mime_type = headers.text("Content-Type").unwrap_or_default();
    match std::str::from_utf8(body) {
        Ok(text) => PostData { mime_type, text: text.to_owned(), encoding: None },
        Err(_) => PostData { mime_type, text: base64(body), encoding: Some("base64") },
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
pub(super) fn shown(value: &[u8]) -> std::borrow::Cow<'_, str> {
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

fn finished(entry: &Entry<'_>, body: usize) -> Vec<u8> {
    // Twice the body (as text and as base64), and a chain in PEM.
    let mut line = Vec::with_capacity(2048 + body * 5 / 2);
    // Writing to memory cannot fail, and every key is text.
    let _ = serde_json::to_writer(&mut line, entry);
    line.push(b'\n');
    line
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
