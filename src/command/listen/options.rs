//! The command line of `listen`.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::ValueEnum;
use clap::builder::PossibleValuesParser;

use crate::args::identity::IdentityArgs;
use crate::args::pins::PinArg;
use crate::args::scheme::{HeaderArg, SchemeForm};
use crate::args::text::filled;
use crate::args::{duration, kept, size};
use crate::command::checking::{MessageArgs, TokenArgs};
use crate::error::{Error, Result};
use crate::http::Response;
use crate::net::forward::Application;
use crate::policy::challenge::PROVIDERS;
use crate::policy::passed_on::Dialect;
use crate::secret::{LabelledSource, Source};

/// Shown in help and man page.
pub const EXAMPLES: &str = r"Examples:
  # who is calling, and with what? keep the exact bytes
  hookprint listen --capture calls.har.ndjson
  # only callers with a certificate from this authority
  hookprint listen --addr :8443 --client-cert require --client-ca gts-roots.pem
  # old and new certificate during a rotation, in front of an application
  hookprint listen --client-pin old=@old.pem --client-pin new=@new.pem \
      --forward http://127.0.0.1:3000
  # refuse what is not signed
  hookprint listen --verify kindly --secret env:KINDLY_SECRET --enforce
  # register with a provider that checks the URL first
  hookprint listen --challenge meta --verify-token env:VERIFY_TOKEN \
      --verify meta --secret env:APP_SECRET
  # does the sender retry? refuse twice, then accept, and see when it comes
  hookprint listen --respond 503 --respond none --respond 200 \
      --respond-header 'Retry-After: 60' --close --for 12h
  # a Dialogflow token: for us, and from our agent?
  hookprint listen --verify google-id-token \
      --audience https://hooks.example/df \
      --jwks https://www.googleapis.com/oauth2/v3/certs \
      --email agent@my-project.iam.gserviceaccount.com
";

/// Arguments of `listen`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Address and port; :0 picks a free port
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8443", value_parser = address)]
    pub addr: SocketAddr,
    /// Plain HTTP instead of TLS
    #[arg(long, conflicts_with_all = ["client_ca", "client_pin", "client_cert"])]
    pub plain: bool,
    /// Allow an address that other machines can reach, and --forward to another machine
    #[arg(long)]
    pub allow_remote: bool,

    /// Our certificate: .p12, .pfx, .pem or .jks, detected by content [default: a temporary one]
    #[arg(long, value_name = "FILE", conflicts_with = "plain", help_heading = "Identity")]
    pub cert: Option<PathBuf>,
    /// Its private key, if --cert does not contain it
    #[arg(
        long,
        value_name = "FILE",
        requires = "cert",
        conflicts_with = "plain",
        help_heading = "Identity"
    )]
    pub key: Option<PathBuf>,
    /// Password of a store or key (can be repeated; each is tried)
    #[arg(
        long,
        value_name = "[LABEL=]SOURCE",
        aliases = ["passin", "passout"],
        conflicts_with = "plain",
        help_heading = "Identity"
    )]
    pub password: Vec<LabelledSource>,
    /// Which key, if the store has several
    #[arg(
        long,
        value_name = "NAME",
        requires = "cert",
        conflicts_with = "plain",
        help_heading = "Identity"
    )]
    pub alias: Option<String>,

    /// Whether to ask callers for a certificate; those refused are answered 403 [default: require with
    /// --enforce and --client-ca or --client-pin, else request]
    #[arg(long, value_name = "WHEN", help_heading = "Callers")]
    pub client_cert: Option<ClientCert>,
    /// Authorities that callers' certificates must come from
    #[arg(long, value_name = "FILE", help_heading = "Callers")]
    pub client_ca: Option<PathBuf>,
    /// Accepted thumbprint of callers, or @FILE for the certificates in a file (can be repeated: old
    /// and new)
    #[arg(
        long,
        value_name = "[LABEL=]THUMBPRINT",
        allow_hyphen_values = true,
        help_heading = "Callers"
    )]
    pub client_pin: Vec<PinArg>,
    /// Check the signature of each delivery under this scheme (`hookprint schemes`)
    #[arg(long, value_name = "SCHEME", help_heading = "Callers")]
    pub verify: Option<String>,
    /// Secret: file:PATH, env:NAME, fd:N, stdin or prompt (can be repeated: the current one first)
    #[arg(long, value_name = "[LABEL=]SOURCE", help_heading = "Callers")]
    pub secret: Vec<LabelledSource>,
    /// What is different from the scheme here.
    #[command(flatten)]
    pub form: SchemeForm,
    /// URL that senders call, if the scheme signs it; without a query, that of each request is added
    /// [default: from Host]
    #[arg(long, value_parser = filled, help_heading = "Callers")]
    pub url: Option<String>,
    /// Your own proxy sets Forwarded or X-Forwarded-Proto and -Host, which give the URL, and the
    /// headers that forward client certificates, which --forward then keeps
    #[arg(long, conflicts_with = "url", help_heading = "Callers")]
    pub trust_forwarded: bool,
    /// How far the signed time may be from now, either way; for tokens, how far clocks may differ
    /// [default: the scheme's]
    #[arg(long, value_name = "DURATION", value_parser = duration, help_heading = "Callers")]
    pub tolerance: Option<Duration>,
    /// Do not search for the cause of a mismatch
    #[arg(long, requires = "verify", help_heading = "Callers")]
    pub no_diagnose: bool,
    /// Search at most this long for the cause of a mismatch [default: 1.9 s]
    #[arg(long, value_name = "DURATION", value_parser = duration, conflicts_with = "no_diagnose", requires = "verify")]
    pub diagnose_time: Option<Duration>,
    /// What a bearer token must say.
    #[command(flatten)]
    pub token: TokenArgs,
    /// What a message signature must cover.
    #[command(flatten)]
    pub message: MessageArgs,
    /// Answer 401 or 403 when a check fails, or a certificate required by --client-ca or --client-pin
    /// is missing, instead of only reporting it
    #[arg(long, help_heading = "Callers")]
    pub enforce: bool,

    /// Append every delivery to this file, with its exact bytes (.har.ndjson); it contains senders'
    /// credentials, so only its owner can read it
    #[arg(long, value_name = "FILE", value_parser = kept, help_heading = "Capture")]
    pub capture: Option<PathBuf>,
    /// Answer only once the delivery is on disk, so that a power failure loses none that was answered
    #[arg(long, requires = "capture", help_heading = "Capture")]
    pub sync: bool,
    /// Replace values in the capture with placeholders; digests and verdicts stay
    #[arg(long, requires = "capture", help_heading = "Capture")]
    pub redact: bool,

    /// Write how much was received, and when each pin and secret was last used, to this file every few
    /// seconds: for the textfile collector of Prometheus' node exporter
    #[arg(long, value_name = "FILE", value_parser = kept, help_heading = "Capture")]
    pub prometheus_file: Option<PathBuf>,

    /// Forward each delivery to this application, with its original bytes, and answer as it does; its
    /// path is prepended to that of each request
    #[arg(long, value_name = "URL", conflicts_with = "respond", help_heading = "Answers")]
    pub forward: Option<Application>,
    /// Authorities for an application at https://, instead of the system's
    #[arg(long, value_name = "FILE", requires = "forward", help_heading = "Answers")]
    pub forward_ca: Option<PathBuf>,
    /// Tell the application which client certificate passed the check, in Client-Cert and
    /// Client-Cert-Chain (RFC 9440) or in X-Forwarded-Client-Cert as Envoy does
    #[arg(
        long,
        value_name = "FORM",
        requires = "forward",
        conflicts_with = "trust_forwarded",
        help_heading = "Answers"
    )]
    pub forward_client_cert: Option<PassedOn>,
    /// Answer this provider's check of the URL, before it sends the first webhook; with --secret if it
    /// signs, with --verify-token if it names one, with --url if that is hashed
    #[arg(long, value_name = "PROVIDER", value_parser = PossibleValuesParser::new(PROVIDERS), help_heading = "Answers")]
    pub challenge: Option<String>,
    /// Token registered with the provider: file:PATH, env:NAME, fd:N, stdin or prompt
    #[arg(long, value_name = "SOURCE", requires = "challenge", help_heading = "Answers")]
    pub verify_token: Option<Source>,
    /// Answer with this status and optional body, or `none` for no answer; if repeated, each answers
    /// one delivery and the last one all others (503, none, 200: does the sender retry?)
    #[arg(long, value_name = "STATUS[:BODY]", default_value = "200", value_parser = answer, help_heading = "Answers")]
    pub respond: Vec<Option<Response>>,
    /// Header of these answers, added to or replacing ours (can be repeated)
    #[arg(
        long,
        value_name = "'NAME: VALUE'",
        conflicts_with = "forward",
        value_parser = answer_header,
        help_heading = "Answers"
    )]
    pub respond_header: Vec<HeaderArg>,
    /// Wait this long before each answer
    #[arg(long, value_name = "DURATION", value_parser = duration, help_heading = "Answers")]
    pub delay: Option<Duration>,
    /// Close the connection after each answer
    #[arg(long, help_heading = "Answers")]
    pub close: bool,

    /// Maximum body size; a longer one is answered 413 and not kept
    #[arg(long, value_name = "SIZE", default_value = "10MB", value_parser = size, help_heading = "Limits")]
    pub max_body: u64,
    /// Memory for all connections and their bodies; a body without room waits for at most --timeout,
    /// and is then answered 503 [default: 256MB, or more if --max-body needs it]
    #[arg(long, value_name = "SIZE", value_parser = size, help_heading = "Limits")]
    pub max_memory: Option<u64>,
    /// Time limit for a handshake, and for a request from its first byte to its last
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = duration, help_heading = "Limits")]
    pub timeout: Duration,
    /// Stop after this many deliveries
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), help_heading = "Limits")]
    pub count: Option<u64>,
    /// Stop after this time
    #[arg(long = "for", value_name = "DURATION", value_parser = duration, help_heading = "Limits")]
    pub duration: Option<Duration>,
}

/// Whether callers are asked for a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ClientCert {
    /// They are not asked.
    Off,
    /// They are asked, and may send none.
    Request,
    /// They are asked, and one must be sent and pass.
    Require,
}

/// How a certificate that was verified is passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PassedOn {
    /// `Client-Cert` and `Client-Cert-Chain`.
    Rfc9440,
    /// `X-Forwarded-Client-Cert`.
    Xfcc,
}

impl From<PassedOn> for Dialect {
    fn from(form: PassedOn) -> Self {
        match form {
            PassedOn::Rfc9440 => Self::Rfc9440,
            PassedOn::Xfcc => Self::Xfcc,
        }
    }
}

impl Args {
    /// The answers in turn, with the header lines that were given.
    pub fn answers(&self) -> Vec<Option<Response>> {
        let mut answers = self.respond.clone();
        for headers in answers.iter_mut().flatten().map(|answer| &mut answer.headers) {
            self.respond_header.iter().for_each(|line| headers.remove(&line.name));
            for HeaderArg { name, value } in &self.respond_header {
                headers.push(name.as_str(), value.as_str());
            }
        }
        answers
    }

    /// What the options say about our own certificate.
    pub fn identity(&self) -> IdentityArgs {
        IdentityArgs {
            cert: self.cert.clone(),
            key: self.key.clone(),
            password: self.password.clone(),
            alias: self.alias.clone(),
        }
    }
}

/// `127.0.0.1:8443`, `[::1]:0`, `localhost:8443`, `:8443`.
fn address(text: &str) -> Result<SocketAddr> {
    let local = |port: &str| port.parse().ok().map(|port| (Ipv4Addr::LOCALHOST, port).into());
    let found = match text.rsplit_once(':') {
        Some(("" | "localhost", port)) => local(port),
        _ => SocketAddr::from_str(text).ok(),
    };
    found.ok_or_else(|| {
        Error::usage("not an address and port, for example 127.0.0.1:8443, [::1]:8443 or :0")
    })
}

/// A header line of our own answers. How they are framed is for us to say.
fn answer_header(text: &str) -> Result<HeaderArg> {
    let line: HeaderArg = text.parse()?;
    let is_ours = ["Content-Length", "Transfer-Encoding", "Connection"]
        .iter()
        .any(|name| name.eq_ignore_ascii_case(&line.name));
    match is_ours {
        true => Err(Error::usage("sets where an answer ends, which is already set")
            .help("--close closes the connection after each answer")),
        false => Ok(line),
    }
}

/// `204`, `503:try later`, `200:{"ok":true}`, `none`.
fn answer(text: &str) -> Result<Option<Response>> {
    if text == "none" {
        return Ok(None);
    }
    let bad = || Error::usage("not a status, for example 204, 503 or 200:{\"ok\":true}, nor none");
    let (status, body) = match text.split_once(':') {
        Some((status, body)) => (status, Some(body)),
        None => (text, None),
    };
    let status: u16 = status.parse().map_err(|_| bad())?;
    if !(200..600).contains(&status) {
        return Err(bad());
    }
    let mut response = Response::text(status, body.unwrap_or_default());
    match body {
        None => response.headers.remove("Content-Type"),
        Some(body) if body.starts_with(['{', '[']) => {
            response.headers.set("Content-Type", "application/json");
        }
        Some(_) => {}
    }
    if matches!(status, 204 | 304) {
        response.body.clear();
        response.headers.remove("Content-Length");
        response.headers.remove("Content-Type");
    }
    Ok(Some(response))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, expected) in [
            (":0", "127.0.0.1:0"),
            ("localhost:80", "127.0.0.1:80"),
            ("[::1]:1", "[::1]:1"),
            ("0.0.0.0:2", "0.0.0.0:2"),
        ] {
            assert_eq!(address(text).unwrap().to_string(), expected);
        }
        for text in ["", "8443", ":", "example.com:1", "::1", ":99999"] {
            assert!(address(text).is_err(), "{text}");
        }
    }

    #[test]
    fn header_lines_of_answers_take_the_place_of_ours() {
        let command = <Args as clap::Args>::augment_args(clap::Command::new("listen"));
        let line = ["listen", "--respond", "200:hi", "--respond", "none"];
        let headers = ["content-type: text/html", "Set-Cookie: a=1", "Set-Cookie: b=2"];
        let headers = headers.iter().flat_map(|header| ["--respond-header", header]);
        let matches = command.try_get_matches_from(line.into_iter().chain(headers)).unwrap();
        let args = <Args as clap::FromArgMatches>::from_arg_matches(&matches).unwrap();
        let answers = args.answers();
        let mut out = Vec::new();
        answers[0].as_ref().unwrap().write(None, &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-type: text/html\r\n\
             Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\nhi"
        );
        assert_eq!(answers[1], None);
        for text in ["content-length: 3", "Transfer-Encoding: x", "connection: close", "x"] {
            assert!(answer_header(text).is_err(), "{text}");
        }
    }

    #[test]
    fn answers() {
        let json = answer("200:{\"a\":\"b:c\"}").unwrap().unwrap();
        assert_eq!((json.status, &json.body[..]), (200, &b"{\"a\":\"b:c\"}"[..]));
        assert_eq!(json.headers.text("content-type").as_deref(), Some("application/json"));
        let plain = answer("503").unwrap().unwrap();
        assert_eq!(plain.headers.text("content-length").as_deref(), Some("0"));
        assert!(answer("204").unwrap().unwrap().headers.is_empty());
        assert_eq!(answer("none").unwrap(), None);
        for text in ["", "x", "99", "100", "600", "20 0"] {
            assert!(answer(text).is_err(), "{text}");
        }
    }
}
