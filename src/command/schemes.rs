//! `schemes [NAME]`: which signature schemes there are; the definition of one.

use std::path::PathBuf;

use crate::args::scheme;
use crate::command::Context;
use crate::error::{Error, Result};
use crate::fact::Facts;
use crate::report::{Item, Reporter};
use crate::secret::Secret;
use crate::signature::scheme::{Place, Scheme};
use crate::signature::{Fresh, Message, Signer, loader};

/// Shown in help and man page.
pub const EXAMPLES: &str = "Examples:
  hookprint schemes
  hookprint schemes --filter sha1
  hookprint schemes stripe
  hookprint schemes stripe --toml > mine.toml
";

/// The secret of the example headers; everyone may know it.
const EXAMPLE_SECRET: &str = "00112233445566778899aabbccddeeff";
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
    /// TOML file with schemes of your own
    #[arg(long, value_name = "FILE")]
    scheme_file: Option<PathBuf>,
    /// Print the table to copy from
    #[arg(long, requires = "name")]
    toml: bool,
}

/// Lists the schemes, or shows one.
pub fn run(args: &Args, context: &Context, reporter: &mut Reporter) -> Result<()> {
    if let Some(name) = &args.name {
        let scheme = scheme::named(Some(name), args.scheme_file.as_deref(), &context.input)?;
        let mut item = Item::new(name);
        item.facts = full(&scheme);
        if args.toml {
            let table = loader::text(name).ok_or_else(|| {
                Error::usage(format!("{name} has no built-in table"))
                    .help("schemes of your own stand in --scheme-file already")
            })?;
            item.plain = Some(format!("{table}\n"));
        }
        return reporter.item(item);
    }
    let mut schemes: Vec<Scheme> = match &args.scheme_file {
        Some(file) => {
            let text = String::from_utf8_lossy(&context.read(file)?).into_owned();
            loader::parse(&text).map_err(|error| error.about(file.display()))?
        }
        None => Vec::new(),
    };
    for name in loader::names() {
        schemes.push(loader::built_in(name)?);
    }
    let wanted = args.filter.as_deref().unwrap_or_default().to_lowercase();
    for scheme in schemes {
        let facts = brief(&scheme);
        let text =
            facts.iter().filter_map(|(_, value)| value.as_text()).collect::<Vec<_>>().join(" ");
        if format!("{} {text}", scheme.name).to_lowercase().contains(&wanted) {
            let mut item = Item::new(scheme.name.as_str());
            item.facts = facts;
            reporter.item(item)?;
        }
    }
    Ok(())
}

/// What the list shows.
fn brief(scheme: &Scheme) -> Facts {
    Facts::new()
        .with("title", scheme.title.as_str())
        .with("header", scheme.place.to_string())
        .with("algorithm", scheme.algorithm.name())
        .with("encoding", scheme.encoding.name())
        .with("signed", scheme.signed.to_string())
}

/// Everything.
fn full(scheme: &Scheme) -> Facts {
    let mut facts = brief(scheme)
        .with("value", scheme.value.to_string())
        .with("split", scheme.split.clone())
        .with("secret", scheme.secret.name())
        .with("secret_prefix", scheme.secret_prefix.clone())
        .with("timestamp", scheme.timestamp.as_ref().map(|timestamp| timestamp.from.to_string()))
        .with("unit", scheme.timestamp.as_ref().map(|timestamp| timestamp.unit.name()))
        .with("tolerance_seconds", scheme.tolerance);
    let lines = |pairs: &[(String, String)]| -> Vec<String> {
        pairs.iter().map(|(name, value)| format!("{name}: {value}")).collect()
    };
    facts.set("require", lines(&scheme.require));
    let variables = scheme.variables.iter().map(|(name, from)| format!("{{{name}}}: {from}"));
    facts.set("variables", variables.collect::<Vec<_>>());
    facts.set("example", example(scheme).map(|headers| lines(&headers)).unwrap_or_default());
    let origin = &scheme.origin;
    facts.set("source", origin.source.clone());
    facts.set("read_on", origin.read_on.clone());
    facts.set("grade", origin.grade.clone());
    facts.set("note", origin.note.clone());
    facts.set("rotation", origin.rotation.clone());
    facts
}

/// Headers of an example delivery; `None` where a key pair or more of the request is needed.
fn example(scheme: &Scheme) -> Option<Vec<(String, String)>> {
    if scheme.algorithm.is_asymmetric() || matches!(scheme.place, Place::Json(_)) {
        return None;
    }
    let signer = Signer::new(scheme.clone(), &Secret::new(EXAMPLE_SECRET.into())).ok()?;
    let headers: [(&str, &[u8]); 1] = [("Content-Type", b"application/json")];
    let message = Message {
        method: "POST",
        url: Some("https://hooks.example/in"),
        headers: &headers,
        body: EXAMPLE_BODY.as_bytes(),
        complete: true,
    };
    let at = time::macros::datetime!(2026-11-22 05:00:00 UTC);
    let fresh = Fresh { at, id: Some("msg_1".to_owned()) };
    signer.sign(&message, &fresh).ok().map(|signed| signed.headers)
}
