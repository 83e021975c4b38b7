//! Captures from strangers: what is shown is what is sent, nothing grows without bound, and no
//! value ends its header line.

use std::fs;

use crate::harness::{Receiver, Tool};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// An entry that shows a harmless request and holds another one.
const MISMATCH: &str = r#"{"startedDateTime":"2026-11-22T05:00:00Z","request":{"method":"POST","url":"https://a.example/hooks/safe","headers":[{"name":"Content-Type","value":"application/json"}],"postData":{"mimeType":"application/json","text":"{\"ok\":true}"},"bodySize":11},"response":{"status":200},"_raw":{"headBase64":"REVMRVRFIC9hZG1pbi91c2Vycy83IEhUVFAvMS4xDQpIb3N0OiBhLmV4YW1wbGUNClgtQWRtaW46IDENCg0K","bodyBase64":""}}
"#;

#[test]
fn an_entry_that_shows_another_request_is_neither_sent_nor_shown_nor_verified() {
    let receiver = Receiver::always(OK);
    let url = receiver.url();
    let har = format!(r#"{{"log":{{"entries":[{}]}}}}"#, MISMATCH.trim_end());
    let replay: &[&str] = &["replay", "-", "--to", &url, "--json"];
    for args in [
        replay,
        &[replay, &["--dry-run"]].concat(),
        &[replay, &["--filter", "method=POST"]].concat(),
        &["verify", "-", "--scheme", "github", "--secret", "env:KEY", "--json"],
    ] {
        for capture in [MISMATCH, &har] {
            let run = Tool::new(args).env("KEY", "0123456789abcdef").stdin(capture).run();
            let failure = run.code(3).item()["failure"].clone();
            assert_eq!(failure["code"], "capture-contradicts", "{args:?}");
            let message = failure["message"].as_str().unwrap();
            assert!(
                message.ends_with("the method is POST in request, DELETE in _raw"),
                "{message}"
            );
            assert!(failure["help"].as_str().unwrap().contains("fix what is wrong"));
        }
    }
    assert!(receiver.received().is_empty());
}

#[test]
fn a_bomb_of_variables_is_refused_by_name_and_the_rest_is_read() {
    let bomb: String =
        (1..60).map(|n| format!("@v{n}={{{{v{0}}}}}{{{{v{0}}}}}\n", n - 1)).collect();
    let text = format!(
        "@v0={}\n{bomb}POST https://h/x\n\n{{{{v59}}}}\n\n### good\nPOST https://h/y\n\n{{}}\n",
        "A".repeat(1000)
    );
    let receiver = Receiver::always(OK);
    let tool = Tool::new(["replay", "-", "--json", "--to", &receiver.url()]);
    let report = tool.stdin(text).run().code(3).json();
    let failure = &report["items"][0]["failure"];
    assert_eq!(failure["code"], "too-large");
    let message = failure["message"].as_str().unwrap();
    assert_eq!(message, "@v16: a stored request is larger than 67108864 bytes");
    assert!(failure["help"].as_str().unwrap().contains("variables"), "{failure}");
    assert_eq!(receiver.received().len(), 1);
}

#[test]
fn requests_of_an_http_file_are_made_when_they_are_sent() {
    let folder = tempfile::tempdir().unwrap();
    let request =
        "### r\nPOST https://h/x\n\n{{v}}{{v}}{{v}}{{v}}{{v}}{{v}}{{v}}{{v}}{{v}}{{v}}\n\n";
    // All of them are 10 GB.
    let text = format!("@v={}\n{}", "x".repeat(1_000_000), request.repeat(1000));
    fs::write(folder.path().join("a.http"), text).unwrap();
    let receiver = Receiver::always(OK);
    let tool = Tool::new(["replay", "a.http", "--json", "--limit", "2", "--to", &receiver.url()]);
    tool.dir(folder.path()).run().code(0);
    let received = receiver.received();
    assert_eq!(received.iter().map(|r| r.body.len()).collect::<Vec<_>>(), [10_000_000; 2]);
}

#[test]
fn no_value_of_a_capture_ends_its_header_line() {
    let har = r#"{"log":{"entries":[{"request":{"method":"POST","url":"https://a/b","headers":[{"name":"X-A","value":"s3cret\r\nX-Admin: 1"}]}}]}}"#;
    let gateway = r#"{"rawPath":"/a","headers":{"host":"b","x-a":"s3cret\nX-Admin: 1"}}"#;
    let gitlab =
        r#"{"request_headers":{"X-A":"s3cret\u0000"},"request_data":"{}","url":"https://a/b"}"#;
    let name = r#"{"rawPath":"/a","headers":{"host":"b","x-a: 1\r\nX-Admin":"s3cret"}}"#;
    let target = r#"{"rawPath":"/a HTTP/1.1\r\nX-Admin: 1\r\n\r\n","headers":{"host":"b"}}"#;
    for (capture, what) in [
        (har, "the header X-A has a carriage return at byte 6"),
        (gateway, "the header x-a has a line feed at byte 6"),
        (gitlab, "the header X-A has a NUL at byte 6"),
        (name, "the name of a header has the byte 0x3a at byte 3"),
        (target, "the request target has a blank at byte 2"),
        (
            "curl https://a -H $'X-A: s3cret\\r\\nX-Admin: 1'",
            "the header X-A has a carriage return",
        ),
        ("curl https://a -A $'s3cret\\nX-Admin: 1'", "the header User-Agent has a line feed"),
        ("curl https://a -X $'GET / HTTP/1.1\\nX: y\\n'", "the method is not an HTTP method"),
        ("GET https://a\nX-A: s3cret\rX-Admin: 1\n", "the header X-A has a carriage return"),
    ] {
        for command in [
            &["replay", "--dry-run", "--to", "http://127.0.0.1:1"][..],
            &["verify", "--scheme", "github", "--secret", "env:KEY"],
        ] {
            let tool = Tool::new(command).args(["-", "--json"]).env("KEY", "0123456789abcdef");
            let run = tool.stdin(capture).run().code(3);
            let failure = run.item()["failure"].clone();
            let message = failure["message"].as_str().unwrap();
            assert!(message.contains(what), "{capture}: {message}");
            assert!(
                failure["help"].as_str().is_some() && !run.stdout.contains("s3cret"),
                "{capture}"
            );
        }
    }
}

#[test]
fn no_option_ends_its_header_line() {
    let listen = ["listen", "--plain", "--for", "1s"];
    let sign = ["sign", "-", "--scheme", "standard-webhooks", "--secret", "env:KEY"];
    let verify = ["verify", "-", "--scheme", "github", "--secret", "env:KEY"];
    let replay = ["replay", "-", "--to", "http://127.0.0.1:1", "--dry-run"];
    for (command, option, value) in [
        (&sign[..], "--id", "a\r\nX: y"),
        (&sign, "--id", "a\nX: y"),
        (&sign, "--header", "A: b\r\nX: y"),
        (&sign, "--timestamp", "1\r\nX: y"),
        (&sign, "--url", "https://a/\r\nX: y"),
        (&sign, "--method", "POST\r\nX: y"),
        (&sign, "--signature-header", "A: b\r\nX"),
        (&sign, "--prefix", "a\r\nX: y="),
        (&verify, "--url", "https://a/\r\nX: y"),
        (&verify, "--method", "POST\nX: y"),
        (&verify, "--header", "A: b\x0bc"),
        (&replay, "--header", "A: b\r\nX: y"),
        (&replay, "--to", "https://a\r\nX: y"),
        (&replay, "--to", "https://a/b\r\nX: y"),
        (&listen, "--signature-header", "A\r\nX"),
        (&listen, "--forward", "http://a\r\nX: y"),
        (&listen, "--respond", "200\r\nX: y"),
    ] {
        let mut args: Vec<&str> = command.to_vec();
        if option == "--to" {
            args.drain(2..4);
        }
        let tool = Tool::new(&args)
            .args([option, value])
            .env("KEY", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let run = tool.stdin("{}").run().code(2);
        assert!(
            !run.stdout.contains("X: y") && run.stderr.contains("error: "),
            "{option}: {}",
            run.stderr
        );
    }
}

#[test]
fn deep_and_wide_captures_are_read_or_refused() {
    let deep = "[".repeat(200_000);
    let wide = format!("[{}0]", "0,".repeat(1_000_000));
    for value in [deep.as_str(), wide.as_str()] {
        for capture in [
            value.to_owned(),
            format!(r#"{{"startedDateTime":{value}"#),
            format!(r#"{{"log":{{"entries":[{{"request":{value}"#),
            format!(r#"{{"rawPath":"/a","headers":{{"a":{value}}}}}"#),
            format!(
                r#"{{"guid":"g","delivered_at":"x","id":{value},"request":{{"headers":{{}},"payload":{{}}}}}}"#
            ),
            format!(r#"{{"request_headers":{value},"request_data":"x"}}"#),
            format!(r#"{{"data":{{"headers":{{"a":{value}}}}},"source_id":1}}"#),
        ] {
            let tool =
                Tool::new(["replay", "-", "--json", "--dry-run", "--to", "http://127.0.0.1:1"]);
            let run = tool.stdin(capture.clone()).run();
            assert!(matches!(run.code, 0 | 3), "{}: {}", &capture[..40], run.stderr);
        }
    }
}
