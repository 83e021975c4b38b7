//! Certificates as values of dotenv files: bare, quoted, with escaped line ends.
#![no_main]

use hookprint::store::{self, Passwords};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let lines: [(&[u8], &[u8]); 3] = [
        (b"export TLS_CERT=MII", b"\n"),
        (b"TLS_CERT=\"-----BEGIN CERTIFICATE-----\\nMII", b"\\n-----END CERTIFICATE-----\\n\"\n"),
        (b"TLS_CERT='LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t", b"'\n"),
    ];
    for (before, after) in lines {
        let text = [before, bytes, after].concat();
        for part in store::parts(&text) {
            let _ = (part.subject(), part.open(&Passwords::none()));
        }
        let _ = store::open(&text, &Passwords::none());
    }
});
