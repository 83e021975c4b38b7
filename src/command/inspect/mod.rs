//! `inspect PATH...`: what is in these files, and when does it stop working?

mod beside;
mod checks;
mod file;
mod job;
mod judge;
mod names;
mod stream;

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;
use rustls::pki_types::ServerName;

use crate::args::age;
use crate::args::pins::Pins;
use crate::args::provider::ProviderArgs;
use crate::args::shard::{ResumeArgs, ShardArgs};
use crate::args::unpack::UnpackArgs;
use crate::cert::Chain;
use crate::command::passwords::Given;
use crate::command::{Context, facts, pinned};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::input;
use crate::input::folder::Filter;
use crate::outcome::Summary;
use crate::outcome::inspection::Inspections;
use crate::parallel;
use crate::policy::provider::{self, Provider};
use crate::policy::{Calendar, Limits};
use crate::render::progress::{self, Progress, Total, Unit};
use crate::report::{Item, Place, Position, Reporter};
use crate::secret::{LabelledSource, Source};
use crate::store::{self, Entry, Passwords, PrivateKey};
use crate::tls::{LazyAnchors, Purpose};

use beside::Keys;
use job::{Job, jobs};
use judge::{Rules, Trusted};

/// Shown in help and man page.
pub const EXAMPLES: &str = r"Examples:
  # what is in this file, and how long is it valid?
  hookprint inspect client.p12 --password prompt
  # everything in a folder; nothing may expire within 60 days
  hookprint inspect certs/ --warn 60d --crit 30d --fail-on warning
  # can I call with it: key, chain, purpose, the receiver's trust?
  hookprint inspect client.p12 --password file:pw --for client \
      --ca receiver-ca.pem --verify-depth 1
  # does this platform's upload form accept it?
  hookprint inspect client.p12 --password prompt --for client \
      --provider webex-connect
  # can I serve with it, and does the key belong to it?
  hookprint inspect fullchain.pem --key privkey.pem --for server \
      --servername hooks.example
  # does my trust file accept what a provider presents, now and next?
  hookprint inspect /etc/nginx/client-ca.pem --trusts dialogflow-cx
  # a repository, without its test data, but including what .gitignore hides
  hookprint inspect . --exclude 'tests/' --no-ignore
  # one entry of a store, as PEM
  hookprint inspect store.jks --alias hooks --pem
  # from a pipe; a whole cluster, whose stores have their passwords next to them
  cat chain.pem | hookprint inspect - --json
  kubectl get secrets -A -o json | hookprint inspect - --password-key pass
";

/// What the bar shows, below the options.
pub const AFTER: &str = "Bar: how much of a certificate's lifetime has passed.";

/// Arguments of `inspect`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Files, folders with everything in them, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Password: file:PATH, env:NAME, fd:N, stdin or prompt (can be repeated; each is tried; the report
    /// says by its label which one opened a store)
    #[arg(long, visible_alias = "passin", alias = "passout", value_name = "[LABEL=]SOURCE")]
    password: Vec<LabelledSource>,
    /// Warn this long before expiry [default: 30d, or a third of the certificate's lifetime if that is
    /// less]
    #[arg(long, short, value_name = "AGE", value_parser = age)]
    warn: Option<Duration>,
    /// Critical this long before expiry [default: 7d, or a tenth of the certificate's lifetime if that
    /// is less]
    #[arg(long, short, value_name = "AGE", value_parser = age)]
    crit: Option<Duration>,
    /// Check it as the identity of a client or a server: key, purpose, chain, validity
    #[arg(long = "for", value_name = "PURPOSE")]
    purpose: Option<For>,
    /// The name that clients will ask for, with --for server
    #[arg(long, visible_alias = "sni", value_name = "NAME", requires = "purpose", value_parser = server_name)]
    servername: Option<ServerName<'static>>,
    /// Trust anchors, instead of the system's; without --for: does the chain lead there?
    #[arg(long, visible_aliases = ["cafile", "cacert", "roots"], value_name = "FILE")]
    ca: Option<PathBuf>,
    /// At most this many intermediates, as set at the peer (ssl_verify_depth in nginx)
    #[arg(long, value_name = "N", requires = "purpose")]
    verify_depth: Option<usize>,
    /// Only entries with this name
    #[arg(long, value_name = "NAME")]
    alias: Option<String>,
    /// Does the key in this file belong to a certificate?
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Whose upload form or published certificate it is held against.
    #[command(flatten)]
    provider: ProviderArgs,
    /// Does this trust file accept what a provider presents and has announced, or the chain in a file?
    #[arg(long, value_name = "PROVIDER|CHAIN", conflicts_with_all = ["purpose", "provider"])]
    trusts: Option<String>,
    /// The chain that the provider of --trusts presents, if its pages do not show it
    #[arg(long, value_name = "FILE", requires = "trusts")]
    chain: Option<PathBuf>,
    /// Rules of public authorities, added to the built-in ones: TOML with [[lifetime]] tables (from,
    /// days) and
    /// [[purpose]] tables (issuer, purpose, ends, note), each with source, read_on, grade and, if known,
    /// holds_until
    #[arg(long, value_name = "FILE")]
    calendar: Option<PathBuf>,
    #[command(flatten)]
    pins: Pins,
    /// Require exactly this many certificates
    #[arg(long, value_name = "N", conflicts_with = "shard")]
    expect_count: Option<u64>,
    /// The key next to a store, in a Kubernetes secret or a settings file, that contains its password
    #[arg(long, value_name = "NAME")]
    password_key: Option<String>,
    /// No private keys belong here: each is a finding (key-unlisted), encrypted or not
    #[arg(long)]
    no_keys: bool,
    /// In folders: skip what matches this pattern, as in .gitignore (can be repeated)
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// In folders: include what .gitignore excludes
    #[arg(long)]
    no_ignore: bool,
    /// How compressed files are read, if they are named.
    #[command(flatten)]
    unpacking: UnpackArgs,
    /// Which part of the files is looked at.
    #[command(flatten)]
    sharding: ShardArgs,
    /// Whether rows of an earlier run are gone on with.
    #[command(flatten)]
    resuming: ResumeArgs,
    /// Print the certificates (never a key) as PEM instead
    #[arg(long)]
    pem: bool,
}

/// What an identity is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum For {
    /// It calls.
    Client,
    /// It is called.
    Server,
}

impl From<For> for Purpose {
    fn from(purpose: For) -> Self {
        match purpose {
            For::Client => Self::Client,
            For::Server => Self::Server,
        }
    }
}

fn server_name(text: &str) -> Result<ServerName<'static>> {
    ServerName::try_from(text.to_owned())
        .map_err(|_| Error::usage("not a DNS name or IP address, for example hooks.example"))
}

/// Looks at every file, in the order given; folders in the order of their paths.
pub fn run(args: &Args, context: &Context, reporter: &mut Reporter) -> Result<()> {
    let given = context.passwords(&args.password)?;
    let rules = rules(args, &given, context)?;
    let mut passwords = given.passwords.clone();
    let filter = Filter::new(&args.exclude, args.no_ignore)?;
    let (mut jobs, mut skipped, left_out) = jobs(&args.paths, &filter, args.unpacking, context)?;
    let keys = Keys::among(&jobs);
    let deal = args.sharding.deal();
    jobs.retain(|job| deal.takes(job.n, || job.shown.clone()));
    let from = reporter.from();
    reporter.looked_at_before(jobs.iter().filter(|job| job.n < from).count() as u64);
    reporter.is_cut_short = jobs.iter().any(|job| matches!(job.read, Some(Err(_))));
    // The parts of one input are counted together, and what is in no file only once.
    skipped *= u64::from(deal.shard.is_first());
    let (mut certificates, mut shown, mut skipped_files) = (0, 0, 0);
    let mut placeholders = Vec::new();
    let is_only = |job: &Job| job.is_alone && !job.is_found && args.expect_count.is_none();
    let mut progress =
        Progress::new(Total::Of(jobs.len() as u64), Unit::Things("files"), context.is_quiet());
    let mut about_passwords = given.findings.clone();
    reporter.about_run(&mut about_passwords)?;
    let mut report = |job: &Job, mut item: Item, reporter: &mut Reporter| {
        certificates += file::certificates(&item);
        shown += u64::from(file::is_enough(&item, &rules));
        item.findings.append(&mut about_passwords);
        let (position, place) = (Some(Position::number(job.n)), Place::named(&job.shown));
        reporter.item(Item { position, place, limits: rules.limits, ..item })
    };
    // What comes one by one is looked at in its turn, by all processors.
    for jobs in jobs.chunk_by(|one, next| one.stream.is_none() && next.stream.is_none()) {
        if let [job] = jobs
            && let Some(stream) = &job.stream
        {
            let report = |item| report(job, item, reporter);
            stream::each(stream, job, &rules, &keys, &given.passwords, report)?;
            reporter.reached(1, job.n + 1);
            progress.add(1);
            continue;
        }
        parallel::each_in_order(
            jobs.iter(),
            1,
            |job| (job, file::look(job, &rules, &keys, &given.passwords)),
            |(job, mut looked)| {
                let needs_password = looked.items.iter().any(file::needs_password);
                if given.passwords.is_empty() && needs_password && context.can_ask() {
                    if passwords.is_empty() {
                        progress::clear();
                        passwords = ask(&job.shown, context)?;
                    }
                    looked = file::look(job, &rules, &keys, &passwords);
                }
                progress.add(1);
                skipped_files += u64::from(looked.items.is_empty());
                placeholders.extend(looked.placeholder);
                if let [item] = &mut looked.items[..]
                    && is_only(job)
                {
                    file::expect_certificate(item, &rules);
                }
                looked.items.into_iter().try_for_each(|item| report(job, item, reporter))?;
                reporter.reached(1, job.n + 1);
                Ok::<_, Error>(())
            },
        )?;
    }
    drop(progress);
    tell_placeholders(&placeholders, context);
    skipped += skipped_files;
    // Several files can stand in one.
    let files = (jobs.len() as u64).saturating_sub(skipped_files);
    let placeholders = placeholders.len() as u64;
    reporter.summary =
        Summary::Inspections(Inspections { certificates, skipped, placeholders, files });
    match miscounted(args, certificates, reporter.tally().failed + shown, left_out) {
        Some(failure) if deal.shard.is_whole() => {
            reporter.item(Item::failed(everything(&args.paths), failure))
        }
        _ => Ok(()),
    }
}

/// Says how many files that were passed over have text like PEM; with `-v` also which, and why.
fn tell_placeholders(placeholders: &[String], context: &Context) {
    let details = placeholders.iter().filter(|_| context.global.verbose > 0);
    details.for_each(|detail| context.note(detail));
    let have = match placeholders.len() {
        0 => return,
        1 => "1 file has".to_owned(),
        count => format!("{count} files have"),
    };
    context.note(&format!(
        "{have} text like PEM that cannot be read, and were skipped (-v lists them)"
    ));
}

/// The rules that the arguments ask for.
fn rules(args: &Args, given: &Given, context: &Context) -> Result<Rules> {
    let anchors = match &args.ca {
        Some(path) => LazyAnchors::given(context.anchors(path)?),
        None if args.purpose.is_some() => LazyAnchors::system()?,
        None => LazyAnchors::none(),
    };
    Ok(Rules {
        now: context.now,
        limits: Limits { warn: args.warn, crit: args.crit },
        purpose: args.purpose.map(Purpose::from),
        name: args.servername.clone(),
        anchors,
        has_anchors: args.ca.is_some(),
        max_intermediates: args.verify_depth,
        alias: args.alias.clone(),
        key: args.key.as_ref().map(|path| key(path, &given.passwords, context)).transpose()?,
        provider: facts::provider(&args.provider, context)?,
        trusted: trusted(args, &given.passwords, context)?,
        calendar: match &args.calendar {
            Some(path) => Cow::Owned(facts::table(path, context, Calendar::overlaid)?),
            None => Cow::Borrowed(Calendar::built_in()),
        },
        pins: pinned::load(&args.pins, &given.passwords, context)?,
        labels: given.labels.clone(),
        password_key: args.password_key.clone(),
        no_keys: args.no_keys,
        pem: args.pem,
    })
}

/// What `--trusts` and `--chain` name.
fn trusted(args: &Args, passwords: &Passwords, context: &Context) -> Result<Option<Trusted>> {
    let Some(named) = &args.trusts else { return Ok(None) };
    let path = Path::new(named);
    let is_file = path.is_file() || store::named::is_store(path);
    if is_file && args.chain.is_some() {
        return Err(Error::usage("--chain needs a provider, and --trusts names a file"));
    }
    let chain = args.chain.as_deref().or(is_file.then_some(path));
    let trusted = Trusted {
        provider: (!is_file).then(|| provider::named(named, None)).transpose()?,
        chain: chain.map(|path| presented(path, passwords, context)).transpose()?,
    };
    let is_unknown = |it: &Provider| !it.is_known_to_present() && trusted.chain.is_none();
    match trusted.provider.as_ref().filter(|it| is_unknown(it)) {
        Some(provider) => Err(Error::usage(format!(
            "the certificate that {} presents is not known",
            provider.title
        ))
        .help("give its chain, as the provider publishes it, with --chain FILE")),
        None => Ok(Some(trusted)),
    }
}

/// The chain in a file.
fn presented(path: &Path, passwords: &Passwords, context: &Context) -> Result<Chain> {
    let shown = input::named::file(path);
    let bundle = store::open(&context.read(path)?, passwords).map_err(|it| it.about(&shown))?;
    let first = store::candidates(&bundle, None).into_iter().next();
    first.map(|one| one.chain).ok_or_else(|| file::not_found().about(&shown))
}

/// The first private key of a file, and the name of the file.
fn key(path: &Path, passwords: &Passwords, context: &Context) -> Result<(String, PrivateKey)> {
    let shown = input::named::file(path);
    let bundle = store::open(&context.read(path)?, passwords);
    let bundle = bundle.map_err(|error| error.about(&shown))?;
    match bundle.entries.iter().find_map(Entry::key) {
        Some(Ok(key)) => Ok((shown, key.clone())),
        Some(Err(error)) => Err(error.clone().about(&shown)),
        None => {
            Err(Error::new(Failure::KeyMissing, format!("{shown}: it contains no private key")))
        }
    }
}

fn ask(file: &str, context: &Context) -> Result<Passwords> {
    let (secret, _) = context.secret(&Source::Prompt, &format!("password of {file}"))?;
    Ok(Passwords::new(vec![secret]))
}

/// Whether there are as many certificates as there should be; none at all is never right.
fn miscounted(args: &Args, found: u64, failed: u64, left_out: u64) -> Option<Error> {
    let count = |number: u64| match number {
        0 => "no certificate".to_owned(),
        1 => "1 certificate".to_owned(),
        _ => format!("{number} certificates"),
    };
    match args.expect_count {
        Some(expected) if expected != found => Some(Error::new(
            Failure::CountDiffers,
            format!("{} found, {} expected", count(found), count(expected)),
        )),
        _ if found == 0 && failed == 0 && left_out > 0 => Some(file::not_found().help(format!(
            "{left_out} files and folders are skipped by .gitignore or --exclude; --no-ignore \
             includes the former"
        ))),
        _ if found == 0 && failed == 0 => Some(file::not_found()),
        _ => None,
    }
}

fn everything(paths: &[PathBuf]) -> String {
    let shown: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    shown.join(" ")
}
