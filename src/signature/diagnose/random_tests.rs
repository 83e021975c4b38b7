//! Causes planted in published vectors and in random requests, and found again.

#[path = "../../../tests/needs/mod.rs"]
mod needs;

use proptest::prelude::*;

use super::tests::{BODY, SECRET, changes, diagnosed};
use super::{bodies, secret};
use crate::signature::loader::built_in;

/// Published vectors with a newline added to the body or the secret: all are found.
#[test]
fn planted_in_published_vectors() {
    let Some(path) = needs::shared("vectors/signatures.json") else { return };
    let text = std::fs::read(path).unwrap();
    let vectors: Vec<serde_json::Value> = serde_json::from_slice(&text).unwrap();
    let mut planted = 0;
    for vector in vectors {
        let text = |name: &str| vector[name].as_str().unwrap_or_default().to_owned();
        let right = vector["must_verify"] == true && text("encoding") != "base64url";
        let Some(scheme) = built_in(&text("provider")).ok().filter(|_| right) else { continue };
        let headers = vector["headers"].as_object().unwrap();
        let line = |(name, value): (&'_ String, &serde_json::Value)| {
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

/// A JSON body as a sender may send it.
fn any_body() -> impl Strategy<Value = Vec<u8>> {
    let value = prop_oneof![
        any::<i32>().prop_map(|number| number.to_string()),
        "[a-z/<&\u{e9}\u{20ac} ]{0,12}".prop_map(|text| serde_json::to_string(&text).unwrap()),
        Just("null".to_owned()),
        Just("[true,{\"x\":[]}]".to_owned()),
    ];
    proptest::collection::vec(("[a-z_]{1,8}", value), 1..6).prop_map(|members| {
        let members = members.iter().map(|(name, value)| format!("\"{name}\":{value}"));
        format!("{{{}}}", members.collect::<Vec<_>>().join(",")).into_bytes()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The sender signs one of the changed bodies; whichever change is named gives the same bytes.
    #[test]
    fn a_random_body_with_one_cause_is_explained(body in any_body(), pick in any::<proptest::sample::Index>()) {
        let mut all = Vec::new();
        let _ = bodies::each(&body, None, false, &mut |change, changed| {
            all.push((change.cause(body.len(), changed.len()), changed.to_vec()));
            std::ops::ControlFlow::Continue(())
        });
        let (cause, signed) = pick.get(&all);
        let found = changes(SECRET, &body, SECRET, signed);
        prop_assert_eq!(found, [cause.change.clone()]);
    }

    #[test]
    fn a_random_secret_with_one_cause_is_explained(secret in "[a-zA-Z0-9]{9,40}", pick in any::<proptest::sample::Index>()) {
        let secret = secret.into_bytes();
        let rows: Vec<_> = secret::ROWS.iter().filter_map(|row| Some((row, (row.apply)(&secret)?))).collect();
        let (row, key) = pick.get(&rows);
        if *key != secret {
            prop_assert_eq!(changes(&secret, BODY, key, BODY), [row.advice.name]);
        }
    }

    #[test]
    fn a_wrong_secret_is_never_explained(body in any_body(), secret in proptest::collection::vec(any::<u8>(), 1..40)) {
        prop_assert_eq!(changes(&secret, &body, SECRET, &body), Vec::<String>::new());
    }

    #[test]
    fn no_request_panics(value in "\\PC{0,80}", body in proptest::collection::vec(any::<u8>(), 0..80)) {
        for scheme in ["github", "stripe", "standard-webhooks", "twilio", "discord", "mailgun", "telegram"] {
            let place = built_in(scheme).unwrap().place.header().unwrap_or_default();
            let url = Some("http://a/b?c");
            let _ = diagnosed(scheme, b"0123", &body, url, &[(&place, value.clone())]);
        }
    }
}
