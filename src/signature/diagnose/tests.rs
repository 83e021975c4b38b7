//! Causes planted, one by one and at random, and found again by name.

use std::time::Duration;

use super::*;
use crate::signature::candidates::encoded;
use crate::signature::loader::built_in;
use crate::signature::mac::mac;
use crate::signature::scheme::Algorithm;

pub(super) const SECRET: &[u8] = b"correct horse battery staple";
pub(super) const BODY: &[u8] = br#"{"message":"hei","chat_id":"42"}"#;

/// A diagnosis of a request that carries `headers`.
pub(super) fn diagnosed(
    scheme: &str,
    secret: &[u8],
    body: &[u8],
    url: Option<&str>,
    headers: &[(&str, String)],
) -> Diagnosis {
    let scheme = built_in(scheme).unwrap();
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    diagnose(&Case {
        scheme: &scheme,
        message: Message { url, ..Message::post(&headers, body) },
        secrets: &[Secret::new(secret.to_vec())],
        file: "body.json".into(),
        writer: None,
        deadline: Instant::now() + Duration::from_secs(20),
    })
}

fn hmac_hex(key: &[u8], content: &[u8]) -> String {
    digest::hex(&mac(Algorithm::HmacSha256, key, &[content]).unwrap())
}

/// Names of the changes that GitHub's scheme needs, when the sender signed `content` with `key`.
pub(super) fn changes(secret: &[u8], body: &[u8], key: &[u8], content: &[u8]) -> Vec<String> {
    let header = ("X-Hub-Signature-256", format!("sha256={}", hmac_hex(key, content)));
    let found = diagnosed("github", secret, body, None, &[header]);
    found.causes.into_iter().map(|cause| cause.change).collect()
}

/// Every changed body in its order, with the name of its change.
pub(super) fn changed_bodies(body: &[u8], common: bool) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let made = |change: bodies::Change, changed: &Body<'_>, (): &mut ()| {
        (change.cause(0, 0).change, changed.bytes.to_vec())
    };
    let _ = bodies::each(body, None, common, &made, &mut |each| {
        all.push(each);
        std::ops::ControlFlow::Continue(())
    });
    all
}

/// Journey J2: Kindly's header over the body, with the sender's side as published there.
#[test]
fn the_developer_whose_mac_does_not_match() {
    let kindly = |secret: &str, body: &[u8], signature: &str| {
        let headers = [("Kindly-HMAC", signature.to_owned())];
        let found = diagnosed("kindly", secret.as_bytes(), body, None, &headers);
        found.causes.into_iter().map(|cause| cause.change).collect::<Vec<_>>()
    };
    let right = "uUZ0VRTFosPNY1Zfs6ywlGuy0tCoCmIau6mxH9mnJFA=";
    let secret = "kindly-demo-secret";
    let with_newline = [BODY, b"\n"].concat();
    assert_eq!(kindly(secret, &with_newline, right), ["body-final-newline-removed"]);
    assert_eq!(
        kindly(secret, br#"{"message": "hei", "chat_id": "42"}"#, right),
        ["body-json-compact"]
    );
    assert_eq!(kindly("kindly-demo-secret\n", BODY, right), ["secret-newline-removed"]);
    let python = "w8zDFZ6lFaneZTGLegLPXtfSG7yZMjP0it7r6WhEhMQ=";
    assert_eq!(kindly(secret, BODY, python), ["body-json-spaced"]);
    let newline = "rKE6giHlCji63kjY6A/te6vLtM/S6CTY4fHtn0F+jpg=";
    assert_eq!(kindly(secret, BODY, newline), ["body-final-newline-added"]);
    let long_secret = "UKmh7lvieoLwHOxgT71u427KOByMXr0+AmyVxuQMLvc=";
    assert_eq!(kindly(secret, BODY, long_secret), ["secret-newline-added"]);
    let hex = "b946745514c5a2c3cd63565fb3acb0946bb2d2d0a80a621abba9b11fd9a72450";
    assert_eq!(kindly(secret, BODY, hex), ["signature-is-hex"]);
}

#[test]
fn the_first_cause_reads_as_the_contract_says() {
    let header = ("Kindly-HMAC", "uUZ0VRTFosPNY1Zfs6ywlGuy0tCoCmIau6mxH9mnJFA=".to_owned());
    let body = [BODY, b"\n"].concat();
    let found = diagnosed("kindly", b"kindly-demo-secret", &body, None, &[header]);
    let cause = &found.causes[0];
    assert_eq!(cause.message, "remove the final newline of the body (byte 33, 0x0A)");
    assert_eq!(cause.why, "an editor or echo added it; the sender signed 32 bytes");
    assert_eq!(
        cause.help,
        "printf %s \"$(cat body.json)\" > body.json, and hash the raw request bytes in your receiver"
    );
    assert_eq!((found.signed_bytes, found.cut), (Some(33), false));
}

/// Each row of the table of secrets, over a secret that no earlier row changes in the same way.
#[test]
fn every_change_of_the_secret_is_named() {
    let given = [
        ("secret-newline-removed", "plain\r\n"),
        ("secret-trimmed", "\tplain "),
        ("secret-newline-added", "plain"),
        ("secret-crlf-added", "plain"),
        ("secret-unquoted", "'plain'"),
        ("secret-quoted", "plain"),
        ("secret-byte-order-mark-removed", "\u{feff}plain"),
        ("secret-percent-decoded", "pl%61in"),
        ("secret-lower-case", "PLAIN"),
        ("secret-upper-case", "plain"),
        ("secret-whsec-added", "plain"),
        ("secret-shpss-added", "plain"),
        ("secret-prefix-cut", "whsec_plain!"),
        ("secret-prefix-cut-base64-decoded", "whsec_cGxhaW4="),
        ("secret-base64-decoded", "cGxhaW4="),
        ("secret-hex-decoded", "706c61696e"),
        ("secret-prefix-cut-hex-decoded", "key_706c61696e"),
        ("secret-sha256", "plain"),
        ("secret-sha256-hex", "plain"),
        ("secret-base64-encoded", "plain"),
        ("secret-hex-encoded", "plain"),
        ("secret-empty", "plain"),
    ];
    // `secret-as-text` is the scheme's own form here; it stands below.
    assert_eq!(secret::ROWS.len(), given.len() + 1);
    for (name, given) in given {
        let row = secret::ROWS.iter().find(|row| row.advice.name == name).unwrap();
        let key = (row.apply)(given.as_bytes()).unwrap();
        assert_eq!(changes(given.as_bytes(), BODY, &key, BODY), [name], "{given}");
    }
    // The key is the text itself: only news to a scheme that decodes.
    let id = ("webhook-id", "msg_1".to_owned());
    let time = ("webhook-timestamp", "1700000000".to_owned());
    let text = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let signature = mac(Algorithm::HmacSha256, text.as_bytes(), &[b"msg_1.1700000000.", BODY]);
    let value = ("webhook-signature", format!("v1,{}", digest::base64(&signature.unwrap())));
    let found = diagnosed("standard-webhooks", text.as_bytes(), BODY, None, &[id, time, value]);
    assert_eq!(found.causes[0].change, "secret-as-text");
}

#[test]
fn every_reading_of_the_signature_is_named() {
    let value = mac(Algorithm::HmacSha256, SECRET, &[BODY]).unwrap();
    let (hex, base64) = (digest::hex(&value), digest::base64(&value));
    for (scheme, header, text, name) in [
        ("kindly", "Kindly-HMAC", hex.clone(), "signature-is-hex"),
        ("github", "X-Hub-Signature-256", format!("sha256={base64}"), "signature-is-base64"),
        ("kindly", "Kindly-HMAC", format!("sha256={base64}"), "signature-prefix-removed"),
        ("github", "X-Hub-Signature-256", hex.clone(), "signature-prefix-missing"),
        ("kindly", "Kindly-HMAC", format!("\"{base64}\""), "signature-unquoted"),
        ("kindly", "Kindly-HMAC", digest::base64(hex.as_bytes()), "signature-is-base64-of-hex"),
        ("kindly", "Kindly-HMAC", digest::hex(base64.as_bytes()), "signature-is-hex-of-base64"),
        ("kindly", "Kindly-HMAC", base64.replace('=', "%3D"), "signature-percent-decoded"),
        ("kindly", "Kindly-HMAC", base64.replace('+', " "), "signature-spaces-are-plus"),
    ] {
        let found = diagnosed(scheme, SECRET, BODY, None, &[(header, text.clone())]);
        let names: Vec<_> = found.causes.iter().map(|cause| cause.change.as_str()).collect();
        assert_eq!(names, [name], "{text}");
    }
}

#[test]
fn another_digest_is_told_by_its_length() {
    for algorithm in [Algorithm::HmacSha1, Algorithm::HmacSha384, Algorithm::HmacSha512] {
        let value = digest::hex(&mac(algorithm, SECRET, &[BODY]).unwrap());
        let header = ("X-Hub-Signature-256", format!("sha256={value}"));
        let found = diagnosed("github", SECRET, BODY, None, &[header]);
        assert_eq!(found.causes[0].change, format!("digest-{algorithm}"));
    }
}

/// Bodies on which each row does something that no earlier row does.
#[test]
fn every_change_of_the_body_is_named() {
    let gzip = {
        use std::io::Write;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(BODY).unwrap();
        gzip.finish().unwrap()
    };
    let bodies: [(&str, &[u8]); 47] = [
        ("body-final-newline-removed", b"{}\n"),
        ("body-final-crlf-removed", b"text\r\n"),
        ("body-final-newline-added", b"text"),
        ("body-final-crlf-added", b"text"),
        ("body-blanks-trimmed", b"  text \n"),
        ("body-nul-removed", b"text\0\0"),
        ("body-leading-blank-added", b"text"),
        ("body-leading-newline-added", b"text"),
        ("body-line-ends-lf", b"a\r\nb\r\nc"),
        ("body-line-ends-crlf", b"a\nb\nc"),
        ("body-byte-order-mark-removed", b"\xef\xbb\xbftext"),
        ("body-byte-order-mark-added", b"text"),
        ("body-utf16-decoded", b"\xff\xfe{\0}\0"),
        ("body-html-unescaped", b"{&quot;a&quot;:1}"),
        ("body-unicode-backslashes-restored", br#"{"a":"cafu00e9"}"#),
        ("body-backslashes-restored", br#"{"a":"cafu00e9/"}"#),
        ("body-quoted-printable-decoded", b"a=3Db"),
        ("body-base64-decoded", b"eyJhIjoxfQ=="),
        ("body-gateway-event", br#"{"path":"/","body":"{\"a\":1}","isBase64Encoded":false}"#),
        ("body-json-string-decoded", br#""{\"a\":1}""#),
        ("body-decompressed", &gzip),
        ("body-http-head-removed", b"POST / HTTP/1.1\r\nHost: a\r\n\r\n{}"),
        ("body-chunks-joined", b"2\r\n{}\r\n0\r\n\r\n"),
        ("body-form-payload", b"payload=%7B%22a%22%3A1%7D"),
        ("body-payload-form", br#"{"a":1}"#),
        ("body-form-plus-is-percent-20", b"a=b+c"),
        ("body-form-percent-20-is-plus", b"a=b%20c"),
        ("body-form-sorted", b"b=1&a=2"),
        ("body-form-line-ends-crlf", b"a=x%0Ay"),
        ("body-form-line-ends-lf", b"a=x%0D%0Ay"),
        ("body-latin1", "caf\u{e9}".as_bytes()),
        ("body-mojibake-undone", "\u{e2}\u{201a}\u{ac}5".as_bytes()),
        ("body-utf8-of-latin1", b"caf\xe9"),
        ("body-unicode-escaped", "caf\u{e9} \u{20ac}".as_bytes()),
        ("body-unicode-escaped-in-capitals", "caf\u{e9} \u{20ac}".as_bytes()),
        ("body-unicode-unescaped", br#"{"a": "caf\u00e9"}"#),
        ("body-slashes-escaped", br#"{"a":"b/c"}"#),
        ("body-slashes-unescaped", br#"{"a":"b\/c"}"#),
        ("body-backslashes-removed", br#"{\"a\":1}"#),
        ("body-question-marks", "caf\u{e9} \u{20ac}".as_bytes()),
        ("body-question-marks-by-unit", "\u{1f600}".as_bytes()),
        ("body-replacement-characters", b"a\xffb"),
        ("body-composed", "e\u{301}".as_bytes()),
        ("body-decomposed", "\u{e9}".as_bytes()),
        ("body-base64-encoded", b"text"),
        ("body-utf16-encoded", b"text"),
        ("body-empty", b"text"),
    ];
    assert_eq!(bodies.len(), body::ROWS.len());
    for ((name, given), row) in bodies.iter().zip(body::ROWS) {
        assert_eq!(row.advice.name, *name);
        let signed = (row.apply)(given).unwrap();
        assert_eq!(changes(SECRET, given, SECRET, &signed), [*name]);
    }
}

/// JSON with something for every spelling, as each dialect writes it, given in another.
#[test]
fn every_dialect_is_found() {
    let given = "{\"b/<\": [1.0, \"caf\u{e9} ='\\u0008\\\"\", {}], \"a\": [],\"c\" :\"\u{2028}&\"}";
    let all = changed_bodies(given.as_bytes(), false);
    let json = all.iter().filter(|(name, _)| name.starts_with("body-json-"));
    let mut count = 0;
    for (name, signed) in json.step_by(7) {
        assert_eq!(changes(SECRET, given.as_bytes(), SECRET, signed), [name.as_str()]);
        count += 1;
    }
    assert!(all.len() > 400 && count > 50, "{} {count}", all.len());
}

#[test]
fn every_signed_text_is_named() {
    let scheme = built_in("github").unwrap();
    let url = Some("https://hooks.example/in?a=1");
    let headers: [(&str, &[u8]); 2] =
        [("X-Timestamp", b"1700000000123"), ("X-Delivery-Id", b"d-1")];
    let message = Message { url, ..Message::post(&headers, BODY) };
    let sign =
        |content: &[u8]| ("X-Hub-Signature-256", format!("sha256={}", hmac_hex(SECRET, content)));
    let line = sign(b"");
    let (name, value) = (line.0, line.1.as_bytes());
    let all: Vec<_> = headers.iter().copied().chain([(name, value)]).collect();
    let carriers = Carrier::unjudged(&scheme, &Message { headers: &all, ..message });
    let mut count = 0;
    for text in Text::all(&scheme, &message, &carriers).iter().skip(3) {
        let body = Body::new(BODY);
        let content = text.content(&scheme, &message, &body, SECRET, &carriers[0]);
        let content = content.unwrap().bytes(BODY);
        let wanted = text.cause(&scheme);
        if wanted.change == "text-url-form" {
            continue; // a JSON body is its own sorted form
        }
        let lines = [
            ("X-Timestamp", "1700000000123".to_owned()),
            ("X-Delivery-Id", "d-1".to_owned()),
            sign(&content),
        ];
        let found = diagnosed("github", SECRET, BODY, url, &lines);
        assert_eq!(found.causes.first(), Some(&wanted));
        count += 1;
    }
    assert!(count > 60, "{count}");
}

/// A Stripe header whose time is in milliseconds where the sender signed seconds.
#[test]
fn the_other_unit_of_time() {
    let value = hmac_hex(SECRET, &[b"1700000000.", BODY].concat());
    let header = ("Stripe-Signature", format!("t=1700000000123,v1={value}"));
    let found = diagnosed("stripe", SECRET, BODY, None, &[header]);
    assert_eq!(found.causes[0].change, "text-time-in-seconds");
}

#[test]
fn urls_that_a_router_changed() {
    let form = b"a=1";
    let value = |url: &str| {
        let content = [url.as_bytes(), b"a1"].concat();
        digest::base64(&mac(Algorithm::HmacSha1, SECRET, &[&content]).unwrap())
    };
    for (name, called) in [
        ("url-query-removed", "https://a.example/v1/hook"),
        ("url-path-prefix-removed", "https://a.example/hook?x=1"),
    ] {
        let header = ("X-Twilio-Signature", value(called));
        let url = Some("https://a.example/v1/hook?x=1");
        let found = diagnosed("twilio", SECRET, form, url, &[header]);
        assert_eq!(found.causes[0].change, name);
        assert!(found.causes[0].message.contains(called));
    }
}

#[test]
fn pairs() {
    let body = [BODY, b"\n"].concat();
    let secret = [SECRET, b"\n"].concat();
    assert_eq!(
        changes(&secret, &body, SECRET, BODY),
        ["secret-newline-removed", "body-final-newline-removed"]
    );
    let indented = b"{\r\n  \"a\": 1\r\n}\r\n";
    assert_eq!(changes(SECRET, indented, SECRET, b"{\n  \"a\": 1\n}"), ["body-json-indent-2"]);
    assert_eq!(
        changes(SECRET, b"a\r\nb\r\n", SECRET, b"a\nb"),
        ["body-line-ends-lf", "body-final-newline-removed"]
    );
    let lines = |value: String| [("X-T", "1700000000".to_owned()), ("X-Hub-Signature-256", value)];
    let value = format!("sha256={}", hmac_hex(SECRET, &[b"1700000000.", BODY].concat()));
    let found = diagnosed("github", &secret, BODY, None, &lines(value.clone()));
    let names: Vec<_> = found.causes.iter().map(|cause| cause.change.as_str()).collect();
    assert_eq!(names, ["secret-newline-removed", "text-time-dot-body"]);
    let found = diagnosed("github", SECRET, &body, None, &lines(value));
    let names: Vec<_> = found.causes.iter().map(|cause| cause.change.as_str()).collect();
    assert_eq!(names, ["body-final-newline-removed", "text-time-dot-body"]);
}

/// Public keys: the body's changes apply, and no secret is touched.
#[test]
fn a_signature_by_a_private_key_is_diagnosed_too() {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
    let pair = Ed25519KeyPair::generate().unwrap();
    let public = digest::hex(pair.public_key().as_ref());
    let signature = pair.sign(&[b"1700000000", BODY].concat());
    let headers = [
        ("X-Signature-Ed25519", digest::hex(signature.as_ref())),
        ("X-Signature-Timestamp", "1700000000".to_owned()),
    ];
    let body = [BODY, b"\n"].concat();
    let found = diagnosed("discord", public.as_bytes(), &body, None, &headers);
    assert_eq!(found.causes[0].change, "body-final-newline-removed");
}

#[test]
fn when_nothing_matches_it_is_said_and_the_secret_is_not() {
    let header = ("X-Hub-Signature-256", format!("sha256={}", hmac_hex(b"other", BODY)));
    let found = diagnosed("github", b"sk_live_0123456789", BODY, None, &[header]);
    assert!(found.causes.is_empty() && !found.cut && found.tried > 200, "{found:?}");
    assert!(found.notes[0].contains("a secret API key"), "{:?}", found.notes);
    assert!(!format!("{found:?}").contains("0123456789"));
    assert_eq!(found.signed_sha256, Some(digest::hex(&digest::sha256(BODY))));

    let header = ("X-Hub-Signature-256", format!("sha256={}", String::from_utf8_lossy(SECRET)));
    let found = diagnosed("github", SECRET, BODY, None, &[header]);
    assert!(found.notes[0].contains("carries the secret itself"), "{:?}", found.notes);
}

#[test]
fn a_deadline_cuts_it_short_and_says_so() {
    let scheme = built_in("github").unwrap();
    let value = format!("sha256={}", hmac_hex(b"other", BODY));
    let headers: [(&str, &[u8]); 1] = [("X-Hub-Signature-256", value.as_bytes())];
    let found = diagnose(&Case {
        scheme: &scheme,
        message: Message::post(&headers, BODY),
        secrets: &[Secret::new(SECRET.to_vec())],
        file: "body.json".into(),
        writer: None,
        deadline: Instant::now(),
    });
    assert!(found.cut && found.causes.is_empty() && found.tried == 1);
    assert!(found.notes.iter().any(|note| note.contains("time ran out")));
}

#[test]
fn every_encoding_round_trips_here_as_in_the_schemes() {
    let value = mac(Algorithm::HmacSha256, SECRET, &[BODY]).unwrap();
    let scheme = built_in("kindly").unwrap();
    let header = ("Kindly-HMAC", encoded(scheme.encoding, &value));
    let found = diagnosed("kindly", SECRET, BODY, None, &[header]);
    assert!(found.causes.is_empty(), "what matches needs no explanation: {found:?}");
}
