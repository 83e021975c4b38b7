//! `demo`: the whole story on loopback. Every step is the tool itself, run as a user would run it,
//! and judged by its exit code and what it said.

mod story;

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use crate::command::Context;
use crate::command::demo::story::{FILES, LISTEN, STEPS};
use crate::error::{Error, Result};
use crate::exit::INTERRUPTED;
use crate::failure::Failure;
use crate::input::{remove_folder, remove_unfinished, temporary_folder, write_new};
use crate::net::interrupts::Interrupts;
use crate::outcome::{Outcome, step as outcome};
use crate::render::human::Look;
use crate::render::human::demo::inner;
use crate::report::{Item, Reporter};

/// Shown in help and man page.
pub const EXAMPLES: &str = "Examples:
  # mint, listen, sign, replay, verify, probe: each with its command
  hookprint demo
";

/// Arguments of `demo`.
#[derive(clap::Args, Debug)]
pub struct Args {}

/// One step of the story.
pub struct Step {
    /// What it shows.
    pub title: &'static str,
    /// Arguments of `hookprint`, `{port}` standing for the receiver's port.
    pub command: &'static str,
    /// The exit code it must have.
    pub code: i32,
    /// What it must say.
    pub says: &'static [&'static str],
}

/// The folder everything happens in, and the receiver while it runs. Dropping it leaves nothing.
struct Stage {
    folder: PathBuf,
    program: PathBuf,
    receiver: Option<Child>,
    /// Columns that are left for what a step prints, where somebody looks.
    columns: Option<usize>,
    port: String,
}

/// Tells the story, step by step.
pub fn run(_: &Args, context: &Context, reporter: &mut Reporter) -> Result<()> {
    context.allow_network("127.0.0.1")?;
    let mut stage = Stage::new(context.look())?;
    for (name, contents) in FILES {
        write_new(&stage.folder.join(name), contents, true)?;
    }
    for (number, step) in STEPS.iter().enumerate() {
        let started = Instant::now();
        let (code, said) = if step.command == LISTEN {
            (0, stage.listen(LISTEN)?)
        } else {
            stage.run(step.command)?
        };
        let mut item = stage.judge(step, number + 1, code, said);
        item.elapsed_ms = started.elapsed().as_secs_f64() * 1000.0;
        reporter.item(item)?;
    }
    Ok(())
}

impl Stage {
    fn new(look: Look) -> Result<Self> {
        let program = std::env::current_exe().map_err(|error| {
            Error::new(Failure::Unreadable, format!("cannot find the hookprint program: {error}"))
        })?;
        let folder = temporary_folder("hookprint-demo")?;
        remove_when_interrupted(folder.clone());
        let columns = look.folds.then(|| inner(look.width));
        Ok(Self { folder, program, receiver: None, columns, port: String::new() })
    }

    fn command(&self, arguments: &str) -> Command {
        let arguments = arguments.replace("{port}", &self.port);
        let mut command = Command::new(&self.program);
        command.args(arguments.split_whitespace()).current_dir(&self.folder);
        command.env("P12_PASSWORD", "hookprint").stdin(Stdio::null());
        if let Some(columns) = self.columns {
            command.env("COLUMNS", columns.to_string());
        }
        command
    }

    /// Runs one step to its end: exit code and what it said, stdout before stderr.
    fn run(&self, arguments: &str) -> Result<(i32, String)> {
        let output = self.command(arguments).output().map_err(cannot_run)?;
        let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
        said.push_str(&String::from_utf8_lossy(&output.stderr));
        Ok((output.status.code().unwrap_or(-1), said))
    }

    /// Starts the receiver; it has said where it listens when this returns.
    fn listen(&mut self, arguments: &str) -> Result<String> {
        let mut child = self
            .command(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(cannot_run)?;
        let mut first = String::new();
        if let Some(stderr) = child.stderr.take() {
            let mut lines = BufReader::new(stderr);
            lines.read_line(&mut first).map_err(cannot_run)?;
            // Whatever else it says must not fill the pipe.
            std::thread::spawn(move || lines.read_to_end(&mut Vec::new()));
        }
        self.receiver = Some(child);
        self.port = first.trim().rsplit(':').next().unwrap_or_default().to_owned();
        Ok(first)
    }

    fn judge(&self, step: &Step, number: usize, code: i32, said: String) -> Item {
        let command = format!("hookprint {}", step.command.replace("{port}", &self.port));
        let mut item = Item::new(format!("{number}. {}", step.title));
        let missing = step.says.iter().find(|text| !said.contains(*text));
        if code != step.code || missing.is_some() {
            let mut message = format!("{command}: exit code {code} instead of {}", step.code);
            if let Some(text) = missing {
                let _ = write!(message, "; it did not say {text:?}");
            }
            item.failure = Some(Error::new(Failure::DemoFailed, message));
        }
        item.outcome = Outcome::Step(outcome::Step { command, exit_code: code, output: said });
        item
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Some(mut receiver) = self.receiver.take() {
            let _ = receiver.kill();
            let _ = receiver.wait();
        }
        remove_folder(&self.folder);
    }
}

/// Ctrl-C ends the demo, and leaves nothing either.
fn remove_when_interrupted(folder: PathBuf) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else {
        return;
    };
    let Ok(mut interrupts) = runtime.block_on(async { Interrupts::listen() }) else { return };
    std::thread::spawn(move || {
        runtime.block_on(interrupts.next());
        remove_folder(&folder);
        remove_unfinished();
        std::process::exit(i32::from(INTERRUPTED));
    });
}

fn cannot_run(error: std::io::Error) -> Error {
    Error::new(Failure::Unreadable, format!("cannot run a step: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_a_command_line_that_parses() {
        for step in STEPS {
            let words = step.command.replace("{port}", "8443");
            let line = std::iter::once("hookprint").chain(words.split_whitespace());
            assert!(crate::command::Cli::parse(line.map(Into::into)).is_ok(), "{words}");
        }
    }

    #[test]
    fn a_step_that_comes_out_otherwise_is_a_failure() {
        let temporary = tempfile::tempdir().unwrap();
        let (folder, program) = (temporary.path().join("stage"), PathBuf::new());
        let stage = Stage { folder, program, port: "1".to_owned(), receiver: None, columns: None };
        let step = &STEPS[0];
        let said = step.says.join(" ");
        assert_eq!(stage.judge(step, 1, step.code, said.clone()).failure, None);
        for failed in [
            stage.judge(step, 1, step.code + 1, said),
            stage.judge(step, 1, step.code, String::new()),
        ] {
            assert_eq!(failed.failure.unwrap().code, Failure::DemoFailed);
        }
    }
}
