//! `audit URL`: does this endpoint refuse what it must refuse? A good request is sent first; then calls with
//! one thing wrong in each; and the good one again between and after, or refusals would prove nothing.
//!
//! ```text
//! plan (good request, signer, rules) ─► run: control, tests, control ─► rows ─► report
//!                                          │   ▲
//!             calls: one forged call each ◄┘   └─ sending (one exchange), policy::audit::judge
//! ```

mod calls;
mod evidence;
mod good;
mod judge;
mod plan;
mod report;
mod run;
mod sending;

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::ArgPredicate;

use crate::args::capture::CaptureArgs;
use crate::args::claims::ClaimArgs;
use crate::args::destination::Destination;
use crate::args::duration;
use crate::args::identity::IdentityArgs;
use crate::args::kept;
use crate::args::pins::Pins;
use crate::args::scheme::{HeaderArg, SchemeForm};
use crate::args::text::{filled, token};
use crate::args::transport::{Anchoring, Transport};
use crate::cert::Pin;
use crate::command::Context;
use crate::command::pace::Rate;
use crate::error::Result;
use crate::explain;
use crate::net::block_on;
use crate::outcome::Outcome;
use crate::policy::Expected as Statuses;
use crate::policy::audit::Group;
use crate::render::progress::{Progress, Total, Unit};
use crate::report::{Item, Reporter};
use crate::secret::Source;
use plan::Plan;

/// Shown in help and man page.
pub const EXAMPLES: &str = r"Examples:
  # what would be sent to a receiver on this machine, without sending it
  hookprint audit http://127.0.0.1:8080/hook --payload body.json \
      --scheme github --secret env:SECRET --dry-run
  # does it refuse tampered and replayed calls?
  hookprint audit https://127.0.0.1:9443/pay --request good.har.ndjson \
      --scheme stripe --secret env:SECRET
  # over mutual TLS, only a few tests
  hookprint audit https://localhost:9443/pay --request good.har.ndjson \
      --scheme kindly --secret env:SECRET --ca ca.pem --cert client.p12 \
      --password env:P12 --max-requests 20 --skip empty-secret
  # beyond this machine, with findings accepted for a while
  hookprint audit https://hooks.example/pay --request good.har.ndjson \
      --scheme slack --secret env:SECRET --i-own-this-host \
      --baseline accepted.toml
  # a receiver that always answers 200, with its verdict in the body
  hookprint audit http://127.0.0.1:8080/hook --request good.har.ndjson \
      --scheme github --secret env:SECRET --refused-body invalid \
      --evidence evidence.har.ndjson
  # behind a proxy that forwards certificates: what forged headers claim
  hookprint audit https://localhost:9443/pay --request good.har.ndjson \
      --token file:token --cert client.p12 --password env:P12 \
      --allowed-name client.example \
      --allowed-thumbprint ff6c0105042833b2f22da83379056fad6f3d3ba4
  # what a test is about, and how to do it right
  hookprint audit --explain two-headers-bad-first
";

/// What holds it, below the options.
pub const AFTER: &str = "Never a load test: 60 requests at most, 2 a second (20 on loopback), 5 minutes, bodies up to \
64 KiB. Redirects are not followed. Each request carries Hookprint-Audit: RUN/ID, so that the \
owner can find it. Secrets are used only to sign requests to this host.";

/// What stands in the place of an endpoint where none is called.
const NOWHERE: &str = "http://localhost";

/// Arguments of `audit`.
#[derive(clap::Args, Debug)]
#[command(mut_arg("timeout", |arg| arg.help("Time limit for each connection and handshake")))]
pub struct Args {
    /// The endpoint
    #[arg(
        value_name = "URL",
        required = false,
        required_unless_present = "explain",
        default_value_if("explain", ArgPredicate::IsPresent, NOWHERE)
    )]
    url: Destination,
    /// Explain a test: what goes wrong in real receivers, and how to do it right; nothing is sent
    #[arg(long, value_name = "ID", value_parser = plan::test_id, conflicts_with_all = ["url", "request", "payload"])]
    explain: Option<String>,
    /// The good request: the first in this capture, of any format, that carries the header of the
    /// scheme
    #[arg(
        long,
        value_name = "CAPTURE",
        required_unless_present_any = ["payload", "explain"],
        conflicts_with = "payload"
    )]
    request: Option<PathBuf>,
    /// The good request is a POST of the bytes of this file
    #[arg(long, value_name = "FILE")]
    payload: Option<PathBuf>,
    /// Method of --payload
    #[arg(long, default_value = "POST", requires = "payload", value_parser = token)]
    method: String,
    /// Set a header, or remove it with an empty value (can be repeated)
    #[arg(long, short = 'H', value_name = "'Name: value'")]
    header: Vec<HeaderArg>,
    /// How it is signed, each time again: a scheme of `hookprint schemes`
    #[arg(long, value_name = "NAME", requires = "secret")]
    scheme: Option<String>,
    /// Signing secret: file:PATH, env:NAME, fd:N, stdin or prompt
    #[arg(long, value_name = "SOURCE", requires = "scheme")]
    secret: Option<Source>,
    /// A bearer token signed by someone else, sent unchanged: file:PATH, env:NAME, fd:N, stdin or
    /// prompt
    #[arg(long, value_name = "SOURCE", conflicts_with = "scheme")]
    token: Option<Source>,
    /// Id of the key, for jwt and http-message-signature [default: the captured one]
    #[arg(long, value_name = "NAME", requires = "scheme", allow_hyphen_values = true, value_parser = filled)]
    id: Option<String>,
    /// What is different from the scheme here.
    #[command(flatten)]
    form: SchemeForm,
    /// What a token says.
    #[command(flatten)]
    claims: ClaimArgs,
    /// Certificate and key of an authority that the server trusts, to generate lookalikes, expired ones
    /// and server certificates in memory
    #[arg(long, value_name = "FILE", requires = "cert", help_heading = "Client certificate")]
    test_ca: Option<PathBuf>,
    /// Thumbprint that forged headers claim [default: that of --cert]
    #[arg(long, value_name = "THUMBPRINT", requires = "cert", help_heading = "Client certificate")]
    allowed_thumbprint: Option<Pin>,
    /// Name that is accepted: forged headers claim it, and lookalikes resemble it [default: that of
    /// --cert]
    #[arg(long, value_name = "NAME", requires = "cert", value_parser = filled, help_heading = "Client certificate")]
    allowed_name: Option<String>,
    /// Another name of the same server, to use in TLS while the request uses the usual one
    #[arg(long, value_name = "NAME", value_parser = plan::server, help_heading = "Tests")]
    also: Option<String>,
    /// Only tests of these groups
    #[arg(long, value_name = "GROUP", value_delimiter = ',', help_heading = "Tests")]
    only: Vec<Group>,
    /// Skip these tests
    #[arg(long, value_name = "ID", value_delimiter = ',', value_parser = plan::test_id, help_heading = "Tests")]
    skip: Vec<String>,
    /// How old a call may be, according to the receiver [default: the scheme's, else 5m]
    #[arg(long, value_name = "DURATION", value_parser = plan::tolerance, help_heading = "Tests")]
    tolerance: Option<Duration>,
    /// The receiver deduplicates after it answers: a call accepted twice is fine
    #[arg(long, help_heading = "Tests")]
    replay_allowed: bool,
    /// Findings accepted for a while: [[accepted]] with id, until and why (TOML)
    #[arg(long, value_name = "FILE", help_heading = "Tests")]
    baseline: Option<PathBuf>,
    /// Statuses that mean accepted: 2xx, or 200,204 [default: 2xx]
    #[arg(long, value_name = "STATUS", help_heading = "Answers")]
    accepted: Option<Statuses>,
    /// Text in the body of a refusal, whatever its status
    #[arg(long, value_name = "TEXT", value_parser = plan::word, help_heading = "Answers")]
    refused_body: Option<String>,
    /// Text in the body of an accepted call
    #[arg(long, value_name = "TEXT", value_parser = plan::word, help_heading = "Answers")]
    accepted_body: Option<String>,
    /// How long the server may stay silent after the handshake
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = duration, help_heading = "Answers")]
    patience: Duration,
    /// Confirm that the endpoint is yours: required beyond this machine
    #[arg(long, help_heading = "Bounds")]
    i_own_this_host: bool,
    /// Maximum rate: 1/s, 30/m; at most 2/s, on loopback 20/s
    #[arg(long, value_name = "N/s", default_value = "2/s", help_heading = "Bounds")]
    rate: Rate,
    /// Send this many requests at most
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=60), help_heading = "Bounds")]
    max_requests: u32,
    /// Print what would be tried, without connecting
    #[arg(long, help_heading = "Bounds")]
    dry_run: bool,
    /// Save the forged calls that were let in, ready for replay (.har.ndjson)
    #[arg(long, value_name = "FILE", value_parser = kept)]
    evidence: Option<PathBuf>,
    /// Send the certificate and the good request even to an untrusted server
    #[arg(long)]
    insecure: bool,
    /// Our own certificate.
    #[command(flatten)]
    identity: IdentityArgs,
    /// How captures are read.
    #[command(flatten)]
    reading: CaptureArgs,
    /// Whom to trust.
    #[command(flatten)]
    anchoring: Anchoring,
    /// Accepted thumbprints of the server.
    #[command(flatten)]
    pins: Pins,
    /// The way to the server.
    #[command(flatten)]
    transport: Transport,
}

/// Tries everything that must be refused.
pub fn run(args: &Args, context: &Context, reporter: &mut Reporter) -> Result<()> {
    if let Some(one) = args.explain.as_deref().and_then(explain::audit::of) {
        let outcome = Outcome::Explanation(Box::new(one));
        return reporter.item(Item { outcome, ..Item::new("audit") });
    }
    let plan = Plan::new(args, context)?;
    if args.dry_run {
        return report::show(&plan, context.now, reporter);
    }
    if let Some(refused) = plan.is_elsewhere(args) {
        report::show(&plan, context.now, reporter)?;
        return Err(refused);
    }
    context.allow_network(&plan.whom.endpoint.to_string())?;
    let evidence = args.evidence.as_deref().map(evidence::Evidence::create).transpose()?;
    let total = Total::Of(plan.tests.len() as u64);
    let progress = Progress::new(total, Unit::Things("tests"), context.is_quiet());
    block_on(run::work(&plan, evidence, progress, context.is_quiet(), reporter))
}
