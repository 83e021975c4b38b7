//! From the command line to everything that stays the same in all rounds.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::sync::Arc;

use time::OffsetDateTime;

use super::Args;
use super::doors::Door;
use super::guests::{self, Guest};
use super::request::Requests;
use crate::args::destination::Destination;
use crate::args::transport::TlsVersion;
use crate::command::Context;
use crate::command::pace::Pace;
use crate::command::whom::{Trust, Whom};
use crate::error::{Error, Result};
use crate::net::{self, Deadline, Endpoint, Route, Timeouts};
use crate::policy::probe::Expect;
use crate::report::Reporter;
use crate::store::Passwords;
use crate::tls::Gate;

/// The most requests of a round.
const MOST: usize = 400;

/// Everything that stays the same.
pub struct Plan {
    /// The endpoint, by `https`.
    pub url: Destination,
    /// Whom it speaks to.
    pub whom: Whom,
    /// Refuses whom certificates of ours may not be shown to.
    pub gate: Option<Arc<dyn Gate>>,
    /// Limits of time.
    pub timeouts: Timeouts,
    /// Who is presented.
    pub guests: Vec<Guest>,
    /// What is sent.
    pub requests: Requests,
    /// What the server is expected to do.
    pub expect: Expect,
    /// Versions of TLS.
    pub versions: Vec<TlsVersion>,
    /// Whether each address is tried.
    pub all_ips: bool,
    /// Whether sessions are resumed.
    pub resumes: bool,
    /// Other ways in.
    pub doors: Vec<Door>,
    /// How often to try again when a connection fails.
    pub retries: u32,
    /// The turns of requests.
    pub pace: Pace,
    /// How many at once.
    pub jobs: u16,
    /// The moment to judge files at.
    pub now: OffsetDateTime,
    /// Whether progress is kept back.
    pub is_quiet: bool,
    /// Requests so far.
    pub sent: Cell<usize>,
}

/// One address in one version.
pub struct Column {
    /// The address; `None` where a proxy chooses it.
    pub address: Option<SocketAddr>,
    /// The version.
    pub version: TlsVersion,
    /// The way there.
    pub route: Route,
    /// Why no certificate of ours is shown there, once that is known.
    pub untrusted: RefCell<Option<Error>>,
}

/// What can be told to be wrong before any file is read.
///
/// # Errors
/// `usage`.
pub fn check(args: &Args) -> Result<()> {
    if !args.url.is_tls && !args.side_doors {
        return Err(Error::usage("client certificates need https")
            .help("give an https:// URL; --side-doors also tries plain http"));
    }
    if args.insecure && args.anchoring.ca.is_some() {
        return Err(Error::usage("--ca has no effect with --insecure, which trusts any server"));
    }
    guests::check(args)
}

impl Plan {
    /// Reads what the arguments name; `None` where an identity cannot be read, which is reported then.
    ///
    /// # Errors
    /// `usage` for what contradicts itself, and those of reading files.
    pub fn new(args: &Args, context: &Context, reporter: &mut Reporter) -> Result<Option<Self>> {
        let url = match args.url.is_tls {
            true => args.url.clone(),
            // The certificate is asked for at the https of the same host.
            false => args.url.text.replacen("http", "https", 1).parse()?,
        };
        let transport = &args.transport;
        if let Some(unused) =
            transport.resolve.iter().find(|one| !transport.has_use_for(one, &url.endpoint))
        {
            let message =
                format!("--resolve {} does not match the server that is dialled", unused.endpoint);
            return Err(Error::usage(message));
        }
        let guests = match guests::load(args, context)? {
            Ok(guests) => guests,
            Err(items) => {
                items.into_iter().try_for_each(|item| reporter.item(item))?;
                return Ok(None);
            }
        };
        let (anchoring, none) = (&args.anchoring, Passwords::none());
        let trust = Trust::load(anchoring, &args.pins, args.insecure, &none, context)?;
        let gate = trust.gate();
        if gate.is_none() {
            context.warn(&format!(
                "--insecure: any server answering as {} is shown the certificates and gets the request",
                url.endpoint
            ));
        }
        let meant = args.servername.as_deref();
        let whom = Whom::by_tls(&url.endpoint, meant, None, transport, context.global.offline)?;
        let timeout = transport.timeout;
        Ok(Some(Self {
            doors: Door::all(args, &url),
            requests: Requests::new(args, context)?,
            whom,
            gate,
            timeouts: Timeouts {
                connect: timeout,
                handshake: timeout,
                first_byte: args.patience,
                total: timeout.saturating_add(args.patience),
            },
            guests,
            expect: args.expect,
            versions: versions(&args.tls),
            all_ips: args.all_ips,
            resumes: args.resume,
            retries: transport.retries,
            pace: Pace::new(Some(args.rate)),
            jobs: args.jobs,
            now: context.now,
            is_quiet: context.is_quiet(),
            sent: Cell::new(0),
            url,
        }))
    }

    /// Each address in each version, as the name servers have it now.
    ///
    /// # Errors
    /// `dns`, `timeout`; `usage` where that is more than anybody should send.
    pub async fn columns(&self) -> Result<Vec<Column>> {
        let Whom { endpoint, route, .. } = &self.whom;
        let addresses = match route.resolves_here(route.dialled(endpoint)) {
            false => vec![None],
            true => {
                let deadline = Deadline::after(self.timeouts.connect);
                let found = net::addresses(endpoint, route, deadline).await?;
                let wanted = if self.all_ips { found.len() } else { 1 };
                found.into_iter().take(wanted).map(Some).collect()
            }
        };
        self.is_bearable(addresses.len())?;
        let columns = addresses.into_iter().flat_map(|address| {
            self.versions.iter().map(move |version| Column {
                address,
                version: *version,
                route: self.route(address, None),
                untrusted: RefCell::default(),
            })
        });
        Ok(columns.collect())
    }

    /// The way to an address, perhaps to another port there.
    pub fn route(&self, address: Option<SocketAddr>, port: Option<u16>) -> Route {
        let Whom { endpoint, route, .. } = &self.whom;
        let dialled = route.dialled(endpoint);
        let host = address.map_or_else(|| dialled.host.clone(), |one| one.ip().to_string());
        let own = address.map_or(dialled.port, |one| one.port());
        let connect = Some(Endpoint::new(host, port.unwrap_or(own)));
        Route { connect, overrides: Vec::new(), ..route.clone() }
    }

    /// Fails where a round would be more requests than a stranger's server should get.
    fn is_bearable(&self, addresses: usize) -> Result<()> {
        let (guests, versions) = (self.guests.len(), self.versions.len());
        let (tries, doors) = (if self.resumes { 3 } else { 1 }, self.doors.len());
        let count = (guests * tries + doors) * addresses * versions;
        if count <= MOST {
            return Ok(());
        }
        let resumed = if self.resumes { " x 3 with --resume" } else { "" };
        let beside = if doors > 0 { format!(" + {doors} side doors") } else { String::new() };
        Err(Error::usage(format!(
            "({guests} identities{resumed}{beside}) x {addresses} addresses x {versions} versions = {count} \
             requests per round, and the limit is {MOST}"
        ))
        .help("leave out identities or a version, or pick an address with --resolve"))
    }
}

/// Each version once, in the order given.
fn versions(given: &[TlsVersion]) -> Vec<TlsVersion> {
    let mut versions = Vec::new();
    for version in given {
        if !versions.contains(version) {
            versions.push(*version);
        }
    }
    versions
}
