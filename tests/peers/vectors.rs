//! The larger collection of published signatures, `../shared/vectors/signatures.json`, each judged as its
//! file says; those that a clone has are in tests/cli/vectors.rs.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use hookprint::digest;
use hookprint::finding::Code;
use hookprint::secret::Secret;
use hookprint::signature::diagnose::{Case, Diagnosis, diagnose};
use hookprint::signature::scheme::{Algorithm, Encoding, Place, Scheme, SecretForm, Several};
use hookprint::signature::{Message, Problem, Verifier, loader, moment};
use serde_json::Value;
use time::OffsetDateTime;

use crate::needs;

tests!(
    every_published_vector_is_judged_as_stated,
    a_changed_value_never_verifies,
    a_newline_that_was_added_is_found,
);

/// Vectors that are another module's (tokens, RFC 9421), or a pointer to a file that is not here.
const ELSEWHERE: [&str; 4] = ["messagebird", "vonage", "rfc9421", "wycheproof"];

fn vectors() -> Vec<Value> {
    let text = std::fs::read_to_string(needs::shared("vectors/signatures.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn every_published_vector_is_judged_as_stated() {
    let vectors = vectors();
    let (mut judged, mut wrong) = (0, Vec::new());
    for vector in &vectors {
        if ELSEWHERE.contains(&text_of(vector, "provider")) {
            continue;
        }
        judged += 1;
        let verifies = verifies(vector);
        if verifies != vector["must_verify"].as_bool().unwrap() {
            wrong.push(format!("{} {}", text_of(vector, "provider"), text_of(vector, "name")));
        }
    }
    assert!(wrong.is_empty(), "{} of {judged} are wrong: {wrong:#?}", wrong.len());
    assert_eq!(judged, 75, "of {} vectors", vectors.len());
}

fn text_of<'a>(vector: &'a Value, name: &str) -> &'a str {
    vector[name].as_str().unwrap_or_default()
}

/// The scheme of a vector. Where the file names a family of schemes, its fields choose among them.
fn scheme(vector: &Value) -> Scheme {
    let (provider, algorithm) = (text_of(vector, "provider"), text_of(vector, "algorithm"));
    let header = vector["headers"].as_object().and_then(|headers| headers.iter().next());
    let value = header.and_then(|(_, value)| value.as_str()).unwrap_or_default();
    let name = match (provider, algorithm) {
        ("github", "hmac-sha1") => "github-sha1",
        ("standard-webhooks", "ed25519") => "standard-webhooks-v1a",
        ("twilio", _) if text_of(vector, "url").contains("bodySHA256") => "twilio-json",
        ("github", "hmac-sha512") | ("generic-hub-signature" | "rfc4231", _) => {
            let mut scheme = loader::built_in(algorithm).unwrap();
            if let Some((name, _)) = header {
                scheme.place = Place::Headers(vec![name.clone()]);
            }
            if let Some((prefix, _)) = value.split_once('=') {
                scheme = with_prefix(scheme, prefix);
            }
            if text_of(vector, "secret_form") == "hex" {
                scheme.secret = SecretForm::Hex;
            }
            return scheme;
        }
        (name, _) => name,
    };
    loader::built_in(name).unwrap()
}

/// `sha256=A,sha256=B`, as adnanh/webhook takes it.
fn with_prefix(mut scheme: Scheme, prefix: &str) -> Scheme {
    scheme.split = Some(",".to_owned());
    scheme.several = vec![Several::Items];
    let pattern = format!("{prefix}={{sig}}");
    scheme.value = hookprint::signature::pattern::Pattern::parse(&pattern).unwrap();
    scheme
}

fn verifies(vector: &Value) -> bool {
    let scheme = scheme(vector);
    let body = match vector["body_base64"].as_str() {
        Some(body) => digest::unbase64(body).unwrap(),
        None => text_of(vector, "body").as_bytes().to_vec(),
    };
    let body = in_its_envelope(&scheme, vector, body);
    let mut headers: BTreeMap<String, String> =
        serde_json::from_value(vector["headers"].clone()).unwrap();
    if let (true, Some(name)) = (headers.is_empty(), scheme.place.header()) {
        headers.insert(name, text_of(vector, "expected_signature").to_owned());
    }
    let lines: Vec<_> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let unit = scheme.timestamp.as_ref().map(|timestamp| timestamp.unit);
    let now = unit.and_then(|unit| moment::parse(text_of(vector, "timestamp"), unit).ok());
    let message = Message {
        method: text_of(vector, "method"),
        url: vector["url"].as_str(),
        target: "",
        headers: &lines,
        body: &body,
        complete: true,
    };
    let secret = Secret::new(text_of(vector, "secret").into());
    let verifier = Verifier::new(scheme, &[("secret".to_owned(), secret)]).unwrap();
    let outcome = verifier.verify(&message, now.unwrap_or(OffsetDateTime::UNIX_EPOCH));
    // Adyen signs some members of the body only, which is said of every such delivery.
    let is_open = |problem: &Problem| problem.code == Code::BodyUncovered;
    outcome.matched.is_some() && outcome.problems.iter().all(is_open)
}

/// Adyen's vectors hold one item; deliveries hold it in a list, with the signature inside.
fn in_its_envelope(scheme: &Scheme, vector: &Value, body: Vec<u8>) -> Vec<u8> {
    if scheme.name != "adyen-standard" {
        return body;
    }
    let mut item: Value = serde_json::from_slice(&body).unwrap();
    let mut additional = item["additionalData"].as_object().cloned().unwrap_or_default();
    additional.insert("hmacSignature".into(), vector["expected_signature"].clone());
    item["additionalData"] = additional.into();
    let envelope = serde_json::json!({"notificationItems": [{"NotificationRequestItem": item}]});
    serde_json::to_vec(&envelope).unwrap()
}

/// What the vectors are worth: with one bit of the expected value changed, none verifies.
fn a_changed_value_never_verifies() {
    let scheme = loader::built_in("github").unwrap();
    assert_eq!((scheme.algorithm, scheme.encoding), (Algorithm::HmacSha256, Encoding::Hex));
    let secret = Secret::new(b"It's a Secret to Everybody".to_vec());
    let verifier = Verifier::new(scheme, &[("secret".to_owned(), secret)]).unwrap();
    let right = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    let verifies = |signature: &str| {
        let value = format!("sha256={signature}");
        let headers = [("X-Hub-Signature-256", value.as_bytes())];
        let message = Message {
            method: "POST",
            url: None,
            target: "",
            headers: &headers,
            body: b"Hello, World!",
            complete: true,
        };
        verifier.verify(&message, OffsetDateTime::UNIX_EPOCH).matched.is_some()
    };
    assert!(verifies(right));
    let bytes = digest::unhex(right).unwrap();
    for bit in 0..256 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(!verifies(&digest::hex(&changed)), "bit {bit}");
    }
}

/// A diagnosis of a request that carries `headers`.
fn diagnosed(
    scheme: &str,
    secret: &[u8],
    body: &[u8],
    url: Option<&str>,
    headers: &[(&str, String)],
) -> Diagnosis {
    let scheme = loader::built_in(scheme).unwrap();
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

/// Published vectors with a newline added to the body or the secret: all are found.
fn a_newline_that_was_added_is_found() {
    let mut planted = 0;
    for vector in vectors() {
        let text = |name: &str| vector[name].as_str().unwrap_or_default().to_owned();
        let right = vector["must_verify"] == true && text("encoding") != "base64url";
        let Some(scheme) = loader::built_in(&text("provider")).ok().filter(|_| right) else {
            continue;
        };
        let headers = vector["headers"].as_object().unwrap();
        let line = |(name, value): (&'_ String, &Value)| {
            (name.clone(), value.as_str().unwrap().to_owned())
        };
        let headers: Vec<_> = headers.iter().map(line).collect();
        let headers: Vec<_> =
            headers.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        let url = vector["url"].as_str();
        let as_sent = diagnosed(
            &scheme.name,
            text("secret").as_bytes(),
            text("body").as_bytes(),
            url,
            &headers,
        );
        let is_plain = scheme.algorithm.is_hmac() && scheme.signed.to_string().ends_with("{body}");
        // Some vectors are for another scheme of the same sender; an empty diagnosis is a match.
        if !is_plain || !as_sent.causes.is_empty() || !as_sent.notes.is_empty() {
            continue;
        }
        let body = format!("{}\n", text("body"));
        let found =
            diagnosed(&scheme.name, text("secret").as_bytes(), body.as_bytes(), url, &headers);
        let names: Vec<_> = found.causes.iter().map(|cause| cause.change.as_str()).collect();
        assert_eq!(names, ["body-final-newline-removed"], "{}", text("name"));
        planted += 1;
    }
    assert!(planted >= 25, "{planted}");
}
