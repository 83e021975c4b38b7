//! `verify [PAYLOAD]`: is the signature right, and if not, exactly why not?

mod captured;
mod signed_body;

use std::borrow::Cow;
use std::io::{Cursor, Read};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::args::capture::CaptureArgs;
use crate::args::scheme::{HeaderArg, SchemeForm};
use crate::args::shard::{ResumeArgs, ShardArgs};
use crate::args::text::{filled, token};
use crate::args::{duration, kept};
use crate::capture;
use crate::command::Context;
use crate::command::checking::explain::Explainer;
use crate::command::checking::{AUTO, Checked, Checker, MessageArgs, TokenArgs, Wish};
use crate::error::{Error, Kind, Result};
use crate::failure::Failure;
use crate::finding::Code;
use crate::input::unpack::{head, head_until, is_packed, unpack};
use crate::input::{FILE_LIMIT, cannot_read};
use crate::render::progress::{Progress, Total, Unit};
use crate::report::{Item, Position, Reporter};
use crate::secret::LabelledSource;
use crate::signature::called::Called;
use crate::signature::scheme::{Place, Scheme};
use crate::signature::{Message, Verifier};

/// Shown in help and man page.
pub const EXAMPLES: &str = r"Examples:
  # does this signature match, and if not, why not?
  hookprint verify body.json --scheme github --secret env:SECRET \
      --signature sha256=757107ea...
  # a capture, in the week of a rotation: which secret was used?
  hookprint verify calls.har.ndjson --scheme stripe \
      --secret new=env:NEW --secret old=env:OLD
  # whichever scheme the headers suggest
  hookprint verify request.http --secret file:secret
  # received yesterday, checked as of then
  hookprint verify calls.har.ndjson --scheme slack --secret env:SECRET \
      --at 2026-11-22T05:00:00Z --tolerance 5m
  # a compressed day: three mismatches are explained, all are counted
  hookprint verify day.har.ndjson.zst --scheme github --secret env:SECRET \
      --diagnose-first 3 --max-ratio 1000 --format ndjson -q
  # what it should have been, and the body that was signed (both are secret)
  hookprint verify body.json --scheme github --secret env:SECRET \
      --signature sha256=757107ea... --show-expected \
      --write-signed-body signed.json
  # your own scheme, described by options
  hookprint verify body.json --scheme hmac-sha256 --secret env:SECRET \
      --signature-header X-Acme-Signature --encoding base64 --prefix v1= \
      --signed '{body}' --header 'X-Acme-Signature: v1=TWFu...'
  # a Dialogflow token: for us, and from our agent?
  hookprint verify request.http --scheme google-id-token --jwks certs.json \
      --audience https://hooks.example/df \
      --email agent@my-project.iam.gserviceaccount.com
";

/// How much of a payload is held, so that a mismatch of it can be explained. What is longer streams
/// by, where the scheme allows it.
const HELD: u64 = 512 << 10;

/// How long a payload may be that is read again to explain why it does not match.
const EXPLAINED: u64 = 64 << 20;

/// Arguments of `verify`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// A payload, or a capture with its headers; - for standard input
    #[arg(default_value = "-")]
    payload: PathBuf,
    /// Secret: file:PATH, env:NAME, fd:N, stdin or prompt (can be repeated: the current one first, then
    /// old ones)
    #[arg(long, value_name = "[LABEL=]SOURCE")]
    secret: Vec<LabelledSource>,
    /// Header that came with the payload (can be repeated)
    #[arg(long, short = 'H', value_name = "'Name: value'")]
    header: Vec<HeaderArg>,
    /// The signature, as short for its header
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    signature: Option<String>,
    /// How far the signed time may be from now, either way; for tokens, how far clocks may differ
    /// [default: the scheme's]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    tolerance: Option<Duration>,
    /// URL that the sender called, if the scheme signs it [default: from the capture and its Host]
    #[arg(long, value_parser = filled)]
    url: Option<String>,
    /// Take the URL from Forwarded or X-Forwarded-Proto and -Host, set by your own proxy
    #[arg(long, conflicts_with = "url")]
    trust_forwarded: bool,
    /// Method of the request, if the scheme signs it
    #[arg(long, default_value = "POST", value_parser = token)]
    method: String,
    /// Print the signature that would be right
    #[arg(long)]
    show_expected: bool,
    /// Do not search for the cause of a mismatch
    #[arg(long)]
    no_diagnose: bool,
    /// Search at most this long for the cause of a mismatch, per request [default: 1.9 s, and 1 s per
    /// MiB of payload]
    #[arg(long, value_name = "DURATION", value_parser = duration, conflicts_with = "no_diagnose")]
    diagnose_time: Option<Duration>,
    /// Diagnose only this many mismatches, and count the others
    #[arg(long, value_name = "N", conflicts_with = "no_diagnose")]
    diagnose_first: Option<u64>,
    /// Write the body that was signed: the payload if it matches, else the one found by the diagnosis,
    /// if any
    #[arg(long, value_name = "FILE", conflicts_with = "no_diagnose", value_parser = kept)]
    write_signed_body: Option<PathBuf>,
    /// Which part of a capture is looked at.
    #[command(flatten)]
    sharding: ShardArgs,
    /// Whether rows of an earlier run are gone on with.
    #[command(flatten)]
    resuming: ResumeArgs,
    /// Signature scheme: built in (`hookprint schemes`), generic (hmac-sha1, hmac-sha256,
    /// hmac-sha512), of --scheme-file, or auto: whichever the headers suggest and the secret verifies
    /// [default: auto; hmac-sha256 with --signature or scheme options]
    #[arg(long, value_name = "NAME", help_heading = "Scheme")]
    scheme: Option<String>,
    /// What is different from it here.
    #[command(flatten)]
    form: SchemeForm,
    /// How a capture is read.
    #[command(flatten)]
    reading: CaptureArgs,
    /// What a bearer token must say.
    #[command(flatten)]
    token: TokenArgs,
    /// What a message signature must cover.
    #[command(flatten)]
    message: MessageArgs,
}

/// Verifies the payload, or every request of a capture.
pub fn run(args: &Args, context: &Context, reporter: &mut Reporter) -> Result<()> {
    signed_body::applies(args)?;
    let checker = checker(args, context, reporter)?;
    let subject = args.sharding.name(&args.payload);
    let started = Instant::now();
    match payload(args, context, &checker, &subject, reporter) {
        Err(error) if error.kind == Kind::Input => {
            reporter.is_cut_short = true;
            reporter.item(Item::failed(subject, error).since(started))
        }
        other => other,
    }
}

/// The scheme that was named. Without a name the headers tell it, unless the signature has none, or
/// something is said about the generic one.
fn scheme(args: &Args) -> Option<&str> {
    let is_told = args.form.given().is_some() || args.signature.is_some();
    args.scheme.as_deref().or((!is_told).then_some(AUTO))
}

fn checker(args: &Args, context: &Context, reporter: &Reporter) -> Result<Checker> {
    let wish = Wish {
        scheme: scheme(args),
        form: &args.form,
        secrets: &args.secret,
        token: &args.token,
        message: &args.message,
        is_enforced: false,
        tolerance: args.tolerance,
        called: Called {
            url: args.url.clone(),
            trust_forwarded: args.trust_forwarded,
            ..Called::default()
        },
        show_expected: args.show_expected,
        explainer: (!args.no_diagnose)
            .then(|| Explainer::of(signed_body::payload(args, context), args.diagnose_time))
            .map(|explainer| explainer.first(args.diagnose_first)),
        diagnose_time: None,
        shows_digests: reporter.shows_everything(),
    };
    Checker::new(wish, context)
}

fn payload(
    args: &Args,
    context: &Context,
    checker: &Checker,
    subject: &str,
    reporter: &mut Reporter,
) -> Result<()> {
    let mut reader = context.input.stream(&args.payload)?;
    let unreadable = |error| Error::new(Failure::Unreadable, format!("{subject}: {error}"));
    let headers = headers(args, checker.scheme())?;
    let is_bare = headers.is_empty() && !checker.reads_body();
    let is_enough = |start: &[u8]| is_bare && capture::is_of_lines(start);
    let mut body = head_until(&mut reader, HELD, is_enough).map_err(unreadable)?;
    // A payload is what was signed, compressed or not; a capture is what is in it.
    if is_bare && capture::is_capture(&unpacked(args, &body)?) {
        signed_body::refused(args)?;
        // How long it will be is not known before it has been unpacked.
        let length = context.input.length(&args.payload).filter(|_| !is_packed(&body));
        let total = length.map_or(Total::Unknown, Total::Of);
        let progress = Progress::new(total, Unit::Bytes, context.is_quiet());
        let capture = Cursor::new(body).chain(reader);
        return captured::run(checker, args, context, capture, reporter, progress);
    }
    if !args.sharding.deal().takes(0, || subject.to_owned()) {
        return Ok(());
    }
    let is_whole = (body.len() as u64) < HELD;
    let is_held = is_whole || args.write_signed_body.is_some();
    let streaming = checker.streaming().filter(|_| !is_held);
    if streaming.is_none() && !is_whole {
        reader.by_ref().take(FILE_LIMIT).read_to_end(&mut body).map_err(unreadable)?;
        if body.len() as u64 > FILE_LIMIT {
            let message = format!("{subject}: is larger than {FILE_LIMIT} bytes");
            return Err(Error::new(Failure::TooLarge, message).help(
                "with a scheme that signs the body once, named with --scheme, any length is possible",
            ));
        }
    }
    let lines: Vec<_> =
        headers.iter().map(|line| (line.name.as_str(), line.value.as_bytes())).collect();
    let message = Message {
        method: &args.method,
        url: args.url.as_deref(),
        target: "",
        headers: &lines,
        body: &body,
        complete: false,
    };
    let started = Instant::now();
    let checked = match streaming {
        Some(verifier) => {
            let checked = streamed(args, context, checker, verifier, message, reader)?;
            match explainable(args, context, &checked) {
                Some(body) => {
                    let message = Message { body: &body, ..message };
                    checker.check(subject, &message, checker.moments())
                }
                None => Ok(checked),
            }
        }
        None => checker.check(subject, &message, checker.moments()),
    };
    let mut item = match checked {
        Ok(mut checked) => {
            let failure = signed_body::write(args, checker, &mut checked, &body)?;
            Item { failure, ..checked.item(subject) }
        }
        Err(error) => Item::failed(subject, error),
    };
    item.findings.extend(checker.about_secrets(subject));
    reporter.record(Position::number(0), [item.since(started)])
}

/// The beginning of a file whose first bytes these are, unpacked when it is compressed.
///
/// # Errors
/// When nothing of it can be unpacked.
fn unpacked<'a>(args: &Args, start: &'a [u8]) -> Result<Cow<'a, [u8]>> {
    if !is_packed(start) {
        return Ok(start.into());
    }
    let mut reader = unpack(Cursor::new(start.to_vec()), args.reading.unpacking.max_ratio);
    let unpacked = head(&mut reader, HELD).map_err(|error| cannot_read(&args.payload, &error))?;
    Ok(unpacked.into())
}

/// The payload once more, as a whole, when its signature does not match and a diagnosis is asked for.
fn explainable(args: &Args, context: &Context, checked: &Checked) -> Option<Vec<u8>> {
    let is_mismatch =
        checked.findings.iter().any(|finding| finding.code == Code::SignatureMismatch);
    let is_wanted = is_mismatch && !args.no_diagnose && args.payload.as_os_str() != "-";
    is_wanted.then(|| context.input.read_at_most(&args.payload, EXPLAINED).ok()).flatten()
}

/// Verifies a payload too long to be held: its beginning is `message.body`.
fn streamed(
    args: &Args,
    context: &Context,
    checker: &Checker,
    verifier: &Verifier,
    message: Message<'_>,
    reader: impl Read,
) -> Result<Checked> {
    let subject = args.sharding.name(&args.payload);
    let start = message.body;
    let head = Message { body: b"", ..message };
    let mut stream = match verifier.stream(head, checker.moments().now) {
        Ok(stream) => stream,
        Err(outcome) => return Ok(checker.streamed(&subject, verifier, outcome)),
    };
    stream.update(start);
    let rest = context.each_piece(&args.payload, reader, |piece| stream.update(piece))?;
    let bytes = start.len() as u64 + rest;
    let mut checked = checker.streamed(&subject, verifier, stream.finish());
    checked.verification.payload_bytes = Some(bytes);
    let mut findings = checked.findings.iter_mut();
    if let Some(mismatch) = findings.find(|found| found.code == Code::SignatureMismatch) {
        mismatch.help = Some(format!(
            "{bytes} bytes are too many to search for the cause: give a file of {} MiB at most, or \
             less than {} KiB \
             on standard input",
            EXPLAINED >> 20,
            HELD >> 10
        ));
    }
    Ok(checked)
}

/// The headers as they were typed, with the one that `--signature` is short for.
fn headers(args: &Args, scheme: Option<&Scheme>) -> Result<Vec<HeaderArg>> {
    let mut headers = args.header.clone();
    let Some(signature) = &args.signature else { return Ok(headers) };
    let scheme = scheme.ok_or_else(|| {
        Error::usage("--signature needs a scheme")
            .help("name it with --scheme, or give the complete --header")
    })?;
    let name = match &scheme.place {
        Place::Headers(_) => scheme.place.header().unwrap_or_default(),
        Place::Body(place) => {
            return Err(Error::usage(format!(
                "--signature: {} carries it in the body: {place}",
                scheme.name
            )));
        }
    };
    // Both the whole value of the header and the signature alone are understood.
    let is_whole = scheme.split.is_some() || scheme.value.signature(signature, true).is_some();
    let value = match is_whole {
        true => signature.clone(),
        false => scheme.value.fill(|word| (word == "sig").then(|| signature.clone())).ok_or_else(
            || Error::usage(format!("--signature: {} writes `{}`", scheme.name, scheme.value)),
        )?,
    };
    headers.push(HeaderArg { name, value });
    Ok(headers)
}
