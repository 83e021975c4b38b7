//! What is signed for each scheme: a secret, a body, a URL.

use crate::driver::Headers;

mod further;

/// When everything is signed: 2026-11-25T12:00:00Z.
pub const NOW: i64 = 1_795_608_000;

/// What signs and what verifies.
#[derive(Clone, Copy)]
pub enum Secret {
    Shared(&'static str),
    /// A private key in PEM, and the public one as the provider hands it out.
    Pair(&'static str, &'static str),
}

impl Secret {
    pub fn text(self) -> &'static str {
        match self {
            Self::Shared(text) | Self::Pair(text, _) => text,
        }
    }

    pub fn public(self) -> &'static str {
        match self {
            Self::Shared(text) | Self::Pair(_, text) => text,
        }
    }
}

/// What the sender's signature covers, so that the rest may be changed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Covers {
    Body,
    /// The address and not the body.
    Address,
    /// Neither: the secret itself travels.
    Nothing,
}

/// What is signed.
#[derive(Clone, Copy)]
pub struct Case {
    pub secret: Secret,
    /// `{n}` stands for a number, of which another one gives another signature.
    pub body: &'static str,
    /// `{sha256}` stands for the digest of the body in hex.
    pub url: &'static str,
    pub covers: Covers,
    /// A part of what is signed, and what an attacker makes of it.
    pub change: (&'static str, &'static str),
    /// Where a signature that travels in the body stands there.
    pub pointer: Option<&'static str>,
    /// What stands before a signature that travels in a form.
    pub form: Option<&'static str>,
    /// The certificate of the sender in this folder, and the authority that is trusted with it.
    pub certificate: Option<(&'static str, &'static str)>,
    /// Whether each request brings it.
    pub brings_certificate: bool,
    /// Whether such signatures are checked here and never made.
    pub is_only_verified: bool,
    /// Header lines that are signed too, or that `verify` wants.
    also: &'static [(&'static str, &'static str)],
    /// Further options of `sign` and `verify`; `{url}` stands for the address.
    pub options: &'static [&'static str],
}

impl Case {
    pub fn headers(&self) -> Headers {
        self.also.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}

const SECRET: Secret = Secret::Shared("0123456789abcdef0123456789abcdef");
const STANDARD: Secret = Secret::Shared("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3");

const RSA: Secret =
    Secret::Pair(include_str!("../data/rsa.pem"), include_str!("../data/rsa-public.pem"));
const P256: Secret = Secret::Pair(
    include_str!("p256.pem"),
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEXwmQsC4G5gWUnbGpQe8GQAPtsgTJOhZ37g9Kv5JaNn3ftldIYKCfpnF5HCsolhNOKaq1i2Uy7pY9x1RUUndV0w==",
);
/// The same public key in PEM.
const P256_IN_PEM: Secret = Secret::Pair(
    include_str!("p256.pem"),
    "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEXwmQsC4G5gWUnbGpQe8GQAPtsgTJ\nOhZ37g9Kv5JaNn3ftldIYKCfpnF5HCsolhNOKaq1i2Uy7pY9x1RUUndV0w==\n-----END PUBLIC KEY-----\n",
);
/// The certificate of that RSA key, for the names of senders, and its authority.
const CERTIFICATE: Option<(&str, &str)> = Some(("sender.pem", "authority.pem"));

/// The secret of a hook of Supabase, which has a version before it.
const HOOK: Secret = Secret::Shared("v1,whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3");

const URL: &str = "https://hooks.example/in?data.id=42&b=1";

const PLAIN: Case = Case {
    secret: SECRET,
    body: r#"{"id":"evt_{n}","type":"order.paid","events":[],"text":"grüße","amount":1.5}"#,
    url: URL,
    covers: Covers::Body,
    change: ("evt_", "evt-"),
    pointer: None,
    form: None,
    certificate: None,
    brings_certificate: false,
    is_only_verified: false,
    also: &[],
    options: &[],
};

/// What is signed under a scheme, as far as it is no other's case.
const CASES: &[(&[&str], Case)] = &[
    (&["ada", "svix", "standard-webhooks", "openai", "gitlab"], Case { secret: STANDARD, ..PLAIN }),
    (
        &["liveblocks"],
        Case {
            secret: STANDARD,
            body: r#"{"type":"storageUpdated","data":{"roomId":"grüße {n}"}}"#,
            change: ("grüße", "grusse"),
            ..PLAIN
        },
    ),
    (
        &["twilio"],
        Case {
            body: "Body=gr%C3%BC%C3%9Fe+%2B&AccountSid=AC{n}&A=",
            change: ("AC", "AD"),
            ..PLAIN
        },
    ),
    (&["twilio-json"], Case { url: "https://hooks.example/in?b=1&bodySHA256={sha256}", ..PLAIN }),
    (&["plivo-v2"], Case { covers: Covers::Address, change: ("/in", "/inn"), ..PLAIN }),
    (&["plivo-v3"], Case { body: "To=1&From=2&n={n}", change: ("To=1", "To=2"), ..PLAIN }),
    (
        &["discord"],
        Case {
            secret: Secret::Pair(
                include_str!("ed25519.pem"),
                "f3483d2716b8088dba7417e1af77715f31121746ba90e80f00a3826c2aa95609",
            ),
            ..PLAIN
        },
    ),
    (
        &["telnyx"],
        Case {
            secret: Secret::Pair(
                include_str!("ed25519.pem"),
                "80g9Jxa4CI26dBfhr3dxXzESF0a6kOgPAKOCbCqpVgk=",
            ),
            ..PLAIN
        },
    ),
    (&["sendgrid"], Case { secret: P256, ..PLAIN }),
    (
        &["adyen-header"],
        Case { secret: Secret::Shared("00112233445566778899aabbccddeeff"), ..PLAIN },
    ),
    (
        &["adyen-standard"],
        Case {
            secret: Secret::Shared("00112233445566778899aabbccddeeff"),
            body: r#"{"notificationItems":[{"NotificationRequestItem":{"pspReference":"7914{n}","originalReference":"","merchantAccountCode":"Merchant","merchantReference":"T-1","amount":{"value":1130,"currency":"EUR"},"eventCode":"AUTHORISATION","success":"true","additionalData":{}}}]}"#,
            change: ("7914", "7915"),
            pointer: Some(
                "/notificationItems/0/NotificationRequestItem/additionalData/hmacSignature",
            ),
            ..PLAIN
        },
    ),
    (
        &["pusher"],
        Case {
            body: r#"{"time_ms":1795608000000,"events":[{"name":"channel_{n}"}]}"#,
            change: ("channel", "canal"),
            also: &[("X-Pusher-Key", "key")],
            ..PLAIN
        },
    ),
    (
        &["linear"],
        Case {
            body: r#"{"webhookTimestamp":1795608000000,"id":"{n}"}"#,
            change: ("id", "ie"),
            ..PLAIN
        },
    ),
    (&["inngest"], Case { secret: Secret::Shared("signkey-test-0011223344556677"), ..PLAIN }),
    (
        &["livekit"],
        Case {
            body: r#"{"event":"room_started","id":"{n}"}"#,
            change: ("id", "ie"),
            options: &["--issuer", "key"],
            ..PLAIN
        },
    ),
    (&["qstash"], Case { options: &["--subject", "{url}"], ..PLAIN }),
    (&["mercadopago"], Case { covers: Covers::Address, change: ("id=42", "id=43"), ..PLAIN }),
    (
        &["braintree"],
        Case {
            body: "bt_payload=PG5vdGlmaWNhdGlvbj48dGltZXN0YW1wIHR5cGU9ImRhdGV0aW1lIj4yMDI2LTExLTI1VDEyOjAwOjAwWjwvdGltZXN0YW1wPjxraW5kPmNoZWNrPC9raW5kPjxzdWJqZWN0PjxjaGVjayB0eXBlPSJib29sZWFuIj50cnVlPC9jaGVjaz48L3N1YmplY3Q%2BPC9ub3RpZmljYXRpb24%2B%0A",
            change: ("bt_payload=P", "bt_payload=Q"),
            form: Some("bt_signature=public%7C"),
            ..PLAIN
        },
    ),
    (
        &["contentful"],
        Case {
            secret: Secret::Shared(
                "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            ),
            url: "https://hooks.example/in",
            also: &[
                ("X-Contentful-Topic", "Entry.publish"),
                ("X-Contentful-Timestamp", "1795608000000"),
                (
                    "X-Contentful-Signed-Headers",
                    "x-contentful-signed-headers,x-contentful-timestamp,x-contentful-topic",
                ),
            ],
            ..PLAIN
        },
    ),
];

/// What is signed under this scheme.
pub fn of(scheme: &str) -> Case {
    let found = CASES.iter().chain(further::CASES).find(|(schemes, _)| schemes.contains(&scheme));
    found.map_or(PLAIN, |(_, case)| *case)
}
