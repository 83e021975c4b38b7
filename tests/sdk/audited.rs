//! `audit` beside the libraries: an endpoint that does what a library says is accused of what that library
//! lets pass, and of nothing else.

use std::io::Write as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::cases::{self, Secret};
use crate::driver::{self, Headers, Request};
use crate::library::Language::{self, JavaScript, Python};
use crate::receiver::{Received, Receiver, answer};
use crate::tool::Tool;

/// A library that receives, and the tests that it does not pass.
pub struct Row {
    pub scheme: &'static str,
    language: Language,
    pub package: &'static str,
    accused: &'static [&'static str],
}

const fn row(
    scheme: &'static str,
    language: Language,
    package: &'static str,
    accused: &'static [&'static str],
) -> Row {
    Row { scheme, language, package, accused }
}

/// Schemes of different shape: hex, base64, a list, a key pair, a form, with a time and without. What a
/// library lets pass is its own: some look at no clock, parse the body before they check it, take the digest
/// that the header names, or read as much of a header as decodes.
pub const ROWS: &[Row] = &[
    row("discord", JavaScript, "discord-interactions", &["stale"]),
    row("elevenlabs", Python, "elevenlabs", &["two-headers-bad-first", "future"]),
    row("github", JavaScript, "@octokit/webhooks-methods", &[]),
    row("github", Python, "gidgethub", &["weaker-digest"]),
    row("hubspot-v3", JavaScript, "@hubspot/api-client", &["future"]),
    row("hygraph", JavaScript, "@hygraph/utils", &HYGRAPH),
    row("line", JavaScript, "@line/bot-sdk", &["two-headers-good-first"]),
    row("line", Python, "line-bot-sdk", &[]),
    row("openai", Python, "openai", &[]),
    row("paddle", Python, "paddle-python-sdk", &[]),
    row("plivo-v3", Python, "plivo", &[]),
    row("shopify", JavaScript, "@shopify/shopify-api", &[]),
    row("slack", Python, "slack_sdk", &[]),
    row("standard-webhooks", JavaScript, "replicate", &["stale"]),
    row("standard-webhooks", Python, "standardwebhooks", &[]),
    row("stripe", Python, "stripe", &["future"]),
    row("svix", JavaScript, "svix", &[]),
    row("telnyx", Python, "telnyx", &["two-headers-good-first"]),
    row("twilio", Python, "twilio", &[]),
    row("workos", JavaScript, "@workos-inc/node", &WORKOS),
    row("zoom", JavaScript, "@zoom/rivet", &["tampered-body-space", "stale"]),
];

const HYGRAPH: [&str; 3] = ["tampered-body-space", "two-headers-good-first", "stale"];
const WORKOS: [&str; 4] =
    ["tampered-body-space", "two-headers-good-first", "future", "time-malformed"];

/// Audits an endpoint that asks the library.
pub fn hold(row: &'static Row) {
    // Ends the test where it is not installed.
    let _ = row.language.driver();
    let case = cases::of(row.scheme);
    let receiver = Receiver::start(move |received, stream| {
        let status = if accepts(row, received) { "200 OK" } else { "401 Unauthorized" };
        drop(stream.write_all(&answer(status)));
    });
    let folder = tempfile::tempdir().unwrap();
    let body = folder.path().join("body");
    std::fs::write(&body, case.body.replace("{n}", "1")).unwrap();
    let url = format!("{}/in", receiver.url());
    let run = Tool::new(["audit", &url, "--json", "--rate", "20/s", "--payload"])
        .args([body.to_str().unwrap(), "--scheme", row.scheme, "--secret", "env:SECRET"])
        // A library is loaded when it is asked first, which can take a while.
        .args(["--only", "signature,time", "--patience", "30s"])
        .env("SECRET", case.secret.text())
        .deadline(Duration::from_secs(60))
        .run();
    let report = run.json();
    let facts = report["items"].as_array().unwrap().iter().map(|item| &item["facts"]);
    let accused = facts.filter(|facts| {
        let outcome = facts["outcome"].as_str().unwrap_or_default();
        ["accepted", "refused"].contains(&outcome) && facts["outcome"] != facts["expected"]
    });
    let accused: Vec<_> = accused.map(|facts| facts["test"].as_str().unwrap()).collect();
    assert_eq!(accused, row.accused, "{report:#}");
    assert!(run.code < 2, "{report:#}");
}

/// Whether the library takes it, by the clock of now.
fn accepts(row: &Row, received: &Received) -> bool {
    let mut lines = received.head.lines();
    let request = lines.next().unwrap_or_default();
    let headers: Headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let host = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host"));
    let path = request.split(' ').nth(1).unwrap_or_default();
    let secret: Secret = cases::of(row.scheme).secret;
    driver::ask(
        row.language,
        &Request {
            sdk: row.package,
            scheme: row.scheme,
            op: "verify",
            now: SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64,
            secret: secret.public(),
            certificate: "",
            method: "POST",
            url: &format!("http://{}{path}", host.unwrap().1),
            headers: &headers,
            body: &String::from_utf8_lossy(&received.body),
        },
    )
    .accepted
}
