//! A raw HTTP/1.1 message in a file: head in lines that end with CRLF or LF, then the body, which
//! is every byte after the first blank line.

use std::borrow::Cow;

use super::{Captured, Captures, Note, Options, Source, whole};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::codec::{Decoder, Event, Limits, Requests};
use crate::http::head::{self, RequestHead};
use crate::http::{Request, write};

/// The first line is a request line with a version, and what follows is not of an `.http` file: neither
/// URL nor headers have `{{variables}}`, the URL is no absolute one, and no line begins with `###`. One
/// that says its length or that it is chunked was on the wire.
pub(super) fn looks_like(start: &[u8]) -> bool {
    let line = start.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let mut words = line.split(|&byte| byte == b' ');
    let (method, target, version) = (words.next(), words.next(), words.next());
    let is_request = method.is_some_and(write::is_token)
        && target.is_some_and(|target| !target.is_empty())
        && version.is_some_and(is_version)
        && words.next().is_none();
    let has = |bytes: &[u8], what: &[u8]| memchr::memmem::find(bytes, what).is_some();
    is_request
        && !has(line, b"{{")
        && (has_length(start)
            || !(has(line, b"://") || has(head(start), b"{{") || has(start, b"\n###")))
}

/// Whether its headers say where its body ends.
pub(super) fn has_length(start: &[u8]) -> bool {
    head(start).split(|&byte| byte == b'\n').any(|line| {
        let name = line.split(|&byte| byte == b':').next().unwrap_or_default();
        ["Content-Length", "Transfer-Encoding"]
            .iter()
            .any(|wanted| name.eq_ignore_ascii_case(wanted.as_bytes()))
    })
}

/// What stands before the first blank line.
fn head(start: &[u8]) -> &[u8] {
    &start[..head::length(start).unwrap_or(start.len())]
}

/// A version of HTTP/1, or of HTTP/2 as Burp shows it: in lines, with a `Host`.
fn is_version(version: &[u8]) -> bool {
    version.starts_with(b"HTTP/1.") || matches!(version, b"HTTP/2" | b"HTTP/2.0")
}

/// Yields its one request.
pub(super) fn read<'a>(source: Source<'a>, _: &Options) -> Result<Captures<'a>> {
    let captured = parse(whole(source)?)?;
    Ok(Box::new(std::iter::once(Ok(captured))))
}

/// Reads one message.
///
/// # Errors
/// `malformed` when its head is none.
pub(super) fn parse(mut bytes: Vec<u8>) -> Result<Captured> {
    let length = head::length(&bytes).unwrap_or_else(|| {
        // A head and nothing else, its blank line cut off by an editor.
        let newline: &[u8] = if bytes.ends_with(b"\n") { b"\r\n" } else { b"\r\n\r\n" };
        bytes.extend_from_slice(newline);
        bytes.len()
    });
    let body = bytes.split_off(length);
    // HTTP/2 has no head in lines: whoever shows one wrote it.
    let mut lines = Cow::Borrowed(&*bytes);
    let end = memchr::memchr(b'\n', &bytes).unwrap_or(bytes.len());
    let is_shown = bytes[..end].trim_ascii_end().ends_with(b"HTTP/2")
        || bytes[..end].trim_ascii_end().ends_with(b"HTTP/2.0");
    if is_shown {
        let start = memchr::memmem::rfind(&bytes[..end], b"HTTP/2").unwrap_or(end);
        lines = [&bytes[..start], b"HTTP/1.1\r", &bytes[end..]].concat().into();
    }
    let head = RequestHead::parse_lines(&lines).map_err(|refusal| {
        Error::new(Failure::Malformed, format!("HTTP/1.1 message: {refusal}"))
    })?;
    let mut request = Request::from(head);
    let mut notes = Vec::new();
    request.body = match request.headers.get("Transfer-Encoding") {
        Some(_) => unchunked(&body).unwrap_or(body),
        None => body,
    };
    if let Some(note) = length_note(&request) {
        notes.push(note);
    }
    let url = request.target.contains("://").then(|| request.target.clone());
    Ok(Captured {
        name: "message".into(),
        request,
        url,
        head: (!is_shown).then_some(bytes),
        notes,
        ..Captured::default()
    })
}

/// The body of chunks, if these are chunks to the very end.
fn unchunked(body: &[u8]) -> Option<Vec<u8>> {
    let limits = Limits { head: 64 * 1024, body: body.len() as u64 };
    let mut decoder = Decoder::new(Requests, limits);
    decoder.feed(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    decoder.feed(body);
    let mut decoded = Vec::new();
    loop {
        match decoder.next().ok()?? {
            Event::Head(_) => {}
            Event::Body(piece) => decoded.extend_from_slice(piece),
            Event::End(_) => return decoder.is_idle().then_some(decoded),
        }
    }
}

/// `Content-Length` is a check here, not the truth: editors add a final newline.
fn length_note(request: &Request) -> Option<Note> {
    let stated: usize = request.headers.text("Content-Length")?.trim().parse().ok()?;
    let actual = request.body.len();
    match actual.checked_sub(stated) {
        Some(0) => None,
        Some(1 | 2) if request.body.ends_with(b"\n") => Some(Note::length_differs(format!(
            "Content-Length says {stated}, the file has {actual} bytes of body: an editor added a \
             final newline; the sender signed {stated} bytes"
        ))),
        _ => Some(Note::length_differs(format!(
            "Content-Length says {stated}, the file has {actual} bytes of body"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::load;
    use super::*;
    use crate::finding::Code;

    fn one(bytes: &[u8]) -> Captured {
        load(bytes, &Options::default()).unwrap().next().unwrap().unwrap()
    }

    #[test]
    fn the_body_is_every_byte_after_the_first_blank_line() {
        let captured = one(b"POST /x HTTP/1.1\nHost: a\nX-A: 1\r\nx-a: \xff\n\n{}\n\n\0");
        assert_eq!(captured.request.body, b"{}\n\n\0");
        assert_eq!(captured.request.headers.all("x-a").collect::<Vec<_>>(), [&b"1"[..], b"\xff"]);
        assert_eq!(captured.notes, []);
    }

    #[test]
    fn a_final_newline_is_noted_not_removed() {
        let captured = one(b"POST /x HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}\n");
        assert_eq!(captured.request.body, b"{}\n");
        assert!(captured.notes[0].message.contains("final newline"), "{:?}", captured.notes);
        assert_eq!(captured.notes[0].code, Code::BodyLengthDiffers);
        assert_eq!(one(b"POST /x HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}").notes, []);
    }

    #[test]
    fn chunks_are_joined_and_what_is_none_stays() {
        let head = b"POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        let with = |body: &[u8]| one(&[head, body].concat()).request.body;
        assert_eq!(with(b"2\r\n{}\r\n0\r\n\r\n"), b"{}");
        assert_eq!(with(b"{}"), b"{}");
    }

    #[test]
    fn http_2_as_burp_shows_it_is_a_message() {
        let captured = one(b"POST /x?a=HTTP/2 HTTP/2\r\nHost: a\r\nContent-Length: 3\r\n\r\n{}\n");
        assert_eq!(
            (&captured.request.target[..], &captured.request.body[..]),
            ("/x?a=HTTP/2", &b"{}\n"[..])
        );
        assert_eq!((captured.notes.len(), captured.head), (0, None));
    }

    #[test]
    fn a_head_alone_is_a_request() {
        assert_eq!(one(b"GET /x HTTP/1.1\nHost: a").request.target, "/x");
        assert_eq!(one(b"GET https://a/x HTTP/1.1\n").url.as_deref(), Some("https://a/x"));
    }
}
