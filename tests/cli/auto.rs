//! `verify` without a scheme: the headers say which, and the secret decides.

use hookprint::digest::base64;

use crate::harness::Tool;

const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";
const BODY: &str = "{\"a\":1}";

fn signed(scheme: &[&str], body: &str) -> Vec<String> {
    let args = [&["sign", "-", "--secret", "env:S"], scheme].concat();
    let lines = Tool::new(args).env("S", SECRET).stdin(body).run().code(0).stdout;
    lines.lines().map(str::to_owned).collect()
}

fn verify(headers: &[String], body: &str, more: &[&str]) -> crate::harness::Outcome {
    let headers = headers.iter().flat_map(|line| ["--header", line]);
    let args = headers.chain(more.iter().copied()).collect::<Vec<_>>();
    let tool = Tool::new(["verify", "-", "--secret", "env:S", "--json"]).args(args);
    tool.env("S", SECRET).stdin(body).run()
}

#[test]
fn without_a_name_the_headers_tell_the_scheme() {
    for scheme in ["standard-webhooks", "stripe", "github", "slack", "hmac-sha256"] {
        let lines = signed(&["--scheme", scheme], BODY);
        assert_eq!(verify(&lines, BODY, &[]).code(0).item()["facts"]["scheme"], scheme);
        verify(&lines, "{}", &[]).code(1);
    }
    let lines = signed(&[], BODY);
    let (_, value) = lines[0].split_once(": ").unwrap();
    verify(&[], BODY, &["--signature", value]).code(0);
    let none = verify(&[], BODY, &[]).code(1).item();
    assert_eq!(none["findings"][0]["code"], "signature-missing");
    let lines = signed(&["--encoding", "base64"], BODY);
    verify(&lines, BODY, &["--encoding", "base64"]).code(0);
}

/// What else fits is what verifies too.
#[test]
fn the_neutral_scheme_is_named_and_others_only_when_they_verify() {
    let lines = signed(&["--scheme", "standard-webhooks"], BODY);
    let facts = verify(&lines, BODY, &[]).code(0).item()["facts"].clone();
    assert_eq!(facts["scheme"], "standard-webhooks");
    let others: Vec<_> = facts["also_fits"].as_array().unwrap().clone();
    assert!(others.len() > 1, "gitlab takes its rules: {facts}");
    for flags in others {
        let flags: Vec<_> = flags.as_str().unwrap().split(' ').collect();
        verify(&lines, BODY, &flags).code(0);
    }
}

#[test]
fn a_form_without_its_type_is_twilios() {
    let url = ["--url", "https://hooks.example/sms"];
    let lines = signed(&[&["--scheme", "twilio"], &url[..]].concat(), "B=2&A=1");
    let facts = verify(&lines, "B=2&A=1", &url).code(0).item()["facts"].clone();
    assert_eq!(facts["scheme_flags"], "--scheme twilio");
}

/// Every command that is proposed can be run, and verifies.
#[test]
fn senders_that_nobody_knows_are_told_by_the_form_of_their_header() {
    let forms: [&[&str]; 5] = [
        &["--scheme", "stripe", "--signature-header", "Acme-Signature"],
        &["--scheme", "stripe", "--signature-header", "Acme-Signature", "--encoding", "base64"],
        &["--scheme", "hmac-sha512", "--signature-header", "X-Acme-Hmac", "--prefix", "v9="],
        &["--scheme", "hmac-sha1", "--signature-header", "X-Acme-Digest", "--encoding", "base64"],
        &[
            "--scheme",
            "scalr",
            "--header",
            "Date: Wed, 25 Nov 2026 10:00:00 GMT",
            "--timestamp",
            "2026-11-25T10:00:00Z",
        ],
    ];
    for form in forms {
        let mut lines = signed(form, BODY);
        if form[1] == "scalr" && !lines.iter().any(|line| line.to_lowercase().starts_with("date:"))
        {
            lines.push(form[3].to_owned());
        }
        let at = ["--at", "2026-11-25T10:00:00Z"];
        let at = if form[1] == "scalr" { &at[..] } else { &[] };
        let facts = verify(&lines, BODY, at).code(0).item()["facts"].clone();
        let flags = facts["scheme_flags"].as_str().unwrap();
        assert!(flags.starts_with(&form[..2].join(" ")), "{form:?}: {flags}");
        let flags: Vec<_> = flags.split(' ').map(|word| word.trim_matches('\'')).collect();
        verify(&lines, BODY, &[&flags[..], at].concat()).code(0);
    }
}

/// A line of a capture as `listen` writes it.
fn captured(lines: &[String], body: &str) -> String {
    let head = format!("POST /in HTTP/1.1\r\nHost: a.example\r\n{}\r\n\r\n", lines.join("\r\n"));
    let pairs = lines.iter().map(|line| line.split_once(": ").unwrap());
    let headers: Vec<_> = std::iter::once(("Host", "a.example"))
        .chain(pairs)
        .map(|(name, value)| format!("{{\"name\":\"{name}\",\"value\":\"{value}\"}}"))
        .collect();
    let (headers, text) = (headers.join(","), body.replace('"', "\\\""));
    let (size, head64, body64) = (body.len(), base64(head.as_bytes()), base64(body.as_bytes()));
    format!(
        "{{\"startedDateTime\":\"2026-11-26T09:00:00Z\",\"time\":0.3,\"request\":{{\"method\":\"POST\",\
         \"url\":\"https://a.example/in\",\"httpVersion\":\"HTTP/1.1\",\"cookies\":[],\"headers\":[{headers}],\
         \"queryString\":[],\"postData\":{{\"mimeType\":\"\",\"text\":\"{text}\"}},\"headersSize\":{},\
         \"bodySize\":{size}}},\"response\":{{}},\"_raw\":{{\"headBase64\":\"{head64}\",\
         \"bodyBase64\":\"{body64}\"}}}}",
        head.len()
    )
}

/// What is right and not shown is told on a quick road; what is wrong is the same on both.
#[test]
fn a_capture_of_many_senders_is_judged_alike_whether_what_is_right_is_shown_or_not() {
    let at = ["--timestamp", "2026-11-26T09:00:00Z"];
    let (mut lines, mut wrong) = (Vec::new(), Vec::new());
    for scheme in
        ["standard-webhooks", "github", "stripe", "slack", "square", "shopify", "hmac-sha1"]
    {
        let url = ["--url", "https://a.example/in"];
        let more = if scheme == "square" { &url[..] } else { &[] };
        let headers = signed(&[&["--scheme", scheme], &at[..], more].concat(), BODY);
        for body in [BODY, "{\"a\":2}"] {
            lines.push(captured(&headers, body));
            if body != BODY {
                wrong.push(format!("line {}", lines.len()));
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("many.har.ndjson");
    std::fs::write(&path, lines.join("\n")).unwrap();
    let run = |how: &[&str]| {
        let args = ["verify", "--secret", "env:S", "--at", "2026-11-26T09:00:00Z", "--no-diagnose"];
        Tool::new(args).args([&path]).args(how).env("S", SECRET).run().code(1)
    };
    let bad = |outcome: crate::harness::Outcome| -> Vec<serde_json::Value> {
        let items = outcome.ndjson().into_iter().filter(|item| item["status"] != "ok");
        items
            .map(|mut item| {
                item.as_object_mut().unwrap().remove("elapsed_ms");
                item
            })
            .collect()
    };
    let all = bad(run(&["--format", "ndjson"]));
    assert_eq!(bad(run(&["--format", "ndjson", "-q"])), all);
    let named: Vec<_> = all.iter().map(|item| item["subject"].as_str().unwrap()).collect();
    for line in wrong {
        assert!(named.iter().any(|subject| subject.ends_with(&line)), "{line}: {named:?}");
    }
}

#[test]
fn signing_needs_a_name() {
    let args = ["sign", "-", "--scheme", "auto", "--secret", "env:S"];
    let told = Tool::new(args).env("S", SECRET).stdin(BODY).run().code(2).stderr;
    assert!(told.contains("auto chooses by the headers of a request"), "{told}");
    assert!(told.contains("name the scheme"), "{told}");
}
