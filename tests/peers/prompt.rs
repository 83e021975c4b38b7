//! A secret that is asked for on the terminal is not shown, however soon it is answered.

use std::fs;
use std::process::Command;

use crate::harness::Tool;
use crate::needs;

tests!(what_is_typed_at_a_prompt_is_never_shown,);

/// Answers each question at once, and prints what the terminal showed and whether it echoes again.
const SCRIPT: &str = r#"
import os, pty, sys, termios
for _ in range(20):
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.argv[1], sys.argv[1:])
    shown, answered = b'', False
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:
            break
        if not piece:
            break
        shown += piece
        if not answered and b'signing secret: ' in shown:
            os.write(terminal, b'hunter2-hunter2-hunter2\n')
            answered = True
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(terminal)
    assert answered and code == 0, (code, shown)
    assert b'hunter2' not in shown, shown
    assert b'X-Hub-Signature-256: sha256=' in shown, shown
print('unseen')
"#;

fn what_is_typed_at_a_prompt_is_never_shown() {
    needs::program("python3");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("body"), "{}").unwrap();
    let tool =
        Tool::new(["sign", "body", "--scheme", "github", "--secret", "prompt"]).into_command();
    let mut python = Command::new("python3");
    python.args(["-c", SCRIPT]).arg(tool.get_program()).args(tool.get_args());
    let output = python.current_dir(folder.path()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && output.stdout == b"unseen\n", "{text}");
}
