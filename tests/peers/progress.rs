//! The line of progress on a terminal is taken away when Ctrl-C ends a run.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::harness::listener::Listener;
use crate::needs;

tests!(
    an_interrupted_payload_leaves_no_line,
    an_interrupted_log_leaves_no_line,
    an_interrupted_audit_leaves_no_line
);

/// Runs a command on a terminal, gives its pipe bytes until a line of progress is shown, presses
/// Ctrl-C,
/// and prints what the terminal showed.
const SCRIPT: &str = r#"
import os, pty, select, sys, time
os.mkfifo(sys.argv[1])
pipe, command = os.open(sys.argv[1], os.O_RDWR | os.O_NONBLOCK), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
shown, pressed, end = b'', False, time.monotonic() + 100
while time.monotonic() < end:
    try:
        os.write(pipe, b'a line of a log\n')
    except BlockingIOError:
        pass
    if select.select([terminal], [], [], 0.02)[0]:
        try:
            shown += os.read(terminal, 65536)
        except OSError:
            break
    if b'\x1b[K' in shown and not pressed:
        pressed = os.write(terminal, b'\x03')
else:
    os.kill(pid, 9)
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.stdout.buffer.write(shown)
sys.exit(code)
"#;

/// What stands on the terminal behind the last line that was taken away.
fn left(pipe: &Path, command: &[&OsStr]) -> String {
    let mut python = Command::new("python3");
    python.args(["-c", SCRIPT]).arg(pipe).args(command).env("TERM", "xterm");
    let output = python.output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(130), "{shown} {output:?}");
    let (_, left) = shown.rsplit_once("\r\x1b[K").unwrap_or_else(|| panic!("{shown:?}"));
    left.to_owned()
}

/// A folder with a body and a secret in it, and room for a pipe.
fn folder() -> tempfile::TempDir {
    needs::programs(&["python3"]);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("body"), "{}").unwrap();
    fs::write(folder.path().join("secret"), "a secret of some length").unwrap();
    folder
}

fn hookprint() -> &'static OsStr {
    OsStr::new(env!("CARGO_BIN_EXE_hookprint"))
}

fn an_interrupted_payload_leaves_no_line() {
    let folder = folder();
    let pipe = folder.path().join("pipe");
    let secret = format!("file:{}", folder.path().join("secret").display());
    let sign = ["--scheme", "github", "--secret", &secret].map(OsStr::new);
    let command = [&[hookprint(), OsStr::new("sign"), pipe.as_os_str()], &sign[..]].concat();
    assert_eq!(left(&pipe, &command), "");
}

fn an_interrupted_log_leaves_no_line() {
    let folder = folder();
    let pipe = folder.path().join("pipe");
    let shell = ["sh", "-c", r#"exec "$0" explain < "$1""#].map(OsStr::new);
    let command = [&shell[..], &[hookprint(), pipe.as_os_str()]].concat();
    assert_eq!(left(&pipe, &command), "");
}

fn an_interrupted_audit_leaves_no_line() {
    let folder = folder();
    let secret = format!("file:{}", folder.path().join("secret").display());
    let verify = ["--plain", "--verify", "github", "--secret", &secret, "--enforce"];
    let listener = Listener::start(&verify);
    let body = folder.path().join("body");
    let url = format!("{}/hook", listener.url);
    let audit = ["audit", &url, "--scheme", "github", "--secret", &secret, "--payload"];
    let command = [&[hookprint()], &audit.map(OsStr::new)[..], &[body.as_os_str()]].concat();
    // What is known by then is reported.
    let left = left(&folder.path().join("pipe"), &command);
    assert!(left.contains("/hook: ") && !left.contains(" tests, "), "{left:?}");
}
