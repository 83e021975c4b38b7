//! Heads of HTTP/1.1 messages: start line and header lines (RFC 9112 sections 2 to 5).
//!
//! Whatever two readers could read in two ways is refused, because that is how requests are
//! smuggled past a proxy: bare CR, folded lines, blanks before the colon, two lengths.

use std::mem::MaybeUninit;

use super::framing::{self, Framing};
use super::{Headers, Refusal};

/// The most header lines a message may have.
pub const MAX_LINES: usize = 256;

/// How the lines of a head may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEnd {
    /// CRLF only: what a request on the wire must have.
    Crlf,
    /// CRLF or LF: files edited by hand, and lenient servers.
    Any,
}

/// Head of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestHead {
    /// Method in the case it came in.
    pub method: String,
    /// Request target as on the request line.
    pub target: String,
    /// Minor version: 0 or 1.
    pub minor: u8,
    /// Header lines.
    pub headers: Headers,
    /// The exact bytes, with the blank line that ends the head.
    pub raw: Vec<u8>,
    /// How the body is delimited.
    pub framing: Framing,
}

/// Head of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseHead {
    /// Status code.
    pub status: u16,
    /// Reason phrase, may be empty.
    pub reason: String,
    /// Minor version: 0 or 1.
    pub minor: u8,
    /// Header lines.
    pub headers: Headers,
    /// The exact bytes, with the blank line that ends the head.
    pub raw: Vec<u8>,
    /// How the body is delimited.
    pub framing: Framing,
}

impl RequestHead {
    /// Reads a whole head, blank line included, as it came over a wire.
    ///
    /// # Errors
    /// [`Refusal`] when it is not HTTP/1.1 or is ambiguous.
    pub fn parse(raw: &[u8]) -> Result<Self, Refusal> {
        let mut head = Self::parse_lines(raw)?;
        if head.headers.all("Host").count() > 1 {
            return Err(Refusal::malformed("the request has more than one Host header"));
        }
        if head.minor == 1 && head.headers.get("Host").is_none() {
            return Err(Refusal::malformed("the request has no Host header, HTTP/1.1 needs one"));
        }
        head.framing = framing::of_request(&head.headers, head.minor)?;
        Ok(head)
    }

    /// Reads a whole head and leaves its framing open: for stored requests, whose body is every
    /// byte after the head whatever the headers say.
    ///
    /// # Errors
    /// [`Refusal`] when start line or a header line cannot be read.
    pub fn parse_lines(raw: &[u8]) -> Result<Self, Refusal> {
        if raw.starts_with(b"PRI * HTTP/2") {
            return Err(Refusal::with_status(505, "this is HTTP/2; only HTTP/1.1 is supported"));
        }
        let mut lines = [const { MaybeUninit::uninit() }; MAX_LINES];
        let mut request = httparse::Request::new(&mut []);
        let status = httparse::ParserConfig::default().parse_request_with_uninit_headers(
            &mut request,
            raw,
            &mut lines,
        );
        complete(status, raw)?;
        Ok(Self {
            method: request.method.unwrap_or_default().to_owned(),
            target: request.path.unwrap_or_default().to_owned(),
            minor: request.version.unwrap_or(1),
            headers: owned(request.headers),
            raw: raw.to_vec(),
            framing: Framing::Empty,
        })
    }

    /// Whether the connection may carry another request after this one (RFC 9112 section 9.3).
    pub fn keeps_alive(&self) -> bool {
        keeps_alive(&self.headers, self.minor)
    }

    /// Whether the sender waits for `100 Continue` before it sends the body (RFC 9110 10.1.1).
    pub fn expects_continue(&self) -> bool {
        self.minor == 1 && framing::has_token(&self.headers, "Expect", "100-continue")
    }
}

impl ResponseHead {
    /// Reads a whole head, blank line included; `method` is that of the request it answers.
    ///
    /// # Errors
    /// [`Refusal`] when it is not HTTP/1.1 or is ambiguous.
    pub fn parse(raw: &[u8], method: &str) -> Result<Self, Refusal> {
        let mut lines = [const { MaybeUninit::uninit() }; MAX_LINES];
        let mut response = httparse::Response::new(&mut []);
        let status = httparse::ParserConfig::default().parse_response_with_uninit_headers(
            &mut response,
            raw,
            &mut lines,
        );
        complete(status, raw)?;
        let (status, minor) = (response.code.unwrap_or(0), response.version.unwrap_or(1));
        let headers = owned(response.headers);
        let framing = framing::of_response(&headers, minor, status, method)?;
        let reason = response.reason.unwrap_or_default().to_owned();
        Ok(Self { status, reason, minor, headers, raw: raw.to_vec(), framing })
    }

    /// Whether the connection may carry another request after this response.
    pub fn keeps_alive(&self) -> bool {
        self.framing != Framing::UntilClose && keeps_alive(&self.headers, self.minor)
    }

    /// Whether the final response is still to come (1xx, but 101 is final for us).
    pub fn is_interim(&self) -> bool {
        (100..200).contains(&self.status) && self.status != 101
    }
}

/// Header lines of a trailer section, blank line included (RFC 9112 section 7.1.2).
pub(super) fn trailers(raw: &[u8]) -> Result<Headers, Refusal> {
    let mut lines = [httparse::EMPTY_HEADER; MAX_LINES];
    match httparse::parse_headers(raw, &mut lines) {
        Ok(httparse::Status::Complete((_, lines))) => Ok(owned(lines)),
        Ok(httparse::Status::Partial) => Err(Refusal::malformed("the trailers are cut off")),
        Err(error) => Err(explain(error, raw)),
    }
}

/// Finds the blank line that ends a head, looking at each byte once however it arrives.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scan {
    line: usize,
    seen: usize,
}

impl Scan {
    /// Length of the head at the start of `bytes` once it is complete. The same bytes in other
    /// pieces give the same answer, so only the first `limit` bytes are ever looked at.
    pub(super) fn end(
        &mut self,
        bytes: &[u8],
        limit: usize,
        ends: LineEnd,
    ) -> Result<Option<usize>, Refusal> {
        let window = &bytes[..bytes.len().min(limit)];
        while let Some(found) = memchr::memchr(b'\n', &window[self.seen..]) {
            let newline = self.seen + found;
            let line = &window[self.line..newline];
            let content = line.strip_suffix(b"\r").unwrap_or(line);
            if ends == LineEnd::Crlf && content.len() == line.len() {
                return Err(Refusal::malformed("a line of the head ends with LF instead of CRLF"));
            }
            (self.seen, self.line) = (newline + 1, newline + 1);
            if content.is_empty() {
                return Ok(Some(newline + 1));
            }
        }
        self.seen = window.len();
        if window.len() == limit {
            let message = format!("the head is longer than {limit} bytes");
            return Err(Refusal::with_status(431, message));
        }
        Ok(None)
    }
}

/// Length of the head at the start of a file, its blank line included; lines may end with LF.
pub fn length(bytes: &[u8]) -> Option<usize> {
    Scan::default().end(bytes, usize::MAX, LineEnd::Any).ok().flatten()
}

fn complete(status: httparse::Result<usize>, raw: &[u8]) -> Result<(), Refusal> {
    match status {
        Ok(httparse::Status::Complete(length)) if length == raw.len() => Ok(()),
        Ok(_) => Err(Refusal::malformed("the head is cut off")),
        Err(error) => Err(explain(error, raw)),
    }
}

fn owned(lines: &[httparse::Header<'_>]) -> Headers {
    lines
        .iter()
        .map(|line| super::Header { name: line.name.to_owned(), value: line.value.to_owned() })
        .collect()
}

/// What httparse refused, in the words of someone who has to mend the sender.
fn explain(error: httparse::Error, raw: &[u8]) -> Refusal {
    use httparse::Error as Http;
    match error {
        Http::TooManyHeaders => {
            Refusal::with_status(431, format!("the head has more than {MAX_LINES} header lines"))
        }
        Http::Version => Refusal::with_status(505, "the version is neither HTTP/1.0 nor HTTP/1.1"),
        Http::Token => Refusal::malformed("the request line is malformed"),
        Http::Status => Refusal::malformed("the status line is malformed"),
        Http::HeaderName | Http::HeaderValue | Http::NewLine => Refusal::malformed(line_fault(raw)),
    }
}

fn line_fault(raw: &[u8]) -> String {
    for (number, line) in raw.split(|&byte| byte == b'\n').enumerate().skip(1) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let what = match line.iter().position(|&byte| byte == b':') {
            _ if line.starts_with(b" ") || line.starts_with(b"\t") => "is folded (obs-fold)",
            _ if line.contains(&b'\r') => "has a CR that ends no line",
            None if !line.is_empty() => "has no colon",
            Some(0) => "has no name",
            Some(at) if line[..at].ends_with(b" ") || line[..at].ends_with(b"\t") => {
                "has a space before the colon"
            }
            _ => continue,
        };
        return format!("line {} of the head {what}", number + 1);
    }
    "a header line has a byte that is not allowed there".to_owned()
}

fn keeps_alive(headers: &Headers, minor: u8) -> bool {
    match minor {
        0 => framing::has_token(headers, "Connection", "keep-alive"),
        _ => !framing::has_token(headers, "Connection", "close"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(raw: &str) -> Refusal {
        RequestHead::parse(raw.as_bytes()).unwrap_err()
    }

    #[test]
    fn names_values_order_and_repeats_are_kept() {
        let raw = b"POST /a?b HTTP/1.1\r\nhost: x\r\nX-Zeta:1\r\nx-ZETA:  \xe9 \r\n\r\n";
        let head = RequestHead::parse(raw).unwrap();
        let lines: Vec<_> = head.headers.iter().map(|l| (l.name.as_str(), &l.value[..])).collect();
        assert_eq!(lines, [("host", &b"x"[..]), ("X-Zeta", b"1"), ("x-ZETA", b"\xe9")]);
        assert_eq!((head.method.as_str(), head.target.as_str()), ("POST", "/a?b"));
        assert_eq!(head.raw, raw);
    }

    #[test]
    fn ambiguous_heads_are_refused_with_their_reason() {
        for (raw, reason) in [
            (
                "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
                "line 2 of the head has a space before the colon",
            ),
            ("GET / HTTP/1.1\r\nHost: x\r\n y\r\n\r\n", "line 3 of the head is folded (obs-fold)"),
            (
                "GET / HTTP/1.1\r\nHost: x\ry\r\n\r\n",
                "line 2 of the head has a CR that ends no line",
            ),
            ("GET / HTTP/1.1\r\nHost x\r\n\r\n", "line 2 of the head has no colon"),
            ("GET / HTTP/1.1\r\n: x\r\n\r\n", "line 2 of the head has no name"),
            (
                "GET / HTTP/1.1\r\nHost: \0\r\n\r\n",
                "a header line has a byte that is not allowed there",
            ),
            ("GET  / HTTP/1.1\r\n\r\n", "the request line is malformed"),
            ("GET / HTTP/1.1\r\n\r\n", "the request has no Host header, HTTP/1.1 needs one"),
            (
                "GET / HTTP/1.1\r\nHost: x\r\nhost: x\r\n\r\n",
                "the request has more than one Host header",
            ),
        ] {
            let refusal = refused(raw);
            assert_eq!((refusal.status, &*refusal.message), (400, reason));
        }
        assert_eq!(refused("GET / HTTP/1.2\r\n\r\n").status, 505);
        assert_eq!(refused("PRI * HTTP/2.0\r\n\r\n").status, 505);
        let lines = "a: b\r\n".repeat(MAX_LINES + 1);
        assert_eq!(refused(&format!("GET / HTTP/1.1\r\n{lines}\r\n")).status, 431);
    }

    #[test]
    fn persistence_follows_version_and_connection() {
        for (raw, kept) in [
            ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", true),
            ("GET / HTTP/1.1\r\nHost: x\r\nConnection: TE, Close\r\n\r\n", false),
            ("GET / HTTP/1.0\r\n\r\n", false),
            ("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true),
        ] {
            assert_eq!(RequestHead::parse(raw.as_bytes()).unwrap().keeps_alive(), kept, "{raw}");
        }
    }

    #[test]
    fn the_end_is_found_once_and_bounded() {
        let bytes = b"GET / HTTP/1.1\r\nHost: x\r\n\r\nbody";
        let mut scan = Scan::default();
        for length in 0..27 {
            assert_eq!(scan.end(&bytes[..length], 100, LineEnd::Crlf), Ok(None), "{length}");
        }
        assert_eq!(scan.end(bytes, 100, LineEnd::Crlf), Ok(Some(27)));
        assert_eq!(Scan::default().end(bytes, 20, LineEnd::Crlf).unwrap_err().status, 431);
        assert_eq!(Scan::default().end(b"a\n\nb", 20, LineEnd::Any), Ok(Some(3)));
        assert_eq!(Scan::default().end(b"a\n\nb", 20, LineEnd::Crlf).unwrap_err().status, 400);
    }

    #[test]
    fn who_waits_for_a_sign_to_go_on_is_known() {
        let expects = |version: &str, value: &str| {
            let raw = format!("POST / HTTP/{version}\r\nHost: x\r\n{value}\r\n");
            RequestHead::parse(raw.as_bytes()).unwrap().expects_continue()
        };
        assert!(expects("1.1", "Expect: 100-Continue\r\n"));
        assert!(!expects("1.1", "") && !expects("1.1", "Expect: 200-ok\r\n"));
        assert!(!expects("1.0", "Expect: 100-continue\r\n"), "RFC 9110 section 10.1.1");
    }

    fn answer(raw: &str) -> ResponseHead {
        ResponseHead::parse(raw.as_bytes(), "GET").unwrap()
    }

    #[test]
    fn a_connection_is_kept_by_an_answer_that_has_an_end() {
        for (raw, kept) in [
            ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n", true),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\n", false),
            ("HTTP/1.1 200 OK\r\n\r\n", false),
            ("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n", false),
            ("HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\n", true),
        ] {
            assert_eq!(answer(raw).keeps_alive(), kept, "{raw}");
        }
    }

    #[test]
    fn an_answer_before_the_answer_is_told_apart() {
        let is_interim = |status| answer(&format!("HTTP/1.1 {status} X\r\n\r\n")).is_interim();
        assert!(is_interim(100) && is_interim(103) && is_interim(199));
        assert!(!is_interim(101) && !is_interim(200) && !is_interim(404));
    }

    #[test]
    fn the_head_of_a_file_ends_at_its_blank_line() {
        assert_eq!(length(b"GET / HTTP/1.1\n\nbody\n\n"), Some(16));
        assert_eq!(length(b"GET / HTTP/1.1\r\n\r\n"), Some(18));
        assert_eq!(length(b"GET / HTTP/1.1\nHost: x\n"), None);
        let more = refused("GET / HTTP/1.1\r\nHost: x\r\n\r\nmore");
        assert_eq!(more.message, "the head is cut off");
    }
}
