//! Where a body ends: length, chunks or close (RFC 9112 section 6), and what is ambiguous.

use super::{Headers, Refusal};

/// How a body is delimited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// No body.
    Empty,
    /// So many bytes.
    Length(u64),
    /// Chunks (RFC 9112 section 7.1).
    Chunked,
    /// Everything until the peer closes; only responses may do this.
    UntilClose,
}

/// Framing of a request (RFC 9112 section 6.3).
pub(super) fn of_request(headers: &Headers, minor: u8) -> Result<Framing, Refusal> {
    let length = match lengths(headers)? {
        Lengths::None => None,
        Lengths::One(length) => Some(length),
        Lengths::Repeated(_) => {
            return Err(Refusal::malformed("the request has more than one Content-Length"));
        }
    };
    match (is_chunked(headers, minor)?, length) {
        (true, Some(_)) => {
            Err(Refusal::malformed("the request has both Transfer-Encoding and Content-Length"))
        }
        (true, None) => Ok(Framing::Chunked),
        (false, None | Some(0)) => Ok(Framing::Empty),
        (false, Some(length)) => Ok(Framing::Length(length)),
    }
}

/// Framing of a response to a request with that method. Lengths that are repeated and equal are
/// taken, as RFC 9110 section 8.6 allows.
pub(super) fn of_response(
    headers: &Headers,
    minor: u8,
    status: u16,
    method: &str,
) -> Result<Framing, Refusal> {
    if method == "HEAD"
        || (100..200).contains(&status)
        || matches!(status, 204 | 304)
        || (method == "CONNECT" && (200..300).contains(&status))
    {
        return Ok(Framing::Empty);
    }
    match (is_chunked(headers, minor)?, lengths(headers)?) {
        (true, Lengths::None) => Ok(Framing::Chunked),
        (true, _) => {
            Err(Refusal::malformed("the response has both Transfer-Encoding and Content-Length"))
        }
        (false, Lengths::None) => Ok(Framing::UntilClose),
        (false, Lengths::One(0) | Lengths::Repeated(0)) => Ok(Framing::Empty),
        (false, Lengths::One(length) | Lengths::Repeated(length)) => Ok(Framing::Length(length)),
    }
}

/// Whether one of the comma-separated values of that header is `token`, in any case.
pub(super) fn has_token(headers: &Headers, name: &str, token: &str) -> bool {
    headers
        .all(name)
        .flat_map(|value| value.split(|&byte| byte == b','))
        .any(|value| value.trim_ascii().eq_ignore_ascii_case(token.as_bytes()))
}

enum Lengths {
    None,
    One(u64),
    Repeated(u64),
}

fn lengths(headers: &Headers) -> Result<Lengths, Refusal> {
    let mut found = Lengths::None;
    for value in headers.all("Content-Length") {
        let length = decimal(value).ok_or_else(|| {
            Refusal::malformed(format!(
                "Content-Length is not a number: {}",
                String::from_utf8_lossy(value)
            ))
        })?;
        found = match found {
            Lengths::None => Lengths::One(length),
            Lengths::One(other) | Lengths::Repeated(other) if other == length => {
                Lengths::Repeated(length)
            }
            _ => return Err(Refusal::malformed("two Content-Length headers disagree")),
        };
    }
    Ok(found)
}

/// Digits only: no sign, no blank, no list.
fn decimal(value: &[u8]) -> Option<u64> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(value).ok()?.parse().ok()
}

fn is_chunked(headers: &Headers, minor: u8) -> Result<bool, Refusal> {
    let mut codings = headers.all("Transfer-Encoding");
    let Some(coding) = codings.next() else { return Ok(false) };
    if codings.next().is_some() {
        return Err(Refusal::malformed("Transfer-Encoding is given more than once"));
    }
    if minor == 0 {
        return Err(Refusal::malformed("Transfer-Encoding has no meaning in HTTP/1.0"));
    }
    if coding.eq_ignore_ascii_case(b"chunked") {
        return Ok(true);
    }
    let coding = String::from_utf8_lossy(coding);
    Err(Refusal::with_status(501, format!("Transfer-Encoding other than chunked: {coding}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&str, &str)]) -> Headers {
        let mut headers = Headers::new();
        for (name, value) in lines {
            headers.push(*name, *value);
        }
        headers
    }

    #[test]
    fn request_smuggling_shapes_are_refused() {
        const LENGTH: &str = "Content-Length";
        const CODING: &str = "transfer-encoding";
        for (lines, status) in [
            (&[(LENGTH, "5"), (CODING, "chunked")][..], 400),
            (&[(LENGTH, "5"), ("content-length", "5")], 400),
            (&[(LENGTH, "5"), (LENGTH, "6")], 400),
            (&[(LENGTH, "5, 5")], 400),
            (&[(LENGTH, "+5")], 400),
            (&[(LENGTH, "-1")], 400),
            (&[(LENGTH, "0x5")], 400),
            (&[(LENGTH, "")], 400),
            (&[(LENGTH, "18446744073709551616")], 400),
            (&[(CODING, "chunked"), (CODING, "chunked")], 400),
            (&[(CODING, "chunked, identity")], 501),
            (&[(CODING, "gzip, chunked")], 501),
            (&[(CODING, "xchunked")], 501),
            (&[(CODING, "\u{b}chunked")], 501),
        ] {
            assert_eq!(of_request(&headers(lines), 1).unwrap_err().status, status, "{lines:?}");
        }
        assert_eq!(of_request(&headers(&[(CODING, "chunked")]), 0).unwrap_err().status, 400);
    }

    #[test]
    fn bodies_of_requests_and_responses() {
        let ten = headers(&[("Content-Length", "10")]);
        let chunked = headers(&[("Transfer-Encoding", "Chunked")]);
        assert_eq!(of_request(&ten, 1), Ok(Framing::Length(10)));
        assert_eq!(of_request(&chunked, 1), Ok(Framing::Chunked));
        assert_eq!(of_request(&Headers::new(), 1), Ok(Framing::Empty));
        assert_eq!(of_response(&ten, 1, 200, "HEAD"), Ok(Framing::Empty));
        assert_eq!(of_response(&ten, 1, 304, "GET"), Ok(Framing::Empty));
        assert_eq!(of_response(&ten, 1, 100, "GET"), Ok(Framing::Empty));
        assert_eq!(of_response(&ten, 1, 200, "CONNECT"), Ok(Framing::Empty));
        assert_eq!(of_response(&ten, 1, 500, "CONNECT"), Ok(Framing::Length(10)));
        assert_eq!(of_response(&Headers::new(), 1, 200, "GET"), Ok(Framing::UntilClose));
        let twice = headers(&[("Content-Length", "10"), ("Content-Length", "10")]);
        assert_eq!(of_response(&twice, 1, 200, "GET"), Ok(Framing::Length(10)));
        let three = headers(&[("Content-Length", "10"); 3]);
        assert_eq!(of_response(&three, 1, 200, "GET"), Ok(Framing::Length(10)));
        for lengths in [["10", "11", "11"], ["10", "10", "11"]] {
            let lines = lengths.map(|length| ("Content-Length", length));
            assert_eq!(of_response(&headers(&lines), 1, 200, "GET").unwrap_err().status, 400);
        }
    }
}
