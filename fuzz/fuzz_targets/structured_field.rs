//! Dictionaries of structured fields, and whole message signatures made of them.
#![no_main]

use hookprint::http::{Headers, Request};
use hookprint::secret::Secret;
use hookprint::signature::http_message::{Expectations, Message, field, verify};
use hookprint::signature::key_set::KeySet;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(members) = field::dictionary(data) {
        let text: Vec<String> =
            members.iter().map(|(key, member)| format!("{key}={member}")).collect();
        let again = field::dictionary(text.join(", ").as_bytes());
        assert_eq!(again.as_ref(), Ok(&members), "what is written is read as the same");
    }
    let split = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    let mut headers = Headers::new();
    headers.push("Host", "a.example");
    headers.push("Signature-Input", &data[..split]);
    headers.push("Signature", data.get(split + 1..).unwrap_or_default());
    let request =
        Request { method: "POST".into(), target: "/a?b=c".into(), headers, body: Vec::new() };
    let keys = KeySet::of_secret("own", Secret::new(b"a secret that no input knows".to_vec())).unwrap();
    let message = Message { request: &request, url: None };
    assert!(verify(&message, &keys, &Expectations::default(), 1_700_000_000).is_err());
});
