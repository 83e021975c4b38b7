//! What is the same for every target of a run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use time::OffsetDateTime;

use super::targets::Subject;
use super::{Args, Only};
use crate::cert::spelling::SPELLINGS;
use crate::cert::thumbprint::{Kind, Thumbprint};
use crate::cert::{Certificate, Chain, Description};
use crate::command::passwords::Given;
use crate::command::whom::Trust;
use crate::command::{Context, identity};
use crate::error::{Error, Result};
use crate::net::{Endpoint, Protocol};
use crate::outcome::seen::Wanted;
use crate::policy::Limits;
use crate::tls::{Identity, Settings};

/// What is the same for every target.
pub struct Plan {
    /// The command line.
    pub args: Args,
    /// The moment to judge at.
    pub now: OffsetDateTime,
    /// Whether the network may not be used.
    pub offline: bool,
    /// What chains may lead to, and accepted thumbprints.
    pub trust: Trust,
    /// When the end of a certificate is near.
    pub limits: Limits,
    /// What to offer to a server.
    pub settings: Settings,
    /// Our certificate, if one was given.
    pub identity: Option<Identity>,
    /// The passwords that open files.
    pub given: Given,
    /// The protocol before TLS.
    pub starttls: Option<&'static Protocol>,
    /// Which of `--resolve` were of use, in their order.
    resolved: Vec<AtomicBool>,
}

impl Plan {
    /// Reads what the arguments name.
    ///
    /// # Errors
    /// `usage` for wrong values, and those of reading files.
    pub fn new(args: &Args, context: &Context) -> Result<Self> {
        if let Some(name) = &args.servername {
            crate::net::server_name(name)?;
        }
        if args.insecure && args.identity.cert.is_none() {
            let message = "--insecure is for --cert: it says which servers may see it";
            return Err(Error::usage(message)
                .help("leave it out: certificates are shown whether they are trusted or not"));
        }
        let given = context.passwords(&args.identity.password)?.clone();
        let (anchoring, insecure) = (&args.anchoring, args.insecure);
        let trust = Trust::load(anchoring, &args.pins, insecure, &given.passwords, context)?;
        let identity = identity::load(&args.identity, context)?;
        if let Some(Identity { file, .. }) = identity.as_ref().filter(|_| trust.gate().is_none()) {
            context.warn(&format!("--insecure: {file} is shown to any server that answers"));
        }
        let starttls = args.starttls.as_deref().map(str::parse::<&'static Protocol>);
        Ok(Self {
            args: args.clone(),
            now: context.now,
            offline: context.global.offline,
            limits: Limits { warn: args.warn, crit: args.crit },
            settings: Settings {
                no_server_name: args.no_servername,
                identity: identity.as_ref().map(|identity| Arc::clone(&identity.key)),
                // Anybody is looked at; ours is shown to whom we trust.
                gate: identity.as_ref().and_then(|_| trust.gate()),
                ..Settings::default()
            },
            trust,
            identity,
            given,
            starttls: starttls.transpose()?,
            resolved: args.transport.resolve.iter().map(|_| AtomicBool::new(false)).collect(),
        })
    }

    /// Notes which of `--resolve` this endpoint has a use for.
    pub fn dials(&self, endpoint: &Endpoint) {
        let transport = &self.args.transport;
        for (one, used) in transport.resolve.iter().zip(&self.resolved) {
            if transport.has_use_for(one, endpoint) {
                used.store(true, Ordering::Relaxed);
            }
        }
    }

    /// The host and port of each `--resolve` that no target had a use for.
    pub fn unresolved(&self) -> impl Iterator<Item = &Endpoint> {
        let all = self.args.transport.resolve.iter().zip(&self.resolved);
        all.filter(|(_, used)| !used.load(Ordering::Relaxed)).map(|(one, _)| &one.endpoint)
    }

    /// A chain as the report shows it.
    pub fn describe(&self, chain: &Chain) -> Vec<Description> {
        chain.certificates().iter().map(|one| one.describe(self.now)).collect()
    }

    /// Whether only values are wanted.
    pub fn is_for_values(&self) -> bool {
        self.args.only.is_some() || self.args.product.is_some()
    }

    /// What people want to see of a chain.
    pub fn wanted(&self, chain: &Chain) -> Wanted {
        let shown = if self.args.chain { chain.certificates().len() } else { 1 };
        let certificates = chain.certificates().iter().take(shown);
        match (self.is_for_values(), self.args.chain) {
            (true, _) => Wanted::Lines(certificates.map(|one| self.spelled(one)).collect()),
            (false, true) => Wanted::Chain,
            (false, false) => Wanted::EndEntity,
        }
    }

    fn spelled(&self, certificate: &Certificate) -> String {
        let print = |kind| Thumbprint::of(certificate, kind).text() + "\n";
        match (self.args.only, self.args.product.as_deref()) {
            (Some(Only::Sha1), _) => print(Kind::Sha1),
            (Some(Only::Sha256), _) => print(Kind::Sha256),
            (Some(Only::Spki), _) => print(Kind::Spki),
            (None, Some("all")) => SPELLINGS
                .iter()
                .map(|row| format!("{:<12} {}\n", row.product, row.of(certificate)))
                .collect(),
            (None, product) => SPELLINGS
                .iter()
                .filter(|row| Some(row.product) == product)
                .map(|row| row.of(certificate) + "\n")
                .collect(),
        }
    }
}

/// Fails where a control of the way or of the trust has no host to apply to. What a stream of
/// targets holds is not known yet.
///
/// # Errors
/// `usage`, naming the control.
pub fn controls_have_a_use(args: &Args, named: &[(String, Subject)]) -> Result<()> {
    let is_file = |(_, subject): &(String, Subject)| matches!(subject, Subject::File(_));
    let files = named.iter().any(is_file) || !args.targets.is_empty();
    args.identity.passwords_have_a_use(&args.pins.pin, files)?;
    if !args.targets.is_empty() {
        return Ok(());
    }
    let starttls = args.starttls.as_deref().map(str::parse::<&'static Protocol>).transpose()?;
    let port = starttls.map_or(443, |protocol| protocol.port);
    let hosts: Vec<Endpoint> = named
        .iter()
        .filter_map(|(_, subject)| match subject {
            Subject::Host(target) => Some(target.endpoint(port)),
            _ => None,
        })
        .collect();
    let transport = &args.transport;
    let of_hosts = [
        ("--ca", args.anchoring.ca.is_some()),
        ("--cert", args.identity.cert.is_some()),
        ("--servername", args.servername.is_some()),
        ("--starttls", args.starttls.is_some()),
        ("--no-servername", args.no_servername),
        ("--all-ips", args.all_ips),
        ("--both-keys", args.both_keys),
        ("--tries", args.tries > 1),
        ("--connect", transport.connect.is_some()),
        ("--proxy", transport.proxy.is_some()),
        ("--resolve", !transport.resolve.is_empty()),
    ];
    if let (true, Some((control, _))) =
        (hosts.is_empty(), of_hosts.iter().find(|(_, given)| *given))
    {
        return Err(Error::usage(format!("{control} is for hosts, and every target is a file"))
            .help("leave it out; `hookprint inspect` checks what is in a file"));
    }
    let of_no_host = transport
        .resolve
        .iter()
        .find(|one| !hosts.iter().any(|host| transport.has_use_for(one, host)));
    match of_no_host {
        None => Ok(()),
        Some(one) => Err(Error::usage(format!("--resolve {}: no target uses it", one.endpoint))
            .help("its host and port must be those of a target, or of --connect")),
    }
}
