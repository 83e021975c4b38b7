//! What is signed of any body, address and list of headers: canonical JSON, forms, queries, members of the
//! body, certificates that a request names. Nothing verifies, and a canonical form is its own.
#![no_main]

use std::sync::LazyLock;

use hookprint::secret::Secret;
use hookprint::signature::{Message, Verifier, jcs, loader};
use libfuzzer_sys::fuzz_target;
use time::OffsetDateTime;

const SCHEMES: [&str; 8] = [
    "inngest",
    "hygraph",
    "contentful",
    "braintree",
    "mailgun",
    "plivo-v3",
    "mercadopago",
    "dropbox-sign",
];

const PUBLIC: [&str; 4] = ["aws-sns", "alipay", "alexa", "wise"];

const RSA: &str = include_str!("../../tests/data/rsa-public.pem");

/// Made once: reading the schemes takes a hundred times as long as checking a request.
static VERIFIERS: LazyLock<Vec<Verifier>> = LazyLock::new(|| {
    let made = SCHEMES.iter().chain(&PUBLIC).map(|name| {
        let secret = if PUBLIC.contains(name) { RSA } else { "0123456789abcdef0123456789abcdef" };
        let secret = Secret::new(secret.as_bytes().to_vec());
        Verifier::new(loader::built_in(name).unwrap(), &[("secret".to_owned(), secret)])
    });
    made.filter_map(Result::ok).collect()
});

fuzz_target!(|input: (&str, &str, &[u8])| {
    let (names, query, body) = input;
    if let Some(once) = jcs::canonical(body) {
        assert_eq!(jcs::canonical(&once).as_ref(), Some(&once));
        assert!(once.len() <= body.len() * 6 + 32);
    }
    let url = format!("https://hooks.example/in?{query}");
    for verifier in VERIFIERS.iter() {
        let scheme = verifier.scheme();
        let header = scheme.place.header().unwrap_or_default();
        let length = scheme.algorithm.signature_length().unwrap_or(256);
        let zero = match scheme.encoding {
            hookprint::signature::scheme::Encoding::Hex => "00".repeat(length),
            _ => hookprint::digest::base64(&vec![0; length]),
        };
        let value =
            scheme.value.fill(|word| Some(if word == "sig" { zero.clone() } else { "1".into() }));
        let value = format!("t=1,ts=1,t=1&{}", value.unwrap_or_default());
        let headers: [(&str, &[u8]); 4] = [
            (&header, value.as_bytes()),
            ("X-Contentful-Signed-Headers", names.as_bytes()),
            ("X-Contentful-Timestamp", b"1"),
            ("SignatureCertChainUrl", query.as_bytes()),
        ];
        let message = Message { url: Some(&url), ..Message::post(&headers, body) };
        let outcome = verifier.verify(&message, OffsetDateTime::UNIX_EPOCH);
        assert!(outcome.matched.is_none() && !outcome.problems.is_empty());
    }
});
