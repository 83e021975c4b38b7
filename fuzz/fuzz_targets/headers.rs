//! Any value of a signature header is judged under every kind of scheme; none verifies.
#![no_main]

use hookprint::secret::Secret;
use hookprint::signature::{Message, Verifier, detect, loader};
use libfuzzer_sys::fuzz_target;
use time::OffsetDateTime;

const SCHEMES: [&str; 6] = ["github", "stripe", "svix", "worldpay", "sinch-callback", "slack"];

fuzz_target!(|value: &[u8]| {
    for name in SCHEMES {
        let Ok(scheme) = loader::built_in(name) else { continue };
        let header = scheme.place.header().unwrap_or_default();
        let headers: [(&str, &[u8]); 3] =
            [(&header, value), ("svix-id", value), ("x-timestamp", value)];
        let message =
            Message { url: Some("https://hooks.example/in"), ..Message::post(&headers, value) };
        let _ = detect::propose(&message);
        let secret = Secret::new(b"MDEyMzQ1Njc4OWFiY2RlZg==".to_vec());
        if let Ok(verifier) = Verifier::new(scheme, &[("secret".to_owned(), secret)]) {
            let outcome = verifier.verify(&message, OffsetDateTime::UNIX_EPOCH);
            assert!(outcome.matched.is_none() && !outcome.problems.is_empty());
        }
    }
});
