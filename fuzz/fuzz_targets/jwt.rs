//! Tokens and key sets: no bytes panic, and nothing passes without a key that signed it.
#![no_main]

use hookprint::secret::Secret;
use hookprint::signature::key_set::KeySet;
use hookprint::signature::token::{self, Expectations};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = KeySet::parse(data);
    let keys = KeySet::of_secret("own", Secret::new(b"a secret that no input knows".to_vec())).unwrap();
    // Whatever is given as a secret is one, is a public key, or is refused.
    let _ = KeySet::of_secret("given", Secret::new(data.to_vec()));
    let text = String::from_utf8_lossy(data);
    for expected in [Expectations::default(), Expectations::google_id_token()] {
        assert!(token::verify(&text, &keys, &expected, 1_700_000_000).is_err());
    }
});
