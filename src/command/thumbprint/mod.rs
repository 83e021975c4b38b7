//! `thumbprint TARGET...`: which certificates does this host serve, on every address, and are they
//! the pinned ones?

mod client_certificate;
mod file;
mod findings;
mod plan;
mod served;
mod targets;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use clap::builder::PossibleValuesParser;
use tokio::task::JoinSet;

use crate::args::age;
use crate::args::identity::IdentityArgs;
use crate::args::pins::Pins;
use crate::args::shard::{ResumeArgs, ShardArgs};
use crate::args::transport::{Anchoring, Transport, protocols};
use crate::args::unpack::UnpackArgs;
use crate::cert::spelling::SPELLINGS;
use crate::command::Context;
use crate::command::context::complain;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::credential::masked;
use crate::input::named;
use crate::net;
use crate::net::interrupts::{self, Interrupts};
use crate::outcome::Outcome;
use crate::outcome::text::Text;
use crate::render::progress::{Progress, Unit};
use crate::report::{Item, Place, Position, Reporter};
use plan::Plan;
use targets::{Subject, Targets, Wanted};

/// Where rows come in order, so many targets for each lane are looked at ahead of one that is slow.
const AHEAD: usize = 32;
/// As many as that in any case.
const LEAST_AHEAD: usize = 1024;

/// Shown in help and man page.
pub const EXAMPLES: &str = r"Examples:
  # which certificate is served, until when, and who issued it?
  hookprint thumbprint hooks.example
  # is it the old or the new one, on the night of a rotation?
  hookprint thumbprint hooks.example --pin old=@old.pem --pin new=@renewed.pem
  # one value for a configuration, or as Cloudflare, Node.js, nginx... write it
  hookprint thumbprint hooks.example --only sha1
  hookprint thumbprint hooks.example --as cloudflare
  # every node behind the name: each address five times, both kinds of key
  hookprint thumbprint hooks.example --all-ips --tries 5 --both-keys \
      --pin @renewed.pem
  # the whole chain, and whether it expires within 60 days
  hookprint thumbprint hooks.example --chain --warn 60d --fail-on warning
  # a server that is not in DNS yet, with and without its server name
  hookprint thumbprint hooks.example --connect 192.0.2.7:8443
  hookprint thumbprint 192.0.2.7 --no-servername -4
  # mail, databases, directories
  hookprint thumbprint mail.example --starttls smtp --as all
  # ten thousand hosts, one row each, as soon as it is known
  hookprint thumbprint --targets hosts.txt --format ndjson --jobs 256
";

/// What the bar shows, and what pins are called, below the options.
pub const AFTER: &str = "Bar: how much of a certificate's lifetime has passed.

Pins: one labelled new or next is the new one; one labelled old, previous or current is the old \
one. Of two without labels, the first is old and the last is new. A host that still matches the \
old one is pin-old.";

/// Arguments of `thumbprint`.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// host, host:port, https://..., 192.0.2.1:8443, [2001:db8::1]:443, or a certificate file
    #[arg(value_name = "TARGET", required_unless_present = "targets")]
    target: Vec<String>,
    /// Targets from a file, one per line; - is stdin (can be repeated)
    #[arg(long, value_name = "FILE")]
    targets: Vec<PathBuf>,
    /// How compressed lists of targets are read.
    #[command(flatten)]
    unpacking: UnpackArgs,
    /// Print only this thumbprint
    #[arg(long, value_name = "KIND", conflicts_with = "product")]
    only: Option<Only>,
    /// Print the thumbprint as this product writes it, or as all of them do
    #[arg(long = "as", value_name = "PRODUCT", value_parser = products())]
    product: Option<String>,
    /// Show every certificate served, not only the end-entity one
    #[arg(long)]
    chain: bool,
    /// Check every address of the host
    #[arg(long)]
    all_ips: bool,
    /// Request both the RSA and the ECDSA certificate
    #[arg(long)]
    both_keys: bool,
    /// Try each address this many times, to find several nodes behind it
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    tries: u32,
    #[command(flatten)]
    sharding: ShardArgs,
    /// Whether rows of an earlier run are gone on with.
    #[command(flatten)]
    resuming: ResumeArgs,
    /// How many targets at once
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..))]
    jobs: u16,
    /// Warn when a certificate expires within this time [default: 30d, or a third of its lifetime if
    /// that is less]
    #[arg(long, short, value_name = "AGE", value_parser = age)]
    warn: Option<Duration>,
    /// Critical when a certificate expires within this time [default: 7d, or a tenth of its lifetime if
    /// that is less]
    #[arg(long, short, value_name = "AGE", value_parser = age)]
    crit: Option<Duration>,
    #[command(flatten)]
    pins: Pins,
    #[command(flatten)]
    transport: Transport,
    /// Server name to send (SNI) and to match, instead of the host
    #[arg(long, value_name = "NAME", visible_alias = "sni", help_heading = "Connection")]
    servername: Option<String>,
    /// Send no server name (no SNI)
    #[arg(long, conflicts_with = "servername", help_heading = "Connection")]
    no_servername: bool,
    /// Speak this protocol first, then switch to TLS
    #[arg(long, value_name = "PROTOCOL", value_parser = protocols(), help_heading = "Connection")]
    starttls: Option<String>,
    #[command(flatten)]
    anchoring: Anchoring,
    #[command(flatten)]
    identity: IdentityArgs,
    /// Show the client certificate even to an untrusted server; --pin still applies
    #[arg(long, help_heading = "Client certificate")]
    insecure: bool,
}

/// One thumbprint for `$(...)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Only {
    /// SHA-1 of the certificate, in hex.
    Sha1,
    /// SHA-256 of the certificate, in hex.
    Sha256,
    /// SHA-256 of the public key (SPKI), in base64.
    Spki,
}

fn products() -> PossibleValuesParser {
    PossibleValuesParser::new(SPELLINGS.iter().map(|row| row.product).chain(["all"]))
}

/// Looks at every target.
pub fn run(args: &Args, context: &Context, reporter: &mut Reporter) -> Result<()> {
    // A target or pin that cannot be right is refused before anything is sent.
    let named: Vec<(String, Subject)> = args
        .target
        .iter()
        .map(|text| Ok((text.clone(), targets::parse(text)?)))
        .collect::<Result<_>>()?;
    plan::controls_have_a_use(args, &named)?;
    let plan = Arc::new(Plan::new(args, context)?);
    let is_awaited = is_ended_here(&plan, context, reporter);
    let looked = plan.clone();
    let mut about_own = plan.given.findings.clone();
    let total = targets::total(named.len() as u64, &args.targets, args.sharding.shard());
    let mut progress = Progress::new(total, Unit::Things("targets"), context.is_quiet());
    let targets = Targets::open(named, &args.targets, args.unpacking, reporter.from(), context)?;
    let is_ordered = args.targets.is_empty() || reporter.is_numbered();
    let mut order = Order::new(is_ordered);
    reporter.about_run(&mut about_own)?;
    let mut count = 0;
    let mut print = |(n, mut items): (u64, Vec<Item>)| -> Result<()> {
        progress.add(1);
        count += 1;
        for item in &mut items {
            // What is wrong with the files of the identity is said once.
            item.findings.append(&mut about_own);
            // What a value for `$(...)` cannot say, stderr does.
            if let Some(error) = item.failure.as_ref().filter(|_| item.outcome.verbatim().is_some())
            {
                complain(&error.clone().about(&item.subject));
            }
        }
        reporter.record(Position::number(n), items)
    };
    let jobs = usize::from(context.jobs(args.jobs));
    let ahead = if is_ordered { jobs.saturating_mul(AHEAD).max(LEAST_AHEAD) } else { usize::MAX };
    let (unread, ends_early) = net::block_on(async {
        let mut interrupts = is_awaited.then(|| Interrupts::listen().ok()).flatten();
        let working = drive(targets, plan, jobs, ahead, |index, looked| {
            order.put(index, looked).into_iter().try_for_each(&mut print)?;
            Ok(order.next)
        });
        tokio::select! {
            unread = working => Ok((unread?, false)),
            () = interrupts::next(&mut interrupts) => Ok((Vec::new(), true)),
        }
    })?;
    if ends_early {
        order.waiting.into_values().try_for_each(&mut print)?;
        reporter.interrupted = true;
        return reporter.item(Item::failed("thumbprint", interrupted(count)));
    }
    for error in unread {
        reporter.is_cut_short = true;
        reporter.item(Item::failed("--targets", error))?;
    }
    for endpoint in looked.unresolved() {
        context.warn(&format!("--resolve {endpoint}: no target used it"));
    }
    Ok(())
}

/// Whether Ctrl-C leaves what is known: numbered rows are ended by their end mark, half of the values are no values,
/// half a report does not replace an earlier one, and a run within another one ends with that.
fn is_ended_here(plan: &Plan, context: &Context, reporter: &Reporter) -> bool {
    let is_elsewhere = reporter.is_numbered() || context.is_unattended();
    !is_elsewhere && !plan.is_for_values() && !context.reports_to_files()
}

fn interrupted(count: u64) -> Error {
    let message = format!("interrupted after {count} of the targets");
    let help = "run it again, to its end; with --format ndjson --output FILE --resume it goes on where it was";
    Error::new(Failure::Interrupted, message).help(help)
}

/// The number of a target, and what came of it.
type Looked = (u64, Vec<Item>);

/// Keeps at most `jobs` targets at work, however many there are, and none of them `ahead` or more of
/// the first that is not shown, which is what `done` returns. Gives why files could not be read on.
async fn drive(
    mut targets: Targets,
    plan: Arc<Plan>,
    jobs: usize,
    ahead: usize,
    mut done: impl FnMut(usize, Looked) -> Result<usize>,
) -> Result<Vec<Error>> {
    let mut working = JoinSet::new();
    let (mut index, mut shown) = (0, 0);
    let mut unread = Vec::new();
    let mut open = true;
    while open || !working.is_empty() {
        tokio::select! {
            next = targets.next(), if open && working.len() < jobs && index - shown < ahead => match next {
                Some(Ok(Wanted { n, text, place, subject })) => {
                    let (plan, turn) = (plan.clone(), index);
                    index += 1;
                    working.spawn(async move {
                        (turn, (n, look_at(&plan, &text, place, subject).await))
                    });
                }
                Some(Err(error)) => unread.push(error),
                None => open = false,
            },
            Some(finished) = working.join_next(), if !working.is_empty() => match finished {
                Ok((turn, looked)) => shown = done(turn, looked)?,
                Err(error) => {
                    return Err(Error::new(Failure::Write, format!("a task was lost: {error}")));
                }
            },
        }
    }
    Ok(unread)
}

/// Looks at one target: usually one item, more with `--all-ips`, `--both-keys` and `--tries`.
async fn look_at(plan: &Plan, text: &str, place: Option<Place>, subject: Subject) -> Vec<Item> {
    let started = Instant::now();
    let mut items = match subject {
        Subject::Host(target) => served::items(plan, &target).await,
        Subject::File(path) => {
            let shown = text.replace(&path.display().to_string(), &named::file(&path));
            vec![file::item(plan, &shown, &path)]
        }
        Subject::Wrong(error) => vec![Item::failed(masked(text), error)],
    };
    for item in &mut items {
        item.elapsed_ms = started.elapsed().as_secs_f64() * 1000.0;
        (item.place, item.limits) = (place.clone(), plan.limits);
        if item.failure.is_some() && plan.is_for_values() {
            item.outcome = Outcome::Text(Text::default());
        }
    }
    items
}

/// Results in the order of the arguments; those of a stream come as they are known, unless rows are
/// numbered.
struct Order {
    kept: bool,
    next: usize,
    waiting: std::collections::BTreeMap<usize, Looked>,
}

impl Order {
    fn new(kept: bool) -> Self {
        Self { kept, next: 0, waiting: std::collections::BTreeMap::new() }
    }

    /// Takes what came of one target; gives what can be shown now.
    fn put(&mut self, index: usize, looked: Looked) -> Vec<Looked> {
        if !self.kept {
            return vec![looked];
        }
        self.waiting.insert(index, looked);
        let mut ready = Vec::new();
        while let Some(looked) = self.waiting.remove(&self.next) {
            ready.push(looked);
            self.next += 1;
        }
        ready
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_keep_their_order_and_streams_do_not_wait() {
        let items = |name: &str| (0, vec![Item::new(name)]);
        let mut kept = Order::new(true);
        assert!(kept.put(1, items("b")).is_empty());
        let ready = kept.put(0, items("a"));
        assert_eq!(
            ready.iter().map(|(_, items)| items[0].subject.as_str()).collect::<String>(),
            "ab"
        );
        assert_eq!(Order::new(false).put(7, items("x")).len(), 1);
    }
}
