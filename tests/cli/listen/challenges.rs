//! Providers that check the address before they send the first webhook, each played by its documentation.

use std::net::TcpListener;

use super::{captured, items};
use crate::harness::Tool;
use crate::harness::listener::Listener;
use crate::harness::pki::NOW;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn tool(args: &str) -> Tool {
    let tool = Tool::new(["listen", "--addr", ":0", "--plain", "--json", "--at", NOW]);
    tool.args(args.split_whitespace()).env("S", SECRET).env("T", "meatyhamhock").env("NONE", "")
}

fn request(line: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "{line} HTTP/1.1\r\nHost: hooks.example\r\nConnection: close\r\n{headers}\
         Content-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// The header lines that the sender would sign with.
fn signed(scheme: &str, body: &str) -> String {
    let tool = Tool::new(["sign", "-", "--scheme", scheme, "--secret", "env:S", "--at", NOW]);
    let lines = tool.env("S", SECRET).stdin(body).run().code(0).stdout;
    lines.lines().map(|line| format!("{line}\r\n")).collect()
}

/// What is answered to one call: status, and body.
fn answer(args: &str, call: &[u8]) -> (String, String, serde_json::Value) {
    let listener = Listener::with(tool(args));
    let answer = listener.send(call);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let item = items(&listener.interrupt().stdout).remove(0);
    (head["HTTP/1.1 ".len()..][..3].to_owned(), body.to_owned(), item)
}

#[test]
fn each_provider_gets_the_answer_that_it_documents() {
    let zoom = r#"{"payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"},"event_ts":1654503849680,"event":"endpoint.url_validation"}"#;
    let slack = r#"{"token":"Jhj5dZrVaK7ZwHHjRyZWjbDl","challenge":"3eZbrw1aBm2rZgRNFdxV","type":"url_verification"}"#;
    let grid = r#"[{"id":"2d17","data":{"validationCode":"512d38b6-c7b8"},"eventType":"Microsoft.EventGrid.SubscriptionValidationEvent"}]"#;
    let twitch = r#"{"challenge":"pogchamp-kappa-360noscope-vohiyo","subscription":{}}"#;
    let xero = r#"{"events":[],"firstEventSequence": 0,"lastEventSequence": 0, "entropy": "NLDZ"}"#;
    let kind = "Twitch-Eventsub-Message-Type: webhook_callback_verification\r\n";
    let cases = [
        (
            "meta --verify-token env:T",
            request(
                "GET /?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=meatyhamhock",
                "",
                "",
            ),
            "1158201444",
        ),
        (
            "zoom --secret env:S",
            request("POST /", "", zoom),
            // openssl dgst -sha256 -hmac
            r#"{"encryptedToken":"c1e2d9c8d9a624043bc69abb8320c1bdb5509a8da365cfb8f2cb7f938e630026","plainToken":"qgg8vlvZRS6UYooatFL8Aw"}"#,
        ),
        (
            "slack --secret env:S",
            request("POST /", &signed("slack", slack), slack),
            "3eZbrw1aBm2rZgRNFdxV",
        ),
        (
            "ebay --verify-token env:T --url https://hooks.example/ebay",
            request("GET /ebay?challenge_code=a8628072", "", ""),
            // sha256sum
            r#"{"challengeResponse":"398e735cdb80ff68615ca28bba4ac30b00bbdb7ab8a35172158d8c39ddbaab76"}"#,
        ),
        (
            "microsoft-graph",
            request("POST /?validationToken=Validation%3a+Testing", "", ""),
            "Validation: Testing",
        ),
        (
            "event-grid",
            request("POST /", "aeg-event-type: SubscriptionValidation\r\n", grid),
            r#"{"validationResponse":"512d38b6-c7b8"}"#,
        ),
        (
            "event-grid",
            request("OPTIONS /", "WebHook-Request-Origin: eventgrid.azure.net\r\n", ""),
            "",
        ),
        (
            "twitch --secret env:S",
            request("POST /", &format!("{kind}{}", signed("twitch", twitch)), twitch),
            "pogchamp-kappa-360noscope-vohiyo",
        ),
        ("dropbox", request("GET /?challenge=abc123", "", ""), "abc123"),
        (
            "x --secret env:S",
            request("GET /?crc_token=9b4507b3-9040-4669-9ca3-6b94edb50553", "", ""),
            r#"{"response_token":"sha256=myOcp/iIYEVAk7+gkmaKNMC8Ss/J979dbcIBkRLMj7M="}"#,
        ),
        ("xero --secret env:S", request("POST /", &signed("xero", xero), xero), ""),
    ];
    for (args, call, expected) in cases {
        let (status, body, item) = answer(&format!("--challenge {args}"), &call);
        assert_eq!((status.as_str(), body.as_str()), ("200", expected), "{args}: {item}");
        let provider = args.split(' ').next().unwrap();
        assert_eq!(item["facts"]["challenge"], provider, "{item}");
        assert_eq!(item["status"], "ok", "{item}");
        assert!(!item.to_string().contains("meatyhamhock"), "{item}");
    }
}

#[test]
fn who_does_not_prove_to_be_the_provider_gets_no_answer() {
    let slack = r#"{"challenge":"3eZbrw1aBm2rZgRNFdxV","type":"url_verification"}"#;
    let xero = r#"{"events":[],"firstEventSequence": 0,"lastEventSequence": 0, "entropy": "NLDZ"}"#;
    let twitch = r#"{"challenge":"pogchamp"}"#;
    let kind = "Twitch-Eventsub-Message-Type: webhook_callback_verification\r\n";
    for (args, call, expected, code) in [
        (
            "meta --verify-token env:T",
            request("GET /?hub.mode=subscribe&hub.challenge=1&hub.verify_token=guessed", "", ""),
            "403",
            "challenge-refused",
        ),
        (
            "x --secret env:S",
            request("GET /?crc_token=%7B%22a%22%3A1%7D", "", ""),
            "403",
            "challenge-refused",
        ),
        ("slack --secret env:S", request("POST /", "", slack), "401", "signature-missing"),
        (
            "slack --secret env:S",
            request("POST /", &signed("slack", "other"), slack),
            "401",
            "signature-mismatch",
        ),
        ("twitch --secret env:S", request("POST /", kind, twitch), "401", "signature-missing"),
        // The intent to receive wants exactly this.
        (
            "xero --secret env:S",
            request("POST /", "x-xero-signature: AAAA\r\n", xero),
            "401",
            "signature-malformed",
        ),
        (
            "xero --secret env:S",
            request("POST /", &signed("xero", "other"), xero),
            "401",
            "signature-mismatch",
        ),
    ] {
        let (status, body, item) = answer(&format!("--challenge {args}"), &call);
        assert_eq!(status, expected, "{args}: {body}");
        assert_eq!(item["findings"][0]["code"], code, "{item}");
        assert_eq!(item["status"], "critical", "{item}");
        assert!(!body.contains("3eZb") && !body.contains("pogchamp"), "{body}");
    }
}

#[test]
fn deliveries_are_judged_and_passed_on_as_ever_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let capture = folder.path().join("kept.har.ndjson");
    let application = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", application.local_addr().unwrap());
    let served = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut stream, _) = application.accept().unwrap();
        let mut bytes = [0; 1024];
        let length = stream.read(&mut bytes).unwrap();
        stream.write_all(b"HTTP/1.1 202 Fine\r\nContent-Length: 0\r\n\r\n").unwrap();
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    });
    let args = format!(
        "--challenge meta --verify-token env:T --verify meta --secret env:S --enforce \
         --forward {url} --capture {}",
        capture.display()
    );
    let listener = Listener::with(tool(&args));
    let target = "GET /?hub.mode=subscribe&hub.challenge=7&hub.verify_token=meatyhamhock";
    // Never signed, and not for the application.
    assert!(listener.send(&request(target, "", "")).ends_with("\r\n\r\n7"));
    let unsigned = listener.send(&request("POST /", "", "{}"));
    assert!(unsigned.starts_with("HTTP/1.1 401 "), "{unsigned}");
    let delivery = listener.send(&request("POST /in", &signed("meta", "{}"), "{}"));
    assert!(delivery.starts_with("HTTP/1.1 202 Fine"), "{delivery}");
    assert!(served.join().unwrap().starts_with("POST /in HTTP/1.1\r\n"));
    let items = items(&listener.interrupt().stdout);
    let path = "/?hub.mode=subscribe&hub.challenge=7&hub.verify_token=***";
    assert_eq!(items[0]["facts"]["path"], path);
    assert_eq!(items[0]["facts"]["verify"], serde_json::Value::Null);
    assert_eq!(items[2]["facts"].get("challenge"), None);
    assert_eq!(captured(&capture).len(), 3);
}

#[test]
fn what_is_missing_is_said_before_anybody_can_call() {
    for (args, said) in [
        ("--challenge zoom", "--challenge zoom: there is no secret to answer with"),
        ("--challenge zoom --verify-token env:T", "there is no secret"),
        ("--challenge slack", "there is no secret"),
        ("--challenge meta", "--challenge meta: there is no verify token"),
        ("--challenge meta --verify-token env:NONE", "is empty"),
        ("--challenge meta --verify-token env:NOWHERE", "NOWHERE"),
        ("--challenge meta --verify-token meatyhamhock", "not a source to read a secret from"),
        ("--challenge ebay --verify-token env:T", "its answer depends on the URL"),
        ("--challenge dropbox --secret env:S", "--secret does not apply to --challenge dropbox"),
        ("--challenge dropbox --verify-token env:T", "does not use a --verify-token"),
        ("--challenge zooom", "zoom"),
        ("--verify-token env:T", "--challenge"),
        ("--secret env:S", "--secret has no effect without --verify"),
        ("--url https://a.example", "--url has no effect without --verify"),
    ] {
        let ended = Listener::try_with(tool(args)).err();
        let ended = ended.unwrap_or_else(|| panic!("{args}: it listens"));
        assert!(ended.stderr.contains(said), "{args}: {}", ended.stderr);
        assert!(!ended.stderr.contains("meatyhamhock"), "{args}: {}", ended.stderr);
        assert_ne!(ended.code, 0, "{args}");
    }
}
