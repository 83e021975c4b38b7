//! Any text is a file of schemes or is refused with its place; what is read can be used.
#![no_main]

use hookprint::secret::Secret;
use hookprint::signature::{Fresh, Message, Signer, loader};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(schemes) = loader::parse(text) else { return };
    let headers: [(&str, &[u8]); 1] = [("Content-Type", b"application/json")];
    let message = Message {
        url: Some("https://hooks.example/in?x=1"),
        ..Message::post(&headers, b"{\"a\":1}")
    };
    let fresh = Fresh { at: time::OffsetDateTime::UNIX_EPOCH, id: None };
    for scheme in schemes {
        if let Ok(signer) = Signer::new(scheme, &Secret::new(b"0123456789abcdef".to_vec())) {
            let _ = signer.sign(&message, &fresh);
        }
    }
});
