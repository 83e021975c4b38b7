//! hookprint: who is calling, with which certificate, under which signature, and until when.
//!
//! # The map
//!
//! A command turns input into an **outcome** (what is there, a type for each command), **findings**
//! (what is wrong with it) or a **failure** (why it could not be looked at): an **item**. Formats know
//! only items: those for machines serialise the outcome, a layout for people is given it typed.
//!
//! ```text
//!  argv ─► run ─► command::Cli ─► command/<verb>.rs
//!                                     │
//!        the rim (I/O):  input   net  │
//!                  │ bytes            │
//!        the middle (pure): cert  store  signature  capture  http
//!                  │ values           │
//!          outcome::<verb>        policy::*(value, rules, now)
//!                  └──► report::Item ◄┘      (or Item.failure)
//!                            │
//!                    report::Reporter ─► render::* ─► stdout, --report files
//!                            └─► exit::code
//! ```
//!
//! A module uses only rows below its own (`tests/library/house/` holds this):
//!
//! ```text
//! 12  run (this file)
//! 11  command     one file a command; command/checking checks requests for verify and listen, and
//!                 command/within runs one command within another, for check
//! 10  args        options that commands share
//!  9  render      one file a format; human/ has one layout a command, html/ is the page
//!  8  exit        the exit code, from a tally
//!  7  report      items and their tally   explain  what codes, alerts and messages mean
//!  6  outcome     what a command found out about one thing, one file a command
//!  5  net         sockets   policy  findings from values
//!  4  tls         configurations, verdicts, alerts
//!  3  store       keystores   signature  schemes and diagnosis   capture  stored requests
//!  2  cert        certificates   http  messages   input  files and secrets
//!  1  error  failure  finding  digest  secret  der  parallel  clock  invisible  json  nearest  shard
//! ```
//!
//! | to add | touch |
//! |---|---|
//! | command | `command/x.rs` and its row in `command::VERBS` |
//! | kind of check | one row in `command/check/kinds.rs` |
//! | test of `audit` | one table in `data/audit.toml`, and its function in `signature/forge` or `command/audit/calls` |
//! | outcome of a command | `outcome/x.rs` and its variant in `outcome::Outcome` |
//! | layout of a command for people | `render/human/x.rs` and its place in `LAYOUTS`; on the page, an arm in `render/html/card.rs` |
//! | signature scheme | one table in `data/schemes.toml` |
//! | keystore or capture format | `store/x.rs` or `capture/x.rs` and one row in its `FORMATS` |
//! | output format | `render/x.rs` and one row in `render::FORMATS` |
//! | finding | one row in `finding.rs`, its page in `data/codes.toml`, and the line that raises it |
//! | failure | one row in `failure.rs`, its page in `data/codes.toml`, and the line that raises it |
//! | message of another program | one table in `data/messages.toml`, with its source |
//! | provider, dated rule, alert, what opens a store | one table in `data/`, with its source |
//!
//! `docs/architecture.md` follows five values through these files.

pub mod args;
pub mod capture;
pub mod cert;
pub mod clock;
pub mod command;
pub mod der;
pub mod digest;
pub mod error;
pub mod exit;
pub mod explain;
pub mod failure;
pub mod finding;
pub mod http;
pub mod input;
pub mod invisible;
pub mod json;
pub mod nearest;
pub mod net;
pub mod outcome;
pub mod parallel;
pub mod policy;
pub mod render;
pub mod report;
pub mod secret;
pub mod shard;
pub mod signature;
pub mod store;
pub mod tls;

use std::error::Error as _;
use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use command::context::complain;
use command::{Cli, Context};
use error::{Error, Kind};
use failure::Failure;
use input::{Fingerprint, named};
use net::interrupts;
use render::progress::{self, Progress};

/// Runs the tool as the command line says, and returns the exit code.
pub fn run(argv: impl IntoIterator<Item = OsString>) -> ExitCode {
    let argv: Vec<OsString> = argv.into_iter().collect();
    ExitCode::from(match Cli::parse(argv.clone()) {
        Ok(cli) => execute(cli),
        Err(error) => misused(&error, &argv),
    })
}

/// Runs the command. Whatever ends it, every report that was asked for is written.
fn execute(cli: Cli) -> u8 {
    let Cli { verb, job, global, words, access, inputs } = cli;
    let mode = global.exit;
    let mut context = Context::new(global, verb.name);
    context.words = words;
    context.access = access;
    if let Some(inputs) = inputs {
        context = context.over(inputs);
    }
    if verb.numbers_rows {
        context = context.numbering_rows();
    }
    let (mut reporter, opened) = context.reporter();
    if let Ok(Some(verdict)) = opened {
        return exit::of_process(verdict, true, mode);
    }
    let may_show = Progress::is_possible(context.is_quiet());
    if context.reports_to_files() || reporter.is_numbered() || may_show {
        let interrupter = reporter.is_numbered().then(|| reporter.interrupter());
        let code = exit::of_process(exit::INTERRUPTED, false, mode);
        interrupts::unless_awaited(move || {
            if let Some(interrupter) = interrupter {
                // Whoever should read the end mark may not be reading any more.
                let end = move || end(code);
                std::thread::spawn(move || interrupter.interrupt(exit::INTERRUPTED, end));
                std::thread::sleep(PATIENCE);
            }
            end(code)
        });
    }
    let ended = match opened.and_then(|_| job(&context, &mut reporter)) {
        Ok(()) => context.fingerprint.as_ref().map_or(Ok(()), Fingerprint::holds),
        Err(error) => Err(error),
    };
    let is_complete = ended.is_ok() && !reporter.interrupted && !reporter.is_cut_short;
    // Whoever read our output has seen enough.
    let ended = ended.err().filter(|error| error.code != Failure::ClosedPipe);
    if let Some(error) = &ended {
        complain(error);
        reporter.fail(verb.name, error);
    }
    let is_misused = ended.as_ref().is_some_and(|error| error.kind == Kind::Usage);
    let verdict = match (reporter.interrupted, is_misused) {
        (true, _) => exit::INTERRUPTED,
        (false, true) => exit::misused(context.scale()),
        (false, false) => {
            exit::code(&reporter.tally(), reporter.worst(), context.fail_on(), context.scale())
        }
    };
    let code = match is_misused {
        true => verdict,
        false => exit::of_process(verdict, is_complete, mode),
    };
    match reporter.finish(code, verdict, is_complete) {
        Err(error) if error.code != Failure::ClosedPipe => {
            complain(&error);
            exit::UNWRITTEN
        }
        _ => code,
    }
}

/// How long a process that is told to end waits for its end marks to be written.
const PATIENCE: Duration = Duration::from_secs(5);

/// Ends the process at once; what is not complete is taken away: files, and the line of progress.
fn end(code: u8) {
    progress::end();
    input::remove_unfinished();
    std::process::exit(i32::from(code));
}

/// Prints what is wrong with the command line, or the help that was asked for. Reports that are named
/// in it say so too: one of yesterday does not stay as if it were today's.
fn misused(error: &clap::Error, argv: &[OsString]) -> u8 {
    if !error.use_stderr() {
        let _ = error.print();
        return 0;
    }
    // A bad value may be the secret itself: it is never repeated.
    let wording = match (error.kind(), error.get(ContextKind::InvalidArg)) {
        (ErrorKind::ValueValidation, Some(ContextValue::String(argument))) => {
            let cause = error.source().and_then(|source| source.downcast_ref::<Error>());
            cause.map(|cause| cause.clone().about(argument))
        }
        _ => unnamed(error),
    };
    match &wording {
        Some(error) => complain(error),
        None => drop(error.print()),
    }
    let error = wording.unwrap_or_else(|| Error::usage(sentence(error)));
    let (command, Some(global)) = command::reporting(argv) else {
        return exit::misused(exit::Scale::Plain);
    };
    let context = Context::new(global, command);
    let code = exit::misused(context.scale());
    let (mut reporter, _) = context.reporter();
    reporter.fail(command, &error);
    // That a report cannot be written either is the smaller matter.
    let _ = reporter.finish(code, code, false);
    code
}

/// What is wrong with the command line, in one line; below the first, clap lists arguments.
fn sentence(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let mut lines = text.lines().map(str::trim).take_while(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default().trim_start_matches("error: ");
    let listed: Vec<_> = lines.collect();
    if listed.is_empty() { first.to_owned() } else { format!("{first} {}", listed.join(", ")) }
}

/// The same without what may be a secret, when something like it stands where a word should.
fn unnamed(error: &clap::Error) -> Option<Error> {
    let kinds =
        [ContextKind::InvalidArg, ContextKind::InvalidValue, ContextKind::InvalidSubcommand];
    let typed = kinds.into_iter().find_map(|kind| match error.get(kind) {
        Some(ContextValue::String(typed)) => {
            // An option is no place for a secret: a number behind it does not make it one.
            let name = match typed.strip_prefix("--") {
                Some(option) => option.trim_end_matches(|c: char| c.is_ascii_digit()),
                None => typed,
            };
            Some(typed).filter(|typed| !named::is_name(name) && typed.parse::<f64>().is_err())
        }
        _ => None,
    })?;
    let said = sentence(error).replace(typed.as_str(), named::UNNAMED);
    Some(Error::usage(said).help(format!("{}; see --help", named::WHY_UNNAMED)))
}
