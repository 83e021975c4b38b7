//! hookprint: who is calling, with which certificate, under which signature, and until when.
//!
//! # The map
//!
//! A command turns input into **facts** (what is there), **findings** (what is wrong with it) or a
//! **failure** (why it could not be looked at): an **item**. Formats know only items.
//!
//! ```text
//!  argv ─► run ─► command::Cli ─► command/<verb>.rs
//!                                     │
//!        the rim (I/O):  input   net  │
//!                  │ bytes            │
//!        the middle (pure): cert  store  signature  capture  http
//!                  │ values           │
//!                facts()          policy::*(value, rules, now)
//!                  └──► report::Item ◄┘      (or Item.failure)
//!                            │
//!                    report::Reporter ─► render::* ─► stdout, --report files
//!                            └─► exit::code
//! ```
//!
//! A module uses only rows below its own (`tests/architecture/` holds this):
//!
//! ```text
//! 10  run (this file)
//!  9  command     one file a command; command/checking checks requests for verify and listen
//!  8  args        options that commands share
//!  7  render      one file a format; human/ has one layout a command
//!  6  net         sockets   policy  findings from values   exit  the exit code
//!  5  tls         configurations, verdicts, alerts         report  items and their tally
//!  4  store       keystores   signature  schemes and diagnosis   capture  stored requests
//!  3  cert        certificates   http  messages   input  files and secrets
//!  1  error  fact  finding  digest  secret  der  parallel  clock
//! ```
//!
//! | to add | touch |
//! |---|---|
//! | command | `command/x.rs` and its row in `command::VERBS` |
//! | signature scheme | one table in `data/schemes.toml` |
//! | keystore or capture format | `store/x.rs` or `capture/x.rs` and one row in its `FORMATS` |
//! | output format | `render/x.rs` and one row in `render::FORMATS` |
//! | finding | one row in `finding.rs`, and the line that raises it |
//! | provider, dated rule, alert, what opens a store | one table in `data/`, with its source |
//! | layout of a command for people | `render/human/x.rs` and its place in `LAYOUTS` |

pub mod args;
pub mod capture;
pub mod cert;
pub mod clock;
pub mod command;
pub mod der;
pub mod digest;
pub mod error;
pub mod exit;
pub mod fact;
pub mod finding;
pub mod http;
pub mod input;
pub mod net;
pub mod parallel;
pub mod policy;
pub mod render;
pub mod report;
pub mod secret;
pub mod signature;
pub mod store;
pub mod tls;

use std::error::Error as _;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use command::context::say;
use command::{Cli, Context};
use error::CLOSED_PIPE;
use error::{Error, Kind};

/// Runs the tool as the command line says, and returns the exit code.
pub fn run(argv: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::parse(argv) {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(misused(&error)),
    };
    ExitCode::from(execute(cli).unwrap_or_else(|error| {
        complain(&error);
        exit::of_error(error.kind)
    }))
}

fn execute(cli: Cli) -> error::Result<u8> {
    let Cli { verb, job, global } = cli;
    let context = Context::new(global, verb.name);
    let mut reporter = context.reporter()?;
    let outcome = job(&context, &mut reporter);
    let code = match reporter.interrupted {
        true => exit::INTERRUPTED,
        false => {
            exit::code(&reporter.tally(), reporter.worst(), context.fail_on(), context.scale())
        }
    };
    match outcome.and_then(|()| reporter.finish(code)) {
        // Whoever read our output has seen enough.
        Err(error) if error.code == CLOSED_PIPE => Ok(code),
        other => other.map(|()| code),
    }
}

/// Prints an error that ends the run, and what to do about it.
fn complain(error: &Error) {
    say(&format!("error: {}", error.message));
    if let Some(help) = &error.help {
        say(&format!("  help: {help}"));
    }
}

/// Prints what is wrong with the command line, or the help that was asked for.
fn misused(error: &clap::Error) -> u8 {
    // A bad value may be the secret itself: it is never repeated.
    if let (ErrorKind::ValueValidation, Some(ContextValue::String(argument))) =
        (error.kind(), error.get(ContextKind::InvalidArg))
        && let Some(cause) = error.source().and_then(|source| source.downcast_ref::<Error>())
    {
        complain(&cause.clone().about(argument));
        return exit::of_error(Kind::Usage);
    }
    let _ = error.print();
    if error.use_stderr() { exit::of_error(Kind::Usage) } else { 0 }
}
