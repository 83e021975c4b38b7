//! What the codec must hold whatever arrives, and however it is split.

use proptest::prelude::*;

use super::*;
use crate::http::{Header, Request, Response};

/// Everything a decoder says about bytes that arrive in pieces of `sizes`, bodies joined.
fn decode<S: Side>(side: S, limits: Limits, bytes: &[u8], sizes: &[usize]) -> Vec<String>
where
    S::Head: std::fmt::Debug,
{
    let mut decoder = Decoder::new(side, limits);
    let (mut said, mut body, mut rest) = (Vec::new(), Vec::new(), bytes);
    let (mut sizes, mut closed) = (sizes.iter().copied().cycle(), false);
    loop {
        match decoder.next() {
            Ok(Some(Event::Body(piece))) => body.extend_from_slice(piece),
            Ok(Some(Event::Head(head))) => said.push(format!("{head:?}")),
            Ok(Some(Event::End(trailers))) => said.push(format!("{body:?} {trailers:?}")),
            Ok(None) if closed => return said,
            Ok(None) if rest.is_empty() => {
                decoder.close();
                closed = true;
            }
            Ok(None) => {
                let (piece, later) = rest.split_at(sizes.next().unwrap_or(1).clamp(1, rest.len()));
                decoder.feed(piece);
                rest = later;
            }
            Err(refusal) => {
                assert_eq!(decoder.next().unwrap_err(), refusal, "a refusal stays");
                said.push(refusal.to_string());
                return said;
            }
        }
        if said.last().is_some_and(|line| line.starts_with('[')) {
            body.clear();
        }
    }
}

fn requests(bytes: &[u8]) -> Vec<String> {
    decode(Requests, Limits { head: 200, body: 20 }, bytes, &[bytes.len().max(1)])
}

const PIPELINE: &[u8] = b"\r\nPOST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc\
    GET /2 HTTP/1.1\r\nHost: x\r\n\r\n\
    POST /3 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\
    2;x=y\r\nde\r\n1\r\nf\r\n0\r\nX-Sum: 9\r\n\r\n\
    GET /4 HTTP/1.0\r\n\r\n";

#[test]
fn pipelined_requests_come_out_one_by_one_wherever_they_are_split() {
    let whole = requests(PIPELINE);
    assert_eq!(whole.len(), 8, "{whole:#?}");
    assert_eq!(whole[1], format!("{:?} {:?}", b"abc", Headers::new()));
    assert!(whole[5].starts_with("[100, 101, 102] ") && whole[5].contains("X-Sum"));
    for split in 1..PIPELINE.len() {
        let limits = Limits { head: 200, body: 20 };
        assert_eq!(decode(Requests, limits, PIPELINE, &[split]), whole, "split at {split}");
    }
}

#[test]
fn limits_and_breaks_are_refused_with_their_status() {
    let cases: [(&[u8], u16); 9] = [
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 21\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n15\r\n", 413),
        (
            b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n",
            413,
        ),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\nab", 400),
        (
            b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA : b\r\n\r\n",
            400,
        ),
        (b"GET / HTTP/1.1\nHost: x\n\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab", 400),
        (b"\x16\x03\x01\x00\xa5\x01\x00\r\n\r\n", 400),
    ];
    for (bytes, status) in cases {
        let mut decoder = Decoder::new(Requests, Limits { head: 200, body: 20 });
        decoder.feed(bytes);
        decoder.close();
        let refusal = loop {
            match decoder.next() {
                Ok(Some(_)) => {}
                Ok(None) => panic!("{} was taken", String::from_utf8_lossy(bytes)),
                Err(refusal) => break refusal,
            }
        };
        assert_eq!(refusal.status, status, "{} {refusal}", String::from_utf8_lossy(bytes));
    }
    let huge = format!("GET / HTTP/1.1\r\nHost: x\r\nA: {}\r\n\r\n", "b".repeat(200));
    assert_eq!(requests(huge.as_bytes()), ["the head is longer than 200 bytes"]);
}

#[test]
fn responses_end_by_method_status_length_chunks_or_close() {
    let limits = Limits::default();
    let answer = |method: &str, bytes: &[u8]| {
        let side = Responses { method: method.to_owned() };
        let said = decode(side, limits, bytes, &[1]);
        said.into_iter().filter(|line| !line.starts_with("Resp")).collect::<Vec<_>>()
    };
    let none = [format!("[] {:?}", Headers::new())];
    let two = [format!("[97, 98] {:?}", Headers::new())];
    assert_eq!(answer("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"), none);
    assert_eq!(answer("GET", b"HTTP/1.1 204 No Content\r\n\r\n"), none);
    assert_eq!(answer("GET", b"HTTP/1.1 304\r\nContent-Length: 9\r\n\r\n"), none);
    assert_eq!(answer("GET", b"HTTP/1.1 200 OK\n\nab"), two);
    assert_eq!(
        answer(
            "POST",
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab"
        ),
        [none, two].concat()
    );
}

fn headers() -> impl Strategy<Value = Headers> {
    let value = proptest::collection::vec(
        prop_oneof![Just(b'\t'), Just(b' '), b'!'..=b'~', 0x80..=0xff_u8],
        0..20,
    );
    let line = ("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,12}", value).prop_map(|(name, value)| Header {
        name: format!("X{name}"),
        value: value.trim_ascii().to_vec(),
    });
    proptest::collection::vec(line, 0..8).prop_map(|lines| lines.into_iter().collect())
}

prop_compose! {
    fn request()(
        method in "[A-Z]{1,10}",
        target in "/[a-zA-Z0-9/?&=%._~-]{0,30}",
        mut headers in headers(),
        body in proptest::collection::vec(any::<u8>(), 0..100),
    ) -> Request {
        headers.push("hOst", "example.com");
        let mut request = Request { method, target, headers, body };
        request.frame();
        request
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        requests in proptest::collection::vec(request(), 1..4),
        sizes in proptest::collection::vec(1_usize..50, 1..10),
    ) {
        let mut bytes = Vec::new();
        for request in &requests {
            request.write(&mut bytes).unwrap();
        }
        let mut decoder = Decoder::new(Requests, Limits::default());
        let (mut read, mut rest, mut sizes) = (Vec::<Request>::new(), &bytes[..], sizes.iter().cycle());
        let mut raw = Vec::new();
        loop {
            match decoder.next().unwrap() {
                Some(Event::Head(head)) => {
                    raw.extend_from_slice(&head.raw);
                    read.push(head.into());
                }
                Some(Event::Body(piece)) => {
                    raw.extend_from_slice(piece);
                    read.last_mut().unwrap().body.extend_from_slice(piece);
                }
                Some(Event::End(_)) => {}
                None if rest.is_empty() => break,
                None => {
                    let (piece, later) = rest.split_at((*sizes.next().unwrap()).min(rest.len()));
                    decoder.feed(piece);
                    rest = later;
                }
            }
        }
        prop_assert_eq!(read, requests);
        prop_assert_eq!(raw, bytes);
    }

    #[test]
    fn splitting_changes_nothing(
        mut bytes in Just(PIPELINE.to_vec()),
        edits in proptest::collection::vec((0..PIPELINE.len(), any::<u8>()), 0..3),
        sizes in proptest::collection::vec(1_usize..40, 1..10),
    ) {
        for (at, byte) in edits {
            bytes[at] = byte;
        }
        let limits = Limits { head: 60, body: 20 };
        prop_assert_eq!(
            decode(Requests, limits, &bytes, &[bytes.len()]),
            decode(Requests, limits, &bytes, &sizes)
        );
        let side = || Responses { method: "GET".to_owned() };
        prop_assert_eq!(
            decode(side(), limits, &bytes, &[bytes.len()]),
            decode(side(), limits, &bytes, &sizes)
        );
    }

    #[test]
    fn responses_are_read_back(
        status in 205_u16..304,
        headers in headers(),
        body in proptest::collection::vec(any::<u8>(), 0..100),
    ) {
        let mut response = Response::text(status, body.clone());
        for line in headers.iter() {
            response.headers.push(line.name.clone(), line.value.clone());
        }
        let mut bytes = Vec::new();
        response.write(None, &mut bytes).unwrap();
        let mut decoder = Decoder::new(Responses { method: "POST".into() }, Limits::default());
        decoder.feed(&bytes);
        let Ok(Some(Event::Head(head))) = decoder.next() else { panic!("no head") };
        prop_assert_eq!((head.status, &head.headers), (status, &response.headers));
        if !body.is_empty() {
            prop_assert_eq!(decoder.next().unwrap(), Some(Event::Body(&body)));
        }
        prop_assert_eq!(decoder.next().unwrap(), Some(Event::End(Headers::new())));
        prop_assert!(decoder.is_idle());
    }
}

#[test]
fn chunks_are_counted_together() {
    let head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunks = |count| format!("{head}{}0\r\n\r\n", "5\r\nabcde\r\n".repeat(count));
    assert_eq!(requests(chunks(4).as_bytes()).len(), 2);
    for count in [5, 6, 50] {
        let said = requests(chunks(count).as_bytes());
        assert!(said.last().unwrap().contains("larger than allowed"), "{count}: {said:?}");
    }
}

#[test]
fn an_early_end_says_in_what() {
    let said = |bytes: &[u8]| requests(bytes).pop().unwrap();
    assert!(said(b"POST / HTTP/1.1\r\nHo").contains("in the middle of the head"));
    let body = said(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na");
    assert!(body.contains("in the middle of the body"), "{body}");
}

#[test]
fn what_a_message_may_cost_without_being_told() {
    let Limits { head, body } = Limits::default();
    assert_eq!((head, body), (65_536, 10_000_000));
}
