//! `send SCHEME`: any payload as that provider would send it. What its own rules of verification take is
//! shown by `listen --verify --enforce`, over mutual TLS; the exact bytes stand in `tests/golden/send/`.

use std::fs;
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::harness::golden::timeless;
use crate::harness::listener::Listener;
use crate::harness::receiver::{Receiver, answer};
use crate::harness::{Outcome, Tool, assert_golden};

/// The moment tests judge at.
const NOW: &str = "2026-11-22T05:00:00Z";
const SECRET: &str = "0123456789abcdef0123456789abcdef";
const BODY: &str =
    "{ \"type\": \"Comment\",\n  \"event\": {\"type\":\"app_mention\"}, \"n\": 1.0 }\r\n";

/// A folder with a payload.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("body.json"), BODY).unwrap();
    folder
}

fn send(folder: &tempfile::TempDir, scheme: &str, to: &str, args: &[&str]) -> Outcome {
    let usual = ["send", scheme, "--payload", "body.json", "--secret", "env:S", "--to", to];
    Tool::new(usual).args(args).env("S", SECRET).dir(folder.path()).run()
}

/// The header lines and the body that would be sent.
fn draft(scheme: &str, args: &[&str]) -> (String, String) {
    let args = [&["--dry-run", "--json", "--at", NOW, "--id", "the-id"], args].concat();
    let facts = send(&folder(), scheme, "https://hooks.example/in", &args).code(0).item();
    let text = |name: &str| facts["facts"][name].as_str().unwrap().to_owned();
    (text("head"), text("body"))
}

#[test]
fn the_bytes_of_every_provider_that_is_known() {
    let mut seen = String::new();
    for scheme in [
        "github",
        "gitlab",
        "gitlab-token",
        "gitea",
        "forgejo",
        "bitbucket-cloud",
        "bitbucket-server",
        "stripe",
        "slack",
        "shopify",
        "linear",
        "sentry",
        "pagerduty",
        "circleci",
        "twilio",
        "zoom",
        "meta",
        "standard-webhooks",
        "hubspot-v3",
        "razorpay",
        "dropbox",
        "twitch",
        "kindly",
        "hmac-sha256",
    ] {
        let args = ["--dry-run", "--at", NOW, "--id", "the-id"];
        let outcome = send(&folder(), scheme, "https://hooks.example/in", &args).code(0);
        seen.push_str(&format!("$ send {scheme}\n{}{}\n", outcome.stderr, outcome.stdout));
    }
    assert_golden("send/providers.txt", &timeless(&seen));
}

#[test]
fn what_a_receiver_demands_of_the_provider_is_met() {
    let pki = tempfile::tempdir().unwrap();
    Tool::new(["mint", "pki", "--name", "localhost", "--password", "env:S"])
        .env("S", SECRET)
        .dir(pki.path())
        .run()
        .code(0);
    let file = |name: &str| pki.path().join("pki").join(name).to_str().unwrap().to_owned();
    fs::write(pki.path().join("body.json"), BODY).unwrap();
    let (ca, server, key, client) =
        (file("ca.pem"), file("server.pem"), file("server.key"), file("client.p12"));
    for scheme in
        ["github", "gitlab", "stripe", "slack", "shopify", "standard-webhooks", "kindly", "twitch"]
    {
        let listen =
            ["listen", "--addr", ":0", "--cert", &server, "--key", &key, "--client-ca", &ca];
        let demand =
            ["--client-cert", "require", "--enforce", "--verify", scheme, "--secret", "env:S"];
        let listener = Listener::with(Tool::new(listen).args(demand).env("S", SECRET));
        let to = listener.url.replace("127.0.0.1", "localhost");
        let identity = ["--ca", &ca, "--cert", &client, "--password", "env:S", "--json"];
        let item = send(&pki, scheme, &to, &identity).code(0).item();
        assert_eq!(item["facts"]["client_certificate"], "accepted", "{scheme}: {item}");
        // Another secret, and nobody is let in.
        let other = ["--secret", "file:body.json", "--json"];
        let usual = ["send", scheme, "--payload", "body.json", "--to", &to];
        let tool =
            Tool::new(usual).args(&identity[..6]).args(other).env("S", SECRET).dir(pki.path());
        assert_ne!(tool.run().code, 0, "{scheme}");
    }
}

#[test]
fn an_event_goes_where_the_provider_names_it() {
    let (head, body) = draft("github", &["--event", "issues"]);
    assert!(head.contains("X-GitHub-Event: issues\r\n") && body == BODY, "{head}");
    // What the payload says, or else a usual one, which is said.
    let (head, _) = draft("linear", &[]);
    assert!(head.contains("Linear-Event: Comment\r\n"), "{head}");
    let told = send(&folder(), "github", "https://a.example", &["--dry-run"]).code(0);
    assert!(told.stdout.contains("X-GitHub-Event: push\r\n"), "{}", told.stdout);
    assert!(told.stderr.contains("the event is push; --event sets another"), "{}", told.stderr);
    // In the payload, and nothing else of it is another.
    let (_, body) = draft("stripe", &["--event", "invoice.paid"]);
    assert_eq!(body, BODY.replace("Comment", "invoice.paid"));
    let refused = send(&folder(), "kindly", "https://a.example", &["--event", "x"]).code(2);
    assert!(
        refused.stderr.contains("it is not known where kindly puts the name of an event"),
        "{refused:?}"
    );
}

#[test]
fn what_is_set_is_signed_and_every_other_byte_stays() {
    let (head, body) = draft(
        "hmac-sha256",
        &["--set", "/n=2.50", "--set", "/event/type=a b", "--set", "/type=null"],
    );
    let expected = BODY
        .replace("1.0", "2.50")
        .replace("\"app_mention\"", "\"a b\"")
        .replace("\"Comment\"", "null");
    assert_eq!(body, expected);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("body.json"), body).unwrap();
    let header = head.lines().find(|line| line.starts_with("X-Signature")).unwrap();
    let verify =
        ["verify", "body.json", "--scheme", "hmac-sha256", "--secret", "env:S", "--header", header];
    Tool::new(verify).env("S", SECRET).dir(folder.path()).run().code(0);
    for (set, code, said) in [
        ("/none=1", 2, "the payload has nothing at /none"),
        ("none=1", 2, "a value for the payload is written POINTER=VALUE"),
        ("/n", 2, "a value for the payload is written POINTER=VALUE"),
    ] {
        let refused =
            send(&self::folder(), "github", "https://a.example", &["--set", set]).code(code);
        assert!(refused.stderr.contains(said), "{set}: {}", refused.stderr);
    }
    fs::write(folder.path().join("body.json"), "a=1&b=2").unwrap();
    let refused = send(&folder, "github", "https://a.example", &["--set", "/a=1"]).code(3);
    assert!(refused.stderr.contains("the payload is not JSON"), "{}", refused.stderr);
}

#[test]
fn a_header_of_ones_own_takes_the_place_of_theirs() {
    let form = "Content-Type: application/x-www-form-urlencoded";
    let (head, _) = draft("github", &["--header", form, "--header", "User-Agent:"]);
    assert_eq!(head.matches("Content-Type").count(), 1, "{head}");
    assert!(head.contains(form) && !head.contains("User-Agent"), "{head}");
    assert!(head.starts_with("POST /in HTTP/1.1\r\nHost: hooks.example\r\n"), "{head}");
}

#[test]
fn a_second_attempt_is_the_same_delivery() {
    let count = AtomicUsize::new(0);
    let receiver = Receiver::start(move |_, stream| {
        let is_first = count.fetch_add(1, Ordering::SeqCst).is_multiple_of(2);
        drop(stream.write_all(&answer(if is_first { "503 Busy" } else { "200 OK" })));
    });
    let folder = folder();
    for (scheme, name) in [
        ("github", "X-GitHub-Delivery: "),
        ("standard-webhooks", "webhook-id: "),
        ("twitch", "Twitch-Eventsub-Message-Id: "),
    ] {
        let before = receiver.count();
        send(&folder, scheme, &receiver.url(), &["--repeat", "2", "--retries", "1"]).code(0);
        let heads = receiver.received().split_off(before);
        let lines = heads.iter().flat_map(|request| request.head.lines());
        let ids: Vec<&str> = lines.filter(|line| line.starts_with(name)).collect();
        assert_eq!(ids.len(), 4, "{heads:?}");
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    }
    let other = || draft_id(&folder);
    assert_ne!(other(), other());
}

/// The id that a run would send.
fn draft_id(folder: &tempfile::TempDir) -> String {
    let outcome = send(folder, "github", "https://a.example", &["--dry-run"]).code(0);
    outcome.stdout.lines().find(|line| line.starts_with("X-GitHub-Delivery: ")).unwrap().to_owned()
}

#[test]
fn what_cannot_be_sent_so_is_refused_by_name() {
    for (scheme, code, said) in
        [("nonsense", 2, "nonsense"), ("mailgun", 2, "carries its signature in the body")]
    {
        let refused = send(&folder(), scheme, "https://a.example", &["--dry-run"]).code(code);
        assert!(refused.stderr.contains(said), "{scheme}: {}", refused.stderr);
    }
    let usual = ["send", "github", "--to", "https://a.example", "--secret", "env:S"];
    Tool::new(usual).env("S", SECRET).run().code(2);
    let usual = ["send", "github", "--to", "https://a.example", "--payload", "-"];
    Tool::new(usual).stdin("{}").run().code(2);
    // A token carries the secret itself, which is not shown.
    let shown = send(&folder(), "gitlab-token", "https://a.example", &["--dry-run"]).code(0);
    assert!(
        !shown.stdout.contains(SECRET) && shown.stdout.contains("X-Gitlab-Token: "),
        "{}",
        shown.stdout
    );
}
