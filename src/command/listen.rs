//! `listen`: receives webhooks over (m)TLS; shows and captures who called, with what, and every byte.

mod capture;
mod challenge;
mod check;
mod commits;
mod decision;
mod demand;
mod entry;
mod forward;
mod options;
mod receiver;
mod rows;
mod session;
mod totals;

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use clap::ArgMatches;
use rustls::sign::CertifiedKey;
use tokio::sync::{Notify, watch};
use tokio::time::timeout;

use crate::cert::issue::{Authority, Purpose, Wish};
use crate::cert::thumbprint::{Kind, Thumbprint};
use crate::cert::{Certificate, Chain, Pin};
use crate::command::Context;
use crate::command::context::say;
use crate::command::{identity, pinned};
use crate::error::{Error, Result};
use crate::finding::Code;
use crate::http::codec::Limits;
use crate::input::{Access, is_readable_by_others, remove_unfinished};
use crate::net::block_on_many_cores;
use crate::net::files;
use crate::net::interrupts::{self, Interrupts};
use crate::net::serve::{Budget, Serving, arrival, bind, serve};
use crate::outcome::Summary;
use crate::outcome::delivery::Received;
use crate::policy::caller::{Admission, Demand};
use crate::report::Reporter;
use crate::tls::{Anchors, Asking, Identity, Server};
use capture::Capture;
use forward::Forwarding;
pub use options::{Args, EXAMPLES};
use receiver::{Receiver, Rules};
use rows::Rows;
use session::Judge;
use totals::{MetricsFile, Totals};

/// The most connections at once.
const CONNECTIONS: usize = 4096;
/// The memory of all connections with their bodies, in bytes.
const MEMORY: u64 = 256_000_000;
/// What the process takes before anybody calls.
const OWN: u64 = 30_000_000;
/// What a connection over TLS takes without its body.
const CONNECTION: u64 = 27_000;
/// How long a connection may be open without a request.
const IDLE: std::time::Duration = std::time::Duration::from_secs(75);
/// How long a report that is not read is waited for, once it was said twice that all is over.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(1);
/// How long the throw-away identity is valid.
const THROW_AWAY: std::time::Duration = std::time::Duration::from_secs(30 * 86_400);

/// Reports with the headers of senders are for their owner only: what lets a sender in may stand in them,
/// under names that nobody knows.
pub fn access(matches: &ArgMatches) -> Access {
    match matches.get_count("verbose") {
        0 => Access::Kept,
        _ => Access::Private,
    }
}

/// Listens until it is interrupted, or has seen enough.
pub fn run(args: &Args, context: &Context, reporter: &mut Reporter) -> Result<()> {
    let address = allowed(args)?;
    let budget = budget(args)?;
    context.hold_notes();
    let mut rules = rules(args, context)?;
    let server = server(args, context, &rules.judge.admission, address)?;
    if let (Some(forwarding), Some((_, certificate))) = (&mut rules.forward, &server) {
        forwarding.own.clone_from(certificate);
    }
    block_on_many_cores(receive(args, address, server, budget, rules, context, reporter))
}

/// The room for bodies, which the longest that is allowed has a place in.
fn budget(args: &Args) -> Result<Budget> {
    let least = Budget::least(args.max_body);
    let memory = match args.max_memory {
        Some(memory) if memory < least => {
            let message = format!(
                "--max-memory: there is no room for a body of --max-body {}",
                args.max_body
            );
            return Err(Error::usage(message)
                .help(format!("give at least {least} bytes, or a smaller --max-body")));
        }
        memory => memory.unwrap_or(MEMORY.max(least)),
    };
    Ok(Budget::new(for_bodies(memory, least), args.max_body))
}

/// What of this memory the process and its connections leave for bodies: `least` at least, and a
/// quarter of what is more. Whoever gives little wants bodies more than connections.
fn for_bodies(memory: u64, least: u64) -> u64 {
    let others = OWN + CONNECTION * CONNECTIONS as u64;
    memory - others.min((memory - least) / 4 * 3)
}

/// The address, unless it can be reached from elsewhere and that was not allowed.
fn allowed(args: &Args) -> Result<SocketAddr> {
    let address = args.addr;
    if address.ip().is_loopback() || args.allow_remote {
        return Ok(address);
    }
    Err(Error::usage(format!("{address} can be reached from other machines"))
        .help("if that is what you want, say so with --allow-remote"))
}

fn rules(args: &Args, context: &Context) -> Result<Rules> {
    let demand = demand::demand(args)?;
    let anchors = args.client_ca.as_deref().map(|path| anchors(path, context)).transpose()?;
    args.identity().passwords_have_a_use(&args.client_pin, false)?;
    let passwords = context.passwords(&args.password)?.passwords;
    let pins = pinned::each(&args.client_pin, &passwords, context)
        .map_err(|error| error.about("--client-pin"))?;
    if demand == Demand::Required && anchors.is_none() && pins.is_empty() {
        context.note("any certificate is accepted: neither --client-ca nor --client-pin is given");
    }
    let admission = Admission { demand, anchors, pins };
    let check = check::Check::new(args, context)?.map(Arc::new);
    let challenger = challenge::Challenger::new(args, check.as_ref(), context)?;
    let is_terse = args.allow_remote || !args.addr.ip().is_loopback();
    Ok(Rules {
        judge: Judge::new(admission),
        check,
        challenger,
        enforce: args.enforce,
        is_terse,
        capture: args.capture.as_deref().map(|path| capture(path, args, context)).transpose()?,
        forward: Forwarding::new(args, is_terse, context)?,
        respond: args.answers().into_iter().map(|answer| answer.map(Arc::new)).collect(),
        delay: args.delay,
        close: args.close,
        count: args.count,
        at: context.global.at,
        verbose: context.global.verbose > 0,
        show_secrets: context.global.show_secrets,
        crowded: (context.global.quiet < 2).then(|| crowded(args)),
    })
}

/// How many connections there may be: those to the application take files, too.
fn connections(args: &Args) -> usize {
    files::room_for(CONNECTIONS, 1 + u64::from(args.forward.is_some()))
}

/// What is said when there is no room for another one.
fn crowded(args: &Args) -> String {
    let most = connections(args);
    let why = match files::limit() {
        Some(limit) if most < CONNECTIONS => {
            format!(" (this process may open only {limit} files; ulimit -n allows more)")
        }
        _ => String::new(),
    };
    format!("warning: all {most} connections are in use{why}: idle ones are closed for new callers")
}

/// The capture, and whether others can read what will be added to it.
fn capture(path: &Path, args: &Args, context: &Context) -> Result<Capture> {
    let capture = Capture::open(path, args.redact, args.sync)?;
    if is_readable_by_others(path) {
        let (code, name) = (Code::CaptureReadable.id(), path.display());
        context.note(&format!("{code}: others can read {name}: chmod 600 {name}"));
    }
    Ok(capture)
}

fn anchors(path: &Path, context: &Context) -> Result<Anchors> {
    context.anchors(path).map_err(|error| error.about("--client-ca"))
}

/// TLS with the identity given, or a throw-away one.
fn server(
    args: &Args,
    context: &Context,
    admission: &Admission,
    address: SocketAddr,
) -> Result<Option<(Server, Option<Certificate>)>> {
    if args.plain {
        context.forget_passwords();
        return Ok(None);
    }
    let Identity { chain, key, findings, .. } = match identity::load(&args.identity(), context)? {
        Some(identity) => identity,
        None => throw_away(context, address.ip())?,
    };
    for finding in &findings {
        context.note(&format!("{}: {}", finding.code.id(), finding.message));
    }
    let asking = match admission.demand {
        Demand::Nothing => Asking::No,
        Demand::Shown | Demand::Fit | Demand::Required => Asking::Yes,
    };
    let server = Server::new(CertifiedKey::clone(&key), asking, admission.anchors.as_ref());
    let decides = admission.anchors.is_some() || !admission.pins.is_empty();
    let server = if decides { server.admitting() } else { server };
    Ok(Some((server, chain.end_entity().cloned())))
}

fn throw_away(context: &Context, ip: IpAddr) -> Result<Identity> {
    let authority = Authority::new("hookprint listen", context.now, THROW_AWAY)?;
    let ip = ip.to_string();
    let issued = authority.issue(&Wish {
        name: "localhost",
        alt_names: &["localhost", "127.0.0.1", "::1", &ip],
        purpose: Purpose::Server,
        not_before: context.now - std::time::Duration::from_secs(3600),
        not_after: context.now + THROW_AWAY,
    })?;
    Identity::new(Chain::new(vec![issued.certificate, authority.certificate]), &issued.key)
}

async fn receive(
    args: &Args,
    address: SocketAddr,
    tls: Option<(Server, Option<Certificate>)>,
    budget: Budget,
    rules: Rules,
    context: &Context,
    reporter: &mut Reporter,
) -> Result<()> {
    let (listener, local) = bind(address)?;
    // Before anybody is told that we listen: from then on Ctrl-C ends with a summary.
    let mut interrupts = Interrupts::listen().ok();
    let origin = format!("{}://{local}", if tls.is_some() { "https" } else { "http" });
    let pins = rules.judge.admission.pins.iter().map(Pin::name).collect();
    let secrets = rules.check.as_ref().map(|check| check.labels()).unwrap_or_default();
    let totals = Arc::new(Totals::of(pins, secrets));
    let metrics = args.prometheus_file.as_deref();
    let mut metrics = metrics.map(|path| MetricsFile::create(path, &totals)).transpose()?;
    announce(&origin, tls.as_ref().and_then(|(_, certificate)| certificate.as_ref()), args);
    context.release_notes();
    let (stop, stopped) = watch::channel(false);
    let given = std::mem::replace(reporter, Reporter::new(Vec::new(), Vec::new()));
    let (rows, mut reporting) = Rows::report_to(given, stop.clone())?;
    let serving = Serving {
        tls: tls.map(|(server, _)| server),
        limits: Limits { body: args.max_body, ..Limits::default() },
        timeout: args.timeout,
        idle: IDLE,
        connections: connections(args),
        crowded: Notify::new(),
        budget,
    };
    let receiver = Arc::new(Receiver::new(rules, origin, totals.clone(), rows, stop.clone()));
    let mut period = tokio::time::interval(MetricsFile::PERIOD);
    let started = std::time::Instant::now();
    let serving = tokio::spawn(serve(listener, serving, receiver, stopped));
    let mut over = std::pin::pin!(wait(args.duration));
    let mut stopping = false;
    let ended = loop {
        tokio::select! {
            // When the last connection has ended, or when the report cannot be written.
            ended = reporting.end() => break Some(ended),
            () = interrupts::next(&mut interrupts) => {
                if stopping {
                    // Told twice: those who are being answered are not waited for.
                    serving.abort();
                    break timeout(PATIENCE, reporting.end()).await.ok();
                }
                stopping = true;
                let _ = stop.send(true);
            }
            _ = period.tick(), if metrics.is_some() => write(&mut metrics, &totals, context),
            () = &mut over, if !stopping => {
                stopping = true;
                let _ = stop.send(true);
            }
        }
    };
    write(&mut metrics, &totals, context);
    let Some((Some(written), unreported, outcome)) = ended else {
        // Nobody reads the report: it stays unfinished.
        remove_unfinished();
        reporter.interrupted = true;
        return Ok(());
    };
    *reporter = written;
    reporter.summary =
        Summary::Received(Received { unreported, ..totals.received(started.elapsed(), arrival()) });
    if unreported > 0 {
        context.warn(&format!(
            "{unreported} rows were counted but not shown: the report was not read fast enough"
        ));
    }
    outcome?;
    serving.await.unwrap_or(Ok(()))
}

/// Writes the metrics, where there is a file for them; that it cannot be written is said once.
fn write(metrics: &mut Option<MetricsFile>, totals: &Totals, context: &Context) {
    if let Some(file) = metrics
        && let Err(error) = file.write(totals)
    {
        context.warn(&format!("--prometheus-file: {error}"));
        *metrics = None;
    }
}

/// The first lines on stderr: where, and with which certificate.
fn announce(origin: &str, certificate: Option<&Certificate>, args: &Args) {
    say(&format!("listening on {origin}"));
    let Some(certificate) = certificate else { return };
    let print = |kind| Thumbprint::of(certificate, kind).text();
    let kind = if args.cert.is_some() { "certificate" } else { "temporary certificate" };
    say(&format!("{kind} {}, sha1 {}", certificate.short_name(), print(Kind::Sha1)));
    say(&format!("  sha256 {}", print(Kind::Sha256)));
    if args.cert.is_none() {
        say(&format!("  curl -k --pinnedpubkey sha256//{} {origin}/", print(Kind::Spki)));
    }
}

async fn wait(duration: Option<std::time::Duration>) {
    match duration {
        Some(duration) => tokio::time::sleep(duration).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_and_the_process_have_their_part_of_the_memory() {
        let least = Budget::least(10_000_000);
        let connections = CONNECTIONS as u64 * CONNECTION;
        assert_eq!(for_bodies(MEMORY, least), MEMORY - OWN - connections);
        assert_eq!(for_bodies(least, least), least);
        let little = for_bodies(64_000_000, least);
        assert!(little > least && little < 64_000_000 - OWN, "{little}");
    }
}
