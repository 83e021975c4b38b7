//! Every forged call is refused by our own receiver, and differs from the good one in one thing.

use ::time::macros::datetime;

use super::*;
use crate::http::Headers;
use crate::secret::Secret;
use crate::signature::key::SigningKey;
use crate::signature::key_set::KeySet;
use crate::signature::loader::built_in;
use crate::signature::{Message, Signer, Verifier, token};

const NOW: OffsetDateTime = datetime!(2026-11-26 05:00 UTC);
const URL: &str = "https://hooks.example/pay?x=1";
const BODY: &[u8] = br#"{"id":"evt_1","amount":1200}"#;
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn request() -> Request {
    let mut headers = Headers::new();
    headers.push("Host", "hooks.example");
    headers.push("Content-Type", "application/json");
    let (method, target) = ("POST".to_owned(), "/pay?x=1".to_owned());
    let mut request = Request { method, target, headers, body: BODY.to_vec() };
    request.frame();
    request
}

fn by_scheme(name: &str) -> Resigner {
    let secret = Secret::new(SECRET.into());
    Resigner::Scheme(Box::new(Signer::new(built_in(name).unwrap(), &secret).unwrap()))
}

fn token(key: SigningKey) -> Resigner {
    let mut claims = serde_json::Map::new();
    claims.insert("aud".to_owned(), "a".into());
    claims.insert("iss".to_owned(), "me".into());
    let (key_id, prefix, body) = (None, None, None);
    Resigner::Token { key, key_id, header: "Authorization".to_owned(), prefix, claims, body }
}

fn pair() -> SigningKey {
    SigningKey::Shared(Secret::new(SECRET.into())).stranger().unwrap();
    SigningKey::of_seed(&[7; 32]).unwrap()
}

fn forged(signer: &Resigner, id: &str) -> Forged {
    let request = request();
    let tolerance = Duration::minutes(5);
    forge(id, &Good { request: &request, url: URL, signer, now: NOW, tolerance }).unwrap()
}

/// Whether a receiver that is as it should be lets it in.
fn is_accepted(name: &str, request: &Request) -> bool {
    let secrets = [("it".to_owned(), Secret::new(SECRET.into()))];
    let verifier = Verifier::new(built_in(name).unwrap(), &secrets).unwrap();
    let verifier = verifier.tolerance(Duration::minutes(5));
    let headers = lines(&request.headers);
    let message = Message { url: Some(URL), ..Message::of(request, &headers, Some(URL)) };
    let outcome = verifier.verify(&message, NOW);
    let is_fatal = |problem: &crate::signature::Problem| {
        let severity = problem.clone().finding("x").severity;
        severity == crate::finding::Severity::Critical
    };
    outcome.matched.is_some()
        && !outcome.problems.iter().any(|problem| {
            is_fatal(problem) && problem.code != crate::finding::Code::SignatureUntimed
        })
}

/// Our own receiver, which is as it should be, refuses every forged request of every kind of scheme, and
/// takes the good one and the list.
#[test]
fn what_is_forged_is_refused_by_a_receiver_as_it_should_be() {
    let mut made = 0;
    for name in ["stripe", "github", "slack", "standard-webhooks", "kindly", "twilio", "shopify"] {
        let signer = by_scheme(name);
        let basis = request();
        let (url, now, tolerance) = (URL, NOW, Duration::minutes(5));
        let good = Good { request: &basis, url, signer: &signer, now, tolerance };
        assert!(is_accepted(name, &good.signed().unwrap()), "{name}");
        for (id, forge) in KINDS {
            let Ok(forged) = forge(&good) else { continue };
            let is_list = *id == "list-with-one-good";
            // Two lines of one header are for the framework that reads them to refuse.
            if !id.starts_with("two-headers") {
                assert_eq!(is_accepted(name, &forged), is_list, "{name} {id}: {forged:?}");
            }
            assert_ne!(forged, good.signed().unwrap(), "{name} {id}");
            made += 1;
        }
    }
    assert!(made > 70, "{made}");
}

#[test]
fn one_thing_is_changed() {
    let value = |id: &str, header: &str| {
        forged(&by_scheme("stripe"), id).unwrap().headers.text(header).unwrap_or_default()
    };
    let of = |id: &str| value(id, "Stripe-Signature");
    let now = NOW.unix_timestamp();
    assert_eq!(of("unsigned"), "");
    assert_eq!(of("empty-signature"), format!("t={now},v1="));
    assert_eq!(of("truncated-signature").len(), format!("t={now},v1=").len() + 8);
    assert!(of("stale").starts_with(&format!("t={},v1=", now - 360)), "{}", of("stale"));
    assert!(of("stale-day").starts_with(&format!("t={},v1=", now - 86_400)));
    assert!(of("future").starts_with(&format!("t={},v1=", now + 360)));
    assert!(of("time-missing").starts_with("v1="), "{}", of("time-missing"));
    assert!(of("time-malformed").starts_with("t=soon,v1="));
    assert!(of("time-milliseconds").starts_with(&format!("t={now}000,v1=")));
    let list = of("list-with-one-good");
    assert_eq!((list.matches("v1=").count(), list.matches("t=").count()), (2, 1), "{list}");
    let changed = of("time-changed");
    let stale = of("stale");
    assert_eq!(changed.split("v1=").nth(1), stale.split("v1=").nth(1));
    assert!(changed.starts_with(&format!("t={now},")));
    let github = |id: &str| forged(&by_scheme("github"), id).unwrap();
    let weaker = github("weaker-digest").headers.text("X-Hub-Signature-256").unwrap();
    assert!(weaker.starts_with("sha1=") && weaker.len() == 45, "{weaker}");
    let twice = github("two-headers-bad-first");
    assert_eq!(twice.headers.all("X-Hub-Signature-256").count(), 2);
    assert_eq!(github("tampered-body").body, br#"{"id":"evt_1","amount":1201}"#);
    assert_eq!(github("tampered-body-space").body, br#"{ "id":"evt_1","amount":1200}"#);
    assert_eq!(github("tampered-body-space").headers.text("Content-Length").unwrap(), "29");
}

#[test]
fn what_a_scheme_has_not_is_said() {
    for (name, id, why) in [
        ("github", "stale", "no signed time"),
        ("stripe", "two-headers-bad-first", "one list"),
        ("github", "list-with-one-good", "one signature"),
        ("github", "algorithm-none", "no bearer token"),
        ("github", "other-path", "the path is not signed"),
        ("github", "replayed-other-id", "no id"),
        ("github", "body-not-covered", "only HTTP message signatures"),
    ] {
        let said = forged(&by_scheme(name), id).unwrap_err();
        assert!(said.contains(why), "{name} {id}: {said}");
    }
    let pair = token(pair());
    for (id, why) in [("tampered-body", "cover the body"), ("stale", "see expired-token")] {
        assert!(forged(&pair, id).unwrap_err().contains(why));
    }
}

#[test]
fn tokens_are_forged_as_attackers_do() {
    let key = pair();
    let keys = KeySet::of_keys(vec![key.verifying().unwrap()]);
    let signer = token(key);
    let expected = token::Expectations {
        audience: Some("a".to_owned()),
        issuers: vec!["me".to_owned()],
        ..token::Expectations::default()
    };
    let check = |request: &Request| {
        let value = request.headers.text("Authorization").unwrap();
        token::verify(&value, &keys, &expected, NOW.unix_timestamp()).map(drop)
    };
    let basis = request();
    let (url, now, tolerance) = (URL, NOW, Duration::minutes(5));
    let good = Good { request: &basis, url, signer: &signer, now, tolerance };
    assert_eq!(check(&good.signed().unwrap()), Ok(()));
    for (id, wanted) in [
        ("empty-signature", "signature"),
        ("wrong-secret", "signature"),
        ("truncated-signature", "signature"),
        ("algorithm-none", "none"),
        ("hs-with-public-key", "HS256"),
        ("wrong-audience", "not for a"),
        ("wrong-issuer", "somebody-else"),
        ("expired-token", "expired"),
    ] {
        let forged = forge(id, &good).unwrap().unwrap();
        let reason = check(&forged).unwrap_err().to_string();
        assert!(reason.contains(wanted), "{id}: {reason}");
    }
}

#[test]
fn a_token_that_was_given_is_sent_as_it_is_and_forged_all_the_same() {
    let key = pair();
    let keys = KeySet::of_keys(vec![key.verifying().unwrap()]);
    let claims = r#"{"iss":"me","aud":"a","iat":1795660000,"exp":1995670000}"#;
    let text = token::sign(claims, &key, None).unwrap();
    let given = Secret::new(text.clone().into_bytes());
    assert!(is_token(&given) && !is_token(&Secret::new(b"no".to_vec())));
    let header = "Authorization".to_owned();
    let signer = Resigner::Given { header, token: given };
    let value = |id: &str| {
        let request = forged(&signer, id)?;
        Ok::<_, String>(request.headers.text("Authorization").unwrap_or_default())
    };
    assert_eq!(value("unsigned").unwrap(), "");
    let check = |value: &str| {
        token::verify(value, &keys, &token::Expectations::default(), NOW.unix_timestamp())
    };
    assert!(check(&format!("Bearer {text}")).is_ok());
    for id in ["wrong-secret", "algorithm-none", "truncated-signature", "empty-signature"] {
        let value = value(id).unwrap();
        assert!(value.starts_with("Bearer ") && check(&value).is_err(), "{id}: {value}");
    }
    for id in ["wrong-audience", "expired-token", "hs-with-public-key", "empty-secret", "stale"] {
        assert!(value(id).is_err(), "{id}");
    }
    assert!(signer.carries_secret() && signer.stands_in(text.as_bytes()));
}

#[test]
fn message_signatures_are_forged_too() {
    let secret = || SigningKey::Shared(Secret::new(SECRET.into()));
    let signer = Resigner::Message { key: secret(), key_id: None };
    let input = |id: &str| forged(&signer, id).unwrap().headers.text("Signature-Input").unwrap();
    let created = format!(";created={}", NOW.unix_timestamp());
    assert!(input("tampered-body").contains(&created));
    assert!(!input("body-not-covered").contains("content-digest"));
    assert!(!input("time-missing").contains("created"));
    assert!(input("time-malformed").contains(";created=\"soon\""));
    assert!(input("stale").contains(&format!(";created={}", NOW.unix_timestamp() - 360)));
    assert!(input("time-changed").contains(&created));
    let cut = forged(&signer, "truncated-signature").unwrap().headers.text("Signature").unwrap();
    assert_eq!(cut.len(), "sig1=:12345678:".len(), "{cut}");
    for id in ["other-path", "other-method"] {
        let forged = forged(&signer, id).unwrap();
        assert_eq!((forged.method.as_str(), forged.target.as_str()), ("POST", "/pay?x=1"), "{id}");
    }
}

#[test]
fn the_right_signature_and_the_secret_are_known_where_they_stand() {
    let signer = by_scheme("github");
    let basis = request();
    let (url, now, tolerance) = (URL, NOW, Duration::minutes(5));
    let good = Good { request: &basis, url, signer: &signer, now, tolerance };
    let right = good.right(b"{}").unwrap();
    assert_eq!(right.len(), 64);
    assert!(signer.stands_in(format!("debug: {SECRET}.").as_bytes()));
    assert!(!signer.stands_in(b"debug"));
}
