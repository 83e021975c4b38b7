//! Files with schemes of one's own, as a stranger writes them from a sender's documentation. The
//! signatures were made with Python's hmac from the same documentation.

use std::fs;

use crate::harness::Tool;

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const AT: &str = "2026-11-18T11:06:40Z";

/// A sender that is not built in, and one of its deliveries.
struct Sender {
    name: &'static str,
    table: &'static str,
    headers: &'static [&'static str],
    body: &'static str,
    more: &'static [&'static str],
}

const SENDERS: [Sender; 3] = [
    // https://buildkite.com/docs/apis/webhooks/pipelines: words instead of letters in the header.
    Sender {
        name: "my-buildkite",
        table: r#"
            signature = "X-Buildkite-Signature"
            split = ","
            value = "signature={sig}"
            encoding = "hex"
            signed = "{timestamp}.{body}"
            timestamp = "field:timestamp"
            tolerance = 300
        "#,
        headers: &["X-Buildkite-Signature: timestamp=1795000000,\
             signature=a2d9820261188a0b9459f55c2470287bbdaa8fb371f8784cf7932c223660eb63"],
        body: "{\"event\":\"build.finished\"}",
        more: &[],
    },
    // https://developer.frame.io/docs/automations-webhooks/webhooks-overview: a version is signed.
    Sender {
        name: "my-frameio",
        table: r#"
            signature = "X-Frameio-Signature"
            value = "v0={sig}"
            encoding = "hex"
            signed = "v0:{timestamp}:{body}"
            timestamp = "header:X-Frameio-Request-Timestamp"
            tolerance = 300
        "#,
        headers: &[
            "X-Frameio-Signature: \
             v0=c524620a13f2a68597b7f88c095add2f267678ba032839a3ba776d36a61e0061",
            "X-Frameio-Request-Timestamp: 1795000000",
        ],
        body: "{\"event\":\"build.finished\"}",
        more: &[],
    },
    // https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/: URL and
    // sorted form, SHA-1.
    Sender {
        name: "my-mandrill",
        table: r#"
            signature = "X-Mandrill-Signature"
            alg = "hmac-sha1"
            encoding = "base64"
            signed = "{url}{form_sorted}"
        "#,
        headers: &[
            "X-Mandrill-Signature: uoJz0aReheo9UlvrgJNYivnR7m0=",
            "Content-Type: application/x-www-form-urlencoded",
        ],
        body: "type=inbound&mandrill_events=%5B%7B%22event%22%3A%22send%22%7D%5D",
        more: &["--url", "https://hooks.example/mandrill"],
    },
];

#[test]
fn a_sender_that_is_not_built_in_is_verified_and_signed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("schemes.toml");
    let file = path.to_str().unwrap();
    let text: String =
        SENDERS.iter().map(|sender| format!("[{}]\n{}\n", sender.name, sender.table)).collect();
    fs::write(&path, text).unwrap();
    for Sender { name, headers, body, more, .. } in SENDERS {
        let scheme = ["--scheme", name, "--scheme-file", file, "--secret", "env:S", "--at", AT];
        let run = |verb: &str, headers: &[&str], body: &str| {
            let headers = headers.iter().flat_map(|line| ["--header", line]);
            let args = headers.chain(scheme).chain(more.iter().copied());
            Tool::new([verb, "-"]).args(args.collect::<Vec<_>>()).env("S", SECRET).stdin(body).run()
        };
        run("verify", headers, body).code(0);
        run("verify", headers, &format!("{body} ")).code(1);
        // The other headers are the request's own.
        let signed = run("sign", &headers[1..], body).code(0).stdout;
        let (_, value) = headers[0].split_once(": ").unwrap();
        assert!(signed.contains(value), "{name}: {signed}");
    }
}

#[test]
fn a_file_to_start_from_is_written_once() {
    let folder = tempfile::tempdir().unwrap();
    let init = |more: &[&str]| Tool::new(["schemes", "--init"]).args(more).dir(folder.path()).run();
    let first = init(&[]).code(0);
    assert!(first.stderr.contains("--scheme acme --scheme-file schemes.toml"), "{}", first.stderr);
    let path = folder.path().join("schemes.toml");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("# how the signature is computed"), "{text}");
    let again = init(&[]).code(3);
    assert!(again.stderr.contains("already exists"), "{}", again.stderr);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    init(&["other.toml"]).code(0);
    assert_eq!(fs::read_to_string(folder.path().join("other.toml")).unwrap(), text);
    assert_eq!(init(&["-"]).code(0).stdout, text);
    let scheme = ["--scheme", "acme", "--scheme-file", path.to_str().unwrap(), "--secret", "env:S"];
    let signed = Tool::new(["sign", "-"]).args(scheme).env("S", SECRET).stdin("{}").run().code(0);
    assert!(signed.stdout.starts_with("X-Acme-Signature: t="), "{}", signed.stdout);
}
