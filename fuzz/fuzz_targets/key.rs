//! Private keys: PKCS#8, PKCS#1, SEC1, DSA in clear, and encrypted PKCS#8 through the whole reader.
#![no_main]

use hookprint::secret::Secret;
use hookprint::store::{self, Passwords, PrivateKey};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(key) = PrivateKey::parse(bytes) {
        let again = PrivateKey::parse(key.pkcs8().expose()).map(|again| again.kind().clone());
        assert_eq!(again.as_ref(), Ok(key.kind()));
        let _ = key.usable_for_tls();
    }
    let passwords = Passwords::new(vec![Secret::new(b"x".to_vec())]);
    if let Ok(bundle) = store::open(bytes, &passwords) {
        let _ = bundle.first_failure();
    }
});
