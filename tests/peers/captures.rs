//! Captures of real clients, byte for byte: what `listen --capture` keeps is what a recorder between the two
//! saw, and `replay` of it sends the same. What differs then is named in `CHANGED`.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use hookprint::digest::unbase64;
use serde_json::Value;

use crate::harness::listener::Listener;
use crate::harness::receiver::{Receiver, answer};
use crate::harness::{Peer, Tool};
use crate::{needs, python};

tests!(curl, requests, httpx, aiohttp, undici, java, go, wrk, ab);

/// What `replay` changes in a request: it goes elsewhere, and what was meant for one hop is left out. A body in
/// chunks is sent with its length, HTTP/1.0 as HTTP/1.1, and one blank stands before each value, be it empty.
const CHANGED: [&str; 7] =
    ["host", "connection", "keep-alive", "te", "transfer-encoding", "expect", "content-length"];

/// Request lines and header lines up to the empty one, and the body without its transfer coding.
type Request = (Vec<u8>, Vec<u8>);

/// The bytes of each connection, as they came from the client.
type Heard = Arc<Mutex<BTreeMap<SocketAddr, Vec<u8>>>>;

/// Passes everything on, both ways, and keeps what the client says.
fn recorder(behind: SocketAddr) -> (Peer, Heard) {
    let heard = Heard::default();
    let kept = heard.clone();
    let peer = Peer::start(move |mut client| {
        let who = client.peer_addr().unwrap();
        let mut server = TcpStream::connect(behind).unwrap();
        let (mut back, mut to_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
        let other = thread::spawn(move || {
            let _ = std::io::copy(&mut back, &mut to_client);
            let _ = to_client.shutdown(Shutdown::Write);
        });
        let mut piece = [0; 4096];
        while let Ok(count @ 1..) = client.read(&mut piece) {
            kept.lock().unwrap().entry(who).or_default().extend(&piece[..count]);
            if server.write_all(&piece[..count]).is_err() {
                break;
            }
        }
        let _ = server.shutdown(Shutdown::Write);
        let _ = other.join();
    });
    (peer, heard)
}

/// The requests in the bytes of one connection, by rules that are not those of the tool: what the clients
/// here send is plain.
fn apart(mut bytes: &[u8]) -> Vec<Request> {
    let mut requests = Vec::new();
    let find = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).position(|it| it == what);
    while let Some(end) = find(bytes, b"\r\n\r\n") {
        let (head, mut rest) = bytes.split_at(end + 4);
        let text = String::from_utf8_lossy(head).to_lowercase();
        let value = |name: &str| {
            text.lines()
                .find_map(|line| line.strip_prefix(name))
                .map(|value| value.trim().to_owned())
        };
        let mut body = Vec::new();
        if value("transfer-encoding:").is_some() {
            loop {
                let line = find(rest, b"\r\n").unwrap();
                let size = std::str::from_utf8(&rest[..line]).unwrap();
                let size = usize::from_str_radix(size.split(';').next().unwrap(), 16).unwrap();
                body.extend(&rest[line + 2..line + 2 + size]);
                rest = &rest[line + 2 + size + 2..];
                if size == 0 {
                    break;
                }
            }
        } else {
            let length: usize = value("content-length:").map_or(0, |value| value.parse().unwrap());
            // One that is cut off is none.
            let Some(whole) = rest.get(..length) else { break };
            body.extend(whole);
            rest = &rest[length..];
        }
        requests.push((head.to_vec(), body));
        bytes = rest;
    }
    requests
}

/// The exact bytes that a capture keeps.
fn kept(capture: &Path) -> Vec<Request> {
    let text = std::fs::read_to_string(capture).unwrap();
    let entries = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    entries
        .map(|entry| {
            let bytes =
                |name: &str| unbase64(entry["_raw"][name].as_str().unwrap_or_default()).unwrap();
            (bytes("headBase64"), bytes("bodyBase64"))
        })
        .collect()
}

/// What stays of a request when it is sent again.
fn unchanged((head, body): Request) -> Request {
    let head = String::from_utf8(head).unwrap();
    let lines = head.lines().filter_map(|line| match line.split_once(':') {
        Some((name, _)) if CHANGED.contains(&name.to_lowercase().as_str()) => None,
        Some((name, value)) if !name.contains(' ') => Some(format!("{name}: {}", value.trim())),
        _ => Some(line.replace(" HTTP/1.0", " HTTP/1.1")),
    });
    let lines: Vec<String> = lines.collect();
    (lines.join("\r\n").into_bytes(), body)
}

/// Lets a client send from this folder to the URL that it is given, at least so many requests, and compares. One that ends in
/// the middle may leave as many behind as it had connections.
fn compare(least: usize, cut: usize, client: impl FnOnce(&str, &Path) -> Command) {
    let folder = tempfile::tempdir().unwrap();
    let capture = folder.path().join("calls.har.ndjson");
    let file = capture.to_str().unwrap();
    let listener = Listener::start(&["--plain", "--delay", "2ms", "--capture", file]);
    let (peer, heard) = recorder(listener.addr);
    let url = format!("http://{}/hook?a=1&b=%7E", peer.target());
    let mut command = client(&url, folder.path());
    let done = command.current_dir(folder.path()).stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{command:?}: {said}{}", String::from_utf8_lossy(&done.stdout));
    assert_eq!(listener.interrupt().code, 0);
    let mut seen: Vec<Request> = heard.lock().unwrap().values().flat_map(|it| apart(it)).collect();
    let mut captured = kept(&capture);
    assert!(captured.len() >= least, "{} requests", captured.len());
    seen.sort();
    captured.sort();
    if cut == 0 {
        assert_eq!(captured, seen);
    } else {
        assert!(
            captured.len() + cut >= seen.len() && captured.iter().all(|one| seen.contains(one))
        );
    }
    // Again, and it is the same.
    let receiver = Receiver::start(|_, stream| drop(stream.write_all(&answer("200 OK"))));
    Tool::new(["replay", file, "--to", &receiver.url(), "--quiet"]).run().code(0);
    let sent = receiver.received().into_iter().map(|it| unchanged((it.head.into_bytes(), it.body)));
    let mut sent: Vec<Request> = sent.collect();
    let mut captured: Vec<Request> = captured.into_iter().map(unchanged).collect();
    sent.sort();
    captured.sort();
    assert!(sent == captured, "replay sends something else");
}

fn curl() {
    needs::program("curl");
    compare(5, 0, |url, _| {
        // Past 1 MiB curl asks first whether it may send (Expect); from standard input it sends chunks.
        let script = format!(
            "set -e; head -c 1500000 /dev/urandom > big; printf 'x\\0y\\r\\n' > small
             curl -sS --fail -d '{{\"a\": 1}}' -H 'content-type: application/json' -H 'X-Empty;' '{url}'
             curl -sS --fail -F a=b -F f=@small '{url}'
             curl -sS --fail --data-binary @big '{url}'
             curl -sS --fail -T - '{url}' < small
             curl -sS --fail -X DELETE '{url}' -: -sS --fail --compressed '{url}'"
        );
        let mut command = Command::new("bash");
        command.args(["-c", &script]);
        command
    });
}

/// A script for a Python with this module.
fn script(module: &str, url: &str, script: &str) -> Command {
    let mut command = Command::new(python::with(module));
    command.args(["-c", script, url]);
    command
}

fn requests() {
    python::with("requests");
    compare(5, 0, |url, _| {
        script(
            "requests",
            url,
            r#"
import requests, sys, io
u = sys.argv[1]
s = requests.Session()
s.post(u, json={"a": "é", "b": [1.0]}).raise_for_status()
s.post(u, data={"a": "b c", "d": "é"}).raise_for_status()
s.post(u, data=b"\x00\xff\r\n", headers={"X-Case": "Kept"}).raise_for_status()
s.post(u, files={"f": ("n.bin", b"\x00\r\n--", "application/octet-stream")}).raise_for_status()
s.put(u, data=iter([b"one", b"two"])).raise_for_status()
s.get(u).raise_for_status()
"#,
        )
    });
}

fn httpx() {
    python::with("httpx");
    compare(5, 0, |url, _| {
        script(
            "httpx",
            url,
            r#"
import httpx, sys
u = sys.argv[1]
def pieces():
    yield b"one"
    yield b"two"
with httpx.Client(trust_env=False) as c:
    c.post(u, json={"a": "é"}).raise_for_status()
    c.post(u, data={"a": "b c"}).raise_for_status()
    c.post(u, content=b"\x00\xff\r\n").raise_for_status()
    c.post(u, files={"f": b"\x00\r\n--"}).raise_for_status()
    c.post(u, content=pieces()).raise_for_status()
"#,
        )
    });
}

fn aiohttp() {
    python::with("aiohttp");
    compare(5, 0, |url, _| {
        script(
            "aiohttp",
            url,
            r#"
import aiohttp, asyncio, sys
async def pieces():
    yield b"one"
    yield b"two"
async def main(u):
    async with aiohttp.ClientSession(raise_for_status=True) as s:
        for body in [{"json": {"a": "é"}}, {"data": {"a": "b c"}}, {"data": b"\x00\xff\r\n"}, {"data": pieces()}]:
            async with s.post(u, **body) as r: await r.read()
        form = aiohttp.FormData(); form.add_field("f", b"\x00\r\n--", filename="n.bin")
        async with s.post(u, data=form) as r: await r.read()
asyncio.run(main(sys.argv[1]))
"#,
        )
    });
}

/// `fetch` of Node.js is undici.
fn undici() {
    needs::program("node");
    compare(5, 0, |url, _| {
        let script = r#"
const u = process.argv[1];
async function send(body, headers = {}) {
  const r = await fetch(u, { method: 'POST', body, headers, duplex: 'half' });
  if (!r.ok) throw new Error(r.status);
  await r.text();
}
(async () => {
  await send(JSON.stringify({ a: 'é' }), { 'Content-Type': 'application/json', 'X-Case': 'Kept' });
  await send(new URLSearchParams({ a: 'b c' }));
  await send(new Uint8Array([0, 255, 13, 10]));
  const form = new FormData(); form.append('f', new Blob(['\0\r\n--']), 'n.bin'); await send(form);
  await send(new ReadableStream({ start(c) { c.enqueue(Buffer.from('one')); c.enqueue(Buffer.from('two')); c.close(); } }));
})().catch(e => { console.error(e); process.exit(1); });
"#;
        let mut command = Command::new("node");
        command.args(["-e", script, url]);
        command
    });
}

fn java() {
    needs::program("java");
    compare(3, 0, |url, folder| {
        let source = folder.join("Send.java");
        let text = r#"
import java.net.URI; import java.net.http.*; import java.net.http.HttpRequest.BodyPublishers; import java.util.*;
import java.io.*;
public class Send { public static void main(String[] a) throws Exception {
  HttpClient c = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  for (HttpRequest.BodyPublisher b : List.of(BodyPublishers.ofString("{\"a\": \"é\"}"),
      BodyPublishers.ofByteArray(new byte[] {0, -1, 13, 10}),
      BodyPublishers.ofInputStream(() -> new ByteArrayInputStream("one two".getBytes())))) {
    HttpResponse<String> r = c.send(HttpRequest.newBuilder(URI.create(a[0])).header("X-Case", "Kept").POST(b).build(),
      HttpResponse.BodyHandlers.ofString());
    if (r.statusCode() != 200) throw new Exception("" + r.statusCode());
  } } }
"#;
        std::fs::write(&source, text).unwrap();
        let mut command = Command::new("java");
        command.arg("-XX:TieredStopAtLevel=1").arg(source).arg(url);
        command
    });
}

fn go() {
    needs::program("go");
    compare(4, 0, |url, _| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers-go");
        std::fs::create_dir_all(&folder).unwrap();
        let text = r#"package main
import ("bytes"; "io"; "mime/multipart"; "net/http"; "net/url"; "os"; "strings")
func check(r *http.Response, err error) {
	if err != nil || r.StatusCode != 200 { panic(err) }
	io.Copy(io.Discard, r.Body); r.Body.Close()
}
func main() {
	u := os.Args[1]
	check(http.Post(u, "application/json", strings.NewReader("{\"a\": \"é\"}")))
	check(http.PostForm(u, url.Values{"a": {"b c"}}))
	var b bytes.Buffer
	w := multipart.NewWriter(&b); f, _ := w.CreateFormFile("f", "n.bin"); f.Write([]byte("\x00\r\n--")); w.Close()
	check(http.Post(u, w.FormDataContentType(), &b))
	check(http.Post(u, "text/plain", io.MultiReader(strings.NewReader("one"), strings.NewReader("two"))))
}
"#;
        std::fs::write(folder.join("send.go"), text).unwrap();
        let mut command = Command::new("go");
        command.args(["run"]).arg(folder.join("send.go")).arg(url);
        // What it compiles of its own library is kept for the next time.
        command.env("GOCACHE", folder.join("cache")).env("GO111MODULE", "off");
        command.env("GOFLAGS", "").env("HOME", &folder);
        command
    });
}

fn wrk() {
    needs::program("wrk");
    compare(10, 2, |url, folder| {
        let lua = folder.join("post.lua");
        let text = "wrk.method = 'POST'\nwrk.body = '{\"a\": 1}\\r\\n'\nwrk.headers['Content-Type'] = 'application/json'\n";
        std::fs::write(&lua, text).unwrap();
        let mut command = Command::new("wrk");
        command.args(["-t1", "-c2", "-d1s", "-s"]).arg(lua).arg(url);
        command
    });
}

fn ab() {
    needs::program("ab");
    compare(20, 0, |url, _| {
        let script = format!(
            "printf '{{\"a\": 1}}' > body; ab -q -n 20 -c 2 -k -p body -T application/json '{url}'"
        );
        let mut command = Command::new("bash");
        command.args(["-c", &script]);
        command
    });
}
