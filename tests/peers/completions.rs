//! TAB, pressed in bash, zsh and fish, with completions installed as a new user does it.

use std::fs;
use std::path::Path;
use std::process::Command;

use hookprint::command::VERBS;

use crate::harness::Tool;
use crate::needs;

tests!(bash_completes_what_is_typed, zsh_completes_what_is_typed, fish_completes_what_is_typed,);

/// What is typed before TAB, and what the line is then.
const TYPED: &[(&str, &str)] = &[
    ("ins", "inspect"),
    ("help insp", "help inspect"),
    ("man insp", "man inspect"),
    ("man sche", "man schemes"),
    ("completions zs", "completions zsh"),
    ("explain pin-inv", "explain pin-invisible-character"),
    ("explain --from ngi", "explain --from nginx"),
    ("schemes kin", "schemes kindly"),
    ("send kin", "send kindly"),
    ("sign --scheme kin", "sign --scheme kindly"),
    ("verify --scheme aut", "verify --scheme auto"),
    ("verify --scheme kin", "verify --scheme kindly"),
    ("replay --resign kin", "replay --resign kindly"),
    ("probe --resign kin", "probe --resign kindly"),
    ("listen --verify kin", "listen --verify kindly"),
    ("listen --challenge xer", "listen --challenge xero"),
    ("inspect --provider webex", "inspect --provider webex-connect"),
    ("inspect --trusts webex", "inspect --trusts webex-connect"),
    ("inspect --allow pin-inv", "inspect --allow pin-invisible-character"),
    ("inspect --format jun", "inspect --format junit"),
    ("inspect --report jun", "inspect --report junit="),
    ("thumbprint --as cloudf", "thumbprint --as cloudflare"),
    ("diff --starttls pop", "diff --starttls pop3"),
    ("sign --heade", "sign --header"),
    ("verify --connec", "verify --connec"),
    ("thumbprint --connec", "thumbprint --connect"),
];

/// Types each line of `typed` into an interactive shell, then TAB and ENTER, and waits until as many
/// commands were run. A shell reads a terminal key by key: nothing needs to be waited for in between.
const SCRIPT: &str = r#"
import os, pty, select, sys, threading, time
log, typed, shell = sys.argv[1], open(sys.argv[2]).read().splitlines(), sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(shell[0], shell)
shown = b''
def count():
    return len(open(log).readlines()) if os.path.exists(log) else 0
def until(done, what):
    global shown
    end = time.monotonic() + 60
    while not done():
        if time.monotonic() > end:
            sys.exit(f'{what}: {shown[-2000:]}')
        if select.select([terminal], [], [], 0.05)[0]:
            shown += os.read(terminal, 65536)
until(lambda: b'READY' in shown, 'no prompt')
for n, line in enumerate(typed):
    os.write(terminal, b'hookprint ' + line.encode() + b'\t\r')
    until(lambda: count() > n, line)
os.write(terminal, b'\x04')
os.kill(pid, 9)
os.waitpid(pid, 0)
"#;

/// Installs the completions, does what the note says with `rc`, and compares what was run.
fn completes(shell: &str, rc: Option<&str>, command: &[&str], prompt: &str) {
    needs::programs(&["python3", shell]);
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name);
    let install = Tool::new(["completions", "--install"]).env("HOME", home.path());
    let installed = install.env("SHELL", format!("/usr/bin/{shell}")).run().code(0);
    if let Some(rc) = rc {
        let (_, line) = installed.stderr.trim().rsplit_once(": ").unwrap();
        fs::write(path(rc), format!("{line}\n{prompt}\n")).unwrap();
    }
    // A command of that name, that says what it was given.
    fs::create_dir(path("bin")).unwrap();
    let log = path("log");
    script(
        &path("bin/hookprint"),
        &format!("#!/bin/sh\nprintf '%s\\n' \"$*\" >>'{}'\n", log.display()),
    );
    let options = VERBS
        .iter()
        .map(|verb| (format!("{} --verb", verb.name), format!("{} --verbose", verb.name)));
    let typed = TYPED.iter().map(|(typed, line)| ((*typed).to_owned(), (*line).to_owned()));
    let (typed, expected): (Vec<String>, Vec<String>) = typed.chain(options).unzip();
    fs::write(path("typed"), typed.join("\n")).unwrap();
    let mut python = Command::new("python3");
    python.args(["-c", SCRIPT]).arg(&log).arg(path("typed")).args(command).current_dir(home.path());
    let paths = std::env::var("PATH").unwrap_or_default();
    python.env_clear().env("PATH", format!("{}:{paths}", path("bin").display()));
    python.env("HOME", home.path()).env("TERM", "xterm").env("LC_ALL", "C.UTF-8");
    let output = python.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{shell}: {errors}");
    let run = fs::read_to_string(&log).unwrap();
    // Shells differ in whether `=` or a blank stands behind an option with a value.
    let plain = |line: &str| line.trim_end_matches('=').to_owned();
    let wrong: Vec<_> = typed
        .iter()
        .zip(run.lines().zip(&expected))
        .filter(|(_, (run, expected))| plain(run) != plain(expected))
        .collect();
    assert!(wrong.is_empty() && run.lines().count() == expected.len(), "{shell}: {wrong:#?}");
}

#[cfg(unix)]
fn script(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt;

    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn bash_completes_what_is_typed() {
    completes("bash", Some(".bashrc"), &["bash", "-i"], "PS1='READY$ '");
}

fn zsh_completes_what_is_typed() {
    completes("zsh", Some(".zshrc"), &["zsh", "-i"], "PS1='READY$ '");
}

fn fish_completes_what_is_typed() {
    let prompt = "function fish_prompt; echo -n 'READY$ '; end";
    completes("fish", None, &["fish", "-i", "-C", prompt], prompt);
}
