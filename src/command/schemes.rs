//! `schemes [NAME]`: which signature schemes there are; the definition of one.

mod init;

use std::path::PathBuf;

use crate::args::scheme::{self, Chosen};
use crate::command::Context;
use crate::digest;
use crate::error::{Error, Result};
use crate::http::Header;
use crate::outcome::Outcome;
use crate::outcome::scheme::{self as outcome, Details};
use crate::policy;
use crate::report::{Item, Reporter};
use crate::secret::Secret;
use crate::signature::http_message::{self, Order, USUAL_COMPONENTS};
use crate::signature::key::SigningKey;
use crate::signature::message::Line;
use crate::signature::scheme::{Place, Scheme};
use crate::signature::standard::{self, GOOGLE_ID_TOKEN, JWT, READ_ON, STANDARDS, Standard};
use crate::signature::{Fresh, Message, Signer, loader, token};

/// Shown in help and man page.
pub const EXAMPLES: &str = "Examples:
  # all of them; only those that use SHA-1
  hookprint schemes
  hookprint schemes --filter sha1
  # everything about one, with a signed example
  hookprint schemes stripe
  # your own scheme, from a similar one, or from a commented file
  hookprint schemes stripe --toml > mine.toml
  hookprint schemes --init
";

/// The secret of the example headers; everyone may know it.
const EXAMPLE_SECRET: &str = "00112233445566778899aabbccddeeff";
/// The grade of a standard.
const STANDARD: &str = "standard";
/// The body of the example headers.
const EXAMPLE_BODY: &str = "{\"foo\":1,\"bar\":2}";

/// Arguments of `schemes`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Show this one in full
    name: Option<String>,
    /// Only schemes with this text in name, sender, header or algorithm
    #[arg(long, value_name = "TEXT", conflicts_with = "name")]
    filter: Option<String>,
    /// TOML file with your own schemes
    #[arg(long, value_name = "FILE")]
    scheme_file: Option<PathBuf>,
    /// Print its table, to copy from
    #[arg(long, requires = "name")]
    toml: bool,
    /// Write a file for your own schemes, with a comment for each key (hookprint-schemes(5)); nothing
    /// is overwritten
    #[arg(
        long,
        value_name = "FILE",
        num_args = 0..=1,
        default_missing_value = "schemes.toml",
        conflicts_with_all = ["name", "filter", "scheme_file", "toml"]
    )]
    init: Option<PathBuf>,
}

/// Lists the schemes, or shows one.
pub fn run(args: &Args, context: &Context, reporter: &mut Reporter) -> Result<()> {
    if let Some(file) = &args.init {
        return init::write(file, context, reporter);
    }
    if let Some(name) = &args.name {
        let scheme = named(name, args, context)?;
        let age = |origin| policy::scheme_age(name, &scheme.title, origin, context.now);
        let findings = scheme.origin().and_then(age).into_iter().collect();
        return reporter.item(Item { findings, ..item(name, scheme) });
    }
    let own = match &args.scheme_file {
        Some(file) => scheme::of_file(file, &context.input)?,
        None => Vec::new(),
    };
    let names = own.iter().map(|scheme| scheme.name.as_str());
    names.filter(|name| loader::is_built_in(name)).for_each(|name| shadowed(context, name));
    let built_in = |names: &mut dyn Iterator<Item = &'static str>| -> Result<Vec<_>> {
        names.map(|name| Ok((name.to_owned(), brief(&loader::built_in(name)?)))).collect()
    };
    let own = own.iter().map(|scheme| (scheme.name.clone(), brief(scheme)));
    let standards = STANDARDS.iter().map(|one| (one.name.to_owned(), brief_standard(one)));
    let mut senders = built_in(&mut loader::names())?;
    senders.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    let parts = [
        ("Of your file", own.collect::<Vec<_>>()),
        ("Any sender, described by options", built_in(&mut loader::generic_names())?),
        ("Standards", standards.collect()),
        ("Senders", senders),
    ];
    let wanted = args.filter.as_deref().unwrap_or_default().to_lowercase();
    for (title, schemes) in parts {
        let mut heading = Some(title);
        for (name, shown) in schemes {
            let outcome::Scheme { title, header, algorithm, encoding, signed, .. } = &shown;
            let text = format!("{name} {title} {header} {algorithm} {encoding} {signed}");
            if text.to_lowercase().contains(&wanted) {
                let heading = heading.take();
                reporter.item(item(&name, outcome::Scheme { heading, ..shown }))?;
            }
        }
    }
    Ok(())
}

fn item(name: &str, scheme: outcome::Scheme) -> Item {
    Item { outcome: Outcome::Scheme(Box::new(scheme)), ..Item::new(name) }
}

/// The scheme or standard of that name, in full.
fn named(name: &str, args: &Args, context: &Context) -> Result<outcome::Scheme> {
    if let Some(standard) = standard::named(name) {
        return match args.toml {
            false => Ok(full_standard(standard)),
            true => {
                Err(Error::usage(format!("{name} is a standard, not a table that can be copied"))
                    .help(format!("`hookprint schemes {name}` shows the options it takes")))
            }
        };
    }
    let file = args.scheme_file.as_deref();
    let Chosen { scheme, overrides } = scheme::named(Some(name), file, &context.input)?;
    if overrides.is_some() {
        shadowed(context, name);
    }
    let table = match args.toml {
        false => None,
        true => Some(loader::text(name).map(|table| format!("{table}\n")).ok_or_else(|| {
            Error::usage(format!("{name} has no built-in table"))
                .help("your own schemes are already in --scheme-file")
        })?),
    };
    Ok(outcome::Scheme { table, ..full(scheme) })
}

/// Says that a scheme of the file has a name that is taken.
fn shadowed(context: &Context, name: &str) {
    context.note(&format!(
        "the scheme {name} in the file has the name of a built-in one: to use it, say --override-scheme"
    ));
}

/// What the list shows.
fn brief_standard(standard: &Standard) -> outcome::Scheme {
    outcome::Scheme {
        title: standard.title.to_owned(),
        header: standard.header.to_owned(),
        algorithm: standard.algorithm,
        encoding: standard.encoding,
        signed: standard.signed.to_owned(),
        grade: Some(STANDARD.to_owned()),
        details: None,
        table: None,
        heading: None,
    }
}

/// Everything.
fn full_standard(standard: &Standard) -> outcome::Scheme {
    let details = Details::Standard(Box::new(outcome::Standard {
        value: standard.value,
        secret: standard.secret,
        options: standard.options,
        example: example_of_standard(standard.name).unwrap_or_default(),
        source: standard.source,
        read_on: READ_ON,
        grade: STANDARD,
        note: standard.note,
        sign: standard.unsignable.map(|(why, instead)| format!("{why}; {instead}")),
    }));
    outcome::Scheme { grade: None, details: Some(details), ..brief_standard(standard) }
}

/// What the list shows.
fn brief(scheme: &Scheme) -> outcome::Scheme {
    outcome::Scheme {
        title: scheme.title.clone(),
        header: scheme.place.to_string(),
        algorithm: scheme.algorithm.name(),
        encoding: scheme.encoding.name(),
        signed: scheme.signed.to_string(),
        grade: scheme.origin.grade.clone(),
        details: None,
        table: None,
        heading: None,
    }
}

/// Everything.
fn full(scheme: Scheme) -> outcome::Scheme {
    let lines = |pairs: &[(String, String)]| -> Vec<String> {
        pairs.iter().map(|(name, value)| format!("{name}: {value}")).collect()
    };
    let variables = scheme.variables.iter().map(|(name, from)| format!("{{{name}}}: {from}"));
    let brief = brief(&scheme);
    let details = Details::Table(Box::new(outcome::Table {
        value: scheme.value.to_string(),
        secret: scheme.secret.name(),
        timestamp: scheme.timestamp.as_ref().map(|timestamp| timestamp.from.to_string()),
        unit: scheme.timestamp.as_ref().map(|timestamp| timestamp.unit.name()),
        tolerance_seconds: scheme.tolerance,
        body_digest: scheme
            .body_digest
            .as_ref()
            .map(|digest| format!("SHA-256 in {}, in {}", digest.encoding, digest.from)),
        signed_headers: scheme
            .signed_headers
            .as_ref()
            .map(|list| format!("those that {} lists, each as {}", list.from, list.item)),
        certificate: scheme
            .certificate
            .iter()
            .flat_map(|shown| shown.names.iter().chain(&shown.urls))
            .cloned()
            .collect(),
        params: scheme.params().map(|name| format!("--param {name}=VALUE")).collect(),
        require: lines(&scheme.require),
        several: scheme.several.iter().map(|place| place.name()).collect(),
        tolerates: scheme.tolerates.each().map(|one| one.name()).collect(),
        url_forms: scheme.url_forms.iter().map(|form| form.name()).collect(),
        variables: variables.collect(),
        example: example(&scheme).map(|headers| lines(&headers)).unwrap_or_default(),
        split: scheme.split,
        secret_prefix: scheme.secret_prefix,
        origin: scheme.origin,
    }));
    outcome::Scheme { grade: None, details: Some(details), ..brief }
}

/// When, where and with which headers the examples are delivered.
const EXAMPLE_AT: time::OffsetDateTime = time::macros::datetime!(2026-11-22 05:00:00 UTC);
const EXAMPLE_URL: &str = "https://hooks.example/in";
const EXAMPLE_TYPE: (&str, &str) = ("Content-Type", "application/json");

fn example_delivery<'a>(headers: &'a [Line<'a>]) -> Message<'a> {
    let (method, target, body) = ("POST", "/in", EXAMPLE_BODY.as_bytes());
    Message { method, url: Some(EXAMPLE_URL), target, headers, body, complete: true }
}

/// Headers of an example delivery; `None` where a key pair or more of the request is needed.
fn example(scheme: &Scheme) -> Option<Vec<(String, String)>> {
    if scheme.algorithm.is_asymmetric() || matches!(scheme.place, Place::Body(_)) {
        return None;
    }
    let signer = Signer::new(scheme.clone(), &Secret::new(EXAMPLE_SECRET.into())).ok()?;
    let headers = [(EXAMPLE_TYPE.0, EXAMPLE_TYPE.1.as_bytes())];
    let message = example_delivery(&headers);
    let fresh = Fresh { at: EXAMPLE_AT, id: Some("msg_1".to_owned()) };
    signer.sign(&message, &fresh).ok().map(|signed| signed.headers)
}

/// The same for a standard, as lines; what only Google can sign ends in words.
fn example_of_standard(name: &str) -> Option<Vec<String>> {
    if standard::named(name).is_some_and(|standard| standard.preset.is_some()) {
        return None;
    }
    let key = SigningKey::Shared(Secret::new(EXAMPLE_SECRET.into()));
    let at = EXAMPLE_AT.unix_timestamp();
    let times = format!("\"aud\":\"{EXAMPLE_URL}\",\"iat\":{at},\"exp\":{}}}", at + 3_600);
    let bearer = |token: &str| vec![format!("Authorization: Bearer {token}")];
    if name == JWT {
        return token::sign(&format!("{{\"iss\":\"me\",{times}"), &key, None)
            .map(|token| bearer(&token));
    }
    if name == GOOGLE_ID_TOKEN {
        let issuer = "https://accounts.google.com";
        let agent = "service-1@gcp-sa-dialogflow.iam.gserviceaccount.com";
        let claims =
            format!("{{\"iss\":\"{issuer}\",\"email\":\"{agent}\",\"email_verified\":true,{times}");
        let header = "{\"alg\":\"RS256\",\"kid\":\"...\",\"typ\":\"JWT\"}";
        let parts = [header, claims.as_str()].map(|part| digest::base64url(part.as_bytes()));
        return Some(bearer(&format!("{}.SIGNATURE-BY-GOOGLE", parts.join("."))));
    }
    let headers = [(EXAMPLE_TYPE.0, EXAMPLE_TYPE.1.as_bytes())];
    let message = example_delivery(&headers);
    let order = Order {
        label: "sig1".to_owned(),
        components: USUAL_COMPONENTS.iter().map(|name| http_message::component(name)).collect(),
        created: at,
        key_id: Some("key-1".to_owned()),
    };
    let headers = http_message::sign(&message, &key, &order).ok()?;
    let line = |line: &Header| format!("{}: {}", line.name, String::from_utf8_lossy(&line.value));
    Some(headers.iter().map(line).collect())
}
