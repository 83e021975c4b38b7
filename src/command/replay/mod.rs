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
pub mod send;
mod sender;
mod sending;
mod setup;
mod supply;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use clap::ArgMatches;

use crate::args::capture::CaptureArgs;
use crate::args::kept;
use crate::args::shard::ShardArgs;
use crate::args::text::{filled, token};
use crate::command::{Context, identity};
use crate::error::{Error, Result};
use crate::finding::{Finding, Severity};
use crate::http::credential::masked;
use crate::input::Access;
use crate::net::block_on;
use crate::outcome::exchange::{Replay, Totals};
use crate::outcome::{Outcome, Summary};
use crate::report::{Item, Position, Reporter};
use crate::secret::Source;
use feed::{Feed, Numbered, Unread};
use filter::Filter;
use prepare::{Changes, Prepared};
use sending::Sending;

/// Shown in help and man page.
pub const EXAMPLES: &str = r"Examples:
  # send it again, with our certificate
  hookprint replay calls.har.ndjson --to https://hooks.example \
      --cert client.p12 --password prompt
  # what would be sent, without sending it
  hookprint replay calls.har.ndjson --to https://hooks.example --dry-run
  # freshly signed, to an application on this machine
  hookprint replay github-delivery.json --to https://localhost:8443 \
      --insecure --resign github --secret env:SECRET
  # after an outage: what failed, in order, none twice even if run again
  hookprint replay day.har.ndjson --to https://hooks.example \
      --filter 'status=5xx' --journal day.journal --retries 5
  # under load: 50 at once, 200 per second, ten times over
  hookprint replay calls.har.ndjson --to https://hooks.example \
      --jobs 50 --rate 200/s --repeat 10 --expect 200,204
  # which part is slow?
  hookprint replay calls.har.ndjson --to https://hooks.example \
      --connect-timeout 2s --handshake-timeout 2s --answer-timeout 10s
  # a node that is not in DNS yet, without the captured credentials
  hookprint replay calls.har.ndjson --to https://hooks.example \
      --connect 192.0.2.7:443 --strip-credentials
  # a bare payload
  hookprint replay --payload body.json --to https://hooks.example/hook \
      --header 'Content-Type: application/json'
";

/// What a filter looks like, below the options.
pub const AFTER: &str = "Filters: terms next to each other must all match; `or`, `not` and \
brackets as usual.
  method host path url body name header.NAME   with = != ~ !~ (~ contains)
  status size at                               with = != < <= > >=   (status=5xx size<10KB at>2026-11-01)

Bars: latency histogram, relative to the longest row.";

/// Arguments of `replay`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Captures of any format, detected by content; - for standard input
    #[arg(value_name = "CAPTURE", required_unless_present = "payload")]
    captures: Vec<PathBuf>,
    /// Send this bare payload instead of a capture
    #[arg(long, value_name = "FILE", conflicts_with = "captures")]
    payload: Option<PathBuf>,
    /// Method of --payload
    #[arg(long, default_value = "POST", requires = "payload", value_parser = token)]
    method: String,
    /// Sign again under this scheme, right before each attempt; ids, and the claims of a token, are
    /// kept
    #[arg(long, value_name = "SCHEME", requires = "secret")]
    resign: Option<String>,
    /// Signing secret: file:PATH, env:NAME, fd:N, stdin or prompt
    #[arg(long, value_name = "SOURCE", requires = "resign")]
    secret: Option<Source>,
    /// Id of the key, for jwt and http-message-signature [default: the captured one]
    #[arg(long, value_name = "NAME", requires = "resign", allow_hyphen_values = true, value_parser = filled)]
    id: Option<String>,
    /// Leave out captured credentials: Authorization, Cookie, API keys, tokens in headers and query
    #[arg(long)]
    strip_credentials: bool,
    /// Send only what matches; see below
    #[arg(long, value_name = "EXPR")]
    filter: Option<Filter>,
    /// Send this many requests at most
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// Record the outcome of each request; run again, it continues where it stopped
    #[arg(long, value_name = "FILE", value_parser = kept)]
    journal: Option<PathBuf>,
    /// How requests are sent.
    #[command(flatten)]
    sending: Sending,
    /// How captures are read.
    #[command(flatten)]
    reading: CaptureArgs,
    /// Which part of the captures is sent.
    #[command(flatten)]
    sharding: ShardArgs,
}

/// `--dry-run` shows requests with the credentials they carry.
pub fn access(matches: &ArgMatches) -> Access {
    if matches.get_flag("dry_run") { Access::Private } else { Access::Kept }
}

/// Sends the requests.
pub fn run(args: &Args, context: &Context, reporter: &mut Reporter) -> Result<()> {
    let form = &args.sending.signing;
    if let (None, Some(option)) = (&args.resign, form.given()) {
        return Err(Error::usage(format!("{option} has no effect without --resign"))
            .help("name the scheme to sign under with --resign"));
    }
    let signer = match (&args.resign, &args.secret) {
        (Some(name), Some(source)) => {
            Some(form.resigner(name, source, args.id.as_deref(), context)?)
        }
        _ => None,
    };
    let changes =
        Changes { strip_credentials: args.strip_credentials, ..args.sending.changes(signer) };
    let feed = setup::feed(args, context)?;
    let is_first = args.sharding.shard().is_first();
    deliver(&args.sending, args.journal.as_deref(), changes, feed, is_first, context, reporter)
}

/// Sends what the feed gives, or shows it; what is wrong with our own identity is said by the `first` part
/// of a run.
fn deliver(
    sending: &Sending,
    journal: Option<&Path>,
    changes: Changes,
    feed: Feed,
    is_first: bool,
    context: &Context,
    reporter: &mut Reporter,
) -> Result<()> {
    let peer = setup::peer(sending, context)?;
    let to = &sending.to;
    if !sending.dry_run {
        context.allow_network(&to.endpoint.to_string())?;
    }
    let identity = identity::load(&sending.identity, context)?;
    let about_identity = identity.as_ref().filter(|_| is_first);
    let about_identity = about_identity.and_then(|own| setup::about_identity(own, context.now));
    if sending.dry_run {
        about_identity.into_iter().try_for_each(|item| reporter.item(item))?;
        return show(feed, &changes, context, reporter);
    }
    let total = feed.total();
    let run = setup::run(sending, journal, context, peer, changes, (identity, feed))?;
    let allowed = &context.global.allow;
    let is_wrong =
        |one: &Finding| one.severity == Severity::Critical && !allowed.contains(&one.code);
    let own_is_wrong = about_identity.iter().any(|item| item.findings.iter().any(is_wrong));
    about_identity.into_iter().try_for_each(|item| reporter.item(item))?;
    let run = Rc::new(run);
    block_on(run.clone().send(reporter, total, context.is_quiet()))?;
    let to = || match context.global.show_secrets {
        true => to.text.clone(),
        false => masked(&to.text),
    };
    if let Some(error) = run.fatal.take() {
        reporter.is_cut_short = true;
        reporter.item(Item::failed(to(), error))?;
    }
    let totals = Totals { own_is_wrong, ..run.totals.take() };
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
                // Said once, as when it is sent.
                notes.extend(carried.filter(|one| !told.contains(&one.message)));
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
