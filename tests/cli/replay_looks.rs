//! What people and machines see of `replay`, kept in `tests/golden/replay/`: each case in a narrow and
//! in a wide terminal, in all detail, and as JSON.

use std::fs;
use std::io::Write;
use std::net::Shutdown;
use std::path::Path;

use crate::harness::golden::timeless;
use crate::harness::peers::free_port;
use crate::harness::receiver::{Receiver, answer, capture};
use crate::harness::{Pki, Tool, assert_golden};
use crate::replay_ways::demanding;

/// The moment tests judge at.
const NOW: &str = "2026-11-22T05:00:00Z";
/// The ways to look at a run: its columns and more options.
const LOOKS: [(&str, &[&str]); 4] =
    [("80", &[]), ("120", &[]), ("120", &["--verbose"]), ("80", &["--json"])];

/// Shows a run of `replay` in all ways; `prepare` puts the folder into its state before each.
fn looks(name: &str, folder: &Path, to: &str, args: &[&str], code: i32, prepare: &dyn Fn()) {
    let port = to.rsplit(':').next().unwrap().split('/').next().unwrap();
    let mut seen = String::new();
    for (columns, more) in LOOKS {
        if args.contains(&"--quiet") && more == ["--verbose"] {
            continue;
        }
        prepare();
        let tool = Tool::new(["replay", "--to", to, "--at", NOW]).args(args).args(more);
        let outcome = tool.env("COLUMNS", columns).dir(folder).run().code(code);
        let shown = [&["replay", "--to", to], args, more].concat().join(" ");
        let part = format!("$ COLUMNS={columns} {shown}\n{}{}", outcome.stderr, outcome.stdout);
        // Ports are of five digits here, and of as many there.
        seen.push_str(&timeless(&part.replace(port, "40443")));
    }
    assert_golden(&format!("replay/{name}.txt"), &seen);
}

fn folder(count: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.har.ndjson"), capture(count)).unwrap();
    folder
}

#[test]
fn all_as_expected() {
    let (folder, receiver) =
        (folder(3), Receiver::start(|_, s| drop(s.write_all(&answer("200 OK")))));
    let url = receiver.url();
    looks("fine", folder.path(), &url, &["a.har.ndjson"], 0, &|| ());
    looks("one", folder.path(), &url, &["a.har.ndjson", "--limit", "1"], 0, &|| ());
    looks("quiet", folder.path(), &url, &["a.har.ndjson", "--quiet"], 0, &|| ());
    let none = ["a.har.ndjson", "--filter", "method=DELETE"];
    looks("nothing", folder.path(), &url, &none, 3, &|| ());
    fs::write(folder.path().join("b.har.ndjson"), "{}\n").unwrap();
    looks("unread", folder.path(), &url, &["b.har.ndjson", "none.har"], 3, &|| ());
}

#[test]
fn answers_of_every_kind() {
    let folder = folder(8);
    let receiver = Receiver::start(|received, stream| {
        let text = |status: &str, more: &str, body: &str| {
            let length = body.len();
            format!("HTTP/1.1 {status}\r\n{more}Content-Length: {length}\r\n\r\n{body}")
        };
        let answer = match received.body.as_slice() {
            b"2" => text("503 Busy", "", "come back later\nplease"),
            b"3" => text("308 x", "Location: https://new.example/hooks\r\n", ""),
            b"4" => text("401 ", "", "{}"),
            b"5" => return drop(stream.shutdown(Shutdown::Both)),
            b"6" => "HTTP/1.1 200 OK\r\nContent-Length: 3, 3\r\n\r\nabc".to_owned(),
            b"7" => text("421 Misdirected", "", "<p>no</p>"),
            _ => text("204 No Content", "", ""),
        };
        drop(stream.write_all(answer.as_bytes()));
    });
    looks("answers", folder.path(), &receiver.url(), &["a.har.ndjson"], 1, &|| ());
    let expect = ["a.har.ndjson", "--filter", "status=503", "--limit", "2", "--expect", "200,4xx"];
    looks("unexpected", folder.path(), &receiver.url(), &expect, 1, &|| ());
}

#[test]
fn tried_again() {
    let folder = folder(1);
    let receiver = Receiver::start(|received, stream| {
        let status = if received.connection % 2 == 1 { "503 Busy" } else { "200 OK" };
        let text = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        drop(stream.write_all(text.as_bytes()));
        drop(stream.shutdown(Shutdown::Write));
    });
    let args = ["a.har.ndjson", "--retries", "2"];
    looks("retries", folder.path(), &receiver.url(), &args, 0, &|| ());
}

#[cfg(unix)]
#[test]
fn what_cannot_be_signed() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(2);
    let scheme =
        "[mine]\nsignature = \"X-Sig\"\nencoding = \"hex\"\nsigned = \"{header:x-id}.{body}\"\n";
    fs::write(folder.path().join("mine.toml"), scheme).unwrap();
    let key = folder.path().join("key");
    fs::write(&key, "0123456789abcdef").unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let resign = ["--resign", "mine", "--scheme-file", "mine.toml", "--secret", "file:key"];
    let args = [&["a.har.ndjson"][..], &resign].concat();
    let closed = format!("http://127.0.0.1:{}", free_port());
    looks("unsigned", folder.path(), &closed, &args, 3, &|| ());
}

#[test]
fn with_a_journal() {
    let folder = folder(3);
    let receiver = Receiver::start(|_, stream| drop(stream.write_all(&answer("200 OK"))));
    let (url, journal) = (receiver.url(), folder.path().join("j"));
    let args = ["a.har.ndjson", "--journal", "j"];
    let begin = || drop(fs::remove_file(&journal));
    looks("journal", folder.path(), &url, &args, 0, &begin);
    let whole = fs::read_to_string(&journal).unwrap();
    let (head, lines) = whole.split_once('\n').unwrap();
    // Which start of the machine it was, and how many are announced at a time, is not the same each day.
    let boot = head.find(",\"boot\"").map_or("}", |at| &head[at..]);
    assert!(lines.starts_with("{\"from\":1,\"upto\":1}\n{\"n\":1,"), "{whole}");
    let is_state = |line: &&str| !line.starts_with("{\"from\"");
    let states: String = lines.split_inclusive('\n').filter(is_state).collect();
    let shown = format!("{}\n{states}", head.replace(boot, ",\"boot\":\"...\"}"));
    assert_golden("replay/journal.ndjson", &shown.replace(&url, "http://127.0.0.1:40443"));
    looks("journal-done", folder.path(), &url, &args, 0, &|| fs::write(&journal, &whole).unwrap());
    // What the first version wrote is read as ever.
    let first = format!("{}\n{states}", head.replace(boot, "}").replace("2,", "1,"));
    looks("journal-done", folder.path(), &url, &args, 0, &|| fs::write(&journal, &first).unwrap());
    let is_lost = |line: &str| line.starts_with("{\"n\":2,") && line.contains("answered");
    let unknown: String = whole.split_inclusive('\n').filter(|line| !is_lost(line)).collect();
    let prepare = || fs::write(&journal, &unknown).unwrap();
    looks("journal-unknown", folder.path(), &url, &args, 3, &prepare);
    let resend = ["a.har.ndjson", "--journal", "j", "--resend-unknown"];
    looks("journal-resent", folder.path(), &url, &resend, 0, &prepare);
    fs::write(folder.path().join("c.har.ndjson"), capture(3).replace("X-Number", "X-Other"))
        .unwrap();
    let other = ["c.har.ndjson", "--journal", "j"];
    looks("journal-other", folder.path(), &url, &other, 3, &|| {
        fs::write(&journal, &whole).unwrap()
    });
    let elsewhere = whole.replace("127.0.0.1", "127.0.0.2");
    let prepare = || fs::write(&journal, &elsewhere).unwrap();
    looks("journal-elsewhere", folder.path(), &url, &args, 3, &prepare);
    let prepare = || fs::write(&journal, whole.replace("answered", "ansered")).unwrap();
    looks("journal-damaged", folder.path(), &url, &args, 3, &prepare);
}

#[test]
fn without_an_answer() {
    let folder = folder(2);
    let closed = format!("http://127.0.0.1:{}", free_port());
    looks("no-peer", folder.path(), &closed, &["a.har.ndjson"], 3, &|| ());
    let plain = Receiver::always(b"HTTP/1.1 400 no TLS here\r\nContent-Length: 0\r\n\r\n");
    let to = format!("https://{}/hook", plain.address);
    looks("no-tls", folder.path(), &to, &["a.har.ndjson", "--limit", "1"], 3, &|| ());
}

#[test]
fn a_certificate_of_our_own() {
    let folder = folder(12);
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let (pki, stranger) = (Pki::new("test authority"), Pki::new("stranger"));
    let client = |pki: &Pki, purpose| {
        use crate::harness::pki::Wish;
        let pair = pki.issue(&Wish { name: "caller", purpose, key: 3, ..Wish::live() });
        pair.certificate_pem + &pair.key_pem
    };
    let server = pki.issue(&crate::harness::pki::Wish::live());
    write("ca.pem", &pki.ca.certificate_pem);
    write("other.pem", &stranger.ca.certificate_pem);
    write("server.pem", &server.certificate_pem);
    write("server.key", &server.key_pem);
    write("client.pem", &client(&pki, rcgen::ExtendedKeyUsagePurpose::ClientAuth));
    write("stranger.pem", &client(&stranger, rcgen::ExtendedKeyUsagePurpose::ClientAuth));
    write("server-only.pem", &client(&pki, rcgen::ExtendedKeyUsagePurpose::ServerAuth));
    let peer = demanding(folder.path());
    // So short that no row is folded where a time takes a column more.
    let to = format!("https://localhost:{}/h", peer.target().rsplit(':').next().unwrap());
    let one = |name: &str, more: &[&str], code: i32| {
        let args = [&["a.har.ndjson", "--limit", "1"], more].concat();
        looks(name, folder.path(), &to, &args, code, &|| ());
    };
    one("accepted", &["--ca", "ca.pem", "--cert", "client.pem"], 0);
    one("refused", &["--ca", "ca.pem", "--cert", "stranger.pem"], 1);
    one("refused-without", &["--ca", "ca.pem", "--tls", "1.2"], 1);
    one("refused-purpose", &["--ca", "ca.pem", "--cert", "server-only.pem"], 1);
    one("untrusted", &["--ca", "other.pem", "--cert", "client.pem"], 3);
    // In this version there is no session before the certificate, and none to resume.
    let all = ["a.har.ndjson", "--ca", "ca.pem", "--tls", "1.2"];
    looks("stopped", folder.path(), &to, &all, 1, &|| ());
}

#[test]
fn only_shown() {
    let folder = folder(2);
    let captured = "POST /hook?access_token=s3cret HTTP/1.1\r\nHost: old.example\r\n\
        Authorization: Bearer s3cret\r\nContent-Length: 3\r\n\r\n\0\u{1b}!";
    fs::write(folder.path().join("r.http"), captured).unwrap();
    fs::write(folder.path().join("token"), "0123456789abcdef").unwrap();
    let to = "https://hooks.example:40443";
    let dry = |name: &str, more: &[&str], code: i32| {
        looks(name, folder.path(), to, &[&["--dry-run"], more].concat(), code, &|| ());
    };
    dry("dry-many", &["a.har.ndjson"], 0);
    dry("dry-credentials", &["r.http"], 0);
    let resign = ["--resign", "gitlab-token", "--secret", "file:token"];
    dry("dry-secret", &[&["r.http", "--quiet"][..], &resign].concat(), 0);
    dry("dry-unread", &["none.har"], 3);
}
