//! What the tables of schemes can say: forms in the body, lists of signed headers, optional parts, digests
//! that travel, parameters, and tokens that speak of the body. By command, both ways.

use std::fs;

use crate::harness::{Outcome, Tool};

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const AT: &str = "2027-01-15T08:00:00Z";

/// The lines that `sign` prints for this payload.
fn signed(scheme: &str, payload: &str, more: &[&str]) -> Vec<String> {
    let outcome = tool("sign", scheme, payload).args(["--timestamp", AT]).args(more).run().code(0);
    outcome.stdout.lines().map(str::to_owned).collect()
}

fn tool(verb: &str, scheme: &str, payload: &str) -> Tool {
    Tool::new([verb, "-", "--scheme", scheme, "--secret", "env:S", "--at", AT])
        .env("S", SECRET)
        .stdin(payload)
}

fn verified(scheme: &str, payload: &str, lines: &[String], more: &[&str]) -> Outcome {
    let headers = lines.iter().flat_map(|line| ["--header", line.as_str()]);
    tool("verify", scheme, payload).args(headers.collect::<Vec<_>>()).args(more).run()
}

fn name(line: &str) -> &str {
    line.split_once(": ").map_or(line, |(name, _)| name)
}

#[test]
fn every_header_that_is_signed_is_printed() {
    let url = ["--url", "https://hooks.example/vipps?a=1"];
    let lines = signed("vipps", "{\"a\":1}", &url);
    let names: Vec<_> = lines.iter().map(|line| name(line)).collect();
    assert_eq!(names, ["Authorization", "x-ms-date", "Host", "x-ms-content-sha256"]);
    verified("vipps", "{\"a\":1}", &lines, &url).code(0);
    let other = verified("vipps", "{\"a\":2}", &lines, &url).code(1);
    assert!(other.stdout.contains("does not have the digest in header x-ms"), "{}", other.stdout);

    let url = ["--url", "https://hooks.example/c"];
    let topic = [&url[..], &["--header", "X-Topic: Entry.publish"]].concat();
    let lines = signed("contentful", "{}", &topic);
    let names: Vec<_> = lines.iter().map(|line| name(line)).collect();
    assert_eq!(
        names,
        [
            "X-Contentful-Signature",
            "X-Contentful-Timestamp",
            "X-Topic",
            "X-Contentful-Signed-Headers"
        ]
    );
    assert!(lines[3].ends_with(": x-contentful-signed-headers,x-contentful-timestamp,x-topic"));
    verified("contentful", "{}", &lines, &url).code(0);
    // A list without the time would let anybody change it.
    let mut cut = lines.clone();
    cut[3] = "X-Contentful-Signed-Headers: x-topic".to_owned();
    let cut = verified("contentful", "{}", &cut, &url).code(1);
    assert!(
        cut.stdout.contains("X-Contentful-Timestamp among the signed headers"),
        "{}",
        cut.stdout
    );
}

/// A text whose lines were folded, on one line.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_signature_in_a_form_is_read_where_it_stands() {
    let json = |signature: &str| {
        format!(
            "{{\"signature\":{{\"timestamp\":\"1800000000\",\"token\":\"t\",\"signature\":\"{signature}\"}},\"event-data\":{{}}}}"
        )
    };
    let form = |signature: &str| {
        format!("timestamp=1800000000&token=t&signature={signature}&event=opened")
    };
    let [of_json, of_form] =
        [json("x"), form("x")].map(|payload| signed("mailgun", &payload, &[]).remove(0));
    assert_eq!(of_json, of_form);
    for (payload, open) in [(json(&of_json), "/event-data"), (form(&of_json), "event")] {
        let outcome = verified("mailgun", &payload, &[], &[]);
        assert!(outcome.stdout.contains("body-uncovered"), "{}", outcome.stdout);
        let said = format!("of the body, not {open}: those can be");
        assert!(words(&outcome.stdout).contains(&said), "{}", outcome.stdout);
        assert!(!outcome.stdout.contains("mismatch"), "{}", outcome.stdout);
    }
    let twice = format!("{}&token=u", form(&of_json));
    let twice = verified("mailgun", &twice, &[], &[]).code(1);
    assert!(twice.stdout.contains("field token of the form appears 2 times"), "{}", twice.stdout);
    let neither = verified("mailgun", "<xml/>", &[], &[]).code(1);
    assert!(
        neither.stdout.contains("form:signature, where mailgun puts the signature, is missing"),
        "{}",
        neither.stdout
    );
}

#[test]
fn name_and_password_are_given_as_they_are_or_as_they_travel() {
    for secret in ["user:pass", "dXNlcjpwYXNz"] {
        let run = |verb: &str, more: &[&str]| {
            Tool::new([verb, "-", "--scheme", "postmark", "--secret", "env:S"])
                .env("S", secret)
                .stdin("")
                .args(more)
                .run()
                .code(0)
        };
        assert_eq!(run("sign", &[]).stdout, "Authorization: Basic dXNlcjpwYXNz\n");
        run("verify", &["--header", "Authorization: Basic dXNlcjpwYXNz"]);
    }
}

#[test]
fn workos_is_written_with_the_blank_that_its_python_library_wants() {
    let lines = signed("workos", "{}", &[]);
    assert!(lines[0].starts_with("WorkOS-Signature: t=1800000000000, v1="), "{lines:?}");
    verified("workos", "{}", &lines, &[]).code(0);
    let bare = [lines[0].replace(", v1", ",v1")];
    let bare = verified("workos", "{}", &bare, &[]);
    assert!(!bare.stdout.contains("mismatch"), "{}", bare.stdout);
    assert!(bare.stdout.contains("signature-spelling"), "{}", bare.stdout);
}

#[test]
fn senders_leave_a_signature_out_only_where_they_say_so() {
    let help =
        |scheme: &str| verified(scheme, "{}", &["X-Other: 1".to_owned()], &[]).code(1).stdout;
    let github = help("github");
    assert!(github.contains("leave it out when no secret is set"), "{github}");
    let stripe = help("stripe");
    assert!(!stripe.contains("no secret is set"), "{stripe}");
}

#[test]
fn a_scheme_says_what_it_needs_beside_the_secret() {
    let outcome = tool("verify", "paypal", "{}").run().code(2);
    assert!(outcome.stderr.contains("needs --param webhook_id=VALUE"), "{}", outcome.stderr);
    let outcome = tool("sign", "stripe", "{}").args(["--param", "a=b"]).run().code(2);
    assert!(outcome.stderr.contains("has no parameter a"), "{}", outcome.stderr);
    let page = Tool::new(["schemes", "paypal"]).run().code(0).stdout;
    assert!(page.contains("--param webhook_id=VALUE"), "{page}");
}

#[test]
fn parts_of_the_content_stand_only_where_something_does() {
    let url = ["--url", "https://hooks.example/mp?data.id=7"];
    let lines = signed("mercadopago", "{}", &url);
    let outcome = verified("mercadopago", "{}", &lines, &url);
    assert!(outcome.stdout.contains("body-uncovered"), "{}", outcome.stdout);
    // Without the part it is another content.
    let only = [lines[0].clone()];
    let outcome = verified("mercadopago", "{}", &only, &url).code(1);
    assert!(outcome.stdout.contains("signature does not match"), "{}", outcome.stdout);
}

/// What only its layout changes is the same to a scheme that signs the canonical form.
#[test]
fn the_canonical_form_is_what_counts() {
    let lines = signed("inngest", "{\"b\":1.0,\"a\":[1e3]}", &[]);
    assert!(lines[0].starts_with("x-inngest-signature: t=1800000000&s="), "{lines:?}");
    verified("inngest", "{ \"a\": [1000], \"b\": 1 }", &lines, &[]).code(0);
    verified("inngest", "{ \"a\": [1001], \"b\": 1 }", &lines, &[]).code(1);
    let twice = verified("inngest", "{\"a\":1,\"a\":2}", &lines, &[]).code(1);
    assert!(twice.stdout.contains("not JSON"), "{}", twice.stdout);
}

#[test]
fn tokens_speak_of_the_body() {
    for (scheme, header) in [
        ("livekit", "Authorization"),
        ("qstash", "Upstash-Signature"),
        ("messagebird", "MessageBird-Signature-JWT"),
        ("vonage", "Authorization"),
        ("netlify", "X-Webhook-Signature"),
        ("fusionauth", "X-FusionAuth-Signature-JWT"),
    ] {
        let url = ["--url", "https://hooks.example/in?a=1"];
        let lines = signed(scheme, "{\"a\":1}", &url);
        assert_eq!(name(&lines[0]), header, "{scheme}");
        let outcome = verified(scheme, "{\"a\":1}", &lines, &url).code(0);
        assert!(!outcome.stdout.contains("body-uncovered"), "{}", outcome.stdout);
        let other = verified(scheme, "{\"a\":2}", &lines, &url).code(1);
        assert!(other.stdout.contains("has the hash of another body"), "{}", other.stdout);
    }
    let lines = signed("messagebird", "{}", &["--url", "https://hooks.example/in"]);
    for (url, said) in [
        (&["--url", "https://hooks.example/other"][..], "has the hash of another URL"),
        (&[], "which is not known"),
    ] {
        let other = verified("messagebird", "{}", &lines, url).code(1);
        assert!(words(&other.stdout).contains(said), "{}", other.stdout);
    }
    let lines = signed("jwt", "{\"a\":1}", &["--body-claim", "digest:base64"]);
    verified("jwt", "{\"a\":1}", &lines, &["--body-claim", "digest:base64"]).code(0);
    let none = verified("jwt", "{\"a\":1}", &lines, &["--body-claim", "other"]).code(1);
    assert!(none.stdout.contains("claim other, which must have the hash"), "{}", none.stdout);
    let outcome = tool("verify", "stripe", "{}").args(["--body-claim", "a"]).run().code(2);
    assert!(outcome.stderr.contains("--body-claim does not apply to stripe"), "{}", outcome.stderr);
    let outcome = tool("sign", "jwt", "{}").args(["--body-claim", "a:rot13"]).run().code(2);
    assert!(outcome.stderr.contains("hex, base64 or base64url"), "{}", outcome.stderr);
}

/// Plaid's tokens name no end: they are good for five minutes.
#[test]
fn a_token_without_an_end_may_be_too_old() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key.pem");
    fs::write(&key, include_str!("../data/p256.pem")).unwrap();
    let source = format!("file:{}", key.display());
    let sign = ["sign", "-", "--scheme", "plaid", "--secret", &source, "--at", AT];
    let line = Tool::new(sign).stdin("{}").run().code(0).stdout;
    assert!(line.starts_with("Plaid-Verification: eyJ"), "{line}");
    let public = folder.path().join("public.pem");
    fs::write(&public, include_str!("../data/p256-public.pem")).unwrap();
    let verify = |at: &str| {
        let keys = public.to_str().unwrap();
        Tool::new(["verify", "-", "--scheme", "plaid", "--jwks", keys, "--at", at])
            .args(["--header", line.trim_end()])
            .stdin("{}")
            .run()
    };
    verify("2027-01-15T08:05:00Z").code(0);
    let late = verify("2027-01-15T08:06:00Z").code(1);
    assert!(late.stdout.contains("the limit is 300 s"), "{}", late.stdout);
}

/// A header that is base64 of JSON: what is not there is missing, whatever else it is.
#[test]
fn a_signature_may_be_a_member_of_what_the_header_holds() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    let table = "signature = \"X-Wrapped\"\nmember = \"/sig\"\nencoding = \"hex\"\n";
    fs::write(&file, format!("[mine]\n{table}")).unwrap();
    let own = ["--scheme-file", file.to_str().unwrap()];
    let signature = signed("hmac-sha256", "{}", &["--only", "signature"]).remove(0);
    let wrapped = |json: &str| format!("X-Wrapped: {}", hookprint::digest::base64(json.as_bytes()));
    let judged = |line: String| verified("mine", "{}", &[line], &own);
    judged(wrapped(&format!("{{\"sig\":\"{signature}\",\"kid\":\"1\"}}"))).code(0);
    for line in [
        wrapped(&format!("{{\"other\":\"{signature}\"}}")),
        wrapped("{\"sig\":7}"),
        wrapped("no JSON"),
    ] {
        let outcome = judged(line).code(1);
        assert!(outcome.stdout.contains("contains nothing that looks like"), "{}", outcome.stdout);
    }
    let bare = judged(format!("X-Wrapped: {signature}")).code(1);
    assert!(
        bare.stdout.contains("contains only the signature, without the JSON in base64"),
        "{}",
        bare.stdout
    );
}
