//! What `listen` writes is read as it was, and a line that was changed is read as what it shows or
//! refused; the reader in bulk agrees.
#![no_main]

use hookprint::capture::bulk::{exact, parse};
use hookprint::capture::record::{Record, connection};
use hookprint::http::head::RequestHead;
use hookprint::http::{Headers, Request, Response};
use libfuzzer_sys::fuzz_target;

fn is_shown(line: &[u8]) -> bool {
    let (mut head, mut body) = (Vec::new(), Vec::new());
    let Some(exact) = exact(line, &mut head, &mut body) else { return false };
    let Ok(request) = RequestHead::parse_lines(exact.head) else { return false };
    let headers: Vec<_> =
        request.headers.iter().map(|line| (line.name.as_str(), &line.value[..])).collect();
    exact.is_shown(&request.method, &request.target, &headers)
}

fuzz_target!(|input: (Vec<u8>, Vec<u8>, Vec<(u16, u8)>)| {
    let (head, body, edits) = input;
    let Ok(read) = RequestHead::parse(&head) else { return };
    let request = Request { body, ..read.into() };
    let mut line = Record {
        seq: 1,
        received_at: time::OffsetDateTime::UNIX_EPOCH,
        elapsed_ms: 0.5,
        origin: "https://127.0.0.1:8443",
        request: &request,
        body: &request.body,
        head: &head,
        body_sha256: &hookprint::digest::hex(&hookprint::digest::sha256(&request.body)),
        is_unread: false,
        trailers: &Headers::new(),
        response: &Response::text(200, ""),
        connection: &connection(([127, 0, 0, 1], 1).into(), None),
        client_certificate: None,
        verified: None,
        verify_error: None,
        verify: None::<&()>,
    }
    .line();
    line.pop();
    match parse(&line, 1) {
        Ok(captured) => assert_eq!(captured.request, request),
        Err(error) => assert_eq!(error.code.id(), "http-malformed", "{error}"),
    }
    for (at, byte) in edits {
        let at = usize::from(at) % line.len();
        line[at] = byte;
    }
    if is_shown(&line)
        && let Err(error) = parse(&line, 1)
    {
        // It shows what it is; only its digest may be wrong, or the rest of it damaged.
        assert!(error.code.id() != "capture-contradicts" || error.message.contains("_bodySha256"), "{error}");
    }
});
