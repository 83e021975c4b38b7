//! Tokens and key sets: no bytes panic, and nothing passes without a key that signed it.
#![no_main]

use hookprint::secret::Secret;
use hookprint::signature::token::{self, Expectations, KeySet};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = KeySet::parse(data);
    let keys = KeySet::of_secret(Secret::new(b"a secret that no input knows".to_vec()));
    let text = String::from_utf8_lossy(data);
    for expected in [Expectations::default(), Expectations::google_id_token()] {
        assert!(token::verify(&text, &keys, &expected, 1_700_000_000).is_err());
    }
});
