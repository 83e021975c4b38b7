//! HARs of other people's programs: what was sent through them, or by them, to one recorder is what `replay` of their
//! HAR sends.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::harness::peers::free_port;
use crate::harness::receiver::Received;
use crate::harness::{Receiver, Tool};
use crate::{needs, node, python};

tests!(
    what_went_through_mitmproxy_is_sent_again,
    what_chromium_sent_is_sent_again_and_what_a_har_has_lost_is_said,
);

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// A request line, header lines, and the body.
type Sent = (String, Vec<(String, String)>, Vec<u8>);

/// What came, header lines in their order and case. `Host` is the address, and `Connection` the hop's.
fn sent(received: &Received) -> Sent {
    let mut lines = received.head.trim_end().split("\r\n");
    let line = lines.next().unwrap().to_owned();
    let headers = lines.map(|line| line.split_once(':').unwrap());
    let headers = headers
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .filter(|(name, _)| !["host", "connection"].contains(&&*name.to_ascii_lowercase()));
    (line, headers.collect(), received.body.clone())
}

/// Sends a HAR with `replay`: the codes that are said of each request.
fn replay(recorder: &Receiver, har: &Path) -> Vec<Vec<String>> {
    let tool = Tool::new(["replay", har.to_str().unwrap(), "--json", "--to", &recorder.url()]);
    let report: Value = serde_json::from_str(&tool.run().code(0).stdout).unwrap();
    let code = |finding: &Value| finding["code"].as_str().unwrap().to_owned();
    let codes = |item: &Value| item["findings"].as_array().unwrap().iter().map(code).collect();
    report["items"].as_array().unwrap().iter().map(codes).collect()
}

/// mitmproxy in front of a server, until it is told to write its HAR.
struct Mitmproxy {
    child: Child,
    address: SocketAddr,
}

impl Mitmproxy {
    fn start(upstream: &str, har: &Path) -> Self {
        let python = python::with("mitmproxy");
        let free = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let child = Command::new(python)
            .args(["-c", "from mitmproxy.tools.main import mitmdump; mitmdump()", "-q"])
            .args(["--mode", &format!("reverse:{upstream}"), "--listen-host", "127.0.0.1"])
            .args(["-p", &free.port().to_string()])
            .args(["--set", &format!("hardump={}", har.display())])
            .args(["--set", &format!("confdir={}", har.parent().unwrap().display())])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn();
        let mut mitmproxy = Self { child: child.unwrap(), address: free };
        let patience = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(free).is_err() {
            assert!(mitmproxy.child.try_wait().unwrap().is_none(), "mitmproxy does not run");
            assert!(Instant::now() < patience, "mitmproxy does not listen");
            thread::sleep(Duration::from_millis(50));
        }
        mitmproxy
    }

    fn send(&self, head: &str, body: &[u8]) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let length = format!("Content-Length: {}\r\n", body.len());
        let length = if head.starts_with("GET") { "" } else { &length };
        stream.write_all(format!("{head}\r\nHost: h\r\n{length}\r\n").as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200");
    }

    fn finish(mut self) {
        let pid = self.child.id().to_string();
        Command::new("sh").args(["-c", &format!("kill -INT {pid}")]).status().unwrap();
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Mitmproxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn what_went_through_mitmproxy_is_sent_again() {
    let (folder, recorder) = (tempfile::tempdir().unwrap(), Receiver::always(OK));
    let har = folder.path().join("a.har");
    let mitmproxy = Mitmproxy::start(&recorder.url(), &har);
    let every: Vec<u8> = (0..=255).collect();
    let parts = b"--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\n\xff\0\n\r\n--B--\r\n";
    let json = "Content-Type: application/json";
    let packed = [
        b"\x1f\x8b\x08\0\0\0\0\0\x02\x03".as_slice(),
        b"\xabVJT\xb22\xac\x05\0\xaf\xac\x1bV\x07\0\0\0",
    ]
    .concat();
    for (head, body) in [
        ("GET /plain?a=%20b&c HTTP/1.1\r\nX-a: 1\r\nx-A:  2", &b""[..]),
        (&format!("POST /json HTTP/1.1\r\n{json}"), "{\"a\": \"é\"}".as_bytes()),
        ("POST /text HTTP/1.1\r\nContent-Type: text/plain", "é€".as_bytes()),
        ("POST /binary HTTP/1.1\r\nContent-Type: application/octet-stream", &every),
        ("POST /untyped HTTP/1.1", &every),
        (
            "POST /form HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded",
            b"a+b=c%26d&e=%C3%A9",
        ),
        ("POST /parts HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=B", parts),
        (&format!("POST /damaged HTTP/1.1\r\n{json}"), b"{\"a\":\"\xff\xc3\xa9\"}"),
        ("PUT /empty HTTP/1.1", b""),
        (&format!("POST /gzip HTTP/1.1\r\n{json}\r\nContent-Encoding: gzip"), &packed),
    ] {
        mitmproxy.send(head, body);
    }
    mitmproxy.finish();
    let theirs: Vec<_> = recorder.received().iter().map(sent).collect();
    let codes = replay(&recorder, &har);
    let ours: Vec<_> = recorder.received()[theirs.len()..].iter().map(sent).collect();
    assert_eq!((ours.len(), theirs.len(), codes.len()), (10, 10, 10));
    let (gzip, exact) = (9, 0..9);
    for index in exact {
        assert_eq!(ours[index], theirs[index]);
        assert!(codes[index].is_empty(), "{:?}: {:?}", ours[index].0, codes[index]);
    }
    // It keeps only what was in it.
    assert_eq!((&ours[gzip].0, &ours[gzip].2[..]), (&theirs[gzip].0, &b"{\"a\":1}"[..]));
    assert!(!ours[gzip].1.iter().any(|(name, _)| name == "Content-Encoding"));
    assert_eq!(codes[gzip], ["body-rebuilt"]);
}

/// The same, where header names have no case and no order: the tools of browsers keep neither.
fn unordered(received: &Received) -> Sent {
    let (line, headers, body) = sent(received);
    let mut headers: Vec<_> =
        headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
    headers.sort();
    (line, headers, body)
}

fn what_chromium_sent_is_sent_again_and_what_a_har_has_lost_is_said() {
    needs::program("chromium");
    let packages = node::folder("playwright-core");
    let (folder, recorder) = (tempfile::tempdir().unwrap(), Receiver::always(OK));
    let [of_playwright, of_events] = ["a.har", "b.har"].map(|name| folder.path().join(name));
    let chromium = Command::new("sh").args(["-c", "command -v chromium"]).output().unwrap();
    let output = node::command()
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/browser.mjs"))
        .arg(&packages)
        .arg(String::from_utf8(chromium.stdout).unwrap().trim())
        .arg(recorder.url())
        .args([&of_playwright, &of_events])
        .env("HOME", folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let theirs: Vec<_> = recorder.received().iter().map(unordered).collect();
    let counted = serde_json::from_slice::<Value>(&fs::read(&of_events).unwrap()).unwrap();
    for (har, lost) in
        [(&of_events, &[][..]), (&of_playwright, &["multipart", "binary", "latin", "gzip"])]
    {
        let before = recorder.count();
        let codes = replay(&recorder, har);
        let ours: Vec<_> = recorder.received()[before..].iter().map(unordered).collect();
        assert_eq!(ours.len(), codes.len());
        for path in [
            "/ ",
            "/text",
            "/json",
            "/form",
            "/multipart",
            "/binary",
            "/latin",
            "/gzip",
            "/none",
            "/get",
        ] {
            let of = |all: &[Sent]| {
                all.iter()
                    .position(|(line, ..)| line.split_once(' ').unwrap().1.starts_with(path))
                    .unwrap()
            };
            let (our, their) = (of(&ours), of(&theirs));
            if lost.iter().any(|lost| path.ends_with(lost)) {
                assert!(
                    codes[our].contains(&"body-rebuilt".to_owned()),
                    "{path}: {:?}",
                    codes[our]
                );
            } else {
                assert_eq!(ours[our], theirs[their], "{path}");
                assert!(!codes[our].contains(&"body-rebuilt".to_owned()), "{path}");
            }
        }
        if lost.is_empty() {
            // It lists what was fetched from a data: URL, too.
            assert_eq!(counted["log"]["entries"].as_array().unwrap().len(), codes.len() + 1);
            assert!(codes.iter().flatten().any(|code| code == "entries-passed-over"));
        }
    }
}
