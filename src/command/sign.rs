//! `sign [PAYLOAD]`: the headers that a payload carries under a scheme and secret.

mod message;
mod token;

use std::path::PathBuf;
use std::time::Instant;

use clap::ValueEnum;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use crate::args::claims::ClaimArgs;
use crate::args::moment;
use crate::args::scheme::{DEFAULT, HeaderArg, SchemeForm};
use crate::args::text::{filled, token};
use crate::command::Context;
use crate::digest;
use crate::error::{Error, Kind, Result};
use crate::http::{Header, write};
use crate::input::named;
use crate::outcome::Outcome;
use crate::outcome::signing::{Signing, Wanted};
use crate::report::{Item, Reporter};
use crate::secret::Source;
use crate::signature::key::SigningKey;
use crate::signature::message::Line;
use crate::signature::scheme::{Algorithm, Place, Scheme};
use crate::signature::sign::Signed;
use crate::signature::{Fresh, Message, Signer, mac, standard};

/// Shown in help and man page.
pub const EXAMPLES: &str = r"Examples:
  # the headers of GitHub for this body
  hookprint sign body.json --scheme github --secret env:SECRET
  # sent right away
  hookprint sign body.json --scheme stripe --secret file:secret |
      curl -H @- --data-binary @body.json https://hooks.example/
  # only the signature, of standard input
  hookprint sign - --secret env:SECRET --only signature < body.json
  # the same signature again, with a fixed time
  hookprint sign body.json --scheme slack --secret env:SECRET \
      --timestamp 1795000000
  # your own scheme, described by options
  hookprint sign body.json --scheme hmac-sha512 --secret env:SECRET \
      --signature-header X-Acme-Signature --encoding base64 --prefix v1= \
      --signed '{header:X-Acme-Id}.{body}' --header 'X-Acme-Id: 7'
  # a bearer token whose claim is the digest of the body
  hookprint sign body.json --scheme jwt --secret file:key.pem \
      --audience https://hooks.example/df --body-claim sha256
";

/// Arguments of `sign`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The payload: a file, or - for standard input; its bytes are used unchanged
    #[arg(default_value = "-")]
    payload: PathBuf,
    /// Secret: file:PATH, env:NAME, fd:N, stdin or prompt; for schemes with key pairs, a private key in
    /// PEM
    #[arg(long, value_name = "SOURCE")]
    secret: Source,
    /// Id of the delivery, if the scheme has one [default: a random one]; for jwt and
    /// http-message-signature the id of the key
    #[arg(long, allow_hyphen_values = true, value_parser = filled)]
    id: Option<String>,
    /// Signing time, RFC 3339 or seconds since 1970 [default: --at, or now]
    #[arg(long, value_name = "TIME", value_parser = time_of_signing)]
    timestamp: Option<OffsetDateTime>,
    /// URL that will be called, if the scheme signs it
    #[arg(long, value_parser = filled)]
    url: Option<String>,
    /// Method of the request, if the scheme signs it
    #[arg(long, default_value = "POST", value_parser = token)]
    method: String,
    /// Header of the request, if the scheme signs it (can be repeated)
    #[arg(long, short = 'H', value_name = "'Name: value'")]
    header: Vec<HeaderArg>,
    /// Print only this
    #[arg(long, value_name = "KIND")]
    only: Option<Only>,
    /// Signature scheme: built in (`hookprint schemes`), generic (hmac-sha1, hmac-sha256,
    /// hmac-sha512) or of --scheme-file [default: hmac-sha256]
    #[arg(long, value_name = "NAME", help_heading = "Scheme")]
    scheme: Option<String>,
    /// What is different from it here.
    #[command(flatten)]
    form: SchemeForm,
    /// What a bearer token says.
    #[command(flatten)]
    claims: ClaimArgs,
}

/// What `--only` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Only {
    /// The value of the signature header; of a bearer token, the token alone.
    Value,
    /// The signature without what stands around it.
    Signature,
}

fn time_of_signing(text: &str) -> Result<OffsetDateTime> {
    let seconds = text.parse().ok().and_then(|at| OffsetDateTime::from_unix_timestamp(at).ok());
    seconds.map_or_else(|| moment(text), Ok)
}

/// Signs the payload.
pub fn run(args: &Args, context: &Context, reporter: &mut Reporter) -> Result<()> {
    let name = args.scheme.as_deref().unwrap_or(DEFAULT);
    args.form.check(name)?;
    args.claims.check(name)?;
    let standard = args.scheme.as_deref().and_then(standard::named);
    if let Some((why, instead)) = standard.and_then(|standard| standard.unsignable) {
        return Err(Error::usage(why).help(instead));
    }
    let scheme = match standard {
        Some(_) => None,
        None => Some(context.scheme(args.scheme.as_deref(), &args.form)?),
    };
    let subject = named::file(&args.payload);
    let started = Instant::now();
    let (secret, mut findings) = context.secret(&args.secret, "signing secret")?;
    let shows_everything = reporter.shows_everything();
    let signed = match (scheme, name) {
        (Some(scheme), _) => {
            let signer = Signer::new(scheme, &secret)?;
            findings.extend(signer.weak_secret().map(|problem| problem.finding(&subject)));
            tell(signer.scheme(), context);
            by_scheme(args, context, &signer, shows_everything)
        }
        (None, name) if standard::is_token(name) => {
            let weak = mac::weak_secret("the secret", &secret);
            findings.extend(weak.map(|problem| problem.finding(&subject)));
            token::sign(args, context, &SigningKey::of_secret(secret)?)
        }
        (None, _) => {
            let key = SigningKey::of_secret(secret)?;
            message::sign(args, context.now, &key, context.read(&args.payload)?)
        }
    };
    let mut item = match signed.and_then(written) {
        Ok(signing) => Item { outcome: Outcome::Signing(Box::new(signing)), ..Item::new(subject) },
        Err(error) if error.kind == Kind::Usage => return Err(error),
        Err(error) => Item::failed(subject, error),
    };
    // Only header lines go to stdout: people are told on stderr.
    if !shows_everything {
        findings.iter().for_each(|finding| context.note(&finding.message));
    }
    item.findings = findings;
    reporter.item(item.since(started))
}

/// Says what is out of the ordinary in how a scheme carries its signature.
fn tell(scheme: &Scheme, context: &Context) {
    let name = &scheme.name;
    if let Place::Body(place) = &scheme.place {
        context.note(&format!("{name} carries the signature in its body: {place}"));
    }
    if scheme.algorithm == Algorithm::Token {
        context.note(&format!(
            "with {name} the signature is the secret itself: treat the output as a secret"
        ));
    }
}

/// Refuses a header line that would be two.
fn written(signing: Signing) -> Result<Signing> {
    signing.headers.iter().try_for_each(|line| write::check_line(&line.name, &line.value))?;
    Ok(signing)
}

/// What is printed, where `value` is the signature as it travels.
fn wanted(only: Option<Only>, value: impl FnOnce() -> String) -> Wanted {
    match only {
        None => Wanted::Lines,
        Some(Only::Signature) => Wanted::Signature,
        Some(Only::Value) => Wanted::Value(value()),
    }
}

fn by_scheme(
    args: &Args,
    context: &Context,
    signer: &Signer,
    shows_digest: bool,
) -> Result<Signing> {
    let headers: Vec<Line<'_>> =
        args.header.iter().map(|line| (line.name.as_str(), line.value.as_bytes())).collect();
    let fresh = Fresh { at: args.timestamp.unwrap_or(context.now), id: args.id.clone() };
    let message = Message {
        method: &args.method,
        url: args.url.as_deref(),
        target: "",
        headers: &headers,
        body: b"",
        complete: true,
    };
    let mut hash = shows_digest.then(Sha256::new);
    let mut note = |piece: &[u8]| hash.iter_mut().for_each(|hash| hash.update(piece));
    let (signed, payload_bytes) = if signer.streams() {
        let mut pending = signer.begin(&message, &fresh)?;
        let reader = context.input.stream(&args.payload)?;
        let bytes = context.each_piece(&args.payload, reader, |piece| {
            pending.update(piece);
            note(piece);
        })?;
        (pending.finish()?, bytes)
    } else {
        let body = context.read(&args.payload)?;
        note(&body);
        (signer.sign(&Message { body: &body, ..message }, &fresh)?, body.len() as u64)
    };
    let Signed { headers, signature } = signed;
    let value = headers.first().map_or(&signature, |(_, value)| value);
    let wanted = match headers.is_empty() && args.only.is_none() {
        true => Wanted::Signature,
        false => wanted(args.only, || value.clone()),
    };
    let line = |(name, value): (String, String)| Header { name, value: value.into_bytes() };
    Ok(Signing {
        scheme: signer.scheme().name.clone(),
        algorithm: Some(signer.scheme().algorithm.name()),
        encoding: signer.scheme().encoding.name(),
        payload_bytes,
        payload_sha256: hash.map(|hash| digest::hex(&hash.finalize())),
        claims: None,
        wanted,
        headers: headers.into_iter().map(line).collect(),
        signature,
    })
}
