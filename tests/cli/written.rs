//! Files that reports go to: whole or not there, over nobody else's, and read by those who may.
#![cfg(unix)]

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::harness::listener::Listener;
use crate::harness::{Running, Tool};

const REQUEST: &str = "POST /hook HTTP/1.1\r\nHost: old.example\r\nAuthorization: Bearer s3cret\r\n\
    Content-Length: 2\r\n\r\n{}";

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_report_that_holds_credentials_is_its_owners() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name| folder.path().join(name);
    fs::write(path("r.http"), REQUEST).unwrap();
    // One that anybody can read is there already.
    fs::write(path("sent"), "").unwrap();
    fs::set_permissions(path("sent"), PermissionsExt::from_mode(0o644)).unwrap();
    let replay = ["replay", "r.http", "--to", "https://127.0.0.1:1/", "--dry-run"];
    let reports = ["--output", "sent", "--report", "json=sent.json"];
    Tool::new(replay).args(reports).dir(folder.path()).run().code(0);
    let sign = "sign r.http --scheme github --secret file:r.http --output signed";
    Tool::new(sign.split(' ')).dir(folder.path()).run().code(0);
    assert!(fs::read_to_string(path("sent")).unwrap().contains("s3cret"));
    for name in ["sent", "sent.json", "signed"] {
        assert_eq!(mode(&path(name)), 0o600, "{name}");
    }
    assert_eq!(names(folder.path()), ["r.http", "sent", "sent.json", "signed"]);
}

#[test]
fn other_reports_keep_the_mode_of_the_file_they_replace() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report");
    let run =
        || drop(Tool::new(["schemes", "--output", "report"]).dir(folder.path()).run().code(0));
    run();
    fs::set_permissions(&report, PermissionsExt::from_mode(0o600)).unwrap();
    let before = fs::read(&report).unwrap();
    fs::write(&report, "").unwrap();
    run();
    assert_eq!((mode(&report), fs::read(&report).unwrap()), (0o600, before));
}

#[test]
fn listen_says_when_others_can_read_the_capture() {
    let folder = tempfile::tempdir().unwrap();
    let capture = folder.path().join("calls");
    let run = || {
        let listen = ["listen", "--addr", ":0", "--plain", "--capture", "calls"];
        Listener::with(Tool::new(listen).dir(folder.path())).interrupt().stderr
    };
    let begun = run();
    assert_eq!(mode(&capture), 0o600);
    assert!(!begun.contains("capture-readable"), "{begun}");
    fs::set_permissions(&capture, PermissionsExt::from_mode(0o640)).unwrap();
    let said = run();
    assert!(
        said.contains("note: capture-readable: others can read calls: chmod 600 calls"),
        "{said}"
    );
}

#[test]
fn a_run_that_is_ended_from_outside_leaves_the_earlier_report_and_nothing_else() {
    for signal in ["-INT", "-TERM"] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("report"), "earlier").unwrap();
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let target = silent.local_addr().unwrap().to_string();
        let wait = ["thumbprint", &target, "--timeout", "30s", "--output", "report"];
        let tool = Tool::new(wait).dir(folder.path()).into_command().stderr(Stdio::null()).spawn();
        let mut tool = Running(tool.unwrap());
        let _connection = silent.accept().unwrap();
        assert_eq!(names(folder.path()).len(), 2);
        let told = Command::new("kill").args([signal, &tool.id().to_string()]).status().unwrap();
        assert!(told.success());
        assert_eq!(tool.wait().unwrap().code(), Some(130), "{signal}");
        assert_eq!(names(folder.path()), ["report"]);
        assert_eq!(fs::read(folder.path().join("report")).unwrap(), b"earlier");
    }
}

#[test]
fn man_pages_go_where_man_looks_for_them_also_where_nothing_is_yet() {
    let home = tempfile::tempdir().unwrap();
    Tool::new(["man", "--dir", "share/man/man1"]).dir(home.path()).run().code(0);
    let share = home.path().join("share/man");
    assert!(
        share.join("man1/hookprint.1").is_file() && share.join("man1/hookprint-man.1").is_file()
    );
    assert_eq!(names(&share), ["man1", "man5"]);
    assert_eq!(names(&share.join("man5")), ["hookprint-schemes.5"]);
}

/// A journal that is gone means that everything is sent a second time.
#[test]
fn a_report_never_replaces_what_the_run_reads_or_keeps() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name| folder.path().join(name);
    fs::write(path("r.http"), REQUEST).unwrap();
    fs::write(path("journal"), "").unwrap();
    let run = |line: &str| Tool::new(line.split(' ')).dir(folder.path()).run();
    let replay = "replay r.http --to http://127.0.0.1:1/ --journal journal";
    for (line, says) in [
        (format!("{replay} --output journal"), "--output would replace the file of --journal"),
        (format!("{replay} --report json=r.http"), "--report would replace the file of CAPTURES"),
        (format!("{replay} --report json=report --output ./report"), "would replace the file of"),
        // Whatever else is wrong with the line.
        (format!("{replay} --output=journal --jobs none"), "--jobs"),
        (format!("{replay} --report json=r.http --jobs none"), "--jobs"),
    ] {
        let run = run(&line).code(2);
        assert!(run.stderr.contains(says), "{line}: {}", run.stderr);
        assert_eq!(fs::read(path("r.http")).unwrap(), REQUEST.as_bytes(), "{line}");
        assert_eq!(fs::read(path("journal")).unwrap(), b"", "{line}");
    }
    assert_eq!(names(folder.path()), ["journal", "r.http"]);
    // A report of its own still says what is wrong with the line.
    run(&format!("{replay} --jobs none --report json=report")).code(2);
    assert!(fs::read_to_string(path("report")).unwrap().contains("--jobs"));
}
