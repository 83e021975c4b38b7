//! The command line: its shape, and which function answers which command.

pub mod completions;
pub mod context;
pub mod demo;
pub mod identity;
pub mod inspect;
pub mod listen;
pub mod man;
pub mod mint;
pub mod pinned;
pub mod replay;
pub mod schemes;
pub mod sign;
pub mod thumbprint;
pub mod verify;

use clap::{Parser, Subcommand};

use crate::args::Global;
use crate::error::Result;
use crate::report::Reporter;

pub use context::Context;

/// Help that leads with what it is for and how it is used.
const TEMPLATE: &str =
    "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

/// Who is calling, with which certificate, under which signature, and until when does that work?
#[derive(Parser, Debug)]
#[command(name = "hookprint", version, propagate_version = true, help_template = TEMPLATE)]
#[command(before_help = EXAMPLES, after_help = AFTER)]
#[command(disable_help_subcommand = true, arg_required_else_help = true, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
}

const EXAMPLES: &str = "Examples:
  hookprint thumbprint hooks.example --pin old=4C21C501... --pin new=ff6c0105...
  hookprint inspect client.p12 --password prompt --for client
  hookprint verify body.json --scheme github --secret env:SECRET --signature sha256=757107ea...
  hookprint replay calls.har.ndjson --to https://hooks.example --cert client.p12 --password prompt
  hookprint listen --client-ca ca.pem --client-cert require --capture calls.har.ndjson
  hookprint demo
";

const AFTER: &str = "Exit codes: 0 checked, 1 a finding at or above --fail-on, 2 wrong usage, \
3 could not check, 130 interrupted.";

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Which certificates does this host serve, and are they the pinned ones?
    #[command(alias = "fingerprint", help_template = TEMPLATE, before_help = thumbprint::EXAMPLES)]
    Thumbprint(Box<thumbprint::Args>),
    /// Show what is in certificate files and keystores, and when it stops working
    #[command(help_template = TEMPLATE, before_help = inspect::EXAMPLES)]
    Inspect(inspect::Args),
    /// Sign a payload: the headers it carries under a scheme and secret
    #[command(help_template = TEMPLATE, before_help = sign::EXAMPLES)]
    Sign(sign::Args),
    /// Verify a signature, and say exactly why it does not match
    #[command(help_template = TEMPLATE, before_help = verify::EXAMPLES)]
    Verify(verify::Args),
    /// Send stored requests again, with a client certificate, freshly signed if asked
    #[command(help_template = TEMPLATE, before_help = replay::EXAMPLES, after_help = replay::AFTER)]
    Replay(Box<replay::Args>),
    /// Receive webhooks over (m)TLS: who calls, with which certificate, and every byte
    #[command(help_template = TEMPLATE, before_help = listen::EXAMPLES)]
    Listen(listen::Args),
    /// List the signature schemes, or show the definition of one
    #[command(help_template = TEMPLATE, before_help = schemes::EXAMPLES)]
    Schemes(schemes::Args),
    /// Make a throw-away authority, a server and client identities for tests
    #[command(help_template = TEMPLATE, before_help = mint::EXAMPLES)]
    Mint(mint::Args),
    /// Tell the whole story on loopback, with no network and no set-up
    #[command(help_template = TEMPLATE, before_help = demo::EXAMPLES)]
    Demo(demo::Args),
    /// Print the completions of a shell
    #[command(help_template = TEMPLATE, before_help = completions::EXAMPLES)]
    Completions(completions::Args),
    /// Print the man pages
    #[command(help_template = TEMPLATE, before_help = man::EXAMPLES)]
    Man(man::Args),
}

impl Command {
    /// Its name, as in the report.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Thumbprint(_) => "thumbprint",
            Self::Inspect(_) => "inspect",
            Self::Sign(_) => "sign",
            Self::Verify(_) => "verify",
            Self::Schemes(_) => "schemes",
            Self::Replay(_) => "replay",
            Self::Mint(_) => "mint",
            Self::Listen(_) => "listen",
            Self::Demo(_) => "demo",
            Self::Completions(_) => "completions",
            Self::Man(_) => "man",
        }
    }

    /// Answers the question.
    pub fn run(self, context: &Context, reporter: &mut Reporter) -> Result<()> {
        match self {
            Self::Thumbprint(args) => thumbprint::run(&args, context, reporter),
            Self::Inspect(args) => inspect::run(&args, context, reporter),
            Self::Sign(args) => sign::run(&args, context, reporter),
            Self::Verify(args) => verify::run(&args, context, reporter),
            Self::Schemes(args) => schemes::run(&args, context, reporter),
            Self::Replay(args) => replay::run(&args, context, reporter),
            Self::Mint(args) => mint::run(&args, context, reporter),
            Self::Listen(args) => listen::run(&args, context, reporter),
            Self::Demo(args) => demo::run(&args, context, reporter),
            Self::Completions(args) => completions::run(&args, reporter),
            Self::Man(args) => man::run(&args, context, reporter),
        }
    }
}
