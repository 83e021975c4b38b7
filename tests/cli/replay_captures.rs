//! `replay`: captures of other tools by command: what they name is read only when that was allowed,
//! and what cannot be exact is refused with a way out.

use std::fs;

use hookprint::capture::FORMATS;
use serde_json::Value;

use time::macros::datetime;

use crate::harness::pki::{NOW, Wish};
use crate::harness::{Pki, Receiver, Tool};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

#[test]
fn files_and_variables_of_an_http_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("requests")).unwrap();
    let text = "POST https://{{host}}/{{path}}\nContent-Type: text/plain\n\n< ./body.bin\n";
    fs::write(folder.path().join("requests/a.http"), text).unwrap();
    fs::write(folder.path().join("requests/body.bin"), b"\xff\0 # exact\n").unwrap();
    let receiver = Receiver::always(OK);
    let replay = |args: &[&str]| {
        let tool = Tool::new(["replay", "requests/a.http", "--json", "--to", &receiver.url()]);
        tool.args(args).dir(folder.path()).run()
    };
    let refused = replay(&[]).code(3).item()["failure"].clone();
    assert_eq!(refused["code"], "variable-unknown");
    assert!(refused["help"].as_str().unwrap().contains("--var NAME=VALUE"), "{refused}");
    let values = ["--var", "host=h.example", "--var", "path=hook"];
    let refused = replay(&values).code(3).item()["failure"].clone();
    assert_eq!(refused["code"], "files-not-allowed");
    assert!(receiver.received().is_empty());
    // The file lies beside the capture, not where we are.
    replay(&[&values[..], &["--allow-files"]].concat()).code(0);
    let received = receiver.received().remove(0);
    assert!(received.head.starts_with("POST /hook HTTP/1.1\r\n"), "{}", received.head);
    assert_eq!(received.body, b"\xff\0 # exact\n");
    assert!(replay(&["--var", "nonsense"]).code(2).stderr.contains("NAME=VALUE"));
}

#[test]
fn what_cannot_be_exact_is_refused_with_a_way_out() {
    for (capture, message, help) in [
        (
            "curl -F 'a=b;encoder=base64' https://h",
            "command 1: curl's --form: headers= and encoder= of a part are not supported",
            "listen --capture",
        ),
        ("curl -K c https://h", "command 1: curl's -K is not supported: options", "on the command"),
        ("1 932079936fa4306f c7\n", "this is not a capture in a known format", "--payload"),
        ("1 932079936fa4306f 17320\nGET / HTTP/1.1\r\n\r\n", "this is a goreplay file", "raw HTTP"),
        ("{\"dev\":{\"host\":\"a\"}}", "this is JSON like an environment", "--var NAME=VALUE"),
    ] {
        let tool = Tool::new(["replay", "-", "--json", "--to", "http://127.0.0.1:1"]);
        let failure = tool.stdin(capture).run().code(3).item()["failure"].clone();
        assert!(failure["message"].as_str().unwrap().contains(message), "{capture}: {failure}");
        assert!(failure["help"].as_str().unwrap().contains(help), "{capture}: {failure}");
    }
}

#[test]
fn a_payload_alone_is_named_and_a_collection_is_not_taken_for_one() {
    for (capture, message, help) in [
        (
            r#"{"id":"evt_1","object":"event","created":1,"data":{},"livemode":false,"pending_webhooks":1,"type":"a"}"#,
            "this is an event of Stripe, a payload without its request",
            "--payload FILE",
        ),
        (
            r#"{"id":"msg_1","eventType":"a.b","payload":{"a":1}}"#,
            "this is a message of Svix, a payload without its request",
            "--payload FILE",
        ),
        (
            r#"{"log":{"entries":[{"request":{"method":"GET","url":"data:,x","headers":[]}}]}}"#,
            "1 entry is not an HTTP request: data: (1)",
            "record it again",
        ),
        (
            r#"{"info":{},"item":[{"name":"a","request":{"url":"http://h","auth":{"type":"awsv4"}}}]}"#,
            "a: its authorization, awsv4, is computed for each request",
            "--header",
        ),
        (
            r#"{"info":{},"item":[{"name":"a","request":{"method":"POST","url":"http://h","body":{"mode":"file","file":{"src":"/etc/passwd"}}}}]}"#,
            "a: the capture wants the file /etc/passwd",
            "--allow-files",
        ),
    ] {
        let tool = Tool::new(["replay", "-", "--json", "--to", "http://127.0.0.1:1"]);
        let failure = tool.stdin(capture).run().code(3).item()["failure"].clone();
        assert!(failure["message"].as_str().unwrap().contains(message), "{capture}: {failure}");
        assert!(failure["help"].as_str().unwrap().contains(help), "{capture}: {failure}");
    }
}

/// A capture of each format, most of them with something to be said about it.
const CAPTURES: &[(&str, &str)] = &[
    (
        ".har.ndjson",
        r#"{"startedDateTime":"2026-11-22T05:00:00Z","_bodySha256":"00","request":{"method":"POST","url":"https://a/b","headers":[{"name":"Authorization","value":"Bearer x"}],"postData":{"text":"{}"}}}"#,
    ),
    (
        "HAR",
        r#"{"log":{"entries":[{"request":{"method":"POST","url":"https://a/b","headers":[{"name":"Content-Length","value":"9"}],"postData":{"text":"{}"}}}]}}"#,
    ),
    (
        "delivery export of GitHub, GitLab or Hookdeck",
        r#"{"guid":"g","delivered_at":"x","url":"https://a/b","request":{"headers":{"A":"b"},"payload":{"c":[1,"d"]}}}"#,
    ),
    (
        "ngrok requests",
        r#"{"uri":"/api/requests/http","requests":[{"id":"a","tunnel_name":"t","remote_addr":"::1","request":{"method":"POST","uri":"/a","raw":"UE9TVCAvYSBIVFRQLzEuMQ0KSG9zdDogYg0KDQp7fQ=="},"response":{"status_code":200}}]}"#,
    ),
    (
        "webhook.site export",
        r#"{"data":[{"uuid":"u","type":"web","token_id":"t","method":"POST","url":"https://a/b?","headers":{"a":["b"]},"content":"{}","created_at":"2026-11-22 05:00:00"}],"is_last_page":true}"#,
    ),
    (
        "RequestBin requests",
        r#"[{"id":"a","method":"POST","path":"/a","headers":{"A":"b"},"query_string":{"a":"b"},"remote_addr":"::1","raw":"{}","time":1.5}]"#,
    ),
    (
        "API Gateway event",
        r#"{"version":"2.0","rawPath":"/a","headers":{"host":"b","content-length":"9"},"body":"e30=","isBase64Encoded":true}"#,
    ),
    (
        "SQS messages",
        r#"{"Records":[{"messageId":"m","receiptHandle":"r","body":"e30=","messageAttributes":{"A":{"stringValue":"b"}},"eventSource":"aws:sqs"}]}"#,
    ),
    (
        "Postman collection",
        r#"{"info":{"name":"c"},"item":[{"name":"f","item":[{"name":"a","request":{"method":"POST","url":{"raw":"{{b}}/:c","host":["{{b}}"],"path":[":c"],"query":[{"key":"d","value":"e"}]},"header":[{"key":"A","value":"b"}],"body":{"mode":"urlencoded","urlencoded":[{"key":"a","value":"{{b}}"}]},"auth":{"type":"basic","basic":[{"key":"username","value":"u"}]}}}]}],"variable":[{"key":"b","value":"https://a"}]}"#,
    ),
    (
        "Insomnia export",
        r#"{"_type":"export","__export_format":4,"resources":[{"_id":"req_1","_type":"request","parentId":"fld_1","url":"{{ _.b }}/c","method":"POST","body":{"mimeType":"application/json","text":"{}"}},{"_id":"env_1","_type":"environment","parentId":"wrk_1","data":{"b":"https://a"}}]}"#,
    ),
    (
        "Insomnia export in YAML",
        "type: collection.insomnia.rest/5.0\ncollection:\n- {name: a, url: '{{ _.b }}/c', method: POST, body: {text: '{}'}}\nenvironments:\n  data: {b: 'https://a'}\n",
    ),
    (
        "Bruno collection",
        r#"{"name":"c","version":"1","items":[{"type":"http","name":"a","request":{"url":"https://a/:b","method":"POST","params":[{"name":"b","value":"{{c}}","type":"path","enabled":true}],"body":{"mode":"json","json":"{}"},"vars":{"req":[{"name":"c","value":"d"}]}}}],"environments":[]}"#,
    ),
    (
        "Bruno request",
        "meta {\n  name: a\n}\n\npost {\n  url: https://a/{{b}}\n  body: json\n}\n\nvars:pre-request {\n  b: c\n}\n\nbody:json {\n  {}\n}\n",
    ),
    ("Vegeta targets", "GET https://a/b\nA: b\n\nPOST https://c\n"),
    ("HTTP/1.1 message", "POST /a HTTP/1.1\r\nHost: b\r\nContent-Length: 2\r\n\r\n{}\n"),
    ("curl command line", "curl -u a:b https://a/b -d x; curl -u a:b https://a/c -d y"),
    (".http file", "POST https://a/b\n\na\n# a comment in the body\nb\n"),
];

#[test]
fn a_dry_run_says_of_every_format_what_the_real_one_says() {
    let formats: Vec<_> = FORMATS.iter().map(|format| format.name).collect();
    assert_eq!(CAPTURES.iter().map(|(name, _)| *name).collect::<Vec<_>>(), formats);
    let receiver = Receiver::always(OK);
    let said = |capture: &str, more: &[&str]| {
        let tool = Tool::new(["replay", "-", "--json", "--to", &receiver.url()]);
        let outcome = tool.args(more).stdin(capture).run().code(0);
        let items = outcome.json()["items"].as_array().unwrap().clone();
        items.into_iter().map(|mut item| item["findings"].take()).collect::<Vec<Value>>()
    };
    let mut silent = 0;
    for (format, capture) in CAPTURES {
        let real = said(capture, &[]);
        silent += usize::from(real.iter().all(|findings| findings == &Value::Array(Vec::new())));
        assert_eq!(said(capture, &["--dry-run"]), real, "{format}");
    }
    assert!(silent <= 9, "{silent} of them have nothing to say");
}

#[test]
fn what_a_har_lists_besides_its_requests_is_counted() {
    let entry =
        |url: &str| format!(r#"{{"request":{{"method":"GET","url":"{url}","headers":[]}}}}"#);
    let entries = [entry("http://h/a"), entry("data:,x"), entry("blob:http://h/1")].join(",");
    let tool = Tool::new(["replay", "-", "--json", "--dry-run", "--to", "http://127.0.0.1:1"]);
    let item = tool.stdin(format!(r#"{{"log":{{"entries":[{entries}]}}}}"#)).run().code(0).item();
    let finding =
        item["findings"].as_array().unwrap().iter().find(|it| it["code"] == "entries-passed-over");
    let message = finding.unwrap()["message"].as_str().unwrap().to_owned();
    assert_eq!(message, "2 entries are not HTTP requests: blob: (1), data: (1)");
}

#[test]
fn variables_and_files_of_a_collection() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("body.bin"), b"\xff\0\n").unwrap();
    let text = r#"{"info":{},"item":[{"name":"a","request":{"method":"POST","url":"{{base}}/x?a={{n}}",
        "body":{"mode":"file","file":{"src":"body.bin"}}}}],"variable":[{"key":"base","value":"https://h/{{n}}"}]}"#;
    fs::write(folder.path().join("c.json"), text).unwrap();
    let receiver = Receiver::always(OK);
    let replay = |args: &[&str]| {
        let tool = Tool::new(["replay", "c.json", "--json", "--to", &receiver.url()]);
        tool.args(args).dir(folder.path()).run()
    };
    assert_eq!(replay(&["--allow-files"]).code(3).item()["failure"]["code"], "variable-unknown");
    assert_eq!(replay(&["--var", "n=1"]).code(3).item()["failure"]["code"], "files-not-allowed");
    assert!(receiver.received().is_empty());
    replay(&["--var", "n=1", "--allow-files"]).code(0);
    let received = receiver.received().remove(0);
    assert!(received.head.starts_with("POST /1/x?a=1 HTTP/1.1\r\n"), "{}", received.head);
    assert_eq!(received.body, b"\xff\0\n");
}

#[test]
fn a_dry_run_says_what_is_wrong_with_our_own_certificate() {
    let (pki, folder) = (Pki::new("an authority"), tempfile::tempdir().unwrap());
    let own = pki.issue(&Wish { not_after: datetime!(2026-02-01 0:00 UTC), ..Wish::default() });
    let text = format!("{}{}", own.certificate_pem, own.key_pem);
    fs::write(folder.path().join("own.pem"), text).unwrap();
    let args = ["replay", "-", "--json", "--dry-run", "--cert", "own.pem", "--at", NOW];
    let tool = Tool::new(args).args(["--to", "https://127.0.0.1:1"]).dir(folder.path());
    let outcome = tool.stdin(CAPTURES[0].1).run().code(1);
    let codes = outcome.json()["items"][0]["findings"].to_string();
    assert!(codes.contains("certificate-expired") && codes.contains("purpose-missing"), "{codes}");
}
