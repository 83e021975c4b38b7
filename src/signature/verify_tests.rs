//! Tests of the verifier: what the senders' own libraries refuse is never plainly right. The right
//! values are what those libraries answered; `sdk` in `data/schemes.toml` says which, and when.

use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use super::loader::{built_in, parse};
use super::{Fresh, Message, Outcome, Scheme, Signer, Verifier};
use crate::digest;
use crate::finding::Code;
use crate::secret::Secret;

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const NOW: OffsetDateTime = datetime!(2026-11-25 12:00 UTC);
const URL: &str = "https://h.test/s";

/// Name and value of each header line.
type Lines = Vec<(String, String)>;

fn signed(scheme: &Scheme, url: &str, body: &[u8]) -> Lines {
    let headers = [("Content-Type", b"application/json".as_slice())];
    let message = Message { url: Some(url), ..Message::post(&headers, body) };
    let signer = Signer::new(scheme.clone(), &Secret::new(SECRET.into())).unwrap();
    signer.sign(&message, &Fresh { at: NOW, id: Some("1".to_owned()) }).unwrap().headers
}

fn verified(verifier: &Verifier, url: &str, lines: &Lines, body: &[u8]) -> Outcome {
    let headers: Vec<_> =
        lines.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let message = Message { url: Some(url), ..Message::post(&headers, body) };
    verifier.verify(&message, NOW)
}

fn verifier(scheme: &Scheme) -> Verifier {
    Verifier::new(scheme.clone(), &[("a".to_owned(), Secret::new(SECRET.into()))]).unwrap()
}

fn codes(outcome: &Outcome) -> Vec<Code> {
    outcome.problems.iter().map(|problem| problem.code).collect()
}

/// Codes for what is signed under the scheme of that name, with its signature header rewritten.
fn rewritten(name: &str, body: &[u8], rewrite: impl Fn(&str) -> String) -> Vec<Code> {
    let scheme = built_in(name).unwrap();
    let mut lines = signed(&scheme, URL, body);
    lines[0].1 = rewrite(&lines[0].1);
    codes(&verified(&verifier(&scheme), URL, &lines, body))
}

/// A body under which the signature has both characters in which the alphabets of base64 differ.
fn body_with_both(scheme: &Scheme) -> Vec<u8> {
    let bodies = (0..).map(|number| format!("{{\"a\":{number}}}").into_bytes());
    let has_both = |body: &Vec<u8>| {
        let value = &signed(scheme, URL, body)[0].1;
        value.contains('+') && value.contains('/')
    };
    bodies.into_iter().find(has_both).unwrap()
}

#[test]
fn urls_are_right_where_the_senders_library_takes_them() {
    use Code::SignatureMismatch;
    let form = b"To=%2B155&Body=hi";
    let (same, plain) = ("https://h.test/s", "http://h.test/s");
    for (name, sent, seen, is_right) in [
        ("twilio", same, same, true),
        ("twilio", same, "https://h.test:443/s", true),
        ("twilio", "https://h.test:443/s", same, true),
        ("twilio", same, "https://h.test:8443/s", true),
        ("twilio", "https://h.test:8443/s", same, false),
        ("twilio", "http://h.test:80/s", plain, true),
        ("twilio", "http://h.test:443/s", plain, false),
        ("twilio", same, plain, false),
        ("twilio", same, "https://h.test/s/", false),
        ("twilio", same, "https://H.test/s", false),
        ("square", same, same, true),
        ("square", same, plain, false),
        ("square", same, "https://h.test/s/", false),
        ("square", same, "https://h.test:443/s", false),
        ("hubspot-v3", same, same, true),
        ("hubspot-v3", same, plain, false),
        ("hubspot-v3", same, "https://h.test/s/", false),
        ("hubspot-v3", same, "https://h.test:443/s", false),
        ("plivo-v2", same, plain, false),
        ("plivo-v2", same, "https://h.test:443/s", false),
        ("trello", same, "https://h.test:443/s", false),
    ] {
        let scheme = built_in(name).unwrap();
        let outcome = verified(&verifier(&scheme), seen, &signed(&scheme, sent, form), form);
        let expected = if is_right { vec![] } else { vec![SignatureMismatch] };
        assert_eq!(codes(&outcome), expected, "{name}: signed for {sent}, seen as {seen}");
    }
}

#[test]
fn other_hosts_in_forwarded_headers_choose_no_url() {
    let scheme = built_in("twilio").unwrap();
    let mut lines = signed(&scheme, "https://other.test/s", b"a=b");
    for name in ["X-Forwarded-Host", "X-Original-Host", "Host"] {
        lines.push((name.to_owned(), "other.test".to_owned()));
    }
    let outcome = verified(&verifier(&scheme), URL, &lines, b"a=b");
    assert_eq!(codes(&outcome), [Code::SignatureMismatch]);
}

#[test]
fn another_spelling_is_right_but_said() {
    use Code::{SignatureMalformed, SignatureMissing, SignatureSpelling};
    let capitals = |value: &str| {
        let (start, hex) = value.split_at(value.len() - 64);
        format!("{start}{}", hex.to_uppercase())
    };
    assert_eq!(rewritten("github", b"{}", capitals), [SignatureSpelling]);
    assert_eq!(rewritten("stripe", b"{}", capitals), [SignatureSpelling]);
    assert_eq!(rewritten("slack", b"{}", capitals), [SignatureSpelling]);
    assert_eq!(rewritten("gocardless", b"{}", capitals), [SignatureSpelling]);
    assert_eq!(rewritten("github", b"{}", str::to_uppercase), [SignatureMissing]);
    let blank = |value: &str| value.replace(',', ", ");
    assert_eq!(rewritten("stripe", b"{}", blank), [SignatureSpelling]);
    assert_eq!(rewritten("stripe", b"{}", |value| value.replace(',', ",,")), []);
    let turned = |value: &str| value.split(',').rev().collect::<Vec<_>>().join(",");
    assert_eq!(rewritten("stripe", b"{}", turned), []);
    assert_eq!(rewritten("exa", b"{}", turned), [SignatureSpelling]);
    for (name, item, expected) in [
        ("stripe", ",v0=1", vec![]),
        ("elevenlabs", ",x", vec![]),
        ("paddle", ";x=1", vec![SignatureSpelling]),
        ("retell", ",x=1", vec![SignatureSpelling]),
    ] {
        assert_eq!(rewritten(name, b"{}", |value| format!("{value}{item}")), expected, "{name}");
    }
    assert_eq!(rewritten("workos", b"{}", str::to_owned), []);
    assert_eq!(rewritten("workos", b"{}", |value| value.replace(", ", ",")), [SignatureSpelling]);
    let word = |value: &str| value.replace("Bearer", "bearer");
    assert_eq!(rewritten("brevo", b"", word), [SignatureSpelling]);
    assert_eq!(rewritten("postmark", b"", |value| value.replace("Basic", "basic")), []);

    for name in ["shopify", "square", "line", "hubspot-v3", "box", "svix", "adyen-header"] {
        let scheme = built_in(name).unwrap();
        let body = body_with_both(&scheme);
        let check = |rewrite: &dyn Fn(&str) -> String| rewritten(name, &body, rewrite);
        assert_eq!(check(&|value| value.to_owned()), [], "{name}");
        let unpadded = check(&|value| value.trim_end_matches('=').to_owned());
        assert_eq!(unpadded, [SignatureSpelling], "{name}");
        let other = check(&|value| value.replace('+', "-").replace('/', "_"));
        assert_eq!(other, [SignatureSpelling], "{name}");
        let bits = check(&|value| {
            let (start, last) = value.strip_suffix('=').unwrap().split_at(value.len() - 2);
            format!("{start}{}=", char::from(last.as_bytes()[0] + 1))
        });
        assert_eq!(bits, [SignatureMalformed], "{name}: unused bits");
    }
}

#[test]
fn capitals_pass_where_the_library_decodes_them() {
    let scheme = built_in("discord").unwrap();
    let capitals = super::spelling::of_text(scheme.encoding, "AB", 1);
    assert!(!capitals.is_empty() && capitals.but(scheme.tolerates).is_empty());
}

#[test]
fn a_digest_in_the_url_is_read_as_the_library_reads_it() {
    let (scheme, body) = (built_in("twilio-json").unwrap(), b"{\"a\":1}");
    let hex = digest::hex(&digest::sha256(body));
    for (digest, expected) in
        [(hex.clone(), vec![]), (hex.to_uppercase(), vec![Code::SignatureSpelling])]
    {
        let url = format!("{URL}?bodySHA256={digest}");
        let outcome = verified(&verifier(&scheme), &url, &signed(&scheme, &url, body), body);
        assert_eq!(codes(&outcome), expected, "{digest}");
    }
}

#[test]
fn a_header_that_stands_twice_is_refused_unless_the_scheme_has_it_twice() {
    use Code::SignatureMalformed;
    let twice = |name: &str, other: &str| {
        let scheme = built_in(name).unwrap();
        let mut lines = signed(&scheme, URL, b"{}");
        lines.insert(0, (lines[0].0.to_lowercase(), other.to_owned()));
        codes(&verified(&verifier(&scheme), URL, &lines, b"{}"))
    };
    let wrong = format!("sha256={}", "0".repeat(64));
    assert_eq!(twice("github", &wrong), [SignatureMalformed]);
    assert_eq!(twice("github", "what is no signature"), [SignatureMalformed]);
    assert_eq!(twice("stripe", &format!("t=1,v1={}", "0".repeat(64))), [SignatureMalformed]);
    assert_eq!(twice("docusign", "AAAA"), [SignatureMalformed]);
    assert_eq!(twice("mollie", &wrong), []);
    let scheme = built_in("docusign").unwrap();
    let mut lines = signed(&scheme, URL, b"{}");
    lines.insert(0, ("X-DocuSign-Signature-2".to_owned(), digest::base64(&[0; 32])));
    assert_eq!(codes(&verified(&verifier(&scheme), URL, &lines, b"{}")), []);
}

#[test]
fn several_signatures_in_a_header_are_for_schemes_that_write_several() {
    let beside =
        |name: &str, item: String| rewritten(name, b"{}", |value| item.replace("{}", value));
    let zeros = "0".repeat(64);
    assert_eq!(beside("stripe", format!("{{}},v1={zeros}")), []);
    assert_eq!(beside("pagerduty", format!("v1={zeros},{{}}")), []);
    let other = digest::base64(&[0; 32]);
    assert_eq!(beside("standard-webhooks", format!("v1,{other} {{}}")), []);
    assert_eq!(beside("svix", format!("v1a,{other} {{}}")), []);
    assert_eq!(beside("exa", format!("{{}},v1={zeros}")), []);
    assert_eq!(beside("supabase-auth-hook", format!("{{}}, v1,{other}")), []);
    assert_eq!(beside("supabase-auth-hook", format!("v1,{other}, {{}}")), []);
    assert_eq!(beside("calendly", format!("{{}},v1={zeros}")), [Code::SignatureMalformed]);
    assert_eq!(beside("elevenlabs", format!("{{}},v0={zeros}")), [Code::SignatureMalformed]);
}

#[test]
fn a_tolerance_that_cannot_be_judged_is_never_ignored() {
    let check = |scheme: &Scheme| {
        let lines = signed(scheme, URL, b"{}");
        let asked = verifier(scheme).tolerance(Duration::minutes(5));
        let (asked, not) = (asked, verifier(scheme));
        let of = |verifier| codes(&verified(verifier, URL, &lines, b"{}"));
        (of(&not), of(&asked))
    };
    for name in ["github", "shopify", "kindly", "square", "hmac-sha256"] {
        assert_eq!(
            check(&built_in(name).unwrap()),
            (vec![], vec![Code::SignatureUntimed]),
            "{name}"
        );
    }
    for name in ["stripe", "slack", "svix", "twitch", "zoom"] {
        assert_eq!(check(&built_in(name).unwrap()), (vec![], vec![]), "{name}");
    }
    let text =
        "[a]\nsignature = \"X\"\nencoding = \"hex\"\ntimestamp = \"header:T\"\ntolerance = 9\n";
    let unsigned = parse(text).unwrap().remove(0);
    assert_eq!(check(&unsigned), (vec![], vec![Code::SignatureUntimed]), "the time is not signed");
}

#[test]
fn ten_years_are_too_old_for_every_scheme_with_a_time() {
    let timed = super::loader::names().map(|name| built_in(name).unwrap());
    let mut checked = 0;
    for scheme in timed.filter(|scheme| scheme.timestamp.is_some()) {
        let is_signable = !scheme.algorithm.is_asymmetric()
            && matches!(scheme.place, super::scheme::Place::Headers(_))
            && scheme.secret == super::scheme::SecretForm::Utf8
            && matches!(
                scheme.timestamp.as_ref().map(|timestamp| &timestamp.from),
                Some(super::scheme::Lookup::Header(_) | super::scheme::Lookup::Field(_))
            );
        if !is_signable {
            continue;
        }
        let lines = signed(&scheme, URL, b"{}");
        let headers: Vec<_> =
            lines.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        let message = Message { url: Some(URL), ..Message::post(&headers, b"{}") };
        let outcome = verifier(&scheme).verify(&message, NOW + Duration::days(3_650));
        let open = (!scheme.covers_body()).then_some(Code::BodyUncovered);
        let said: Vec<_> = open.into_iter().chain([Code::SignatureStale]).collect();
        assert_eq!(codes(&outcome), said, "{}", scheme.name);
        checked += 1;
    }
    assert!(checked > 15, "{checked}");
}

#[test]
fn where_the_library_lets_no_time_lie_ahead_one_second_is_too_much() {
    let scheme = built_in("box").unwrap();
    let lines = signed(&scheme, URL, b"{}");
    let headers: Vec<_> =
        lines.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let message = Message { url: Some(URL), ..Message::post(&headers, b"{}") };
    let second = Duration::seconds(1);
    let judged = |verifier: Verifier, at: OffsetDateTime| codes(&verifier.verify(&message, at));
    assert_eq!(judged(verifier(&scheme), NOW + second), []);
    assert_eq!(judged(verifier(&scheme), NOW - second), [Code::SignatureInFuture]);
    assert_eq!(judged(verifier(&scheme).tolerance(second), NOW - second), []);
}

#[test]
fn a_body_that_is_not_covered_is_said_where_there_is_one() {
    for (name, body, expected) in [
        ("telegram", b"{}".as_slice(), vec![Code::BodyUncovered]),
        ("telegram", b"", vec![]),
        ("plivo-v2", b"a=b", vec![Code::BodyUncovered]),
        ("brevo", b"{}", vec![Code::BodyUncovered]),
        ("github", b"{}", vec![]),
    ] {
        let scheme = built_in(name).unwrap();
        let outcome = verified(&verifier(&scheme), URL, &signed(&scheme, URL, body), body);
        assert_eq!(codes(&outcome), expected, "{name}");
    }
}

#[test]
fn what_a_scheme_requires_is_demanded_whatever_was_shown() {
    for (name, required) in [("box", 2), ("kindly", 1), ("hubspot-v1", 1), ("hubspot-v2", 1)] {
        let scheme = built_in(name).unwrap();
        let all = signed(&scheme, URL, b"{}");
        assert_eq!(scheme.require.len(), required);
        assert_eq!(codes(&verified(&verifier(&scheme), URL, &all, b"{}")), [], "{name}");
        for (header, _) in &scheme.require {
            for complete in [true, false] {
                let lines: Vec<_> = all
                    .iter()
                    .filter(|(name, _)| name != header)
                    .map(|(name, value)| (name.as_str(), value.as_bytes()))
                    .collect();
                let message = Message { url: Some(URL), complete, ..Message::post(&lines, b"{}") };
                let outcome = verifier(&scheme).verify(&message, NOW);
                assert_eq!(codes(&outcome), [Code::AlgorithmMismatch], "{name} without {header}");
            }
        }
    }
}

/// Stripe's form, where the header may stand in several lines, each with a time of its own.
fn in_lines(signed: &str) -> Scheme {
    let text = format!(
        "[a]\nsignature = \"X-Signature\"\nvalue = \"v1={{sig}}\"\nsplit = \",\"\nencoding = \"hex\"\n\
         signed = \"{signed}\"\ntimestamp = \"field:t\"\ntolerance = 300\nseveral = [\"lines\"]\n"
    );
    parse(&text).unwrap().remove(0)
}

/// What comes of so many lines that are wrong, and then one that is right.
fn behind(wrong: usize, scheme: &Scheme, body: &[u8]) -> Outcome {
    let right = signed(scheme, URL, body).remove(0);
    let sig = right.1.rsplit('=').next().unwrap().replace(|_| true, "0");
    let line = right.1.replace(&NOW.unix_timestamp().to_string(), "1795000000");
    let line = line.replace(right.1.rsplit('=').next().unwrap(), &sig);
    let mut lines = vec![(right.0.clone(), line); wrong];
    lines.push(right);
    verified(&verifier(scheme), URL, &lines, body)
}

#[test]
fn sixteen_lines_have_contents_of_their_own_and_a_hundred_have_one() {
    let scheme = in_lines("{t}.{body}");
    assert_eq!(codes(&behind(15, &scheme, b"{}")), []);
    let outcome = behind(16, &scheme, b"{}");
    assert_eq!(codes(&outcome), [Code::SignatureMalformed]);
    let said = &outcome.problems[0].message;
    assert!(said.contains("appears 17 times; at most 16 lines"), "{said}");
    let mollie = built_in("mollie").unwrap();
    assert_eq!(codes(&behind(99, &mollie, b"{}")), []);
    let outcome = behind(100, &mollie, b"{}");
    assert_eq!(codes(&outcome), [Code::SignatureMalformed]);
    let said = &outcome.problems[0].message;
    assert!(said.contains("101 signatures; at most 100"), "{said}");
}

#[test]
fn a_signature_is_right_for_the_time_of_its_own_line_only() {
    let scheme = in_lines("{t}.{body}");
    let right = signed(&scheme, URL, b"{}").remove(0);
    let other = right.1.replace(&NOW.unix_timestamp().to_string(), "1795607999");
    let zeros = format!("t={},v1={}", NOW.unix_timestamp(), "0".repeat(64));
    let lines = vec![(right.0.clone(), zeros.clone()), (right.0.clone(), other)];
    let outcome = verified(&verifier(&scheme), URL, &lines, b"{}");
    assert_eq!(codes(&outcome), [Code::SignatureMismatch]);
    assert_eq!(outcome.candidates, 2);
    let lines = vec![(right.0.clone(), zeros), right];
    let outcome = verified(&verifier(&scheme), URL, &lines, b"{}");
    assert_eq!((codes(&outcome), outcome.signed_at), (vec![], Some(NOW)));
}

#[test]
fn a_secret_that_is_signed_is_the_one_that_is_tried() {
    let text = "[a]\nsignature = \"X-Signature\"\nalg = \"sha256\"\nencoding = \"hex\"\n\
                signed = \"{secret}{body}\"\n";
    let scheme = parse(text).unwrap().remove(0);
    let lines = signed(&scheme, URL, b"{}");
    let secrets = ["another secret of that length ...", SECRET];
    let secrets = secrets.map(|text| (text.to_owned(), Secret::new(text.into())));
    let verifier = Verifier::new(scheme, &secrets).unwrap();
    let outcome = verified(&verifier, URL, &lines, b"{}");
    assert_eq!(outcome.matched.map(|matched| matched.secret), Some(1));
    assert_eq!(verifier.label(1), SECRET);
}

/// Where the body stands in it twice, each line has two copies.
#[test]
fn the_contents_of_all_lines_together_have_a_bound() {
    let scheme = in_lines("{t}.{body}.{body}");
    let most = (super::template::LONGEST_CONTENT / 16 - "1795608000..".len()) / 2;
    let body = vec![b'x'; most + 1];
    assert_eq!(codes(&behind(15, &scheme, &body[..most])), []);
    let outcome = behind(15, &scheme, &body);
    assert!(outcome.matched.is_none());
    let said = &outcome.problems[0].message;
    assert!(said.contains("longer than 134217728 bytes"), "{said}");
}
