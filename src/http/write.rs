//! Messages written as they are: header lines in their order and case, nothing added, nothing
//! merged. What could be read as two messages is refused.

use super::{Headers, Request, Response};
use crate::error::{Error, Result};

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

    /// Appends the request as it travels over HTTP/1.1.
    ///
    /// # Errors
    /// When method, target or a header line has bytes that would end it early.
    pub fn write(&self, out: &mut Vec<u8>) -> Result<()> {
        if !is_token(self.method.as_bytes()) {
            return Err(unwritable("the method", &self.method));
        }
        if self.target.is_empty() || self.target.bytes().any(|byte| byte <= b' ' || byte == 0x7f) {
            return Err(unwritable("the request target", &self.target));
        }
        out.reserve(256 + self.body.len());
        for part in [self.method.as_str(), " ", self.target.as_str(), " HTTP/1.1\r\n"] {
            out.extend_from_slice(part.as_bytes());
        }
        write_headers(&self.headers, out)?;
        out.extend_from_slice(&self.body);
        Ok(())
    }
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

    /// Appends the response as it travels over HTTP/1.1.
    ///
    /// # Errors
    /// When the reason or a header line has bytes that would end it early.
    pub fn write(&self, out: &mut Vec<u8>) -> Result<()> {
        if self.reason.bytes().any(|byte| byte < b' ' && byte != b'\t') {
            return Err(unwritable("the reason", &self.reason));
        }
        out.reserve(128 + self.body.len());
        out.extend_from_slice(
            format!("HTTP/1.1 {:03} {}\r\n", self.status, self.reason).as_bytes(),
        );
        write_headers(&self.headers, out)?;
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

fn write_headers(headers: &Headers, out: &mut Vec<u8>) -> Result<()> {
    for line in headers.iter() {
        if !is_token(line.name.as_bytes()) {
            return Err(unwritable("the header name", &line.name));
        }
        if line.value.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
            let value = String::from_utf8_lossy(&line.value);
            return Err(unwritable(&format!("the value of {}", line.name), &value));
        }
        out.extend_from_slice(line.name.as_bytes());
        out.extend_from_slice(b": ");
        out.extend_from_slice(&line.value);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
    Ok(())
}

/// `token` of RFC 9110 section 5.6.2.
pub(crate) fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty()
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
}

fn unwritable(what: &str, text: &str) -> Error {
    Error::input("http-malformed", format!("{what} cannot be sent as it is: {text:?}"))
        .help("it has a character that would change the meaning of the message")
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
    fn nothing_can_be_smuggled_into_what_we_write() {
        let good = Request { method: "GET".into(), target: "/".into(), ..Request::default() };
        let mut cases = Vec::new();
        cases.push(Request { method: "GET /".into(), ..good.clone() });
        cases.push(Request { target: "/ HTTP/1.1\r\n".into(), ..good.clone() });
        for (name, value) in
            [("a\r\nb", "c"), ("a", "b\r\nc"), ("a", "b\nc"), ("a ", "b"), ("", "")]
        {
            let mut request = good.clone();
            request.headers.push(name, value);
            cases.push(request);
        }
        for request in cases {
            assert!(request.write(&mut Vec::new()).is_err(), "{request:?}");
        }
        assert!(good.write(&mut Vec::new()).is_ok());
    }
}
