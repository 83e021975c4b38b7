//! What is signed by senders with certificates, and by those that came later.

use super::{CERTIFICATE, Case, Covers, HOOK, P256_IN_PEM, PLAIN, RSA, Secret};

pub const CASES: &[(&[&str], Case)] = &[
    (&["aws-sns"], SNS),
    (
        &["aws-sns-v1"],
        Case {
            body: r#"{"Type":"Notification","MessageId":"id-{n}","TopicArn":"arn:aws:sns:us-east-1:1:t","Subject":"grüße","Message":"text","Timestamp":"2026-11-25T12:00:00.000Z","SignatureVersion":"1","Signature":"","SigningCertURL":"https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"}"#,
            is_only_verified: true,
            ..SNS
        },
    ),
    (
        &["paypal"],
        Case {
            secret: RSA,
            certificate: CERTIFICATE,
            also: &[("PAYPAL-CERT-URL", "https://api.paypal.com/v1/notifications/certs/CERT-1")],
            options: &["--param", "webhook_id=WH-1"],
            ..PLAIN
        },
    ),
    (
        &["alexa"],
        Case {
            secret: RSA,
            certificate: CERTIFICATE,
            body: r#"{"version":"1.0","request":{"type":"IntentRequest","timestamp":"2026-11-25T12:00:00Z","id":"{n}"}}"#,
            change: ("IntentRequest", "LaunchRequest"),
            also: &[(
                "SignatureCertChainUrl",
                "https://s3.amazonaws.com/echo.api/echo-api-cert-4.pem",
            )],
            ..PLAIN
        },
    ),
    (
        &["wechat-pay"],
        Case {
            secret: RSA,
            also: &[
                ("Wechatpay-Serial", "PUB_KEY_ID_1"),
                ("Wechatpay-Signature-Type", "WECHATPAY2-SHA256-RSA2048"),
            ],
            ..PLAIN
        },
    ),
    (
        &["alipay"],
        Case {
            secret: RSA,
            body: "total_amount=1.00&notify_time=2026-11-25+12%3A00%3A00&subject=gr%C3%BC%C3%9Fe&trade_no=T{n}&sign_type=RSA2",
            change: ("1.00", "9.00"),
            form: Some("sign="),
            ..PLAIN
        },
    ),
    (
        &["ebay"],
        Case {
            secret: P256_IN_PEM,
            body: r#"{"metadata":{"topic":"MARKETPLACE_ACCOUNT_DELETION"},"notification":{"notificationId":"{n}","data":{"username":"grüße"}}}"#,
            change: ("grüße", "grusse"),
            is_only_verified: true,
            ..PLAIN
        },
    ),
    (
        &["app-store"],
        Case {
            secret: P256_IN_PEM,
            certificate: Some(("app-store.pem", "app-store-root.pem")),
            brings_certificate: true,
            body: r#"{"notificationType":"TEST","notificationUUID":"{n}","version":"2.0","signedDate":1795608000000,"data":{"bundleId":"com.example.app","environment":"Sandbox"}}"#,
            change: (".eyJ", ".eyK"),
            pointer: Some("/signedPayload"),
            options: &["--audience", "com.example.app", "--issuer", "Sandbox"],
            is_only_verified: true,
            ..PLAIN
        },
    ),
    (&["plaid"], Case { secret: P256_IN_PEM, ..PLAIN }),
    (
        &["dropbox-sign"],
        Case {
            body: r#"{"event":{"event_time":"1795608000","event_type":"signature_request_sent{n}","event_hash":""}}"#,
            change: ("request_sent", "request_signed"),
            pointer: Some("/event/event_hash"),
            ..PLAIN
        },
    ),
    (
        &["airtable"],
        Case {
            secret: Secret::Shared("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"),
            body: r#"{"base":{"id":"app1"},"webhook":{"id":"ach{n}"},"timestamp":"2026-11-25T12:00:00.000Z"}"#,
            change: ("app1", "app2"),
            ..PLAIN
        },
    ),
    (
        &["sinch-callback"],
        Case {
            secret: Secret::Shared("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"),
            also: &[("Content-Type", "application/json")],
            ..PLAIN
        },
    ),
    (
        &["zoom"],
        Case {
            body: r#"{"event":"meeting.started","payload":{"object":{"id":"{n}","topic":"grüße"}},"event_ts":1795608000000}"#,
            change: ("started", "ended"),
            ..PLAIN
        },
    ),
    (&["ascend"], Case { also: &[("X-Ascend-Request-Timestamp", "1795608000")], ..PLAIN }),
    (
        &["favro"],
        Case {
            body: r#"{"payloadId":"AbCdEf012345=={n}","action":"created"}"#,
            covers: Covers::Address,
            change: ("/in", "/inn"),
            ..PLAIN
        },
    ),
    (
        &["jobber"],
        Case {
            body: r#"{"data":{"webHookEvent":{"topic":"CLIENT_CREATE","itemId":"{n}","text":"grüße"}}}"#,
            change: ("CREATE", "UPDATE"),
            ..PLAIN
        },
    ),
    (&["supabase-auth-hook"], Case { secret: HOOK, ..PLAIN }),
    (&["kick"], Case { secret: RSA, ..PLAIN }),
    (
        &["coinbase-cdp"],
        Case { also: &[("content-type", "application/json"), ("x-event-id", "evt_1")], ..PLAIN },
    ),
    (
        &["mailgun"],
        Case {
            body: r#"{"signature":{"timestamp":"1795608000","token":"e0b5477{n}","signature":""},"event-data":{"event":"opened"}}"#,
            change: ("e0b5", "e1b5"),
            pointer: Some("/signature/signature"),
            ..PLAIN
        },
    ),
    (
        &["toast"],
        Case {
            body: r#"{"timestamp":"2026-11-25T12:00:00.000Z","eventCategory":"stock","eventType":"low_quantity","guid":"{n}","details":{"text":"grüße"}}"#,
            change: ("grüße", "grusse"),
            ..PLAIN
        },
    ),
    (
        &["brevo", "gitlab-token", "huggingface", "telegram"],
        Case { covers: Covers::Nothing, change: ("0123", "0124"), ..PLAIN },
    ),
    (
        &["chargebee", "postmark"],
        Case {
            secret: Secret::Shared("user:passw0rd-0-9"),
            covers: Covers::Nothing,
            change: ("Basic d", "Basic e"),
            ..PLAIN
        },
    ),
];

const SNS: Case = Case {
    secret: RSA,
    certificate: CERTIFICATE,
    body: r#"{"Type":"Notification","MessageId":"id-{n}","TopicArn":"arn:aws:sns:us-east-1:1:t","Subject":"grüße","Message":"text","Timestamp":"2026-11-25T12:00:00.000Z","SignatureVersion":"2","Signature":"","SigningCertURL":"https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"}"#,
    change: ("text", "tekst"),
    pointer: Some("/Signature"),
    ..PLAIN
};
