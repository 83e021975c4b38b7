//! A diagnosis of any body under any signature value: JSON taken apart and written again, and every
//! table of changes. A wrong secret is never explained.
#![no_main]

use std::time::{Duration, Instant};

use hookprint::secret::Secret;
use hookprint::signature::Message;
use hookprint::signature::diagnose::{Case, diagnose};
use hookprint::signature::loader::built_in;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(scheme) = built_in("stripe") else { return };
    // The MAC of nothing under a secret that is not given.
    let value = format!("t=1700000000,v1={}", "5a".repeat(32));
    let headers: [(&str, &[u8]); 1] = [("Stripe-Signature", value.as_bytes())];
    let found = diagnose(&Case {
        scheme: &scheme,
        message: Message::post(&headers, data),
        secrets: &[Secret::new(b"whsec_test".to_vec())],
        file: "BODY".into(),
        writer: None,
        deadline: Instant::now() + Duration::from_millis(200),
    });
    assert!(found.causes.is_empty());
});
