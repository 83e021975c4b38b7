//! PKCS#7 SignedData, DER and BER.
#![no_main]

use hookprint::secret::Secret;
use hookprint::store::{self, Passwords};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // SEQUENCE of indefinite length { OID signedData, ... }
    let head = b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
    let passwords = Passwords::new(Vec::<Secret>::new());
    let _ = store::open(&[head, bytes].concat(), &passwords);
    let _ = store::open(bytes, &passwords);
});
