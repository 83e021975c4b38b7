//! Certificates of SAML metadata and of other XML: base64 in an element, wrapped as it comes.
#![no_main]

use hookprint::store::{self, Passwords};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let element: [&[u8]; 3] =
        [b"<EntityDescriptor><ds:X509Certificate>MII", bytes, b"</ds:X509Certificate></EntityDescriptor>"];
    let text = element.concat();
    for part in store::parts(&text) {
        let _ = (part.subject(), part.open(&Passwords::none()));
    }
    let _ = store::open(&text, &Passwords::none());
});
