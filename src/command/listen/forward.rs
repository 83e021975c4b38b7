//! `--forward`: what the application behind us gets of a delivery and its caller, and what comes back.

use std::time::Duration;

use super::options::Args;
use super::session::Session;
use crate::args::pins::Pins;
use crate::args::transport::{Anchoring, Transport};
use crate::cert::Certificate;
use crate::command::Context;
use crate::command::whom::{Trust, Whom};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::Response;
use crate::net::forward::Application;
use crate::net::serve::{Delivery, Rest};
use crate::policy::passed_on::{self, Dialect};
use crate::store::Passwords;
use crate::tls::{Client, Settings};

/// The application, and how it is told who called.
pub struct Forwarding {
    application: Application,
    dialect: Option<Dialect>,
    /// Our certificate, which says who verified.
    pub own: Option<Certificate>,
    /// For the application to answer.
    timeout: Duration,
    /// Why it does not answer is not for strangers.
    is_terse: bool,
}

/// What came of passing a delivery on.
pub struct Passed {
    /// The answer: the application's, or what says that there is none.
    pub response: Response,
    /// What is still to come of it.
    pub rest: Option<Rest>,
    /// Why there is none.
    pub failure: Option<Error>,
}

impl Forwarding {
    /// What the command line asks for, if anything.
    ///
    /// # Errors
    /// `usage` for an application on another machine in plain HTTP, and for what says nothing; those of
    /// reading anchors.
    pub fn new(args: &Args, is_terse: bool, context: &Context) -> Result<Option<Self>> {
        let Some(application) = args.forward.clone() else { return Ok(None) };
        context.allow_network(&application.to_string())?;
        if args.forward_client_cert.is_some()
            && args.client_ca.is_none()
            && args.client_pin.is_empty()
        {
            return Err(Error::usage("--forward-client-cert: no certificate is verified")
                .help("say which to accept with --client-ca FILE or --client-pin THUMBPRINT"));
        }
        let application = match application.is_secure() {
            true => secured(application, args, context)?,
            false => on_this_machine(application, args)?,
        };
        let application = match args.trust_forwarded {
            true => application.trusting_claims(),
            false => application,
        };
        let (dialect, timeout) = (args.forward_client_cert.map(Dialect::from), args.timeout);
        Ok(Some(Self { application, dialect, own: None, timeout, is_terse }))
    }

    /// Passes a delivery on, as far as its body has come, and then as it comes. `is_verified` says whether the certificate of its caller passed its check.
    pub async fn pass(
        &self,
        delivery: &mut Delivery,
        session: &Session,
        is_verified: bool,
    ) -> Passed {
        let added = match self.dialect.filter(|_| is_verified) {
            Some(dialect) => passed_on::headers(dialect, session.chain(), self.own.as_ref()),
            None => Vec::new(),
        };
        let head = match self.application.head(delivery, &added) {
            Ok(head) => head,
            Err(error) => return self.failed(400, error),
        };
        match self.application.pass(&head, delivery, self.timeout).await {
            Ok((response, rest)) => Passed { response, rest, failure: None },
            Err(error) if error.code == Failure::Timeout => self.failed(504, error),
            Err(error) => self.failed(502, error),
        }
    }

    fn failed(&self, status: u16, error: Error) -> Passed {
        let error = error.about(&self.application);
        let text = match self.is_terse {
            true => "the application did not answer\n".to_owned(),
            false => format!("{error}\n"),
        };
        Passed { response: Response::text(status, text), rest: None, failure: Some(error) }
    }
}

/// In plain HTTP everybody on the way reads along, so it is on this machine, unless other machines are
/// allowed.
fn on_this_machine(application: Application, args: &Args) -> Result<Application> {
    if args.forward_ca.is_some() {
        return Err(Error::usage(format!("--forward-ca does not apply to {application}"))
            .help("use https:// for an application that should be verified"));
    }
    match application.elsewhere() {
        _ if args.allow_remote => Ok(application.anywhere()),
        None => Ok(application),
        Some(why) => Err(Error::usage(format!("--forward {application}: {why}")).help(
            "http is not encrypted: use https://, or --allow-remote if anyone in between may read it",
        )),
    }
}

/// Over TLS it is verified, by its name and up to an anchor, before anything is sent.
fn secured(application: Application, args: &Args, context: &Context) -> Result<Application> {
    let anchoring = Anchoring { ca: args.forward_ca.clone() };
    let trust = Trust::load(&anchoring, &Pins::default(), false, &Passwords::default(), context)
        .map_err(|error| error.about("--forward-ca"))?;
    let offline = context.global.offline;
    let whom = Whom::by_tls(application.endpoint(), None, None, &Transport::default(), offline)?;
    let settings = Settings { http: true, resume: true, gate: trust.gate(), ..Settings::default() };
    Ok(application.over_tls(whom.route, Client::new(&settings)?, whom.name))
}
