//! From the command line to everything that a run needs. Files and secrets are read here, before the first
//! connection.

use std::cell::OnceCell;
use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;

use super::calls::{self, Claim, Guest, Place};
use super::{Args, good};
use crate::args::destination::Destination;
use crate::args::duration;
use crate::args::identity::IdentityArgs;
use crate::args::scheme::SchemeForm;
use crate::clock::PeerClock;
use crate::command::made::name_of;
use crate::command::pace::Rate;
use crate::command::resigning::{Resigning, resigner};
use crate::command::whom::{Trust, Whom};
use crate::command::{Context, facts, identity};
use crate::digest::hex;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::Request;
use crate::input::named;
use crate::nearest::nearest;
use crate::net::{self, Reach, Timeouts};
use crate::policy::audit::baseline::Baseline;
use crate::policy::audit::judge::Rules;
use crate::policy::audit::table::{Test, named as test_named, tests};
use crate::policy::audit::whole::Given;
use crate::secret::Source;
use crate::signature::forge;
use crate::signature::resign::Resigner;
use crate::signature::sign::random_hex;
use crate::store::Passwords;
use crate::tls::{Gate, Identity};

/// How old a call may be where nobody says.
const TOLERANCE: time::Duration = time::Duration::minutes(5);
/// No faster than this elsewhere, and on loopback.
const FASTEST: Duration = Duration::from_millis(500);
const FASTEST_HERE: Duration = Duration::from_millis(50);

/// Everything that stays the same.
pub struct Plan {
    /// The endpoint.
    pub url: Destination,
    /// Whom it speaks to.
    pub whom: Whom,
    /// Refuses whom nothing of ours may be shown to.
    pub gate: Option<Arc<dyn Gate>>,
    /// Limits of time.
    pub timeouts: Timeouts,
    /// Our own certificate.
    pub identity: Option<Identity>,
    /// The good request, but for its signature.
    pub request: Request,
    /// Its URL.
    pub called: String,
    /// What signs it.
    pub signer: Option<Resigner>,
    /// The name of the scheme.
    pub scheme: Option<String>,
    /// Who must not get in, for the tests of certificates.
    pub guests: Vec<Guest>,
    /// What forged headers claim, where the good request shows a certificate.
    pub claim: Option<Claim>,
    /// The address that the name has, once it is known.
    pub address: OnceCell<String>,
    /// Another name of the server.
    also: Option<String>,
    /// How old a call may be.
    pub tolerance: time::Duration,
    /// What is tried, in its order.
    pub tests: Vec<&'static Test>,
    /// By what a call is told to be let in.
    pub rules: Rules,
    /// Whether the user said that the status decides.
    pub is_status_verdict: bool,
    /// What there is to know beside the answers.
    pub given: Given,
    /// What is accepted for a while.
    pub baseline: Baseline,
    /// How often to try again when a connection fails.
    pub retries: u32,
    /// How fast.
    pub rate: Rate,
    /// How many requests at most.
    pub max_requests: u32,
    /// What the run is called in each request.
    pub run: String,
    /// The moment to judge files at.
    pub now: OffsetDateTime,
    /// The moment to sign at, where it is not that of the call.
    at: Option<OffsetDateTime>,
}

/// A test on the command line.
pub fn test_id(text: &str) -> Result<String> {
    if test_named(text).is_some() {
        return Ok(text.to_owned());
    }
    let known = tests().iter().map(|test| test.id.as_str());
    let error = Error::usage(format!("there is no test called {}", named::word(text)));
    Err(match nearest(text, known) {
        Some(near) => error.help(format!("did you mean {near}?")),
        None => error.help("--dry-run lists them"),
    })
}

/// How old a call may be.
pub fn tolerance(text: &str) -> Result<Duration> {
    let tolerance = duration(text)?;
    match (Duration::from_secs(1)..=Duration::from_secs(86_400)).contains(&tolerance) {
        true => Ok(tolerance),
        false => Err(Error::usage("the tolerance must be between 1s and 24h")),
    }
}

/// A name that TLS can ask for.
pub fn server(text: &str) -> Result<String> {
    net::server_name(text).map(|_| text.to_owned())
}

/// A word of an answer.
pub fn word(text: &str) -> Result<String> {
    match text.is_empty() {
        true => {
            Err(Error::usage("every answer contains the empty text").help("is a variable unset?"))
        }
        false => Ok(text.to_owned()),
    }
}

impl Plan {
    /// Reads what the arguments name.
    ///
    /// # Errors
    /// `usage` for what contradicts itself, and those of reading files and secrets.
    pub fn new(args: &Args, context: &Context) -> Result<Self> {
        let signer = signer(args, context)?;
        let request = good::request(args, signer.as_ref(), context)?;
        let baseline = match &args.baseline {
            Some(path) => facts::table(path, context, Baseline::parse)?,
            None => Baseline::default(),
        };
        let whom = whom(args, context)?;
        args.identity.passwords_have_a_use(&args.pins.pin, false)?;
        let passwords = &context.passwords(&args.identity.password)?.passwords;
        let trust = Trust::load(&args.anchoring, &args.pins, args.insecure, passwords, context)?;
        let authority = authority(args, passwords, context)?;
        let identity = identity::load(&args.identity, context)?;
        let tolerance = match args.tolerance {
            Some(tolerance) => time::Duration::try_from(tolerance).unwrap_or(TOLERANCE),
            None => signer.as_ref().and_then(forge::tolerance).unwrap_or(TOLERANCE),
        };
        let rules = Rules {
            accepted: match &args.accepted {
                Some(accepted) => accepted.clone(),
                None => "2xx".parse()?,
            },
            refused_body: args.refused_body.clone(),
            accepted_body: args.accepted_body.clone(),
        };
        let given = Given {
            replay_allowed: args.replay_allowed,
            signs_time: signer.as_ref().map(forge::signs_time),
            tolerance: tolerance.whole_seconds(),
        };
        let is_wanted = |test: &&Test| {
            (args.only.is_empty() || args.only.contains(&test.group))
                && !args.skip.contains(&test.id)
        };
        let tests: Vec<_> = tests().iter().filter(is_wanted).collect();
        let name = args.allowed_name.as_deref();
        let host = &args.url.endpoint.host;
        let guests = calls::guests(&tests, identity.as_ref(), authority.as_ref(), name, host)?;
        let claim = identity.as_ref().and_then(|own| own.chain.end_entity()).map(|leaf| {
            let thumbprint = args.allowed_thumbprint.as_ref().map(|pin| hex(&pin.bytes));
            Claim::of(leaf, name.unwrap_or_else(|| name_of(leaf)), thumbprint.as_deref())
        });
        let timeout = args.transport.timeout;
        Ok(Self {
            scheme: args.scheme.clone(),
            guests,
            claim,
            address: OnceCell::new(),
            also: args.also.clone(),
            called: args.url.url(&request.target),
            url: args.url.clone(),
            gate: trust.gate(),
            timeouts: Timeouts {
                connect: timeout,
                handshake: timeout,
                first_byte: args.patience,
                total: timeout.saturating_add(args.patience),
            },
            tests,
            is_status_verdict: args.accepted.is_some(),
            retries: args.transport.retries,
            rate: args.rate,
            max_requests: args.max_requests,
            run: random_hex()[..16].to_owned(),
            now: context.now,
            at: context.global.at,
            whom,
            identity,
            request,
            signer,
            tolerance,
            rules,
            given,
            baseline,
        })
    }

    /// The moment to sign at.
    pub fn moment(&self) -> OffsetDateTime {
        self.at.unwrap_or_else(|| PeerClock::default().now().moment())
    }

    /// Where it is, for those who try other doors.
    pub fn place(&self) -> Place<'_> {
        let endpoint = &self.url.endpoint;
        Place {
            authority: &self.url.authority,
            port: self.whom.route.dialled(endpoint).port,
            is_tls: self.url.is_tls,
            is_address: endpoint.ip().is_some(),
            address: self.address.get().cloned(),
            also: self.also.as_deref(),
        }
    }

    /// Why nothing is sent there, where it is another machine than this one and nobody owns it.
    pub fn is_elsewhere(&self, args: &Args) -> Option<Error> {
        let why =
            self.whom.route.elsewhere(&self.whom.endpoint).filter(|_| !args.i_own_this_host)?;
        Some(Error::usage(format!("{why}: nothing was sent")).help(
            "audit sends forged calls, so only to your own endpoint: confirm that with \
             --i-own-this-host",
        ))
    }
}

/// The authority that the server trusts.
fn authority(args: &Args, passwords: &Passwords, context: &Context) -> Result<Option<Identity>> {
    let Some(path) = &args.test_ca else { return Ok(None) };
    let file = IdentityArgs { cert: Some(path.clone()), ..IdentityArgs::default() };
    identity::open(&file, passwords, context).map_err(|error| error.about("--test-ca"))
}

/// The server, no further away than may be.
fn whom(args: &Args, context: &Context) -> Result<Whom> {
    let (endpoint, transport) = (&args.url.endpoint, &args.transport);
    if let Some(unused) = transport.resolve.iter().find(|one| !transport.has_use_for(one, endpoint))
    {
        let message =
            format!("--resolve {} does not match the server that is dialled", unused.endpoint);
        return Err(Error::usage(message));
    }
    let offline = context.global.offline;
    let mut whom = match args.url.is_tls {
        true => Whom::by_tls(endpoint, None, None, transport, offline)?,
        false => {
            if args.identity.cert.is_some() {
                return Err(Error::usage("--cert needs an https:// URL")
                    .help("plain http has no certificates"));
            }
            Whom::in_plain(endpoint, true, transport, offline)?
        }
    };
    let is_here = whom.route.elsewhere(endpoint).is_none();
    if !args.url.is_tls && !is_here && !args.insecure {
        return Err(Error::usage(format!("http://{endpoint} is not encrypted")).help(
            "use https://, or --insecure if anyone in between may read and change the good request",
        ));
    }
    if !args.i_own_this_host && whom.route.reach == Reach::Anywhere {
        whom.route.reach = Reach::ThisMachine;
    }
    let fastest = if is_here { FASTEST_HERE } else { FASTEST };
    if args.rate.interval < fastest {
        let most = 1000 / fastest.as_millis();
        return Err(Error::usage(format!("at most {most} requests a second are allowed there"))
            .help("this is not a load test: leave out --rate, or give a lower one"));
    }
    Ok(whom)
}

/// What signs the good request.
fn signer(args: &Args, context: &Context) -> Result<Option<Resigner>> {
    if let Some(source) = &args.token {
        return given(args, source, context).map(Some);
    }
    let (Some(name), Some(source)) = (&args.scheme, &args.secret) else {
        let given = args.form.given().or(args.claims.given());
        return match given {
            Some(option) => Err(Error::usage(format!("{option} has no effect without --scheme"))),
            None => Ok(None),
        };
    };
    let how = Resigning { form: &args.form, claims: &args.claims, id: args.id.as_deref() };
    Ok(Some(resigner(name, source, &how, context)?))
}

/// A token that is sent as it is.
fn given(args: &Args, source: &Source, context: &Context) -> Result<Resigner> {
    let form = SchemeForm { signature_header: None, ..args.form.clone() };
    if let Some(option) = form.given().or(args.claims.given()) {
        return Err(Error::usage(format!("{option} has no effect with a given token")));
    }
    let (token, findings) = context.secret(source, "token")?;
    findings.iter().for_each(|finding| context.note(&finding.message));
    if !forge::is_token(&token) {
        return Err(Error::new(Failure::SecretMalformed, "--token: not a JSON Web Token")
            .help("it has three parts separated by dots; `Bearer ` is added before it"));
    }
    let header = args.form.signature_header.as_deref().unwrap_or("Authorization");
    Ok(Resigner::Given { header: header.to_owned(), token })
}
