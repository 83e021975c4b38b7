//! The story of `demo`: its files and steps, as data.

use crate::command::demo::Step;

/// Files that are there at the start, in clear: this secret is published.
pub const FILES: &[(&str, &[u8])] = &[
    ("secret", b"kindly-demo-secret"),
    ("event.json", br#"{"message":"hei","chat_id":"42"}"#),
    // What an editor makes of it.
    ("edited.json", b"{\"message\":\"hei\",\"chat_id\":\"42\"}\n"),
];

/// The step that stays in the background.
pub const LISTEN: &str = "listen --addr 127.0.0.1:0 --cert pki/server.pem --key pki/server.key \
    --client-ca pki/ca.pem --client-cert require --verify kindly --secret file:secret --enforce \
    --capture calls.har.ndjson --for 60s";

/// The steps in order; `{port}` stands for the receiver's port.
pub const STEPS: &[Step] = &[
    Step {
        title: "mint a throw-away authority, a server and its callers",
        command: "mint pki",
        code: 0,
        says: &["client-expired.p12"],
    },
    Step {
        title: "inspect the identity that a caller would upload",
        command: "inspect pki/client.p12 --password env:P12_PASSWORD --for client --ca pki/ca.pem",
        code: 0,
        says: &["CN=client.localhost"],
    },
    Step {
        title: "listen: require a certificate, check signatures, capture every call",
        command: LISTEN,
        code: 0,
        says: &["listening on https://127.0.0.1:"],
    },
    Step {
        title: "thumbprint: is the old or the new certificate served?",
        command: "thumbprint 127.0.0.1:{port} --ca pki/ca.pem \
            --pin old=4C21C5018BA88E42E608EBEA7203C063931A1D01 --pin new=@pki/server.pem",
        code: 0,
        says: &["matches pin new"],
    },
    Step {
        title: "sign a payload",
        command: "sign event.json --scheme kindly --secret file:secret",
        code: 0,
        says: &["Kindly-HMAC: uUZ0VRTFosPNY1Zfs6ywlGuy0tCoCmIau6mxH9mnJFA="],
    },
    Step {
        title: "replay it over mutual TLS, freshly signed",
        command: "replay --payload event.json --to https://127.0.0.1:{port}/hooks --ca pki/ca.pem \
            --cert pki/client.p12 --password env:P12_PASSWORD --resign kindly --secret file:secret",
        code: 0,
        says: &["200"],
    },
    Step {
        title: "rotate: the renewed client certificate is accepted too",
        command: "replay --payload event.json --to https://127.0.0.1:{port}/hooks --ca pki/ca.pem \
            --cert pki/client-next.p12 --password env:P12_PASSWORD --resign kindly --secret file:secret",
        code: 0,
        says: &["200"],
    },
    Step {
        title: "an impostor with the same names is refused, and we see why",
        command: "replay --payload event.json --to https://127.0.0.1:{port}/hooks --ca pki/ca.pem \
            --cert pki/impostor.p12 --password env:P12_PASSWORD --resign kindly --secret file:secret",
        code: 1,
        says: &["refused"],
    },
    Step {
        title: "verify what was captured",
        command: "verify calls.har.ndjson --scheme kindly --secret file:secret",
        code: 0,
        says: &["2"],
    },
    Step {
        title: "a body that an editor changed: not just wrong, but why",
        command: "verify edited.json --scheme kindly --secret file:secret \
            --signature uUZ0VRTFosPNY1Zfs6ywlGuy0tCoCmIau6mxH9mnJFA=",
        code: 1,
        says: &["signature does not match", "newline"],
    },
    Step {
        title: "probe: are callers with no certificate, or a fake one, kept out?",
        command: "probe https://127.0.0.1:{port}/hooks --ca pki/ca.pem --accept old=pki/client.p12 \
            --accept new=pki/client-next.p12 --password env:P12_PASSWORD --reject stranger \
            --reject same-issuer --reject expired --test-ca pki/ca.key --method POST \
            --payload event.json --resign kindly --secret file:secret --rate 100/s",
        code: 0,
        says: &["a client certificate is required", "in  200"],
    },
    Step {
        title: "inspect everything: the expired one is found",
        command: "inspect pki --password env:P12_PASSWORD",
        code: 1,
        says: &["FAIL", "client-expired.p12"],
    },
];
