//! Captures in bulk: chunks hold every line once, and the exact bytes of a line are those that a
//! reader of the whole entry finds.
#![no_main]

use hookprint::capture::bulk::{Chunk, Chunks, exact, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut chunks = Chunks::new(bytes);
    let (mut used, mut found) = (Chunk::default(), Vec::new());
    while let Ok(Some(chunk)) = chunks.next(used) {
        found.extend(chunk.lines().map(|line| (line.number, line.bytes.to_vec())));
        used = chunk;
    }
    let lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let lines = lines.enumerate().filter(|(_, line)| !line.is_empty());
    assert!(lines.map(|(index, line)| (index + 1, line.to_vec())).eq(found.iter().cloned()));

    let (mut head, mut body) = (Vec::new(), Vec::new());
    for (number, line) in found {
        let Some(exact) = exact(&line, &mut head, &mut body) else { continue };
        if let Ok(read) = parse(&line, number) {
            assert_eq!(read.head.as_deref(), Some(exact.head));
            assert_eq!(read.request.body, exact.body);
        }
    }
});
