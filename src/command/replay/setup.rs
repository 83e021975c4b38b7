//! From the command line to everything a run needs. Files and secrets are read here, before the
//! first connection.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::time::Instant;

use time::OffsetDateTime;

use super::Args;
use super::feed::{Feed, Origin};
use super::journal::Journal;
use super::prepare::Changes;
use super::run::{Clock, Run};
use super::sending::Sending;
use super::supply::Supply;
use crate::capture::Captured;
use crate::command::Context;
use crate::command::pace::{Pace, Stop};
use crate::command::readdress::of_body;
use crate::command::whom::{Trust, Whom};
use crate::error::{Error, Result};
use crate::finding::{Code, Finding};
use crate::http::Request;
use crate::input::named;
use crate::net::Timeouts;
use crate::outcome::Outcome;
use crate::outcome::exchange::Replay;
use crate::report::Item;
use crate::tls::{Identity, Settings, Versions};

/// Where requests come from.
pub fn feed(args: &Args, context: &Context) -> Result<Feed> {
    let origin = match &args.payload {
        Some(path) => {
            let body = context.read(path)?;
            let request = Request {
                method: args.method.clone(),
                target: "/".to_owned(),
                headers: of_body(&body),
                body,
            };
            let name = named::file(path);
            Origin::One(Box::new(Captured { name, request, ..Captured::default() }))
        }
        None => {
            let of_stdin = args.captures.iter().filter(|path| path.as_os_str() == "-").count();
            if of_stdin > 0 && args.sending.repeat > 1 {
                return Err(Error::usage("standard input can only be read once")
                    .help("save the capture to a file to send it with --repeat"));
            }
            let stdin = match of_stdin {
                0 => None,
                _ => Some(context.input.stream("-".as_ref())?),
            };
            Origin::Files { paths: args.captures.clone(), stdin }
        }
    };
    let (filter, limit) = (args.filter.clone(), args.limit.unwrap_or(u64::MAX));
    let feed = Feed::new(origin, filter, limit, args.sending.repeat);
    Ok(feed.reading(args.reading.clone(), clock(context)).part(args.sharding.clone()))
}

/// The time for signatures.
pub fn clock(context: &Context) -> Clock {
    let running = context.global.at.is_none().then(Instant::now);
    Clock { start: context.now, running }
}

/// The server, and what must hold of it; nothing is read of our own identity yet.
pub fn peer(args: &Sending, context: &Context) -> Result<(Whom, Trust)> {
    let Sending { to, transport, insecure, .. } = args;
    let offline = context.global.offline;
    if let Some(unused) =
        transport.resolve.iter().find(|one| !transport.has_use_for(one, &to.endpoint))
    {
        let message =
            format!("--resolve {} does not match the server that is dialled", unused.endpoint);
        let dialled = transport.connect.as_ref().unwrap_or(&to.endpoint);
        return Err(Error::usage(message).help(format!("that is {dialled}: give that port")));
    }
    args.identity.passwords_have_a_use(&args.pins.pin, false)?;
    let passwords = &context.passwords(&args.identity.password)?.passwords;
    let trust = Trust::load(&args.anchoring, &args.pins, *insecure, passwords, context)?;
    if to.is_tls {
        return Ok((Whom::by_tls(&to.endpoint, None, None, transport, offline)?, trust));
    }
    let given = [
        ("--cert", args.identity.cert.is_some()),
        ("--ca", args.anchoring.ca.is_some()),
        ("--pin", !args.pins.pin.is_empty()),
        ("--pin-file", !args.pins.pin_file.is_empty()),
        ("--tls", args.tls.is_some()),
    ];
    if let Some((option, _)) = given.iter().find(|(_, given)| *given) {
        return Err(Error::usage(format!("{option} needs an https:// destination"))
            .help("plain http has no certificates"));
    }
    // Without TLS nobody knows who listens: only this machine, or whoever the user insists on.
    let whom = Whom::in_plain(&to.endpoint, *insecure, transport, offline).map_err(|error| {
        error.help("use https://, or --insecure if anyone in between may read and change it")
    })?;
    Ok((whom, trust))
}

/// Everything for the lanes.
pub fn run(
    args: &Sending,
    journal: Option<&Path>,
    context: &Context,
    (whom, trust): (Whom, Trust),
    changes: Changes,
    (identity, feed): (Option<Identity>, Feed),
) -> Result<Run> {
    if args.insecure {
        warn(args, context, &whom, &trust);
    }
    let tls = args.to.is_tls.then(|| Settings {
        versions: args.tls.map_or(Versions::Both, Versions::from),
        http: true,
        resume: true,
        identity: identity.as_ref().map(|identity| identity.key.clone()),
        gate: trust.gate(),
        ..Settings::default()
    });
    let total = args.transport.timeout;
    let journal = journal.map(|path| Journal::open(path, &args.to.text));
    Ok(Run {
        changes,
        name: whom.endpoint.to_string(),
        whom,
        timeouts: Timeouts {
            connect: args.connect_timeout.unwrap_or(total),
            handshake: args.handshake_timeout.unwrap_or(total),
            first_byte: args.answer_timeout.unwrap_or(total),
            total,
        },
        tls,
        identity,
        expected: args.expect.clone(),
        retries: args.transport.retries,
        resend_unknown: args.resend_unknown,
        clock: clock(context),
        journal: journal.transpose()?,
        supply: Supply::new(feed),
        lanes: context.jobs(args.jobs),
        pace: Pace::new(args.rate),
        totals: RefCell::default(),
        latencies: RefCell::default(),
        fatal: RefCell::default(),
        under_way: Cell::default(),
        in_hand: RefCell::default(),
        stop: Stop::default(),
        leave: Stop::default(),
        is_identity_told: Cell::default(),
        told: RefCell::default(),
        pins: RefCell::new(trust.pins),
        rejections: Cell::new(Some(0)),
    })
}

/// What `--insecure` gives up, said loudly where it gives up anything.
fn warn(args: &Sending, context: &Context, whom: &Whom, trust: &Trust) {
    let endpoint = &whom.endpoint;
    if !args.to.is_tls && whom.route.elsewhere(endpoint).is_some() {
        context
            .warn(&format!("--insecure: anyone between here and {endpoint} can read everything"));
    } else if args.to.is_tls && trust.gate().is_none() {
        context.warn(&format!(
            "--insecure: any server answering as {endpoint} gets the payload, and the headers with \
             their secrets"
        ));
    }
}

/// What is known to be wrong with our certificate before anything is sent.
pub fn about_identity(identity: &Identity, now: OffsetDateTime) -> Option<Item> {
    let leaf = identity.chain.end_entity()?;
    let name = leaf.short_name();
    let mut findings = identity.findings.clone();
    let mut find = |code, message: String, help: &str| {
        findings.push(Finding::new(code, name, message).help(help));
    };
    for certificate in identity.chain.path() {
        let name = certificate.short_name();
        if certificate.not_after < now {
            let since = crate::cert::rfc3339(certificate.not_after);
            find(
                Code::CertificateExpired,
                format!("{name} expired at {since}"),
                "install the renewed one",
            );
        }
        if certificate.not_before > now {
            let from = crate::cert::rfc3339(certificate.not_before);
            find(
                Code::CertificateNotYetValid,
                format!("{name} is not valid before {from}"),
                "wait, or check this machine's clock",
            );
        }
    }
    let usages = leaf.extensions.extended_key_usage.as_ref();
    let fits = |usages: &[_]| usages.iter().any(|usage| usage == "clientAuth" || usage == "any");
    if let Some(usages) = usages.filter(|usages| !fits(usages)) {
        let listed = usages.join(", ");
        find(
            Code::PurposeMissing,
            format!("it may not be used for clientAuth, only for {listed}"),
            "get a certificate with clientAuth from a private CA",
        );
    }
    if findings.is_empty() {
        return None;
    }
    let replay = Replay::Identity { certificate: Box::new(leaf.describe(now)) };
    Some(Item { outcome: Outcome::Replay(replay), findings, ..Item::new(identity.file.clone()) })
}
