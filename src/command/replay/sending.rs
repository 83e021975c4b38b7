//! Options of everything that sends requests: where to, how each is signed, how often, whom to trust, and
//! which way.

use std::time::Duration;

use super::prepare::Changes;
use crate::args::claims::ClaimArgs;
use crate::args::destination::Destination;
use crate::args::duration;
use crate::args::identity::IdentityArgs;
use crate::args::pins::Pins;
use crate::args::scheme::{HeaderArg, SchemeForm};
use crate::args::transport::{Anchoring, TlsVersion, Transport};
use crate::command::Context;
use crate::command::pace::Rate;
use crate::command::resigning::{Resigning, resigner};
use crate::error::Result;
use crate::policy::Expected;
use crate::secret::Source;
use crate::signature::resign::Resigner;

/// How requests are sent.
#[derive(clap::Args, Clone, Debug)]
#[command(mut_arg("timeout", |arg| arg.help("Time limit for one attempt, including the connection")))]
#[command(mut_arg("retries", |arg| arg.help(
    "Try again this many times after a failed connection, or 408, 429 or 5xx; with growing pauses, \
     honouring Retry-After"
)))]
pub struct Sending {
    /// Destination; path and query of the capture are kept unless the URL has its own
    #[arg(long, value_name = "URL")]
    pub to: Destination,
    /// How each is signed.
    #[command(flatten)]
    pub signing: SigningForm,
    /// Set a header, or remove it with an empty value (can be repeated)
    #[arg(long, short = 'H', value_name = "'Name: value'")]
    pub header: Vec<HeaderArg>,
    /// Send everything this many times
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    pub repeat: u64,
    /// How many at once; 1 keeps the order
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: u16,
    /// Maximum rate: 10/s, 90/m
    #[arg(long, value_name = "N/s")]
    pub rate: Option<Rate>,
    /// Also send what an earlier run sent without reading an answer
    #[arg(long)]
    pub resend_unknown: bool,
    /// Expected statuses: 2xx, or 200,204
    #[arg(long, value_name = "STATUS", default_value = "2xx")]
    pub expect: Expected,
    /// Print exactly what would be sent, without sending
    #[arg(long)]
    pub dry_run: bool,
    /// Send even to an untrusted server; --pin still applies
    #[arg(long)]
    pub insecure: bool,
    /// Only this TLS version
    #[arg(long, value_name = "VERSION")]
    pub tls: Option<TlsVersion>,
    /// Time limit for connecting [default: --timeout]
    #[arg(long, value_name = "DURATION", value_parser = duration, help_heading = "Connection")]
    pub connect_timeout: Option<Duration>,
    /// Time limit for the TLS handshake [default: --timeout]
    #[arg(long, value_name = "DURATION", value_parser = duration, help_heading = "Connection")]
    pub handshake_timeout: Option<Duration>,
    /// Time limit from the request's last byte to the answer's first [default: --timeout]
    #[arg(long, value_name = "DURATION", value_parser = duration, help_heading = "Connection")]
    pub answer_timeout: Option<Duration>,
    /// Our own certificate.
    #[command(flatten)]
    pub identity: IdentityArgs,
    /// Whom to trust.
    #[command(flatten)]
    pub anchoring: Anchoring,
    /// Accepted thumbprints of the server.
    #[command(flatten)]
    pub pins: Pins,
    /// The way to the server.
    #[command(flatten)]
    pub transport: Transport,
}

impl Sending {
    /// What is changed in every request.
    pub fn changes(&self, signer: Option<Resigner>) -> Changes {
        Changes {
            destination: self.to.clone(),
            headers: self.header.clone(),
            signer,
            strip_credentials: false,
        }
    }
}

/// What is different from a scheme here, and what a token says.
#[derive(clap::Args, Clone, Debug)]
pub struct SigningForm {
    /// What is different from the scheme here.
    #[command(flatten)]
    form: SchemeForm,
    /// What a token says in place of what the captured one does.
    #[command(flatten)]
    claims: ClaimArgs,
}

impl SigningForm {
    /// The first option that is given: all of them need a scheme.
    pub fn given(&self) -> Option<&'static str> {
        self.form.given().or(self.claims.given())
    }

    /// What signs each request under the scheme of that name; the key of a standard has an id.
    ///
    /// # Errors
    /// Those of [`resigner`].
    pub fn resigner(
        &self,
        name: &str,
        source: &Source,
        id: Option<&str>,
        context: &Context,
    ) -> Result<Resigner> {
        resigner(name, source, &Resigning { form: &self.form, claims: &self.claims, id }, context)
    }
}
