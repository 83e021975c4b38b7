//! What is not quite as the standard has it, and what contradicts itself: refused by name.

use aws_lc_rs::signature::Ed25519KeyPair;

use super::tests::{CREATED, request, signed, verify_plain};
use super::*;
use crate::http::Request;
use crate::secret::Secret;
use crate::signature::key::VerifyingKey;
use crate::signature::key_set::KeySet;
use crate::signature::message::lines;

/// A request with a signature over these components with these parameters, by the given key.
fn made(mut request: Request, components: &str, parameters: &str, key: &SigningKey) -> Request {
    let input = format!("s=({components}){parameters}");
    let member = field::dictionary(input.as_bytes()).unwrap().remove(0).1;
    let Member::List(components, parameters) = member else { panic!("no list") };
    let mut signature = Signature { label: "s".into(), components, parameters, bytes: Vec::new() };
    let headers = lines(&request.headers);
    let message = Message::of(&request, &headers, None);
    let base = signature.base(&message).unwrap();
    signature.bytes = key.sign(Algorithm::HmacSha256, base.as_bytes()).unwrap();
    request.headers.push("Signature-Input", input);
    request.headers.push("Signature", format!("s={}", Bare::Bytes(signature.bytes)));
    request
}

fn shared(text: &str) -> SigningKey {
    SigningKey::Shared(Secret::new(text.into()))
}

#[test]
fn parameters_have_one_type_and_stand_once() {
    let key = shared("0123456789abcdef");
    let verified = |parameters: &str| {
        let request = made(request(), r#""@method""#, parameters, &key);
        verify_plain(&request, &key.verifying().unwrap()).map(|_| ())
    };
    assert_eq!(verified(";created=1618884473;nonce=\"n\";tag=\"t\";keyid=\"k\""), Ok(()));
    for parameters in [
        ";created=\"1618884473\"",
        ";created=1618884473.5",
        ";created=1618884473.0",
        ";created=@1618884473",
        ";created",
        ";created=1618884473;expires=\"1618884999\"",
        ";created=1618884473;expires=1618884999.0",
        ";created=1618884473;keyid=k",
        ";created=1618884473;keyid=:aw==:",
        ";created=1618884473;alg=hmac-sha256",
        ";created=1618884473;nonce=1",
        ";created=1618884473;tag",
        ";created=1618884473;foo=1",
    ] {
        let refused = verified(parameters).unwrap_err();
        assert_eq!(refused.code().id(), "signature-malformed", "{parameters}: {refused}");
    }
    // What stands twice is not resolved to the one or the other.
    let once = made(request(), r#""@method""#, ";created=1618884473", &key);
    let signature = once.headers.text("Signature").unwrap();
    for (input, signature) in [
        (r#"s=("@method");created=1;created=1618884473"#, signature.as_str()),
        (r#"s=("@method");created=1, s=("@method");created=1618884473"#, &signature),
        (r#"s=("@method");created=1618884473"#, &format!("s=:YQ==:, {signature}")),
        (r#"s=("@method";req=?0;req);created=1618884473"#, &signature),
    ] {
        let request = signed(request(), input, signature);
        let refused = verify_plain(&request, &key.verifying().unwrap()).unwrap_err();
        assert_eq!(refused.code().id(), "signature-malformed", "{input}: {refused}");
    }
}

#[test]
fn the_key_that_is_named_and_no_other() {
    let json = format!(
        r#"{{"keys":[{{"kty":"oct","kid":"A","k":"{}"}},{{"kty":"oct","kid":"B","k":"{}","alg":"HS512"}}]}}"#,
        crate::digest::base64url(b"the secret called A, long"),
        crate::digest::base64url(b"the secret called B, long"),
    );
    let keys = KeySet::parse(json.as_bytes()).unwrap();
    let by_a = shared("the secret called A, long");
    let verified = |keys: &KeySet, parameters: &str, key: &SigningKey| {
        let parameters = format!(";created=1618884473{parameters}");
        let request = made(request(), r#""@method""#, &parameters, key);
        let headers = lines(&request.headers);
        let message = Message::of(&request, &headers, None);
        verify(&message, keys, &Expectations::default(), CREATED).map(|one| one.key)
    };
    assert_eq!(verified(&keys, ";keyid=\"A\"", &by_a), Ok(0));
    assert_eq!(verified(&keys, "", &by_a), Ok(0));
    let code = |outcome: Result<usize, Reason>| outcome.unwrap_err().code().id();
    assert_eq!(code(verified(&keys, ";keyid=\"B\"", &by_a)), "signature-mismatch");
    let known = vec!["A".to_owned(), "B".to_owned()];
    let unknown = verified(&keys, ";keyid=\"C\"", &by_a);
    assert_eq!(unknown, Err(Reason::KeyUnknown { key_id: "C".into(), known }));
    // What the key says it is for, and what the signature says it is, must agree.
    let by_b = shared("the secret called B, long");
    assert_eq!(code(verified(&keys, ";keyid=\"B\"", &by_b)), "signature-mismatch");
    let named = ";keyid=\"B\";alg=\"hmac-sha256\"";
    assert_eq!(code(verified(&keys, named, &by_b)), "algorithm-mismatch");
    // Nobody gave a secret an id; but where one is called as the signature says, it is that one.
    let secret =
        |label: &str, text: &str| KeySet::of_secret(label, Secret::new(text.into())).unwrap();
    let both =
        secret("old", "the secret called A, long").and(secret("new", "the secret called B, long"));
    assert_eq!(verified(&both, ";keyid=\"sender-7\"", &by_a), Ok(0));
    assert_eq!(verified(&both, ";keyid=\"old\"", &by_a), Ok(0));
    assert_eq!(code(verified(&both, ";keyid=\"new\"", &by_a)), "signature-mismatch");
}

#[test]
fn a_thumbprint_names_a_key_too() {
    let ed25519 = SigningKey::Ed25519(Box::new(Ed25519KeyPair::generate().unwrap()));
    let other = SigningKey::Ed25519(Box::new(Ed25519KeyPair::generate().unwrap()));
    let (own, others) = (ed25519.verifying().unwrap(), other.verifying().unwrap());
    let keys = KeySet::of_keys(vec![others.clone(), own.clone()]);
    let verified = |named: &VerifyingKey| {
        let mut request = request();
        let id = crate::signature::jwk_thumbprint::of(named);
        let components = vec![component("@method")];
        let order = Order { label: "s".into(), components, created: CREATED, key_id: id };
        let added =
            sign(&Message::of(&request, &lines(&request.headers), None), &ed25519, &order).unwrap();
        added.iter().for_each(|line| request.headers.push(line.name.clone(), line.value.clone()));
        let headers = lines(&request.headers);
        let message = Message::of(&request, &headers, None);
        verify(&message, &keys, &Expectations::default(), CREATED).map(|one| one.key)
    };
    assert_eq!(verified(&own), Ok(1));
    assert_eq!(verified(&others), Err(Reason::Mismatch { label: "s".into() }));
}

/// Nothing that a caller writes ends a line of the signature base and begins another.
#[test]
fn a_line_break_is_no_part_of_a_value() {
    let at = |request: &Request, url: Option<&str>, component: &str| {
        let item = field::item(component.as_bytes()).unwrap();
        component::value(&Message::of(request, &lines(&request.headers), url), &item)
    };
    let mut broken = request();
    broken.method = "POST\n\"@path\": /other".into();
    broken.target = "/a\r\n\"@method\": GET".into();
    broken.headers.push("X-Folded", "a\r\n \t b");
    broken.headers.push("X-Broken", "a\nb");
    broken.headers.push("X-Broken-Too", "a\rb");
    broken.headers.push("X-Accent", "\u{e9}");
    for component in [
        r#""@method""#,
        r#""@path""#,
        r#""@request-target""#,
        r#""@target-uri""#,
        r#""x-broken""#,
        r#""x-broken-too""#,
        r#""x-accent""#,
    ] {
        let refused = at(&broken, None, component).unwrap_err();
        assert_eq!(refused.code().id(), "signature-malformed", "{component}");
    }
    assert_eq!(at(&broken, None, r#""x-folded""#).as_deref(), Ok("a b"));
    assert_eq!(at(&broken, None, r#""x-accent";bs"#).as_deref(), Ok(":w6k=:"));
}

/// A target in absolute form is written by whoever sends the request.
#[test]
fn the_host_and_the_url_that_was_given_decide_and_not_the_target() {
    let mut absolute = request();
    absolute.target = "http://other.example/foo?a=://b".into();
    let at = |request: &Request, url: Option<&str>, component: &str| {
        let item = field::item(component.as_bytes()).unwrap();
        component::value(&Message::of(request, &lines(&request.headers), url), &item)
    };
    for (url, component, value) in [
        (None, r#""@authority""#, "example.com"),
        (None, r#""@scheme""#, "https"),
        (None, r#""@path""#, "/foo"),
        (None, r#""@target-uri""#, "https://example.com/foo?a=://b"),
        (Some("https://hooks.example/in"), r#""@authority""#, "hooks.example"),
        (Some("https://hooks.example/in"), r#""@path""#, "/in"),
        (Some("https://hooks.example/in"), r#""@target-uri""#, "https://hooks.example/in"),
    ] {
        assert_eq!(at(&absolute, url, component).as_deref(), Ok(value), "{component}");
    }
    let mut nested = request();
    nested.target = "/foo?u=https://evil.example/bar".into();
    assert_eq!(at(&nested, None, r#""@path""#).as_deref(), Ok("/foo"));
    // Two hosts are none, and what is not known has no value.
    nested.headers.push("Host", "other.example");
    nested.target.clear();
    for component in [r#""@authority""#, r#""@path""#, r#""@query""#, r#""@target-uri""#] {
        assert!(at(&nested, None, component).is_err(), "{component}");
    }
}

/// Of several signatures that are right the one that says most is the answer.
#[test]
fn a_thin_signature_does_not_hide_a_good_one() {
    let key = shared("0123456789abcdef");
    let thin = made(request(), r#""date""#, ";created=1618884473", &key);
    let good = made(
        request(),
        r#""@method" "@authority" "@path" "content-digest""#,
        ";created=1618884473",
        &key,
    );
    let text = |request: &Request, name: &str| request.headers.text(name).unwrap();
    let both = signed(
        request(),
        &format!(
            "{}, {}",
            text(&thin, "Signature-Input"),
            text(&good, "Signature-Input").replacen('s', "t", 1)
        ),
        &format!(
            "{}, {}",
            text(&thin, "Signature"),
            text(&good, "Signature").replacen('s', "t", 1)
        ),
    );
    let verified = verify_plain(&both, &key.verifying().unwrap()).unwrap();
    assert_eq!(
        (verified.signature.label.as_str(), verified.shortcomings.as_slice()),
        ("t", &[][..])
    );
    let verified = verify_plain(&thin, &key.verifying().unwrap()).unwrap();
    assert_eq!(verified.shortcomings.len(), 2);
}

#[test]
fn of_signatures_that_are_right_the_one_that_says_most_and_is_wanted_counts() {
    let key = shared("0123456789abcdef");
    let parts = [r#""date""#, r#""content-digest""#, r#""date" "content-digest""#, r#""@path""#];
    let mut all = request();
    for (label, components) in ["a", "b", "c", "d"].iter().zip(parts) {
        let one = made(request(), components, ";created=1618884473", &key);
        for name in ["Signature-Input", "Signature"] {
            let value = one.headers.text(name).unwrap().replacen('s', label, 1);
            all.headers.push(name, value);
        }
    }
    let headers = lines(&all.headers);
    let message = Message::of(&all, &headers, None);
    let keys = KeySet::of_keys(vec![key.verifying().unwrap()]);
    let label = |wanted: Option<&str>| {
        let expected = Expectations { label: wanted.map(str::to_owned), ..Default::default() };
        verify(&message, &keys, &expected, CREATED).map(|one| one.signature.label)
    };
    assert_eq!(label(None).as_deref(), Ok("b"));
    assert_eq!(label(Some("a")).as_deref(), Ok("a"));
    assert_eq!(label(Some("d")).as_deref(), Ok("d"));
    assert_eq!(label(Some("e")), Err(Reason::Missing("Signature-Input")));
}

#[test]
fn times_count_to_the_second() {
    let key = shared("0123456789abcdef");
    let at = |parameters: &str, now: i64| {
        let request = made(request(), r#""@method""#, parameters, &key);
        let headers = lines(&request.headers);
        let message = Message::of(&request, &headers, None);
        let keys = KeySet::of_keys(vec![key.verifying().unwrap()]);
        verify(&message, &keys, &Expectations::default(), now).map(|_| ())
    };
    let (created, ending) = (";created=1618884473", ";expires=1618884474");
    assert_eq!((at(created, CREATED - 300), at(created, CREATED + 300)), (Ok(()), Ok(())));
    assert_eq!(at(ending, CREATED), Ok(()));
    assert_eq!(at(ending, CREATED + 1), Err(Reason::Expired { seconds: 0 }));
}

#[test]
fn thirty_two_signatures_are_looked_at() {
    let many = |count: usize| {
        let list = |value: &str| {
            (0..count).map(|index| format!("a{index}={value}")).collect::<Vec<_>>().join(", ")
        };
        let request = signed(request(), &list("();keyid=\"k\""), &list(":YQ==:"));
        let headers = lines(&request.headers);
        (signatures(&headers).map(|found| found.len()), key_ids(&headers).len())
    };
    assert_eq!(many(MOST), (Ok(MOST), MOST));
    assert_eq!(many(MOST + 1), (Err(Reason::TooMany(MOST + 1)), 0));
}

#[test]
fn what_is_signed_is_what_is_there_and_a_digest_where_it_is_asked_for() {
    let key = shared("0123456789abcdef");
    assert_eq!(algorithm_name(&key), Some("hmac-sha256"));
    let mut bare = request();
    bare.headers.remove("Content-Digest");
    let added = |request: &Request, components: &[&str]| {
        let components = components.iter().map(|name| component(name)).collect();
        let order = Order { label: "s".into(), components, created: CREATED, key_id: None };
        let headers = lines(&request.headers);
        let added = sign(&Message::of(request, &headers, None), &key, &order).unwrap();
        let names: Vec<String> = added.iter().map(|line| line.name.clone()).collect();
        (names.join(" "), added.text("Signature-Input").unwrap())
    };
    let (names, input) = added(&bare, &["@method", "x-absent", "content-digest"]);
    assert_eq!(names, "Content-Digest Signature-Input Signature");
    assert!(input.starts_with(r#"s=("@method" "content-digest");"#), "{input}");
    assert_eq!(added(&bare, &["@method"]).0, "Signature-Input Signature");
    assert_eq!(added(&request(), &["content-digest"]).0, "Signature-Input Signature");
}

#[test]
fn a_field_is_written_in_its_canonical_form_and_may_hold_a_tab() {
    let mut request = request();
    request.method = "PO\tST".into();
    request.headers.push("Priority", "u=1,  i, b=?0");
    request.headers.push("X-Tab", "a\tb");
    let at = |component: &str| {
        let item = field::item(component.as_bytes()).unwrap();
        component::value(&Message::of(&request, &lines(&request.headers), None), &item)
    };
    assert_eq!(at(r#""priority";sf"#).as_deref(), Ok("u=1, i, b=?0"));
    assert_eq!(at(r#""priority""#).as_deref(), Ok("u=1,  i, b=?0"));
    assert_eq!(at(r#""x-tab""#).as_deref(), Ok("a\tb"));
    assert!(at(r#""@method""#).is_err());
}
