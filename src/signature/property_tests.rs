//! Whatever text comes in: nothing panics, what is read can be written again, and only a signature
//! that was made with the secret is ever right.

use proptest::prelude::*;
use time::OffsetDateTime;

use super::pattern::Pattern;
use super::scheme::Scheme;
use super::template::Template;
use super::{Fresh, Message, Signer, Verifier, detect, loader};
use crate::secret::Secret;

const SECRET: &[u8] = b"MDEyMzQ1Njc4OWFiY2RlZg==";

fn scheme() -> impl Strategy<Value = Scheme> {
    let names: Vec<_> = loader::names().collect();
    proptest::sample::select(names).prop_map(|name| loader::built_in(name).unwrap())
}

fn verifier(scheme: Scheme) -> Option<Verifier> {
    let secret = Secret::new(SECRET.to_vec());
    Verifier::new(scheme, &[("secret".to_owned(), secret)]).ok()
}

proptest! {
    #[test]
    fn templates_print_as_they_read(text in "([{}a-z:._]|\\{body\\}|\\{id\\}|\\{\\{){0,12}") {
        if let Ok(template) = Template::parse(&text, |word| word == "id") {
            let printed = template.to_string();
            prop_assert_eq!(Template::parse(&printed, |word| word == "id"), Ok(template));
        }
    }

    #[test]
    fn patterns_match_what_they_fill(text in "[a-z=/ ]{0,4}(\\{key\\}[=/:]{1,3})?\\{sig\\}[a-z/]{0,3}") {
        let pattern = Pattern::parse(&text).unwrap();
        let item = pattern.fill(|word| Some(word.to_uppercase())).unwrap();
        prop_assert_eq!(pattern.signature(&item, false), Some("SIG"));
    }

    #[test]
    fn no_text_of_a_scheme_file_panics(text in "(\\[[a-z.]{0,4}\\]\n|[a-z_]{1,9} = \"?[{}a-z:/]{0,9}\"?\n){0,6}") {
        if let Err(error) = loader::parse(&text) {
            prop_assert!(error.message.starts_with("line "), "{}", error.message);
        }
    }

    #[test]
    fn no_header_verifies_by_chance(
        scheme in scheme(),
        value in "([a-z0-9]{1,4}[=,/ ]){0,3}[A-Za-z0-9+/=]{0,90}",
        body in proptest::collection::vec(any::<u8>(), 0..64),
    ) {
        let name = scheme.place.header().unwrap_or_default();
        let headers = [
            (name.as_str(), value.as_bytes()),
            ("Content-Type", b"application/x-www-form-urlencoded".as_slice()),
        ];
        let url = Some("https://hooks.example/in?x=1");
        let message = Message { url, ..Message::post(&headers, &body) };
        detect::propose(&message);
        if let Some(verifier) = verifier(scheme) {
            let outcome = verifier.verify(&message, OffsetDateTime::UNIX_EPOCH);
            prop_assert!(outcome.matched.is_none() && !outcome.problems.is_empty());
        }
    }

    #[test]
    fn a_signed_body_of_any_bytes_verifies_and_no_other_does(
        body in proptest::collection::vec(any::<u8>(), 0..2000),
        flip in any::<prop::sample::Index>(),
        stripe in any::<bool>(),
    ) {
        let scheme = loader::built_in(if stripe { "stripe" } else { "svix" }).unwrap();
        let signer = Signer::new(scheme.clone(), &Secret::new(SECRET.to_vec())).unwrap();
        let at = OffsetDateTime::UNIX_EPOCH;
        let message = Message::post(&[], &body);
        let signed = signer.sign(&message, &Fresh { at, id: None }).unwrap();
        let headers: Vec<_> =
            signed.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        let verifier = verifier(scheme).unwrap();
        let message = Message { headers: &headers, ..message };
        prop_assert!(verifier.verify(&message, at).problems.is_empty());
        if !body.is_empty() {
            let mut changed = body.clone();
            changed[flip.index(body.len())] ^= 1;
            let message = Message { body: &changed, ..message };
            prop_assert!(verifier.verify(&message, at).is_mismatch());
        }
    }
}
