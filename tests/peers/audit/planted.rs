//! Receivers with one hole each, and those with none.

use super::{Audited, PRIVATE_KEY, Receiver, SECRET, audit};

const GITHUB: &[&str] = &["--payload", "BODY", "--scheme", "github", "--secret", "env:SECRET"];
const STRIPE: &[&str] = &["--payload", "BODY", "--scheme", "stripe", "--secret", "env:SECRET"];
const SLACK: &[&str] = &["--payload", "BODY", "--scheme", "slack", "--secret", "env:SECRET"];
const KINDLY: &[&str] = &["--payload", "BODY", "--scheme", "kindly", "--secret", "env:SECRET"];
const MESSAGE: &[&str] =
    &["--payload", "BODY", "--scheme", "http-message-signature", "--secret", "env:SECRET"];

/// A bearer token of the issuer that receivers know, for them.
fn token() -> Vec<String> {
    let secret = format!("file:{PRIVATE_KEY}");
    ["--payload", "BODY", "--scheme", "jwt", "--secret", &secret]
        .into_iter()
        .chain(["--audience", "https://hooks.example/in", "--issuer", "https://issuer.example"])
        .map(str::to_owned)
        .collect()
}

/// A receiver, and what it is to be accused of.
type Planted = (&'static str, &'static [&'static str], &'static [&'static str]);

const PLANTED: &[Planted] = &[
    ("unchecked.mjs", GITHUB, &["unsigned"]),
    ("present.py", GITHUB, &["empty-signature", "wrong-secret"]),
    ("reserialised.mjs", GITHUB, &["tampered-body-space"]),
    ("startswith.py", GITHUB, &["empty-signature", "truncated-signature"]),
    ("timeless.mjs", STRIPE, &["stale"]),
    ("one_sided.py", SLACK, &["future"]),
    ("first_header.py", GITHUB, &["two-headers-good-first"]),
    ("last_header.mjs", GITHUB, &["two-headers-bad-first"]),
    ("sha1.py", GITHUB, &["weaker-digest"]),
    ("empty_secret.py", GITHUB, &["empty-secret"]),
];

const TOKENS: &[(&str, &[&str])] = &[
    ("token_alg_none.mjs", &["algorithm-none"]),
    ("token_public_key.mjs", &["hs-with-public-key"]),
    ("token_claims.mjs", &["wrong-audience", "wrong-issuer", "expired-token"]),
];

/// Audits one; that the same call twice is taken is not what these are about.
fn audited(name: &str, args: &[&str]) -> Audited {
    let receiver = Receiver::of(name, None);
    let groups = ["--only", "signature,time,robustness"];
    audit(&receiver.url("http"), &[args, &groups].concat(), SECRET)
}

pub fn holes_are_named() {
    for (name, args, ids) in PLANTED {
        audited(name, args).names(name, ids);
    }
    let token = token();
    let token: Vec<&str> = token.iter().map(String::as_str).collect();
    for (name, ids) in TOKENS {
        audited(name, &token).names(name, ids);
    }
}

pub fn correct_ones_are_accused_of_nothing() {
    let token = token();
    let token: Vec<&str> = token.iter().map(String::as_str).collect();
    for (name, args) in [
        ("correct.py", STRIPE),
        ("kindly.py", KINDLY),
        ("message_signature.mjs", MESSAGE),
        ("token.mjs", &token),
    ] {
        let receiver = Receiver::of(name, None);
        let args = [args, &["--replay-allowed"]].concat();
        let audited = audit(&receiver.url("http"), &args, SECRET);
        // That they take a call twice is allowed, and told all the same.
        audited.names(name, &["replayed"]);
        assert_eq!(audited.code, 0, "{:#}", audited.report);
    }
}

pub fn who_bans_leaves_it_unclear() {
    let banned = audited("bans.py", GITHUB);
    assert_eq!(banned.code, 3, "{:#}", banned.report);
    assert!(banned.unclear > 0 && banned.accused.is_empty(), "{:#}", banned.report);
}

pub fn who_always_says_yes() {
    let alike = audited("always.mjs", GITHUB);
    assert_eq!(alike.code, 3, "{:#}", alike.report);
    assert!(alike.report.to_string().contains("answers-alike"), "{:#}", alike.report);
}
