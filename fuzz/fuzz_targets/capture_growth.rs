//! Whatever a capture says, each of its requests takes no more than a small multiple of the capture
//! and the limit of a record.
#![no_main]

use hookprint::capture::{Captured, FORMATS, Options, load};
use libfuzzer_sys::fuzz_target;

const RECORD: usize = 8 << 10;

fn size(captured: &Captured) -> usize {
    let request = &captured.request;
    let lines: usize = request.headers.iter().map(|line| line.name.len() + line.value.len()).sum();
    let notes: usize = captured.notes.iter().map(|note| note.message.len()).sum();
    let texts = captured.name.len() + captured.url.as_ref().map_or(0, String::len);
    request.method.len() + request.target.len() + lines + request.body.len() + notes + texts
}

fuzz_target!(|bytes: &[u8]| {
    let options = Options {
        record: RECORD,
        variables: vec![("v".into(), "x".repeat(500))],
        ..Options::default()
    };
    let check = |captured: hookprint::error::Result<Captured>| {
        let size = captured.map_or_else(|error| error.message.len(), |captured| size(&captured));
        assert!(size <= 4 * bytes.len() + 3 * RECORD + 1024, "{size} of {}", bytes.len());
    };
    for format in FORMATS {
        if let Ok(captures) = (format.read)(Box::new(bytes), &options) {
            captures.for_each(check);
        }
    }
    if let Ok(captures) = load(bytes, &options) {
        captures.for_each(check);
    }
});
