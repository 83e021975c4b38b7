//! A side of a comparison: the identities in a file or capture, or what a host serves.

use std::path::{Path, PathBuf};

use crate::cert::{Certificate, Chain};
use crate::command::Context;
use crate::command::callers::{Callers, Form};
use crate::command::whom::Whom;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::input::named;
use crate::net::{self, Deadline, Protocol, Target, View};
use crate::policy;
use crate::store::{self, Bundle, Passwords, candidates};
use crate::tls::Settings;

use super::Args;

/// What is to be compared, as it is written on the command line.
#[derive(Clone, Debug)]
pub enum Place {
    /// A file, `-` for standard input.
    File(PathBuf),
    /// A server.
    Host(Target),
}

/// What is there.
#[derive(Debug)]
pub struct Side {
    /// As it is shown.
    pub shown: String,
    /// The identities in it, in stored order.
    pub identities: Vec<Identity>,
    /// Programs that open it; empty for what needs no opening.
    pub opens_with: Vec<String>,
    /// The file as it was opened; `None` for a host.
    pub bundle: Option<Bundle>,
}

/// A certificate with its issuers, as a peer would be shown it.
#[derive(Debug)]
pub struct Identity {
    /// Its name in the file.
    pub alias: Option<String>,
    /// The end-entity certificate first.
    pub chain: Chain,
    /// Whether its own key belongs to it; `None` where there is none, or nobody can tell.
    pub key_matches: Option<bool>,
    /// Whether the certificates stand in the order in which they are sent.
    pub is_ordered: bool,
}

impl Identity {
    /// The certificate itself.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.chain.end_entity()
    }

    /// Its alias, else the shortest name of its certificate.
    pub fn called(&self) -> &str {
        let name = || self.certificate().map(|one| one.short_name()).unwrap_or_default();
        self.alias.as_deref().unwrap_or_else(name)
    }

    fn alone(certificate: &Certificate) -> Self {
        let chain = Chain::new(vec![certificate.clone()]);
        Self { alias: None, chain, key_matches: None, is_ordered: true }
    }
}

impl Place {
    /// `file:PATH`, an existing file, `-`, or a host.
    ///
    /// # Errors
    /// `usage` when it is none of them.
    pub fn parse(text: &str) -> Result<Self> {
        if let Some(path) = text.strip_prefix("file:") {
            return Ok(Self::File(path.into()));
        }
        let path = Path::new(text);
        // `hooks.example.ca` is a host in Canada.
        let is_called_file = store::named::is_store(path) && !text.ends_with(".ca");
        if text == "-" || path.exists() || (is_called_file && !text.contains("://")) {
            return Ok(Self::File(text.into()));
        }
        text.parse().map(Self::Host).map_err(|error: Error| match text.contains('/') {
            true if !text.contains("://") => {
                Error::usage(format!("{}: not an existing file, and not a host", named::file(path)))
            }
            _ => error,
        })
    }

    /// As it is shown.
    pub fn shown(&self) -> String {
        match self {
            Self::File(path) => named::file(path),
            Self::Host(target) => target.host.clone(),
        }
    }

    /// Reads it, or asks it.
    ///
    /// # Errors
    /// Those of reading and opening a file or of the network; `not-found` when there is no certificate.
    pub fn read(&self, args: &Args, passwords: &Passwords, context: &Context) -> Result<Side> {
        match self {
            Self::File(path) => of_file(path, passwords, context),
            Self::Host(target) => of_host(target, args, context),
        }
    }
}

fn of_file(path: &Path, passwords: &Passwords, context: &Context) -> Result<Side> {
    let bytes = context.read(path)?;
    let bundle = match Form::of(&bytes) {
        Some(form) => Callers::read(form, &bytes[..])?.bundle()?.0,
        None => store::open(&bytes, passwords)?,
    };
    let identities = identities(&bundle);
    if identities.is_empty() {
        let none = || Error::new(Failure::NotFound, "no certificate found");
        return Err(bundle.first_failure().cloned().unwrap_or_else(none));
    }
    let protection = bundle.protection.as_ref();
    let opens_with = protection.map(|it| policy::opens_with(&bundle, it)).unwrap_or_default();
    Ok(Side { shown: named::file(path), identities, opens_with, bundle: Some(bundle) })
}

/// The identities of a file: its keys; without any, its certificates as one chain, or each by itself
/// where they are authorities that do not belong together or callers of a capture.
fn identities(bundle: &Bundle) -> Vec<Identity> {
    let found = candidates(bundle, None);
    if let [one] = &found[..]
        && one.entry.is_none()
    {
        let is_capture = bundle.format == Form::FORMAT;
        if is_capture {
            let chains = bundle.entries.iter().map(|entry| Chain::new(entry.chain.clone()));
            let whole =
                |chain| Identity { alias: None, chain, key_matches: None, is_ordered: true };
            return chains.map(whole).collect();
        }
        let is_authority = one.end_entity().is_some_and(|one| one.is_ca());
        if is_authority && !one.chain.superfluous().is_empty() {
            let named = bundle.entries.iter().flat_map(|entry| {
                let alias = entry.alias.clone();
                entry
                    .chain
                    .iter()
                    .map(move |one| Identity { alias: alias.clone(), ..Identity::alone(one) })
            });
            return named.collect();
        }
    }
    let identity = |one: store::Candidate<'_>| Identity {
        alias: one.entry.and_then(|entry| entry.alias.clone()),
        key_matches: one.entry.and_then(store::Entry::key_matches),
        is_ordered: one.is_ordered,
        chain: one.chain,
    };
    found.into_iter().map(identity).collect()
}

/// What a host serves, whoever vouches for it: nothing of ours is sent there.
fn of_host(target: &Target, args: &Args, context: &Context) -> Result<Side> {
    let starttls = args.starttls.as_deref().map(str::parse::<&'static Protocol>).transpose()?;
    let endpoint = target.endpoint(starttls.map_or(443, |protocol| protocol.port));
    let (meant, offline) = (args.servername.as_deref(), context.global.offline);
    let whom = Whom::by_tls(&endpoint, meant, starttls, &args.transport, offline)?;
    let settings = Settings::default();
    let view = View {
        endpoint: &whom.endpoint,
        name: &whom.name,
        route: &whom.route,
        address: None,
        settings: &settings,
    };
    let deadline = Deadline::after(args.transport.timeout);
    let sight = net::block_on(net::look(&view, deadline))?;
    let chain = sight.chain()?;
    let is_ordered = chain.is_ordered();
    let identity = Identity { alias: None, chain, key_matches: None, is_ordered };
    Ok(Side {
        shown: endpoint.to_string(),
        identities: vec![identity],
        opens_with: Vec::new(),
        bundle: None,
    })
}
