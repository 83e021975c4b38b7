//! Certificates in the headers that proxies set: RFC 9440, Envoy's, and PEM in percent encoding.
#![no_main]

use hookprint::store::{self, Passwords};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let headers: [(&[u8], &[u8]); 3] = [
        (b"Client-Cert: :MII", b":\r\n"),
        (b"X-Forwarded-Client-Cert: Cert=\"-----BEGIN%20CERTIFICATE-----%0AMII", b"\""),
        (b"ssl-client-cert: -----BEGIN%20CERTIFICATE-----%0AMII", b"\n"),
    ];
    for (before, after) in headers {
        let text = [before, bytes, after].concat();
        for part in store::parts(&text) {
            let _ = (part.subject(), part.open(&Passwords::none()));
        }
        let _ = store::open(&text, &Passwords::none());
    }
});
