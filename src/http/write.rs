//! Messages written as they are: header lines in their order and case, nothing added, nothing
//! merged. What could be read as two messages is refused.

use std::io::Write;

use super::{Header, Headers, Request, Response};
use crate::error::{Error, Result};
use crate::failure::Failure;

impl Request {
    /// Makes the headers say how long the body is: no transfer coding, and one `Content-Length`
    /// in its old place, or at the end when there is a body and none was given.
    pub fn frame(&mut self) {
        self.headers.remove("Transfer-Encoding");
        self.headers.remove("Trailer");
        if !self.body.is_empty() || self.headers.get("Content-Length").is_some() {
            self.headers.set_value("Content-Length", self.body.len().to_string());
        }
    }

    /// Whether it can be written: nothing in method, target or a header line ends it early.
    ///
    /// # Errors
    /// `http-malformed`, which says where the character stands. Values are not repeated, they may
    /// be secret.
    pub fn check(&self) -> Result<()> {
        if !is_token(self.method.as_bytes()) {
            return Err(unwritable("the method is not an HTTP method"));
        }
        if self.target.is_empty() {
            return Err(unwritable("the request target is empty"));
        }
        let is_end = |byte: u8| byte <= b' ' || byte == 0x7f;
        if let Some(at) = self.target.bytes().position(is_end) {
            return Err(unwritable(found("the request target", self.target.as_bytes()[at], at)));
        }
        self.headers.iter().try_for_each(|line| check_line(&line.name, &line.value))
    }

    /// Appends the request as it travels over HTTP/1.1.
    ///
    /// # Errors
    /// As [`Request::check`].
    pub fn write(&self, out: &mut Vec<u8>) -> Result<()> {
        self.check()?;
        out.reserve(256 + self.body.len());
        for part in [self.method.as_str(), " ", self.target.as_str(), " HTTP/1.1\r\n"] {
            out.extend_from_slice(part.as_bytes());
        }
        write_headers(self.headers.iter().map(parts), out);
        out.extend_from_slice(&self.body);
        Ok(())
    }
}

/// A piece of a body, which is not empty, as a chunk (RFC 9112 section 7.1).
pub fn chunk(piece: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat()
}

impl Response {
    /// A short answer in plain text, closed by a newline; framed.
    pub fn text(status: u16, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        let mut headers = Headers::new();
        headers.push("Content-Type", "text/plain; charset=utf-8");
        headers.push("Content-Length", body.len().to_string());
        Self { status, reason: reason(status).to_owned(), headers, body }
    }

    /// Appends the response as it travels over HTTP/1.1. What is said of the connection takes the place of
    /// what its headers say.
    ///
    /// # Errors
    /// When the reason or a header line has bytes that would end it early.
    pub fn write(&self, connection: Option<&str>, out: &mut Vec<u8>) -> Result<()> {
        check_line("Reason", self.reason.as_bytes())?;
        let is_said =
            |line: &&Header| connection.is_some() && line.name.eq_ignore_ascii_case("Connection");
        let lines = || self.headers.iter().filter(|line| !is_said(line));
        lines().try_for_each(|line| check_line(&line.name, &line.value))?;
        out.reserve(128 + self.body.len());
        // Memory takes all of it.
        let _ = write!(out, "HTTP/1.1 {:03} {}\r\n", self.status, self.reason);
        write_headers(
            lines().map(parts).chain(connection.map(|value| ("Connection", value.as_bytes()))),
            out,
        );
        out.extend_from_slice(&self.body);
        Ok(())
    }
}

/// Reason phrase of a status (RFC 9110 section 15), empty for those we never give ourselves.
pub fn reason(status: u16) -> &'static str {
    match status {
        100 => "Continue",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        507 => "Insufficient Storage",
        _ => "",
    }
}

/// Appends lines that were checked, and the empty one behind them.
fn write_headers<'a>(lines: impl Iterator<Item = (&'a str, &'a [u8])>, out: &mut Vec<u8>) {
    for (name, value) in lines {
        write_line(name, value, out);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
}

fn parts(line: &Header) -> (&str, &[u8]) {
    (&line.name, &line.value)
}

fn write_line(name: &str, value: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
}

/// Appends `name: value`, without an end of line.
///
/// # Errors
/// As [`check_line`].
pub fn header_line(name: &str, value: &[u8], out: &mut Vec<u8>) -> Result<()> {
    check_line(name, value)?;
    write_line(name, value, out);
    Ok(())
}

/// Whether a header line is one line: a name that is a token, and a value without control
/// characters but the tab (RFC 9110 sections 5.1 and 5.5).
///
/// # Errors
/// `http-malformed`, which says where the character stands.
pub fn check_line(name: &str, value: &[u8]) -> Result<()> {
    if let Some(at) = name.bytes().position(|byte| !TOKEN[usize::from(byte)]) {
        return Err(unwritable(found("the name of a header", name.as_bytes()[at], at)));
    }
    if name.is_empty() {
        return Err(unwritable("the name of a header is empty"));
    }
    match value.iter().position(|byte| is_control(*byte)) {
        Some(at) => Err(unwritable(found(&format!("the header {name}"), value[at], at))),
        None => Ok(()),
    }
}

/// What may stand in no header value: it could end the line.
pub(crate) fn is_control(byte: u8) -> bool {
    byte < b' ' && byte != b'\t' || byte == 0x7f
}

/// `token` of RFC 9110 section 5.6.2.
pub(crate) fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|byte| TOKEN[usize::from(*byte)])
}

/// The bytes that may stand in one.
const TOKEN: [bool; 256] = {
    let (mut is_part, marks, mut at) = ([false; 256], b"!#$%&'*+-.^_`|~", 0);
    while at < is_part.len() {
        is_part[at] = (at as u8).is_ascii_alphanumeric();
        at += 1;
    }
    at = 0;
    while at < marks.len() {
        is_part[marks[at] as usize] = true;
        at += 1;
    }
    is_part
};

fn found(place: &str, byte: u8, at: usize) -> String {
    let what = match byte {
        b'\r' => "a carriage return".to_owned(),
        b'\n' => "a line feed".to_owned(),
        0 => "a NUL".to_owned(),
        b' ' => "a blank".to_owned(),
        _ => format!("the byte 0x{byte:02x}"),
    };
    format!("{place} has {what} at byte {at}")
}

fn unwritable(what: impl Into<String>) -> Error {
    Error::new(Failure::HttpMalformed, what)
        .help("it would change the meaning of the message, so it is not sent: remove it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_added_or_merged() {
        let mut request =
            Request { method: "POST".into(), target: "/a".into(), ..Request::default() };
        request.headers.push("host", "x");
        request.headers.push("X-A", "1");
        request.headers.push("x-a", b"\xe9".to_vec());
        request.body = b"{}".to_vec();
        request.frame();
        let mut out = Vec::new();
        request.write(&mut out).unwrap();
        assert_eq!(
            out,
            b"POST /a HTTP/1.1\r\nhost: x\r\nX-A: 1\r\nx-a: \xe9\r\nContent-Length: 2\r\n\r\n{}"
        );
    }

    #[test]
    fn framing_replaces_what_the_capture_had() {
        let mut request = Request::default();
        request.headers.push("content-length", "99");
        request.headers.push("Transfer-Encoding", "chunked");
        request.frame();
        let lines: Vec<_> = request.headers.iter().map(|l| (&l.name[..], &l.value[..])).collect();
        assert_eq!(lines, [("content-length", &b"0"[..])]);
    }

    #[test]
    fn what_is_said_of_the_connection_is_said_once() {
        let mut response = Response::text(200, "ok\n");
        response.headers.push("connection", "upgrade");
        response.headers.push("CONNECTION", "x");
        for (said, lines) in [
            (None, "connection: upgrade\r\nCONNECTION: x\r\n"),
            (Some("close"), "Connection: close\r\n"),
        ] {
            let mut out = Vec::new();
            response.write(said, &mut out).unwrap();
            let expected = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 3\r\n\
                 {lines}\r\nok\n"
            );
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }

    #[test]
    fn nothing_can_be_smuggled_into_what_we_write() {
        let good = Request { method: "GET".into(), target: "/".into(), ..Request::default() };
        let mut cases = Vec::new();
        cases.push(Request { method: "GET /".into(), ..good.clone() });
        cases.push(Request { target: "/ HTTP/1.1\r\n".into(), ..good.clone() });
        for (name, value) in
            [("a\r\nb", "c"), ("a", "b\r\nc"), ("a", "b\nc"), ("a ", "b"), ("", ""), ("a", "\u{b}")]
        {
            let mut request = good.clone();
            request.headers.push(name, value);
            cases.push(request);
        }
        for request in cases {
            assert!(request.write(&mut Vec::new()).is_err(), "{request:?}");
        }
        assert!(good.write(&mut Vec::new()).is_ok());
        let answer = Response { reason: "OK\r\nX: y".into(), ..Response::text(200, "") };
        assert!(answer.write(None, &mut Vec::new()).is_err());
        let error = check_line("X-Id", b"s3cret\r\nX: y").unwrap_err();
        assert_eq!(error.message, "the header X-Id has a carriage return at byte 6");
        assert!(check_line("X-Id", b"a\tb \xe9").is_ok());
    }
}
