//! Senders of bearer tokens: where the token stands, what it must say, and what it says of the body.

use super::Standard;
use crate::signature::token::{Chained, Preset};

/// What a sender's token is signed over.
const SIGNED: &str = "header, dot and claims of the token";

/// The options of senders of tokens.
const OF_SENDERS: &[&str] = &[
    "--jwks FILE or URL: keys of the sender, where they are public",
    "--audience TEXT, --issuer TEXT, --subject TEXT: what it must say besides (sign: what it says)",
    "--tolerance DURATION: how far clocks may differ [default: 10s]",
];

/// What most tokens of senders have in common.
const USUAL: Preset = Preset {
    header: "Authorization",
    prefix: "",
    algorithm: Some("HS256"),
    issuer: None,
    body: "",
    leaves_empty_out: false,
    url: None,
    most_age: None,
    chained: None,
};

/// Plaid.
pub const PLAID: Standard = Standard {
    name: "plaid",
    title: "Plaid",
    header: "Plaid-Verification",
    algorithm: "ES256",
    encoding: "base64url",
    signed: SIGNED,
    value: "{token}",
    secret: "the public key that /webhook_verification_key/get answers for the kid of the token: --jwks FILE",
    options: OF_SENDERS,
    source: "https://plaid.com/docs/api/webhooks/webhook-verification/",
    note: "claim request_body_sha256 has the SHA-256 of the body in hex; the token has no expiry, and must be at most 5 minutes old.",
    unsignable: None,
    preset: Some(Preset {
        header: "Plaid-Verification",
        algorithm: Some("ES256"),
        body: "request_body_sha256:hex",
        most_age: Some(300),
        ..USUAL
    }),
};

/// LiveKit.
pub const LIVEKIT: Standard = Standard {
    name: "livekit",
    title: "LiveKit",
    header: "Authorization",
    algorithm: "HS256",
    encoding: "base64url",
    signed: SIGNED,
    value: "{token}",
    secret: "the secret of the API key",
    options: OF_SENDERS,
    source: "https://www.npmjs.com/package/livekit-server-sdk https://docs.livekit.io/home/server/webhooks/",
    note: "claim sha256 has the SHA-256 of the body in base64; the issuer is the API key: require \
           it with --issuer. livekit-server-sdk 2.19.2, livekit-api 1.2.2 (Python), run \
           2026-11-26.",
    unsignable: None,
    preset: Some(Preset { body: "sha256:base64", ..USUAL }),
};

/// Upstash QStash.
pub const QSTASH: Standard = Standard {
    name: "qstash",
    title: "Upstash QStash",
    header: "Upstash-Signature",
    algorithm: "HS256",
    encoding: "base64url",
    signed: SIGNED,
    value: "{token}",
    secret: "the current signing key, and the next one as a second --secret",
    options: OF_SENDERS,
    source: "https://www.npmjs.com/package/@upstash/qstash https://upstash.com/docs/qstash/howto/signature",
    note: "claim body has the SHA-256 of the body in base64url; the subject is the URL that is \
           called: require it with --subject. @upstash/qstash 2.12.0, qstash 3.4.0 (Python), run \
           2026-11-26.",
    unsignable: None,
    preset: Some(Preset {
        header: "Upstash-Signature",
        issuer: Some("Upstash"),
        body: "body:base64url",
        ..USUAL
    }),
};

/// Vonage (Messages, Voice).
pub const VONAGE: Standard = Standard {
    name: "vonage",
    title: "Vonage (Messages, Voice)",
    header: "Authorization",
    algorithm: "HS256",
    encoding: "base64url",
    signed: SIGNED,
    value: "Bearer {token}",
    secret: "the signature secret of the account",
    options: OF_SENDERS,
    source: "https://developer.vonage.com/en/getting-started/concepts/webhooks",
    note: "claim payload_hash has the SHA-256 of the body in hex: it is documented, but the \
           sender's library checks only the token. @vonage/jwt 1.17.1, vonage-jwt 1.1.5 (Python), \
           run 2026-11-26.",
    unsignable: None,
    preset: Some(Preset {
        prefix: "Bearer ",
        issuer: Some("Vonage"),
        body: "payload_hash:hex",
        ..USUAL
    }),
};

/// MessageBird (Bird).
pub const MESSAGEBIRD: Standard = Standard {
    name: "messagebird",
    title: "MessageBird (Bird)",
    header: "MessageBird-Signature-JWT",
    algorithm: "HS256, HS384, HS512",
    encoding: "base64url",
    signed: SIGNED,
    value: "{token}",
    secret: "the signing key of the account",
    options: OF_SENDERS,
    source: "https://www.npmjs.com/package/messagebird",
    note: "claim payload_hash has the SHA-256 of the body in hex, url_hash that of the URL. messagebird 4.0.1 (JavaScript), 2.2.0 (Python), run 2026-11-26.",
    unsignable: None,
    preset: Some(Preset {
        header: "MessageBird-Signature-JWT",
        algorithm: None,
        issuer: Some("MessageBird"),
        body: "payload_hash:hex",
        leaves_empty_out: true,
        url: Some("url_hash"),
        ..USUAL
    }),
};

/// Netlify.
pub const NETLIFY: Standard = Standard {
    name: "netlify",
    title: "Netlify",
    header: "X-Webhook-Signature",
    algorithm: "HS256",
    encoding: "base64url",
    signed: SIGNED,
    value: "{token}",
    secret: "the secret of the notification",
    options: OF_SENDERS,
    source: "https://github.com/Yizack/nuxt-webhook-validators (netlify.ts)",
    note: "claim sha256 has the SHA-256 of the body in hex; the token says nothing of its time: a \
           copy can be sent again forever.",
    unsignable: None,
    preset: Some(Preset {
        header: "X-Webhook-Signature",
        issuer: Some("netlify"),
        body: "sha256:hex",
        ..USUAL
    }),
};

/// FusionAuth.
pub const FUSIONAUTH: Standard = Standard {
    name: "fusionauth",
    title: "FusionAuth",
    header: "X-FusionAuth-Signature-JWT",
    algorithm: "RS256, ES256, EdDSA, HS256, HS384, HS512",
    encoding: "base64url",
    signed: SIGNED,
    value: "{token}",
    secret: "the key that signs events: --jwks https://HOST/.well-known/jwks.json, or the secret of an HMAC key",
    options: OF_SENDERS,
    source: "https://fusionauth.io/docs/extend/events-and-webhooks/signing",
    note: "claim request_body_sha256 has the SHA-256 of the body in base64.",
    unsignable: None,
    preset: Some(Preset {
        header: "X-FusionAuth-Signature-JWT",
        algorithm: None,
        body: "request_body_sha256:base64",
        ..USUAL
    }),
};

/// Notifications of the App Store.
pub const APP_STORE: Standard = Standard {
    name: "app-store",
    title: "App Store Server Notifications (version 2)",
    header: "json:/signedPayload",
    algorithm: "ES256",
    encoding: "base64url",
    signed: SIGNED,
    value: "{token}",
    secret: "Apple Root CA - G3, from https://www.apple.com/certificateauthority/: --signing-ca FILE",
    options: &[
        "--signing-ca FILE: needed; the root of Apple",
        "--audience TEXT: needed; the bundle id of the app, since Apple signs for all apps",
        "--issuer TEXT: the environment, Production or Sandbox [default: Production]",
        "--tolerance DURATION: how far clocks may differ [default: 10s]",
    ],
    source: "https://www.npmjs.com/package/@apple/app-store-server-library \
             https://pypi.org/project/app-store-server-library/ \
             https://developer.apple.com/documentation/appstoreservernotifications/responsebodyv2",
    note: "the token carries the chain of its certificate (x5c), which must lead to the given root and have the marks of the App Store; whether Apple has revoked it is not checked. signedDate, \
           which is no older than 5 minutes: ours, the libraries have no limit. The tokens within the token \
           (signedTransactionInfo) are signed alike. @apple/app-store-server-library 3.1.0, \
           app-store-server-library 3.1.2 (Python), run 2026-11-26.",
    unsignable: Some((
        "only Apple can sign as the App Store: its certificate is in every token",
        "ask the App Store Server API for a test notification",
    )),
    preset: Some(Preset {
        header: "",
        algorithm: Some("ES256"),
        issuer: Some("Production"),
        most_age: Some(300),
        chained: Some(Chained {
            member: "/signedPayload",
            marks: ["1.2.840.113635.100.6.11.1", "1.2.840.113635.100.6.2.1"],
            audience: &[
                "/data/bundleId",
                "/summary/bundleId",
                "/externalPurchaseToken/bundleId",
                "/appData/bundleId",
            ],
            issuer: &["/data/environment", "/summary/environment", "/appData/environment"],
            signed_at: "/signedDate",
        }),
        ..USUAL
    }),
};
