//! What lets a sender in is not shown to whoever looks over a shoulder, and is kept for the owner only.

use crate::harness::Tool;
use crate::harness::listener::Listener;

const CALL: &str = "POST /in HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
    Authorization: Bearer secret-0123456789-wIgA\r\nCookie: session=secret-0123456789\r\n\
    X-Odd: secret-0123456789-abcd\r\nX-Plain: visible-42\r\nContent-Length: 2\r\n\r\n{}";

/// The form that chat services publish; the value is made up.
const HOOK: &str = "/services/T00000000/B00000000/aZbYcXdWeVfUgThSiRjQkPlO";

#[test]
fn a_path_that_lets_somebody_in_is_masked_unless_it_is_asked_for() {
    let call = format!("GET {HOOK}?a=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    for (more, shown) in
        [(&[][..], "/services/T00000000/B00000000/***"), (&["--show-secrets"], HOOK)]
    {
        let report = tempfile::NamedTempFile::new().unwrap();
        let to = format!("ndjson={}", report.path().display());
        let args = [&["--plain", "-v", "--report", &to], more].concat();
        let listener = Listener::start(&args);
        assert!(listener.send(call.as_bytes()).starts_with("HTTP/1.1 200"));
        let stdout = listener.interrupt().stdout;
        assert!(stdout.contains(&format!("GET {shown}: 0 bytes")), "{stdout}");
        assert_eq!(stdout.contains("aZbYcX"), shown == HOOK, "{stdout}");
        let machine = std::fs::read_to_string(report.path()).unwrap();
        assert!(machine.starts_with(&format!(r#"{{"subject":"GET {shown}","#)), "{machine}");
    }
}

/// A scheme whose secret itself is in a header, under a name that nobody knows.
const ODD: [&str; 6] =
    ["--verify", "gitlab-token", "--secret", "env:S", "--signature-header", "X-Odd"];

#[test]
fn headers_that_let_somebody_in_are_masked_unless_they_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    for (args, shows) in [(&["-v"][..], false), (&["-v", "--show-secrets"], true), (&[], false)] {
        let report = folder.path().join("report.ndjson");
        let to = format!("ndjson={}", report.display());
        let tool = Tool::new(["listen", "--addr", ":0", "--plain", "--report", &to]).args(args);
        let listener = Listener::with(tool.args(ODD).env("S", "secret-0123456789-abcd"));
        assert!(listener.send(CALL.as_bytes()).starts_with("HTTP/1.1 200"));
        let outcome = listener.interrupt();
        let machine = std::fs::read_to_string(&report).unwrap();
        for text in [&outcome.stdout, &machine] {
            assert_eq!(text.contains("secret-0123"), shows, "{text}");
            assert_eq!(text.contains("visible-42"), !args.is_empty(), "{text}");
            assert_eq!(text.contains("Bearer ***wIgA"), args == ["-v"], "{text}");
            assert_eq!(text.contains("***abcd"), args == ["-v"], "{text}");
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let mode = std::fs::metadata(&report).unwrap().mode() & 0o777;
            assert_eq!(mode & 0o077 == 0, !args.is_empty(), "{mode:o}");
        }
        std::fs::remove_file(&report).unwrap();
    }
}
