//! `replay`: captures of other tools by command: what they name is read only when that was allowed,
//! and what cannot be exact is refused with a way out.

use std::fs;

use crate::harness::{Receiver, Tool};

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
            "curl -F a=b https://h",
            "command 1: curl's -F is not read: the body has",
            "listen --capture",
        ),
        (
            "curl -K c https://h",
            "command 1: curl's -K is not read: the options",
            "onto the command",
        ),
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
            "1 entry is no HTTP request: data: (1)",
            "record it again",
        ),
        (
            r#"{"info":{},"item":[{"name":"a","request":{"url":"http://h","auth":{"type":"awsv4"}}}]}"#,
            "a: its authorization, awsv4, is made for each request",
            "--header",
        ),
        (
            r#"{"info":{},"item":[{"name":"a","request":{"url":"http://h","body":{"mode":"file","file":{"src":"/etc/passwd"}}}}]}"#,
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
    assert_eq!(message, "2 entries are no HTTP requests: blob: (1), data: (1)");
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
