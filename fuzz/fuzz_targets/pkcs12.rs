//! PKCS#12, DER and BER: MAC, contents, bags, and the keys in them.
#![no_main]

use hookprint::secret::Secret;
use hookprint::store::{self, Passwords};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // SEQUENCE of indefinite length { INTEGER 3, SEQUENCE ... }
    let head = b"\x30\x80\x02\x01\x03\x30";
    let passwords = Passwords::new(vec![Secret::new(b"x".to_vec())]);
    for input in [bytes, &[head, bytes].concat()] {
        if let Ok(bundle) = store::open(input, &passwords) {
            let _ = bundle.first_failure();
            let _: Vec<_> = bundle.entries.iter().map(|entry| entry.key_matches()).collect();
        }
    }
});
