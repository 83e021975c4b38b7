//! Each provider is played by its documentation; what is published of answers is compared with ours.

use std::collections::BTreeSet;

use super::*;
use crate::http::Headers;

fn secret(text: &str) -> Option<Secret> {
    Some(Secret::new(text.into()))
}

fn given(secret: Option<Secret>, token: Option<Secret>, url: Option<&str>) -> Given {
    Given { secret, token, url: url.map(str::to_owned) }
}

fn request(method: &str, target: &str, headers: &[(&str, &str)]) -> Request {
    let mut lines = Headers::new();
    headers.iter().for_each(|(name, value)| lines.push(*name, *value));
    let (method, target) = (method.to_owned(), target.to_owned());
    Request { method, target, headers: lines, body: Vec::new() }
}

/// Status, content type and body of the answer, or why there is none.
type Answered = Result<(u16, Option<String>, String), &'static str>;

/// How a request is answered; `None` for what is no check.
fn answered(provider: &str, given: Given, request: &Request, body: &str) -> Option<Answered> {
    let challenges = Challenges::of(provider, given).unwrap();
    let challenge = challenges.asked(request, body.as_bytes())?;
    assert_eq!(challenge.provider(), provider);
    Some(challenge.answer().map(|answer| {
        let kind = answer.headers.text("Content-Type");
        (answer.status, kind, String::from_utf8(answer.body).unwrap())
    }))
}

const TEXT: &str = "text/plain; charset=utf-8";
const JSON: &str = "application/json";

fn is(kind: &str, body: &str) -> Option<Answered> {
    Some(Ok((200, Some(kind.to_owned()), body.to_owned())))
}

#[test]
fn the_table_is_that_of_the_names_and_says_where_each_row_stands() {
    let text = include_str!("../../data/challenges.toml");
    let table: Table = table::read(text).unwrap();
    assert_eq!(table.challenge.len(), ROWS.len());
    let known: BTreeSet<&str> = ROWS.iter().map(|row| row.provider.as_str()).collect();
    assert_eq!(known, PROVIDERS.into_iter().collect());
    for row in ROWS.iter() {
        let Row { provider, text, json, headers, source, read_on, .. } = row;
        assert_ne!(text.is_some(), !json.is_empty(), "{provider} answers with text or with JSON");
        assert!(source.starts_with("https://"), "{provider}");
        assert!(read_on.begins().year() >= 2026);
        let is_free = row.value.is_some() || row.signed.is_some();
        assert!(is_free, "{provider} would answer anything");
        assert!(row.signed.is_none() || !row.signs(), "{provider}: one kind of proof is enough");
        for answer in headers.values() {
            assert!(answer.has(&Piece::Value));
        }
        if let Some(scheme) = &row.signed {
            assert!(crate::signature::loader::built_in(scheme).is_ok(), "{scheme}");
        }
    }
}

/// The examples of developers.facebook.com/docs/graph-api/webhooks/getting-started.
#[test]
fn meta_names_the_verify_token_and_gets_the_challenge() {
    let meta = |token: &str, target: &str| {
        answered("meta", given(None, secret(token), None), &request("GET", target, &[]), "")
    };
    let target =
        "/webhooks?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=meatyhamhock";
    assert_eq!(meta("meatyhamhock", target), is(TEXT, "1158201444"));
    let refused = Some(Err("the verify token is not the one given"));
    assert_eq!(meta("meatyhamhocks", target), refused);
    assert_eq!(meta("t", "/?hub.mode=subscribe&hub.challenge=1"), refused);
    assert_eq!(meta("t", "/?hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=t"), None);
    assert_eq!(meta("t", "/?hub.mode=subscribe&hub.verify_token=t"), None);
    let script = "/?hub.mode=subscribe&hub.verify_token=t&hub.challenge=a%0d%0ab";
    assert_eq!(meta("t", script), Some(Err("what it wants answered is not a token")));
}

/// The example of developers.zoom.us; the answer is the one in the tests of Elastic's http_endpoint.
#[test]
fn zoom_gets_the_mac_of_its_token_and_of_nothing_that_it_could_have_signed_instead() {
    let body = r#"{"payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"},"event_ts":1654503849680,"event":"endpoint.url_validation"}"#;
    let zoom = |body: &str| {
        let given = given(secret("secretValueTest"), None, None);
        answered("zoom", given, &request("POST", "/", &[]), body)
    };
    assert_eq!(
        zoom(body),
        is(
            JSON,
            r#"{"encryptedToken":"70c1f2e2e6ca2d39297490d1f9142c7d701415ea8e6151f6562a08fa657a40ff","plainToken":"qgg8vlvZRS6UYooatFL8Aw"}"#
        )
    );
    assert_eq!(zoom(r#"{"event":"meeting.started","payload":{"plainToken":"x"}}"#), None);
    assert_eq!(zoom("not JSON"), None);
    // What is signed of a delivery is v0:TIME:BODY: its MAC would be the signature of a forged one.
    let forged = body.replace("qgg8vlvZRS6UYooatFL8Aw", r#"v0:1654503849:{\"event\":\"x\"}"#);
    assert_eq!(zoom(&forged), Some(Err("what it wants answered is not a token")));
}

/// The example of api.slack.com/events/url_verification. That it is signed is checked by who calls us.
#[test]
fn slack_gets_its_challenge() {
    let body = r#"{"token":"Jhj5dZrVaK7ZwHHjRyZWjbDl","challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P","type":"url_verification"}"#;
    let challenge = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P";
    let slack = |body| {
        let given = given(secret("s"), None, None);
        answered("slack", given, &request("POST", "/slack/events", &[]), body)
    };
    assert_eq!(slack(body), is(TEXT, challenge));
    assert_eq!(slack(r#"{"type":"event_callback","challenge":"x"}"#), None);
    assert_eq!(scheme("slack"), Some("slack"));
}

/// The code, token, address and answer in the tests of eBay's own library for .NET.
#[test]
fn ebay_gets_the_digest_of_code_token_and_address() {
    let ebay = |url: Option<&str>| {
        let token = secret("71745723-d031-455c-bfa5-f90d11b4f20a");
        let target = "/webhook?challenge_code=a8628072-3d33-45ee-9004-bee86830a22d";
        answered("ebay", given(None, token, url), &request("GET", target, &[]), "")
    };
    assert_eq!(
        ebay(Some("http://www.testendpoint.com/webhook")),
        is(
            JSON,
            r#"{"challengeResponse":"ca527df75caa230092d7e90484071e8f05d63068f1317973d6a3a42593734bbb"}"#
        )
    );
}

/// learn.microsoft.com: the token is decoded, and answered as text.
#[test]
fn microsoft_graph_gets_its_token_decoded() {
    let graph = |method: &str, target: &str| {
        answered("microsoft-graph", Given::default(), &request(method, target, &[]), "")
    };
    let target = "/notify?validationToken=Validation%3a+Testing+client+application+reachability+for+subscription+Request-Id%3a+522a8e7e-096a-494c-aaf1-ac0dcfca45b7";
    let text = "Validation: Testing client application reachability for subscription Request-Id: 522a8e7e-096a-494c-aaf1-ac0dcfca45b7";
    assert_eq!(graph("POST", target), is(TEXT, text));
    assert_eq!(graph("POST", "/notify?validationtoken=a"), is(TEXT, "a"));
    assert_eq!(graph("POST", "/notify"), None);
    assert_eq!(graph("GET", target), None);
}

/// The example of learn.microsoft.com, and the abuse protection of CloudEvents.
#[test]
fn event_grid_gets_its_code_or_its_origin() {
    let body = r#"[{"id":"2d1781af-3a4c-4d7c-bd0c-e34b19da4e66","topic":"/subscriptions/xxxxxxxx","subject":"","data":{"validationCode":"512d38b6-c7b8-40c8-89fe-f46f9e9622b6"},"eventType":"Microsoft.EventGrid.SubscriptionValidationEvent"}]"#;
    let grid = |request: &Request, body| answered("event-grid", Given::default(), request, body);
    let validation = request("POST", "/", &[("Aeg-Event-Type", "SubscriptionValidation")]);
    assert_eq!(
        grid(&validation, body),
        is(JSON, r#"{"validationResponse":"512d38b6-c7b8-40c8-89fe-f46f9e9622b6"}"#)
    );
    let notification = request("POST", "/", &[("Aeg-Event-Type", "Notification")]);
    assert_eq!(grid(&notification, body), None);
    let origin = ("WebHook-Request-Origin", "eventgrid.azure.net");
    let options = request("OPTIONS", "/", &[origin]);
    assert_eq!(grid(&options, ""), Some(Ok((200, None, String::new()))));
    let challenges = Challenges::of("event-grid", Given::default()).unwrap();
    let answer = challenges.asked(&options, b"").unwrap().answer().unwrap();
    assert_eq!(answer.headers.text("WebHook-Allowed-Origin").as_deref(), Some(origin.1));
}

/// dev.twitch.tv: the raw challenge. That it is signed is checked by who calls us.
#[test]
fn twitch_gets_its_challenge() {
    let twitch = |kind: &str| {
        let request = request("POST", "/", &[("Twitch-Eventsub-Message-Type", kind)]);
        let body = r#"{"challenge":"pogchamp-kappa-360noscope-vohiyo","subscription":{}}"#;
        answered("twitch", given(secret("s3cre77890ab"), None, None), &request, body)
    };
    assert_eq!(
        twitch("webhook_callback_verification"),
        is(TEXT, "pogchamp-kappa-360noscope-vohiyo")
    );
    assert_eq!(twitch("notification"), None);
}

/// www.dropbox.com/developers/reference/webhooks, with the headers that it asks for.
#[test]
fn dropbox_gets_its_challenge_as_text() {
    let ask = request("GET", "/dropbox-webhook?challenge=abc123", &[]);
    assert_eq!(answered("dropbox", Given::default(), &ask, ""), is(TEXT, "abc123"));
    let challenges = Challenges::of("dropbox", Given::default()).unwrap();
    let answer = challenges.asked(&ask, b"").unwrap().answer().unwrap();
    assert_eq!(answer.headers.text("X-Content-Type-Options").as_deref(), Some("nosniff"));
    let long = request("GET", &format!("/?challenge={}", "a".repeat(VALUE + 1)), &[]);
    assert!(answered("dropbox", Given::default(), &long, "").unwrap().is_err());
}

/// Consumer secret and token of the examples that X published; the MAC was made with openssl.
#[test]
fn x_gets_the_mac_of_its_token_and_not_of_a_body() {
    let x = |target: &str| {
        let secret = secret("z3ZX4v7mAAUGykl3EcmkqbartmuW8VFOOzCloLx9Q45P0hLrFu");
        answered("x", given(secret, None, None), &request("GET", target, &[]), "")
    };
    assert_eq!(
        x("/webhook?crc_token=9b4507b3-9040-4669-9ca3-6b94edb50553"),
        is(JSON, r#"{"response_token":"sha256=Cytd4Sq+NvEcV3MMrXxWJGJx5A+y/lXzzU2Maartkx8="}"#)
    );
    // Deliveries are signed as they are: {"for_user_id":"1"} would be one.
    let forged = x("/webhook?crc_token=%7B%22for_user_id%22%3A%221%22%7D");
    assert_eq!(forged, Some(Err("what it wants answered is not a token")));
}

/// The body in the tests of xero-php. Whether it is signed decides between 200 and 401.
#[test]
fn xero_gets_an_empty_answer_to_an_intent_to_receive() {
    let body = r#"{"events":[],"firstEventSequence": 0,"lastEventSequence": 0, "entropy": "NLDZEGWUXNHESAQVGLYF"}"#;
    let xero = |body| {
        let given = given(secret("key"), None, None);
        answered("xero", given, &request("POST", "/", &[]), body)
    };
    assert_eq!(xero(body), Some(Ok((200, None, String::new()))));
    let events = r#"{"events":[{}],"firstEventSequence":1,"lastEventSequence":1,"entropy":"N"}"#;
    assert_eq!(xero(events), None);
}

#[test]
fn without_what_a_row_needs_nothing_is_answered() {
    let said = |provider, given| Challenges::of(provider, given).unwrap_err().message;
    for provider in ["zoom", "slack", "twitch", "x", "xero"] {
        let message = said(provider, Given::default());
        assert_eq!(message, format!("--challenge {provider}: there is no secret to answer with"));
    }
    for provider in ["meta", "ebay"] {
        let message = said(provider, given(None, None, Some("https://a.example")));
        assert_eq!(message, format!("--challenge {provider}: there is no verify token"));
    }
    assert!(said("ebay", given(None, secret("t"), None)).contains("depends on the URL"));
    assert!(said("dropbox", given(None, secret("t"), None)).contains("does not use"));
    assert!(said("meta", given(None, secret(""), None)).contains("is empty"));
    assert!(said("zoom", given(secret(""), None, None)).contains("is empty"));
    assert!(said("zooom", Given::default()).contains("nothing is known"));
    assert!(Challenges::of("dropbox", Given::default()).is_ok_and(|one| !one.needs_secret()));
}

#[test]
fn what_was_read_long_ago_is_said() {
    let challenges = Challenges::of("event-grid", Given::default()).unwrap();
    let read = time::macros::datetime!(2026-11-27 0:00 UTC);
    assert_eq!(challenges.stale(read), [""; 0]);
    let sentences = challenges.stale(read + time::Duration::days(365));
    assert_eq!(sentences.len(), 2);
    assert!(sentences[0].contains("the check of Event Grid"), "{sentences:?}");
}
