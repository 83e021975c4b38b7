//! Examples of RFC 9421 beside those of tests/data/vectors.toml, round trips, and one request for each
//! way to be wrong.

use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair};

use super::*;
use crate::digest::unbase64;
use crate::http::Request;
use crate::secret::Secret;
use crate::signature::key::VerifyingKey;
use crate::signature::key_set::KeySet;
use crate::signature::message::lines;

pub(super) const CREATED: i64 = 1_618_884_473;

/// RFC 9421 appendix B.1.2 to B.1.5.
const P256: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lf
w0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==
-----END PUBLIC KEY-----";
const ED25519: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
-----END PUBLIC KEY-----";
const SHARED: &str =
    "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==";

/// Appendix B.2: `test-request`.
pub(super) fn request() -> Request {
    let mut headers = Headers::new();
    for (name, value) in [
        ("Host", "example.com"),
        ("Date", "Tue, 20 Apr 2021 02:07:55 GMT"),
        ("Content-Type", "application/json"),
        (
            "Content-Digest",
            "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:",
        ),
        ("Content-Length", "18"),
    ] {
        headers.push(name, value);
    }
    Request {
        method: "POST".into(),
        target: "/foo?param=Value&Pet=dog".into(),
        headers,
        body: br#"{"hello": "world"}"#.to_vec(),
    }
}

fn key(text: &str) -> VerifyingKey {
    match text.starts_with("---") {
        true => VerifyingKey::from_pem(text).remove(0),
        false => VerifyingKey::shared(Secret::new(unbase64(text).unwrap())).unwrap(),
    }
}

pub(super) fn verify_plain(request: &Request, key: &VerifyingKey) -> Result<Verified, Reason> {
    let headers = lines(&request.headers);
    let message = Message::of(request, &headers, None);
    verify(&message, &set(key), &Expectations::default(), CREATED)
}

pub(super) fn set(key: &VerifyingKey) -> KeySet {
    KeySet::of_keys(vec![key.clone()])
}

pub(super) fn signed(mut request: Request, input: &str, signature: &str) -> Request {
    request.headers.push("Signature-Input", input);
    request.headers.push("Signature", signature);
    request
}

/// Appendix B.2.4 signs a response, section 2.4 binds one to its request, and section 2.1.4 covers a
/// trailer: each is refused by its name before any key is tried.
#[test]
fn components_that_a_webhook_cannot_have_are_refused_by_name() {
    let b24 =
        "wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==";
    for (components, named) in [
        (r#""@status" "content-type" "content-digest" "content-length""#, "\"@status\""),
        (r#""content-type" "@method";req"#, "\"@method\";req"),
        (r#""content-type" "expires";tr"#, "\"expires\";tr"),
    ] {
        let input = format!(r#"s=({components});created=1618884473;keyid="test-key-ecc-p256""#);
        let request = signed(request(), &input, &format!("s=:{b24}:"));
        let refused = verify_plain(&request, &key(P256)).unwrap_err();
        assert!(matches!(&refused, Reason::Unsupported(name, _) if name == named), "{refused:?}");
        let sentence = refused.to_string();
        assert!(sentence.contains("unsupported") && sentence.contains("RFC 9421"), "{sentence}");
        assert_eq!(refused.code(), crate::finding::Code::SignatureMalformed);
    }
}

/// Appendix B.3 (ECDSA P-256, behind a TLS terminator) and B.4 (repeated header lines).
#[test]
fn published_transformations() {
    let certificate = ":MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKDBJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVBAMMEkxBIEludGVybWVkaWF0ZSBDQTAeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJDMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8YnXXfaUgmnMtOXU/IncWalRhebrXmckC8vdgJ1p5Be5F/3YC8OthxM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYDVR0TBAIwADAfBgNVHSMEGDAWgBRm3WjLa38lbEYCuiCPct0ZaSED2DAOBgNVHQ8BAf8EBAMCBsAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0RAQH/BBMwEYEPYmRjQGV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6bMjeSkC3dFCOOB8TAiEAx/kHSB4urmiZ0NX5r5XarmPk0wmuydBVoU4hBVZ1yhk=:";
    let mut proxied = request();
    proxied.headers.set("Host", "service.internal.example");
    proxied.headers.push("Client-Cert", certificate);
    let proxied = signed(
        proxied,
        r#"ttrp=("@path" "@query" "@method" "@authority" "client-cert");created=1618884473;keyid="test-key-ecc-p256""#,
        "ttrp=:xVMHVpawaAC/0SbHrKRs9i8I3eOs5RtTMGCWXm/9nvZzoHsIg6Mce9315T6xoklyy0yzhD9ah4JHRwMLOgmizw==:",
    );
    assert_eq!(verify_plain(&proxied, &key(P256)).unwrap().algorithm, "ecdsa-p256-sha256");

    let mut headers = Headers::new();
    headers.push("Host", "EXAMPLE.org:443");
    headers.push("Accept", " application/json ");
    headers.push("Accept", "*/*");
    let split = Request {
        method: "GET".into(),
        target: "/demo?name1=Value1".into(),
        headers,
        body: Vec::new(),
    };
    let split = signed(
        split,
        r#"transform=("@method" "@path" "@authority" "accept");created=1618884473;keyid="test-key-ed25519""#,
        "transform=:ZT1kooQsEHpZ0I1IjCqtQppOmIqlJPeo7DHR3SoMn0s5JZ1eRGS0A+vyYP9t/LXlh5QMFFQ6cpLt2m0pmj3NDA==:",
    );
    assert!(verify_plain(&split, &key(ED25519)).is_ok());
    let mut swapped = split.clone();
    swapped.headers.set("Accept", "*/*, application/json");
    assert_eq!(
        verify_plain(&swapped, &key(ED25519)),
        Err(Reason::Mismatch { label: "transform".into() })
    );
}

/// RFC 9421 section 2.2.8.
#[test]
fn query_parameters_are_decoded_and_encoded_again() {
    let mut request = request();
    request.target = "/parameters?var=this%20is%20a%20big%0Amultiline%20value&bar=with+plus+whitespace&fa%C3%A7ade%22%3A%20=something&twice=1&twice=2".into();
    let headers = lines(&request.headers);
    let message = Message::of(&request, &headers, None);
    let value = |name: &str| {
        let text = format!("a=(\"@query-param\";name=\"{name}\")");
        let Member::List(items, _) = field::dictionary(text.as_bytes()).unwrap().remove(0).1 else {
            panic!("no list");
        };
        component::value(&message, &items[0])
    };
    assert_eq!(value("var").unwrap(), "this%20is%20a%20big%0Amultiline%20value");
    assert_eq!(value("bar").unwrap(), "with%20plus%20whitespace");
    assert_eq!(value("fa%C3%A7ade%22%3A%20").unwrap(), "something");
    assert_eq!(value("twice").unwrap_err().code().id(), "signature-malformed");
    assert_eq!(value("none").unwrap_err().code().id(), "signature-missing");
}

#[test]
fn derived_components() {
    let mut request = request();
    request.headers.push("X-Dictionary", "a=1,   b=2;x=1;y=2,c=(a   b    c)");
    let at = |url: Option<&str>, component: &str| {
        let text = format!("s=({component})");
        let Member::List(items, _) = field::dictionary(text.as_bytes()).unwrap().remove(0).1 else {
            panic!("no list");
        };
        component::value(&Message::of(&request, &lines(&request.headers), url), &items[0])
    };
    let proxied = Some("HTTP://Hooks.Example:80?q=1#end");
    for (url, name, value) in [
        (None, r#""@target-uri""#, "https://example.com/foo?param=Value&Pet=dog"),
        (None, r#""@scheme""#, "https"),
        (None, r#""@request-target""#, "/foo?param=Value&Pet=dog"),
        (proxied, r#""@scheme""#, "http"),
        (proxied, r#""@authority""#, "hooks.example"),
        (proxied, r#""@path""#, "/"),
        (proxied, r#""@query""#, "?q=1"),
        (Some("https://x.example/a"), r#""@query""#, "?"),
        (proxied, r#""@target-uri""#, "HTTP://Hooks.Example:80/?q=1"),
        (Some("https://x.example#a"), r#""@target-uri""#, "https://x.example/"),
        (None, r#""x-dictionary";key="b""#, "2;x=1;y=2"),
        (None, r#""content-type";bs"#, ":YXBwbGljYXRpb24vanNvbg==:"),
    ] {
        assert_eq!(at(url, name).as_deref(), Ok(value), "{name}");
    }
    for (name, code) in [
        (r#""@status""#, "signature-malformed"),
        (r#""@new""#, "signature-malformed"),
        (r#""Host""#, "signature-malformed"),
        (r#""host";req"#, "signature-malformed"),
        (r#""x-dictionary";sf"#, "signature-malformed"),
        (r#""x-absent""#, "signature-missing"),
        (r#""x-dictionary";key="z""#, "signature-missing"),
        ("token", "signature-malformed"),
    ] {
        assert_eq!(at(None, name).unwrap_err().code().id(), code, "{name}");
    }
}

#[test]
fn sign_verify_tamper_refuse() {
    let keys = [
        SigningKey::Shared(Secret::new(b"secret".to_vec())),
        SigningKey::Ed25519(Box::new(Ed25519KeyPair::generate().unwrap())),
        SigningKey::P256(Box::new(
            EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
        )),
        SigningKey::Rsa(Box::new(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())),
    ];
    for key in &keys {
        let mut request = request();
        request.headers.remove("Content-Digest");
        let order = Order {
            label: "sig1".into(),
            components: USUAL_COMPONENTS.iter().map(|name| component(name)).collect(),
            created: CREATED,
            key_id: Some("k\"1".into()),
        };
        let added =
            sign(&Message::of(&request, &lines(&request.headers), None), key, &order).unwrap();
        for line in added.iter() {
            request.headers.push(line.name.clone(), line.value.clone());
        }
        let key = key.verifying().unwrap();
        assert!(verify_plain(&request, &key).unwrap().covers_body);

        let mut body = request.clone();
        body.body.push(b'\n');
        let refused = verify_plain(&body, &key);
        assert_eq!(refused, Err(Reason::ContentDigest { algorithm: "sha-256".into() }));

        let mut path = request.clone();
        path.target = "/other".into();
        assert_eq!(verify_plain(&path, &key), Err(Reason::Mismatch { label: "sig1".into() }));

        let headers = lines(&request.headers);
        let message = Message::of(&request, &headers, None);
        let within = |now| verify(&message, &set(&key), &Expectations::default(), now).map(|_| ());
        assert_eq!(within(CREATED + 300), Ok(()));
        assert_eq!(within(CREATED + 301), Err(Reason::Stale { age: 301, tolerance: 300 }));
        let future = Reason::InFuture { seconds: 301, tolerance: 300 };
        assert_eq!(within(CREATED - 301), Err(future));
    }
}

#[test]
fn what_is_malformed_is_said() {
    let with = |input: &str, signature: &str| {
        verify_plain(&signed(request(), input, signature), &key(SHARED)).unwrap_err().code().id()
    };
    assert_eq!(
        verify_plain(&request(), &key(SHARED)).unwrap_err(),
        Reason::Missing("Signature-Input")
    );
    assert_eq!(with("a=()", "b=:YQ==:"), "signature-malformed");
    assert_eq!(with("a=()", "a=1"), "signature-malformed");
    assert_eq!(with("a=1", "a=:YQ==:"), "signature-malformed");
    assert_eq!(with("", ""), "signature-missing");
    assert_eq!(with("a=(", "a=:YQ==:"), "signature-malformed");
    assert_eq!(with(r#"a=("date" "date")"#, "a=:YQ==:"), "signature-malformed");
    assert_eq!(with(r#"a=();alg="md5""#, "a=:YQ==:"), "algorithm-mismatch");
    assert_eq!(with(r#"a=();alg="ed25519""#, "a=:YQ==:"), "algorithm-mismatch");
    assert_eq!(with("a=()", "a=:YQ==:"), "signature-mismatch");
    let many: Vec<String> = (0..100).map(|index| format!("a{index}=()")).collect();
    assert_eq!(with(&many.join(","), "a=:YQ==:"), "signature-malformed");
}

#[test]
fn an_expired_signature_is_right_but_over() {
    let key = SigningKey::Shared(Secret::new(b"secret".to_vec()));
    let mut parameters = Parameters::default();
    parameters.set("expires", Bare::Integer(CREATED - 7));
    let mut signature =
        Signature { label: "s".into(), components: Vec::new(), parameters, bytes: Vec::new() };
    let plain = request();
    let base = signature.base(&Message::of(&plain, &lines(&plain.headers), None)).unwrap();
    signature.bytes = key.sign(Algorithm::HmacSha256, base.as_bytes()).unwrap();
    let request = signed(
        request(),
        &format!("s={}", signature.input()),
        &format!("s={}", Bare::Bytes(signature.bytes)),
    );
    let refused = verify_plain(&request, &key.verifying().unwrap());
    assert_eq!(refused, Err(Reason::Expired { seconds: 7 }));
}
