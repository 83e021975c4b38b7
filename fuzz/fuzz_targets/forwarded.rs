//! Headers of proxies are decoded or refused, whatever stands in them.
#![no_main]

use hookprint::http::Headers;
use hookprint::http::forwarded::claims;
use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 8] = [
    "X-Forwarded-Client-Cert",
    "Client-Cert",
    "Client-Cert-Chain",
    "ssl-client-cert",
    "X-Amzn-Mtls-Clientcert",
    "Cf-Client-Cert-Der-Base64",
    "X-ARR-ClientCert",
    "X-SSL-Cert",
];

fuzz_target!(|lines: Vec<(u8, Vec<u8>)>| {
    let mut headers = Headers::new();
    for (name, value) in lines {
        headers.push(NAMES[usize::from(name) % NAMES.len()], value);
    }
    let _ = claims(&headers);
});
