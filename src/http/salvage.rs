//! What can still be read of an answer that breaks the rules: that it came, and with which status. A
//! sender that forgets a status because of what follows it would send the request twice.

use super::Headers;
use super::framing::Framing;
use super::head::ResponseHead;

/// The status line at the start of these bytes, and each header line after it that is well-formed. The
/// body is left alone: where it ends is what could not be told.
///
/// `None` when there is no whole status line of HTTP/1, or it is an interim one.
pub fn response(bytes: &[u8]) -> Option<ResponseHead> {
    let bytes = bytes.strip_prefix(b"\r\n").unwrap_or(bytes);
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n').map_while(|line| {
        let line = line.strip_suffix(b"\n")?;
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    });
    // HTTP/1.1 200 OK
    let (version, rest) = lines.next()?.split_at_checked(9)?;
    let minor = match version {
        b"HTTP/1.0 " => 0,
        b"HTTP/1.1 " => 1,
        _ => return None,
    };
    let (digits, reason) = rest.split_at_checked(3)?;
    let status = std::str::from_utf8(digits).ok()?.parse().ok()?;
    let is_status = digits.iter().all(u8::is_ascii_digit) && matches!(reason, [] | [b' ', ..]);
    if !is_status || !(200..=599).contains(&status) {
        return None;
    }
    let mut headers = Headers::new();
    for line in lines.take_while(|line| !line.is_empty()) {
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let (Some(name), Some(value)) = (parts.next(), parts.next()) else { continue };
        let is_token =
            |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
        if !name.is_empty() && name.iter().all(is_token) {
            headers.push(String::from_utf8_lossy(name).into_owned(), value.trim_ascii());
        }
    }
    let reason = String::from_utf8_lossy(reason.trim_ascii()).into_owned();
    let framing = Framing::UntilClose;
    Some(ResponseHead { status, reason, minor, headers, raw: bytes.to_vec(), framing })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_whatever_follows() {
        for (bytes, status) in [
            (&b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\n"[..], Some(200)),
            (b"HTTP/1.0 503\n", Some(503)),
            (b"\r\nHTTP/1.1 404 Not\xff\r\n\0\0\0", Some(404)),
            (b"HTTP/1.1 200 OK", None),
            (b"HTTP/1.1 100 Continue\r\nX\r\n", None),
            (b"HTTP/1.1 2000 OK\r\n", None),
            (b"HTTP/1.1 +20 OK\r\n", None),
            (b"HTTP/2 200 OK\r\n", None),
            (b"", None),
        ] {
            assert_eq!(response(bytes).map(|head| head.status), status, "{bytes:?}");
        }
        let head = response(b"HTTP/1.1 429 x\r\nRetry-After : 1\r\nRetry-After: 2\r\n\r\nA: b\r\n");
        let head = head.unwrap();
        assert_eq!(head.headers.text("Retry-After"), Some("2".to_owned()));
        assert_eq!((head.reason.as_str(), head.headers.get("A")), ("x", None));
    }
}
