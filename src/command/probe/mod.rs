//! `probe URL`: is the client certificate really enforced? Each identity is tried at each address in each
//! version of TLS, with a request, and what became of it is judged.
//!
//! ```text
//! plan (identities, request) ─► round: columns × guests ─► cell (one exchange) ─► judge ─► items
//!                                 ▲                                                 │
//!                                 └────────────── until it holds ◄──────────────────┘
//! ```

mod cell;
mod doors;
mod guests;
mod judge;
mod plan;
mod request;
mod round;
mod until;

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;

use crate::args::destination::Destination;
use crate::args::presented::PresentedArgs;
use crate::args::scheme::{HeaderArg, SchemeForm};
use crate::args::text::token;
use crate::args::transport::{Anchoring, TlsVersion, Transport};
use crate::args::{duration, pins::Pins};
use crate::command::Context;
use crate::command::pace::Rate;
use crate::error::{Error, Result};
use crate::net::block_on;
use crate::policy::probe::Expect;
use crate::report::Reporter;
use crate::secret::{LabelledSource, Source};
use plan::Plan;

/// Shown in help and man page.
pub const EXAMPLES: &str = r"Examples:
  # is a client certificate required?
  hookprint probe https://hooks.example/bot
  # does it let both of mine in, and no one else?
  hookprint probe https://hooks.example/bot --accept old=old.p12 \
      --accept new=new.p12 --password env:P12
  # certificates from the right authority that must still be refused
  hookprint probe https://localhost:8443/ --ca ca.pem --test-ca ca.key \
      --accept client.pem --reject expired --reject serverauth
  # ways around it: by address, by another name, in a resumed session
  hookprint probe https://hooks.example/bot --accept new=new.p12 \
      --password env:P12 --side-doors --also admin.example --resume
  # wait until the new one gets in, three times in a row
  hookprint probe https://hooks.example/bot --accept new=new.p12 \
      --password env:P12 --until pass --for 30m --stay 3
  # a slow receiver that answers only signed requests
  hookprint probe https://hooks.example/bot --accept new.p12 \
      --password env:P12 --method POST --payload body.json --resign github \
      --secret env:SECRET --patience 20s
";

/// What is always there, below the options.
pub const AFTER: &str = "The row `none`, a caller without a certificate, is always tried. Without --accept and --reject, \
     `stranger` is as well. Client certificates are not shown to untrusted servers.\n\n\
     Cells: in or out, with the TLS alert number or HTTP status behind it; in capitals if not as \
     expected; ? if unclear.";

/// Arguments of `probe`.
#[derive(clap::Args, Debug)]
#[command(mut_arg("timeout", |arg| arg.help("Time limit for each connection and handshake")))]
pub struct Args {
    /// The endpoint, with the path, which may decide whether a certificate is requested
    #[arg(value_name = "URL")]
    url: Destination,
    /// Who is presented.
    #[command(flatten)]
    presented: PresentedArgs,
    /// Password of the identity with that label, or of any (can be repeated): file:PATH, env:NAME,
    /// fd:N,
    /// stdin or prompt
    #[arg(long, value_name = "[LABEL=]SOURCE", aliases = ["passin"], help_heading = "Identities")]
    password: Vec<LabelledSource>,
    /// Certificate and key of an authority that the server trusts, to generate the identities that need
    /// one
    #[arg(long, value_name = "FILE", help_heading = "Identities")]
    test_ca: Option<PathBuf>,
    /// What the server is expected to do
    #[arg(long, value_name = "WHAT", default_value = "required")]
    expect: Expect,
    /// TLS versions to try, each separately
    #[arg(long, value_name = "VERSION", value_delimiter = ',', default_value = "1.2,1.3")]
    tls: Vec<TlsVersion>,
    /// Try every address of the name
    #[arg(
        long, value_name = "BOOL", default_value_t = true, default_missing_value = "true",
        num_args = 0..=1, require_equals = true, action = clap::ArgAction::Set
    )]
    all_ips: bool,
    /// Send this server name instead of the host
    #[arg(long, value_name = "NAME", alias = "sni")]
    servername: Option<String>,
    /// Show our certificates even to an untrusted server; --pin still applies
    #[arg(long)]
    insecure: bool,
    /// Method of the request
    #[arg(long, default_value = "GET", value_parser = token, help_heading = "Request")]
    method: String,
    /// Send the bytes of this file
    #[arg(long, value_name = "FILE", help_heading = "Request")]
    payload: Option<PathBuf>,
    /// Set a header (can be repeated)
    #[arg(long, short = 'H', value_name = "'Name: value'", help_heading = "Request")]
    header: Vec<HeaderArg>,
    /// Sign each request under this scheme
    #[arg(long, value_name = "SCHEME", requires = "secret", help_heading = "Request")]
    resign: Option<String>,
    /// Signing secret: file:PATH, env:NAME, fd:N, stdin or prompt
    #[arg(long, value_name = "SOURCE", requires = "resign", help_heading = "Request")]
    secret: Option<Source>,
    /// What is different from the scheme here.
    #[command(flatten)]
    form: SchemeForm,
    /// How long the server may stay silent after the handshake
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = duration)]
    patience: Duration,
    /// Try each identity again in a resumed session, and in one that withholds its certificate
    #[arg(long)]
    resume: bool,
    /// Try other ways in without a certificate: the address as host, no server name, plain http
    #[arg(long)]
    side_doors: bool,
    /// Another name of the same server, for --side-doors (can be repeated)
    #[arg(long, value_name = "NAME", requires = "side_doors")]
    also: Vec<String>,
    /// Repeat until everything is as expected: pass
    #[arg(long, value_name = "WHAT", help_heading = "Waiting")]
    until: Option<Until>,
    /// Interval, with --until
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = every, requires = "until", help_heading = "Waiting")]
    every: Duration,
    /// Maximum time, with --until
    #[arg(long = "for", value_name = "DURATION", default_value = "10m", value_parser = at_most, requires = "until", help_heading = "Waiting")]
    limit: Duration,
    /// How many rounds in a row it must hold, with --until
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=1000), requires = "until", help_heading = "Waiting")]
    stay: u32,
    /// Maximum rate: 5/s, 90/m
    #[arg(long, value_name = "N/s", default_value = "5/s")]
    rate: Rate,
    /// How many at once
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: u16,
    /// Print what would be tried, without trying it
    #[arg(long)]
    dry_run: bool,
    /// Whom to trust.
    #[command(flatten)]
    anchoring: Anchoring,
    /// Accepted thumbprints of the server.
    #[command(flatten)]
    pins: Pins,
    /// The way to the server.
    #[command(flatten)]
    transport: Transport,
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Until {
    /// Everything is as wanted.
    Pass,
}

fn every(text: &str) -> Result<Duration> {
    let every = duration(text)?;
    match every >= Duration::from_secs(1) {
        true => Ok(every),
        false => Err(Error::usage("rounds must be at least 1s apart")),
    }
}

fn at_most(text: &str) -> Result<Duration> {
    let limit = duration(text)?;
    match limit <= Duration::from_secs(86_400) {
        true => Ok(limit),
        false => Err(Error::usage("the maximum is 24h")),
    }
}

/// Tries everybody everywhere.
pub fn run(args: &Args, context: &Context, reporter: &mut Reporter) -> Result<()> {
    plan::check(args)?;
    context.allow_network(&args.url.endpoint.to_string())?;
    let Some(plan) = Plan::new(args, context, reporter)? else { return Ok(()) };
    block_on(until::work(plan, args, context, reporter))
}
