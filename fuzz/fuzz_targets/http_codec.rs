//! However bytes are split, the codec says the same about them, on both sides.
#![no_main]

use std::fmt::Debug;

use hookprint::http::codec::{Decoder, Event, Limits, Requests, Responses, Side};
use libfuzzer_sys::fuzz_target;

fn decode<S: Side>(side: S, bytes: &[u8], size: usize) -> Vec<String>
where
    S::Head: Debug,
{
    let mut decoder = Decoder::new(side, Limits { head: 300, body: 200 });
    let (mut said, mut body) = (Vec::new(), Vec::new());
    for piece in bytes.chunks(size) {
        decoder.feed(piece);
        loop {
            match decoder.next() {
                Ok(Some(Event::Head(head))) => said.push(format!("{head:?}")),
                Ok(Some(Event::Body(piece))) => body.extend_from_slice(piece),
                Ok(Some(Event::End(trailers))) => {
                    said.push(format!("{:?} {trailers:?}", std::mem::take(&mut body)));
                }
                Ok(None) => break,
                Err(refusal) => {
                    said.push(refusal.to_string());
                    return said;
                }
            }
        }
    }
    said.push(format!("{body:?}"));
    said
}

fuzz_target!(|bytes: &[u8]| {
    let Some((size, bytes)) = bytes.split_first() else { return };
    let size = usize::from(*size).max(1);
    assert_eq!(decode(Requests, bytes, bytes.len().max(1)), decode(Requests, bytes, size));
    let responses = || Responses { method: "POST".to_owned() };
    assert_eq!(decode(responses(), bytes, bytes.len().max(1)), decode(responses(), bytes, size));
});
