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
