//! `replay CAPTURE... --to URL`: sends stored requests again, with a client certificate, freshly
//! signed if asked, and says of each what became of it.
//!
//! ```text
//! capture::load ─► feed ─► lane ─► prepare (readdress, sign) ─► net::exchange ─► judge ─► item
//!                           └─────────────── journal: each state as it comes ───────┘
//! ```

mod credentials;
mod feed;
pub mod filter;
pub mod journal;
mod judge;
mod lane;
mod latency;
mod pace;
mod prepare;
mod run;
mod setup;

use std::collections::HashSet;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use clap::{ArgMatches, ValueEnum};

use crate::args::capture::CaptureArgs;
use crate::args::claims::ClaimArgs;
use crate::args::destination::Destination;
use crate::args::duration;
use crate::args::identity::IdentityArgs;
use crate::args::pins::Pins;
use crate::args::scheme::{HeaderArg, SchemeForm};
use crate::args::shard::ShardArgs;
use crate::args::text::{line, token};
use crate::args::transport::{Anchoring, Transport};
use crate::command::Context;
use crate::command::pace::Rate;
use crate::error::Result;
use crate::finding::Finding;
use crate::http::credential::masked;
use crate::input::Access;
use crate::net::block_on;
use crate::outcome::exchange::Replay;
use crate::outcome::{Outcome, Summary};
use crate::policy::Expected;
use crate::report::{Item, Position, Reporter};
use crate::secret::Source;
use crate::tls::Versions;
use feed::{Feed, Numbered, Unread};
use filter::Filter;
use prepare::{Changes, Prepared};

/// Shown in help and man page.
pub const EXAMPLES: &str = "Examples:
  hookprint replay deliveries.har.ndjson --to https://hooks.example --cert client.p12 --password prompt
  hookprint replay github-delivery.json --to https://localhost:8443 --resign github --secret env:SECRET
  hookprint replay day.har.ndjson --to https://hooks.example --filter 'status=5xx' --journal day.journal
  hookprint replay --payload body.json --to https://localhost:8443/hook --insecure --dry-run
";

/// What a filter looks like, below the options.
pub const AFTER: &str = "Filters: terms side by side must all hold, `or`, `not` and brackets as usual.
  method host path url body name header.NAME   with = != ~ !~ (~ contains)
  status size at                               with = != < <= > >=   (status=5xx size<10KB at>2026-11-01)";

/// Arguments of `replay`.
#[derive(clap::Args, Debug)]
#[command(mut_arg("timeout", |arg| arg.help("Time for one attempt, connection and all")))]
#[command(mut_arg("retries", |arg| arg.help(
    "Try again this many times after a connection that failed, or 408, 429 or 5xx; with growing pauses, \
     honouring Retry-After"
)))]
pub struct Args {
    /// Captures of any format, told from the content; - for standard input
    #[arg(value_name = "CAPTURE", required_unless_present = "payload")]
    captures: Vec<PathBuf>,
    /// Send this bare payload instead of a capture
    #[arg(long, value_name = "FILE", conflicts_with = "captures")]
    payload: Option<PathBuf>,
    /// Method of --payload
    #[arg(long, default_value = "POST", requires = "payload", value_parser = token)]
    method: String,
    /// Destination; path and query of the capture are kept unless the URL has its own
    #[arg(long, value_name = "URL")]
    to: Destination,
    /// Sign anew under this scheme, right before each attempt; ids, and the claims of a token, are kept
    #[arg(long, value_name = "SCHEME", requires = "secret")]
    resign: Option<String>,
    /// What is different from the scheme here.
    #[command(flatten)]
    form: SchemeForm,
    /// Where the signing secret is read from: file:PATH, env:NAME, fd:N, stdin or prompt
    #[arg(long, value_name = "SOURCE", requires = "resign")]
    secret: Option<Source>,
    /// Id of the key, for jwt and http-message-signature [default: the captured one]
    #[arg(long, value_name = "NAME", requires = "resign", allow_hyphen_values = true, value_parser = line)]
    id: Option<String>,
    /// What a token says in place of what the captured one does.
    #[command(flatten)]
    claims: ClaimArgs,
    /// Set a header, or remove it with an empty value (can be repeated)
    #[arg(long, short = 'H', value_name = "'Name: value'")]
    header: Vec<HeaderArg>,
    /// Leave out credentials that were captured: Authorization, Cookie, API keys, tokens in headers
    /// and query
    #[arg(long)]
    strip_credentials: bool,
    /// Send only what fits; see below
    #[arg(long, value_name = "EXPR")]
    filter: Option<Filter>,
    /// Send this many requests at most
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// Send everything this many times
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    repeat: u64,
    /// How many at once; with 1 the order is kept
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: u16,
    /// No faster than this: 10/s, 90/m
    #[arg(long, value_name = "N/s")]
    rate: Option<Rate>,
    /// Write down what becomes of each request; run again, it goes on where it was
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Also send what an earlier run sent without reading an answer
    #[arg(long)]
    resend_unknown: bool,
    /// Wanted statuses: 2xx, or 200,204
    #[arg(long, value_name = "STATUS", default_value = "2xx")]
    expect: Expected,
    /// Print exactly what would be sent, and send nothing
    #[arg(long)]
    dry_run: bool,
    /// Send even to a server that no trust anchor vouches for; a --pin holds all the same
    #[arg(long)]
    insecure: bool,
    /// Only this version of TLS
    #[arg(long, value_name = "VERSION")]
    tls: Option<TlsVersion>,
    /// Time for connecting [default: --timeout]
    #[arg(long, value_name = "DURATION", value_parser = duration, help_heading = "Connection")]
    connect_timeout: Option<Duration>,
    /// Time for the TLS handshake [default: --timeout]
    #[arg(long, value_name = "DURATION", value_parser = duration, help_heading = "Connection")]
    handshake_timeout: Option<Duration>,
    /// Time from the request's last byte to the answer's first [default: --timeout]
    #[arg(long, value_name = "DURATION", value_parser = duration, help_heading = "Connection")]
    answer_timeout: Option<Duration>,
    /// How captures are read.
    #[command(flatten)]
    reading: CaptureArgs,
    /// Which part of the captures is sent.
    #[command(flatten)]
    sharding: ShardArgs,
    /// Our own certificate.
    #[command(flatten)]
    identity: IdentityArgs,
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

/// A version of TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum TlsVersion {
    /// TLS 1.2.
    #[value(name = "1.2")]
    V12,
    /// TLS 1.3.
    #[value(name = "1.3")]
    V13,
}

impl From<TlsVersion> for Versions {
    fn from(version: TlsVersion) -> Self {
        match version {
            TlsVersion::V12 => Self::Tls12,
            TlsVersion::V13 => Self::Tls13,
        }
    }
}

/// `--dry-run` shows requests with the credentials they carry.
pub fn access(matches: &ArgMatches) -> Access {
    if matches.get_flag("dry_run") { Access::Private } else { Access::Kept }
}

/// Sends the requests.
pub fn run(args: &Args, context: &Context, reporter: &mut Reporter) -> Result<()> {
    let changes = setup::changes(args, context)?;
    let feed = setup::feed(args, context)?;
    let peer = setup::peer(args, context)?;
    if args.dry_run {
        return show(feed, &changes, context, reporter);
    }
    context.allow_network(&args.to.endpoint.to_string())?;
    let run = setup::run(args, context, peer, changes, feed)?;
    let identity = run.identity.as_ref();
    let about_identity = identity.filter(|_| args.sharding.shard().is_first());
    if let Some(item) = about_identity.and_then(|own| setup::about_identity(own, context.now)) {
        reporter.item(item)?;
    }
    let run = Rc::new(run);
    block_on(run.clone().send(context.jobs(args.jobs), reporter, context.is_quiet()))?;
    let to = || match context.global.show_secrets {
        true => args.to.text.clone(),
        false => masked(&args.to.text),
    };
    if let Some(error) = run.fatal.take() {
        reporter.is_cut_short = true;
        reporter.item(Item::failed(to(), error))?;
    }
    let totals = run.totals.take();
    if totals.requests + totals.outcome_unknown == 0 && totals.done_before > 0 {
        // There was nothing left to do, which is an answer, too.
        let nothing_left = Replay::NothingLeft { done_before: totals.done_before };
        reporter.item(item(to(), nothing_left, Vec::new()))?;
    }
    reporter.summary = Summary::Replay(totals);
    Ok(())
}

/// So many different notes are said of what is only shown.
const REMEMBERED: usize = 1000;

/// `--dry-run`: shows exactly what would be sent, and sends nothing.
fn show(
    mut feed: Feed,
    changes: &Changes,
    context: &Context,
    reporter: &mut Reporter,
) -> Result<()> {
    let clock = setup::clock(context);
    let mut told = HashSet::new();
    while let Some(next) = feed.next() {
        let (position, subject, drafted) = match next {
            Ok(Numbered { n, subject, captured }) => {
                let prepared = changes.prepare(&subject, captured);
                let draft = changes.draft(&prepared, clock.now());
                let position = Some(Position::number(n - 1));
                (position, subject, draft.map(|draft| (draft, prepared)))
            }
            Err(Unread { position, subject, error }) => (position, subject, Err(error)),
        };
        let item = match drafted {
            Err(error) => Item::failed(subject, error),
            Ok((draft, Prepared { mut notes, carried, .. })) => {
                notes.extend(carried);
                // People see the bytes alone on stdout; what is to be said about them is said beside.
                for Finding { message, .. } in &notes {
                    if told.len() < REMEMBERED && told.insert(message.clone()) {
                        context.note(&format!("{subject}: {message}"));
                    }
                }
                item(subject, Replay::Draft(Box::new(draft)), notes)
            }
        };
        tell(reporter, Item { position, ..item })?;
    }
    Ok(())
}

/// Reports what came of a request, or why nothing of a file can be read.
fn tell(reporter: &mut Reporter, item: Item) -> Result<()> {
    match item.position {
        Some(position) => reporter.record(position, [item]),
        None => {
            reporter.is_cut_short = true;
            reporter.item(item)
        }
    }
}

fn item(subject: String, replay: Replay, findings: Vec<Finding>) -> Item {
    Item { outcome: Outcome::Replay(replay), findings, ..Item::new(subject) }
}

#[cfg(test)]
#[path = "trouble_tests.rs"]
mod tests;
