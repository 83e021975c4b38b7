//! What `listen` writes: a delivery as one line of `.har.ndjson`, a HAR 1.2 entry with extensions.
//!
//! `_raw` holds the exact bytes: the head as it came, and the body with the transfer coding
//! removed (chunk sizes are not what a sender signs). Everything that HAR itself has a place for
//! is there too, so that other tools can open it.

use std::borrow::Cow;
use std::io::{self, Write};
use std::net::SocketAddr;

use serde::Serialize;
use time::OffsetDateTime;

pub use super::client_certificate::ClientCertificate;
use crate::cert::rfc3339;
use crate::digest::{base64, write_base64};
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
    /// What it came over, made by [`connection`].
    pub connection: &'a str,
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

/// The members of a line that are the same for all deliveries of a connection.
pub fn connection(peer: SocketAddr, tls: Option<&Tls>) -> String {
    let (ip, port) = (peer.ip(), peer.port());
    // Every key is text.
    let tls = json::text(&tls).unwrap_or_default();
    format!(",\"_peer\":{{\"ip\":\"{ip}\",\"port\":{port}}},\"_tls\":{tls}")
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
        let mut line = room(self.body);
        // Writing to memory cannot fail.
        let _ = self.write(&mut line);
        line
    }

    /// Writes the line piece by piece: it is longer than twice the body, which may be large.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        self.write_entry(out, self.body_size(), &[])?;
        if !self.is_unread {
            raw(out, ",\"_raw\":{\"headBase64\":\"")?;
            write_base64(out, self.head)?;
            raw(out, "\",\"bodyBase64\":\"")?;
            write_base64(out, self.body)?;
            raw(out, "\"}")?;
        }
        raw(out, "}\n")
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
        let mut line = room(record.body);
        let written = record.write_entry(&mut line, self.body_size(), &redaction.places);
        // Writing to memory cannot fail.
        let _ = written.and_then(|()| raw(&mut line, "}\n"));
        line
    }

    /// Writes everything but the exact bytes and the last brace. By hand: there are 150 short pieces in a
    /// line, and serde makes three writes of each.
    fn write_entry(
        &self,
        out: &mut impl Write,
        body_size: i64,
        redacted: &[String],
    ) -> io::Result<()> {
        let (at, time) = (moment(self.received_at), milliseconds(self.elapsed_ms));
        text(out, "{\"startedDateTime\":", &at)?;
        value(out, ",\"time\":", &time)?;
        self.write_request(out, body_size)?;
        write_response(out, self.response)?;
        value(out, ",\"cache\":{},\"timings\":{\"send\":0.0,\"wait\":", &time)?;
        value(out, ",\"receive\":0.0},\"_seq\":", &self.seq)?;
        text(out, ",\"_receivedAt\":", &at)?;
        raw(out, self.connection)?;
        raw(out, ",\"_clientCertificate\":")?;
        match self.client_certificate {
            Some(it) => it.write(out, self.verified, self.verify_error.as_deref())?,
            None => raw(out, "null")?,
        }
        value(out, ",\"_verify\":", &self.verify)?;
        text(out, ",\"_bodySha256\":", self.body_sha256)?;
        if !self.trailers.is_empty() {
            pairs(out, ",\"_trailers\":", self.trailers.iter().map(pair))?;
        }
        if !redacted.is_empty() {
            value(out, ",\"_redacted\":", redacted)?;
        }
        Ok(())
    }

    fn write_request(&self, out: &mut impl Write, body_size: i64) -> io::Result<()> {
        let Request { method, target, headers, .. } = self.request;
        text(out, ",\"request\":{\"method\":", method)?;
        match Url::of(target).is_absolute() {
            true => text(out, ",\"url\":", target)?,
            false => text(out, ",\"url\":", &[self.origin, target].concat())?,
        }
        raw(out, ",\"httpVersion\":\"HTTP/1.1\",\"cookies\":[]")?;
        pairs(out, ",\"headers\":", headers.iter().map(pair))?;
        pairs(out, ",\"queryString\":", parameters(target).into_iter())?;
        if !self.body.is_empty() {
            let mime_type = headers.text("Content-Type").unwrap_or_default();
            text(out, ",\"postData\":{\"mimeType\":", &mime_type)?;
            match std::str::from_utf8(self.body) {
                Ok(body) => text(out, ",\"text\":", body)?,
                Err(_) => {
                    // HAR 1.3.
                    text(out, ",\"text\":", &base64(self.body))?;
                    raw(out, ",\"encoding\":\"base64\"")?;
                }
            }
            raw(out, "}")?;
        }
        value(out, ",\"headersSize\":", &self.head.len())?;
        value(out, ",\"bodySize\":", &body_size)?;
        raw(out, "}")
    }

    /// -1 where it was not read.
    fn body_size(&self) -> i64 {
        if self.is_unread { -1 } else { size(self.body.len()) }
    }
}

fn write_response(out: &mut impl Write, response: &Response) -> io::Result<()> {
    let size = answered_size(response);
    value(out, ",\"response\":{\"status\":", &response.status)?;
    text(out, ",\"statusText\":", &response.reason)?;
    raw(out, ",\"httpVersion\":\"HTTP/1.1\",\"cookies\":[]")?;
    pairs(out, ",\"headers\":", response.headers.iter().map(pair))?;
    value(out, ",\"content\":{\"size\":", &size)?;
    text(out, ",\"mimeType\":", &response.headers.text("Content-Type").unwrap_or_default())?;
    value(out, "},\"redirectURL\":\"\",\"headersSize\":-1,\"bodySize\":", &size)?;
    raw(out, "}")
}

/// Writes JSON that is ready.
fn raw(out: &mut impl Write, json: &str) -> io::Result<()> {
    out.write_all(json.as_bytes())
}

/// Writes JSON that is ready, and a string behind it.
fn text(out: &mut impl Write, before: &str, text: &str) -> io::Result<()> {
    raw(out, before)?;
    json::string(out, text)
}

/// The same with any value.
fn value(out: &mut impl Write, before: &str, value: &(impl Serialize + ?Sized)) -> io::Result<()> {
    raw(out, before)?;
    json::write(out, value)
}

/// The same with names and values.
fn pairs<'a>(
    out: &mut impl Write,
    before: &str,
    pairs: impl Iterator<Item = Pair<'a>>,
) -> io::Result<()> {
    raw(out, before)?;
    let mut start = "[{\"name\":";
    for Pair { name, value } in pairs {
        text(out, start, &name)?;
        text(out, ",\"value\":", &value)?;
        start = "},{\"name\":";
    }
    raw(out, if start.starts_with('[') { "[]" } else { "}]" })
}

/// Twice the body (as text and as base64), the head likewise, and a chain in PEM.
fn room(body: &[u8]) -> Vec<u8> {
    Vec::with_capacity(4096 + body.len() * 5 / 2)
}

fn size(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// The length of the body of an answer; -1 where it is still on its way and does not say.
fn answered_size(response: &Response) -> i64 {
    let stated = response.headers.text("Content-Length").and_then(|text| text.parse().ok());
    let unknown = if matches!(response.status, 0 | 204 | 304) { 0 } else { -1 };
    stated.unwrap_or(unknown)
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

fn milliseconds(exact: f64) -> f64 {
    (exact * 1000.0).round() / 1000.0
}

/// RFC 3339 in UTC with nanoseconds.
fn moment(at: OffsetDateTime) -> String {
    let mut text = rfc3339(at);
    text.pop();
    text.push('.');
    // A one before nine digits keeps their zeros.
    text.push_str(&(1_000_000_000 + at.nanosecond()).to_string()[1..]);
    text.push('Z');
    text
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
