//! Certificates inside text: dotenv, XML, header values, JSON, YAML. The first octet chooses a frame.
#![no_main]

use hookprint::store::{self, Passwords};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let [kind, rest @ ..] = bytes else { return };
    let frames: [(&[u8], &[u8]); 6] = [
        (b"", b""),
        (b"KEY=MII", b"\n"),
        (b"<ds:X509Certificate>MII", b"</ds:X509Certificate>"),
        (b"Client-Cert: :MII", b":\r\n"),
        (b"X-Forwarded-Client-Cert: Cert=\"-----BEGIN%20CERTIFICATE-----%0A", b"\""),
        (b"{\"keys\":[{\"x5c\":[\"MII", b"\"]}]}"),
    ];
    let (before, after) = frames[usize::from(*kind) % frames.len()];
    let text = [before, rest, after].concat();
    for part in store::parts(&text) {
        let _ = part.subject();
        let _ = part.open(&Passwords::none());
    }
    let _ = store::open(&text, &Passwords::none());
    let _ = store::open_found(&text, &Passwords::none());
});
