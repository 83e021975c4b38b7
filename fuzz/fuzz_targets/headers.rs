//! Any value of a signature header is judged under every kind of scheme; none verifies.
#![no_main]

use std::sync::LazyLock;

use hookprint::secret::Secret;
use hookprint::signature::{Message, Verifier, detect, loader};
use libfuzzer_sys::fuzz_target;
use time::OffsetDateTime;

const SCHEMES: [&str; 6] = ["github", "stripe", "svix", "worldpay", "sinch-callback", "slack"];

/// Made once: reading the schemes takes longer than everything else.
static VERIFIERS: LazyLock<Vec<Verifier>> = LazyLock::new(|| {
    let secret = Secret::new(b"MDEyMzQ1Njc4OWFiY2RlZg==".to_vec());
    let secrets = [("secret".to_owned(), secret)];
    let made = SCHEMES.map(|name| Verifier::new(loader::built_in(name).unwrap(), &secrets));
    made.into_iter().filter_map(Result::ok).collect()
});

fuzz_target!(|value: &[u8]| {
    for verifier in VERIFIERS.iter() {
        let scheme = verifier.scheme();
        let header = scheme.place.header().unwrap_or_default();
        let headers: [(&str, &[u8]); 3] =
            [(&header, value), ("svix-id", value), ("x-timestamp", value)];
        let message =
            Message { url: Some("https://hooks.example/in"), ..Message::post(&headers, value) };
        let _ = detect::propose(&message);
        let outcome = verifier.verify(&message, OffsetDateTime::UNIX_EPOCH);
        assert!(outcome.matched.is_none() && !outcome.problems.is_empty());
    }
});
