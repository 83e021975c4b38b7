//! PEM in any shape: blocks are cut, decoded and put together.
#![no_main]

use hookprint::secret::Secret;
use hookprint::store::{self, Passwords};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // Whatever comes first, a block follows, so that the text is taken for PEM.
    let text = [bytes, b"\n-----BEGIN CERTIFICATE-----\n", bytes].concat();
    for block in store::pem::block::blocks(&text) {
        let _ = (block.decode(), block.header("DEK-Info"), block.friendly_name());
    }
    let passwords = Passwords::new(vec![Secret::new(b"x".to_vec())]);
    if let Ok(bundle) = store::open(&text, &passwords) {
        let _ = bundle.first_failure();
    }
});
