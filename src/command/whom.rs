//! Whom a command speaks to: the address that is dialled, the name that is meant, and the anchors or
//! pins that hold. `replay`, `thumbprint` and the fetching of keys build it here, and nowhere else.

use std::sync::Arc;

use rustls::pki_types::ServerName;

use crate::args::pins::Pins;
use crate::args::transport::{Anchoring, Transport};
use crate::cert::Pin;
use crate::clock::PeerClock;
use crate::command::{Context, pinned};
use crate::error::{Error, Result};
use crate::input::control;
use crate::net::{self, Endpoint, Protocol, Reach, Route};
use crate::store::Passwords;
use crate::tls::{Gate, LazyAnchors, Trusted};

/// What must hold of a server before anything of ours goes to it.
#[derive(Clone)]
pub struct Trust {
    /// What chains may lead to.
    pub anchors: Arc<LazyAnchors>,
    /// Accepted thumbprints.
    pub pins: Vec<Pin>,
    /// No anchor is asked for (`--insecure`).
    pub insecure: bool,
}

impl Trust {
    /// What the options name.
    ///
    /// # Errors
    /// `usage` for `--ca` beside `--insecure`, and those of reading the files.
    pub fn load(
        anchoring: &Anchoring,
        pins: &Pins,
        insecure: bool,
        passwords: &Passwords,
        context: &Context,
    ) -> Result<Self> {
        if anchoring.ca.is_some() && insecure {
            return Err(Error::usage(
                "--ca has no effect with --insecure, which trusts any server",
            )
            .help("give one of the two; --pin works with either"));
        }
        let anchors = match &anchoring.ca {
            None => LazyAnchors::system()?,
            Some(path) => LazyAnchors::given(context.anchors(path)?),
        };
        Ok(Self {
            anchors: Arc::new(anchors),
            pins: pinned::load(pins, passwords, context)?,
            insecure,
        })
    }

    /// The anchors of the system, and no pins.
    ///
    /// # Errors
    /// When the environment names anchors that cannot be read.
    pub fn of_system() -> Result<Self> {
        let anchors = Arc::new(LazyAnchors::system()?);
        Ok(Self { anchors, pins: Vec::new(), insecure: false })
    }

    /// Refuses whom this does not trust, by the real clock. `--insecure` waives the anchors and
    /// nothing else, as curl's `-k` does beside `--pinnedpubkey`: pins hold. `None` lets anybody pass.
    pub fn gate(&self) -> Option<Arc<dyn Gate>> {
        if self.insecure && self.pins.is_empty() {
            return None;
        }
        let (anchors, pins) = (self.anchors.clone(), self.pins.clone());
        Some(Arc::new(Trusted { anchors, pins, clock: PeerClock::default() }))
    }
}

/// A server, and the way to it.
#[derive(Clone, Debug)]
pub struct Whom {
    /// Host and port as they were named.
    pub endpoint: Endpoint,
    /// The name that is asked for, and that its certificate must have.
    pub name: ServerName<'static>,
    /// What is dialled, through what, and how far that may lead.
    pub route: Route,
}

impl Whom {
    /// A server that speaks TLS, perhaps after another protocol. `meant` is its name, where that is
    /// not the host.
    ///
    /// # Errors
    /// `usage` when the name is none, or the environment names something that is no proxy.
    pub fn by_tls(
        endpoint: &Endpoint,
        meant: Option<&str>,
        starttls: Option<&'static Protocol>,
        transport: &Transport,
        offline: bool,
    ) -> Result<Self> {
        let reach = if offline { Reach::Nowhere } else { Reach::Anywhere };
        let route = transport.route(endpoint, true, starttls, reach, control)?;
        Ok(Self {
            name: net::server_name(meant.unwrap_or(&endpoint.host))?,
            route: Route { meant: meant.map(str::to_owned), ..route },
            endpoint: endpoint.clone(),
        })
    }

    /// A server that speaks plain HTTP: on this machine, unless `anywhere` says that everybody on
    /// the way may read along. What is dialled counts, by whichever option or name.
    ///
    /// # Errors
    /// `usage` when it is known to be elsewhere, with the reason.
    pub fn in_plain(
        endpoint: &Endpoint,
        anywhere: bool,
        transport: &Transport,
        offline: bool,
    ) -> Result<Self> {
        let reach = match (offline, anywhere) {
            (true, _) => Reach::Nowhere,
            (false, true) => Reach::Anywhere,
            (false, false) => Reach::ThisMachine,
        };
        let route = transport.route(endpoint, false, None, reach, control)?;
        match route.elsewhere(endpoint) {
            Some(why) if !anywhere => {
                Err(Error::usage(format!("http://{endpoint} is not encrypted: {why}")))
            }
            _ => Ok(Self {
                name: net::server_name(&endpoint.host)?,
                route,
                endpoint: endpoint.clone(),
            }),
        }
    }
}
