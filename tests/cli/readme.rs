//! README and docs are the manual, and it is run: every command in the `console` blocks of a page, in
//! order, in one folder. `UPDATE_README=1` writes what they print into it.
//!
//! `$ export NAME=value` holds for all commands after it. A line `$ command &` starts a receiver
//! that runs until the end of the page. A block opened with `console exit=1` expects that exit code of
//! its last command. Thumbprints, times and ports differ from run to run and are compared by their
//! shape. A block of another language that names a file, as in `toml hookprint.toml`, is what stands in that file.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::harness::peers::free_port;

/// The pages that show commands, a test each.
macro_rules! pages {
    ($($name:ident $page:literal)*) => {
        const PAGES: &[&str] = &[$($page),*];
        $(#[test]
        fn $name() {
            every_command_does_what_it_says($page);
        })*
    };
}

pages! {
    readme "README.md"
    check "docs/check.md"
    diff "docs/diff.md"
    explain "docs/explain.md"
    formats "docs/formats.md"
    inspect "docs/inspect.md"
    listen "docs/listen.md"
    mint "docs/mint.md"
    probe "docs/probe.md"
    replay "docs/replay.md"
    send "docs/send.md"
    sign "docs/sign.md"
    thumbprint "docs/thumbprint.md"
    verify "docs/verify.md"
    any "docs/platforms/any.md"
    cm_com "docs/platforms/cm-com.md"
    dialogflow_cx "docs/platforms/dialogflow-cx.md"
    kindly "docs/platforms/kindly.md"
    webex_connect "docs/platforms/webex-connect.md"
    rotation "docs/rotation.md"
}

#[test]
fn every_page_that_shows_commands_is_run() {
    let mut folders = vec![root().join("docs")];
    let mut shown = vec!["README.md".to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md")
                && std::fs::read_to_string(&path).unwrap().contains("\n```console")
            {
                shown.push(path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    shown.sort();
    let mut run = PAGES.to_vec();
    run.sort_unstable();
    assert_eq!(shown, run);
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The ports of the pages. Each run takes free ones instead.
const PORTS: [&str; 6] = ["8443", "9443", "9444", "9445", "9446", "9447"];

/// One command of a block and what it printed when the page was written.
struct Example {
    command: String,
    output: Vec<String>,
    exit: i32,
}

/// A page as pieces: text that stays, and blocks of examples.
enum Piece {
    Text(String),
    Examples(Vec<Example>),
}

fn every_command_does_what_it_says(page: &str) {
    if cfg!(not(unix)) {
        return;
    }
    let path = root().join(page);
    let text = std::fs::read_to_string(&path).unwrap();
    let stage = Stage::new();
    let mut written = String::new();
    let mut wrong = Vec::new();
    for piece in pieces(&text) {
        match piece {
            Piece::Text(text) => {
                stage.write_files(&text);
                written.push_str(&text);
            }
            Piece::Examples(examples) => {
                for example in examples {
                    let (code, output) = stage.run(&example.command);
                    if code != example.exit {
                        wrong.push(format!(
                            "$ {}\nexit code {code}, not {}\n{output}",
                            example.command, example.exit
                        ));
                    }
                    if shape(&output) != shape(&example.output.join("\n")) {
                        wrong.push(format!(
                            "$ {}\nprints\n{output}\nnot\n{}",
                            example.command,
                            example.output.join("\n")
                        ));
                    }
                    written.push_str(&format!("$ {}\n{output}", example.command));
                }
            }
        }
    }
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(&path, written).unwrap();
    } else {
        assert!(
            wrong.is_empty(),
            "{page}: UPDATE_README=1 writes it anew\n\n{}",
            wrong.join("\n\n")
        );
    }
}

/// A folder, ports, and the receivers that were started.
struct Stage {
    folder: tempfile::TempDir,
    ports: [String; PORTS.len()],
    receivers: std::cell::RefCell<Vec<Child>>,
    exported: std::cell::RefCell<Vec<(String, String)>>,
}

impl Stage {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            ports: PORTS.map(|_| free_port().to_string()),
            receivers: std::cell::RefCell::default(),
            exported: std::cell::RefCell::default(),
        }
    }

    fn with_free_ports(&self, command: &str) -> String {
        PORTS
            .iter()
            .zip(&self.ports)
            .fold(command.to_owned(), |command, (own, free)| command.replace(own, free))
    }

    fn with_own_ports(&self, output: &str) -> String {
        PORTS
            .iter()
            .zip(&self.ports)
            .fold(output.to_owned(), |output, (own, free)| output.replace(free, own))
    }

    /// Writes the files that blocks of this text are.
    fn write_files(&self, text: &str) {
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let opened = line.strip_prefix("```").and_then(|rest| rest.split_once(' '));
            if let Some((_, name)) = opened.filter(|(language, _)| *language != "console") {
                let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
                let file = self.with_free_ports(&(block.join("\n") + "\n"));
                std::fs::write(self.folder.path().join(name), file).unwrap();
            }
        }
    }

    /// Exit code and output, with the ports of the page in it.
    fn run(&self, command: &str) -> (i32, String) {
        if let Some((name, value)) =
            command.strip_prefix("export ").and_then(|rest| rest.split_once('='))
        {
            self.exported.borrow_mut().push((name.to_owned(), value.to_owned()));
            return (0, String::new());
        }
        let tool = Path::new(env!("CARGO_BIN_EXE_hookprint"));
        let path =
            format!("{}:{}", tool.parent().unwrap().display(), std::env::var("PATH").unwrap());
        let (command, background) = match command.strip_suffix(" &") {
            Some(command) => (format!("exec {command}"), true),
            None => (format!("({command}) 2>&1"), false),
        };
        let mut shell = Command::new("bash");
        shell.args(["-c", &self.with_free_ports(&command)]).current_dir(self.folder.path());
        shell
            .env_clear()
            .env("PATH", path)
            .env("LC_ALL", "C.UTF-8")
            .env("HOME", self.folder.path())
            .envs(self.exported.borrow().iter().cloned());
        shell.stdin(Stdio::null()).stdout(Stdio::piped());
        if background {
            shell.stdout(Stdio::null()).stderr(Stdio::piped());
            let mut child = shell.spawn().unwrap();
            let mut stderr = BufReader::new(child.stderr.take().unwrap());
            let mut first = String::new();
            stderr.read_line(&mut first).unwrap();
            std::thread::spawn(move || stderr.read_to_end(&mut Vec::new()));
            self.receivers.borrow_mut().push(child);
            return (0, self.with_own_ports(&first));
        }
        let output = shell.output().unwrap();
        let text = self.with_own_ports(&String::from_utf8_lossy(&output.stdout));
        (output.status.code().unwrap_or(-1), text)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        for receiver in self.receivers.borrow_mut().iter_mut() {
            let _ = receiver.kill();
            let _ = receiver.wait();
        }
    }
}

fn pieces(page: &str) -> Vec<Piece> {
    let mut pieces = vec![Piece::Text(String::new())];
    let mut inside = None;
    for line in page.lines() {
        let opens = line.strip_prefix("```console");
        match (&mut pieces.last_mut().unwrap(), opens) {
            (_, Some(rest)) => {
                inside =
                    Some(rest.trim().strip_prefix("exit=").map_or(0, |code| code.parse().unwrap()));
                push_text(&mut pieces, line);
                pieces.push(Piece::Examples(Vec::new()));
            }
            (Piece::Examples(examples), _) if line == "```" => {
                if let Some(last) = examples.last_mut() {
                    last.exit = inside.take().unwrap_or(0);
                }
                push_text(&mut pieces, line);
            }
            (Piece::Examples(examples), _) => match line.strip_prefix("$ ") {
                Some(command) => {
                    examples.push(Example {
                        command: command.to_owned(),
                        output: Vec::new(),
                        exit: 0,
                    });
                }
                None => examples.last_mut().expect("a command first").output.push(line.to_owned()),
            },
            _ => push_text(&mut pieces, line),
        }
    }
    pieces
}

fn push_text(pieces: &mut Vec<Piece>, line: &str) {
    if !matches!(pieces.last(), Some(Piece::Text(_))) {
        pieces.push(Piece::Text(String::new()));
    }
    if let Some(Piece::Text(text)) = pieces.last_mut() {
        text.push_str(line);
        text.push('\n');
    }
}

/// Output with everything that differs from run to run replaced: long runs of hex and base64,
/// numbers, and the blanks that align them.
fn shape(output: &str) -> String {
    let word = |word: &str| {
        let bare = word.trim_end_matches([',', '.', ')', ';']);
        let encoded = bare.len() >= 20
            && bare.chars().all(|char| char.is_ascii_alphanumeric() || "+/=_-:".contains(char));
        if encoded && bare.chars().any(|char| char.is_ascii_digit()) {
            return format!("ENCODED{}", &word[bare.len()..]);
        }
        let mut shaped = String::new();
        for char in word.chars() {
            match char {
                '0'..='9' if shaped.ends_with('0') => {}
                // 299 ms may be 3.4 ms another time.
                '0'..='9' if shaped.ends_with("0.") => drop(shaped.pop()),
                '0'..='9' => shaped.push('0'),
                '█' | '░' | '#' | '-' if shaped.ends_with('#') => {}
                '█' | '░' => shaped.push('#'),
                _ => shaped.push(char),
            }
        }
        shaped
    };
    output
        .lines()
        .map(|line| line.split_whitespace().map(word).collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join("\n")
}
