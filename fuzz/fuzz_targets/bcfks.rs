//! BCFKS: what stands around the encrypted entries.
#![no_main]

use hookprint::secret::Secret;
use hookprint::store::{self, Passwords};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let passwords = Passwords::new(vec![Secret::new(b"changeit".to_vec())]);
    if let Ok(bundle) = store::open(bytes, &passwords) {
        let _ = bundle.first_failure();
    }
});
