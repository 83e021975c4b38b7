//! Causes planted in random requests, and found again.

use proptest::prelude::*;

use super::tests::{BODY, SECRET, changes, diagnosed};
use super::{bodies, secret};
use crate::signature::loader::built_in;

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
