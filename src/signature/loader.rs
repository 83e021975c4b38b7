//! Reads schemes from TOML: the built-in tables and the user's `--scheme-file`, by the same rules.
//!
//! What is wrong is said with its line and column. Of the built-in file only the table asked for is
//! parsed: it is found by its heading, because reading all of it costs more than signing does.

pub mod grammar;
mod table;

use std::collections::BTreeMap;

use super::pattern::Pattern;
use super::scheme::{Algorithm, Encoding, Origin, Place, Scheme, SecretForm};
use super::spelling::Spellings;
use super::standard::STANDARDS;
use super::template::Template;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::input::named;
use crate::nearest::did_you_mean;
use table::{Flaw, Table, build};

/// The built-in schemes.
pub const BUILT_IN: &str = include_str!("../data/schemes.toml");

/// The name that stands for a choice among all schemes.
const AUTO: &str = "auto";

/// Most bytes of a file of schemes; the built-in one has a tenth of it.
pub const LONGEST_FILE: usize = 512 << 10;

/// Deepest chain of `extends`.
const DEEPEST: usize = 8;

/// Names of the built-in schemes, in the order of the file.
pub fn names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.lines().filter_map(heading)
}

/// Names of everything that a payload can be signed under, without a file.
pub fn all_names() -> impl Iterator<Item = &'static str> {
    names().chain(STANDARDS.iter().map(|standard| standard.name)).chain(generic_names())
}

/// Whether a scheme of that name is built in.
pub fn is_built_in(name: &str) -> bool {
    is_reserved(name) || text(name).is_some()
}

/// The built-in table of that name as it is written.
pub fn text(name: &str) -> Option<&'static str> {
    let heading_of = format!("\n[{name}]\n");
    let start = memchr::memmem::find(BUILT_IN.as_bytes(), heading_of.as_bytes())? + 1;
    let table = &BUILT_IN[start..];
    let mut end = table.len();
    let mut offset = 0;
    for line in table.split_inclusive('\n') {
        if offset > 0 && heading(line.trim_end()).is_some() {
            end = offset;
            break;
        }
        offset += line.len();
    }
    Some(table[..end].trim_end())
}

/// The built-in scheme that the one of that name takes its rules from.
pub fn base(name: &str) -> Option<&'static str> {
    let base = text(name)?.lines().find_map(|line| line.strip_prefix("extends = "))?;
    Some(base.trim_matches('"'))
}

/// The name in the heading of a scheme: `[stripe]`, but not `[stripe.vars]`.
fn heading(line: &str) -> Option<&str> {
    line.strip_prefix('[')?.strip_suffix(']').filter(|name| !name.contains('.'))
}

/// Schemes without a sender: the algorithm alone, in hex, over the body.
const GENERIC: &[(&str, Algorithm)] = &[
    ("hmac-sha1", Algorithm::HmacSha1),
    ("hmac-sha256", Algorithm::HmacSha256),
    ("hmac-sha384", Algorithm::HmacSha384),
    ("hmac-sha512", Algorithm::HmacSha512),
];

/// Names of the schemes without a sender.
pub fn generic_names() -> impl Iterator<Item = &'static str> {
    GENERIC.iter().map(|(name, _)| *name)
}

/// The generic scheme of that name.
fn generic(name: &str) -> Option<Scheme> {
    let (name, algorithm) = GENERIC.iter().find(|(generic, _)| *generic == name)?;
    Some(Scheme {
        name: (*name).to_owned(),
        title: "any sender: a MAC over the body, and what the options say".to_owned(),
        place: Place::Headers(vec!["X-Signature".to_owned()]),
        member: None,
        value: Pattern::default(),
        split: None,
        algorithm: *algorithm,
        encoding: Encoding::Hex,
        secret: SecretForm::Utf8,
        secret_prefix: None,
        signed: Template::default(),
        timestamp: None,
        tolerance: None,
        ahead: None,
        variables: Vec::new(),
        body_digest: None,
        signed_headers: None,
        certificate: None,
        require: Vec::new(),
        tolerates: Spellings::default(),
        url_forms: Vec::new(),
        is_unsigned_without_secret: false,
        several: Vec::new(),
        origin: Origin::default(),
    })
}

/// The built-in scheme of that name, or the generic one.
pub fn built_in(name: &str) -> Result<Scheme> {
    if let Some(scheme) = generic(name) {
        return Ok(scheme);
    }
    let known = || Library { file: BTreeMap::new() }.table(name);
    let Some(table) = known().transpose() else { return Err(unknown(name)) };
    let source = text(name).unwrap_or_default();
    table.and_then(|table| build(name, table)).map_err(|flaw| located(source, &flaw))
}

/// Every scheme of a file of the user's, by name; each may extend another one of the file or a
/// built-in one.
pub fn parse(source: &str) -> Result<Vec<Scheme>> {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    if source.len() > LONGEST_FILE {
        let message = format!("{} bytes; at most {LONGEST_FILE} are read", source.len());
        return Err(located("", &Flaw { at: 0..0, message }));
    }
    let file: BTreeMap<String, Table> = toml::from_str(source).map_err(|error| {
        located(
            source,
            &Flaw { at: error.span().unwrap_or_default(), message: error.message().to_owned() },
        )
    })?;
    if let Some(name) = file.keys().find(|name| is_reserved(name)) {
        let at = source.find(&format!("[{name}]")).unwrap_or_default();
        let message = format!("the name {name} is reserved");
        return Err(located(source, &Flaw { at: at..at, message }));
    }
    let library = Library { file };
    let schemes = library.file.keys().map(|name| {
        let table = library.table(name)?.unwrap_or_default();
        build(name, table)
    });
    schemes.collect::<Result<_, Flaw>>().map_err(|flaw| located(source, &flaw))
}

/// Whether a name means something that no table says: a choice, a standard, or the algorithm alone.
fn is_reserved(name: &str) -> bool {
    name == AUTO
        || STANDARDS.iter().any(|standard| standard.name == name)
        || GENERIC.iter().any(|(generic, _)| *generic == name)
}

fn unknown(name: &str) -> Error {
    if name == AUTO {
        return Error::usage("auto chooses by the headers of a request, and there is none")
            .help("name the scheme: `hookprint schemes` lists them");
    }
    let containing: Vec<_> = all_names().filter(|known| known.contains(name)).take(5).collect();
    let help = match containing.as_slice() {
        [] => did_you_mean(name, all_names()).unwrap_or_else(|| {
            "`hookprint schemes` lists them; your own are read with --scheme-file".to_owned()
        }),
        near => format!("did you mean {}?", near.join(", ")),
    };
    Error::usage(format!("there is no scheme named {}", named::word(name))).help(help)
}

fn located(source: &str, flaw: &Flaw) -> Error {
    let before = source.get(..flaw.at.start).unwrap_or(source);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    // Only the first line: the parser lists what it knows on further ones.
    let message = flaw.message.lines().next().unwrap_or_default();
    Error::new(Failure::Malformed, format!("line {line}, column {column}: {message}"))
        .help("`hookprint schemes NAME --toml` prints a built-in table to start from")
}

/// Tables of the user's file with the built-in ones behind them.
struct Library {
    file: BTreeMap<String, Table>,
}

impl Library {
    /// The table of that name: of the file, or with `built_in` the one behind it.
    fn own(&self, name: &str, built_in: bool) -> Result<Option<Table>, Flaw> {
        if let (false, Some(table)) = (built_in, self.file.get(name)) {
            return Ok(Some(table.clone()));
        }
        let Some(text) = text(name) else { return Ok(None) };
        let mut one: BTreeMap<String, Table> = toml::from_str(text).map_err(|error| Flaw {
            at: error.span().unwrap_or_default(),
            message: error.message().to_owned(),
        })?;
        Ok(one.remove(name))
    }

    /// The table of that name with everything it extends laid under it.
    fn table(&self, name: &str) -> Result<Option<Table>, Flaw> {
        let Some(mut table) = self.own(name, false)? else { return Ok(None) };
        let mut last = name.to_owned();
        for _ in 0..DEEPEST {
            let Some(base) = table.extends.take() else { return Ok(Some(table)) };
            let (at, base) = (base.span(), base.into_inner());
            // What extends its own name means the built-in scheme of that name.
            let next = self.own(&base, base == last)?;
            let missing = || Flaw { at, message: format!("there is no scheme {base} to extend") };
            table = table.over(next.ok_or_else(missing)?);
            last = base;
        }
        match table.extends {
            None => Ok(Some(table)),
            Some(base) => {
                let message = format!("`extends` leads back to {}", base.get_ref());
                Err(Flaw { at: base.span(), message })
            }
        }
    }
}
