//! Certificates inside any text, and in JSON. The first octet chooses a frame.
#![no_main]

use hookprint::store::{self, Passwords};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let [kind, rest @ ..] = bytes else { return };
    let frames: [(&[u8], &[u8]); 2] = [(b"", b""), (b"{\"keys\":[{\"x5c\":[\"MII", b"\"]}]}")];
    let (before, after) = frames[usize::from(*kind) % frames.len()];
    let text = [before, rest, after].concat();
    for part in store::parts(&text) {
        let _ = (part.subject(), part.open(&Passwords::none()));
    }
    let _ = store::open(&text, &Passwords::none());
    let _ = store::open_found(&text, &Passwords::none(), text.len() % 2 == 0);
});
