//! `sign [PAYLOAD]`: the headers that a payload carries under a scheme and secret.

mod message;
mod token;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::ValueEnum;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use crate::args::claims::ClaimArgs;
use crate::args::moment;
use crate::args::scheme::{DEFAULT, HeaderArg, SchemeArgs};
use crate::args::text::{line, token};
use crate::command::Context;
use crate::digest;
use crate::error::{Error, Result};
use crate::fact::Facts;
use crate::failure::Failure;
use crate::finding::Finding;
use crate::http::write;
use crate::report::{Item, Reporter};
use crate::secret::Source;
use crate::signature::message::Line;
use crate::signature::scheme::{Algorithm, Place};
use crate::signature::sign::Signed;
use crate::signature::{Fresh, Message, Signer, standard};

/// Shown in help and man page.
pub const EXAMPLES: &str = "Examples:
  hookprint sign body.json --scheme github --secret env:SECRET
  hookprint sign body.json --scheme stripe --secret file:secret | curl -H @- --data-binary @body.json URL
  hookprint sign - --secret env:SECRET --only signature < body.json
  hookprint sign claims.json --scheme jwt --secret file:key.pem --audience https://hooks.example/df
";

/// Bytes read at once: enough that the hash, not the system call, is what takes the time.
pub(super) const PIECE: usize = 64 << 10;

/// Arguments of `sign`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The payload: a file, or - for standard input; its bytes are taken as they are
    #[arg(default_value = "-")]
    payload: PathBuf,
    /// Where the secret is read from: file:PATH, env:NAME, fd:N, stdin or prompt; for schemes with
    /// key pairs a private key in PEM
    #[arg(long, value_name = "SOURCE")]
    secret: Source,
    /// Id of the delivery, where the scheme has one [default: a random one]; for jwt and
    /// http-message-signature the id of the key
    #[arg(long, allow_hyphen_values = true, value_parser = line)]
    id: Option<String>,
    /// Time of signing, RFC 3339 or seconds since 1970 [default: --at, or now]
    #[arg(long, value_name = "TIME", value_parser = time_of_signing)]
    timestamp: Option<OffsetDateTime>,
    /// URL that will be called, where the scheme signs it
    #[arg(long, value_parser = line)]
    url: Option<String>,
    /// Method of the request, where the scheme signs it
    #[arg(long, default_value = "POST", value_parser = token)]
    method: String,
    /// Header of the request, where the scheme signs it (can be repeated)
    #[arg(long, value_name = "'Name: value'")]
    header: Vec<HeaderArg>,
    /// Print nothing but this
    #[arg(long, value_name = "KIND")]
    only: Option<Only>,
    /// The scheme.
    #[command(flatten)]
    scheme: SchemeArgs,
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
    let name = args.scheme.scheme.as_deref().unwrap_or(DEFAULT);
    args.scheme.form.check(name)?;
    only_tokens(&args.claims, name)?;
    if let Some(standard) = args.scheme.scheme.as_deref().and_then(standard::named) {
        return match (standard.unsignable, standard.name) {
            (Some((why, instead)), _) => Err(Error::usage(why).help(instead)),
            (None, standard::JWT) => token::run(args, context, reporter),
            (None, _) => message::run(args, context, reporter),
        };
    }
    let scheme = context.scheme(args.scheme.scheme.as_deref(), &args.scheme.form)?;
    let (secret, mut findings) = context.secret(&args.secret, "signing secret")?;
    let signer = Signer::new(scheme, &secret)?;
    let subject = args.payload.display().to_string();
    findings.extend(signer.weak_secret().map(|problem| problem.finding(&subject)));
    if let Place::Json(pointer) = &signer.scheme().place {
        context.note(&format!(
            "{} carries the signature in its body, at {pointer}",
            signer.scheme().name
        ));
    }
    if signer.scheme().algorithm == Algorithm::Token {
        context.note(&format!(
            "under {} the signature is the secret itself: what is printed is to be kept as one",
            signer.scheme().name
        ));
    }
    let started = Instant::now();
    let signed = signed(args, context, &signer)
        .and_then(|(signed, payload)| Ok((plain(args.only, &signed)?, signed, payload)));
    let mut item = match signed {
        Ok((plain, signed, payload)) => {
            let mut item = Item::new(subject);
            item.plain = Some(plain);
            item.facts = facts(&signer, &signed, &payload);
            item
        }
        Err(error) if error.kind == crate::error::Kind::Usage => return Err(error),
        Err(error) => Item::failed(subject, error),
    };
    item.findings = beside(findings, context);
    reporter.item(item.since(started))
}

/// Refuses what only a token could say.
pub(super) fn only_tokens(claims: &ClaimArgs, scheme: &str) -> Result<()> {
    match claims.given() {
        Some(option) if scheme != standard::JWT => {
            Err(Error::usage(format!("{option} says nothing to {scheme}"))
                .help("only a token carries it: --scheme jwt in sign, --resign jwt in replay"))
        }
        _ => Ok(()),
    }
}

/// What is wrong with a secret. Only header lines go to stdout: people are told on stderr.
fn beside(findings: Vec<Finding>, context: &Context) -> Vec<Finding> {
    if context.is_human() {
        findings.iter().for_each(|finding| context.note(&finding.message));
    }
    findings
}

/// What was signed: its length and, when a report shows it, its digest.
struct Payload {
    bytes: u64,
    sha256: Option<String>,
}

fn signed(args: &Args, context: &Context, signer: &Signer) -> Result<(Signed, Payload)> {
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
    let mut hash = (!context.is_human()).then(Sha256::new);
    let mut bytes = 0;
    let signed = if signer.streams() {
        let mut pending = signer.begin(&message, &fresh)?;
        each_piece(context, &args.payload, |piece| {
            pending.update(piece);
            if let Some(hash) = &mut hash {
                hash.update(piece);
            }
            bytes += piece.len() as u64;
        })?;
        pending.finish()?
    } else {
        let body = context.read(&args.payload)?;
        if let Some(hash) = &mut hash {
            hash.update(&body);
        }
        bytes = body.len() as u64;
        signer.sign(&Message { body: &body, ..message }, &fresh)?
    };
    let sha256 = hash.map(|hash| digest::hex(&hash.finalize()));
    Ok((signed, Payload { bytes, sha256 }))
}

/// Hands the bytes of a file or of standard input to `take`, piece by piece.
pub(super) fn each_piece(
    context: &Context,
    path: &Path,
    mut take: impl FnMut(&[u8]),
) -> Result<()> {
    let mut reader = context.input.stream(path)?;
    let mut progress = context.progress(path);
    // Memory that is not there need not be cleared: most payloads are small.
    let length = context.input.length(path).map_or(PIECE as u64, |length| length + 1);
    let mut buffer = vec![0; length.min(PIECE as u64) as usize];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => {
                take(&buffer[..count]);
                progress.add(count as u64 >> 10);
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => {
                return Err(Error::new(
                    Failure::Unreadable,
                    format!("{}: {error}", path.display()),
                ));
            }
        }
    }
}

fn plain(only: Option<Only>, signed: &Signed) -> Result<String> {
    let value = signed.headers.first().map(|(_, value)| value);
    let lines = header_lines(signed.headers.iter().map(|(name, value)| (name, value.as_bytes())))?;
    Ok(match only {
        Some(Only::Signature) => format!("{}\n", signed.signature),
        Some(Only::Value) => format!("{}\n", value.unwrap_or(&signed.signature)),
        None if signed.headers.is_empty() => format!("{}\n", signed.signature),
        None => lines,
    })
}

/// Header lines as they are printed. One that would be two is refused.
fn header_lines<'a>(
    lines: impl IntoIterator<Item = (impl AsRef<str>, &'a [u8])>,
) -> Result<String> {
    let mut out = Vec::new();
    for (name, value) in lines {
        write::header_line(name.as_ref(), value, &mut out)?;
        out.push(b'\n');
    }
    Ok(String::from_utf8_lossy(&out).into_owned())
}

fn facts(signer: &Signer, signed: &Signed, payload: &Payload) -> Facts {
    let scheme = signer.scheme();
    let headers: Vec<Facts> = signed
        .headers
        .iter()
        .map(|(name, value)| Facts::new().with("name", name.as_str()).with("value", value.as_str()))
        .collect();
    Facts::new()
        .with("scheme", scheme.name.as_str())
        .with("headers", headers)
        .with("signature", signed.signature.as_str())
        .with("algorithm", scheme.algorithm.name())
        .with("encoding", scheme.encoding.name())
        .with("payload_bytes", payload.bytes)
        .with("payload_sha256", payload.sha256.clone())
}
