//! Dictionaries of structured fields, and whole message signatures made of them.
#![no_main]

use hookprint::secret::Secret;
use hookprint::signature::http_message::{Expectations, field, verify};
use hookprint::signature::key_set::KeySet;
use hookprint::signature::message::Message;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(members) = field::dictionary(data) {
        let text: Vec<String> =
            members.iter().map(|(key, member)| format!("{key}={member}")).collect();
        let again = field::dictionary(text.join(", ").as_bytes());
        assert_eq!(again.as_ref(), Ok(&members), "what is written is read as the same");
    }
    let split = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    let headers = [
        ("Host", &b"a.example"[..]),
        ("Signature-Input", &data[..split]),
        ("Signature", data.get(split + 1..).unwrap_or_default()),
    ];
    let keys = KeySet::of_secret("own", Secret::new(b"a secret that no input knows".to_vec())).unwrap();
    let (method, target) = ("POST", "/a?b=c");
    let message = Message { method, url: None, target, headers: &headers, body: b"", complete: true };
    assert!(verify(&message, &keys, &Expectations::default(), 1_700_000_000).is_err());
});
