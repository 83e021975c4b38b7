//! Tests of the verifier: bodies that stream by, several secrets, and what a signature would have to be.

use time::OffsetDateTime;
use time::macros::datetime;

use super::loader::{built_in, parse};
use super::{Fresh, Message, Outcome, Scheme, Signer, Verifier};
use crate::finding::Code;
use crate::secret::{HIDDEN, Secret};

const NOW: OffsetDateTime = datetime!(2026-11-25 12:00 UTC);
const OLD: &str = "0123456789abcdef0123456789abcdef";
const NEW: &str = "fedcba9876543210fedcba9876543210";
const URL: &str = "https://h.test/s";

fn scheme(name: &str) -> Scheme {
    built_in(name).unwrap()
}

/// Checks under these secrets; each is called by its first two characters.
fn verifier(scheme: &Scheme, secrets: &[&str]) -> Verifier {
    let secrets: Vec<_> =
        secrets.iter().map(|text| (text[..2].to_owned(), Secret::new((*text).into()))).collect();
    Verifier::new(scheme.clone(), &secrets).unwrap()
}

/// Shows `then` the request that the scheme makes of this body, signed with the old secret.
fn with_signed<T>(scheme: &Scheme, body: &[u8], then: impl FnOnce(Message<'_>) -> T) -> T {
    let (method, url, target, complete) = ("POST", Some(URL), "", true);
    let headers = [("Content-Type", b"application/json".as_slice())];
    let message = Message { method, url, target, headers: &headers, body, complete };
    let signer = Signer::new(scheme.clone(), &Secret::new(OLD.into())).unwrap();
    let signed = signer.sign(&message, &Fresh { at: NOW, id: Some("1".into()) }).unwrap().headers;
    let headers: Vec<_> =
        signed.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    then(Message { headers: &headers, ..message })
}

fn codes(outcome: &Outcome) -> Vec<Code> {
    outcome.problems.iter().map(|problem| problem.code).collect()
}

#[test]
fn a_body_that_streams_by_is_judged_as_one_that_is_held() {
    for name in ["github", "stripe", "slack", "shopify", "mollie"] {
        let scheme = scheme(name);
        let verifier = verifier(&scheme, &[NEW, OLD]);
        assert!(verifier.streams(), "{name}");
        with_signed(&scheme, b"{\"a\":1}", |message| {
            let held = verifier.verify(&message, NOW);
            assert_eq!(codes(&held), [Code::SignatureOldSecret], "{name}");
            assert_eq!(held.matched.as_ref().map(|one| verifier.label(one.secret)), Some("01"));
            let begun = || verifier.stream(Message { body: b"", ..message }, NOW).ok().unwrap();
            let mut stream = begun();
            [b"{\"a\"".as_slice(), b":1}"].into_iter().for_each(|part| stream.update(part));
            // What only the whole body shows is not known while it streams.
            let streamed = stream.finish();
            assert_eq!((&streamed.matched, codes(&streamed)), (&held.matched, codes(&held)));
            let mut other = begun();
            other.update(b"{}");
            assert_eq!(codes(&other.finish()), [Code::SignatureMismatch], "{name}");
        });
    }
}

#[test]
fn a_body_is_held_where_one_thing_needs_it() {
    let streams = |more: &str| {
        let text = format!("[a]\nencoding = \"hex\"\n{more}\n");
        verifier(&parse(&text).unwrap().remove(0), &[OLD]).streams()
    };
    let timed = "signature = \"X\"\nsigned = \"{timestamp}{body}\"\ntolerance = 9\n";
    assert!(streams("signature = \"X\""));
    assert!(streams(&format!("{timed}timestamp = \"header:T\"")));
    for more in [
        "signature = \"X\"\nsigned = \"{body}{body}\"",
        "signature = \"X\"\nsigned = \"{url}{body}\"",
        "signature = \"json:/s\"",
        &format!("{timed}timestamp = \"json:/t\""),
        "signature = \"X\"\nsigned = \"{v}{body}\"\nvars = { v = \"json:/t\" }",
    ] {
        assert!(!streams(more), "{more}");
    }
    assert!(!verifier(&scheme("telegram"), &[OLD]).streams());
    assert!(!verifier(&scheme("twilio-json"), &[OLD]).streams());
}

#[test]
fn the_first_secret_is_no_old_one_and_the_url_that_is_right_is_told() {
    for (name, url) in [("github", None), ("square", Some(URL))] {
        let scheme = scheme(name);
        let verifier = verifier(&scheme, &[OLD, NEW]);
        let outcome = with_signed(&scheme, b"a=b", |message| verifier.verify(&message, NOW));
        assert_eq!(codes(&outcome), [], "{name}");
        assert_eq!(outcome.matched.unwrap().url.as_deref(), url, "{name}");
        assert_eq!(verifier.label(2), "");
    }
}

#[test]
fn what_a_signature_would_have_to_be_is_told_but_for_the_secret_itself() {
    for name in ["github", "shopify", "square"] {
        let scheme = scheme(name);
        with_signed(&scheme, b"{}", |message| {
            let values = verifier(&scheme, &[NEW, OLD]).expected(&message);
            let own = std::str::from_utf8(message.headers[0].1).unwrap();
            assert_eq!((values.len(), values[1].as_str()), (2, own), "{name}");
            assert_ne!(values[0], own);
        });
    }
    let telegram = scheme("telegram");
    let hidden =
        with_signed(&telegram, b"{}", |message| verifier(&telegram, &[OLD]).expected(&message));
    assert_eq!(hidden, [HIDDEN]);
}

#[test]
fn only_another_secret_or_content_is_a_mismatch() {
    let is_mismatch = |name: &str, secret: &str, seen: &[u8]| {
        let scheme = scheme(name);
        let verifier = verifier(&scheme, &[secret]);
        let check = |message: Message<'_>| verifier.verify(&Message { body: seen, ..message }, NOW);
        with_signed(&scheme, b"{}", check).is_mismatch()
    };
    assert!(is_mismatch("github", NEW, b"{}"));
    assert!(is_mismatch("github", OLD, b"[]"));
    assert!(!is_mismatch("github", OLD, b"{}"));
    assert!(!is_mismatch("telegram", NEW, b"{}"));
}

#[test]
fn a_secret_that_can_be_guessed_is_told_by_its_label() {
    let weak = verifier(&scheme("github"), &[NEW, "short"]).weak_secrets();
    let told: Vec<_> = weak.iter().map(|one| (one.code, one.message.as_str())).collect();
    assert_eq!(told, [(Code::SecretWeak, "sh is shorter than 16 bytes")]);
}
