//! Reads schemes from TOML: the built-in tables and the user's `--scheme-file`, by the same rules.
//!
//! What is wrong is said with its line and column. Of the built-in file only the table asked for is
//! parsed: it is found by its heading, because reading all of it costs more than signing does.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::pattern::Pattern;
use super::scheme::{
    Algorithm, BodyDigest, Encoding, Lookup, Origin, Place, Scheme, SecretForm, Timestamp, Unit,
};
use super::standard::STANDARDS;
use super::template::{Template, Unreadable};
use crate::error::{Error, Result};

/// The built-in schemes.
pub const BUILT_IN: &str = include_str!("../data/schemes.toml");

/// Deepest chain of `extends`.
const DEEPEST: usize = 8;

/// One table as it is written; every field may be left to the scheme it extends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    extends: Option<Spanned<String>>,
    signature: Option<Spanned<OneOrMany>>,
    value: Option<Spanned<String>>,
    split: Option<String>,
    alg: Option<Spanned<String>>,
    encoding: Option<Spanned<String>>,
    secret: Option<Spanned<String>>,
    secret_prefix: Option<String>,
    signed: Option<Spanned<String>>,
    timestamp: Option<Spanned<String>>,
    unit: Option<Spanned<String>>,
    tolerance: Option<u64>,
    #[serde(default)]
    vars: BTreeMap<String, Spanned<String>>,
    body_digest: Option<Spanned<Digest>>,
    #[serde(default)]
    require: BTreeMap<String, String>,
    title: Option<String>,
    source: Option<String>,
    read_on: Option<String>,
    grade: Option<String>,
    note: Option<String>,
    rotation: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Digest {
    from: String,
    alg: String,
    encoding: String,
}

/// What is wrong with a file, and at which bytes of it.
struct Flaw {
    at: Range<usize>,
    message: String,
}

/// Names of the built-in schemes, in the order of the file.
pub fn names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.lines().filter_map(heading)
}

/// The built-in table of that name as it is written.
pub fn text(name: &str) -> Option<&'static str> {
    let start = BUILT_IN.find(&format!("\n[{name}]\n"))? + 1;
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

/// The generic scheme of that name.
fn generic(name: &str) -> Option<Scheme> {
    let (name, algorithm) = GENERIC.iter().find(|(generic, _)| *generic == name)?;
    Some(Scheme {
        name: (*name).to_owned(),
        title: (*name).to_owned(),
        place: Place::Headers(vec!["X-Signature".to_owned()]),
        value: Pattern::default(),
        split: None,
        algorithm: *algorithm,
        encoding: Encoding::Hex,
        secret: SecretForm::Utf8,
        secret_prefix: None,
        signed: Template::default(),
        timestamp: None,
        tolerance: None,
        variables: Vec::new(),
        body_digest: None,
        require: Vec::new(),
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
    let file: BTreeMap<String, Table> = toml::from_str(source).map_err(|error| {
        located(
            source,
            &Flaw { at: error.span().unwrap_or_default(), message: error.message().to_owned() },
        )
    })?;
    let library = Library { file };
    let schemes = library.file.keys().map(|name| {
        let table = library.table(name)?.unwrap_or_default();
        build(name, table)
    });
    schemes.collect::<Result<_, Flaw>>().map_err(|flaw| located(source, &flaw))
}

fn unknown(name: &str) -> Error {
    let all = names().chain(STANDARDS.iter().map(|standard| standard.name));
    let near: Vec<_> = all.filter(|known| known.contains(name)).take(5).collect();
    let help = match near.as_slice() {
        [] => "`hookprint schemes` lists them; an own one is read with --scheme-file".to_owned(),
        near => format!("did you mean {}?", near.join(", ")),
    };
    Error::usage(format!("there is no scheme named {name}")).help(help)
}

fn located(source: &str, flaw: &Flaw) -> Error {
    let before = source.get(..flaw.at.start).unwrap_or(source);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    // Only the first line: the parser lists what it knows on further ones.
    let message = flaw.message.lines().next().unwrap_or_default();
    Error::input("malformed", format!("line {line}, column {column}: {message}"))
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

impl Table {
    fn over(self, base: Self) -> Self {
        Self {
            extends: base.extends,
            signature: self.signature.or(base.signature),
            value: self.value.or(base.value),
            split: self.split.or(base.split),
            alg: self.alg.or(base.alg),
            encoding: self.encoding.or(base.encoding),
            secret: self.secret.or(base.secret),
            secret_prefix: self.secret_prefix.or(base.secret_prefix),
            signed: self.signed.or(base.signed),
            timestamp: self.timestamp.or(base.timestamp),
            unit: self.unit.or(base.unit),
            tolerance: self.tolerance.or(base.tolerance),
            vars: base.vars.into_iter().chain(self.vars).collect(),
            body_digest: self.body_digest.or(base.body_digest),
            require: base.require.into_iter().chain(self.require).collect(),
            title: self.title.or(base.title),
            source: self.source.or(base.source),
            read_on: self.read_on.or(base.read_on),
            grade: self.grade.or(base.grade),
            note: self.note.or(base.note),
            rotation: self.rotation.or(base.rotation),
        }
    }
}

fn build(name: &str, table: Table) -> Result<Scheme, Flaw> {
    let whole = || Flaw { at: 0..0, message: format!("scheme {name} has no `signature`") };
    let place = place(&table.signature.ok_or_else(whole)?)?;
    let value = match &table.value {
        Some(text) => Pattern::parse(text.get_ref()).map_err(|error| inside(text, &error))?,
        None => Pattern::default(),
    };
    let algorithm =
        spelled(table.alg.as_ref(), Algorithm::named, Algorithm::ALL.iter().map(|row| row.name()))?
            .unwrap_or(Algorithm::HmacSha256);
    let encoding = spelled(
        table.encoding.as_ref(),
        Encoding::named,
        Encoding::ALL.iter().map(|row| row.name()),
    )?;
    let encoding = match (encoding, algorithm) {
        (Some(encoding), _) => encoding,
        (None, Algorithm::Token) => Encoding::Plain,
        (None, _) => {
            let message = format!("scheme {name} has no `encoding`: hex, base64 or base64url");
            return Err(Flaw { at: 0..0, message });
        }
    };
    let secret = spelled(
        table.secret.as_ref(),
        SecretForm::named,
        SecretForm::ALL.iter().map(|row| row.name()),
    )?;
    let unit = spelled(table.unit.as_ref(), Unit::named, Unit::ALL.iter().map(|row| row.name()))?;
    let timestamp = match &table.timestamp {
        Some(text) => Some(Timestamp { from: lookup(text)?, unit: unit.unwrap_or(Unit::Seconds) }),
        None => None,
    };
    let mut variables = Vec::new();
    for (name, text) in &table.vars {
        variables.push((name.clone(), lookup(text)?));
    }
    let field = match &timestamp {
        Some(Timestamp { from: Lookup::Field(field), .. }) => Some(field.as_str()),
        _ => None,
    };
    let is_known = |word: &str| {
        table.vars.contains_key(word)
            || field == Some(word)
            || value.words().any(|known| known == word && known != "sig")
    };
    let signed = match &table.signed {
        Some(text) => {
            Template::parse(text.get_ref(), is_known).map_err(|error| inside(text, &error))?
        }
        None => Template::default(),
    };
    Ok(Scheme {
        name: name.to_owned(),
        title: table.title.unwrap_or_else(|| name.to_owned()),
        place,
        value,
        split: table.split.filter(|split| !split.is_empty()),
        algorithm,
        encoding,
        secret: secret.unwrap_or(SecretForm::Utf8),
        secret_prefix: table.secret_prefix,
        signed,
        timestamp,
        tolerance: table.tolerance,
        variables,
        body_digest: table.body_digest.map(|digest| body_digest(&digest)).transpose()?,
        require: table.require.into_iter().collect(),
        origin: Origin {
            source: table.source,
            read_on: table.read_on,
            grade: table.grade,
            note: table.note,
            rotation: table.rotation,
        },
    })
}

fn place(signature: &Spanned<OneOrMany>) -> Result<Place, Flaw> {
    let names = match signature.get_ref() {
        OneOrMany::One(text) if text.starts_with("json:/") => {
            return Ok(Place::Json(text["json:".len()..].to_owned()));
        }
        OneOrMany::One(name) => vec![name.clone()],
        OneOrMany::Many(names) => names.clone(),
    };
    let is_name = |name: &String| {
        let name = name.strip_suffix('*').unwrap_or(name);
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    if names.is_empty() || !names.iter().all(is_name) {
        let message = "`signature` is a header name, a list of them, or json:/pointer".to_owned();
        return Err(Flaw { at: signature.span(), message });
    }
    Ok(Place::Headers(names))
}

fn lookup(text: &Spanned<String>) -> Result<Lookup, Flaw> {
    Lookup::parse(text.get_ref()).ok_or_else(|| Flaw {
        at: text.span(),
        message: format!(
            "{} is no place: header:NAME, field:NAME, json:/pointer, query:NAME or literal:TEXT",
            text.get_ref()
        ),
    })
}

fn body_digest(digest: &Spanned<Digest>) -> Result<BodyDigest, Flaw> {
    let Digest { from, alg, encoding } = digest.get_ref();
    let flaw = |message: &str| Flaw { at: digest.span(), message: message.to_owned() };
    if alg != "sha256" {
        return Err(flaw("the only `alg` of a body digest is sha256"));
    }
    let from = Lookup::parse(from).ok_or_else(|| flaw("`from` of the body digest is no place"))?;
    let encoding = Encoding::named(encoding).filter(|encoding| *encoding != Encoding::Plain);
    let encoding = encoding.ok_or_else(|| flaw("`encoding` is hex, base64 or base64url"))?;
    Ok(BodyDigest { from, encoding })
}

fn spelled<'a, T>(
    text: Option<&Spanned<String>>,
    named: fn(&str) -> Option<T>,
    all: impl Iterator<Item = &'a str>,
) -> Result<Option<T>, Flaw> {
    let Some(text) = text else { return Ok(None) };
    match named(text.get_ref()) {
        Some(value) => Ok(Some(value)),
        None => {
            let all = all.collect::<Vec<_>>().join(", ");
            let message = format!("unknown value {}; known are {all}", text.get_ref());
            Err(Flaw { at: text.span(), message })
        }
    }
}

/// The place of a flaw inside a string: one byte after its opening quote, plus its offset.
fn inside(text: &Spanned<String>, error: &Unreadable) -> Flaw {
    let start = text.span().start + 1 + error.offset;
    Flaw { at: start..start, message: error.message.clone() }
}
