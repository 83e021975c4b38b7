//! `diff OLD NEW`: what changes for my peers when I replace OLD by NEW?

mod pair;
mod side;

use std::path::PathBuf;
use std::time::Instant;

use time::OffsetDateTime;

use crate::args::pins::Pins;
use crate::args::provider::ProviderArgs;
use crate::args::transport::{Transport, protocols};
use crate::cert::Pin;
use crate::command::{Context, facts, pinned};
use crate::error::{Error, Result};
use crate::finding::{Code, Finding};
use crate::outcome::Outcome;
use crate::outcome::difference::Difference;
use crate::policy;
use crate::policy::provider::Provider;
use crate::policy::renewal::{self, Change, Peers, renewal};
use crate::report::{self, Item, Reporter};
use crate::secret::LabelledSource;
use crate::tls::Anchors;

use pair::{Pair, pairs};
use side::{Identity, Place, Side};

/// Shown in help and man page.
pub const EXAMPLES: &str = r"Examples:
  # what must my peers change before I switch?
  hookprint diff old.pem new.pem
  # two stores, each with its password
  hookprint diff client.p12 client-next.p12 --password old=env:OLD \
      --password new=env:NEW
  # what is served today, and what will be
  hookprint diff hooks.example new.pem --pin @new.pem
  # what a caller presented in a capture, and its renewal, for a receiver's CA
  hookprint diff calls.har.ndjson new.p12 --password prompt \
      --ca receiver-ca.pem
  # will the platform still read the new store?
  hookprint diff old.jks new.p12 --password prompt --provider webex-connect
";

/// Arguments of `diff`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// What peers know today: a certificate file, keystore or capture, - for stdin, or host:port
    #[arg(value_name = "OLD")]
    old: String,
    /// What will replace it, in any of these forms
    #[arg(value_name = "NEW")]
    new: String,
    /// Password: file:PATH, env:NAME, fd:N, stdin or prompt (can be repeated; each is tried for both)
    #[arg(long, visible_alias = "passin", value_name = "[LABEL=]SOURCE")]
    password: Vec<LabelledSource>,
    /// Authorities that the peers trust [default: those included in OLD]
    #[arg(long, value_name = "FILE", visible_aliases = ["cafile", "cacert"], alias = "roots")]
    ca: Option<PathBuf>,
    #[command(flatten)]
    pins: Pins,
    #[command(flatten)]
    provider: ProviderArgs,
    /// Server name to send (SNI), instead of the host
    #[arg(long, value_name = "NAME", visible_alias = "sni", help_heading = "Connection")]
    servername: Option<String>,
    /// Speak this protocol first, then switch to TLS
    #[arg(long, value_name = "PROTOCOL", value_parser = protocols(), help_heading = "Connection")]
    starttls: Option<String>,
    #[command(flatten)]
    transport: Transport,
}

/// What is held against every pair.
struct Rules {
    pins: Vec<Pin>,
    anchors: Option<Anchors>,
    provider: Option<Provider>,
    now: OffsetDateTime,
}

/// Compares both sides, an item for each identity.
pub fn run(args: &Args, context: &Context, reporter: &mut Reporter) -> Result<()> {
    let places = [Place::parse(&args.old)?, Place::parse(&args.new)?];
    controls_have_a_use(args, &places)?;
    let given = context.passwords(&args.password)?;
    let rules = Rules {
        pins: pinned::load(&args.pins, &given.passwords, context)?,
        anchors: args.ca.as_ref().map(|path| context.anchors(path)).transpose()?,
        provider: facts::provider(&args.provider, context)?,
        now: context.now,
    };
    let started = Instant::now();
    let [old, new] = places.map(|place| {
        let read = place.read(args, &given.passwords, context);
        read.map_err(|error| (place.shown(), error))
    });
    let (old, new) = match (old, new) {
        (Ok(old), Ok(new)) => (old, new),
        (old, new) => {
            let mut failures = [old.err(), new.err()].into_iter().flatten();
            return failures
                .try_for_each(|(shown, failure)| reporter.item(Item::failed(shown, failure)));
        }
    };
    let mut about_passwords = given.findings.clone();
    let pairs = pairs(&old.identities, &new.identities);
    let is_alone = pairs.len() == 1;
    for pair in pairs {
        let mut item = compare(pair, &old, &new, &rules, is_alone);
        item.findings.append(&mut about_passwords);
        item.elapsed_ms = started.elapsed().as_secs_f64() * 1000.0;
        reporter.item(item)?;
    }
    Ok(())
}

/// Fails where a control has nothing to apply to.
fn controls_have_a_use(args: &Args, places: &[Place; 2]) -> Result<()> {
    let is_host = |place: &Place| matches!(place, Place::Host(_));
    if args.provider.provider.is_some() && is_host(&places[1]) {
        return Err(Error::usage("--provider needs a file, and NEW is a host")
            .help("give the file to be uploaded as NEW"));
    }
    if places.iter().any(is_host) {
        return Ok(());
    }
    let transport = &args.transport;
    let of_hosts = [
        ("--servername", args.servername.is_some()),
        ("--starttls", args.starttls.is_some()),
        ("--connect", transport.connect.is_some()),
        ("--proxy", transport.proxy.is_some()),
        ("--resolve", !transport.resolve.is_empty()),
    ];
    match of_hosts.iter().find(|(_, given)| *given) {
        Some((control, _)) => {
            Err(Error::usage(format!("{control} is for hosts, and both OLD and NEW are files"))
                .help("leave it out"))
        }
        None => Ok(()),
    }
}

/// One old identity and what takes its place.
fn compare(pair: Pair<'_>, old: &Side, new: &Side, rules: &Rules, is_alone: bool) -> Item {
    let called = |side: &Side, one: Option<&Identity>| match one {
        None => "nothing".to_owned(),
        Some(_) if is_alone => side.shown.clone(),
        Some(one) => format!("{}:{}", side.shown, one.called()),
    };
    let subject = format!("{} -> {}", called(old, pair.old), called(new, pair.new));
    let mut item = Item::new(&subject);
    // What is to be changed stands in NEW, if that is a file.
    let mut files = [new, old].into_iter().filter(|side| side.bundle.is_some());
    item.place = files.next().and_then(|side| report::Place::named(&side.shown));
    let described = |one: Option<&Identity>| Some(one?.certificate()?.describe(rules.now));
    let mut difference = Difference {
        old: described(pair.old),
        new: described(pair.new),
        change: None,
        notes: Vec::new(),
    };
    if let (Some(before), Some(after)) = (pair.old, pair.new) {
        let sides = [(before, old), (after, new)]
            .map(|(one, side)| renewal::Side { chain: &one.chain, opens_with: &side.opens_with });
        let peers = Peers { pins: &rules.pins, anchors: rules.anchors.as_ref() };
        if let Some((change, findings)) = renewal(sides[0], sides[1], peers, &subject, rules.now) {
            difference.notes = notes(&difference, &change);
            difference.change = Some(change);
            item.findings = findings;
        }
        item.findings.extend(about_file(after, new, rules, &subject, &mut difference.notes));
    } else if let Some(before) = pair.old {
        let message = format!("nothing in {} replaces {}", new.shown, before.called());
        item.findings.push(
            Finding::new(Code::RenewalMissing, &subject, message)
                .help("add its renewal there, or tell its peers that it is going away"),
        );
    }
    item.outcome = Outcome::Difference(Box::new(difference));
    item
}

/// What to know besides.
fn notes(difference: &Difference, change: &Change) -> Vec<String> {
    let mut notes = Vec::new();
    if change.same_certificate {
        notes.push("both are the same certificate: nothing changes".to_owned());
    }
    if let (Some(old), Some(new)) = (&difference.old, &difference.new)
        && new.certificate.not_after < old.certificate.not_after
    {
        notes.push("NEW expires before OLD: are they the wrong way round?".to_owned());
    }
    notes
}

/// What is wrong with the new file itself, and whether the provider takes it.
fn about_file(
    after: &Identity,
    new: &Side,
    rules: &Rules,
    subject: &str,
    notes: &mut Vec<String>,
) -> Vec<Finding> {
    let name = after.called();
    let mut findings = Vec::new();
    if after.key_matches == Some(false) {
        let message = format!("the private key in NEW does not belong to {name}");
        findings.push(
            Finding::new(Code::KeyMismatch, subject, message)
                .help("find the key its request was created with, or have the new key certified"),
        );
    }
    if !after.is_ordered {
        let message = format!("{name} is not the first certificate of NEW");
        findings.push(
            Finding::new(Code::ChainOutOfOrder, subject, message)
                .help("put it first, then its issuer, then that one's issuer"),
        );
    }
    if let (Some(provider), Some(bundle)) = (&rules.provider, &new.bundle) {
        let end_entity = after.certificate();
        let checks = policy::provider::provider(bundle, end_entity, provider, rules.now, subject);
        let unknown = checks.iter().filter(|check| check.is_unknown);
        notes.extend(unknown.map(|check| format!("{}: {}", check.name, check.text)));
        let mut refusals = checks.into_iter().filter_map(|check| check.finding);
        if let Some(first) = refusals.next() {
            let said = |all, next: Finding| format!("{all}; {}", next.message);
            let message = refusals.fold(first.message, said);
            let finding = Finding::new(Code::RenewalUnreadable, subject, message);
            findings.push(Finding { help: first.help, ..finding });
        }
        findings.extend(provider.age(subject, rules.now));
    }
    findings
}
