//! Tokens that must pass, and one for each reason to refuse.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::secret::Secret;

const NOW: i64 = 1_700_000_000;

/// The issuer of these tests: one key of each kind, and the key set it publishes.
struct Issuer {
    ed25519: SigningKey,
    p256: SigningKey,
    keys: KeySet,
}

fn issuer() -> Issuer {
    let ed25519 = Ed25519KeyPair::generate().unwrap();
    let p256 = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let point = p256.public_key().as_ref();
    let set = json!({"keys": [
        {"kty": "OKP", "crv": "Ed25519", "kid": "ed", "use": "sig", "alg": "EdDSA",
         "x": digest::base64url(ed25519.public_key().as_ref())},
        {"kty": "EC", "crv": "P-256", "kid": "ec",
         "x": digest::base64url(&point[1..33]), "y": digest::base64url(&point[33..])},
        {"kty": "RSA", "kid": "encrypts", "use": "enc", "n": "AQAB", "e": "AQAB"},
    ]});
    Issuer {
        keys: KeySet::parse(set.to_string().as_bytes()).unwrap(),
        ed25519: SigningKey::Ed25519(Box::new(ed25519)),
        p256: SigningKey::P256(Box::new(p256)),
    }
}

fn claims() -> Value {
    json!({"iss": "https://issuer.example", "aud": "https://hooks.example/in", "sub": "7",
           "email": "agent@example.com", "email_verified": true, "iat": NOW - 10, "exp": NOW + 60})
}

fn expected() -> Expectations {
    Expectations {
        issuers: vec!["https://issuer.example".into()],
        audience: Some("https://hooks.example/in".into()),
        email: Some("agent@example.com".into()),
        ..Expectations::default()
    }
}

fn reason_of(claims: &Value, expected: &Expectations) -> Reason {
    let issuer = issuer();
    let token = sign(&claims.to_string(), &issuer.ed25519, Some("ed")).unwrap();
    verify(&token, &issuer.keys, expected, NOW).unwrap_err()
}

/// A token with a chosen header over the usual claims, signed by `signed` with HMAC.
fn forged(header: &Value, key: &[u8]) -> String {
    let part = |value: &Value| digest::base64url(value.to_string().as_bytes());
    let signed = format!("{}.{}", part(header), part(&claims()));
    let key = SigningKey::Shared(Secret::new(key.to_vec()));
    let signature = key.sign(Algorithm::HmacSha256, signed.as_bytes()).unwrap();
    format!("{signed}.{}", digest::base64url(&signature))
}

#[test]
fn every_algorithm_round_trips() {
    let issuer = issuer();
    for (key, id) in [(&issuer.ed25519, "ed"), (&issuer.p256, "ec")] {
        for id in [Some(id), None] {
            let token = format!("Bearer {}", sign(&claims().to_string(), key, id).unwrap());
            let (claims, _) = verify(&token, &issuer.keys, &expected(), NOW).unwrap();
            assert_eq!(claims.subject.as_deref(), Some("7"));
        }
    }
    let secret = Secret::new(b"0123456789abcdef0123456789abcdef".to_vec());
    let token = sign(&claims().to_string(), &SigningKey::Shared(secret.clone()), None).unwrap();
    assert!(verify(&token, &KeySet::of_secret("own", secret).unwrap(), &expected(), NOW).is_ok());
    let wrong = KeySet::of_secret("own", Secret::new(b"another".to_vec())).unwrap();
    assert_eq!(
        verify(&token, &wrong, &expected(), NOW),
        Err(Reason::SignatureWrong { key_id: None })
    );
}

#[test]
fn forgeries_are_refused_by_name() {
    let issuer = issuer();
    let verify = |token: &str| verify(token, &issuer.keys, &expected(), NOW).unwrap_err();
    assert_eq!(verify(&forged(&json!({"alg": "none"}), b"x")), Reason::AlgorithmNone);
    assert_eq!(verify(&forged(&json!({"alg": "nOnE"}), b"x")), Reason::AlgorithmNone);
    assert_eq!(verify(&forged(&json!({"typ": "JWT"}), b"x")), Reason::NoAlgorithm);
    assert_eq!(
        verify(&forged(&json!({"alg": "PS256"}), b"x")),
        Reason::AlgorithmUnsupported("PS256".into())
    );
    assert_eq!(
        verify(&forged(&json!({"alg": "HS256", "kid": "ec"}), b"x")).code(),
        "algorithm-confusion"
    );
    assert_eq!(
        verify(&forged(&json!({"alg": "RS256", "kid": "ec"}), b"x")).code(),
        "algorithm-mismatch"
    );
    assert_eq!(verify(&forged(&json!({"alg": "EdDSA", "crit": ["b64"]}), b"x")), Reason::Critical);
    assert_eq!(
        verify(&forged(&json!({"alg": "EdDSA", "kid": "gone"}), b"x")),
        Reason::KeyUnknown { key_id: "gone".into(), known: vec!["ed".into(), "ec".into()] }
    );
}

/// A public key given where a secret is asked for is never the key of a MAC.
#[test]
fn a_public_key_in_pem_is_no_secret() {
    let pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----\n";
    let keys = KeySet::of_secret("own", Secret::new(pem.as_bytes().to_vec())).unwrap();
    let token = forged(&json!({"alg": "HS256"}), pem.as_bytes());
    let reason = verify(&token, &keys, &expected(), NOW).unwrap_err();
    assert_eq!(reason, Reason::AlgorithmConfusion { token: "HS256".into(), kind: Kind::Ed25519 });
}

#[test]
fn each_claim_has_its_own_reason() {
    let with = |name: &str, value: Value| {
        let mut changed = claims();
        changed[name] = value;
        reason_of(&changed, &expected())
    };
    assert_eq!(with("exp", json!(NOW - 5)), Reason::Expired { seconds: 5 });
    assert_eq!(with("exp", json!(NOW)), Reason::Expired { seconds: 0 });
    assert_eq!(with("exp", json!("soon")), Reason::ClaimType("exp"));
    assert_eq!(with("nbf", json!(NOW + 9)), Reason::NotYet { seconds: 9 });
    assert_eq!(with("iat", json!(NOW as f64 + 9.5)), Reason::IssuedInFuture { seconds: 9 });
    assert_eq!(with("aud", json!(["a", "b"])).code(), "audience-other");
    assert_eq!(with("aud", json!([])), Reason::ClaimMissing("aud"));
    assert_eq!(with("iss", json!("evil")).code(), "issuer-other");
    assert_eq!(with("iss", json!(7)), Reason::ClaimType("iss"));
    assert_eq!(with("email", json!("x@example.com")).code(), "email-other");
    assert_eq!(with("email", json!("Agent@example.com")).code(), "email-other");
    assert_eq!(with("email_verified", json!("true")), Reason::EmailUnverified);
    for (claim, value) in [
        ("exp", json!(null)),
        ("exp", json!(true)),
        ("exp", json!([NOW + 60])),
        ("nbf", json!("0")),
        ("iat", json!({})),
        ("exp", json!(1e300)),
        ("aud", json!(null)),
        ("aud", json!({"a": 1})),
        ("sub", json!(7)),
    ] {
        assert_eq!(with(claim, value.clone()).code(), "claim-malformed", "{claim} {value}");
    }
    assert_eq!(with("email_verified", json!(false)), Reason::EmailUnverified);
    let google = reason_of(&claims(), &Expectations::google_id_token());
    assert_eq!(google, Reason::AlgorithmNotAllowed { token: "EdDSA".into(), wanted: "RS256" });
}

#[test]
fn an_audience_or_a_subject_that_is_asked_for_is_looked_at() {
    let subject = |text: &str| Expectations { subject: Some(text.into()), ..expected() };
    let issuer = issuer();
    let token = sign(&claims().to_string(), &issuer.ed25519, Some("ed")).unwrap();
    assert!(verify(&token, &issuer.keys, &subject("7"), NOW).is_ok());
    assert_eq!(reason_of(&claims(), &subject("8")).code(), "subject-other");
    let mut nobody = claims();
    nobody.as_object_mut().unwrap().remove("sub");
    assert_eq!(reason_of(&nobody, &subject("7")), Reason::ClaimMissing("sub"));
    // An issuer who signs for everybody proves nothing to nobody in particular.
    let anybody = Expectations { audience: None, needs_audience: true, ..expected() };
    assert_eq!(reason_of(&claims(), &anybody), Reason::AudienceUnasked);
}

/// A token of this header and these claims, as text, signed with the Ed25519 key of an issuer.
fn raw(issuer: &Issuer, header: &str, claims: &str) -> String {
    let signed = [header, claims].map(|part| digest::base64url(part.as_bytes())).join(".");
    let signature = issuer.ed25519.sign(Algorithm::Ed25519, signed.as_bytes()).unwrap();
    format!("{signed}.{}", digest::base64url(&signature))
}

#[test]
fn what_stands_twice_or_is_not_encoded_is_refused() {
    let issuer = issuer();
    let claims = claims().to_string();
    let code = |header: &str, claims: &str| {
        let token = raw(&issuer, header, claims);
        verify(&token, &issuer.keys, &expected(), NOW).map_err(|reason| reason.code()).err()
    };
    let usual = r#"{"alg":"EdDSA"}"#;
    assert_eq!(code(usual, &claims), None);
    assert_eq!(code(r#"{"alg":"EdDSA","b64":true}"#, &claims), None);
    for (header, expected) in [
        (r#"{"alg":"EdDSA","b64":false}"#, "claims-unencoded"),
        (r#"{"alg":"EdDSA","b64":0}"#, "claims-unencoded"),
        (r#"{"alg":"EdDSA","b64":false,"crit":["b64"]}"#, "extension-unknown"),
        (r#"{"alg":"EdDSA","crit":["exp"]}"#, "extension-unknown"),
        (r#"{"alg":"EdDSA","crit":[]}"#, "extension-unknown"),
        (r#"{"alg":"EdDSA","kid":7}"#, "key-id-malformed"),
        (r#"{"alg":["EdDSA"]}"#, "algorithm-missing"),
        (r#"{"alg":"none","alg":"EdDSA"}"#, "not-json"),
        (r#"{"alg":"EdDSA","jwk":{"kty":"oct","kty":"OKP"}}"#, "not-json"),
    ] {
        assert_eq!(code(header, &claims), Some(expected), "{header}");
    }
    let twice = claims.replacen('{', "{\"aud\":\"https://other.example\",", 1);
    assert_eq!(code(usual, &twice), Some("not-json"));
}

#[test]
fn a_key_says_what_it_is_for_and_is_called_by_one_name() {
    let key = |extra: &str| {
        let text = format!(
            r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","x":"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"{extra}}}]}}"#
        );
        KeySet::parse(text.as_bytes())
    };
    assert!(key("").is_ok() && key(r#","use":"sig","key_ops":["verify"]"#).is_ok());
    for extra in [
        r#","use":"enc""#,
        r#","use":1"#,
        r#","key_ops":["sign"]"#,
        r#","key_ops":"verify""#,
        r#","kid":7"#,
        r#","alg":null"#,
        r#","kid":"a","kid":"b""#,
    ] {
        assert!(key(extra).is_err(), "{extra}");
    }
    // A secret that is empty, or that everybody knows, is no key.
    for secret in ["", &digest::base64url(b"-----BEGIN PUBLIC KEY-----\nAAAA\n")] {
        let text = format!(r#"{{"kty":"oct","k":"{secret}"}}"#);
        assert!(KeySet::parse(text.as_bytes()).is_err(), "{secret}");
    }
    let der = digest::unbase64("MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=");
    assert_eq!(KeySet::parse(&der.unwrap()).unwrap().len(), 1);
}

#[test]
fn a_secret_without_an_id_stands_beside_keys_that_have_one() {
    let issuer = issuer();
    let secret = || Secret::new(b"0123456789abcdef0123456789abcdef".to_vec());
    let keys = issuer.keys.clone().and(KeySet::of_secret("own", secret()).unwrap());
    let token = |id| sign(&claims().to_string(), &SigningKey::Shared(secret()), id).unwrap();
    assert!(verify(&token(Some("of-ours")), &keys, &expected(), NOW).is_ok());
    assert!(verify(&token(Some("own")), &keys, &expected(), NOW).is_ok());
    // Named as one of theirs it is not tried.
    let theirs = verify(&token(Some("ed")), &keys, &expected(), NOW).unwrap_err();
    assert_eq!(theirs.code(), "algorithm-confusion");
}

#[test]
fn tolerance_reaches_both_ways() {
    let issuer = issuer();
    let mut claims = claims();
    (claims["exp"], claims["nbf"]) = (json!(NOW - 5), json!(NOW + 5));
    let token = sign(&claims.to_string(), &issuer.ed25519, Some("ed")).unwrap();
    let lenient = |tolerance| Expectations { tolerance, ..expected() };
    assert!(verify(&token, &issuer.keys, &lenient(6), NOW).is_ok());
    assert!(verify(&token, &issuer.keys, &lenient(5), NOW).is_err());
    assert!(verify(&token, &issuer.keys, &lenient(4), NOW).is_err());
}

#[test]
fn what_is_no_token_is_said() {
    for (text, code) in [
        ("", "empty"),
        ("Bearer ", "empty"),
        ("a.b", "not-compact"),
        ("a.b.c.d.e", "not-compact"),
        ("a.b.c", "not-base64url"),
        ("e30=.e30.", "not-base64url"),
        ("W10.e30.", "not-json"),
        ("e30.bnVsbA.", "not-json"),
        ("e30.e30.", "algorithm-missing"),
    ] {
        let keys = KeySet::default();
        let reason = verify(text, &keys, &Expectations::default(), NOW).unwrap_err();
        assert_eq!(reason.code(), code, "{text}");
    }
}

#[test]
fn key_sets_that_hold_no_key_are_refused() {
    for text in ["", "{}", "[]", r#"{"keys":{}}"#, r#"{"keys":[]}"#, r#"{"keys":[{"kty":"EC"}]}"#] {
        assert!(KeySet::parse(text.as_bytes()).is_err(), "{text}");
    }
    let shared = KeySet::parse(br#"{"kty":"oct","k":"c2VjcmV0"}"#).unwrap();
    assert_eq!(shared.iter().next().unwrap().key.kind(), Kind::Shared);
}

proptest! {
    #[test]
    fn no_text_panics_and_no_changed_token_passes(text in ".{0,80}", at in 0_usize..400, bit in 0_u8..7) {
        let issuer = issuer();
        prop_assert!(verify(&text, &issuer.keys, &Expectations::default(), NOW).is_err());
        let token = sign(&claims().to_string(), &issuer.ed25519, Some("ed")).unwrap();
        let mut changed = token.clone().into_bytes();
        let at = at % changed.len();
        changed[at] ^= 1 << bit;
        if let Ok(changed) = String::from_utf8(changed) {
            prop_assert!(verify(&changed, &issuer.keys, &expected(), NOW).is_err());
        }
    }

    #[test]
    fn no_key_set_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = KeySet::parse(&bytes);
    }
}

#[test]
fn times_count_to_the_second_and_an_end_is_demanded_where_it_is_needed() {
    let check = |change: &dyn Fn(&mut Claims), expected: Expectations| {
        let mut claims = Claims::default();
        change(&mut claims);
        expected.check(&claims, NOW)
    };
    let lenient = || Expectations { tolerance: 5, ..Expectations::default() };
    assert_eq!(check(&|it| it.not_before = Some(NOW + 5), lenient()), Ok(()));
    let reason = Reason::NotYet { seconds: 6 };
    assert_eq!(check(&|it| it.not_before = Some(NOW + 6), lenient()), Err(reason));
    assert_eq!(check(&|it| it.issued_at = Some(NOW + 5), lenient()), Ok(()));
    let reason = Reason::IssuedInFuture { seconds: 6 };
    assert_eq!(check(&|it| it.issued_at = Some(NOW + 6), lenient()), Err(reason));
    let ending = Expectations { needs_expiry: true, ..Expectations::default() };
    assert_eq!(check(&|_| {}, lenient()), Ok(()));
    assert_eq!(check(&|_| {}, ending.clone()), Err(Reason::ClaimMissing("exp")));
    assert_eq!(check(&|it| it.expires_at = Some(NOW + 1), ending), Ok(()));
    // An address is looked at where one is named or must be vouched for.
    let vouched = Expectations { email_verified: true, ..Expectations::default() };
    assert_eq!(check(&|_| {}, vouched.clone()), Err(Reason::ClaimMissing("email")));
    let unverified = |it: &mut Claims| it.email = Some("a@b.example".into());
    assert_eq!(check(&unverified, vouched), Err(Reason::EmailUnverified));
    assert_eq!(check(&unverified, Expectations::default()), Ok(()));
}

#[test]
fn a_token_says_who_made_it_before_it_is_checked() {
    let issuer = issuer();
    let token = sign(&claims().to_string(), &issuer.ed25519, Some("ed")).unwrap();
    assert_eq!(named(&token), (Some("EdDSA".into()), Some("ed".into())));
    assert_eq!(named("a.b"), (None, None));
    assert_eq!(algorithm_name(&issuer.ed25519), Some("EdDSA"));
    assert_eq!(algorithm_name(&issuer.p256), Some("ES256"));
    assert_eq!(Token::parse(&token).unwrap().claims()["sub"], json!("7"));
    let is_from_google = |name: &str| {
        let token = sign(&json!({ "iss": name }).to_string(), &issuer.p256, None).unwrap();
        Token::parse(&token).unwrap().is_from_google()
    };
    assert!(is_from_google("accounts.google.com") && !is_from_google("google.com"));
}

#[test]
fn the_scheme_in_front_of_a_token_is_bearer_in_any_case_and_whole() {
    for (text, token) in [
        ("Bearer a.b.c", "a.b.c"),
        ("  bEARER   a.b.c ", "a.b.c"),
        ("bearer", ""),
        ("Bearera.b.c", "Bearera.b.c"),
        ("Digest a.b.c", "Digest a.b.c"),
        ("Digest", "Digest"),
    ] {
        assert_eq!(bare(text), token, "{text}");
    }
    let long = |length: usize| Token::parse(&"a".repeat(length)).unwrap_err();
    assert_eq!(long(LONGEST), Reason::Parts(1));
    assert_eq!(long(LONGEST + 1), Reason::TooLong(LONGEST + 1));
}
